"""DeepInfra: the host's own list of models, with USD per million tokens where a model is charged by the token.

Models without metadata are on sale too, charged in ways the list does not say. A cache price is kept as a share of the
input price with eight or nine digits, so that 0.03 is listed as 0.0299999997; the words stay as printed.
Out of scope: prices of images, embeddings, speech and time, which stand on the models' own pages.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sources import offers, sentences, structured, values
from sources.contract import Document, Observation, Refused, Source

METERS = {"input_tokens": "input", "output_tokens": "output", "cache_read_tokens": "cache_read"}
CAPABILITIES = {"vision": "vision", "reasoning": "reasoning"}


def parse(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("data"):
        model_id = model.pop("id")
        place = f"data[id={model_id}]"
        yield Observation(model_id, "route_id", model_id, model_id, f"{place}.id")
        if metadata := model.pop("metadata"):
            yield from _metadata(model_id, metadata, f"{place}.metadata")
            _account_for(metadata, f"{place}.metadata")
        _account_for(model, place)


def _metadata(model_id: str, metadata: dict[str, Any], place: str) -> Iterator[Observation]:
    for key, printed in metadata.pop("pricing").items():
        locator = f"{place}.pricing.{key}"
        if key not in METERS:
            raise Refused("a price we do not know how to read", place=locator, value=printed)
        if amount := _amount(printed):
            words = structured.json_words(printed)
            yield Observation(model_id, f"price/{METERS[key]}", words, amount, locator, "usd/mtok")
    if context := metadata.pop("context_length"):
        yield Observation(model_id, "context_tokens", str(context), context, f"{place}.context_length")
    for attribute, printed, number in sentences.sizes(metadata.pop("description", None) or ""):
        yield Observation(model_id, attribute, printed, number, f"{place}.description")
    for tag in metadata.pop("tags"):
        if tag in CAPABILITIES:
            yield Observation(model_id, f"capability/{CAPABILITIES[tag]}", tag, True, f"{place}.tags")


def _amount(printed: int | Decimal) -> Decimal:
    exact = values.without_float_noise(values.decimal(printed))
    near = round(exact, 6)
    return near if abs(near - exact) < Decimal("1e-8") else exact


def _account_for(left_over: dict[str, Any], place: str) -> None:
    for key in structured.money_keys(left_over):
        raise Refused("something like a price where none was known", place=f"{place}.{key}", value=left_over)


SOURCE = Source(
    id="deepinfra_models",
    publisher="deepinfra",
    kind="catalogue",
    authority="host",
    media="json",
    urls=("https://api.deepinfra.com/v1/openai/models",),
    terms_url="https://deepinfra.com/terms",
    licence="DeepInfra terms; facts only",
    rows=(77, 462),
    seller="deepinfra",
    parse=parse,
    offers=offers.entries("data"),
    ignores={
        "a price of 0": "no recorded model has one, and nothing says that it would be free",
        "metadata.max_tokens": "the context length again, on every model",
        "metadata.description": "prose; its sentences about size are read",
        "tags: reasoning_effort, prompt_cache": "a parameter that models without reasoning accept too; no capability",
        "object, created, owned_by, root, parent": "constants: nothing in them differs between models but the id",
    },
)
