"""A document before it is edited, and which of its facts hang on which amount in its text.

What hangs on an amount is found by trying: another amount is written in its place, and the keys whose values moved are
the ones. That needs no knowledge of the page, and holds for prices in tables, sentences, scripts and data alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from random import Random

from bench.drift.readings import Crashed, Key, Reading, read
from sources.contract import Document, Refused, Source


@dataclass(frozen=True)
class Original:
    """One document as it was recorded or written, with its reading. `put` makes a document of an edited text."""

    source: Source
    media: str
    text: str
    reading: Reading
    put: Callable[[str], Document]
    random: Random

    def hanging(self, text: str) -> "Hanging | None":
        """What hangs on the part in which `text` differs; None where the edited text is
        refused, says the same, or says it of something else."""
        try:
            moved = read(self.source, self.put(text))
        except (Refused, Crashed):
            return None
        keys = frozenset(
            key for key, values in self.reading.values.items() if moved.values.get(key, frozenset()) != values
        )
        # What is gone with the number did not have it for a value: it bounds a condition, or is part of a name.
        if not keys or not keys <= moved.values.keys():
            return None
        return Hanging(
            keys,
            {key: self.reading.values[key] & moved.values.get(key, frozenset()) for key in keys},
            # A value that is said twice stays beside the new one.
            {key: (self.reading.values[key] - moved.values[key]) or self.reading.values[key] for key in keys},
        )

    def guessed(self, number: str) -> "Hanging | None":
        """The prices that may hang on a number, by its digits: for a page that says a price twice and refuses one that
        contradicts the other. Whatever the original says of them may still be said."""
        digits = significant(number)
        keys = [key for key in self.reading.prices if digits in map(significant, self.reading.values[key])]
        values = {key: self.reading.values[key] for key in keys}
        return Hanging(frozenset(keys), values, guessed=True) if keys else None

    def row(self, keys: Iterable[Key]) -> frozenset[Key]:
        """The keys that are read in the same rows as these, themselves included."""
        chosen = frozenset(keys)
        rows = {row for key in chosen for row in self.reading.rows.get(key, frozenset())}
        return chosen | {key for key, places in self.reading.rows.items() if places & rows}

    def about(self, keys: Iterable[Key]) -> frozenset[Key]:
        """The keys about the same subjects at the same hosts as these."""
        chosen = {(key.subject, key.host) for key in keys}
        return frozenset(key for key in self.reading.values if (key.subject, key.host) in chosen)


@dataclass(frozen=True)
class Hanging:
    """Keys whose values move with one part of a text; what of them is `said_elsewhere` too, what only `here`."""

    keys: frozenset[Key]
    said_elsewhere: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    here: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    guessed: bool = False

    def unsaid(self) -> dict[Key, frozenset[str]]:
        """The truth where the part is gone."""
        return {key: self.said_elsewhere.get(key, frozenset()) for key in self.keys}

    def scaled(self, before: Decimal, after: Decimal) -> dict[Key, frozenset[str]]:
        """The truth where an amount is another one."""
        return {
            key: self.said_elsewhere.get(key, frozenset())
            | {times(value, after, before) for value in self.here.get(key, frozenset())}
            for key in self.keys
        }


def times(value: str, after: Decimal, before: Decimal) -> str:
    """A value whose printed amount was `before` as it is where `after` is printed; as it is where it is no number."""
    try:
        return f"{Decimal(value) * after / before:f}"
    except (InvalidOperation, ZeroDivisionError):
        return value


def significant(number: str) -> str:
    """The digits of a number without the zeros around them, which a unit moves."""
    return re.sub(r"\D", "", number).strip("0")


def bumped(number: str) -> str:
    """The nearest other amount of the same spelling: ``0.15`` → ``0.16``, ``$9`` → ``$8``."""
    last = max(position for position, char in enumerate(number) if char.isdigit())
    return f"{number[:last]}{'8' if number[last] == '9' else int(number[last]) + 1}{number[last + 1 :]}"
