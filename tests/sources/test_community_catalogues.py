"""Promises of the community catalogues beyond their fixtures: new prices are noticed, the packaged catalogue is the package's."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price

from sources.catalogues import genai_prices, litellm, models_dev
from sources.contract import Document, Observation, Refused, Source

GPT = {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.25e-06}
CODEX = {
    "id": "gpt-5.1-codex",
    "name": "GPT-5.1 Codex",
    "reasoning": True,
    "tool_call": True,
    "open_weights": False,
    "modalities": {"input": ["text"], "output": ["text"]},
    "limit": {"context": 400000, "output": 128000},
}
ENTRY = {"id": "gpt-5.1", "match": {"equals": "gpt-5.1"}}


def litellm_map(**fields: object) -> object:
    return {"gpt-5.1": GPT | fields}


def models_dev_map(**fields: object) -> object:
    return {"openai": {"id": "openai", "name": "OpenAI", "models": {"gpt-5.1-codex": CODEX | fields}}}


def genai_list(**fields: object) -> object:
    return [{"id": "openai", "models": [ENTRY | fields]}]


def parsed(source: Source, body: object) -> list[Observation]:
    return list(source.observations(Document(source.urls[0], json.dumps(body).encode())))


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (litellm.SOURCE, litellm_map(input_cost_per_thought=1e-06)),
        (litellm.SOURCE, litellm_map(input_cost_per_token_on_sundays=1e-06)),
        (litellm.SOURCE, litellm_map(pricing={"input_cost_per_token": 1e-06})),
        (litellm.SOURCE, litellm_map(tiered_pricing=[{"range": [0, 1000], "input_cost_per_thought": 1e-06}])),
        (litellm.SOURCE, {"gpt-5.1": {"input_cost_per_token": 1e-06}}),
        (models_dev.SOURCE, models_dev_map(cost={"input": 1, "output": 2, "thought": 3})),
        (
            models_dev.SOURCE,
            models_dev_map(cost={"input": 1, "tiers": [{"input": 2, "tier": {"type": "hour", "size": 9}}]}),
        ),
        (models_dev.SOURCE, models_dev_map(experimental={"modes": {"slow": {"cost": {"input": 1}}}})),
        (models_dev.SOURCE, models_dev_map(price={"input": 1})),
        (models_dev.SOURCE, {"openai": {"id": "azure", "models": {}}}),
        (genai_prices.SOURCE, genai_list(prices={"input_tool_mtok": 1})),
        (genai_prices.SOURCE, genai_list(prices={}, match={"sounds_like": "gpt"})),
        (genai_prices.SOURCE, genai_list(prices=[{"constraint": {"weekday": "sunday"}, "prices": {"input_mtok": 1}}])),
        (genai_prices.SOURCE, genai_list(prices=[{"prices": {"input_mtok": 1}}, {"prices": {"input_mtok": 2}}])),
        (
            genai_prices.SOURCE,
            genai_list(prices={}, price_variants=[{"when": {"mood": "good"}, "prices": {"input_mtok": 1}}]),
        ),
        (genai_prices.SOURCE, genai_list(prices={}, fees={"input": 1})),
    ],
)
def test_a_price_nobody_has_looked_at_is_refused(source: Source, body: object) -> None:
    with pytest.raises(Refused):
        parsed(source, body)


def test_a_price_keeps_its_spelling_beside_its_exact_reading() -> None:
    (price,) = (each for each in parsed(litellm.SOURCE, litellm_map()) if each.is_price)
    assert (price.printed, price.value, price.unit) == ("1.25e-06", Decimal("1.25"), "usd/mtok")


def packaged_observations() -> list[Observation]:
    (catalogue,) = genai_prices.packaged()
    contents = genai_prices.SOURCE.read(Document(catalogue.url, catalogue.body))
    assert not contents.warnings
    return contents.observations


def test_the_packaged_catalogue_is_the_same_bytes_every_time() -> None:
    assert list(genai_prices.packaged()) == list(genai_prices.packaged())


def test_the_packaged_catalogue_prices_a_name_that_only_an_alias_covers() -> None:
    plain = [each for each in packaged_observations() if each.subject == "openai/gpt-5.1-codex" and not each.condition]
    prices = {each.attribute: each.value for each in plain}
    assert (prices["price/input"], prices["price/output"]) == (Decimal("1.25"), Decimal(10))


def test_the_packaged_catalogue_agrees_with_the_package_on_every_plain_token_price() -> None:
    noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
    disagreements = []
    asked = 0
    for each in packaged_observations():
        if each.attribute not in ("price/input", "price/output") or each.condition or each.unit != "usd/mtok":
            continue
        usage = Usage(input_tokens=1) if each.attribute == "price/input" else Usage(output_tokens=1)
        try:
            answer = calc_price(
                usage, each.subject.removeprefix(f"{each.host}/"), provider_id=each.host, genai_request_timestamp=noon
            )
        except LookupError:
            continue  # an id that is the catalogue's own label
        asked += 1
        given = answer.input_price if each.attribute == "price/input" else answer.output_price
        windowed = each.host == "deepseek"  # noon UTC is a peak hour there, and the plain price holds outside it
        if given * 1_000_000 != each.value and not windowed:
            disagreements.append((each.subject, each.attribute, each.value, given))
    assert asked > 1000
    assert not disagreements
