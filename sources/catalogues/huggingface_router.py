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
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Listing, Observation, Source, Told
from sources.readers.structured import Entry, Found, each_entry, inside, json_words, listed
from sources.readers.values import decimal, identifier, limit, modalities, without_float_noise, words, yes_or_no

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

FUNCTION_CALLING = ("capability/function_calling", "capability/tool_use")
STRUCTURED = ("capability/structured_outputs",)
_ONE_MODEL = "single-model"


def parse_router(document: Document) -> Iterator[Told]:
    models = listed(document.json_with_oddities()["data"], "data")
    yield from each_entry(models, _model, siblings="data[", holding="providers")


def _model(model: Entry) -> Iterator[Told]:
    repository, architecture = identifier(model.pop("id")), inside(model.pop("architecture"), model.place)
    yield LeftOut(model.place, "modalities with a word we do not know")  # counts only where neither list is read
    for attribute in ("input_modalities", "output_modalities"):
        yield from _modalities(repository, attribute, architecture[attribute], f"{model.place}.architecture")
    providers = model.pop("providers")
    yield from model.unread_prices()
    yield from _routes(providers, f"{model.place}.providers", partial(_route, repository))


def _route(repository: str, entry: Entry) -> Iterator[Told]:
    yield LeftOut(entry.place, "a route that says nothing")  # counts only where nothing of it is read
    host = identifier(entry.pop("provider"))
    route = _Route(f"{host}/{repository}", host)
    prices = list(entry.field("pricing", route.prices))
    if entry.get("is_free") and not prices:
        yield from entry.states(
            "is_free", ("price_status",), lambda said: "free" if yes_or_no(said) else None, route.says
        )
    yield from prices
    yield from route.facts(entry, "supports_tools", "supports_structured_output")
    yield from entry.unread_prices()


def parse_mapping(document: Document) -> Iterator[Told]:
    def read(model: Entry) -> Iterator[Told]:
        repository, routes = identifier(model.pop("id")), model.pop("inferenceProviderMapping", [])
        yield from model.unread_prices()
        yield from _routes(routes, f"{model.place}.inferenceProviderMapping", partial(_mapped, repository))

    yield from each_entry(_repositories(document), read, siblings="[id=", holding="inferenceProviderMapping")


def _repositories(document: Document) -> Iterator[Found]:
    return listed(document.json_with_oddities(), "")


def _mapped(repository: str, entry: Entry) -> Iterator[Told]:
    task = entry.pop("task")
    if task not in TOKEN_TASKS | PRODUCT_TYPES.keys():
        yield LeftOut(entry.place, "tasks outside TOKEN_TASKS and PRODUCT_TYPES")
        return
    host = identifier(entry.pop("provider"))
    route = _Route(f"{host}/{repository}", host)
    yield from entry.states("providerId", ("route_id",), words, route.says)
    if task not in TOKEN_TASKS:
        yield route.says("product_type", PRODUCT_TYPES[task], task, f"{entry.place}.task")
    yield from entry.field("providerDetails", partial(_details, route, task in TOKEN_TASKS))
    yield from entry.field("features", partial(_features, route))
    yield from entry.unread_prices()


def _details(route: "_Route", is_by_token: bool, details: Any, place: str) -> Iterator[Told]:
    entry = inside(details, place)
    if is_by_token:
        yield from entry.field("pricing", route.prices)
    entry.pop("pricing", None)
    yield from route.facts(entry, "", "")
    yield from entry.unread_prices()


def _features(route: "_Route", features: Any, place: str) -> Iterator[Told]:
    yield from route.facts(inside(features, place), "toolCalling", "structuredOutput")


def _modalities(repository: str, attribute: str, names: list[str], place: str) -> Iterator[Observation]:
    """A list with a word we do not know is left unsaid, the prices beside it stand."""
    try:
        known = modalities(names)
    except ValueError:
        return
    yield Observation(repository, attribute, json_words(names), known, f"{place}.{attribute}")


def _routes(entries: Any, place: str, read: Callable[[Entry], Iterator[Told]]) -> Iterator[Told]:
    """What `read` says of every route that a request could be sure to take."""
    found = list(listed(entries, place, "provider"))
    nodes = [each.value for each in found if isinstance(each.value, dict)]
    times = Counter(node.get("provider") for node in nodes if node.get("type", _ONE_MODEL) == _ONE_MODEL)

    def each_route(entry: Entry) -> Iterator[Told]:
        kind, status = entry.pop("type", _ONE_MODEL), entry.pop("status")
        if kind != _ONE_MODEL:
            yield LeftOut(entry.place, "type tag-filter")
        elif status != "live":
            yield LeftOut(entry.place, "a status other than live")
        elif times[entry["provider"]] > 1:
            yield LeftOut(entry.place, "two entries of one host")
        else:
            yield from read(entry)

    yield from each_entry(found, each_route, siblings=f"{place}[")


def router_rows(document: Document) -> Iterator[str]:
    """Every model of the router's list, and every host it names for it."""
    for model in listed(document.json_with_oddities()["data"], "data"):
        yield model.place
        yield from _rows(model, "providers")


def mapping_rows(document: Document) -> Iterator[str]:
    """Every host of every repository in the Hub's mapping."""
    for model in _repositories(document):
        yield from _rows(model, "inferenceProviderMapping")


def _rows(model: Found, key: str) -> Iterator[str]:
    routes = model.value.get(key) if isinstance(model.value, dict) else None
    if isinstance(routes, list):
        yield from (each.place for each in listed(routes, f"{model.place}.{key}", "provider"))


class _Route(Listing):
    """One repository at one host."""

    def prices(self, pricing: Any, place: str) -> Iterator[Told]:
        """Every price of a route, each of which may be in doubt alone."""
        entry = inside(pricing, place)
        yield from entry.unknown(METERS)
        for key in METERS:
            yield from entry.field(key, partial(self.price, key))

    def price(self, meter: str, printed: Any, place: str) -> Iterator[Observation]:
        if amount := without_float_noise(decimal(printed)):
            yield self.says(f"price/{meter}", amount, printed, place, "usd/mtok")

    def facts(self, entry: Entry, tools: str, structured: str) -> Iterator[Told]:
        """The window, and what a route accepts; what it does not accept says nothing of the model."""
        yield from entry.states("context_length", ("context_tokens",), limit, self.says)
        for key, capabilities in ((tools, FUNCTION_CALLING), (structured, STRUCTURED)):
            yield from entry.states(key, capabilities, lambda said: yes_or_no(said) or None, self.says)


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
