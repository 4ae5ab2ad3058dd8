"""Novita: the host's own list of models, with prices in ten-thousandths of a US dollar per million tokens.

``input_token_price_per_m`` 2700 is 0.27 USD per million tokens: the scale is not on the list, but in what the same
models cost everywhere else, and an amount of other scale is in doubt, see `DEAREST`.
Built from documentation: no list has been recorded yet.
Out of scope: prices of images and sound, which stand on the models' own pages; prose.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Listing, Observation, Refused, Source, Told
from sources.readers import offers
from sources.readers.structured import Entry, each_entry, listed
from sources.readers.values import decimal, identifier, limit, words

METERS = {"input_token_price_per_m": "input", "output_token_price_per_m": "output"}
PER_DOLLAR = Decimal(10_000)
DEAREST = Decimal(150)
"""USD per million tokens above which an amount says that the scale has changed; no open model costs a third of it."""

FIELDS = {"context_size": "context_tokens", "max_output_tokens": "max_output_tokens"}
FEATURES = {
    "function-calling": ("function_calling", "tool_use"),
    "structured-outputs": ("structured_outputs",),
    "reasoning": ("reasoning",),
}
NOT_SERVED = "a model that is not served"


def parse(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def _model(model: Entry) -> Iterator[Told]:
    model_id = identifier(model["id"])
    says = Listing(model_id).says
    if model["status"] != 1:
        yield LeftOut(model.place, NOT_SERVED)
        return
    yield says("route_id", model_id, model_id, f"{model.place}.id")
    yield from model.states("display_name", ("name",), words, says)
    for key, meter in METERS.items():
        yield from model.field(key, partial(_price, says, meter))
    for key, attribute in FIELDS.items():
        yield from model.states(key, (attribute,), limit, says)
    yield from model.field("features", partial(_features, says))
    yield from model.unread_prices()


def _price(says: Callable[..., Observation], meter: str, printed: Any, place: str) -> Iterator[Observation]:
    if not isinstance(printed, int):
        raise Refused("a price we do not know how to read", place=place, value=printed)
    amount = decimal(printed) / PER_DOLLAR
    if amount > DEAREST:
        raise Refused("a price of another scale", place=place, value=printed)
    if amount:
        yield says(f"price/{meter}", amount, printed, place, "usd/mtok")


def _features(says: Callable[..., Observation], features: list[str], place: str) -> Iterator[Observation]:
    for feature in features:
        for capability in FEATURES.get(feature, ()):
            yield says(f"capability/{capability}", True, feature, place)


SOURCE = Source(
    id="novita_models",
    publisher="novita",
    kind="catalogue",
    authority="host",
    media="json",
    urls=("https://api.novita.ai/openai/v1/models",),
    terms_url="https://novita.ai/legal/terms-of-service",
    licence="Novita terms; facts only",
    seller="novita",
    rows=(20, 400),
    parse=parse,
    offers=offers.entries("data"),
    ignores={
        NOT_SERVED: "cannot be bought",
        "a price of 0": "nothing says that it would be free",
        "title, description": "the id again, and prose",
        "created, owned_by, permission": "of the list, not of the model",
    },
    unproven=True,
)
