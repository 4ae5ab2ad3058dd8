"""A night whose asking and reading workers do, on an S3 with Postgres and Celery: the edition of one process."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from sqlalchemy import func, select

from tests.end_to_end.mirror import World, healthy, mirrored
from tests.end_to_end.nights import FEW, FIRST, few_sources, pages, passed, quick_on
from tests.end_to_end.spread_world import WORKER, spread
from tests.end_to_end.test_a_night_on_a_store import other_files
from tests.loopback import silence
from tests.pipelines.editions import made_of
from tests.services import DEPLOY, broker, command, missing, postgres, process
from tests.stores import BUCKET, keyed, on_machine, s3_on_loopback
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home, alone
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
    with made_of("tables"):
        passed(home, FIRST)
    return home


def attempts(home: Home) -> list[tuple[str, str, str]]:
    """Every attempt of the ledger but those at robots.txt, which each worker asks for."""
    rows = Ledger(home.ledger, "").rows()
    return sorted((row["source_id"], row["url"], row["outcome"]) for row in rows if row["source_id"] != "robots")


def kills_at(world: World, url: str, parent: int) -> threading.Thread:
    """As soon as that page is asked, ``kill -9`` of the process that does the worker's steps."""

    def kill() -> None:
        while url not in world.mirror.urls and not world.mirror.closing.wait(0.05):
            pass
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_worker_that_is_killed_loses_nothing_and_the_edition_on_an_s3_is_that_of_one_process(
    few: World, in_process: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:
        keyed(monkeypatch, held.enter_context(s3_on_loopback()))
        for name, value in {
            "ALMANAC_HOME": ADDRESS,
            "ALMANAC_CACHE": str(tmp_path / "leads"),
            "ALMANAC_EXECUTOR": "celery",
            "ALMANAC_BROKER": held.enter_context(broker()),
            "ALMANAC_POSTGRES": held.enter_context(postgres()),
            "DAGSTER_HOME": str(DEPLOY),
        }.items():
            monkeypatch.setenv(name, value)
        few.mirror.asked.clear()
        few.mirror.answers[HANGS] = [silence, healthy(few.pages[HANGS])]
        asks, _ = (
            held.enter_context(
                process(command(name), {"ALMANAC_CACHE": str(tmp_path / name), WORKER: "1"}, log=tmp_path / "log")
            )
            for name in ("ask", "build")
        )
        killing = kills_at(few, HANGS, asks.pid)
        with dg.DagsterInstance.get() as kept:
            done = dg.execute_job(
                dg.reconstructable(spread),
                instance=kept,
                run_config={
                    "resources": {"spread": {"config": {"as_of": FIRST.isoformat(), "shards": 3}}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                raise_on_error=False,
            )
            killing.join(1)
            assert done.success, (tmp_path / "log").read_text()
            assert few.mirror.urls.count(HANGS) == 2

            builds, leads = kept.get_runs()
            assert [builds.job_name, leads.job_name] == ["nightly", "spread"]
            assert builds.tags["asked and read by workers"] == leads.run_id
            checks = select(func.count()).where(AssetCheckExecutionsTable.c.run_id == builds.run_id)
            with kept.event_log_storage.index_connection() as connection:
                assert connection.execute(checks).scalar()
            kept.delete_run(builds.run_id)
            with kept.event_log_storage.index_connection() as connection:
                assert connection.execute(checks).scalar() == 0

        with on_machine(tmp_path / "reads", ADDRESS) as home, alone(home):
            assert other_files(home, in_process) == []
            assert attempts(home) == attempts(in_process)
            assert copy.of(home).store.listed("shards") == {}
        assert not list((tmp_path / "ask").rglob("*.duckdb"))
