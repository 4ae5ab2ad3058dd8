"""The job, when it runs by itself, and what is left behind when it fails.

Belongs here: the job, the schedule, the sensor, why a run failed.
Does not: what a step does, running it by hand (`run`).
"""

import json
import re
from collections.abc import Iterable, Iterator

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

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
            # who marks a run as failed from outside gives a message and no error
            found.append(_cause(event.job_failure_data.error) if event.event_specific_data else str(event.message))
    yield from found


def _of_a_check(error: SerializableErrorInfo | None) -> bool:
    return error is not None and error.cls_name == "DagsterAssetCheckFailedError"


def _cause(error: SerializableErrorInfo | None) -> str:
    """The first line of what an error goes back to, its type without the modules it lives in."""
    if error is None:
        return "no reason given"
    while error.cause is not None:
        error = error.cause
    said = re.sub(r"^[\w.]*\.(?=\w+: )", "", error.message.strip().splitlines()[0])
    return said.removeprefix("Failure: ").removeprefix("Unusable: ") + remedy(error.message)


REMEDIES = {
    "No space left on device|disk is full|Disk quota exceeded": (
        "the disk is full: free some space (`almanac tidy` removes what need not be kept) and run the refresh again"
    ),
    "Read-only file system|readonly database": "the disk takes no writing: mount it writable and run the refresh again",
    "OutOfMemoryException|Out of Memory Error|MemoryError|bad_alloc|Cannot allocate memory": (
        "memory ran out: end what else is at work on this machine, or run the refresh on a larger one"
    ),
}
"""What an error of the machine says → what a person does about it. No such error leaves anything half written."""


def remedy(message: str) -> str:
    """What to do about an error of the machine, to be put behind it; empty where it is none."""
    return next((f"; {words}" for said, words in REMEDIES.items() if re.search(said, message)), "")
