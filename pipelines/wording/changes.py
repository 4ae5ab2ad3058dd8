"""What changed between two editions, in words: the same for the terminal, CHANGES.md and the feeds.

Belongs here: a line for a change. Does not: which changes there are, or where the line is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.wording.amounts import counted, number, rate
from pipelines.wording.facts import (
    condition_words,
    conflict_field_words,
    gap_reason_words,
    meter_words,
    said_words,
    unit_words,
)
from pipelines.wording.phrases import field_words, inert, seller

CAUSES = {
    "price": "the source prints another price",
    "fact": "the source says something else",
    "source": "another source speaks for it now",
    "mapping": "the name stands for something else now",
    "correction": "a correction of ours: the document is the same",
    "derived": "it follows from other facts",
    "day": "the day that was announced has come",
}
"""Cause of a changed value → in words."""

ARRIVED, LEFT = "a source we rest on says it now", "no source we rest on says it now"
"""The causes that lie with sources, in words, of a value there was none of before, and of one there is none of now."""

COMINGS = {
    "source": "first said by a source",
    "mapping": "a name stands for it now",
    "correction": "a correction of ours: the document was held before",
}
GOINGS = {"source": "no source says it any more", "mapping": "the name stands for something else now"}

SETTLED = {
    "rival_withdrew": "the rival no longer says so",
    "chosen_changed": "what we hold has changed",
    "read_otherwise": "one of the two is read or resolved otherwise",
}


def price_words(change: Mapping[str, Any]) -> str:
    """``GPT-5 at OpenAI, input per million tokens: $1.25 → $1 (20% lower)``."""
    amounts = [
        "none" if amount is None else rate(Decimal(amount), change["currency"])
        for amount in (change["old_amount"], change["new_amount"])
    ]
    terms = f" ({condition_words(change['condition'])})" if change["condition"] else ""
    what = f"{meter_words(change['meter'])} {unit_words(change['unit'])}{terms}"
    return f"{offer_words(change)}, {inert(what)}: {' → '.join(amounts)}{_by_how_much(change['ratio'])}"


def offer_words(offer: Mapping[str, Any]) -> str:
    """``GPT-5 at OpenAI``, with the gateway it is bought through."""
    return f"{inert(offer['model_name'])} at {seller(offer['provider_name'], offer['via'])}"


def fact_words(change: Mapping[str, Any]) -> str:
    """``GPT-5, shutdown: unknown → 2026-12-01``."""
    values = [
        "unknown" if value is None else said_words(change["field"], value)
        for value in (change["old_value"], change["new_value"])
    ]
    return f"{inert(change['model_name'])}, {field_words(change['field'])}: {' → '.join(values)}"


def model_words(model: Mapping[str, Any]) -> str:
    """A model's name with what kind of product it is, and where its id leads where it is gone."""
    kind = f" ({inert(model['product_type'].replace('_', ' '))})" if model["product_type"] else ""
    return f"{inert(model['name'])}{kind}" + (f", now {inert(model['redirects_to'])}" if model["redirects_to"] else "")


def gap_words(gap: Mapping[str, Any]) -> str:
    """``gpt-5, parameters: not published``."""
    why = gap_reason_words(gap["field"], gap["reason"])
    return f"{inert(gap['subject_id'])}, {inert(field_words(gap['field']))}: {why}"


def conflict_words(conflict: Mapping[str, Any]) -> str:
    """``gpt-5, context tokens: openai_models says 400,000, models_dev 272,000``."""
    field = conflict["field"]
    ours = f"{conflict['chosen_source_id']} says {said_words(field, conflict['chosen_value'])}"
    theirs = f"{conflict['rival_source_id']} {said_words(field, conflict['rival_value'])}"
    return f"{inert(conflict['subject_id'])}, {inert(conflict_field_words(field))}: {ours}, {theirs}"


def cause_words(change: Mapping[str, Any]) -> str:
    """Why a price or a fact is not what it was."""
    old, new = (change.get(f"{when}_amount", change.get(f"{when}_value")) for when in ("old", "new"))
    if change["cause"] in ("price", "fact", "source") and None in (old, new):
        return LEFT if new is None else ARRIVED
    return CAUSES[change["cause"]]


def coming_words(change: Mapping[str, Any]) -> str:
    """Why a model or an offer is there now."""
    return COMINGS[change["cause"]]


def going_words(change: Mapping[str, Any]) -> str:
    """Why a model or an offer is there no more."""
    return GOINGS[change["cause"]]


def settling_words(change: Mapping[str, Any]) -> str:
    """How a conflict ended."""
    return SETTLED[change["how"]]


@dataclass(frozen=True)
class Kind:
    """One list of an account of changes: how it is called and counted, what a line of it says, and the words for why.

    reason  nothing where the list says all
    """

    name: str
    title: str
    noun: str
    verb: str
    words: Callable[[Mapping[str, Any]], str]
    reason: Callable[[Mapping[str, Any]], str] | None = None

    def why(self, change: Mapping[str, Any]) -> str:
        return self.reason(change).capitalize() if self.reason else ""


KINDS = (
    Kind("prices", "Prices changed", "price", "changed", price_words, cause_words),
    Kind("facts", "Facts changed", "fact", "changed", fact_words, cause_words),
    Kind("models_appeared", "Models that appeared", "model", "appeared", model_words, coming_words),
    Kind("models_gone", "Models that are gone", "model", "gone", model_words, going_words),
    Kind("offers_appeared", "Offers that appeared", "offer", "appeared", offer_words, coming_words),
    Kind("offers_gone", "Offers that are gone", "offer", "gone", offer_words, going_words),
    Kind(
        "prices_appeared", "Prices new to standing offers", "price", "new to standing offers", price_words, cause_words
    ),
    Kind(
        "prices_gone",
        "Prices gone from standing offers",
        "price",
        "gone from standing offers",
        price_words,
        cause_words,
    ),
    Kind("gaps_closed", "Gaps closed", "gap", "closed", gap_words),
    Kind("gaps_opened", "Gaps opened", "gap", "opened", gap_words),
    Kind("conflicts_settled", "Conflicts settled", "conflict", "settled", conflict_words, settling_words),
    Kind("conflicts_arisen", "Conflicts that arose", "conflict", "arisen", conflict_words),
)
"""Every list of an account of changes, the most telling first."""


def count_words(counts: Mapping[str, int]) -> str:
    """``69 prices changed, 15 models appeared, …``; what did not happen is not said."""
    said = [f"{counted(counts[kind.name], kind.noun)} {kind.verb}" for kind in KINDS if counts[kind.name]]
    return ", ".join(said) or "nothing but days of review"


def _by_how_much(ratio: Decimal | None) -> str:
    if ratio is None or ratio == 0:
        return ""
    if ratio >= 2:
        return f" ({number(Decimal(ratio).quantize(Decimal('0.1')))} times as much)"
    percent = abs(1 - Decimal(ratio)) * 100
    shown = "under 1" if percent < 1 else f"{percent:.0f}"
    return f" ({shown}% {'higher' if ratio > 1 else 'lower'})"
