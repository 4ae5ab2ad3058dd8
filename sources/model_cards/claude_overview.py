"""Anthropic's overview of its models: models are columns, facts are rows, once for the latest and once for the legacy.

The API id is the subject; an alias that differs from it points to it. A model reasons when any of its kinds of thinking
is ticked, and does not when every one printed is denied. One sentence gives vision to all *current* models, which is
said of the latest table alone; one may give a day from which a model is sold.
Footnotes are raised in some versions and glued to the cell in others (``Jan 20262``): an id must spell its model's
name, and a month has a year of four digits, so that a note's number becomes no part of either. A cell whose note speaks
of money, or of a day from or until which it holds, is in doubt.
Deliberately out of scope: prices, which the pricing page prints with their conditions, and limits of a beta.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from sources.contract import Document, Doubt, LeftOut, Observation, Refused, Source, Told, Value
from sources.doubts import attempt, doubt
from sources.model_cards.card_body import plain
from sources.readers import documents, spelling, values
from sources.readers.documents import Row, Section, Table

TABLES, CHOOSING = "Latest models comparison", "Choosing a model"
LABELS, ID, ALIAS = "Feature", "Claude API ID", "Claude API alias"
FACTS = {
    "Context window": "context_tokens",
    "Max output": "max_output_tokens",
    "Reliable knowledge cutoff": "knowledge_cutoff_on",
    "Training data cutoff": "training_cutoff_on",
}
ROWS = (ID, ALIAS, *FACTS)
"""The rows every table has."""
ABILITIES: dict[str, tuple[str, Value]] = {
    "text and image input": ("input_modalities", ("image", "text")),
    "text output": ("output_modalities", ("text",)),
    "vision": ("capability/vision", True),
}
THINKING = ("Extended thinking", "Adaptive thinking")
IGNORES = {
    "AWS Bedrock ID": "another seller's name, with a footnote's number glued to some",
    "GCP Vertex AI ID": "another seller's name",
    "Google Cloud ID": "another seller's name",
    "Pricing": "the pricing page prints the same with its conditions",
    "Description": "prose",
    "Priority Tier": "a way to be served, not an ability",
    "Comparative latency": "a word, not a number",
    "(beta)": "a limit that needs a header of its own",
    "sentences about other models": "what they share with a model of the tables is not spelt out",
    "other rows without an amount": "facts outside the vocabulary",
    "Legacy models": "still sold; their retirement is not printed here",
    "Claude Mythos 5": "in prose only: what it shares with another model is not spelt out",
}

_CURRENT = re.compile(r"All current Claude models support [^.]+")
_SAYS_SOMETHING = re.compile(r"All current Claude models|\bis available on\b")
_SOLD_SINCE = re.compile(
    r"^(Claude [\w. ]+?) is available on .* beginning ([A-Z][a-z]+ \d{1,2}, \d{4})\.", re.MULTILINE
)
_TOKENS = re.compile(r"([\d.]+[KkM] tokens)\d?(?: / [\d.]+[KkM] tokens \(beta\)\d?)?")
_MONTH = re.compile(r"([A-Z][a-z]+ \d{4})\d?")
_ANSWER = re.compile(r"(Yes|No)\b")
_NAME = re.compile(r"Claude(?: (?:[A-Z][a-z]+|\d[\d.]*))+")
_MARK = re.compile(r"[⁰¹²³⁴-⁹]+|(?<=tokens)\d$|(?<=20\d\d)\d$")
_FOR_A_TIME = re.compile(
    r"\b(?i:until|till|through|from|starting|effective|before|after)\b"
    r"[^.]*?\b(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2})\b"
)


@dataclass(frozen=True)
class _Model:
    """One column of a table: its heading, its id, its cells by the name of their row, footnote marks left out."""

    name: str
    id: str
    cells: dict[str, str]
    places: dict[str, str]

    def where(self, row: str) -> str:
        return f"{self.places[row]}, {row}, {self.name}"

    def read(self, row: str, read: Callable[[str, str], Iterable[Observation]]) -> Iterator[Observation | Doubt]:
        """What `read(printed, place)` says of the cell in a row, or a doubt about it."""
        printed, place = self.cells[row], self.where(row)
        within = (f", {row}, {self.name}",)
        yield from attempt(lambda: read(printed, place), "cell", place, printed, subject=self.id, within=within)


def parse(document: Document) -> Iterator[Told]:
    sections = documents.markdown_sections(document.text, (TABLES, CHOOSING))
    yield from documents.doubtful_sections(sections, (TABLES,), ())
    (found,) = (section for section in sections if section.name == TABLES)
    if spelling.prints_money(found.prose):
        yield found.doubt_of_words("an amount in a place nobody reads")
    for section in sections:
        for table in section.tables:
            for place, cells in zip(documents.line_places(table), table.cells, strict=True):
                label = _label(cells[0])
                yield LeftOut(place, label if label in IGNORES else "other rows without an amount")
        if _SAYS_SOMETHING.search(plain(section.prose)):
            yield LeftOut(section.words_place, "sentences about other models")  # counts only where it is not read
    latest: list[_Model] = []
    models: dict[str, _Model] = {}
    for table in found.tables:
        for told in attempt(partial(_models, table), "table", table.place, table.words, within=table.within):
            if isinstance(told, _Model):
                models[told.name.casefold()] = told
                latest += [told] if table is found.tables[0] else []
            else:
                yield told
    for model in models.values():
        yield from _facts(model, _kinds(found.tables, model.name))
    yield from _abilities(sections, latest)
    for section in sections:
        sold = partial(_sold_since, section, models)
        yield from attempt(sold, "sentence", section.words_place, section.prose, within=(section.words_place,))


def _abilities(sections: list[Section], latest: list[_Model]) -> Iterator[Told]:
    """What one sentence says of all models of the latest table."""
    choosing = [section for section in sections if section.name == CHOOSING]
    if len(choosing) != 1:
        yield documents.missing_section(CHOOSING, len(choosing))
    elif match := _CURRENT.search(plain(choosing[0].prose)):
        for model in latest:
            for words, (attribute, value) in ABILITIES.items():
                if words in match[0]:
                    yield Observation(model.id, attribute, match[0], value, choosing[0].words_place)


def _sold_since(section: Section, models: dict[str, _Model]) -> Iterator[Observation]:
    for match in _SOLD_SINCE.finditer(section.prose):
        if sold := models.get(match[1].casefold()):
            yield Observation(sold.id, "released_on", match[0], values.day(match[2]), section.words_place)


def rows(document: Document) -> Iterator[str]:
    """The lines of every table, and the words that may say something of a model."""
    for section in documents.markdown_sections(document.text):
        for table in section.tables:
            yield from documents.line_places(table)
        if _SAYS_SOMETHING.search(plain(section.prose)):
            yield section.words_place


def _models(table: Table) -> Iterator[_Model | Doubt]:
    """The columns of a table, and a doubt about a line, or a column, that does not read."""
    header = tuple(map(plain, table.called((LABELS,)).header))
    lines, twice = dict[str, Row](), set[str]()
    for place, cells in zip(documents.line_places(table), table.cells, strict=True):
        if len(cells) != len(header):
            yield doubt("a line that does not fit its header", "row", place, " | ".join(cells), within=table.within)
            continue
        line = Row(dict(zip(header, map(spelling.plain_cell, cells), strict=True)), place, table.place)
        label = spelling.called(_label(line.pop(LABELS)), (*ROWS, *THINKING, *IGNORES))
        if line != lines.setdefault(label, line):
            yield doubt("two lines of one name", "row", place, label, within=(f", {label}, ",))
            twice.add(label)
    lines = {label: line for label, line in lines.items() if label not in twice}
    gone = tuple(f", {label}, " for label in ROWS if label not in lines)
    for label, line in lines.items():
        known = label in (*ROWS, *THINKING, *IGNORES)
        if not known and any(spelling.prints_money(cell) for cell in (label, *line.values())):
            yield doubt("a price in a row nobody reads", "row", line.place, label, within=gone)
        elif not known and gone:
            yield doubt("a row that may be one we know under a new name", "row", line.place, label, within=gone)
    places = {label: line.place for label, line in lines.items()}
    for name in header:
        column = {label: _with_note(line[name], table.notes) for label, line in lines.items() if name != LABELS}
        if any(column.values()):
            place, within = f"{places[ID]}, {ID}, {name}", (*table.within, "words ")
            yield from attempt(partial(_column, name, column, places), "row", place, column[ID], within=within)


def _column(name: str, cells: dict[str, str], places: dict[str, str]) -> Iterator[_Model]:
    yield _Model(name, _id(cells[ID], name), cells, places)


def _id(printed: str, name: str) -> str:
    """An id that spells the model's name and at most a date, or Refused: one more digit may be a footnote's."""
    words, parts = re.split(r"[ .]", name.lower()), printed.split("-")
    more = [part for part in parts if part not in words]
    if not set(words) <= set(parts) or not all(re.fullmatch(r"20\d{6}|0|latest", part) for part in more):
        raise Refused("an id that does not spell the model's name", value=printed)
    return printed


def _label(cell: str) -> str:
    """``**[Extended thinking (`x`)](address)**1`` → ``Extended thinking``."""
    match = re.match(r"\*\*(.+)\*\*", cell)
    return plain(match[1] if match else cell).partition(" (")[0]


def _unmarked(cell: str) -> str:
    return plain(re.sub(r"<sup>.*?</sup>|[⁰¹²³⁴-⁹]+", "", cell))


def _with_note(cell: str, notes: str) -> str:
    """A cell without its marks, behind the notes that may alter what it says."""
    found = [note for mark in _MARK.finditer(cell) for note in _notes(mark[0], notes)]
    altering = [note for note in found if spelling.prints_money(note) or _FOR_A_TIME.search(note)]
    return ": ".join((*altering, _unmarked(cell)))


def _notes(mark: str, notes: str) -> list[str]:
    """The notes behind a raised mark, else the lines that begin with its digit: each table has a first note."""
    raised, digits = mark.translate(spelling.RAISED), unicodedata.normalize("NFKC", mark)
    return re.findall(rf"{raised}(.+)", notes) or re.findall(rf"(?m)^[\s_*]*(?:<sup>)?{digits}\b(.+)", notes)


def _kinds(tables: Iterable[Table], name: str) -> set[str]:
    """The kinds of thinking that tables with a column of this name have rows of, torn ones too."""
    lines = (cells for table in tables if name in map(plain, table.header) for cells in table.cells)
    return {spelling.called(_label(cells[0]), THINKING) for cells in lines}.intersection(THINKING)


def _facts(model: _Model, kinds: set[str]) -> Iterator[Observation | Doubt]:
    """`kinds` are the kinds of thinking that its answer takes."""
    name = partial(_name, model)
    place, within = model.where(ID), (f", {ID}, ",)
    yield from attempt(name, "cell", place, model.name, subject=model.id, attribute="name", within=within)
    if ALIAS in model.cells and model.cells[ALIAS] != "—":
        yield from model.read(ALIAS, partial(_alias, model))
    for row, attribute in FACTS.items():
        if model.cells.get(row):
            yield from model.read(row, partial(_fact, model, attribute))
    # The kind it has decides; without any, the first denial stands for all.
    thinking = {row: model.cells[row] for row in THINKING if row in model.cells}
    for row in sorted(thinking, key=lambda each: thinking[each].startswith("No"))[:1]:
        is_whole = thinking.keys() == kinds
        are_answers = all(map(_ANSWER.match, thinking.values()))
        yield from model.read(row, partial(_reasoning, model, row, is_whole, are_answers))


def _name(model: _Model) -> Iterator[Observation]:
    if not _NAME.fullmatch(model.name):
        raise Refused("a heading that is not written as names are", value=model.name)
    yield Observation(model.id, "name", model.name, model.name, model.where(ID))


def _alias(model: _Model, printed: str, place: str) -> Iterator[Observation]:
    if printed != model.id:
        yield Observation(_id(printed, model.name), "alias_target", model.id, model.id, place)


def _fact(model: _Model, attribute: str, printed: str, place: str) -> Iterator[Observation]:
    pattern, read = (_TOKENS, values.tokens) if attribute.endswith("_tokens") else (_MONTH, values.day)
    if not (match := pattern.fullmatch(printed)):
        raise Refused("a cell that does not read", value=printed)
    value: Value = read(match[1])
    yield Observation(model.id, attribute, printed, value, place)


def _reasoning(
    model: _Model, row: str, is_whole: bool, are_answers: bool, words: str, place: str
) -> Iterator[Observation]:
    if not are_answers:
        raise Refused("neither yes nor no", value=words)
    thinks = words.startswith("Yes")
    if not thinks and not is_whole:
        raise Refused("a denial of one kind of thinking, the other stands elsewhere", value=words)
    yield Observation(model.id, "capability/reasoning", f"{row} | {words}", thinks, place)


SOURCE = Source(
    id="anthropic_overview",
    publisher="anthropic",
    kind="model_card",
    authority="maker",
    media="markdown",
    urls=("https://platform.claude.com/docs/en/about-claude/models/overview.md",),
    terms_url="https://www.anthropic.com/legal/commercial-terms",
    licence="© Anthropic; facts only",
    rows=(6, 50),
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
