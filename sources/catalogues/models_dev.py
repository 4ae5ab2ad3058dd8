"""models.dev: one JSON object of providers, each with its models' prices, limits, dates and abilities, by volunteers.

The provider's key is the host and ``provider/model`` the subject. Costs are USD per million tokens.

* Context tiers hold for the whole request once it is *over* their size: ``context_from=200001``. An entry's
  ``context_over_200k`` repeats one of its ``tiers``, whose real size may be 256000 or 272000; it counts only alone.
* Providers that sell a plan or a seat have ``price_status`` plan and no prices, whatever number is printed.
  Elsewhere a 0 is given as printed; only a name that says free makes it ``price_status`` free, since a 0 may also
  mean unknown or one's own hardware. A limit of 0 means unknown.
* Some costs carry a binary float's noise (``0.12500000000000003``): printed as they are, read without it.
* ``reasoning: false`` and its like may be a volunteer's default. They are the source's words and given as such.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sources.contract import Document, Observation, Refused, Source, Told, Value, condition
from sources.doubts import attempt, doubt
from sources.readers.routers import charges_by_token, decides_per_request, is_router
from sources.readers.structured import Entry, each_entry, inside, json_glimpse, json_words, keyed
from sources.readers.values import (
    count,
    day,
    decimal,
    identifier,
    is_zero,
    limit,
    modalities,
    without_float_noise,
    words,
    yes_or_no,
)

NO_TERMS: Final[Mapping[str, str]] = MappingProxyType({})

METERS = {
    "input": "input",
    "output": "output",
    "reasoning": "reasoning_output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
}

SERVICE_TIERS = ("fast", "flex", "priority", "batch")
"""The experimental modes that may carry a cost of their own."""

PLANS = frozenset({"github-copilot", "gitlab", "kimi-for-coding", "ollama-cloud", "opencode-go"})
"""Providers that sell seats or subscriptions without ``plan`` in their name (``zai-coding-plan`` has it)."""

STATUSES = {"alpha": "preview", "beta": "preview", "deprecated": "deprecated"}

CAPABILITIES = {
    "tool_call": ("function_calling", "tool_use"),
    "reasoning": ("reasoning",),
    "structured_output": ("structured_outputs",),
}

LIMITS = {"context": "context_tokens", "input": "max_input_tokens", "output": "max_output_tokens"}

IGNORES = {
    "attachment": "whether files may be attached, which is not vision: that is an image among modalities.input",
    "description": "generated prose",
    "a day such as 2024-11-31": "not a day",
    "interleaved, reasoning_options, temperature": "parameters of an API",
    "last_updated": "the day the entry was edited, not a fact of the model",
    "limit of 0": "unknown",
    "provider of a model, of a mode": "how a client calls it",
    "prices of a plan": "a seat's 0, or a list price copied beside it",
    "api, doc, env, npm, name of a provider": "how a client calls it",
}


def parse(document: Document) -> Iterator[Told]:
    for place, host, provider in keyed(document.json_with_oddities()):
        models = f"{place}.models"
        yield from attempt(partial(_provider, host, provider, models), "section", models, within=(models,))


def _provider(host: str, provider: Any, place: str) -> Iterator[Told]:
    if provider["id"] != host:
        raise Refused("a provider under another's key", value=provider["id"])
    return each_entry(keyed(provider["models"], place), partial(_model, host))


def offers(document: Document) -> Iterator[str]:
    """Every model of every provider."""
    for place, _, provider in keyed(document.json_with_oddities()):
        models = provider.get("models") if isinstance(provider, dict) else None
        if isinstance(models, dict):
            yield from (each.place for each in keyed(models, f"{place}.models"))


Says: TypeAlias = Callable[..., Observation]


def _model(host: str, model: Entry) -> Iterator[Told]:
    if model.pop("id") != model.key:
        raise Refused("a model under another's key", place=model.place)
    subject = f"{host}/{identifier(model.key)}"

    def says(
        attribute: str, value: Value, printed: Any, place: str, unit: str = "", terms: Mapping[str, str] = NO_TERMS
    ) -> Observation:
        when = condition(**terms) if terms else ""
        return Observation(subject, attribute, json_words(printed), value, place, unit, when, host)

    name = said if isinstance(said := model.get("name"), str) else ""
    routes = is_router(model.key, name)
    if routes:
        yield says("product_type", "router", model.key, f"{model.place}.id")
    if "plan" in host.split("-") or host in PLANS:
        yield says("price_status", "plan", host, f"{model.place} under {host!r}")
        model.pop("cost", None)
        model.pop("experimental", None)
    else:
        yield from model.field("cost", partial(_cost, model.key, name, routes, says))
        yield from model.field("experimental", partial(_experimental, says))
    for field, attributes, read in FACTS:
        yield from model.states(field, attributes, read, says)
    yield from model.field("limit", partial(_limits, says))
    yield from model.field("modalities", partial(_modalities, says))
    yield from model.unread_prices()


def _limits(says: Says, limits: Any, place: str) -> Iterator[Told]:
    entry = inside(limits, place)
    for name, attribute in LIMITS.items():
        yield from entry.states(name, (attribute,), limit, says)


def _modalities(says: Says, directions: Any, place: str) -> Iterator[Told]:
    entry = inside(directions, place)
    for direction in ("input", "output"):
        yield from entry.field(direction, partial(_direction, direction, says))


def _direction(direction: str, says: Says, names: list[str], place: str) -> Iterator[Observation]:
    yield says(f"{direction}_modalities", modalities(names), names, place)
    if direction == "input" and "image" in names:
        yield says("capability/vision", True, names, place)
    if direction == "input" and len(names) > 1 and {"image", "audio", "video"}.intersection(names):
        yield says("capability/multimodal", True, names, place)


def _cost(key: str, name: str, routes: bool, says: Says, cost: Any, place: str) -> Iterator[Told]:
    """Every price of a model, each of which may be in doubt alone."""
    entry = inside(cost, place)
    headline = [entry[meter] for meter in ("input", "output") if meter in entry]
    free = _free_words(key, name) if len(headline) == 2 and all(is_zero(price) for price in headline) else ""
    if free:
        yield says("price_status", "free", free, place.removesuffix("cost") + ("id" if free == key else "name"))
    if decides_per_request(*headline) or (routes and not charges_by_token(*headline)):
        if not free:
            yield says("price_status", "dynamic", headline, place)
        return
    tiers = entry.get("tiers")
    yield from entry.field("tiers", partial(_tiers, says))
    if not tiers:
        unknown = [field for field in entry if field not in METERS and field != "context_over_200k"]
        yield from entry.field("context_over_200k", partial(_over_200k, says, unknown))
    elif (repeated := entry.pop("context_over_200k", None)) and not _repeats(repeated, tiers):
        at = f"{place}.context_over_200k"
        yield doubt("it repeats none of the tiers", "cell", at, json_glimpse(repeated), within=(f"{place}.tiers",))
    yield from _meters(says, NO_TERMS, entry, place)


def _repeats(over_200k: Any, tiers: Any) -> bool:
    """Whether one of the tiers says the same; of two that differ nobody knows which holds."""
    return isinstance(tiers, list) and over_200k in [
        {key: each for key, each in tier.items() if key != "tier"} for tier in tiers if isinstance(tier, dict)
    ]


def _tiers(says: Says, tiers: list[dict[str, Any]], place: str) -> Iterator[Told]:
    for number, tier in enumerate(tiers):
        kind = tier["tier"]
        if kind["type"] != "context":
            raise Refused("a tier of something other than context", place=place, value=kind)
        prices = {key: each for key, each in tier.items() if key != "tier"}
        yield from _meters(says, _over(count(kind["size"])), prices, f"{place}[{number}]")


def _over_200k(says: Says, beside: list[str], prices: Any, place: str) -> Iterator[Told]:
    if beside:
        raise Refused("a size that one of the fields we do not know may state", place=place, value=beside)
    yield from _meters(says, _over(200_000), prices, place)


def _over(tokens: int) -> dict[str, str]:
    return {"context_from": str(tokens + 1), "tier_scope": "whole_request"}


def _experimental(says: Says, experimental: Any, place: str) -> Iterator[Told]:
    yield from inside(experimental, place).field("modes", partial(_modes, says))


def _modes(says: Says, modes: Any, place: str) -> Iterator[Told]:
    for at, mode, entry in keyed(modes, place):
        yield from attempt(partial(_mode, says, mode, entry, f"{place}.{mode}"), "cell", f"{place}.{mode}", at)


def _mode(says: Says, mode: str, node: Any, place: str) -> Iterator[Told]:
    entry = inside(node, place)
    if mode in SERVICE_TIERS:
        yield from entry.field("cost", partial(_meters, says, {"service_tier": mode}))
    yield from entry.unread_prices()


def _meters(says: Says, terms: Mapping[str, str], cost: Any, place: str) -> Iterator[Told]:
    entry = inside(cost, place)
    yield from entry.unknown(METERS)
    priced = partial(says, unit="usd/mtok", terms=terms)
    for field, meter in METERS.items():
        yield from entry.states(field, (f"price/{meter}",), _amount, priced)


def _amount(printed: Any) -> Decimal:
    return without_float_noise(decimal(printed))


def _day(printed: str) -> date | str | None:
    """None where nothing is printed, or a day that no calendar has."""
    try:
        return day(printed)
    except ValueError:
        return None


def _free_words(*names: str) -> str:
    """The first name that says free as a word of its own; "" where none does."""
    return next((name for name in names if re.search(r"(?<![a-z])free(?![a-z])", name, re.IGNORECASE)), "")


FACTS: tuple[tuple[str, tuple[str, ...], Callable[[Any], Value | None]], ...] = (
    ("name", ("name",), words),
    ("family", ("family",), words),
    ("release_date", ("released_on",), _day),
    ("knowledge", ("knowledge_cutoff_on",), _day),
    ("status", ("status",), STATUSES.get),
    ("open_weights", ("open_weights",), yes_or_no),
    *((field, tuple(f"capability/{each}" for each in named), yes_or_no) for field, named in CAPABILITIES.items()),
)
"""Field → the attributes it states and how it reads; a field that says nothing reads as None."""


SOURCE = Source(
    id="models_dev",
    publisher="models.dev",
    kind="catalogue",
    authority="community",
    media="json",
    urls=("https://models.dev/api.json",),
    terms_url="https://github.com/sst/models.dev/blob/dev/LICENSE",
    licence="MIT",
    rows=(800, 20_000),
    parse=parse,
    offers=offers,
    ignores=IGNORES,
)
