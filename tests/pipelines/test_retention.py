"""What is kept and what goes: old editions, bodies nobody cites, readings of gone parsers, runs; and what never goes."""

import json
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster import DagsterRunStatus

from pipelines import retention
from pipelines.cli import main
from pipelines.graph import history
from pipelines.graph.by_hand import SILENT
from pipelines.graph.instance import instance
from pipelines.retention import Due, Keep
from sources.registry import all_sources, parser_version
from tests.warehouse.test_ledger import attempt
from tests.warehouse.world import World, doubted, night, priced
from warehouse import database
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home, alone

ALL = Keep(editions=None, snapshots=None, observations=None, runs=None, lines=None)

JOB = dg.GraphDefinition("graph").to_job("nightly")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def names(found: Iterator[Due], kind: str) -> list[str]:
    return [each.name for each in found if each.kind == kind]


def file(path: Path, content: str = "", *, days_old: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    then = datetime.now(UTC).timestamp() - days_old * retention.DAY_SECONDS
    os.utime(path, (then, then))
    return path


# --- settings --------------------------------------------------------------------------------------------------------


def test_by_default_no_evidence_is_removed() -> None:
    assert Keep.from_environment() == Keep(editions=10, snapshots=None, observations=30, runs=90, lines=1)


def test_every_setting_is_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, words in {
        "EDITIONS": "3",
        "SNAPSHOTS": "400",
        "OBSERVATIONS": "all",
        "RUNS": " 7 ",
        "LINES": "2",
    }.items():
        monkeypatch.setenv(f"ALMANAC_KEEP_{name}", words)
    assert Keep.from_environment() == Keep(editions=3, snapshots=400, observations=None, runs=7, lines=2)


@pytest.mark.parametrize("words", ["0", "-1", "few", "1.5", "none", "1e9", "٣"])
def test_a_setting_that_is_no_number_keeps_a_night_from_beginning(
    words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALMANAC_KEEP_EDITIONS", words)
    for command in ("refresh", "tidy"):
        with pytest.raises(SystemExit) as ended:
            main([command])
        told = f"almanac: ALMANAC_KEEP_EDITIONS is {words!r}; it is a whole number from 1 up, or all\n"
        assert (ended.value.code, capsys.readouterr().err) == (2, told)
    assert not (tmp_path / "home").exists()


# --- editions --------------------------------------------------------------------------------------------------------


def test_old_editions_go_by_their_own_day_and_the_newest_never_does(home: Home) -> None:
    for number, day in enumerate((5, 3, 1, 4, 2)):
        folder = file(home.editions / f"2026-01-0{day}-x" / "manifest.json", f'{{"as_of": "2026-01-0{day}"}}').parent
        os.utime(folder, (number, number))
    home.latest.symlink_to(home.editions / "2026-01-01-x")  # an old ledger was put back
    strange = file(home.editions / "notes" / "manifest.json", "{").parent
    gone, failed = retention.remove(retention.due(home, Keep(editions=2)))
    assert ([each.name for each in gone], failed) == (["2026-01-02-x", "2026-01-03-x"], [])
    stands = ["2026-01-01-x", "2026-01-04-x", "2026-01-05-x", strange.name]
    assert sorted(path.name for path in home.editions.iterdir()) == stands
    assert list(retention.due(home, Keep(editions=2))) == []


def test_what_an_edition_shares_with_another_frees_nothing(home: Home) -> None:
    for day in (1, 2, 3):
        file(home.editions / f"2026-01-0{day}-x" / "manifest.json", f'{{"as_of": "2026-01-0{day}"}}')
    page = file(home.editions / "2026-01-01-x" / "page.html", "words" * 100)
    os.link(page, home.editions / "2026-01-03-x" / "page.html")
    home.latest.symlink_to(home.editions / "2026-01-03-x")
    (oldest,) = retention.due(home, Keep(editions=1))
    assert (oldest.name, oldest.bytes) == ("2026-01-01-x", len('{"as_of": "2026-01-01"}'))


# --- bodies ----------------------------------------------------------------------------------------------------------


def prices_move(world: World, *, but_for: tuple[int, ...] = ()) -> dict[int, str]:
    """A seller whose page is laid out anew every night and whose price moves twice; night → the body it answered."""
    seller, bodies = world.seller("openai", "maker"), {}
    for number, amount in enumerate(("1", "1", "1", "2", "2", "2", "3", "3", "3"), 1):
        if number not in but_for:
            bodies[number] = seller.says(night(number), priced("gpt-5", amount, "10"), layout=str(number))
    return bodies


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, str]]:
    """A warehouse with all kinds of bodies in its past, and the stored ones by what they are. Nothing writes to it."""
    world = World(tmp_path_factory.mktemp("moved"))
    bodies = {f"night {number}": sha256 for number, sha256 in prices_move(world).items()}
    other = world.seller("anthropic", "maker")
    bodies["of a reject"] = other.says(night(1), priced("claude-sonnet-4", "900000", "10"))
    bodies["refused"] = other.babbles(night(2))
    bodies["in doubt"] = other.says(night(3), doubted("claude-sonnet-4"))
    bodies["newest of its address"] = other.says(night(4), priced("claude-sonnet-4", "3", "15"))
    with world.built():
        pass
    made = Home(world.home.root / "builds" / "0000").work_file
    world.home.warehouse.parent.mkdir(parents=True)
    made.rename(world.home.warehouse)
    for sha256 in (*bodies.values(), "0" * 64):
        file(world.home.snapshots / sha256[:2] / f"{sha256}.gz", "body")
    return world.home, bodies


def uncited(home: Home, days: int) -> list[str]:
    return names(retention.due(home, Keep(None, days, None, None)), "snapshot")


def test_a_body_goes_where_nothing_leads_to_it_and_nobody_saw_it_lately(moved: tuple[Home, dict[str, str]]) -> None:
    home, bodies = moved
    # Of each price the first body and the last one that printed it are evidence of when it was said.
    assert uncited(home, 1) == sorted(bodies[each] for each in ("night 2", "night 5"))
    assert uncited(home, 5) == [bodies["night 2"]]
    assert uncited(home, 30) == []
    assert names(retention.due(home, Keep()), "snapshot") == []


def test_a_body_that_an_edition_cites_stays_as_long_as_the_edition(moved: tuple[Home, dict[str, str]]) -> None:
    home, bodies = moved
    edition = home.editions / "2026-01-02-x"
    edition.mkdir(parents=True)
    try:
        with duckdb.connect(str(edition / "almanac.duckdb")) as connection:
            connection.execute("create schema evidence")
            connection.execute(
                "create table evidence.folded_claims as select ? as snapshot_sha256", [bodies["night 2"]]
            )
        assert uncited(home, 1) == [bodies["night 5"]]
        (edition / "almanac.duckdb").write_bytes(b"damaged")
        with pytest.raises(duckdb.Error):
            uncited(home, 1)
    finally:
        (edition / "almanac.duckdb").unlink()
        edition.rmdir()


def test_history_read_again_without_what_went_says_the_same(tmp_path: Path) -> None:
    found = []
    for but_for in ((), (2, 5)):
        world = World(tmp_path / str(len(but_for)))
        prices_move(world, but_for=but_for)
        path, _ = world.fold()
        with database.opened(path, read_only=True) as connection:
            found.append(connection.sql("from evidence.folded_claims order by claim_id").fetchall())
    assert found[0] == found[1]
    assert len(found[0]) == 4


# --- readings --------------------------------------------------------------------------------------------------------


def test_readings_by_a_parser_of_the_past_go_and_today_s_stay(home: Home) -> None:
    source = next(iter(all_sources()))
    for name, days_old in (
        (f"{source}/{parser_version(source)}", 400),
        (f"{source}/old", 31),
        (f"{source}/recent", 29),
        ("gone_source/its-last", 31),
    ):
        file(home.observations / name / "batch.parquet", days_old=days_old)
    assert names(retention.due(home, Keep()), "observation set") == sorted([f"{source}/old", "gone_source/its-last"])
    retention.remove(retention.due(home, Keep()))
    assert (home.observations / source / "recent" / "batch.parquet").exists()
    assert (home.observations / source / parser_version(source) / "batch.parquet").exists()


def test_what_a_dead_night_was_writing_goes(home: Home) -> None:
    left = [
        file(home.editions / ".building" / "core.models.parquet"),
        file(home.editions / ".going.2026-01-01-x" / "manifest.json"),
        file(home.snapshots / "ab" / ".abcd.gz.1.part"),
        file(home.observations / "acme" / "v1" / ".batch.parquet.1.part"),
        file(home.root / ".ledger.1.part"),
        file(home.ledger / ".2026-01.1.part"),
    ]
    stays = [file(home.snapshots / "ab" / "abcd.gz"), file(home.ledger / "run.jsonl", "{")]
    (home.root / ".latest.1").symlink_to("editions/2026-01-01-x")
    gone, failed = retention.remove(retention.due(home, ALL))
    assert ({each.kind for each in gone}, len(gone), failed) == ({"leftover"}, len(left) + 1, [])
    assert not any(path.exists() for path in left)
    assert not (home.root / ".latest.1").is_symlink()
    assert all(path.exists() for path in stays)


# --- runs ------------------------------------------------------------------------------------------------------------


def runs_begun(home: Home, kept: dg.DagsterInstance, **days_ago: float) -> dict[str, Any]:
    """Runs, each with an event; all but ``running`` have ended."""
    made = {}
    for name in days_ago:
        status = DagsterRunStatus.STARTED if name == "running" else DagsterRunStatus.SUCCESS
        made[name] = kept.create_run_for_job(JOB, status=status)
        kept.report_engine_event(name, made[name])
    with sqlite3.connect(home.dagster / "history" / "runs.db") as runs:
        for name, days in days_ago.items():
            then = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
            runs.execute("update runs set create_timestamp = ? where run_id = ?", [then, made[name].run_id])
    runs.close()
    return made


def test_runs_that_ended_long_ago_go_with_their_files_and_all_others_stay(home: Home) -> None:
    with instance(home) as kept:
        made = runs_begun(home, kept, old=91, recent=89, running=91)
        gone, failed = retention.remove(history.everything_due(home, Keep(), kept))
        assert ([each.name for each in gone], failed) == ([made["old"].run_id], [])
        assert gone[0].bytes > 0
        assert {run.run_id for run in kept.get_runs()} == {made["recent"].run_id, made["running"].run_id}
        assert [entry.message for entry in kept.all_logs(made["recent"].run_id)] == ["recent"]
    files = {path.name.partition(".")[0] for path in (home.dagster / "history" / "runs").iterdir()}
    assert files - {"index", ""} == {made["recent"].run_id, made["running"].run_id}


def test_what_a_run_left_in_the_index_goes_too(home: Home) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("fine", asset="made")])
    def made():  # what it gives says enough: a check's result comes with the asset's
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    def left(run_id: str) -> dict[str, int]:
        with sqlite3.connect(home.dagster / "history" / "runs" / "index.db") as index:
            tables = ("event_logs", "asset_check_executions")
            found = {
                name: index.execute(f"select count(*) from {name} where run_id = ?", [run_id]).fetchone()[0]
                for name in tables
            }
        index.close()
        return found

    with instance(home) as kept:
        first = dg.materialize([made], instance=kept, run_config={"loggers": SILENT})
        assert min(left(first.run_id).values()) > 0
        kept.delete_run(first.run_id)
        assert left(first.run_id) == {"event_logs": 0, "asset_check_executions": 0}


def test_a_file_of_events_whose_run_is_gone_goes(home: Home) -> None:
    with instance(home) as kept:
        made = runs_begun(home, kept, old=91, recent=0)
        kept.run_storage.delete_run(made["old"].run_id)  # a tidying was killed here
        assert names(history.everything_due(home, Keep(), kept), "run") == [made["old"].run_id]
        retention.remove(history.everything_due(home, Keep(), kept))
        assert names(history.everything_due(home, Keep(), kept), "run") == []


# --- the ledger ------------------------------------------------------------------------------------------------------


def months_of_the_ledger(home: Home) -> list[str]:
    """Four months of runs; the names of their files."""
    for month in ("01", "02", "03", "04"):
        for day in ("01", "02"):
            Ledger(home.ledger, f"2026{month}{day}T020000Z-x").record(attempt(int(month + day)))
    return sorted(path.name for path in home.ledger.iterdir())


def test_closed_months_of_the_ledger_become_parquet_and_say_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))
    months_of_the_ledger(home)
    rows = list(Ledger(home.ledger, "").rows())
    with pytest.raises(SystemExit):
        main(["tidy", "--dry-run", "--json"])
    lines = sum((home.ledger / f"202601{day}T020000Z-x.jsonl").stat().st_size for day in ("01", "02"))
    listed = json.loads(capsys.readouterr().out)
    assert [(each["kind"], each["name"]) for each in listed] == [
        ("ledger month", "2026-01"),
        ("ledger month", "2026-02"),
    ]
    assert listed[0]["bytes"] == lines
    with pytest.raises(SystemExit):
        main(["tidy"])
    assert [path.name[:8] for path in sorted(home.ledger.iterdir())] == [
        *("2026-01.", "2026-02."),
        *("20260301", "20260302", "20260401", "20260402"),
    ]
    assert list(Ledger(home.ledger, "").rows()) == rows
    monkeypatch.setenv("ALMANAC_KEEP_LINES", "all")
    assert names(retention.due(home, Keep.from_environment()), "ledger month") == []


def test_so_many_months_of_the_ledger_go_at_once_the_oldest_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    months_of_the_ledger(home)
    monkeypatch.setattr(retention, "MONTHS_AT_ONCE", 1)
    for month in ("2026-01", "2026-02"):
        gone, failed = retention.remove(retention.due(home, Keep(editions=None)))
        assert ([each.name for each in gone], failed) == ([month], [])
    assert list(retention.due(home, Keep(editions=None))) == []


def test_a_month_that_cannot_be_closed_is_a_warning_and_stays(home: Home) -> None:
    stays = months_of_the_ledger(home)
    damaged = home.ledger / stays[0]
    damaged.write_text("nonsense\n" + damaged.read_text(encoding="utf-8"), encoding="utf-8")
    warned: list[str] = []
    with instance(home) as kept:
        assert history.tidied(home, kept, warned.append) == "1 ledger month"
    (said,) = warned
    assert said.startswith(f"line 1 of {damaged} is damaged; put the file back from a backup")
    assert set(stays[:2]) <= {path.name for path in home.ledger.iterdir()}


# --- the end of a night, and by hand ---------------------------------------------------------------------------------


def test_what_cannot_be_removed_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    file(home.editions / ".building" / "half")
    file(home.ledger / ".2026-01.1.part")

    def refuses(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(retention.shutil, "rmtree", refuses)
    with instance(home) as kept:
        assert history.tidied(home, kept, warned.append) == "1 leftover"
        assert warned == ["leftover editions/.building could not be removed: Permission denied"]
        monkeypatch.setenv("ALMANAC_KEEP_RUNS", "few")
        assert history.tidied(home, kept, warned.append) == "nothing"
    assert warned[1:] == ["nothing was tidied: ALMANAC_KEEP_RUNS is 'few'; it is a whole number from 1 up, or all"]


def test_tidy_lists_and_then_removes(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))
    left = file(home.editions / ".building" / "half", "words")
    with instance(home) as kept:
        made = runs_begun(home, kept, old=91)

    def tidy(*words: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["tidy", *words])
        return ended.value.code or 0, *capsys.readouterr()

    status, out, _ = tidy("--dry-run", "--json")
    listed = json.loads(out)
    assert [(each["kind"], each["name"]) for each in listed] == [
        ("leftover", "editions/.building"),
        ("run", made["old"].run_id),
    ]
    assert (status, listed[0]["bytes"], left.exists()) == (0, 5, True)
    with alone(home):
        assert tidy("--dry-run")[1].splitlines()[-1].startswith("2 would be removed, ")
    assert tidy()[1].splitlines()[-1].startswith("2 removed, ")
    assert not left.exists()
    assert tidy() == (0, "0 removed\n", "")
