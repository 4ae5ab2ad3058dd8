"""Nights that are killed, and what is left of them: where a night can die, and whether all that readers open is whole.

Belongs here: what the killed nights of the tests and of ``scripts/kill_nights.py`` share. Does not: how often nights are
killed, and what is said of it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse import database
from warehouse.home import Home
from warehouse.schemas import all_tables

PLACES: Mapping[str, str] = {
    "a ledger line": "warehouse.evidence.ledger:Ledger.record",
    "a snapshot": "warehouse.evidence.snapshots:put",
    "observations": "warehouse.evidence.readings:_write_parquet",
    "the index of observations": "warehouse.evidence.readings:put",
    "a new work file": "warehouse.database:begin",
    "a table": "warehouse.database:make",
    "the end of the work file": "warehouse.database:finish",
    "an edition's Parquet": "pipelines.publishing.tables:_copy_parquet",
    "an edition's part": "pipelines.publishing.edition:_made",
    "an edition's DuckDB file": "pipelines.publishing.tables:_hand_over",
    "an edition's manifest": "pipelines.publishing.edition:put",
    "the warehouse's rename": "warehouse.database:put_in_place",
    "the published ids": "warehouse.identity.redirects:record",
    "the move of latest": "pipelines.publishing:point_latest",
    "what is due": "pipelines.graph.tables:tidied",
    "any rename": "os:replace",
    "any wait for the disk": "os:fsync",
    "the wait for all of an edition": "os:sync",
    "an event of Dagster's": "pipelines.graph.instance:Events.store_event",
    "a state of Dagster's": "dagster._core.storage.runs.sql_run_storage:SqlRunStorage.handle_run_event",
}
"""What a night can be about to do when it dies → what it calls then (``module:name``)."""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(edition: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((edition / "manifest.json").read_bytes())
    return found


def torn(home: Home) -> list[str]:
    """What of all that readers may open is not whole, each with what is wrong with it; empty where everything is."""
    return [*_torn_editions(home), *_torn_warehouse(home), *_torn_ids(home)]


def _torn_editions(home: Home) -> Iterator[str]:
    if home.latest.is_symlink() and not (home.latest / "manifest.json").is_file():
        yield "latest leads to no edition"
    for edition in sorted(home.editions.iterdir()) if home.editions.exists() else ():
        if not edition.name.startswith("."):
            try:
                yield from (f"{edition.name}: {name}" for name in _not_as_told(edition))
            except (OSError, ValueError) as error:
                yield f"{edition.name}: {error}"


def _not_as_told(edition: Path) -> Iterator[str]:
    """The files of an edition that are not, byte for byte, those its manifest and its list tell of."""
    told = manifest(edition)
    if told["edition_id"] != edition.name:
        yield "manifest.json"
    listed = (edition / "files.sha256").read_bytes()
    if hashlib.sha256(listed).hexdigest() != told["files_sha256"]:
        yield "files.sha256"
    sums = {name: sha256 for sha256, _, name in (line.partition("  ") for line in listed.decode().splitlines())}
    # what the next edition is made from beside this one is no part of it, and the DuckDB file is told of apart
    files = (
        path for path in edition.rglob("*") if path.is_file() and not path.name.startswith((".", "almanac.duckdb"))
    )
    held = {path.relative_to(edition).as_posix(): digest(path) for path in files}
    if (edition / "manifest.json.sha256").read_text() != f"{held['manifest.json']}  manifest.json\n":
        yield "manifest.json.sha256"
    for name in ("manifest.json", "manifest.json.sha256", "files.sha256"):
        held.pop(name)
    yield from sorted(name for name in sums.keys() | held.keys() if sums.get(name) != held.get(name))
    if (edition / "almanac.duckdb.sha256").read_text() != f"{digest(edition / 'almanac.duckdb')}  almanac.duckdb\n":
        yield "almanac.duckdb"


def _torn_warehouse(home: Home) -> Iterator[str]:
    if not home.warehouse.exists():
        return
    try:
        with database.opened(home.warehouse, read_only=True) as connection:
            for name in all_tables():
                connection.sql(f"select sum(hash(held)) from {name} as held").fetchall()
            database.as_of(connection)
    except (duckdb.Error, ValueError) as error:
        yield f"{home.warehouse.name}: {error}"
    beside = {path.name for path in home.warehouse.parent.iterdir() if path.is_file()} - {home.warehouse.name}
    yield from (f"{name} beside the warehouse" for name in sorted(beside))


def _torn_ids(home: Home) -> Iterator[str]:
    if home.published.exists():
        for number, line in enumerate(home.published.read_text(encoding="utf-8").splitlines(keepends=True), 1):
            if line.endswith("\n"):
                try:
                    json.loads(line)
                except ValueError:
                    yield f"line {number} of {home.published.name}"


def unlike(home: Home, other: Home) -> list[str]:
    """What the newest editions of two data folders have not alike, byte for byte: tables, else whatever else it is."""
    ours, theirs = manifest(home.latest), manifest(other.latest)
    if ours == theirs:
        return []
    names = sorted(ours["tables"].keys() | theirs["tables"].keys())
    apart = [name for name in names if ours["tables"].get(name) != theirs["tables"].get(name)]
    return apart or [name for name in ours if ours[name] != theirs.get(name)]
