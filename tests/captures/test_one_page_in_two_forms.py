"""Recorded pages that are no source's address: another form of one that is says the same, and what holds no price is refused."""

import pytest

from sources import registry
from sources.contract import Refused
from tests import recorded
from warehouse.reference_tables import read, spellings

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not recorded.index(), reason="no recorded pages beside the checkout"),
]

CLAUDE_PRICES = "https://platform.claude.com/docs/en/about-claude/pricing"


def prices(source_id: str, body: recorded.Recorded) -> set[tuple[str, ...]]:
    said = registry.source(source_id).read(body.document).observations
    return {(each.subject, each.attribute, each.condition, each.unit, each.text) for each in said if each.is_price}


@pytest.mark.parametrize(("drawn_on", "written_on"), [("2026-04-26", "2026-04-17"), ("2026-07-27", "2026-08-08")])
def test_a_page_drawn_in_html_says_what_its_markdown_says(drawn_on: str, written_on: str) -> None:
    drawn = {body.recorded_on: body for body in recorded.index()[CLAUDE_PRICES]}
    written = {body.recorded_on: body for body in recorded.index()[f"{CLAUDE_PRICES}.md"]}
    read_off_html = prices("anthropic_pricing", drawn[drawn_on])
    assert len(read_off_html) > 90
    assert read_off_html == prices("anthropic_pricing", written[written_on])


def test_the_older_layout_of_a_catalogue_is_read_too() -> None:
    url = "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/data.json"
    for body in recorded.index()[url]:
        assert len(prices("genai_prices", body)) > 1_500


@pytest.mark.parametrize(
    ("source_id", "url"),
    [
        ("openai_pricing", "https://developers.openai.com/codex/pricing.md"),
        ("openai_model_pages", "https://developers.openai.com/codex/models.md"),
        ("cohere_pricing", "https://docs.cohere.com/docs/model-vault/encrypted/pricing"),
        ("huggingface_cards", "https://huggingface.co/moonshotai/Kimi-K3"),
        ("huggingface_cards", "https://huggingface.co/tencent/Hy3"),
    ],
)
def test_a_page_of_plans_and_a_page_of_another_kind_are_refused_whole(source_id: str, url: str) -> None:
    for body in recorded.index()[url]:
        with pytest.raises(Refused):
            registry.source(source_id).read(body.document)


def test_the_directory_knows_every_host_that_openrouter_routes_to() -> None:
    (body,) = recorded.index()["https://openrouter.ai/api/v1/providers"]
    hosts = {each["slug"] for each in body.document.json()["data"]}
    assert hosts - spellings(read("providers")).keys() == {"fake-provider"}
