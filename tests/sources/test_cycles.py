"""What is imported inside `unwatched` is never looked at for cycles, and looking goes on as it was, only more seldom."""

import gc
from collections.abc import Iterator

import pytest

from sources.cycles import NEW_OBJECTS, unwatched


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold, was_watched = gc.get_threshold(), gc.isenabled()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    (gc.enable if was_watched else gc.disable)()


@pytest.mark.parametrize("was_watched", [True, False])
def test_nothing_is_looked_for_inside_and_afterwards_what_is_new(was_watched: bool) -> None:
    (gc.enable if was_watched else gc.disable)()
    with unwatched():
        assert not gc.isenabled()
        with unwatched():
            pass
        assert not gc.isenabled()
        stays: list[object] = [[]]
    assert gc.isenabled() is was_watched
    assert gc.get_threshold()[0] == NEW_OBJECTS
    assert not any(each is stays for each in gc.get_objects())
    new: list[object] = [[]]
    assert any(each is new for each in gc.get_objects())


def test_looking_goes_on_where_an_import_fails() -> None:
    gc.enable()
    with pytest.raises(ModuleNotFoundError), unwatched():
        import there_is_no_such_module  # type: ignore[import-not-found]  # noqa: F401
    assert gc.isenabled()
