"""Anthropic: one table of models, and tables for batch, fast mode and long context; tool prices stand in sentences.

Where the page counts what a tool adds to a request to a model, the model can use the tool: by a table with a row a
model, or by a sentence that names them. Tools it counts for no model, or for "earlier" ones, say nothing of any.

The page is served as Markdown and as HTML; both are cut into the same sections and read alike. A section that prints
money under a heading this module does not name is in doubt, so a new kind of price is noticed the night it appears.
Out of scope: what has to be computed (multipliers for caching, US-only inference and regions, discounts that stack)
and what partner clouds charge, which stands on their own pages.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import Remark, attempt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section

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
OPTIONAL = ("Fast mode pricing", "Session runtime")
"""Sections that some versions of the page have not had."""

TOOLS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Tool use pricing": (("Tool choice", "Tool use system prompt token count"), ("function_calling", "tool_use")),
    "Computer use tool": (("Input tokens per tool definition",), ("computer_use",)),
}
"""Section → the columns beside the model's, the last of which counts tokens, and what a count says a model can do."""

IGNORES = {
    "tables without a price": "tokens of tools whose use is no capability, and multipliers",
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


_NAME = r"Claude [A-Z]\w+ \d+(?:\.\d+)?"
_COUNTED = re.compile(rf"about [1-9][\d,]* on (?P<models>{_NAME}(?:(?:, and |, | and ){_NAME})*)")


@dataclass(frozen=True)
class Model:
    """A model as its row names it: the name, the words in brackets, and the days between which the row holds."""

    name: str
    note: str
    effective_from: date | None
    effective_to: date | None


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    yield from documents.doubtful_sections(sections, READ, IGNORES)
    for section in sections:
        if section.name not in (*READ, *TOOLS):
            yield from offers.left_out(section, section.name if section.name in IGNORES else "tables without a price")
        elif spelling.prints_money(section.prose):
            yield LeftOut(section.words_place, "notes under prices")  # counts only where they are not read
    found = {name: [section for section in sections if section.name == name] for name in READ}
    rows_named = [named for section in found["Model pricing"] for named in _names(section)]
    names = {name for name in rows_named if name}
    long_context = found["Long context pricing"]
    scope = _tier_scope(long_context[0]) if long_context else None
    for name, read in (
        ("Model pricing", _model_prices),
        ("Batch processing", _batch_prices),
        ("Long context pricing", lambda section: _long_context_prices(section, names, scope)),
        ("Fast mode pricing", lambda section: _fast_prices(section, names, scope)),
        ("Web search tool", lambda section: _sentence(section, "web_search", "1k_requests")),
        ("Code execution tool", lambda section: _sentence(section, "code_execution", "container_hour")),
        ("Session runtime", _session_price),
    ):
        if len(found[name]) == 1:
            yield from found[name][0].read(read)
        elif found[name] or name not in OPTIONAL:
            yield documents.missing_section(name, len(found[name]))
    for section in sections:
        if section.name in TOOLS:
            yield from _tool_users(section, names, is_whole=all(rows_named))


def rows(document: Document) -> Iterator[str]:
    """The lines of every table, and words that print an amount or count the tokens of a tool."""
    return offers.told_apart(place for section in _sections(document) for place in _places(section))


def _places(section: Section) -> Iterator[str]:
    yield from section.rows
    if section.name in TOOLS and _COUNTED.search(section.prose) and section.words_place not in section.rows:
        yield section.words_place


@once
def _sections(document: Document) -> list[Section]:
    names = (*READ, *TOOLS, *IGNORES)
    if document.text.lstrip().startswith("<"):
        return documents.html_sections(documents.one(documents.page(document), "#content-container"), names)
    return documents.markdown_sections(document.text, names)


def _names(section: Section) -> Iterator[str]:
    """The models the model table names, and "" for what does not read."""
    for table in section.tables:
        named = table.read(lambda row: [_model(row["Model"], row.place).name], ("Model", *MODEL_COLUMNS))
        yield from (each if isinstance(each, str) else "" for each in named if not isinstance(each, Remark))


def _model(words: str, place: str) -> Model:
    """``Claude Opus 4 ([retired, except on Google Cloud](…))``, ``Claude Sonnet 5 [through August 31, 2026](…)``."""
    match = re.fullmatch(
        r"(?P<name>Claude(?: [A-Z\d][\w.]*)+)"
        r"(?: \( ?(?P<note>[^()]+?) ?\))?"
        r"(?: (?P<bound>through|starting) (?P<day>\w+ \d+, \d{4}))?",
        _unlinked(words),
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


def _unlinked(words: str) -> str:
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)


def _price(subject: str, meter: str, unit: str, circumstances: str = "") -> Callable[[str, str], Iterator[Observation]]:
    """How a cell with one amount is read: dollars, and the words that say per how much."""

    def read(printed: str, locator: str) -> Iterator[Observation]:
        amount, currency, per = values.money(_unescaped(printed))
        if currency != "usd" or not re.fullmatch(UNITS[unit], per):
            raise Refused(f"not dollars per {unit}", place=locator, value=printed)
        yield Observation(subject, f"price/{meter}", printed, amount, locator, f"usd/{unit}", circumstances)

    return read


def _unescaped(words: str) -> str:
    return words.replace("\\$", "$")


def _model_prices(section: Section) -> Iterator[Told]:
    pairs = set()

    def read(row: Row) -> Iterator[Told]:
        model = _model(row.pop("Model"), row.place)
        yield from _status(model, f"{row.place}, Model")
        pairs.add(
            "/".join(_unescaped(row[column]).partition(" ")[0] for column in ("Base Input Tokens", "Output Tokens"))
        )
        for column, (meter, cache_ttl) in MODEL_COLUMNS.items():
            circumstances = condition(
                cache_ttl=cache_ttl, effective_from=model.effective_from, effective_to=model.effective_to
            )
            yield from row.cell(column, _price(model.name, meter, "mtok", circumstances), subject=model.name)

    yield from section.read_tables(read, expect=("Model", *MODEL_COLUMNS))
    # Notes under the table write an introductory price as "$2/$10"; a pair that no row prints would be news.
    for note in re.findall(r"\$\S*\d", _unescaped(section.prose)):
        if note not in pairs:
            yield section.doubt_of_words(Refused("a price in a note that no row prints", value=note))


def _status(model: Model, locator: str) -> Iterator[Observation]:
    if model.note in ("", "limited availability"):
        return
    status = re.match(r"deprecated|retired", model.note)
    if not status:
        raise Refused("words in brackets that are no known status", place=locator, value=model.note)
    yield Observation(model.name, "status", model.note, status[0], locator)


def _batch_prices(section: Section) -> Iterator[Told]:
    def read(row: Row) -> Iterator[Told]:
        model = _model(row.pop("Model"), row.place)
        circumstances = condition(
            service_tier="batch", effective_from=model.effective_from, effective_to=model.effective_to
        )
        for column, meter in BATCH_COLUMNS.items():
            yield from row.cell(column, _price(model.name, meter, "mtok", circumstances), subject=model.name)

    yield from section.read_tables(read, expect=("Model", *BATCH_COLUMNS))


def _fast_prices(section: Section, names: set[str], scope: str | None) -> Iterator[Told]:
    """Rows name their models; before there were several, the sentence above the table did."""

    def read(row: Row) -> Iterator[Told]:
        if "Model" in row:
            models = _listed(row.pop("Model"), names, row.place)
        else:
            models = _listed(_found(r"Currently supported on (.+?):", section), names, row.place)
        tier = _tier(row.pop("Context window"), scope, row.place) if "Context window" in row else {}
        if set(row) != set(FAST_COLUMNS):
            raise Refused("columns of fast mode that are not known", place=row.place, value=sorted(row))
        circumstances = condition(service_tier="fast", **tier)
        for column, meter in FAST_COLUMNS.items():
            yield from _for_each(models, row, column, meter, circumstances)

    yield from section.read_tables(read)


def _for_each(models: list[str], row: Row, column: str, meter: str, circumstances: str) -> Iterator[Told]:
    """One cell's price of several models."""
    printed = row.pop(column)
    for model in models:
        row[column] = printed
        yield from row.cell(column, _price(model, meter, "mtok", circumstances), subject=model)


def _long_context_prices(section: Section, names: set[str], scope: str | None) -> Iterator[Told]:
    """Until March 2026: a column for each tier, rows that say ``Input: $6 / MTok``. Since then long is not dearer."""
    models: list[str] = []

    def read(row: Row) -> Iterator[Told]:
        if "Model" not in row:
            models[:] = _listed(_found(r"When using (.+?) with the", section), names, row.place)
        elif named := row.pop("Model"):
            models.clear()  # a name that does not read leaves the rows that go on with it nameless
            models[:] = _listed(named, names, row.place)
        for column, words in list(row.items()):
            meter, _, row[column] = words.partition(": ")
            if meter not in FAST_COLUMNS or not models:
                raise Refused("neither an input nor an output price of a model", place=row.place, value=words)
            circumstances = condition(**_tier(column, scope, row.place))
            yield from _for_each(models, row, column, FAST_COLUMNS[meter], circumstances)

    if section.tables:
        yield from section.read_tables(read)


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
    for part in re.split(r" / |, (?:or|and) | (?:or|and) |, ", words):
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


_NOT_HEDGED = r"(?<!\\)(?<!~)" + "".join(
    rf"(?<!{words} )(?<!{words} \*\*)"
    for words in ("from", "starting at", "up to", "as low as", "at least", "about", "around", "approximately")
)


def _sentence(section: Section, meter: str, unit: str) -> Iterator[Told]:
    """A price inside a sentence, the only amount its section may print."""
    printed = _found(rf"{_NOT_HEDGED}\\?[$€]\S+ {UNITS[unit]}", section)
    if section.tables or len(re.findall(r"[$€]", section.prose)) != 1:
        raise Refused("more prices than the one this section has had", place=section.name, value=section.prose)
    yield from _price(section.name, meter, unit)(printed, section.words_place)


def _tool_users(section: Section, names: set[str], *, is_whole: bool) -> Iterator[Told]:
    """The models that a section counts the tokens of its tool for; `is_whole`: `names` are all the models there are."""
    columns, capabilities = TOOLS[section.name]

    def users(models: Iterable[str], printed: str, locator: str) -> Iterator[Observation]:
        for model in models:
            for capability in capabilities:
                yield Observation(model, f"capability/{capability}", printed, True, locator)

    def read(row: Row) -> Iterator[Told]:
        words = row.pop("Model")
        generation = _generation(words, names)
        if generation and not is_whole:
            raise Refused("a generation of which a model's name does not read", value=words)
        models = generation or [_model(words, row.place).name]

        def count(printed: str, locator: str) -> Iterator[Observation]:
            if not re.match(r"[1-9][\d,]* tokens", printed):
                raise Refused("no number of tokens", value=printed)
            yield from users(models, f"{_unlinked(words)} | {printed}", locator)

        yield from row.cell(columns[-1], count, subject=models[0] if len(models) == 1 else "")

    def sentences() -> Iterator[Observation]:
        for found in _COUNTED.finditer(section.prose):
            yield from users(_listed(found["models"], names, section.words_place), found[0], section.words_place)

    for table in section.tables:
        yield from table.read(read, ("Model", *columns))
    place = section.words_place
    yield from attempt(sentences, "sentence", place, section.prose, within=(place,))


def _generation(words: str, names: set[str]) -> list[str]:
    """``Claude 4.x models`` → those of the model table whose version is 4 or 4 and a point."""
    match = re.fullmatch(r"Claude (?P<version>\d+)\.x models", words)
    found = [name for name in names if match and re.search(rf" {match['version']}(?:\.\d+)?$", name)]
    return sorted(found)


def _session_price(section: Section) -> Iterator[Told]:
    def read(row: Row) -> Iterator[Told]:
        subject = row.pop("SKU")
        yield from row.cell("Rate", _price(subject, "session", "session_hour"), subject=subject)

    yield from section.read_tables(read, expect=("SKU", "Rate", "Metering"))


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
    offers=rows,
    ignores=IGNORES,
)
