"""What Dagster sees where a night is spread over workers: `pipelines.definitions`, and `spread` in place of its nightly
schedule. ``ALMANAC_EXECUTOR`` says who does the steps (docs/workers.md).

Dagster takes one name for definitions in a module, so the default's have none here.
"""

import dagster as dg

from pipelines import definitions
from pipelines.graph import automation, spreading
from pipelines.graph.executors import executor

spread = spreading.job(executor())

spread_schedule = dg.ScheduleDefinition(
    name="spread_at_three",
    job=spread,
    cron_schedule=automation.nightly_schedule.cron_schedule,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 03:00 UTC, over workers.",
)

defs = dg.Definitions(
    assets=definitions.defs.assets,
    asset_checks=definitions.defs.asset_checks,
    jobs=[*(definitions.defs.jobs or ()), spread],
    schedules=[
        spread_schedule,
        *(each for each in definitions.defs.schedules or () if each is not automation.nightly_schedule),
    ],
    sensors=definitions.defs.sensors,
    resources=definitions.defs.resources,
    executor=definitions.defs.executor,
)
