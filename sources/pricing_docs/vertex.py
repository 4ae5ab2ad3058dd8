"""Google Cloud's prices of Gemini: tables by model, type of token, region and length of the prompt.

A column says its own condition in words: ``Price (/1M tokens) > 200K cached input tokens with Batch API``. Blank names
go on from the row above. Two equal prices for both lengths are one price. A sentence under the tables says that a
longer prompt reprices every token of the request; without it prices that differ by length are in doubt. ``Global``
endpoints are the plain price; others keep their region.
Built from the documented page: no page has been recorded yet.
Out of scope: images, video, music, tuning, provisioned throughput, models of other makers, tables of other columns.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Table

_PRICE = re.compile(
    r"price \(/1m tokens\) (?P<side><=|>) (?P<limit>\d+)k (?P<cached>cached )?input tokens"
    r"(?: with (?P<tier>.+?)(?: api)?)?"
)
"""What a column of prices means, in the spelling of `spelling.meaning`."""

COLUMNS = ("Model", "Type", "Region")
HEADINGS = ("Standard", "Batch API", "Batch", "Flex", "Priority")
TIERS = {None: None, "batch": "batch", "flex": "flex", "priority": "priority"}
TYPES = {
    "Input (text, image, video, audio)": "input",
    "Input (text, image, video)": "input",
    "Input (audio)": "input_audio",
    "Audio input": "input_audio",
    "Text output (response and reasoning)": "output",
    "Output (text)": "output",
}
CACHED = {"input": "cache_read", "input_audio": "cache_read_audio"}
REGIONS = {"": None, "Global": None, "Non-global": "non_global"}
WHOLE_REQUEST = "all tokens (input and output) are charged at long context rates"
NOTHING = {"N/A", "-", ""}

OTHER_TABLES = "tables of other columns"
OTHER_TYPES = "types of token with a price of their own kind"


def parse(document: Document) -> Iterator[Told]:
    root = documents.page(document)
    whole_request = WHOLE_REQUEST in spelling.meaning(documents.words(documents.one(root, "body")))
    for section in documents.html_sections(root, HEADINGS):
        for table in (table.called(COLUMNS) for table in section.tables):
            columns = {name: match for name in table.header if (match := _PRICE.fullmatch(spelling.meaning(name)))}
            if not columns:
                yield from (LeftOut(place, OTHER_TABLES) for place in documents.line_places(table))
            elif section.name not in HEADINGS:
                yield doubt("prices under a heading nobody reads", "table", table.place, table.words)
            elif unknown := [match["tier"] for match in columns.values() if match["tier"] not in TIERS]:
                yield doubt("a service tier that nobody reads", "table", table.place, unknown, within=table.within)
            else:
                yield from _table(table, columns, whole_request)


def _table(table: Table, columns: dict[str, re.Match[str]], whole_request: bool) -> Iterator[Told]:
    above = ""

    def read(row: Row) -> Iterator[Told]:
        nonlocal above
        model, region = row["Model"] or above, row.get("Region", "")
        above = ""  # a name that does not read leaves the rows that go on with it nameless
        if region not in REGIONS:
            raise Refused("a region that does not read", place=row.place, value=region)
        above = values.title(model)
        meter = TYPES.get(spelling.called(row["Type"], TYPES))
        if meter is None:
            yield LeftOut(row.place, OTHER_TYPES)
            return
        printed = dict(row)
        for name, match in columns.items():
            if charged := CACHED.get(meter) if match["cached"] else meter:
                price = partial(_price, model, charged, region, name, columns, printed, whole_request)
                yield from row.cell(name, price, subject=model)

    region = ("Region",) if "Region" in table.header else ()
    yield from table.read(read, expect=("Model", "Type", *region, *columns))


def _price(
    model: str,
    meter: str,
    region: str,
    name: str,
    columns: dict[str, re.Match[str]],
    row: dict[str, str],
    whole_request: bool,
    printed: str,
    place: str,
) -> Iterator[Observation]:
    match = columns[name]
    if printed in NOTHING:
        return
    price = values.dollars(printed)
    sized: dict[str, int | str | None] = {}
    if _other_lengths(row, name, match, columns) != [price]:
        if not whole_request:
            raise Refused("nothing says which tokens a longer prompt reprices", place=place, value=printed)
        sized = {**_length(match), "tier_scope": "whole_request"}
    elif match["side"] == ">":
        return
    when = condition(**sized, service_tier=TIERS[match["tier"]], region=REGIONS[region])
    yield Observation(model, f"price/{meter}", printed, price, place, "usd/mtok", when)


def _other_lengths(
    row: dict[str, str], name: str, match: re.Match[str], columns: dict[str, re.Match[str]]
) -> list[Decimal]:
    """The price of the other length of prompt, where there is one: the same amount makes one price of both."""
    same = ("limit", "cached", "tier")
    other = [each for each in columns if each != name and all(columns[each][key] == match[key] for key in same)]
    return [values.dollars(row[each]) for each in other if row[each] not in NOTHING]


def _length(match: re.Match[str]) -> dict[str, int | str | None]:
    limit = int(match["limit"]) * 1000
    return {"context_to": limit} if match["side"] == "<=" else {"context_from": limit + 1}


SOURCE = Source(
    id="vertex_pricing",
    publisher="google",
    kind="pricing_doc",
    authority="host",
    media="html",
    urls=("https://cloud.google.com/gemini-enterprise-agent-platform/generative-ai/pricing",),
    terms_url="https://cloud.google.com/terms",
    licence="© Google; facts only",
    seller="google-vertex",
    rows=(4, 60),
    parse=parse,
    offers=offers.table_lines,
    ignores={
        OTHER_TABLES: "images, video, tuning, throughput, models of other makers",
        OTHER_TYPES: "generated images and sound",
        "footnotes": "a name whose note may change its price is in doubt",
    },
    max_bytes=16_000_000,
    unproven=True,
)
