"""Routers: what is sold under a model's name and picks another model for each request.

A router has no price of its own by the token, even where a list prints a 0 or a fee for the picking.
Belongs here: how lists mark one. Does not: which models it picks from.
"""

import re
from typing import Any

from sources.readers.values import decimal, is_zero

_MARKED = re.compile("auto|router", re.IGNORECASE)


def is_router(model_id: str, name: str = "") -> bool:
    """Whether an id or a name says ``router``, or that a choice is made: ``openrouter/auto``, ``kilo-auto/free``."""
    if not _MARKED.search(model_id) and not _MARKED.search(name):
        return False
    maker, _, own = model_id.rpartition("/")
    family, *spellings = [re.findall(r"[a-z0-9]+", each.lower()) for each in (maker.rpartition("/")[2], own, name)]
    return "auto" in family or any("router" in words or words[:1] == ["auto"] for words in spellings)


def decides_per_request(*prices: Any) -> bool:
    """Whether every one of these is a marker that lists print for no price: -1, or another number below zero."""
    try:
        return bool(prices) and all(decimal(price) < 0 for price in prices)
    except (TypeError, ValueError):
        return False


def charges_by_token(*prices: Any) -> bool:
    """Whether prices printed for a router can be what a token costs: neither input nor output is 0."""
    return not any(is_zero(price) for price in prices)
