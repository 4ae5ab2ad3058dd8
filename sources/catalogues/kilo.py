"""Kilo: what the gateway lists, in OpenRouter's format and mostly in OpenRouter's words.

USD per token, in text; searches per piece. Of the recorded 361 listings 346 are OpenRouter's of the same day, with its
window and its second of creation, and 294 with its prices: the others are sold without OpenRouter's discounts or over a
route of Kilo's choice. OpenRouter's steps by length of prompt and by hour are left out here, so that a price is that of
a short prompt where the model has steps; nothing in the document says which do.

* -1 is a price decided per request. 0 is a price where the listing says that it is free and picks no other model.
* A listing that may train on prompts sells at its price for the consent: ``data_sharing=on``.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from sources.contract import Document, Listing, Observation, Refused, Source, Told, condition
from sources.readers import offers
from sources.readers.routers import decides_per_request, is_router
from sources.readers.structured import Entry, each_entry, inside, listed
from sources.readers.values import day, decimal, identifier, is_zero, limit, modalities, words, yes_or_no

MTOK = (1_000_000, "usd/mtok")
METERS = {
    "prompt": ("input", *MTOK),
    "completion": ("output", *MTOK),
    "internal_reasoning": ("reasoning_output", *MTOK),
    "input_cache_read": ("cache_read", *MTOK),
    "input_cache_write": ("cache_write", *MTOK),
    "request": ("request", 1, "usd/request"),
    "web_search": ("web_search", 1000, "usd/1k_requests"),
}
HEADLINE = ("prompt", "completion")
UNIT_IN_DOUBT = "image"
CAPABILITIES = {
    "tools": ("function_calling", "tool_use"),
    "structured_outputs": ("structured_outputs",),
    "reasoning": ("reasoning",),
}
SENTINEL_YEAR = "2098"


def parse(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def _model(model: Entry) -> Iterator[Told]:
    architecture = inside(model.pop("architecture"), f"{model.place}.architecture")
    listing = Listing(identifier(model.pop("id")))
    name = said if isinstance(said := model.get("name"), str) else ""
    reads, writes = architecture.pop("input_modalities"), architecture.pop("output_modalities")
    free, trains = model.pop("isFree", None), model.pop("mayTrainOnYourPrompts", None)
    is_alias = listing.subject.startswith("~")  # it names the newest model of a family, and picks none
    routes = not is_alias and (is_router(listing.subject, name) or architecture.get("tokenizer") == "Router")
    if routes:
        yield listing.says("product_type", "router", listing.subject, f"{model.place}.id")
    if "text" in writes:
        yield from model.field("pricing", partial(_prices, listing, free, trains, routes))
    model.pop("pricing", None)
    for attribute in ("name", "canonical_slug", "hugging_face_id"):
        yield from model.states(attribute, (attribute,), words, listing.says)
    window = model.get("context_length")
    yield from _tokens(listing, "context_tokens", model, "context_length")
    yield from model.field("top_provider", partial(_limits_of_the_route, listing, window))
    yield from model.states("expiration_date", ("shutdown_on",), _expiry, listing.says)
    yield from _modalities(listing, reads, writes, architecture.place)
    yield from model.field("supported_parameters", partial(_accepted, listing))
    yield from model.unread_prices(read_past=("terminalBench",))


def _tokens(listing: Listing, attribute: str, holder: Entry, key: str) -> Iterator[Told]:
    yield from holder.states(key, (attribute,), limit, listing.says)


def _limits_of_the_route(listing: Listing, window: Any, provider: Any, place: str) -> Iterator[Told]:
    """What the one route gives whose prices these are: no prompt is longer than its window, where that is smaller."""
    route = inside(provider, place)
    yield from _tokens(listing, "max_output_tokens", route, "max_completion_tokens")
    if route.get("context_length") != window:
        yield from _tokens(listing, "max_input_tokens", route, "context_length")


def _expiry(printed: str) -> date | str | None:
    return day(printed) if printed and printed < SENTINEL_YEAR else None


def _accepted(listing: Listing, parameters: list[str], place: str) -> Iterator[Observation]:
    for parameter in parameters:
        for capability in CAPABILITIES.get(parameter, ()):
            yield listing.says(f"capability/{capability}", True, parameter, place)


def _prices(listing: Listing, free: Any, trains: Any, routes: bool, pricing: Any, place: str) -> Iterator[Told]:
    """Every price of a model, each of which may be in doubt alone."""
    entry = inside(pricing, place)
    when = condition(data_sharing="on" if yes_or_no(trains) else None)
    if (discount := entry.pop("discount", 0)) != 0:
        raise Refused("a discount where there was always 0", place=f"{place}.discount", value=discount)
    if yes_or_no(free):
        yield listing.says("price_status", "free", "true", f"{place.removesuffix('pricing')}isFree")
    headline = [entry.get(key) for key in HEADLINE]
    costs_nothing = all(is_zero(each) for each in headline)
    if decides_per_request(*headline):
        yield listing.says("price_status", "dynamic", headline[0], f"{place}.prompt")
        return
    if routes and costs_nothing:
        return
    entry.pop(UNIT_IN_DOUBT, None)
    yield from entry.unknown(METERS)
    for key in list(entry):
        zero_is_charged = free and costs_nothing and key in HEADLINE
        yield from entry.field(key, partial(_price, listing, METERS[key], zero_is_charged, when))


def _price(
    listing: Listing, meter: tuple[str, int, str], is_charged: bool, when: str, printed: Any, place: str
) -> Iterator[Observation]:
    name, times, unit = meter
    if (amount := decimal(printed) * times) or is_charged:
        yield listing.says(f"price/{name}", amount, printed, place, unit, when)


def _modalities(listing: Listing, reads: list[str], writes: list[str], place: str) -> Iterator[Observation]:
    """The lists as printed; one with a word we do not know is left unsaid. What they leave out is no statement."""
    for attribute, names in (("input_modalities", reads), ("output_modalities", writes)):
        try:
            yield listing.says(attribute, modalities(names), ", ".join(names), f"{place}.{attribute}")
        except ValueError:
            continue
    if "text" in writes and "image" in reads:
        yield listing.says("capability/vision", True, ", ".join(reads), f"{place}.input_modalities")
    if "text" in writes and {"image", "audio", "video"} & {*reads, *writes}:
        yield listing.says("capability/multimodal", True, f"{', '.join(reads)} -> {', '.join(writes)}", place)


SOURCE = Source(
    id="kilo_gateway",
    publisher="kilo",
    kind="catalogue",
    authority="gateway",
    media="json",
    urls=("https://api.kilo.ai/api/gateway/models",),
    terms_url="https://kilo.ai/terms",
    licence="Kilo terms of service; facts only",
    seller="kilo",
    rows=(180, 1080),
    parse=parse,
    offers=offers.entries("data"),
    copies=("openrouter_models",),
    ignores={
        "pricing.image": "said to be per image, printed per token on most models",
        "pricing.discount": "0 on every listing; the prices are in doubt should one not be",
        "a 0 beside a price, and on what is not free": "a meter that is not charged, or songs sold by the piece",
        "prices of what writes no text": "per second, image or page, named like token prices",
        "created": "the second at which OpenRouter listed the model",
        "description": "prose",
        "terminalBench": "Kilo's own runs, without setting or date; its avgAttemptCostUsd is what a run cost",
        "opencode, autoRouting, preferredIndex, default_parameters": "how Kilo's editor calls it, not what it is",
        "architecture.modality, tokenizer, instruct_type": "the modality lists again, and internals",
        "top_provider.context_length where it is the listing's": "said already",
        "top_provider.is_moderated, per_request_limits": "no limit, or empty",
        "expiration_date from 2098 on": "a sentinel for no date",
    },
)
