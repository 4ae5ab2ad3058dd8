"""Alibaba Cloud Model Studio: what Qwen and hosted models cost, region by region, in tables of several shapes.

A heading names the region whose prices follow; Singapore's are the plain ones of the international site. A table has
the model, perhaps the range of input tokens a line is for (``0<Token<=256K``) and perhaps the mode (thinking or not),
and a column each for input and output, per million tokens in the currency of the cell. A name may stand over several
lines. A range reprices the whole request.
Built from the documented page: no page has been recorded yet.
Out of scope: free quotas, tuned models, images, sound, prices per call, coding plans.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

REGIONS = {
    "Singapore": "",
    "International": "",
    "US (Virginia)": "us-virginia",
    "China (Beijing)": "cn-beijing",
    "China (Hong Kong)": "cn-hongkong",
    "Germany (Frankfurt)": "eu-frankfurt",
}
_MODEL = re.compile(r"model(?: name| code)?")
_RANGE = re.compile(r"input tokens per request|token range")
_AMOUNT = re.compile(r"(?P<meter>input|output)(?: price)? \(?(?:per )?(?:\$|¥)?/?(?:1m|million) tokens\)?")
_OTHER_COLUMNS = re.compile(rf"{_MODEL.pattern}|{_RANGE.pattern}|mode|version|free quota.*")
"""Columns, in the spelling of `spelling.meaning`."""
MODES = {"Non-thinking": "non_thinking", "Thinking": "thinking", "": None}
_TOKENS = re.compile(r"(?P<above>[\d.]+[KM]?) ?< ?(?:input )?[Tt]okens? ?(?:<=|≤) ?(?P<up_to>[\d.]+[KM]?)")
NOTHING = {"-", "", "N/A"}

OTHER_TABLES = "tables without a price of input tokens"


def parse(document: Document) -> Iterator[Told]:
    for section in _sections(document):
        region = next((REGIONS[name] for name in reversed(section.headings) if name in REGIONS), None)
        for table in (table.called(("Mode",)) for table in section.tables):
            meant = {name: spelling.meaning(name) for name in table.header}
            prices = {name: match["meter"] for name in meant if (match := _AMOUNT.fullmatch(meant[name]))}
            if "input" not in prices.values():
                yield from (LeftOut(place, OTHER_TABLES) for place in documents.line_places(table))
                continue
            known = [name for name in meant if name in prices or _OTHER_COLUMNS.fullmatch(meant[name])]
            if region is None:
                yield doubt("a region that nobody reads", "table", table.place, table.words, within=table.within)
            else:
                yield from table.read(partial(_line, prices, region), expect=known)
        if spelling.prints_money(section.prose):
            yield LeftOut(section.words_place, OTHER_TABLES)


@once
def _sections(document: Document) -> list[Section]:
    return documents.html_sections(documents.page(document), tuple(REGIONS))


def _line(prices: dict[str, str], region: str, row: Row) -> Iterator[Told]:
    model = next(row[name] for name in row if _MODEL.fullmatch(spelling.meaning(name)))
    if not re.fullmatch(r"[a-z][\w.-]*", model):
        raise Refused("a model that is no id", place=row.place, value=model)
    sized: dict[str, int | str] = {}
    for name in row:
        if _RANGE.fullmatch(spelling.meaning(name)) and row[name] not in NOTHING:
            if not (match := _TOKENS.fullmatch(row[name])):
                raise Refused("a range of tokens that does not read", place=row.place, value=row[name])
            above = values.tokens(match["above"])
            sized = {"context_to": values.tokens(match["up_to"]), "tier_scope": "whole_request"}
            sized |= {"context_from": above + 1} if above else {}
    when = condition(**sized, region=region or None, mode=MODES[row.get("Mode", "")])
    for name, meter in prices.items():
        yield from row.cell(name, partial(_price, model, meter, when), subject=model)


def _price(model: str, meter: str, when: str, printed: str, place: str) -> Iterator[Observation]:
    if printed in NOTHING:
        return
    value, currency, rest = values.money(printed)
    if rest:
        raise Refused("words behind a price", place=place, value=printed)
    yield Observation(model, f"price/{meter}", printed, value, place, f"{currency}/mtok", when)


SOURCE = Source(
    id="alibaba_pricing",
    publisher="alibaba",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://www.alibabacloud.com/help/en/model-studio/model-pricing",),
    terms_url="https://www.alibabacloud.com/help/en/legal",
    licence="© Alibaba Cloud; facts only",
    seller="alibaba",
    rows=(10, 400),
    parse=parse,
    offers=offers.sections(_sections),
    ignores={
        OTHER_TABLES: "images, sound, per call; and words that repeat a price",
        "Free quota": "for new users and a time; not a price",
    },
    max_bytes=16_000_000,
    unproven=True,
)
