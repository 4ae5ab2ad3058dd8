"""models.dev's ``api.json``: sellers, each with its models, US dollars per million tokens.

Belongs here: models.dev's keys. How a seller is reached (package, environment, address, documentation) is models.dev's
own to say and comes from its own document; facts and prices are ours. A prompt *over* a tier's size is billed at its
prices, whole. Every entry must state facts we may not know: an offer whose model lacks one is left out.
"""

from typing import Any

from pipelines.publishing.drop_in.tariffs import STANDARD, Names, OwnDocument, Steps, Tariff, Written, at, unambiguous

COSTS = {
    "input": "input",
    "output": "output",
    "reasoning_output": "reasoning",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
}
SELLER = ("id", "env", "npm", "api", "name", "doc")
MODALITIES = {"text": "text", "image": "image", "audio": "audio", "video": "video", "pdf": "pdf", "file": "pdf"}
STATUSES = {"preview": "beta", "deprecated": "deprecated", "retired": "deprecated"}
CALLED_BY = ("temperature", "interleaved", "reasoning_options", "provider")
SHOWN = {"month": 7, "day": 10}
"""How much of a day is printed; of a year alone models.dev has no form."""
OVER = 200_000
"""A tier of this size is repeated in a field of its own, which older readers know."""


def written(sold: list[Tariff], names: Names, own: OwnDocument) -> Written:
    """The document."""
    sellers = own.content if isinstance(own.content, dict) else {}
    file = Written(content={})
    claimed = []
    for tariff in sold:
        called = [(host, name.removeprefix(f"{host}/")) for name, host in names.called(tariff) if host in sellers]
        if not called:
            file.offers[tariff.offer_id] = "unknown_seller"
        elif missing := _missing(tariff):
            file.offers[tariff.offer_id] = "missing_fact"
            file.missing[tariff.offer_id] = missing
        else:
            claimed += [(name, tariff) for name in called]
    for (host, model), tariff in unambiguous(claimed, file).items():
        reached = {key: sellers[host][key] for key in SELLER if key in sellers[host]}
        listed = file.content.setdefault(host, {**reached, "models": {}})["models"]
        listed[model] = _entry(tariff, model, sellers[host].get("models", {}).get(model, {}))
        file.prices.pop(tariff.offer_id, None)
        for rated in tariff.rates:
            service, meter, ttl = rated
            if service != STANDARD:
                file.leaves_out(tariff, rated, "service_tier")
            elif meter not in COSTS or ttl not in ("", "5m") or not _is_said(tariff, meter):
                file.leaves_out(tariff, rated, "meter")
            elif meter == "cache_write" and not ttl and tariff.steps(meter, ttl="5m"):
                file.leaves_out(tariff, rated, "other_ttl")
    return file


def _missing(tariff: Tariff) -> list[str]:
    """The facts an entry must state and we do not know."""
    facts = (
        "released_on",
        "context_tokens",
        "max_output_tokens",
        "open_weights",
        "input_modalities",
        "output_modalities",
    )
    return [
        *(name for name in facts if tariff.facts[name] is None),
        *(["released_on to the month"] if tariff.facts["released_precision"] == "year" else []),
        *(name for name in ("reasoning", "function_calling") if name not in tariff.capabilities),
    ]


def _entry(tariff: Tariff, model: str, theirs: dict[str, Any]) -> dict[str, Any]:
    facts = tariff.facts
    reads = _modalities(facts["input_modalities"])
    entry: dict[str, Any] = {"id": model, "name": facts["name"]}
    if facts["family"]:
        entry["family"] = facts["family"]
    entry |= {
        "attachment": any(each != "text" for each in reads),
        "reasoning": tariff.capabilities["reasoning"],
        "tool_call": tariff.capabilities["function_calling"],
    }
    if "structured_outputs" in tariff.capabilities:
        entry["structured_output"] = tariff.capabilities["structured_outputs"]
    if facts["knowledge_cutoff_on"] and facts["knowledge_cutoff_precision"] != "year":
        entry["knowledge"] = facts["knowledge_cutoff_on"].isoformat()[
            : SHOWN[facts["knowledge_cutoff_precision"] or "day"]
        ]
    entry |= {
        "release_date": facts["released_on"].isoformat()[: SHOWN[facts["released_precision"] or "day"]],
        "last_updated": facts["changed_on"],
        "modalities": {"input": reads, "output": _modalities(facts["output_modalities"])},
        "open_weights": facts["open_weights"],
        "limit": {"context": facts["context_tokens"], "output": facts["max_output_tokens"]},
        "cost": _cost(tariff),
    }
    if facts["status"] in STATUSES:
        entry["status"] = STATUSES[facts["status"]]
    return entry | {key: theirs[key] for key in CALLED_BY if key in theirs}


def _cost(tariff: Tariff) -> dict[str, Any]:
    said = {word: _steps(tariff, meter) for meter, word in COSTS.items() if _is_said(tariff, meter)}
    cost: dict[str, Any] = {word: steps[0][1] for word, steps in said.items()}
    cost.setdefault("output", 0)
    starts = sorted({start for steps in said.values() for start, _ in steps if start})
    tiers = {start: {word: at(steps, start) for word, steps in said.items()} for start in starts}
    if tiers:
        cost["tiers"] = [{**rates, "tier": {"type": "context", "size": start}} for start, rates in tiers.items()]
    if OVER in tiers:
        cost["context_over_200k"] = tiers[OVER]
    return cost


def _is_said(tariff: Tariff, meter: str) -> bool:
    """Whether a meter has a price here; one of reasoning has none for a model that does not reason."""
    return bool(_steps(tariff, meter)) and (meter != "reasoning_output" or tariff.capabilities["reasoning"])


def _steps(tariff: Tariff, meter: str) -> Steps:
    return (meter == "cache_write" and tariff.steps(meter, ttl="5m")) or tariff.steps(meter)


def _modalities(known: list[str]) -> list[str]:
    return list(dict.fromkeys(MODALITIES[each] for each in known if each in MODALITIES))
