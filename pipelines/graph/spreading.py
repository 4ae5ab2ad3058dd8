"""The job ``spread``: the same night, its asking and reading done by workers, wherever the executor has them.

    plan round 1 ─► ask and read, shard by shard ─► plan round 2 ─► ask and read ─► build and publish

A plan cuts a round into shards (`pipelines.night.shards`); whoever does one hands its evidence over; the next plan
takes it into the ledger. The last step is the job `nightly` in one process, under the lock, which asks what no worker
has asked and reads what no worker has read: a shard that is lost costs time and nothing else.

Belongs here: the steps and how they are shown. Does not: which executor does them (`executors`), or what a shard is.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import msgspec

from pipelines.graph.automation import nightly, reasons
from pipelines.graph.resource import SPREAD, moment
from pipelines.graph.sending import evidence_sent
from pipelines.graph.sources import observations, rounds, snapshots
from pipelines.night import shards
from pipelines.night.night import Night, frozen, wall_clock
from pipelines.night.shards import Shard
from warehouse.evidence.handed import Handed
from warehouse.home import Busy, Home, Unusable, alone

BUILDS = {"dagster-celery/queue": "almanac-build"}
"""Steps that hold the lock: they share a machine, whose copy of a store is then always the newest."""

ASKS = {"dagster-celery/queue": "almanac-ask"}

PATIENCE = 3600.0
"""Seconds for which a step waits for the lock: a refresh by hand, or a worker that was taken for dead, has it."""

LOOKS_EVERY = 5.0

TRIES = 4
"""So often a step is begun; what a shard holds that failed as often the build asks and reads."""

AGAIN = dg.RetryPolicy(max_retries=TRIES - 1, delay=30, backoff=dg.Backoff.EXPONENTIAL)
"""A store that was away may be back in three minutes; a pod that died is begun again so too."""


class Spread(dg.ConfigurableResource["Spread"]):
    """What a run of `spread` was asked to do; `home`, `as_of` and `offline` as in `Refresh`.

    shards  at most so many a round: more than there are workers, so that none waits long for the slowest
    """

    home: str = ""
    as_of: str = ""
    offline: bool = False
    shards: int = 16

    @property
    def folder(self) -> Home:
        """The data folder, or this machine's copy of the store."""
        return Home.named(self.home)

    def night(self, context: dg.OpExecutionContext) -> Night:
        """The night of a run, the same in each of its steps. dg.Failure where the mirror is no address."""
        record = context.instance.get_run_record_by_id(context.run_id)
        began = moment(self.as_of) if self.as_of else record.create_timestamp if record else wall_clock()
        try:
            night = Night.begin(self.folder, frozen(began) if self.as_of else wall_clock, offline=self.offline)
        except ValueError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        return replace(night, run_id=f"{began.astimezone(UTC):%Y%m%dT%H%M%SZ}-{context.run_id[:8]}")

    @property
    def stamped(self) -> datetime | None:
        return moment(self.as_of) if self.as_of else None


class OnTheShelf(dg.ConfigurableIOManager):
    """Shards, from the plan to who does them: in the data folder or its store, wherever the steps run.

    A step is told where its shard lies and takes it up itself: it deals with a store that does not answer.
    """

    home: str = ""

    def handle_output(self, context: dg.OutputContext, obj: Shard) -> None:
        """Lay it down."""
        Handed(Home.named(self.home)).put(_shelf(context), msgspec.json.encode(obj))

    def load_input(self, context: dg.InputContext) -> str:
        """Where it lies."""
        assert context.upstream_output
        return _shelf(context.upstream_output)


def _shelf(context: dg.OutputContext) -> str:
    run_id, *step = context.get_identifier()
    return f"shards/{run_id}/steps/{re.sub(r'[^a-z0-9]+', '-', '-'.join(step))}.json"


@contextmanager
def in_turn(home: Home, told: Callable[[str], object]) -> Iterator[None]:
    """Hold the data folder, and wait for whoever has it. dg.Failure where it cannot be had."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        is_told = False
        while True:
            try:
                held.enter_context(alone(home))
                break
            except Busy as busy:
                if time.monotonic() > until:
                    raise dg.Failure(str(busy), allow_retries=False) from None
                if not is_told:
                    told(f"{busy}; this waits for it")
                is_told = True
                time.sleep(LOOKS_EVERY)
            except Unusable as unusable:
                raise dg.Failure(str(unusable)) from None
        try:
            yield
        except Unusable as unusable:
            raise dg.Failure(str(unusable)) from None


def _taken(context: dg.OpExecutionContext, night: Night, handed: Handed) -> None:
    """Bring into the ledger what workers have handed over, and the ledger to where it is safe."""
    taken = shards.take(night, handed, context.run_id)
    unsent: list[str] = []
    evidence_sent(night.home, unsent.append)
    if unsent:
        context.log.warning(unsent[0])
    else:
        handed.remove(taken)


def _planning(number: int) -> dg.OpDefinition:
    @dg.op(
        name=f"plan_round_{number}",
        description="Takes what workers have asked and read, and cuts what is to be asked and read next.",
        ins={"before": dg.In(dg.Nothing)} if number > 1 else {},
        out=dg.DynamicOut(Shard, io_manager_key="shelf"),
        required_resource_keys={"spread"},
        tags=BUILDS,
        retry_policy=AGAIN,
    )
    def plan(context: dg.OpExecutionContext) -> Iterator[dg.DynamicOutput[Shard]]:
        spread: Spread = context.resources.spread
        home = spread.folder
        with in_turn(home, context.log.info):
            night = spread.night(context)
            _taken(context, night, Handed(home))
            chosen = rounds()[number - 1]
            night.unpack(chosen)
            found = shards.cut(night, chosen, context.run_id, number, spread.shards, spread.stamped)
        for shard in found:
            told = {"addresses": len(shard.addresses), "stored documents": len(shard.documents)}
            yield dg.DynamicOutput(shard, mapping_key=shard.name, metadata=told)

    return plan


def _asking(number: int) -> dg.OpDefinition:
    @dg.op(
        name=f"ask_and_read_{number}",
        description="Asks the addresses of a shard, reads what came, and hands both over.",
        ins={"shard": dg.In(dg.Any)},
        out=dg.Out(dg.Nothing),
        required_resource_keys={"spread"},
        tags=ASKS,
        retry_policy=AGAIN,
    )
    def ask_and_read(context: dg.OpExecutionContext, shard: str) -> None:
        spread: Spread = context.resources.spread
        try:
            handed = Handed(spread.folder)
            done = shards.do(msgspec.json.decode(handed.get(shard), type=Shard), handed)
        except Exception as error:
            if context.retry_number < TRIES - 1:
                raise
            context.log.error(f"this shard is left to the build: {type(error).__name__}: {error}")
            return
        for source_id, why in done.stopped.items():
            context.log.error(f"{source_id} is left to the build: {why}")
        for source_id, outcomes in done.outcomes.items():
            told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
            asked: dict[str, Any] = {"shard": done.name, "outcomes": told, "attempts": sum(outcomes.values())}
            context.log_event(dg.AssetObservation(snapshots(source_id), metadata=asked))
        for source_id, count in done.read.items():
            read: dict[str, Any] = {"shard": done.name, "documents read": count}
            context.log_event(dg.AssetObservation(observations(source_id), metadata=read))

    return ask_and_read


@dg.op(
    description="The job `nightly`, in this one process, of what workers have asked and read: build, check, publish.",
    ins={"before": dg.In(dg.Nothing)},
    out=dg.Out(dg.Nothing),
    required_resource_keys={"spread"},
    tags=BUILDS,
    retry_policy=AGAIN,
)
def build_and_publish(context: dg.OpExecutionContext) -> None:
    """A run of its own in the same history. dg.Failure says why nothing was published."""
    from pipelines.definitions import defs

    spread: Spread = context.resources.spread
    home, handed = spread.folder, Handed(spread.folder)
    listed = ".dagster/repository"
    with in_turn(home, context.log.info):
        night = spread.night(context)
        _taken(context, night, handed)
        asked = {"home": str(home.root), "as_of": spread.as_of, "offline": spread.offline, "asked_in": night.run_id}
        result = defs.resolve_job_def(nightly.name).execute_in_process(
            run_config={"resources": {"refresh": {"config": asked}}},
            instance=context.instance,
            raise_on_error=False,
            tags={
                **({listed: context.run.tags[listed]} if listed in context.run.tags else {}),
                "asked and read by workers": context.run_id,
            },
        )
        context.add_output_metadata({"run that built": dg.MetadataValue.dagster_run(result.run_id)})
        if not result.success:
            why = "; ".join(reasons(result.all_events)) or "no step says why"
            raise dg.Failure(f"{why} (run {result.run_id})", allow_retries=False)
        _ended(context, handed)


def _ended(context: dg.OpExecutionContext, handed: Handed) -> None:
    """What changed hands in this run, and in runs that died, goes; what cannot goes after the next."""
    try:
        handed.remove(name for name in handed.names("shards") if not name.endswith(".jsonl"))
    except (OSError, Unusable) as error:
        context.log.warning(f"shards of this run were left: {error}")


def job(executor: dg.ExecutorDefinition) -> dg.JobDefinition:
    """The job, its steps done by that executor."""

    @dg.job(
        name=SPREAD,
        description="The nightly job, its asking and reading spread over workers.",
        executor_def=executor,
        resource_defs={"spread": Spread(), "shelf": OnTheShelf()},
    )
    def spread() -> None:
        done: Any = None
        for number in range(1, len(rounds()) + 1):
            planned = _planning(number)(done) if done else _planning(number)()
            done = planned.map(_asking(number)).collect()
        build_and_publish(done)

    return spread
