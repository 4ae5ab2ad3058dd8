"""A disk of a few megabytes that one process and its children see: what is written there fits, or does not.

Belongs here: mounting it, filling it. Does not: what happens on it.
"""

import ctypes
import os
from pathlib import Path

SIZE = 400 << 20

NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
READ_ONLY, REMOUNT, RECURSIVE, PRIVATE = 0x1, 0x20, 0x4000, 0x40000


def small_disk(folder: Path) -> None:
    """Mount a disk of `SIZE` bytes at `folder`. OSError where nobody may."""
    user, group = os.geteuid(), os.getegid()
    _called("unshare", NEW_MOUNTS if user == 0 else NEW_MOUNTS | NEW_USERS)
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _called("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    _called("mount", b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={SIZE}".encode())


def read_only(folder: Path, *, is_so: bool) -> None:
    """Whether the small disk at `folder` takes no writing."""
    _called("mount", b"none", bytes(folder), None, REMOUNT | (READ_ONLY if is_so else 0), None)


def left_on(folder: Path, room: int) -> None:
    """From now on so many bytes are left on the small disk at `folder`."""
    disk = os.statvfs(folder)
    used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
    _called("mount", b"none", bytes(folder), None, REMOUNT, f"size={used + room}".encode())


def _called(name: str, *given: object) -> None:
    flags = [ctypes.c_ulong(each) if isinstance(each, int) and name == "mount" else each for each in given]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
