"""Hosts whose own list of models prices a token in text, as OpenRouter does: Cerebras, SambaNova, Nebius.

``pricing.prompt`` and ``pricing.completion`` are USD per token. What a list calls the context window and the longest
answer differs by host. A 0 stands for a meter that is not charged or not known, and is never read as free.
Nebius gives its list to holders of a key. Built from the hosts' documentation: no list has been recorded yet.
Out of scope: speed, rate limits, regions, what the API calls a model's owner.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sources import offers, structured, values
from sources.contract import Document, LeftOut, Observation, Refused, Source

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

    def parse(self, document: Document) -> Iterator[Observation | LeftOut]:
        for model in document.json()["data"]:
            model_id = model["id"]
            place = f"data[id={model_id}]"
            yield LeftOut(place, NOTHING)  # counts only where nothing of it is read
            pricing = model.pop("pricing", None) or {}
            for key in structured.money_keys(model):
                raise Refused("something like a price where none was known", place=f"{place}.{key}", value=model)
            yield from _prices(model_id, pricing, f"{place}.pricing")
            for attribute, path in self.fields.items():
                if printed := _at(model, path):
                    yield Observation(model_id, attribute, str(printed), printed, f"{place}.{'.'.join(path)}")
            for name, capabilities in self.capabilities.items():
                if (model.get("capabilities") or {}).get(name) is True:
                    for capability in capabilities:
                        at = f"{place}.capabilities.{name}"
                        yield Observation(model_id, f"capability/{capability}", "true", True, at)


def _prices(model_id: str, pricing: dict[str, Any], place: str) -> Iterator[Observation]:
    for key, printed in pricing.items():
        if key not in METERS.keys() | OTHER_PRICES:
            raise Refused("a price we do not know how to read", place=f"{place}.{key}", value=printed)
        if key in METERS and not isinstance(printed, str):
            raise Refused("a price per token that is no text", place=f"{place}.{key}", value=printed)
        if key in METERS and (amount := values.decimal(printed) * values.MILLION):
            yield Observation(model_id, f"price/{METERS[key]}", printed, amount, f"{place}.{key}", "usd/mtok")


def _at(model: dict[str, Any], path: tuple[str, ...]) -> Any:
    node: Any = model
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return node


_CEREBRAS = _List(
    {"context_tokens": ("limits", "max_context_length"), "max_output_tokens": ("limits", "max_completion_tokens")},
    CAPABILITIES,
)
_SAMBANOVA = _List({"context_tokens": ("context_length",), "max_output_tokens": ("max_completion_tokens",)})
_NEBIUS = _List({"context_tokens": ("context_length",), "quantization": ("quantization",)})


def parse_cerebras(document: Document) -> Iterator[Observation | LeftOut]:
    return _CEREBRAS.parse(document)


def parse_sambanova(document: Document) -> Iterator[Observation | LeftOut]:
    return _SAMBANOVA.parse(document)


def parse_nebius(document: Document) -> Iterator[Observation | LeftOut]:
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
