"""Readers of pages: HTML and Markdown cut at their headings, their tables, and CSV.

A reader gives rows as mappings from column to printed cell, with the place on the page; it never skips a row and never
pads a short one. What goes wrong inside one cell, row or section becomes a doubt about that part (`Row.cell`,
`Table.read`, `Section.read`); it raises ``ValueError`` where the structure as a whole is not what it says. Columns and
headings are known by what they mean, not by their letters (see `spelling`). What the words mean is not its business
(see `values`).
"""

import csv
import io
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from sources.contract import Document, once
from sources.doubts import TROUBLE, Doubt, Part, Remark, Said, attempt, doubt
from sources.readers import spelling
from sources.readers.spelling import called, holds_amount, plain_cell, prints_money


class Row(dict[str, str]):
    """One table row, column → cell as printed. Take cells with ``pop``, so what is left over can be reported.

    table  the place of the table, which the row's own place begins with
    """

    def __init__(self, cells: dict[str, str], place: str, table: str = "") -> None:
        super().__init__(cells)
        self.place = place
        self.table = table or place

    @property
    def within(self) -> tuple[str, ...]:
        """What the locators of all facts of the row's table contain."""
        return (f"{self.table} row ",) if self.table != self.place else (self.place,)

    def cell(
        self, column: str, read: Callable[[str, str], Iterable[Said]], *, subject: str, attribute: str = ""
    ) -> Iterator[Said | Doubt]:
        """What `read(printed, locator)` says of one cell, which is taken, or a doubt about that cell alone."""
        printed, place = self.pop(column), f"{self.place}, {column}"
        yield from attempt(
            lambda: read(printed, place),
            "cell",
            place,
            printed,
            subject=subject,
            attribute=attribute,
            within=self.within,
        )

    def amounts(
        self,
        printed: Mapping[str, str],
        read: Callable[[str, str, str], Iterable[Said]],
        place: str,
        *,
        subject: str,
    ) -> Iterator[Said | Doubt]:
        """What `read(meter, amount, place)` says of the prices one cell prints together, or a doubt about one of them.

        An amount with words in it is trouble for all: "until May" behind the last may be said of the others too.
        """
        for meter, amount in printed.items():
            if re.search(r"[^\W\d_]{2}", amount):
                yield from read(meter, amount, place)
            else:
                yield from attempt(
                    partial(read, meter, amount, place),
                    "cell",
                    place,
                    amount,
                    subject=subject,
                    attribute=f"price/{meter}",
                    within=self.within,
                )


@dataclass(frozen=True)
class Table:
    """One table of a page: the headings it stands under (outermost first), its header cells and its rows.

    notes  the words of the section around it, where its footnotes are explained
    """

    headings: tuple[str, ...]
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    place: str
    notes: str = ""

    @property
    def prices(self) -> bool:
        """Whether an amount of money is printed in a cell or a header."""
        return any(prints_money(cell) for row in (self.header, *self.cells) for cell in row)

    @property
    def words(self) -> str:
        """What is printed in it, for a person to recognise it by."""
        return " | ".join(self.header)

    @property
    def within(self) -> tuple[str, ...]:
        """What the locators of all facts of this table contain."""
        return (f"{self.place} row ",)

    def called(self, names: Sequence[str]) -> "Table":
        """The same table, its columns called as in `names` where they mean one of them."""
        return replace(self, header=tuple(called(name, names) for name in self.header))

    def columns(self, expect: Sequence[str]) -> tuple[str, ...]:
        """Its header with every column called as in `expect`, whatever its spelling.

        ValueError where a column of `expect` is missing, two are called alike, or one nobody expects holds amounts,
        since what the others mean may have changed with it.
        """
        columns = tuple(called(name, expect) for name in self.header)
        if missing := set(expect) - set(columns):
            raise ValueError(f"{self.place}: header {list(self.header)} without {sorted(missing)}")
        if len(set(columns)) != len(columns):
            raise ValueError(f"{self.place}: repeated header in {list(self.header)}")
        for number, name in enumerate(columns):
            if name not in expect and any(holds_amount(cell) for cell in self._column(number)):
                raise ValueError(f"{self.place}: a column of amounts nobody reads: {name!r}")
        return columns

    def _column(self, number: int) -> Iterator[str]:
        return (cells[number] for cells in (self.header, *self.cells) if number < len(cells))

    def rows(self, expect: Sequence[str] | None = None) -> Iterator[Row]:
        """Rows as mappings; with `expect`, the header must be exactly these names in any order, or ValueError."""
        columns = self.header if expect is None else self.columns(expect)
        if expect is not None and set(columns) != set(expect):
            raise ValueError(f"{self.place}: header {list(self.header)} where {list(expect)} was expected")
        if len(set(columns)) != len(columns):
            raise ValueError(f"{self.place}: repeated header in {list(self.header)}")
        return (self._row(columns, number, cells) for number, cells in enumerate(self.cells, 1))

    def _row(self, columns: Sequence[str], number: int, cells: Sequence[str]) -> Row:
        place = f"{self.place} row {number}"
        if len(cells) != len(columns):
            raise ValueError(f"{place}: {len(cells)} cells under {len(columns)} headers: {list(cells)}")
        return Row(dict(zip(columns, map(plain_cell, cells), strict=True)), place, self.place)

    def read(
        self, read: Callable[[Row], Iterable[Said]], expect: Sequence[str] | None = None
    ) -> Iterator[Said | Doubt | Remark]:
        """What `read` says of every row, under the columns of `expect` or, without, the printed ones.

        A header that does not read is a doubt about the table, a row that does not read a doubt about the row, with all
        that stood in this table and is gone. Columns that hold no amount and that nobody expects are read past with a
        remark. Marks of footnotes are taken off the cells; a note that may alter an amount is a doubt about its cell.
        """
        try:
            columns = self.header if expect is None else self.columns(expect)
            if len(set(columns)) != len(columns):
                raise ValueError(f"{self.place}: repeated header in {list(self.header)}")
        except ValueError as trouble:
            yield doubt(trouble, "table", self.place, self.words, within=self.within)
            return
        for name in columns:
            if expect is not None and name not in expect:
                yield Remark(self.place, name)
        for number, cells in enumerate(self.cells, 1):
            yield from self._read_row(read, columns, number, cells, expect)

    def _read_row(
        self,
        read: Callable[[Row], Iterable[Said]],
        columns: Sequence[str],
        number: int,
        cells: Sequence[str],
        expect: Sequence[str] | None,
    ) -> Iterator[Said | Doubt | Remark]:
        remarks: list[Remark] = []

        def told() -> Iterable[Said]:
            row = self._row(columns, number, cells)
            for name in list(row):
                if expect is not None and name not in expect:
                    del row[name]
                    continue
                row[name], unexplained = spelling.annotated(row[name], self.notes)
                remarks.extend(Remark(f"{row.place}, {name}", mark) for mark in unexplained)
            return read(row)

        place = f"{self.place} row {number}"
        yield from attempt(told, "row", place, " | ".join(cells), within=self.within)
        yield from remarks


def line_places(table: Table) -> Iterator[str]:
    """Where each of a table's lines stands, in order: what `Row.place` says of it."""
    return (f"{table.place} row {number}" for number in range(1, len(table.cells) + 1))


_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")


_RULE = re.compile(r"^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")


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
    def place(self) -> str:
        """Its own place; its tables and words have theirs."""
        return f"section {' > '.join(self.headings)!r}"

    @property
    def table(self) -> Table:
        """Its only table; ValueError when there are none or several."""
        if len(self.tables) != 1:
            raise ValueError(f"{len(self.tables)} tables under {self.name!r}, exactly one was expected")
        return self.tables[0]

    def read_tables(
        self, read: Callable[[Row], Iterable[Said]], expect: Sequence[str] | None = None
    ) -> Iterator[Said | Doubt | Remark]:
        """`Table.read` of every table in it, since a long one may be cut in two; ValueError when there are none."""
        if not self.tables:
            raise ValueError(f"no table under {self.name!r}")
        for table in self.tables:
            yield from table.read(read, expect)

    @property
    def prices(self) -> bool:
        """Whether an amount of money is printed anywhere in it."""
        return prints_money(self.prose) or any(table.prices for table in self.tables)

    @property
    def words_place(self) -> str:
        """The place of the words between its heading and the next."""
        return f"words under {' > '.join(self.headings)!r}" if self.headings else "words above the headings"

    @property
    def rows(self) -> tuple[str, ...]:
        """The places of its rows: the lines of its tables, and its words where they print an amount."""
        lines = tuple(line for table in self.tables for line in line_places(table))
        return (*lines, self.words_place) if prints_money(self.prose) else lines

    def read(self, read: Callable[["Section"], Iterable[Said]]) -> Iterator[Said | Doubt]:
        """What `read` says of it, or a doubt about all of it and all that stood in it."""
        try:
            said = list(read(self))
        except TROUBLE as trouble:
            yield self.doubt(trouble, within=under(self.name))
            return
        yield from said

    def doubt(self, trouble: BaseException | str, part: Part = "section", within: tuple[str, ...] = ()) -> Doubt:
        """A doubt about all of it."""
        words = self.prose if prints_money(self.prose) else (self.tables[0].words if self.tables else self.prose)
        return doubt(trouble, part, self.place, words, within=within, rows=self.rows)

    def doubt_of_words(self, trouble: BaseException | str, *, held: bool = False) -> Doubt:
        """A doubt about its words; `held` where facts are read from them, which hang on it."""
        within = (self.words_place,) if held else ()
        return doubt(trouble, "sentence", self.words_place, spelling.around_money(self.prose), within=within)


def doubtful_sections(sections: Sequence[Section], read: Sequence[str], ignored: Container[str]) -> Iterator[Doubt]:
    """A doubt about every section that prints money under a heading that is neither read nor ignored.

    It may be one of those read under a new heading: what stood under those that are gone hangs on it.
    """
    names = {section.name for section in sections}
    gone = tuple(needle for name in read if name not in names for needle in under(name))
    for section in sections:
        if section.prices and section.name not in read and section.name not in ignored:
            yield section.doubt("prices under a heading nobody reads", within=gone)


def missing_section(name: str, found: int = 0) -> Doubt:
    """A doubt about a section that every version of a page has had exactly once, with all that stood in it."""
    reason = "a section every version of the page has had exactly once"
    return Doubt("section", f"section {name!r}", str(found), reason, within=under(name))


def under(name: str) -> tuple[str, ...]:
    """What the places of tables and words directly under a heading contain."""
    quoted = repr(name)[1:]
    return f" > {quoted}", f"under {name!r}"


class _Places:
    """Places of tables by the headings they stand under, which stay where a page grows; a second one is numbered."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def table(self, headings: tuple[str, ...]) -> str:
        place = f"table under {' > '.join(headings)!r}" if headings else "table above the headings"
        self._seen[place] += 1
        return f"{place} #{self._seen[place]}" if self._seen[place] > 1 else place


def _section(headings: tuple[str, ...], prose: str, tables: Iterable[Table]) -> Section:
    return Section(headings, prose, tuple(replace(table, notes=prose) for table in tables))


_LONGEST_LINE = 20_000
"""A longer line of Markdown is no heading and no rule of a table."""


def markdown_sections(text: str, names: Sequence[str] = ()) -> list[Section]:
    """A Markdown page cut at its headings; fenced code is skipped. A heading that means one of `names` is called so."""
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    prose: list[str] = []
    tables: list[Table] = []
    lines = text.splitlines()
    index, fenced, places = 0, False, _Places()
    path: tuple[str, ...] = ()
    while index < len(lines):
        line = lines[index]
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            pass
        elif line.startswith("#") and len(line) < _LONGEST_LINE and (match := _HEADING.match(line)):
            sections.append(_section(path, "\n".join(prose), tables))
            prose, tables = [], []
            level = len(match[1])
            title = match[2].rstrip().rstrip("#").rstrip()
            headings = [each for each in headings if each[0] < level] + [(level, called(title, names))]
            path = tuple(name for _, name in headings)
        elif "|" in line and index + 1 < len(lines) and _is_rule(lines[index + 1]):
            header = split_cells(line)
            body = []
            index += 2
            while index < len(lines) and "|" in lines[index] and lines[index].strip():
                body.append(tuple(split_cells(lines[index])))
                index += 1
            tables.append(Table(path, tuple(map(plain_cell, header)), tuple(body), places.table(path)))
            continue
        else:
            prose.append(line)
        index += 1
    return [*sections, _section(path, "\n".join(prose), tables)]


def _is_rule(line: str) -> bool:
    return len(line) < _LONGEST_LINE and bool(_RULE.match(line.strip()))


def markdown_tables(text: str) -> list[Table]:
    """Every pipe table of a Markdown page with its heading path; fenced code is skipped."""
    return [table for section in markdown_sections(text) for table in section.tables]


def split_cells(line: str) -> list[str]:
    """The cells of one pipe row, escaped pipes and pipes inside code spans kept."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    if "`" not in inner and "\\" not in inner:
        return [cell.strip() for cell in inner.split("|")]
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


_DEEPEST = 400
"""Elements inside one another; a page a browser shows has some forty."""


_MOST_ELEMENTS = 100_000
"""The largest page we read has some six thousand."""
_MOST_TORN_TAGS = 200
"""Tags that begin inside a tag: a few are slips, hundreds take a parser minutes."""


_MOST_CELLS = 500_000


_TAGS = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])"
    r"(?:(?:\s++[^\s<>\"'=/]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+)*+\s*+(/>))?+"
)
"""A tag's slash and name, and its end where that closes it at once, as the paths of drawings do."""


_TORN = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]*[^<>\"']{0,200}(?=<[a-zA-Z/])")


_NAMES_NEVER_DEEP = (
    "area base br col colgroup dd dt embed hr img input li link meta optgroup option p param rp rt source tbody td"
    " tfoot th thead tr track wbr"
)
_NEVER_DEEP = frozenset(_NAMES_NEVER_DEEP.split())
"""Elements that hold nothing, or whose end a page may leave out."""


def soup(text: str) -> BeautifulSoup:
    """The page as a tree (lxml). ValueError for a page built to cost more than it can say."""
    depth = elements = 0
    for tag in _TAGS.finditer(text):
        elements += not tag[1]
        if elements > _MOST_ELEMENTS:
            raise ValueError(f"more than {_MOST_ELEMENTS:,} elements")
        if not tag[3] and tag[2].lower() not in _NEVER_DEEP:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
            if depth > _DEEPEST:
                raise ValueError(f"elements nested more than {_DEEPEST} deep")
    if sum(1 for _ in _TORN.finditer(text)) > _MOST_TORN_TAGS:
        raise ValueError(f"more than {_MOST_TORN_TAGS} tags that begin inside a tag")
    return BeautifulSoup(text, "lxml")


@once
def page(document: Document) -> BeautifulSoup:
    """A document as such a tree."""
    return soup(document.text)


_UNSEEN = ("script", "style", "template")


_STRUCK = ("del", "s", "strike")


def words(tag: Tag, without: Iterable[Tag] = ()) -> str:
    """The visible words of an element, white space folded; scripts, styles, templates and comments left out.

    `without` are elements inside it whose words are not wanted.
    A raised number is written so (``$3¹``), struck-out words stay told apart (``~~$5~~``).
    """
    parts: list[str] = []
    unwanted = {id(each) for each in without}
    pending: list[Tag | NavigableString | str] = [tag]
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            if node.name in _UNSEEN or id(node) in unwanted:
                continue
            inside = list(node.children)
            if node.name == "sup" and re.fullmatch(r"\s*(?:[0-9]{1,2}|\*+|[†‡§])\s*", node.get_text()):
                raised = node.get_text().strip().translate(spelling.RAISED)
                parts = [*parts[:-1], parts[-1].rstrip() + raised] if parts else [raised]
            elif node.name in _STRUCK:
                pending.append(f"~~{' '.join(node.get_text(' ').split())}~~")
            else:
                pending.extend(reversed(inside))  # type: ignore[arg-type]
        elif isinstance(node, NavigableString):
            if not isinstance(node, Comment):
                parts.append(str(node))
        else:
            parts.append(node)
    return spelling.ZERO_WIDTH.sub("", " ".join(" ".join(parts).split()))


def one(root: BeautifulSoup | Tag, selector: str) -> Tag:
    """Exactly one element for a CSS selector; ValueError when there are none or several."""
    found = root.find_all(selector) if selector.isalpha() else root.select(selector)
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements match {selector!r}, exactly one was expected")
    return found[0]


def html_table(table: Tag, headings: tuple[str, ...] = (), place: str = "table") -> Table:
    """One HTML table with row and column spans expanded. The first row is the header."""
    grid: list[list[str]] = []
    cells_so_far = 0
    spans: dict[int, tuple[int, str]] = {}
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        row: list[str] = []
        cells = deque(line.find_all(["th", "td"], recursive=False))
        while cells or len(row) in spans:
            column = len(row)
            if column in spans:
                left, text = spans.pop(column)
                row.append(text)
                if left > 1:
                    spans[column] = (left - 1, text)
                continue
            cell = cells.popleft()
            text = words(cell)
            across, down = int(str(cell.get("colspan") or 1)), int(str(cell.get("rowspan") or 1))
            if across > 1000 or down > 10000:
                raise ValueError(f"{place}: a span of {across}×{down} cells")
            for _ in range(max(across, 1)):
                if down > 1:
                    spans[len(row)] = (down - 1, text)
                row.append(text)
        grid.append(row)
        if (cells_so_far := cells_so_far + len(row)) > _MOST_CELLS:
            raise ValueError(f"{place}: more than {_MOST_CELLS:,} cells")
    if not grid:
        raise ValueError(f"{place}: a table without rows")
    return Table(headings, tuple(grid[0]), tuple(tuple(row) for row in grid[1:]), place)


def html_sections(root: BeautifulSoup | Tag, names: Sequence[str] = ()) -> list[Section]:
    """A page cut at its h1–h6 headings; icons and invisible marks in headings are dropped.

    A heading that means one of `names` is called so.
    """
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    prose: list[str] = []
    tables: list[Table] = []
    places = _Places()
    path: tuple[str, ...] = ()
    pending: list[Any] = list(reversed(list(root.children)))
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            if node.name == "table":
                tables.append(html_table(node, path, places.table(path)))
            elif node.name in _HEADINGS:
                sections.append(_section(path, " ".join(prose), tables))
                prose, tables = [], []
                level = int(node.name[1])
                visible = "".join(
                    char for char in words(node) if unicodedata.category(char) not in ("Cf", "Co")
                ).strip()
                headings = [each for each in headings if each[0] < level] + [(level, called(visible, names))]
                path = tuple(name for _, name in headings)
            elif node.name == "sup":
                prose.append(words(node))
            elif node.name not in _UNSEEN:
                pending.extend(reversed(list(node.children)))
        elif type(node) is NavigableString and node.strip():
            prose.append(" ".join(node.split()))
    return [*sections, _section(path, " ".join(prose), tables)]


_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


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


@once
def csv_lines(document: Document) -> Table:
    """A CSV document as such a table."""
    return csv_table(document.text)
