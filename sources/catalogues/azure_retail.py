"""Azure's retail price list: what Microsoft charges for models, meter by meter and region by region.

A meter's name holds all there is to know, words run together and abbreviated as they come: the model, then in any
order the direction, the deployment, the modality, batch, cached or fine-tuned, then what the unit counts
(``gpt-4o-mini-transcribe-aud-inp-dz Tokens``). `WORDS` is the vocabulary. A meter with one word outside it, or whose
words do not say all that a price needs, is left out: its reading would be a guess.

* Text is the plain meter of a model that also speaks or sees; other modalities have their own.
* A global deployment costs the same in most regions, not in all: every price keeps its region.
* Dates are when a price of Microsoft's begins and ends, not when a model came or went.
* The list is cut into pages of a thousand by ``$skip``. Its own next-page links name another port, so the addresses are
  declared; services that are no models fill the first seven.

Out of scope: provisioned throughput, reservations, tools, and Azure's own speech, language and vision services.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.readers import offers
from sources.readers.remembered import remembered
from sources.readers.structured import Entry, Found, each_entry, json_words
from sources.readers.values import day, decimal

LIST = "https://prices.azure.com/api/retail/prices?$filter=serviceName%20eq%20%27Cognitive%20Services%27"
PAGES = tuple(f"{LIST}&$skip={skip}" for skip in range(7_000, 22_000, 1_000))

UNITS: Mapping[str, Mapping[str, tuple[Decimal, str]]] = {
    "Tokens": {"1K": (Decimal(1000), "usd/mtok"), "1M": (Decimal(1), "usd/mtok")},
    "1M Tokens": {"1M": (Decimal(1), "usd/mtok")},
    "Images": {"100": (Decimal("0.01"), "usd/image"), "1K": (Decimal("0.001"), "usd/image")},
    "Pages": {"1K": (Decimal(1), "usd/1k_pages")},
    "Video": {"1 Second": (Decimal(1), "usd/second")},
    "Unit": {"1 Hour": (Decimal(1), "usd/hour")},
    "Deployment Hosting Unit": {"1/Hour": (Decimal(1), "usd/hour")},
}
"""What ends a meter's name → unit of measure → the factor to our unit."""

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "charge": {
        "input": ("in", "inp", "inpt", "input"),
        "output": ("out", "outp", "outpt", "output", "opt"),
        "training": ("trng", "training"),
        "hosting": ("hstng", "hosting"),
    },
    "cached": {"cached": ("cached", "cchd", "cched")},
    "modality": {"text": ("txt", "text"), "audio": ("aud", "audio"), "image": ("img",)},
    "mode": {
        "global": ("glbl", "global"),
        "datazone": ("dz", "dzn", "dzone", "datazone", "data", "zone"),
        "regional": ("regn", "regnl", "rgnl", "regional"),
    },
    "service_tier": {"batch": ("batch",)},
    "tuning": {"fine_tuned": ("ft", "rft", "finetuned")},
    "variant": {"developer": ("dev",)},
    "quality": {"hd": ("hd",), "standard": ("std",)},
    "size": {"high": ("high",), "low": ("low",), "square": ("sq",)},
    "resolution": {"480p": ("480p",), "720p": ("720p",), "1080p": ("1080p",)},
    "duration": {span: (span,) for span in ("1-5s", "6-10s", "11-15s", "16-20s", "1-20s")},
    # GPT 5 Rsng is GPT-5 itself, told apart from GPT 5 Chat; the others only fill a name.
    "": {"": ("rsng", "tkn", "res", "ep")},
}
MEANINGS = {word: (slot, value) for slot, values in WORDS.items() for value, words in values.items() for word in words}

OF_MODELS = re.compile(r"Azure OpenAI\b.*|Phi|.+ models?( family)?", re.IGNORECASE)
"""Products that are models; the others are Azure's own services, whose images and tokens name no model."""

FAMILY_LEFT_OUT = {
    "Deepseek model family": ("Deepseek", re.compile(r"[RV]\d[\w.-]*")),
    "BFL Flux Models": ("Flux", re.compile(r"Kontext .+")),
    "Mistral Models": ("Mistral", re.compile(r"OCR")),
}
"""Products whose meters leave out the family that the product's name says: ``R1`` is Deepseek R1."""

SPELT_OUT = {
    "computer-use": "computer-use-preview",
    "embedding-ada": "text-embedding-ada-002",
    "gpt 4.5 0227": "gpt-4.5-preview-2025-02-27",
    "Llama 3.3 70B": "Llama-3.3-70B-Instruct",
    "gpt4o realtime": "gpt-4o-realtime-preview",
    "gpt4o realtime prvw": "gpt-4o-realtime-preview",
    "gpt4o realtimePrvw": "gpt-4o-realtime-preview",
    "gpt4o rtime": "gpt-4o-realtime-preview",
    "Phi-3.5-V-128K-Instruct": "Phi-3.5-vision-instruct",
    "Phi-4-Mini MM": "Phi-4-multimodal-instruct",
}
"""Names cut so short that they would pass for models of their own → what the seller calls the model elsewhere."""

NO_MODEL = re.compile(
    r"\b(cache|write|read|hits?|long|ctx|context|priority|flex|grader|grdr|mdl|model|calls|aud|txt|rt|rtime|prvw|trb\w*)\b",
    re.IGNORECASE,
)
"""Words of what is charged that `WORDS` lacks, and shortened words: a name with one would pass for another model's."""

LEFT_OUT = {
    "Provisioned …": re.compile(r"Provisioned|PTU", re.IGNORECASE),
    "code interpreter, file search": re.compile(r"code.?interpreter|file.?search", re.IGNORECASE),
    "… grader …": re.compile(r"\bgra?de?r\b", re.IGNORECASE),
    "Phi …-Finetuned Tokens, …-FT Tokens": re.compile(r"(-Finetuned|-FT) Tokens$"),
    "babbage-002-base, davinci-002-base": re.compile(r"(babbage|davinci)-002-base"),
    "gpt-35-trb16K-…": re.compile(r"trb16K"),
    "gpt-4-Turbo-Batch-128K": re.compile(r"Turbo-Batch-128K"),
    "Speech-…": re.compile(r"^Speech-"),
    "Doc AI": re.compile(r"Doc AI"),
}
"""Why a meter is left out → what its name has."""

_WORD = re.compile(r"\d+-\d+s|[A-Z]+[^A-Z\s-]*|[^A-Z\s-]+")
_VOICED = re.compile(
    r"gpt-?4o(?P<mini>-?mini)?(?P<live>-rt)?-(?P<speaks>aud|txt)-?(?P<version>1217|0603)(?P<text>-txt)?"
)
_VERSIONS = {"1217": "2024-12-17", "0603": "2025-06-03"}


@dataclass(frozen=True)
class Meter:
    """What a meter's name says: the model, and what its words fill (``{"charge": "input", "mode": "global"}``)."""

    model: str
    said: Mapping[str, str]
    counts: str

    @cached_property
    def charge(self) -> str | None:
        """What is charged for, of `contract.METERS`; None where the words do not say it."""
        charge, tuned = self.said.get("charge"), "tuning" in self.said
        if self.counts in ("Images", "Pages", "Video"):
            return {"Images": "image", "Pages": "page", "Video": "second"}[self.counts] if charge is None else None
        if "Unit" in self.counts:
            return {"training": "training_hour", "hosting": "hour"}.get(charge or "") if tuned else None
        if charge is None and re.match(r"(text-)?embedding-", self.model) and not tuned:
            charge = "input"
        suffix = {"audio": "_audio", "image": "_image"}.get(self.said.get("modality", ""), "")
        if "cached" in self.said:
            return f"cache_read{suffix}" if charge == "input" else None
        if charge == "training":
            return "training" if tuned and not suffix else None
        return f"{charge}{suffix}" if charge in ("input", "output") else None

    @cached_property
    def terms(self) -> dict[str, str]:
        """What the words say of a price besides what it is charged for."""
        return {slot: value for slot, value in self.said.items() if slot not in ("charge", "cached", "modality", "")}


def parse(document: Document) -> Iterator[Told]:
    page = document.json_with_oddities()
    if page["BillingCurrency"] != "USD":
        raise Refused("a list in another currency", place="BillingCurrency")
    if page["NextPageLink"] is not None and document.url == PAGES[-1]:
        raise Refused("the list goes on beyond the last declared address", place="NextPageLink")
    prices: defaultdict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for each in each_entry(_items(document), _item):
        if isinstance(each, Observation):
            prices[each.subject, each.attribute, each.condition].append(each)
        else:
            yield each
    for same in prices.values():
        if len(same) == 1 or len({price.text for price in same}) == 1:
            yield from same
        else:
            yield from (LeftOut(price.locator, "two prices for one cell") for price in same)


def meters(document: Document) -> Iterator[str]:
    """Every meter of a page, in every region it is listed for."""
    return (each.place for each in _items(document))


@once
def _items(document: Document) -> list[Found]:
    items = document.json_with_oddities()["Items"]
    places = offers.told_apart(_place(item, number) for number, item in enumerate(items))
    return [Found(place, place, item) for place, item in zip(places, items, strict=True)]


def _place(item: Any, number: int) -> str:
    """Where an item stands: by its meter and region, which tell it from all others, or by its number without them."""
    if isinstance(item, dict):
        meter, name, region = item.get("meterId"), item.get("meterName"), item.get("armRegionName")
        if isinstance(meter, str) and isinstance(name, str) and isinstance(region, str):
            return f"Items[meterId={meter}] {name!r} in {region}"
    return f"Items[{number}]"


def _item(item: Entry) -> Iterator[Told]:
    if why := _left_out(item):
        yield LeftOut(item.place, why)
    else:
        yield from _price(item, item.place)


def _left_out(item: dict[str, Any]) -> str:
    """Why an item is not read, a key of `ignores`; "" where its words say all that a price needs."""
    if item["type"] != "Consumption":
        return "type other than Consumption"
    if not OF_MODELS.fullmatch(item["productName"]):
        return "products outside OF_MODELS"
    return _unread(item["meterName"])


@remembered(4096)  # a meter is listed in dozens of regions
def _unread(name: str) -> str:
    if (meter := _read(name)) and meter.charge:
        return ""
    return next((why for why, words in LEFT_OUT.items() if words.search(name)), "other meters")


def _price(item: dict[str, Any], place: str) -> Iterator[Observation]:
    name, product, region = item.pop("meterName"), item.pop("productName"), item.pop("armRegionName")
    amount, measure = item.pop("retailPrice"), item.pop("unitOfMeasure")
    begins, ends = item.pop("effectiveStartDate"), item.pop("effectiveEndDate", None)
    meter = _read(name)
    if meter is None or not meter.charge:
        return
    del item["type"], item["meterId"]
    if (item.pop("currencyCode"), item.pop("unitPrice"), item.pop("tierMinimumUnits")) != ("USD", amount, 0):
        raise Refused("a price in another currency, or of a volume", place=place, value=json_words(amount))
    _account_for(item, place)
    if measure not in UNITS[meter.counts]:
        raise Refused("a unit of measure that its meter's name contradicts", place=place, value=measure)
    factor, unit = UNITS[meter.counts][measure]
    family, short = FAMILY_LEFT_OUT.get(product, ("", None))
    yield Observation(
        subject=f"{family} {meter.model}" if short and short.fullmatch(meter.model) else meter.model,
        attribute=f"price/{meter.charge}",
        printed=json_words(amount),
        value=decimal(amount) * factor,
        locator=place,
        unit=unit,
        condition=condition(
            region=region,
            effective_from=str(day(begins)),
            effective_to=str(day(ends)) if ends else None,
            **meter.terms,
        ),
    )


@remembered(4096)
def _read(name: str) -> Meter | None:
    """What a meter's name says; None where a word is unknown, or two words say different things."""
    counts = next((words for words in sorted(UNITS, key=len, reverse=True) if name.endswith(f" {words}")), None)
    if counts is None:
        return None
    words = name.removesuffix(f" {counts}").removeprefix("Image-")
    said: dict[str, str] = {"charge": "hosting"} if "Hosting" in counts else {}
    if voiced := _VOICED.match(words):
        size, way = "-mini" if voiced["mini"] else "", "realtime" if voiced["live"] else "audio"
        model, rest = f"gpt-4o{size}-{way}-preview-{_VERSIONS[voiced['version']]}", words[voiced.end() :]
        said["modality"] = "audio" if voiced["speaks"] == "aud" and not voiced["text"] else "text"
    else:
        later = list(_WORD.finditer(words))[1:]
        start = next((word.start() for word in later if word[0].lower() in MEANINGS), len(words))
        model, rest = words[:start].rstrip(" -"), words[start:]
        model = SPELT_OUT.get(model) or re.sub(r"(turbo|mini)(?=\d)", r"\1-", model)
        if NO_MODEL.search(model):
            return None
    for word in _WORD.findall(rest):
        slot, value = MEANINGS.get(word.lower(), ("", word))
        if value and (not slot or said.setdefault(slot, value) != value):
            return None
    return Meter(model, said, counts)


def _account_for(left_over: dict[str, Any], place: str) -> None:
    for key, value in left_over.items():
        if _is_of_a_price(key):
            raise Refused("something of a price that this parser does not know", place=f"{place}.{key}", value=value)


@remembered(256)  # every item has the same keys
def _is_of_a_price(key: str) -> bool:
    words = r"price|cost|currency|date|tier|unit|measure|term|discount|savings"
    return bool(re.search(words, key, re.IGNORECASE))


SOURCE = Source(
    id="azure_retail",
    publisher="azure",
    kind="catalogue",
    authority="host",
    media="json",
    urls=PAGES,
    max_documents=len(PAGES),
    terms_url="https://www.microsoft.com/en-us/legal/terms-of-use",
    licence="Microsoft terms of use; facts only",
    seller="azure",
    rows=(4, 120),
    parse=parse,
    offers=meters,
    ignores={
        "$skip under 7000": "meters of speech, language and vision services; no model is among them",
        "products outside OF_MODELS": "Azure's own services, priced by what they do and not by model",
        "type other than Consumption": "reservations of provisioned throughput, by the month and year",
        "Provisioned …": "capacity by the hour and month, the same for whichever model is deployed",
        "code interpreter, file search": "tools: prices of no model",
        "… grader …": "tokens a fine-tuning job spends on marking its own answers",
        "Phi …-Finetuned Tokens, …-FT Tokens": "of which direction, or of training, is not said",
        "babbage-002-base, davinci-002-base": "which direction is not said",
        "gpt-35-trb16K-…": "a name and a version cut short; its prices are not those of gpt-35-turbo16K",
        "gpt-4-Turbo-Batch-128K": "a size that stands behind the words of what is charged",
        "other meters": "a word outside WORDS, or words that do not say all a price needs: a reading would be a guess",
        "two prices for one cell": "two meters that differ in nothing we read; neither is said",
        "Speech-…": "services named for what they do; the model is not said",
        "Doc AI": "a service around OCR, named by a version that stands behind the deployment",
        "skuName, skuId, productId, location, serviceName, armSkuName": "ids, and the same words once more",
        "isPrimaryMeterRegion": "where a meter is billed from; every meter of a model is primary",
    },
)
