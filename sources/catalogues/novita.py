"""Novita: the host's own list of models, with prices in ten-thousandths of a US dollar per million tokens.

``input_token_price_per_m`` 2700 is 0.27 USD per million tokens: the scale is not on the list, but in what the same
models cost everywhere else, and a list of other scale is refused, see `DEAREST`.
Built from documentation: no list has been recorded yet.
Out of scope: prices of images and sound, which stand on the models' own pages; prose.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sources import offers, structured, values
from sources.contract import Document, LeftOut, Observation, Refused, Source

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


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    for model in document.json()["data"]:
        model_id = model["id"]
        place = f"data[id={model_id}]"
        if model["status"] != 1:
            yield LeftOut(place, NOT_SERVED)
            continue
        yield Observation(model_id, "route_id", model_id, model_id, f"{place}.id")
        yield from _prices(model_id, model, place)
        for key, attribute in FIELDS.items():
            if count := model.get(key):
                yield Observation(model_id, attribute, str(count), int(count), f"{place}.{key}")
        for feature in model.get("features") or []:
            for capability in FEATURES.get(feature, ()):
                yield Observation(model_id, f"capability/{capability}", feature, True, f"{place}.features")


def _prices(model_id: str, model: dict[str, Any], place: str) -> Iterator[Observation]:
    for key in structured.money_keys(model):
        printed, locator = model.get(key), f"{place}.{key}"
        if key not in METERS or not isinstance(printed, int):
            raise Refused("a price we do not know how to read", place=locator, value=printed)
        amount = values.decimal(printed) / PER_DOLLAR
        if amount > DEAREST:
            raise Refused("a price of another scale", place=locator, value=printed)
        if amount:
            yield Observation(model_id, f"price/{METERS[key]}", str(printed), amount, locator, "usd/mtok")


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
        "title, display_name, description": "the id in other words, and prose",
        "created, owned_by, permission": "of the list, not of the model",
    },
    unproven=True,
)
