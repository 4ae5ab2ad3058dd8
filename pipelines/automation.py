"""The job, when it runs by itself, and how the command line runs it: the same job, in process, in the same run history.

Belongs here: the schedule, the sensor and `run_nightly`. Does not: what a step does, or what is printed.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import dagster as dg

from pipelines.instance import instance
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

SHOWN_WITH_THE_JOB = {".dagster/repository": "__repository__@pipelines.definitions", "started by": "command line"}
"""What makes the UI list a run in process under the job, beside the scheduled ones."""


@dg.run_failure_sensor(
    name="a_run_failed",
    default_status=dg.DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="Writes `last_failure.json` into the data folder: which run failed, when and why. The last edition stands.",
)
def failure_notice(context: dg.RunFailureSensorContext) -> None:
    """Leave word of a failed run where the operator's own monitoring can read it."""
    notice = {
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "message": context.failure_event.message,
        "errors": _reasons(context.get_step_failure_events()),
    }
    put(Home.from_environment().root / "last_failure.json", json.dumps(notice, indent=2, ensure_ascii=False).encode())


@dataclass(frozen=True)
class NightlyResult:
    """How a run ended; `errors` has one sentence for each step that failed, and is empty where none did."""

    success: bool
    run_id: str
    failed_steps: list[str]
    errors: list[str]


def run_nightly(
    home: Home,
    *,
    as_of: datetime | None = None,
    offline: bool = False,
    sources: Iterable[str] = (),
    on_attempt: Callable[[Attempt], None] | None = None,
    on_step: Callable[[str], None] | None = None,
) -> NightlyResult:
    """Run the job in this process and print nothing; `on_attempt` hears of every attempt, `on_step` of every step begun.

    Whatever goes wrong is in the result, and in the run history that the UI shows.
    """
    from pipelines.definitions import defs

    asked = {"home": str(home.root), "as_of": as_of.isoformat() if as_of else "", "offline": offline, "sources": [*sources]}
    token = watcher.set(on_attempt)
    try:
        with instance(home) as kept:
            result = defs.resolve_job_def(nightly.name).execute_in_process(
                run_config={"resources": {"refresh": {"config": asked}}, "loggers": SILENT},
                instance=kept,
                raise_on_error=False,
                tags=SHOWN_WITH_THE_JOB,
            )
    finally:
        watcher.reset(token)
    failed = [event for event in result.all_events if event.is_step_failure]
    return NightlyResult(result.success, result.run_id, [str(event.step_key) for event in failed], [])


def _reasons(failed: Iterable[dg.DagsterEvent]) -> list[str]:
    return [str(event.message) for event in failed]
