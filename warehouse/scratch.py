"""Folders in the temporary folder that go with whoever works in them, or a day after it was killed.

Belongs here: taking such a folder, and removing those nobody holds. Does not: what is kept in one.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "almanac-"
"""How the name of every such folder begins."""

LEFT_AFTER = 24 * 60 * 60
"""A folder of so many seconds that no process holds was left by one that was killed."""


@contextmanager
def folder(kind: str) -> Iterator[Path]:
    """A folder of one's own, its name beginning with its kind; those that killed processes left behind go."""
    for left in Path(gettempdir()).glob(f"{PREFIX}{kind}-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER:
                with _held(left):
                    rmtree(left)
    with TemporaryDirectory(prefix=f"{PREFIX}{kind}-", ignore_cleanup_errors=True) as made, _held(Path(made)):
        yield Path(made)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A folder that nobody else holds meanwhile. OSError where somebody does, or it is gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
