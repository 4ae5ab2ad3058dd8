"""The nightly job run by hand: the same job, in this process, kept in the same run history as the scheduled ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pipelines.automation import nightly, reasons
from pipelines.definitions import defs
from pipelines.instance import instance
from pipelines.night import alone
from pipelines.refresh import watcher
from sources.fetch import Attempt
from warehouse.home import Home

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
    on_attempt: Callable[[Attempt], None] | None = None,
) -> NightlyResult:
    """Run the job in this process and print nothing; `on_attempt` hears of every attempt as it ends.

    What goes wrong is in the result and in the run history the UI shows. BlockingIOError when another run has the data
    folder: then there is no run.
    """
    with alone(home):
        pass
    asked = {
        "home": str(home.root),
        "as_of": as_of.isoformat() if as_of else "",
        "offline": offline,
        "sources": sorted(sources or ()),
    }
    token = watcher.set(on_attempt)
    try:
        with instance(home) as kept:
            result = defs.resolve_job_def(nightly.name).execute_in_process(
                run_config={"resources": {"refresh": {"config": asked}}, "loggers": SILENT},
                instance=kept,
                raise_on_error=False,
                tags=LISTED_WITH_THE_JOB,
            )
    finally:
        watcher.reset(token)
    return NightlyResult(
        result.success,
        result.run_id,
        [str(event.step_key) for event in result.all_events if event.is_step_failure],
        list(reasons(result.all_events)),
    )
