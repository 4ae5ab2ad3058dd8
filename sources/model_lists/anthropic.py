"""Anthropic's list of models: limits, and what each model says of itself, yes and no alike.

The largest prompt is the whole context window: answers are counted inside it.
"""

from collections.abc import Iterator

from sources import offers
from sources.contract import Document, Observation, Refused, Source
from sources.structured import json_words, money_keys

LIMITS = {"max_input_tokens": "context_tokens", "max_tokens": "max_output_tokens"}
CAPABILITIES = {
    "thinking": "reasoning",
    "image_input": "vision",
    "structured_outputs": "structured_outputs",
    "code_execution": "code_execution",
}


def parse(document: Document) -> Iterator[Observation]:
    for model in document.json().pop("data"):
        model_id = model.pop("id")
        place = f"data[id={model_id}]"
        name = model.pop("display_name")
        yield Observation(model_id, "name", name, name, f"{place}.display_name")
        for key, attribute in LIMITS.items():
            if limit := model.pop(key, None):
                yield Observation(model_id, attribute, json_words(limit), limit, f"{place}.{key}")
        stated = model.pop("capabilities", None) or {}
        for key, capability in CAPABILITIES.items():
            if key in stated:
                where = f"{place}.capabilities.{key}.supported"
                supported = _yes_or_no(stated[key]["supported"], where)
                yield Observation(model_id, f"capability/{capability}", json_words(supported), supported, where)
        for key in money_keys([model, stated]):
            raise Refused("something like a price where none was known", place=f"{place}.{key}")


def _yes_or_no(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise Refused("neither true nor false", place=place, value=value)
    return value


SOURCE = Source(
    id="anthropic_models",
    publisher="anthropic",
    kind="model_list",
    authority="maker",
    media="json",
    urls=("https://api.anthropic.com/v1/models",),
    terms_url="https://www.anthropic.com/legal/commercial-terms",
    licence="© Anthropic; facts only",
    seller="anthropic",
    key_variable="ANTHROPIC_API_KEY",
    key_header="x-api-key: {key}\nanthropic-version: 2023-06-01",
    rows=(5, 30),
    parse=parse,
    offers=offers.entries("data"),
    ignores={
        "created_at": "the day the id was made, not the day of release",
        "has_more, first_id, last_id": "the newest models come first; older ones on further pages are not asked for",
        "capabilities: batch, citations, context_management, effort": "how to call it, or no capability we hold",
        "capabilities.pdf_input, thinking.types": "parts of what is read: pages are seen, thinking has two switches",
        "type": "model, for every row",
    },
)
