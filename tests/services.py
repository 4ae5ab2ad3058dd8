"""Postgres, a broker and Celery workers on loopback, as a deployment has them: each in processes of its own.

Belongs here: starting and ending them, and why they cannot be started here. Does not: what is asserted. The broker has
the disk to itself for as long as it lives and no longer; the database does not wait for the disk.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from warehouse.home import PROJECT

DEPLOY = PROJECT / "deploy"

PATIENCE = 300.0
"""Seconds for a process to come up, on a machine that has other work."""


def missing() -> str:
    """What a machine lacks to run workers: one sentence, empty where it lacks nothing."""
    packages = [name for name in ("dagster_celery", "dagster_postgres", "redis") if find_spec(name) is None]
    if packages:
        return f"{', '.join(packages)} not installed: pip install 'almanac[workers]'"
    programs = [name for name in ("initdb", "pg_ctl", "redis-server") if not _program(name)]
    return f"{', '.join(programs)} not installed: scripts/install_services.sh" if programs else ""


def _program(name: str) -> str:
    """Debian keeps Postgres off the path."""
    found = shutil.which(name)
    return found or next((str(each) for each in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), "")


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + PATIENCE
    while not answers(port):
        assert process is None or process.poll() is None, f"{process.args} has ended"
        assert time.monotonic() < until, f"nobody listens on port {port}"
        time.sleep(0.1)


@contextmanager
def process(
    command: Sequence[str], environment: Mapping[str, str] | None = None, *, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, ended with all its children; what it says is in the log."""
    with ExitStack() as held:
        out = held.enter_context(open(log, "ab")) if log else subprocess.DEVNULL
        running = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield running
        finally:
            ended(running)


def ended(running: subprocess.Popen[bytes], patience: float = 20) -> None:
    """End a process and its children: asked first, then not asked."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10)):
        try:
            os.killpg(running.pid, number)
        except ProcessLookupError:
            break
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def killed(running: subprocess.Popen[bytes]) -> None:
    """``kill -9`` of a process and all its children."""
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(10)


@contextmanager
def postgres() -> Iterator[str]:
    """An empty database; its address. Postgres refuses to be run by root, whose tests have Debian's user for it."""
    user = "postgres" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="almanac-postgres-"))
    port = free_port()
    try:
        if user:
            shutil.chown(folder, user)
        data = ["-D", str(folder / "data")]
        quiet = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
        made = [_program("initdb"), *data, "--auth=trust", "--username=dagster", "--no-sync", "--encoding=UTF8"]
        subprocess.run(made, **quiet)  # type: ignore[call-overload]
        options = f"-F -p {port} -k {folder} -c listen_addresses=127.0.0.1"
        control = _program("pg_ctl")
        started = [control, *data, "-w", "-t", str(PATIENCE), "-o", options, "-l", str(folder / "log"), "start"]
        subprocess.run(started, **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgresql://dagster@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([control, *data, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def broker() -> Iterator[str]:
    """An empty Redis; its address."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="almanac-broker-") as folder,
        process(
            [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        ) as running,
    ):
        wait_for(port, running)
        yield f"redis://127.0.0.1:{port}/0"


@cache
def compose() -> Mapping[str, Any]:
    """The compose file."""
    read: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


def command(service: str, *more: str, port: int = 0) -> list[str]:
    """What a container of the compose file runs, as it runs here: on loopback, on a port that is free."""
    here = {"python": sys.executable, "0.0.0.0": "127.0.0.1", "3000": str(port), "4000": str(port)}
    words = compose()["services"][service]["command"]
    return [here.get(word, word.replace("/app/", f"{PROJECT}/")) for word in (*words, *more)]
