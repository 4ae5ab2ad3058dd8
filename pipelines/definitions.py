"""What Dagster sees: ``defs``, and nothing else. What each asset is, and when it runs, is declared beside it.

snapshots ─► observations ─► evidence ─► identity ─► choice ─► core ─► quality ─► mart ─► published
"""

import dagster as dg

from pipelines import automation, build, checks, observe
from pipelines.refresh import Refresh

defs = dg.Definitions(
    assets=[*observe.assets(), *build.assets()],
    asset_checks=[checks.promises_kept, checks.nothing_contradicts],
    jobs=[automation.nightly],
    schedules=[automation.nightly_schedule],
    sensors=[automation.failure_notice],
    resources={"refresh": Refresh()},
    # one process, one step at a time: the work file has one writer
    executor=dg.in_process_executor,
)
