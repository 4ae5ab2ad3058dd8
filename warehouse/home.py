"""Where everything is kept on disk, who may write there, and how a file is put there whole.

Nothing here knows what the files mean.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


class Unusable(Exception):
    """A data folder that cannot serve, and why: one sentence."""


BUSY = "another refresh is at work on"


class Busy(BlockingIOError):
    """Another refresh holds the data folder: one sentence, which begins with `BUSY`."""


@dataclass(frozen=True)
class Home:
    """One data folder: ``ALMANAC_HOME``, else ``data/`` in the checkout; where that is a store, a copy of it."""

    root: Path

    @classmethod
    def named(cls, path: str) -> "Home":
        """The folder at a path; where none is given, as the environment says."""
        return cls(Path(path)) if path else cls.from_environment()

    @classmethod
    def from_environment(cls) -> "Home":
        """As ``ALMANAC_HOME`` says; the folder need not be there yet. `Unusable` where something else has its name."""
        configured = os.environ.get("ALMANAC_HOME", "").strip()
        if "://" in configured:
            from warehouse.storage.address import folder_of  # only for who has a store

            return cls(folder_of(configured))
        root = Path(configured).expanduser().resolve() if configured else PROJECT / "data"
        if root.exists() and not root.is_dir():
            raise Unusable(
                f"{'ALMANAC_HOME names' if configured else 'there is'} {root}, which is a file and no folder"
            )
        return cls(root)

    @property
    def mark(self) -> Path:
        """Says which object store this folder is a copy of; in a data folder of its own there is none."""
        return self.root / "store.json"

    @property
    def is_copy(self) -> bool:
        """Whether an object store has the data, and this folder is what one machine works on (`warehouse.storage`)."""
        return self.mark.exists()

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def published(self) -> Path:
        """The model ids that were ever published, each with names it stood for."""
        return self.root / "published" / "models.jsonl"

    @property
    def observations(self) -> Path:
        return self.root / "observations"

    @property
    def addresses(self) -> Path:
        """Addresses that documents name, each source's with what they were found in: a memory, made again when lost."""
        return self.root / "addresses"

    @property
    def warehouse(self) -> Path:
        """The file analysts open. Never written in place: see `work_file`."""
        return self.root / "warehouse" / "almanac.duckdb"

    @property
    def work_file(self) -> Path:
        """The file the night builds, moved over `warehouse` when every check has passed."""
        return self.root / "warehouse" / "building" / "almanac.duckdb"

    @property
    def editions(self) -> Path:
        return self.root / "editions"

    @property
    def latest(self) -> Path:
        """A link to the newest complete edition, moved last."""
        return self.root / "latest"

    @property
    def freshness(self) -> Path:
        """When everything in the newest edition was last confirmed."""
        return self.root / "freshness.json"

    @property
    def shards(self) -> Path:
        """What workers are asked to do and what they hand over, until the night has taken it (`evidence.handed`)."""
        return self.root / "shards"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def written(self) -> tuple[Path, ...]:
        """The folders a refresh writes to."""
        return (
            self.ledger,
            self.snapshots,
            self.published.parent,
            self.observations,
            self.addresses,
            self.warehouse.parent,
            self.work_file.parent,
            self.editions,
            self.dagster,
        )

    @property
    def lock(self) -> Path:
        """Held by the one refresh that may write."""
        return self.root / "refresh.lock"


def refuse_unwritable(home: Home) -> None:
    """Raise `Unusable` where the data folder cannot be made, or it or a folder of it cannot be written."""
    try:
        home.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"the data folder {home.root} cannot be made: {error.strerror}") from None
    for folder in (home.root, *home.written):
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
            raise Unusable(f"nothing can be written to {folder}")


def refuse_full(home: Home) -> None:
    """Raise `Unusable` where the disk has no room for the file that a night builds beside the published one."""
    needed = home.warehouse.stat().st_size if home.warehouse.exists() else 0
    free = shutil.disk_usage(home.root).free
    if free < needed:
        raise Unusable(
            f"the disk of {home.root} has {free / 10**6:,.1f} MB left and a night needs {needed / 10**6:,.1f};"
            " free some space (`almanac tidy` removes what need not be kept) and run the refresh again"
        )


_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())
"""The data folders this very run holds: the command line takes the lock before it imports what the run needs."""


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the one lock a writing refresh needs (a crash lets go of it); whoever holds it already goes on holding it.

    Of a copy of a store the store's lease as well, and what the store has is brought first and sent at the end. `Busy`
    when another holds it, `Unusable` where nothing can be written or the store does not answer.
    """
    if home.root in _held.get():
        yield
        return
    refuse_unwritable(home)
    try:
        handle = open(home.lock, "w", encoding="utf-8")  # noqa: SIM115  (closed below; only opening it may fail so)
    except OSError as error:
        raise Unusable(f"the lock {home.lock} cannot be opened: {error.strerror}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{BUSY} {home.root}; it holds {home.lock}") from None
        before = _held.set(_held.get() | {home.root})
        try:
            with _of_the_store(home):
                yield
        finally:
            _held.reset(before)
            fcntl.flock(handle, fcntl.LOCK_UN)


def _of_the_store(home: Home) -> AbstractContextManager[None]:
    """What a copy of a store needs for as long as it is written to; nothing where the folder is the data folder."""
    if not home.is_copy:
        return nullcontext()
    from warehouse.storage.copy import held  # only for who has a store

    return held(home)


def bytes_below(folder: str | Path) -> int:
    """The size of every file in a folder and those in it; an edition has ten thousand."""
    with os.scandir(folder) as entries:
        return sum(
            bytes_below(entry.path)
            if entry.is_dir(follow_symlinks=False)
            else entry.stat(follow_symlinks=False).st_size
            for entry in entries
        )


def put(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even across a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # processes of two containers may have one number
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with open(beside, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)  # on a full disk what is half there is in the way
        raise


def whole_lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file that only grows, one a line; a last line that a dying run left torn is skipped.

    `Unusable` names any other line that is no object.
    """
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.endswith("\n"):
                try:
                    found = json.loads(line)
                except ValueError:
                    found = None
                if not isinstance(found, dict):
                    raise Unusable(
                        f"line {number} of {path} is damaged; put the file back from a backup, or take that line out,"
                        " which forgets what it said"
                    )
                yield found


def append_lines(path: Path, added: Iterable[Mapping[str, Any]]) -> None:
    """Let a file of JSON lines grow, and wait for the disk. A torn last line goes, lest the next grow into it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as handle:
        handle.seek(0)
        handle.truncate(handle.read().rfind(b"\n") + 1)
        handle.write("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in added).encode())
        handle.flush()
        os.fsync(handle.fileno())
