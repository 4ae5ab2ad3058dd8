"""Groq: tables of models in production and in preview, with the prices, the context window and the longest answer.

A first cell runs a logo, the name (which links to the model's page), a badge and the id together; a price cell runs
two prices together. Text models are priced by tokens under a header that says so, speech models say their own unit.
Systems (models with tools) are no longer on the recorded page; they are read as earlier public copies have them.
Out of scope: cached and batch prices, which stand on pages of their own.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told, once
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

READ = ("Production Models", "Production Systems", "Preview Models", "Preview Systems")
END = "Deprecated Models"
"""It follows the tables: a page that ends before it may end inside an amount."""

CELL = re.compile(
    r"\[!\[[^]]*\]\([^)]*\)(?P<name>[^]]+)\]"
    r"\(/docs/(?P<kind>model|compound/systems)/(?P<page>\S+)\)(?:Enterprise)?(?P<id>\S+)"
)
PREFIXES = {"model": "", "compound/systems": "groq/"}
"""Kind of page → what an id has before the page's name."""

PRICE = "PRICE PER 1M TOKENS"
UNITS = {"per hour": ("input_audio", "usd/hour"), "per 1M characters": ("character", "usd/mchar")}
NOTHING = r"\-"
LIMITS = {"CONTEXT WINDOW (TOKENS)": "context_tokens", "MAX COMPLETION TOKENS": "max_output_tokens"}
UNREAD_COLUMNS = {
    "SPEED (T/SEC)": "how fast it runs, which is none of the facts we keep",
    "RATE LIMITS (DEVELOPER PLAN)": "a limit of the account, not of the model",
    "MAX FILE SIZE": "a limit of the upload, not of the model",
}
IGNORES = UNREAD_COLUMNS | {
    "tables without a price": "deprecations, and how the models are called",
    "Featured Models": "advertises models of the tables",
    "Enterprise": "a badge that says who may buy",
    "Preview Models": "a preview at this host, which is no status of the model",
}


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    if END not in (section.name for section in sections):
        raise Refused("the page is not whole", place=END)
    gone = set(READ) - {section.name for section in sections}
    for section in sections:
        if section.name in READ:
            for table in section.tables:
                yield from table.read(_model, expect=("MODEL ID", PRICE, *LIMITS, *UNREAD_COLUMNS))
        elif any(table.prices for table in section.tables):
            within = tuple(words for each in gone for words in documents.under(each))
            yield section.doubt("prices where there have been none", within=within)
        else:
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")
        if spelling.prints_money(section.prose):
            yield section.doubt_of_words("a price in a sentence")


@once
def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text, (*READ, END, *IGNORES))


def _model(row: Row) -> Iterator[Told]:
    cell = row.pop("MODEL ID")
    match = CELL.fullmatch(cell)
    # The id in words must be the one of the link: a badge nobody knows yet would be taken for a part of it.
    if not match or match["id"] != PREFIXES[match["kind"]] + match["page"]:
        raise Refused("a name and an id that do not read", place=row.place, value=cell)
    model = match["id"]
    yield Observation(model, "name", match["name"], match["name"], f"{row.place}, MODEL ID")
    yield from row.cell(PRICE, partial(_prices, model, row), subject=model)
    for column, attribute in LIMITS.items():
        yield from row.cell(column, partial(_limit, model, attribute), subject=model, attribute=attribute)


def _limit(model: str, attribute: str, printed: str, locator: str) -> Iterator[Observation]:
    if printed != NOTHING:
        yield Observation(model, attribute, printed, values.tokens(printed), locator)


def _prices(model: str, row: Row, printed: str, locator: str) -> Iterator[Told]:
    """``$0.15 input$0.60 output``, ``$0.111 per hour``, ``ContactSales``; a dash at systems."""
    if printed == NOTHING:
        return
    if printed == "ContactSales":
        yield Observation(model, "price_status", printed, "unpriced", locator)
        return
    if both := re.fullmatch(r"(.+) input(.+) output", printed):
        prices = {"input": both[1], "output": both[2]}
        yield from row.amounts(prices, partial(_price, model, printed, "usd/mtok"), locator, subject=model)
        return
    amount, _, per = printed.partition(" ")
    if per not in UNITS:
        raise Refused("a price, or two, that do not read", place=locator, value=printed)
    meter, unit = UNITS[per]
    yield from _price(model, printed, unit, meter, amount, locator)


def _price(model: str, printed: str, unit: str, meter: str, amount: str, locator: str) -> Iterator[Observation]:
    yield Observation(model, f"price/{meter}", printed, values.dollars(amount), locator, unit)


SOURCE = Source(
    id="groq_models",
    publisher="groq",
    kind="pricing_doc",
    authority="host",
    media="markdown",
    urls=("https://console.groq.com/docs/models.md",),
    terms_url="https://groq.com/terms-of-use",
    licence="© Groq; facts only",
    rows=(6, 40),
    seller="groq",
    parse=parse,
    offers=offers.sections(_sections),
    ignores=IGNORES,
)
