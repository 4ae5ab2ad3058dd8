"""How far a night is: what whoever started it is told while it runs.

Belongs here: the words for it, and who listens. Does not: how it is shown (`commands.refresh`), or what is kept of it
(the ledger, Dagster's events).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from sources.transport.fetch import Attempt  # whoever only listens need not import the transport

StageName = Literal["fetch", "read", "follow", "fold", "tables", "checks", "publish", "site"]
"""The stages of a night in their order; ``follow`` asks and reads what the sources of the first round name, ``site`` is
the long part of publication."""


NOBODY_ASKED = frozenset({"offline", "not_configured"})
"""Outcomes that say nothing about a source: we did not ask."""


@dataclass(frozen=True)
class Stage:
    """A stage has begun, or has come so far: `done` parts of `total`, 0 where nobody can say of how many."""

    name: StageName
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Asking:
    """So many documents are about to be asked for."""

    documents: int


@dataclass(frozen=True)
class Asked:
    """All addresses of one source have been asked: the last attempt at each."""

    source_id: str
    attempts: "tuple[Attempt, ...]"


@dataclass(frozen=True)
class Published:
    """The night has an edition: the one it wrote, or, where nothing is new, the one that stood before."""

    edition_id: str
    is_new: bool


Told: TypeAlias = "Stage | Asking | Asked | Published | Attempt"

watcher: ContextVar[Callable[[Told], None] | None] = ContextVar("watcher", default=None)
"""Who is told of it. Threads do not inherit it: what runs in one is handed it."""


@contextmanager
def also_told(listener: Callable[[Told], None]) -> Iterator[None]:
    """Have one more listen, beside whoever listens already."""
    first = watcher.get()

    def both(news: Told) -> None:
        listener(news)
        if first:
            first(news)

    token = watcher.set(both)
    try:
        yield
    finally:
        watcher.reset(token)


def tell(news: Told) -> None:
    """Tell whoever listens, if anybody does."""
    if listener := watcher.get():
        listener(news)
