"""Google's pricing page where it is easily misread: amounts without a unit, rows over several ids, prices nobody reads."""

import pytest

from sources import registry
from sources.contract import Document, Observation, Refused
from tests.fixture_files import fixture_documents

GOOGLE = registry.source("google_pricing")


def page(printed: str = "", changed: str = "") -> Document:
    """The fixture, with the one place where `printed` stands changed."""
    (document,) = fixture_documents(GOOGLE).values()
    assert not printed or document.text.count(printed) == 1
    return Document(document.url, document.text.replace(printed, changed).encode() if printed else document.body)


def prices(document: Document, subject: str, attribute: str) -> list[Observation]:
    seen = GOOGLE.read(document).observations
    return [each for each in seen if each.subject == subject and each.attribute == f"price/{attribute}"]


@pytest.mark.parametrize(
    ("printed", "changed"),
    [
        pytest.param("Gemini 2.5: $35 /", "Gemini 2.5: $40 /", id="a tool at a price that no model's table prints"),
        pytest.param("<p>Open model</p>", "<p>From August $2 per 1M tokens</p>", id="a price in a sentence"),
        pytest.param("<td>Image generation pricing</td>", "<td>Fine-tuning price</td>", id="an unknown row"),
        pytest.param("$0.70 (audio)", "$0.70 (smell)", id="an unknown modality"),
        pytest.param("$0.70 (audio)", "$0.70", id="one thing at two prices"),
        pytest.param("$17.50 (video)", "$17.50/min", id="output by the minute, of no said kind"),
        pytest.param("Veo 3.1 Lite video", "Veo 3.1 Ultra video", id="a row that names none of the ids"),
        pytest.param("Veo 3.1 Lite video with audio", "Veo 3.1 Lite video", id="video without audio"),
        pytest.param("$1.00 / 1,000,000 tokens per hour</td>", "$1.00</td>", id="storage without its hours"),
        pytest.param('tabindex="-1">Notes</h2>', 'tabindex="-1">Rest</h2>', id="a page that ends before its notes"),
    ],
)
def test_a_price_that_is_not_known_refuses_the_page(printed: str, changed: str) -> None:
    with pytest.raises(Refused):
        GOOGLE.read(page(printed, changed))


def test_an_image_priced_under_a_header_that_says_tokens_is_left_out() -> None:
    assert {each.condition for each in prices(page(), "gemini-3-pro-image", "input_image")} == {""}


def test_a_footnote_prices_images_only_of_the_table_that_prints_its_equivalent() -> None:
    rates = [each for each in prices(page(), "gemini-2.5-flash-image", "output_image") if each.unit == "usd/mtok"]
    assert [(each.condition, each.text) for each in rates] == [("", "30")]
    assert prices(page(), "gemini-2.0-flash", "output_image") == []


def test_an_allowance_before_a_price_is_not_the_price() -> None:
    assert {each.text for each in prices(page(), "gemini-2.5-flash-lite", "web_search")} == {"35"}


def test_what_is_free_of_charge_costs_nothing_within_its_quota_only() -> None:
    free = [each for each in GOOGLE.read(page()).observations if each.is_price and not each.value]
    assert free
    assert {"quota=free" in each.condition for each in free} == {True}
    assert {each.condition for each in prices(page(), "Gemma 4", "input")} == {"quota=free"}
