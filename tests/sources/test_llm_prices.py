"""A dated history is read whole or not at all: no day has two prices, no limit is guessed, no kind of token is mixed up."""

import dataclasses
import json

import pytest

from sources.catalogues.llm_prices import SOURCE
from sources.contract import Contents, Document, Observation

PRICE: dict[str, object] = {"input": 3, "output": 15, "input_cached": None, "from_date": None, "to_date": None}
MODEL: dict[str, object] = {"id": "grok-4", "name": "Grok 4 ≤128k", "price_history": [PRICE]}
LONG: dict[str, object] = {"id": "grok-4-128k", "name": "Grok 4 >128k", "price_history": [PRICE | {"input": 6}]}


def read(*models: dict[str, object] | None) -> Contents:
    body = json.dumps({"vendor": "xai", "models": models}).encode()
    return dataclasses.replace(SOURCE, most_doubted=1.0).read(Document(SOURCE.urls[0], body))


def parsed(*models: dict[str, object]) -> list[Observation]:
    body = json.dumps({"vendor": "xai", "models": models}).encode()
    return list(SOURCE.observations(Document(SOURCE.urls[0], body)))


def test_the_day_a_price_ends_is_not_its_own() -> None:
    history = [PRICE | {"from_date": "2025-01-01", "to_date": "2025-02-08"}, PRICE | {"from_date": "2025-02-08"}]
    days = {each.condition for each in parsed(MODEL | {"name": "Grok 4", "price_history": history})}
    assert days == {"effective_from=2025-01-01; effective_to=2025-02-07", "effective_from=2025-02-08"}


def test_a_long_prompts_entry_is_a_tier_of_its_model() -> None:
    seen = {
        (each.subject, each.condition): each.text for each in parsed(MODEL, LONG) if each.attribute == "price/input"
    }
    assert seen == {("xai/grok-4", "context_to=128000"): "3", ("xai/grok-4", "context_from=128001"): "6"}


OTHER = MODEL | {"id": "grok-3", "name": "Grok 3", "price_history": [PRICE | {"input": 9}]}


@pytest.mark.parametrize(
    "models",
    [
        (LONG,),
        (MODEL, LONG | {"id": "grok-4-long"}),
        (MODEL | {"name": "Grok 4 <128k"},),
        (MODEL | {"name": "Grok 4 ≤128k batch"},),
        (MODEL | {"name": None},),
        (MODEL | {"batch_discount": 0.5},),
        (MODEL | {"price_history": [PRICE | {"currency": "EUR"}]},),
        (MODEL | {"price_history": [PRICE | {"from_date": "2025-02"}]},),
        (MODEL | {"price_history": [PRICE, PRICE | {"from_date": "2025-02-08"}]},),
        (MODEL | {"price_history": [PRICE | {"to_date": "2025-02-09"}, PRICE | {"from_date": "2025-02-08"}]},),
        (None,),
    ],
)
def test_what_nobody_has_looked_at_holds_its_entry_alone(models: tuple[dict[str, object] | None, ...]) -> None:
    contents = read(*models, OTHER)
    assert [each.part for each in contents.doubts] == ["table"]
    assert not contents.account.unexplained
    assert [each.text for each in contents.observations if each.subject == "xai/grok-3"] == ["9", "15"]
    assert not any(each.text == "6" for each in contents.observations)


def test_a_price_that_does_not_read_takes_no_other_with_it() -> None:
    odd = PRICE | {"input": None, "input_cached": "TBD", "cache_write": 1}
    contents = read(MODEL | {"price_history": [odd]}, OTHER)
    assert {(each.place.rpartition(".")[2], each.reason) for each in contents.doubts} == {
        ("input", "no price where one is due"),
        ("input_cached", "'TBD' is not a number"),
        ("cache_write", "a price we do not know"),
    }
    assert [each.attribute for each in contents.observations if each.subject == "xai/grok-4"] == ["price/output"]


def test_one_price_for_two_kinds_of_token_is_left_out() -> None:
    assert parsed(MODEL | {"id": "gpt-image-1", "name": "gpt-image-1 (image gen)"}) == []
