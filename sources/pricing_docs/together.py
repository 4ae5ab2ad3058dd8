"""Together's pricing page: one tab for each kind of model, one table in each tab, the unit in words above the table.

Header cells stand straight in the table's head and rows inside list items, so the tables are walked here. A price the
page prints twice (chat models that also see) is read twice.
Out of scope: what the page's script works out (batch prices), and what is rented or trained rather than called.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bs4 import Tag

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, once
from sources.doubts import attempt, doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, words

SERVERLESS = "Serverless Inference"
Columns = Mapping[str, tuple[str, str]]
TOKENS: Columns = {"Input": ("input", "mtok"), "output": ("output", "mtok")}
IMAGES: Columns = {"Price per mp": ("pixel", "mpixel"), "Price per iMAGE": ("image", "image")}
INPUT_TOKENS: Columns = {"Price": ("input", "mtok")}
TABS: Mapping[str, tuple[str, Columns]] = {
    "Chat": ("Price per 1M tokens", TOKENS),
    "Vision": ("Price per 1M tokens", TOKENS),
    "Image": ("", IMAGES),
    "Audio": ("Price per 1M Characters", {"Price": ("character", "mchar")}),
    "Transcribe": ("Price per audio minute", {"Price": ("input_audio", "minute")}),
    "Embeddings": ("Price per 1M tokens", INPUT_TOKENS),
    "Rerank": ("Price per 1M tokens", INPUT_TOKENS),
    "Moderation": ("Price per 1M tokens", INPUT_TOKENS),
}
"""Tab → the words above its table, and what each column of prices charges for."""

IGNORES = {
    "Video": "a lowest price per video whose length and resolution are not printed",
    "Batch API price": "a switch that halves prices in the reader's browser; no number is printed",
    "Default steps": "how an image is made, not what it costs",
    "tables without a price": "what a plan or a machine comes with",
    "0.00": "a zero without a currency, and without a price for output",
    "Audio: models of other kinds": "their price is by the minute or the token, not by the million characters",
    "Moderation: output": "one price is printed; what a model reads it surely covers, what it writes is not said",
    "Provisioned Throughput": "reserved units by the minute, no price of a token",
    "Dedicated Inference": "rented hardware",
    "GPU Clusters": "rented hardware",
    "Sandbox": "rented hardware",
    "Storage": "rented hardware",
    "Fine-Tuning": "training, by size class and for lists of models",
}


def parse(document: Document) -> Iterator[Told]:
    headings = [_heading(heading) for heading in documents.page(document).find_all("h2")]
    # It follows the prices of models: a page that ends before it may end inside an amount.
    if "Fine-Tuning" not in headings:
        raise Refused("the page is not whole", place="Fine-Tuning")
    for heading, place, table in _other_tables(document):
        if heading not in IGNORES and spelling.prints_money(words(table)):
            yield doubt("prices under a heading nobody reads", "table", place, words(table), rows=_lines(place, table))
            continue
        why = heading if heading in IGNORES else "tables without a price"
        yield from (LeftOut(line, why) for line in _lines(place, table))
    for tab, pane in _tabs(document):
        lines = _lines(f"{SERVERLESS} > {tab}", pane)
        if tab in IGNORES:
            yield from (LeftOut(line, tab) for line in lines)
        else:
            place = f"{SERVERLESS} > {tab}"
            yield from attempt(
                partial(_prices, tab, pane), "table", place, words(pane), within=(f"{place}, row ",), rows=lines
            )


def rows(document: Document) -> Iterator[str]:
    """The lines of every table, those of models by their tab."""
    for tab, pane in _tabs(document):
        yield from _lines(f"{SERVERLESS} > {tab}", pane)
    for _, place, table in _other_tables(document):
        yield from _lines(place, table)


@once
def _tabs(document: Document) -> list[tuple[str, Tag]]:
    part = documents.one(documents.page(document), "[data-tabs=wrap]:has(> #serverless-inference)")
    tabs = [spelling.called(words(tab), (*TABS, *IGNORES)) for tab in part.select("[data-tabs=menu-item]")]
    return list(zip(tabs, part.select("[data-tabs=content]"), strict=True))


@once
def _other_tables(document: Document) -> list[tuple[str, str, Tag]]:
    """Every table that is not in a tab of models: the heading above it, its place, the table."""
    inside = {id(table) for _, pane in _tabs(document) for table in pane.find_all("table")}
    tables = [table for table in documents.page(document).find_all("table") if id(table) not in inside]
    above = [table.find_previous("h2") for table in tables]
    headings = [_heading(heading) if isinstance(heading, Tag) else "" for heading in above]
    places = offers.told_apart(f"table under {heading!r}" for heading in headings)
    return list(zip(headings, places, tables, strict=True))


def _heading(heading: Tag) -> str:
    return spelling.called(words(heading), IGNORES)


def _lines(place: str, part: Tag) -> list[str]:
    """The places of the lines of a table, or of the tables of a tab, which may be one cut in two."""
    return [f"{place}, row {number}" for number in range(1, len(part.select("tbody tr")) + 1)]


def _prices(tab: str, pane: Tag) -> Iterator[Told]:
    if tab not in TABS:
        raise Refused("a kind of model nobody reads", place=SERVERLESS, value=tab)
    caption, columns = TABS[tab]
    above = pane.select("table")[0].find_previous_sibling()
    printed = words(above).removesuffix(" Batch API price") if isinstance(above, Tag) else ""
    headers = {
        tuple(spelling.called(words(cell), ("Model", *columns, *IGNORES)) for cell in table.select("thead th"))
        for table in pane.select("table")
    }
    header = headers.pop()
    alike = set(header) - set(IGNORES) == {"Model", *columns} and len(set(header)) == len(header)
    if spelling.meaning(printed) != spelling.meaning(caption) or headers or not alike:
        raise Refused("a table other than this tab has had", place=f"{SERVERLESS} > {tab}", value=[printed, *header])
    lines = pane.select("tbody tr")
    within, notes = (f"{SERVERLESS} > {tab}, row ",), words(pane)
    for place, line in zip(_lines(f"{SERVERLESS} > {tab}", pane), lines, strict=True):
        read = partial(_row, tab, columns, header, place, line, notes)
        yield from attempt(read, "row", place, words(line), within=within)


def _row(tab: str, columns: Columns, header: Sequence[str], place: str, line: Tag, notes: str) -> Iterator[Told]:
    cells = (spelling.annotated(words(cell), notes)[0] for cell in line.find_all("td", recursive=False))
    row = Row(dict(zip(header, cells, strict=True)), place, f"{SERVERLESS} > {tab},")
    model = row.pop("Model")
    if not model:
        raise Refused("a row without a name", place=place, value=words(line))
    if tab == "Vision":
        yield Observation(model, "capability/vision", tab, True, place)
    if tab == "Audio" and line["fs-filter-value"] != tab:
        yield LeftOut(place, "Audio: models of other kinds")
        return
    yield LeftOut(place, "0.00")  # counts only where nothing of the row is read
    for column, (meter, unit) in columns.items():
        yield from row.cell(column, partial(_cell, model, meter, unit), subject=model)


def _cell(model: str, meter: str, unit: str, printed: str, locator: str) -> Iterator[Observation]:
    """``$1.74``, ``$1.74 $0.20 (cached)``, ``$0.0045/min``; a dash or nothing is no price."""
    if printed in ("", "-", "0.00"):
        return
    match = re.fullmatch(r"(\S+)(?: (\S+) \(cached\))?", printed)
    if not match or (match[2] and meter != "input"):
        raise Refused("a price, or two, that do not read", place=locator, value=printed)
    for amount, what in ((match[1], meter), (match[2], "cache_read")):
        if amount:
            value, currency, rest = values.money(amount)
            if currency != "usd" or (rest and (rest, unit) != ("/min", "minute")):
                raise Refused(f"not dollars per {unit}", place=locator, value=printed)
            yield Observation(model, f"price/{what}", printed, value, locator, f"usd/{unit}")


SOURCE = Source(
    id="together_pricing",
    publisher="together",
    kind="pricing_doc",
    authority="host",
    media="html",
    urls=("https://www.together.ai/pricing",),
    terms_url="https://www.together.ai/terms-of-service",
    licence="© Together AI; facts only",
    rows=(30, 180),
    seller="together",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
