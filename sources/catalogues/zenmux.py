"""ZenMux: the gateway's own offer of each model, with unit, currency and conditions printed beside every amount.

A price with conditions is that of the requests that meet them, whole: the answer of a long prompt is dearer too. Three
things the document does that a reader must undo:

* Two steps may both claim the token between them (``lte 200``, ``gte 200``); it is left to neither.
* One meter may print several amounts for the same requests (DeepSeek's hours, Qwen's two kinds of cache) and nothing
  that tells them apart; such a meter is not read.
* ``input_cache_write_1_h`` is the price of a write only beside ``input_cache_write_5_min``. Alone it is an hour of
  storage under that name (4.5 for Gemini 2.5 Pro, whose prompts cost 1.25; 0.0024 for Doubao).

A 0 is a price where prompt and completion both cost 0, else a meter that is not charged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from sources.contract import Document, Listing, Observation, Refused, Source, Told, condition
from sources.doubts import doubt
from sources.readers import offers
from sources.readers.routers import is_router
from sources.readers.structured import Entry, each_entry, inside, json_glimpse, json_words, listed, money_keys
from sources.readers.values import decimal, identifier, limit, modalities, words

METERS = {
    "prompt": "input",
    "completion": "output",
    "internal_reasoning": "reasoning_output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_5_min": "cache_write",
    "input_cache_write_1_h": "cache_write",
    "audio_input": "input_audio",
    "audio_cache_read": "cache_read_audio",
    "web_search": "web_search",
}
HEADLINE = ("prompt", "completion")
LIFETIMES = {"input_cache_write_5_min": "5m", "input_cache_write_1_h": "1h"}
UNITS = {"perMTokens": (1, "mtok"), "perCount": (1000, "1k_requests"), "perSecond": (1, "second")}
CURRENCIES = {"USD": "usd"}
OF_NO_DIRECTION = frozenset({"audio", "image"})
PRODUCT_TYPES = {"embeddings": "embedding", "image": "image", "transcription": "speech"}
ENDLESS = 10**12


@dataclass(frozen=True)
class Span:
    """A run of token counts, both ends included."""

    first: int
    last: int

    def overlap(self, other: "Span") -> int:
        return min(self.last, other.last) - max(self.first, other.first) + 1


@dataclass(frozen=True)
class Rung:
    """One amount of one meter: for prompts and answers of these lengths, in this unit, printed there."""

    prompt: Span
    answer: Span
    amount: Decimal
    unit: str
    printed: str
    at: str

    def contradicts(self, other: "Rung") -> bool:
        shared = self.prompt.overlap(other.prompt) > 1 and self.answer.overlap(other.answer) > 1
        return shared and (self.amount, self.unit) != (other.amount, other.unit)


def parse(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def _model(model: Entry) -> Iterator[Told]:
    listing = Listing(identifier(model.pop("id")))
    name = said if isinstance(said := model.get("display_name"), str) else ""
    yield from model.states("display_name", ("name",), words, listing.says)
    if "(Free)" in name or name.endswith(" Free"):
        yield listing.says("price_status", "free", name, f"{model.place}.display_name")
    if is_router(listing.subject, name):
        yield listing.says("product_type", "router", listing.subject, f"{model.place}.id")
    yield from model.field("pricings", partial(_prices, listing))
    yield from model.states("context_length", ("context_tokens",), limit, listing.says)
    yield from model.field("capabilities", partial(_capabilities, listing, model.get("output_modalities") or []))
    yield from _modalities(listing, model)
    yield from model.unread_prices()
    for key in [key for key in model if "pric" in key and not money_keys({key: None})]:
        place = f"{model.place}.{key}"
        yield doubt("a price we do not know", "cell", place, json_glimpse(model[key]), within=(model.place,))


def _prices(listing: Listing, pricings: Any, place: str) -> Iterator[Told]:
    """Every meter of a model, each of which may be in doubt alone."""
    entry = inside(pricings, place)
    costs_nothing = _costs_nothing(entry)
    unknown = [key for key in entry if key not in METERS and key not in OF_NO_DIRECTION]
    if "input_cache_write_5_min" not in entry and not any("cache_write" in key for key in unknown):
        entry.pop("input_cache_write_1_h", None)
    yield from entry.unknown(METERS.keys() | OF_NO_DIRECTION)
    for key in [key for key in entry if key in METERS]:
        yield from entry.field(key, partial(_amounts, listing, key, costs_nothing and key in HEADLINE, unknown))


def _costs_nothing(pricings: dict[str, Any]) -> bool:
    both = [pricings.get(key) or [{}] for key in HEADLINE]
    return all(
        isinstance(prices, list) and all(isinstance(price, dict) and price.get("value") == 0 for price in prices)
        for prices in both
    )


def _amounts(
    listing: Listing, key: str, is_free: bool, unknown: list[str], prices: list[Any], place: str
) -> Iterator[Observation]:
    """The amounts of one meter. When one holds may hang on the others, so that none is read without them all."""
    if key in LIFETIMES and any("cache_write" in each for each in unknown):
        raise Refused("a price whose meaning hangs on one we do not know", value=unknown)
    rungs = [_rung(inside(price, f"{place}[{number}]")) for number, price in enumerate(prices)]
    if any(one.contradicts(other) for one in rungs for other in rungs):
        return
    for rung in rungs:
        if rung.amount or is_free:
            when, meter = _condition(rung, rungs, LIFETIMES.get(key)), _meter(key, rung.unit)
            yield listing.says(f"price/{meter}", rung.amount, rung.printed, f"{rung.at}.value", rung.unit, when)


def _meter(key: str, unit: str) -> str:
    """What an amount is charged for; searches are counted and nothing else is, sound alone is sold by the second."""
    if (key == "web_search") != unit.endswith("/1k_requests") or (unit.endswith("/second") and key != "audio_input"):
        raise Refused("a unit this meter never had", place=key, value=unit)
    return METERS[key]


def _rung(price: Entry) -> Rung:
    times, per = UNITS[price.pop("unit")]
    unit = f"{CURRENCIES[price.pop('currency')]}/{per}"
    value, conditions = price.pop("value"), dict(price.pop("conditions", {}))
    prompt = _span(conditions.pop("prompt_tokens", None))
    answer = _span(conditions.pop("completion_tokens", None))
    for key in [*price, *conditions]:
        raise Refused("a condition of a price that we do not know", place=price.place, value=key)
    return Rung(prompt, answer, decimal(value) * times, unit, json_words(value), price.place)


def _span(bounds: dict[str, Any] | None) -> Span:
    """``{"gt": 32, "lte": 128, "unit": "kTokens"}`` → 32,001 to 128,000; every length where there are no bounds."""
    if bounds is None:
        return Span(0, ENDLESS)
    signs = {sign: each for sign, each in bounds.items() if sign != "unit"}
    if bounds["unit"] != "kTokens":
        raise Refused("token counts in a unit we do not know", place="conditions", value=bounds["unit"])
    tokens = {sign: decimal(thousands) * 1000 for sign, thousands in signs.items()}
    if not signs or any(number % 1 for number in tokens.values()) or len({sign[0] for sign in tokens}) < len(tokens):
        raise Refused("bounds that are no run of tokens", place="conditions", value=bounds)
    first, last = 0, ENDLESS
    for sign, number in tokens.items():
        match sign:
            case "gte":
                first = int(number)
            case "gt":
                first = int(number) + 1
            case "lte":
                last = int(number)
            case "lt":
                last = int(number) - 1
            case _:
                raise Refused("a bound we do not know", place="conditions", value=sign)
    if not 0 <= first <= last:
        raise Refused("bounds that are no run of tokens", place="conditions", value=bounds)
    return Span(first, last)


def _condition(rung: Rung, rungs: list[Rung], lifetime: str | None) -> str:
    """When a rung holds: its prompts and answers, without an end that a neighbour claims as well."""
    first, last = rung.prompt.first, rung.prompt.last
    first += any(each.prompt.last == first for each in rungs)
    last -= any(each.prompt.first == last for each in rungs)
    begins, ends = first if first > 1 else None, last if last < ENDLESS else None
    return condition(
        context_from=begins,
        context_to=ends,
        tier_scope="whole_request" if begins or ends else None,
        output_from=rung.answer.first if rung.answer.first > 1 else None,
        output_to=rung.answer.last if rung.answer.last < ENDLESS else None,
        cache_ttl=lifetime,
    )


def _modalities(listing: Listing, model: Entry) -> Iterator[Told]:
    """The lists as printed; one with a word we do not know is left unsaid. What they leave out is no statement."""
    reads, writes = model.get("input_modalities") or [], model.get("output_modalities") or []
    for attribute in ("input_modalities", "output_modalities"):
        yield from model.states(attribute, (attribute,), _known, listing.says)
    at = f"{model.place}.input_modalities"
    if "image" in reads and "text" in writes:
        yield listing.says("capability/vision", True, reads, at)
    if "text" in writes and {"image", "audio", "video"} & {*reads, *writes}:
        yield listing.says("capability/multimodal", True, [*reads, "->", *writes], at)
    if len(writes) == 1 and (product_type := PRODUCT_TYPES.get(writes[0])):
        yield listing.says("product_type", product_type, writes[0], f"{model.place}.output_modalities")


def _known(names: Any) -> tuple[str, ...] | None:
    if not isinstance(names, list):
        raise ValueError("no list of modalities")
    try:
        return modalities(names)
    except ValueError:
        return None


def _capabilities(listing: Listing, writes: list[str], capabilities: Any, place: str) -> Iterator[Observation]:
    if inside(capabilities, place).get("reasoning") is True and "text" in writes:
        yield listing.says("capability/reasoning", True, True, f"{place}.reasoning")


SOURCE = Source(
    id="zenmux_models",
    publisher="zenmux",
    kind="catalogue",
    authority="gateway",
    media="json",
    urls=("https://zenmux.ai/api/v1/models",),
    terms_url="https://docs.zenmux.ai",
    licence="no licence stated; facts only",
    seller="zenmux",
    rows=(45, 480),
    parse=parse,
    offers=offers.entries("data"),
    ignores={
        "pricings.audio, image": "of what goes in or of what comes out, the document does not say",
        "input_cache_write_1_h without input_cache_write_5_min": "an hour of storage under the name of a write",
        "amounts that differ for the same requests": "hours or kinds of cache that nothing printed tells apart",
        "a 0 beside a price": "a meter that is not charged, not a price",
        "capabilities.reasoning false": "Claude Haiku 4.5 and Gemma 4 carry it too, and both reason",
        "capabilities.reasoning of what writes no text": "a transcriber carries it",
        "publish_time, created": "when ZenMux listed the model, not when it was released",
        "owned_by, object": "the first part of the id again; model, for every row",
    },
)
