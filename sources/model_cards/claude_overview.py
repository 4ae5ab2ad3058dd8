"""Anthropic's overview of its models: models are columns, facts are rows, once for the latest and once for the legacy.

The API id is the subject; an alias that differs from it points to it. A model reasons when any of its kinds of thinking
is ticked, and does not when every one printed is denied. One sentence gives vision to all *current* models, which is
said of the latest table alone; one may give a day from which a model is sold.
Footnotes are raised in some versions and glued to the cell in others (``Jan 20262``): an id must spell its model's
name, and a month has a year of four digits, so that a note's number becomes no part of either.
Deliberately out of scope: prices, which the pricing page prints with their conditions, and limits of a beta.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sources import documents, spelling, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, Value
from sources.documents import Section, Table
from sources.model_cards.card_body import plain

ID, ALIAS = "Claude API ID", "Claude API alias"
FACTS = {
    "Context window": "context_tokens",
    "Max output": "max_output_tokens",
    "Reliable knowledge cutoff": "knowledge_cutoff_on",
    "Training data cutoff": "training_cutoff_on",
}
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


@dataclass(frozen=True)
class _Model:
    """One column of a table: its heading and its cells by the name of their row, footnote marks left out."""

    name: str
    cells: dict[str, str]
    places: dict[str, str]

    @property
    def id(self) -> str:
        return self.spelling(ID)

    def spelling(self, row: str) -> str:
        """An id that spells the model's name and at most a date, or Refused: one more digit may be a footnote's."""
        printed = self.cells[row]
        name, parts = re.split(r"[ .]", self.name.lower()), printed.split("-")
        more = [part for part in parts if part not in name]
        if not set(name) <= set(parts) or not all(re.fullmatch(r"20\d{6}|0|latest", part) for part in more):
            raise Refused("an id that does not spell the model's name", place=self.where(row), value=printed)
        return printed

    def where(self, row: str) -> str:
        return f"{self.places[row]}, {row}, {self.name}"


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    sections = documents.markdown_sections(document.text)
    for section in documents.unread(sections, {"Latest models comparison"}):
        raise Refused("an amount in a place nobody reads", place=section.name, value=section.prose)
    latest, *legacy = _section(sections, "Latest models comparison").tables
    for section in sections:
        for table in section.tables:
            for row in table.rows():
                label = _label(next(iter(row.values())))
                yield LeftOut(row.place, label if label in IGNORES else "other rows without an amount")
        if _SAYS_SOMETHING.search(plain(section.prose)):
            yield LeftOut(section.words_place, "sentences about other models")  # counts only where it is not read
    models = {model.name: model for table in (latest, *legacy) for model in _models(table)}
    for model in models.values():
        yield from _facts(model)
    choosing = _section(sections, "Choosing a model")
    if match := _CURRENT.search(plain(choosing.prose)):
        for model in _models(latest):
            for words, (attribute, value) in ABILITIES.items():
                if words in match[0]:
                    yield Observation(model.id, attribute, match[0], value, choosing.words_place)
    for section in sections:
        for match in _SOLD_SINCE.finditer(section.prose):
            if model_sold := models.get(match[1]):
                day, place = values.day(match[2]), section.words_place
                yield Observation(model_sold.id, "released_on", match[0], day, place)


def rows(document: Document) -> Iterator[str]:
    """The lines of every table, and the words that may say something of a model."""
    for section in documents.markdown_sections(document.text):
        for table in section.tables:
            yield from documents.line_places(table)
        if _SAYS_SOMETHING.search(plain(section.prose)):
            yield section.words_place


def _section(sections: list[Section], name: str) -> Section:
    (found,) = (section for section in sections if section.name == name)
    return found


def _models(table: Table) -> Iterator[_Model]:
    rows = {_label(row.pop("Feature")): row for row in table.rows()}
    for label, row in rows.items():
        if label not in IGNORES and any(spelling.prints_money(cell) for cell in (label, *row.values())):
            raise Refused("a price in a row nobody reads", place=row.place, value=label)
    places = {label: row.place for label, row in rows.items()}
    for name in table.header[1:]:
        yield _Model(name, {label: _unmarked(row.pop(name)) for label, row in rows.items()}, places)


def _label(cell: str) -> str:
    """``**[Extended thinking (`x`)](address)**1`` → ``Extended thinking``."""
    match = re.match(r"\*\*(.+)\*\*", cell)
    return plain(match[1] if match else cell).partition(" (")[0]


def _unmarked(cell: str) -> str:
    return plain(re.sub(r"<sup>.*?</sup>|[⁰¹²³⁴-⁹]+", "", cell))


def _facts(model: _Model) -> Iterator[Observation]:
    yield Observation(model.id, "name", model.name, model.name, model.where(ID))
    if model.cells[ALIAS] not in ("—", model.id):
        yield Observation(model.spelling(ALIAS), "alias_target", model.id, model.id, model.where(ALIAS))
    for row, attribute in FACTS.items():
        if printed := model.cells[row]:
            pattern, read = (_TOKENS, values.tokens) if attribute.endswith("_tokens") else (_MONTH, values.day)
            if not (match := pattern.fullmatch(printed)):
                raise Refused("a cell that does not read", place=model.where(row), value=printed)
            yield Observation(model.id, attribute, printed, read(match[1]), model.where(row))
    thinking = {row: model.cells[row] for row in THINKING if row in model.cells}
    if unread := [words for words in thinking.values() if not re.match(r"(Yes|No)\b", words)]:
        raise Refused("neither yes nor no", place=model.where(THINKING[0]), value=unread)
    # The kind it has decides; without any, the first denial stands for all.
    for row, words in sorted(thinking.items(), key=lambda each: each[1].startswith("No"))[:1]:
        printed = f"{row} | {words}"
        yield Observation(model.id, "capability/reasoning", printed, words.startswith("Yes"), model.where(row))


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
