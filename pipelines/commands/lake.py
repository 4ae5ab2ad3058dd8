"""``almanac lake``: editions added to a lake by hand, listed, and asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from pipelines.answers import bringing, changes, listings
from pipelines.answers.asking import Row, Unclear
from pipelines.wording.amounts import counted
from warehouse.home import Busy, Home, Unusable
from warehouse.lake import adding, reaching
from warehouse.lake.place import CATALOGUE, Place


class Unadded(click.ClickException):
    """An edition is not in the lake; what was added before it stands."""

    exit_code = 1


def add(home: Home, names: Sequence[str], told: Callable[[str], object]) -> None:
    """Add the named editions, or all that the lake lacks; a line for each."""
    place = _place(home)
    if not names:
        bringing.named(home, "latest")
    chosen = [changes.edition_named(home, each) for each in names]
    try:
        is_there = True
        for snapshot, seconds in adding.add(place, home, chosen):
            is_there = False
            written = counted(snapshot.rows_written, "row")
            told(f"{snapshot.edition_id} is snapshot {snapshot.snapshot_id}: {written} written, {seconds:.1f} s")
        if is_there:
            told("the lake lacks none of them" if names else "the lake lacks no edition")
    except (Busy, Unusable) as trouble:
        raise Unadded(str(trouble)) from None


def editions(home: Home) -> list[Row]:
    """The editions of the lake, the newest first."""
    place = _place(home)
    with _told():
        return [
            {
                "edition_id": each.edition_id,
                "snapshot_id": each.snapshot_id,
                "as_of": each.as_of,
                "rows": each.rows,
                "rows_written": each.rows_written,
            }
            for each in reversed(adding.standing(place))
        ]


def answer(home: Home, query: str, words: str) -> tuple[list[str], list[Row]]:
    """The rows of one query over an edition of the lake: its id, the beginning of one, or "latest"."""
    place = _place(home)
    with _told():
        known = adding.standing(place)
        found = known[-1:] if words == "latest" else [each for each in known if each.edition_id.startswith(words)]
        if len(found) != 1:
            there = ", ".join(each.edition_id for each in found or known) or "none"
            raise Unclear(f"the lake has no one edition {words!r}; there are {there}")
        with reaching.locked(place, found[0].snapshot_id) as connection:
            return listings.answer(connection, query)


def _place(home: Home) -> Place:
    with _told():
        place = Place.from_environment(home)
    if place is None:
        raise Unclear(f"{CATALOGUE} says where the lake is: the path of a file, or postgres://…; docs/lake.md")
    return place


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Unusable as unusable:
        raise Unclear(str(unusable)) from None
