"""Hosts' own lists of models: what of an entry does not read is in doubt alone, whichever host prints it."""

import dataclasses
import json
from typing import Any

import pytest

from sources import registry
from sources.contract import Document, Observation
from sources.doubts import Doubt
from tests.fixture_files import fixture_documents

PRICING = {
    "deepinfra_models": ("metadata", "pricing", "input_tokens"),
    "novita_models": ("input_token_price_per_m",),
    "cerebras_models": ("pricing", "prompt"),
    "sambanova_models": ("pricing", "prompt"),
    "nebius_models": ("pricing", "prompt"),
}
"""Source → the path of an input price in an entry of its list."""


@pytest.fixture(params=PRICING)
def source_id(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def _list(source_id: str) -> dict[str, Any]:
    """A list of the source's two first priced entries."""
    (document, *_) = fixture_documents(registry.source(source_id)).values()
    entries = [each for each in json.loads(document.body)["data"] if _input_price(source_id, each)]
    return {"data": [*entries[:1], json.loads(json.dumps(entries[0]).replace(entries[0]["id"], "acme/zephyr-9"))]}


def _input_price(source_id: str, entry: Any) -> Any:
    for key in PRICING[source_id]:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


def _told(source_id: str, body: object) -> tuple[list[str], set[tuple[str, str, str]]]:
    source = dataclasses.replace(registry.source(source_id), rows=(1, 9), most_doubted=1.0)
    contents = source.read(Document("https://x.example", json.dumps(body).encode()))
    assert not contents.account.unexplained
    return [each.place for each in contents.doubts], {
        (each.subject, each.attribute, each.text) for each in contents.observations
    }


@pytest.mark.parametrize("odd", ["TBD", "—", -1, True, {"amount": 1, "currency": "EUR"}, "1,50"])
def test_a_price_that_does_not_read_takes_nothing_with_it(source_id: str, odd: object) -> None:
    body = _list(source_id)
    (model_id, _), (_, before) = [each["id"] for each in body["data"]], _told(source_id, body)
    *path, key = PRICING[source_id]
    holder = body["data"][0]
    for name in path:
        holder = holder[name]
    holder[key] = odd
    doubts, now = _told(source_id, body)
    assert [place.endswith(f".{key}") for place in doubts] == [True]
    assert {(subject, attribute) for subject, attribute, _ in before - now} == {(model_id, "price/input")}
    assert now < before


@pytest.mark.parametrize("entry", [None, [], "see below", {"id": ""}, {"id": "acme/zephyr\u200b"}])
def test_an_entry_that_is_none_takes_no_other_with_it(source_id: str, entry: object) -> None:
    body = _list(source_id)
    _, before = _told(source_id, body)
    doubts, now = _told(source_id, {"data": [entry, *body["data"]]})
    assert len(doubts) == 1
    assert now == before


def test_a_price_under_a_new_name_is_in_doubt_alone(source_id: str) -> None:
    body = _list(source_id)
    _, before = _told(source_id, body)
    body["data"][0]["batch_price"] = {"input": 1}
    doubts, now = _told(source_id, body)
    assert [place.endswith("].batch_price") for place in doubts] == [True]
    assert now == before


def test_a_product_of_bedrocks_in_another_unit_or_currency_is_in_doubt_alone() -> None:
    source = registry.source("bedrock_prices")
    (document, *_) = fixture_documents(source).values()
    page = json.loads(document.body)
    before = [each for each in source.parse(document) if isinstance(each, Observation)]
    sku = before[0].locator.removeprefix("products[").removesuffix("]")
    for change in ({"unit": "hour"}, {"pricePerUnit": {"CNY": "0.1"}}):
        changed = json.loads(document.body)
        (term,) = changed["terms"]["OnDemand"][sku].values()
        next(iter(term["priceDimensions"].values())).update(change)
        told = list(source.parse(Document(document.url, json.dumps(changed).encode())))
        assert [each.place for each in told if isinstance(each, Doubt)] == [f"products[{sku}]"]
        assert [each for each in told if isinstance(each, Observation)] == before[1:]
    page["products"]["none"] = None
    told = list(source.parse(Document(document.url, json.dumps(page).encode())))
    assert [each.place for each in told if isinstance(each, Doubt)] == ["products[none]"]
