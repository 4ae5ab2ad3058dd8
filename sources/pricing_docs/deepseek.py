"""DeepSeek: models are columns, facts and prices are rows, merged cells name a row from the outside in.

A price is flat, or there is one for peak and one for off-peak hours, which a note gives in UTC. A change is announced
as a second table with the meters as columns. Only the flat layout has been recorded; the other two follow public
descriptions of the page, and whatever differs from them is refused, as is every amount in a place nobody reads.
Out of scope: the prices in yuan, which stand on the Chinese twin of the page.
"""

import re
from collections.abc import Iterator
from datetime import date

from sources import documents, offers, spelling, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Section, Table

METERS = {
    "1M INPUT TOKENS (CACHE HIT)": "cache_read",
    "1M INPUT TOKENS (CACHE MISS)": "input",
    "1M OUTPUT TOKENS": "output",
}
BANDS = ("OFF-PEAK", "PEAK")
DAYS = r"(, Monday through Friday(, excluding Chinese public holidays)?)?"
TICKED = {"Tool Calls": ("function_calling", "tool_use")}
IGNORES = {
    "BASE URL": "where to call, not what is called",
    "Json Output": "valid JSON without a promised schema is not structured outputs",
    "Chat Prefix Completion": "none of the ten capabilities",
    "FIM Completion": "none of the ten capabilities",
    "Concurrency Limit": "a limit of the account, not of the model",
    "Chinese public holidays": "off-peak all day, but the page does not list them",
    "a tick that is neither ✓ nor ✗": "half a capability: in one mode only",
    "other rows": "facts outside the vocabulary; a row with an amount is refused",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    sections = documents.html_sections(documents.one(documents.soup(document.text), "article"))
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Deduction Rules" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Deduction Rules")
    for section in sections:
        if spelling.prints_money(section.prose):
            raise Refused("a price in a sentence", place=section.name, value=section.prose)
        for table in section.tables:
            columns = {_unmarked(name) for name in table.header} - {"MODEL"}
            if "MODEL" in table.header:
                yield from _announced(table, section) if columns <= set(METERS) else _current(table, section)
            elif table.prices:
                raise Refused("prices in a table that is not about models", place=table.place, value=table.header)


def _unmarked(words: str) -> str:
    """Words without the number of their footnote: ``deepseek-flash (1)``."""
    return re.sub(r" ?[(（]\d+[)）]$", "", words)


def _rows(table: Table) -> Iterator[tuple[tuple[str, ...], dict[str, str], str]]:
    """Each row's labels (repeats of one merged cell folded), its cells by column header, and its place."""
    outside = table.header.count("MODEL")
    columns = [_unmarked(name) for name in table.header[outside:]]
    if len(set(columns)) != len(columns) or "MODEL" in columns:
        raise Refused("columns that cannot be told apart", place=table.place, value=columns)
    for number, cells in enumerate(table.cells, 1):
        place = f"{table.place} row {number}"
        if len(cells) != len(table.header):
            raise Refused("a row of another width than the header", place=place, value=cells)
        labels = tuple(dict.fromkeys(_unmarked(label) for label in cells[:outside]))
        yield labels, dict(zip(columns, cells[outside:], strict=True)), place


def _current(table: Table, section: Section) -> Iterator[Observation | LeftOut]:
    for labels, cells, place in _rows(table):
        yield LeftOut(place, _reason(labels[-1]))  # counts only where nothing below reads the row
        for model, printed in cells.items():
            locator = f"{place}, {' > '.join(labels)}"
            match labels:
                case ("PRICING", meter) if meter in METERS:
                    yield _price(model, meter, printed, locator, "")
                case ("PRICING", meter, band) if meter in METERS and band in BANDS:
                    for hours in _hours(section, band):
                        yield _price(model, meter, printed, locator, condition(**hours))
                case ("MODEL VERSION",):
                    yield Observation(model, "alias_target", printed, printed, locator)
                case ("CONTEXT LENGTH",):
                    yield Observation(model, "context_tokens", printed, values.tokens(printed), locator)
                case ("MAX OUTPUT",):
                    limit = values.tokens(printed.rpartition("MAXIMUM: ")[2])
                    yield Observation(model, "max_output_tokens", printed, limit, locator)
                case ("THINKING MODE",) if printed.startswith("Supports both non-thinking and thinking"):
                    yield Observation(model, "capability/reasoning", printed, True, locator)
                case ("FEATURES", feature) if feature in TICKED and printed in ("✓", "✗"):
                    for capability in TICKED[feature]:
                        yield Observation(model, f"capability/{capability}", printed, printed == "✓", locator)
                case _ if spelling.prints_money(" ".join((*labels, printed))) or "PRICING" in labels:
                    raise Refused("a price in a row nobody reads", place=locator, value=printed)


def _reason(label: str) -> str:
    if label in TICKED:
        return "a tick that is neither ✓ nor ✗"
    return next((known for known in IGNORES if label.startswith(known)), "other rows")


def _announced(table: Table, section: Section) -> Iterator[Observation]:
    """Prices from a coming day on: the models are rows, each once or with a row for either band."""
    since = _day_of_effect(section)
    for (model, *bands), cells, place in _rows(table):
        if bands not in ([], *([band] for band in BANDS)):
            raise Refused("a band of hours that is not known", place=place, value=bands)
        for meter, printed in cells.items():
            for hours in _hours(section, bands[0]) if bands else [{}]:
                circumstances = condition(effective_from=since, **hours)
                yield _price(model, meter, printed, f"{place}, {meter}", circumstances)


def _price(model: str, meter: str, printed: str, locator: str, circumstances: str) -> Observation:
    amount, currency, rest = values.money(printed)
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=locator, value=printed)
    return Observation(model, f"price/{METERS[meter]}", printed, amount, locator, "usd/mtok", circumstances)


def _day_of_effect(section: Section) -> date:
    found = re.findall(r"take effect at \d\d:\d\d UTC on (\w+ \d+, \d{4})", section.prose)
    day = values.day(found[0]) if len(found) == 1 else None
    if not isinstance(day, date):
        raise Refused("coming prices without the one day they start", place=section.name, value=section.prose)
    return day


def _hours(section: Section, band: str) -> list[dict[str, str]]:
    """When a band holds: the peak as printed; off-peak the rest of the day, and the weekend where it has no peak."""
    found = list(re.finditer(r"Peak hours are (?P<windows>[\d:, and-]+) UTC(?P<days>[^.(]*)", section.prose))
    if len(found) != 1 or not re.fullmatch(DAYS, found[0]["days"].strip()):
        raise Refused("bands of hours that the page does not say", place=section.name, value=section.prose)
    edges = re.findall(r"\d\d:\d\d", found[0]["windows"])
    if len(edges) % 2 or edges != sorted(set(edges)):
        raise Refused("peak hours that are not in order within one day", place=section.name, value=edges)
    if not found[0]["days"].strip():
        return _windows(edges if band == "PEAK" else [*edges[1:], edges[0]])
    weekdays = {"utc_days": "mon,tue,wed,thu,fri"}
    if band == "PEAK":
        return [weekdays | window for window in _windows(edges)]
    rest = _windows(["00:00", *edges, "00:00"])
    return [*(weekdays | window for window in rest), {"utc_days": "sat,sun"}]


def _windows(edges: list[str]) -> list[dict[str, str]]:
    return [{"utc_window": f"{start}-{end}"} for start, end in zip(edges[::2], edges[1::2], strict=True)]


SOURCE = Source(
    id="deepseek_pricing",
    publisher="deepseek",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://api-docs.deepseek.com/quick_start/pricing",),
    terms_url="https://cdn.deepseek.com/policies/en-US/deepseek-open-platform-terms-of-service.html",
    licence="© DeepSeek; facts only",
    rows=(1, 20),
    seller="deepseek",
    parse=parse,
    offers=offers.table_lines,
    ignores=IGNORES,
)
