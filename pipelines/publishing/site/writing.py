"""How a page gets onto the disk: written where it is new, linked to the previous edition's file where it is as it was.

Belongs here: files. Does not: what is in them. The folder written to is nobody's yet (the edition is moved into place
whole), so nothing here needs to survive a crash; a file that is shared with an older edition is never written to.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Written:
    """What came of some pages."""

    written: int = 0
    kept: int = 0
    bytes: int = 0
    largest: int = 0
    largest_path: str = ""

    def __iadd__(self, other: "Written") -> "Written":
        self.written += other.written
        self.kept += other.kept
        self.bytes += other.bytes
        if other.largest > self.largest:
            self.largest, self.largest_path = other.largest, other.largest_path
        return self


@dataclass
class Folder:
    """The site's folder, and that of the previous edition's site where there is one."""

    path: Path
    previous: Path | None = None
    told: Written = field(default_factory=Written)
    _made: set[Path] = field(default_factory=set)

    def put(self, path: str, content: str | bytes) -> None:
        body = content.encode() if isinstance(content, str) else content
        target = self._target(path)
        self._count(path, len(body))
        if self.previous is not None and _holds(self.previous / path, body):
            with suppress(FileExistsError):  # a process that ended too soon may have been here
                link(self.previous / path, target)
            self.told.kept += 1
        else:
            target.write_bytes(body)
            self.told.written += 1

    def keep(self, paths: Sequence[str]) -> bool:
        """Let the previous edition's files serve, whose maker knows them to be what would be written; all or none.

        False where one is not there, or the disk cannot link.
        """
        if self.previous is None:
            return False
        linked: list[Path] = []
        try:
            for path in paths:
                target = self._target(path)
                os.link(self.previous / path, target)
                linked.append(target)
        except OSError:
            for target in linked:
                target.unlink()  # what is written to it later would be written to the older edition
            return False
        for path, target in zip(paths, linked, strict=True):
            self._count(path, target.stat().st_size)
        self.told.kept += len(linked)
        return True

    def _count(self, path: str, size: int) -> None:
        if path.endswith(".html") and size > self.told.largest:
            self.told.largest, self.told.largest_path = size, path
        self.told.bytes += size

    def share(self, path: str, original: Path) -> None:
        """The same file under the site's own roof, without a second copy of its bytes where the disk allows it."""
        link(original, self._target(path))

    def keep_unchanged(self, path: str) -> None:
        """Something else wrote this file: let the previous edition's serve where it is the same and can be linked."""
        target = self.path / path
        if self.previous is not None and _holds(self.previous / path, target.read_bytes()):
            beside = target.with_name(f".{target.name}")
            with suppress(OSError):
                os.link(self.previous / path, beside)
                os.replace(beside, target)

    def _target(self, path: str) -> Path:
        target = self.path / path
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        return target


def link(original: str | Path, target: str | Path) -> None:
    """One more name for a file; a copy of it where the disk cannot do that. FileExistsError where the name is taken."""
    try:
        os.link(original, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(original, target)


def files(folder: Path) -> Iterator[Path]:
    """What is handed out; a name with a dot before it is for the next edition alone."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False
