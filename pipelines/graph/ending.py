"""The end of a night as every run comes to it, from the command line, the schedule or the UI: its figures, its alerts.

Belongs here: hearing a run out, and why it published nothing as Dagster tells. Does not: what the figures are
(`pipelines.status`), or who is told what (`pipelines.alerts`). Nothing here can fail a run or keep it for long.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg
from dagster import DagsterRun
from dagster._core.execution.plan.objects import ErrorSource

from pipelines.alerts import telling
from pipelines.answers.standing import edition
from pipelines.graph.automation import reasons
from pipelines.night.night import Night, wall_clock
from pipelines.night.progress import also_told
from pipelines.status import keeping
from pipelines.status.hearing import Heard

PUBLISHING = {"published__edition", "build_and_publish"}
"""The steps that make a run a night, in one process or over workers."""

TELLING = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.ASSET_CHECK_EVALUATION}
"""The events that say why a run published nothing."""


@contextmanager
def accounted(night: Night, context: dg.InitResourceContext) -> Iterator[None]:
    """Hear a run out; when it ends, leave its figures beside ``latest`` and tell who waits for it what went wrong."""
    began_at, heard = wall_clock(), Heard(edition(night.home) or None)
    as_of = night.settings.clock()
    with also_told(heard.hear):
        yield
    run, instance = context.run, context.instance
    if run is None or instance is None:
        return
    log: Callable[[str], object] = context.log.info if context.log else str
    try:
        events = [each.dagster_event for each in instance.all_logs(run.run_id, of_type=TELLING)]
        failed = [each for each in events if each]
        errors = [] if heard.published else list(reasons(failed))
        if not (heard.published or (errors and is_night(run, instance))):
            return
        was_interrupted = any(map(is_interrupt, failed))
        ended = keeping.Run(run.run_id, run.job_name, as_of, began_at, errors, was_interrupted)
        telling.after_night(night.home, ended, heard, may_send=not night.settings.offline, log=log)
    except Exception as error:
        log(f"the night's figures could not be kept: {type(error).__name__}")


def is_night(run: DagsterRun, instance: dg.DagsterInstance) -> bool:
    """Whether a run was to publish, whichever job or choice of assets in the UI it is of."""
    if not run.execution_plan_snapshot_id:
        return False
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return not PUBLISHING.isdisjoint(plan.step_keys_to_execute)


def is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a step ended because somebody ended the run."""
    return event.is_step_failure and event.step_failure_data.error_source is ErrorSource.INTERRUPT
