"""The JSON documents of one edition, read from its folder: all that pages are made of.

Belongs here: where a document lies and how it is loaded. Does not: what it says (`pipelines.publishing.documents`) or
how it is shown. Fractions are read as their digits, so that no amount passes through a binary float.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

from msgspec import json

Document: TypeAlias = dict[str, Any]


class Counted(TypedDict, total=False):
    """The one number of a sentence that a page prints outside of it."""

    shared: int


class Said(TypedDict):
    """A statement, without the claims it rests on: those are for who computes."""

    rule_id: str
    sentence: str
    numbers: Counted


class Verdict(TypedDict):
    statements: list[Said]


class Pair(TypedDict):
    """What a page shows of a pair that is not of one side alone."""

    verdict: Verdict
    statements: dict[str, list[Said]]
    faq: list[Document]
    costs: list[Document]
    capabilities: list[Document]
    shared_providers: list[Document]
    shared_results: list[Document]
    continue_comparing: list[Document]
    continue_from: list[str]
    last_reviewed_on: str


class Sides(TypedDict):
    """The two sides of a pair, each the same in every pair of an edition."""

    a: Document
    b: Document


_DOCUMENT = json.Decoder(dict[str, Any], float_hook=str)
_PAIR = json.Decoder(Pair, float_hook=str)
_SIDES = json.Decoder(Sides, float_hook=str)
_LIST = json.Decoder(list[Document], float_hook=str)


def listed(text: bytes) -> list[Document]:
    """A list cut out of a document."""
    return _LIST.decode(text)


@dataclass(frozen=True)
class Documents:
    """The documents under one edition's folder."""

    folder: Path

    def one(self, path: str) -> Document:
        """The document at a path such as ``models/gpt-5.json``."""
        return _DOCUMENT.decode((self.folder / path).read_bytes())

    def held(self, path: str) -> Document | None:
        return self.one(path) if (self.folder / path).is_file() else None

    def rows(self, path: str, key: str) -> list[Document]:
        """One list of a document; empty where the edition has no such document."""
        return list((self.held(path) or {}).get(key, []))

    def ids(self, kind: str) -> list[str]:
        """Ids of the documents of a kind, sorted: their files' names."""
        return sorted(path.name.removesuffix(".json") for path in (self.folder / kind).glob("*.json"))

    def pair(self, a: str, b: str) -> Pair:
        """What is shown of a pair; what is not, most of its bytes, is passed over and never made into objects."""
        return _PAIR.decode(self._pair(a, b))

    def sides(self, a: str, b: str) -> Sides:
        return _SIDES.decode(self._pair(a, b))

    def _pair(self, a: str, b: str) -> bytes:
        return (self.folder / f"compare/{a}/{b}.json").read_bytes()

    @cached_property
    def catalogue(self) -> Document:
        return self.one("catalogue.json")

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The published pairs that lie there, sorted."""
        return sorted(
            (path.parent.name, path.name.removesuffix(".json")) for path in (self.folder / "compare").glob("*/*.json")
        )

    def every(self, kind: str) -> Iterator[Document]:
        return (self.one(f"{kind}/{each}.json") for each in self.ids(kind))
