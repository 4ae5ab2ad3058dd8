"""Editions: a folder of their own for everything handed out, complete or absent, with a manifest.

Belongs here: when there is a new edition, how its folder appears. Does not: what the parts hold (`parts`, and a module
each), or how many are kept (`pipelines.retention`).

The same ledger gives the same bytes: rows are ordered by key, and nothing in the folder says when it was written. What
compares with the edition before (`changes`) is the same for the same two editions; the DuckDB file holds the same rows,
though DuckDB does not write the same bytes twice.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing import tables
from pipelines.publishing.making import Making
from pipelines.publishing.parts import Part, made_how, parts_version, wanted
from warehouse import database, following
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, put
from warehouse.schemas import Table, all_tables

SCHEMA_VERSION = f"{database.SCHEMA_VERSION}.2.0"
"""Version of what an edition holds, for its readers: major, the tables' own, for what is gone or means something else;
minor for what is new; patch for what is put right. ``tests/contract.json`` holds what readers may rely on."""

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
    """Make the edition of the finished warehouse file at `source` under ``editions/``; the folder appears whole.

    Where the newest edition says the same, made by the same code, that edition is returned and nothing is written: that
    a page was read once more and said so still is told beside the editions (`freshness`).
    """
    building = home.editions / ".building"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        with database.opened(source, read_only=True) as connection:
            # two write a file no sooner than one, and work a third more
            connection.execute("set threads = 1")
            as_of, shown = database.as_of(connection), _shown(connection)
            newest = newest_manifest(home)
            if newest and newest.get("shown_sha256") == shown and _is_readable(home.latest):
                rows = {name: entry["rows"] for name, entry in newest["tables"].items()}
                return Edition(newest["edition_id"], home.editions / newest["edition_id"], False, rows)
            exported = tables.export(connection, building)
            content = _content(exported)
            edition_id = f"{_instant(as_of)[:10]}-{content[:10]}"
            rows = {name: entry["rows"] for name, entry in exported.items()}
            path = home.editions / edition_id
            if _is_readable(path):
                return Edition(edition_id, path, False, rows)
            before = home.editions / newest["edition_id"] if newest else None
            digests: dict[int, str] = {}
            alike = newest is not None and newest.get("made_how") == made_how()
            making = Making(connection, source, edition_id, as_of, before, Snapshots.of(home).read, alike)
            manifest = {
                "edition_id": edition_id,
                "schema_version": SCHEMA_VERSION,
                "as_of": _instant(as_of),
                "content_sha256": content,
                "shown_sha256": shown,
                "made_by": parts_version(),
                "made_how": made_how(),
                "tables": exported,
                "parts": {part.name: _made(part, making, building, digests) for part in wanted()},
                "sources": _sources(connection),
            }
        put(building / "manifest.json", _json(manifest))
        damaged = home.editions / f".going.{edition_id}"
        shutil.rmtree(damaged, ignore_errors=True)
        if path.exists():
            os.replace(path, damaged)
        os.replace(building, path)
        shutil.rmtree(damaged, ignore_errors=True)
        return Edition(edition_id, path, True, rows)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def point_latest(home: Home, edition: Edition) -> None:
    """Make ``latest`` lead to a complete edition, in one step."""
    beside = home.root / f".latest.{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path("editions") / edition.edition_id)
    os.replace(beside, home.latest)


def newest_manifest(home: Home) -> dict[str, Any] | None:
    """The manifest ``latest`` leads to; None before the first edition, and where that is damaged."""
    try:
        loaded: dict[str, Any] = json.loads((home.latest / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return loaded


def _is_readable(edition: Path) -> bool:
    """Whether an edition's manifest and DuckDB file can be read; one that was damaged since is made anew."""
    try:
        json.loads((edition / "manifest.json").read_bytes())
        with database.opened(edition / tables.DATABASE, read_only=True) as connection:
            database.as_of(connection)
    except (OSError, ValueError, duckdb.Error):
        return False
    return True


def _shown(connection: duckdb.DuckDBPyConnection) -> str:
    """What an edition says, without when that was last confirmed, and the code that makes parts of it."""
    content = hashlib.sha256(f"{SCHEMA_VERSION} {made_how()}\n".encode())
    known = following.record(connection)
    for name, declared in all_tables().items():
        if declared.exported and name not in STATE_TABLES:
            content.update(f"{name} {_said(connection, known, declared)}\n".encode())
    return content.hexdigest()


def _said(connection: duckdb.DuckDBPyConnection, known: Mapping[str, following.Made], declared: Table) -> str:
    """What a table says, as its record tells; a view says what the tables do that it reads."""
    if declared.view and known.keys() >= following.stored([declared.name]):
        reads = following.contents(connection, known, database.reads(declared.name))
        return following.made_from(declared.name, reads)
    if declared.view or declared.name not in known:
        return str(following.Content.of(connection, declared))
    return known[declared.name].content


def _content(exported: dict[str, dict[str, Any]]) -> str:
    """What makes an edition another one: the tables' bytes, and the code that makes parts of them."""
    content = hashlib.sha256(f"{SCHEMA_VERSION} {made_how()}\n".encode())
    for name, entry in exported.items():
        if name not in STATE_TABLES:
            content.update(f"{name} {entry['sha256']}\n".encode())
    return content.hexdigest()


def _made(part: Part, making: Making, folder: Path, digests: dict[int, str]) -> dict[str, Any]:
    """Make a part; how many files, how many bytes and which digest it has, for the manifest.

    digests  of the files of earlier parts by their inode: the site has most of them under a second name
    """
    before = _files(folder)
    part.make(making, folder)
    sums: dict[str, tuple[int, str]] = {}
    for name in sorted(_files(folder) - before, key=lambda each: each.split("/")):
        if name.rpartition("/")[2].startswith(tables.DATABASE):
            continue
        about = (folder / name).stat()
        if about.st_ino not in digests:
            digests[about.st_ino] = tables.sha256_of(folder / name)
        sums[name] = about.st_size, digests[about.st_ino]
    whole = hashlib.sha256("".join(f"{sha256}  {name}\n" for name, (_, sha256) in sums.items()).encode())
    told: dict[str, Any] = {
        **({"schema_version": part.version} if part.version else {}),
        "files": len(sums),
        "bytes": sum(size for size, _ in sums.values()),
        "sha256": whole.hexdigest(),
    }
    if not part.is_tree:
        told["each"] = {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in sums.items()}
    return told


def _files(folder: Path) -> set[str]:
    """What is handed out, below the folder: a name with a dot before it is for the next edition alone."""
    found = ((os.path.relpath(within, folder), names) for within, _, names in os.walk(folder))
    return {
        name if within == "." else f"{within}/{name}"
        for within, names in found
        for name in names
        if not name.startswith(".")
    }


def _sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    found = connection.sql(
        'select source_id, state, last_ok_at, "rows" from quality.sources order by source_id'
    ).fetchall()
    return {
        source_id: {"state": state, "last_ok_at": _instant(last_ok_at) if last_ok_at else None, "rows": rows}
        for source_id, state, last_ok_at, rows in found
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
