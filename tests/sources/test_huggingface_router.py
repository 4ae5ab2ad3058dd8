"""Hugging Face's hosts: what is free says so, what cannot be bought is no offer, and two routes of a host are none."""

import dataclasses
import json
from typing import Any

import pytest

from sources.catalogues.huggingface_router import SOURCES
from sources.contract import Document, Refused

ROUTER = dataclasses.replace(SOURCES[0], rows=(1, 9))


def _read(*providers: dict[str, Any], writes: str = "text") -> set[tuple[str, str, str]]:
    model = {
        "id": "acme/one",
        "architecture": {"input_modalities": ["text"], "output_modalities": [writes]},
        "providers": [{"provider": "together", "status": "live", "is_free": False, **each} for each in providers],
    }
    seen = ROUTER.read(Document(ROUTER.urls[0], json.dumps({"data": [model]}).encode())).observations
    return {(each.subject, each.attribute, each.text) for each in seen if each.host}


def test_zero_is_a_price_only_where_the_route_is_free() -> None:
    nothing = {"input": 0, "output": 0}
    assert _read({"pricing": nothing}) == set()
    assert _read({"pricing": nothing, "is_free": True}) == {("together/acme/one", "price_status", "free")}


def test_a_route_that_is_not_live_and_a_host_listed_twice_offer_nothing() -> None:
    priced = {"pricing": {"input": 1, "output": 2}}
    assert _read({**priced, "status": "error"}) == set()
    assert _read(priced, {"pricing": {"input": 3, "output": 4}}) == set()


def test_an_unknown_price_refuses_the_list() -> None:
    with pytest.raises(Refused, match="how to read"):
        _read({"pricing": {"input": 1, "output": 2, "per_image": 3}})


def test_a_modality_we_do_not_know_leaves_the_prices_standing() -> None:
    assert ("together/acme/one", "price/input", "1") in _read({"pricing": {"input": 1}}, writes="smell")
