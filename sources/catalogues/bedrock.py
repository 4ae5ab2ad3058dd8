"""AWS's price list of Amazon Bedrock: what each use of a model costs in a region, one product a use.

Two offers hold the models. ``AmazonBedrock`` names the model, the feature and the inference type and prices a thousand
or a million tokens by a unit it prints. ``AmazonBedrockFoundationModels`` sells other makers' models as marketplace
editions: the name stands in ``servicename``, the use in ``usagetype`` (``USE1-MP:USE1_InputTokenCount-Units``), and the
unit ``Units`` is a million tokens, as AWS prints in the price's own description.
Every price keeps its region.
Built from AWS's description of the price list: no document has been recorded yet.
Out of scope: reserved and provisioned throughput, customisation, images, video, guardrails, long-context editions.
"""

import re
from collections.abc import Iterator
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.readers import values
from sources.readers.structured import Entry, Found, each_entry, keyed
from sources.readers.values import identifier

_ROOT = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
OFFERS = ("AmazonBedrock", "AmazonBedrockFoundationModels")
REGIONS = ("us-east-1", "us-west-2", "eu-central-1")

FEATURES = {"On-demand Inference": None, "Batch Inference": "batch"}
"""Feature → service tier."""

USES = {
    "input tokens": "input",
    "output tokens": "output",
    "text input tokens": "input",
    "text output tokens": "output",
    "prompt cache read input tokens": "cache_read",
    "prompt cache write input tokens": "cache_write",
}
TIERS = {"": None, " flex": "flex", " priority": "priority"}
UNITS = {"1K tokens": 1000, "1M tokens": 1}
"""Unit → how many of it make a million tokens."""

EDITION = " (Amazon Bedrock Edition)"
COUNTS = {
    "InputTokenCount": "input",
    "OutputTokenCount": "output",
    "CacheReadInputTokenCount": "cache_read",
    "CacheWriteInputTokenCount": "cache_write",
}
_COUNT = re.compile(r"[A-Z0-9]+-MP:[A-Z0-9]+_(?P<count>\w+?)(?P<batch>_Batch)?(?P<anywhere>_Global)?-Units")

OTHER_USES = "other features, inference types and routes"
ZERO = "a price of 0"


def parse(document: Document) -> Iterator[Told]:
    page = document.json_with_oddities()
    read = {"AmazonBedrock": _named, "AmazonBedrockFoundationModels": _edition}[page["offerCode"]]
    on_demand = page["terms"]["OnDemand"]

    def product(entry: Entry) -> Iterator[Told]:
        attributes = entry["attributes"]
        terms = on_demand.get(entry.key)
        found = read(attributes) if terms else None
        if found is None:
            yield LeftOut(entry.place, OTHER_USES)
            return
        model, meter, parts = found
        [dimension] = [each for term in terms.values() for each in term["priceDimensions"].values()]
        when = condition(**parts, region=identifier(attributes["regionCode"]))
        yield from _price(identifier(model), meter, when, dimension, entry.place)

    yield from each_entry(_products(page), product)


def rows(document: Document) -> Iterator[str]:
    return (each.place for each in _products(document.json_with_oddities()))


def _products(page: Any) -> Iterator[Found]:
    return (Found(f"products[{each.key}]", each.key, each.value) for each in keyed(page["products"]))


def _price(model: str, meter: str, when: str, dimension: dict[str, Any], place: str) -> Iterator[Observation | LeftOut]:
    printed, unit = dimension["pricePerUnit"], dimension["unit"]
    if set(printed) != {"USD"}:
        raise Refused("a price in another currency", place=place, value=printed)
    if unit == "Units" and "illion" in dimension["description"]:
        times = 1
    elif unit in UNITS:
        times = UNITS[unit]
    else:
        raise Refused("a unit that is no number of tokens", place=place, value=f"{unit}: {dimension['description']}")
    amount = values.decimal(printed["USD"]) * times
    if amount == 0:
        yield LeftOut(place, ZERO)
        return
    yield Observation(model, f"price/{meter}", f"{printed['USD']} per {unit}", amount, place, "usd/mtok", when)


_Found = tuple[str, str, dict[str, str | None]]


def _named(attributes: dict[str, str]) -> _Found | None:
    """A use of the first offer: the model, the meter, the tier; None for a use that is not read."""
    kind, feature = attributes.get("inferenceType", "").lower(), attributes.get("feature", "")
    for ending, tier in TIERS.items():
        use = kind.removesuffix(ending) if ending else kind
        if feature in FEATURES and use in USES and attributes.get("model") and (ending or use == kind):
            if "global" in attributes.get("usagetype", "").lower():
                return None
            return attributes["model"], USES[use], {"service_tier": tier or FEATURES[feature]}
    return None


def _edition(attributes: dict[str, str]) -> _Found | None:
    """A use of a marketplace edition; None for one that is not read."""
    name, use = attributes.get("servicename", ""), _COUNT.fullmatch(attributes.get("usagetype", ""))
    if not name.endswith(EDITION) or "(" in name.removesuffix(EDITION):
        return None
    if not use or use["anywhere"] or use["count"] not in COUNTS:
        return None
    return name.removesuffix(EDITION), COUNTS[use["count"]], {"service_tier": "batch" if use["batch"] else None}


SOURCE = Source(
    id="bedrock_prices",
    publisher="amazon",
    kind="catalogue",
    authority="host",
    media="json",
    urls=tuple(f"{_ROOT}/{offer}/current/{region}/index.json" for offer in OFFERS for region in REGIONS),
    terms_url="https://aws.amazon.com/service-terms/",
    licence="AWS price list; facts only",
    seller="amazon-bedrock",
    rows=(5, 400),
    parse=parse,
    offers=rows,
    ignores={
        ZERO: "a trial or a use that is charged elsewhere; nothing says that it is free",
        OTHER_USES: "reserved, provisioned, customised, media, and routes that leave the region",
        "AmazonBedrockService": "commitments of tokens a minute, no price of a token",
    },
    max_bytes=64_000_000,
    unproven=True,
)
