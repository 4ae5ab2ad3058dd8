"""A night whose asking and reading workers do, on an S3 with Postgres and Celery: the edition of one process."""

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
from tests.services import DEPLOY, PATIENCE, broker, command, killed, missing, postgres, process
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

        log = tmp_path / "log"
        few.mirror.asked.clear()
        few.mirror.answers[HANGS] = [silence, healthy(few.pages[HANGS])]
        held.enter_context(process(command("build", "--hostname", "build@%h"), on("build"), log=log))
        dies = held.enter_context(process(command("ask", "--hostname", "dies@%h"), on("dies"), log=log))
        lead = [sys.executable, "-m", "tests.end_to_end.spread_world", FIRST.isoformat()]
        leads = held.enter_context(process(lead, on("leads"), log=log))
        until(lambda: HANGS in few.mirror.urls, leads, log)
        killed(dies)
        held.enter_context(process(command("ask", "--hostname", "lives@%h"), on("lives"), log=log))
        assert leads.wait(PATIENCE * 3) == 0, log.read_text()

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
