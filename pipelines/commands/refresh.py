"""``almanac refresh``: one night from the command line, shown while it runs and summed up from what it published.

The run itself is `pipelines.graph.by_hand`'s and is recorded where the UI shows it. Progress goes to stderr, the
summary to stdout.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from pipelines.answers.asking import reading
from pipelines.answers.standing import edition, standing
from pipelines.night.clock import later_than
from pipelines.terminal.layout import console, show
from pipelines.terminal.night import shown, summary
from warehouse.home import Home, Unusable, alone


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
    before, started = edition(home), time.monotonic()
    if as_of is None and (ahead := later_than(home, datetime.now(UTC))):
        click.echo(f"almanac: {ahead}", err=True)
    stands = f"edition {before} stands" if before else "nothing has been published yet"
    try:
        # The lock is taken before Dagster is imported, which takes seconds: who comes second hears of it at once.
        with alone(home), shown(console(stderr=True), verbose) as told:
            from pipelines.graph.by_hand import run_nightly

            result = run_nightly(home, as_of=as_of, offline=offline, sources=tuple(sources) or None, told=told)
    except BlockingIOError:
        raise Unpublished(f"another refresh is at work on {home.root}; {stands}") from None
    except Unusable as unusable:
        raise Unpublished(f"{unusable}; {stands}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {stands}, and the next refresh begins anew") from None
    if not result.success:
        reasons = "; ".join(result.errors) or "no step says why"
        raise Unpublished(f"the refresh could not be published, {stands}: {reasons} (run {result.run_id})")
    with reading(home) as connection:
        found = standing(connection)
    show(console(), *summary(found, home, edition(home), before, time.monotonic() - started))
