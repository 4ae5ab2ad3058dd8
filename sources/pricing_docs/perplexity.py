"""Perplexity: what its own Sonar models cost, by token and by request, and what a search costs.

A table of tokens has a meter a column, whose header says the unit; a table of requests has a column for each size of
the search's context, in USD per thousand requests. The same page prices other makers' models through a link.
Built from the documented page: no page has been recorded yet.
Out of scope: tools of the agent API, other makers' models, worked examples.
"""

import re
from collections.abc import Iterator

from sources import documents, offers, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Row, Table
from sources.model_cards.card_body import plain

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


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    for table in documents.markdown_tables(document.text):
        header = set(table.header)
        if header == {"Model", *TOKENS}:
            for row in table.rows():
                yield from _by_token(row)
        elif header == {"Model", *SIZES}:
            yield from _by_request(table)
        elif header & (TOKENS.keys() | SIZES.keys()) or any("/1M" in name for name in header):
            raise Refused("a table of prices with other columns", place=table.place, value=table.header)
        else:
            yield from (LeftOut(place, OTHER) for place in documents.line_places(table))


def _by_token(row: Row) -> Iterator[Observation]:
    for column, (meter, unit) in TOKENS.items():
        yield from _price(_model(row), meter, row[column], unit, "", f"{row.place}, {column}")


def _by_request(table: Table) -> Iterator[Observation]:
    for row in table.rows():
        for column, size in SIZES.items():
            when, place = condition(search_context=size), f"{row.place}, {column}"
            yield from _price(_model(row), "request", row[column], "usd/1k_requests", when, place)


def _model(row: Row) -> str:
    """``**Sonar Pro**`` → ``sonar-pro``, as a request spells it."""
    name = plain(row["Model"])
    if not re.fullmatch(r"Sonar( [A-Z][a-z]+)*", name):
        raise Refused("a model that is not one of its own", place=row.place, value=name)
    return name.lower().replace(" ", "-")


def _price(model: str, meter: str, printed: str, unit: str, when: str, place: str) -> Iterator[Observation]:
    if printed == NOTHING:
        return
    value, currency, rest = values.money(printed.removeprefix("\\"))
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=place, value=printed)
    yield Observation(model, f"price/{meter}", printed, value, place, unit, when)


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
