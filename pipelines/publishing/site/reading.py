"""The JSON documents of one edition, read from its folder: all that pages are made of.

Belongs here: where a document lies and how it is loaded. Does not: what it says (`pipelines.publishing.documents`) or
how it is shown. Fractions are read as their digits, so that no amount passes through a binary float.
"""

import json
from collections.abc import Collection, Iterator
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

    def pair(self, a: str, b: str, *, sides: Collection[str] = ("a", "b")) -> Document:
        """What is shown of a pair: its document with those `sides` alone, and of its statements the sentences.

        A side is the same in every pair of an edition, and what a sentence rests on is for those who compute; the two
        are most of a pair's bytes, and are not read for nothing. A key of the document's own begins with an unescaped
        quotation mark, which no text inside a value can hold.
        """
        text = (self.folder / f"compare/{a}/{b}.json").read_bytes()
        before, _, rest = text.partition(b',"verdict":')
        _, _, both = before.partition(b',"a":{')
        of_a, _, of_b = both.partition(b',"b":{')
        shown: Document = json.loads(_without_numbers(b'{"verdict":' + rest), parse_float=str)
        for letter, side in (("a", of_a), ("b", of_b)):
            if letter in sides:
                shown[letter] = json.loads(b"{" + side, parse_float=str)
        return shown

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


COUNTED = b"score_results"
"""The rule whose number a page prints outside of its sentence."""


def _without_numbers(text: bytes) -> bytes:
    """The text of statements without their claims, and without their numbers but for the one that pages count by."""
    first, *others = text.split(b',"numbers":')
    kept = [first]
    for each in others:
        numbers, _, claims = each.partition(b',"claim_ids":[')
        rule_id = kept[-1].rpartition(b'"rule_id":"')[2].partition(b'"')[0]
        counted = b',"numbers":' + numbers if rule_id == COUNTED else b""
        kept.append(counted + claims.partition(b"]")[2])
    return b"".join(kept)
