"""Tidying: everything that is due by the settings, Dagster's runs among it, listed or removed.

Belongs here: which runs are due, and the order of removal. Does not: what else is due (`pipelines.retention`).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from pipelines.retention import Due, Keep, due, remove
from pipelines.wording.amounts import counted
from warehouse.home import Home

ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]

AT_ONCE = 1000
"""So many runs go in one tidying; what is left goes in the next."""


def everything_due(home: Home, keep: Keep, instance: dg.DagsterInstance) -> Iterator[Due]:
    """What is due in the data folder and in the run history that lies there."""
    yield from due(home, keep)
    if keep.runs is not None:
        yield from _runs(home, instance, datetime.now(UTC) - timedelta(days=keep.runs))


def _runs(home: Home, instance: dg.DagsterInstance, before: datetime) -> Iterator[Due]:
    """Runs that have ended and began before that instant, and files of events whose run is gone."""
    files = {path.stem: path for path in (home.dagster / "history" / "runs").glob("*-*.db")}
    old = instance.get_runs(RunsFilter(statuses=ENDED, created_before=before), limit=AT_ONCE)
    due_ids = [run.run_id for run in old]
    # a tidying that was killed had removed the run and not yet its file
    due_ids += [run_id for run_id in sorted(files.keys() - set(due_ids)) if not instance.has_run(run_id)]
    for run_id in due_ids:
        size = files[run_id].stat().st_size if run_id in files else 0
        yield Due("run", run_id, size, partial(instance.delete_run, run_id))


def tidied(home: Home, instance: dg.DagsterInstance, warn: Callable[[str], None]) -> str:
    """How a night ends: remove what is due, and say what went. What goes wrong is a warning and fails no night."""
    try:
        gone, failed = remove(everything_due(home, Keep.from_environment(), instance))
    except Exception as error:
        warn(f"nothing was tidied: {error}")
        return "nothing"
    for each in failed:
        warn(each)
    return ", ".join(counted(count, kind) for kind, count in Counter(each.kind for each in gone).items()) or "nothing"
