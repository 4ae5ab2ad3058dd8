"""Archives held in memory: the wanted files of a zip or a gzipped tar as name → bytes, or a refusal.

Nothing is ever written to disk. Inflating stops at a limit however little the archive weighs, and one that is damaged,
cut short or names a path outside itself is refused whole. What the files mean is not its business.
"""

import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

from sources.contract import Refused

MOST_MEMBERS = 20_000
MOST_BYTES = 256 << 20
"""What one archive may inflate to, the files nobody asked for included."""

_PIECE = 1 << 16


def zip_files(
    body: bytes, wanted: str, *, most_members: int = MOST_MEMBERS, most_bytes: int = MOST_BYTES
) -> Mapping[str, bytes]:
    """The files of a zip whose whole path matches the pattern `wanted`, in the archive's order."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            _bound("members", len(members), most_members)
            # Deflate is inflated no further than it is asked for, so the declared sizes bound the whole.
            _bound("bytes", sum(member.file_size for member in members), most_bytes)
            for member in members:
                _stays_inside(member.filename)
                if member.is_dir() or not re.fullmatch(wanted, member.filename):
                    continue
                if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 1:
                    raise Refused("a member that is a link, or encrypted", place=member.filename)
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Refused("a member that is not deflated", place=member.filename)
                with archive.open(member) as content:
                    _keep(found, member.filename, content.read(member.file_size + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Refused("the body is not the zip it should be", place=str(error), value=ascii(body[:20])) from None
    return found


def tar_files(
    body: bytes, wanted: str, *, most_members: int = MOST_MEMBERS, most_bytes: int = MOST_BYTES
) -> Mapping[str, bytes]:
    """The files of a gzipped tar whose whole path matches the pattern `wanted`, in the archive's order.

    A repository's archive may hold links among the files nobody asked for; a wanted one must be a plain file.
    """
    found: dict[str, bytes] = {}
    try:
        inflated = _Bounded(body, most_bytes)
        with tarfile.open(fileobj=inflated, mode="r|") as archive:
            for count, member in enumerate(archive, 1):
                _bound("members", count, most_members)
                _stays_inside(member.name)
                if member.isdir() or not re.fullmatch(wanted, member.name):
                    continue
                content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
                if content is None:
                    raise Refused("a member that is no plain file", place=member.name)
                _keep(found, member.name, content.read())
        # The checksum stands behind the tar's end; an archive that stops before it did not arrive whole.
        while inflated.read():
            pass
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Refused(
            "the body is not the gzipped tar it should be", place=str(error), value=ascii(body[:20])
        ) from None
    return found


class _Bounded(gzip.GzipFile):
    """A gzip body read as a stream that is refused once it has inflated to more than a limit."""

    def __init__(self, body: bytes, limit: int) -> None:
        super().__init__(fileobj=io.BytesIO(body))
        self._limit, self._inflated = limit, 0

    def read(self, size: int | None = _PIECE) -> bytes:
        piece = super().read(_PIECE if size is None else size)
        self._inflated += len(piece)
        _bound("bytes", self._inflated, self._limit)
        return piece


def _bound(what: str, count: int, most: int) -> None:
    if count > most:
        raise Refused(f"an archive of more than {most} {what}", value=count)


def _stays_inside(name: str) -> None:
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name[:2]:
        raise Refused("a path that leaves the archive", place=ascii(name))


def _keep(found: dict[str, bytes], name: str, content: bytes) -> None:
    if name in found:
        raise Refused("two members of one name", place=name)
    found[name] = content
