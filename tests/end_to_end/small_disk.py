"""A disk of a few megabytes for one process: what is written there fits, or does not.

Belongs here: mounting it. Does not: what happens on it.
"""

import ctypes
import os
from pathlib import Path

NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
READ_ONLY, REMOUNT, RECURSIVE, PRIVATE = 0x1, 0x20, 0x4000, 0x40000


def small_disk(folder: Path, megabytes: float) -> None:
    """Mount a disk of that size at `folder`, for this process and its children alone. OSError where nobody may."""
    if os.geteuid() == 0:
        _called("unshare", NEW_MOUNTS)
    else:
        user, group = os.geteuid(), os.getegid()
        _called("unshare", NEW_MOUNTS | NEW_USERS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _called("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    _called("mount", b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={int(megabytes * 1024)}k".encode())


def read_only(folder: Path, *, is_so: bool) -> None:
    """Whether the small disk at `folder` takes no writing."""
    _called("mount", b"none", bytes(folder), None, REMOUNT | (READ_ONLY if is_so else 0), None)


def grown(folder: Path, megabytes: float) -> None:
    """Give the small disk at `folder` another size."""
    _called("mount", b"none", bytes(folder), None, REMOUNT, f"size={int(megabytes * 1024)}k".encode())


def _called(name: str, *given: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*given) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
