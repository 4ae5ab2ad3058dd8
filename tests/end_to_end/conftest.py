"""A world of fixtures on loopback, and data folders in which one or two nights of it have passed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.mirror import World, mirrored
from tests.end_to_end.nights import FIRST, SECOND, night, pages, quick_on, small_sources
from tests.end_to_end.world_changes import a_price_changes
from warehouse.home import Home


@contextmanager
def small_world() -> Iterator[World]:
    with small_sources(), mirrored(pages()) as world, quick_on(world.url):
        yield world


def copied(home: Home, to: Path) -> Home:
    """The same data folder elsewhere, without Dagster's memory of it."""
    shutil.copytree(home.root, to, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    return Home(to)


@pytest.fixture(scope="package")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The first night, published. Shared: nothing may be written to it."""
    home = Home(tmp_path_factory.mktemp("one_night"))
    with small_world():
        assert night(home, FIRST).errors == []
    return home


@pytest.fixture(scope="package")
def two_nights(one_night: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The second night too, in which one price was another. Shared: nothing may be written to it."""
    home = copied(one_night, tmp_path_factory.mktemp("two_nights") / "home")
    with small_world() as world:
        a_price_changes(world)
        assert night(home, SECOND).errors == []
    return home


@pytest.fixture
def world() -> Iterator[World]:
    with small_world() as found:
        yield found


@pytest.fixture
def home(one_night: Home, tmp_path: Path) -> Home:
    """A data folder of the test's own, in which the first night has passed."""
    return copied(one_night, tmp_path / "home")
