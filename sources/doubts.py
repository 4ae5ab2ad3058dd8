"""Doubt: how trouble with one part of a document holds that part back, and nothing else.

Belongs here: what a doubt is, the one way to refuse, and `attempt`, which turns trouble inside a part into a doubt
about it. Does not: which parts a document has (`documents`, `structured`), what became of them all (`contract`), or
what time makes of a doubt (the warehouse's fold).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

Part = Literal["cell", "sentence", "row", "entry", "table", "section"]
"""What a doubt can be about, the smallest first."""

EVERYWHERE: Final = ("",)
"""Of a doubt: every fact of the document that is said no more may hang on it."""

SHOWN = 200
"""Characters of a page's words that a doubt or a refusal quotes."""


class Refused(Exception):
    """A document, or a part of it, that does not read as its parser expects.

    Carries what a person needs to mend it: the source, the place in the document and the value seen there.
    """

    def __init__(self, reason: str, *, place: str = "", value: object = "", source_id: str = "") -> None:
        self.reason, self.place, self.source_id = reason, place, source_id
        self.value = str(value)[:SHOWN]
        super().__init__(reason)

    def __str__(self) -> str:
        parts = [self.source_id, self.reason]
        if self.place:
            parts.append(f"at {self.place}")
        if self.value:
            parts.append(f"saw {self.value!r}")
        return ": ".join(part for part in parts if part)


TROUBLE: Final = (Refused, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
"""What reading something unexpected raises. An error outside these is ours, not the page's, and is never a doubt."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of a document that is held back: what stood there may say something, and nobody can vouch for what.

    part       what it is about
    place      where it stands; a locator inside a row, a row's place, or what the places of its rows begin with
    words      what is printed there
    reason     why it does not read
    subject    whose facts hang on it, as the source spells the name; "" where the part does not tell
    attribute  which of their facts; "" for all
    within     of facts said before and now no more, those hang on it whose locator contains one of these words;
               empty where the part is new and nothing can have been said there, `EVERYWHERE` where it may hold any
    rows       the places of the rows it covers besides those that its own place names
    """

    part: Part
    place: str
    words: str
    reason: str
    subject: str = ""
    attribute: str = ""
    within: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def covers(self, row: str) -> bool:
        """Whether a row, given by its place, is in doubt with it."""
        return row in self.rows or row == self.place or row.startswith((f"{self.place} ", f"{self.place}["))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that was read past because no fact hangs on it: a mark nobody explains, a column without prices."""

    place: str
    words: str


Said = TypeVar("Said")


def attempt(
    read: Callable[[], Iterable[Said]],
    part: Part,
    place: str,
    words: object = "",
    *,
    subject: str = "",
    attribute: str = "",
    within: tuple[str, ...] = (),
    rows: Iterable[str] = (),
) -> Sequence[Said | Doubt]:
    """All that `read` says of one part, or one doubt about it: what trouble broke off half-way is not said at all."""
    try:
        return list(read())
    except TROUBLE as trouble:
        return [doubt(trouble, part, place, words, subject=subject, attribute=attribute, within=within, rows=rows)]


def doubt(
    trouble: BaseException | str,
    part: Part,
    place: str,
    words: object = "",
    *,
    subject: str = "",
    attribute: str = "",
    within: tuple[str, ...] = (),
    rows: Iterable[str] = (),
) -> Doubt:
    """A doubt in the words of what went wrong; the smallest words that trouble names are the ones quoted."""
    reason, seen = str(trouble), str(words)
    if isinstance(trouble, Refused):
        reason, seen = trouble.reason, trouble.value or seen
    elif isinstance(trouble, BaseException) and not isinstance(trouble, ValueError):
        reason = f"it does not read ({type(trouble).__name__}: {trouble})"
    return Doubt(part, place, _inert(seen), _inert(reason), subject, attribute, within, tuple(rows))


def _inert(words: str) -> str:
    """Words cut to what a person reads, and always text that can be stored."""
    return words[:SHOWN].encode(errors="backslashreplace").decode()
