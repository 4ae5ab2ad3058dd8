"""The tables of an edition: Parquet of every exported one, CSV of those people open in a spreadsheet, the DuckDB file,
and ``datapackage.json``, which describes them.

Belongs here: how a table is written down for each kind of reader. Does not: what a table means (``warehouse``).
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing.making import Making, write_file
from pipelines.wording.spreadsheets import BETWEEN_ENTRIES, FORMULA, UNSEEN
from warehouse import database
from warehouse.schemas import Column, Table, all_tables, table

DATABASE = "almanac.duckdb"

OPENED_IN_A_SPREADSHEET = (
    "core.models",
    "core.labs",
    "core.providers",
    "core.offers",
    "core.prices",
    "core.capabilities",
    "core.benchmarks",
    "core.benchmark_results",
    "mart.cheapest_offers",
    "mart.price_changes",
    "mart.open_gaps",
    "quality.sources",
)

MEMORY = "300MB"
"""What DuckDB holds while Parquet is written: the rows on their way into a file are held beside that."""

LARGE = 1_000_000
"""Bytes of a file that is not read in one go."""

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it a spreadsheet takes UTF-8 for something else."""


def export(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, dict[str, Any]]:
    """Every exported table as Parquet; table → file, rows, bytes and SHA-256."""
    connection.execute("set preserve_insertion_order = true")
    exported = {}
    for declared in all_tables().values():
        if declared.exported:
            path = folder / f"{declared.name}.parquet"
            _copy_parquet(connection, declared, path)
            exported[declared.name] = {
                "file": path.name,
                "rows": database.rows(connection, declared.name),
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
    return exported


def make(making: Making, folder: Path) -> None:
    """CSV, the DuckDB file and the data package, beside the Parquet that is there."""
    (folder / "csv").mkdir()
    for name in OPENED_IN_A_SPREADSHEET:
        _copy_csv(making.connection, table(name), folder / "csv" / f"{name}.csv")
    _hand_over(making.file, folder / DATABASE)
    write_file(folder / f"{DATABASE}.sha256", f"{sha256_of(folder / DATABASE)}  {DATABASE}\n".encode())
    write_file(folder / "datapackage.json", (json.dumps(_datapackage(making, folder), indent=1) + "\n").encode())


def sha256_of(path: Path | str, size: int = LARGE) -> str:
    """The digest of a file; of one that is known to be small it is found in one go, which costs half."""
    with open(path, "rb", buffering=0) as handle:
        if size < LARGE:
            return hashlib.sha256(handle.read()).hexdigest()
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _copy_parquet(connection: duckdb.DuckDBPyConnection, declared: Table, path: Path) -> None:
    columns = ", ".join(f'"{column.name}"' for column in declared.columns)
    rows = f"select {columns} from {declared.name} order by {_key(declared)}"
    with database.holding(connection, MEMORY):
        database.execute(connection, f"copy ({rows}) to {_quoted(path)} (format parquet, compression zstd)")


def _copy_csv(connection: duckdb.DuckDBPyConnection, declared: Table, path: Path) -> None:
    columns = [f'{_cell(column)} as "{column.name}"' for column in declared.columns]
    columns[0] = f'{_cell(declared.columns[0])} as "{BYTE_ORDER_MARK}{declared.columns[0].name}"'
    connection.execute(
        f"copy (select {', '.join(columns)} from {declared.name} as said order by {_key(declared, 'said.')}) "
        f"to {_quoted(path)} (format csv, header)"
    )


def _cell(column: Column) -> str:
    """A column as a spreadsheet reads it: exact decimals without idle zeros, instants with a Z, lists as one text."""
    name = f'said."{column.name}"'
    if column.kind == "TIMESTAMPTZ":
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ')"
    if column.kind.startswith("DECIMAL"):
        return f"rtrim(rtrim(cast({name} as varchar), '0'), '.')"
    if column.kind not in ("VARCHAR", "VARCHAR[]"):
        return name
    text = f"list_aggregate({name}, 'string_agg', '{BETWEEN_ENTRIES}')" if column.kind.endswith("[]") else name
    shown = f"regexp_replace({text}, '{UNSEEN}', ' ', 'g')"
    return f"case when regexp_matches({text}, '{FORMULA}') then '''' || {shown} else {shown} end"


def _hand_over(file: Path, path: Path) -> None:
    """The finished file under a second name, which costs nothing where the disk can do that; else a copy.

    Nobody writes it from here on, and whoever opens it to write is told so: both names are the same bytes.
    """
    file.chmod(0o444)
    try:
        os.link(file, path)
    except OSError:
        shutil.copy2(file, path)


def _datapackage(making: Making, folder: Path) -> dict[str, Any]:
    """The tables as a Frictionless data package, from their declarations."""
    return {
        "name": f"almanac-{making.edition_id}",
        "title": "Almanac: an evidence-backed catalogue of language models",
        "version": making.edition_id,
        "resources": [
            *(
                _resource(declared, folder, f"{declared.name}.parquet")
                for declared in all_tables().values()
                if declared.exported
            ),
            *(_resource(table(name), folder, f"csv/{name}.csv") for name in OPENED_IN_A_SPREADSHEET),
        ],
    }


def _resource(declared: Table, folder: Path, file: str) -> dict[str, Any]:
    path = folder / file
    kind = path.suffix[1:]
    described = {
        "name": f"{declared.name.replace('.', '-').replace('_', '-')}-{kind}",
        "path": file,
        "description": f"{declared.meaning} One row: {declared.grain}.",
        "format": kind,
        "hash": f"sha256:{sha256_of(path)}",
        "bytes": path.stat().st_size,
    }
    if kind != "csv":
        # A validator of packages reads text; of Parquet it checks size and digest, and its columns are in the file.
        return {**described, "type": "file", "mediatype": "application/vnd.apache.parquet"}
    return {
        **described,
        "type": "table",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "schema": {
            "fields": [
                {"name": column.name, "type": _field_type(column.kind), "description": column.meaning}
                for column in declared.columns
            ],
            "missingValues": [""],
        },
    }


def _field_type(kind: str) -> str:
    return {
        "VARCHAR": "string",
        "VARCHAR[]": "string",
        "INTEGER": "integer",
        "BIGINT": "integer",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "TIMESTAMPTZ": "datetime",
    }.get(kind, "number")


def _key(declared: Table, of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in declared.key)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
