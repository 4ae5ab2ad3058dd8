"""Z.ai: the maker's own prices in USD, a table for each kind of model, per million tokens, image or video.

A cell prints an amount behind a backslash, ``Free`` (a price of zero that the maker says), ``Limited-time Free`` or a
dash. The heading of a table says the kind of model, the sentence over it the unit; storage that is free for a limited
time is no price.
Built from the documented page: no page has been recorded yet.
Out of scope: agents, coding plans, and what a context or an answer may hold.
"""

from collections.abc import Iterator
from decimal import Decimal

from sources import documents, offers, values
from sources.contract import Document, LeftOut, Observation, Refused, Source
from sources.documents import Row, Section

TOKENS = "Prices per 1M tokens."
TEXT = {"Text Models", "Vision Models"}
EACH = {
    "Image Generation Models": ("Prices per image.", "image", "usd/image"),
    "Video Generation Models": ("Prices per video.", "video", "usd/video"),
}
METERS = {"Input": "input", "Cached Input": "cache_read", "Output": "output"}
STORAGE = "Cached Input Storage"
NOTHING = {"-", "\\\\", "\\", ""}
UNREAD = {
    "Built-in Tools": "sold beside models, with a price per use of its own page",
    "Audio Models": "an amount per token beside another per minute, said to be about the same",
    "Agents": "a service around a model",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    for section in _sections(document):
        if section.name in TEXT:
            if TOKENS not in section.prose:
                raise Refused("prices without their unit", place=section.name, value=section.prose)
            for row in section.table.rows(expect=("Model", *METERS, STORAGE)):
                yield from _by_token(row)
        elif section.name in EACH:
            unit_words, meter, unit = EACH[section.name]
            if unit_words not in section.prose:
                raise Refused("prices without their unit", place=section.name, value=section.prose)
            for row in section.table.rows(expect=("Model", "Price")):
                yield from _price(row["Model"], meter, row["Price"], unit, row.place)
        elif section.name in UNREAD:
            yield from offers.left_out(section, section.name)
        elif section.prices:
            raise Refused("prices under a heading that nobody reads", place=section.name, value=section.prose)


def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text)


def _by_token(row: Row) -> Iterator[Observation]:
    model = row["Model"]
    if {row[column] for column in METERS} == {"Free"}:
        yield Observation(model, "price_status", "Free", "free", row.place)
        for column in ("Input", "Output"):
            yield Observation(
                model, f"price/{METERS[column]}", "Free", Decimal(0), f"{row.place}, {column}", "usd/mtok"
            )
        return
    for column, meter in METERS.items():
        yield from _price(model, meter, row[column], "usd/mtok", f"{row.place}, {column}")


def _price(model: str, meter: str, printed: str, unit: str, place: str) -> Iterator[Observation]:
    if printed in NOTHING:
        return
    value, currency, rest = values.money(printed.removeprefix("\\"))
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=place, value=printed)
    yield Observation(model, f"price/{meter}", printed, value, place, unit)


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
