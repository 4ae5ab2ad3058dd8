"""DeepSeek: models are columns, facts and prices are rows, merged cells name a row from the outside in.

A price is flat, or there is one for peak and one for off-peak hours, which a note gives in UTC. A change is announced
as a second table with the meters as columns. Only the flat layout has been recorded; the other two follow public
descriptions of the page. Whatever differs from them is in doubt, as is every amount in a place nobody reads.
Out of scope: the prices in yuan, which stand on the Chinese twin of the page.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import attempt, doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section, Table

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
    "other rows": "facts outside the vocabulary; a row with an amount is in doubt",
}
END = "Deduction Rules"
"""It follows the tables: a page that ends before it may end inside an amount."""
LABELS = ("MODEL", *METERS, *BANDS, *TICKED, "PRICING", "FEATURES", "MODEL VERSION", "CONTEXT LENGTH", "MAX OUTPUT")
MODEL = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def parse(document: Document) -> Iterator[Told]:
    sections = documents.html_sections(documents.one(documents.page(document), "article"), (END,))
    if END not in (section.name for section in sections):
        raise Refused("the page is not whole", place=END)
    for section in sections:
        if spelling.prints_money(section.prose):
            yield section.doubt_of_words("a price in a sentence")
        for table in map(_folded, section.tables):
            if table.header[0] == "MODEL":
                read = _announced if set(table.header) & set(METERS) else _current
                yield from attempt(
                    partial(read, table, section), "table", table.place, table.words, within=table.within
                )
            elif table.prices:
                reason = "prices in a table that is not about models"
                yield doubt(reason, "table", table.place, table.words, within=table.within)
            else:
                yield from (LeftOut(place, "other rows") for place in documents.line_places(table))


def _folded(table: Table) -> Table:
    """The same with one column of labels, ``PRICING > 1M OUTPUT TOKENS > PEAK``, without the marks of footnotes."""
    header = [_called(name) for name in table.header]
    outside = max(header.count("MODEL"), 1)
    cells = ((" > ".join(dict.fromkeys(map(_called, row[:outside]))), *row[outside:]) for row in table.cells)
    return replace(table, header=(header[0], *header[outside:]), cells=tuple(cells))


def _called(printed: str) -> str:
    return spelling.called(spelling.unmarked(printed)[0], LABELS)


def _current(table: Table, section: Section) -> Iterable[Told]:
    return table.read(partial(_fact, section=section))


def _fact(row: Row, *, section: Section) -> Iterator[Told]:
    label = row.pop("MODEL")
    labels, at = label.split(" > "), f"{row.place}, {label}"
    yield LeftOut(row.place, _reason(labels[-1]))  # counts only where nothing below reads the row
    match labels:
        case ["PRICING", meter] if meter in METERS:
            read = partial(_price, meter=meter)
        case ["PRICING", meter, band] if meter in METERS and band in BANDS:
            read = partial(_banded_price, meter=meter, band=band, section=section)
        case _ if spelling.prints_money(" ".join((*labels, *row.values()))) or "PRICING" in labels:
            raise Refused("a price in a row nobody reads", place=at, value=label)
        case _:
            read = partial(_trait, labels=labels)
    for model in list(row):
        subject = model if MODEL.fullmatch(model) else ""
        yield from row.cell(model, partial(_of_model, read, model, at), subject=subject)


def _of_model(
    read: Callable[[str, str, str], Iterator[Observation]], model: str, at: str, printed: str, _: str
) -> Iterator[Observation]:
    """What a column says of its model; nothing where its header names none."""
    for each in read(model, printed, at):
        if not MODEL.fullmatch(model):
            raise Refused("a column whose header names no model", value=model)
        yield each


def _trait(model: str, printed: str, locator: str, *, labels: list[str]) -> Iterator[Observation]:
    match labels:
        case ["MODEL VERSION"]:
            if not MODEL.fullmatch(printed):
                raise Refused("a version that does not read", place=locator, value=printed)
            yield Observation(model, "alias_target", printed, printed, locator)
        case ["CONTEXT LENGTH"]:
            yield Observation(model, "context_tokens", printed, values.tokens(printed), locator)
        case ["MAX OUTPUT"]:
            limit = values.tokens(printed.rpartition("MAXIMUM: ")[2])
            yield Observation(model, "max_output_tokens", printed, limit, locator)
        case ["THINKING MODE"] if printed.startswith("Supports both non-thinking and thinking"):
            yield Observation(model, "capability/reasoning", printed, True, locator)
        case ["FEATURES", feature] if feature in TICKED and printed in ("✓", "✗"):
            for capability in TICKED[feature]:
                yield Observation(model, f"capability/{capability}", printed, printed == "✓", locator)


def _reason(label: str) -> str:
    if label in TICKED:
        return "a tick that is neither ✓ nor ✗"
    return next((known for known in IGNORES if label.startswith(known)), "other rows")


def _announced(table: Table, section: Section) -> Iterable[Told]:
    """Prices from a coming day on: the models are rows, each once or with a row for either band."""
    since = _day_of_effect(section)
    expect = ("MODEL", *(name for name in METERS if name in table.header))
    return table.read(partial(_coming, section=section, since=since), expect=expect)


def _coming(row: Row, *, section: Section, since: date) -> Iterator[Told]:
    model, *bands = row.pop("MODEL").split(" > ")
    if not MODEL.fullmatch(model) or bands not in ([], *([band] for band in BANDS)):
        raise Refused("a model or a band of hours that is not known", place=row.place, value=[model, *bands])
    for meter in list(row):
        price = partial(_price, model, meter=meter, since=since)
        if bands:
            price = partial(_banded_price, model, meter=meter, band=bands[0], section=section, since=since)
        yield from row.cell(meter, price, subject=model, attribute=f"price/{METERS[meter]}")


def _banded_price(
    model: str, printed: str, locator: str, *, meter: str, band: str, section: Section, since: date | None = None
) -> Iterator[Observation]:
    for hours in _hours(section, band):
        yield from _price(model, printed, locator, meter=meter, since=since, **hours)


def _price(
    model: str, printed: str, locator: str, *, meter: str, since: date | None = None, **hours: str
) -> Iterator[Observation]:
    amount, currency, rest = values.money(printed)
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=locator, value=printed)
    circumstances = condition(effective_from=since, **hours)
    yield Observation(model, f"price/{METERS[meter]}", printed, amount, locator, "usd/mtok", circumstances)


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
