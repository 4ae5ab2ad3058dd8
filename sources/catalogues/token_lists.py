"""Hosts whose own list of models prices a token in text, as OpenRouter does: Cerebras, SambaNova, Nebius.

``pricing.prompt`` and ``pricing.completion`` are USD per token. What a list calls the context window and the longest
answer differs by host. A 0 stands for a meter that is not charged or not known, and is never read as free.
Nebius gives its list to holders of a key. Built from the hosts' documentation: no list has been recorded yet.
Out of scope: speed, rate limits, regions, what the API calls a model's owner.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from sources.contract import Document, LeftOut, Listing, Observation, Refused, Source, Told
from sources.doubts import attempt
from sources.readers import offers
from sources.readers.structured import Entry, each_entry, inside, listed
from sources.readers.values import MILLION, decimal, identifier, limit, words, yes_or_no

METERS = {"prompt": "input", "completion": "output", "input_cache_read": "cache_read"}
OTHER_PRICES = frozenset({"image", "request", "duration_per_second"})
CAPABILITIES = {
    "function_calling": ("function_calling", "tool_use"),
    "reasoning": ("reasoning",),
    "vision": ("vision",),
    "structured_outputs": ("structured_outputs",),
}
NOTHING = "a model of which nothing is said"


@dataclass(frozen=True)
class _List:
    """How one host's list is read: field → its path in an entry."""

    fields: Mapping[str, tuple[str, ...]]
    capabilities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def parse(self, document: Document) -> Iterator[Told]:
        yield from each_entry(listed(document.json_with_oddities()["data"], "data"), self._model, siblings="data[")

    def _model(self, model: Entry) -> Iterator[Told]:
        says = Listing(identifier(model["id"])).says
        yield LeftOut(model.place, NOTHING)  # counts only where nothing of it is read
        yield from model.field("pricing", partial(_prices, says))
        yield from model.states("name", ("name",), words, says)
        for attribute, (*holders, key) in self.fields.items():
            yield from _fact(model, holders, key, attribute, says)
        yield from model.field("capabilities", partial(_capabilities, self.capabilities, says))
        yield from model.unread_prices()


Says: TypeAlias = Callable[..., Observation]


def _fact(model: Entry, holders: list[str], key: str, attribute: str, says: Says) -> Iterator[Told]:
    read = words if attribute == "quantization" else limit
    if not holders:
        yield from model.states(key, (attribute,), read, says)
    elif (holder := model.get(holders[0])) is not None:
        place = f"{model.place}.{holders[0]}"
        yield from attempt(
            lambda: inside(holder, place).states(key, (attribute,), read, says), "cell", place, within=(place,)
        )


def _capabilities(named: Mapping[str, tuple[str, ...]], says: Says, said: Any, place: str) -> Iterator[Told]:
    entry = inside(said, place)
    for name, capabilities in named.items():
        attributes = [f"capability/{capability}" for capability in capabilities]
        yield from entry.states(name, attributes, lambda flag: yes_or_no(flag) or None, says)


def _prices(says: Says, pricing: Any, place: str) -> Iterator[Told]:
    """Every price of a model, each of which may be in doubt alone."""
    entry = inside(pricing, place)
    yield from entry.unknown(METERS.keys() | OTHER_PRICES)
    for key, meter in METERS.items():
        yield from entry.field(key, partial(_price, says, meter))


def _price(says: Says, meter: str, printed: Any, place: str) -> Iterator[Observation]:
    if not isinstance(printed, str):
        raise Refused("a price per token that is no text", place=place, value=printed)
    if amount := decimal(printed) * MILLION:
        yield says(f"price/{meter}", amount, printed, place, "usd/mtok")


_CEREBRAS = _List(
    {"context_tokens": ("limits", "max_context_length"), "max_output_tokens": ("limits", "max_completion_tokens")},
    CAPABILITIES,
)
_SAMBANOVA = _List({"context_tokens": ("context_length",), "max_output_tokens": ("max_completion_tokens",)})
_NEBIUS = _List({"context_tokens": ("context_length",), "quantization": ("quantization",)})


def parse_cerebras(document: Document) -> Iterator[Told]:
    return _CEREBRAS.parse(document)


def parse_sambanova(document: Document) -> Iterator[Told]:
    return _SAMBANOVA.parse(document)


def parse_nebius(document: Document) -> Iterator[Told]:
    return _NEBIUS.parse(document)


_IGNORES = {
    NOTHING: "an id alone tells no more than that it is listed",
    "a price of 0": "not charged, or not known: nothing says that it is free",
    "pricing.image, request, duration_per_second": "said without a unit in the documentation",
    "created, owned_by, object": "of the list, not of the model",
}

SOURCES = (
    Source(
        id="cerebras_models",
        publisher="cerebras",
        kind="catalogue",
        authority="host",
        media="json",
        urls=("https://api.cerebras.ai/public/v1/models",),
        terms_url="https://www.cerebras.ai/terms-of-service",
        licence="Cerebras terms; facts only",
        seller="cerebras",
        rows=(1, 60),
        parse=parse_cerebras,
        offers=offers.entries("data"),
        ignores=_IGNORES,
        unproven=True,
    ),
    Source(
        id="sambanova_models",
        publisher="sambanova",
        kind="catalogue",
        authority="host",
        media="json",
        urls=("https://api.sambanova.ai/v1/models",),
        terms_url="https://sambanova.ai/terms-and-conditions",
        licence="SambaNova terms; facts only",
        seller="sambanova",
        rows=(2, 80),
        parse=parse_sambanova,
        offers=offers.entries("data"),
        ignores=_IGNORES,
        unproven=True,
    ),
    Source(
        id="nebius_models",
        publisher="nebius",
        kind="catalogue",
        authority="host",
        media="json",
        urls=("https://api.tokenfactory.nebius.com/v1/models?verbose=true",),
        terms_url="https://docs.tokenfactory.nebius.com/legal/terms-of-service",
        licence="Nebius terms; facts only",
        seller="nebius",
        rows=(5, 200),
        parse=parse_nebius,
        offers=offers.entries("data"),
        ignores=_IGNORES,
        key_variable="NEBIUS_API_KEY",
        unproven=True,
    ),
)
