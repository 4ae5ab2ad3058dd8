"""Nights in which every source is asked, without publication, and what became of all that each had said before.

Belongs here: running such nights, making the tables that tell of them, comparing the claims with those that stood.
Does not: what the sources answer (`mirror`, `bench.faults`), what is asserted or printed of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.graph.sources import rounds
from pipelines.night.night import Night
from tests.end_to_end.mirror import FAULTS
from warehouse import building, database
from warehouse.evidence.attempts import CONFIRMING
from warehouse.schemas import table

WELL = "no_etag"
"""The fault with which every document comes whole."""

NIGHTS = sorted(FAULTS, key=lambda fault: (fault != WELL, fault in ("html", "garbage")))
"""The faults in the order of their nights in one data folder. What the first confirms must be no younger at the end;
after a night in which other bodies came nothing is asked under a condition, so those are last."""

MOVED = """
select claims.source_id, greatest({instants}) as moved_at, count(*)
from evidence.folded_claims as claims
left join before.evidence.folded_claims as stood using (claim_id)
where {differs}
group by all
union all
select source_id, null, count(*)
from before.evidence.folded_claims as stood
anti join evidence.folded_claims as claims using (claim_id)
group by all
"""
"""Claims that are not as they were, by source and the instant at which that happened; null where they are gone."""


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
    changed   those that are not as they were, dates included
    """

    outcomes: Counter[str]
    facts: int
    changed: int
    before: Told
    after: Told

    @property
    def came(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in CONFIRMING)

    def wrongs(self, well_at: datetime | None = None) -> Iterator[str]:
        """What is not as it has to be; `well_at` is the night's instant where the sources were well."""
        if self.changed:
            yield f"{self.changed} claims changed"
        is_tried = bool(self.outcomes.keys() - {"offline", "not_configured"})
        state, ok_at = self.before.state, self.before.last_ok_at
        if is_tried and not well_at:
            state = "failing" if ok_at else "never"
        if (self.after.state, self.after.last_ok_at) != (state, well_at if well_at and is_tried and ok_at else ok_at):
            yield f"it is {self.after.state}, last well at {self.after.last_ok_at}"
        if is_tried and not well_at and not self.after.error:
            yield "nothing says why"


def asked_and_read(night: Night) -> None:
    """Every source asked and read, those first whose addresses are known."""
    for sources in rounds():
        night.unpack(sources)
        night.ask(sources)
        night.read(sources)


def first_night(night: Night) -> None:
    """Every source asked and read, and what they say put where the next night looks for it."""
    asked_and_read(night)
    with states(night):
        pass
    database.put_in_place(night.home)


@contextmanager
def states(night: Night) -> Iterator[duckdb.DuckDBPyConnection]:
    """A work file with the evidence and the state of every source, and nothing made of them that is not needed."""
    needed = {"quality.sources"}
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


def became(night: Night, runs: Mapping[str, datetime], well: str = "") -> dict[str, dict[str, Became]]:
    """Run → source → what became of it, against the warehouse that stands.

    runs  the runs since, oldest first, each with an instant of its own, by which is known what moved a claim
    well  the run in which the sources said again what they had said, if there is one; it may confirm claims
    """
    found: dict[str, dict[str, Became]] = {}
    with states(night) as connection:
        connection.execute(f"attach '{night.home.warehouse}' as before (read_only)")
        moved = {
            (source_id, at): count for source_id, at, count in connection.execute(*_moved(runs.get(well))).fetchall()
        }
        facts = dict(
            connection.sql("select source_id, count(*) from before.evidence.folded_claims group by all").fetchall()
        )
        told = {}
        for run_id in reversed(runs):
            told[run_id] = _told(connection, f"({database.query('quality.sources')})")
            # What the file says as of the run before.
            connection.execute("delete from raw.fetches where run_id = ?", [run_id])
        before = _told(connection, "before.quality.sources")
    for run_id, at in runs.items():
        outcomes = _outcomes(night, run_id)
        found[run_id] = {
            source_id: Became(
                outcomes[source_id],
                facts.get(source_id, 0),
                moved.get((source_id, at), 0) + moved.get((source_id, None), 0),
                before[source_id],
                after,
            )
            for source_id, after in told[run_id].items()
        }
        before = told[run_id]
    return found


def _moved(well_at: datetime | None) -> tuple[str, list[datetime | None]]:
    columns = [each.name for each in table("evidence.folded_claims").columns]
    instants = [name for name in columns if name.endswith("_at")]
    same = [f'claims."{name}" is distinct from stood."{name}"' for name in columns if name != "last_confirmed_at"]
    confirmed = "(claims.last_confirmed_at is distinct from stood.last_confirmed_at"
    differs = " or ".join([*same, f"{confirmed} and claims.last_confirmed_at is distinct from ?)"])
    return MOVED.format(instants=", ".join(f"claims.{name}" for name in instants), differs=differs), [well_at]


def _outcomes(night: Night, run_id: str) -> dict[str, Counter[str]]:
    """Source → how the last attempts at its documents in a run ended."""
    last = {
        (row["source_id"], row["url"]): row["outcome"]
        for row in night.ledger.rows()
        if row["run_id"] == run_id and row["outcome"] != "packaged"
    }
    return {each: Counter(outcome for (owner, _), outcome in last.items() if owner == each) for each in night.sources}


def _told(connection: duckdb.DuckDBPyConnection, origin: str) -> dict[str, Told]:
    query = f"select source_id, state, last_ok_at, coalesce(last_error, '') from {origin}"
    return {source_id: Told(*told) for source_id, *told in connection.sql(query).fetchall()}
