"""Queries and the processes that answer them: how many at once, how many wait, and what becomes of one that breaks.

A process answers one query at a time. One whose query takes too long, for whom nobody waits any more, that runs out of
memory or dies is ended and replaced: what DuckDB leaves of an interrupted query is not built upon. Belongs here: the
server's side of the pipe. Does not: the other (`desk`).
"""

import asyncio
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import msgspec

from pipelines.serving.desk import Asked, Limits, Told
from pipelines.serving.settings import Settings

STARTING_SECONDS = 60

INHERITED = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a process needs of the environment to start; no secret of ours is among it."""


class Full(Exception):
    """As many queries are under way as may."""


class Pool:
    """Processes are started when first needed, and end with the server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._most = settings.sql_processes + settings.sql_queue
        self._asked = 0
        self._turn = asyncio.Semaphore(settings.sql_processes)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="almanac-serve-")

    @contextmanager
    def place(self) -> Iterator[None]:
        """A query's place from when it is asked until its answer is taken: what is held of answers is bounded too.

        `Full` where there is none.
        """
        if self._asked >= self._most:
            raise Full
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    async def ask(self, asked: Asked) -> tuple[Told, bytes]:
        """What became of a query, and its rows. Cancelled, it ends the query: nobody waits for it any more."""
        async with self._turn:
            return await self._answered(asked)

    async def _answered(self, asked: Asked) -> tuple[Told, bytes]:
        try:
            worker = await self._ready()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return Told("unavailable", "no process that answers queries can be started"), b""
        try:
            async with asyncio.timeout(self.settings.sql_seconds):
                told, whole = await worker.ask(asked)
        except TimeoutError:
            await self._end(worker)
            return Told("too_late", f"the query took longer than {self.settings.sql_seconds} s"), b""
        except (OSError, asyncio.IncompleteReadError):
            await self._end(worker)
            return Told("crashed", "the query took down the process that answered it"), b""
        except asyncio.CancelledError:
            await self._end(worker)
            raise
        if told.is_last:
            await self._end(worker)
        else:
            self._idle.append(worker)
        return told, whole

    async def _ready(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            await self._end(worker)
        worker = await _Worker.started(self.settings, self._folder.name)
        self._all.add(worker)
        try:
            await worker.ready()
        except BaseException:
            await self._end(worker)
            raise
        return worker

    async def _end(self, worker: "_Worker") -> None:
        self._all.discard(worker)
        await worker.end()

    async def close(self) -> None:
        """End every process, whatever it does."""
        for worker in list(self._all):
            await self._end(worker)
        self._folder.cleanup()


class _Worker:
    """One process, and the pipes to it."""

    def __init__(self, process: Process, folder: str) -> None:
        self.process, self.folder = process, folder

    @classmethod
    async def started(cls, settings: Settings, folder: str) -> Self:
        limits = Limits(
            seconds=settings.sql_seconds,
            memory_mb=settings.sql_memory_mb,
            threads=max(1, (os.cpu_count() or 1) // settings.sql_processes),
            rows=settings.sql_rows,
            bytes=settings.sql_answer_mb * 1_000_000,
            folder=tempfile.mkdtemp(dir=folder),
        )
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pipelines.serving.desk", msgspec.json.encode(limits).decode()),
            stdin=PIPE,
            stdout=PIPE,
            env=environment,
            start_new_session=True,  # an interrupt from the keyboard is the server's, which then ends it
        )
        return cls(process, limits.folder)

    async def ready(self) -> None:
        """Until it has started, which is not of any query's time."""
        async with asyncio.timeout(STARTING_SECONDS):
            await self._read()

    async def ask(self, asked: Asked) -> tuple[Told, bytes]:
        assert self.process.stdin
        self.process.stdin.write(msgspec.json.encode(asked) + b"\n")
        await self.process.stdin.drain()
        return await self._read()

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _read(self) -> tuple[Told, bytes]:
        assert self.process.stdout
        told = msgspec.json.decode(await self.process.stdout.readuntil(b"\n"), type=Told)
        return told, await self.process.stdout.readexactly(told.size)
