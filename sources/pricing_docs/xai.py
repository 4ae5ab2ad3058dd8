"""xAI: a few cards print headline prices; the whole list stands beside them as JSON, in the script that feeds the page.

The script repeats its models once a cluster and prints every amount as a whole number of ten-billionths of a dollar
(``"20000"`` a token is $2 per million). The cards print dollars, so they are read with it: where a card says otherwise
than the script, the scale, the unit or the currency may have changed, and the prices it speaks of are in doubt. Where
a card says more than the amount of the script ("from $2.00 / 1M tokens"), only the card is in doubt.
Where no card says of tokens what the script says, the page is refused.

A long prompt has a price of its own. The script gives the threshold, not whether a prompt of exactly that length is
long already, nor which tokens it reprices; the price is read from one token above, its scope is left unsaid.
Out of scope: prices of server-side tools, which stand on a page of their own.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from bs4 import Tag

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import Doubt, attempt, doubt
from sources.readers import documents, offers, spelling, structured, values
from sources.readers.structured import Entry, Found

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
    "cluster": "the same models at the same prices; a model about which they differ is in doubt",
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

    @property
    def attribute(self) -> str:
        return f"price/{self.meter}"


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
TOKEN_CARDS = ("Input", "Output")


@dataclass(frozen=True)
class Line:
    """A line of a card: its place, the heading of its card where it stands in one, its label and its amount."""

    place: str
    heading: Tag | None
    label: str
    amount: Tag


def parse(document: Document) -> Iterator[Told]:
    clusters = _clusters(document)
    told: list[Told] = [*_unknown_kinds(clusters)]
    for entry, *others in _models(clusters).values():
        if any(other.value != entry.value for other in others):
            reason, glimpse = "clusters that differ about a model", structured.json_glimpse(entry.value)
            told.append(doubt(reason, "entry", entry.place, glimpse, subject=entry.key, within=(entry.place,)))
        else:
            told += structured.each_entry([entry], _model, siblings="[name=")
    yield from _held_against_cards(documents.one(documents.page(document), "main"), told)


def rows(document: Document) -> Iterator[str]:
    """Every model of the script, whichever clusters have it, and every line of the cards that prints an amount."""
    yield from _models(_clusters(document))
    yield from (line.place for line in _lines(documents.one(documents.page(document), "main")))


@once
def _clusters(document: Document) -> list[dict[str, Any]]:
    scripts = [each.text for each in documents.page(document).find_all("script") if each.text.startswith(SCRIPT)]
    if len(scripts) != 1:
        raise Refused("not one script with the models", place=SCRIPT, value=len(scripts))
    script = structured.json_with_oddities(scripts[0].removeprefix(SCRIPT).rstrip(";"))
    return [each for each in script["clusterConfigs"] if isinstance(each, dict)]


def _models(clusters: Sequence[dict[str, Any]]) -> dict[str, list[Found]]:
    """The place of every model → what the clusters that have it say of it, their own settings left out."""
    models: dict[str, list[Found]] = {}
    for cluster in clusters:
        for kind in KINDS:
            listed = cluster.get(kind) or []
            for found in structured.listed(listed if isinstance(listed, list) else [listed], kind, "name"):
                models.setdefault(found.place, []).append(found._replace(value=_shared(found.value)))
    return models


def _shared(model: Any) -> Any:
    if not isinstance(model, dict):
        return model
    kept = {key: value for key, value in model.items() if key not in OF_THE_CLUSTER}
    if isinstance(endpoints := kept.get("endpoints"), list):
        kept["endpoints"] = [_shared(each) for each in endpoints]
    return kept


def _unknown_kinds(clusters: Sequence[dict[str, Any]]) -> Iterator[Doubt]:
    gone = tuple(f"{kind}[" for kind in KINDS if not any(cluster.get(kind) for cluster in clusters))
    unknown = {kind: cluster[kind] for cluster in clusters for kind in cluster.keys() - {*KINDS, "clusterName"}}
    for kind, listed in sorted(unknown.items()):
        if isinstance(listed, list | dict):
            yield doubt("a kind of model nobody reads", "entry", kind, structured.json_glimpse(listed), within=gone)


def _model(entry: Entry) -> Iterator[Told]:
    name = entry.pop("name")
    if not isinstance(name, str) or not name.strip():
        raise Refused("a model without a name", place=entry.place)
    kinds = tuple(f"{entry.place}.{direction}Modalities" for direction in ("input", "output"))
    reads, writes = entry.pop("inputModalities"), entry.pop("outputModalities")
    glimpse = structured.json_glimpse([reads, writes])
    yield from attempt(
        partial(_modalities, name, reads, writes, *kinds), "cell", kinds[0], glimpse, subject=name, within=kinds
    )
    yield from entry.field("aliases", partial(_aliases, name))
    yield from entry.field("features", partial(_features, name))
    yield from entry.field("maxPromptLength", partial(_context, name))
    yield from _prices(name, entry)
    for ignored in ("batchDiscountPercent", "imagePrice"):
        entry.pop(ignored, None)
    yield from _left_over(entry, name)


def _modalities(name: str, reads: list[str], writes: list[str], *places: str) -> Iterator[Observation]:
    for direction, names, place in zip(("input", "output"), (reads, writes), places, strict=True):
        yield Observation(name, f"{direction}_modalities", ", ".join(names), values.modalities(names), place)
    if "TEXT" in writes and "TEXT" in reads:
        printed = f"{', '.join(reads)} -> {', '.join(writes)}"
        yield Observation(name, "capability/vision", printed, "IMAGE" in reads, places[0])
        yield Observation(name, "capability/multimodal", printed, {*reads, *writes} != {"TEXT"}, places[0])


def _aliases(name: str, aliases: list[str], place: str) -> Iterator[Observation]:
    for alias in aliases:
        yield Observation(alias, "alias_target", name, name, place)


def _features(name: str, features: dict[str, Any], place: str) -> Iterator[Observation]:
    for feature, has in features.items():
        for capability in CAPABILITIES.get(feature, ()) if isinstance(has, bool) else ():
            yield Observation(name, f"capability/{capability}", f"{feature}: {json.dumps(has)}", has, place)


def _context(name: str, longest: Any, place: str) -> Iterator[Observation]:
    if tokens := values.tokens(structured.json_words(longest)):
        yield Observation(name, "context_tokens", structured.json_words(longest), tokens, place)


def _prices(name: str, entry: Entry) -> Iterator[Told]:
    threshold = entry.pop("longContextThreshold", None) or "0"
    for key, (meter, is_long) in TOKEN_PRICES.items():
        if is_long:
            yield from entry.field(key, partial(_long_price, name, meter, threshold))
        else:
            yield from entry.field(key, partial(_price, name, meter, values.MILLION, "usd/mtok", ""))
    for key, (meter, unit) in INPUT_PRICES.items():
        yield from entry.field(key, partial(_price, name, meter, ONE, unit, ""))
    yield from entry.field("resolutionPricing", partial(_each, partial(_resolution, name), "resolution"))
    yield from entry.field("endpoints", partial(_each, partial(_endpoint, name), "endpoint"))


def _each(read: Callable[[Entry], Iterable[Told]], key: str, listed: Any, place: str) -> Iterator[Told]:
    yield from structured.each_entry(structured.listed(listed, place, key), read, siblings=place)


def _resolution(name: str, line: Entry) -> Iterator[Told]:
    when = condition(resolution=line.pop("resolution").rpartition("_RESOLUTION_")[2].lower())
    for key, (meter, unit) in RESOLUTION_PRICES.items():
        yield from line.field(key, partial(_price, name, meter, ONE, unit, when))
    yield from _left_over(line, name)


def _endpoint(name: str, endpoint: Entry) -> Iterator[Told]:
    pricing = Entry(endpoint.pop("pricing", None) or {}, f"{endpoint.place}.pricing", "")
    pricing.pop("realtimeTextInputPrice", None)
    for key, (meter, times, unit, when) in AUDIO_PRICES.items():
        yield from pricing.field(key, partial(_price, name, meter, times, unit, when))
    for key, value in pricing.items():
        yield _unknown_price(pricing, key, value, name)
    yield from _left_over(endpoint, name)


def _price(
    name: str, meter: str, times: Decimal, unit: str, when: str, value: Any, locator: str
) -> Iterator[Observation]:
    printed = structured.json_words(value)
    if not re.fullmatch(r"[0-9]+", printed):
        raise Refused("not a whole number", place=locator, value=printed)
    if amount := values.decimal(printed) * DOLLARS * times:
        yield Observation(name, f"price/{meter}", printed, amount, locator, unit, when)


def _long_price(name: str, meter: str, threshold: Any, value: Any, locator: str) -> Iterator[Observation]:
    longest = values.tokens(structured.json_words(threshold))
    for each in _price(name, meter, values.MILLION, "usd/mtok", condition(context_from=longest + 1), value, locator):
        if not longest:
            raise Refused("a price of long prompts that does not say how long", place=locator, value=value)
        yield each


def _left_over(entry: Entry, name: str) -> Iterator[Doubt]:
    """Whatever is called like a price and was not read."""
    for key, value in entry.items():
        said = json.dumps({key: value}, default=str)
        if re.search(r"\"(\w*(?:[pP]ric|[cC]ost|[fF]ee|[dD]iscount)\w*|per[A-Z]\w*)\":", said):
            yield _unknown_price(entry, key, value, name)


def _unknown_price(entry: Entry, key: str, value: Any, name: str) -> Doubt:
    words, within = structured.json_glimpse(value), (f"{entry.place}.",)
    return doubt("a price nobody reads", "cell", f"{entry.place}.{key}", words, subject=name, within=within)


def _lines(main: Tag) -> list[Line]:
    """Every line of a card that prints an amount, or that has the label of one."""
    found = []
    for row in main.find_all("div"):
        cells = row.find_all(True, recursive=False)
        if [cell.name for cell in cells] != ["span", "span"]:
            continue
        label, heading = documents.words(cells[0]), row.find_previous("h3")
        if _card_of(label) or spelling.prints_money(documents.words(cells[1])):
            found.append((heading if isinstance(heading, Tag) else None, label, cells[1]))
    places = offers.told_apart(f"card {documents.words(each[0]) if each[0] else ''!r} > {each[1]}" for each in found)
    return [Line(place, *each) for place, each in zip(places, found, strict=True)]


def _card_of(label: str) -> Card | None:
    return CARDS.get(label.partition(" · ")[0])


def _held_against_cards(main: Tag, told: list[Told]) -> Iterator[Told]:
    """What the script says, prices that a card denies in doubt, and what the cards say."""
    scripted = [each for each in told if isinstance(each, Observation) and each.is_price]
    on_cards: list[Told] = []
    denied: dict[str, str] = {}
    agreed = False
    lines = _lines(main)
    for line in lines:
        on_cards.append(LeftOut(line.place, "amounts on cards"))  # counts only where nothing of it is read
        model = _slug(line)
        card = _card_of(line.label)
        said = list(
            attempt(
                partial(_said, card, model, line, scripted),
                "row",
                line.place,
                documents.words(line.amount),
                subject=card.says[0] if card and card.says else model,
                within=(line.place,),
            )
        )
        on_cards += said
        if not any(isinstance(each, Doubt) for each in said):
            agreed |= line.label in TOKEN_CARDS
        elif card and (model or line.label not in TOKEN_CARDS) and _says_otherwise(card, model, line, scripted):
            spoken = (
                each for each in scripted if (each.subject == model if model else each.attribute == card.attribute)
            )
            denied |= {each.locator: line.place for each in spoken}
    if not agreed:
        raise Refused("no card says what a token costs in dollars as the script does", place="cards")
    for each in told:
        if isinstance(each, Observation) and each.is_price and each.locator in denied:
            reason = f"a price that is not the one at {denied[each.locator]}"
            yield Doubt("cell", each.locator, each.printed, reason, each.subject, each.attribute, (each.locator,))
        else:
            yield each
    yield from on_cards
    if spelling.prints_money(words := documents.words(main, without=(line.amount for line in lines))):
        yield doubt("a price outside the cards", "sentence", "main", spelling.around_money(words))


def _slug(line: Line) -> str:
    """The model whose card a price per token stands on; "" where the line is of no model, or its card names none."""
    if line.label not in TOKEN_CARDS or not (line.heading and line.heading.parent and line.heading.parent.parent):
        return ""
    found = line.heading.parent.parent.select(SLUG)
    return documents.words(found[0]) if len(found) == 1 else ""


def _said(card: Card | None, model: str, line: Line, scripted: list[Observation]) -> Iterator[Observation]:
    printed = documents.words(line.amount)
    if not card or not line.heading or (line.label in TOKEN_CARDS and not model):
        raise Refused("a price on a card nobody reads", place=line.place, value=printed)
    amount = _agreed(card, model, printed, line.place, scripted)
    if card.says:
        subject, meter, unit = card.says
        yield Observation(subject, f"price/{meter}", printed, amount, line.place, unit)
    if line.label == "Input":
        name = documents.words(line.heading)
        yield Observation(model, "name", name, name, line.place)


def _agreed(card: Card, model: str, printed: str, place: str, scripted: list[Observation]) -> Decimal:
    """The amount of a card's line, which must be one that the script gives for this meter (of this model, if named)."""
    amount, currency, per = values.money(spelling.unmarked(printed)[0])
    alike = {each.quantize(amount, ROUND_HALF_UP) for each in _amounts(card, model, scripted)}
    if currency != "usd" or spelling.meaning(per) != spelling.meaning(card.per) or amount not in alike:
        raise Refused("a card that does not say what the script says", place=place, value=printed)
    return amount


def _amounts(card: Card, model: str, scripted: list[Observation]) -> Iterator[Decimal]:
    """What the script says in the unit of a card's line."""
    for each in scripted:
        of_it = each.subject == model and not each.condition if model else True
        if of_it and each.attribute == card.attribute and isinstance(each.value, Decimal):
            yield each.value * card.times


def _says_otherwise(card: Card, model: str, line: Line, scripted: list[Observation]) -> bool:
    """Whether a line that does not read denies the script, and does not only dress the amount the script says."""
    said, printed = list(_amounts(card, model, scripted)), documents.words(line.amount)
    amounts = [values.decimal(each) for each in re.findall(r"\$([0-9]+(?:\.[0-9]+)?)(?![0-9.,]*[0-9])", printed)]
    dressed = any(each.quantize(amount, ROUND_HALF_UP) == amount for amount in amounts for each in said)
    return bool(said) and not (dressed and spelling.meaning(card.per) in spelling.meaning(printed))


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
