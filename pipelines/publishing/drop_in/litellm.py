"""LiteLLM's cost map, for ``LITELLM_MODEL_COST_MAP_URL``: US dollars per token, all else in the name of a field.

Belongs here: LiteLLM's keys. A prompt of *more* than the tokens a field names is billed at that field's price, whole.
Of xAI LiteLLM bills it from that very length on. Two lengths have a field for every price and class of service; any
other goes into ``tiered_pricing``, which knows no class but the standard one. By which endpoint a model is called, and
with which parameters, is LiteLLM's own to say and comes from its own map; facts and prices are ours.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipelines.publishing.drop_in.tariffs import STANDARD, Names, OwnDocument, Tariff, Written, at, unambiguous

FIELDS = {
    ("input", ""): "input_cost_per_token",
    ("output", ""): "output_cost_per_token",
    ("cache_read", ""): "cache_read_input_token_cost",
    ("cache_write", ""): "cache_creation_input_token_cost",
    ("cache_write", "5m"): "cache_creation_input_token_cost",
    ("cache_write", "1h"): "cache_creation_input_token_cost_above_1hr",
    ("reasoning_output", ""): "output_cost_per_reasoning_token",
    ("input_audio", ""): "input_cost_per_audio_token",
    ("output_audio", ""): "output_cost_per_audio_token",
    ("input_image", ""): "input_cost_per_image_token",
    ("output_image", ""): "output_cost_per_image_token",
}
CLASSES = {STANDARD: "", "batch": "_batches", "flex": "_flex", "priority": "_priority"}
LENGTHS = {200_000: "200k", 272_000: "272k"}
TIERED = (
    "input_cost_per_token",
    "output_cost_per_token",
    "output_cost_per_reasoning_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "cache_creation_input_token_cost_above_1hr",
)
FROM_THAT_LENGTH_ON = "xai"
CALLED_BY = ("supported_endpoints",)

MODES = {"embedding": "embedding", "reranker": "rerank"}
FLAGS = {
    "function_calling": "supports_function_calling",
    "vision": "supports_vision",
    "reasoning": "supports_reasoning",
    "structured_outputs": "supports_response_schema",
    "computer_use": "supports_computer_use",
}


def written(sold: list[Tariff], names: Names, own: OwnDocument) -> Written:
    """The cost map."""
    file = Written()
    hosts: dict[str, str] = {}
    claimed = []
    for tariff in sold:
        called = names.called(tariff)
        if not called:
            file.offers[tariff.offer_id] = "unknown_seller"
        for name, host in called:
            hosts[name] = host
            claimed.append((name, tariff))
    theirs = own.content if isinstance(own.content, dict) else {}
    file.content = {
        name: _entry(tariff, hosts[name], theirs.get(name, {}), file)
        for name, tariff in unambiguous(claimed, file).items()
    }
    return file


def _entry(tariff: Tariff, host: str, theirs: dict[str, Any], file: Written) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "litellm_provider": host,
        "mode": theirs.get("mode") or MODES.get(tariff.facts["product_type"], "chat"),
        **{
            field: value
            for field, value in theirs.items()
            if field in CALLED_BY or (field.startswith("supports_") and field not in FLAGS.values())
        },
    }
    if tariff.facts["max_output_tokens"]:
        entry["max_output_tokens"] = entry["max_tokens"] = tariff.facts["max_output_tokens"]
    late = host == FROM_THAT_LENGTH_ON
    by_length = all(start + late in LENGTHS for start in tariff.starts())
    file.prices.pop(tariff.offer_id, None)
    for rated, steps in tariff.rates.items():
        service, meter, ttl = rated
        if (meter, ttl) not in FIELDS:
            file.leaves_out(tariff, rated, "meter")
        elif service not in CLASSES or (not by_length and service not in (STANDARD, "batch")):
            file.leaves_out(tariff, rated, "service_tier")
        elif not by_length and service == "batch" and len(steps) > 1:
            file.leaves_out(tariff, rated, "length")
        elif (meter, ttl) == ("cache_write", "") and tariff.steps(meter, service, "5m"):
            file.leaves_out(tariff, rated, "other_ttl")
        else:
            if not by_length and len(steps) > 1 and FIELDS[meter, ttl] not in TIERED:
                file.leaves_out(tariff, rated, "length")
                continue
            for start, rate in steps:
                if start == 0:
                    entry[FIELDS[meter, ttl] + CLASSES[service]] = per_token(rate)
                elif by_length:
                    field = f"{FIELDS[meter, ttl]}_above_{LENGTHS[start + late]}_tokens{CLASSES[service]}"
                    entry[field] = per_token(rate)
    if not by_length:
        entry["tiered_pricing"] = list(_bands(tariff))
    if not tariff.steps("output"):
        entry["output_cost_per_token"] = Decimal(0)
    for capability, flag in FLAGS.items():
        if capability in tariff.capabilities:
            entry[flag] = tariff.capabilities[capability]
    if tariff.steps("cache_read"):
        entry["supports_prompt_caching"] = True
    return entry


def _bands(tariff: Tariff) -> Iterator[dict[str, Any]]:
    """Every band of prompt lengths with its prices; the last goes on for ever."""
    starts = [0, *tariff.starts()]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        band: dict[str, Any] = {"range": [start, end or 10**9]}
        for (service, meter, ttl), steps in tariff.rates.items():
            rate = at(steps, start)
            if service == STANDARD and rate is not None and FIELDS.get((meter, ttl)) in TIERED:
                band[FIELDS[meter, ttl]] = per_token(rate)
        yield band


def per_token(per_million: Decimal) -> Decimal:
    return per_million / 1_000_000
