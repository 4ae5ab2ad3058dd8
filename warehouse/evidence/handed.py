"""What workers and the night hand each other, by name: in the data folder, or in the store it is a copy of.

A worker has no lock and touches no file that another writes: what it is answered and what it reads lie in a folder of
its own (`Bench`), and are handed over under names that say what a file holds, or that nobody else has. The night, which
has the lock, takes what was handed over into the ledger.

Belongs here: handing over and fetching. Does not: what is asked of whom (`pipelines.night.shards`).
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse import scratch
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home, put


class Handed:
    """Files by name, relative to the data folder. `Unusable` where the store does not answer."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._store = None
        if home.is_copy:
            from warehouse.storage import copy  # only for who has a store

            self._store = copy.of(home).store

    def put(self, name: str, content: bytes) -> None:
        """Hand a file over, whole or not at all, whatever had its name."""
        if self._store:
            self._store.put(name, content)
        else:
            put(self.home.root / name, content)

    def keep(self, path: Path, name: str) -> None:
        """Hand over a file whose name says what it holds; where it is there it is left as it is."""
        if self._store or not (self.home.root / name).exists():
            self.put(name, path.read_bytes())

    def get(self, name: str) -> bytes:
        """What a file holds. FileNotFoundError where there is none."""
        if not self._store:
            return (self.home.root / name).read_bytes()
        found = self._store.get(name)
        if found is None:
            raise FileNotFoundError(name)
        return found.content

    def names(self, folder: str) -> list[str]:
        """The files below a folder, in order."""
        if self._store:
            return sorted(self._store.listed(folder))
        files = (path for path in (self.home.root / folder).rglob("[!.]*") if path.is_file())
        return sorted(path.relative_to(self.home.root).as_posix() for path in files)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and folders that are empty then."""
        gone = list(names)
        if self._store:
            if gone:
                self._store.remove(gone)
            return
        for name in gone:
            path = self.home.root / name
            path.unlink(missing_ok=True)
            for folder in path.relative_to(self.home.root).parents:
                try:
                    (self.home.root / folder).rmdir()
                except OSError:
                    break


class Bench:
    """A folder in which one worker does one piece of work, gone with it; what comes of it is handed over.

    home       a data folder of its own: evidence is written there as anywhere
    snapshots  its bodies, and those that were handed over by anybody, brought when they are read
    """

    def __init__(self, root: Path, handed: Handed) -> None:
        self.home, self._handed = Home(root), handed
        self.snapshots = Snapshots(self.home.snapshots, self)
        self._there = set[str]()

    def hand_over(self, lines: str) -> None:
        """Hand over what is new: bodies, observations, and last what leads to them, the attempts, under that name."""
        attempts = b"".join(path.read_bytes() for path in sorted(self.home.ledger.glob("*.jsonl")))
        for pattern in ("snapshots/*/*.gz", "observations/*/*/*.parquet", "observations/*/*/*.json"):
            for path in sorted(self.home.root.glob(pattern)):
                name = self._name(path)
                if name not in self._there:
                    self._handed.keep(path, name)
                    self._there.add(name)
        if attempts:
            self._handed.put(lines, attempts)

    def has(self, path: Path) -> bool:
        """Nobody asks before it is brought."""
        return True

    def bring(self, path: Path) -> None:
        """Bring one body; FileNotFoundError where nobody has it."""
        put(path, self._handed.get(self._name(path)))
        self._there.add(self._name(path))

    def forget(self, path: Path) -> None:
        """A body that is damaged is put aside by the night, not by a worker."""

    def _name(self, path: Path) -> str:
        return path.relative_to(self.home.root).as_posix()


@contextmanager
def bench(handed: Handed) -> Iterator[Bench]:
    """A folder for one piece of work."""
    with scratch.folder("shard") as folder:
        yield Bench(folder, handed)


def attempts_of(content: bytes) -> Iterator[dict[str, Any]]:
    """The attempts of lines that were handed over."""
    return (json.loads(line) for line in content.splitlines())
