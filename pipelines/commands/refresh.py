"""``almanac refresh``, ``reparse`` and ``backfill``: a job from the command line, shown while it runs and summed up.

The run itself is `pipelines.graph.by_hand`'s and is recorded where the UI shows it. Progress goes to stderr, the
summary to stdout.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias

import click

from pipelines.answers.asking import reading
from pipelines.answers.standing import edition, standing
from pipelines.night.clock import later_than
from pipelines.night.progress import Told
from pipelines.terminal.layout import console, show
from pipelines.terminal.night import shown, summary
from sources.cycles import unwatched
from warehouse.home import Busy, Home, Unusable, alone

if TYPE_CHECKING:
    from pipelines.graph.by_hand import NightlyResult  # Dagster takes seconds to import

Run: TypeAlias = "Callable[[Callable[[Told], None]], NightlyResult]"
"""A job that begins once the lock is held; it is handed who wants to be told how far it is."""


class Unpublished(click.ClickException):
    """The refresh could not be published; the last edition stands."""

    exit_code = 1


class Interrupted(click.ClickException):
    """Ctrl-C: the night was not finished; the last edition stands."""

    exit_code = 130


def refresh(
    home: Home, *, as_of: datetime | None, offline: bool, sources: Sequence[str], verbose: bool = False
) -> None:
    """Run the night and print its summary. `Unpublished` when nothing new stands at the end."""

    def run(told: Callable[[Told], None]) -> "NightlyResult":
        with unwatched():
            from pipelines.graph.by_hand import run_nightly

        return run_nightly(home, as_of=as_of, offline=offline, sources=tuple(sources) or None, told=told)

    if as_of is None and (ahead := later_than(home, datetime.now(UTC))):
        click.echo(f"almanac: {ahead}", err=True)
    _published(home, run, verbose)


def reparse(home: Home) -> None:
    """Read what is stored with today's parsers, build, and print the summary. `Unpublished` as for `refresh`."""

    def run(told: Callable[[Told], None]) -> "NightlyResult":
        with unwatched():
            from pipelines.graph.by_hand import run_reparse

        return run_reparse(home, told=told)

    _published(home, run)


def backfill(home: Home, first: date, last: date) -> list[str]:
    """Make the files of some days gone by; a line for each. `Unpublished` when one could not be made."""

    def run(told: Callable[[Told], None]) -> "NightlyResult":
        with unwatched():
            from pipelines.graph.by_hand import run_backfill

        return run_backfill(home, first, last, told=told)

    result, _ = _run(home, run, "the days could not be made")
    return list(result.said)


def _published(home: Home, run: Run, verbose: bool = False) -> None:
    started = time.monotonic()
    _, before = _run(home, run, "the refresh could not be published", verbose)
    with reading(home) as connection:
        found = standing(connection)
    show(console(), *summary(found, home, edition(home), before, time.monotonic() - started))


def _run(home: Home, run: Run, failed: str, verbose: bool = False) -> "tuple[NightlyResult, str]":
    """How the run ended, and which edition stood when it began."""
    before = edition(home)
    try:
        # The lock is taken before Dagster is imported, which takes seconds: who comes second hears of it at once.
        with alone(home), shown(console(stderr=True), verbose) as told:
            before = edition(home)  # a copy of an object store has been brought up to date
            result = run(told)
    except Busy as busy:
        raise Unpublished(f"{busy}; {_stands(before)}") from None
    except Unusable as unusable:
        raise Unpublished(f"{unusable}; {_stands(before)}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {_stands(before)}, and the next refresh begins anew") from None
    if not result.success:
        reasons = "; ".join(result.errors) or "no step says why"
        raise Unpublished(f"{failed}, {_stands(before)}: {reasons} (run {result.run_id})")
    return result, before


def _stands(before: str) -> str:
    return f"edition {before} stands" if before else "nothing has been published yet"
