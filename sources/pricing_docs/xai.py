"""xAI: a few cards print headline prices; the whole list stands beside them as JSON, in the script that feeds the page.

The script repeats its models once a cluster and prints every amount as a whole number of ten-billionths of a dollar
(``"20000"`` a token is $2 per million). The cards print dollars, so they are read with it: a card that does not say
what the script says means that the scale, the unit or the currency has changed, and the page is refused.

A long prompt has a price of its own. The script gives the threshold, not whether a prompt of exactly that length is
long already, nor which tokens it reprices; the price is read from one token above, its scope is left unsaid.
Out of scope: prices of server-side tools, which stand on a page of their own.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bs4 import Tag

from sources import documents, spelling, structured, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition

DOLLARS = Decimal("1e-10")
SLUG = "span[aria-label^='Copy model slug ']"
SCRIPT = "globalThis.__XAI_PUBLIC_MODELS__="
TOKEN_PRICES = {
    "promptTextTokenPrice": ("input", False),
    "promptImageTokenPrice": ("input_image", False),
    "cachedPromptTokenPrice": ("cache_read", False),
    "completionTextTokenPrice": ("output", False),
    "promptTextTokenPriceLongContext": ("input", True),
    "cachedPromptTokenPriceLongContext": ("cache_read", True),
    "completionTokenPriceLongContext": ("output", True),
}
"""Key → meter, and whether it is the price of a long prompt."""
ONE = Decimal(1)
AUDIO_PRICES = {
    "perCharacter": ("character", values.MILLION, "usd/mchar", ""),
    "perAudioSecond": ("second", ONE, "usd/second", ""),
    "perAudioSecondStreaming": ("second", ONE, "usd/second", condition(mode="streaming")),
    "realtimeAudioSecondPrice": ("second", ONE, "usd/second", ""),
    "pstnMinutePrice": ("minute", ONE, "usd/minute", condition(variant="pstn")),
}
INPUT_PRICES = {
    "pricePerInputImage": ("input_image", "usd/image"),
    "pricePerInputVideoSecond": ("input_video", "usd/second"),
}
RESOLUTION_PRICES = {"pricePerImage": ("image", "usd/image"), "pricePerSecond": ("second", "usd/second")}
KINDS = ("languageModels", "imageGenerationModels", "videoGenerationModels", "audioModels")
CAPABILITIES = {
    "functionCalling": ("function_calling", "tool_use"),
    "structuredOutputs": ("structured_outputs",),
    "reasoning": ("reasoning",),
}
OF_THE_CLUSTER = ("cluster", "rps", "rpm", "tpm", "rateLimits", "tiers", "concurrentSessions")
IGNORES = {
    "batchDiscountPercent": "a multiplier, no price is printed",
    "realtimeTextInputPrice": "per what is not said",
    "imagePrice": "repeats the price of one resolution without saying which",
    "a price of 0": "a meter that is not charged, not a price",
    "provisionedThroughput, rateLimits, rps, rpm, tpm, tiers, concurrentSessions": "limits, not properties of a model",
    "cluster": "the same models at the same prices; a cluster that differs is refused",
    "amounts on cards": "the script's amounts in dollars, by which its scale is checked",
    "Image and Video cards": "the lowest of the prices in the script, printed as if all resolutions had it",
    "Reasoning card, reasoningEffortOptions": "how to call it; features.reasoning says whether there is any",
    "algorithm, version": "internals",
}


@dataclass(frozen=True)
class Card:
    """A row of a card: the words after its amount, what the script calls the same, and what is observed of it."""

    per: str
    meter: str
    times: int = 1
    says: tuple[str, str, str] | None = None


CARDS = {
    "Input": Card("/ 1M tokens", "input"),
    "Output": Card("/ 1M tokens", "output"),
    "Agent": Card("/ hour", "second", 3600, ("Voice Agent", "hour", "usd/hour")),
    "TTS": Card("/ 1M chars", "character", 1, ("TTS", "character", "usd/mchar")),
    "STT (Batch)": Card("/ hour", "second", 3600, ("STT (Batch)", "hour", "usd/hour")),
    "STT (Streaming)": Card("/ hour", "second", 3600, ("STT (Streaming)", "hour", "usd/hour")),
    "Image": Card("/ image", "image"),
    "Video": Card("/ sec", "second"),
}
"""The first words of a row's label → how to read it; what the script says under a model's id is not said again."""


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    page = documents.soup(document.text)
    scripted = [each for kind, model in _models(page) for each in _model(kind, model)]
    yield from scripted
    yield from _cards(documents.one(page, "main"), scripted)


def rows(document: Document) -> Iterator[str]:
    """Every model of the script, whichever clusters have it, and every line of the cards that prints an amount."""
    page = documents.soup(document.text)
    models: dict[str, None] = {}
    for cluster in _clusters(page):
        for kind in cluster.keys() & set(KINDS):
            models |= {f"{kind}[name={model['name']}]": None for model in cluster[kind]}
    yield from models
    for heading, label, _ in _lines(documents.one(page, "main")):
        yield _place(heading, label)


def _clusters(page: Tag) -> list[dict[str, Any]]:
    scripts = [each.text for each in page.find_all("script") if each.text.startswith(SCRIPT)]
    if len(scripts) != 1:
        raise Refused("not one script with the models", place=SCRIPT, value=len(scripts))
    clusters: list[dict[str, Any]] = structured.exact_json(scripts[0].removeprefix(SCRIPT).rstrip(";"))[
        "clusterConfigs"
    ]
    return clusters


def _models(page: Tag) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every model once, with the kind it is listed under, from the clusters that must agree about it."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for cluster in _clusters(page):
        place = cluster.pop("clusterName")
        for kind in KINDS:
            for model in cluster.pop(kind, []):
                for holder in (model, *model.get("endpoints", [])):
                    for key in OF_THE_CLUSTER:
                        holder.pop(key, None)
                if seen.setdefault((kind, model["name"]), model) != model:
                    raise Refused("clusters that differ about a model", place=place, value=model["name"])
        if cluster:
            raise Refused("a kind of model nobody reads", place=place, value=list(cluster))
    for (kind, _), model in seen.items():
        yield kind, model


def _model(kind: str, model: dict[str, Any]) -> Iterator[Observation]:
    name = model.pop("name")
    place = f"{kind}[name={name}]"
    reads, writes = model.pop("inputModalities"), model.pop("outputModalities")
    for direction, names in (("input", reads), ("output", writes)):
        locator = f"{place}.{direction}Modalities"
        yield Observation(name, f"{direction}_modalities", ", ".join(names), values.modalities(names), locator)
    for alias in model.pop("aliases", []):
        yield Observation(alias, "alias_target", name, name, f"{place}.aliases")
    if "TEXT" in writes and "TEXT" in reads:
        printed = f"{', '.join(reads)} -> {', '.join(writes)}"
        yield Observation(name, "capability/vision", printed, "IMAGE" in reads, place)
        yield Observation(name, "capability/multimodal", printed, {*reads, *writes} != {"TEXT"}, place)
    for feature, has in model.pop("features", {}).items():
        for capability in CAPABILITIES.get(feature, ()) if isinstance(has, bool) else ():
            printed = f"{feature}: {json.dumps(has)}"
            yield Observation(name, f"capability/{capability}", printed, has, f"{place}.features")
    if longest := model.pop("maxPromptLength", None):
        yield Observation(name, "context_tokens", str(longest), longest, f"{place}.maxPromptLength")
    yield from _prices(name, model, place)
    for ignored in ("batchDiscountPercent", "imagePrice"):
        model.pop(ignored, None)
    _account_for(model, place)


def _prices(name: str, model: dict[str, Any], place: str) -> Iterator[Observation]:
    threshold = int(model.pop("longContextThreshold", 0))
    for key, (meter, is_long) in TOKEN_PRICES.items():
        if key not in model:
            continue
        printed = model.pop(key)
        if is_long and not threshold and int(printed):
            raise Refused("a price of long prompts that does not say how long", place=f"{place}.{key}", value=printed)
        when = condition(context_from=threshold + 1) if is_long else ""
        yield from _price(name, meter, printed, values.MILLION, "usd/mtok", f"{place}.{key}", when)
    for key, (meter, unit) in INPUT_PRICES.items():
        if key in model:
            yield from _price(name, meter, model.pop(key), ONE, unit, f"{place}.{key}")
    for line in model.pop("resolutionPricing", []):
        resolution = line.pop("resolution").rpartition("_RESOLUTION_")[2].lower()
        for key, (meter, unit) in RESOLUTION_PRICES.items():
            if key in line:
                at = f"{place}.resolutionPricing[{resolution}].{key}"
                yield from _price(name, meter, line.pop(key), ONE, unit, at, condition(resolution=resolution))
        _account_for(line, f"{place}.resolutionPricing")
    for endpoint in model.pop("endpoints", []):
        pricing = endpoint.pop("pricing", {})
        pricing.pop("realtimeTextInputPrice", None)
        for key, printed in pricing.items():
            if key not in AUDIO_PRICES:
                raise Refused("a price nobody reads", place=f"{place}.endpoints", value=key)
            meter, times, unit, when = AUDIO_PRICES[key]
            yield from _price(name, meter, printed, times, unit, f"{place}.endpoints.pricing.{key}", when)
        _account_for(endpoint, f"{place}.endpoints")


def _price(
    name: str, meter: str, printed: str, times: Decimal, unit: str, locator: str, when: str = ""
) -> Iterator[Observation]:
    if not re.fullmatch(r"\d+", printed):
        raise Refused("not a whole number", place=locator, value=printed)
    if amount := values.decimal(printed) * DOLLARS * times:
        yield Observation(name, f"price/{meter}", printed, amount, locator, unit, when)


def _account_for(left_over: dict[str, Any], place: str) -> None:
    if found := re.search(
        r"\"(\w*(?:[pP]ric|[cC]ost|[fF]ee|[dD]iscount)\w*|per[A-Z]\w*)\":", json.dumps(left_over, default=str)
    ):
        raise Refused("something like a price where none was known", place=place, value=found[1])


def _lines(main: Tag) -> Iterator[tuple[Tag, str, Tag]]:
    """Every line of a card that prints an amount: the heading of its card, its label, the amount's element."""
    for row in main.find_all("div"):
        cells = row.find_all(True, recursive=False)
        if [cell.name for cell in cells] != ["span", "span"] or not spelling.prints_money(documents.words(cells[1])):
            continue
        label, heading = documents.words(cells[0]), row.find_previous("h3")
        if not (isinstance(heading, Tag) and heading.parent and heading.parent.parent):
            raise Refused("a price outside a card", place=label, value=documents.words(cells[1]))
        yield heading, label, cells[1]


def _place(heading: Tag, label: str) -> str:
    return f"card {documents.words(heading)!r} > {label}"


def _cards(main: Tag, scripted: list[Observation]) -> Iterator[Observation | LeftOut]:
    seen = set()
    for heading, label, cell in list(_lines(main)):
        place, printed = _place(heading, label), documents.words(cell)
        card = CARDS.get(label.partition(" · ")[0])
        if not card:
            raise Refused("a price on a card nobody reads", place=place, value=printed)
        model = documents.words(documents.one(_card(heading), SLUG)) if label in ("Input", "Output") else ""
        amount = _agreed(card, model, printed, place, scripted)
        yield LeftOut(place, "amounts on cards")  # counts only where nothing of it is read
        if card.says:
            subject, meter, unit = card.says
            yield Observation(subject, f"price/{meter}", printed, amount, place, unit)
        if label == "Input":
            name = documents.words(heading)
            yield Observation(model, "name", name, name, place)
        seen.add(label)
        cell.extract()
    if not {"Input", "Output"} <= seen:
        raise Refused("no card says what a token costs in dollars", place="cards", value=sorted(seen))
    if spelling.prints_money(documents.words(main)):
        raise Refused("a price outside the cards", place="main", value=documents.words(main))


def _card(heading: Tag) -> Tag:
    if not (heading.parent and heading.parent.parent):
        raise Refused("a heading outside a card", place=documents.words(heading))
    return heading.parent.parent


def _agreed(card: Card, model: str, printed: str, place: str, scripted: list[Observation]) -> Decimal:
    """The amount of a card's row, which must be one that the script gives for this meter (of this model, if named)."""
    amount, currency, per = values.money(printed)
    alike = {
        (each.value * card.times).quantize(amount, ROUND_HALF_UP)
        for each in scripted
        if isinstance(each.value, Decimal)
        and each.attribute == f"price/{card.meter}"
        and (each.subject == model and not each.condition if model else True)
    }
    if currency != "usd" or per != card.per or amount not in alike:
        raise Refused("a card that does not say what the script says", place=place, value=printed)
    return amount


SOURCE = Source(
    id="xai_pricing",
    publisher="xai",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://docs.x.ai/developers/models",),
    terms_url="https://x.ai/legal/terms-of-service-enterprise",
    licence="© xAI; facts only",
    rows=(30, 180),
    seller="xai",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
