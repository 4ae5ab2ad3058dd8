"""What Dagster sees: ``defs``, and nothing else. What each asset is, and when it runs, is declared beside it.

snapshots ─► observations ─► evidence ─► identity ─► choice ─► core ─► quality ─► mart ─► published
"""

import dagster as dg

from sources.cycles import unwatched

with unwatched():
    from pipelines.graph import alarms, automation, checks, digest, jobs, sources, tables
    from pipelines.graph.resource import Refresh

defs = dg.Definitions(
    assets=[*sources.assets(), *tables.assets()],
    asset_checks=[checks.promises_kept, checks.nothing_contradicts, checks.kept_as_from_nothing],
    jobs=[automation.nightly, jobs.reparse, jobs.backfill, digest.weekly_digest],
    schedules=[automation.nightly_schedule, digest.digest_on_monday],
    sensors=[automation.failure_notice, alarms.death_notice],
    resources={"refresh": Refresh()},
    # one process, one step at a time: the work file has one writer
    executor=dg.in_process_executor,
)
