"""Hugging Face as a gateway: which hosts serve which repository, and at what price.

``huggingface_router`` reads the router's list of chat models with their hosts. ``huggingface_inference`` reads the
Hub's mapping of repositories to hosts, which covers more tasks and gives the host's own id; of a longer list it is the
first thousand. Both print USD per million tokens, as numbers that carry a float's noise. A route's subject is
``host/repository``.

* A 0 says free only where the route says so too; elsewhere it stands for a price that is not known.
* A route that is not live cannot be bought. What a route accepts is a yes; what it does not says nothing of the model.

Out of scope: speed and latency of a route, and adapters (LoRA) that a host lays over a base model's route.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sources import offers
from sources.contract import Document, LeftOut, Observation, Refused, Source, Value
from sources.structured import json_words, money_keys
from sources.values import decimal, modalities, without_float_noise

METERS = ("input", "output")
TOKEN_TASKS = frozenset({"conversational", "text-generation", "image-text-to-text"})
PRODUCT_TYPES = {
    "feature-extraction": "embedding",
    "sentence-similarity": "embedding",
    "text-to-image": "image",
    "image-to-image": "image",
    "text-to-video": "video",
    "image-to-video": "video",
    "automatic-speech-recognition": "speech",
    "text-to-speech": "speech",
    "translation": "translation",
}
"""The other tasks that are read, and the kind of product that serves them; writing text does not say which kind."""

FUNCTION_CALLING, STRUCTURED = ("function_calling", "tool_use"), ("structured_outputs",)


def parse_router(document: Document) -> Iterator[Observation | LeftOut]:
    for model in document.json().pop("data"):
        repository, architecture = model.pop("id"), model.pop("architecture")
        place = f"data[id={repository}]"
        yield LeftOut(place, "modalities with a word we do not know")  # counts only where neither list is read
        for attribute in ("input_modalities", "output_modalities"):
            yield from _modalities(repository, attribute, architecture.pop(attribute), f"{place}.architecture")
        providers = model.pop("providers")
        _account_for(model, place)
        for at, entry, left_out in _routes(providers, f"{place}.providers"):
            yield LeftOut(at, left_out or "a route that says nothing")  # counts only where nothing of it is read
            if left_out:
                continue
            route = _Route(entry.pop("provider"), repository, at)
            prices = list(route.prices(entry.pop("pricing", {}), "pricing"))
            if entry.pop("is_free") and not prices:
                yield route.says("price_status", "free", True, "is_free")
            yield from prices
            yield from route.context(entry, "")
            yield from route.accepts(entry.pop("supports_tools", None), "supports_tools", FUNCTION_CALLING)
            yield from route.accepts(
                entry.pop("supports_structured_output", None), "supports_structured_output", STRUCTURED
            )
            _account_for(entry, route.place)


def parse_mapping(document: Document) -> Iterator[Observation | LeftOut]:
    for model in document.json():
        repository = model.pop("id")
        entries = model.pop("inferenceProviderMapping", [])
        _account_for(model, f"[id={repository}]")
        for at, entry, left_out in _routes(entries, f"[id={repository}].inferenceProviderMapping"):
            if left_out:
                yield LeftOut(at, left_out)
                continue
            route = _Route(entry.pop("provider"), repository, at)
            details, features = entry.pop("providerDetails", {}), entry.pop("features", {})
            pricing, task = details.pop("pricing", {}), entry.pop("task")
            if task not in TOKEN_TASKS | PRODUCT_TYPES.keys():
                yield LeftOut(at, "tasks outside TOKEN_TASKS and PRODUCT_TYPES")
                continue
            yield route.says("route_id", own_id := entry.pop("providerId"), own_id, "providerId")
            if task in TOKEN_TASKS:
                yield from route.prices(pricing, "providerDetails.pricing")
            else:
                yield route.says("product_type", PRODUCT_TYPES[task], task, "task")
            yield from route.context(details, "providerDetails.")
            yield from route.accepts(features.pop("toolCalling", None), "features.toolCalling", FUNCTION_CALLING)
            yield from route.accepts(features.pop("structuredOutput", None), "features.structuredOutput", STRUCTURED)
            _account_for({**entry, "details": details, "features": features}, route.place)


def _modalities(repository: str, attribute: str, names: list[str], place: str) -> Iterator[Observation]:
    """A list with a word we do not know is left unsaid, the prices beside it stand."""
    try:
        known = modalities(names)
    except ValueError:
        return
    yield Observation(repository, attribute, json_words(names), known, f"{place}.{attribute}")


def _routes(entries: list[dict[str, Any]], place: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The place of every entry, the entry, and why it is no route that a request could be sure to take ("": it is)."""
    kinds = [entry.pop("type", "single-model") for entry in entries]
    times = Counter(entry["provider"] for entry, kind in zip(entries, kinds, strict=True) if kind == "single-model")
    for at, entry, kind in zip(_places(entries, place), entries, kinds, strict=True):
        status = entry.pop("status")
        if kind != "single-model":
            yield at, entry, "type tag-filter"
        elif status != "live":
            yield at, entry, "a status other than live"
        elif times[entry["provider"]] > 1:
            yield at, entry, "two entries of one host"
        else:
            yield at, entry, ""


def _places(entries: list[dict[str, Any]], place: str) -> Iterator[str]:
    return offers.told_apart(f"{place}[provider={entry['provider']}]" for entry in entries)


def router_rows(document: Document) -> Iterator[str]:
    """Every model of the router's list, and every host it names for it."""
    for model in document.json()["data"]:
        yield (place := f"data[id={model['id']}]")
        yield from _places(model["providers"], f"{place}.providers")


def mapping_rows(document: Document) -> Iterator[str]:
    """Every host of every repository in the Hub's mapping."""
    for model in document.json():
        entries = model.get("inferenceProviderMapping", [])
        yield from _places(entries, f"[id={model['id']}].inferenceProviderMapping")


class _Route:
    """One repository at one host: its subject, and its place on the page."""

    def __init__(self, host: str, repository: str, place: str) -> None:
        self.host, self.subject, self.place = host, f"{host}/{repository}", place

    def says(self, attribute: str, value: Value, printed: object, at: str, unit: str = "") -> Observation:
        return Observation(
            self.subject, attribute, json_words(printed), value, f"{self.place}.{at}", unit, host=self.host
        )

    def prices(self, pricing: dict[str, Any], at: str) -> Iterator[Observation]:
        for key, printed in pricing.items():
            if key not in METERS:
                raise Refused("a price we do not know how to read", place=f"{self.place}.{at}.{key}", value=printed)
            if amount := without_float_noise(decimal(printed)):
                yield self.says(f"price/{key}", amount, printed, f"{at}.{key}", "usd/mtok")

    def context(self, holder: dict[str, Any], at: str) -> Iterator[Observation]:
        if count := holder.pop("context_length", None):
            yield self.says("context_tokens", count, count, f"{at}context_length")

    def accepts(self, flag: bool | None, at: str, capabilities: tuple[str, ...]) -> Iterator[Observation]:
        if flag:
            for capability in capabilities:
                yield self.says(f"capability/{capability}", True, flag, at)


def _account_for(left_over: dict[str, Any], place: str) -> None:
    for key in money_keys(left_over):
        raise Refused("something like a price where none was known", place=f"{place}.{key}", value=left_over)


_IGNORED = {
    "a status other than live": "an error or a trial: nobody can buy it",
    "two entries of one host": "nothing tells which of them a request would take",
    "a price of 0 on a route that is not free": "one the host has not told the gateway",
}

SOURCES = (
    Source(
        id="huggingface_router",
        publisher="huggingface",
        kind="catalogue",
        authority="gateway",
        media="json",
        urls=("https://router.huggingface.co/v1/models",),
        terms_url="https://huggingface.co/terms-of-service",
        licence="Hugging Face terms of service; facts only",
        gateway="huggingface",
        rows=(5, 1500),
        parse=parse_router,
        offers=router_rows,
        ignores={
            **_IGNORED,
            "a route that says nothing": "no price, no limit and nothing it accepts",
            "modalities with a word we do not know": "the list is left unsaid, the routes beside it stand",
            "created, object, owned_by": "the day of listing, and the repository's own name again",
            "first_token_latency_ms, throughput": "the weather of the last hours",
            "is_model_author": "whose model it is, which the repository says",
        },
    ),
    Source(
        id="huggingface_inference",
        publisher="huggingface",
        kind="catalogue",
        authority="gateway",
        media="json",
        urls=(
            "https://huggingface.co/api/models?inference_provider=all&expand%5B%5D=inferenceProviderMapping&limit=1000",
        ),
        terms_url="https://huggingface.co/terms-of-service",
        licence="Hugging Face terms of service; facts only",
        gateway="huggingface",
        rows=(350, 2500),
        parse=parse_mapping,
        offers=mapping_rows,
        ignores={
            **_IGNORED,
            "type tag-filter": "adapters laid over a base model: the route is the base model's, and so is its price",
            "pricing of other tasks": "not said to be by the token",
            "tasks outside TOKEN_TASKS and PRODUCT_TYPES": "marking, sorting or filling in words and pictures",
            "pipeline_tag": "what the repository is for, which its card says; a route has its own task",
            "performance": "the weather of the last hours",
            "likes, downloads, library_name, safetensors, is_moe": "of the repository, read from its card",
            "previousStatus, isModelAuthor, adapter, adapterWeightsPath, _id": "internals of the mapping",
        },
    ),
)
