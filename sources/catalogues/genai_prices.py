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
from functools import partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NamedTuple

from sources.contract import (
    EVERYWHERE,
    Document,
    LeftOut,
    Observation,
    Packaged,
    Refused,
    Source,
    Told,
    Value,
    condition,
)
from sources.doubts import Doubt, attempt
from sources.readers.structured import Entry, each_entry, inside, json_words, listed
from sources.readers.values import count, day, decimal, identifier, limit, words, yes_or_no


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
    "input_tool_mtok and citations by modality": "known to the package and used by no entry: in doubt until they are",
}
PROSE = ("description", "price_comments", "pricing_urls")

RELEASED_ON = date(2026, 11, 10)
"""The release day of genai-prices 0.2.3, the oldest release we accept; a later one was checked no earlier."""


def parse(document: Document) -> Iterator[Told]:
    for number, provider in enumerate(document.json_with_oddities()):
        yield from attempt(partial(_provider, provider), "section", _place(provider, number), within=EVERYWHERE)


def _provider(provider: Any) -> Iterator[Told]:
    entry = inside(provider, "")
    host = identifier(entry.pop("id"))
    place = f"$[id={host}]"
    yield from each_entry(listed(entry.pop("models"), f"{place}.models"), partial(_entry, host), siblings=place)
    yield from Entry(entry, place, host).unread_prices(read_past=PROSE)


def _place(provider: Any, number: int) -> str:
    name = provider.get("id") if isinstance(provider, dict) else None
    return f"$[id={name}].models" if isinstance(name, str) and name else f"$[{number}]"


def entries(document: Document) -> Iterator[str]:
    """Every entry of every provider."""
    for number, provider in enumerate(document.json_with_oddities()):
        models = provider.get("models") if isinstance(provider, dict) else None
        if isinstance(models, list):
            yield from (each.place for each in listed(models, _place(provider, number)))


def _left_out(host: str, name: str) -> str:
    """Why an entry is not read, a key of `IGNORES`; "" where it is."""
    if name.startswith("ft:"):
        return "ft:…"
    return "huggingface_… ids ending in -fast" if host.startswith("huggingface_") and name.endswith("-fast") else ""


def _entry(host: str, entry: Entry) -> Iterator[Told]:
    name = identifier(entry.pop("id"))
    if why := _left_out(host, name):
        yield LeftOut(entry.place, why)
        return
    yield LeftOut(entry.place, "an entry without a fact")  # counts only where nothing of it is read

    def seen(
        subject: str, attribute: str, value: Value, printed: Any, place: str, unit: str = "", when: str = ""
    ) -> Observation:
        return Observation(f"{host}/{subject}", attribute, json_words(printed), value, place, unit, when, host)

    subjects = [name]
    for each in entry.field("match", _names):
        if isinstance(each, Doubt):
            yield each
        elif each not in subjects:
            subjects.append(each)
    told = [*entry.field("prices", _prices), *entry.field("price_variants", _variants)]
    doubts = [each for each in told if isinstance(each, Doubt)]
    prices = [each for each in told if isinstance(each, Price)]
    for subject in subjects:
        if host in PLANS:
            yield seen(subject, "price_status", "plan", host, f"{entry.place} under {host!r}")
            continue
        if subject.endswith(":free") and not doubts and not any(price.amount for price in prices):
            yield seen(subject, "price_status", "free", subject, f"{entry.place}.match")
        for price in prices:
            attribute, unit = f"price/{price.meter.name}", f"usd/{price.meter.unit}"
            yield seen(subject, attribute, price.amount, price.printed, price.place, unit, condition(**price.terms))
    yield from doubts if host not in PLANS else ()
    says = partial(seen, name)
    yield from entry.states("name", ("name",), words, says)
    yield from entry.states("context_window", ("context_tokens",), limit, says)
    yield from entry.states("deprecated", ("status",), lambda said: "deprecated" if yes_or_no(said) else None, says)
    yield from entry.unread_prices(read_past=PROSE)


def _names(clause: dict[str, Any], place: str) -> Iterator[str]:
    """The exact spellings a match clause accepts."""
    ((kind, operand),) = clause.items()
    if kind == "equals":
        yield identifier(operand)
    elif kind == "or":
        for each in operand:
            yield from _names(each, place)
    elif kind not in ("starts_with", "ends_with", "contains", "regex", "and"):
        raise Refused("a match clause we do not know", place=place, value=kind)


class Price(NamedTuple):
    """One amount of an entry: where it stands, what for, as printed and as read, and when it holds."""

    place: str
    meter: Meter
    printed: Any
    amount: Decimal
    terms: dict[str, str]


Place = tuple[str, dict[str, Any]]
"""Where something stands, and what."""


def _prices(prices: Any, place: str) -> Iterator[Price | Doubt]:
    if isinstance(prices, dict):
        yield from _meters(prices, place, {})
        return
    for at, price_set, terms in _periods([(f"{place}[{n}]", each) for n, each in enumerate(prices)]):
        yield from _meters(price_set, at, terms)


def _variants(variants: list[Any], place: str) -> Iterator[Price | Doubt]:
    alike: dict[tuple[tuple[str, str], ...], list[Place]] = {}
    for n, variant in enumerate(variants):
        rest = {key: each for key, each in variant.items() if key != "when"}
        alike.setdefault(tuple(sorted(variant["when"].items())), []).append((f"{place}[{n}]", rest))
    for when, group in alike.items():
        yield from attempt(partial(_variant, when, group), "cell", group[0][0], when, within=(place,))


def _variant(when: tuple[tuple[str, str], ...], group: list[Place]) -> Iterator[Price | Doubt]:
    meters = {frozenset(variant["prices"]) for _, variant in group}
    if len(meters) > 1:
        raise Refused("variants that replace each other in part", value=when)
    if not any(meters):
        return  # such as service_tier=default: the plain prices
    if unknown := [key for key, _ in when if key not in VARIANTS]:
        raise Refused("a variant we do not know", value=unknown)
    chosen = {VARIANTS[key]: value for key, value in when}
    for at, price_set, terms in _periods(group[::-1]):
        yield from _meters(price_set, at, terms | chosen)


def _periods(entries: list[Place]) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Price sets with the days and hours they hold, from a list in which the last that holds wins.

    One that does not read leaves open when the others hold, and raises.
    """
    ended: date | None = None
    for place, entry in reversed(entries):
        rest = dict(inside(entry, place))
        price_set, limits = rest.pop("prices"), dict(rest.pop("constraint", None) or {})
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
        elif place != entries[0][0]:
            raise Refused("a price set that hides those before it", place=place)
        if limits or rest:
            raise Refused("a price constraint we do not know", place=place, value=[*limits, *rest])
        yield place, price_set, terms


def _clock(printed: str) -> str:
    match = re.fullmatch(r"(\d\d:\d\d):00Z", printed)
    if not match:
        raise Refused("a time of day that is not whole UTC minutes", value=printed)
    return match[1]


def _meters(price_set: Any, place: str, terms: dict[str, str]) -> Iterator[Price | Doubt]:
    """Every price of a set, each of which may be in doubt alone."""
    entry = inside(price_set, place)
    yield from entry.unknown(METERS)
    for key in list(entry):
        yield from entry.field(key, partial(_steps, METERS[key], terms))


def _steps(meter: Meter, terms: dict[str, str], price: Any, place: str) -> Iterator[Price]:
    """The base of a price and its tiers; a price without tiers is its base."""
    rest = dict(price) if isinstance(price, dict) else {"base": price, "tiers": []}
    base, tiers = rest.pop("base"), rest.pop("tiers")
    terms = {**terms, **meter.terms}
    yield Price(place, meter, base, _amount(base) / meter.per, terms)
    for tier in tiers:
        over = {"context_from": str(count(tier["start"]) + 1), "tier_scope": "whole_request"}
        yield Price(place, meter, tier["price"], _amount(tier["price"]) / meter.per, {**terms, **over})
        if unknown := tier.keys() - {"start", "price"}:
            raise Refused("a tier we do not know", place=place, value=sorted(unknown))
    if rest:
        raise Refused("a price we do not know", place=place, value=sorted(rest))


def _amount(printed: Any) -> Decimal:
    if (amount := decimal(printed)) < 0:
        raise ValueError(f"{printed} is below 0")
    return amount


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
