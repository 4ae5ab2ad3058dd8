"""Kilo: what the gateway lists, in OpenRouter's format and mostly in OpenRouter's words.

USD per token, in text; searches per piece. Of the recorded 361 listings 346 are OpenRouter's of the same day, with its
window and its second of creation, and 294 with its prices: the others are sold without OpenRouter's discounts or over a
route of Kilo's choice. OpenRouter's steps by length of prompt and by hour are left out here, so that a price is that of
a short prompt where the model has steps; nothing in the document says which do.

* -1 is a price decided per request. 0 is a price where the listing says that it is free.
* A listing that may train on prompts sells at its price for the consent: ``data_sharing=on``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sources import offers
from sources.contract import Document, Observation, Refused, Source, Value, condition
from sources.structured import money_keys
from sources.values import day, decimal, modalities

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


@dataclass(frozen=True)
class Listing:
    """One model on sale and its place in the document."""

    subject: str
    place: str

    def says(
        self, attribute: str, value: Value, printed: object, at: str, unit: str = "", when: str = ""
    ) -> Observation:
        return Observation(self.subject, attribute, str(printed), value, f"{self.place}.{at}", unit, when)


def parse(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("data"):
        model_id, architecture = model.pop("id"), model.pop("architecture")
        listing = Listing(model_id, f"data[id={model_id}]")
        reads, writes = architecture.pop("input_modalities"), architecture.pop("output_modalities")
        free, trains = model.pop("isFree"), model.pop("mayTrainOnYourPrompts")
        if not isinstance(free, bool) or not isinstance(trains, bool):
            raise Refused("neither true nor false", place=listing.place, value=(free, trains))
        pricing = model.pop("pricing")
        if "text" in writes:
            yield from _prices(listing, pricing, free, condition(data_sharing="on" if trains else None))
        yield listing.says("name", name := model.pop("name"), name, "name")
        for attribute in ("canonical_slug", "hugging_face_id"):
            if spelling := model.pop(attribute, None):
                yield listing.says(attribute, spelling, spelling, attribute)
        if window := model.pop("context_length", None):
            yield listing.says("context_tokens", window, window, "context_length")
        if most := model.pop("top_provider").pop("max_completion_tokens", None):
            yield listing.says("max_output_tokens", most, most, "top_provider.max_completion_tokens")
        if (expiry := model.pop("expiration_date", None)) and expiry < SENTINEL_YEAR:
            yield listing.says("shutdown_on", day(expiry), expiry, "expiration_date")
        yield from _modalities(listing, reads, writes)
        for parameter in model.pop("supported_parameters"):
            for capability in CAPABILITIES.get(parameter, ()):
                yield listing.says(f"capability/{capability}", True, parameter, "supported_parameters")
        for key in money_keys(model):
            raise Refused("something like a price where none was known", place=f"{listing.place}.{key}")


def _prices(listing: Listing, pricing: dict[str, Any], free: bool, when: str) -> Iterator[Observation]:
    headline = {decimal(pricing[key]) for key in HEADLINE}
    if pricing.pop("discount", 0) != 0:
        raise Refused("a discount where there was always 0", place=f"{listing.place}.pricing.discount")
    if free:
        yield listing.says("price_status", "free", "true", "isFree")
    if headline == {decimal(-1)}:
        yield listing.says("price_status", "dynamic", pricing["prompt"], "pricing.prompt")
        return
    pricing.pop(UNIT_IN_DOUBT, None)
    for key, printed in pricing.items():
        if key not in METERS:
            raise Refused("a price we do not know how to read", place=f"{listing.place}.pricing.{key}", value=printed)
        meter, times, unit = METERS[key]
        amount = decimal(printed) * times
        if amount or (free and headline == {decimal(0)} and key in HEADLINE):
            yield listing.says(f"price/{meter}", amount, printed, f"pricing.{key}", unit, when)


def _modalities(listing: Listing, reads: list[str], writes: list[str]) -> Iterator[Observation]:
    """The lists as printed; one with a word we do not know is left unsaid. What they leave out is no statement."""
    for attribute, names in (("input_modalities", reads), ("output_modalities", writes)):
        try:
            yield listing.says(attribute, modalities(names), ", ".join(names), f"architecture.{attribute}")
        except ValueError:
            continue
    if "text" in writes and "image" in reads:
        yield listing.says("capability/vision", True, ", ".join(reads), "architecture.input_modalities")
    if "text" in writes and {"image", "audio", "video"} & {*reads, *writes}:
        printed = f"{', '.join(reads)} -> {', '.join(writes)}"
        yield listing.says("capability/multimodal", True, printed, "architecture")


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
        "pricing.discount": "0 on every listing; refused should one not be",
        "a 0 beside a price, and on what is not free": "a meter that is not charged, or songs sold by the piece",
        "prices of what writes no text": "per second, image or page, named like token prices",
        "created": "the second at which OpenRouter listed the model",
        "description": "prose",
        "terminalBench": "Kilo's own runs, without setting or date; its avgAttemptCostUsd is what a run cost",
        "opencode, autoRouting, preferredIndex, default_parameters": "how Kilo's editor calls it, not what it is",
        "architecture.modality, tokenizer, instruct_type": "the modality lists again, and internals",
        "top_provider.context_length, is_moderated, per_request_limits": "of one route, or empty",
        "expiration_date from 2098 on": "a sentinel for no date",
    },
)
