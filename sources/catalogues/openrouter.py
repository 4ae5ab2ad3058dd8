"""OpenRouter: what the gateway lists, and the routes behind each listing.

``openrouter_models`` reads the public list, the gateway's own offer of each model; ``openrouter_media`` reads from the
list of all modalities what the public one leaves out, everything that writes no text. ``openrouter_endpoints`` reads a
document a model: its routes, one a host, region, number format and service tier. All print USD per token, in text.
The API describes its prices in its client documentation; the facts this module rests on:

* An override holds when *all* its conditions do; a price it leaves out stays as listed; a later one wins.
  ``min_prompt_tokens`` is a threshold to exceed: 200000 starts at 200,001 tokens, and reprices the whole request.
  ``utc_start`` and ``utc_end`` are clock numbers, 1630 for 16:30, the end excluded, perhaps past midnight.
* A discount is already in the price printed beside it (Qwen-Plus: 0.26 with ``0.35`` off, Alibaba lists 0.40).
* A route is known by its ``tag`` (``azure/eu``, ``deepinfra/fp8``, ``openai/flex``); several share a provider's name.
* -1 is a price decided per request. 0 is a price on a ``:free`` listing and on a model that only writes text; elsewhere
  (songs, images) it says that tokens are not what is charged. A model that writes neither text nor embeddings prints
  per-second, per-character or per-page amounts under the names of token prices; none of them is read.

Out of scope: speed and uptime of a route, and third parties' benchmarks that OpenRouter repeats.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sources import offers, sentences
from sources.contract import Document, LeftOut, Observation, Refused, Source, Value, condition
from sources.values import day, decimal, modalities

TOKEN_METERS = {
    "prompt": "input",
    "completion": "output",
    "internal_reasoning": "reasoning_output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_1h": "cache_write",
    "audio": "input_audio",
    "audio_output": "output_audio",
    "input_audio_cache": "cache_read_audio",
}
COUNTED_METERS = {"request": (1, "usd/request"), "web_search": (1000, "usd/1k_requests")}
UNITS_IN_DOUBT = frozenset({"image", "image_output", "image_token"})
SERVICE_TIERS = frozenset({"batch", "fast", "flex", "priority"})
CAPABILITIES = {
    "tools": ("function_calling", "tool_use"),
    "structured_outputs": ("structured_outputs",),
    "reasoning": ("reasoning",),
}
PRODUCT_TYPES = {
    "embeddings": "embedding",
    "image": "image",
    "video": "video",
    "speech": "speech",
    "transcription": "speech",
    "rerank": "reranker",
}
"""What a model is that writes this and nothing else."""

SENTINEL_YEAR = "2098"

_PRICED_BY_TOKEN = frozenset({"text", "embeddings"})
"""What a model must write for its prompt and completion prices to be those of tokens."""

_LIST = "https://openrouter.ai/api/v1/models"
_IN_BOTH = "what writes text"

_REGION = re.compile(r"global|us|eu|europe|[a-z]*-?(?:north|south|east|west|central)[a-z]*-?\d*")
_ID = re.compile(r"[\w.-]+/[\w.-]+(?::[\w-]+)?")


@dataclass(frozen=True)
class Listing:
    """One thing on sale: its subject, its place on the page, what it writes, and the service tier it is sold in."""

    subject: str
    place: str
    writes: frozenset[str]
    host: str = ""
    service_tier: str | None = None

    @property
    def free(self) -> bool:
        return self.subject.endswith(":free")

    def says(
        self, attribute: str, value: Value, printed: object, at: str, unit: str = "", when: str = ""
    ) -> Observation:
        return Observation(self.subject, attribute, str(printed), value, f"{self.place}.{at}", unit, when, self.host)


def parse_models(document: Document) -> Iterator[Observation]:
    for model in _listed(document):
        yield from _model(model)


def parse_media(document: Document) -> Iterator[Observation | LeftOut]:
    for model in _listed(document):
        if "text" in model["architecture"]["output_modalities"]:
            yield LeftOut(f"data[id={model['id']}]", _IN_BOTH)
        else:
            yield from _model(model)


def _listed(document: Document) -> list[dict[str, Any]]:
    page = document.json()
    if page.pop("links", {}).get("next") is not None:
        raise Refused("the list goes on on another page", place="links.next")
    models: list[dict[str, Any]] = page.pop("data")
    return models


def parse_endpoints(document: Document) -> Iterator[Observation | LeftOut]:
    data = document.json().pop("data")
    model_id, writes = data.pop("id"), frozenset(data.pop("architecture").pop("output_modalities"))
    endpoints = data.pop("endpoints")
    tags = Counter(endpoint["tag"] for endpoint in endpoints)
    places = offers.told_apart(_place_of_route(endpoint) for endpoint in endpoints)
    for place, endpoint in zip(places, endpoints, strict=True):
        if tags[endpoint["tag"]] > 1:
            yield LeftOut(place, "two endpoints under one tag")
            continue
        yield LeftOut(place, "a route that says nothing")  # counts only where nothing of it is read
        yield from _endpoint(endpoint, model_id, writes)


def routes(document: Document) -> Iterator[str]:
    """The place of every route in an endpoints document."""
    return offers.told_apart(map(_place_of_route, document.json()["data"]["endpoints"]))


def _place_of_route(endpoint: dict[str, Any]) -> str:
    return f"data.endpoints[tag={endpoint['tag']}]"


def endpoint_urls(listed: Iterable[Observation]) -> Iterator[str]:
    """The endpoints document of every model that has its own: no router, no moving alias, no batch twin.

    Of what writes neither text nor embeddings nothing would be read there.
    """
    ids = {
        each.subject: None
        for each in listed
        if each.attribute == "output_modalities" and not _PRICED_BY_TOKEN.isdisjoint(str(each.printed).split(", "))
    }
    aliases = ("~", "openrouter/")
    for model_id in ids:
        if _ID.fullmatch(model_id) and not model_id.startswith(aliases) and not model_id.endswith(":batch"):
            yield f"https://openrouter.ai/api/v1/models/{model_id}/endpoints"


def _model(model: dict[str, Any]) -> Iterator[Observation]:
    model_id, architecture = model.pop("id"), model.pop("architecture")
    reads, writes = architecture.pop("input_modalities"), architecture.pop("output_modalities")
    listing = Listing(
        subject=model_id,
        place=f"data[id={model_id}]",
        writes=frozenset(writes),
        service_tier="batch" if model_id.endswith(":batch") else None,
    )
    yield from _prices(listing, model.pop("pricing"))
    yield listing.says("name", name := model.pop("name"), name, "name")
    for attribute in ("canonical_slug", "hugging_face_id"):
        if spelling := model.pop(attribute, None):
            yield listing.says(attribute, spelling, spelling, attribute)
    if target := model.pop("alias_target", None):
        yield listing.says("alias_target", slug := target.pop("slug"), slug, "alias_target.slug")
    yield from _tokens(listing, "context_tokens", model, "context_length")
    if most := model.pop("top_provider").pop("max_completion_tokens", None):
        yield listing.says("max_output_tokens", most, most, "top_provider.max_completion_tokens")
    if cutoff := model.pop("knowledge_cutoff", None):
        yield listing.says("knowledge_cutoff_on", day(cutoff), cutoff, "knowledge_cutoff")
    if (expiry := model.pop("expiration_date", None)) and expiry < SENTINEL_YEAR:
        yield listing.says("shutdown_on", day(expiry), expiry, "expiration_date")
    yield from _modalities(listing, reads, writes)
    if kind := PRODUCT_TYPES.get(", ".join(writes)):
        yield listing.says("product_type", kind, ", ".join(writes), "architecture.output_modalities")
    yield from _capabilities(listing, model)
    for attribute, printed, number in sentences.sizes(model.pop("description", None) or ""):
        yield listing.says(attribute, number, printed, "description")
    _account_for(model, listing.place)


def _endpoint(endpoint: dict[str, Any], model_id: str, writes: frozenset[str]) -> Iterator[Observation]:
    place, tag = _place_of_route(endpoint), endpoint.pop("tag")
    _, *traits = tag.split("/")
    tiers = SERVICE_TIERS & {*traits, model_id.partition(":")[2]}
    if len(tiers) > 1:
        raise Refused("a route in two service tiers", place=f"data.id={model_id}", value=tag)
    listing = Listing(
        subject=f"{tag}/{model_id}",
        place=place,
        writes=writes,
        host=tag,
        service_tier=next(iter(tiers), None),
    )
    yield from _prices(listing, endpoint.pop("pricing"))
    yield from _tokens(listing, "context_tokens", endpoint, "context_length")
    yield from _tokens(listing, "max_output_tokens", endpoint, "max_completion_tokens")
    yield from _tokens(listing, "max_input_tokens", endpoint, "max_prompt_tokens")
    if (quantization := endpoint.pop("quantization", None)) not in (None, "unknown"):
        yield listing.says("quantization", quantization, quantization, "quantization")
    for region in filter(_REGION.fullmatch, traits):
        yield listing.says("region", region, tag, "tag")
    yield from _capabilities(listing, endpoint)
    _account_for(endpoint, listing.place)


def _prices(listing: Listing, pricing: dict[str, Any]) -> Iterator[Observation]:
    pricing.pop("discount", None)
    overrides = pricing.pop("overrides", [])
    headline = {decimal(pricing["prompt"]), decimal(pricing["completion"])}
    if listing.free:
        yield listing.says("price_status", "free", listing.subject, "model_id" if listing.host else "id")
    if headline == {decimal(-1)}:
        yield listing.says("price_status", "dynamic", pricing["prompt"], "pricing.prompt")
        return
    zero_is_charged = headline == {decimal(0)} and (listing.free or listing.writes == {"text"})
    lifetimes = {}
    if "input_cache_write_1h" in pricing:
        lifetimes = {"input_cache_write": "5m", "input_cache_write_1h": "1h"}
    for number, prices in enumerate([pricing, *overrides]):
        at = f"pricing.overrides[{number - 1}]" if number else "pricing"
        when = _override_conditions(prices, f"{listing.place}.{at}") if number else {}
        for key, printed in prices.items():
            if key not in TOKEN_METERS.keys() | COUNTED_METERS.keys() | UNITS_IN_DOUBT:
                raise Refused("a price we do not know how to read", place=f"{listing.place}.{at}.{key}", value=printed)
            charged = decimal(printed) != 0 or number or (zero_is_charged and key in ("prompt", "completion"))
            if key in UNITS_IN_DOUBT or not charged or listing.writes.isdisjoint(_PRICED_BY_TOKEN):
                continue
            meter, (times, unit) = TOKEN_METERS.get(key, key), COUNTED_METERS.get(key, (1_000_000, "usd/mtok"))
            qualified = condition(service_tier=listing.service_tier, cache_ttl=lifetimes.get(key), **when)
            yield listing.says(f"price/{meter}", decimal(printed) * times, printed, f"{at}.{key}", unit, qualified)


def _override_conditions(override: dict[str, Any], place: str) -> dict[str, str | int]:
    """What must hold for an override, taken out of it; there is always something, else it would be the price."""
    when: dict[str, str | int] = {}
    if "min_prompt_tokens" in override:
        when |= {"context_from": override.pop("min_prompt_tokens") + 1, "tier_scope": "whole_request"}
    if "utc_start" in override:
        when["utc_window"] = f"{_clock(override.pop('utc_start'))}-{_clock(override.pop('utc_end'))}"
    if "utc_days" in override:
        when["utc_days"] = ",".join(override.pop("utc_days"))
    if not when:
        raise Refused("an override without a condition we know", place=place, value=override)
    return when


def _clock(number: int) -> str:
    hours, minutes = divmod(number, 100)
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        raise Refused("not a time of day written as HHMM", value=number)
    return f"{hours:02d}:{minutes:02d}"


def _tokens(listing: Listing, attribute: str, holder: dict[str, Any], key: str) -> Iterator[Observation]:
    if count := holder.pop(key, None):
        yield listing.says(attribute, count, count, key)


def _modalities(listing: Listing, reads: list[str], writes: list[str]) -> Iterator[Observation]:
    """The gateway's full lists; a list with a word we do not know is left unsaid, the prices beside it stand."""
    for attribute, names in (("input_modalities", reads), ("output_modalities", writes)):
        try:
            known = modalities(names)
        except ValueError:
            continue
        yield listing.says(attribute, known, ", ".join(names), f"architecture.{attribute}")
    if "text" in writes:
        beyond_text = {"image", "audio", "video"} & {*reads, *writes}
        printed, at = f"{', '.join(reads)} -> {', '.join(writes)}", "architecture"
        yield listing.says("capability/vision", "image" in reads, ", ".join(reads), f"{at}.input_modalities")
        yield listing.says("capability/multimodal", bool(beyond_text), printed, at)


def _capabilities(listing: Listing, holder: dict[str, Any]) -> Iterator[Observation]:
    """A parameter that is accepted is a yes; one that is missing says nothing."""
    for parameter in holder.pop("supported_parameters", []):
        for capability in CAPABILITIES.get(parameter, ()):
            yield listing.says(f"capability/{capability}", True, parameter, "supported_parameters")


def _account_for(left_over: dict[str, Any], place: str) -> None:
    for key, value in left_over.items():
        if any(word in key for word in ("pric", "cost", "discount")):
            raise Refused("something like a price where none was known", place=f"{place}.{key}", value=value)


_IGNORED_PRICES = {
    "pricing.image, image_output, image_token": "said to be per image, printed per token on most models",
    "pricing.discount": "already in the prices beside it",
    "a 0 beside a price": "a meter that is not charged, not a price",
    "prices of what writes neither text nor embeddings": "per second, character or page, named like token prices",
}

_IGNORED_OF_A_LISTING = {
    **_IGNORED_PRICES,
    "/api/v1/providers": "seats, datacentres and policies of hosts; the directory holds their spellings",
    "created": "the day of listing, not of release",
    "description": "prose, cut short by the gateway; its sentences about size are read",
    "benchmarks": "third parties' scores, passed on without their terms or settings",
    "reasoning": "effort levels and defaults; supported_parameters says whether there is any",
    "default_parameters, per_request_limits, supported_voices, links": "how to call it, not what it is",
    "architecture.modality, tokenizer, instruct_type": "the modality lists again, and internals",
    "top_provider.context_length, is_moderated": "of one route; its endpoints document says it",
    "expiration_date from 2098 on": "a sentinel for no date",
}

SOURCES = (
    Source(
        id="openrouter_models",
        publisher="openrouter",
        kind="catalogue",
        authority="gateway",
        media="json",
        urls=(_LIST,),
        terms_url="https://openrouter.ai/terms",
        licence="OpenRouter terms of service; facts only",
        seller="openrouter",
        rows=(150, 1250),
        parse=parse_models,
        offers=offers.entries("data"),
        ignores=_IGNORED_OF_A_LISTING,
    ),
    Source(
        id="openrouter_media",
        publisher="openrouter",
        kind="catalogue",
        authority="gateway",
        media="json",
        urls=(f"{_LIST}?output_modalities=all",),
        terms_url="https://openrouter.ai/terms",
        licence="OpenRouter terms of service; facts only",
        seller="openrouter",
        rows=(40, 700),
        parse=parse_media,
        offers=offers.entries("data"),
        ignores={**_IGNORED_OF_A_LISTING, _IN_BOTH: "the public list says the same"},
    ),
    Source(
        id="openrouter_endpoints",
        publisher="openrouter",
        kind="catalogue",
        authority="gateway",
        media="json",
        terms_url="https://openrouter.ai/terms",
        licence="OpenRouter terms of service; facts only",
        gateway="openrouter",
        discovers_from=("openrouter_models", "openrouter_media"),
        discovers=endpoint_urls,
        max_documents=800,
        rows=(1, 60),
        parse=parse_endpoints,
        offers=routes,
        ignores={
            **_IGNORED_PRICES,
            "a route that says nothing": "no price, no limit and nothing it accepts",
            "two endpoints under one tag": "nothing tells which of their prices a request would pay",
            "status, uptime_*, latency_*, throughput_*": "the weather of the last hour, not a property of the offer",
            "provider_name, name, model_name, model_id": "the tag and data.id say the same more exactly",
            "data.name, description, created, architecture": "the listing's own, read from openrouter_models",
            "supports_implicit_caching, supports_tool_choice": "how to call it, not what it is",
        },
    ),
)
