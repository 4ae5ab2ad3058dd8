"""What changed between two editions, in words: the same for the terminal, CHANGES.md and the feeds.

Belongs here: a line for a change. Does not: which changes there are, or where the line is shown.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pipelines.wording.amounts import counted, number, rate
from pipelines.wording.phrases import field_words, inert, reason_words, seller

CAUSES = {
    "price": "the source prints another price",
    "fact": "the source says something else",
    "source": "another source speaks for it now",
    "mapping": "the name stands for something else now",
    "correction": "a correction of ours: the document is the same",
    "derived": "it follows from other facts",
}
"""Cause of a changed value → in words."""

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
    "disagrees": "a source says something else",
}

UNITS = {"mtok": "million tokens", "1k_requests": "thousand requests", "mchar": "million characters"}


def count_words(counts: Mapping[str, int]) -> str:
    """``69 prices changed, 15 models appeared, …``; what did not happen is not said."""
    said = [f"{counted(count, noun)} {verb}" for name, noun, verb in KINDS if (count := counts.get(name, 0))]
    return ", ".join(said) or "nothing changed but the days of review"


KINDS = (
    ("prices", "price", "changed"),
    ("prices_appeared", "price", "of offers that stand appeared"),
    ("prices_gone", "price", "of offers that stand gone"),
    ("facts", "fact", "changed"),
    ("models_appeared", "model", "appeared"),
    ("models_gone", "model", "gone"),
    ("offers_appeared", "offer", "appeared"),
    ("offers_gone", "offer", "gone"),
    ("gaps_opened", "gap", "opened"),
    ("gaps_closed", "gap", "closed"),
    ("conflicts_settled", "conflict", "settled"),
    ("conflicts_arisen", "conflict", "arisen"),
)
"""Part of an account of changes, its noun and verb, in the order they are told."""


def price_words(change: Mapping[str, Any]) -> str:
    """``GPT-5 at OpenAI, input per million tokens: $1.25 → $1 (20% lower)``."""
    amounts = [
        "none" if amount is None else rate(Decimal(amount), change["currency"])
        for amount in (change["old_amount"], change["new_amount"])
    ]
    terms = f" ({inert(change['condition'].replace(';', ','))})" if change["condition"] else ""
    unit = UNITS.get(change["unit"], change["unit"])
    what = f"{change['meter'].replace('_', ' ')} per {unit}{terms}"
    return f"{offer_words(change)}, {inert(what)}: {' → '.join(amounts)}{_by_how_much(change['ratio'])}"


def offer_words(offer: Mapping[str, Any]) -> str:
    """``GPT-5 at OpenAI``, with the gateway it is bought through."""
    return f"{inert(offer['model_name'])} at {seller(offer['provider_name'], offer['via'])}"


def fact_words(change: Mapping[str, Any]) -> str:
    """``GPT-5, shutdown: unknown → 2026-12-01``."""
    values = ["unknown" if value is None else inert(value) for value in (change["old_value"], change["new_value"])]
    return f"{inert(change['model_name'])}, {field_words(change['field'])}: {' → '.join(values)}"


def model_words(model: Mapping[str, Any]) -> str:
    """A model's name with what kind of product it is, and where its id leads where it is gone."""
    kind = f" ({inert(model['product_type'].replace('_', ' '))})" if model["product_type"] else ""
    return f"{inert(model['name'])}{kind}" + (f", now {inert(model['redirects_to'])}" if model["redirects_to"] else "")


def gap_words(gap: Mapping[str, Any]) -> str:
    """``gpt-5, parameters: not published``."""
    return f"{inert(gap['subject_id'])}, {inert(field_words(gap['field']))}: {reason_words(gap['reason'])}"


def conflict_words(conflict: Mapping[str, Any]) -> str:
    """``gpt-5, context tokens: openai_models says 400000, models_dev said 272000``."""
    ours = f"{conflict['chosen_source_id']} says {inert(conflict['chosen_value'])}"
    theirs = f"{conflict['rival_source_id']} {inert(conflict['rival_value'])}"
    return f"{inert(conflict['subject_id'])}, {inert(field_words(conflict['field']))}: {ours}, {theirs}"


def _by_how_much(ratio: Decimal | None) -> str:
    if ratio is None or ratio == 0:
        return ""
    if ratio >= 2:
        return f" ({number(Decimal(ratio).quantize(Decimal('0.1')))} times as much)"
    percent = abs(1 - Decimal(ratio)) * 100
    shown = "under 1" if percent < 1 else f"{percent:.0f}"
    return f" ({shown}% {'higher' if ratio > 1 else 'lower'})"
