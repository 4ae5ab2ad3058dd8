"""The job, when it runs by itself, and how the command line runs it: the same job, in process, in the same run history.

Belongs here: the schedule, the sensor and `run_nightly`. Does not: what a step does, or what is printed.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from pipelines.instance import instance
from pipelines.night import alone
from pipelines.refresh import watcher
from sources.fetch import Attempt
from warehouse.home import Home, put

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Fetch every source, read what is new, rebuild every table, check them, publish the edition.",
)

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_at_three",
    job=nightly,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 03:00 UTC.",
)


SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}
"""A run in process leaves the terminal to whoever started it; its events are kept all the same."""

LISTED_WITH_THE_JOB = {".dagster/repository": "__repository__@pipelines.definitions", "started by": "command line"}
"""What makes the UI list a run in process under the job, beside the scheduled ones."""


@dg.run_failure_sensor(
    name="a_run_failed",
    default_status=dg.DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="Writes `last_failure.json` into the data folder: which run failed, and why. The last edition stands.",
)
def failure_notice(context: dg.RunFailureSensorContext) -> None:
    """Leave word of a failed run where the operator's own monitoring can read it."""
    notice = {
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "errors": list(reasons([*context.get_step_failure_events(), context.failure_event])),
    }
    put(Home.from_environment().root / "last_failure.json", json.dumps(notice, indent=2, ensure_ascii=False).encode())


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
    from pipelines.definitions import defs  # it imports this module

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


def reasons(events: Iterable[dg.DagsterEvent]) -> Iterator[str]:
    """Why a run failed, in sentences: checks that block, what else stopped a step, or what came before any step."""
    found: list[str] = []
    for event in events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if check.blocking and not check.passed:
                found.append(f"{check.asset_key.to_user_string()} {check.check_name}: {check.description}")
        elif event.is_step_failure and event.step_failure_data.user_failure_data:
            found.append(str(event.step_failure_data.user_failure_data.description))
        elif event.is_step_failure and not _of_a_check(event.step_failure_data.error):
            found.append(f"{event.step_key}: {_cause(event.step_failure_data.error)}")
        elif event.is_job_failure and not found:
            found.append(_cause(event.job_failure_data.error))
    yield from found


def _of_a_check(error: SerializableErrorInfo | None) -> bool:
    return error is not None and error.cls_name == "DagsterAssetCheckFailedError"


def _cause(error: SerializableErrorInfo | None) -> str:
    """The first line of what an error goes back to, its type without the modules it lives in."""
    if error is None:
        return "no reason given"
    while error.cause is not None:
        error = error.cause
    return re.sub(r"^[\w.]*\.(?=\w+: )", "", error.message.strip().splitlines()[0]).removeprefix("Failure: ")
