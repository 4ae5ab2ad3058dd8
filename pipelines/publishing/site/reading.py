"""The JSON documents of one edition, read from its folder: all that pages are made of.

Belongs here: where a document lies and how it is loaded. Does not: what it says (`pipelines.publishing.documents`) or
how it is shown. Fractions are read as their digits, so that no amount passes through a binary float.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Documents:
    """The documents under one edition's folder."""

    folder: Path

    def one(self, path: str) -> Document:
        """The document at a path such as ``models/gpt-5.json``."""
        loaded: Document = json.loads((self.folder / path).read_bytes(), parse_float=str)
        return loaded

    def held(self, path: str) -> Document | None:
        return self.one(path) if (self.folder / path).is_file() else None

    def rows(self, path: str, key: str) -> list[Document]:
        """One list of a document; empty where the edition has no such document."""
        return list((self.held(path) or {}).get(key, []))

    def ids(self, kind: str) -> list[str]:
        """Ids of the documents of a kind, sorted: their files' names."""
        return sorted(path.name.removesuffix(".json") for path in (self.folder / kind).glob("*.json"))

    def pair(self, a: str, b: str, *, with_sides: bool = True) -> Document:
        """The document of a pair; without its sides where the caller has them already.

        A side is the same in every pair of an edition and most of a pair's bytes. A key of the document's own begins
        with an unescaped quotation mark, which no text inside a side can hold.
        """
        text = (self.folder / f"compare/{a}/{b}.json").read_bytes()
        _, found, rest = text.partition(b',"verdict":')
        if with_sides or not found:
            rest, found = text, b""
        else:
            found = b'{"verdict":'
        loaded: Document = json.loads(found + rest, parse_float=str)
        return loaded

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
