"""Editions: tables as Parquet and JSON documents in a folder of their own, complete or absent, with a manifest.

The same ledger gives the same bytes: rows are ordered by key, and nothing in the folder says when it was written.
What a table means is the warehouse's; pages made from an edition are not made here.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing import documents
from warehouse import database
from warehouse.home import Home, put
from warehouse.schemas import Table, all_tables

STATE_TABLES = frozenset({"quality.sources"})
"""Exported, but no reason for a new edition by themselves: they say how a night went, not what is known."""


@dataclass(frozen=True)
class Edition:
    """One edition on disk; ``is_new`` when this run wrote it."""

    edition_id: str
    path: Path
    is_new: bool
    tables: dict[str, int]


def write_edition(home: Home, source: Path) -> Edition:
    """Export the warehouse file at `source` under ``editions/``; the folder appears whole.

    Where the newest edition already holds the same content, that edition is returned and nothing is written.
    """
    building = home.editions / ".building"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        with database.opened(source, read_only=True) as connection:
            manifest = _export(connection, building)
        edition_id = f"{manifest['as_of'][:10]}-{manifest['content_sha256'][:10]}"
        tables = {name: entry["rows"] for name, entry in manifest["tables"].items()}
        newest = newest_manifest(home)
        if newest and newest["content_sha256"] == manifest["content_sha256"]:
            return Edition(newest["edition_id"], home.editions / newest["edition_id"], False, tables)
        path = home.editions / edition_id
        if path.exists():
            return Edition(edition_id, path, False, tables)
        with database.opened(source, read_only=True) as connection:
            manifest["documents"] = _documents(connection, building)
        put(building / "datapackage.json", _json(_datapackage(edition_id, manifest)))
        put(building / "manifest.json", _json({"edition_id": edition_id, **manifest}))
        os.replace(building, path)
        return Edition(edition_id, path, True, tables)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def point_latest(home: Home, edition: Edition) -> None:
    """Make ``latest`` lead to a complete edition, in one step."""
    beside = home.root / f".latest.{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path("editions") / edition.edition_id)
    os.replace(beside, home.latest)


def newest_manifest(home: Home) -> dict[str, Any] | None:
    """The manifest ``latest`` leads to; None before the first edition."""
    try:
        loaded: dict[str, Any] = json.loads((home.latest / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return loaded


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    connection.execute("set preserve_insertion_order = true")
    tables: dict[str, dict[str, Any]] = {}
    content = hashlib.sha256(f"documents {documents.SCHEMA_VERSION}\n".encode())
    for declared in all_tables().values():
        if not declared.exported:
            continue
        path = folder / f"{declared.name}.parquet"
        _copy(connection, declared, path)
        sha256 = _sha256(path)
        tables[declared.name] = {
            "file": path.name,
            "rows": database.rows(connection, declared.name),
            "bytes": path.stat().st_size,
            "sha256": sha256,
        }
        if declared.name not in STATE_TABLES:
            content.update(f"{declared.name} {sha256}\n".encode())
    return {
        "schema_version": database.SCHEMA_VERSION,
        "as_of": _instant(database.as_of(connection)),
        "content_sha256": content.hexdigest(),
        "tables": tables,
        "sources": {
            row[0]: {"state": row[1], "last_ok_at": _instant(row[2]), "rows": row[3]}
            for row in connection.sql(
                'select source_id, state, last_ok_at, "rows" from quality.sources order by source_id'
            ).fetchall()
        },
    }


def _documents(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    """Write the JSON documents; what the manifest says of them: one digest of so many files."""
    whole = hashlib.sha256()
    size = 0
    written = documents.make(connection, folder)
    for path in written:
        whole.update(f"{_sha256(folder / path)}  {path.as_posix()}\n".encode())
        size += (folder / path).stat().st_size
    return {
        "schema_version": documents.SCHEMA_VERSION,
        "files": len(written),
        "bytes": size,
        "sha256": whole.hexdigest(),
    }


def _copy(connection: duckdb.DuckDBPyConnection, declared: Table, path: Path) -> None:
    columns = ", ".join(f'"{column.name}"' for column in declared.columns)
    key = ", ".join(f'"{name}"' for name in declared.key)
    target = str(path).replace("'", "''")
    connection.execute(
        f"copy (select {columns} from {declared.name} order by {key}) to '{target}' (format parquet, compression zstd)"
    )


def _datapackage(edition_id: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """The edition as a Frictionless data package, from the tables' declarations."""
    return {
        "name": f"almanac-{edition_id}",
        "title": "Almanac: an evidence-backed catalogue of language models",
        "version": edition_id,
        "resources": [
            {
                "name": declared.name.replace(".", "-"),
                "path": f"{declared.name}.parquet",
                "format": "parquet",
                "description": f"{declared.meaning} One row: {declared.grain}.",
                "hash": f"sha256:{manifest['tables'][declared.name]['sha256']}",
                "bytes": manifest["tables"][declared.name]["bytes"],
                "schema": {
                    "fields": [
                        {"name": column.name, "type": _field_type(column.kind), "description": column.meaning}
                        for column in declared.columns
                    ],
                    "primaryKey": list(declared.key),
                },
            }
            for declared in all_tables().values()
            if declared.exported
        ],
    }


def _field_type(kind: str) -> str:
    if kind.endswith("[]"):
        return "array"
    return {
        "VARCHAR": "string",
        "INTEGER": "integer",
        "BIGINT": "integer",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "TIMESTAMPTZ": "datetime",
    }.get(kind, "number")


def _sha256(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
