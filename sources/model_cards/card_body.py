"""What the body of a Markdown model card says of its own model: labelled facts, and scores in tables.

Belongs here: finding the words that can only be about this model. Every fact needs a printed label (`STATEMENTS`),
every score a column or row headed by this model's own name and a benchmark we know by name.
Deliberately out of scope: prose, other models' columns and rows, names with a mode added (``X Thinking``), base-model
tables on the card of a tuned model, and every reading on which two places of one card disagree.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from sources.contract import Doubt, LeftOut, Observation, Value, condition
from sources.doubts import doubt
from sources.readers import documents, offers, values
from sources.readers.benchmark_names import Benchmark, benchmark, of_setting
from sources.readers.benchmark_settings import noted
from sources.readers.remembered import remembered

_COUNT = r"[\d.,]+ ?(?:[KMBT]|[mb]illion|trillion)"
_TOKENS = r"[\d.,]+ ?[KM]?"
_MONTH = r"[A-Za-z]+,? \d{4}"

STATEMENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"(?:number of|# ?total|total) (?:model )?param(?:eter)?s: (?P<parameters>{_COUNT})(?: parameters)?"
            rf"(?: in total and (?P<active_parameters>{_COUNT}) activated)?"
        ),
        rf"params: (?P<parameters>{_COUNT})",
        rf"model size: (?P<parameters>{_COUNT})-A(?P<active_parameters>{_COUNT})",
        rf"(?:# ?)?(?:activated|active) param(?:eter)?s: (?P<active_parameters>{_COUNT})",
        rf"this model: .*\((?P<parameters>{_COUNT}) parameters with (?P<active_parameters>{_COUNT}) active .*\)",
        (
            rf"(?:maximum )?context (?:length|window): (?:full |up to |a )?(?P<context_tokens>{_TOKENS})(?: tokens)?"
            rf"(?: natively\b.*| and generation (?P<max_output_tokens>{_TOKENS}) tokens| context window\b.*)?"
        ),
        rf"total input context of (?:[\d.]+K \()?(?P<context_tokens>{_TOKENS})\)? tokens",
        rf"total output context of (?P<max_output_tokens>{_TOKENS}) tokens",
        rf"data freshness: the pretraining data has a cutoff of (?P<training_cutoff_on>{_MONTH})",
        rf"knowledge cut-?off(?: date)?: (?P<knowledge_cutoff_on>{_MONTH}|\d{{4}}-\d{{2}}(?:-\d{{2}})?)",
        r"(?:model )?release date: (?P<released_on>[^()]+)",
        r"(?:model )?architecture: (?P<architecture>[^.:]{2,120})",
        (
            r"(?:this (?:code )?repository|both the code(?: repository)?) and the model weights are"
            r" (?:licensed|released) under the (?P<license_id>[\w. -]+?) licen[sc]e"
        ),
        r"we release this series of models .* under the (?P<license_id>[\w. -]+?) licen[sc]e",
        r"(?:\W )?licen[sc]e: (?P<license_id>[\w. -]+)",
    )
)
"""A whole statement, ``label: words``, as a line or a table cell prints it; the group's name is the attribute."""


OTHER_STAGE = "tables under a base-model heading on a tuned model's card"
OTHER_MODELS = "other models' columns and rows"
UNKNOWN_ROWS = "rows whose benchmark or qualifier is not in the list of names"


def _printed_day(text: str) -> date | str:
    # A US day is read only where it cannot be a European one.
    if (match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)) and int(match[2]) > 12:
        return date(int(match[3]), int(match[1]), int(match[2]))
    return values.day(text)


_LICENCES = {
    "mit": "MIT",
    "apache-2.0": "Apache-2.0",
    "modified-mit": "LicenseRef-modified-mit",
}
"""Licences as a sentence calls them, spaces as hyphens → how they are identified; another name is no identifier."""


def _licence(text: str) -> str:
    name = re.sub(r"\s+", "-", text.lower())
    if name not in _LICENCES:
        raise ValueError(f"{text!r} is no licence we know by that name")
    return _LICENCES[name]


_READERS: dict[str, Callable[[str], Value]] = {
    "parameters": values.parameters,
    "active_parameters": values.parameters,
    "context_tokens": values.tokens,
    "max_output_tokens": values.tokens,
    "training_cutoff_on": values.day,
    "knowledge_cutoff_on": values.day,
    "released_on": _printed_day,
    "architecture": str,
    "license_id": _licence,
}

_SCORE = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<percent>%?)")
_PLAUSIBLE = {"percent": (1, 100), "elo": (100, 5000), "points": (0, 10_000)}
_GROUPINGS = {"", "category", "capability", "domain", "area", "type", "task", "tasks"}
_MODEL_HEADERS = {"", "model", "models", "model name"}
_BASE = re.compile(r"\b(base|pre-?trained|pt)\b", re.IGNORECASE)
_TUNED = re.compile(r"\b(instruct\w*|instruction|chat|post-trained)\b", re.IGNORECASE)


@dataclass(frozen=True)
class OwnName:
    """The names by which a card calls its own model: its repository's, and its title where that is the same name.

    A title with the same words is the same name only where it prints a version and the repository a date, as in
    ``Magistral Small 1.2`` over ``-2509``: elsewhere it is the family's (``DeepSeek-R1`` over a distilled model).
    """

    repository: str
    title: str

    @cached_property
    def names(self) -> set[str]:
        own, title = _name(self.repository), _name(re.sub(r"(?i)^model card for ", "", self.title))
        dated = re.search(r"\b\d{4}\b", own) and re.search(r"\b\d+\.\d+\b", title)
        return {own, title} if dated and _lettered(own) == _lettered(title) else {own}

    def is_in(self, cell: str) -> bool:
        return "(this model)" in cell.lower() or _name(cell) in self.names

    def begins(self, statement: str) -> str:
        """The rest of a statement that opens with this name, else ``""``."""
        head, dash, rest = statement.partition(" — ")
        return rest if dash and self.is_in(head) else ""

    def is_sized(self, family: str, size: str) -> bool:
        """Whether a family's row and its size together are this model: ``Llama 3.1 (text only)`` and ``8B``."""
        words = _name(re.sub(r"\(.*?\)", "", family)) + " " + _name(size).partition(" ")[0]
        return bool(family and size) and f" {words} " in f" {_name(self.repository)} "


def statements(subject: str, body: "Body") -> list[Observation]:
    """Everything the body says of its own model, ``owner/repository``; what it says in two ways is left out."""
    own = _own_name(subject, body)
    said = [each for line in body.lines for each in _facts(subject, own, *line)]
    for table in body.tables:
        said += [each for line in _table_lines(table, own) for each in _facts(subject, own, *line)]
        said += _scores(subject, table, own)
    return agreed(said)


IGNORES = {
    OTHER_STAGE: "the same column name, another model",
    OTHER_MODELS: "not this card's to say",
    UNKNOWN_ROWS: "may be a dimension of the model",
}
"""Why a line of a table is left out."""


def left_out(subject: str, body: "Body") -> Iterator[LeftOut | Doubt]:
    """Every line of every table, with why it is left out where `statements` reads nothing in it.

    A line with a score that does not fit the header of a table about this model is in doubt.
    """
    own = _own_name(subject, body)
    for table in body.tables:
        if _is_other_stage(table.headings, own):
            why = OTHER_STAGE
        elif any(own.is_in(plain(cell)) for cell in (*table.header, *(line[0] for line in table.cells if line))):
            why = UNKNOWN_ROWS
        else:
            why = OTHER_MODELS
        for place, cells in zip(documents.line_places(table), table.cells, strict=True):
            filled = max((number for number, cell in enumerate(cells, 1) if cell.strip()), default=0)
            is_torn = filled > len(table.header) or len(cells) < len(table.header)
            if why == UNKNOWN_ROWS and is_torn and any(_SCORE.fullmatch(plain(cell)) for cell in cells):
                yield doubt("a line that does not fit its header", "row", place, " | ".join(cells), within=(place,))
            else:
                yield LeftOut(place, why)


def agreed(said: list[Observation]) -> list[Observation]:
    """Only the readings that no other place of the same card contradicts."""
    readings: dict[tuple[str, str], set[str]] = {}
    for each in said:
        readings.setdefault((each.attribute, each.condition), set()).add(each.text)
    return [each for each in said if len(readings[each.attribute, each.condition]) == 1]


def _own_name(subject: str, body: "Body") -> OwnName:
    title = next((section.headings[0] for section in body.sections if section.headings), "")
    return OwnName(subject.rpartition("/")[2], plain(title))


@remembered(4096)
def plain(text: str) -> str:
    """The words without Markdown and HTML: links keep their words, emphasis, code marks and tags go, spaces fold."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text)
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^>]*>", " ", text)
    text = re.sub(r"\\([\W_])", r"\1", text.replace("**", "").replace("`", ""))
    return " ".join(html.unescape(text).split())


def is_score(number: Decimal, unit: str, *, is_percent: bool) -> bool:
    """Whether a printed number can be a score in this unit. A bare 0.9 may be a fraction of one: it cannot."""
    low, high = _PLAUSIBLE[unit]
    return 0 <= number <= 100 if is_percent else low < number <= high


def _facts(subject: str, own: OwnName, statement: str, printed: str, place: str) -> Iterator[Observation]:
    if rest := own.begins(statement):
        statement = f"this model: {rest}"
    for attribute, words in _stated(statement.rstrip(". ")):
        try:
            yield Observation(subject, attribute, printed, _READERS[attribute](words), place)
        except ValueError:
            continue


@remembered(4096)  # a card of several models is read once for each
def _stated(statement: str) -> tuple[tuple[str, str], ...]:
    """What a whole statement says, attribute and words."""
    matches = filter(None, (pattern.fullmatch(statement) for pattern in STATEMENTS))
    return tuple(
        (attribute, words.strip())
        for match in matches
        for attribute, words in match.groupdict().items()
        if words is not None
    )


def _table_lines(table: documents.Table, own: OwnName) -> Iterator[tuple[str, str, str]]:
    """The cells of a table that speak of this model, as ``label: words`` with the printed cells and the place."""
    header = [plain(cell) for cell in table.header]
    own_columns = [number for number, name in enumerate(header) if own.is_in(name)]
    sizes = next((number for number, name in enumerate(header) if name.lower() == "params"), 0)
    for number, cells in enumerate((table.header, *table.cells)):
        place = f"{table.place} row {number}" if number else f"{table.place} header"
        if len(cells) != len(header):
            continue
        if len(cells) == 2:
            pairs = [(cells[0], cells[1])]
        elif number and (own.is_in(plain(cells[0])) or (sizes and own.is_sized(plain(cells[0]), plain(cells[sizes])))):
            pairs = list(zip(table.header, cells, strict=True))[1:]
        elif number and len(own_columns) == 1:
            pairs = [(label, cells[own_columns[0]]) for label in cells[: min(own_columns[0], 2)]]
        else:
            continue
        for label, words in pairs:
            yield f"{plain(label).rstrip(':')}: {plain(words)}", f"{label} | {words}", place


def _scores(subject: str, table: documents.Table, own: OwnName) -> Iterator[Observation]:
    if _is_other_stage(table.headings, own):
        return
    header = [plain(cell) for cell in table.header]
    own_columns = [number for number, name in enumerate(header) if own.is_in(name)]
    own_rows = [number for number, cells in enumerate(table.cells) if cells and own.is_in(plain(cells[0]))]
    if len(own_columns) == 1:
        yield from _column_scores(subject, table, header, own_columns[0])
    elif not own_columns and len(own_rows) == 1 and header[0].lower() in _MODEL_HEADERS:
        cells = table.cells[own_rows[0]]
        if len(cells) == len(header):
            for name, cell in list(zip(table.header, cells, strict=True))[1:]:
                yield from _one_score(subject, name, cell, {}, f"{table.place} row {own_rows[0] + 1}")


def _column_scores(subject: str, table: documents.Table, header: list[str], own: int) -> Iterator[Observation]:
    names = [name.lower().replace("# ", "").replace("#", "") for name in header]
    label = next((number for number, name in enumerate(names) if name.startswith("benchmark")), 0)
    shots = next((number for number, name in enumerate(names) if name in ("shots", "n-shot") and number != label), None)
    metric = next((number for number, name in enumerate(names) if name == "metric" and number != label), None)
    rows = [cells for cells in table.cells if len(cells) == len(header)]
    for column, name in enumerate(names):
        is_rival = any(_SCORE.fullmatch(plain(cells[column])) for cells in rows)
        if column not in (label, shots, metric, own) and name not in _GROUPINGS and not is_rival:
            return  # a column such as Language splits a benchmark in a way its name does not show
    for number, cells in enumerate(table.cells, 1):
        if len(cells) != len(header):
            continue
        setting = {}
        if shots is not None and (match := re.fullmatch(r"(\d+)(?:-shot)?", plain(cells[shots]))):
            setting["shots"] = match[1]
        if metric is not None and re.search("[a-z]", words := plain(cells[metric]).lower()):
            setting |= noted(words)
        yield from _one_score(subject, cells[label], cells[own], setting, f"{table.place} row {number}")


def _one_score(subject: str, name: str, cell: str, setting: dict[str, str], place: str) -> Iterator[Observation]:
    found, match = benchmark(plain(name)), _SCORE.fullmatch(plain(cell))
    if found is None or match is None:
        return
    found = of_setting(Benchmark(found.id, found.unit, setting), found.setting)
    number, is_percent = values.decimal(match["number"]), bool(match["percent"])
    if is_score(number, found.unit, is_percent=is_percent):
        unit = "percent" if is_percent else found.unit
        printed, when = f"{name} | {cell}", condition(**found.setting)
        yield Observation(subject, f"benchmark/{found.id}", printed, number, place, unit, when)


def _is_other_stage(headings: tuple[str, ...], own: OwnName) -> bool:
    above = [name for name in map(plain, headings) if name != own.title and not own.is_in(name)]
    other = _TUNED if _BASE.search(own.repository) else _BASE
    return any(other.search(name) for name in above)


@dataclass(frozen=True)
class _Section:
    """The lines under one heading, fenced code left out, each with its number on the page."""

    headings: tuple[str, ...]
    numbered: tuple[tuple[int, str], ...]

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """Each statement, wrapped lines joined: the plain words, the printed lines, the place."""
        block: list[str] = []
        first = 0
        for number, line in (*self.numbered, (0, "")):
            starts_anew = _STARTS_ANEW.match(line) or (block and block[-1].endswith(("  ", "<br>")))
            if block and (starts_anew or not line.strip()):
                printed = "\n".join(block).strip()
                bare = re.sub(r"^(?:[-*+>]|\d+\.)\s+", "", printed)
                yield plain(re.sub(r"^\*\*([^*:]+)\*\*:?\s", r"\1: ", bare)), printed, f"L{first}"
                block = []
            if line.strip():
                first = first if block else number
                block.append(line)

    def html_tables(self) -> Iterator[documents.Table]:
        text = "\n".join(line for _, line in self.numbered)
        for match in re.finditer(r"<table\b.*?</table>", text, re.DOTALL | re.IGNORECASE):
            try:
                tag = documents.one(documents.soup(match[0]), "table")
                table = documents.html_table(tag, self.headings, f"HTML table under {' > '.join(self.headings)!r}")
            except ValueError:
                continue  # cards lay out pictures and buttons in tables; one that is no grid has no scores
            if table.header:
                yield table


@dataclass(frozen=True)
class Body:
    """The body of a card, taken apart once for all the models it is about."""

    text: str

    @cached_property
    def sections(self) -> tuple[_Section, ...]:
        return tuple(_sections(self.text))

    @cached_property
    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """The statements of all sections, see `_Section.lines`."""
        return tuple(line for section in self.sections for line in section.lines())

    @cached_property
    def tables(self) -> tuple[documents.Table, ...]:
        """Every table, of bars or of HTML; pictures and buttons laid out in a table are none."""
        html = [table for section in self.sections for table in section.html_tables()]
        places = offers.told_apart(table.place for table in html)
        named = (replace(table, place=place) for table, place in zip(html, places, strict=True))
        return (*documents.markdown_tables(self.text), *named)

    @property
    def rows(self) -> Iterator[str]:
        """The lines of every table."""
        return (place for table in self.tables for place in documents.line_places(table))


_STARTS_ANEW = re.compile(r"\s*(?:[-*+]|\d+\.|\*\*|>|\|)\s*\S")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")


def _sections(text: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    lines: list[tuple[int, str]] = []
    is_fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if _FENCE.match(line):
            is_fenced = not is_fenced
        elif not is_fenced and (match := _HEADING.match(line)):
            yield _Section(tuple(name for _, name in path), tuple(lines))
            path = [each for each in path if each[0] < len(match[1])] + [(len(match[1]), match[2])]
            lines = []
        elif not is_fenced:
            lines.append((number, line))
    yield _Section(tuple(name for _, name in path), tuple(lines))


@remembered(4096)
def _name(text: str) -> str:
    return " ".join(re.split(r"[\s_-]+", text.lower().strip()))


def _lettered(name: str) -> set[str]:
    return {word for word in name.split() if re.search(r"[a-z]", word)}
