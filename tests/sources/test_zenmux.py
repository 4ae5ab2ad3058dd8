"""ZenMux prints a unit, a currency and conditions beside every amount: none of them may be taken for granted."""

import dataclasses
import json
from typing import Any

import pytest

from sources.catalogues.zenmux import SOURCE
from sources.contract import Contents, Document

ONE_MODEL = dataclasses.replace(SOURCE, rows=(1, 1))


def _read(pricings: object, **more: object) -> Contents:
    model = {
        "id": "acme/one",
        "display_name": "Acme: One",
        "pricings": pricings,
        "context_length": 128000,
        "input_modalities": ["text"],
        "output_modalities": ["text"],
        "capabilities": {"reasoning": False},
    }
    return ONE_MODEL.read(Document(SOURCE.urls[0], json.dumps({"data": [model | more]}).encode()))


def _prices(**pricings: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    seen = _read(pricings).observations
    return {(each.attribute, each.condition): each.text for each in seen if each.is_price}


def _amount(value: float, **bounds: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"value": value, "unit": "perMTokens", "currency": "USD"}
    return plain | ({"conditions": {"prompt_tokens": {"unit": "kTokens", **bounds}}} if bounds else {})


def test_a_token_that_two_steps_claim_is_left_to_neither() -> None:
    read = _prices(prompt=[_amount(2, gte=0, lte=200), _amount(4, gte=200)])
    assert read == {
        ("price/input", "context_to=199999; tier_scope=whole_request"): "2",
        ("price/input", "context_from=200001; tier_scope=whole_request"): "4",
    }


def test_amounts_that_nothing_tells_apart_are_not_prices() -> None:
    assert _prices(prompt=[_amount(0.66), _amount(0.66), _amount(1.32)]) == {}
    assert _prices(input_cache_read=[_amount(0.1, gte=0, lt=128), _amount(0.2, gt=0, lte=128)]) == {}


def test_an_hour_of_storage_is_not_a_write() -> None:
    assert _prices(input_cache_write_1_h=[_amount(4.5)]) == {}
    both = _prices(input_cache_write_5_min=[_amount(6.25)], input_cache_write_1_h=[_amount(10)])
    assert both == {("price/cache_write", "cache_ttl=5m"): "6.25", ("price/cache_write", "cache_ttl=1h"): "10"}


@pytest.mark.parametrize(
    "price",
    [
        _amount(2) | {"currency": "CNY"},
        _amount(2) | {"unit": "perKTokens"},
        _amount(2) | {"unit": "perCount"},
        _amount(2, gte=32, unit="tokens"),
        _amount(2, gte=32, above=64),
        _amount(2, gte=0.0001),
        _amount(2) | {"conditions": {"hour": {"gte": 16}}},
        _amount(2) | {"discount": 0.5},
    ],
)
def test_what_a_price_never_said_before_holds_its_meter_alone(price: dict[str, Any]) -> None:
    seen = _read({"prompt": [price], "completion": [_amount(8)]})
    assert [each.place for each in seen.doubts] == ["data[id=acme/one].pricings.prompt"]
    assert [(each.attribute, each.text) for each in seen.observations if each.is_price] == [("price/output", "8")]


def test_a_new_meter_is_in_doubt_alone() -> None:
    seen = _read({"prompt": [_amount(2)], "thoughts": [_amount(8)]}, context_length="128k", surcharge_price=1)
    assert {(each.place.removeprefix("data[id=acme/one]."), each.reason) for each in seen.doubts} == {
        ("pricings.thoughts", "a price we do not know"),
        ("context_length", "'128k' is not a number"),
        ("surcharge_price", "a price we do not know"),
    }
    assert [(each.attribute, each.text) for each in seen.observations if each.is_price] == [("price/input", "2")]
