"""Promises of the community catalogues beyond their fixtures: new prices are noticed, the packaged catalogue is the package's."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from genai_prices import Usage, calc_price

from sources.catalogues import genai_prices, litellm, models_dev
from sources.contract import Document, Observation, Source
from sources.doubts import Doubt

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
FEE = {"input": 0.14, "output": 0}
CODEX_PLACE = "$['openai'].models['gpt-5.1-codex']"
GENAI_PLACE = "$[id=openai].models[id=gpt-5.1]"
BESIDE: dict[str, tuple[Any, tuple[str, str]]] = {
    "litellm": ({"grok-4": GPT | {"litellm_provider": "xai"}}, ("grok-4", "1.25")),
    "models_dev": (
        {"xai": {"id": "xai", "models": {"grok-4": CODEX | {"id": "grok-4", "cost": {"input": 3}}}}},
        ("xai/grok-4", "3"),
    ),
    "genai_prices": (
        [{"id": "xai", "models": [{"id": "grok-4", "match": {"equals": "grok-4"}, "prices": {"input_mtok": 3}}]}],
        ("xai/grok-4", "3"),
    ),
}


def litellm_map(**fields: object) -> object:
    return {"gpt-5.1": GPT | fields}


def models_dev_map(**fields: object) -> object:
    return {"openai": {"id": "openai", "name": "OpenAI", "models": {"gpt-5.1-codex": CODEX | fields}}}


def models_dev_bytes(**fields: object) -> bytes:
    return json.dumps(models_dev_map(**fields)).encode()


def genai_list(**fields: object) -> object:
    return [{"id": "openai", "models": [ENTRY | fields]}]


def parsed(source: Source, body: object) -> list[Observation]:
    return list(source.observations(Document(source.urls[0], json.dumps(body).encode())))


@pytest.mark.parametrize(
    ("source", "body", "place", "reason"),
    [
        (
            litellm.SOURCE,
            litellm_map(input_cost_per_thought=1e-06),
            "$['gpt-5.1'].input_cost_per_thought",
            "a price we do not know",
        ),
        (
            litellm.SOURCE,
            litellm_map(input_cost_per_token_on_sundays=1e-06),
            "$['gpt-5.1'].input_cost_per_token_on_sundays",
            "a price we do not know",
        ),
        (
            litellm.SOURCE,
            litellm_map(tiered_pricing=[{"range": [0, 1000], "input_cost_per_thought": 1e-06}]),
            "$['gpt-5.1'].tiered_pricing",
            "a price we do not know",
        ),
        (
            litellm.SOURCE,
            {"gpt-5.1": {"input_cost_per_token": 1e-06}},
            "$['gpt-5.1']",
            "it does not read (KeyError: 'litellm_provider')",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(cost={"input": 1, "output": 2, "thought": 3}),
            f"{CODEX_PLACE}.cost.thought",
            "a price we do not know",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(cost={"input": 1, "tiers": [{"input": 2, "tier": {"type": "hour", "size": 9}}]}),
            f"{CODEX_PLACE}.cost.tiers",
            "a tier of something other than context",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(cost={"input": 1, "currency": "EUR"}),
            f"{CODEX_PLACE}.cost",
            "something that may change the prices beside it",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(experimental={"modes": {"slow": {"cost": {"input": 1}}}}),
            f"{CODEX_PLACE}.experimental.modes.slow.cost",
            "a price we do not know",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(experimental={"modes": ["fast"]}),
            f"{CODEX_PLACE}.experimental.modes",
            'an object was expected, not ["fast"]',
        ),
        (models_dev.SOURCE, models_dev_map(price={"input": 1}), f"{CODEX_PLACE}.price", "a price we do not know"),
        (models_dev.SOURCE, models_dev_map(id="gpt-5"), CODEX_PLACE, "a model under another's key"),
        (
            models_dev.SOURCE,
            {"openai": {"id": "azure", "models": {"gpt-5.1-codex": CODEX}}},
            "$['openai'].models",
            "a provider under another's key",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(modalities={"input": ["text", "3d"], "output": ["text"]}),
            f"{CODEX_PLACE}.modalities.input",
            "a modality we do not know: '3d'",
        ),
        (
            models_dev.SOURCE,
            models_dev_map(limit={"context": "128k", "output": 128000}),
            f"{CODEX_PLACE}.limit.context",
            "'128k' is not a number",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices={"input_tool_mtok": 1}),
            f"{GENAI_PLACE}.prices.input_tool_mtok",
            "a price we do not know",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices={}, match={"sounds_like": "gpt"}),
            f"{GENAI_PLACE}.match",
            "a match clause we do not know",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices=[{"constraint": {"weekday": "sunday"}, "prices": {"input_mtok": 1}}]),
            f"{GENAI_PLACE}.prices",
            "a price constraint we do not know",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices=[{"prices": {"input_mtok": 1}}, {"prices": {"input_mtok": 2}}]),
            f"{GENAI_PLACE}.prices",
            "a price set that hides those before it",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices={}, price_variants=[{"when": {"mood": "good"}, "prices": {"input_mtok": 1}}]),
            f"{GENAI_PLACE}.price_variants[0]",
            "a variant we do not know",
        ),
        (
            genai_prices.SOURCE,
            genai_list(prices={}, fees={"input": 1}),
            f"{GENAI_PLACE}.fees",
            "a price we do not know",
        ),
    ],
)
def test_what_nobody_has_looked_at_is_in_doubt_and_its_neighbours_are_read(
    source: Source, body: Any, place: str, reason: str
) -> None:
    neighbour, price = BESIDE[source.id]
    body = [*body, *neighbour] if isinstance(body, list) else {**body, **neighbour}
    told = list(source.parse(Document(source.urls[0], json.dumps(body).encode())))
    assert [(each.place, each.reason) for each in told if isinstance(each, Doubt)] == [(place, reason)]
    read = [each for each in told if isinstance(each, Observation)]
    assert [each.text for each in read if each.is_price and each.subject == price[0]] == [price[1]]


@pytest.mark.parametrize("fields", [{"release_date": ""}, {"knowledge": None}, {"limit": {"context": "400000"}}])
def test_a_field_of_models_dev_that_says_nothing_or_the_same_in_text_is_no_doubt(fields: dict[str, object]) -> None:
    told = list(models_dev.parse(Document("https://x.example", json.dumps(models_dev_map(**fields)).encode())))
    assert not any(isinstance(each, Doubt) for each in told)
    said = {each.attribute: each.value for each in told if isinstance(each, Observation)}
    assert said.get("context_tokens", 400000) == 400000
    assert "released_on" not in said


def test_a_price_below_zero_marks_a_router_where_all_are_and_is_in_doubt_alone() -> None:
    marked = parsed(models_dev.SOURCE, models_dev_map(cost={"input": -1000000, "output": -1000000}))
    assert {each.attribute: each.value for each in marked}["price_status"] == "dynamic"
    assert not any(each.is_price for each in marked)
    one = list(models_dev.parse(Document("https://x.example", models_dev_bytes(cost={"input": -1000000, "output": 2}))))
    assert [each.place for each in one if isinstance(each, Doubt)] == [f"{CODEX_PLACE}.cost.input"]
    assert [each.text for each in one if isinstance(each, Observation) and each.is_price] == ["2"]


def test_a_router_of_litellm_has_no_price_by_the_token() -> None:
    router = GPT | {"litellm_provider": "azure_ai", "input_cost_per_token": 1.4e-07, "output_cost_per_token": 0}
    said = {each.attribute: each.value for each in parsed(litellm.SOURCE, {"azure_ai/model_router": router})}
    assert (said["product_type"], said["price_status"]) == ("router", "dynamic")
    assert not any(attribute.startswith("price/") for attribute in said)


def test_a_router_that_says_it_is_free_is_free() -> None:
    free = CODEX | {"id": "free", "name": "Free Models Router", "cost": {"input": 0, "output": 0}}
    body = {"openrouter": {"id": "openrouter", "models": {"free": free}}}
    said = {each.attribute: each.value for each in parsed(models_dev.SOURCE, body)}
    assert (said["product_type"], said["price_status"]) == ("router", "free")
    assert not any(attribute.startswith("price/") for attribute in said)


def test_a_fee_for_picking_a_model_is_no_price_of_a_token() -> None:
    body = {"azure": {"id": "azure", "models": {"model-router": CODEX | {"id": "model-router", "cost": FEE}}}}
    said = {each.attribute: each.value for each in parsed(models_dev.SOURCE, body)}
    assert (said["product_type"], said["price_status"]) == ("router", "dynamic")
    assert not any(attribute.startswith("price/") for attribute in said)


def test_a_price_keeps_its_spelling_beside_its_exact_reading() -> None:
    (price,) = (each for each in parsed(litellm.SOURCE, litellm_map()) if each.is_price)
    assert (price.printed, price.value, price.unit) == ("1.25e-06", Decimal("1.25"), "usd/mtok")


def test_tokens_of_images_are_priced_by_the_token_also_where_an_entry_makes_images() -> None:
    painter = {
        "mode": "image_generation",
        "input_cost_per_token": 5e-06,
        "input_cost_per_image_token": 1e-05,
        "output_cost_per_image_token": 4e-05,
    }
    read = parsed(litellm.SOURCE, {"gpt-image-1": GPT | painter})
    assert {(each.attribute, each.unit, each.text) for each in read if each.is_price} == {
        ("price/input", "usd/mtok", "5"),
        ("price/input_image", "usd/mtok", "10"),
        ("price/output_image", "usd/mtok", "40"),
    }


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
