"""The shape of ``status.json``: what a night leaves behind about itself.

Belongs here: types, and nothing that runs. What is not known is null, never 0: a night that failed before its tables
were made says nothing of them. Instants end in Z, days are of UTC.
"""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias, TypedDict

Day: TypeAlias = Annotated[str, "date"]
Instant: TypeAlias = Annotated[str, "date-time"]

SCHEMA_VERSION = "1.0.0"

Outcome = Literal["published", "unchanged", "failed", "interrupted"]
SourceState = Literal["fresh", "partial", "stale", "failing", "never"]


class FailedSource(TypedDict):
    """A source of which some address did not answer well in this night."""

    source_id: str
    asked: int
    """Addresses that were asked."""
    outcomes: dict[str, int]
    """The last outcome at each of them, counted."""
    error: str
    """The first thing that was wrong, in words."""
    url: str
    """Where it was."""


class Documents(TypedDict):
    """What the night asked for, each address by its last attempt."""

    asked: int
    outcomes: dict[str, int]
    failed: list[FailedSource]
    """The sources with an address that did not answer well, those nobody was to ask apart."""


class Gaps(TypedDict):
    """Gaps that stand, and how they moved since the edition before; null where there is none to compare with."""

    standing: int | None
    opened: dict[str, int] | None
    """By kind."""
    closed: dict[str, int] | None
    """By kind."""


class Trouble(TypedDict):
    """A source that was asked and is not fresh."""

    source_id: str
    state: SourceState
    since_at: Instant
    """The first night of this trouble, by its as_of."""
    nights: int
    """For so many nights (days on which it was asked) it has been in trouble."""
    last_night_on: Day
    """The last of those days."""
    last_ok_at: Instant | None
    error: str
    url: str
    """Its page; of a source whose addresses others name, the first that did not answer well, empty where none did."""


class Status(TypedDict):
    """One night, whoever started it."""

    schema_version: str
    run_id: str
    """The run in Dagster's history."""
    job: str
    as_of: Instant
    """The instant that stamps the night: the wall clock unless somebody chose another."""
    began_at: Instant
    """By the wall clock, as is ended_at."""
    ended_at: Instant
    seconds: Decimal | None
    """How long it took; null where its process died, as are documents and memory then."""
    outcome: Outcome
    """published: a new edition; unchanged: the one before shows the same and stands; else nothing was published."""
    errors: list[str]
    """Why nothing was published."""
    edition: str | None
    """The edition that stands after the night."""
    edition_before: str | None
    """The edition that stood before it."""
    last_success_at: Instant | None
    """When a night last ended with an edition, by the wall clock; null where none is known to have."""
    stages: dict[str, Decimal]
    """Seconds by stage, in the order of the night; a stage the night did not reach is absent."""
    documents: Documents | None
    tables: dict[str, int] | None
    """Rows by table; null after a night that made no edition."""
    gaps: Gaps
    price_changes: int | None
    """Prices of standing offers that are others than in the edition before."""
    sources: dict[str, int] | None
    """How many sources are in each state."""
    trouble: list[Trouble]
    """The sources in trouble; after a night that made no edition as they were before."""
    peak_memory_bytes: int | None
    """The most memory the process of the night has had."""
