"""A recorded night in one process on a folder, and over 1, 2 and 4 workers on an S3 with Postgres and Celery.

    python -m bench.workers                                  a table: wall time by stage
    python -m bench.workers --kill worker daemon store       one night over two workers in which these are killed

Every process of ``deploy/compose.yaml`` runs here as that file has it, but for the object store, which is moto's server
behind a process that passes everything on: that one is what is killed as the store, since moto keeps its objects in
memory. The edition must be, byte for byte, that of the one process. Needs the recorded documents beside the checkout.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest

from pipelines.graph.by_hand import run_nightly
from tests.end_to_end.recorded_world import FIRST, replaying
from tests.services import DEPLOY, broker, command, free_port, killed, postgres, process, wait_for
from tests.stores import BUCKET, KEYS
from warehouse.home import PROJECT, Home
from warehouse.storage import latest
from warehouse.storage.store import opened

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)

QUICK = {"ALMANAC_SITE": "0", "ALMANAC_PAIRS": "60"}

PATIENCE = 1800.0


def manifest(home: Home) -> bytes:
    """What the newest edition of a data folder says of itself."""
    return (home.latest / "manifest.json").read_bytes()


def in_process(root: Path, mirror: str) -> tuple[bytes, float, float]:
    """A night of the default: its manifest, and its seconds by the clock and of processor."""
    os.environ |= {**QUICK, "ALMANAC_MIRROR": mirror}
    began, before = time.monotonic(), time.process_time()
    result = run_nightly(Home(root), as_of=FIRST)
    assert result.success, result.errors
    return manifest(Home(root)), time.monotonic() - began, time.process_time() - before


# the processes of a deployment ----------------------------------------------------------------------------------------


@contextmanager
def s3() -> Iterator[int]:
    """moto's server with one empty bucket, in a process of its own; its port."""
    port = free_port()
    with process([sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]) as running:
        wait_for(port, running)
        made = urllib.request.Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT")
        with urllib.request.urlopen(made, timeout=60):  # noqa: S310
            yield port


def passing_on(port: int, to: int) -> list[str]:
    """The command of the process that stands for the store."""
    return [sys.executable, "-m", "bench.workers", "--pass-on", str(port), str(to)]


async def pass_on(port: int, to: int) -> None:
    """Everything that comes to one port of loopback goes to another."""

    async def copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while some := await reader.read(1 << 16):
                writer.write(some)
                await writer.drain()
        writer.close()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours, theirs = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(copied(reader, theirs), copied(ours, writer))

    server = await asyncio.start_server(served, "127.0.0.1", port)
    await server.serve_forever()


class Deployment:
    """All of it but the workers, for one night; `root` holds what each process says and each machine's copy."""

    def __init__(self, held: ExitStack, root: Path, mirror: str) -> None:
        self.held, self.root = held, root
        self.store_port, behind = free_port(), held.enter_context(s3())
        code = free_port()
        self.environment = {
            **KEYS,
            **QUICK,
            "ALMANAC_HOME": f"s3://{BUCKET}/catalogue",
            "ALMANAC_MIRROR": mirror,
            "ALMANAC_EXECUTOR": "celery",
            "ALMANAC_BROKER": held.enter_context(broker()),
            "ALMANAC_POSTGRES": held.enter_context(postgres()),
            "ALMANAC_REDELIVER_SECONDS": "60",
            "ALMANAC_CODE_HOST": "127.0.0.1",
            "ALMANAC_CODE_PORT": str(code),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.store_port}",
            "DAGSTER_HOME": str(DEPLOY),
            "PYTHONPATH": str(PROJECT),
        }
        self._behind = behind
        self.store = self.starts(passing_on(self.store_port, behind), "store")
        wait_for(self.store_port, self.store)
        wait_for(code, self.starts(command("code", port=code), "code"))
        self.daemon = self.starts_daemon()
        web = free_port()
        wait_for(web, self.starts(command("webserver", port=web), "webserver"))
        self.starts(command("build", "--hostname", "build@%h"), "build")

    def on(self, machine: str) -> dict[str, str]:
        """The environment of one machine: each has a copy of its own."""
        return {**self.environment, "ALMANAC_CACHE": str(self.root / machine)}

    def starts(self, words: list[str], machine: str) -> "subprocess.Popen[bytes]":
        return self.held.enter_context(process(words, self.on(machine), log=self.root / f"{machine}.log"))

    def starts_daemon(self) -> "subprocess.Popen[bytes]":
        return self.starts(command("daemon"), "daemon")

    def starts_workers(self, count: int) -> "list[subprocess.Popen[bytes]]":
        return [self.starts(command("ask", "--hostname", f"ask{each}@%h"), f"ask{each}") for each in range(count)]

    def starts_store(self) -> None:
        self.store = self.starts(passing_on(self.store_port, self._behind), "store")

    def launches(self) -> None:
        """As the schedule does: the run waits in the queue until the daemon launches it."""
        config = {"resources": {"spread": {"config": {"as_of": FIRST.isoformat()}}}}
        workspace = ["-w", str(DEPLOY / "workspace.yaml"), "-l", "pipelines.workers"]
        launch = [sys.executable, "-m", "dagster", "job", "launch", *workspace, "-j", "spread"]
        subprocess.run(  # noqa: S603
            [*launch, "--config-json", json.dumps(config)],
            env={**os.environ, **self.on("code")},
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )

    @contextmanager
    def history(self) -> Iterator[dg.DagsterInstance]:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.on("code").items():
                patch.setenv(name, value)
            with dg.DagsterInstance.get() as instance:
                yield instance

    def manifest(self) -> bytes:
        """What the newest edition on the store says of itself, asked past the process that stands for it."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in KEYS.items():
                patch.setenv(name, value)
            there = opened(self.environment["ALMANAC_HOME"], f"http://127.0.0.1:{self._behind}")
            told = latest.read(there)
            assert told
            found = there.get(f"editions/{told.edition}/manifest.json")
            assert found
            return found.content


# nights ---------------------------------------------------------------------------------------------------------------


def stages(instance: dg.DagsterInstance, run_id: str) -> Mapping[str, tuple[float, float]]:
    """Stage → when its first step began and its last one ended; the shards of a round are one stage."""
    found: dict[str, tuple[float, float]] = {}
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event and event.step_key and (event.is_step_start or event.is_step_success):
            name = event.step_key.partition("[")[0]
            began, ended = found.get(name, (entry.timestamp, entry.timestamp))
            found[name] = min(began, entry.timestamp), max(ended, entry.timestamp)
    return found


def until(holds: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, f"{what} has not come in {PATIENCE:.0f} seconds"
        time.sleep(0.5)


def over_workers(root: Path, mirror: str, count: int, kill: Sequence[str]) -> tuple[bytes, Mapping[str, float], float]:
    """A night over so many workers: its manifest, its seconds by stage, and the seconds of processor of it all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ExitStack() as held:
        there = Deployment(held, root, mirror)
        workers = there.starts_workers(count)
        with there.history() as instance:
            there.launches()

            def run() -> dg.DagsterRun:
                return next(each for each in instance.get_runs() if each.job_name == "spread")

            def is_in(stage: str) -> Callable[[], bool]:
                return lambda: stage in stages(instance, run().run_id)

            if "worker" in kill:
                until(is_in("ask_and_read_1"), "the first shard")
                for each in workers:
                    killed(each)
                print("every worker was killed in the first round; others are started", flush=True)
                there.starts_workers(count)
            if "store" in kill:
                until(is_in("ask_and_read_2"), "the first shard of the second round")
                killed(there.store)
                print("the store was killed in the second round; it is back in 20 seconds", flush=True)
                time.sleep(20)
                there.starts_store()
            if "daemon" in kill:
                until(is_in("build_and_publish"), "the build")
                killed(there.daemon)
                print("the daemon was killed in the build; it is back in 20 seconds", flush=True)
                time.sleep(20)
                there.starts_daemon()
            until(lambda: run().status in ENDED, "the end of the run")
            told = run()
            assert told.status is dg.DagsterRunStatus.SUCCESS, [
                entry.message
                for entry in instance.all_logs(told.run_id)
                if entry.dagster_event and entry.dagster_event.is_failure
            ]
            spans = stages(instance, told.run_id)
        found = there.manifest()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds = {name: ended - began for name, (began, ended) in spans.items()}
    seconds["whole"] = max(ended for _, ended in spans.values()) - min(began for began, _ in spans.values())
    return found, seconds, spent


def main() -> None:
    parser = argparse.ArgumentParser(description="A recorded night in one process, and over workers.")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--kill", nargs="*", choices=["worker", "store", "daemon"], default=[])
    parser.add_argument("--beside", type=Path, help="a data folder of the night in one process, kept or made there")
    parser.add_argument("--logs", help="where what each process says, and each machine's copy, is kept")
    parser.add_argument("--pass-on", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.pass_on:
        asyncio.run(pass_on(*given.pass_on))
        return
    with ExitStack() as held:
        folder = given.logs or held.enter_context(tempfile.TemporaryDirectory(prefix="almanac-workers-"))
        mirror = held.enter_context(replaying(FIRST))
        beside = given.beside or Path(folder) / "in_process"
        if Home(beside).latest.exists():
            expected = manifest(Home(beside))
        else:
            expected, wall, spent = in_process(beside, mirror)
            print(f"in one process, on a folder: {wall:.0f} s, {spent:.0f} s of processor", flush=True)
        for count in [2] if given.kill else given.workers:
            root = Path(folder) / f"{count}"
            root.mkdir(parents=True)
            found, seconds, spent = over_workers(root, mirror, count, given.kill)
            same = "the same edition" if found == expected else "ANOTHER EDITION"
            told = ", ".join(f"{name} {each:.0f}" for name, each in seconds.items())
            print(f"{count} workers: {same}; {told} s; {spent:.0f} s of processor in all", flush=True)
            if found != expected:
                sys.exit(1)


if __name__ == "__main__":
    main()
