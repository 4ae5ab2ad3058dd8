"""Phrases made of a few of the warehouse's words: who sells, which traffic, why something is not known.

Belongs here: phrases every reader of the warehouse is given alike. Does not: sentences about a pair, which are rows of
the warehouse, or where a phrase is shown.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from pipelines.wording.amounts import number

Row: TypeAlias = dict[str, Any]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

REASONS = {
    "free": "free of charge",
    "plan": "in plans only",
    "dynamic": "priced dynamically",
    "non_token_unit": "not priced by the token",
    "other_currency": "in another currency",
    "unconfirmed": "none confirmed",
    "quarantined": "held back",
    "ambiguous": "sources disagree",
}
"""Reasons of gaps whose own word says too little inside a cell."""

UNCOSTED = {
    "context_too_short": "does not fit",
    "prompt_too_long": "does not fit",
    "answer_too_short": "does not fit",
    "long_prompts_unsaid": "not said",
}
"""Why an offer has no cost of a workload (``mart.uncosted_offers``), inside a cell."""


def left_out_words(sellers: Iterable[str]) -> str:
    """Who is left out of a workload's costs for ``long_prompts_unsaid``, and why."""
    why = "a single price says nothing of prompts this long, for which the tariff behind it asks another"
    return f"left out: {listed(dict.fromkeys(sellers))} ({why})"


def inert(words: str) -> str:
    """A source's words on one line, with everything a terminal might obey made visible as a replacement character."""
    line = " ".join(words.split())
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def listed(values: Iterable[object]) -> str:
    return ", ".join(inert(str(each)) for each in values) or "none"


def seller(provider: str, via: str | None, *terms: str | None) -> str:
    """Who sells, through which gateway, on which terms (variant, number format, region)."""
    told = ", ".join(term_words(part) for each in terms if each for part in each.split(";"))
    return inert(provider + (f" via {via}" if via else "") + (f" ({told})" if told else ""))


def term_words(term: str) -> str:
    """One term of an offer: ``model of 29 September 2025``, ``effort high``, ``fp8``.

    A date that does not say which of its numbers is what stays as its seller writes it: ``model dated 0309``.
    """
    kind, _, said = term.partition(":")
    if not said:
        return term
    if kind != "dated":
        return f"{kind} {said}"
    if day := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", said):
        return f"model of {int(day[3])} {MONTHS[int(day[2]) - 1]} {day[1]}"
    if month := re.fullmatch(r"(0[1-9]|1[0-2])-(20\d\d)", said):
        return f"model of {MONTHS[int(month[1]) - 1]} {month[2]}"
    return f"model dated {said}"


def workload_words(workload: Row) -> str:
    """``800M input + 250M output tokens a month``, with what is cached and which prices may be used."""
    words = f"{number(workload['input_mtok'])}M input + {number(workload['output_mtok'])}M output tokens a month"
    if workload["cached_share"]:
        words += f", {number(workload['cached_share'] * 100)}% of the input from cache"
    return words + (", batch prices allowed" if workload["service_tier"] == "batch" else "")


def reason_of(gaps: Sequence[Row], field: str) -> str:
    """Why a field is not known, in words; empty where no gap says."""
    return next((reason_words(gap["reason"]) for gap in gaps if gap["field"] == field), "")


def field_words(field: str) -> str:
    """``context tokens``, ``tool use``; what is missing beside scores is their setting, whichever part of it."""
    if field.startswith("benchmark_results/"):
        return "benchmark settings"
    words = re.sub(r"_(on|id)$", "", field.removeprefix("capability/")).replace("_", " ")
    return re.sub(r"^ide\b", "IDE", words).replace("license", "licence")


def reason_words(reason: str) -> str:
    return REASONS.get(reason, reason.replace("_", " "))


def no_cost_words(detail: str | None, reason: str = "") -> str:
    """Why a model has no cost of a workload: the nearest offer's reason, else the gap's, in its own words."""
    if detail:
        return f"no confirmed offer carries it: {inert(detail)}"
    return reason or "no confirmed offer carries it"


def capability_words(capability: str) -> str:
    return "IDE integration" if capability == "ide_integration" else capability.replace("_", " ").capitalize()
