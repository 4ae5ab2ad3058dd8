"""Which pages of the edition before still hold: those whose documents show the same, found without making a page.

Belongs here: what a page is made from, side by side with what it was made from. Does not: what is on a page (`pages`,
`pair_pages`). Whatever is in doubt does not stand, and is made; a page made again that turns out the same is shared all
the same (`writing`).
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipelines.publishing.site.links import Known, page
from pipelines.publishing.site.pages import pages_of_group
from pipelines.publishing.site.reading import Document, Documents, listed

_HOURS = re.compile(rb'("last_(?:ok|attempt)_at":"[0-9-]{10})T[^"]*"')


class Standing:
    """An edition's documents beside those of the edition before, which the same code made pages of."""

    def __init__(self, documents: Documents, before: Documents, known: Known, known_before: Known) -> None:
        self.documents, self.before = documents, before
        now, then = documents.catalogue, before.catalogue
        self.is_comparable = now["workloads"] == then["workloads"]
        self.is_same_day = now["as_of"][:10] == then["as_of"][:10]
        self.rows, self.rows_before = ({each["id"]: each for each in of["models"]} for of in (now, then))
        self.moved = frozenset(
            each for kind in known.ids for each in known.ids[kind] ^ known_before.ids.get(kind, frozenset())
        )
        self.linked = _mentions(self.moved)
        self.repriced = _mentions(
            each
            for each in self.rows.keys() | self.rows_before.keys()
            if self.rows.get(each, {}).get("costs") != self.rows_before.get(each, {}).get("costs")
        )
        self.groups = {kind: (_by_id(documents, kind), _by_id(before, kind)) for kind in ("labs", "families")}

    def pages(self, kind: str, identifier: Any) -> list[str] | None:
        """The paths of the pages about a thing, where all of them stand; else None."""
        if not self.is_comparable:
            return None
        if kind in self.groups:
            return self._of_group(kind, identifier)
        name = (
            f"compare/{identifier[0]}/{identifier[1]}" if kind == "pairs" else page(kind, identifier)[: -len(".html")]
        )
        shown = _shown(self.documents.folder / f"{name}.json", kind)
        if shown is None or shown != _shown(self.before.folder / f"{name}.json", kind):
            return None
        if self.linked and self.linked.search(shown):
            return None
        if kind == "models" and not (self._is_undated(shown) and b'"redirects":[]' in shown):
            return None
        if kind == "benchmarks" and self.repriced and self.repriced.search(shown):
            return None
        return [f"{name}.html", *self._beside(name)]

    def told_of(self, model_id: str) -> tuple[list[Document], str]:
        """The changes and the first day of a model, whose document says nothing new."""
        text = (self.documents.folder / f"{page('models', model_id).removesuffix('html')}json").read_bytes()
        _, _, changes = text.partition(b',"changes":[')
        _, _, first_seen = text.rpartition(b'"first_seen_on":"')
        return listed(b"[" + changes.partition(b'],"results":[')[0] + b"]"), first_seen[:10].decode()

    def _of_group(self, kind: str, identifier: str) -> list[str] | None:
        now, then = (groups.get(identifier) for groups in self.groups[kind])
        if now is None or now != then or not self.moved.isdisjoint(_ids(now)):
            return None
        if any(self.rows.get(each) != self.rows_before.get(each) for each in now["models"]):
            return None
        return pages_of_group(kind, identifier, sum(each in self.rows for each in now["models"]))

    def _is_undated(self, shown: bytes) -> bool:
        """A chart of prices ends on the day of its edition."""
        return self.is_same_day or b'"history":[]' in shown

    def _beside(self, name: str) -> Iterator[str]:
        """Further pages of the same thing."""
        try:
            held = sorted(os.listdir(self.before.folder / "site" / name))
        except FileNotFoundError:
            return iter(())
        return (f"{name}/{each}" for each in held if each.endswith(".html"))


def _shown(path: Path, kind: str) -> bytes | None:
    """What a document says, without what no page shows of it: its instant, a pair's rank, the hours of readings.

    None where there is none, or where it is not compact: its keys are then not to be found.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    _, found, dated = text.partition(b'"as_of":"')
    shown = dated.partition(b'"')[2]
    if not found:
        return None
    if kind == "pairs":
        said, _, ranked = shown.rpartition(b',"rank":')
        return said + ranked.partition(b',"last_reviewed_on":')[2]
    if kind in ("providers", "benchmarks"):
        said, _, sources = shown.rpartition(b',"sources":[')
        return said + _HOURS.sub(rb'\1"', sources)
    return shown


def _mentions(ids: Iterable[str]) -> re.Pattern[bytes] | None:
    """What finds any of these ids in a document; None where there are none."""
    found = sorted(set(ids))
    return re.compile(b'"id":"(?:' + b"|".join(re.escape(each.encode()) for each in found) + b')"') if found else None


def _by_id(documents: Documents, kind: str) -> dict[str, Document]:
    return {each["id"]: each for each in documents.rows(f"{kind}.json", kind)}


def _ids(group: Document) -> Iterator[str]:
    yield from group["models"]
    for many in ("providers", "families"):
        yield from (each["id"] for each in group.get(many, ()))
    if lab := group.get("lab"):
        yield lab["id"]
