"""Alerts in words: what went wrong, and what to do next; the same for the webhook and the terminal.

Belongs here: words. Does not: when somebody is told (`pipelines.alerts`), or how a receiver wants them written.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipelines.wording.amounts import counted
from pipelines.wording.changes import price_words
from pipelines.wording.phrases import inert

NAMED = 5
"""So many prices or ids are named before the rest are counted."""

TITLES = {
    "run_failed": "The night failed",
    "ids_moved": "Published ids moved",
    "coverage_dropped": "Coverage dropped",
    "prices_jumped": "Prices jumped",
    "source_failing": "A source brings nothing",
    "source_partial": "A source is read in part",
}

OVER = {
    "run_failed": "Over: a night has ended well again",
    "coverage_dropped": "Over: coverage is back",
    "source_failing": "Over: the source brings something again",
    "source_partial": "Over: the source is read whole again",
}

NEXT_STEPS = {
    "run_failed": "run `almanac refresh`; where it fails again, see Recovery in docs/operations.md",
    "ids_moved": "see why with `almanac diff`; where an id should lead is said in warehouse/reference/redirects.yaml",
    "coverage_dropped": "see with `almanac diff` what is gone, and in `almanac sources` who says less than before",
    "prices_jumped": "open the pages in the account of changes; `almanac explain MODEL input` shows the printed words",
    "source_failing": "open the page; where it has moved or changed, mend the source's address or its parser",
    "source_partial": "read in `almanac sources` what is missing; mend its parser, or its list of addresses",
}

_COVERED = {"models": "listed models"}


def failure_words(errors: Sequence[str], edition: str | None) -> list[str]:
    """Why a night failed, and what stands."""
    stands = f"Edition {edition} stands." if edition else "Nothing has been published yet."
    return [
        *_and_more([inert(each) for each in errors[:NAMED]] or ["No step says why."], len(errors), "reason"),
        stands,
    ]


def trouble_words(trouble: Mapping[str, Any]) -> str:
    """``acme_pricing has been failing for 3 nights: acme.example answered 503``."""
    state = {"partial": "read in part"}.get(trouble["state"], trouble["state"])
    if trouble["state"] == "never":
        state = "without one accepted reading"
    words = f"{trouble['source_id']} has been {state} for {counted(trouble['nights'], 'night')}"
    return words + (f": {inert(trouble['error'])}" if trouble["error"] else "")


def coverage_words(what: str, before: int, now: int) -> str:
    """``listed models: 1,240 → 1,101 (11% fewer)``."""
    noun = _COVERED.get(what, what.replace("_", " "))
    return f"{noun}: {before:,} → {now:,} ({100 * (before - now) / before:.0f}% fewer)"


def moved_words(moved: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which ids lead elsewhere now, and where."""
    said = [
        f"{inert(each['model_id'])} leads to {inert(each['redirects_to'] or 'no model')} ({inert(each['reason'])})"
        for each in moved[:NAMED]
    ]
    return _and_more(said, len(moved), "id")


def jumped_words(jumped: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which prices jumped, from what to what."""
    return _and_more([price_words(_exact(each)) for each in jumped[:NAMED]], len(jumped), "price")


def _exact(change: Mapping[str, Any]) -> dict[str, Any]:
    ratio = change["ratio"]
    return {**change, "ratio": Decimal(str(ratio)) if ratio is not None else None}


def _and_more(said: Sequence[str], count: int, noun: str) -> list[str]:
    return [*said, *([f"and {counted(count - len(said), f'more {noun}')}"] if count > len(said) else [])]
