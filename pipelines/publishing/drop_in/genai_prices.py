"""genai-prices' data: sellers, each with its models and how a reference matches them, US dollars per million tokens.

Belongs here: genai-prices' keys. How a seller's address, its references and its answers are recognised is
genai-prices' own to say and comes from its own document; a seller it does not have has an address that nothing matches,
and is asked for by its id. No seller falls back on another's prices. More input tokens than a tier's start are billed
at its price, all of them; another class of service is a variant under ``processing`` or ``service_tier`` of a request.
"""

import itertools
from collections import defaultdict
from decimal import Decimal
from typing import Any

from pipelines.publishing.drop_in.tariffs import STANDARD, Names, OwnDocument, Steps, Tariff, Written, unambiguous

PRICES = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write 1h": "cache_write_1h_mtok",
    "reasoning_output": "output_reasoning_mtok",
    "input_audio": "input_audio_mtok",
    "cache_read_audio": "cache_audio_read_mtok",
    "output_audio": "output_audio_mtok",
    "input_image": "input_image_mtok",
    "output_image": "output_image_mtok",
}
"""Meter, with its time to live where that is not the usual one → key."""

TOKENS = {
    "input": {"of": "input"},
    "output": {"of": "output"},
    "cache_read": {"of": "input", "as": "read"},
    "cache_write": {"of": "input", "as": "written"},
    "cache_write 1h": {"of": "input", "as": "written", "for": "1h"},
    "reasoning_output": {"of": "output", "as": "reasoning"},
    "input_audio": {"of": "input", "in": "audio"},
    "cache_read_audio": {"of": "input", "as": "read", "in": "audio"},
    "output_audio": {"of": "output", "in": "audio"},
    "input_image": {"of": "input", "in": "image"},
    "output_image": {"of": "output", "in": "image"},
}
"""Which tokens a price is for. genai-prices asks that whatever more general kind of token there is be priced too, and
whatever is of two priced kinds at once: with audio and cache reads priced, so must be audio read from the cache."""

TRIED = (
    *((each,) for each in PRICES if each not in ("input_audio", "cache_read_audio")),
    ("input_audio", "cache_read_audio"),
    ("input_audio",),
)
"""In this order prices are taken, as long as what is taken can stand together."""

CLASSES = {
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
    "fast": {"speed": "fast"},
}
SELLER = ("id", "name", "pricing_urls", "api_pattern", "model_match", "provider_match", "extractors")
MATCHES_NOTHING = "(?!)"


def written(sold: list[Tariff], names: Names, own: OwnDocument) -> Written:
    """The providers."""
    theirs = {each["id"]: each for each in own.content or () if isinstance(each, dict)}
    file = Written()
    claimed = []
    sellers: dict[str, dict[str, Any]] = {}
    for tariff in sold:
        found = [(name.removeprefix(f"{host}/"), host) for name, host in names.called(tariff) if host in theirs]
        host = found[0][1] if found else tariff.provider_id
        if host in theirs:
            sellers[host] = {key: theirs[host][key] for key in SELLER if key in theirs[host]}
        else:
            sellers[host] = {"id": host, "name": tariff.facts["provider_name"], "api_pattern": MATCHES_NOTHING}
        references = {tariff.route_id.lower(), *(name.lower() for name, each in found if each == host)}
        claimed += [((host, reference), tariff) for reference in sorted(references)]
    matched: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    by_id = {tariff.offer_id: tariff for tariff in sold}
    for (host, reference), tariff in unambiguous(claimed, file).items():
        matched[host][tariff.offer_id].append(reference)
    file.content = [
        {
            **sellers[host],
            "models": [_entry(by_id[offer_id], references, file) for offer_id, references in sorted(models.items())],
        }
        for host, models in sorted(matched.items())
    ]
    return file


def _entry(tariff: Tariff, references: list[str], file: Written) -> dict[str, Any]:
    matches = [{"equals": each} for each in references]
    own_id = tariff.route_id.lower()
    entry: dict[str, Any] = {
        "id": own_id if own_id in references else references[0],
        "name": tariff.facts["name"],
        "match": matches[0] if len(matches) == 1 else {"or": matches},
    }
    if tariff.facts["context_tokens"]:
        entry["context_window"] = tariff.facts["context_tokens"]
    taken = _that_stand_together(tariff)
    entry["prices"] = _prices(tariff, STANDARD, taken)
    variants = [
        {"when": when, "prices": prices}
        for service, when in CLASSES.items()
        if (prices := _prices(tariff, service, taken))
    ]
    if variants:
        entry["price_variants"] = variants
    for rated in tariff.rates:
        service, meter, ttl = rated
        if ttl == "5m" or (meter == "cache_write" and not ttl and not tariff.steps(meter, service, "5m")):
            ttl = ""
        elif meter == "cache_write" and not ttl:
            file.leaves_out(tariff, rated, "other_ttl")
            continue
        kind = f"{meter} {ttl}".strip()
        if kind not in PRICES:
            file.leaves_out(tariff, rated, "meter")
        elif kind not in taken:
            file.leaves_out(tariff, rated, "alone")
    return entry


def _that_stand_together(tariff: Tariff) -> set[str]:
    taken: set[str] = set()
    for kinds in TRIED:
        if all(_steps(tariff, kind, STANDARD) for kind in kinds) and _stand_together(taken | set(kinds)):
            taken |= set(kinds)
    return taken


def _stand_together(kinds: set[str]) -> bool:
    """Whether every more general kind, and every kind that is two of these at once, is among them."""
    tokens = [TOKENS[kind] for kind in kinds]
    general = all(other in tokens for each in tokens for other in TOKENS.values() if other.items() < each.items())
    both = all(
        {**one, **other} in tokens
        for one, other in itertools.combinations(tokens, 2)
        if all(one[name] == other[name] for name in one.keys() & other.keys())
    )
    return general and both


def _prices(tariff: Tariff, service: str, taken: set[str]) -> dict[str, Any]:
    return {
        name: _price(steps)
        for kind, name in PRICES.items()
        if kind in taken and (steps := _steps(tariff, kind, service))
    }


def _steps(tariff: Tariff, kind: str, service: str) -> Steps:
    """The steps of a price; of what is cached for five minutes where the seller has several times, else of the one."""
    meter, _, ttl = kind.partition(" ")
    return tariff.steps(meter, service, ttl or "5m") or tariff.steps(meter, service, ttl)


def _price(steps: Steps) -> Decimal | dict[str, Any]:
    if len(steps) == 1:
        return steps[0][1]
    return {"base": steps[0][1], "tiers": [{"start": start, "price": rate} for start, rate in steps[1:]]}
