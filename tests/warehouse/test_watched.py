"""Checks a person looks at: what they count, what they compare with the file published before, and how bad each is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.world import Warehouse, World, doubted, fact, night, priced
from warehouse import database
from warehouse.checking import watched
from warehouse.schemas import all_tables

BEFORE, NOW = night(1), night(2)
KEPT = ("o3", "gpt-4.1", "gpt-4o", "gpt-4o-mini", "gpt-4.1-mini")


@pytest.fixture(scope="module")
def two_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Path]]:
    """The second night one price is cut, one jumps and one is in doubt; a card says no context any more."""
    world = World(tmp_path_factory.mktemp("watched"))
    openai, cards = world.seller("openai", "maker"), world.cards("alibaba")
    openai.says(BEFORE, priced("gpt-5", "1.25", "10"), *(priced(each, "2", "8") for each in KEPT))
    cards.says(BEFORE, fact("Qwen/Qwen3-8B", "name", "Qwen3-8B"), fact("Qwen/Qwen3-8B", "context_tokens", 32_768))
    with world.built() as before:
        ((path,),) = before.connection.sql("select path from duckdb_databases() where path is not null").fetchall()
    openai.says(
        NOW,
        priced("gpt-5", "1.25", "9"),
        priced("o3", "20", "80"),
        doubted("gpt-4.1"),
        *(priced(each, "2", "8") for each in KEPT[2:]),
    )
    cards.says(NOW, fact("Qwen/Qwen3-8B", "name", "Qwen3-8B"))
    with world.built() as now:
        yield now, Path(path)


def found(two_files: tuple[Warehouse, Path], table: str, check: str, *, alone: bool = False) -> watched.Found:
    now, before = two_files
    (result,) = (
        each for each in watched.found(now.connection, table, None if alone else before) if each.watch.check == check
    )
    return result


def test_prices_that_moved_and_those_that_jumped_are_told_with_both_amounts(two_files: tuple[Warehouse, Path]) -> None:
    moved = found(two_files, "core.prices", "prices_moved")
    told = {(row[0], row[1]): (str(row[3].normalize()), str(row[4].normalize())) for row in moved.examples}
    assert told[("openai/gpt-5", "output")] == ("1E+1", "9")
    jumped = found(two_files, "core.prices", "prices_jumped")
    assert {row[0] for row in jumped.examples} == {"openai/o3"}
    assert moved.failing == len(moved.examples) < moved.rows


def test_a_column_that_lost_its_cells_is_a_drop_in_coverage(two_files: tuple[Warehouse, Path]) -> None:
    drop = found(two_files, "core.models", "coverage_drop")
    assert ("context_tokens", 1, 0) in drop.examples
    assert not drop.passed
    assert "model_id" not in {row[0] for row in drop.examples}


def test_a_source_that_says_a_fifth_less_is_told(two_files: tuple[Warehouse, Path]) -> None:
    less = found(two_files, "quality.sources", "sources_that_say_less")
    assert [(row[0], row[1] > row[2]) for row in less.examples] == [("alibaba_cards", True)]


def test_a_run_whose_attempts_are_gone_from_the_ledger_is_told_and_one_that_went_on_is_not(
    two_files: tuple[Warehouse, Path], tmp_path: Path
) -> None:
    now, before = two_files
    assert found(two_files, "raw.runs", "runs_that_are_gone").failing == 0
    other = tmp_path / "other.duckdb"
    other.write_bytes(before.read_bytes())
    with database.opened(other) as connection:
        ((run,),) = connection.sql("select min(run_id) from raw.runs").fetchall()
        connection.execute("insert into raw.runs values ('gone', 100, 3)")
        connection.execute("update raw.runs set attempts = attempts - 1 where run_id = ?", [run])
    gone = found((now, other), "raw.runs", "runs_that_are_gone")
    assert gone.examples == [("gone", 3, 0)]
    assert not gone.passed


def test_an_id_that_led_somewhere_and_leads_nowhere_is_forgotten(
    two_files: tuple[Warehouse, Path], tmp_path: Path
) -> None:
    now, before = two_files
    assert found(two_files, "core.model_redirects", "ids_that_are_forgotten").rows > 0
    assert found(two_files, "core.model_redirects", "ids_that_are_forgotten").failing == 0
    other = tmp_path / "other.duckdb"
    other.write_bytes(before.read_bytes())
    with database.opened(other) as connection:
        connection.execute(
            "insert into core.model_redirects (model_id, redirects_to, reason) values ('gone', 'o3', '')"
        )
        connection.execute("update core.models set model_id = 'gpt-six' where model_id = 'gpt-5'")
    forgotten = found((now, other), "core.model_redirects", "ids_that_are_forgotten")
    assert [row[0] for row in forgotten.examples] == ["gone", "gpt-six"]
    assert not forgotten.passed


def test_a_spelling_that_means_another_model_has_drifted(two_files: tuple[Warehouse, Path], tmp_path: Path) -> None:
    now, before = two_files
    assert found(two_files, "core.model_aliases", "identity_drift").failing == 0
    other = tmp_path / "other.duckdb"
    other.write_bytes(before.read_bytes())
    with database.opened(other) as connection:
        connection.execute("update core.model_aliases set model_id = 'gpt-4' where subject = 'gpt-5'")
        connection.execute("update core.model_aliases set model_id = null where subject = 'o3'")
    drift = found((now, other), "core.model_aliases", "identity_drift")
    assert [row[1:4] for row in drift.examples] == [("gpt-5", "gpt-4", "gpt-5")]
    assert not drift.passed


@pytest.mark.parametrize("check", [each for each in watched.watches() if each.against], ids=lambda each: each.check)
def test_the_first_night_has_nothing_to_compare_with_and_fails_nothing(
    two_files: tuple[Warehouse, Path], check: watched.Watch
) -> None:
    alone = found(two_files, check.of, check.check, alone=True)
    assert (alone.failing, alone.rows, alone.passed) == (0, 0, True)


def test_a_file_of_another_shape_or_none_at_all_cannot_be_compared_with(
    two_files: tuple[Warehouse, Path], tmp_path: Path
) -> None:
    torn, other = tmp_path / "torn.duckdb", tmp_path / "other.duckdb"
    torn.write_bytes(b"no database")
    with database.opened(other) as connection:
        connection.execute("create schema core; create table core.prices (offer_id varchar)")
    for before in (torn, other, tmp_path / "absent.duckdb"):
        assert found((two_files[0], before), "core.prices", "prices_moved").rows == 0


def test_every_check_runs_and_counts_no_more_failures_than_rows(two_files: tuple[Warehouse, Path]) -> None:
    now, before = two_files
    every = [each for name in all_tables() for each in watched.found(now.connection, name, before)]
    assert {each.watch for each in every} == set(watched.watches())
    for each in every:
        assert each.failing <= each.rows
        assert len(each.examples) == min(each.failing, watched.SHOWN)


def test_the_queries_are_those_of_the_table_of_checks() -> None:
    proofs = {"facts", "sentences", "contradictions"}
    written = {path.stem for path in (database.SQL / "checks").glob("*.sql")} - proofs
    assert written == {each.check for each in watched.watches() if not each.columns}
    assert {each.of for each in watched.watches()} <= set(all_tables())
