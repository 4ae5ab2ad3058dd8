"""``status.json``: made when a night ends, put beside ``latest`` whole, and read back.

Belongs here: the figures, from what was heard of the night and from what stands after it. Does not: what somebody
should be told of them (`pipelines.alerts`), or how they are printed (`pipelines.terminal.status`).
"""

import json
import resource
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import duckdb

from pipelines.alerts.webhook import blotted
from pipelines.answers.asking import rows
from pipelines.answers.standing import edition
from pipelines.night.progress import NOBODY_ASKED, Published
from pipelines.status.hearing import Heard
from pipelines.status.shapes import SCHEMA_VERSION, Gaps, Outcome, Status, Trouble
from pipelines.wording.json_text import json_text
from warehouse import database
from warehouse.evidence.attempts import CONFIRMING
from warehouse.home import Home, put
from warehouse.schemas import all_tables

FILE = "status.json"

SOURCES = """
select source_id, state, last_ok_at, coalesce(last_error, '') as error, url
from quality.sources
order by source_id
"""

TROUBLE = f"""
with answers as (
    select
        source_id,
        utc_day(started_at) as day,
        min(started_at) as began_at,
        arg_max(outcome, started_at) in {tuple(sorted(CONFIRMING))} as is_well
    from raw.fetches
    where outcome not in {tuple(sorted(NOBODY_ASKED))}
    group by source_id, scope, day
),

days as (
    select source_id, day, min(began_at) as began_at, bool_and(is_well) as is_well
    from answers
    group by source_id, day
)

select source_id, min(began_at) as since_at, count(*) as nights, max(day) as last_night_on
from days
left join (select source_id, max(day) as last_well_on from days where is_well group by source_id) using (source_id)
where last_well_on is null or day > last_well_on
group by source_id
"""
"""Since when a source has not answered well at every address, and on how many days it was asked since."""


@dataclass(frozen=True)
class Run:
    """Which run a night is, and why it published nothing; `errors` is empty where it did."""

    run_id: str
    job: str
    as_of: datetime
    began_at: datetime
    errors: Sequence[str] = ()
    was_interrupted: bool = False


def made(home: Home, run: Run, heard: Heard | None, before: Status | None) -> Status:
    """The figures of a night that has just ended.

    heard   what was heard of it; None where its process died
    before  the figures of the night before it: since when a source is in trouble is carried on from there; where there
            are none the ledger tells
    """
    ended_at = datetime.now(UTC)
    published = heard.published if heard else None
    found: dict[str, Any] = {}
    if heard and published:
        found = {**_standing(home, heard, run.as_of, before), **_moved(home, heard.edition_before, published.is_new)}
    return Status(
        schema_version=SCHEMA_VERSION,
        run_id=run.run_id,
        job=run.job,
        as_of=instant(run.as_of),
        began_at=instant(run.began_at),
        ended_at=instant(ended_at),
        seconds=heard.seconds if heard else None,
        outcome=_outcome(run, published),
        errors=list(run.errors),
        edition=edition(home) or None,
        edition_before=heard.edition_before if heard else None,
        last_success_at=instant(ended_at) if published else before["last_success_at"] if before else None,
        stages=heard.stages() if heard else {},
        documents=heard.documents() if heard else None,
        tables=found.get("tables"),
        gaps=Gaps(standing=found.get("standing"), opened=found.get("opened"), closed=found.get("closed")),
        price_changes=found.get("price_changes"),
        sources=found.get("states"),
        trouble=found.get("trouble", before["trouble"] if before else []),
        peak_memory_bytes=_peak_memory() if heard else None,
    )


def write(home: Home, status: Status) -> None:
    """Put the figures beside ``latest``, whole or not at all; the webhook's address is in none of their words."""
    put(home.root / FILE, (blotted(json_text(status)) + "\n").encode())


def read(home: Home) -> Status | None:
    """The figures of the last night; None where there are none, or none that can be read."""
    try:
        loaded = json.loads((home.root / FILE).read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError):
        return None
    return cast(Status, loaded) if isinstance(loaded, dict) and set(loaded) >= Status.__required_keys__ else None


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _outcome(run: Run, published: Published | None) -> Outcome:
    if published:
        return "published" if published.is_new else "unchanged"
    return "interrupted" if run.was_interrupted else "failed"


def _standing(home: Home, heard: Heard, as_of: datetime, before: Status | None) -> dict[str, Any]:
    """What the published warehouse says: rows, gaps, and how the sources are."""
    with database.locked(home.warehouse) as connection:
        tables = {name: database.rows(connection, name) for name, declared in all_tables().items() if not declared.view}
        sources = rows(connection, SOURCES)
        earlier = {
            each["source_id"]: each for each in (before["trouble"] if before else _of_the_ledger(connection, as_of))
        }
    trouble = [
        _trouble(source, earlier.get(source["source_id"]), as_of, heard)
        for source in sources
        if source["state"] != "fresh"
        and (source["source_id"] in earlier or heard.was_asked(source["source_id"]) or source["state"] != "never")
    ]
    states = Counter(source["state"] for source in sources)
    return {
        "tables": tables,
        "standing": tables["quality.gaps"],
        "states": dict(sorted(states.items())),
        "trouble": trouble,
    }


def _of_the_ledger(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[dict[str, Any]]:
    """Sources that the ledger tells were in trouble, since when, and on how many days of it they were asked."""
    return [
        {**each, "since_at": instant(min(each["since_at"], as_of)), "last_night_on": each["last_night_on"].isoformat()}
        for each in rows(connection, TROUBLE)
    ]


def _trouble(source: Mapping[str, Any], earlier: Mapping[str, Any] | None, as_of: datetime, heard: Heard) -> Trouble:
    """A source in trouble; a day on which nobody asked it is none of its nights, and two nights of one day are one."""
    today = as_of.astimezone(UTC).date().isoformat()
    is_another_night = heard.was_asked(source["source_id"]) and (earlier is None or today > earlier["last_night_on"])
    _, failed_at = heard.failures.get(source["source_id"], ("", ""))
    return Trouble(
        source_id=source["source_id"],
        state=source["state"],
        since_at=earlier["since_at"] if earlier else instant(as_of),
        nights=(earlier["nights"] if earlier else 0) + is_another_night,
        last_night_on=today if earlier is None or is_another_night else earlier["last_night_on"],
        last_ok_at=instant(source["last_ok_at"]) if source["last_ok_at"] else None,
        error=source["error"],
        url=source["url"] if source["url"].startswith("https://") else failed_at,
    )


def _moved(home: Home, edition_before: str | None, is_new: bool) -> dict[str, Any]:
    """Gaps opened and closed and prices changed since the edition before; nothing where that cannot be told."""
    if not is_new:
        none: dict[str, int] = {}
        return {"opened": none, "closed": none, "price_changes": 0} if edition(home) == edition_before else {}
    account = json.loads((home.latest / "changes.json").read_text(encoding="utf-8"))
    if not account["before"]:
        return {}
    opened, closed = (
        dict(sorted(Counter(gap["kind"] for gap in account[name]).items())) for name in ("gaps_opened", "gaps_closed")
    )
    return {"opened": opened, "closed": closed, "price_changes": len(account["prices"])}


def _peak_memory() -> int:
    """In bytes; Linux counts in kilobytes, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
