"""Fireworks: what a serverless model costs at this host, input, cached input and output together in one cell.

The heading line says that prices are USD per million tokens, and that a cell is ``input / cached input / output``; a
column is a service tier. A name links to the model's page, whose last part is the id a request spells. Batch is said
once for all: half of the price.
Built from the documented page: no page has been recorded yet.
Out of scope: models priced by size alone, deployments by the hour, fine-tuning.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told, condition, once
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

TEXT = "Text and vision models"
TIERS = {"Standard": None, "Priority": "priority"}
METERS = ("input", "cache_read", "output")
ORDER = "input / cached input / output"
UNIT = "per 1 million tokens"
NOTHING = "—"
UNREAD = {
    "Other base models — by size and architecture": "a rule for models without a name",
    "Embeddings": "by size, without names of models",
}
_NAME = re.compile(r"\[(?P<name>[^]]+)\]\(\S+/models/fireworks/(?P<id>[\w.-]+)\)")


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    if not any(UNIT in spelling.meaning(section.prose) for section in sections):
        raise Refused("prices without their unit", place="How pricing works")
    yield from documents.doubtful_sections(sections, (TEXT,), UNREAD)
    for section in sections:
        if section.name == TEXT:
            yield from section.read(_models)
        elif section.name in UNREAD:
            yield from offers.left_out(section, section.name)


@once
def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text, (TEXT, *UNREAD))


def _models(section: Section) -> Iterator[Told]:
    if ORDER not in spelling.meaning(section.prose):
        raise Refused("cells whose order is not said", place=TEXT, value=section.prose)
    yield from section.read_tables(_model, expect=("Model", *TIERS))


def _model(row: Row) -> Iterator[Told]:
    match = _NAME.fullmatch(row["Model"])
    if not match:
        raise Refused("a name without the page that says its id", place=row.place, value=row["Model"])
    yield Observation(match["id"], "name", match["name"], match["name"], f"{row.place}, Model")
    for column, tier in TIERS.items():
        read = partial(_prices, match["id"], condition(service_tier=tier), row)
        yield from row.cell(column, read, subject=match["id"])


def _prices(model: str, when: str, row: Row, printed: str, place: str) -> Iterator[Told]:
    if printed == NOTHING:
        return
    amounts = printed.split("/")
    if len(amounts) != len(METERS):
        raise Refused("a cell that is not three prices", place=place, value=printed)
    prices = dict(zip(METERS, amounts, strict=True))
    yield from row.amounts(prices, partial(_price, model, printed, when), place, subject=model)


def _price(model: str, printed: str, when: str, meter: str, amount: str, place: str) -> Iterator[Observation]:
    yield Observation(model, f"price/{meter}", printed, values.dollars(amount), place, "usd/mtok", when)


SOURCE = Source(
    id="fireworks_pricing",
    publisher="fireworks",
    kind="pricing_doc",
    authority="host",
    media="markdown",
    urls=("https://docs.fireworks.ai/serverless/pricing.md",),
    terms_url="https://fireworks.ai/terms-of-service",
    licence="© Fireworks; facts only",
    seller="fireworks",
    rows=(5, 80),
    parse=parse,
    offers=offers.sections(_sections),
    ignores={**UNREAD, "batch": "half of every price, said once; no price of its own is printed"},
    unproven=True,
)
