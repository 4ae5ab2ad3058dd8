"""Closed months of the ledger as Parquet: how a file of them is written and read.

A file is named for its month and the digest of its bytes (``2026-08.1f0c5e….parquet``). It holds whole runs, says in
its footer which, each with the length its lines had, and is never written to again. Does not belong here: which file of
a run counts, and when a month is closed (`ledger`).
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from warehouse.evidence.attempts import COLUMNS
from warehouse.home import Unusable

DIGITS = 16
"""So many digits of its digest name a file."""

AT_ONCE = 10_000
"""So many rows are in memory while a file is read row by row."""

_AS_LINES_SAY_IT = {
    "TIMESTAMPTZ": "strftime({0} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%f+00:00') as {0}",
    "DATE": "strftime({0}, '%Y-%m-%d') as {0}",
}

AS_LINES = ", ".join(_AS_LINES_SAY_IT.get(kind, "{0}").format(name) for name, kind in COLUMNS.items())
"""The columns of attempts, each as a line of the ledger has it."""


def write(connection: duckdb.DuckDBPyConnection, relation: str, part: Path, runs: Mapping[str, int]) -> None:
    """A relation's rows in their order, and on the disk; nobody reads the file until it is `put_in_place`.

    runs  each run it holds, with the length of its lines
    """
    told = json.dumps(runs).replace("'", "''")
    connection.execute(
        f"copy (from {relation}) to {_quoted(part)} (format parquet, compression zstd, kv_metadata {{runs: '{told}'}})"
    )
    with open(part, "rb") as handle:
        os.fsync(handle.fileno())


def put_in_place(part: Path, month: str) -> Path:
    """Give a written file its name."""
    target = part.with_name(f"{month}.{_digest(part)}.parquet")
    os.replace(part, target)
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # its rows are about to be removed elsewhere
    finally:
        os.close(folder)
    return target


def runs_of(paths: Sequence[Path]) -> dict[Path, dict[str, int]]:
    """The runs that files hold, each with the length its lines had. `Unusable` names a file whose end does not read."""
    with duckdb.connect() as memory:

        def told(some: Sequence[Path]) -> dict[Path, dict[str, int]]:
            found = memory.execute(
                "select file_name, decode(value) from parquet_kv_metadata(?) where decode(key) = 'runs'",
                [list(map(str, some))],
            ).fetchall()
            return {Path(path): json.loads(runs) for path, runs in found}

        try:
            found = told(paths)
        except duckdb.Error:
            found = {}
        for path in paths:
            if path not in found:
                with _told(path):
                    found[path] = told([path])[path]
        return found


def rows_of(path: Path, runs: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The attempts of some of its runs, in their order, each as its line says it. `Unusable` where it is damaged."""
    with _told(path), duckdb.connect() as memory:
        found = memory.execute(
            f"select {AS_LINES} from read_parquet(?, file_row_number = true)"
            " where run_id in (select unnest(?::varchar[])) order by file_row_number",
            [str(path), list(runs)],
        )
        yield from as_lines(found)


def as_lines(found: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Attempts asked for as `AS_LINES`, one by one."""
    while rows := found.fetchmany(AT_ONCE):
        for row in rows:
            yield dict(zip(COLUMNS, row, strict=True))


def insert(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, runs: Iterable[str], columns: str, where: str
) -> None:
    """Add the attempts of some of its runs for which `where` holds to a table. `Unusable` where the file is damaged."""
    refuse_damaged(path)
    with _told(path):
        connection.execute(
            f"insert into {name} ({columns}) select {columns} from read_parquet(?)"
            f" where run_id in (select unnest(?::varchar[])) and ({where})",
            [str(path), list(runs)],
        )


def refuse_damaged(path: Path) -> None:
    """Raise `Unusable` where a file does not hold the bytes it is named for."""
    if path.name.split(".")[-2] != _digest(path):
        raise _damaged(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, KeyError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> Unusable:
    return Unusable(
        f"{path} is damaged; put it back from a backup, or move it out of the ledger, which forgets what was asked in"
        " those nights"
    )


def _digest(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:DIGITS]


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
