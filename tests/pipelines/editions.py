"""Editions of a made-up world: built, finished and published as a night does it.

Belongs here: the way from a world to an edition on disk. Does not: what is asserted.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.publishing import Edition, edition, parts, publish
from tests.warehouse.world import World
from warehouse.home import Home


@contextmanager
def made_of(*names: str) -> Iterator[None]:
    """Editions hold these parts alone: one that nobody looks at costs as much as one that somebody does."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (parts, edition):
            patch.setattr(module, "wanted", lambda: tuple(part for part in parts.PARTS if part.name in names))
        yield


def published(world: World, home: Home) -> Edition:
    """The edition of what the world's voices have said so far; the newest one where nothing is new."""
    before = Home(world.home.root / "builds" / f"{world.builds - 1:04}").work_file
    made = world.file(before if before.exists() else None)
    home.work_file.parent.mkdir(parents=True, exist_ok=True)
    os.link(made, home.work_file)
    made.unlink()
    return publish(home)


def taken_up(world: World, standing: Home, to: Path) -> Home:
    """A copy of the home in which stands the edition of what the world's voices have said so far: it goes on from there."""
    shutil.copytree(standing.root, to, symlinks=True)
    world.counts_as_built()
    return Home(to)


def every_file(folder: Path) -> dict[str, bytes]:
    """What an edition holds, but for the DuckDB file, which is not the same bytes twice."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("almanac.duckdb")
    }
