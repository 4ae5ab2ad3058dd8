"""A night that dies at any moment, with analysts reading: what they read is whole, and the next night is too."""

import hashlib
import json
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.mirror import World
from tests.end_to_end.nights import FIRST, FORKS, SECOND, answers, copied, night_apart, night_that_stops
from tests.end_to_end.world_changes import CHANGED, a_price_changes
from warehouse import database
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

PATIENCE = 600
"""Seconds a child may take to get somewhere, on a busy machine."""

BEFORE_LATEST = "pipelines.publishing:point_latest"
"""By then the file analysts open is the new one."""

LANES = (
    {
        "while a snapshot is put in place": ("warehouse.evidence.snapshots:put", 1),
        "while fetching": ("warehouse.evidence.ledger:Ledger.record", 9),
        "while reading": ("warehouse.evidence.readings:put", 1),
        "between the edition and the file": ("warehouse.database:put_in_place", 1),
    },
    {
        "while the tables are built": ("warehouse.database:make", 3),
        "while the edition is written": ("pipelines.publishing.tables:_copy_parquet", 6),
        "between the file and latest": (BEFORE_LATEST, 1),
    },
)
"""Where nights are killed: just before they call this for the nth time. Each lane is one data folder's bad luck."""

PRICE = """
select usd
from core.prices
where source_id = 'openrouter_models' and offer_id = 'openrouter/gpt-5.5' and meter = ? and condition = ''
"""
_, METER, OLD, NEW = CHANGED


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(edition: Path) -> dict[str, Any]:
    """An edition's manifest; every file it names must be there, byte for byte."""
    found: dict[str, Any] = json.loads((edition / "manifest.json").read_bytes())
    assert found["edition_id"] == edition.name
    for entry in found["tables"].values():
        assert digest(edition / entry["file"]) == entry["sha256"]
    for part in found["parts"].values():
        for name, entry in part.get("each", {}).items():
            assert digest(edition / name) == entry["sha256"]
    assert (edition / "almanac.duckdb.sha256").read_text() == f"{digest(edition / 'almanac.duckdb')}  almanac.duckdb\n"
    return found


def assert_everything_published_is_whole(home: Home) -> None:
    assert manifest(home.latest.resolve())
    for edition in home.editions.iterdir():
        assert edition.name == ".building" or manifest(edition)
    assert [path.name for path in home.warehouse.parent.iterdir() if path.is_file()] == ["almanac.duckdb"]
    assert answers(home, PRICE, METER) in ([(OLD,)], [(NEW,)])


def test_nights_killed_anywhere_leave_readers_and_the_last_edition_alone_and_the_next_is_whole(
    world: World, one_night: Home, two_nights: Home, tmp_path: Path
) -> None:
    a_price_changes(world)
    homes = [copied(one_night, tmp_path / str(number)) for number in range(len(LANES))]
    with ThreadPoolExecutor() as threads:
        for _ in threads.map(killed_again_and_again, homes, repeat(world.url), LANES):
            pass
    for home in homes:
        assert_everything_published_is_whole(home)
        assert answers(home, PRICE, METER) == [(NEW,)]
        assert not home.work_file.exists()
        assert names(home.editions) == names(two_nights.editions)
        assert manifest(home.latest.resolve()) == manifest(two_nights.latest.resolve())


def killed_again_and_again(home: Home, mirror: str, places: Mapping[str, tuple[str, int]]) -> None:
    """Nights that die in each of these places, always with a reader at the published file; then one that lives."""
    before, latest = digest(home.warehouse), home.latest.resolve()
    for name, (place, turn) in places.items():
        reached = FORKS.Event()
        process = FORKS.Process(target=night_that_stops, args=(home.root, mirror, SECOND, place, turn, reached))
        with database.opened(home.warehouse, read_only=True) as reader:
            process.start()
            assert reached.wait(PATIENCE), f"a night that was to be killed {name} never came so far"
            assert reader.execute(PRICE, [METER]).fetchall() == [(OLD,)]
            assert database.as_of(reader) == FIRST
        assert_everything_published_is_whole(home)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert_everything_published_is_whole(home)
        assert home.latest.resolve() == latest
        assert (name, digest(home.warehouse) == before) == (name, place != BEFORE_LATEST)
        assert answers(home, PRICE, METER) == [(NEW if place == BEFORE_LATEST else OLD,)]
    tear_the_last_line(home)
    process = FORKS.Process(target=night_apart, args=(home.root, mirror, SECOND))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == 0


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def tear_the_last_line(home: Home) -> None:
    """What a power cut leaves of the line a dying night was writing."""
    newest = sorted(home.ledger.iterdir(), key=lambda path: path.stat().st_mtime)[-1]
    line = newest.read_bytes().splitlines()[-1]
    with open(newest, "ab") as lines:
        lines.write(line[: len(line) // 2])
