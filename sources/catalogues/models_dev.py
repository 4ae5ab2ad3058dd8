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
from collections.abc import Iterator
from datetime import date
from typing import Any

from sources.contract import Document, Observation, Refused, Source, Value, condition
from sources.structured import json_words, money_keys
from sources.values import day, decimal, modalities, without_float_noise

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


def parse(document: Document) -> Iterator[Observation]:
    for host, provider in document.json().items():
        if provider["id"] != host:
            raise Refused("a provider under another's key", place=host, value=provider["id"])
        for key, model in provider["models"].items():
            if model.pop("id") != key:
                raise Refused("a model under another's key", place=f"{host}/{key}")
            yield from _model(host, key, model)


def _model(host: str, key: str, model: dict[str, Any]) -> Iterator[Observation]:
    subject = f"{host}/{key}"

    def seen(
        attribute: str, field: str, printed: Any, value: Value, unit: str = "", condition: str = ""
    ) -> Observation:
        place = f"$[{host!r}].models[{key!r}].{field}"
        return Observation(subject, attribute, json_words(printed), value, place, unit, condition, host)

    cost, modes = model.pop("cost", {}), model.get("experimental", {}).pop("modes", {})
    if "plan" in host.split("-") or host in PLANS:
        yield Observation(
            subject, "price_status", host, "plan", f"$[{host!r}].models[{key!r}] under {host!r}", host=host
        )
    else:
        if cost.get("input") == 0 == cost.get("output") and (free := _free_words(key, model["name"])):
            yield seen("price_status", "id" if free == key else "name", free, "free")
        for field, meter, printed, terms in _prices(subject, cost, modes):
            amount = without_float_noise(decimal(printed))
            yield seen(f"price/{meter}", field, printed, amount, "usd/mtok", condition(**terms))

    name = model.pop("name")
    yield seen("name", "name", name, name)
    if family := model.pop("family", ""):
        yield seen("family", "family", family, family)
    for field, attribute in (("release_date", "released_on"), ("knowledge", "knowledge_cutoff_on")):
        printed = model.pop(field, "")
        if (reading := _day(printed)) is not None:
            yield seen(attribute, field, printed, reading)
    if (status := model.pop("status", "")) in STATUSES:
        yield seen("status", "status", status, STATUSES[status])
    yield seen("open_weights", "open_weights", model["open_weights"], _flag(model.pop("open_weights"), subject))
    for limit, attribute in LIMITS.items():
        if printed := model["limit"].get(limit):
            yield seen(attribute, f"limit.{limit}", printed, int(printed))
    for direction, names in model.pop("modalities").items():
        yield seen(f"{direction}_modalities", f"modalities.{direction}", names, modalities(names))
        if direction == "input" and "image" in names:
            yield seen("capability/vision", "modalities.input", names, True)
        if direction == "input" and len(names) > 1 and {"image", "audio", "video"}.intersection(names):
            yield seen("capability/multimodal", "modalities.input", names, True)
    for field, capabilities in CAPABILITIES.items():
        if field in model:
            printed = model.pop(field)
            for capability in capabilities:
                yield seen(f"capability/{capability}", field, printed, _flag(printed, subject))
    if left := money_keys(model):
        raise Refused("a price we do not know", place=subject, value=left)


def offers(document: Document) -> Iterator[str]:
    """Every model of every provider."""
    for host, provider in document.json().items():
        yield from (f"$[{host!r}].models[{key!r}]" for key in provider["models"])


Price = tuple[str, str, Any, dict[str, str | int]]


def _prices(subject: str, cost: dict[str, Any], modes: dict[str, Any]) -> Iterator[Price]:
    """(field, meter, printed number, terms) of every price of a model."""
    tiers, over_200k = cost.pop("tiers", []), cost.pop("context_over_200k", None)
    yield from _meters(subject, "cost", cost, {})
    for number, tier in enumerate(tiers):
        kind = tier.pop("tier")
        if kind["type"] != "context":
            raise Refused("a tier of something other than context", place=subject, value=kind)
        terms = {"context_from": kind["size"] + 1, "tier_scope": "whole_request"}
        yield from _meters(subject, f"cost.tiers[{number}]", tier, terms)
    if over_200k and not tiers:
        terms = {"context_from": 200_001, "tier_scope": "whole_request"}
        yield from _meters(subject, "cost.context_over_200k", over_200k, terms)
    elif over_200k and over_200k not in tiers:
        raise Refused("a context_over_200k that repeats none of the tiers", place=subject, value=over_200k)
    for mode, entry in modes.items():
        if mode in SERVICE_TIERS:
            place = f"experimental.modes.{mode}.cost"
            yield from _meters(subject, place, entry.pop("cost", {}), {"service_tier": mode})
        if left := money_keys(entry):
            raise Refused("a price we do not know", place=f"{subject} experimental.modes.{mode}", value=left)


def _meters(subject: str, place: str, cost: dict[str, Any], terms: dict[str, str | int]) -> Iterator[Price]:
    for field, printed in cost.items():
        if field not in METERS:
            raise Refused("a cost we do not know", place=f"{subject} {place}", value=field)
        yield f"{place}.{field}", METERS[field], printed, terms


def _day(printed: str) -> date | str | None:
    """None where nothing is printed, or a day that no calendar has."""
    try:
        return day(printed)
    except ValueError:
        return None


def _free_words(*names: str) -> str:
    """The first name that says free as a word of its own; "" where none does."""
    return next((name for name in names if re.search(r"(?<![a-z])free(?![a-z])", name, re.IGNORECASE)), "")


def _flag(printed: Any, subject: str) -> bool:
    if not isinstance(printed, bool):
        raise Refused("neither true nor false", place=subject, value=printed)
    return printed


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
