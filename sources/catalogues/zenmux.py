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
from typing import Any

from sources import offers
from sources.contract import Document, Observation, Refused, Source, Value, condition
from sources.structured import json_words, money_keys
from sources.values import decimal, modalities

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


@dataclass(frozen=True)
class Listing:
    """One model on sale and its place in the document."""

    subject: str
    place: str

    def says(
        self, attribute: str, value: Value, printed: object, at: str, unit: str = "", when: str = ""
    ) -> Observation:
        return Observation(self.subject, attribute, json_words(printed), value, f"{self.place}.{at}", unit, when)


def parse(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("data"):
        model_id = model.pop("id")
        listing = Listing(model_id, f"data[id={model_id}]")
        name = model.pop("display_name")
        yield listing.says("name", name, name, "display_name")
        if "(Free)" in name or name.endswith(" Free"):
            yield listing.says("price_status", "free", name, "display_name")
        yield from _prices(listing, model.pop("pricings", {}))
        if window := model.pop("context_length", None):
            yield listing.says("context_tokens", window, window, "context_length")
        reads, writes = model.pop("input_modalities"), model.pop("output_modalities")
        yield from _modalities(listing, reads, writes)
        if model.pop("capabilities").pop("reasoning", False) is True and "text" in writes:
            yield listing.says("capability/reasoning", True, True, "capabilities.reasoning")
        for key in [*money_keys(model), *(key for key in model if "pric" in key)]:
            raise Refused("something like a price where none was known", place=f"{listing.place}.{key}")


def _prices(listing: Listing, pricings: dict[str, list[dict[str, Any]]]) -> Iterator[Observation]:
    both = [price.get("value") for key in ("prompt", "completion") for price in pricings.get(key, [{}])]
    costs_nothing = all(value == 0 for value in both)
    if "input_cache_write_5_min" not in pricings:
        pricings.pop("input_cache_write_1_h", None)
    for key, prices in pricings.items():
        if key in OF_NO_DIRECTION:
            continue
        if key not in METERS:
            raise Refused("a meter we do not know", place=f"{listing.place}.pricings.{key}", value=prices)
        rungs = [_rung(price, listing, f"pricings.{key}[{number}]") for number, price in enumerate(prices)]
        if any(one.contradicts(other) for one in rungs for other in rungs):
            continue
        for rung in rungs:
            if rung.amount or (costs_nothing and key in ("prompt", "completion")):
                when = _condition(rung, rungs, LIFETIMES.get(key))
                meter = _meter(key, rung.unit)
                yield listing.says(f"price/{meter}", rung.amount, rung.printed, f"{rung.at}.value", rung.unit, when)


def _meter(key: str, unit: str) -> str:
    """What an amount is charged for; searches are counted and nothing else is, sound alone is sold by the second."""
    if (key == "web_search") != unit.endswith("/1k_requests") or (unit.endswith("/second") and key != "audio_input"):
        raise Refused("a unit this meter never had", place=key, value=unit)
    return METERS[key]


def _rung(price: dict[str, Any], listing: Listing, at: str) -> Rung:
    times, per = UNITS[price.pop("unit")]
    unit = f"{CURRENCIES[price.pop('currency')]}/{per}"
    value, conditions = price.pop("value"), price.pop("conditions", {})
    prompt = _span(conditions.pop("prompt_tokens", None))
    answer = _span(conditions.pop("completion_tokens", None))
    for key in [*price, *conditions]:
        raise Refused("a condition of a price that we do not know", place=f"{listing.place}.{at}", value=key)
    return Rung(prompt, answer, decimal(value) * times, unit, json_words(value), at)


def _span(bounds: dict[str, Any] | None) -> Span:
    """``{"gt": 32, "lte": 128, "unit": "kTokens"}`` → 32,001 to 128,000; every length where there are no bounds."""
    if bounds is None:
        return Span(0, ENDLESS)
    if (unit := bounds.pop("unit")) != "kTokens":
        raise Refused("token counts in a unit we do not know", place="conditions", value=unit)
    tokens = {sign: decimal(thousands) * 1000 for sign, thousands in bounds.items()}
    if not bounds or any(count % 1 for count in tokens.values()) or len({sign[0] for sign in tokens}) < len(tokens):
        raise Refused("bounds that are no run of tokens", place="conditions", value=bounds)
    first, last = 0, ENDLESS
    for sign, count in tokens.items():
        match sign:
            case "gte":
                first = int(count)
            case "gt":
                first = int(count) + 1
            case "lte":
                last = int(count)
            case "lt":
                last = int(count) - 1
            case _:
                raise Refused("a bound we do not know", place="conditions", value=sign)
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


def _modalities(listing: Listing, reads: list[str], writes: list[str]) -> Iterator[Observation]:
    """The lists as printed; one with a word we do not know is left unsaid. What they leave out is no statement."""
    for attribute, names in (("input_modalities", reads), ("output_modalities", writes)):
        try:
            yield listing.says(attribute, modalities(names), names, attribute)
        except ValueError:
            continue
    if "image" in reads and "text" in writes:
        yield listing.says("capability/vision", True, reads, "input_modalities")
    if "text" in writes and {"image", "audio", "video"} & {*reads, *writes}:
        yield listing.says("capability/multimodal", True, [*reads, "->", *writes], "input_modalities")
    if len(writes) == 1 and (product_type := PRODUCT_TYPES.get(writes[0])):
        yield listing.says("product_type", product_type, writes[0], "output_modalities")


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
