"""Parts in doubt show: since when, how much hangs on them, as a gap, and in how their source is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.world import Warehouse, World, doubted, night, price, priced

EMPTIED = "nothing is said any more of 8 of 9 subjects"
ODD: dict[str, Any] = {"place": "table under 'Pricing' row 3, Input", "within": ("row 'gpt-5.1-codex'",)}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """OpenAI's page has an odd cell from night 2 on, another from night 3 on; Novita's has lost most of its rows."""
    world = World(tmp_path_factory.mktemp("doubts"))
    openai, novita, mended = world.seller("openai", "maker"), world.seller("novita"), world.seller("deepinfra")
    gpt_5 = priced("gpt-5", "1.25", "10")
    openai.says(night(1), priced("gpt-5.1-codex", "1.25", "10"), gpt_5)
    openai.says(night(2), gpt_5, doubted("gpt-5.1-codex", **ODD))
    openai.says(night(3), gpt_5, doubted("gpt-5.1-codex", **ODD), doubted(words="TBD", within=(), place="row 9"))
    openai.confirms(night(4))
    novita.says(night(3), [price(f"glm-4.{number}", "input", "1") for number in range(9)])
    novita.says(night(4), price("glm-4.6", "input", "1"))
    mended.says(night(1), priced("gpt-oss-120b", "1", "4"))
    mended.says(night(2), priced("gpt-oss-20b", "1", "4"), doubted("gpt-oss-120b"))
    mended.says(night(3), priced("gpt-oss-120b", "1", "4"))
    with world.built() as built:
        yield built


def test_a_doubt_says_where_what_why_since_when_and_what_hangs_on_it(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select part, place, words, reason, since_at, days, facts_held from quality.doubts"
        " where source_id = 'openai_pricing' order by since_at"
    ) == [
        ("cell", ODD["place"], "Contact us", "not an amount of money", night(2), 2, 2),
        ("cell", "row 9", "TBD", "not an amount of money", night(3), 1, 0),
    ]


def test_a_document_held_whole_is_one_doubt_on_which_everything_hangs(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select part, reason, since_at, facts_held from quality.doubts where source_id = 'novita_pricing'"
    ) == [("document", EMPTIED, night(4), 9)]


def test_a_doubt_that_was_mended_is_gone(warehouse: Warehouse) -> None:
    assert warehouse.rows("select * from quality.doubts where source_id = 'deepinfra_pricing'") == []


def test_a_source_with_doubts_is_partial_and_counts_them(warehouse: Warehouse) -> None:
    found = warehouse.rows(
        "select source_id, state, doubts, facts_in_doubt, last_ok_at, last_error from quality.sources"
        " where source_id like '%_pricing' order by source_id"
    )
    assert found == [
        ("deepinfra_pricing", "fresh", 0, 0, night(3), None),
        ("novita_pricing", "partial", 1, 9, night(3), f"1 part in doubt, most often: {EMPTIED}"),
        ("openai_pricing", "partial", 2, 2, night(4), "2 parts in doubt, most often: not an amount of money"),
    ]


def test_a_doubt_is_a_gap_with_a_next_step(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select reason, subject_type, subject_id, field, detail, next_step, first_seen_at from quality.gaps"
        " where kind = 'part_in_doubt' and field like '%Pricing%'"
    ) == [
        (
            "quarantined",
            "document",
            "https://openai-pricing.example/page",
            f"cell at {ODD['place']}",
            "not an amount of money: Contact us; 2 standing facts held on it",
            "compare the document with the parser of openai_pricing",
            night(2),
        )
    ]


def test_a_price_in_doubt_stands_with_the_day_it_was_last_said(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select meter, usd, is_confirmed, last_reviewed_at from core.prices"
        " where offer_id = 'openai/gpt-5.1-codex' order by meter"
    ) == [("input", 1.25, True, night(1)), ("output", 10, True, night(1))]


def test_a_source_of_which_only_some_documents_came_is_not_fresh(tmp_path: Path) -> None:
    world = World(tmp_path)
    cards = world.cards("openai")
    cards.says(night(1), priced("gpt-5", "1", "2"), scope="https://openai.example/a")
    cards.fails(night(1), scope="https://openai.example/b")
    with world.built() as built:
        assert built.row(
            "select state, documents_missed, last_error from quality.sources where source_id = 'openai_cards'"
        ) == ("partial", 1, "1 of 2 documents not read, most often: no answer")
        assert built.rows("select detail from quality.gaps where kind = 'source' and subject_id = 'openai_cards'") == [
            ("some of its documents were not read",)
        ]
