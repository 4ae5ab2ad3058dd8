"""The jobs run by hand: the same jobs, in this process, kept in the same run history as the scheduled ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from sqlalchemy.exc import DBAPIError

from pipelines.definitions import defs
from pipelines.graph.automation import nightly, reasons, remedy
from pipelines.graph.ending import is_interrupt
from pipelines.graph.instance import instance
from pipelines.graph.jobs import backfill, fold_up_to_each_day, reparse
from pipelines.graph.sources import observations, snapshots
from pipelines.night.night import wall_clock
from pipelines.night.progress import Told, watcher
from pipelines.retention import Keep
from sources.registry import all_sources
from sources.transport.fetch import Settings
from warehouse import rules
from warehouse.home import Home, Unusable, alone

SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}
"""A run in process leaves the terminal to whoever started it; its events are kept all the same."""

NOTHING: Mapping[str, Any] = {}

LISTED_WITH_THE_JOB = {".dagster/repository": "__repository__@pipelines.definitions", "started by": "command line"}
"""What makes the UI list a run in process under the job, beside the scheduled ones."""


@dataclass(frozen=True)
class NightlyResult:
    """How a run ended; `errors` has one sentence for each thing that failed, and is empty where nothing did.

    said  what the run has to say of its work, a line each: the files a backfill made
    """

    success: bool
    run_id: str
    failed_steps: list[str]
    errors: list[str]
    said: Sequence[str] = ()


def run_nightly(
    home: Home,
    *,
    as_of: datetime | None = None,
    offline: bool = False,
    sources: Iterable[str] | None = None,
    told: Callable[[Told], None] | None = None,
) -> NightlyResult:
    """Run the job in this process and print nothing; `told` hears how far it is. `sources` asks those alone.

    What goes wrong is in the result and in the run history the UI shows. There is no run where none can begin:
    `Busy` when another has the data folder, `Unusable` where that cannot be written, ValueError when the
    mirror is no address, ``ALMANAC_PAIRS`` or an ``ALMANAC_KEEP_…`` no number, or a source unknown. KeyboardInterrupt
    once an interrupted run has been marked as ended.
    """
    asked = {"as_of": as_of.isoformat() if as_of else "", "offline": offline}
    return _run(nightly.name, home, asked, told, selection=_with_the_tables(sources) if sources else None)


def run_reparse(home: Home, *, told: Callable[[Told], None] | None = None) -> NightlyResult:
    """Read what is stored with today's parsers and build; as `run_nightly`, but nobody is asked."""
    return _run(reparse.name, home, {"offline": True}, told)


def run_backfill(home: Home, first: date, last: date, *, told: Callable[[Told], None] | None = None) -> NightlyResult:
    """Make the files of some days gone by; as `run_nightly`, but nobody is asked and nothing is published."""
    days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    return _run(backfill.name, home, {"offline": True}, told, ops={fold_up_to_each_day.name: {"config": days}})


def _run(
    job: str,
    home: Home,
    asked: Mapping[str, Any],
    told: Callable[[Told], None] | None,
    *,
    selection: Sequence[dg.AssetKey] | None = None,
    ops: Mapping[str, Any] = NOTHING,
) -> NightlyResult:
    Settings.from_environment(wall_clock)
    rules.thresholds()
    Keep.from_environment()
    token = watcher.set(told)
    try:
        with alone(home), instance(home) as kept:
            result = defs.resolve_job_def(job).execute_in_process(
                run_config={
                    "resources": {"refresh": {"config": {"home": str(home.root), **asked}}},
                    "loggers": SILENT,
                    "ops": ops,
                },
                instance=kept,
                raise_on_error=False,
                tags=LISTED_WITH_THE_JOB,
                asset_selection=selection,
            )
    except DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None
    except DBAPIError as error:
        said = str(error.orig)
        advice = remedy(said) or "; move that folder away, as nothing depends on it, and run the refresh again"
        raise Unusable(f"Dagster's run history in {home.dagster} does not work, {said}{advice}") from error
    finally:
        watcher.reset(token)
    if any(map(is_interrupt, result.all_events)):
        raise KeyboardInterrupt
    return NightlyResult(
        result.success,
        result.run_id,
        [str(event.step_key) for event in result.all_events if event.is_step_failure],
        list(reasons(result.all_events)),
        result.output_for_node(fold_up_to_each_day.name) if job == backfill.name and result.success else (),
    )


def _with_the_tables(sources: Iterable[str]) -> list[dg.AssetKey]:
    """What asking some sources alone makes: them, and everything that is no source. ValueError names an unknown one."""
    known, wanted = all_sources(), set(sources)
    if unknown := sorted(wanted - set(known)):
        raise ValueError(f"there is no source {', '.join(unknown)}; there are {', '.join(known)}")
    every = {key(source_id): source_id for source_id in known for key in (snapshots, observations)}
    return [asset for asset in defs.resolve_asset_graph().toposorted_asset_keys if every.get(asset) in {None, *wanted}]
