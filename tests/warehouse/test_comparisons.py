"""What a comparison means: every pair once, known against known, and a reason behind every blank."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bench import pairs as bench_pairs
from tests.warehouse.world import Warehouse, World, can, cannot, fact, night, priced
from warehouse import database
from warehouse.checking import promises
from warehouse.checking.tables import Failure, failures
from warehouse.schemas import Table, all_tables

MODELS = (
    "claude-haiku-4.5",
    "claude-opus-4.5",
    "gemini-2.5-flash",
    "gpt-5",
    "gpt-5-mini",
    "grok-4",
    "text-embedding-3-small",
)
"""Alike in nothing; of grok-4 hardly anything is known."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    world.curated().says(
        night(1),
        [
            fact(model, "product_type", "embedding" if "embedding" in model else "chat")
            for model in MODELS
            if model != "grok-4"
        ],
    )
    world.cards("openai").says(
        night(2),
        fact("gpt-5", "context_tokens", 400000),
        fact("gpt-5-mini", "context_tokens", 400000),
        fact("text-embedding-3-small", "context_tokens", 8191),
        can("gpt-5", "vision", "reasoning", "tool_use"),
        can("gpt-5-mini", "vision"),
        cannot("gpt-5-mini", "computer_use"),
        score("gpt-5", "aime-2025", "94.6", "tools=no"),
        score("gpt-5-mini", "aime-2025", "91.1", "tools=no"),
    )
    world.cards("anthropic").says(
        night(4),
        fact("claude-opus-4.5", "context_tokens", 200000),
        fact("claude-haiku-4.5", "context_tokens", 1000000),
        can("claude-opus-4.5", "computer_use", "vision"),
        cannot("claude-opus-4.5", "tool_use"),
        score("claude-opus-4.5", "aime-2025", "90", "tools=no"),
    )
    world.voice("ladder", "community", kind="benchmark").says(
        night(4),
        score("gpt-5", "gpqa", "80", "effort=high"),
        score("gpt-5-mini", "gpqa", "70", "effort=low"),
        score("claude-opus-4.5", "gpqa", "70", "effort=high"),
    )
    world.cards("xai").says(night(4), can("grok-4", "computer_use"), cannot("grok-4", "vision"))
    world.seller("openai", "maker").says(
        night(3),
        priced("gpt-5", "1.25", "10"),
        priced("gpt-5-mini", "0.25", "2"),
        priced("text-embedding-3-small", "0.02", "0.02"),
    )
    world.seller("azure").says(night(4), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    world.seller("anthropic", "maker").says(
        night(4), priced("claude-opus-4.5", "5", "25"), priced("claude-haiku-4.5", "1.3", "9.9")
    )
    world.catalogue("atlas").says(
        night(4),
        priced("gemini-2.5-flash", "0.3", "2.5", host="google"),
        fact("gemini-2.5-flash", "context_tokens", 1048576, host="google"),
        priced("claude-opus-4.5", "5", "25", host="azure"),
    )
    return world


@pytest.fixture(scope="module")
def warehouse(world: World) -> Iterator[Warehouse]:
    with world.built() as built:
        yield built


def score(model: str, benchmark: str, points: str, setting: str) -> Any:
    return fact(model, f"benchmark/{benchmark}", Decimal(points), unit="percent", condition=setting)


def pair(warehouse: Warehouse, a: str, b: str, columns: str) -> tuple[Any, ...]:
    return warehouse.row(f"select {columns} from mart.comparisons where model_a_id = ? and model_b_id = ?", a, b)


# --- every pair once -------------------------------------------------------------------------------------------------


def test_every_pair_of_listed_models_is_there_once_and_in_order(warehouse: Warehouse) -> None:
    listed = [
        model for (model,) in warehouse.rows("select model_id from core.models where is_listed order by model_id")
    ]
    assert listed == sorted(MODELS)
    pairs = warehouse.rows("select model_a_id, model_b_id from mart.comparisons")
    assert len(pairs) == len(set(pairs)) == len(MODELS) * (len(MODELS) - 1) // 2
    assert sorted(pairs) == [(a, b) for a in listed for b in listed if a < b]


def test_the_sheet_has_a_row_for_every_comparison(warehouse: Warehouse) -> None:
    missing = "select model_a_id, model_b_id from mart.comparisons except select model_a_id, model_b_id from mart.comparison_sheet"
    assert warehouse.rows(missing) == []
    assert warehouse.cell("select count(*) from mart.comparison_sheet") == len(MODELS) * (len(MODELS) - 1) // 2


# --- known against known ---------------------------------------------------------------------------------------------


def test_an_unknown_side_makes_every_comparison_of_it_blank(warehouse: Warehouse) -> None:
    for a, b in (("claude-opus-4.5", "grok-4"), ("gpt-5", "grok-4")):
        assert (
            pair(warehouse, a, b, "larger_context, context_ratio, lower_cost, monthly_gap_usd, monthly_cost_b_usd")
            == (None,) * 5
        )


def test_an_unknown_never_wins_or_loses(warehouse: Warehouse) -> None:
    named = warehouse.rows(
        "select verdict_model_id, larger_context, lower_cost from mart.comparisons where 'grok-4' in (model_a_id, model_b_id)"
    )
    assert set(named) == {(None, None, None)}
    assert warehouse.rows(
        "select distinct verdict_kind from mart.comparisons where 'grok-4' in (model_a_id, model_b_id)"
    ) == [("undecided",)]


def test_a_price_nobody_confirms_does_not_take_part(warehouse: Warehouse) -> None:
    assert pair(warehouse, "gemini-2.5-flash", "gpt-5", "monthly_cost_a_usd, monthly_cost_b_usd, lower_cost") == (
        None,
        Decimal(3500),
        None,
    )
    assert warehouse.row(
        "select monthly_cost_usd_a, unconfirmed_offer_id_a, unconfirmed_cost_usd_a from mart.comparison_sheet"
        " where model_a_id = 'gemini-2.5-flash' and model_b_id = 'gpt-5'"
    ) == (None, "google/gemini-2.5-flash", Decimal(865))


def test_an_unknown_capability_is_never_a_no(warehouse: Warehouse) -> None:
    only_a, only_b, unknown = pair(
        warehouse, "gpt-5", "gpt-5-mini", "only_a_capabilities, only_b_capabilities, unknown_capabilities"
    )
    assert (only_a, only_b) == ([], [])
    assert "vision" not in unknown
    assert {"reasoning", "tool_use", "computer_use", "parallel_agents"} <= set(unknown)


def test_a_yes_against_a_no_is_told(warehouse: Warehouse) -> None:
    only_a, only_b, unknown = pair(
        warehouse, "claude-opus-4.5", "grok-4", "only_a_capabilities, only_b_capabilities, unknown_capabilities"
    )
    assert (only_a, only_b) == (["vision"], [])
    assert "computer_use" not in unknown
    assert pair(warehouse, "claude-opus-4.5", "gpt-5", "only_a_capabilities, only_b_capabilities") == ([], ["tool_use"])
    assert pair(warehouse, "claude-opus-4.5", "gpt-5-mini", "only_a_capabilities") == (["computer_use"],)


def test_a_gap_is_taken_between_results_of_one_reporter_only(warehouse: Warehouse) -> None:
    columns = "shared_benchmarks, shared_same_setting, shared_best_of_each, shared_same_benchmark, top_benchmark_id, top_benchmark_gap"
    # GPQA is the ladder's, AIME each maker's own
    assert pair(warehouse, "claude-opus-4.5", "gpt-5", columns) == (2, 1, 0, 1, "gpqa", Decimal(-10))
    assert pair(warehouse, "gpt-5", "gpt-5-mini", columns) == (2, 1, 1, 0, "gpqa", Decimal(10))
    assert pair(warehouse, "claude-opus-4.5", "gpt-5-mini", columns) == (2, 0, 1, 1, "gpqa", Decimal(0))
    assert pair(warehouse, "gemini-2.5-flash", "gpt-5", columns) == (0, 0, 0, 0, None, None)


def test_a_widest_gap_against_the_run_of_the_results_is_no_lead(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cards("openai").says(
        night(1),
        *(score("gpt-5", benchmark, points, "") for benchmark, points in (("a", "90"), ("b", "50"), ("c", "50"))),
        *(score("gpt-4.1", benchmark, points, "") for benchmark, points in (("a", "60"), ("b", "58"), ("c", "58"))),
        *(score("o3", benchmark, points, "") for benchmark, points in (("a", "60"), ("b", "40"), ("c", "58"))),
    )
    with world.built() as warehouse:
        verdict = "verdict_kind, verdict_model_id"
        assert pair(warehouse, "gpt-4.1", "gpt-5", verdict) == ("undecided", None)
        assert pair(warehouse, "gpt-5", "o3", verdict) == ("benchmark_lead", "gpt-5")


def test_two_snapshots_with_two_scores_speak_for_no_model(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cards("openai").says(
        night(1),
        score("gpt-4o-2024-05-13", "gpqa", "40", ""),
        score("gpt-4o-2024-08-06", "gpqa", "50", ""),
        score("o3", "gpqa", "80", ""),
    )
    with world.built() as warehouse:
        assert pair(warehouse, "gpt-4o", "o3", "shared_benchmarks, top_benchmark_id") == (0, None)


def test_a_day_a_snapshot_ends_is_no_end_of_its_model(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cards("openai").says(
        night(1),
        fact("gpt-4o-2024-05-13", "shutdown_on", date(2025, 12, 1)),
        fact("gpt-4o", "context_tokens", 128000),
        fact("o1", "shutdown_on", date(2025, 12, 1)),
    )
    world.gateway("openrouter").says(night(1), fact("gpt-4o", "shutdown_on", date(2025, 12, 1), host="azure"))
    with world.built() as warehouse:
        ends = warehouse.rows("select model_id, shutdown_on, status from core.models order by model_id")
        assert ends == [("gpt-4o", None, "active"), ("o1", date(2025, 12, 1), "retired")]


# --- what is told ----------------------------------------------------------------------------------------------------


def test_contexts_are_compared_by_size_and_ratio(warehouse: Warehouse) -> None:
    columns = "larger_context, context_ratio"
    assert pair(warehouse, "claude-opus-4.5", "gpt-5", columns) == ("gpt-5", Decimal(2))
    assert pair(warehouse, "gpt-5", "gpt-5-mini", columns) == ("equal", Decimal(1))


def test_costs_are_compared_at_each_models_cheapest_confirmed_offer(warehouse: Warehouse) -> None:
    columns = "monthly_cost_a_usd, monthly_cost_b_usd, monthly_gap_usd, lower_cost, verdict_kind, verdict_model_id"
    assert pair(warehouse, "claude-opus-4.5", "gpt-5", columns) == (
        Decimal(10250),
        Decimal(3500),
        Decimal(6750),
        "gpt-5",
        "cheaper",
        "gpt-5",
    )


def test_a_context_four_times_as_long_decides_where_costs_do_not(warehouse: Warehouse) -> None:
    columns = "context_ratio, lower_cost, verdict_kind, verdict_model_id"
    assert pair(warehouse, "claude-opus-4.5", "gemini-2.5-flash", columns) == (
        Decimal("5.243"),
        None,
        "longer_context",
        "gemini-2.5-flash",
    )


def test_small_differences_are_told_and_decide_nothing(warehouse: Warehouse) -> None:
    columns = "monthly_cost_a_usd, lower_cost, larger_context, verdict_kind, verdict_model_id"
    assert pair(warehouse, "claude-haiku-4.5", "gpt-5", columns) == (
        Decimal(3515),
        "gpt-5",
        "claude-haiku-4.5",
        "undecided",
        None,
    )


def test_unlike_products_are_not_ranked(warehouse: Warehouse) -> None:
    assert pair(warehouse, "gpt-5", "text-embedding-3-small", "verdict_kind, verdict_model_id") == (
        "different_product_types",
        None,
    )


def test_shared_providers_are_those_that_sell_both(warehouse: Warehouse) -> None:
    assert pair(warehouse, "gpt-5", "gpt-5-mini", "shared_providers, offers_a, offers_b") == (["azure", "openai"], 2, 2)
    assert pair(warehouse, "claude-opus-4.5", "gpt-5", "shared_providers") == (["azure"],)
    assert pair(warehouse, "claude-haiku-4.5", "gpt-5", "shared_providers") == ([],)
    assert pair(warehouse, "gpt-5", "grok-4", "shared_providers, offers_b") == ([], 0)


def test_a_comparison_was_reviewed_when_the_oldest_fact_of_either_side_was(warehouse: Warehouse) -> None:
    sides = dict(warehouse.rows("select model_id, last_reviewed_at from mart.sides"))
    assert sides["gpt-5"] == night(1)
    assert sides["claude-opus-4.5"] == night(1)
    for a, b, reviewed_at in warehouse.rows("select model_a_id, model_b_id, last_reviewed_at from mart.comparisons"):
        assert reviewed_at == min(sides[a], sides[b])


def test_a_night_that_only_confirms_facts_leaves_every_stored_pair_as_it_is(warehouse: Warehouse) -> None:
    warehouse.connection.execute("begin")
    try:
        warehouse.connection.execute("update mart.sides set last_reviewed_at = ?", [night(9)])
        assert warehouse.rows("select distinct last_reviewed_at from mart.comparisons") == [(night(9),)]
        assert database.query("mart.pairs").count("reviewed") == 0
    finally:
        warehouse.connection.execute("rollback")


# --- promises about every cell ---------------------------------------------------------------------------------------


def test_every_cell_has_its_words_and_every_blank_its_reason(warehouse: Warehouse) -> None:
    assert [str(failure) for failure in promises.broken(warehouse.connection)] == []


@pytest.mark.parametrize(
    "damage",
    [
        "delete from evidence.cells where table_name = 'core.models' and field = 'context_tokens' and row_id = 'gpt-5'",
        "update evidence.folded_claims set snapshot_sha256 = null where claim_id in (select claim_id from evidence.choices"
        " where table_name = 'core.models' and field = 'context_tokens' and row_id = 'gpt-5')",
    ],
    ids=["no claim", "no snapshot"],
)
def test_a_cell_without_words_is_counted_under_its_column(warehouse: Warehouse, damage: str) -> None:
    warehouse.connection.execute("begin")
    warehouse.connection.execute("alter table evidence.folded_claims alter snapshot_sha256 drop not null")
    warehouse.connection.execute(damage)
    found = [each for each in promises.broken(warehouse.connection) if each.column == "context_tokens"]
    warehouse.connection.execute("rollback")
    assert found == [Failure("core.models", "context_tokens", "a cell without words", 1, "gpt-5")]


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop:DeprecationWarning")  # pandera's own
@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_every_table_passes_its_checks(warehouse: Warehouse, declared: Table) -> None:
    assert [str(failure) for failure in failures(warehouse.connection, declared)] == []


def test_the_same_ledger_gives_the_same_tables_however_it_was_folded(world: World, warehouse: Warehouse) -> None:
    with world.built(previous=world.fold()[0]) as again:
        for name in all_tables():
            assert again.rows(f"from {name} order by all") == warehouse.rows(f"from {name} order by all"), name


# --- at scale --------------------------------------------------------------------------------------------------------


def test_no_join_holds_the_pairs_in_memory(warehouse: Warehouse) -> None:
    plan = warehouse.rows(f"explain (analyze, format json) {database.query('mart.pairs')}")[0][1]
    operator = json.loads(plan)
    while operator["children"]:
        # the left side of a join passes by, the right one is held; of a named table, the last is what reads it
        operator = operator["children"][-1 if operator.get("operator_type") == "CTE" else 0]
    assert operator["operator_cardinality"] == len(MODELS) * (len(MODELS) - 1) // 2


ON_DEMAND = {
    "mart.comparisons": "comparison",
    "mart.shared_results": "comparison_results",
    "mart.comparison_statements": "comparison_statements",
}


@pytest.fixture(scope="module")
def few_paired(world: World) -> Iterator[Warehouse]:
    """The same world where but four models are paired."""
    with ExitStack() as until_the_end:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ALMANAC_PAIRED_MODELS", "4")
            built = until_the_end.enter_context(world.built())
        yield built


def test_of_more_models_than_are_paired_the_most_sought_are_compared_beforehand(few_paired: Warehouse) -> None:
    paired = few_paired.rows("select model_id from evidence.paired_models order by 1")
    assert paired == [("claude-haiku-4.5",), ("claude-opus-4.5",), ("gpt-5",), ("gpt-5-mini",)]
    for name in ("mart.comparisons", "mart.shared_results", "mart.published_pairs", "mart.comparison_statements"):
        told = few_paired.rows(f"select unnest([model_a_id, model_b_id]) from {name}")
        assert set() < set(told) <= set(paired), name
    assert few_paired.cell("select count(*) from mart.comparisons") == 6
    assert few_paired.rows("select 1 from mart.neighbours where model_id = 'gemini-2.5-flash'")
    assert set(few_paired.rows("select neighbour_id from mart.neighbours")) <= set(paired)


@pytest.mark.parametrize("name", ON_DEMAND)
def test_two_models_on_demand_are_told_what_is_stored_of_them_where_all_are_paired(
    warehouse: Warehouse, few_paired: Warehouse, name: str
) -> None:
    stored = f"from {name} where model_a_id = ? and model_b_id = ? order by all"
    if name == "mart.comparison_statements":  # stored of the published alone
        stored = "from comparison_statements(?, ?) order by all"
    told = 0
    for a, b in ((a, b) for a in MODELS for b in MODELS if a < b):
        found = few_paired.connection.execute(f"from {ON_DEMAND[name]}(?, ?) order by all", [b, a]).fetchall()
        assert found == warehouse.connection.execute(stored, [a, b]).fetchall()
        told += len(found)
    assert told


def test_no_gap_says_of_a_model_that_is_not_paired_that_its_results_meet_no_others(few_paired: Warehouse) -> None:
    told = "select subject_id from quality.gaps where kind = 'missing_benchmark' and starts_with(detail, 'results on')"
    assert set(few_paired.rows(told)) <= set(few_paired.rows("select model_id from evidence.paired_models"))


@pytest.fixture(scope="module")
def file(world: World) -> Path:
    return world.file()


def test_clones_of_the_models_are_compared_each_with_each(file: Path) -> None:
    figures = bench_pairs.measure(file, 30)
    assert figures.pairs == figures.all_pairs == 30 * 29 // 2


@pytest.mark.parametrize("models", [0, 1, 2, 7, 30])
@pytest.mark.parametrize("most", [1, 10, 1000])
def test_blocks_of_pairs_hold_every_first_model_once_and_no_more_pairs_than_its_last_one_brings(
    models: int, most: int
) -> None:
    blocks = database.blocks_of_pairs(models, most)
    assert [number for first, last in blocks for number in range(first, last + 1)] == list(range(1, models))
    assert all(sum(models - number for number in range(first, last)) < most for first, last in blocks)


def test_what_is_made_some_pairs_after_others_is_what_is_made_at_once(
    world: World, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_blocks, made = database.blocks_of_pairs, []
    monkeypatch.setattr(database, "blocks_of_pairs", lambda models: in_blocks(models, most=5))
    monkeypatch.setattr(database, "SPOKEN_OF_AT_ONCE", 4)
    execute = database.execute
    monkeypatch.setattr(database, "execute", lambda on, statement: made.append(statement) or execute(on, statement))
    with world.built() as built:
        for name in ("mart.pairs", "mart.comparisons", "mart.comparison_statements"):
            assert built.rows(f"from {name} order by all") == warehouse.rows(f"from {name} order by all")
    for name in ("mart.pairs", "mart.comparison_statements"):
        assert len([each for each in made if each.startswith(f"insert into {name} ")]) > 2


def test_of_many_pairs_the_benchmark_times_a_share_and_says_so(file: Path) -> None:
    figures = bench_pairs.measure(file, 30, enough=100)
    assert 0 < figures.pairs <= 100 < figures.all_pairs
    assert f"slice of {figures.pairs} of 435 pairs" in figures.line()
