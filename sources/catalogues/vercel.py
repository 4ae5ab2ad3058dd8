"""Vercel AI Gateway: what the gateway lists, and the hosts behind each listing.

``vercel_ai_gateway`` reads the public list: USD per token, image or second of video, and per thousand web searches.
``vercel_endpoints`` reads one document a model: the hosts that serve it, USD per token.

A ladder of tiers goes from the price printed beside it upwards, each step starting where the one below ends
(``max`` is excluded). The gateway passes its makers' prices on, and those who charge by prompt length charge the
whole request. A 0 is no price, except for a model whose input and output both cost 0.

Out of scope: what the recorded lists do not show yet (see `UNRECORDED`); each is a meter or a condition of its own
that leaves the prices read here as they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Listing, Observation, Refused, Source, Told, condition
from sources.doubts import attempt
from sources.readers import offers, sentences
from sources.readers.routers import decides_per_request, is_router
from sources.readers.structured import Entry, Glimpse, each_entry, inside, listed
from sources.readers.values import MILLION, count, decimal, identifier, is_zero, limit, words, yes_or_no

_CACHE_METERS = {"input_cache_read": "cache_read", "input_cache_write": "cache_write"}
METERS = {"input": "input", "output": "output", **_CACHE_METERS}
ROUTE_METERS = {"prompt": "input", "completion": "output", **_CACHE_METERS}
LADDERS = {key: f"{key}_tiers" for key in METERS}
PIECES = {"web_search": "usd/1k_requests", "image": "usd/image"}
IMAGES, VIDEO = "image_dimension_quality_pricing", "video_duration_pricing"
CAPABILITIES = {"vision": ("vision",), "reasoning": ("reasoning",), "tool-use": ("function_calling", "tool_use")}
PARAMETERS = {"tools": ("function_calling", "tool_use"), "reasoning": ("reasoning",)}
PRODUCT_TYPES = {"embedding": "embedding", "image": "image", "video": "video"}
UNRECORDED = frozenset(
    {
        "audio_input_token_cost",
        "audio_output_token_cost",
        "fast",
        "maps_search",
        "peak_pricing",
        "realtime_client_message_cost",
        "realtime_session_duration_cost_per_second",
        "regional",
        "service_tiers",
        "speech_input_character_cost",
        "transcription_duration_cost_per_second",
        "varies_by_provider",
        "video_token_pricing",
    }
)
ROUTE_PLACEHOLDERS = ("image", "image_output", "internal_reasoning", "request", "web_search")

_ID = re.compile(r"[\w.-]+/[\w.-]+")


def parse_models(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def parse_endpoints(document: Document) -> Iterator[Told]:
    data = document.json_with_oddities()["data"]
    model_id = identifier(data["id"])
    found = list(listed(data["endpoints"], "data.endpoints", "provider_name"))
    hosts = Counter(each.key for each in found if each.key)

    def read(endpoint: Entry) -> Iterator[Told]:
        if hosts[endpoint.key] > 1:
            yield LeftOut(endpoint.place, "two endpoints of one provider")
            return
        yield LeftOut(endpoint.place, "a route that says nothing")  # counts only where nothing of it is read
        yield from _endpoint(endpoint, model_id)

    yield from each_entry(found, read, siblings="data.endpoints[")


def endpoint_urls(listed: Iterable[Observation]) -> Iterator[str]:
    """The endpoints document of every listed model."""
    for model_id in {each.subject: None for each in listed}:
        if _ID.fullmatch(model_id):
            yield f"https://ai-gateway.vercel.sh/v1/models/{model_id}/endpoints"


def _model(model: Entry) -> Iterator[Told]:
    model_id = identifier(model.pop("id"))
    listing = Listing(model_id)
    name = said if isinstance(said := model.get("name"), str) else ""
    yield from model.field("pricing", partial(_prices, listing, is_router(model_id, name)))
    yield from model.states("name", ("name",), words, listing.says)
    yield from model.states("owned_by", ("lab",), words, listing.says)
    yield from model.states("type", ("product_type",), PRODUCT_TYPES.get, listing.says)
    yield from _tokens(listing, "context_tokens", model, "context_window")
    yield from _tokens(listing, "max_output_tokens", model, "max_tokens")
    yield from model.field("tags", partial(_capabilities, listing, CAPABILITIES))
    yield from model.field("description", partial(_sizes, listing))
    yield from model.unread_prices()


def _sizes(listing: Listing, description: str, place: str) -> Iterator[Observation]:
    for attribute, printed, number in sentences.sizes(description):
        yield listing.says(attribute, number, printed, place)


def _endpoint(endpoint: Entry, model_id: str) -> Iterator[Told]:
    host = identifier(endpoint.pop("provider_name"))
    listing = Listing(f"{host}/{model_id}", host)
    yield from endpoint.field("pricing", partial(_route_prices, listing))
    yield from _tokens(listing, "context_tokens", endpoint, "context_length")
    yield from _tokens(listing, "max_output_tokens", endpoint, "max_completion_tokens")
    yield from _tokens(listing, "max_input_tokens", endpoint, "max_prompt_tokens")
    yield from endpoint.states("quantization", ("quantization",), words, listing.says)
    yield from endpoint.field("supported_parameters", partial(_capabilities, listing, PARAMETERS))
    yield from endpoint.unread_prices()


def _prices(listing: Listing, routes: bool, pricing: Any, place: str) -> Iterator[Told]:
    """Every price of a model, each of which may be in doubt alone."""
    entry = inside(pricing, place)
    if routes:
        yield listing.says("product_type", "router", listing.subject, f"{place.removesuffix('pricing')}id")
    if decides_per_request(entry.get("input"), entry.get("output")):
        yield listing.says("price_status", "dynamic", entry["input"], f"{place}.input")
        return
    yield from entry.unknown({*METERS, *PIECES, *LADDERS.values(), *UNRECORDED, IMAGES, VIDEO})
    yield from _token_prices(listing, entry, METERS)
    for meter, unit in PIECES.items():
        yield from entry.field(meter, partial(_piece, listing, meter, unit))
    yield from entry.field(IMAGES, partial(_image_prices, listing))
    yield from entry.field(VIDEO, partial(_video_prices, listing))


def _route_prices(listing: Listing, pricing: Any, place: str) -> Iterator[Told]:
    entry = inside(pricing, place)
    list(_nothing(entry.pop("discount", 0), f"{place}.discount"))  # whether the prices hold it already is not known
    for key in ROUTE_PLACEHOLDERS:
        yield from entry.field(key, _nothing)
    yield from entry.unknown({*ROUTE_METERS, *(f"{key}_tiers" for key in ROUTE_METERS), *UNRECORDED, VIDEO})
    yield from _token_prices(listing, entry, ROUTE_METERS)


def _nothing(printed: Any, place: str) -> Iterator[Observation]:
    """What has been 0 on every route, and is no price of a meter we know should it not be."""
    if decimal(printed) != 0:
        raise Refused("a price where there was always 0", place=place, value=printed)
    yield from ()


def _token_prices(listing: Listing, pricing: Entry, meters: Mapping[str, str]) -> Iterator[Told]:
    """Prices per token and their ladders, taken out of `pricing`."""
    both = list(meters)[:2]
    costs_nothing = all(is_zero(pricing.get(key)) for key in both)
    for key, meter in meters.items():
        ladder = pricing.pop(f"{key}_tiers", None)
        is_charged = costs_nothing and key in both
        plain = pricing.get(key)
        yield from pricing.field(key, partial(_price, listing, meter, is_charged, ladder))
        if ladder is not None:
            at = f"{pricing.place}.{key}_tiers"
            steps = partial(_ladder, listing, meter, plain, ladder, at)
            yield from attempt(steps, "cell", at, Glimpse(ladder), within=(at,))


def _price(
    listing: Listing, meter: str, is_charged: bool, ladder: Any, printed: Any, place: str
) -> Iterator[Observation]:
    if ladder and decimal(ladder[0]["cost"]) != decimal(printed):
        raise Refused("a ladder that starts elsewhere", place=place, value=printed)
    if (amount := decimal(printed) * MILLION) or is_charged:
        yield listing.says(f"price/{meter}", amount, printed, place, "usd/mtok")


def _ladder(listing: Listing, meter: str, plain: Any, ladder: Any, place: str) -> Iterator[Told]:
    """The steps of a ladder; the lowest is the plain price, printed beside the ladder or not."""
    start: int | None = 0
    for number, step in enumerate(ladder):
        at = f"{place}[{number}]"
        cost, low, high = step["cost"], count(step.get("min", 0)), step.get("max")
        if unknown := step.keys() - {"cost", "min", "max"}:
            raise Refused("a condition of a price that we do not know", place=at, value=sorted(unknown))
        if start is None or low not in (start, start - 1):
            raise Refused("a ladder with a gap", place=f"{at}.min", value=low)
        if start:
            when = condition(context_from=start, tier_scope="whole_request")
            yield listing.says(f"price/{meter}", decimal(cost) * MILLION, cost, f"{at}.cost", "usd/mtok", when)
        elif plain is None:
            yield from _price(listing, meter, False, None, cost, f"{at}.cost")
        elif decimal(cost) != decimal(plain):
            raise Refused("a ladder that starts elsewhere", place=f"{at}.cost", value=cost)
        start = high if high is None else count(high)


def _piece(listing: Listing, meter: str, unit: str, printed: Any, place: str) -> Iterator[Observation]:
    if (amount := decimal(printed)) != 0:
        yield listing.says(f"price/{meter}", amount, printed, place, unit)


def _image_prices(listing: Listing, prices: list[Any], place: str) -> Iterator[Told]:
    for number, price in enumerate(prices):
        at = f"{place}[{number}]"
        yield from attempt(partial(_image_price, listing, price, at), "cell", at, Glimpse(price), within=(place,))


def _image_price(listing: Listing, price: dict[str, Any], place: str) -> Iterator[Observation]:
    if price.keys() & {"operation", "style"}:
        return
    if unknown := price.keys() - {"cost", "size", "quality"}:
        raise Refused("a condition of a price that we do not know", place=place, value=sorted(unknown))
    cost, size = price["cost"], _word(price, "size")
    when = condition(size=None if size == "default" else size, quality=_word(price, "quality"))
    yield listing.says("price/image", decimal(cost), cost, f"{place}.cost", "usd/image", when)


def _video_prices(listing: Listing, prices: list[Any], place: str) -> Iterator[Told]:
    told: list[Told] = []
    for number, price in enumerate(prices):
        at = f"{place}[{number}]"
        told += attempt(partial(_video_price, listing, price, at), "cell", at, Glimpse(price), within=(place,))
    rivals = Counter(each.condition for each in told if isinstance(each, Observation))
    yield from (each for each in told if not isinstance(each, Observation) or rivals[each.condition] == 1)


def _video_price(listing: Listing, price: dict[str, Any], place: str) -> Iterator[Observation]:
    if "voice_control" in price:
        return
    if unknown := price.keys() - {"cost_per_second", "audio", "mode", "resolution"}:
        raise Refused("a condition of a price that we do not know", place=place, value=sorted(unknown))
    cost, audio = price["cost_per_second"], yes_or_no(price["audio"]) if "audio" in price else None
    when = condition(
        mode=_word(price, "mode"),
        resolution=_word(price, "resolution"),
        variant=None if audio is None else "audio" if audio else "silent",
    )
    yield listing.says("price/second", decimal(cost), cost, f"{place}.cost_per_second", "usd/second", when)


def _word(price: dict[str, Any], key: str) -> str | None:
    """A part of a price's condition; a price that names it and says nothing is no price for all."""
    return identifier(price[key]) if key in price else None


def _tokens(listing: Listing, attribute: str, holder: Entry, key: str) -> Iterator[Told]:
    yield from holder.states(key, (attribute,), limit, listing.says)


def _capabilities(
    listing: Listing, meanings: Mapping[str, tuple[str, ...]], said: list[str], place: str
) -> Iterator[Observation]:
    """A word that is there is a yes; one that is missing says nothing."""
    for word in said:
        for capability in meanings.get(word, ()):
            yield listing.says(f"capability/{capability}", True, word, place)


SOURCES = (
    Source(
        id="vercel_ai_gateway",
        publisher="vercel",
        kind="catalogue",
        authority="gateway",
        media="json",
        urls=("https://ai-gateway.vercel.sh/v1/models",),
        terms_url="https://vercel.com/legal/terms",
        licence="Vercel terms of service; facts only",
        seller="vercel",
        rows=(70, 700),
        parse=parse_models,
        offers=offers.entries("data"),
        ignores={
            "a 0 beside a price": "a meter that is not charged, not a price",
            "pricing: " + ", ".join(sorted(UNRECORDED)): "newer than the recorded lists, and beside the prices read",
            "images priced by operation or style, video by voice_control": "conditions without a word of ours",
            "seconds of video under equal conditions and unequal prices": "nothing printed tells them apart",
            "created": "one constant for all models",
            "released": "not the day of release: Claude Haiku 4.5 is printed in 2024, Opus 4.1 and Opus 4 are swapped",
            "description": "prose; its sentences about size are read",
            "type language": "says chat, reasoning and coding in one word",
            "tags file-input, implicit-caching, image-generation and others": "no capability we hold",
        },
    ),
    Source(
        id="vercel_endpoints",
        publisher="vercel",
        kind="catalogue",
        authority="gateway",
        media="json",
        terms_url="https://vercel.com/legal/terms",
        licence="Vercel terms of service; facts only",
        gateway="vercel",
        discovers_from=("vercel_ai_gateway",),
        discovers=endpoint_urls,
        max_documents=800,
        rows=(1, 60),
        parse=parse_endpoints,
        offers=offers.entries("data", "endpoints", key="provider_name"),
        ignores={
            "a 0 beside a price": "a meter that is not charged, not a price",
            "pricing: discount, " + ", ".join(ROUTE_PLACEHOLDERS): "0 on every route; in doubt should one not be",
            "pricing: video_duration_pricing, " + ", ".join(sorted(UNRECORDED)): "newer than the recorded documents",
            "a route that says nothing": "no price, no limit and nothing it accepts",
            "two endpoints of one provider": "nothing tells which of their prices a request would pay",
            "tag, name, model_name, model_id": "the provider's name and data.id again",
            "data.name, description, created, architecture": "the listing's own, or read from vercel_ai_gateway",
            "status, uptime_*, latency_*, throughput_*": "the weather of the last hour, not a property of the offer",
            "supports_implicit_caching": "how to call it, not what it is",
        },
    ),
)
