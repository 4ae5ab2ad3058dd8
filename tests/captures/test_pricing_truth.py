"""Every pricing doc against prices that people read from recorded pages: none may disagree, few may be missing.

The recorded pages and the readings lie beside the checkout and are no part of it; where they are absent nothing runs.
Readers and parsers name the same things differently, so both are reduced to one key before they meet. What a parser
reads beyond the readings, and what it misses, is printed, not judged (run with ``-s``).
"""

import csv
import dataclasses
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest

from sources import registry
from sources.contract import Document, Observation, Source

SHARED = Path(__file__).parents[2].parent / "shared"
READINGS = SHARED / "truth" / "prices_dev.csv"
CAPTURES = SHARED / "captures"
FOUND_AT_LEAST = Decimal("0.95")
"""Of the prices per million tokens that nobody doubts, the share a parser must find."""

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not (READINGS.exists() and CAPTURES.exists()), reason="no recorded pages beside the checkout"),
]

METERS = {
    "session_runtime": "session",
    "audio_minute": "minute",
    "video": "second",
    "output_video": "second",
    "stt": "hour",
}
UNITS = {"1k_calls": "1k_requests", "call": "request"}
TIERS = {"batch", "flex", "priority", "fast"}
WORDS = {"image_size": "size", "resolution": "size", "quality": "size"}


@dataclasses.dataclass(frozen=True)
class Key:
    """What is charged for, in words both sides share. `circumstances` holds "above" or "upto" for a context tier."""

    subject: str
    meter: str
    unit: str
    circumstances: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Price:
    """One price under one key; `bounds` are the context tier's limits where they are known."""

    key: Key
    amount: Decimal
    bounds: frozenset[int]
    words: str
    doubt: str = ""


def _subject(name: str) -> str:
    return " ".join(name.casefold().strip("() ").split())


def _observed(seen: Observation) -> Price:
    meter = seen.attribute.removeprefix("price/")
    currency, _, unit = seen.unit.partition("/")
    circumstances, bounds = set(), set()
    for pair in filter(None, seen.condition.split("; ")):
        key, _, value = pair.partition("=")
        if key in ("context_from", "context_to"):
            circumstances.add("above" if key == "context_from" else "upto")
            bounds.add(int(value))
        elif key == "service_tier":
            circumstances.add(value)
        elif key == "tuning":
            circumstances.add("fine_tuned")
        elif key == "data_sharing":
            circumstances.add("data_sharing")
        elif value == "legacy":
            circumstances.add("legacy")
        elif key not in ("tier_scope", "effective_to"):
            circumstances.add(f"{WORDS.get(key, key)}={value.casefold()}")
    return Price(
        Key(
            _subject(seen.subject),
            METERS.get(meter, meter),
            f"{currency}/{UNITS.get(unit, unit)}",
            frozenset(circumstances),
        ),
        Decimal(seen.text),
        frozenset(bounds),
        f"{seen.subject} {seen.attribute} {seen.condition} {seen.text} {seen.unit} at {seen.locator}",
    )


def _read_by_hand(row: dict[str, str], subjects: Iterable[str]) -> Price:
    meter, circumstances, bounds = row["meter"], set[str](), set[int]()
    if meter.startswith("batch_"):
        meter = meter.removeprefix("batch_")
        circumstances.add("batch")
    if match := re.fullmatch(r"cache_write_(\w+)", meter):
        meter = "cache_write"
        circumstances.add(f"cache_ttl={match[1]}")
    for words in filter(None, row["condition"].split(";")):
        if match := re.fullmatch(r"tier(<=|<|>=|>)(\d+)k", words):
            thousand = int(match[2]) * 1000
            bounds.add({"<=": thousand, "<": thousand - 1, ">=": thousand, ">": thousand + 1}[match[1]])
            circumstances.add("upto" if match[1].startswith("<") else "above")
        elif words in ("short_context", "long_context"):
            circumstances.add("upto" if words == "short_context" else "above")
        elif words in TIERS or "=" not in words:
            circumstances.add(words)
        else:
            key, _, value = words.partition("=")
            circumstances.add(f"{WORDS.get(key, key)}={value.casefold()}")
    names = [_subject(row["printed_model"]), _subject(row["printed_id"])]
    known = set(subjects)
    subject = next((name for name in names if name in known), names[0])
    # A reader names a tool in brackets and at length; the page's own words for it are part of that.
    if row["printed_model"].startswith("("):
        subject = next((name for name in sorted(known, key=len, reverse=True) if name and name in subject), subject)
    return Price(
        Key(
            subject,
            METERS.get(meter, meter),
            f"{row['currency'].lower()}/{UNITS.get(row['unit'], row['unit'])}",
            frozenset(circumstances),
        ),
        Decimal(row["value"]),
        frozenset(bounds),
        f"{row['printed_model']} {row['meter']} {row['condition']} {row['value']} {row['unit']} at {row['locator']}",
        row["doubt"],
    )


def _counterpart(read: Price, observed: dict[Key, list[Price]]) -> list[Price]:
    """The parser's prices under the same key; a page's lower tier may be what the parser gives as the plain price."""
    plain = Key(read.key.subject, read.key.meter, read.key.unit, read.key.circumstances - {"upto"})
    return observed.get(read.key) or observed.get(plain) or []


def _agrees(read: Price, price: Price) -> bool:
    return price.amount == read.amount and (not read.bounds or not price.bounds or price.bounds == read.bounds)


def _pages() -> Iterator[tuple[Source, str, str, list[dict[str, str]]]]:
    if not READINGS.exists():
        return
    sources = {
        _address(url): source
        for source in registry.all_sources().values()
        if source.kind == "pricing_doc"
        for url in source.urls
    }
    with open(READINGS, newline="", encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["file"])
    for file, group in groupby(rows, key=lambda row: row["file"]):
        found = list(group)
        if source := sources.get(_address(found[0]["url"])):
            yield source, found[0]["url"], file, found


def _address(url: str) -> str:
    """A page and its Markdown twin are one place."""
    return url.rstrip("/").removesuffix(".md")


@pytest.mark.parametrize(
    ("source", "url", "file", "rows"),
    [pytest.param(*page, id=f"{page[0].id}-{Path(page[2]).name}") for page in _pages()],
)
def test_no_price_disagrees_with_what_people_read(
    source: Source, url: str, file: str, rows: list[dict[str, str]]
) -> None:
    # A page under its floor may be right to refuse; what it would have said is judged all the same.
    seen = dataclasses.replace(source, rows=(0, 10**9)).read(Document(url, (CAPTURES / file).read_bytes())).observations
    prices = [_observed(each) for each in seen if each.is_price]
    observed: dict[Key, list[Price]] = {}
    for price in prices:
        observed.setdefault(price.key, []).append(price)
    subjects = {price.key.subject for price in prices}
    readings = [_read_by_hand(row, subjects) for row in rows]

    disagree = [
        f"{read.words}  ≠  {price.words}"
        for read in readings
        for price in _counterpart(read, observed)
        if not read.doubt and not any(_agrees(other, price) for other in readings if other.key == read.key)
    ]
    missing = [read for read in readings if not any(_agrees(read, price) for price in _counterpart(read, observed))]
    met = {id(price) for read in readings for price in _counterpart(read, observed)}
    beyond = [price for price in prices if id(price) not in met]
    sure = [read for read in readings if not read.doubt and read.key.unit.endswith("/mtok")]
    lost = [read for read in missing if read in sure]
    print(f"{file}: {len(readings)} read by hand, {len(prices)} by {source.id}")
    print(f"  {len(missing)} missing, {len(beyond)} beyond")
    for read in missing:
        print(f"  missing {read.words}" + (f"  ({read.doubt})" if read.doubt else ""))
    for price in beyond:
        print(f"  beyond  {price.words}")
    assert not disagree
    assert len(sure) - len(lost) >= FOUND_AT_LEAST * len(sure), [read.words for read in lost]
