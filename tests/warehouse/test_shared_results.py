"""On which basis two scores stand beside each other: a gap needs one reporter and one test, and says how each model ran."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Observation
from tests.warehouse.world import Warehouse, World, fact, night
from warehouse.checking import promises

MAKER = "reported_by=maker"


def score(model: str, benchmark: str, points: str, setting: str = "", *, unit: str = "percent") -> Observation:
    return fact(
        model, f"benchmark/{benchmark}", Decimal(points), unit=unit, condition=setting, locator=f"{model} {setting}"
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    world.cards("openai").says(
        night(1),
        score("gpt-5", "aime-2025", "94.6", "tools=no"),
        fact("gpt-5-mini", "context_tokens", 400000),
        fact("o3", "context_tokens", 200000),
    )
    world.cards("anthropic").says(night(1), score("claude-opus-4.5", "aime-2025", "87", "tools=no"))
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score("gpt-5_high", "gpqa-diamond", "86", "date=2025-10-29"),
        score("gpt-5_medium", "gpqa-diamond", "85", "date=2025-08-07"),
        score("claude-opus-4.5_32K", "gpqa-diamond", "82", "date=2025-10-21"),
        score("o3_high", "gpqa-diamond", "83", "date=2025-06-01"),
        # another agent, other tools and another version are other tests
        score("gpt-5", "terminal-bench-2", "49.6", "harness=Codex CLI"),
        score("gpt-5", "terminal-bench-2", "43.8", "harness=OpenHands"),
        score("claude-opus-4.5", "terminal-bench-2", "57", "harness=Claude Code"),
        score("o3", "terminal-bench-2", "30", "harness=OpenHands"),
        score("gpt-5", "hle", "35", "tools=yes"),
        score("claude-opus-4.5", "hle", "25", "tools=no"),
        score("gpt-5", "livecodebench", "70", "version=v6"),
        score("claude-opus-4.5", "livecodebench", "75", "version=v5"),
        score("o3", "livecodebench", "72"),
        score("gpt-5", "bbh", "80", "metric=cons@64"),
        score("claude-opus-4.5", "bbh", "70", "metric=pass@1"),
        # an index is of a model, whatever run of it is named
        score("gpt-5_high", "epoch-capabilities-index", "150", unit="points"),
        score("gpt-5_low", "epoch-capabilities-index", "150", unit="points"),
        score("claude-opus-4.5_32K", "epoch-capabilities-index", "147", unit="points"),
        # a suite is one benchmark, however many of its parts are shared
        *(score("gpt-5", f"livebench-{task}", "60", "version=2026-01-08") for task in ("typos", "spatial", "python")),
        *(score("o3", f"livebench-{task}", "50", "version=2026-01-08") for task in ("typos", "spatial", "python")),
        score("gpt-5", "wikitext-103", "9", unit="points"),
        score("o3", "wikitext-103", "8", unit="points"),
    )
    world.catalogue("atlas").says(
        night(1),
        score("gpt-5", "mmlu", "92", f"{MAKER}; note=Hallucination rate; unread=hallucination rate"),
        score("gpt-5-mini", "mmlu", "90", MAKER),
        score("o3", "mmlu", "91", MAKER),
        score("gpt-5", "mmmu", "84", "reported_by=third_party"),
        score("gpt-5-mini", "mmmu", "80", "reported_by=third_party"),
    )
    with world.built() as built:
        yield built


def shared(warehouse: Warehouse, a: str, b: str, benchmark: str, columns: str) -> tuple[Any, ...] | None:
    found = warehouse.rows(
        f"select {columns} from mart.shared_results where model_a_id = ? and model_b_id = ? and benchmark_id = ?",
        a,
        b,
        benchmark,
    )
    return found[0] if found else None


def comparability(warehouse: Warehouse, model: str, benchmark: str) -> set[object]:
    return {
        why
        for (why,) in warehouse.rows(
            "select comparability from core.benchmark_results where model_id = ? and benchmark_id = ?", model, benchmark
        )
    }


# --- the basis -------------------------------------------------------------------------------------------------------


def test_one_reporter_and_one_setting_give_a_gap_and_a_leader(warehouse: Warehouse) -> None:
    columns = "basis, score_a, score_b, gap, leader, setting_a, setting_b"
    assert shared(warehouse, "gpt-5", "o3", "gpqa-diamond", columns) == (
        "same_setting", Decimal(86), Decimal(83), Decimal(3), "gpt-5", "effort=high", "effort=high",
    )  # fmt: skip


def test_each_model_at_its_best_is_compared_with_both_settings_told(warehouse: Warehouse) -> None:
    columns = "basis, score_a, score_b, gap, leader, setting_a, setting_b, effort_b, thinking_tokens_a"
    assert shared(warehouse, "claude-opus-4.5", "gpt-5", "gpqa-diamond", columns) == (
        "best_of_each", Decimal(82), Decimal(86), Decimal(-4), "gpt-5",
        "effort=thinking; thinking_tokens=32000", "effort=high", "high", 32000,
    )  # fmt: skip


def test_results_of_two_makers_are_shown_side_by_side_without_a_winner(warehouse: Warehouse) -> None:
    columns = "basis, score_a, score_b, gap, leader, reporter_id_a, reporter_id_b"
    assert shared(warehouse, "claude-opus-4.5", "gpt-5", "aime-2025", columns) == (
        "same_benchmark", Decimal(87), Decimal("94.6"), None, None, "anthropic", "openai",
    )  # fmt: skip


def test_another_harness_tools_or_metric_is_another_test(warehouse: Warehouse) -> None:
    for benchmark in ("terminal-bench-2", "hle", "bbh"):
        told = shared(warehouse, "claude-opus-4.5", "gpt-5", benchmark, "basis, gap, leader")
        assert told == ("same_benchmark", None, None), benchmark
    assert shared(warehouse, "gpt-5", "o3", "terminal-bench-2", "basis, score_a, gap") == (
        "same_setting",
        Decimal("43.8"),
        Decimal("13.8"),
    )


def test_two_versions_are_two_tests_and_not_even_shown_as_one(warehouse: Warehouse) -> None:
    assert shared(warehouse, "claude-opus-4.5", "gpt-5", "livecodebench", "basis") is None
    assert shared(warehouse, "gpt-5", "o3", "livecodebench", "basis, gap") == ("same_benchmark", None)
    assert comparability(warehouse, "o3", "livecodebench") == {"version_unknown"}


def test_a_setting_told_in_prose_gives_no_gap(warehouse: Warehouse) -> None:
    assert shared(warehouse, "gpt-5", "gpt-5-mini", "mmlu", "basis, gap, note_a") == (
        "same_benchmark",
        None,
        "Hallucination rate",
    )
    assert comparability(warehouse, "gpt-5", "mmlu") == {"setting_in_prose"}


def test_what_a_list_repeats_of_one_maker_is_compared_within_that_maker(warehouse: Warehouse) -> None:
    columns = "basis, gap, reported_by_a, reporter_id_a, reporter_id_b"
    assert shared(warehouse, "gpt-5-mini", "o3", "mmlu", columns) == (
        "same_setting", Decimal(-1), "maker", "openai", "openai",
    )  # fmt: skip


def test_a_score_nobody_signs_gives_no_gap(warehouse: Warehouse) -> None:
    columns = "basis, gap, reported_by_a, reporter_id_a, comparability_a"
    assert shared(warehouse, "gpt-5", "gpt-5-mini", "mmmu", columns) == (
        "same_benchmark", None, "third_party", None, "reporter_unknown",
    )  # fmt: skip


def test_an_index_counts_once_a_model(warehouse: Warehouse) -> None:
    columns = "basis, score_a, score_b, leader, is_index"
    assert shared(warehouse, "claude-opus-4.5", "gpt-5", "epoch-capabilities-index", columns) == (
        "same_setting", Decimal(147), Decimal(150), "gpt-5", True,
    )  # fmt: skip


def test_nobody_leads_where_better_is_not_established(warehouse: Warehouse) -> None:
    assert shared(warehouse, "gpt-5", "o3", "wikitext-103", "basis, gap, leader, higher_is_better") == (
        "same_setting",
        Decimal(1),
        None,
        None,
    )


def test_a_suite_counts_once_however_many_parts_are_shared(warehouse: Warehouse) -> None:
    # gpqa, terminal-bench, livecodebench, livebench, wikitext and MMLU
    assert warehouse.row(
        "select shared_benchmarks, shared_same_setting, shared_best_of_each, shared_same_benchmark, leads_a, leads_b"
        " from evidence.pair_results where model_a_id = 'gpt-5' and model_b_id = 'o3'"
    ) == (6, 4, 0, 2, 3, 0)
    assert (
        warehouse.cell("select count(*) from mart.shared_results where model_a_id = 'gpt-5' and model_b_id = 'o3'") == 8
    )


def test_no_gap_crosses_reporters_versions_or_tests(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1), score("gpt-5", "gpqa", "86", "harness=inspect"), score("o3", "gpqa", "83", "harness=inspect")
    )
    crossing = "mart.shared_results.gap: a gap between results of two reporters, versions or tests (1 rows, for example"
    with world.built() as warehouse:
        assert not [each for each in promises.broken(warehouse.connection) if each.table == "mart.shared_results"]
        for column in ("reporter_id", "dataset_version", "harness", "comparable_key"):
            warehouse.connection.execute("begin")
            warehouse.connection.execute(
                f"update core.benchmark_results set {column} = 'another' where model_id = 'o3'"
            )
            told = [str(each) for each in promises.broken(warehouse.connection) if each.table == "mart.shared_results"]
            assert [each.startswith(crossing) for each in told] == [True], column
            warehouse.connection.execute("rollback")


def test_there_is_a_gap_on_every_basis_but_side_by_side(warehouse: Warehouse) -> None:
    told = warehouse.rows("select distinct basis, gap is not null from mart.shared_results order by all")
    assert told == [("best_of_each", True), ("same_benchmark", False), ("same_setting", True)]


# --- what a result can be compared with, and why not -----------------------------------------------------------------


def test_a_result_says_with_which_others_it_can_be_compared(warehouse: Warehouse) -> None:
    keys = warehouse.rows(
        "select distinct comparable_key from core.benchmark_results where benchmark_id = 'gpqa-diamond'"
    )
    assert keys == [("gpqa-diamond by ladder; unit=percent",)]
    assert comparability(warehouse, "gpt-5", "terminal-bench-2") == {"alone", "comparable"}
    assert comparability(warehouse, "claude-opus-4.5", "terminal-bench-2") == {"alone"}


def test_what_keeps_a_result_from_being_compared_is_a_gap(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select subject_id, field, reason, detail from quality.gaps where kind = 'missing_setting' order by all"
    ) == [
        ("gpt-5", "benchmark_results/reporter_unknown", "not_published", "1 result of which nobody says who measured it: mmmu"),
        ("gpt-5", "benchmark_results/setting_in_prose", "ambiguous", "1 result whose setting is told in prose: mmlu"),
        ("gpt-5-mini", "benchmark_results/reporter_unknown", "not_published", "1 result of which nobody says who measured it: mmmu"),
        ("o3", "benchmark_results/version_unknown", "not_published", "1 result without the version of the benchmark: livecodebench"),
    ]  # fmt: skip


def test_what_a_test_says_of_others_is_not_the_same_as_nothing_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score("gpt-4.1", "gpqa", "66"),
        score("claude-opus-4.5", "gpqa", "70"),
        score("claude-opus-4.5_32K", "gpqa", "82"),
        score("gpt-4.1", "mmlu", "90"),
        score("claude-opus-4.5", "mmlu", "91"),
    )
    with world.built() as warehouse:
        columns = "basis, score_a, setting_a, setting_b"
        assert shared(warehouse, "claude-opus-4.5", "gpt-4.1", "gpqa", columns) == (
            "best_of_each", Decimal(82), "effort=thinking; thinking_tokens=32000", "",
        )  # fmt: skip
        assert shared(warehouse, "claude-opus-4.5", "gpt-4.1", "mmlu", columns) == ("same_setting", Decimal(91), "", "")


def test_a_model_measured_with_its_thinking_off_only_is_not_at_its_best(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score("deepseek-v3.1", "gpqa", "60", "effort=none"),
        score("gpt-5_high", "gpqa", "86"),
        score("claude-opus-4.5", "gpqa", "70", "effort=none"),
        score("claude-opus-4.5_32K", "gpqa", "82"),
    )
    with world.built() as warehouse:
        assert shared(warehouse, "deepseek-v3.1", "gpt-5", "gpqa", "basis, gap") == ("same_benchmark", None)
        assert shared(warehouse, "claude-opus-4.5", "gpt-5", "gpqa", "basis, gap") == ("best_of_each", Decimal(-4))
        assert shared(warehouse, "claude-opus-4.5", "deepseek-v3.1", "gpqa", "basis, gap") == (
            "same_setting",
            Decimal(10),
        )


def test_a_newer_measurement_replaces_the_older_in_one_setting(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score("gpt-5", "gpqa", "80", "date=2025-08-07"),
        score("gpt-5", "gpqa", "84", "date=2025-10-29"),
        score("o3", "gpqa", "83", "date=2025-06-01"),
    )
    with world.built() as warehouse:
        assert shared(warehouse, "gpt-5", "o3", "gpqa", "score_a, evaluated_on_a") == (Decimal(84), date(2025, 10, 29))
        assert comparability(warehouse, "gpt-5", "gpqa") == {"comparable", "superseded"}


def test_no_best_is_named_where_a_better_score_is_in_doubt(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score("gpt-4o-2024-05-13", "gpqa", "40", "tools=no; mode=fc"),
        score("gpt-4o-2024-08-06", "gpqa", "50", "tools=no; mode=fc"),
        score("gpt-4o-2024-08-06", "gpqa", "45", "tools=no; mode=prompt"),
        score("o3_high", "gpqa", "83", "tools=no"),
    )
    with world.built() as warehouse:
        assert shared(warehouse, "gpt-4o", "o3", "gpqa", "basis, gap") == ("same_benchmark", None)


def test_the_parts_of_a_setting_come_from_the_page_and_from_the_name(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        score(
            "claude-opus-4.5_16K", "gpqa", "80", "shots=5; harness=inspect; dataset=text-only; version=v2; attempts=1"
        ),
        score("gpt-5_low", "gpqa", "70", "label=cot; metric=em; tools=no"),
        score("o3", "gpqa", "60", "effort=enabled"),
        score("deepseek-v3.1", "gpqa", "50", "thinking_tokens=0; shots=several"),
    )
    with world.built() as warehouse:
        assert warehouse.rows(
            "select model_id, effort, thinking_tokens, shots, harness, dataset, dataset_version, attempts, protocol, metric, tools"
            " from core.benchmark_results order by model_id"
        ) == [
            ("claude-opus-4.5", "thinking", 16000, 5, "inspect", "text-only", "v2", "1", None, None, None),
            ("deepseek-v3.1", "none", 0, None, None, None, None, None, "several-shot", None, None),
            ("gpt-5", "low", None, None, None, None, None, None, "cot", "em", "no"),
            ("o3", "thinking", None, None, None, None, None, None, None, None, None),
        ]
