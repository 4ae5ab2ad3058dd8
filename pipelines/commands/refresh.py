"""``almanac refresh``: one night from the command line, shown while it runs and summed up from what it published.

The run itself is `pipelines.run`'s and is recorded where the UI shows it. Progress goes to stderr, the summary
to stdout.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click
import duckdb
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipelines.commands.asking import Row, reading, row, rows
from pipelines.terminal import console, counted, heading, inert, moment, show, state, table
from warehouse.evidence.ledger import CONFIRMING
from warehouse.home import Home

if TYPE_CHECKING:
    from sources.fetch import Attempt  # the transport takes a third of a second to import

COUNTS = """
select
    (select count(*) from core.models) as models,
    (select count(*) from core.models where is_listed) as listed_models,
    (select count(*) from core.offers) as offers,
    (select count(*) from core.prices) as prices,
    (select count(*) from core.benchmark_results) as benchmark_results,
    (select count(*) from mart.comparisons) as comparisons,
    (select count(*) from quality.conflicts) as conflicts,
    (select count(*) from evidence.rejects) as rejects,
    (select as_of from quality.build) as as_of
"""

SOURCES = """
select source_id, state, last_ok_at, last_error
from quality.sources
order by source_id
"""

GAPS = """
select kind, count(*) as gaps
from quality.gaps
group by kind
order by gaps desc, kind
"""


class Unpublished(click.ClickException):
    """The refresh could not be published; the last edition stands."""

    exit_code = 1


def refresh(home: Home, *, as_of: datetime | None, offline: bool, sources: Sequence[str]) -> None:
    """Run the night and print its summary. `Unpublished` when nothing new stands at the end."""
    from pipelines.run import run_nightly  # Dagster takes seconds to import, and only this command needs it.

    before, started = edition(home), time.monotonic()
    stands = f"edition {before} stands" if before else "nothing has been published yet"
    with shown_attempts(console(stderr=True)) as on_attempt:
        try:
            result = run_nightly(
                home, as_of=as_of, offline=offline, sources=tuple(sources) or None, on_attempt=on_attempt
            )
        except BlockingIOError:
            raise Unpublished(f"another run is writing to {home.root}; {stands}") from None
    if not result.success:
        reasons = "; ".join(result.errors) or "no step says why"
        raise Unpublished(f"the refresh could not be published, {stands}: {reasons} (run {result.run_id})")
    with reading(home) as connection:
        show(console(), *summary(connection, home, before, time.monotonic() - started))


def edition(home: Home) -> str:
    """The id of the newest published edition; empty where there is none."""
    return home.latest.resolve().name if home.latest.exists() else ""


@contextmanager
def shown_attempts(out: Console) -> Iterator[Callable[["Attempt"], None]]:
    """Takes every attempt to fetch as it ends: one moving line on a terminal, a line each in a pipe."""
    if not out.is_terminal:
        yield lambda attempt: out.print(attempt_line(attempt)) if attempt.outcome != "offline" else None
        return
    read = unread = 0
    columns = (
        TextColumn("asking, then building"),
        BarColumn(20),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("", total=None, told="")

        def tell(attempt: "Attempt") -> None:
            nonlocal read, unread
            read += attempt.outcome in CONFIRMING
            unread += attempt.outcome not in CONFIRMING
            progress.update(task, told=f"{counted(read, 'document')} read, {counted(unread, 'attempt')} without one")

        yield tell


def attempt_line(attempt: "Attempt") -> str:
    """``source outcome status address (trouble)``."""
    status = f" {attempt.status}" if attempt.status else ""
    trouble = f" ({attempt.error})" if attempt.error else ""
    return inert(f"{attempt.source_id} {attempt.outcome}{status} {attempt.url}{trouble}")


def summary(connection: duckdb.DuckDBPyConnection, home: Home, before: str, seconds: float) -> Iterator[RenderableType]:
    """What stands now: the edition, what it holds, what is missing, and which sources did not answer."""
    counts = row(connection, COUNTS)
    assert counts is not None
    yield Text(_headline(edition(home), before, seconds), style="bold green")
    yield Text(f"warehouse  {home.warehouse}")
    yield Text(f"as of      {moment(counts.pop('as_of'))}")
    yield heading("Held")
    held = table("what", "rows", right=("rows",))
    for what, count in counts.items():
        held.add_row(what.replace("_", " "), f"{count:,}")
    yield held
    found = rows(connection, GAPS)
    yield heading(f"Not known: {counted(sum(each['gaps'] for each in found), 'gap')}")
    missing = table("kind", "gaps", right=("gaps",))
    for each in found:
        missing.add_row(each["kind"].replace("_", " "), f"{each['gaps']:,}")
    yield missing
    yield from _sources(rows(connection, SOURCES))


def _headline(now: str, before: str, seconds: float) -> str:
    took = f"in {seconds / 60:.1f} minutes" if seconds >= 120 else f"in {seconds:.1f} seconds"
    if not now:
        return f"Refreshed {took}"
    if now == before:
        return f"Nothing changed: edition {now} stands, checked {took}"
    return f"Published edition {now} {took}"


def _sources(found: Sequence[Row]) -> Iterator[RenderableType]:
    trouble = [each for each in found if each["state"] != "fresh"]
    yield heading(f"Sources: {len(found) - len(trouble):,} of {len(found):,} fresh")
    if not trouble:
        return
    yield Text("These were not read, or in part; what they said before stands, with the dates it had.", style="yellow")
    shown = table("source", "state", "last read", "why", whole=("source", "state", "last read"))
    for each in trouble:
        shown.add_row(
            each["source_id"],
            state(each["state"]),
            moment(each["last_ok_at"]) if each["last_ok_at"] else "never",
            inert(each["last_error"] or "not read lately"),
        )
    yield shown
