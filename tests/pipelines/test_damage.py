"""What goes wrong with the machine under a night: each is healed by the next, or said in one sentence with what to do."""

import errno
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any, NamedTuple

import dagster as dg
import duckdb
import pytest

from pipelines.answers.digest import digest
from pipelines.cli import main
from pipelines.graph import automation
from pipelines.graph.by_hand import SILENT, run_nightly
from pipelines.night.clock import later_than
from pipelines.night.night import Night, frozen
from pipelines.publishing.edition import write_edition
from sources.registry import all_sources
from tests.loopback import page, serving
from tests.pipelines.editions import every_file, published
from tests.warehouse.world import World, night, priced
from warehouse.home import Home, Unusable

NOW = datetime(2026, 8, 21, 23, tzinfo=UTC)


# --- what a person does about it -------------------------------------------------------------------------------------


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "almanac.duckdb")


def full_disk_under_sqlite() -> None:
    raise sqlite3.OperationalError("database or disk is full")


def little_memory_for_duckdb() -> None:
    with duckdb.connect(config={"memory_limit": "1MB", "max_temp_directory_size": "0MB"}) as connection:
        connection.sql("select count(distinct range) from range(10_000_000)").fetchall()


def no_memory() -> None:
    raise MemoryError


def read_only_disk() -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), "almanac.duckdb")


def damaged_line() -> None:
    raise Unusable("line 7 of run.jsonl is damaged; put the file back")


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (full_disk, r"OSError: .*No space left on device.*; the disk is full: free some space \(`almanac tidy`"),
        (full_disk_under_sqlite, "; the disk is full: free some space"),
        (little_memory_for_duckdb, "; memory ran out: end what else is at work on this machine, or"),
        (no_memory, "; memory ran out"),
        (read_only_disk, "; the disk takes no writing: mount it writable and run the refresh again"),
        (damaged_line, "step: line 7 of run.jsonl is damaged; put the file back$"),
    ],
)
def test_a_step_that_the_machine_fails_says_what_to_do(trouble: Callable[[], None], told: str) -> None:
    @dg.op
    def step() -> None:
        trouble()

    @dg.job(config={"loggers": SILENT})
    def job() -> None:
        step()

    (reason,) = automation.reasons(job.execute_in_process(raise_on_error=False).all_events)
    assert "\n" not in reason
    assert re.search(told, reason)


def test_a_history_that_is_damaged_is_named_with_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.dagster / "history").mkdir(parents=True)
    (home.dagster / "history" / "runs.db").write_bytes(b"no database" * 1000)
    told = f"Dagster's run history in {home.dagster} does not work, file is not a database; move that folder away"
    with pytest.raises(Unusable, match=re.escape(told)):
        run_nightly(home, as_of=NOW, offline=True)
    assert not home.ledger.exists()


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "is_told"),
    [
        (NOW - timedelta(days=3650), False),
        (NOW + timedelta(hours=23), False),
        (NOW + timedelta(days=2), True),
        (NOW + timedelta(days=3650), True),
    ],
)
def test_a_ledger_from_later_than_now_is_told_with_its_file(tmp_path: Path, newest: datetime, is_told: bool) -> None:
    home = Home(tmp_path)
    home.ledger.mkdir()
    for name in ("20200101T000000Z-a", f"{newest:%Y%m%dT%H%M%SZ}-b", "99990101-no-stamp"):
        (home.ledger / f"{name}.jsonl").touch()
    told = later_than(home, NOW)
    assert bool(told) is is_told
    if is_told:
        assert told.startswith(f"{home.ledger}/{newest:%Y%m%dT%H%M%SZ}-b.jsonl tells of a night of {newest:%Y-%m-%d}, ")
        assert told.endswith("move that file out of the ledger")


def test_a_month_from_later_than_now_is_told_with_its_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.ledger.mkdir()
    (home.ledger / f"{NOW:%Y-%m}.0123456789abcdef.parquet").touch()
    assert later_than(home, NOW) == ""
    (home.ledger / "9998-02.0123456789abcdef.parquet").touch()
    told = f"{home.ledger}/9998-02.0123456789abcdef.parquet tells of a night of 9998-02-01, "
    assert later_than(home, NOW).startswith(told)


def test_a_refresh_says_that_the_clock_is_behind_and_one_as_of_a_day_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    home.ledger.mkdir()
    (home.ledger / "99980101T000000Z-a.jsonl").touch()
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))

    def refused(home: Home, **_: Any) -> None:
        raise Unusable("no night here")

    monkeypatch.setattr("pipelines.graph.by_hand.run_nightly", refused)
    said = []
    for words in (["refresh"], ["refresh", "--as-of", "2026-08-21"]):
        with pytest.raises(SystemExit):
            main(words)
        said.append(capsys.readouterr().err.splitlines())
    assert said[0][0].startswith(f"almanac: {home.ledger}/99980101T000000Z-a.jsonl tells of a night of 9998-01-01")
    assert said[1] == said[0][1:] == ["almanac: no night here; nothing has been published yet"]


# --- bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_a_body_that_is_gone_is_asked_for_without_a_condition_and_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    home, source = Home(tmp_path), all_sources()["openrouter_models"]
    (url,) = source.urls
    with serving({url: page(b'{"data": []}', "application/json", ETag='"one"')}) as mirror:
        monkeypatch.setenv("ALMANAC_MIRROR", mirror.url)

        def asked(day: int) -> Night:
            one = Night.begin(home, frozen(NOW + timedelta(days=day)))
            one.ask([source])
            return one

        def stored() -> list[Path]:
            return list(home.snapshots.rglob("*.gz"))

        asked(0)
        (file,) = stored()
        whole = file.read_bytes()
        if damage == "damaged":
            file.write_bytes(whole[:-9])
            (reading,) = asked(1).read([source])[source.id].refused
            assert (reading.outcome, "put aside" in reading.reason or "asked for anew" in reading.reason) == (
                "refused",
                True,
            )
        else:
            file.unlink()
        assert stored() == []
        asked(2)
        assert [path.read_bytes() for path in stored()] == [whole]
        asked(3)
        conditions = [each.headers.get("If-None-Match") for each in mirror.asked if each.url == url]
        assert conditions[0] is conditions[-2] is None
        assert conditions[-1] == '"one"'


# --- editions --------------------------------------------------------------------------------------------------------


class Nights(NamedTuple):
    """The data folder after the second of three nights, the finished files of the second and the third, and what the
    edition of each held when it was made."""

    home: Home
    second: Path
    third: Path
    held: list[dict[str, bytes]]

    def again(self, to: Path) -> tuple[Home, Path]:
        """That folder for a test of its own, and the edition of the second night in it."""
        copytree(self.home.root, to, symlinks=True)
        return Home(to), Home(to).latest.resolve()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """On each night a price of one model is another, and nothing of the other model is. The first has no site."""
    world, home = World(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    world.seller("anthropic", "maker").says(night(1), priced("claude-opus-4.5", "5", "25"))
    openai, held, files = world.seller("openai", "maker"), [], []
    with pytest.MonkeyPatch.context() as patch:
        for day, cheaper in enumerate(("1.25", "1", "0.9"), 1):
            if day == 2:
                patch.delenv("ALMANAC_SITE")
            openai.says(night(day), priced("gpt-5", cheaper, "10"))
            held.append(every_file(published(world, home).path))
            files.append(Path(copyfile(home.warehouse, tmp_path_factory.mktemp("finished") / f"{day}.duckdb")))
            if day == 2:
                after_second = Home(tmp_path_factory.mktemp("after") / "second")
                copytree(home.root, after_second.root, symlinks=True)
        yield Nights(after_second, files[1], files[2], held)


def flipped(file: Path) -> None:
    """Another bit in the middle."""
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)


UNCHANGED = ("models/claude-opus-4.5.json", "site/models/claude-opus-4.5.html", "site/pagefind/pagefind.js")
"""Files of the second edition that the third takes over."""


def not_to_be_read(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nowhere"))


@pytest.mark.parametrize(
    ("damage", "names"),
    [
        (flipped, UNCHANGED[:1]),
        (flipped, UNCHANGED[1:]),
        (not_to_be_read, (UNCHANGED[1], "catalogue.json")),
        (flipped, ("files.sha256",)),
    ],
)
def test_what_is_damaged_in_an_edition_is_not_in_the_next(
    nights: Nights, damage: Callable[[Path], None], names: Sequence[str], tmp_path: Path
) -> None:
    home, second = nights.again(tmp_path / "home")
    for name in names:
        damage(second / name)
    third = write_edition(home, copyfile(nights.third, tmp_path / "third.duckdb"))
    assert every_file(third.path) == nights.held[2]


def test_a_whole_edition_lets_its_files_serve_again(nights: Nights, tmp_path: Path) -> None:
    home, second = nights.again(tmp_path / "home")
    third = write_edition(home, copyfile(nights.third, tmp_path / "third.duckdb"))
    assert every_file(third.path) == nights.held[2]
    assert [name for name in UNCHANGED[1:] if not os.path.samefile(second / name, third.path / name)] == []


def test_an_edition_with_a_damaged_table_is_not_compared_with(nights: Nights, tmp_path: Path) -> None:
    home, second = nights.again(tmp_path / "home")
    flipped(second / "core.prices.parquet")
    third = write_edition(home, copyfile(nights.third, tmp_path / "third.duckdb"))
    told = json.loads((third.path / "changes.json").read_bytes())
    first = json.loads(nights.held[1]["changes.json"])["before"]["edition_id"]
    assert told["before"]["edition_id"] == first
    assert [(each["old_amount"], each["new_amount"]) for each in told["prices"]] == [(1.25, 0.9)]


def test_a_damaged_account_of_changes_ends_what_feeds_look_back_on_and_stops_no_edition(
    nights: Nights, tmp_path: Path
) -> None:
    home, second = nights.again(tmp_path / "home")
    (second / "changes.json").write_text('{"edition_id": ', encoding="utf-8")
    third = write_edition(home, copyfile(nights.third, tmp_path / "third.duckdb"))
    assert (third.path / "changes.json").read_bytes() == nights.held[2]["changes.json"]
    entries = [
        body.count(b"<entry>") for body in (nights.held[2]["feeds/all.atom"], every_file(third.path)["feeds/all.atom"])
    ]
    assert entries[0] > entries[1] > 0


@pytest.mark.parametrize("name", ["manifest.json", "core.prices.parquet"])
def test_editions_of_which_one_is_damaged_are_not_compared_and_it_is_said_which(
    nights: Nights, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, second = nights.again(tmp_path / "home")
    first = json.loads((second / "changes.json").read_bytes())["before"]["edition_id"]
    os.truncate(home.editions / first / name, 20)
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))
    with pytest.raises(SystemExit) as ended:
        main(["diff", first, "latest"])
    assert ended.value.code == 2
    assert first in capsys.readouterr().err
    told = digest(home) if name == "manifest.json" else None
    assert told is None or told["since"] is None


def lost(file: Path) -> None:
    file.unlink()


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


def one_too_many(file: Path) -> None:
    copyfile(file, file.with_stem("more"))


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (lost, "core.labs.parquet"),
        (cut_off, "models/gpt-5.json"),
        (one_too_many, "site/models/gpt-5.html"),
        (flipped, "manifest.json"),
    ],
)
def test_an_edition_that_is_not_as_it_was_is_made_anew_and_tells_what_it_told(
    nights: Nights, damage: Callable[[Path], None], name: str, tmp_path: Path
) -> None:
    home, second = nights.again(tmp_path / "home")
    damage(second / name)
    again = write_edition(home, copyfile(nights.second, tmp_path / "second.duckdb"))
    assert (again.path, again.is_new) == (second, True)
    assert every_file(second) == nights.held[1]
    assert not write_edition(home, copyfile(nights.second, tmp_path / "once more.duckdb")).is_new


def test_an_edition_that_was_damaged_is_made_anew_and_one_that_is_whole_is_left(tmp_path: Path) -> None:
    home, world = Home(tmp_path / "home"), World(tmp_path / "world")
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"))
    first = published(world, home)
    whole, finished = every_file(first.path), copyfile(home.warehouse, tmp_path / "finished.duckdb")
    for name in ("almanac.duckdb", "manifest.json"):
        file = first.path / name
        file.unlink()
        file.write_bytes(b"{")
        again = write_edition(home, finished)
        assert (again.edition_id, again.is_new) == (first.edition_id, True)
        assert every_file(first.path).keys() == whole.keys()
        assert not write_edition(home, finished).is_new
    assert [path.name for path in home.editions.iterdir()] == [first.edition_id]
