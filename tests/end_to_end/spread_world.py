"""The job over workers in a world of a few fixtures, as its steps are named to the processes that do them.

Belongs here: the job, and making a worker's process content with the few sources, for good: there it is told so by
`WORKER` in its environment. Does not: what is asserted.
"""

import os
from contextlib import ExitStack

import dagster as dg

from pipelines.graph import spreading
from pipelines.graph.executors import executor
from tests.end_to_end import nights
from tests.pipelines.editions import made_of

WORKER = "ALMANAC_TESTS_WORKER"

_for_good = ExitStack()
if WORKER in os.environ:
    _for_good.enter_context(nights.few_sources(nights.FEW))
    _for_good.enter_context(nights.quick_on(os.environ["ALMANAC_MIRROR"]))
    _for_good.enter_context(made_of("tables"))


def spread() -> dg.JobDefinition:
    """The job, its steps done by whom the environment says."""
    return spreading.job(executor())
