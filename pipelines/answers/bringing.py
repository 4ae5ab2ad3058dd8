"""What an answer needs of an object store and the copy of it may lack; where the data folder is its own, nothing.

Belongs here: which editions an answer is made from, by the words or the days of a question. Does not: how they come
(`warehouse.storage`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from pipelines.answers.asking import Unclear
from warehouse.home import Home, Unusable

if TYPE_CHECKING:
    from warehouse.storage.latest import Latest

DAYS = 7

Named = TypeVar("Named")


def newest(home: Home, *, at_most_every: float = 0) -> str:
    """Bring the published files; a sentence where the store does not answer and the copy has to do, else empty.

    `Unclear` where the copy holds nothing. With `at_most_every` it is not looked again for so many seconds.
    """
    return _brought(home, lambda _: (), at_most_every)


def named(home: Home, words: str) -> None:
    """Bring the edition that a person means: its id, the beginning of one, or "latest"."""
    _brought(
        home,
        lambda latest: (
            [latest.edition]
            if words == "latest"
            else [name for name in latest.editions if name == words]
            or [name for name in latest.editions if name.startswith(words)][:1]
        ),
    )


def of_a_week(home: Home, since: date | None) -> None:
    """Bring the newest edition and the one that its digest compares it with."""

    def wanted(latest: "Latest") -> list[str]:
        kept = [(datetime.fromisoformat(each.as_of), name) for name, each in latest.editions.items()]
        as_of = datetime.fromisoformat(latest.editions[latest.edition].as_of)
        before = compared_with([each for each in kept if each[1] != latest.edition], as_of, since)
        return [latest.edition, *([before] if before else [])]

    _brought(home, wanted)


def compared_with(others: Sequence[tuple[datetime, Named]], as_of: datetime, since: date | None) -> Named | None:
    """Of the editions beside the newest, the last from before a day (UTC) or a week ago, else the oldest, if any."""
    begins = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else as_of - timedelta(days=DAYS)
    earlier = sorted((moment, each) for moment, each in others if moment <= as_of)
    return next((each for moment, each in reversed(earlier) if moment <= begins), earlier[0][1] if earlier else None)


def _brought(home: Home, wanted: "Callable[[Latest], Iterable[str]]", at_most_every: float = 0) -> str:
    if not home.is_copy:
        return ""
    try:
        from warehouse.storage.copy import freshened  # only for who has a store

        return freshened(home, wanted, at_most_every=at_most_every)
    except Unusable as unusable:
        raise Unclear(str(unusable)) from None
