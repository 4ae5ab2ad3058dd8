"""A night in which every source is asked, without publication, and what became of all that each had said before.

Belongs here: running such a night, making the tables that tell of it, comparing them with those of the night before.
Does not: what the sources answer (`mirror`, `bench.faults`), what is asserted or printed of it.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.graph.sources import rounds
from pipelines.night.night import Night
from warehouse import building, database
from warehouse.evidence.ledger import CONFIRMING
from warehouse.home import Home
from warehouse.schemas import table

DATES = frozenset({"last_confirmed_at", "last_reviewed_at"})
"""Columns that move when a source says again what it said."""


@dataclass(frozen=True)
class Told:
    """What a file says of a source."""

    state: str
    last_ok_at: datetime | None
    error: str


@dataclass(frozen=True)
class Became:
    """What became of one source in a night.

    outcomes  how the last attempts at its documents ended; empty where nobody asked
    facts     its claims before the night
    changed   rows of a table that are its own and are not as they were
    """

    outcomes: Counter[str]
    facts: int
    changed: Mapping[str, int]
    before: Told
    after: Told

    @property
    def came(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in CONFIRMING)

    def wrongs(self, well_at: datetime | None) -> Iterator[str]:
        """What is not as it has to be; `well_at` is the night's instant where the sources were well, else None."""
        yield from (f"{count} rows of {name} changed" for name, count in self.changed.items() if count)
        is_tried = bool(self.outcomes.keys() - {"offline", "not_configured"})
        state, ok_at = self.before.state, self.before.last_ok_at
        if well_at and ok_at and is_tried:
            ok_at = well_at
        elif is_tried:
            state = "failing" if ok_at else "never"
        if (self.after.state, self.after.last_ok_at) != (state, ok_at):
            yield f"it is {self.after.state} since {self.after.last_ok_at}, not {state} since {ok_at}"
        if not well_at and is_tried and not self.after.error:
            yield "nothing says why"


def asked_and_read(night: Night) -> None:
    """Every source asked and read, those first whose addresses are known."""
    for sources in rounds():
        night.unpack(sources)
        night.ask(sources)
        night.read(sources)


def beside(home: Home, to: Path) -> Home:
    """The same data folder once more, of the same files: a night adds files and replaces them, and changes none."""
    shutil.copytree(
        home.root, to, copy_function=os.link, ignore=shutil.ignore_patterns("dagster", "editions", "latest")
    )
    return Home(to)


@contextmanager
def tables(night: Night, *wanted: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A work file with these tables and what they are made from."""
    needed = set(wanted)
    chosen: list[building.Step] = []
    for step in reversed(building.steps()):
        if needed & step.tables.keys():
            chosen.insert(0, step)
            needed.update(each for made_from in step.tables.values() for each in made_from)
    database.begin(night.home)
    with database.opened(night.home.work_file) as connection:
        for step in chosen:
            step.make(connection, night.material)
        yield connection


def became(night: Night, *facts: str, well_at: datetime | None = None) -> dict[str, Became]:
    """Source → what became of it: of its rows in the tables `facts` too, since the warehouse that stands.

    well_at  the night's instant where the sources were well: what says when it was read may have moved then
    """
    last = {
        (row["source_id"], row["url"]): row["outcome"]
        for row in night.ledger.rows()
        if row["run_id"] == night.run_id and row["outcome"] != "packaged"
    }
    with tables(night, "quality.sources", *facts) as connection:
        connection.execute(f"attach '{night.home.warehouse}' as before (read_only)")
        moved = DATES if well_at else frozenset()
        changed = {name: _by_source(connection, _changed(name, moved)) for name in facts}
        told = [_told(connection, catalog) for catalog in ("before.", "")]
        held = _by_source(connection, "select source_id from before.evidence.folded_claims")
    return {
        each: Became(
            Counter(outcome for (source_id, _), outcome in last.items() if source_id == each),
            held.get(each, 0),
            {name: counts.get(each, 0) for name, counts in changed.items()},
            told[0][each],
            told[1][each],
        )
        for each in told[1]
    }


def _changed(name: str, moved: frozenset[str]) -> str:
    columns = ", ".join(f'"{each.name}"' for each in table(name).columns if each.name not in moved)
    before, after = f"select {columns} from before.{name}", f"select {columns} from {name}"
    return f"({before} except all {after}) union all ({after} except all {before})"


def _by_source(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return dict(connection.sql(f"select source_id, count(*) from ({query}) group by source_id").fetchall())


def _told(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, Told]:
    query = f"select source_id, state, last_ok_at, coalesce(last_error, '') from {catalog}quality.sources"
    return {source_id: Told(*told) for source_id, *told in connection.sql(query).fetchall()}
