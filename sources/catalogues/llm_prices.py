"""llm-prices (Simon Willison): one JSON document per vendor, each model's token prices with the days they held.

The vendor is the host and ``vendor/id`` the subject. Prices are USD per million tokens.

* By the project's own description ``from_date`` is the first day of a price and ``to_date`` the first day after it,
  so ``effective_to`` is the day before; null is open on that side.
* A long prompt's price is an entry of its own, ``grok-4-128k`` named ``Grok 4 >128k`` beside ``grok-4`` named
  ``Grok 4 ≤128k``. Both are the model ``grok-4``. Whether the higher price holds for the whole request is not said.
* Where image and text tokens have entries of their own (``gpt-image-2-text``), they are meters of one model.

Ids and names are the catalogue's own: some cover two models, so names are no fact here.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.offers import told_apart
from sources.structured import json_words
from sources.values import day, decimal, tokens

METERS = {"input": "input", "output": "output", "input_cached": "cache_read"}
VENDORS = (
    "amazon",
    "anthropic",
    "deepseek",
    "google",
    "meta-ai",
    "minimax",
    "mistral",
    "moonshot-ai",
    "openai",
    "qwen",
    "xai",
)
_NAME = re.compile(r"[^≤≥<>]+?(?: (?P<sign>[≤>])(?P<limit>\d+k)| (?P<modality>image|text) tokens)?")
"""A name, and what it ends in when its entry holds for a part of the requests or of the tokens."""

IGNORES = {
    "name": "the catalogue's label, at times of two models at once; only its limit or kind of token is read",
    "(image gen) without a kind of token": "one number where image and text tokens differ",
    "input_cached of null": "not known, or not sold",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    listing = document.json()
    vendor, models = listing.pop("vendor"), listing.pop("models")
    _nothing_is_left(listing, vendor)
    ids = {model["id"] for model in models}
    for label, model in zip(_labels(models), models, strict=True):
        entry, name, history = model.pop("id"), model.pop("name"), model.pop("price_history")
        _nothing_is_left(model, entry)
        subject, modality, limits = _part(entry, name, ids)
        for place, price, days in _periods(history, label):
            if name.endswith("(image gen)"):
                yield LeftOut(place, "(image gen) without a kind of token")
            amounts = {key: price.pop(key) for key in METERS if key in price}
            _nothing_is_left(price, place)
            for key, printed in amounts.items():
                if printed is None and key != "input_cached":
                    raise Refused("no price where one is due", place=place, value=key)
                if printed is not None and not name.endswith("(image gen)"):
                    yield Observation(
                        f"{vendor}/{subject}",
                        f"price/{METERS[key]}{modality}",
                        json_words(printed),
                        decimal(printed),
                        f"{place}.{key}",
                        "usd/mtok",
                        condition(**limits, **days),
                        vendor,
                    )


def offers(document: Document) -> Iterator[str]:
    """Every price set of every entry."""
    models = document.json()["models"]
    for label, model in zip(_labels(models), models, strict=True):
        yield from (f"{label} price_history[{number}]" for number in range(len(model["price_history"])))


def _labels(models: list[dict[str, Any]]) -> Iterator[str]:
    """The id of every entry; a limit or a kind of token may be all that tells two entries apart."""
    return told_apart(model["id"] for model in models)


def _part(entry: str, name: str, ids: set[str]) -> tuple[str, str, dict[str, int]]:
    """The model an entry is about, the modality its meters end in, and the limits it holds within."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise Refused("a name with a limit that does not read", place=entry, value=name)
    sign, limit, modality = match.groups()
    if modality:
        return entry.removesuffix(f"-{modality}"), f"_{modality}", {}
    if sign is None:
        return entry, "", {}
    if sign == "≤":
        return entry, "", {"context_to": tokens(limit)}
    model = entry.removesuffix(f"-{limit}").rstrip("-")
    if model == entry or model not in ids:
        raise Refused("a long prompt's price without the model it belongs to", place=entry, value=name)
    return model, "", {"context_from": tokens(limit) + 1}


def _periods(history: list[dict[str, Any]], entry: str) -> Iterator[tuple[str, dict[str, Any], dict[str, date]]]:
    """The place of each price set, the set, and the days it holds. Refused where two hold on one day."""
    held = []
    for number, each in enumerate(history):
        starts, ended = _day(each.pop("from_date")), _day(each.pop("to_date"))
        held.append((starts or date.min, ended or date.max))
        days = {"effective_from": starts} if starts else {}
        days |= {"effective_to": ended - timedelta(days=1)} if ended else {}
        yield f"{entry} price_history[{number}]", each, days
    if any(ended > starts for (_, ended), (starts, _) in pairwise(sorted(held))):
        raise Refused("two prices of one day", place=entry, value=held)


def _day(printed: str | None) -> date | None:
    if printed is None:
        return None
    read = day(printed)
    if not isinstance(read, date):
        raise Refused("not a whole day", value=printed)
    return read


def _nothing_is_left(node: dict[str, Any], place: str) -> None:
    if node:
        raise Refused("a field nobody has looked at", place=place, value=[*node])


SOURCE = Source(
    id="llm_prices",
    publisher="Simon Willison",
    kind="catalogue",
    authority="community",
    media="json",
    urls=tuple(f"https://raw.githubusercontent.com/simonw/llm-prices/main/data/{vendor}.json" for vendor in VENDORS),
    terms_url="https://github.com/simonw/llm-prices",
    licence="none stated; facts only",
    rows=(1, 120),
    parse=parse,
    offers=offers,
    ignores=IGNORES,
)
