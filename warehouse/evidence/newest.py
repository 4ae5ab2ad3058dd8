"""What a night has to know of all nights before it: attempts that nothing later has made moot, kept in a small file.

However many addresses there are, they stay on the disk and are asked by SQL.

Belongs here: which attempts those are, and the file. Does not: when the file is made anew (`ledger`).
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from warehouse.evidence.attempts import COLUMNS, CONFIRMING
from warehouse.home import put

Row: TypeAlias = dict[str, Any]

Stands: TypeAlias = dict[str, tuple[int, int]]
"""Run → the length of its lines, and when they were last written, in nanoseconds; 0 of one that is lines no more."""

RULE = 2
"""Which attempts are kept, and how: another number where that is another rule."""

MEMORY = "500MB"
"""What may be held while they are found; the rest is beside them on the disk."""

CONFIRMED = f"outcome in {tuple(sorted(CONFIRMING))}"
"""The condition that an attempt says which body its address held."""

_PLACED = """
    with turns as (
        select run_id, row_number() over (order by run_id) as turn
        from (select distinct run_id from attempts)
    )

    select number, source_id, url, scope, sha256, outcome, started_at, turn, turn * 1_000_000_000 + number as place
    from attempts
    join turns using (run_id)
"""
"""All attempts with their place in the ledger."""

_KEPT = (
    "from placed semi join (select source_id, max(turn) as turn from placed group by source_id) using (source_id, turn)"
    " select place",
    "select max(place) from placed group by source_id, outcome",
    f"select max(place) from placed where {CONFIRMED} group by source_id, scope",
    f"select max(epoch_us(started_at)::hugeint * {10**18} + place) % {10**18} from placed where {CONFIRMED}"
    " group by source_id, url, scope, sha256, outcome = 'packaged'",
)
"""The places of those from which everything a night asks of all can be told.

They are the newest of each body of each address; the last that brought a document; the last of each outcome of each
source; and all of each source's newest run. What is kept of what is kept and of later attempts is what is kept of all.
"""

LATER = 500_000_000
"""Numbers of attempts that came later begin here."""


def memory(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A database of no file, which holds little and puts the rest into a folder."""
    # each thread holds memory of its own
    return duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(scratch)})


def find(connection: duckdb.DuckDBPyConnection, before: Path | None, came: str, target: Path) -> None:
    """Write what stands to a Parquet file: of what such a file says, where there is one, and of a table."""
    columns = ", ".join(COLUMNS)
    kept = f"select {columns}, file_row_number as number from read_parquet({_quoted(before)}, file_row_number = true)"
    later = f"select {columns}, {LATER} + rowid as number from {came}"
    connection.execute(f"create temp view attempts as {f'{kept} union all {later}' if before else later}")
    connection.execute(f"create temp table placed as {_PLACED}")
    connection.execute("create temp table kept (place bigint)")
    for places in _KEPT:
        connection.execute(f"insert into kept {places}")
    connection.execute("create temp table numbers as select number, place from placed semi join kept using (place)")
    connection.execute("drop table placed")
    connection.execute(
        f"copy (select {columns} from attempts join numbers using (number) order by place)"
        f" to {_quoted(target)} (format parquet, compression zstd, row_group_size 20_000)"
    )


def keep(header: Path, file: Path, stands: Stands) -> None:
    """Keep what was found of all these runs: a Parquet file, and a header that says what it is told of."""
    content = file.read_bytes()
    put(rows_of(header), content)
    told = {"rule": RULE, "sha256": hashlib.sha256(content).hexdigest(), "runs": stands}
    put(header, json.dumps(told).encode() + b"\n")


def told_of(header: Path) -> Stands:
    """Of which runs such a file is told; of none where there is no file, or it is not as it was written."""
    try:
        told: Mapping[str, Any] = json.loads(header.read_bytes())
        with open(rows_of(header), "rb") as handle:
            if told["rule"] != RULE or told["sha256"] != hashlib.file_digest(handle, "sha256").hexdigest():
                return {}
        return {run: (length, at) for run, (length, at) in told["runs"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def rows_of(header: Path) -> Path:
    """The Parquet file beside a header."""
    return header.with_name(f"{header.name}.parquet")


def _quoted(path: Path | None) -> str:
    return "'" + str(path).replace("'", "''") + "'"
