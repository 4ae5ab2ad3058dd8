"""xAI's own list of models, served with a key: ids, aliases, context windows and prices.

Every price is a whole number of ten-billionths of a dollar for one token or one image (20000 is $2 per million
tokens), the scale that the maker's models page spells out in dollars beside the same numbers. A long prompt has a
price of its own, read from one token above the threshold; whether it reprices the whole prompt is not said.
An alias is a subject that points at the id it is served by today.
Out of scope: video and audio models' prices, which the list does not give.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, Value, condition
from sources.doubts import attempt
from sources.readers import offers, values
from sources.readers.structured import (
    Entry,
    Found,
    each_entry,
    json_glimpse,
    json_words,
    listed,
    money_keys,
    restates_prices,
)

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


def parse(document: Document) -> Iterator[Told]:
    page = dict(document.json_with_oddities())
    found = listed(page.pop("data"), "data")
    if odd := _restating(page):
        raise Refused("what may say what the prices of all models are", place=odd, value=json_glimpse(page[odd]))
    yield from each_entry(found, _model, siblings="data[")
    yield from Entry(page, "page", "").unread_prices()


def _model(entry: Entry) -> Iterator[Told]:
    model = values.identifier(entry.pop("id"))

    def says(attribute: str, value: Value, printed: Any, place: str) -> Observation:
        return Observation(model, attribute, json_words(printed), value, place)

    yield LeftOut(entry.place, "a model without a limit or a price")  # counts only where nothing of it is read
    yield from entry.field("aliases", partial(_aliases, model))
    yield from entry.states("context_length", ("context_tokens",), values.limit, says)
    for attribute in ("input_modalities", "output_modalities"):
        yield from entry.states(attribute, (attribute,), values.modalities, says)
    threshold = entry.pop("long_context_threshold", None)
    for key in TOKEN_PRICES:
        yield from entry.field(key, partial(_token_price, model, threshold, key))
    entry.pop("search_price", None)
    if "pricing" in entry:
        entry.pop("image_price", None)
        yield from _listed_image_prices(model, entry.pop("pricing"), f"{entry.place}.pricing")
    unread = money_keys({key: value for key, value in entry.items() if key != "image_price"})
    yield from entry.field("image_price", partial(_image_price, model, unread))
    if odd := _restating(entry):
        raise Refused("what may say what the prices beside it are", place=f"{entry.place}.{odd}", value=odd)
    yield from entry.unread_prices()


def _aliases(model: str, aliases: list[Any], place: str) -> Iterator[Observation]:
    return (Observation(values.identifier(alias), "alias_target", model, model, place) for alias in aliases)


def _token_price(model: str, threshold: Any, key: str, printed: Any, place: str) -> Iterator[Observation]:
    meter, is_long = TOKEN_PRICES[key]
    if is_long and printed == 0:
        return
    try:
        when = condition(context_from=values.positive(threshold) + 1) if is_long else ""
    except ValueError as error:
        raise Refused("a price of long prompts that does not say how long", value=threshold) from error
    yield from _price(model, meter, "mtok", when, printed, place)


def _image_price(model: str, unread: list[str], printed: Any, place: str) -> Iterator[Observation]:
    """The price of every image, unless prices nobody reads stand beside it, such as a list under a new name."""
    if unread:
        raise Refused("a price beside prices that nobody reads", value=unread)
    return _price(model, "image", "image", "", printed, place)


def _listed_image_prices(model: str, lines: Any, place: str) -> Iterator[Told]:
    """The prices of images by quality and resolution, each of which may be in doubt alone."""

    def read(line: Entry) -> Iterator[Observation]:
        when = condition(quality=line.pop("quality"), resolution=line.pop("resolution"))
        printed = line.pop("price_per_image")
        if line:
            raise Refused("a price under a condition nobody reads", value=list(line))
        yield from _price(model, "image", "image", when, printed, f"{line.place}.price_per_image")

    def lines_read() -> Iterator[Told]:
        named = (f"{place}[{line['quality']}, {line['resolution']}]" for line in lines)
        found = (Found(at, at, line) for at, line in zip(offers.told_apart(named), lines, strict=True))
        return each_entry(found, read)

    yield from attempt(lines_read, "cell", place, json_glimpse(lines), within=(f"{place}[",))


def _price(model: str, meter: str, per: str, when: str, printed: Any, place: str) -> Iterator[Observation]:
    if type(printed) is not int:
        raise Refused("not a whole number", value=printed)
    if amount := printed * DOLLARS * (values.MILLION if per == "mtok" else 1):
        yield Observation(model, f"price/{meter}", str(printed), amount, place, f"usd/{per}", when)


def _restating(left_over: Mapping[str, Any]) -> str:
    """The first key left that may say what amounts beside it are, as a currency or a scale does; "" without one."""
    for key, value in left_over.items():
        if ("currency" in key.lower() or money_keys({key: value})) and restates_prices(key, value):
            return key
    return ""


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
