"""A world of fixtures on loopback, and data folders in which one or two nights of it have passed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.mirror import World
from tests.end_to_end.nights import FIRST, SECOND, broken_rules, copied, passed, small_world
from tests.end_to_end.world_changes import a_price_changes
from warehouse.home import Home


@pytest.fixture(scope="package")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The first night, published. Shared: nothing may be written to it."""
    home = Home(tmp_path_factory.mktemp("one_night"))
    with small_world():
        passed(home, FIRST)
    assert broken_rules(home) == []
    return home


@pytest.fixture(scope="package")
def two_nights(one_night: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The second night too, in which one price was another. Shared: nothing may be written to it."""
    home = copied(one_night, tmp_path_factory.mktemp("two_nights") / "home")
    with small_world() as world:
        a_price_changes(world)
        passed(home, SECOND)
    assert broken_rules(home) == []
    return home


@pytest.fixture
def world() -> Iterator[World]:
    with small_world() as found:
        yield found


@pytest.fixture
def home(one_night: Home, tmp_path: Path) -> Home:
    """A data folder of the test's own, in which the first night has passed."""
    return copied(one_night, tmp_path / "home")
