"""A full disk, a disk that takes no writing, files that were damaged: a night heals it or says in one sentence what to do.

And whatever it is, the last edition can be read.
"""

import os
import traceback
from pathlib import Path
from typing import Any

import pytest

from pipelines.graph.by_hand import run_nightly
from tests.end_to_end.kills import torn
from tests.end_to_end.nights import SECOND, copied, night_apart, quick_on, small_sources
from tests.end_to_end.small_disk import grown, read_only, small_disk
from warehouse.home import Home, Unusable

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

PATIENCE = 600

FREE = "free some space (`almanac tidy` removes what need not be kept) and run the refresh again"


def said(home: Home, **asked: Any) -> str:
    """What a night that cannot be published says of it."""
    try:
        return "; ".join(run_nightly(home, as_of=SECOND, **asked).errors)
    except Unusable as unusable:
        return str(unusable)


def on_a_small_disk(base: Path, disk: Path, mirror: str, told: Any) -> None:
    """Nights on a disk that is full, then takes no writing, then has room: as a child, which alone sees it."""
    try:
        small_disk(disk, 400)
    except OSError as error:
        told.put(("impossible", str(error)))
        return
    try:
        told.put(("done", list(_nights_on(disk, copied(Home(base), disk / "home"), mirror))))
    except BaseException:
        told.put(("failed", traceback.format_exc()))


def _nights_on(disk: Path, home: Home, mirror: str) -> Any:
    held = sum(path.stat().st_blocks * 512 for path in disk.rglob("*") if not path.is_symlink()) / 2**20
    room = home.warehouse.stat().st_size / 2**20
    with small_sources(), quick_on(mirror):
        for what, left in (("no room for the file", room / 2), ("room for the file alone", room + 2.5)):
            grown(disk, held + left)
            yield what, said(home), torn(home)
            for path in home.dagster.rglob("*.db*"):
                path.unlink()
        read_only(disk, is_so=True)
        yield "read-only", said(home), torn(home)
        read_only(disk, is_so=False)
        grown(disk, 400)
        night_apart(home.root, mirror, SECOND)
        yield "room", "", torn(home)
    os.sync()
    for file in ("manifest.json",):
        yield "edition", (home.latest / file).read_text(encoding="utf-8"), []
