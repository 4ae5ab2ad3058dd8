"""Perplexity: what its own Sonar models cost, by token and by request, and what a search costs.

A table of tokens has a meter a column, whose header says the unit; a table of requests has a column for each size of
the search's context, in USD per thousand requests. The same page prices other makers' models through a link.
Built from the documented page: no page has been recorded yet.
Out of scope: tools of the agent API, other makers' models, worked examples.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import doubt
from sources.model_cards.card_body import plain
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row

TOKENS = {
    "Input Tokens ($/1M)": ("input", "usd/mtok"),
    "Output Tokens ($/1M)": ("output", "usd/mtok"),
    "Citation Tokens ($/1M)": ("citation", "usd/mtok"),
    "Search Queries ($/1K)": ("web_search", "usd/1k_requests"),
    "Reasoning Tokens ($/1M)": ("reasoning_output", "usd/mtok"),
}
SIZES = {"Low Context Size": "low", "Medium Context Size": "medium", "High Context Size": "high"}
NOTHING = "-"
OTHER = "tables of other services and examples"


def parse(document: Document) -> Iterator[Told]:
    for table in documents.markdown_tables(document.text):
        header = {spelling.called(name, ("Model", *TOKENS, *SIZES)) for name in table.header}
        if header & TOKENS.keys():
            yield from table.read(_by_token, expect=("Model", *TOKENS))
        elif header & SIZES.keys():
            yield from table.read(_by_request, expect=("Model", *SIZES))
        elif any("/1M" in name for name in header):
            yield doubt("a table of prices with other columns", "table", table.place, table.words)
        else:
            yield from (LeftOut(place, OTHER) for place in documents.line_places(table))


def _by_token(row: Row) -> Iterator[Told]:
    model = _model(row)
    for column, (meter, unit) in TOKENS.items():
        yield from row.cell(column, partial(_price, model, meter, unit, ""), subject=model)


def _by_request(row: Row) -> Iterator[Told]:
    model = _model(row)
    for column, size in SIZES.items():
        read = partial(_price, model, "request", "usd/1k_requests", condition(search_context=size))
        yield from row.cell(column, read, subject=model)


def _model(row: Row) -> str:
    """``**Sonar Pro**`` → ``sonar-pro``, as a request spells it."""
    name = plain(row["Model"])
    if not re.fullmatch(r"Sonar( [A-Z][a-z]+)*", name):
        raise Refused("a model that is not one of its own", place=row.place, value=name)
    return name.lower().replace(" ", "-")


def _price(model: str, meter: str, unit: str, when: str, printed: str, place: str) -> Iterator[Observation]:
    if printed != NOTHING:
        yield Observation(model, f"price/{meter}", printed, values.dollars(printed), place, unit, when)


SOURCE = Source(
    id="perplexity_pricing",
    publisher="perplexity",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    urls=("https://docs.perplexity.ai/docs/getting-started/pricing.md",),
    terms_url="https://www.perplexity.ai/hub/legal/perplexity-api-terms-of-service",
    licence="© Perplexity; facts only",
    seller="perplexity",
    rows=(2, 12),
    parse=parse,
    offers=offers.table_lines,
    ignores={
        OTHER: "searches without a model, tools of the agent API, sums worked out",
        "words outside tables": "say what the columns mean, and worked examples",
    },
    unproven=True,
)
