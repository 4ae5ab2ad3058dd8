"""Anthropic: one table of models, and tables for batch, fast mode and long context; tool prices stand in sentences.

The page is served as Markdown and as HTML; both are cut into the same sections and read alike. A section that prints
money under a heading this module does not name is refused, so a new kind of price is noticed the night it appears.
Out of scope: what has to be computed (multipliers for caching, US-only inference and regions, discounts that stack)
and what partner clouds charge, which stands on their own pages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sources import documents, offers, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Section

MODEL_COLUMNS: Mapping[str, tuple[str, str | None]] = {
    "Base Input Tokens": ("input", None),
    "5m Cache Writes": ("cache_write", "5m"),
    "1h Cache Writes": ("cache_write", "1h"),
    "Cache Hits & Refreshes": ("cache_read", None),
    "Output Tokens": ("output", None),
}
BATCH_COLUMNS = {"Batch input": "input", "Batch output": "output"}
FAST_COLUMNS = {"Input": "input", "Output": "output"}
UNITS = {
    "mtok": r"/ MTok",
    "1k_requests": r"per 1,000 searches",
    "container_hour": r"(?:USD )?per hour, per container",
    "session_hour": r"per session-hour",
}
"""Unit → the words that must follow the amount."""

READ = (
    "Model pricing",
    "Fast mode pricing",
    "Batch processing",
    "Long context pricing",
    "Code execution tool",
    "Web search tool",
    "Session runtime",
)
IGNORES = {
    "tables without a price": "what a model or a tool can do",
    "notes under prices": "sentences that repeat the prices of the rows above them; another amount is refused",
    "Prompt caching": "multipliers; the resulting prices are columns of the model table",
    "Data residency pricing": "a 1.1x multiplier, no price is printed",
    "Claude Platform on AWS pricing": "an invoicing unit worth a cent, not a price of a model",
    "Claude in Microsoft Foundry pricing": "the same invoicing unit",
    "Tokens": "repeats the price of a web search",
    "Worked example": "sums over prices printed above",
    "Customer support agent example": "sums over prices printed above",
    "General agent workflow pricing": "estimates of what a workflow costs",
    "limited availability": "who may buy, which is no status of a model",
    "free hours": "an allowance of an organisation, no price",
    "removal dates of fast mode": "in a sentence that also names models without a price",
}


@dataclass(frozen=True)
class Model:
    """A model as its row names it: the name, the words in brackets, and the days between which the row holds."""

    name: str
    note: str
    effective_from: date | None
    effective_to: date | None


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    sections = _sections(document)
    for section in documents.unread(sections, (*READ, *IGNORES)):
        raise Refused("prices under a heading nobody reads", place=" > ".join(section.headings), value=section.prose)
    for section in sections:
        if section.name not in READ:
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")
        elif documents.prints_money(section.prose):
            yield LeftOut(offers.words_of(section), "notes under prices")  # counts only where they are not read
    models = _section(sections, "Model pricing")
    names = {_model(row["Model"], row.place).name for row in models.table.rows()}
    yield from _model_prices(models)
    yield from _batch_prices(_section(sections, "Batch processing"))
    scope = _tier_scope(_section(sections, "Long context pricing"))
    yield from _long_context_prices(_section(sections, "Long context pricing"), names, scope)
    if fast := [section for section in sections if section.name == "Fast mode pricing"]:
        yield from _fast_prices(fast[0], names, scope)
    yield _sentence(_section(sections, "Web search tool"), "web_search", "1k_requests")
    yield _sentence(_section(sections, "Code execution tool"), "code_execution", "container_hour")
    if runtime := [section for section in sections if section.name == "Session runtime"]:
        yield _session_price(runtime[0])


def _sections(document: Document) -> list[Section]:
    if document.text.lstrip().startswith("<"):
        return documents.html_sections(documents.one(documents.soup(document.text), "#content-container"))
    return documents.markdown_sections(document.text)


def _section(sections: list[Section], name: str) -> Section:
    found = [section for section in sections if section.name == name]
    if len(found) != 1:
        raise Refused("a section every version of the page has had exactly once", place=name, value=len(found))
    return found[0]


def _model(words: str, place: str) -> Model:
    """``Claude Opus 4 ([retired, except on Google Cloud](…))``, ``Claude Sonnet 5 [through August 31, 2026](…)``."""
    shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)
    match = re.fullmatch(
        r"(?P<name>Claude(?: [A-Z\d][\w.]*)+)"
        r"(?: \( ?(?P<note>[^()]+?) ?\))?"
        r"(?: (?P<bound>through|starting) (?P<day>\w+ \d+, \d{4}))?",
        shown,
    )
    if not match:
        raise Refused("a model name that does not read", place=place, value=words)
    day = values.day(match["day"]) if match["day"] else None
    if isinstance(day, str):
        raise Refused("a date without a day", place=place, value=words)
    return Model(
        match["name"],
        match["note"] or "",
        effective_from=day if match["bound"] == "starting" else None,
        effective_to=day if match["bound"] == "through" else None,
    )


def _price(subject: str, meter: str, printed: str, unit: str, locator: str, circumstances: str = "") -> Observation:
    amount, currency, per = values.money(_unescaped(printed))
    if currency != "usd" or not re.fullmatch(UNITS[unit], per):
        raise Refused(f"not dollars per {unit}", place=locator, value=printed)
    return Observation(subject, f"price/{meter}", printed, amount, locator, f"usd/{unit}", circumstances)


def _unescaped(words: str) -> str:
    return words.replace("\\$", "$")


def _model_prices(section: Section) -> Iterator[Observation]:
    pairs = set()
    for row in section.table.rows(expect=("Model", *MODEL_COLUMNS)):
        printed = row.pop("Model")
        model = _model(printed, row.place)
        yield from _status(model, f"{row.place}, Model")
        pairs.add(
            "/".join(_unescaped(row[column]).partition(" ")[0] for column in ("Base Input Tokens", "Output Tokens"))
        )
        for column, (meter, cache_ttl) in MODEL_COLUMNS.items():
            circumstances = condition(
                cache_ttl=cache_ttl, effective_from=model.effective_from, effective_to=model.effective_to
            )
            yield _price(model.name, meter, row.pop(column), "mtok", f"{row.place}, {column}", circumstances)
    # Notes under the table write an introductory price as "$2/$10"; a pair that no row prints would be news.
    for note in re.findall(r"\$\S*\d", _unescaped(section.prose)):
        if note not in pairs:
            raise Refused("a price in a note that no row prints", place=section.name, value=note)


def _status(model: Model, locator: str) -> Iterator[Observation]:
    if model.note in ("", "limited availability"):
        return
    status = re.match(r"deprecated|retired", model.note)
    if not status:
        raise Refused("words in brackets that are no known status", place=locator, value=model.note)
    yield Observation(model.name, "status", model.note, status[0], locator)


def _batch_prices(section: Section) -> Iterator[Observation]:
    for row in section.table.rows(expect=("Model", *BATCH_COLUMNS)):
        model = _model(row.pop("Model"), row.place)
        circumstances = condition(
            service_tier="batch", effective_from=model.effective_from, effective_to=model.effective_to
        )
        for column, meter in BATCH_COLUMNS.items():
            yield _price(model.name, meter, row.pop(column), "mtok", f"{row.place}, {column}", circumstances)


def _fast_prices(section: Section, names: set[str], scope: str | None) -> Iterator[Observation]:
    """Rows name their models; before there were several, the sentence above the table did."""
    for row in section.table.rows():
        if "Model" in row:
            models = _listed(row.pop("Model"), names, row.place)
        else:
            models = _listed(_found(r"Currently supported on (.+?):", section), names, row.place)
        tier = _tier(row.pop("Context window"), scope, row.place) if "Context window" in row else {}
        if set(row) != set(FAST_COLUMNS):
            raise Refused("columns of fast mode that are not known", place=row.place, value=sorted(row))
        for column, meter in FAST_COLUMNS.items():
            circumstances = condition(service_tier="fast", **tier)
            for model in models:
                yield _price(model, meter, row[column], "mtok", f"{row.place}, {column}", circumstances)


def _long_context_prices(section: Section, names: set[str], scope: str | None) -> Iterator[Observation]:
    """Until March 2026: a column for each tier, rows that say ``Input: $6 / MTok``. Since then long is not dearer."""
    if not section.tables:
        return
    models = []
    for row in section.table.rows():
        if "Model" not in row:
            models = _listed(_found(r"When using (.+?) with the", section), names, row.place)
        elif named := row.pop("Model"):
            models = _listed(named, names, row.place)
        for column, printed in row.items():
            meter, _, price = printed.partition(": ")
            if meter not in FAST_COLUMNS or not models:
                raise Refused("neither an input nor an output price of a model", place=row.place, value=printed)
            circumstances = condition(**_tier(column, scope, row.place))
            for model in models:
                yield _price(model, FAST_COLUMNS[meter], price, "mtok", f"{row.place}, {column}", circumstances)


def _tier_scope(section: Section) -> str | None:
    return "whole_request" if "all tokens incur premium pricing" in section.prose else None


def _tier(words: str, scope: str | None, place: str) -> dict[str, str | int]:
    """``> 200K input tokens`` → from 200,001 tokens."""
    match = re.fullmatch(r"([≤>]) (\w+) input tokens", words)
    if not match or not scope:
        raise Refused("a context tier, or what it covers, that does not read", place=place, value=words)
    limit = values.tokens(match[2])
    return {"tier_scope": scope} | ({"context_to": limit} if match[1] == "≤" else {"context_from": limit + 1})


def _listed(words: str, names: set[str], place: str) -> list[str]:
    """``Claude Sonnet 4.6 / 4.5 / 4`` and ``Claude Sonnet 4 or Sonnet 4.5`` → names of the model table."""
    models: list[str] = []
    for part in re.split(r" / |, or | or |, ", words):
        family = models[-1].rpartition(" ")[0] if models else ""
        full = next((name for name in (part, f"Claude {part}", f"{family} {part}") if name in names), None)
        if not full:
            raise Refused("a model the model table does not have", place=place, value=words)
        models.append(full)
    return models


def _found(pattern: str, section: Section) -> str:
    found: list[str] = re.findall(pattern, section.prose)
    if len(found) != 1:
        raise Refused("a sentence that should stand there once", place=section.name, value=found or section.prose)
    return found[0]


def _sentence(section: Section, meter: str, unit: str) -> Observation:
    """A price inside a sentence, the only amount its section may print."""
    printed = _found(rf"\\?[$€]\S+ {UNITS[unit]}", section)
    if section.tables or len(re.findall(r"[$€]", section.prose)) != 1:
        raise Refused("more prices than the one this section has had", place=section.name, value=section.prose)
    return _price(section.name, meter, printed, unit, offers.words_of(section))


def _session_price(section: Section) -> Observation:
    (row,) = section.table.rows(expect=("SKU", "Rate", "Metering"))
    return _price(row["SKU"], "session", row["Rate"], "session_hour", f"{row.place}, Rate")


SOURCE = Source(
    id="anthropic_pricing",
    publisher="anthropic",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    urls=("https://platform.claude.com/docs/en/about-claude/pricing.md",),
    terms_url="https://www.anthropic.com/legal/commercial-terms",
    licence="© Anthropic; facts only",
    rows=(8, 60),
    seller="anthropic",
    parse=parse,
    offers=offers.sections(_sections),
    ignores=IGNORES,
)
