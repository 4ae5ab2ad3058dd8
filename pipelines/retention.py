"""What is kept and for how long: editions, bodies nobody cites, readings of parsers that are gone, Dagster's runs.

Belongs here: the settings, and what of the data folder is due by them. Does not: how Dagster's runs are found and
removed (`graph.history`).

The ledger loses nothing: months of it that are closed go from lines to Parquet, and only the lines are removed.

Never due: what was asked, the ids that were published, the newest edition, and every body that the evidence leads to.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sources.registry import all_sources, parser_version
from warehouse import database
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, Unusable

if TYPE_CHECKING:
    from warehouse.storage.copy import Copy

DAY_SECONDS = 86_400

Kind = Literal["edition", "snapshot", "observation set", "ledger month", "run", "leftover"]

MONTHS_AT_ONCE = 6
"""So many months of the ledger become Parquet in one tidying; what is left does in the next."""


@dataclass(frozen=True)
class Keep:
    """How much is kept, each by the environment variable ``ALMANAC_KEEP_`` and its name; None, or ``all``, for ever.

    editions      so many beside the newest
    snapshots     days since the last attempt that brought a body nobody cites. For ever by default: a parser that is
                  corrected reads history again, and what is gone it cannot read
    observations  days since readings of a parser that is not today's were last written; snapshots give them again
    runs          days since a run of Dagster's that has ended began
    lines         months of the ledger before its newest that stay lines; older ones become Parquet, the same rows
    """

    editions: int | None = 10
    snapshots: int | None = None
    observations: int | None = 30
    runs: int | None = 90
    lines: int | None = 1

    @classmethod
    def from_environment(cls) -> "Keep":
        """As the environment says. ValueError names a variable that is no whole number from 1 up and not ``all``."""
        said: dict[str, int | None] = {}
        for each in fields(cls):
            name = f"ALMANAC_KEEP_{each.name.upper()}"
            if words := os.environ.get(name, "").strip():
                if words != "all" and not re.fullmatch("[1-9][0-9]{0,5}", words):
                    raise ValueError(f"{name} is {words!r}; it is a whole number from 1 up, or all")
                said[each.name] = None if words == "all" else int(words)
        return cls(**said)


@dataclass(frozen=True)
class Due:
    """One thing that goes: its name, how many bytes that frees, and how it is removed.

    paths  the files and folders that go with it, of what an object store has as well
    """

    kind: Kind
    name: str
    bytes: int
    remove: Callable[[], None]
    paths: Sequence[Path] = ()


def due(home: Home, keep: Keep) -> Iterator[Due]:
    """What of the data folder is due. Whoever removes it holds the lock: what a night writes looks like a leftover.

    An error where the evidence cannot be read: then nobody knows what it leads to.
    """
    yield from _leftovers(home)
    for each in _due(home, keep):
        yield replace(each, remove=partial(_remove_from_both, home, each)) if home.is_copy else each


def _remove_from_both(home: Home, each: Due) -> None:
    """Remove it here, and, when this is sent, from the store that this folder is a copy of."""
    each.remove()
    for path in each.paths:
        _copy(home).removed(path)


def _copy(home: Home) -> "Copy":
    from warehouse.storage import copy  # only for who has a store

    return copy.of(home)


def _due(home: Home, keep: Keep) -> Iterator[Due]:
    if keep.lines is not None:
        yield from _months(home, keep.lines)
    if keep.editions is not None:
        yield from _editions(home, keep.editions)
    if keep.observations is not None:
        yield from _observations(home, time.time() - keep.observations * DAY_SECONDS)
    if keep.snapshots is not None:
        yield from _snapshots(home, keep.snapshots)


def remove(found: Iterable[Due]) -> tuple[list[Due], list[str]]:
    """Remove each; what went, and a sentence for each that could not be removed and stays for the next time."""
    gone, failed = [], []
    for each in found:
        try:
            each.remove()
            gone.append(each)
        except OSError as error:
            failed.append(f"{each.kind} {each.name} could not be removed: {error.strerror}")
        except Unusable as unusable:
            failed.append(str(unusable))
    return gone, failed


def _months(home: Home, kept: int) -> Iterator[Due]:
    """The oldest months of the ledger that are lines, but for its newest and so many before it."""
    ledger = Ledger(home.ledger, "")
    for month in ledger.months_to_close(kept)[:MONTHS_AT_ONCE]:
        lines = ledger.lines_of(month)
        size = sum(path.stat().st_size for path in lines)
        yield Due("ledger month", month, size, partial(ledger.close, month), lines)


def _editions(home: Home, kept: int) -> Iterator[Due]:
    """The oldest editions beyond so many beside the newest; which are old their own manifests say (as_of)."""
    newest = home.latest.resolve().name
    others = sorted((as_of, folder) for folder, as_of in _published(home) if folder.name != newest)
    for _, folder in others[: max(len(others) - kept, 0)]:
        yield Due("edition", folder.name, _bytes(folder), partial(_remove_edition, folder), [folder])


def _published(home: Home) -> Iterator[tuple[Path, str]]:
    """The folders of all editions, each with the instant it shows; of a store also those that are not brought."""
    if home.is_copy:
        yield from ((home.editions / name, each.as_of) for name, each in _copy(home).editions.items())
    else:
        yield from ((folder, as_of) for folder in _visible(home.editions) if (as_of := _as_of(folder)) is not None)


def _as_of(edition: Path) -> str | None:
    """The instant an edition shows; None where the folder is no edition: that is somebody's to look at, and stays."""
    try:
        return str(json.loads((edition / "manifest.json").read_bytes())["as_of"])
    except (OSError, ValueError, KeyError):
        return None


def _remove_edition(folder: Path) -> None:
    """Renamed before it is emptied, so that no half of it ever stands under an edition's name."""
    if folder.exists():  # of a store's editions not all are here
        going = folder.with_name(f".going.{folder.name}")
        os.replace(folder, going)
        shutil.rmtree(going)


def _observations(home: Home, before: float) -> Iterator[Due]:
    """Readings by parsers that are not today's, where nothing has been added to them since."""
    for of_source in _visible(home.observations):
        today = parser_version(of_source.name) if of_source.name in all_sources() else ""
        for version in _visible(of_source):
            if version.name != today and max((file.stat().st_mtime for file in version.iterdir()), default=0) < before:
                name = f"{of_source.name}/{version.name}"
                yield Due("observation set", name, _bytes(version), partial(shutil.rmtree, version), [version])


_UNCITED = f"""
with last_seen as (
    select
        sha256,
        max(started_at) as seen_at
    from raw.fetches
    where sha256 is not null
    group by sha256
),

-- where a claim begins and ends: reading history again finds the same days
turns as (
    select fetches.sha256
    from raw.fetches as fetches
    join evidence.folded_claims as claims
        on claims.source_id = fetches.source_id
        and claims.scope = fetches.scope
        and fetches.started_at in (claims.first_seen_at, claims.superseded_at, claims.in_doubt_since_at)
),

newest as (
    select arg_max(sha256, started_at) as sha256
    from raw.fetches
    where outcome in ({", ".join(f"'{each}'" for each in sorted(CONFIRMING))})
    group by source_id, scope, url
),

needed as (
    select snapshot_sha256 as sha256 from evidence.folded_claims
    union
    select snapshot_sha256 from raw.doubts
    union
    select snapshot_sha256 from raw.documents where outcome != 'read'
    union
    select sha256 from turns
    union
    select sha256 from newest
)

select sha256
from last_seen
anti join needed using (sha256)
where seen_at < (select as_of from quality.build) - to_days(?)
order by sha256
"""
"""The bodies that nothing leads to, no claim that stands and none that is over, and that nobody has seen lately."""


def _snapshots(home: Home, days: int) -> Iterator[Due]:
    """Bodies nobody cites, in the warehouse or in an edition that is kept. One the warehouse does not know of stays.

    None where an edition of a store is not brought: what it cites is not known here.
    """
    snapshots = Snapshots.of(home)
    with database.opened(home.warehouse, read_only=True) as connection:
        uncited = {sha256 for (sha256,) in connection.execute(_UNCITED, [days]).fetchall()}
    for edition in [folder for folder, _ in _published(home)] if home.is_copy else _visible(home.editions):
        if not uncited or (home.is_copy and not (edition / "manifest.json").exists()):
            return
        with database.opened(edition / "almanac.duckdb", read_only=True) as connection:
            cited = connection.sql("select distinct snapshot_sha256 from evidence.folded_claims").fetchall()
            uncited -= {sha256 for (sha256,) in cited}
    for sha256 in sorted(uncited):
        path = snapshots.path(sha256)
        if sha256 in snapshots:
            size = path.stat().st_size if path.exists() else 0
            yield Due("snapshot", sha256, size, partial(path.unlink, missing_ok=True), [path])


def _leftovers(home: Home) -> Iterator[Due]:
    """What nights that died were writing: nothing leads to it."""
    folders = [home.editions / ".building", *home.editions.glob(".going.*")]
    for folder in filter(Path.exists, folders):
        yield Due("leftover", _within(home, folder), _bytes(folder), partial(shutil.rmtree, folder))
    files = [
        *home.root.glob(".latest.*"),
        *home.root.glob(".*.part"),
        *home.root.glob("*/.*.part"),
        *home.root.glob("*/*/.*.part"),
        *home.observations.glob("*/*/.*.part"),
    ]
    for file in sorted(files):
        yield Due("leftover", _within(home, file), file.lstat().st_size, file.unlink)


def _visible(folder: Path) -> list[Path]:
    """The folders in a folder that are not hidden, in order."""
    if not folder.exists():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _bytes(folder: Path) -> int:
    """What removing a folder frees: its files that have no other name."""
    return sum(stat.st_size for path in folder.rglob("*") if (stat := path.lstat()).st_nlink == 1 and not path.is_dir())


def _within(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()
