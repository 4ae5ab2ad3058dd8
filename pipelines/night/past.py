"""The file of a day gone by: what today's code makes of everything that had been asked by its end.

Belongs here: cutting the ledger off at a day, building and checking that day's file, and where it lies. Does not: what
the newest file is made from, which is never touched (`night`), or how a run is recorded (`pipelines.graph.jobs`).

A day's file lies in a folder of its own, ``backfill/<day>/warehouse/almanac.duckdb``: with that folder as
``ALMANAC_HOME`` every question is answered as on that day. Nothing else is in it, so no edition, and no id counts as
published by it.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pipelines.night.night import Night
from warehouse import building, database
from warehouse.checking import promises
from warehouse.checking.tables import failures
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.ledger import Until
from warehouse.evidence.readings import Reading, Readings
from warehouse.home import Home
from warehouse.schemas import all_tables

FOLDER = "backfill"

_BROUGHT = f"""
    select distinct source_id, scope, sha256
    from attempts
    where outcome in ({", ".join(f"'{each}'" for each in sorted(CONFIRMING))})
"""
_TOLD_BY = ("source_id", "scope", "sha256", "outcome")


class Broken(Exception):
    """A day's file that does not hold what every file must: one sentence."""


class NothingKnown(ValueError):
    """The ledger knows nothing of these days: one sentence."""


@dataclass(frozen=True)
class Day:
    """The file of one day; `as_of` is the newest attempt it knows."""

    day: date
    home: Home
    as_of: datetime
    claims: int
    models: int
    prices: int

    @property
    def told(self) -> str:
        """The day in one line."""
        return f"{self.day}: {self.models:,} models, {self.prices:,} prices, {self.home.warehouse}"


class _KnownThen(Readings):
    """The readings of those documents alone that some attempt had brought."""

    def __init__(self, folder: Path, brought: set[tuple[str, str, str]]) -> None:
        super().__init__(folder)
        self._brought = brought

    def index(self, source_id: str, parser_version: str) -> dict[tuple[str, str, str, str], Reading]:
        found = super().index(source_id, parser_version)
        return {key: reading for key, reading in found.items() if key[:3] in self._brought}


def home_of(home: Home, day: date) -> Home:
    """Where the file of a day lies."""
    return Home(home.root / FOLDER / day.isoformat())


def days_asked(night: Night) -> list[date]:
    """The days (UTC) on which something was asked, in order."""
    asked = night.ledger.answers(
        "select distinct cast(started_at as date) as day from attempts order by day", ["started_at"]
    )
    return [day for (day,) in asked]


def rebuild(night: Night, first: date, last: date) -> Iterator[Day]:
    """The file of each day from `first` to `last` on which something was asked, each folded on from the one before.

    `NothingKnown` where there is no such day, `Broken` where a file breaks a rule: the days before stand then.
    """
    asked = days_asked(night)
    days = [day for day in asked if first <= day <= last]
    if not days:
        known = f"it knows {len(asked)} days, {asked[0]} to {asked[-1]}" if asked else "it is empty"
        raise NothingKnown(f"the ledger knows nothing from {first} to {last}: {known}")
    night.read(night.sources.values())
    previous = None
    for day in days:
        made = _rebuilt(night, day, previous)
        previous = made.home.warehouse
        yield made


def _rebuilt(night: Night, day: date, previous: Path | None) -> Day:
    home = home_of(night.home, day)
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    ledger = Until(night.ledger, end)
    try:
        database.begin(home)
        readings = _KnownThen(night.home.observations, set(ledger.answers(_BROUGHT, _TOLD_BY)))
        material = replace(night.material, home=home, ledger=ledger, readings=readings, previous=previous)
        with database.opened(home.work_file) as connection:
            building.build(connection, material)
            database.add_questions(connection)
            broken = [
                each
                for declared in all_tables().values()
                if not declared.view
                for each in failures(connection, declared)
            ]
            broken += promises.broken(connection)
            if broken:
                raise Broken(f"the file of {day} breaks a rule: {'; '.join(map(str, broken[:3]))}")
            made = Day(
                day,
                home,
                database.as_of(connection),
                *(database.rows(connection, name) for name in ("evidence.folded_claims", "core.models", "core.prices")),
            )
        database.publish(home)
        return made
    finally:
        shutil.rmtree(home.work_file.parent, ignore_errors=True)
