"""OpenRouter: what the gateway lists, and the routes behind each listing.

``openrouter_models`` reads the public list, the gateway's own offer of each model; ``openrouter_media`` reads from the
list of all modalities what the public one leaves out, everything that writes no text. ``openrouter_endpoints`` reads a
document a model: its routes, one a host, region, number format and service tier. All print USD per token, in text.
The API describes its prices in its client documentation; the facts this module rests on:

* An override holds when *all* its conditions do; a price it leaves out stays as listed; a later one wins.
  ``min_prompt_tokens`` is a threshold to exceed: 200000 starts at 200,001 tokens, and reprices the whole request.
  ``utc_start`` and ``utc_end`` are clock numbers, 1630 for 16:30, the end excluded, perhaps past midnight.
* A discount is already in the price printed beside it (Qwen-Plus: 0.26 with ``0.35`` off, Alibaba lists 0.40). What is
  charged is the price; the one before the discount stands beside it under ``label=before the discount``.
* A router picks a model for each request. Its 0 is no price; what it prints above 0 is charged whatever it picks.
* A route is known by its ``tag`` (``azure/eu``, ``deepinfra/fp8``, ``openai/flex``); several share a provider's name.
* -1 is a price decided per request. 0 is a price on a ``:free`` listing and on a model that only writes text; elsewhere
  (songs, images) it says that tokens are not what is charged. A model that writes neither text nor embeddings prints
  per-second, per-character or per-page amounts under the names of token prices; none of them is read.

Out of scope: speed and uptime of a route, and third parties' benchmarks that OpenRouter repeats.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Listing, Observation, Refused, Source, Told, condition
from sources.doubts import Doubt, attempt
from sources.readers import offers, sentences
from sources.readers.routers import decides_per_request, is_router
from sources.readers.structured import Entry, Found, Glimpse, each_entry, inside, json_words, listed
from sources.readers.values import count, day, decimal, identifier, is_zero, limit, modalities, words

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
HEADLINE = ("prompt", "completion")
_KNOWN_PRICES = TOKEN_METERS.keys() | COUNTED_METERS.keys() | UNITS_IN_DOUBT
LIST_PRICE = "before the discount"
"""Under which label a promotion's list price is given beside what is charged."""

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


@dataclass(frozen=True, kw_only=True)
class OnSale(Listing):
    """A listing with what its prices hang on: what it writes, its service tier, whether it is a router, its name."""

    writes: frozenset[str]
    service_tier: str | None = None
    routes: bool = False
    name: str = ""

    @property
    def free(self) -> bool:
        return self.subject.endswith(":free")


def parse_models(document: Document) -> Iterator[Told]:
    yield from each_entry(_listed(document), _model, siblings="data[")


def parse_media(document: Document) -> Iterator[Told]:
    def read(model: Entry) -> Iterator[Told]:
        if "text" in inside(model["architecture"], model.place)["output_modalities"]:
            yield LeftOut(model.place, _IN_BOTH)
        else:
            yield from _model(model)

    yield from each_entry(_listed(document), read, siblings="data[")


def _listed(document: Document) -> Iterator[Found]:
    page = document.json_with_oddities()
    if (page.get("links") or {}).get("next") is not None:
        raise Refused("the list goes on on another page", place="links.next")
    return listed(page["data"], "data")


def parse_endpoints(document: Document) -> Iterator[Told]:
    data = document.json_with_oddities()["data"]
    model_id, writes = identifier(data["id"]), frozenset(data["architecture"]["output_modalities"])
    found = list(listed(data["endpoints"], "data.endpoints", "tag"))
    tags = Counter(each.key for each in found if each.key)

    def read(endpoint: Entry) -> Iterator[Told]:
        if tags[endpoint.key] > 1:
            yield LeftOut(endpoint.place, "two endpoints under one tag")
            return
        yield LeftOut(endpoint.place, "a route that says nothing")  # counts only where nothing of it is read
        yield from _endpoint(endpoint, model_id, writes)

    yield from each_entry(found, read, siblings="data.endpoints[")


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


def _model(model: Entry) -> Iterator[Told]:
    architecture = inside(model.pop("architecture"), f"{model.place}.architecture")
    reads, writes = architecture.pop("input_modalities"), architecture.pop("output_modalities")
    name = said if isinstance(said := model.get("name"), str) else ""
    is_alias = model.key.startswith("~") or bool(model.get("alias_target"))
    listing = OnSale(
        subject=identifier(model.pop("id")),
        writes=frozenset(writes),
        service_tier="batch" if "batch" in model.key.partition(":")[2].split("-") else None,
        routes=not is_alias and (architecture.get("tokenizer") == "Router" or is_router(model.key, name)),
        name=name,
    )
    yield from model.field("pricing", partial(_prices, listing, f"{model.place}.id"))
    for attribute in ("name", "canonical_slug", "hugging_face_id"):
        yield from model.states(attribute, (attribute,), words, listing.says)
    yield from model.field("alias_target", partial(_alias, listing))
    window = model.get("context_length")
    yield from _tokens(listing, "context_tokens", model, "context_length")
    yield from model.field("top_provider", partial(_limits_of_the_route, listing, window))
    yield from model.states("knowledge_cutoff", ("knowledge_cutoff_on",), _day, listing.says)
    yield from model.states("expiration_date", ("shutdown_on",), _expiry, listing.says)
    yield from _modalities(listing, reads, writes, architecture.place)
    if listing.routes:
        yield listing.says("product_type", "router", model.key, f"{model.place}.id")
    elif kind := PRODUCT_TYPES.get(", ".join(writes)):
        yield listing.says("product_type", kind, ", ".join(writes), f"{architecture.place}.output_modalities")
    yield from _capabilities(listing, model)
    yield from model.field("description", partial(_sizes, listing))
    yield from model.unread_prices(read_past=("benchmarks",))


def _alias(listing: Listing, target: dict[str, Any], place: str) -> Iterator[Observation]:
    yield listing.says("alias_target", words(target["slug"]), target["slug"], f"{place}.slug")


def _limits_of_the_route(listing: Listing, window: Any, provider: Any, place: str) -> Iterator[Told]:
    """What the one route gives whose prices these are: no prompt is longer than its window, where that is smaller."""
    route = inside(provider, place)
    yield from _tokens(listing, "max_output_tokens", route, "max_completion_tokens")
    if route.get("context_length") != window:
        yield from _tokens(listing, "max_input_tokens", route, "context_length")


def _sizes(listing: Listing, description: str, place: str) -> Iterator[Observation]:
    for attribute, printed, number in sentences.sizes(description):
        yield listing.says(attribute, number, printed, place)


def _day(printed: str) -> date | str | None:
    return day(printed) if printed else None


def _expiry(printed: str) -> date | str | None:
    return _day(printed) if printed < SENTINEL_YEAR else None


def _endpoint(endpoint: Entry, model_id: str, writes: frozenset[str]) -> Iterator[Told]:
    tag = identifier(endpoint.pop("tag"))
    _, *traits = tag.split("/")
    tiers = SERVICE_TIERS & {*traits, model_id.partition(":")[2]}
    if len(tiers) > 1:
        raise Refused("a route in two service tiers", place=endpoint.place, value=tag)
    listing = OnSale(f"{tag}/{model_id}", tag, writes=writes, service_tier=next(iter(tiers), None))
    yield from endpoint.field("pricing", partial(_prices, listing, f"{endpoint.place}.model_id"))
    yield from _tokens(listing, "context_tokens", endpoint, "context_length")
    yield from _tokens(listing, "max_output_tokens", endpoint, "max_completion_tokens")
    yield from _tokens(listing, "max_input_tokens", endpoint, "max_prompt_tokens")
    if endpoint.get("quantization") != "unknown":
        yield from endpoint.states("quantization", ("quantization",), words, listing.says)
    for region in filter(_REGION.fullmatch, traits):
        yield listing.says("region", region, tag, f"{endpoint.place}.tag")
    yield from _capabilities(listing, endpoint)
    yield from endpoint.unread_prices()


@dataclass(frozen=True)
class Terms:
    """What holds for all prices of a listing, or of one of its overrides.

    lifetimes   how long what was written is kept, by key; None where a key we do not know may say it
    is_free     whether a 0 for prompt and completion is a price
    off         the share a promotion takes off, already taken off in what is printed
    when        the conditions of an override
    """

    lifetimes: Mapping[str, str] | None
    is_free: bool
    off: Decimal
    when: Mapping[str, str | int] = field(default_factory=dict)


def _prices(listing: OnSale, named_at: str, pricing: Any, place: str) -> Iterator[Told]:
    """Every price of a listing, each of which may be in doubt alone."""
    entry = inside(pricing, place)
    discount, overrides = entry.pop("discount", None), entry.pop("overrides", None)
    headline = [entry.get(key) for key in HEADLINE]
    costs_nothing = all(is_zero(price) for price in headline)
    if listing.free or (listing.routes and costs_nothing and "Free" in listing.name.split()):
        yield listing.says("price_status", "free", listing.subject, named_at)
    elif listing.routes and costs_nothing:
        yield listing.says("price_status", "dynamic", listing.subject, named_at)
    if decides_per_request(*headline):
        yield listing.says("price_status", "dynamic", headline[0], f"{place}.prompt")
        return
    unknown = [key for key in entry if key not in _KNOWN_PRICES]
    yield from entry.unknown(_KNOWN_PRICES)
    if listing.writes.isdisjoint(_PRICED_BY_TOKEN) or (listing.routes and costs_nothing):
        return
    off = list(attempt(lambda: [_share_off(discount)], "cell", f"{place}.discount", Glimpse(discount)))
    yield from (each for each in off if isinstance(each, Doubt))
    terms = Terms(
        lifetimes=None if any("cache_write" in key for key in unknown) else _lifetimes(entry),
        is_free=costs_nothing and (listing.free or listing.writes == {"text"}),
        off=next((each for each in off if isinstance(each, Decimal)), Decimal(0)),
    )
    for key in [each for each in entry if each not in UNITS_IN_DOUBT]:
        yield from entry.field(key, partial(_price, listing, key, terms))
    if overrides is not None:
        at = f"{place}.overrides"
        yield from attempt(partial(_overrides, listing, terms, overrides, at), "cell", at, overrides, within=(at,))


def _lifetimes(pricing: Mapping[str, Any]) -> dict[str, str]:
    if "input_cache_write_1h" not in pricing:
        return {}
    return {"input_cache_write": "5m", "input_cache_write_1h": "1h"}


def _share_off(printed: Any) -> Decimal:
    share = decimal(printed or 0)
    if not 0 <= share < 1:
        raise ValueError(f"{printed} is no share that can be taken off")
    return share


def _overrides(listing: OnSale, terms: Terms, overrides: Any, place: str) -> Iterator[Told]:
    for number, override in enumerate(overrides):
        at = f"{place}[{number}]"
        yield from attempt(
            partial(_override, listing, terms, override, at), "cell", at, Glimpse(override), within=(place,)
        )


def _override(listing: OnSale, terms: Terms, override: Any, place: str) -> Iterator[Told]:
    entry = inside(override, place)
    when = _override_conditions(entry, place)
    if unknown := [key for key in entry if key not in _KNOWN_PRICES]:
        raise Refused("neither a condition nor a price we know", place=place, value=unknown)
    for key in [each for each in entry if each not in UNITS_IN_DOUBT]:
        yield from entry.field(key, partial(_price, listing, key, replace(terms, when=when)))


def _price(listing: OnSale, key: str, terms: Terms, printed: Any, place: str) -> Iterator[Observation]:
    amount = decimal(printed)
    if amount == 0 and not terms.when and not (terms.is_free and key in HEADLINE):
        return
    if terms.lifetimes is None and "cache_write" in key:
        raise Refused("a price whose meaning hangs on one we do not know", place=place, value=printed)
    meter, (times, unit) = TOKEN_METERS.get(key, key), COUNTED_METERS.get(key, (1_000_000, "usd/mtok"))
    parts = {"service_tier": listing.service_tier, "cache_ttl": (terms.lifetimes or {}).get(key), **terms.when}
    yield listing.says(f"price/{meter}", amount * times, printed, place, unit, condition(**parts))
    if amount and terms.off:
        before = round(amount * times / (1 - terms.off), 9)
        seen = f"{json_words(printed)} after a discount of {terms.off}"
        if before * (1 - terms.off) != amount * times:
            raise Refused("a price from which a discount cannot have been taken", place=place, value=seen)
        yield listing.says(f"price/{meter}", before, seen, place, unit, condition(label=LIST_PRICE, **parts))


def _override_conditions(override: dict[str, Any], place: str) -> dict[str, str | int]:
    """What must hold for an override, taken out of it; there is always something, else it would be the price."""
    when: dict[str, str | int] = {}
    if "min_prompt_tokens" in override:
        when |= {"context_from": count(override.pop("min_prompt_tokens")) + 1, "tier_scope": "whole_request"}
    if "utc_start" in override:
        when["utc_window"] = f"{_clock(override.pop('utc_start'))}-{_clock(override.pop('utc_end'))}"
    if "utc_days" in override:
        when["utc_days"] = ",".join(override.pop("utc_days"))
    if not when:
        raise Refused("an override without a condition we know", place=place, value=override)
    return when


def _clock(number: int) -> str:
    hours, minutes = divmod(count(number), 100)
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        raise Refused("not a time of day written as HHMM", value=number)
    return f"{hours:02d}:{minutes:02d}"


def _tokens(listing: Listing, attribute: str, holder: Entry, key: str) -> Iterator[Told]:
    yield from holder.states(key, (attribute,), limit, listing.says)


def _modalities(listing: Listing, reads: list[str], writes: list[str], place: str) -> Iterator[Observation]:
    """The gateway's full lists; a list with a word we do not know is left unsaid, the prices beside it stand."""
    for attribute, names in (("input_modalities", reads), ("output_modalities", writes)):
        try:
            known = modalities(names)
        except ValueError:
            continue
        yield listing.says(attribute, known, ", ".join(names), f"{place}.{attribute}")
    if "text" in writes:
        beyond_text = {"image", "audio", "video"} & {*reads, *writes}
        printed = f"{', '.join(reads)} -> {', '.join(writes)}"
        yield listing.says("capability/vision", "image" in reads, ", ".join(reads), f"{place}.input_modalities")
        yield listing.says("capability/multimodal", bool(beyond_text), printed, place)


def _capabilities(listing: Listing, holder: Entry) -> Iterator[Told]:
    yield from holder.field("supported_parameters", partial(_accepted, listing))


def _accepted(listing: Listing, parameters: list[str], place: str) -> Iterator[Observation]:
    """A parameter that is accepted is a yes; one that is missing says nothing."""
    for parameter in parameters:
        for capability in CAPABILITIES.get(parameter, ()):
            yield listing.says(f"capability/{capability}", True, parameter, place)


_IGNORED_PRICES = {
    "pricing.image, image_output, image_token": "said to be per image, printed per token on most models",
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
    "top_provider.context_length where it is the listing's": "said already",
    "top_provider.is_moderated": "what a host filters, and no capability",
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
        offers=offers.entries("data", "endpoints", key="tag"),
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
