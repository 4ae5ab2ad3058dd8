"""One run's hold on the data folder: what it was asked to do, its one night, its one work file.

Belongs here: the lock, the clock, and whose work file it is. Does not: what is fetched (`sources`) or built (`tables`).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
from dagster import DagsterRun, DagsterRunStatus, RunsFilter
from pydantic import PrivateAttr

from pipelines.graph.ending import accounted
from pipelines.night.clock import later_than
from pipelines.night.night import Night, frozen, wall_clock
from warehouse import database, following
from warehouse.home import Busy, Home, Unusable, alone, put, refuse_full

SPREAD = "spread"
"""The job whose asking and reading workers do."""


class Refresh(dg.ConfigurableResource["Refresh"]):
    """What one run was asked to do. Held from its first step to its last, so that two runs never write at once.

    home      the data folder; empty for ``ALMANAC_HOME``
    as_of     the instant that stamps the run, ISO 8601; empty for now
    offline   open no socket
    asked_in  the run of the ledger in which workers have asked already (`spreading`); empty where nobody has

    Which sources are asked, a run's selection says. What is built always covers everything held.
    """

    home: str = ""
    as_of: str = ""
    offline: bool = False
    asked_in: str = ""

    _night: Night | None = PrivateAttr(None)
    _stopped: dict[str, str] = PrivateAttr(default_factory=dict)
    _has_read: set[str] = PrivateAttr(default_factory=set)
    _made: int = PrivateAttr(0)
    _goes_on: bool = PrivateAttr(True)
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _connection: duckdb.DuckDBPyConnection | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Refresh"]:
        """Lock the data folder and begin the night.

        dg.Failure when another run has it, nothing can be written, or the mirror is no address.
        """
        try:
            home = Home.named(self.home)
            with alone(home):
                refuse_full(home)
                _bury(context)
                self._night = self._begin(home, context.run)
                if not self.as_of and context.log and (ahead := later_than(home, wall_clock())):
                    context.log.warning(ahead)
                with accounted(self._night, context):
                    try:
                        yield self
                    finally:
                        self.let_go()
        except Busy as busy:
            raise dg.Failure(str(busy), allow_retries=False) from None
        except Unusable as unusable:
            raise dg.Failure(str(unusable), allow_retries=False) from None

    def _begin(self, home: Home, run: DagsterRun | None) -> Night:
        clock = frozen(moment(self.as_of)) if self.as_of else wall_clock
        try:
            night = Night.begin(home, clock, run_id=run.run_id[:8] if run else "", offline=self.offline)
        except ValueError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        return replace(night, run_id=self.asked_in, goes_on=True) if self.asked_in else night

    @property
    def night(self) -> Night:
        assert self._night is not None, "a night begins with its run"
        return self._night

    @property
    def stopped(self) -> dict[str, str]:
        """The sources this run could not deal with at all, each with the reason."""
        return self._stopped

    @property
    def has_read(self) -> set[str]:
        """The sources whose stored documents this run has read."""
        return self._has_read

    @property
    def goes_on(self) -> bool:
        """Whether the work file goes on from what was published; so too where another process of this run began it."""
        return self._goes_on

    def begin(self, run: DagsterRun) -> None:
        """A work file that is this run's: what was published goes on, where it may (`following`)."""
        self.let_go()
        self._goes_on = following.begin(self.night.home)
        put(self._owner, _family(run).encode())

    @contextmanager
    def work(self, run: DagsterRun) -> Iterator[duckdb.DuckDBPyConnection]:
        """The connection to the work file, open from step to step: a file of a million rows is not opened for each of
        a hundred. After a step that failed the next has one of its own. dg.Failure where the file is not this run's,
        or was published already.
        """
        work_file = self.night.home.work_file
        owner = self._owner.read_text(encoding="utf-8") if self._owner.exists() else ""
        if not work_file.exists() or owner != _family(run):
            raise dg.Failure(
                "this run has no work file: tables are built together from the evidence. Start a job, select a source "
                "with everything downstream, or re-execute a failed run from its failure before another has begun",
                allow_retries=False,
            )
        if self._connection is None:
            self._connection = self._held.enter_context(database.opened(work_file))
        try:
            with database.interruptible():
                yield self._connection
        except BaseException:
            self.let_go()
            raise

    def let_go(self) -> None:
        """Close the work file: whoever publishes it, or begins another, needs it closed."""
        self._connection = None
        self._held.close()

    def made(self, tables: int = 0) -> int:
        """How many tables this run has made, these included."""
        self._made += tables
        return self._made

    @property
    def _owner(self) -> Path:
        return self.night.home.work_file.with_name("run")


def moment(text: str) -> datetime:
    """An instant as written in ISO 8601, in UTC where it says no zone. ValueError when it is none."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _family(run: DagsterRun) -> str:
    """A run and its re-executions share the run they began with."""
    return run.root_run_id or run.run_id


def _bury(context: dg.InitResourceContext) -> None:
    """Mark runs that died as failed: whoever holds the lock is the only run alive, whatever the others last said.

    A run that spreads its asking holds it only now and then: Dagster's own monitoring sees to those.
    """
    storage = context.instance
    if storage is None or storage.is_ephemeral:
        return
    for run in storage.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED])):
        if context.run and run.run_id != context.run.run_id and run.job_name != SPREAD:
            storage.report_run_failed(run, "its process died: a later run found the data folder unlocked")
