"""A name that moves is each model it was said to point to, dated; it sells nothing, and nothing is guessed of its past."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.warehouse.world import Warehouse, World, fact, night, priced
from warehouse.identity import Spelling, resolve

MOVING = "~openai/gpt-latest"
CHAT = "openai/chat-latest"
"""A name that moves, whose seller says in the display name what it stands for."""


def listing(target: str, at_prices: tuple[str, str]) -> list[object]:
    return [fact(MOVING, "alias_target", target), fact(MOVING, "name", "GPT Latest"), *priced(MOVING, *at_prices)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    gateway = world.voice("openrouter_models", "gateway", publisher="openrouter", seller="openrouter")
    steady = [*priced("openai/gpt-5.4", "2", "8"), *priced("openai/gpt-5.5", "3", "12")]
    gateway.says(night(1), *steady, fact(MOVING, "name", "GPT Latest"), *priced(MOVING, "2", "8"))
    gateway.says(night(2), *steady, *listing("openai/gpt-5.4", ("2", "8")))
    gateway.says(night(4), *steady, *listing("openai/gpt-5.5", ("3", "12")))
    seller = world.voice("zenmux_models", "gateway", publisher="zenmux", seller="zenmux")
    seller.says(night(1), *steady, fact(CHAT, "name", "OpenAI: Chat Latest"), *priced(CHAT, "2", "8"))
    seller.says(night(2), *steady, fact(CHAT, "name", "OpenAI: Chat Latest (GPT-5.4)"), *priced(CHAT, "2", "8"))
    seller.says(night(4), *steady, fact(CHAT, "name", "OpenAI: Chat Latest (GPT-5.5)"), *priced(CHAT, "3", "12"))
    with world.built() as built:
        yield built


@pytest.mark.parametrize("moving", [MOVING, CHAT])
def test_each_meaning_is_dated_by_what_the_source_said(warehouse: Warehouse, moving: str) -> None:
    assert warehouse.rows(
        """
        select model_id, rule, valid_from, valid_to, is_latest
        from core.model_aliases
        where subject = ?
        order by valid_from
        """,
        moving,
    ) == [
        ("gpt-5.4", "points", night(2), night(4), False),
        ("gpt-5.5", "points", night(4), None, True),
    ]


@pytest.mark.parametrize("moving", [MOVING, CHAT])
@pytest.mark.parametrize(("at", "model"), [(night(1), None), (night(3), "gpt-5.4"), (night(5), "gpt-5.5")])
def test_a_day_has_at_most_one_meaning(warehouse: Warehouse, moving: str, at: datetime, model: str | None) -> None:
    found = warehouse.rows(
        """
        select model_id
        from core.model_aliases
        where subject = ? and valid_from <= ? and coalesce(valid_to > ?, true)
        """,
        moving,
        at,
        at,
    )
    assert found == ([(model,)] if model else [])


def test_what_moves_is_no_offer_and_lends_no_price_to_what_it_points_to(warehouse: Warehouse) -> None:
    assert warehouse.rows("select distinct offer_id from core.price_history order by 1") == [
        ("openrouter/gpt-5.4",),
        ("openrouter/gpt-5.5",),
        ("zenmux/gpt-5.4",),
        ("zenmux/gpt-5.5",),
    ]
    assert warehouse.cell("select count(*) from core.price_history where offer_id like '%/gpt-5.5'") == 4


def test_a_target_that_moves_itself_or_is_nobodys_name_is_an_abstention() -> None:
    in_a_circle = [
        Spelling("openrouter_models", "~acme/a-latest", alias_target="~acme/b-latest"),
        Spelling("openrouter_models", "~acme/b-latest", alias_target="~acme/a-latest"),
        Spelling("openrouter_models", "~acme/c-latest", alias_target="acme/*"),
    ]
    assert [(each.model_id, each.rule) for each in resolve(in_a_circle)] == [(None, "abstained")] * 3
