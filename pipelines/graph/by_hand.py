"""The nightly job run by hand: the same job, in this process, kept in the same run history as the scheduled ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from dagster._core.errors import DagsterExecutionInterruptedError
from sqlalchemy.exc import DBAPIError

from pipelines.definitions import defs
from pipelines.graph.automation import nightly, reasons, remedy
from pipelines.graph.ending import is_interrupt
from pipelines.graph.instance import instance
from pipelines.night.night import wall_clock
from pipelines.night.progress import Told, watcher
from pipelines.retention import Keep
from sources.transport.fetch import Settings
from warehouse import rules
from warehouse.home import Home, Unusable, alone

SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}
"""A run in process leaves the terminal to whoever started it; its events are kept all the same."""

LISTED_WITH_THE_JOB = {".dagster/repository": "__repository__@pipelines.definitions", "started by": "command line"}
"""What makes the UI list a run in process under the job, beside the scheduled ones."""


@dataclass(frozen=True)
class NightlyResult:
    """How a run ended; `errors` has one sentence for each thing that failed, and is empty where nothing did."""

    success: bool
    run_id: str
    failed_steps: list[str]
    errors: list[str]


def run_nightly(
    home: Home,
    *,
    as_of: datetime | None = None,
    offline: bool = False,
    sources: Iterable[str] | None = None,
    told: Callable[[Told], None] | None = None,
) -> NightlyResult:
    """Run the job in this process and print nothing; `told` hears how far it is.

    What goes wrong is in the result and in the run history the UI shows. There is no run where none can begin:
    BlockingIOError when another has the data folder, `Unusable` where that cannot be written, ValueError when the
    mirror is no address, or ``ALMANAC_PAIRS`` or an ``ALMANAC_KEEP_…`` no number. KeyboardInterrupt once an interrupted
    run has been marked as ended.
    """
    Settings.from_environment(wall_clock)
    rules.thresholds()
    Keep.from_environment()
    asked = {
        "home": str(home.root),
        "as_of": as_of.isoformat() if as_of else "",
        "offline": offline,
        "sources": sorted(sources or ()),
    }
    token = watcher.set(told)
    try:
        with alone(home), instance(home) as kept:
            result = defs.resolve_job_def(nightly.name).execute_in_process(
                run_config={"resources": {"refresh": {"config": asked}}, "loggers": SILENT},
                instance=kept,
                raise_on_error=False,
                tags=LISTED_WITH_THE_JOB,
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
    )
