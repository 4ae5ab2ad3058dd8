"""The process that answers queries, one at a time: a line of JSON in, a line of JSON and the answer out.

It is apart from the server so that no query takes the server down: what it may hold is limited by the system as well as
by DuckDB, and a query that breaks it breaks nothing else (`pool` starts another). It has no secret: its environment is
made for it. Belongs here: one query's way through a locked file within its limits. Does not: who may ask (`guarding`),
who waits for whom (`pool`), or which SQL is a query (`warehouse.questions`).

``python -m pipelines.serving.desk LIMITS``
"""

import os
import resource
import signal
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb
import msgspec

from pipelines.serving.formats import FORMATS, Bounds, TooMuch, Unsayable
from warehouse import database, questions

Outcome = Literal[
    "answered", "refused", "failed", "too_late", "too_much", "out_of_memory", "crashed", "unavailable", "left", "ending"
]

MEMORY_BEYOND = 500 << 20
"""Bytes a process may hold beyond DuckDB's own limit: the interpreter, DuckDB itself, rows on their way to a format."""

ALONE_SECONDS = 5
"""Beyond a query's own time, until a process whose server does not end it is ended by the system."""

LONGEST_WORDS = 1_000
"""Of an error: DuckDB quotes what it was asked."""


class Limits(msgspec.Struct, frozen=True):
    """What every query of a process keeps to. `folder` is its own, for an answer that is a file."""

    seconds: int
    memory_mb: int
    threads: int
    rows: int
    bytes: int
    folder: str


class Asked(msgspec.Struct, frozen=True):
    """One query: the file it is of, and how its rows are to be written."""

    file: str
    sql: str
    format: str


class Told(msgspec.Struct, frozen=True):
    """What became of a query. Behind it come `size` bytes. `is_last`: the process ends, and is to be replaced."""

    outcome: Outcome
    words: str = ""
    size: int = 0
    is_last: bool = False


READY = Told("answered")
"""What a process says when it has started."""


class Desk:
    """One locked file at a time, and the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bounds = Bounds(limits.rows, limits.bytes)
        self.folder = Path(limits.folder)
        self._open = ExitStack()
        self._file = ""
        self._connection: duckdb.DuckDBPyConnection | None = None

    def answer(self, asked: Asked) -> tuple[Told, bytes]:
        """What became of a query, and its rows."""
        try:
            relation = questions.answer(self._opened(asked.file), asked.sql)
            whole = FORMATS[asked.format](relation, self.bounds, self.folder)
        except (questions.Refused, Unsayable) as refused:
            return Told("refused", str(refused)), b""
        except TooMuch as too_much:
            return Told("too_much", str(too_much)), b""
        except (duckdb.OutOfMemoryException, MemoryError):
            words = f"the query needs more than its {self.limits.memory_mb} MB of memory"
            return Told("out_of_memory", words, is_last=True), b""
        except FileNotFoundError:
            return Told("failed", "that edition has no DuckDB file"), b""
        except (duckdb.FatalException, duckdb.InternalException):
            return Told("failed", "DuckDB cannot answer that query", is_last=True), b""
        except duckdb.Error as error:
            return Told("failed", " ".join(str(error).partition("\nLINE ")[0].split())[:LONGEST_WORDS]), b""
        except (ValueError, OverflowError, TypeError) as error:
            return Told("failed", f"the rows cannot be written as {asked.format}: {error}"[:LONGEST_WORDS]), b""
        return Told("answered", size=len(whole)), whole

    def _opened(self, file: str) -> duckdb.DuckDBPyConnection:
        if self._connection is None or self._file != file:
            self.close()
            held = database.locked(
                Path(file),
                memory_limit=f"'{self.limits.memory_mb}MB'",
                threads=str(self.limits.threads),
                # What does not fit in memory is not put on a disk.
                temp_directory="''",
                allowed_directories=f"['{self.limits.folder}']",
            )
            self._connection = self._open.enter_context(held)
            self._file = file
        return self._connection

    def close(self) -> None:
        self._connection = None
        self._open.close()


def confine(limits: Limits) -> None:
    """Have the system keep this process to its limits, and end it first where memory is short."""
    with suppress(ValueError, OSError):
        held = (limits.memory_mb << 20) + MEMORY_BEYOND
        resource.setrlimit(resource.RLIMIT_DATA, (held, held))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.bytes, limits.bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _tell(to: BinaryIO, told: Told, whole: bytes = b"") -> None:
    to.write(msgspec.json.encode(told) + b"\n" + whole)
    to.flush()


def main() -> int:
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever else would print has standard error: this pipe carries answers alone.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # DuckDB would import it with the first query, to see whether a table it does not know is a frame of ours.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    confine(limits)
    desk = Desk(limits)
    _tell(answers, READY)
    for line in sys.stdin.buffer:
        # The server ends a query that takes too long; where there is no server any more, the system does.
        signal.alarm(limits.seconds + ALONE_SECONDS)
        told, whole = desk.answer(msgspec.json.decode(line, type=Asked))
        signal.alarm(0)
        _tell(answers, told, whole)
        if told.is_last:
            break
    desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
