"""Our own directory of labs and providers: names, kinds, homepages and pricing pages, each as a claim like any other.

The spellings under which sources print them, and the currency a seller prices in, are not claims but reference data:
they are read where names are resolved and prices judged.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sources.contract import DIRECTORY_FIELDS, Document, Observation, Packaged, Refused, Source
from sources.readers.structured import exact_yaml

FOLDER = Path(__file__).resolve().parents[2] / "warehouse" / "reference"
LISTS = {"labs": ("lab", "lab_id"), "providers": ("provider", "provider_id")}
NO_CLAIMS = frozenset({"aliases", "spelled_in", "currency"})


def parse(document: Document) -> Iterator[Observation]:
    try:
        loaded = exact_yaml(document.text)
    except ValueError as error:
        raise Refused("the directory is not YAML", value=error) from None
    if not isinstance(loaded, dict) or len(set(loaded) & set(LISTS)) != 1:
        raise Refused("a directory is one list, of labs or of providers", value=document.text[:60])
    reviewed_on = _day(loaded)
    (listed,) = set(loaded) & set(LISTS)
    head, key = LISTS[listed]
    for entry in loaded[listed]:
        yield from _entry(dict(entry), head, key, reviewed_on)


def _entry(entry: dict[str, Any], head: str, key: str, reviewed_on: date) -> Iterator[Observation]:
    subject = str(entry.pop(key))
    for name in sorted(entry):
        if name in NO_CLAIMS:
            continue
        if name not in DIRECTORY_FIELDS:
            raise Refused("a directory entry with an unknown field", place=subject, value=name)
        printed = str(entry[name])
        yield Observation(
            subject, f"{head}/{name}", printed, printed, f"{head}s > {subject} > {name}", reviewed_on=reviewed_on
        )


def _day(loaded: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(loaded.get("reviewed_on")))
    except ValueError:
        raise Refused(
            "a directory says on which day it was reviewed", place="reviewed_on", value=loaded.get("reviewed_on")
        ) from None


def entries(document: Document) -> Iterator[str]:
    """Every lab or provider of the list."""
    loaded = exact_yaml(document.text)
    for listed, (head, key) in LISTS.items():
        yield from (f"{head}s > {entry[key]}" for entry in loaded.get(listed, ()))


def packaged() -> Iterator[Packaged]:
    for name in LISTS:
        path = FOLDER / f"{name}.yaml"
        yield Packaged(f"almanac:reference/{path.name}", path.read_bytes(), checked_on=None)


SOURCE = Source(
    id="directory",
    publisher="almanac",
    kind="reference",
    authority="curated",
    media="yaml",
    terms_url="https://www.apache.org/licenses/LICENSE-2.0",
    licence="Apache-2.0; facts",
    review_every_days=90,
    rows=(1, 1000),
    parse=parse,
    offers=entries,
    packaged=packaged,
)
