"""Readers that refuse to guess: exact JSON, HTML and Markdown tables with their headings, front matter.

A reader gives rows as mappings from printed header to printed cell, with the place on the page; it never skips a row,
never pads a short one, and raises ``ValueError`` where the structure is not what it says. What the words mean is not
its business (see `values`).
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml
from bs4 import BeautifulSoup, Comment, NavigableString, Tag


def exact_json(text: str) -> Any:
    """JSON with exact numbers: ints stay ints, the rest become Decimal. ValueError on repeated keys and NaN."""
    return json.loads(text, parse_float=_SpeltDecimal, parse_constant=_no_constant, object_pairs_hook=_unique)


class _SpeltDecimal(Decimal):
    """A Decimal that keeps its spelling, since ``str(Decimal("2.5e-06"))`` is ``0.0000025``."""

    spelling: str

    def __new__(cls, text: str) -> "_SpeltDecimal":
        number = super().__new__(cls, text)
        number.spelling = text
        return number


def json_words(value: Any) -> str:
    """A value of `exact_json` as the document prints it; the items of a list joined by ``, ``."""
    if isinstance(value, _SpeltDecimal):
        return value.spelling
    if isinstance(value, list):
        return ", ".join(json_words(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value)


_MONEY_WORDS = frozenset(["cost", "costs", "price", "prices", "pricing", "rate", "rates", "fee", "fees", "multiplier"])


def money_keys(node: Any) -> list[str]:
    """The keys anywhere in a JSON value that speak of money (``input_cost_per_token``), in order of appearance."""
    if isinstance(node, list):
        return [key for each in node for key in money_keys(each)]
    if not isinstance(node, dict):
        return []
    return [
        found
        for key, each in node.items()
        for found in (([key] if _MONEY_WORDS.intersection(key.lower().split("_")) else []) + money_keys(each))
    ]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"repeated key {next(name for name in names if names.count(name) > 1)!r}")
    return built


_MONEY = re.compile(r"[$€£¥￥]\s*\d|\d\s*(?:USD|EUR|CNY|RMB|cents?)\b|\b[KM]Tok\b")


def prints_money(text: str) -> bool:
    """Whether an amount, or a price's unit, stands in a text."""
    return bool(_MONEY.search(text))


class Row(dict[str, str]):
    """One table row, header → cell as printed. Take cells with ``pop``, so what is left over can be reported."""

    def __init__(self, cells: dict[str, str], place: str) -> None:
        super().__init__(cells)
        self.place = place


@dataclass(frozen=True)
class Table:
    """One table of a page: the headings it stands under (outermost first), its header cells and its rows."""

    headings: tuple[str, ...]
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    place: str

    @property
    def prices(self) -> bool:
        """Whether an amount of money is printed in a cell or a header."""
        return any(prints_money(cell) for row in (self.header, *self.cells) for cell in row)

    def rows(self, expect: Sequence[str] | None = None) -> Iterator[Row]:
        """Rows as mappings; with `expect`, the header must be exactly these names in any order, or ValueError."""
        if expect is not None and sorted(self.header) != sorted(expect):
            raise ValueError(f"{self.place}: header {list(self.header)} where {list(expect)} was expected")
        if len(set(self.header)) != len(self.header):
            raise ValueError(f"{self.place}: repeated header in {list(self.header)}")
        for number, cells in enumerate(self.cells, 1):
            if len(cells) != len(self.header):
                raise ValueError(
                    f"{self.place} row {number}: {len(cells)} cells under {len(self.header)} headers: {cells}"
                )
            yield Row(dict(zip(self.header, cells, strict=True)), f"{self.place} row {number}")


def line_places(table: Table) -> Iterator[str]:
    """Where each of a table's lines stands, in order: what `Row.place` says of it."""
    return (f"{table.place} row {number}" for number in range(1, len(table.cells) + 1))


_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class Section:
    """A page from one heading to the next: the heading path (outermost first), the words outside tables, the tables."""

    headings: tuple[str, ...]
    prose: str
    tables: tuple[Table, ...]

    @property
    def name(self) -> str:
        """The heading it stands directly under; ``""`` above the first."""
        return self.headings[-1] if self.headings else ""

    @property
    def table(self) -> Table:
        """Its only table; ValueError when there are none or several."""
        if len(self.tables) != 1:
            raise ValueError(f"{len(self.tables)} tables under {self.name!r}, exactly one was expected")
        return self.tables[0]

    @property
    def prices(self) -> bool:
        """Whether an amount of money is printed anywhere in it."""
        return prints_money(self.prose) or any(table.prices for table in self.tables)


def unread(sections: Iterable[Section], known: Container[str]) -> list[Section]:
    """Sections that print money under a heading outside `known`: what a changed page says and nobody has looked at."""
    return [section for section in sections if section.prices and section.name not in known]


def markdown_sections(text: str) -> list[Section]:
    """A Markdown page cut at its headings; fenced code is skipped."""
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    prose: list[str] = []
    tables: list[Table] = []
    lines = text.splitlines()
    index, fenced = 0, False
    while index < len(lines):
        line = lines[index]
        path = tuple(name for _, name in headings)
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            pass
        elif match := _HEADING.match(line):
            sections.append(Section(path, "\n".join(prose), tuple(tables)))
            prose, tables = [], []
            level = len(match[1])
            headings = [each for each in headings if each[0] < level] + [(level, match[2])]
        elif "|" in line and index + 1 < len(lines) and _RULE.match(lines[index + 1].strip()):
            header = split_cells(line)
            start, body = index, []
            index += 2
            while index < len(lines) and "|" in lines[index] and lines[index].strip():
                body.append(tuple(split_cells(lines[index])))
                index += 1
            tables.append(Table(path, tuple(header), tuple(body), f"L{start + 1} table {' > '.join(path)!r}"))
            continue
        else:
            prose.append(line)
        index += 1
    return [*sections, Section(tuple(name for _, name in headings), "\n".join(prose), tuple(tables))]


def markdown_tables(text: str) -> list[Table]:
    """Every pipe table of a Markdown page with its heading path and line number; fenced code is skipped."""
    return [table for section in markdown_sections(text) for table in section.tables]


def split_cells(line: str) -> list[str]:
    """The cells of one pipe row, escaped pipes and pipes inside code spans kept."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    cells, current, code = [], "", False
    for position, char in enumerate(inner):
        if char == "`":
            code = not code
        if char == "|" and not code and (position == 0 or inner[position - 1] != "\\"):
            cells.append(current)
            current = ""
        else:
            current += char
    cells.append(current)
    return [cell.replace("\\|", "|").strip() for cell in cells]


def soup(text: str) -> BeautifulSoup:
    """The page as a tree (lxml)."""
    return BeautifulSoup(text, "lxml")


def words(tag: Tag) -> str:
    """The visible words of an element, white space folded; scripts, styles, templates and comments left out."""
    parts = [
        str(piece)
        for piece in tag.find_all(string=True)
        if not isinstance(piece, Comment)
        and not any(parent.name in ("script", "style", "template") for parent in piece.parents)
    ]
    return " ".join(" ".join(parts).split())


def one(root: BeautifulSoup | Tag, selector: str) -> Tag:
    """Exactly one element for a CSS selector; ValueError when there are none or several."""
    found = root.select(selector)
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements match {selector!r}, exactly one was expected")
    return found[0]


def html_table(table: Tag, headings: tuple[str, ...] = (), place: str = "table") -> Table:
    """One HTML table with row and column spans expanded. The first row is the header."""
    grid: list[list[str]] = []
    spans: dict[int, tuple[int, str]] = {}
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        row: list[str] = []
        cells = list(line.find_all(["th", "td"], recursive=False))
        while cells or len(row) in spans:
            column = len(row)
            if column in spans:
                left, text = spans.pop(column)
                row.append(text)
                if left > 1:
                    spans[column] = (left - 1, text)
                continue
            cell = cells.pop(0)
            text = words(cell)
            across, down = int(str(cell.get("colspan") or 1)), int(str(cell.get("rowspan") or 1))
            if across > 1000 or down > 10000:
                raise ValueError(f"{place}: a span of {across}×{down} cells")
            for _ in range(max(across, 1)):
                if down > 1:
                    spans[len(row)] = (down - 1, text)
                row.append(text)
        grid.append(row)
    if not grid:
        raise ValueError(f"{place}: a table without rows")
    return Table(headings, tuple(grid[0]), tuple(tuple(row) for row in grid[1:]), place)


def html_sections(root: BeautifulSoup | Tag) -> list[Section]:
    """A page cut at its h1–h6 headings; icons and invisible marks in headings are dropped."""
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    prose: list[str] = []
    tables: list[Table] = []
    counted = 0
    for node in root.descendants:
        path = tuple(name for _, name in headings)
        if isinstance(node, NavigableString):
            if type(node) is NavigableString and node.strip() and not node.find_parent(_NOT_PROSE):
                prose.append(" ".join(node.split()))
        elif isinstance(node, Tag) and node.name == "table" and node.find_parent("table") is None:
            counted += 1
            tables.append(html_table(node, path, f"table {counted} under {' > '.join(path)!r}"))
        elif isinstance(node, Tag) and node.name in _HEADINGS:
            sections.append(Section(path, " ".join(prose), tuple(tables)))
            prose, tables = [], []
            level = int(node.name[1])
            visible = "".join(char for char in words(node) if unicodedata.category(char) not in ("Cf", "Co")).strip()
            headings = [each for each in headings if each[0] < level] + [(level, visible)]
    return [*sections, Section(tuple(name for _, name in headings), " ".join(prose), tuple(tables))]


_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_NOT_PROSE = [*_HEADINGS, "table", "script", "style", "template"]


def html_tables(root: BeautifulSoup | Tag) -> list[Table]:
    """Every table of a page with the path of h1–h6 headings above it."""
    return [table for section in html_sections(root) for table in section.tables]


def csv_table(text: str) -> Table:
    """A CSV document as one table under its first line; blank lines are no rows. ValueError where it is broken."""
    try:
        lines = [tuple(cells) for cells in csv.reader(io.StringIO(text), strict=True) if cells]
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from None
    if not lines:
        raise ValueError("a CSV document without a header")
    return Table((), lines[0], tuple(lines[1:]), "csv")


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """A Markdown page's YAML front matter and the rest; ``({}, text)`` without one. ValueError where it is broken.

    Scalars that look like numbers, dates or booleans stay the text that is printed.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() != "---":
        return {}, text
    for number, line in enumerate(lines[1:], 1):
        if line.strip() in ("---", "..."):
            try:
                loaded = yaml.load("\n".join(lines[1:number]), Loader=_PrintedScalars)  # noqa: S506  a SafeLoader
            except yaml.YAMLError as error:
                raise ValueError(f"front matter is not YAML: {error}") from None
            if loaded is None:
                loaded = {}
            if not isinstance(loaded, dict):
                raise ValueError("front matter is not a mapping")
            return loaded, "\n".join(lines[number + 1 :])
    raise ValueError("front matter is never closed")


class _PrintedScalars(yaml.SafeLoader):
    """YAML whose plain scalars stay text, so ``no`` is Norwegian and ``1.10`` keeps its zero."""


_PrintedScalars.yaml_implicit_resolvers = {}


def exact_yaml(text: str) -> Any:
    """YAML whose plain scalars stay the printed text. ValueError where it is not YAML."""
    try:
        return yaml.load(text, Loader=_PrintedScalars)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {error}") from None
