"""A disk that is full, and one that takes no writing: a night says what to do, and the last edition can be read."""

import traceback
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue
from pathlib import Path
from shutil import copyfile

import pytest

from pipelines.graph.by_hand import run_nightly
from pipelines.publishing import publish
from tests.end_to_end.kills import torn
from tests.end_to_end.nights import FORKS, SECOND, copied, small_sources
from tests.end_to_end.small_disk import left_on, read_only, small_disk
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, Unusable, alone

PATIENCE = 600

MEGABYTE = 2**20

FREE = "free some space (`almanac tidy` removes what need not be kept) and run the refresh again"


@pytest.fixture(scope="module")
def happened(
    one_night: Home, two_nights: Home, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str, list[str]]]:
    """What was tried on the small disk → what was said of it, and what was torn then; each in a home of one night."""
    told: Queue[dict[str, tuple[str, list[str]]]] = FORKS.Queue()
    disk = tmp_path_factory.mktemp("disk")
    process = FORKS.Process(target=on_a_small_disk, args=(one_night.root, two_nights.warehouse, disk, told))
    process.start()
    found = told.get(timeout=PATIENCE)
    process.join()
    if "impossible" in found:
        pytest.skip(f"this machine lets nobody mount a small disk: {found['impossible'][0]}")
    return found


def on_a_small_disk(base: Path, finished: Path, disk: Path, told: "Queue[dict[str, tuple[str, list[str]]]]") -> None:
    """As a child, which alone sees the disk."""
    try:
        small_disk(disk)
    except OSError as error:
        told.put({"impossible": (str(error), [])})
        return
    home = copied(Home(base), disk / "home")
    found = {}
    try:
        for what, said in _tried(disk, home, finished):
            found[what] = said, torn(home)
    except BaseException:
        found["trouble"] = traceback.format_exc(), []
    told.put(found)


def _tried(disk: Path, home: Home, finished: Path) -> Iterator[tuple[str, str]]:
    room = home.warehouse.stat().st_size
    with small_sources():
        read_only(disk, is_so=True)
        yield "a disk that takes no writing", _said(home)
        read_only(disk, is_so=False)
        left_on(disk, room // 2)
        yield "no room for the file", _said(home)
        left_on(disk, room + MEGABYTE // 2)
        yield "room for the file and little else", _said(home)
    left_on(disk, 0)
    ledger, snapshots = Ledger(home.ledger, "20260821T230000Z-full"), Snapshots(home.snapshots)
    yield "a line of the ledger", _kept(lambda: ledger.record({"error": "words " * 10_000}))
    yield "a snapshot", _kept(lambda: snapshots.keep(bytes(range(256)) * 999))
    yield "what is left of them", " ".join(map(str, disk.rglob("*.part"))) + str(list(ledger.rows())[-1]["run_id"])
    left_on(disk, 60 * MEGABYTE)
    home.work_file.parent.mkdir(exist_ok=True)
    copyfile(finished, home.work_file)
    left_on(disk, 3 * MEGABYTE)
    yield "an edition that does not fit", _published(home)
    left_on(disk, 100 * MEGABYTE)
    yield "an edition that fits", _published(home)


def _kept(keep: Callable[[], object]) -> str:
    try:
        keep()
    except OSError as error:
        return str(error.strerror)
    return "it fits"


def _said(home: Home) -> str:
    """What a night that cannot be published says of it."""
    try:
        return "; ".join(run_nightly(home, as_of=SECOND, offline=True, sources=["curated"]).errors)
    except Unusable as unusable:
        return str(unusable)


def _published(home: Home) -> str:
    try:
        with alone(home):
            return publish(home).edition_id
    except Exception as error:
        return f"{error} in {home.latest.resolve().name}"


Happened = dict[str, tuple[str, list[str]]]


def test_nothing_that_readers_open_is_ever_torn(happened: Happened) -> None:
    assert "trouble" not in happened, happened["trouble"][0]
    assert len(happened) == 8
    assert {what: torn for what, (_, torn) in happened.items() if torn} == {}


def test_a_disk_that_takes_no_writing_is_named(happened: Happened) -> None:
    said, _ = happened["a disk that takes no writing"]
    assert said.startswith("nothing can be written to ")


@pytest.mark.parametrize("what", ["no room for the file", "room for the file and little else"])
def test_a_night_on_a_full_disk_says_what_to_do(happened: Happened, what: str) -> None:
    assert FREE in happened[what][0]


def test_what_does_not_fit_leaves_nothing_half_written(happened: Happened) -> None:
    for what in ("a line of the ledger", "a snapshot"):
        assert happened[what][0] == "No space left on device"
    assert "full" not in happened["what is left of them"][0]
    assert ".part" not in happened["what is left of them"][0]


def test_an_edition_that_does_not_fit_is_absent_and_is_there_once_it_fits(
    happened: Happened, one_night: Home, two_nights: Home
) -> None:
    failed, _ = happened["an edition that does not fit"]
    assert "No space left on device" in failed
    assert failed.endswith(f"in {one_night.latest.resolve().name}")
    assert happened["an edition that fits"][0] == two_nights.latest.resolve().name
