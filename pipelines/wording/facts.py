"""Facts, prices' terms and scores as a person reads them, the same for pages, documents, the terminal and agents.

Belongs here: one value to its words. Does not: which value, who says it, or where it is shown.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from pipelines.wording.amounts import number
from pipelines.wording.phrases import field_words, inert, listed, reason_words

Row = dict[str, Any]

UNITS = {
    "mtok": "per million tokens",
    "mchar": "per million characters",
    "mpixel": "per million pixels",
    "mtok_hour": "per million tokens and hour",
    "1k_requests": "per 1,000 requests",
    "1k_prompts": "per 1,000 prompts",
}
"""Units whose words are not their own: the rest is ``per <unit>``."""

STATUSES = {
    "priced": "priced",
    "free": "free of charge",
    "plan": "in a subscription",
    "dynamic": "priced by what it is routed to",
    "non_token": "priced by other units than tokens",
    "unpriced": "listed without a price",
}
"""How an offer is priced (``core.offers.price_status``)."""

COMPARABILITY = {
    "comparable": "a gap may rest on it",
    "alone": "nothing else is reported of the same test",
    "superseded": "the same source reports a newer run",
    "several_scores": "several scores are reported of one setting",
    "reporter_unknown": "nobody says who measured it",
    "setting_in_prose": "its setting is told in prose that no rule reads",
    "version_unknown": "nobody says which version of the benchmark it is of",
}
"""Why a gap may rest on a result, or not (``core.benchmark_results.comparability``)."""


def gap_reason_words(field: str, reason: str) -> str:
    """Why something is not known; beside a score, why no gap may rest on it."""
    return COMPARABILITY.get(field.removeprefix("benchmark_results/")) or reason_words(reason)


BASES = {
    "same_setting": "one reporter, one setting",
    "best_of_each": "one reporter, each model at its best setting",
    "same_benchmark": "different reporters or versions: side by side, no gap",
}
"""On which basis two results stand beside each other."""

_BILLION = 1_000_000_000
_MILLION = 1_000_000
_PRINTED_DIGITS = {"year": 4, "month": 7}


def fact_words(field: str, value: object, precision: str | None = None) -> str:
    """The value of a column of ``core.models`` (or a capability) in words; null is ``unknown``."""
    match value:
        case None | "":
            return "unknown"
        case bool():
            return "Yes" if value else "No"
        case date():
            return day_words(value.isoformat(), precision)
        case list() | tuple():
            return listed(value)
        case int() if field in ("parameters", "active_parameters"):
            return parameter_words(value)
        case int() | Decimal():
            return number(Decimal(value))
        case _ if field in ("product_type", "status", "architecture"):
            return inert(str(value)).replace("_", " ")
        case _:
            return inert(str(value))


def said_words(field: str, value: str) -> str:
    """A claim's canonical spelling of such a value in words; what does not read as its field's kind stands as it is."""
    if field.startswith("capability/") or field == "open_weights":
        return {"true": "Yes", "yes": "Yes", "false": "No", "no": "No"}.get(value, inert(value))
    if value.isdecimal() and field in ("context_tokens", "max_output_tokens", "parameters", "active_parameters"):
        return fact_words(field, int(value))
    if field.endswith("_modalities"):
        return listed(value.split(","))
    return fact_words(field, value)


def day_words(day: str, precision: str | None = None) -> str:
    """As much of a day as is printed."""
    return day[: _PRINTED_DIGITS.get(precision or "", 10)]


def parameter_words(count: int) -> str:
    """``4B``, ``3.83B``, ``600M``: exact, and with all its digits where three decimals do not hold it."""
    for size, letter in ((_BILLION, "B"), (_MILLION, "M")):
        if count >= size and count % (size // 1000) == 0:
            return f"{number(Decimal(count) / size)}{letter}"
    return f"{count:,}"


def share_words(share: Decimal) -> str:
    return f"{share * 100:.0f}%"


def meter_words(meter: str) -> str:
    """``input``, ``cached input``, ``cache write``, ``audio output`` …"""
    base, _, kind = meter.replace("cache_read", "cached input").replace("cache_write", "cache write").partition("_")
    return f"{kind} {base}".replace("_", " ") if base in ("input", "output") and kind else f"{base} {kind}".strip()


def unit_words(unit: str) -> str:
    return UNITS.get(unit) or f"per {unit.replace('_', ' ')}"


def price_status_words(status: str) -> str:
    return STATUSES.get(status, status.replace("_", " "))


@lru_cache(4096)
def condition_words(condition: str) -> str:
    """Canonical ``key=value`` pairs in words, in the order one asks: which service, which prompt, when, where."""
    said = dict(part.partition("=")[::2] for part in condition.split("; ") if part)
    words = []
    if tier := said.pop("service_tier", None):
        words.append(f"{tier} service")
    words += _span(said, "context", "prompts") + _span(said, "output", "answers")
    if scope := said.pop("tier_scope", None):
        words += ["only the tokens beyond"] if scope == "marginal" else []
    if ttl := said.pop("cache_ttl", None):
        words.append(f"kept {ttl}")
    if window := said.pop("utc_window", None):
        words.append(f"{window.replace('-', '–')} UTC")
    if days := said.pop("utc_days", None):
        words.append(f"on {days}")
    begin, end = said.pop("effective_from", None), said.pop("effective_to", None)
    words += [f"from {begin}"] if begin else []
    words += [f"to {end}"] if end else []
    if region := said.pop("region", None):
        words.append(f"in {region}")
    return inert(", ".join([*words, *(f"{key.replace('_', ' ')} {value}" for key, value in said.items())]))


def _span(said: dict[str, str], of: str, noun: str) -> list[str]:
    low, high = said.pop(f"{of}_from", None), said.pop(f"{of}_to", None)
    low, high = (f"{int(each):,}" if each and each.isdecimal() else each for each in (low, high))
    if low and high:
        return [f"{noun} of {low}–{high} tokens"]
    return [f"{noun} from {low} tokens"] if low else [f"{noun} to {high} tokens"] if high else []


def score_words(score: Decimal, unit: str) -> str:
    """``82.1%``, ``1,312 Elo``, ``97 minutes``."""
    said = score_number(score)
    match unit:
        case "percent":
            return f"{said}%"
        case "elo":
            return f"{said} Elo"
        case _:
            return f"{said} {inert(unit)}".strip()


def score_number(score: Decimal) -> str:
    """A score or a gap as far as it says anything: two decimals, four below one, half up; exactly where that were 0."""
    return number(score.quantize(Decimal("0.0001") if abs(score) < 1 else Decimal("0.01"), ROUND_HALF_UP) or score)


def setting_parts(setting: str) -> list[tuple[str, str]]:
    """A result's canonical setting as its parts, names and values inert."""
    parts = (part.partition("=") for part in setting.split("; ") if part)
    return [(inert(name), inert(value)) if equals else ("as told", inert(name)) for name, equals, value in parts]


def setting_words(setting: str) -> str:
    """``effort high, tools no``; empty where no part is known."""
    return ", ".join(
        value if name == "as told" else f"{name.replace('_', ' ')} {value.replace(':', ' ')}"
        for name, value in setting_parts(setting)
    )


def reporter_words(reported_by: str, reporter: str | None) -> str:
    """Who measured."""
    if reported_by == "maker":
        return "its maker"
    return inert(reporter) if reporter else "a third party"


def conflict_field_words(field: str) -> str:
    """``context tokens``, ``Function calling``, ``input price, per million tokens (batch service)``."""
    found = re.fullmatch(r"([a-z_]+)/([a-z0-9_]+)(?: \[(.*)\])?", field)
    if found is None or field.startswith("capability/"):
        return field_words(field)
    terms = condition_words(found[3] or "")
    return f"{meter_words(found[1])} price, {unit_words(found[2])}" + (f" ({terms})" if terms else "")
