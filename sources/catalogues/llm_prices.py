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
from collections.abc import Callable, Container, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import attempt, doubt
from sources.readers.offers import told_apart
from sources.readers.structured import (
    Entry,
    Found,
    Glimpse,
    inside,
    json_glimpse,
    json_words,
    listed,
    money_keys,
    restates_prices,
)
from sources.readers.values import day, decimal, identifier, tokens, words

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


def parse(document: Document) -> Iterator[Told]:
    listing = document.json_with_oddities()
    vendor, models = identifier(listing["vendor"]), list(listed(listing["models"], "models"))
    _nothing_priced(listing, ("vendor", "models"), "$")
    ids = {each.key for each in models}
    for each in models:
        history = f"{each.place}.price_history"
        read = partial(_model, vendor, each, ids)
        yield from attempt(read, "table", history, Glimpse(each.value), within=(each.place if each.key else "models[",))


def offers(document: Document) -> Iterator[str]:
    """Every price set of every entry."""
    for each in listed(document.json_with_oddities()["models"], "models"):
        history = each.value.get("price_history") if isinstance(each.value, dict) else None
        if isinstance(history, list):
            yield from _places(history, each.place)


def _places(history: list[Any], place: str) -> Iterator[str]:
    """A price set is told from its neighbours by the day it begins."""
    starts = (each.get("from_date") if isinstance(each, dict) else None for each in history)
    return told_apart(f"{place}.price_history[from_date={start}]" for start in starts)


def _model(vendor: str, found: Found, ids: set[str]) -> Iterator[Told]:
    """The price sets of an entry; which days each holds is known of all of them or of none."""
    model = inside(found.value, found.place)
    entry, name = identifier(model["id"]), words(model["name"])
    _nothing_priced(model, ("id", "name", "price_history"), found.place)
    subject, modality, limits = _part(entry, name, ids)
    for place, price, days in _periods(model["price_history"], found.place):
        if name.endswith("(image gen)"):
            yield LeftOut(place, "(image gen) without a kind of token")
            continue
        says = partial(_price, f"{vendor}/{subject}", vendor, modality, condition(**limits, **days))
        yield from _amounts(Entry(price, place, ""), says)


def _amounts(price: Entry, says: Callable[..., Iterator[Observation]]) -> Iterator[Told]:
    """Every price of a set, each of which may be in doubt alone."""
    yield from price.unknown(METERS)
    for key, meter in METERS.items():
        if key != "input_cached" and key in price and price[key] is None:
            at = f"{price.place}.{key}"
            yield doubt("no price where one is due", "cell", at, "null", within=(at,))
        yield from price.field(key, partial(says, meter))


def _price(
    subject: str, host: str, modality: str, when: str, meter: str, printed: Any, place: str
) -> Iterator[Observation]:
    seen, amount = json_words(printed), decimal(printed)
    yield Observation(subject, f"price/{meter}{modality}", seen, amount, place, "usd/mtok", when, host)


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


def _periods(history: list[Any], place: str) -> Iterator[tuple[str, dict[str, Any], dict[str, date]]]:
    """The place of each price set, the set, and the days it holds. Refused where two hold on one day."""
    held = []
    for at, each in zip(_places(history, place), history, strict=True):
        price = dict(inside(each, at))
        starts, ended = _day(price.pop("from_date")), _day(price.pop("to_date"))
        held.append((starts or date.min, ended or date.max))
        days = {"effective_from": starts} if starts else {}
        days |= {"effective_to": ended - timedelta(days=1)} if ended else {}
        yield at, price, days
    if any(ended > starts for (_, ended), (starts, _) in pairwise(sorted(held))):
        raise Refused("two prices of one day", place=place, value=held)


def _day(printed: str | None) -> date | None:
    if printed is None:
        return None
    read = day(printed)
    if not isinstance(read, date):
        raise Refused("not a whole day", value=printed)
    return read


def _nothing_priced(node: dict[str, Any], known: Container[str], place: str) -> None:
    """Whatever else a node says, it says nothing of prices."""
    for key, value in node.items():
        if key not in known and (money_keys({key: value}) or restates_prices(key, 0)):
            raise Refused("a field nobody has looked at", place=f"{place}.{key}", value=json_glimpse(value))


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
    most_doubted=0.75,  # some vendors have three entries, each of which stands for itself
)
