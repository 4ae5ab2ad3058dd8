"""A run that died before it could say so itself: the sensor that says it in its place.

Belongs here: what only Dagster's daemon notices, such as a process that was killed. Does not: a night that came to its
end (`ending` tells of it, whoever started it; then nothing is left to tell here).
"""

from datetime import UTC, datetime

import dagster as dg

from pipelines.alerts import telling
from pipelines.graph.automation import reasons
from pipelines.graph.ending import is_night
from pipelines.night.night import wall_clock
from pipelines.status import keeping
from warehouse.home import BUSY, Home


@dg.run_failure_sensor(
    name="a_night_died",
    default_status=dg.DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="Writes `status.json` and sends the alert of a night whose process died before it could.",
)
def death_notice(context: dg.RunFailureSensorContext) -> None:
    """Tell of a failed night, unless it or a later one has told already, or it never began as another was at work."""
    home, run = Home.from_environment(), context.dagster_run
    errors = list(reasons([*context.get_step_failure_events(), context.failure_event]))
    began_at = _began_at(context.instance, run.run_id)
    last = keeping.read(home)
    is_told = last and (last["run_id"] == run.run_id or last["began_at"] > keeping.instant(began_at))
    if is_told or not is_night(run, context.instance) or any(each.startswith(BUSY) for each in errors):
        return
    died = keeping.Run(run.run_id, run.job_name, began_at, began_at, errors)
    telling.after_night(home, died, None, may_send=True, log=context.log.info)


def _began_at(instance: dg.DagsterInstance, run_id: str) -> datetime:
    record = instance.get_run_record_by_id(run_id)
    return datetime.fromtimestamp(record.start_time, UTC) if record and record.start_time else wall_clock()
