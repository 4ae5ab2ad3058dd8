"""DeepInfra: the host's own list of models, with USD per million tokens where a model is charged by the token.

Models without metadata are on sale too, charged in ways the list does not say. A cache price is kept as a share of the
input price with eight or nine digits, so that 0.03 is listed as 0.0299999997; the words stay as printed.
Out of scope: prices of images, embeddings, speech and time, which stand on the models' own pages.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from sources.contract import Document, Listing, Observation, Source, Told
from sources.readers import offers, sentences, values
from sources.readers.structured import Entry, each_entry, inside, listed
from sources.readers.values import identifier, limit

METERS = {"input_tokens": "input", "output_tokens": "output", "cache_read_tokens": "cache_read"}
CAPABILITIES = {"vision": "vision", "reasoning": "reasoning"}


def parse(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def _model(model: Entry) -> Iterator[Told]:
    model_id = identifier(model.pop("id"))
    says = Listing(model_id).says
    yield says("route_id", model_id, model_id, f"{model.place}.id")
    yield from model.field("metadata", partial(_metadata, says))
    yield from model.unread_prices()


def _metadata(says: Callable[..., Observation], node: Any, place: str) -> Iterator[Told]:
    metadata = inside(node, place)
    yield from metadata.field("pricing", partial(_prices, says))
    yield from metadata.states("context_length", ("context_tokens",), limit, says)
    yield from metadata.field("description", partial(_sizes, says))
    yield from metadata.field("tags", partial(_capabilities, says))
    yield from metadata.unread_prices()


def _prices(says: Callable[..., Observation], pricing: Any, place: str) -> Iterator[Told]:
    """Every price of a model, each of which may be in doubt alone."""
    entry = inside(pricing, place)
    yield from entry.unknown(METERS)
    for key, meter in METERS.items():
        yield from entry.field(key, partial(_price, says, meter))


def _price(says: Callable[..., Observation], meter: str, printed: Any, place: str) -> Iterator[Observation]:
    if amount := _amount(printed):
        yield says(f"price/{meter}", amount, printed, place, "usd/mtok")


def _sizes(says: Callable[..., Observation], description: str, place: str) -> Iterator[Observation]:
    for attribute, printed, number in sentences.sizes(description):
        yield says(attribute, number, printed, place)


def _capabilities(says: Callable[..., Observation], tags: list[str], place: str) -> Iterator[Observation]:
    for tag in tags:
        if tag in CAPABILITIES:
            yield says(f"capability/{CAPABILITIES[tag]}", True, tag, place)


def _amount(printed: int | Decimal) -> Decimal:
    exact = values.without_float_noise(values.decimal(printed))
    near = round(exact, 6)
    return near if abs(near - exact) < Decimal("1e-8") else exact


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
