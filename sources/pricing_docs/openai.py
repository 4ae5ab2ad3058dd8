"""OpenAI: the API pricing page, as Markdown and as HTML, in each of the layouts it has had since November 2025.

A table's columns say what is charged for, the words over it which service tier and per how much. Tools, storage, images
by the piece and the regional uplift are out of scope, each by name in `IGNORES`; any other amount is in doubt with its
table, row or cell, as is a table under a heading not named here. The layouts are read in `openai_layouts`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import doubt
from sources.pricing_docs.openai_layouts import Page, Panel, html_page, markdown_page
from sources.readers.documents import Row, line_places
from sources.readers.spelling import called
from sources.readers.values import decimal, money, tokens

MTOK = "usd/mtok"

SECTIONS = {
    "Flagship models": "",
    "Cyber models": "",
    "Realtime and audio generation models": "",
    "Image generation models": "",
    "Video generation models": "",
    "Transcription models": "",
    "Specialized models": "",
    "Finetuning": "",
    "Text tokens": "",
    "Image tokens": "_image",
    "Audio tokens": "_audio",
    "Video": "",
    "Fine-tuning": "",
    "Embeddings": "",
    "Legacy models": "",
}
"""The sections read, and the modality of the tokens priced there where the section's name says it."""

IGNORES = {
    "Tools": "calls, containers and storage of tools: prices of no model",
    "Built-in tools": "the same section under its earlier name",
    "AgentKit": "storage of uploads: a price of no model",
    "Image generation": "prices by the picture, in tables the Markdown tore, in a section no longer printed",
    "Other models": "products named without a model id (Whisper, TTS, TTS HD), in a section no longer printed",
    "Moderation": "one sentence that names a family of models; the later table of specialized models names the model",
    "rows of dashes": "a model that is named and not priced",
    "regional uplift": "ten per cent on eligible models in unnamed regions: a rule, not a price",
    "promotional price": "a day through which a price holds at least is not the day it ends",
    "aliases": "which model a daybreak alias points to is said in a sentence only",
}

CHARGES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "input": {"": ("input", MTOK), "/ 1M characters": ("character", "usd/mchar")},
    "cached input": {"": ("cache_read", MTOK)},
    "cache writes": {"": ("cache_write", MTOK)},
    "output": {"": ("output", MTOK), "Web search tool call charges also apply.": ("output", MTOK)},
    "output / cost": {"": ("output", MTOK), "/ minute": ("minute", "usd/minute")},
    "cost": {"": ("input", MTOK)},  # of embeddings, which have no output
    "estimated cost": {"/ minute": ("minute", "usd/minute")},
    "training": {"": ("training", MTOK), "/ hour": ("training_hour", "usd/hour")},
    "price per second": {"": ("second", "usd/second")},
}
"""Column → the words after an amount → what is charged for, per how much."""

PER = {"1M tokens": MTOK, "second": "usd/second"}
MODALITIES = {"Text": "", "Audio": "_audio", "Image": "_image"}
NOTES = {
    "(data sharing)": {"data_sharing": "on"},
    "with data sharing": {"data_sharing": "on"},
    "(legacy)": {"label": "legacy"},
    "Legacy": {"label": "legacy"},
}
"""What may stand behind a model's name, besides the context its price holds for."""

NAMES = (*SECTIONS, *(name for name in IGNORES if name[0].isupper()))
"""The headings known, of sections read and of sections left out."""
DESCRIPTIONS = ("category", "use case", "portrait", "landscape")
_COLUMNS = ("model", "modality", "size", "size: output resolution", *DESCRIPTIONS)
_PRICE_COLUMNS = tuple(
    f"{before}{charge}" for charge in CHARGES for before in ("", "short context ", "long context ", "batch ")
)

_CONTEXT = re.compile(r"\(<([0-9]+K) context length\)$")
_COLUMN = re.compile(r"(?:(?P<span>short|long) context |(?P<batch>batch) )?(?P<charge>.+)")


def parse(document: Document) -> Iterator[Told]:
    page = _page(document)
    sections = {panel.section for panel in page.panels}
    gone = tuple(f"table under {name!r}"[:-1] + " / " for name in SECTIONS if name not in sections)
    limits = _Limits(panel for panel in page.panels if panel.section in SECTIONS)
    for panel in page.panels:
        lines = list(line_places(panel.table))
        if panel.section in IGNORES:
            yield from (LeftOut(place, panel.section) for place in lines)
        elif trouble := _unknown(panel.section) or panel.trouble:
            within = panel.within if panel.section in SECTIONS else (*panel.within, *gone)
            yield doubt(trouble, "table", panel.table.place, panel.table.words, within=within)
        else:
            yield from (LeftOut(place, "rows of dashes") for place in lines)  # counts only where nothing is read
            columns = [called(name, (*_COLUMNS, *_PRICE_COLUMNS)) for name in panel.table.header]
            expect = {"model", *columns} & {*_COLUMNS, *_PRICE_COLUMNS}
            yield from panel.table.read(partial(_row, panel=panel, limits=limits), expect=tuple(expect))
    yield from (about for section, about in page.strays if section not in IGNORES)


def rows(document: Document) -> Iterator[str]:
    """The lines of every table and every component of the page."""
    return (place for panel in _page(document).panels for place in line_places(panel.table))


@once
def _page(document: Document) -> Page:
    is_html = document.text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))
    return (html_page if is_html else markdown_page)(document.text, NAMES)


def _unknown(section: str) -> str:
    return "" if section in SECTIONS else f"a table under a heading this parser does not know: {section}"


class _Limits:
    """Where long context begins: as a model's row prints it, else as all rows that print it agree.

    A short-context price of a model with neither a limit of its own nor a long-context price holds for any length.
    """

    def __init__(self, panels: Iterable[Panel]) -> None:
        self._printed, self._tiered, self._in_doubt = set[int](), set[str](), set[str]()
        for panel in panels:
            for number, cells in enumerate(panel.table.cells, 1):
                row = dict(zip(panel.table.header, cells, strict=False))
                name = row.get("model", "")
                self._printed |= {tokens(limit) for limit in re.findall(r"([0-9]+[KM]) context", name)}
                if any(column.startswith("long context ") and cell != "-" for column, cell in row.items()):
                    self._tiered.add(_bare(name))
                if panel.trouble or number in panel.odd:
                    self._in_doubt.add(_bare(name))

    def condition(self, span: str | None, subject: str, own: int | None) -> dict[str, str | int]:
        """The pairs that say which prompts a price is for; a bare label where the page prints no one limit."""
        if not own and span and subject not in self._tiered and subject in self._in_doubt:
            raise Refused("whether long context is dearer stands in a row in doubt", value=subject)
        if not own and (span is None or subject not in self._tiered):
            return {}
        limit = own or (next(iter(self._printed)) if len(self._printed) == 1 else None)
        if not limit:
            return {"label": f"{span}_context"}
        return {"context_from": limit} if span == "long" else {"context_to": limit - 1}


def _bare(printed: str) -> str:
    """A model's name up to its notes."""
    return re.split(r"[\s(]", re.sub(r"[*`\[\]]", "", printed).strip())[0]


def _named(printed: str) -> tuple[str, int | None, dict[str, str]]:
    """``"gpt-5.5 (<272K context length)"`` → the id, the first token count of long context, the conditions noted."""
    name, limit, noted = re.sub(r"\[([^\[\]]*)\]\([^()]*\)|[*`]", r"\1", printed), None, dict[str, str]()
    if match := _CONTEXT.search(name):
        name, limit = name[: match.start()], tokens(match[1])
    for words, pairs in NOTES.items():
        if name.endswith(words):
            name, noted = name.removesuffix(words), pairs
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name.strip()):
        raise Refused("a model's name with a note this parser does not know", value=printed)
    return name.strip(), limit, noted


def _row(row: Row, *, panel: Panel, limits: _Limits) -> Iterator[Told]:
    number = int(row.place.rpartition(" ")[2])
    if number in panel.odd:
        raise Refused(panel.odd[number], place=row.place)
    subject, limit, noted = _named(row.pop("model"))
    suffix = MODALITIES[row.pop("modality")] if "modality" in row else SECTIONS[panel.section]
    resolution = row.pop("size", None) or _sizes(row.pop("size: output resolution", None))
    for description in DESCRIPTIONS:
        row.pop(description, None)
    for column in list(row):
        match = _COLUMN.fullmatch(column)
        if not match or match["charge"] not in CHARGES:
            raise Refused("a column this parser does not know", place=row.place, value=column)
        circumstances = condition(
            service_tier=match["batch"] or (panel.tier if panel.tier != "standard" else None),
            resolution=resolution,
            tuning="fine_tuned" if panel.section in ("Finetuning", "Fine-tuning") else None,
            **noted,
            **limits.condition(match["span"], subject, limit),
        )
        read = partial(_price, panel, subject, match["charge"], suffix, circumstances)
        yield from row.cell(column, read, subject=subject)


def _price(
    panel: Panel, subject: str, column: str, suffix: str, circumstances: str, cell: str, locator: str
) -> Iterator[Observation]:
    if cell == "Free" and column == "input":
        yield Observation(subject, "price_status", cell, "free", locator)
    elif cell != "-":
        amount, (meter, unit) = _charged(panel, column, cell, locator)
        of = suffix if unit == MTOK and meter != "training" else ""
        yield Observation(subject, f"price/{meter}{of}", cell, amount, locator, unit, circumstances)


def _sizes(printed: str | None) -> str | None:
    """``"Portrait: 720x1280 Landscape: 1280x720"`` → ``"720x1280/1280x720"``."""
    return "/".join(re.findall(r"\d+x\d+", printed)) or None if printed else None


def _charged(panel: Panel, column: str, cell: str, place: str) -> tuple[Decimal, tuple[str, str]]:
    """A cell's amount with the meter and unit it is for. Raises where it is not dollars per a unit the page prints."""
    if panel.bare and re.fullmatch(r"\d+(\.\d+)?", cell):
        amount, currency, words = decimal(cell), "usd", ""
    else:
        amount, currency, words = money(cell.replace("\\$", "$"))
    if currency != "usd" or words not in CHARGES[column]:
        raise Refused("a price in a currency or for a unit this parser does not know", place=place, value=cell)
    meter, unit = CHARGES[column][words]
    if not words.startswith("/") and PER.get(panel.per) != unit:
        raise Refused("a price per something else than its section says", place=place, value=panel.per)
    return amount, (meter, unit)


SOURCE = Source(
    id="openai_pricing",
    publisher="openai",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    terms_url="https://openai.com/policies/terms-of-use/",
    licence="no licence stated; facts only",
    urls=(
        "https://developers.openai.com/api/docs/pricing.md",
        "https://developers.openai.com/api/docs/pricing",
    ),
    media_of={"https://developers.openai.com/api/docs/pricing": "html"},
    seller="openai",
    max_documents=2,
    # The page has been served with its panes empty and four models left; the smallest whole page lists fifty.
    rows=(45, 160),
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
