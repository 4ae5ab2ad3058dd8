"""Anthropic's list of models: limits, and what each model says of itself, yes and no alike.

The largest prompt is the whole context window: answers are counted inside it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

from sources.contract import Document, Observation, Source, Told, Value
from sources.readers import offers, values
from sources.readers.structured import Entry, each_entry, inside, json_words, listed

LIMITS = {"max_input_tokens": "context_tokens", "max_tokens": "max_output_tokens"}
CAPABILITIES = {
    "thinking": "reasoning",
    "image_input": "vision",
    "structured_outputs": "structured_outputs",
    "code_execution": "code_execution",
}

Says: TypeAlias = Callable[[str, Value, Any, str], Observation]


def parse(document: Document) -> Iterator[Told]:
    yield from each_entry(listed(document.json_with_oddities()["data"], "data"), _model, siblings="data[")


def _model(entry: Entry) -> Iterator[Told]:
    says = partial(_says, values.identifier(entry.pop("id")))
    yield from entry.states("display_name", ("name",), values.identifier, says)
    for key, attribute in LIMITS.items():
        yield from entry.states(key, (attribute,), values.positive, says)
    yield from entry.field("capabilities", partial(_capabilities, says))
    yield from entry.unread_prices()


def _capabilities(says: Says, stated: Any, place: str) -> Iterator[Told]:
    capabilities = inside(stated, place)
    for key, capability in CAPABILITIES.items():
        yield from capabilities.states(
            key,
            (f"capability/{capability}",),
            lambda said: values.yes_or_no(said["supported"]),
            lambda attribute, value, _, at: says(attribute, value, value, f"{at}.supported"),
        )
    yield from capabilities.unread_prices()


def _says(model: str, attribute: str, value: Value, printed: Any, place: str) -> Observation:
    return Observation(model, attribute, json_words(printed), value, place)


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
