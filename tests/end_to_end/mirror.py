"""A small world on loopback: documents by address, as a mirror serves them, and everything that can be wrong with one.

Belongs here: what is answered. Does not: how an answer goes over the wire (`tests.loopback`), what is made of it.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sources.contract import Media
from tests.loopback import (
    Answer,
    Mirror,
    cut_short,
    drip,
    hang_up,
    page,
    redirect,
    serving,
    silence,
    status,
)

CONTENT_TYPES: Mapping[Media, str] = {
    "json": "application/json",
    "yaml": "text/yaml; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "gzip": "application/x-gzip",
}
CHALLENGE = b"<html><body><h1>Just a moment...</h1></body></html>"


@dataclass(frozen=True)
class Page:
    """A document as the mirror holds it."""

    url: str
    body: bytes
    media: Media

    @property
    def kind(self) -> str:
        return CONTENT_TYPES[self.media]


def healthy(held: Page) -> Answer:
    """The document compressed, with an ETag; nothing but a 304 to whoever holds it."""
    tag = f'"{hashlib.sha256(held.body).hexdigest()[:32]}"'
    return page(gzip.compress(held.body, 1, mtime=0), held.kind, Content_Encoding="gzip", ETag=tag)


def untagged(held: Page) -> Answer:
    return page(held.body, held.kind)


def scrambled(body: bytes) -> bytes:
    """As many bytes, up to a few thousand, that are no text."""
    return bytes((byte * 7 + 141) % 256 for byte in body[:4096])


@cache
def gigabyte() -> bytes:
    """A megabyte that inflates to a gigabyte: many members in a row, as gzip allows."""
    return gzip.compress(bytes(16 << 20), mtime=0) * 64


def gzip_bomb(held: Page) -> Answer:
    return page(gigabyte(), held.kind, Content_Encoding="gzip")


FAULTS: Mapping[str, Callable[[Page], Answer]] = {
    "404": lambda _: status(404),
    "429": lambda _: status(429, Retry_After="0"),
    "500": lambda _: status(500),
    "503": lambda _: status(503, Retry_After="0"),
    "timeout": lambda _: silence,
    "slow": lambda held: drip(f"HTTP/1.1 200 OK\r\nContent-Type: {held.kind}\r\n\r\n".encode()),
    "reset": lambda _: hang_up,
    "truncate": lambda held: cut_short(held.body[: len(held.body) // 2], len(held.body), held.kind),
    "empty": lambda held: page(b"", held.kind),
    "html": lambda _: page(CHALLENGE, CONTENT_TYPES["html"]),
    "garbage": lambda held: page(scrambled(held.body), held.kind),
    "gzip_bomb": gzip_bomb,
    "redirect_loop": lambda held: redirect(held.url),
    "redirect_private": lambda _: redirect("http://169.254.169.254/latest/meta-data/"),
    "no_etag": untagged,
}
"""What a source can answer instead of its document, by the name of what is wrong. What is not here is a 404."""


class World:
    """What the mirror serves now; both documents and faults may move while it runs."""

    def __init__(self, mirror: Mirror, pages: Mapping[str, Page]) -> None:
        self.mirror, self.pages = mirror, dict(pages)

    @property
    def url(self) -> str:
        return self.mirror.url

    def says(self, url: str, body: bytes) -> None:
        """From now on the address holds this body."""
        self.pages[url] = Page(url, body, self.pages[url].media)
        self.answers(url, healthy(self.pages[url]))

    def fails(self, url: str, fault: str) -> None:
        """From now on the address answers with one of `FAULTS`."""
        self.answers(url, FAULTS[fault](self.pages[url]))

    def answers(self, url: str, answer: Answer) -> None:
        self.mirror.answers[url] = [answer]

    def heals(self) -> None:
        """Every address answers with its document."""
        for held in self.pages.values():
            self.answers(held.url, healthy(held))


@contextmanager
def mirrored(pages: Mapping[str, Page]) -> Iterator[World]:
    """A running mirror of these documents; everything else, robots.txt too, is a 404."""
    with serving({}) as mirror:
        world = World(mirror, pages)
        world.heals()
        yield world
