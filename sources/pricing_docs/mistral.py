"""Mistral: a grid of cards, one a model or a tool, each line a label and an amount in dollars.

A toggle turns the dollars into euros; both amounts stand in an attribute of the line, and the one in dollars must be
the one that is shown. The most recent models have a second card at the top of the page, which must agree.
Voxtral Small prints "(per min / per M tok)" behind both of its inputs: audio is read per minute, text per million
tokens, as on the cards that name one unit.
Out of scope: what has to be computed (batch, cached input and enterprise multipliers) and subscription plans, which
stand on their own page.
"""

from collections.abc import Iterable, Iterator

from bs4 import Tag

from sources import documents, offers, spelling, structured, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition

LINES = {
    "Input (/M tokens)": ("input", "mtok", ""),
    "Output (/M tokens)": ("output", "mtok", ""),
    "Text Input (per min / per M tok)": ("input", "mtok", ""),
    "Audio Input (per min / per M tok)": ("input_audio", "minute", ""),
    "Audio Input/min": ("input_audio", "minute", ""),
    "Audio generation | per 1k characters": ("character", "1k_char", ""),
    "OCR | / 1000 pages": ("page", "1k_pages", ""),
    "OCR (per 1K pages)": ("page", "1k_pages", ""),
    "Document AI | / 1000 pages": ("page", "1k_pages", condition(mode="document_ai")),
    "Training cost (/M tokens)": ("training", "mtok", ""),
    "Storage cost (per month per model)": ("storage", "model_month", ""),
    "Indexing (per M tokens)": ("indexing", "mtok", ""),
    "Call (per call)": ("tool_call", "request", ""),
    "Price (per 1K calls)": ("tool_call", "1k_requests", ""),
    "Price (per 1K images)": ("image", "1k_images", ""),
}
"""Label, and the words behind the amount where there are any → meter, unit, condition."""
DATA_CAPTURE = {"Price (per M tokens)": ("data_capture", "mtok", "")}
"""A label that says nothing of what is charged for, on the one card that has it."""
CAPABILITIES = {"reasoning": "reasoning", "multimodal": "multimodal"}
IGNORES = {
    "Batch processing, data-discounts": "a multiplier, and the attribute that says where it holds is set on tools too",
    "Cached input tokens": "a multiplier, no price is printed",
    "Enterprise APIs": "75 % above list price on APIs that are not named",
    "Agent API": "what other cards print, added up",
    "minimum fee of fine-tuning": "per job, in a tooltip; no price of the model",
    "Open, Premier, Labs": "a group of licences; which one is not printed",
    "a card without a price": "an id, and no amount beside it",
    "other categories": "what a model is for, none of the ten capabilities",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    main = documents.one(documents.soup(document.text), "main")
    seen: dict[tuple[str, ...], str] = {}
    cards = main.find_all("mistral-block-card-model")
    for place, card in zip(_places(cards), cards, strict=True):
        yield LeftOut(place, "a card without a price")  # counts only where nothing of it is read
        for each in _card(card, place):
            key = (each.subject, each.attribute, each.unit, each.condition)
            if seen.setdefault(key, each.text) != each.text:
                raise Refused("two cards that differ", place=each.locator, value=(seen[key], each.text))
            yield each
    for read in main.select("mistral-atom-text-price, [data-alignx]"):
        read.extract()
    if spelling.prints_money(documents.words(main)):
        raise Refused("a price in a place nobody reads", place="main", value=documents.words(main))


def rows(document: Document) -> Iterator[str]:
    """Every card of the page."""
    return _places(documents.one(documents.soup(document.text), "main").find_all("mistral-block-card-model"))


def _places(cards: Iterable[Tag]) -> Iterator[str]:
    return offers.told_apart(f"card {_name(card)!r}" for card in cards)


def _name(card: Tag) -> str:
    return documents.words(card.find_all("p")[0])


def _card(card: Tag, place: str) -> Iterator[Observation]:
    name = _name(card)
    for line in card.find_all("mistral-atom-text-price"):
        yield from _line(name, line, place)
    if any(documents.words(words) == "Free" for words in card.find_all("p")):
        yield Observation(name, "price_status", "Free", "free", place)
    for model_id in card.find_all("mistral-atom-button-copy-clipboard"):
        if (printed := documents.words(model_id.find_all("label")[0])) != name:
            yield Observation(printed, "alias_target", name, name, place)
    for category in card.find_all(attrs={"data-category-slug": list(CAPABILITIES)}):
        capability = CAPABILITIES[str(category["data-category-slug"])]
        yield Observation(name, f"capability/{capability}", documents.words(category), True, place)


def _line(name: str, line: Tag, place: str) -> Iterator[Observation]:
    if not isinstance(said := line.find_previous_sibling("p"), Tag):
        raise Refused("an amount without a label", place=place, value=line.attrs)
    label = documents.words(said)
    amounts = structured.exact_json(str(line["data-prices"]))
    dollars, euros, suffix = amounts.pop("priceUsd"), amounts.pop("priceEur"), amounts.pop("suffix") or ""
    locator, shown = f"{place} > {label}", documents.words(line)
    if amounts != {"prefix": None} or (line["data-currency"], line["data-multiplier"]) != ("usd", "1"):
        raise Refused("a price with something added to it", place=locator, value=line.attrs)
    if shown != f"${structured.json_words(dollars)} {suffix}".strip():
        raise Refused("a price that is not the one shown", place=locator, value=shown)
    known = LINES | (DATA_CAPTURE if name == "Data capture" else {})
    key = f"{label} | {suffix}" if suffix else label
    if key not in known:
        raise Refused("a price under a label nobody reads", place=locator, value=key)
    meter, unit, when = known[key]
    yield Observation(name, f"price/{meter}", shown, values.decimal(dollars), locator, f"usd/{unit}", when)
    printed, locator = structured.json_words(euros), f"{locator}, priceEur"
    yield Observation(name, f"price/{meter}", printed, values.decimal(euros), locator, f"eur/{unit}", when)


SOURCE = Source(
    id="mistral_pricing",
    publisher="mistral",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://mistral.ai/pricing/api",),
    terms_url="https://legal.mistral.ai/terms/commercial-terms-of-service",
    licence="© Mistral AI; facts only",
    rows=(27, 162),
    seller="mistral",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
