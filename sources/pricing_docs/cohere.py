"""Cohere: documentation that names what is sold by the token without its price, and rents instances of models.

One page says which models are priced per token and leaves the prices to another site: those models are unpriced here.
The other lists what an instance of a model costs on Standard Vault, per hour, month or year, which is no price of a
token whatever it is divided by.
Out of scope: the encrypted vault, whose page names no model and prints no price.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sources.contract import WHOLE, Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import doubt
from sources.readers import documents, offers, spelling, structured, values
from sources.readers.documents import Row, Section

RATES = {
    "Hourly rate": ("usd/instance_hour", None),
    "XL hourly rate": ("usd/instance_hour", "xl"),
    "Monthly rate": ("usd/instance_month", None),
    "Annual rate": ("usd/instance_year", None),
}
"""Column → the unit of its amounts, and the size of instance where the column says it."""

COLUMNS = ("Model", "Performance Tier", *RATES)
END = "Performance Tiers"
"""It follows the tables: a page that ends before it may end inside an amount."""

NO_RATE = "--"
IGNORES = {
    NO_RATE: "a rate that is not offered",
    "tables without a rate": "what the tiers of performance are",
    "rerank and embedding models": "said to be priced per search and per token embedded, none is named",
    "trial keys": "free but limited, for every model; no price of one",
    "Fixed and Flex": "how instances are committed to and scaled; both pay the rates below them",
    "bundles and customized models": "by agreement, no price is printed",
}


def parse(document: Document) -> Iterator[Told]:
    front, _ = structured.front_matter(document.text)
    sections = _sections(document)
    for section in sections:
        if spelling.prints_money(section.prose):
            yield section.doubt_of_words("a price in a sentence")
    match front.get("title"):
        case "How Does Cohere's Pricing Work?":
            yield from _priced_elsewhere(sections)
        case "Standard Vault Pricing":
            yield from _instances(sections)
        case title:
            raise Refused("a page nobody reads", place="title", value=title)


def rows(document: Document) -> list[str]:
    """The lines of a page's tables; a page without any is about one thing."""
    return list(offers.sections(_sections)(document)) or list(WHOLE)


@once
def _sections(document: Document) -> list[Section]:
    return [
        replace(section, tables=tuple(table.called(COLUMNS) for table in section.tables))
        for section in documents.markdown_sections(document.text, (END,))
    ]


def _priced_elsewhere(sections: list[Section]) -> Iterator[Told]:
    for table in (table for section in sections for table in section.tables):
        yield doubt("a table on a page that had none", "table", table.place, table.words)
    sentences = [
        (section.name, sentence)
        for section in sections
        for sentence in re.findall(r"[^.]*\bpriced on a per-token basis\b", section.prose)
    ]
    if len(sentences) != 1:
        raise Refused("not the one sentence that names models priced per token", value=sentences)
    for place, sentence in sentences:
        for name in re.findall(r"\[([^]]+)\]\(/docs/[\w-]+\)", sentence):
            yield Observation(name, "price_status", "priced on a per-token basis", "unpriced", place)


def _instances(sections: list[Section]) -> Iterator[Told]:
    if END not in (section.name for section in sections):
        raise Refused("the page is not whole", place=END)
    for section in sections:
        for table in section.tables:
            if not table.prices:
                yield from (LeftOut(place, "tables without a rate") for place in documents.line_places(table))
                continue
            if "rates are per instance" not in spelling.meaning(section.prose):
                why = "rates without a word on what they are per"
                yield doubt(why, "table", table.place, table.words, within=table.within)
            elif not set(table.header) & RATES.keys():
                yield doubt("amounts in no column of rates", "table", table.place, table.words, within=table.within)
            else:
                yield from table.read(_model, expect=[name for name in COLUMNS if name in {"Model", *table.header}])


def _model(row: Row) -> Iterator[Told]:
    yield LeftOut(row.place, NO_RATE)  # counts only where no rate of the row is read
    model, tier = values.title(row.pop("Model")), row.pop("Performance Tier", None)
    for column in list(row):
        unit, size = RATES[column]
        yield from row.cell(column, partial(_rate, model, unit, size or tier), subject=model)


def _rate(model: str, unit: str, size: str | None, printed: str, locator: str) -> Iterator[Observation]:
    if printed != NO_RATE:
        circumstances = condition(mode="standard_vault", size=size.lower() if size else None)
        yield Observation(model, "price/instance", printed, values.dollars(printed), locator, unit, circumstances)


SOURCE = Source(
    id="cohere_pricing",
    publisher="cohere",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    urls=(
        "https://docs.cohere.com/docs/how-does-cohere-pricing-work",
        "https://docs.cohere.com/docs/model-vault/standard/pricing",
    ),
    terms_url="https://cohere.com/terms-of-use",
    licence="© Cohere; facts only",
    rows=(2, 33),
    seller="cohere",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
