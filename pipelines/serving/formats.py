"""The rows of a query as JSON, CSV or Parquet, whole or not at all.

JSON loses nothing: a decimal is a number with all its digits, and so is an integer of any size; nothing goes through a
float that was none. CSV is for spreadsheets, in the words of the edition's own CSV. Belongs here: how rows are written
down, and when there are too many. Does not: which rows (`desk`).
"""

import base64
import csv
import errno
import io
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from pipelines.wording.spreadsheets import BETWEEN_ENTRIES, shown

AT_A_TIME = 1_000

AS_THEY_ARE = frozenset(
    ("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
)
"""Types of which JSON says every value as msgspec writes it."""


class TooMuch(Exception):
    """An answer beyond what is allowed, and what to do: one sentence."""


class Unsayable(Exception):
    """An answer that a format has no words for, and what to do: one sentence."""


@dataclass(frozen=True)
class Bounds:
    """How large an answer may be."""

    rows: int
    bytes: int

    def refuse(self, rows: int, size: int) -> None:
        if rows > self.rows:
            raise TooMuch(f"the answer has more than {self.rows:,} rows: ask for fewer, with a condition or a limit")
        if size > self.bytes:
            raise TooMuch(f"the answer has more than {self.bytes:,} bytes: ask for fewer rows or columns")


def json(relation: duckdb.DuckDBPyRelation, bounds: Bounds, folder: Path) -> bytes:
    """``{"columns": [{"name", "type"}], "rows": [{…}]}``; a row's keys are the columns' names."""
    names = relation.columns
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise Unsayable(f"two columns are called {repeated[0]}: name one of them otherwise, with as")
    columns = [{"name": name, "type": str(kind)} for name, kind in zip(names, relation.types, strict=True)]
    encoder = msgspec.json.Encoder()
    pieces = [b'{"columns":', encoder.encode(columns), b',"rows":[']
    ways = [None if each["type"] in AS_THEY_ARE else plain for each in columns]
    for some in _rows(relation, bounds):
        told = encoder.encode(
            [
                {name: way(value) if way else value for name, way, value in zip(names, ways, row, strict=True)}
                for row in some
            ]
        )
        pieces += (b"," if len(pieces) > 3 else b"", told[1:-1])
        bounds.refuse(0, sum(map(len, pieces)))
    return b"".join((*pieces, b"]}\n"))


def comma_separated(relation: duckdb.DuckDBPyRelation, bounds: Bounds, folder: Path) -> bytes:
    """A line of names, and one a row; null is an empty cell, and no cell is computed by what shows it."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(map(_cell, relation.columns))
    for some in _rows(relation, bounds):
        lines.writerows([_cell(value) for value in row] for row in some)
        bounds.refuse(0, written.tell())
    whole = written.getvalue().encode()
    bounds.refuse(0, len(whole))
    return whole


def parquet(relation: duckdb.DuckDBPyRelation, bounds: Bounds, folder: Path) -> bytes:
    """DuckDB's own types, compressed. The process may write no file beyond the bytes allowed (`desk`)."""
    path = folder / "answer.parquet"
    try:
        relation.write_parquet(str(path), compression="zstd")
        whole, count = path.read_bytes(), _rows_of_parquet(path)
    except duckdb.IOException as error:
        if os.strerror(errno.EFBIG) in str(error):
            bounds.refuse(0, bounds.bytes + 1)
        raise
    finally:
        for left in folder.iterdir():
            left.unlink()
    bounds.refuse(count, len(whole))
    return whole


FORMATS: Mapping[str, Callable[[duckdb.DuckDBPyRelation, Bounds, Path], bytes]] = {
    "json": json,
    "csv": comma_separated,
    "parquet": parquet,
}


def plain(value: Any) -> Any:
    """A value as JSON can say it exactly; msgspec writes the rest as it is, not-a-number and infinity as null."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -(2**63) <= value < 2**64 else msgspec.Raw(str(value).encode())
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return msgspec.Raw(_digits(value).encode()) if value.is_finite() else None
        case list() | tuple():
            return [plain(each) for each in value]
        case Mapping():
            return {_text(key): plain(each) for key, each in value.items()}
        case _:
            return _text(value)


def _text(value: Any) -> str:
    match value:
        case datetime() if value.tzinfo:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return _digits(value)
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return str(value)


def _digits(value: Decimal) -> str:
    """All its digits, without idle zeros and without an exponent."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal() | date():
            return _text(value)
        case list() | tuple():
            return shown(BETWEEN_ENTRIES.join(map(_text, value)))
        case Mapping():
            return shown(msgspec.json.encode(plain(value)).decode())
        case _:
            return shown(_text(value))


def _rows(relation: duckdb.DuckDBPyRelation, bounds: Bounds) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows, some at a time, until there are no more or too many."""
    count = 0
    while some := relation.fetchmany(AT_A_TIME):
        count += len(some)
        bounds.refuse(count, 0)
        yield some


def _rows_of_parquet(path: Path) -> int:
    with duckdb.connect(config={"threads": "1"}) as apart:
        ((count,),) = apart.execute("select num_rows from parquet_file_metadata(?)", [str(path)]).fetchall()
    return int(count)
