"""Z.ai: the maker's own prices in USD, a table for each kind of model, per million tokens, image or video.

A cell prints an amount behind a backslash, ``Free`` (a price of zero that the maker says), ``Limited-time Free`` or a
dash. The heading of a table says the kind of model, the sentence over it the unit; storage that is free for a limited
time is no price.
Built from the documented page: no page has been recorded yet.
Out of scope: agents, coding plans, and what a context or an answer may hold.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told, once
from sources.readers import documents, offers, values
from sources.readers.documents import Row, Section

TOKENS = "Prices per 1M tokens."
TEXT = ("Text Models", "Vision Models")
EACH = {
    "Image Generation Models": ("Prices per image.", "image", "usd/image"),
    "Video Generation Models": ("Prices per video.", "video", "usd/video"),
}
READ = (*TEXT, *EACH)
METERS = {"Input": "input", "Cached Input": "cache_read", "Output": "output"}
STORAGE = "Cached Input Storage"
NOTHING = {"-", "\\\\", "\\", ""}
UNREAD = {
    "Built-in Tools": "sold beside models, with a price per use of its own page",
    "Audio Models": "an amount per token beside another per minute, said to be about the same",
    "Agents": "a service around a model",
}


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    yield from documents.doubtful_sections(sections, READ, UNREAD)
    for section in sections:
        if section.name in TEXT:
            yield from section.read(partial(_priced, TOKENS, _by_token, ("Model", *METERS, STORAGE)))
        elif section.name in EACH:
            unit_words, meter, unit = EACH[section.name]
            yield from section.read(partial(_priced, unit_words, partial(_by_piece, meter, unit), ("Model", "Price")))
        elif section.name in UNREAD:
            yield from offers.left_out(section, section.name)


@once
def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text, (*READ, *UNREAD))


def _priced(
    unit_words: str, read: Callable[[Row], Iterator[Told]], columns: Sequence[str], section: Section
) -> Iterator[Told]:
    if unit_words not in section.prose:
        raise Refused("prices without their unit", place=section.name, value=section.prose)
    yield from section.table.read(read, expect=columns)


def _by_piece(meter: str, unit: str, row: Row) -> Iterator[Told]:
    model = row.pop("Model")
    yield from row.cell("Price", partial(_price, model, meter, unit), subject=model)


def _by_token(row: Row) -> Iterator[Told]:
    model = row.pop("Model")
    if {row[column] for column in METERS} == {"Free"}:
        yield Observation(model, "price_status", "Free", "free", row.place)
        for column in ("Input", "Output"):
            yield Observation(
                model, f"price/{METERS[column]}", "Free", Decimal(0), f"{row.place}, {column}", "usd/mtok"
            )
        return
    for column, meter in METERS.items():
        yield from row.cell(column, partial(_price, model, meter, "usd/mtok"), subject=model)


def _price(model: str, meter: str, unit: str, printed: str, place: str) -> Iterator[Observation]:
    if printed not in NOTHING:
        yield Observation(model, f"price/{meter}", printed, values.dollars(printed), place, unit)


SOURCE = Source(
    id="zai_pricing",
    publisher="zai",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    urls=("https://docs.z.ai/guides/overview/pricing.md",),
    terms_url="https://docs.z.ai/legal-agreement/terms-of-use",
    licence="© Z.ai; facts only",
    seller="zai",
    rows=(8, 60),
    parse=parse,
    offers=offers.sections(_sections),
    ignores={**UNREAD, STORAGE: "free for a limited time, without a day on which that ends"},
    unproven=True,
)
