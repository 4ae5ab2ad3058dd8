"""The one file of thresholds and rules, ``reference/rules.yaml``, as SQL and pages read it.

Belongs here: reading that file, taking its templates apart, the macro `threshold`. Does not: which signals two models
give (``sql/mart/comparison_statements.sql``), or how a number is said (``sql/wording.sql``).
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from warehouse import yaml_files

RULES = Path(__file__).parent / "reference" / "rules.yaml"

SET_BY = {"published_pairs": "ALMANAC_PAIRS", "paired_models": "ALMANAC_PAIRED_MODELS"}
"""Threshold → the environment variable that sets it for an installation."""

FORMS = ("words", "counted", "saved", "times", "apart")
"""How a place may be said; the last three weigh two places."""

_WEIGHING = FORMS[2:]
_OF_SIGNAL = ("names", "first_names", "count")
_PLACE = re.compile(r"\{(?P<name>[a-z_]+)(?:,(?P<other>[a-z_]+))?(?::(?P<form>[a-z]+)(?: (?P<noun>[a-z ]+))?)?\}")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Threshold:
    """One number that decides something."""

    name: str
    value: Decimal
    unit: str
    meaning: str


@dataclass(frozen=True)
class Rule:
    """One kind of statement: the signal it speaks at, for whom, and in which words."""

    rule_id: str
    section: str
    position: int
    about: str
    signal: str
    is_once: bool
    unless: list[str]
    needs: str
    for_whom: str | None
    question: str | None
    sentence: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """Words of a template and the place behind them.

    part        ``sentence`` or ``question``; ``basis`` for what is needed and not printed
    form        one of `FORMS`; ``text`` for words alone; ``if`` and ``else`` for words that hang on the place
    whose       ``x``, ``y``, ``pair`` or ``signal``: where the place's fact is looked up; `fact` is its name there
    is_item     whether the fact is one of several, told apart by their number (a workload, a result)
    is_optional whether the statement stands without it
    is_first    whether the place is met for the first time in its rule
    """

    rule_id: str
    part: str
    number: int
    text: str
    form: str
    name: str | None = None
    whose: str | None = None
    fact: str | None = None
    other_whose: str | None = None
    other_fact: str | None = None
    noun: str | None = None
    is_item: bool = False
    is_optional: bool = False
    is_first: bool = False


@cache
def read() -> Mapping[str, Any]:
    """The file as it stands."""
    loaded = yaml_files.read(RULES)
    assert isinstance(loaded, dict)
    return loaded


def declared_thresholds(*groups: str) -> list[Threshold]:
    """Every threshold of some of the file's groups, of all of them without one named, in the order of the file."""
    return [
        Threshold(each["name"], Decimal(each["value"]), each["unit"], each["meaning"])
        for group in groups or ("thresholds", "price_gate")
        for each in read()[group]
    ]


def thresholds() -> list[Threshold]:
    """Every threshold as this installation has it: the environment may set those of `SET_BY`.

    ValueError where it says no whole number from one up.
    """
    return [replace(each, value=_asked(each)) for each in declared_thresholds()]


def _asked(threshold: Threshold) -> Decimal:
    variable = SET_BY.get(threshold.name, "")
    asked = os.environ.get(variable, "")
    if asked and not re.fullmatch("[1-9][0-9]{0,8}", asked):
        what = {"published_pairs": "how many pairs are published", "paired_models": "how many models are paired"}
        raise ValueError(f"{variable} is {asked!r}; {what[threshold.name]} is a whole number from 1 up")
    return Decimal(asked) if asked else threshold.value


def rules() -> list[Rule]:
    """Every rule, in the order in which they are said."""
    return [
        Rule(
            rule_id=each["id"],
            section=section["section"],
            position=position,
            about=each.get("about", "both"),
            signal=each["when"],
            is_once=each.get("once", False),
            unless=each.get("unless", []),
            needs=each["needs"],
            for_whom=each.get("for_whom"),
            question=each.get("question"),
            sentence=each["sentence"],
            rests_on=tuple(each.get("rests_on", ())),
        )
        for section in read()["sections"]
        for position, each in enumerate(section["rules"], start=1)
    ]


def pieces(rule: Rule) -> list[Piece]:
    """A rule's templates taken apart. ValueError where one types a figure or names a form there is none of."""
    found = [
        *_taken_apart(rule, "sentence", rule.sentence),
        *_taken_apart(rule, "question", rule.question or ""),
        *(_piece(rule, "basis", "", name.rstrip("?"), optional=name.endswith("?")) for name in rule.rests_on),
    ]
    told: list[Piece] = []
    for number, piece in enumerate(found):
        is_first = piece.name is not None and piece.name not in {each.name for each in told}
        told.append(replace(piece, number=number, is_first=is_first))
    return told


def _taken_apart(rule: Rule, part: str, template: str) -> Iterator[Piece]:
    for place, segment in enumerate(_BRACKETS.split(template)):
        # every other segment of the split stood in brackets
        if place % 2 == 0:
            yield from _pieces(rule, part, segment)
            continue
        words, _, otherwise = segment.partition("|")
        inner = list(_pieces(rule, part, words, optional=True))
        hinge = next((each for each in inner if each.name is not None), None)
        if hinge is None:
            raise ValueError(f"brackets without a place in {rule.rule_id}: {template!r}")
        for each in inner:
            yield each if each.name is not None else replace(hinge, text=each.text, form="if")
        if otherwise:
            yield replace(hinge, text=_text(rule, otherwise), form="else")


def _pieces(rule: Rule, part: str, segment: str, *, optional: bool = False) -> Iterator[Piece]:
    end = 0
    for place in _PLACE.finditer(segment):
        form = place["form"] or "words"
        if (
            form not in FORMS
            or (form in _WEIGHING) != (place["other"] is not None)
            or (form == "counted") != (place["noun"] is not None)
        ):
            raise ValueError(f"{place[0]} of {rule.rule_id} is no place of a template")
        text = _text(rule, segment[end : place.start()])
        piece = _piece(rule, part, text, place["name"], optional=optional)
        if place["other"]:
            whose, fact = _looked_up(rule, place["other"])
            piece = replace(piece, other_whose=whose, other_fact=fact)
        yield replace(piece, form=form, noun=place["noun"])
        end = place.end()
    if end < len(segment):
        yield Piece(rule.rule_id, part, 0, _text(rule, segment[end:]), "text", is_optional=optional)


def _piece(rule: Rule, part: str, text: str, name: str, *, optional: bool) -> Piece:
    whose, fact = _looked_up(rule, name)
    is_item = fact.startswith("each_")
    form = "basis" if part == "basis" else "words"
    return Piece(rule.rule_id, part, 0, text, form, name, whose, fact, is_item=is_item, is_optional=optional)


def _looked_up(rule: Rule, name: str) -> tuple[str, str]:
    if name in _OF_SIGNAL:
        return "signal", name
    if name.endswith(("_x", "_y")):
        return name[-1], name[:-2]
    return ("x" if rule.about == "one" else "pair"), name


def _text(rule: Rule, words: str) -> str:
    if re.search(r"[0-9{}\[\]|]", words):
        raise ValueError(f"a figure or a broken place in {rule.rule_id}: {words!r}")
    return words


def advantages() -> list[dict[str, Any]]:
    """Signal and words of every way to be ahead, in the order in which they are named."""
    return [
        {"signal": each["signal"], "words": each["words"], "position": place}
        for place, each in enumerate(read()["advantages"], start=1)
    ]


def asked_pairs_macro() -> str:
    """The macro ``asked_pairs()``: pairs published because people ask for them. ValueError names one out of order."""
    for a, b in read()["asked_pairs"]:
        if a >= b:
            raise ValueError(f"the pair {a}, {b} is not in the order of its ids")
    pairs = ", ".join(f"('{a}', '{b}')" for a, b in read()["asked_pairs"])
    return f"create macro asked_pairs() as table select * from (values {pairs}) as pairs (model_a_id, model_b_id)"


def threshold_macro() -> str:
    """The macro ``threshold('name')``: a constant once a query is planned, so that reading one costs nothing."""
    cases = "\n".join(f"        when '{each.name}' then {each.value}" for each in thresholds())
    return (
        "create macro threshold(wanted) as\n    case wanted\n"
        f"{cases}\n        else error('there is no threshold ' || wanted)\n    end"
    )
