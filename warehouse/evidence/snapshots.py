"""Bodies, stored once under their SHA-256 and never rewritten. No parsing, no dates."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import Protocol

from warehouse.home import Home, put


class Elsewhere(Protocol):
    """Where bodies lie that are not in the folder yet: the store that it is a copy of."""

    def has(self, path: Path) -> bool: ...

    def bring(self, path: Path) -> None: ...

    def forget(self, path: Path) -> None: ...


class Snapshots:
    """A folder of gzip files named by the SHA-256 of what they hold."""

    def __init__(self, folder: Path, elsewhere: Elsewhere | None = None) -> None:
        self.folder, self._elsewhere = folder, elsewhere

    @classmethod
    def of(cls, home: Home) -> "Snapshots":
        """Those of a data folder; of a copy of a store those of the store as well, brought when they are read."""
        if not home.is_copy:
            return cls(home.snapshots)
        from warehouse.storage import copy  # only for who has a store

        return cls(home.snapshots, copy.of(home))

    def keep(self, body: bytes) -> str:
        """Store a body and return its SHA-256 in hex; a body already stored is left as it is."""
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            put(path, gzip.compress(body, compresslevel=6, mtime=0))
        return sha256

    def read(self, sha256: str) -> bytes:
        """The exact bytes. FileNotFoundError when never stored, ValueError when the file no longer holds them."""
        path = self.path(sha256)
        if self._elsewhere and not path.exists():
            self._elsewhere.bring(path)
        stored = path.read_bytes()
        try:
            body = gzip.decompress(stored)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            body = None
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise ValueError(
                f"snapshot {sha256} on disk does not hold the bytes of its name; put {self.path(sha256)} back from a"
                " backup, else the page is asked for anew"
            )
        return body

    def set_aside(self, sha256: str) -> None:
        """Put a file that does not hold its bytes out of the way, so that the body counts as not stored."""
        path = self.path(sha256)
        os.replace(path, path.with_suffix(".damaged"))
        if self._elsewhere:
            self._elsewhere.forget(path)

    def __contains__(self, sha256: str) -> bool:
        path = self.path(sha256)
        return path.exists() or bool(self._elsewhere and self._elsewhere.has(path))

    def path(self, sha256: str) -> Path:
        """Where a body is stored, or would be."""
        return self.folder / sha256[:2] / f"{sha256}.gz"
