"""OpenAI: the API pricing page, as Markdown and as HTML, in each of the layouts it has had since November 2025.

A table's columns say what is charged for, the words over it which service tier and per how much. Tools, storage, images
by the piece and the regional uplift are out of scope, each by name in `IGNORES`; any other table, heading over a table,
column or amount is refused. The layouts themselves are read in `openai_layouts`.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.documents import Row
from sources.pricing_docs.openai_layouts import Panel, html_panels, html_rows, markdown_panels, markdown_rows
from sources.values import decimal, money, tokens

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

_CONTEXT = re.compile(r"\(<(\d+K) context length\)$")
_COLUMN = re.compile(r"(?:(?P<span>short|long) context |(?P<batch>batch) )?(?P<charge>.+)")


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    page = (html_panels if _is_html(document) else markdown_panels)(document.text, IGNORES)
    yield from (LeftOut(place, section) for place, section in page.left_out.items())
    for panel in page.panels:
        if panel.section not in SECTIONS:
            raise Refused(
                "a table under a heading this parser does not know", place=panel.section, value=panel.rows[:1]
            )
    limits = _Limits(page.panels)
    for panel in page.panels:
        for row in panel.rows:
            yield LeftOut(row.place, "rows of dashes")  # counts only where nothing of it is read
            yield from _prices(panel, row, limits)


def rows(document: Document) -> Iterator[str]:
    """The lines of every table and every component of the page."""
    return (html_rows if _is_html(document) else markdown_rows)(document.text)


def _is_html(document: Document) -> bool:
    return document.text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


class _Limits:
    """Where long context begins: as a model's row prints it, else as all rows that print it agree.

    A short-context price of a model with neither a limit of its own nor a long-context price holds for any length.
    """

    def __init__(self, panels: list[Panel]) -> None:
        self._printed = {limit for panel in panels for row in panel.rows if (limit := _named(row["model"])[1])}
        self._tiered = {
            _named(row["model"])[0]
            for panel in panels
            for row in panel.rows
            if any(name.startswith("long context ") and cell != "-" for name, cell in row.items())
        }

    def condition(self, span: str | None, subject: str, own: int | None) -> dict[str, str | int]:
        """The pairs that say which prompts a price is for; a bare label where the page prints no one limit."""
        if not own and (span is None or subject not in self._tiered):
            return {}
        limit = own or (next(iter(self._printed)) if len(self._printed) == 1 else None)
        if not limit:
            return {"label": f"{span}_context"}
        return {"context_from": limit} if span == "long" else {"context_to": limit - 1}


def _named(printed: str) -> tuple[str, int | None, dict[str, str]]:
    """``"gpt-5.5 (<272K context length)"`` → the id, the first token count of long context, the conditions noted."""
    name, limit, noted = printed, None, dict[str, str]()
    if match := _CONTEXT.search(name):
        name, limit = name[: match.start()], tokens(match[1])
    for words, pairs in NOTES.items():
        if name.endswith(words):
            name, noted = name.removesuffix(words), pairs
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", name.strip()):
        raise Refused("a model's name with a note this parser does not know", value=printed)
    return name.strip(), limit, noted


def _prices(panel: Panel, row: Row, limits: _Limits) -> Iterator[Observation]:
    cells = dict(row)
    subject, limit, noted = _named(cells.pop("model"))
    suffix = MODALITIES[cells.pop("modality")] if "modality" in cells else SECTIONS[panel.section]
    resolution = cells.pop("size", None) or _sizes(cells.pop("size: output resolution", None))
    for description in ("category", "use case", "portrait", "landscape"):
        cells.pop(description, None)
    for column, cell in cells.items():
        match = _COLUMN.fullmatch(column)
        if not match or match["charge"] not in CHARGES:
            raise Refused("a column this parser does not know", place=row.place, value=column)
        locator = f"{row.place}, {panel.section} / {panel.tier}, {row['model']!r}, column {column!r}"
        if cell == "Free" and column == "input":
            yield Observation(subject, "price_status", cell, "free", locator)
        elif cell != "-":
            amount, (meter, unit) = _charged(panel, match["charge"], cell, locator)
            yield Observation(
                subject,
                f"price/{meter}{suffix if unit == MTOK and meter != 'training' else ''}",
                cell,
                amount,
                locator,
                unit,
                condition(
                    service_tier=match["batch"] or (panel.tier if panel.tier != "standard" else None),
                    resolution=resolution,
                    tuning="fine_tuned" if panel.section in ("Finetuning", "Fine-tuning") else None,
                    **noted,
                    **limits.condition(match["span"], subject, limit),
                ),
            )


def _sizes(printed: str | None) -> str | None:
    """``"Portrait: 720x1280 Landscape: 1280x720"`` → ``"720x1280/1280x720"``."""
    return "/".join(re.findall(r"\d+x\d+", printed)) or None if printed else None


def _charged(panel: Panel, column: str, cell: str, place: str) -> tuple[Decimal, tuple[str, str]]:
    """A cell's amount with the meter and unit it is for. Refuses what is not dollars per a unit the page prints."""
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
