"""Files that were damaged: each is read or made anew, or named in one sentence that says what to do."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.warehouse.test_ledger import attempt, with_its_tables
from tests.warehouse.world import Voice, World, night, price, priced
from warehouse import database
from warehouse import home as homes
from warehouse.evidence.claims import load_ledger
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, Unusable, append_lines, refuse_full, whole_lines_of
from warehouse.identity import redirects

HALF: Callable[[bytes], bytes] = lambda whole: whole[: len(whole) // 2]  # noqa: E731

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": HALF,
    "zeros at its beginning": lambda whole: bytes(8192) + whole[8192:],
    "zeros at its end": lambda whole: HALF(whole) + bytes(len(whole) - len(HALF(whole))),
    "something else": lambda _: b"<html>no file of ours</html>" * 1000,
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def openai(world: World) -> Voice:
    voice = world.seller("openai", "maker")
    voice.says(night(1), priced("gpt-5", "1.25", "10"))
    voice.says(night(2), priced("gpt-5", "1", "8"))
    return voice


def folded(path: Path) -> list[tuple[Any, ...]]:
    with database.opened(path, read_only=True) as connection:
        return connection.sql("from evidence.folded_claims order by claim_id").fetchall()


# --- files that only grow --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damaged", ['{"fetch_id": "f2", "sour', "\0\0\0\0", "[]", "nonsense", ""])
def test_a_damaged_line_of_the_ledger_is_named_with_what_to_do(damaged: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "run-1")
    ledger.record(attempt(1))
    file = tmp_path / "run-1.jsonl"
    first = file.read_text(encoding="utf-8")
    ledger.record(attempt(3))
    third = file.read_text(encoding="utf-8").removeprefix(first)
    file.write_text(f"{first}{damaged}\n{third}", encoding="utf-8")
    with pytest.raises(Unusable, match=re.escape(f"line 2 of {file} is damaged; put the file back from a backup, or")):
        ledger.known()
    file.write_text(first + third, encoding="utf-8")
    assert [row["fetch_id"] for row in ledger.rows()] == ["f1", "f3"]


@pytest.mark.parametrize("damage", ["empty", "cut off"])
def test_lines_that_were_cut_off_since_they_were_built_from_are_named_and_not_forgotten(
    damage: str, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path, "run-1")
    ledger.record(attempt(1))
    ledger.record(attempt(3, error="a line of another length"))
    file = tmp_path / "run-1.jsonl"
    whole = file.read_bytes()
    with with_its_tables() as connection:
        load_ledger(connection, ledger)
        file.write_bytes(DAMAGES[damage](whole))
        with pytest.raises(Unusable, match=re.escape(f"{file} was cut off since the last build: put it back from a")):
            load_ledger(connection, ledger)
        assert connection.sql("select attempts from raw.runs").fetchall() == [(2,)]
        # a line that somebody took out is forgotten, as the sentence says
        file.write_bytes(whole.splitlines(keepends=True)[0])
        assert load_ledger(connection, ledger)
        assert connection.sql("select attempts from raw.runs").fetchall() == [(1,)]


def test_what_grows_after_a_torn_line_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "ids.jsonl"
    append_lines(file, [{"id": "a"}])
    with open(file, "a", encoding="utf-8") as lines:
        lines.write('{"id": "b", "na')
    assert list(whole_lines_of(file)) == [{"id": "a"}]
    append_lines(file, [{"id": "b"}, {"id": "c"}])
    assert list(whole_lines_of(file)) == [{"id": "a"}, {"id": "b"}, {"id": "c"}]


def test_a_first_line_that_was_torn_is_written_again(tmp_path: Path) -> None:
    file = tmp_path / "ids.jsonl"
    file.write_text('{"id"', encoding="utf-8")
    append_lines(file, [{"id": "a"}])
    assert json.loads(file.read_bytes()) == {"id": "a"}


def test_a_character_that_some_take_for_the_end_of_a_line_ends_none(tmp_path: Path) -> None:
    file, odd = tmp_path / "ids.jsonl", {"names": "one\u2028two\x85three\x0bfour\rfive"}
    append_lines(file, [odd, {"names": ""}])
    assert list(whole_lines_of(file)) == [odd, {"names": ""}]


def test_a_damaged_line_of_the_published_ids_is_named_and_no_id_is_forgotten(tmp_path: Path) -> None:
    home = Home(tmp_path)
    append_lines(home.published, [{"model_id": "gpt-5", "names": []}, {"model_id": "gpt-4", "names": []}])
    damaged = b"\xff" + home.published.read_bytes()
    home.published.write_bytes(damaged)
    with pytest.raises(Unusable, match=re.escape(f"line 1 of {home.published} is damaged")):
        redirects.record(home)
    assert home.published.read_bytes() == damaged


# --- what documents say ----------------------------------------------------------------------------------------------


class Batch(NamedTuple):
    parquet: Path
    index: Path


def batch(world: World) -> Batch:
    (index,) = world.home.observations.glob("openai_pricing/*/*.json")
    return Batch(index.with_suffix(".parquet"), index)


@pytest.mark.parametrize("which", Batch._fields)
@pytest.mark.parametrize("damage", [*sorted(set(DAMAGES) - {"zeros at its beginning"}), "gone"])
def test_a_damaged_batch_of_readings_is_none_and_its_documents_are_read_again(
    world: World, openai: Voice, which: str, damage: str
) -> None:
    openai.read_new_pages(world.readings)
    before = world.readings.index(openai.id, openai.version)
    assert len(before) == 2
    file, whole = getattr(batch(world), which), getattr(batch(world), which).read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(DAMAGES[damage](whole))
    assert world.readings.index(openai.id, openai.version) == {}
    openai.unread = set(openai.pages)  # as a night finds them, which reads what is in no index
    openai.read_new_pages(world.readings)
    assert world.readings.index(openai.id, openai.version) == before
    assert file.read_bytes() == whole


def test_a_batch_that_is_damaged_inside_is_named_with_what_to_do(world: World, openai: Voice) -> None:
    world.fold()
    file = batch(world).parquet
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + bytes(len(whole) - 12) + whole[-8:])
    with pytest.raises(
        Unusable, match=re.escape(f"in {file.parent} is damaged; remove that folder and run the refresh")
    ):
        world.fold()


def test_a_damaged_body_is_put_aside_and_comes_again(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    sha256 = snapshots.keep(b"prices")
    (file,) = tmp_path.rglob("*.gz")
    file.write_bytes(b"\x1f\x8b")
    with pytest.raises(ValueError, match=re.escape(f"put {file} back from a backup, else the page is asked for anew")):
        snapshots.read(sha256)
    snapshots.set_aside(sha256)
    assert sha256 not in snapshots
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{sha256}.damaged"]
    assert snapshots.read(snapshots.keep(b"prices")) == b"prices"


# --- databases -------------------------------------------------------------------------------------------------------


def test_a_damaged_warehouse_is_no_state_and_history_is_folded_again(
    world: World, openai: Voice, tmp_path: Path
) -> None:
    path, _ = world.fold()
    before, whole = folded(path), path.read_bytes()
    for name, damage in DAMAGES.items():
        damaged = tmp_path / f"{name}.duckdb"
        damaged.write_bytes(damage(whole))
        assert folded(world.fold(damaged)[0]) == before


def test_whatever_lies_where_the_work_file_is_built_is_in_nobodys_way(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.work_file.parent.mkdir(parents=True)
    home.work_file.write_bytes(b"half of something")
    home.work_file.with_name(home.work_file.name + ".wal").write_bytes(b"and its log")
    database.begin(home)
    with database.opened(home.work_file) as connection:
        assert connection.sql("from quality.made").fetchall() == []


# --- the disk and the clock ------------------------------------------------------------------------------------------


def test_a_disk_without_room_for_the_file_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, free = Home(tmp_path), 0
    monkeypatch.setattr(homes.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - free, free))  # type: ignore[attr-defined]
    refuse_full(home)  # before the first night nobody knows what it takes
    home.warehouse.parent.mkdir()
    home.warehouse.write_bytes(bytes(2_000_000))
    free = 1_900_000
    with pytest.raises(Unusable, match=r"has 1\.9 MB left and a night needs 2\.0; free some space \(`almanac tidy`"):
        refuse_full(home)
    free = 2_000_000
    refuse_full(home)


@pytest.mark.parametrize("years", [-20, 20], ids=["backwards", "forwards"])
def test_a_night_under_a_wrong_clock_is_forgotten_with_its_file(tmp_path: Path, years: int) -> None:
    def nights(folder: Path, *, one_is_wrong: bool) -> World:
        world = World(folder)
        voice = world.seller("openai", "maker")
        for number, amount in ((1, "10"), (2, "9"), (3, "8"), (4, "7")):
            world.builds = number
            if number != 3:
                voice.says(night(number), price("gpt-5", "output", amount))
            elif one_is_wrong:
                voice.says(night(number + 365 * years), price("gpt-5", "output", amount))
        return world

    world = nights(tmp_path / "wrong", one_is_wrong=True)
    right, _ = nights(tmp_path / "right", one_is_wrong=False).fold()
    wrong, _ = world.fold()
    assert folded(wrong) != folded(right)
    (world.home.ledger / "run-0003.jsonl").unlink()
    healed, _ = world.fold(wrong)
    assert folded(healed) == folded(right)
    with database.opened(healed, read_only=True) as connection:
        assert database.as_of(connection) == night(4)
