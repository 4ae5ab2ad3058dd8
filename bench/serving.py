"""What `almanac serve` takes beside the standard library's plain file server: requests a second, how long one takes,
processor time and memory.

Over the home of ``ALMANAC_HOME``, whose newest edition has a site; it only reads. Both servers are programs of their
own on loopback, without limits of rate. This process asks, over connections that stay open, and on a machine with few
processors takes time from them: the milliseconds of processor a request costs the server are what compares.

``python -m bench.serving [SECONDS]``
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipelines.publishing.site.building import FOLDER
from warehouse.home import Home

CONNECTIONS = 16
SECONDS = 5.0
UNLIMITED = {"ALMANAC_SERVE_RATE": "0", "ALMANAC_SERVE_SQL_RATE": "0", "ALMANAC_SERVE_TOKEN": ""}
LOOKUP = quote("select model_id, context_tokens, license_id from core.models where model_id = 'gpt-5.1-codex'")
COST = quote("select offer_id, monthly_cost_usd from mart.cheapest_offers where model_id = 'gpt-5.1-codex'")


@dataclass(frozen=True)
class Case:
    """One request, asked again and again. `plain` is whether a plain file server has an answer to it."""

    name: str
    path: str
    headers: str = ""
    plain: bool = True


CASES = (
    Case("a page", "/models/gpt-5.1-codex.html"),
    Case("the page, compressed", "/models/gpt-5.1-codex.html", "Accept-Encoding: gzip\r\n", plain=False),
    Case("the page, unchanged", "/models/gpt-5.1-codex.html", "If-None-Match: *\r\n", plain=False),
    Case("a JSON document", "/models/gpt-5.1-codex.json"),
    Case("64 KB of Parquet", "/evidence.claims.parquet", "Range: bytes=100000-165535\r\n"),
    Case("a row by its key, SQL", f"/sql?query={LOOKUP}", plain=False),
    Case("a cost by its model, SQL", f"/sql?query={COST}", plain=False),
)


@dataclass(frozen=True)
class Measured:
    requests: int
    seconds: float
    processor: float
    waits: list[float]
    size: int

    def line(self) -> str:
        self.waits.sort()
        return (
            f"{self.requests / self.seconds:,.0f} a second, half within {statistics.median(self.waits) * 1000:.1f} ms,"
            f" 99 of 100 within {self.waits[int(len(self.waits) * 0.99)] * 1000:.1f} ms,"
            f" {self.processor / self.requests * 1000:.2f} ms of processor each, {self.size:,} bytes"
        )


async def load(port: int, case: Case, seconds: float, process: int) -> Measured:
    """Ask over every connection as fast as answers come; what was answered in the last `seconds`."""
    request = f"GET {case.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{case.headers}\r\n".encode()
    await ask(port, request, time.perf_counter() + min(1.0, seconds))
    before, begun = processor_seconds(process), time.perf_counter()
    found = await asyncio.gather(*(ask(port, request, begun + seconds) for _ in range(CONNECTIONS)))
    taken, spent = time.perf_counter() - begun, processor_seconds(process) - before
    waits = [wait for each, _ in found for wait in each]
    return Measured(len(waits), taken, spent, waits, found[0][1])


async def ask(port: int, request: bytes, until: float) -> tuple[list[float], int]:
    waits, size = [], 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    while (begun := time.perf_counter()) < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if head.split(None, 2)[1] not in (b"200", b"206", b"304"):
            raise RuntimeError(head.decode())
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        size = len(await reader.readexactly(int(length or 0)))
        waits.append(time.perf_counter() - begun)
    writer.close()
    return waits, size


def processor_seconds(process: int) -> float:
    """Of a process and those it started."""
    ticks = sum(int(part) for each in family(process) for part in _stat(each)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    """The most that a process and those it started held, in MB, each at its own time."""
    found = (Path(f"/proc/{each}/status").read_text() for each in family(process))
    return sum(int(each.partition("VmHWM:")[2].split()[0]) for each in found) / 1024


def family(process: int) -> list[int]:
    everyone = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [process, *(each for each in everyone if _parent(each) == process)]


def _parent(process: int) -> int:
    try:
        return int(_stat(process)[1])
    except FileNotFoundError:
        return 0


def _stat(process: int) -> list[str]:
    """What follows the name in /proc/…/stat: state, parent, …"""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def program(*words: str, **environment: str) -> Iterator[tuple[int, int]]:
    """A server started as a program; its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *(each.replace("PORT", str(port)) for each in words)]
    running = subprocess.Popen(  # noqa: S603  ourselves
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as reached:
                if reached.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, running.pid
    finally:
        running.terminate()
        running.wait()


def costs(home: Home, seconds: float) -> Iterator[str]:
    """A line for each case and server, and the memory of both."""
    served = program("-m", "pipelines.cli", "serve", "--port", "PORT", **UNLIMITED, ALMANAC_HOME=str(home.root))
    folder = str(home.latest.resolve() / FOLDER)
    plain = ("-m", "http.server", "PORT", "--bind", "127.0.0.1", "--protocol", "HTTP/1.1", "--directory", folder)
    with served as (port, process):
        for case in CASES:
            yield f"{case.name}: {asyncio.run(load(port, case, seconds, process)).line()}"
        yield f"at most {memory(process):,.0f} MB, {len(family(process)) - 1} processes for SQL among it"
    with program(*plain) as (port, process):
        for case in CASES:
            if case.plain:
                yield f"plain server, {case.name}: {asyncio.run(load(port, case, seconds, process)).line()}"
        yield f"plain server: at most {memory(process):,.0f} MB"


def main(asked: list[str]) -> int:
    home = Home.from_environment()
    if not (home.latest / FOLDER / "index.html").is_file():
        print(f"{home.latest} has no site; `almanac refresh` makes one", file=sys.stderr)
        return 2
    for line in costs(home, float(asked[0]) if asked else SECONDS):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
