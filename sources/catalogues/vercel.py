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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sources import offers, sentences
from sources.contract import Document, LeftOut, Observation, Refused, Source, Value, condition
from sources.values import MILLION, decimal

_CACHE_METERS = {"input_cache_read": "cache_read", "input_cache_write": "cache_write"}
METERS = {"input": "input", "output": "output", **_CACHE_METERS}
ROUTE_METERS = {"prompt": "input", "completion": "output", **_CACHE_METERS}
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
ROUTE_PLACEHOLDERS = frozenset({"request", "image", "image_output", "web_search", "internal_reasoning", "discount"})

_ID = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class Listing:
    """One thing on sale: its subject and where it stands on the page."""

    subject: str
    place: str
    host: str = ""

    def says(
        self, attribute: str, value: Value, printed: object, at: str, unit: str = "", when: str = ""
    ) -> Observation:
        return Observation(self.subject, attribute, str(printed), value, f"{self.place}.{at}", unit, when, self.host)


def parse_models(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("data"):
        yield from _model(model)


def parse_endpoints(document: Document) -> Iterator[Observation | LeftOut]:
    data = document.json().pop("data")
    model_id = data.pop("id")
    endpoints = data.pop("endpoints")
    hosts = Counter(endpoint["provider_name"] for endpoint in endpoints)
    places = offers.told_apart(_place_of_route(endpoint) for endpoint in endpoints)
    for place, endpoint in zip(places, endpoints, strict=True):
        if hosts[endpoint["provider_name"]] > 1:
            yield LeftOut(place, "two endpoints of one provider")
            continue
        yield LeftOut(place, "a route that says nothing")  # counts only where nothing of it is read
        yield from _endpoint(endpoint, model_id)


def routes(document: Document) -> Iterator[str]:
    """The place of every route in an endpoints document."""
    return offers.told_apart(map(_place_of_route, document.json()["data"]["endpoints"]))


def _place_of_route(endpoint: dict[str, Any]) -> str:
    return f"data.endpoints[provider_name={endpoint['provider_name']}]"


def endpoint_urls(listed: Iterable[Observation]) -> Iterator[str]:
    """The endpoints document of every listed model."""
    for model_id in {each.subject: None for each in listed}:
        if _ID.fullmatch(model_id):
            yield f"https://ai-gateway.vercel.sh/v1/models/{model_id}/endpoints"


def _model(model: dict[str, Any]) -> Iterator[Observation]:
    model_id = model.pop("id")
    listing = Listing(model_id, f"data[id={model_id}]")
    pricing = model.pop("pricing")
    yield from _token_prices(listing, pricing, METERS)
    for meter, unit in (("web_search", "usd/1k_requests"), ("image", "usd/image")):
        if (amount := decimal(printed := pricing.pop(meter, "0"))) != 0:
            yield listing.says(f"price/{meter}", amount, printed, f"pricing.{meter}", unit)
    yield from _image_prices(listing, pricing.pop("image_dimension_quality_pricing", []))
    yield from _video_prices(listing, pricing.pop("video_duration_pricing", []))
    _account_for(pricing.keys() - UNRECORDED, f"{listing.place}.pricing")
    yield listing.says("name", name := model.pop("name"), name, "name")
    yield listing.says("lab", lab := model.pop("owned_by"), lab, "owned_by")
    if product_type := PRODUCT_TYPES.get(printed := model.pop("type")):
        yield listing.says("product_type", product_type, printed, "type")
    yield from _tokens(listing, "context_tokens", model, "context_window")
    yield from _tokens(listing, "max_output_tokens", model, "max_tokens")
    yield from _capabilities(listing, model, "tags", CAPABILITIES)
    for attribute, printed, number in sentences.sizes(model.pop("description", None) or ""):
        yield listing.says(attribute, number, printed, "description")
    _account_for(_price_words(model), listing.place)


def _endpoint(endpoint: dict[str, Any], model_id: str) -> Iterator[Observation]:
    place, host = _place_of_route(endpoint), endpoint.pop("provider_name")
    listing = Listing(f"{host}/{model_id}", place, host)
    pricing = endpoint.pop("pricing")
    for key in ROUTE_PLACEHOLDERS & pricing.keys():
        if decimal(printed := pricing.pop(key)) != 0:
            raise Refused("a price where there was always 0", place=f"{listing.place}.pricing.{key}", value=printed)
    yield from _token_prices(listing, pricing, ROUTE_METERS)
    _account_for(pricing.keys() - UNRECORDED - {"video_duration_pricing"}, f"{listing.place}.pricing")
    yield from _tokens(listing, "context_tokens", endpoint, "context_length")
    yield from _tokens(listing, "max_output_tokens", endpoint, "max_completion_tokens")
    yield from _tokens(listing, "max_input_tokens", endpoint, "max_prompt_tokens")
    if quantization := endpoint.pop("quantization", None):
        yield listing.says("quantization", quantization, quantization, "quantization")
    yield from _capabilities(listing, endpoint, "supported_parameters", PARAMETERS)
    _account_for(_price_words(endpoint), listing.place)


def _token_prices(listing: Listing, pricing: dict[str, Any], meters: dict[str, str]) -> Iterator[Observation]:
    """Prices per token and their ladders, taken out of `pricing`."""
    both = list(meters)[:2]
    nothing = {decimal(pricing.get(key, 1)) for key in both} == {decimal(0)}
    for key, meter in meters.items():
        at = f"pricing.{key}"
        printed, ladder = pricing.pop(key, None), pricing.pop(f"{key}_tiers", [])
        if printed is None and ladder:
            printed, at = ladder[0]["cost"], f"{at}_tiers[0].cost"
        if printed is not None and (decimal(printed) != 0 or (nothing and key in both)):
            yield _per_million(listing, meter, printed, at, "")
        start: int | None = 0
        for number, step in enumerate(ladder):
            at = f"pricing.{key}_tiers[{number}]"
            cost, low, high = step.pop("cost"), step.pop("min", 0), step.pop("max", None)
            _account_for(step, f"{listing.place}.{at}")
            if start is None or low not in (start, start - 1):
                raise Refused("a ladder with a gap", place=f"{listing.place}.{at}.min", value=low)
            if start:
                when = condition(context_from=start, tier_scope="whole_request")
                yield _per_million(listing, meter, cost, f"{at}.cost", when)
            elif decimal(cost) != decimal(printed):
                raise Refused("a ladder that starts elsewhere", place=f"{listing.place}.{at}.cost", value=cost)
            start = high


def _per_million(listing: Listing, meter: str, printed: str, at: str, when: str) -> Observation:
    return listing.says(f"price/{meter}", decimal(printed) * MILLION, printed, at, "usd/mtok", when)


def _image_prices(listing: Listing, prices: list[dict[str, Any]]) -> Iterator[Observation]:
    for number, price in enumerate(prices):
        at = f"pricing.image_dimension_quality_pricing[{number}]"
        cost, size, quality = price.pop("cost"), price.pop("size", None), price.pop("quality", None)
        if price.keys() & {"operation", "style"}:
            continue
        _account_for(price, f"{listing.place}.{at}")
        when = condition(size=None if size == "default" else size, quality=quality)
        yield listing.says("price/image", decimal(cost), cost, f"{at}.cost", "usd/image", when)


def _video_prices(listing: Listing, prices: list[dict[str, Any]]) -> Iterator[Observation]:
    read = []
    for number, price in enumerate(prices):
        at = f"pricing.video_duration_pricing[{number}]"
        cost, audio = price.pop("cost_per_second"), price.pop("audio", None)
        when = condition(
            mode=price.pop("mode", None),
            resolution=price.pop("resolution", None),
            variant=None if audio is None else "audio" if audio else "silent",
        )
        if "voice_control" not in price:
            _account_for(price, f"{listing.place}.{at}")
            read.append(listing.says("price/second", decimal(cost), cost, f"{at}.cost_per_second", "usd/second", when))
    rivals = Counter(each.condition for each in read)
    yield from (each for each in read if rivals[each.condition] == 1)


def _tokens(listing: Listing, attribute: str, holder: dict[str, Any], key: str) -> Iterator[Observation]:
    if count := holder.pop(key, None):
        yield listing.says(attribute, count, count, key)


def _capabilities(
    listing: Listing, holder: dict[str, Any], key: str, meanings: dict[str, tuple[str, ...]]
) -> Iterator[Observation]:
    """A word that is there is a yes; one that is missing says nothing."""
    for word in holder.pop(key, []):
        for capability in meanings.get(word, ()):
            yield listing.says(f"capability/{capability}", True, word, key)


def _price_words(left_over: Iterable[str]) -> set[str]:
    return {key for key in left_over if any(word in key for word in ("pric", "cost", "discount"))}


def _account_for(left_over: Iterable[str], place: str) -> None:
    for key in sorted(left_over):
        raise Refused("a price, or a condition of one, that we do not know", place=f"{place}.{key}", value=key)


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
        offers=routes,
        ignores={
            "a 0 beside a price": "a meter that is not charged, not a price",
            "pricing: " + ", ".join(sorted(ROUTE_PLACEHOLDERS)): "0 on every route; refused should one not be",
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
