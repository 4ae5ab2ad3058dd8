"""A night that dies at any moment, with analysts reading: what they read is whole, and the next night is too.

``scripts/kill_nights.py`` kills hundreds, at random.
"""

import signal
from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from tests.end_to_end.kills import PLACES, digest, torn, unlike
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import (
    FIRST,
    FORKS,
    SECOND,
    answers,
    copied,
    night_apart,
    night_that_stops,
    publication_that_stops,
)
from tests.end_to_end.world_changes import CHANGED, a_price_changes
from warehouse import database
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

PATIENCE = 600
"""Seconds a child may take to get somewhere, on a busy machine."""

BEFORE_PUBLICATION = {
    "while a snapshot is put in place": ("warehouse.evidence.snapshots:put", 1),
    "while fetching": ("warehouse.evidence.ledger:Ledger.record", 9),
    "while reading": ("warehouse.evidence.readings:put", 1),
    "while the tables are built": ("warehouse.database:make", 3),
}
"""Where nights are killed: just before they call this for the nth time."""

AFTER_THE_FILE = {
    "between the file and the published ids": ("warehouse.identity.redirects:record", 1),
    "between the ids and latest": ("pipelines.publishing:point_latest", 1),
}
"""By then the file analysts open is the new one."""

IN_PUBLICATION = {
    "while the edition's tables are written": ("pipelines.publishing.tables:_copy_parquet", 6),
    "while the edition's parts are made": ("pipelines.publishing.edition:_made", 3),
    "before the edition's manifest": ("pipelines.publishing.edition:put", 1),
    "between the edition and the file": ("warehouse.database:put_in_place", 1),
    **AFTER_THE_FILE,
}

PRICE = """
select usd
from core.prices
where source_id = 'openrouter_models' and offer_id = 'openrouter/gpt-5.5' and meter = ? and condition = ''
"""
_, METER, OLD, NEW = CHANGED


def test_nights_killed_anywhere_leave_readers_and_the_last_edition_alone_and_the_next_is_whole(
    world: World, one_night: Home, two_nights: Home, tmp_path: Path
) -> None:
    a_price_changes(world)
    home = copied(one_night, tmp_path / "home")
    for name, place in BEFORE_PUBLICATION.items():
        killed(home, name, night_that_stops, home.root, world.url, SECOND, *place)
    for name, place in IN_PUBLICATION.items():
        # a publication alone, over the file a night would have built: so much is built once and not six times
        home.work_file.parent.mkdir(exist_ok=True)
        database.discard(home)
        copyfile(two_nights.warehouse, home.work_file)
        killed(home, name, publication_that_stops, home.root, *place)
    tear_the_last_line(home)
    process = FORKS.Process(target=night_apart, args=(home.root, world.url, SECOND))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == 0
    assert (torn(home), unlike(home, two_nights)) == ([], [])
    assert answers(home, PRICE, METER) == [(NEW,)]
    assert not home.work_file.exists()
    assert names(home.editions) == names(two_nights.editions)


def killed(home: Home, name: str, work: Callable[..., None], *given: Any) -> None:
    """Work that dies in this place, with a reader at the published file: that, and the last edition, stand as they were."""
    before, latest, stood = digest(home.warehouse), home.latest.resolve(), answers(home, PRICE, METER)
    reached = FORKS.Event()
    process = FORKS.Process(target=work, args=(*given, reached))
    with database.opened(home.warehouse, read_only=True) as reader:
        process.start()
        assert reached.wait(PATIENCE), f"a night that was to be killed {name} never came so far"
        assert reader.execute(PRICE, [METER]).fetchall() == stood
        assert database.as_of(reader) == (FIRST if stood == [(OLD,)] else SECOND)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (name, torn(home)) == (name, [])
    assert home.latest.resolve() == latest
    assert name in AFTER_THE_FILE or digest(home.warehouse) == before
    assert answers(home, PRICE, METER) == [(NEW if name in AFTER_THE_FILE else OLD,)]


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def tear_the_last_line(home: Home) -> None:
    """What a power cut leaves of the line a dying night was writing."""
    newest = sorted(home.ledger.iterdir(), key=lambda path: path.stat().st_mtime)[-1]
    line = newest.read_bytes().splitlines()[-1]
    with open(newest, "ab") as lines:
        lines.write(line[: len(line) // 2])


def test_every_place_to_die_in_is_there() -> None:
    for place in (*PLACES.values(), *(place for place, _ in (BEFORE_PUBLICATION | IN_PUBLICATION).values())):
        module, _, name = place.partition(":")
        assert callable(attrgetter(name)(import_module(module))), place


def test_what_is_torn_is_seen(one_night: Home, tmp_path: Path) -> None:
    """The eye of the tests of killed nights: a byte less anywhere readers look, and it says where."""
    home = copied(one_night, tmp_path / "home")
    edition = home.latest.resolve()
    tree = next(path for path in sorted(edition.glob("models/*.json")))
    assert torn(home) == []
    for file, told in (
        (edition / "core.models.parquet", f"{edition.name}: core.models.parquet"),
        (edition / "CHANGES.md", f"{edition.name}: CHANGES.md"),
        (tree, f"{edition.name}: models/{tree.name}"),
        (edition / "manifest.json", f"{edition.name}: "),
        (home.warehouse, f"{home.warehouse.name}: "),
    ):
        whole = file.read_bytes()
        file.unlink()
        file.write_bytes(whole[: len(whole) // 2])
        assert [each.startswith(told) for each in torn(home)] == [True]
        file.write_bytes(whole)
    (home.warehouse.parent / "almanac.duckdb.wal").write_bytes(b"")
    assert torn(home) == ["almanac.duckdb.wal beside the warehouse"]
