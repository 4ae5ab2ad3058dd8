"""genai-prices (Pydantic): one JSON list of providers with dated, tiered prices; also what its Python package carries.

The address serves the v2 layout. The older ``prices/data.json`` (v1) has the same shape with fewer meters, and the
installed package holds the same entries as Python objects, which `packaged` writes out as that JSON: one parser reads
all three.

* An entry prices every name its ``match`` accepts. Its id and each ``equals`` spelling is a subject, ``provider/name``;
  ``starts_with``, ``contains`` and the like are patterns and name nothing (a pattern off the net is never run). A few
  ids are the catalogue's own label (``regional.anthropic.…``). What is said of a model, its window or its name, is said
  of the id alone, since other spellings may be other models at the same price.
* Tiers hold for the whole request once its input is *over* their start (``TieredPrices`` in the package says so).
* Of several price sets the last that holds wins. A dated one therefore ends all before it: ``effective_to`` is the day
  before. Hours are UTC and may wrap midnight; the plain price holds outside them.
* ``price_variants`` are batch, service tier and the like; of those the *first* that holds wins.
* No price at all may mean free or unknown: only a name ending in ``:free`` is ``price_status`` free.

Its OpenRouter and Hugging Face entries are imported from those APIs, so it confirms neither; most of the others are
kept by hand. It publishes no day on which a price was checked.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NamedTuple

from sources import offers
from sources.contract import Document, LeftOut, Observation, Packaged, Refused, Source, Value, condition
from sources.structured import json_words, money_keys
from sources.values import day, decimal


class Meter(NamedTuple):
    name: str
    unit: str = "mtok"
    per: int = 1
    """How many of `unit` the printed price is for."""
    terms: Mapping[str, str] = MappingProxyType({})


MODALITIES = ("text", "audio", "image", "video")
CACHE_TTLS = ("5m", "1h")

METERS = {
    "input_mtok": Meter("input"),
    "output_mtok": Meter("output"),
    "output_reasoning_mtok": Meter("reasoning_output"),
    "output_citation_mtok": Meter("citation"),
    "cache_read_mtok": Meter("cache_read"),
    "cache_write_mtok": Meter("cache_write"),
    **{f"cache_write_{ttl}_mtok": Meter("cache_write", terms={"cache_ttl": ttl}) for ttl in CACHE_TTLS},
    **{f"input_{kind}_mtok": Meter(f"input_{kind}") for kind in MODALITIES},
    **{f"output_{kind}_mtok": Meter(f"output_{kind}") for kind in MODALITIES},
    **{f"output_{kind}_reasoning_mtok": Meter(f"reasoning_output_{kind}") for kind in MODALITIES},
    **{f"cache_{kind}_read_mtok": Meter(f"cache_read_{kind}") for kind in MODALITIES},
    **{f"cache_{kind}_write_mtok": Meter(f"cache_write_{kind}") for kind in MODALITIES},
    **{
        f"cache_{kind}_write_{ttl}_mtok": Meter(f"cache_write_{kind}", terms={"cache_ttl": ttl})
        for kind in MODALITIES
        for ttl in CACHE_TTLS
    },
    "input_mchars": Meter("character", "mchar"),
    "input_gpixels": Meter("pixel", "mpixel", per=1000),
    "audio_hours": Meter("hour", "hour"),
    "input_audio_hours": Meter("input_audio", "hour"),
    "output_audio_hours": Meter("output_audio", "hour"),
    "input_document_kpages": Meter("page", "page", per=1000),
    "input_annotated_document_kpages": Meter("page", "page", per=1000, terms={"mode": "annotations"}),
    "input_text_messages_kcount": Meter("request", "request", per=1000, terms={"mode": "text"}),
    "requests_kcount": Meter("request", "request", per=1000),
    "rerank_searches_kcount": Meter("search_unit", "1k_requests"),
    "web_searches_kcount": Meter("web_search", "1k_requests"),
    "storage_searches_kcount": Meter("file_search", "1k_requests"),
    "social_searches_kcount": Meter("tool_call", "1k_requests", terms={"mode": "social_search"}),
    "code_executions_kcount": Meter("code_execution", "1k_requests"),
}

VARIANTS = {
    "processing": "service_tier",
    "service_tier": "service_tier",
    "speed": "service_tier",
    "search_type": "mode",
    "route": "variant",
}
"""What a variant depends on → the condition it becomes."""

PLANS = ("cursor", "github-copilot")
"""Providers that meter a seat; nobody buys a token from them without one."""

IGNORES = {
    "an entry without a fact": "patterns without a price, or one of a plan",
    "ft:…": "the price of customers' own tunes, which no one else can buy",
    "huggingface_… ids ending in -fast": "a policy by which the router picks a host, not a model",
    "starts_with, ends_with, contains, regex, and": "patterns over names, not names",
    "description, price_comments": "prose",
    "pricing_urls": "pages of a provider, not of a price",
    "api_pattern, extractors, provider_match, model_match": "how a client finds a price for a response",
    "fallback_model_providers": "whose prices a client may guess with; the provider prints none itself",
    "input_tool_mtok and citations by modality": "known to the package and used by no entry: refused until they are",
}
PROSE = ("description", "price_comments", "pricing_urls")

RELEASED_ON = date(2026, 11, 10)
"""The release day of genai-prices 0.2.3, the oldest release we accept; a later one was checked no earlier."""


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    for provider in document.json():
        host, entries = provider["id"], provider.pop("models")
        for place, entry in zip(_places(host, entries), entries, strict=True):
            if entry["id"].startswith("ft:"):
                yield LeftOut(place, "ft:…")
            elif host.startswith("huggingface_") and entry["id"].endswith("-fast"):
                yield LeftOut(place, "huggingface_… ids ending in -fast")
            else:
                yield LeftOut(place, "an entry without a fact")  # counts only where nothing of it is read
                yield from _entry(host, entry, place)
        _nothing_priced_is_left(provider, host)


def entries(document: Document) -> Iterator[str]:
    """Every entry of every provider."""
    return (place for provider in document.json() for place in _places(provider["id"], provider["models"]))


def _places(host: str, entries: list[dict[str, Any]]) -> Iterator[str]:
    return offers.told_apart(f"{host}/{entry['id']}" for entry in entries)


def _entry(host: str, entry: dict[str, Any], place: str) -> Iterator[Observation]:
    name = entry.pop("id")

    def seen(
        subject: str, attribute: str, field: str, printed: Any, value: Value, unit: str = "", condition: str = ""
    ) -> Observation:
        words = json_words(printed)
        return Observation(f"{host}/{subject}", attribute, words, value, f"{place} {field}", unit, condition, host)

    subjects = list(dict.fromkeys([name, *_names(entry.pop("match"), place)]))
    prices = list(_prices(entry.pop("prices"), entry.pop("price_variants", []), place))
    for subject in subjects:
        if host in PLANS:
            yield seen(subject, "price_status", "provider", host, "plan")
            continue
        if subject.endswith(":free") and not any(printed for _, _, printed, _ in prices):
            yield seen(subject, "price_status", "name", subject, "free")
        for field, meter, printed, terms in prices:
            amount = decimal(printed) / meter.per
            yield seen(subject, f"price/{meter.name}", field, printed, amount, f"usd/{meter.unit}", condition(**terms))

    for field, attribute in (("name", "name"), ("context_window", "context_tokens")):
        if printed := entry.pop(field, None):
            yield seen(name, attribute, field, printed, printed)
    if entry.pop("deprecated", False):
        yield seen(name, "status", "deprecated", True, "deprecated")
    _nothing_priced_is_left(entry, place)


def _names(clause: dict[str, Any], place: str) -> Iterator[str]:
    """The exact spellings a match clause accepts."""
    ((kind, operand),) = clause.items()
    if kind == "equals":
        yield operand
    elif kind == "or":
        for each in operand:
            yield from _names(each, place)
    elif kind not in ("starts_with", "ends_with", "contains", "regex", "and"):
        raise Refused("a match clause we do not know", place=place, value=kind)


Price = tuple[str, Meter, Any, dict[str, str]]


Place = tuple[str, dict[str, Any]]
"""Where in an entry something stands, and what."""


def _prices(prices: Any, variants: list[dict[str, Any]], place: str) -> Iterator[Price]:
    """(field, meter, printed number, terms) of every price of an entry."""
    if isinstance(prices, dict):
        yield from _meters(prices, "prices", {}, place)
    else:
        for field, price_set, terms in _periods([(f"prices[{n}]", each) for n, each in enumerate(prices)], place):
            yield from _meters(price_set, field, terms, place)
    alike: dict[tuple[tuple[str, str], ...], list[Place]] = {}
    for n, variant in enumerate(variants):
        alike.setdefault(tuple(sorted(variant.pop("when").items())), []).append((f"price_variants[{n}]", variant))
    for when, group in alike.items():
        meters = {frozenset(variant["prices"]) for _, variant in group}
        if len(meters) > 1:
            raise Refused("variants that replace each other in part", place=place, value=when)
        if not any(meters):
            continue  # such as service_tier=default: the plain prices
        if unknown := [key for key, _ in when if key not in VARIANTS]:
            raise Refused("a variant we do not know", place=place, value=unknown)
        chosen = {VARIANTS[key]: value for key, value in when}
        for field, price_set, terms in _periods(group[::-1], place):
            yield from _meters(price_set, field, terms | chosen, place)


def _periods(entries: list[Place], place: str) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Price sets with the days and hours they hold, from a list in which the last that holds wins."""
    ended: date | None = None
    for field, entry in reversed(entries):
        price_set, limits = entry.pop("prices"), entry.pop("constraint", None) or {}
        terms = {}
        if ended:
            terms["effective_to"] = str(ended - timedelta(days=1))
        if start := limits.pop("start_date", None):
            terms["effective_from"] = start
            if not isinstance(starts := day(start), date) or (ended and starts >= ended):
                raise Refused("price sets out of order", place=place, value=start)
            ended = starts
        elif "start_time" in limits:
            terms["utc_window"] = f"{_clock(limits.pop('start_time'))}-{_clock(limits.pop('end_time'))}"
        elif entry is not entries[0][1]:
            raise Refused("a price set that hides those before it", place=f"{place} {field}")
        if limits or entry:
            raise Refused("a price constraint we do not know", place=f"{place} {field}", value=[*limits, *entry])
        yield field, price_set, terms


def _clock(printed: str) -> str:
    match = re.fullmatch(r"(\d\d:\d\d):00Z", printed)
    if not match:
        raise Refused("a time of day that is not whole UTC minutes", value=printed)
    return match[1]


def _meters(price_set: dict[str, Any], field: str, terms: dict[str, str], place: str) -> Iterator[Price]:
    for key, price in price_set.items():
        if key not in METERS:
            raise Refused("a price we do not know", place=place, value=key)
        meter = METERS[key]
        base = price.pop("base") if isinstance(price, dict) else price
        yield f"{field}.{key}", meter, base, {**terms, **meter.terms}
        for tier in price.pop("tiers") if isinstance(price, dict) else ():
            over = {"context_from": str(tier.pop("start") + 1), "tier_scope": "whole_request"}
            yield f"{field}.{key}", meter, tier.pop("price"), {**terms, **meter.terms, **over}
            if tier:
                raise Refused("a tier we do not know", place=place, value=tier)
        if isinstance(price, dict) and price:
            raise Refused("a price we do not know", place=f"{place} {key}", value=price)


def _nothing_priced_is_left(node: dict[str, Any], place: str) -> None:
    if left := money_keys({key: each for key, each in node.items() if key not in PROSE}):
        raise Refused("a price we do not know", place=place, value=left)


def packaged() -> Iterator[Packaged]:
    """The catalogue inside the installed genai-prices package, as JSON."""
    from genai_prices.data import providers

    body = json.dumps([_plain(provider) for provider in providers], indent=1, ensure_ascii=False).encode()
    release = f"https://github.com/pydantic/genai-prices/blob/v{version('genai-prices')}"
    yield Packaged(f"{release}/packages/python/genai_prices/data.py", body, RELEASED_ON)


def _plain(node: Any) -> Any:
    """The package's objects as the JSON its publisher makes of them."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if hasattr(node, "__dict__"):
        fields = {key.rstrip("_"): each for key, each in vars(node).items() if each is not None}
        return {key: _plain(each) for key, each in fields.items() if key != "extractors"}
    if isinstance(node, time):
        return node.strftime("%H:%M:%SZ")
    if isinstance(node, date):
        return node.isoformat()
    if isinstance(node, Decimal):
        whole = node == node.to_integral_value()
        number = int(node) if whole else float(node)
        if Decimal(str(number)) != node:
            raise ValueError(f"{node} cannot be written as a JSON number")
        return number
    return node


SOURCE = Source(
    id="genai_prices",
    publisher="Pydantic",
    kind="catalogue",
    authority="community",
    media="json",
    urls=("https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json",),
    terms_url="https://github.com/pydantic/genai-prices/blob/main/LICENSE",
    licence="MIT",
    rows=(800, 20_000),
    parse=parse,
    offers=entries,
    packaged=packaged,
    copies=("openrouter_models", "huggingface_router", "huggingface_inference"),
    ignores=IGNORES,
)
