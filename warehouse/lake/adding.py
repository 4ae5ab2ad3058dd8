"""How editions become snapshots of a lake: in order, each in one transaction, each exactly once.

``editions`` in the lake says which snapshot each is. An edition is compared with what the lake holds before it is
committed; where a single row would differ nothing is. What is no longer to be kept goes once another is added.

Belongs here: which editions a lake lacks, and what adding one means. Does not: how a table is laid in (`rows`).
"""

import hashlib
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.home import Home, Unusable
from warehouse.lake import rows
from warehouse.lake.place import Place
from warehouse.lake.reaching import NAME, quoted, reading, words_of, writing

EDITIONS = f"{NAME}.main.editions"

TURNS = 3
"""So often an edition is begun anew because another wrote to the lake meanwhile."""

GRACE = "1 day"
"""Files that no snapshot needs stay so long: whoever opened the lake before may still be reading them."""


@dataclass(frozen=True)
class Snapshot:
    """One edition in a lake."""

    edition_id: str
    snapshot_id: int
    as_of: datetime
    schema_version: str
    rows: int
    rows_written: int


def editions(connection: duckdb.DuckDBPyConnection) -> list[Snapshot]:
    """The editions of a lake, the newest last."""
    try:
        found = connection.sql(
            "select edition_id, snapshot_id, as_of, schema_version, rows, rows_written"
            f" from {EDITIONS} order by snapshot_id"
        ).fetchall()
    except duckdb.CatalogException:  # a lake that nothing has been added to
        return []
    return [Snapshot(name, version, as_of.astimezone(UTC), *others) for name, version, as_of, *others in found]


def lacking(home: Home, known: Sequence[Snapshot]) -> list[Path]:
    """The editions of a data folder that a lake lacks, in order; the one ``latest`` leads to is always the last.

    Whatever is older than the lake's newest stays out: a snapshot comes after those that are there.
    """
    newest, names = home.latest.resolve(), {each.edition_id for each in known}
    since = _age(home.editions / known[-1].edition_id) or (known[-1].as_of, math.inf) if known else None
    found = []
    for folder in (manifest.parent for manifest in home.editions.glob("[!.]*/manifest.json")):
        age = _age(folder)
        if folder != newest and folder.name not in names and age and (since is None or age > since):
            found.append((age, folder))
    is_there = bool(known) and known[-1].edition_id == newest.name
    last = [newest] if (newest / "manifest.json").exists() and not is_there else []
    return [folder for _, folder in sorted(found)] + last


def add(place: Place, home: Home, chosen: Sequence[Path] = ()) -> Iterator[tuple[Snapshot, float]]:
    """Add what a lake lacks, or the chosen editions of it, one after another; each with the seconds that took.

    `Busy` where another is adding, `Unusable` with one sentence where it cannot be done; what was added before stands.
    """
    # a catalogue that is a file is copied to be written: not where there is nothing to write
    if place.is_file and Path(place.catalogue).exists() and not _due(home, chosen, standing(place)):
        return
    while True:
        began = time.monotonic()
        added, is_last = _add_next(place, home, chosen)
        if added is None:
            return
        if place.keep is not None:
            _expire(place)
        yield added, time.monotonic() - began
        if is_last:
            return


def standing(place: Place) -> list[Snapshot]:
    """The editions of the lake as anybody may read them."""
    with reading(place) as connection:
        return editions(connection)


def _due(home: Home, chosen: Sequence[Path], known: Sequence[Snapshot]) -> list[Path]:
    due = lacking(home, known)
    if not chosen:
        return due
    names = {each.edition_id for each in known}
    for folder in chosen:
        if folder not in due and folder.name not in names:
            raise Unusable(
                f"{folder.name} is older than the lake's newest edition, {known[-1].edition_id}, and comes too late"
                if known
                else f"{folder.name} is no edition of {home.root}"
            )
    return [folder for folder in due if folder in chosen]


def _add_next(place: Place, home: Home, chosen: Sequence[Path]) -> tuple[Snapshot | None, bool]:
    """Add the first edition that is due, and whether that was the last; None where none is."""
    for turn in range(1, TURNS + 1):
        try:
            with writing(place) as connection:
                connection.execute("begin")
                known = editions(connection)
                due = _due(home, chosen, known)
                if not due:
                    return None, True
                added = _lay(connection, place, due[0], known)
                connection.execute("commit")
            return added, len(due) == 1
        except duckdb.TransactionException as error:
            if turn == TURNS:
                raise Unusable(f"others keep writing to the lake: {words_of(error)}") from None
        except duckdb.Error as error:
            raise Unusable(f"an edition could not be added to the lake: {words_of(error)}") from None
    raise AssertionError("the last turn returns or raises")


def _lay(connection: duckdb.DuckDBPyConnection, place: Place, folder: Path, known: Sequence[Snapshot]) -> Snapshot:
    """Everything of one edition, within the transaction that is open."""
    manifest = _manifest(folder)
    ((current,),) = connection.sql(f"select id from {NAME}.current_snapshot()").fetchall()
    _begin(connection, {name.split(".")[0] for name in manifest["tables"]})
    before = _told(connection, known[-1].snapshot_id) if known else {}
    is_ours = bool(known) and known[-1].snapshot_id == current
    written = 0
    lake = rows.Standing.of(connection)
    for name in sorted(before.keys() - manifest["tables"].keys()):
        rows.forget(connection, name, lake)
    for name, entry in manifest["tables"].items():
        if is_ours and before.get(name) == entry["sha256"]:
            continue
        parquet = folder / entry["file"]
        if _digest(parquet) != entry["sha256"]:
            raise Unusable(f"{parquet} is damaged: it is not what its manifest says")
        laid = rows.Laid.of(connection, name, parquet)
        written += rows.follow(connection, laid, lake)
        if rows.differs(connection, laid):
            raise Unusable(
                f"{name} of {folder.name} would not be in the lake what it is in the edition; nothing was added"
            )
    as_of = _as_of(folder)
    assert as_of is not None, "a manifest that says no instant is no edition's"
    total = sum(entry["rows"] for entry in manifest["tables"].values())
    added = Snapshot(folder.name, current + 1, as_of, manifest["schema_version"], total, written)
    connection.execute(f"delete from {EDITIONS} where edition_id = ?", [folder.name])
    connection.execute(
        f"insert into {EDITIONS} values (?, ?, ?, ?, ?, ?)",
        [added.edition_id, added.snapshot_id, as_of, added.schema_version, total, written],
    )
    if place.keep is not None:
        kept = [added, *(each for each in reversed(known) if each.edition_id != folder.name)][: place.keep + 1]
        oldest = kept[-1].snapshot_id
        connection.execute(f"delete from {EDITIONS} where snapshot_id < ?", [oldest])
    tables = {name: entry["sha256"] for name, entry in manifest["tables"].items()}
    connection.execute(
        f"call {NAME}.set_commit_message('almanac', {quoted(folder.name)},"
        f" extra_info => {quoted(json.dumps({'edition_id': folder.name, 'tables': tables}))})"
    )
    return added


def _begin(connection: duckdb.DuckDBPyConnection, schemas: set[str]) -> None:
    """The schemas that are not there yet, and the table of editions."""
    listed = f"select schema_name from duckdb_schemas() where database_name = '{NAME}'"
    there = {schema for (schema,) in connection.sql(listed).fetchall()}
    for schema in sorted({*schemas, rows.FACTS, rows.REVIEWS_OF} - there):
        connection.execute(f"create schema {NAME}.{schema}")
    if rows.FACTS not in there:
        connection.execute(f"call {NAME}.set_option('parquet_compression', 'zstd')")
        connection.execute(
            f"create table {EDITIONS} (edition_id varchar, snapshot_id bigint, as_of timestamptz,"
            " schema_version varchar, rows bigint, rows_written bigint)"
        )
        connection.execute(
            f"comment on table {EDITIONS} is 'Which snapshot each edition is, to be read with at (version => …).'"
        )


def _told(connection: duckdb.DuckDBPyConnection, version: int) -> Mapping[str, str]:
    """The tables of the edition that a snapshot is, each with the digest of its Parquet."""
    found = connection.execute(
        f"select commit_extra_info from {NAME}.snapshots() where snapshot_id = ?", [version]
    ).fetchall()
    told: Mapping[str, str] = json.loads(found[0][0])["tables"] if found and found[0][0] else {}
    return told


def _expire(place: Place) -> None:
    """Let go of snapshots that are no edition's any more, and of files nobody needs since a day."""
    with writing(place) as connection:
        try:
            listed = (
                f"select snapshot_id from {NAME}.snapshots() anti join {EDITIONS} using (snapshot_id)"
                f" where snapshot_id < (select max(snapshot_id) from {EDITIONS}) order by all"
            )
            versions = [version for (version,) in connection.sql(listed).fetchall()]
            if versions:
                connection.execute(f"call ducklake_expire_snapshots('{NAME}', versions => {versions})")
            connection.execute(f"call ducklake_cleanup_old_files('{NAME}', older_than => now() - interval '{GRACE}')")
        except duckdb.Error as error:
            raise Unusable(f"old snapshots of the lake could not be let go of: {words_of(error)}") from None


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        raise Unusable(f"the edition at {folder} has no manifest that can be read") from None
    return loaded


def _as_of(folder: Path) -> datetime | None:
    """The instant an edition shows; None where its manifest does not say."""
    try:
        return datetime.fromisoformat(_manifest(folder)["as_of"])
    except (Unusable, KeyError, ValueError):
        return None


def _age(folder: Path) -> tuple[datetime, float] | None:
    """What editions are ordered by: the instant they show, and of one instant when they were made; None for none."""
    as_of = _as_of(folder)
    return (as_of, (folder / "manifest.json").stat().st_mtime_ns) if as_of else None


def _digest(path: Path) -> str:
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
