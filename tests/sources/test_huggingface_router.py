"""Hugging Face's hosts: what is free says so, what cannot be bought is no offer, and two routes of a host are none."""

import dataclasses
import json
from typing import Any

from sources.catalogues.huggingface_router import SOURCES
from sources.contract import Contents, Document

ROUTER = dataclasses.replace(SOURCES[0], rows=(1, 9))


def _contents(*providers: dict[str, Any], writes: str = "text") -> Contents:
    model = {
        "id": "acme/one",
        "architecture": {"input_modalities": ["text"], "output_modalities": [writes]},
        "providers": [{"provider": "together", "status": "live", "is_free": False, **each} for each in providers],
    }
    return ROUTER.read(Document(ROUTER.urls[0], json.dumps({"data": [model]}).encode()))


def _read(*providers: dict[str, Any], writes: str = "text") -> set[tuple[str, str, str]]:
    seen = _contents(*providers, writes=writes).observations
    return {(each.subject, each.attribute, each.text) for each in seen if each.host}


def test_zero_is_a_price_only_where_the_route_is_free() -> None:
    nothing = {"input": 0, "output": 0}
    assert _read({"pricing": nothing}) == set()
    assert _read({"pricing": nothing, "is_free": True}) == {("together/acme/one", "price_status", "free")}


def test_a_route_that_is_not_live_and_a_host_listed_twice_offer_nothing() -> None:
    priced = {"pricing": {"input": 1, "output": 2}}
    assert _read({**priced, "status": "error"}) == set()
    assert _read(priced, {"pricing": {"input": 3, "output": 4}}) == set()


def test_an_unknown_price_is_in_doubt_alone() -> None:
    contents = _contents({"pricing": {"input": 1, "output": "TBD", "per_image": 3}, "context_length": "128000"})
    assert {(each.place.partition("together].")[2], each.reason) for each in contents.doubts} == {
        ("pricing", "something that may change the prices beside it")
    }
    contents = _contents({"pricing": {"input": 1, "output": "TBD", "image": 3}, "context_length": "128000"})
    assert {(each.place.partition("together].")[2], each.reason) for each in contents.doubts} == {
        ("pricing.image", "a price we do not know"),
        ("pricing.output", "'TBD' is not a number"),
    }
    read = {(each.attribute, each.text) for each in contents.observations if each.host}
    assert read == {("price/input", "1"), ("context_tokens", "128000")}


def test_a_host_that_is_none_is_in_doubt_and_its_neighbours_are_read() -> None:
    contents = _contents({"provider": None}, {"pricing": {"input": 1}}, {"provider": "novita", "status": float("nan")})
    assert [each.place for each in contents.doubts] == [
        "data[id=acme/one].providers[0]",
        "data[id=acme/one].providers[provider=novita]",
    ]
    assert not contents.account.unexplained
    assert [each.text for each in contents.observations if each.is_price] == ["1"]


def test_a_modality_we_do_not_know_leaves_the_prices_standing() -> None:
    assert ("together/acme/one", "price/input", "1") in _read({"pricing": {"input": 1}}, writes="smell")
