"""A night over workers in a world of a few fixtures: what their processes import for the job they do steps of.

Belongs here: the few sources, the job over them, and the process that leads its run. Does not: what is asserted.
Importing it changes the declarations of the process for good, so no test module may.
"""

import os
import sys
from contextlib import ExitStack

import dagster as dg
from dagster_celery import core_execution_loop

from pipelines.graph import spreading
from pipelines.graph.executors import executor
from tests.end_to_end import nights
from tests.pipelines.editions import made_of

_for_good = ExitStack()
_for_good.enter_context(nights.few_sources(nights.FEW))
_for_good.enter_context(nights.quick_on(os.environ["ALMANAC_MIRROR"]))
_for_good.enter_context(made_of("tables"))
core_execution_loop.TICK_SECONDS = 0.1  # between two looks for steps that are done


def spread() -> dg.JobDefinition:
    """The job, its steps done by whom the environment says."""
    return spreading.job(executor())


def lead(as_of: str) -> bool:
    """Lead a run, as the code server does with one that was launched; whether it succeeded."""
    from tests.end_to_end import spread_world  # as workers name it

    with dg.DagsterInstance.get() as instance:
        return dg.execute_job(
            dg.reconstructable(spread_world.spread),
            instance=instance,
            run_config={"resources": {"spread": {"config": {"as_of": as_of, "shards": 2}}}},
            raise_on_error=False,
        ).success


if __name__ == "__main__":
    sys.exit(not lead(sys.argv[1]))
