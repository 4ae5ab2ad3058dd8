"""What the gateways' lists say only now and then: clock windows, shared tags, amounts that are not token prices."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from sources import registry
from sources.catalogues import kilo, openrouter, vercel
from sources.contract import Document, Observation, Refused, Told
from sources.doubts import Doubt


def told(pricing: object, writes: str = "text", model_id: object = "acme/one", **more: Any) -> list[Told]:
    model = {
        "id": model_id,
        "name": "Acme: One",
        "architecture": {"input_modalities": ["text"], "output_modalities": [writes]},
        "pricing": pricing,
        "top_provider": {},
        **more,
    }
    return list(openrouter.parse_models(Document("https://x.example", json.dumps({"data": [model]}).encode())))


def listed(pricing: object, writes: str = "text", model_id: object = "acme/one", **more: Any) -> list[Observation]:
    return [each for each in told(pricing, writes, model_id, **more) if isinstance(each, Observation)]


def doubted(seen: Iterable[Told]) -> set[tuple[str, str]]:
    """Where something is in doubt, without the entry's own place, and why."""
    return {(each.place.partition("]")[2], each.reason) for each in seen if isinstance(each, Doubt)}


def routed(*routes: tuple[str, str]) -> dict[str, Decimal]:
    endpoints = [{"tag": tag, "pricing": {"prompt": price, "completion": price}} for tag, price in routes]
    data = {"id": "acme/one", "architecture": {"output_modalities": ["text"]}, "endpoints": endpoints}
    document = Document("https://x.example", json.dumps({"data": data}).encode())
    return prices(registry.source("openrouter_endpoints").observations(document))


def prices(seen: Any, meter: str = "input") -> dict[str, Any]:
    found = (each for each in seen if isinstance(each, Observation) and each.attribute == f"price/{meter}")
    return {each.condition or each.subject: each.value for each in found}


def test_no_prompt_is_longer_than_the_window_of_the_route_whose_price_is_listed() -> None:
    asked = {"prompt": "0.000000085", "completion": "0.0000004"}
    narrow = listed(asked, context_length=1000000, top_provider={"context_length": 262144})
    as_wide = listed(asked, context_length=262144, top_provider={"context_length": 262144})
    limits = [{each.attribute: each.value for each in seen if "tokens" in each.attribute} for seen in (narrow, as_wide)]
    assert limits == [{"context_tokens": 1000000, "max_input_tokens": 262144}, {"context_tokens": 262144}]


def test_clock_numbers_become_a_utc_window_that_may_pass_midnight_on_named_days() -> None:
    night = {"utc_start": 1630, "utc_end": 30, "prompt": "0.000001"}
    sundays = {
        "utc_start": 0,
        "utc_end": 905,
        "utc_days": ["saturday", "sunday"],
        "min_prompt_tokens": 9,
        "prompt": "0.000003",
    }
    seen = prices(listed({"prompt": "0.000002", "completion": "0.000004", "overrides": [night, sundays]}))
    assert seen == {
        "acme/one": 2,
        "utc_window=16:30-00:30": 1,
        "context_from=10; tier_scope=whole_request; utc_days=saturday,sunday; utc_window=00:00-09:05": 3,
    }


@pytest.mark.parametrize(
    "override",
    [
        {"prompt": "0.000001"},
        {"moon_phase": 3, "prompt": "0.000001"},
        {"utc_start": 1630, "prompt": "0.000001"},
        {"utc_start": 2500, "utc_end": 30, "prompt": "0.000001"},
        {"min_prompt_tokens": None, "prompt": "0.000001"},
    ],
)
def test_an_override_whose_condition_is_not_understood_is_never_a_plain_price(override: dict[str, Any]) -> None:
    later = {"min_prompt_tokens": 9, "prompt": "0.000003"}
    seen = told({"prompt": "0.000002", "completion": "0.000004", "overrides": [override, later]})
    assert {place for place, _ in doubted(seen)} == {".pricing.overrides[0]"}
    assert prices(seen) == {"acme/one": 2, "context_from=10; tier_scope=whole_request": 3}


def test_an_amount_beside_a_model_that_writes_no_text_is_not_read_per_token() -> None:
    assert not prices(listed({"prompt": "0.006", "completion": "0"}, writes="transcription"))
    assert not prices(listed({"prompt": "0", "completion": "0"}, writes="audio"))


def test_a_modality_without_a_word_of_ours_costs_no_price() -> None:
    assert prices(listed({"prompt": "0.000002", "completion": "0.000004"}, writes="embeddings")) == {"acme/one": 2}
    seen = listed({"prompt": "0", "completion": "0"}, writes="smell", model_id="acme/one:free")
    assert [each.value for each in seen if each.attribute == "price_status"] == ["free"]
    assert not any(each.attribute == "output_modalities" for each in seen)


PLAIN = {"prompt": "0.000002", "completion": "0.000004"}


def test_a_price_under_a_new_name_is_in_doubt_alone() -> None:
    beside = told(PLAIN | {"surcharge": "0.1"})
    assert doubted(beside) == {(".pricing.surcharge", "a price we do not know")}
    outside = told(PLAIN, batch_pricing={"prompt": "0.000001"})
    assert doubted(outside) == {(".batch_pricing", "a price we do not know")}
    assert prices(beside) == prices(outside) == {"acme/one": 2}


@pytest.mark.parametrize("field", [{"currency": "EUR"}, {"unit": "second"}, {"price_factor": 0.5}])
def test_what_may_change_all_prices_holds_them_all(field: dict[str, Any]) -> None:
    seen = told(PLAIN | field)
    assert {place for place, _ in doubted(seen)} == {".pricing"}
    assert not prices(seen)
    assert any(each.attribute == "name" for each in seen if isinstance(each, Observation))


@pytest.mark.parametrize("printed", ["TBD", "0,000002", "-1000000", True, {"usd": 2}, ["0.000002"]])
def test_a_price_that_does_not_read_takes_no_other_with_it(printed: object) -> None:
    seen = told(PLAIN | {"prompt": printed})
    assert {place for place, _ in doubted(seen)} == {".pricing.prompt"}
    assert not prices(seen)
    assert prices(seen, "output") == {"acme/one": 4}


def test_one_odd_field_of_a_listing_takes_no_other_with_it() -> None:
    odd = {"context_length": "as long as you like", "knowledge_cutoff": "soon", "supported_parameters": None}
    seen = told(PLAIN, **odd, top_provider={"max_completion_tokens": "128000"}, expiration_date="")
    assert {place for place, _ in doubted(seen)} == {".context_length", ".knowledge_cutoff"}
    assert {"max_output_tokens": 128000}.items() <= {
        each.attribute: each.value for each in seen if isinstance(each, Observation)
    }.items()
    assert prices(seen) == {"acme/one": 2}


def test_an_entry_that_is_none_is_in_doubt_and_its_neighbours_are_read() -> None:
    good = {"architecture": {"input_modalities": ["text"], "output_modalities": ["text"]}, "pricing": PLAIN}
    models = [None, {"id": "acme/two"}, good, {"id": "acme/three"} | good | {"context_length": float("nan")}]
    body = json.dumps({"data": [*models, {"id": "acme/one"} | good]}).encode()
    seen = list(openrouter.parse_models(Document("https://x.example", body)))
    assert [each.place for each in seen if isinstance(each, Doubt)] == [
        "data[0]",
        "data[id=acme/two]",
        "data[2]",
        "data[id=acme/three]",
    ]
    assert prices(seen) == {"acme/one": 2}


@pytest.mark.parametrize(
    ("model_id", "name", "price", "status"),
    [
        ("openrouter/pareto-code", "Pareto Code Router", "-1", "dynamic"),
        ("openrouter/auto", "Auto", "0", "dynamic"),
        ("openrouter/free", "Free Models Router", "0", "free"),
    ],
)
def test_a_router_has_no_price_by_the_token(model_id: str, name: str, price: str, status: str) -> None:
    seen = listed({"prompt": price, "completion": price}, model_id=model_id, name=name)
    facts = {each.attribute: each.value for each in seen}
    assert not any(each.is_price for each in seen)
    assert (facts["product_type"], facts["price_status"]) == ("router", status)


def test_a_router_that_charges_one_price_whatever_it_picks_keeps_it() -> None:
    seen = listed(PLAIN, model_id="switchpoint/router", name="Switchpoint Router")
    assert prices(seen) == {"switchpoint/router": 2}


def test_a_promotion_is_told_from_the_price_that_it_lowers() -> None:
    seen = told({"prompt": "0.00000026", "completion": "0.00000078", "discount": 0.35})
    assert prices(seen) == {"acme/one": Decimal("0.26"), "label=before the discount": Decimal("0.4")}
    odd = told({"prompt": "0.00000026", "completion": "0.00000078", "discount": "half"})
    assert {place for place, _ in doubted(odd)} == {".pricing.discount"}
    assert prices(odd) == {"acme/one": Decimal("0.26")}


def test_a_list_that_goes_on_elsewhere_is_refused() -> None:
    with pytest.raises(Refused):
        list(
            openrouter.parse_models(
                Document("https://x.example", b'{"data": [], "links": {"next": "/api/v1/models?page=2"}}')
            )
        )


def test_routes_keep_region_number_format_and_service_tier_apart() -> None:
    assert routed(("azure", "0.000005"), ("azure/eu", "0.0000055"), ("azure/priority", "0.00001")) == {
        "azure/acme/one": 5,
        "azure/eu/acme/one": Decimal("5.5"),
        "service_tier=priority": 10,
    }


def test_two_prices_under_one_tag_are_neither_of_them_read() -> None:
    assert routed(("together", "0.00000028"), ("together", "0.00000039"), ("novita", "0.0000001")) == {
        "novita/acme/one": Decimal("0.1")
    }


def test_only_models_with_routes_of_their_own_are_asked_for_them() -> None:
    names = ("acme/one", "acme/one:free", "acme/one:batch", "~acme/latest", "openrouter/auto", "../../etc", "acme/one")
    listed_names = [Observation(name, "output_modalities", "text", ("text",), "data") for name in names]
    listed_names.append(Observation("acme/painter", "output_modalities", "image", ("image",), "data"))
    assert list(openrouter.endpoint_urls(listed_names)) == [
        "https://openrouter.ai/api/v1/models/acme/one/endpoints",
        "https://openrouter.ai/api/v1/models/acme/one:free/endpoints",
    ]
    assert list(openrouter.endpoint_urls(listed_names[-1:])) == []
    assert list(vercel.endpoint_urls(listed_names[:1])) == ["https://ai-gateway.vercel.sh/v1/models/acme/one/endpoints"]


def climbed(*steps: dict[str, Any], **beside: object) -> list[Told]:
    model = {
        "id": "acme/one",
        "name": "One",
        "owned_by": "acme",
        "type": "language",
        "pricing": {"input_tiers": list(steps), "output": "0.000004", **beside},
    }
    return list(vercel.parse_models(Document("https://x.example", json.dumps({"data": [model]}).encode())))


def ladder(*steps: dict[str, Any], **beside: object) -> dict[str, Decimal]:
    return prices(climbed(*steps, **beside))


def test_a_ladder_starts_at_the_plain_price_and_each_step_where_the_one_below_ends() -> None:
    low, high = {"cost": "0.000001", "max": 200001}, {"cost": "0.000002", "min": 200000}
    expected = {"acme/one": 1, "context_from=200001; tier_scope=whole_request": 2}
    assert ladder(low, high) == ladder(low, high, input="0.000001") == expected


def test_a_ladder_with_a_gap_is_in_doubt_and_the_price_it_starts_from_is_read() -> None:
    low, high = {"cost": "0.000001", "min": 0, "max": 32001}, {"cost": "0.000002", "min": 128001}
    seen = climbed(low, high, input="0.000001")
    assert doubted(seen) == {(".pricing.input_tiers", "a ladder with a gap")}
    assert prices(seen) == {"acme/one": 1}
    assert prices(seen, "output") == {"acme/one": 4}


def test_a_ladder_that_contradicts_the_price_beside_it_leaves_neither() -> None:
    seen = climbed({"cost": "0.000001", "max": 32001}, input="0.000003")
    assert {place for place, _ in doubted(seen)} == {".pricing.input", ".pricing.input_tiers"}
    assert not prices(seen)


def test_a_new_price_of_vercels_is_in_doubt_alone_unless_it_speaks_of_the_others() -> None:
    first = {"cost": "0.000001"}
    beside = climbed(first, input="0.000001", thoughts="0.1", image="1e", web_search="10")
    assert {place for place, _ in doubted(beside)} == {".pricing.thoughts", ".pricing.image"}
    assert prices(beside) == {"acme/one": 1}
    assert prices(beside, "web_search") == {"acme/one": 10}
    assert not prices(climbed(first, input="0.000001", currency="EUR"))


def test_an_alias_of_the_newest_model_is_no_router() -> None:
    plain = {"prompt": "0.000002", "completion": "0.000004"}
    model = {
        "id": "~acme/one-latest",
        "name": "Acme: One Latest",
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "Router"},
        "pricing": plain,
        "top_provider": {},
        "isFree": False,
        "mayTrainOnYourPrompts": False,
    }
    document = Document("https://x.example", json.dumps({"data": [model]}).encode())
    for seen in (list(openrouter.parse_models(document)), list(kilo.SOURCE.parse(document))):
        assert prices(seen) == {"~acme/one-latest": 2}
        assert not any(each.attribute == "product_type" for each in seen if isinstance(each, Observation))


def test_a_batch_twin_is_one_however_its_variant_goes_on() -> None:
    for model_id in ("acme/one:batch", "acme/one:batch-beta", "acme/one:thinking-batch"):
        assert prices(told(PLAIN, model_id=model_id)) == {"service_tier=batch": 2}
