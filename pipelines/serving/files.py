"""One file of an edition as an answer: its type, whether it changed, a part of it, and compressed where that pays.

Belongs here: what HTTP says of a file. Does not: which file it is (`editions`), or who may have it (`guarding`).
"""

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from email.utils import formatdate, parsedate_to_datetime
from pathlib import PurePosixPath

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from pipelines.serving.editions import File

TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".sha256": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
}
COMPRESSED = frozenset({".atom", ".css", ".csv", ".html", ".ics", ".js", ".json", ".md", ".svg", ".txt", ".xml"})

LEAST_COMPRESSED = 1_000
"""Bytes below which compressing a file saves no packet."""
MOST_COMPRESSED = 32_000_000
"""Bytes beyond which a file is sent as it is, from the disk, so that it is never whole in memory."""
LEVEL = 5
SENT_AT_ONCE = 256_000
"""Bytes up to which a file is read in one go; a larger one is sent piece by piece, as fast as it is taken."""

FOR_EVER = "max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""Keep it, but ask whether it is still so."""

_PART = re.compile(r"\s*(\d{1,18})?-(\d{1,18})?\s*", re.ASCII)
_ACCEPTS_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?\s*(?=,|$)", re.I)


class Piecewise(StreamingResponse):
    """What is held in memory already, sent as fast as it is taken, so that no copy of it waits in a connection."""

    def __init__(self, whole: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(_pieces(whole), headers={**headers, "content-length": str(len(whole))})


class Compressor:
    """Compresses texts, two at a time beside what else is served, and keeps what it made last."""

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[tuple[int, ...], bytes] = OrderedDict()
        self._held = 0
        self._at_once = asyncio.Semaphore(2)

    async def file(self, file: File) -> bytes:
        # The pages an edition shares with the one before are the same file: they are compressed once.
        key = (file.about.st_dev, file.about.st_ino, file.about.st_mtime_ns, file.about.st_size)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        async with self._at_once:
            made = await asyncio.to_thread(_compressed_file, file.path)
        if key not in self._kept and len(made) <= self.most_bytes // 8:
            self._kept[key] = made
            self._held += len(made)
            while self._held > self.most_bytes:
                self._held -= len(self._kept.popitem(last=False)[1])
        return made

    async def text(self, content: bytes) -> bytes:
        async with self._at_once:
            return await asyncio.to_thread(gzip.compress, content, LEVEL)


async def answer(request: Request, file: File, compressor: Compressor, caching: str) -> Response:
    """The file, a part of it, or that it is as whoever asks has it already."""
    suffix = PurePosixPath(file.path).suffix
    size = file.about.st_size
    may_compress = suffix in COMPRESSED and LEAST_COMPRESSED <= size <= MOST_COMPRESSED
    parts = _parts(request.headers.get("range", ""))
    compresses = may_compress and not parts and accepts_gzip(request.headers)
    tag = f"{file.about.st_mtime_ns:x}-{size:x}"
    headers = {
        "content-type": TYPES.get(suffix, "application/octet-stream"),
        "etag": f'"{tag}-gzip"' if compresses else f'"{tag}"',
        "last-modified": formatdate(file.about.st_mtime, usegmt=True),
        "cache-control": caching,
        "accept-ranges": "bytes",
    }
    if may_compress:
        headers["vary"] = "Accept-Encoding"
    if _is_held(request.headers, tag, int(file.about.st_mtime)):
        return Response(status_code=304, headers=headers)
    if compresses:
        whole = await compressor.file(file)
        way = Response if len(whole) <= SENT_AT_ONCE else Piecewise
        return way(whole, headers={**headers, "content-encoding": "gzip"})
    begin, end = _ends(parts, size)
    is_same = request.headers.get("if-range", headers["etag"]) in (headers["etag"], headers["last-modified"])
    if 0 < end - begin <= SENT_AT_ONCE and (is_same or not parts):
        with open(file.path, "rb") as opened:
            opened.seek(begin)
            some = opened.read(end - begin)
        if not parts:
            return Response(some, headers=headers)
        return Response(some, 206, {**headers, "content-range": f"bytes {begin}-{end - 1}/{size}"})
    # A range of another unit, or none that reads, is no range: the whole file is the answer.
    request.scope["headers"] = [each for each in request.scope["headers"] if parts or each[0] != b"range"]
    return FileResponse(file.path, headers=headers, stat_result=file.about)


async def _pieces(whole: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), SENT_AT_ONCE):
        yield whole[start : start + SENT_AT_ONCE]


def accepts_gzip(headers: Headers) -> bool:
    return bool(_ACCEPTS_GZIP.search(headers.get("accept-encoding", "")))


def _parts(asked: str) -> list[re.Match[str]]:
    """The parts a Range header asks for; none where it does not read."""
    unit, _, named = asked.partition("=")
    parts = [_PART.fullmatch(each) for each in named.split(",")] if unit.strip().lower() == "bytes" else []
    read = [each for each in parts if each and any(each.groups())]
    return read if len(read) == len(parts) else []


def _ends(parts: list[re.Match[str]], size: int) -> tuple[int, int]:
    """Where what is asked for begins and ends; nothing where it is several parts."""
    if len(parts) != 1:
        return 0, 0 if parts else size
    first, last = parts[0].groups()
    if first is None:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _is_held(headers: Headers, tag: str, modified: int) -> bool:
    """Whether the request names the file as it is; a tag, where there is one, decides alone."""
    if held := headers.get("if-none-match"):
        known = {each.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for each in held.split(",")}
        return tag in known or "*" in known
    try:
        return modified <= parsedate_to_datetime(headers.get("if-modified-since", "")).timestamp()
    except (TypeError, ValueError):
        return False


def _compressed_file(path: str) -> bytes:
    with open(path, "rb") as opened:
        return gzip.compress(opened.read(), LEVEL, mtime=0)
