"""The one file of thresholds and rules, ``reference/rules.yaml``, as SQL and pages read it.

Belongs here: reading that file, taking its templates apart, the macro `threshold`. Does not: what a rule finds in the
tables (``sql/mart/comparison_statements.sql``), or how a number is said (``sql/wording.sql``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).parent / "reference" / "rules.yaml"

FORMS = ("words", "number", "tokens", "money", "rate", "counted", "list", "saved", "times")
"""How a place of a template is said; `rendered` in ``sql/wording.sql`` knows each."""

_PLACE = re.compile(r"\{(?P<name>[a-z_]+)(?:,(?P<other>[a-z_]+))?(?::(?P<form>[a-z]+)(?: (?P<noun>[a-z ]+))?)?\}")
_SPLIT = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Threshold:
    """One number that decides something."""

    name: str
    value: Decimal
    unit: str
    meaning: str


@dataclass(frozen=True)
class Piece:
    """Words of a template and the place behind them; `need` is the place without which the piece is left out."""

    text: str
    form: str = ""
    name: str | None = None
    other: str | None = None
    noun: str | None = None
    need: str | None = None


@dataclass(frozen=True)
class Rule:
    """One kind of statement: when it speaks, for whom, and in which words."""

    rule_id: str
    section: str
    position: int
    about: str
    needs: str
    for_whom: str | None
    question: str | None
    sentence: str


def read() -> Mapping[str, Any]:
    """The file as it stands."""
    loaded = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def thresholds() -> list[Threshold]:
    """Every threshold, in the order of the file."""
    return [
        Threshold(each["name"], Decimal(each["value"]), each["unit"], each["meaning"]) for each in read()["thresholds"]
    ]


def rules() -> list[Rule]:
    """Every rule, in the order in which they are said. ValueError names a template that is none."""
    told = [
        Rule(
            each["id"],
            section["section"],
            position,
            each["about"],
            each["needs"],
            each.get("for_whom"),
            each.get("question"),
            each["sentence"],
        )
        for section in read()["sections"]
        for position, each in enumerate(section["rules"], start=1)
    ]
    for rule in told:
        pieces(rule.sentence)
        pieces(rule.question or "")
    return told


def pieces(template: str) -> list[Piece]:
    """A template taken apart. ValueError where it types a figure, or names a form there is none of."""
    found = []
    for place, part in enumerate(_SPLIT.split(template)):
        # every other part of the split stood in brackets
        found += list(_pieces(part, template, optional=place % 2 == 1))
    return found


def _pieces(part: str, template: str, *, optional: bool) -> Iterator[Piece]:
    first = _PLACE.search(part)
    if optional and first is None:
        raise ValueError(f"brackets without a place in {template!r}")
    need = first["name"] if optional and first else None
    end = 0
    for place in _PLACE.finditer(part):
        form = place["form"] or "words"
        if form not in FORMS or (form in ("saved", "times")) != bool(place["other"]) or (form == "counted") != bool(place["noun"]):
            raise ValueError(f"{place[0]} is no place of a template: {template!r}")
        yield Piece(_text(part[end : place.start()], template), form, place["name"], place["other"], place["noun"], need)
        end = place.end()
    if end < len(part):
        yield Piece(_text(part[end:], template), need=need)


def _text(words: str, template: str) -> str:
    if re.search(r"[0-9{}\[\]]", words):
        raise ValueError(f"a figure or a broken place outside of a place: {template!r}")
    return words


def threshold_macro() -> str:
    """The macro ``threshold('name')``: a constant when a query is planned, so that reading one costs no query anything."""
    cases = "\n".join(f"        when '{each.name}' then {each.value}" for each in thresholds())
    return (
        "create macro threshold(wanted) as\n    case wanted\n"
        f"{cases}\n        else error('there is no threshold ' || wanted)\n    end"
    )
