"""xAI's own list of models, served with a key: ids, aliases, context windows and prices.

Every price is a whole number of ten-billionths of a dollar for one token or one image (20000 is $2 per million
tokens), the scale that the maker's models page spells out in dollars beside the same numbers. A long prompt has a
price of its own, read from one token above the threshold; whether it reprices the whole prompt is not said.
An alias is a subject that points at the id it is served by today.
Out of scope: video and audio models' prices, which the list does not give.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sources import offers, structured, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition

DOLLARS = Decimal("1e-10")
TOKEN_PRICES = {
    "prompt_text_token_price": ("input", False),
    "prompt_image_token_price": ("input_image", False),
    "cached_prompt_text_token_price": ("cache_read", False),
    "completion_text_token_price": ("output", False),
    "prompt_text_token_price_long_context": ("input", True),
    "cached_prompt_text_token_price_long_context": ("cache_read", True),
    "completion_text_token_price_long_context": ("output", True),
}
"""Key → meter, and whether it is the price of a long prompt."""
IGNORES = {
    "image_price beside a list": "repeats one price of the list without saying which",
    "search_price": "a fee the recorded list no longer has; what it counts was not recorded",
    "a model without a limit or a price": "video: an id, and when it was made",
    "a price of 0": "a meter that is not charged, not a price",
    "created": "the day of an entry, not said to be the release",
    "object, owned_by, fingerprint, version": "the same for every model, or internals",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    page = document.json()
    for model in page.pop("data"):
        yield from _model(model)
    _account_for(page, "page")


def _model(model: dict[str, Any]) -> Iterator[Observation | LeftOut]:
    model_id = model.pop("id")
    place = f"data[id={model_id}]"
    yield LeftOut(place, "a model without a limit or a price")  # counts only where nothing of it is read
    for alias in model.pop("aliases"):
        yield Observation(alias, "alias_target", model_id, model_id, f"{place}.aliases")
    if context := model.pop("context_length", None):
        yield Observation(model_id, "context_tokens", str(context), context, f"{place}.context_length")
    for attribute in ("input_modalities", "output_modalities"):
        if names := model.pop(attribute, None):
            read = values.modalities(names)
            yield Observation(model_id, attribute, ", ".join(names), read, f"{place}.{attribute}")
    yield from _token_prices(model_id, model, place)
    yield from _image_prices(model_id, model, place)
    model.pop("search_price", None)
    _account_for(model, place)


def _token_prices(model_id: str, model: dict[str, Any], place: str) -> Iterator[Observation]:
    threshold = model.pop("long_context_threshold", 0)
    for key, (meter, is_long) in TOKEN_PRICES.items():
        if key not in model:
            continue
        printed = model.pop(key)
        if is_long and not threshold and printed:
            raise Refused("a price of long prompts that does not say how long", place=f"{place}.{key}", value=printed)
        when = condition(context_from=threshold + 1) if is_long else ""
        yield from _price(model_id, meter, printed, "mtok", f"{place}.{key}", when)


def _image_prices(model_id: str, model: dict[str, Any], place: str) -> Iterator[Observation]:
    plain, listed = model.pop("image_price", 0), model.pop("pricing", [])
    for number, line in enumerate(listed):
        at, printed = f"{place}.pricing[{number}]", line.pop("price_per_image")
        when = condition(quality=line.pop("quality"), resolution=line.pop("resolution"))
        if line:
            raise Refused("a price under a condition nobody reads", place=at, value=list(line))
        yield from _price(model_id, "image", printed, "image", f"{at}.price_per_image", when)
    if not listed:
        yield from _price(model_id, "image", plain, "image", f"{place}.image_price", "")


def _price(model_id: str, meter: str, printed: object, per: str, locator: str, when: str) -> Iterator[Observation]:
    if type(printed) is not int:
        raise Refused("not a whole number", place=locator, value=printed)
    if amount := printed * DOLLARS * (values.MILLION if per == "mtok" else 1):
        yield Observation(model_id, f"price/{meter}", str(printed), amount, locator, f"usd/{per}", when)


def _account_for(left_over: Mapping[str, Any], place: str) -> None:
    for key in structured.money_keys(left_over):
        raise Refused("something like a price where none was known", place=place, value=key)


SOURCE = Source(
    id="xai_language_models",
    publisher="xai",
    kind="model_list",
    authority="maker",
    media="json",
    urls=("https://api.x.ai/v1/language-models",),
    terms_url="https://x.ai/legal/terms-of-service-enterprise",
    licence="© xAI; facts only",
    rows=(25, 160),
    seller="xai",
    key_variable="XAI_API_KEY",
    parse=parse,
    offers=offers.entries("data"),
    ignores=IGNORES,
)
