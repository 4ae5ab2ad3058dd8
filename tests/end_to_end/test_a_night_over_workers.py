"""A night whose asking and reading workers do, on a folder and on an S3 with Postgres and Celery: the same edition."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from sqlalchemy import func, select

from pipelines.graph import spreading
from pipelines.graph.instance import instance
from tests.end_to_end import nights
from tests.end_to_end.mirror import World, healthy, mirrored
from tests.end_to_end.nights import FEW, FIRST, few_sources, pages, passed, quick_on
from tests.end_to_end.test_a_night_on_a_store import other_files
from tests.loopback import silence
from tests.services import DEPLOY, PATIENCE, broker, killed, missing, postgres, process, worker
from tests.stores import BUCKET, keyed, on_machine, s3_on_loopback
from warehouse.evidence.ledger import Ledger
from warehouse.home import PROJECT, Home, alone
from warehouse.storage import copy

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

ADDRESS = f"s3://{BUCKET}/spread"

HANGS = "https://models.dev/api.json"
"""The page that keeps a worker waiting until it is killed."""


@pytest.fixture
def few() -> Iterator[World]:
    with few_sources(FEW), mirrored(pages()) as world, quick_on(world.url):
        yield world


@pytest.fixture
def in_process(few: World, tmp_path: Path) -> Home:
    """The night as one process has it pass."""
    home = Home(tmp_path / "in_process")
    passed(home, FIRST)
    return home


def attempts(home: Home) -> list[tuple[str, str, str]]:
    """Every attempt of the ledger but those at robots.txt, which each worker asks for."""
    rows = Ledger(home.ledger, "").rows()
    return sorted(
        (row["source_id"], row["url"], row["outcome"]) for row in rows if row["source_id"] != "robots"
    )


def until(holds: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, f"{what} has not come"
        time.sleep(0.1)


def test_shards_that_no_worker_does_are_done_by_the_build_and_the_edition_is_that_of_one_process(
    in_process: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, real = Home(tmp_path / "spread"), spreading.shards.do
    home.root.mkdir()

    def breaks(shard: spreading.Shard, handed: spreading.Handed) -> spreading.Done:
        if shard.name.endswith("001"):
            raise OSError("the disk of this worker is full")
        return real(shard, handed)

    monkeypatch.setattr(spreading.shards, "do", breaks)
    monkeypatch.setattr(spreading, "TRIES", 1)
    chosen = {"home": str(home.root)}
    with instance(home) as kept:
        done = spreading.job(dg.in_process_executor).execute_in_process(
            instance=kept,
            run_config={
                "resources": {
                    "spread": {"config": {**chosen, "as_of": FIRST.isoformat(), "shards": 3}},
                    "shelf": {"config": chosen},
                },
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
        runs = {run.job_name: run.status for run in kept.get_runs()}
    assert done.success
    assert runs == {"spread": dg.DagsterRunStatus.SUCCESS, "nightly": dg.DagsterRunStatus.SUCCESS}
    assert other_files(home, in_process) == []
    assert attempts(home) == attempts(in_process)
    assert not home.shards.exists()


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_worker_that_is_killed_loses_nothing_and_the_edition_on_an_s3_is_that_of_one_process(
    few: World, in_process: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:
        endpoint = held.enter_context(s3_on_loopback())
        keyed(monkeypatch, endpoint)
        common = {
            "ALMANAC_HOME": ADDRESS,
            "ALMANAC_MIRROR": few.url,
            "ALMANAC_EXECUTOR": "celery",
            "ALMANAC_BROKER": held.enter_context(broker()),
            "ALMANAC_POSTGRES": held.enter_context(postgres()),
            "ALMANAC_REDELIVER_SECONDS": "5",
            "DAGSTER_HOME": str(DEPLOY),
            "PYTHONPATH": str(PROJECT),
            "AWS_ENDPOINT_URL": endpoint,
        }

        def on(machine: str) -> dict[str, str]:
            return {**common, "ALMANAC_CACHE": str(tmp_path / machine)}

        few.mirror.asked.clear()
        few.mirror.answers[HANGS] = [silence, healthy(few.pages[HANGS])]
        held.enter_context(process(worker("almanac-build", name="build"), on("build"), log=tmp_path / "log"))
        dies = held.enter_context(process(worker("almanac-ask", name="dies"), on("dies"), log=tmp_path / "log"))
        leads = held.enter_context(
            process([sys.executable, "-m", nights.__name__.replace("nights", "spread_world"), FIRST.isoformat()], on("leads"), log=tmp_path / "log")
        )
        until(lambda: HANGS in few.mirror.urls, "the page that hangs")
        killed(dies)
        held.enter_context(process(worker("almanac-ask", name="lives"), on("lives"), log=tmp_path / "log"))
        assert leads.wait(PATIENCE * 2) == 0

        with on_machine(tmp_path / "reads", ADDRESS) as home, alone(home):
            assert other_files(home, in_process) == []
            assert attempts(home) == attempts(in_process)
            assert copy.of(home).store.listed("shards") == {}
        assert not list((tmp_path / "lives").rglob("*.duckdb"))

        for name, value in on("build").items():
            monkeypatch.setenv(name, value)
        with dg.DagsterInstance.get() as kept:
            builds, leads_it = kept.get_runs()
            assert [builds.job_name, leads_it.job_name] == ["nightly", "spread"]
            assert builds.tags["asked and read by workers"] == leads_it.run_id
            events = kept.event_log_storage
            checks = select(func.count()).where(AssetCheckExecutionsTable.c.run_id == builds.run_id)
            with events.index_connection() as connection:
                assert connection.execute(checks).scalar()
            kept.delete_run(builds.run_id)
            with events.index_connection() as connection:
                assert connection.execute(checks).scalar() == 0
