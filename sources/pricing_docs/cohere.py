"""Cohere: documentation that names what is sold by the token without its price, and rents instances of models.

One page says which models are priced per token and leaves the prices to another site: those models are unpriced here.
The other lists what an instance of a model costs on Standard Vault, per hour, month or year, which is no price of a
token whatever it is divided by.
Out of scope: the encrypted vault, whose page names no model and prints no price.
"""

import re
from collections.abc import Iterator

from sources import documents, offers, spelling, structured, values
from sources.contract import WHOLE, Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Section

RATES = {
    "Hourly rate": ("usd/instance_hour", None),
    "XL hourly rate": ("usd/instance_hour", "xl"),
    "Monthly rate": ("usd/instance_month", None),
    "Annual rate": ("usd/instance_year", None),
}
"""Column → the unit of its amounts, and the size of instance where the column says it."""

NO_RATE = "--"
IGNORES = {
    NO_RATE: "a rate that is not offered",
    "tables without a rate": "what the tiers of performance are",
    "rerank and embedding models": "said to be priced per search and per token embedded, none is named",
    "trial keys": "free but limited, for every model; no price of one",
    "Fixed and Flex": "how instances are committed to and scaled; both pay the rates below them",
    "bundles and customized models": "by agreement, no price is printed",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    front, _ = structured.front_matter(document.text)
    sections = _sections(document)
    for section in sections:
        if spelling.prints_money(section.prose):
            raise Refused("a price in a sentence", place=section.name, value=section.prose)
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


def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(document.text)


def _priced_elsewhere(sections: list[Section]) -> Iterator[Observation]:
    for section in sections:
        if section.tables:
            raise Refused("a table on a page that had none", place=section.tables[0].place)
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


def _instances(sections: list[Section]) -> Iterator[Observation | LeftOut]:
    # It follows the tables: a page that ends before it may end inside an amount.
    if "Performance Tiers" not in (section.name for section in sections):
        raise Refused("the page is not whole", place="Performance Tiers")
    for section in sections:
        for table in section.tables:
            if not table.prices:
                yield from (LeftOut(place, "tables without a rate") for place in documents.line_places(table))
                continue
            if "rates are per instance" not in " ".join(section.prose.split()):
                raise Refused("rates without a word on what they are per", place=table.place, value=section.prose)
            for row in table.rows():
                yield LeftOut(row.place, "--")  # counts only where no rate of the row is read
                model, tier = row.pop("Model"), row.pop("Performance Tier", None)
                for column, printed in row.items():
                    if column not in RATES:
                        raise Refused("a column nobody reads", place=row.place, value=column)
                    unit, size = RATES[column]
                    if printed != NO_RATE:
                        yield _rate(model, printed, unit, size or tier, f"{row.place}, {column}")


def _rate(model: str, printed: str, unit: str, size: str | None, locator: str) -> Observation:
    amount, currency, rest = values.money(printed)
    if currency != "usd" or rest:
        raise Refused("not an amount in dollars and nothing else", place=locator, value=printed)
    circumstances = condition(mode="standard_vault", size=size.lower() if size else None)
    return Observation(model, "price/instance", printed, amount, locator, unit, circumstances)


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
