"""The ways OpenAI has laid out its pricing page, each read into the same `Panel`s: a section, a tier and rows of cells.

Markdown has carried pipe tables and component properties, the HTML page carries component properties beside the tables
drawn from them. What a column, a cell or a section means is not said here (see `openai`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bs4 import NavigableString, Tag

from sources.contract import Refused
from sources.documents import Row, html_table, markdown_tables, one, soup, words
from sources.structured import exact_json
from sources.values import decimal, money

TIERS = {"Standard": "standard", "Batch": "batch", "Flex": "flex", "Priority": "priority", "Fast mode": "fast"}
"""What stands over a table that holds for one service tier → the tier."""

_SUBTITLES = ("Our latest models",)
_CAPTION = re.compile(r"(?:\w+ )*pricing (?:table )?data", re.IGNORECASE)
_PER = re.compile(r"Prices per (.+?)(?: unless noted)?\.")
_TITLE = re.compile(r"[A-Z][\w &/,.:()'-]{1,46}[\w)]")
_BLOCKS = ["p", "div", "small", "li", "h1", "h2", "h3", "h4", "h5", "h6"]
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MONEY = re.compile(r"\$\s*\.?\d")
_BARE = re.compile(r"[\d.,]+")
_STRAY = re.compile(r'<[A-Z]\w*|<table|\brows(?:: |=\{)\[|^\s*\["')

_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")

_TEXT_COLUMNS = {
    4: ("model", "input", "cached input", "output"),
    5: ("model", "input", "cached input", "cache writes", "output"),
}
"""The columns the text-token component draws its headless rows under, by how many values a row has."""

_SPECIALIZED_COLUMNS = ("category", "model", "input", "cached input", "output")

_BLOCK = re.compile(
    r"""
    ^[ \t]*<TextTokenPricingTables\s+client:load\s+tier="(?P<tier>\w+)"\s+latestSectionLabel=\{null\}\s+
        (?:allModelsFootnote=\{pricingHtml\(\s*'[^']*'\s*\)\}\s+)?
        rows=\{(?P<text_rows>\[.*?\])\}\s*/>
  | ^[ \t]*\{\s*model:\s"(?P<category>[^"\n]*)",\s*rows:\s(?P<category_rows>\[.*?\]),\s*\}
  | ^(?P<table>(?:[ \t]*\|[^\n]*(?:\n|\Z))+)
  | ^(?P<line>[^\n]*)$
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Page:
    """What a page prints: its panels, and the place of every row in a section left out, with the section's name."""

    panels: list["Panel"]
    left_out: dict[str, str]


@dataclass(frozen=True)
class Panel:
    """One table of the page, however it is written.

    per     what its section prints prices for: "1M tokens", "second"; "" where it does not say
    rows    header in lower case → cell as printed, "-" where a property is empty
    bare    amounts are properties, numbers without a currency sign
    """

    section: str
    tier: str
    per: str
    rows: tuple[Row, ...]
    bare: bool


@dataclass
class _Reading:
    """Where on the page we are, from the words read so far."""

    ignored: Collection[str]
    section: str = ""
    tier: str = "standard"
    per: str = ""
    panels: list[Panel] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.section} / {self.tier}"

    @property
    def skips(self) -> bool:
        return self.section in self.ignored

    def hear(self, line: str) -> None:
        """Take in words outside tables. Refuses money or a component that stands where no table was read."""
        said = _TAG.sub("", line).strip()
        title = said.lstrip("# ")
        if title in TIERS:
            self.tier = TIERS[title]
        elif match := _PER.fullmatch(said):
            self.per = match[1]
        elif _TITLE.fullmatch(title) and "<t" not in line and title not in _SUBTITLES and not _CAPTION.fullmatch(title):
            # A fourth-level heading divides a section; it keeps the unit the section has printed.
            self.section, self.tier, self.per = title, "standard", self.per if said.startswith("####") else ""
        elif not self.skips and (_STRAY.search(line) or _MONEY.search(said)):
            raise Refused("prices that stand in no table this parser knows", place=self.place, value=line.strip())

    def add(self, rows: Sequence[Row], *, bare: bool) -> None:
        self.panels.append(Panel(self.section, self.tier, self.per, tuple(rows), bare))

    def leave_out(self, places: Iterable[str]) -> None:
        self.left_out |= dict.fromkeys(places, self.section)

    def check_tier(self, tier: str) -> None:
        if tier != self.tier:
            raise Refused("a component of another tier than the pane it stands in", place=self.place, value=tier)


def markdown_rows(text: str) -> Iterator[str]:
    """The place of every row of a Markdown page, whatever its section: lines of pipe tables, arrays of components."""
    for block in _BLOCK.finditer(text):
        yield from _places(block, _start(block, text))


def _start(block: re.Match[str], text: str) -> str:
    return f"L{text.count(chr(10), 0, block.start()) + 1}"


def _places(block: re.Match[str], start: str) -> Iterator[str]:
    """The rows of one block; a pipe table's first two lines are its header."""
    if block["table"]:
        count = len(block["table"].splitlines()) - 2
    else:
        literal = block["text_rows"] or block["category_rows"] or "["
        count = _STRING.sub("", literal).count("[") - 1
    return (f"{start} row {number}" for number in range(1, count + 1))


def markdown_panels(text: str, ignored: Collection[str]) -> Page:
    """The tables of a Markdown page, those of `ignored` sections left out."""
    page = _Reading(ignored)
    for block in _BLOCK.finditer(text):
        place = _start(block, text)
        if block["line"] is not None:
            page.hear(block["line"])
        elif page.skips:
            page.leave_out(_places(block, place))
        elif block["table"]:
            page.add(_pipe_rows(block["table"], place), bare=False)
        elif block["text_rows"]:
            page.check_tier(block["tier"])
            page.add(_text_rows(_literal(block["text_rows"]), place), bare=True)
        elif page.section == "Specialized models":
            # Whole groups of a component that lost its head; every layout gives this section the same columns.
            groups = [[block["category"], *row] for row in _literal(block["category_rows"])]
            page.add(_rows(_SPECIALIZED_COLUMNS, groups, place), bare=True)
        else:
            raise Refused("rows whose columns the page has lost", place=place, value=block["category"])
    if any(panel.bare for panel in page.panels) and not _MONEY.search(text):
        raise Refused("numbers on a page that prints no dollars")
    return Page(page.panels, page.left_out)


def _pipe_rows(block: str, place: str) -> list[Row]:
    if not all(line.rstrip().endswith("|") for line in block.splitlines()):
        raise Refused("a table row that is cut short", place=place, value=block.splitlines()[-1])
    tables = markdown_tables(block)
    if len(tables) != 1:
        raise Refused("lines between bars that are not one table", place=place, value=block)
    header = tuple(name.lower() for name in tables[0].header)
    return list(replace(tables[0], header=header, place=place).rows())


def _literal(text: str) -> list[list[Any]]:
    """A JavaScript array of arrays; it differs from JSON by the comma after the last element."""
    rows: list[list[Any]] = exact_json(re.sub(r",(\s*\])", r"\1", text))
    return rows


def _text_rows(rows: Sequence[Sequence[Any]], place: str) -> list[Row]:
    return [_row(_TEXT_COLUMNS.get(len(row), ()), row, f"{place} row {number}") for number, row in enumerate(rows, 1)]


def _rows(header: Sequence[str], rows: Sequence[Sequence[Any]], place: str) -> list[Row]:
    return [_row(header, row, f"{place} row {number}") for number, row in enumerate(rows, 1)]


def _row(header: Sequence[str], values: Sequence[Any], place: str) -> Row:
    if len(values) != len(header):
        raise Refused(f"{len(values)} values under {len(header)} columns", place=place, value=values)
    return Row({name: _cell(value) for name, value in zip(header, values, strict=True)}, place)


def _cell(value: Any) -> str:
    """A property as the page draws it: its number or words, "-" where there is nothing."""
    if isinstance(value, dict):
        (kind, content), *others = value.items()
        if others or kind not in ("__pricingHtml", "__pricingTooltipHeading"):
            raise Refused("a component property of unknown shape", value=value)
        return words(soup(content)) if kind == "__pricingHtml" else str(content["label"])
    return "-" if value in (None, "") else str(value)


_LAYOUT_PROPERTIES = {
    "allModelsFootnote",
    "cellVerticalAlign",
    "collapsedRowCount",
    "collapsedRowsByGroup",
    "groupColumnWidth",
    "hiddenModels",
    "latestSectionLabel",
    "rowFirstColumnWidth",
}
"""How much a component shows before one asks for all models, and how wide: no fact about a price."""


def html_rows(text: str) -> Iterator[str]:
    """The place of every row of every component that draws a table, whatever its section."""
    islands = one(soup(text), "article").find_all("astro-island")
    return (place for number, island in enumerate(islands, 1) for place in _places_in(island, number))


def _places_in(island: Tag, number: int) -> Iterator[str]:
    """A component's rows; a whole pane with its tables inside is one more component around them, without rows."""
    properties = _revived([0, exact_json(str(island["props"]))])
    listed = [properties, *(properties.get("groups") or [])]
    count = sum(len(each.get("rows") or []) for each in listed)
    return (f"component {number} row {row}" for row in range(1, count + 1))


def html_panels(text: str, ignored: Collection[str]) -> Page:
    """The components of the HTML page outside `ignored` sections, each held against the table drawn from it."""
    page = _Reading(ignored)
    article = one(soup(text), "article")
    islands = 0
    for node in article.descendants:
        if isinstance(node, Tag):
            if node.name == "astro-island":
                islands += 1
                _read_island(page, node, islands)
            elif node.name == "table" and not node.find_parent("astro-island") and not page.skips:
                raise Refused("a table outside every component", place=page.place, value=words(node))
        elif type(node) is NavigableString and node.strip() and not node.find_parent("astro-island"):
            # A sentence is several strings where it holds a link; heard whole, and as often, it says the same.
            page.hear(words(node.find_parent(_BLOCKS) or node.parent or article))
    return Page(page.panels, page.left_out)


def _read_island(page: _Reading, island: Tag, number: int) -> None:
    component, place = exact_json(str(island["opts"]))["name"], f"component {number}"
    if page.skips:
        page.leave_out(_places_in(island, number))
        return
    if component == "SwitcherSelector" and not island.find("table"):
        return
    properties: dict[str, Any] = {
        name: value
        for name, value in _revived([0, exact_json(str(island["props"]))]).items()
        if name not in _LAYOUT_PROPERTIES
    }
    if component == "TextTokenPricingTables":
        page.check_tier(properties.pop("tier"))
        rows = _text_rows(properties.pop("rows"), place)
    elif component in ("GroupedPricingTable", "PricingTable"):
        header = [_cell(each).lower() for each in properties.pop("headings")]
        rows = _rows(header, list(_values(properties)), place)
    else:
        raise Refused("a component this parser does not know", place=page.place, value=component)
    if properties:
        raise Refused("properties this parser does not know", place=page.place, value=sorted(properties))
    shown = list(_drawn(one(island, "table"), page.place))
    if not shown:
        raise Refused("a component that draws no row", place=page.place, value=component)
    for drawn in shown:
        twins = [number for number, row in enumerate(rows) if _shows(drawn, row)]
        if any(_BARE.fullmatch(cell) for cell in drawn.values()):
            raise Refused("a drawn amount without a currency sign", place=drawn.place, value=dict(drawn))
        if len(twins) != 1:
            raise Refused("the drawn table and its properties disagree", place=drawn.place, value=dict(drawn))
        # The drawn text-token table has prices for long context that no property holds, and lacks the name's note.
        if component == "TextTokenPricingTables":
            rows[twins[0]] = Row({**drawn, "model": rows[twins[0]]["model"]}, rows[twins[0]].place)
    page.add(rows, bare=True)


def _revived(node: Any) -> Any:
    """A property as the page's framework writes it: ``[0, value]``, ``[0]`` for nothing, ``[1, items]`` for a list."""
    match node:
        case [0]:
            return None
        case [0, dict() as mapping]:
            return {name: _revived(value) for name, value in mapping.items()}
        case [0, value] if not isinstance(value, list):
            return value
        case [1, list() as items]:
            return [_revived(each) for each in items]
    raise Refused("a property that is written in an unknown way", value=node)


def _values(properties: dict[str, Any]) -> Iterator[list[Any]]:
    if "rows" in properties:
        yield from properties.pop("rows")
        return
    for group in properties.pop("groups"):
        name, rows = group.pop("model"), group.pop("rows")
        if group:
            raise Refused("a group with properties this parser does not know", place=name, value=sorted(group))
        for row in rows:
            yield [name, *row]


def _drawn(table: Tag, place: str) -> Iterator[Row]:
    """The rows a component shows, two rows of header made one: ``Short context`` over ``Input``."""
    read = html_table(table, place=place)
    header, cells = read.header, read.cells
    if "" in header:
        header, cells = tuple(f"{over} {name}".strip() for over, name in zip(header, cells[0], strict=True)), cells[1:]
    yield from replace(read, header=tuple(name.lower() for name in header), cells=cells).rows()


def _shows(drawn: Row, row: Row) -> bool:
    """Whether a drawn row shows in dollars what the properties hold; prices for long context aside."""
    shown = {
        name.removeprefix("short context "): cell
        for name, cell in drawn.items()
        if not name.startswith("long context ")
    }
    held = {"cache writes": "-", **row} if "cache writes" in shown else dict(row)
    if shown.pop("model") not in (name := held.pop("model"), name.partition(" (")[0]) or shown.keys() != held.keys():
        return False
    return all(shown[column] == cell or _is_dollars(shown[column], cell) for column, cell in held.items())


def _is_dollars(shown: str, number: str) -> bool:
    try:
        return money(shown) == (decimal(number), "usd", "")
    except ValueError:
        return False
