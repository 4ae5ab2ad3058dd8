"""What the gateways' lists say only now and then: clock windows, shared tags, amounts that are not token prices."""

import json
from decimal import Decimal
from typing import Any

import pytest

from sources import registry
from sources.catalogues import openrouter, vercel
from sources.contract import Document, Observation, Refused


def listed(pricing: dict[str, Any], writes: str = "text", model_id: str = "acme/one", **more: Any) -> list[Observation]:
    model = {
        "id": model_id,
        "name": "Acme: One",
        "architecture": {"input_modalities": ["text"], "output_modalities": [writes]},
        "pricing": pricing,
        "top_provider": {},
        **more,
    }
    return list(openrouter.parse_models(Document("https://x.example", json.dumps({"data": [model]}).encode())))


def routed(*routes: tuple[str, str]) -> dict[str, Decimal]:
    endpoints = [{"tag": tag, "pricing": {"prompt": price, "completion": price}} for tag, price in routes]
    data = {"id": "acme/one", "architecture": {"output_modalities": ["text"]}, "endpoints": endpoints}
    document = Document("https://x.example", json.dumps({"data": data}).encode())
    return prices(registry.source("openrouter_endpoints").observations(document))


def prices(seen: Any, meter: str = "input") -> dict[str, Any]:
    return {each.condition or each.subject: each.value for each in seen if each.attribute == f"price/{meter}"}


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
    with pytest.raises((Refused, TypeError, KeyError)):
        listed({"prompt": "0.000002", "completion": "0.000004", "overrides": [override]})


def test_an_amount_beside_a_model_that_writes_no_text_is_not_read_per_token() -> None:
    assert not prices(listed({"prompt": "0.006", "completion": "0"}, writes="transcription"))
    assert not prices(listed({"prompt": "0", "completion": "0"}, writes="audio"))


def test_a_modality_without_a_word_of_ours_costs_no_price() -> None:
    assert prices(listed({"prompt": "0.000002", "completion": "0.000004"}, writes="embeddings")) == {"acme/one": 2}
    seen = listed({"prompt": "0", "completion": "0"}, writes="smell", model_id="acme/one:free")
    assert [each.value for each in seen if each.attribute == "price_status"] == ["free"]
    assert not any(each.attribute == "output_modalities" for each in seen)


def test_a_price_under_a_new_name_is_refused_wherever_it_stands() -> None:
    with pytest.raises(Refused):
        listed({"prompt": "0.000002", "completion": "0.000004", "surcharge": "0.1"})
    with pytest.raises(Refused):
        listed({"prompt": "0.000002", "completion": "0.000004"}, batch_pricing={"prompt": "0.000001"})


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


def ladder(*steps: dict[str, Any], **beside: str) -> dict[str, Decimal]:
    model = {
        "id": "acme/one",
        "name": "One",
        "owned_by": "acme",
        "type": "language",
        "pricing": {"input_tiers": list(steps), "output": "0.000004", **beside},
    }
    return prices(vercel.parse_models(Document("https://x.example", json.dumps({"data": [model]}).encode())))


def test_a_ladder_starts_at_the_plain_price_and_each_step_where_the_one_below_ends() -> None:
    low, high = {"cost": "0.000001", "max": 200001}, {"cost": "0.000002", "min": 200000}
    expected = {"acme/one": 1, "context_from=200001; tier_scope=whole_request": 2}
    assert ladder(low, high) == ladder(low, high, input="0.000001") == expected


def test_a_ladder_with_a_gap_or_another_start_is_refused() -> None:
    low, high = {"cost": "0.000001", "min": 0, "max": 32001}, {"cost": "0.000002", "min": 128001}
    with pytest.raises(Refused):
        ladder(low, high)
    with pytest.raises(Refused):
        ladder(low, input="0.000003")
