"""What an answer may carry: the right type, a size we can hold, a body that arrived whole.

Pure: headers and chunks in, bytes or a refusal out. What the bytes mean is the parser's business.
"""

import zlib
from collections.abc import Iterable, Iterator

from sources.contract import Media

PIECE = 1 << 16
"""Bytes held at a time while a body is read or inflated."""

ACCEPT: dict[Media, str] = {
    "json": "application/json",
    "yaml": "application/yaml, text/yaml, text/plain;q=0.9",
    "markdown": "text/markdown, text/plain;q=0.9",
    "html": "text/html, application/xhtml+xml;q=0.9",
    "csv": "text/csv, text/plain;q=0.9",
    "zip": "application/zip, application/octet-stream;q=0.9",
    "gzip": "application/gzip, application/x-gzip, application/octet-stream;q=0.9",
}
"""The ``Accept`` header by media; some documentation sites answer Markdown only to those who ask for it."""

_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS


class TooLarge(Exception):
    """A body over the cap, on the wire or inflated."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes")


class Broken(Exception):
    """A body that did not arrive whole, and why: one sentence."""


class WrongType(Exception):
    """An answer of another kind than the one asked for: one sentence."""


def refuse_type(media: Media, content_type: str, host: str) -> None:
    """Raise `WrongType` unless a ``Content-Type`` can carry `media`; one that is absent is left to the parser."""
    kind = content_type.partition(";")[0].strip().lower()
    octets = kind == "application/octet-stream"
    if media == "html":
        fits = kind in ("text/html", "application/xhtml+xml")
    elif media == "json":
        fits = kind in ("application/json", "text/json", "text/plain") or kind.endswith("+json")
        fits = fits or (octets and host == "raw.githubusercontent.com")
    elif media == "zip":
        fits = octets or kind in ("application/zip", "application/x-zip-compressed")
    elif media == "gzip":
        fits = octets or kind in ("application/gzip", "application/x-gzip")
    else:
        fits = octets or kind in ("application/x-yaml", "application/yaml", "application/csv")
        fits = fits or (kind.startswith("text/") and kind != "text/html")
    if kind and not fits:
        raise WrongType(f"the answer is {kind[:80]!r} where {media} was due")


def whole(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body behind `chunks`, inflated as its ``Content-Encoding`` says, with memory bounded by `limit`.

    Raises `TooLarge` over the limit (counted on the wire and inflated), `Broken` when a compressed body ends early or
    is damaged, `WrongType` for an encoding that was not asked for.
    """
    received = _capped(chunks, limit)
    match encoding.strip().lower():
        case "" | "identity":
            pieces = received
        case "gzip" | "x-gzip" | "deflate":
            pieces = _capped(_inflated(received), limit)
        case other:
            raise WrongType(f"the answer is encoded as {other[:40]!r}, which was not asked for")
    return b"".join(pieces)


def _capped(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise TooLarge(limit)
        yield piece


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip or zlib members in a row hold, a `PIECE` at a time, however much a few bytes inflate to."""
    member = zlib.decompressobj(_ZLIB_OR_GZIP)
    begun = False
    try:
        for chunk in chunks:
            begun = begun or bool(chunk)
            while chunk:
                if member.eof:
                    member = zlib.decompressobj(_ZLIB_OR_GZIP)
                yield member.decompress(chunk, PIECE)
                chunk = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error:
        raise Broken("the compressed body is damaged") from None
    if begun and not member.eof:
        raise Broken("the compressed body ends early")
