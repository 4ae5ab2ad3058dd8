"""A night whose asking and reading workers do, on an S3 with Postgres and Celery: the edition of one process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from sqlalchemy import func, select

from tests.end_to_end.mirror import World, healthy, mirrored
from tests.end_to_end.nights import FEW, FIRST, few_sources, pages, passed, quick_on
from tests.end_to_end.test_a_night_on_a_store import other_files
from tests.loopback import silence
from tests.pipelines.editions import made_of
from tests.services import DEPLOY, PATIENCE, broker, command, missing, postgres, process
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


def until(holds: Callable[[], object], leads: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert leads.poll() is None, log.read_text()
        assert time.monotonic() < ends, log.read_text()
        time.sleep(0.1)


def child_killed(parent: "subprocess.Popen[bytes]") -> None:
    """``kill -9`` of the process that does a worker's steps."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent.pid)], capture_output=True, text=True, check=True)
    for child in told.stdout.split():
        os.kill(int(child), signal.SIGKILL)


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_worker_that_is_killed_loses_nothing_and_the_edition_on_an_s3_is_that_of_one_process(
    few: World, in_process: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    with ExitStack() as held:
        keyed(monkeypatch, held.enter_context(s3_on_loopback()))
        for name, value in {
            "ALMANAC_HOME": ADDRESS,
            "ALMANAC_EXECUTOR": "celery",
            "ALMANAC_BROKER": held.enter_context(broker()),
            "ALMANAC_POSTGRES": held.enter_context(postgres()),
            "DAGSTER_HOME": str(DEPLOY),
        }.items():
            monkeypatch.setenv(name, value)
        few.mirror.asked.clear()
        few.mirror.answers[HANGS] = [silence, healthy(few.pages[HANGS])]
        lead = [sys.executable, "-m", "tests.end_to_end.spread_world", FIRST.isoformat()]
        asks, _, leads = (
            held.enter_context(process(words, {"ALMANAC_CACHE": str(tmp_path / machine)}, log=log))
            for machine, words in (("ask", command("ask")), ("build", command("build")), ("lead", lead))
        )
        until(lambda: HANGS in few.mirror.urls, leads, log)
        child_killed(asks)
        assert leads.wait(5 * PATIENCE) == 0, log.read_text()
        assert few.mirror.urls.count(HANGS) == 2

        monkeypatch.setenv("ALMANAC_CACHE", str(tmp_path / "lead"))
        with dg.DagsterInstance.get() as kept:
            builds, leading = kept.get_runs()
            assert [builds.job_name, leading.job_name] == ["nightly", "spread"]
            assert builds.tags["asked and read by workers"] == leading.run_id
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
