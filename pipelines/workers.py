"""What Dagster sees where a night is spread over workers: `pipelines.definitions`, and `spread` in place of its nightly
schedule. ``ALMANAC_EXECUTOR`` says who does the steps (docs/workers.md).
"""

import dagster as dg

from pipelines.definitions import defs as default
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
    assets=default.assets,
    asset_checks=default.asset_checks,
    jobs=[*(default.jobs or ()), spread],
    schedules=[
        spread_schedule,
        *(each for each in default.schedules or () if each is not automation.nightly_schedule),
    ],
    sensors=default.sensors,
    resources=default.resources,
    executor=default.executor,
)
