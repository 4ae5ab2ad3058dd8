"""Editions: a folder of their own for everything handed out, complete or absent, with a manifest.

Belongs here: when there is a new edition, how its folder appears. Does not: what the parts hold (`parts`, and a module
each), or how many are kept (`pipelines.retention`).

The same ledger gives the same bytes: rows are ordered by key, and nothing in the folder says when it was written. What
compares with the edition before (`changes`) is the same for the same two editions; the DuckDB file holds the same rows,
though DuckDB does not write the same bytes twice.

What is damaged is not handed on: an edition with other files or bytes than its manifest says is made anew, and files of
one serve again only where all of them have the digest they were published with (`sums`).
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

from pipelines.publishing import sums, tables
from pipelines.publishing.making import Making
from pipelines.publishing.parts import Part, made_how, parts_version, wanted
from warehouse import database, following
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, put
from warehouse.schemas import Table, all_tables

SCHEMA_VERSION = f"{database.SCHEMA_VERSION}.3.0"
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
            newest = sums.manifest_of(home.latest)
            if newest and newest.get("shown_sha256") == shown and _is_readable(home.latest, newest):
                rows = {name: entry["rows"] for name, entry in newest["tables"].items()}
                return Edition(newest["edition_id"], home.editions / newest["edition_id"], False, rows)
            exported = tables.export(connection, building)
            content = _content(exported)
            edition_id = f"{_instant(as_of)[:10]}-{content[:10]}"
            rows = {name: entry["rows"] for name, entry in exported.items()}
            path = home.editions / edition_id
            if (standing := sums.manifest_of(path)) and _is_readable(path, standing):
                return Edition(edition_id, path, False, rows)
            before, alike, digests = _before(home, edition_id)
            making = Making(connection, source, edition_id, as_of, before, Snapshots.of(home).read, alike)
            listed = {entry["file"]: entry["sha256"] for entry in exported.values()}
            parts = {part.name: _made(part, making, building, listed, digests) for part in wanted()}
            manifest = {
                "edition_id": edition_id,
                "schema_version": SCHEMA_VERSION,
                "as_of": _instant(as_of),
                "content_sha256": content,
                "shown_sha256": shown,
                "made_by": parts_version(),
                "made_how": made_how(),
                "files_sha256": sums.write(building, listed),
                "tables": exported,
                "parts": parts,
                "sources": _sources(connection),
            }
        told = _json(manifest)
        put(building / sums.MANIFEST, told)
        put(building / sums.OF_MANIFEST, sums.of_manifest(told))
        # a machine that loses power from here on finds the edition whole, or not at all
        os.sync()
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


def _before(home: Home, edition_id: str) -> tuple[Path | None, bool, dict[int, str]]:
    """The edition to compare with: the newest but the one that is made, or made anew, whose tables are as published.

    Beside it whether what it holds may serve again, since all of it is as published and made by the same code; and the
    digests of its files by their inode.
    """
    newest = sums.manifest_of(home.latest)
    others = [path for path in home.editions.glob("[!.]*") if path.name != edition_id]
    known = {
        path: found for path in others if (found := sums.manifest_of(path)) and found.get("edition_id") == path.name
    }
    age = {path: (told == newest, str(told.get("as_of")), path.stat().st_mtime_ns) for path, told in known.items()}
    for path in sorted(known, key=age.__getitem__, reverse=True):
        digests, damaged = sums.found(path)
        if not any(name.endswith(".parquet") for name in damaged):
            return path, not damaged and known[path].get("made_how") == made_how(), digests
    return None, False, {}


def _is_readable(edition: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether an edition has the files its manifest tells of, and its DuckDB file can be read; else it is made anew."""
    if not sums.is_whole(edition, manifest):
        return False
    try:
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


def _made(part: Part, making: Making, folder: Path, listed: dict[str, str], digests: dict[int, str]) -> dict[str, Any]:
    """Make a part; how many files, how many bytes and which digest it has, for the manifest.

    listed   file → digest of all that was made before it; this part's are added
    digests  of files by their inode: the site has most files under a second name, and many of the edition before
    """
    part.make(making, folder)
    made: dict[str, tuple[int, str]] = {}
    for name in sorted(set(sums.handed_out(folder)) - listed.keys(), key=lambda each: each.split("/")):
        about = os.stat(f"{folder}/{name}")
        if about.st_ino not in digests:
            digests[about.st_ino] = tables.sha256_of(f"{folder}/{name}", about.st_size)
        made[name] = about.st_size, digests[about.st_ino]
    told: dict[str, Any] = {
        **({"schema_version": part.version} if part.version else {}),
        "files": len(made),
        "bytes": sum(size for size, _ in made.values()),
        "sha256": sums.digest({name: sha256 for name, (_, sha256) in made.items()}),
    }
    if not part.is_tree:
        told["each"] = {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in made.items()}
    listed |= {name: sha256 for name, (_, sha256) in made.items()}
    return told


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
