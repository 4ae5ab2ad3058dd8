"""Readings as comparable facts, and the verdict on the reading of an edited document."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from sources.contract import Document, Refused, Source


class Key(NamedTuple):
    """What a value is a value of."""

    subject: str
    host: str
    attribute: str
    condition: str
    unit: str

    @property
    def is_price(self) -> bool:
        return self.attribute.startswith("price/")


@dataclass(frozen=True)
class Reading:
    """All that a source reads in one document: values by key, and for each key the rows it was read in."""

    values: Mapping[Key, frozenset[str]]
    rows: Mapping[Key, frozenset[str]]

    def facts(self) -> set[tuple[Key, str]]:
        return {(key, value) for key, values in self.values.items() for value in values}

    @property
    def prices(self) -> list[Key]:
        return [key for key in self.values if key.is_price]


class Crashed(Exception):
    """A parser ended in something else than a refusal."""


def read(source: Source, document: Document, *, with_rows: bool = False) -> Reading:
    """What is read. Raises `Refused`, or `Crashed` where the parser raises anything else."""
    try:
        seen = source.read(document).observations
        places = sorted(set(source.offers(document)), key=len, reverse=True) if with_rows else []
    except Refused:
        raise
    except Exception as error:
        raise Crashed(f"{type(error).__name__}: {error}") from error
    values: dict[Key, set[str]] = defaultdict(set)
    rows: dict[Key, set[str]] = defaultdict(set)
    known = set(places)
    for each in seen:
        key = Key(each.subject, each.host, each.attribute, each.condition, each.unit)
        values[key].add(each.text)
        if row := _row_of(each.locator, known):
            rows[key].add(row)
    return Reading(
        {key: frozenset(found) for key, found in values.items()}, {key: frozenset(found) for key, found in rows.items()}
    )


def _row_of(locator: str, places: set[str]) -> str:
    """The longest offered place that a locator begins with; ``""`` where there is none."""
    for end in range(len(locator), 0, -1):
        whole_words = end == len(locator) or not (locator[end - 1].isalnum() and locator[end].isalnum())
        if whole_words and locator[:end] in places:
            return locator[:end]
    return ""


@dataclass(frozen=True)
class Edit:
    """One small edit of one document.

    kind      what a maker did
    place     where, for a person to find
    text      the edited text
    touched   the keys that the edit may take away: its cell's, row's or entry's
    truth     touched keys whose value the edit changes, with the values the edited document does print; an empty set
              where it prints none
    restated  values that may stand under another unit or condition of a touched subject and attribute
    added     values that may be read of a subject the original does not have, beside those the original has
    names     subjects the edit adds, each with the subject whose prices its own repeat
    """

    kind: str
    place: str
    text: str
    touched: frozenset[Key] = frozenset()
    truth: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    restated: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """A value that the edited document does not print, and that was read in it all the same."""

    key: Key
    was: str
    now: str


@dataclass(frozen=True)
class Verdict:
    """What one edit cost: untouched prices and facts, how many of them were still read, and what came out wrong."""

    prices: int
    prices_read: int
    facts: int
    facts_read: int
    refused: str = ""
    crashed: bool = False
    changed: tuple[Changed, ...] = ()
    renamed: tuple[str, ...] = ()


def judged(original: Reading, edit: Edit, source: Source, document: Document) -> Verdict:
    """The verdict on reading `document`, which `edit` made of the document that `original` was read in."""
    untouched = {fact for fact in original.facts() if fact[0] not in edit.touched}
    prices = sum(key.is_price for key, _ in untouched)
    try:
        now = read(source, document)
    except Refused as refusal:
        return Verdict(prices, 0, len(untouched), 0, refused=str(refusal))
    except Crashed as crash:
        return Verdict(prices, 0, len(untouched), 0, refused=str(crash), crashed=True)
    kept = untouched & now.facts()
    changed, renamed = _astray(original, edit, now)
    return Verdict(
        prices,
        sum(key.is_price for key, _ in kept),
        len(untouched),
        len(kept),
        changed=tuple(changed),
        renamed=tuple(sorted(renamed)),
    )


VERBATIM = frozenset({"architecture", "name"})
"""Facts that are the printed words themselves: edited words are the new fact."""


def _astray(original: Reading, edit: Edit, now: Reading) -> tuple[list[Changed], set[str]]:
    """Values the edited document does not print, and subjects it does not name."""
    subjects = {key.subject for key in original.values}
    changed: list[Changed] = []
    renamed: set[str] = set()
    for key, values in now.values.items():
        for value in sorted(values):
            was = original.values.get(key, frozenset())
            if key in edit.truth:
                good = key.attribute in VERBATIM or among(value, edit.truth[key])
            elif key in original.values:
                good = value in was or (key in edit.touched and not key.is_price)
            elif not key.is_price:
                continue
            elif key.subject in edit.names:
                model = key._replace(subject=edit.names[key.subject])
                was = original.values.get(model, frozenset())
                good = among(value, was | edit.truth.get(model, frozenset()))
            elif key.subject not in subjects:
                renamed.add(key.subject)
                was = frozenset().union(
                    *(found for each, found in original.values.items() if each.attribute == key.attribute)
                )
                good = among(value, was | edit.restated | edit.added)
            else:
                was = frozenset().union(
                    *(found for each, found in original.values.items() if each in edit.touched and _alike(each, key))
                )
                good = among(value, edit.restated)
            if not good:
                changed.append(Changed(key, " or ".join(sorted(was)[:3]), value))
    return changed, renamed


def _alike(one: Key, other: Key) -> bool:
    return (one.subject, one.attribute) == (other.subject, other.attribute)


def among(value: str, values: Iterable[str]) -> bool:
    """Whether a value is one of these; numbers may differ by what is lost in writing them."""
    if value in values:
        return True
    try:
        number = Decimal(value)
        return any(abs(number - Decimal(each)) <= abs(number) * Decimal("1e-9") for each in values)
    except InvalidOperation:
        return False
