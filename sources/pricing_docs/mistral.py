"""Mistral: a grid of cards, one a model or a tool, each line a label and an amount in dollars.

A toggle turns the dollars into euros; both amounts stand in an attribute of the line, and the one in dollars must be
the one that is shown, or the line is in doubt. The most recent models have a second card at the top of the page, and
are in doubt where it differs.
Voxtral Small prints "(per min / per M tok)" behind both of its inputs: audio is read per minute, text per million
tokens, as on the cards that name one unit.
Out of scope: what has to be computed (batch, cached input and enterprise multipliers) and subscription plans, which
stand on their own page.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from bs4 import Tag

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import attempt, doubt
from sources.readers import documents, offers, spelling, structured, values

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


def parse(document: Document) -> Iterator[Told]:
    main = documents.one(documents.page(document), "main")
    cards = main.find_all("mistral-block-card-model")
    for place, card in zip(_places(cards), cards, strict=True):
        yield LeftOut(place, "a card without a price")  # counts only where nothing of it is read
        name = _name(card)
        within = f"{place} " if name else "card "
        yield from attempt(partial(_card, name, card, place), "row", place, name, subject=name, within=(within, place))
    words = documents.words(main, without=main.select("mistral-atom-text-price, [data-alignx]"))
    if spelling.prints_money(words):
        yield doubt("a price in a place nobody reads", "sentence", "main", spelling.around_money(words))


def rows(document: Document) -> Iterator[str]:
    """Every card of the page."""
    return _places(documents.one(documents.page(document), "main").find_all("mistral-block-card-model"))


def _places(cards: Iterable[Tag]) -> Iterator[str]:
    return offers.told_apart(f"card {_name(card)!r}" for card in cards)


def _name(card: Tag) -> str:
    """What stands first on a card; "" where nothing does."""
    found = card.find("p")
    return documents.words(found) if isinstance(found, Tag) else ""


def _card(name: str, card: Tag, place: str) -> Iterator[Told]:
    if not name:
        raise Refused("a card without a name", place=place, value=documents.words(card))
    for line in card.find_all("mistral-atom-text-price"):
        said = line.find_previous_sibling("p")
        label = documents.words(said) if isinstance(said, Tag) else ""
        at = f"{place} > {label}"
        yield from attempt(
            partial(_line, name, label, line, at), "cell", at, documents.words(line), subject=name, within=(at,)
        )
    if any(documents.words(words) == "Free" for words in card.find_all("p")):
        yield Observation(name, "price_status", "Free", "free", place)
    for model_id in card.find_all("mistral-atom-button-copy-clipboard"):
        if (printed := documents.words(model_id.find_all("label")[0])) != name:
            yield Observation(printed, "alias_target", name, name, place)
    for category in card.find_all(attrs={"data-category-slug": list(CAPABILITIES)}):
        capability = CAPABILITIES[str(category["data-category-slug"])]
        yield Observation(name, f"capability/{capability}", documents.words(category), True, place)


def _line(name: str, label: str, line: Tag, locator: str) -> Iterator[Observation]:
    amounts = structured.exact_json(str(line["data-prices"]))
    dollars, euros, suffix = amounts.pop("priceUsd"), amounts.pop("priceEur"), amounts.pop("suffix") or ""
    shown = documents.words(line)
    if amounts != {"prefix": None} or (line["data-currency"], line["data-multiplier"]) != ("usd", "1"):
        raise Refused("a price with something added to it", place=locator, value=line.attrs)
    if values.money(spelling.unmarked(shown)[0]) != (values.decimal(dollars), "usd", suffix):
        raise Refused("a price that is not the one shown", place=locator, value=shown)
    known = LINES | (DATA_CAPTURE if name == "Data capture" else {})
    key = spelling.called(f"{label} | {suffix}" if suffix else label, known)
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
