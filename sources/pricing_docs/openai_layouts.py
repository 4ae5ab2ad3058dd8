"""The ways OpenAI has laid out its pricing page, each read into the same `Panel`s: a section, a tier and a table.

Markdown has carried pipe tables and component properties, the HTML page carries component properties beside the tables
drawn from them. What a column, a cell or a section means is not said here (see `openai`). What does not read is said
with its panel, a whole table or a row, or as a stray where it stands in no panel.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bs4 import NavigableString, Tag

from sources.contract import Refused
from sources.doubts import TROUBLE, Doubt, Part, doubt
from sources.readers.documents import Table, html_table, one, soup, split_cells, words
from sources.readers.spelling import called, plain_cell, unmarked
from sources.readers.structured import exact_json, json_glimpse
from sources.readers.values import decimal, money

TIERS = {"Standard": "standard", "Batch": "batch", "Flex": "flex", "Priority": "priority", "Fast mode": "fast"}
"""What stands over a table that holds for one service tier → the tier."""

_SUBTITLES = ("Our latest models",)
_CAPTION = re.compile(
    r"(?:(?P<tier>standard|batch|flex|priority|fast) )?(?:\w+ )*pricing (?:table )?data", re.IGNORECASE
)
_PER = re.compile(r"Prices per (.+?)(?: unless noted)?\.?", re.IGNORECASE)
_EDGES = re.compile(r"^[#*\s]+|[^\w).]+$")
_LONGEST_TITLE = 80
_TITLE = re.compile(r"[A-Z][^.;{}=<>|*`]{1,47}")
"""What may be a heading: one that is not known must not leave its table to the section above."""
_BLOCKS = ["p", "div", "small", "li", "h1", "h2", "h3", "h4", "h5", "h6"]
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MONEY = re.compile(r"[$€£¥]\s*\.?[0-9]")
_BARE = re.compile(r"[\d.,]+")
_STRAY = re.compile(r'<[A-Z]\w*|<table|\brows(?:: |=\{)\[|^\s*\["')
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")

_TEXT_COLUMNS = ("model", "input", "cached input", "cache writes", "output")
"""The columns the text-token component draws its headless rows under; a row of four has no cache writes."""
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
_RULE = re.compile(r"[ \t]*\|[ :|-]*-[ :|-]*")


@dataclass(frozen=True)
class Panel:
    """One table of the page, however it is written.

    per      what its section prints prices for: "1M tokens", "second"; "" where it does not say
    table    header in lower case; cells as printed, "-" where a property is empty
    bare     amounts are properties, numbers without a currency sign
    trouble  why nothing of it can be read
    odd      the number of a row → why that row cannot be read
    within   what the places of the tables contain that this one may have been
    """

    section: str
    tier: str
    per: str
    table: Table
    bare: bool
    within: tuple[str, ...]
    trouble: str = ""
    odd: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What a page prints: its panels, and a doubt about what stands in none of them, by the section it stands in."""

    panels: list[Panel]
    strays: list[tuple[str, Doubt]]


@dataclass
class _Reading:
    """Where on the page we are, from the words read so far."""

    names: Collection[str]
    section: str = ""
    over: str = ""
    tier: str = "standard"
    caption: str = ""
    per: str = ""
    above: str = ""
    panels: list[tuple[Panel, list[str]]] = field(default_factory=list)
    strays: dict[tuple[str, Part], tuple[str, Doubt]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def path(self) -> str:
        return f"{self.over}{self.section} / {self.tier}"

    @property
    def within(self) -> tuple[str, ...]:
        """The tables of this pane; where the heading is not known, also those of the section that ended there."""
        known = self.section in self.names
        return (f"table under {self.path!r}",) if known else (f"table under '{self.above} / ",)

    def hear(self, line: str) -> None:
        """Take in words outside tables. Money or a component that stands where no table was read is a stray."""
        said = " ".join(_TAG.sub("", line).split())
        title = called(_EDGES.sub("", said), (*TIERS, *self.names)) if len(said) < _LONGEST_TITLE else ""
        is_new = _TITLE.fullmatch(title) and "<t" not in line and title not in _SUBTITLES and not _MONEY.search(title)
        if title in TIERS:
            self.tier, self.caption = TIERS[title], ""
        elif caption := _CAPTION.fullmatch(title):
            self.caption = (caption["tier"] or "").lower()
        elif match := _PER.fullmatch(said):
            self.per = match[1]
        elif title in self.names or is_new:
            # A fourth-level heading divides a section; it keeps the unit the section has printed.
            if said.startswith("####"):
                self.over = self.over or f"{self.section} > "
            else:
                self.over, self.per = "", ""
            if self.section in self.names:
                self.above = self.section
            self.section, self.tier, self.caption, self.notes = title, "standard", "", []
        elif _STRAY.search(line):
            self.stray("section", "a component or rows that stand in no table this parser knows", line, self.within)
        elif _MONEY.search(said):
            self.stray("sentence", "a price in a sentence", line, ())
        self.notes.append(said)

    def stray(self, part: Part, reason: str, line: str, within: tuple[str, ...]) -> None:
        kind = "words" if part == "sentence" else "section"
        about = doubt(reason, part, f"{kind} under {self.path!r}", line.strip(), within=within)
        self.strays.setdefault((about.place, part), (self.section, about))

    def add(
        self,
        header: Sequence[str],
        cells: Iterable[Sequence[str]],
        *,
        bare: bool,
        trouble: str = "",
        odd: Mapping[int, str] | None = None,
        alone: bool = True,
    ) -> None:
        """Take in a table; one that stands `alone` in its pane makes a second one doubtful: its heading may be lost."""
        place = f"table under {self.path!r}"
        self._seen[place] += 1
        within = self.within
        if self._seen[place] > 1:
            place = f"{place} #{self._seen[place]}"
            if alone and not trouble:
                trouble, within = (
                    "a second table under one heading",
                    (f"table under {self.path.rpartition('/')[0]!r}"[:-1],),
                )
        if self.caption not in ("", self.tier):
            trouble = f"a caption of another tier than the heading over it: {self.caption}"
        table = Table((), tuple(name.lower() for name in header), tuple(map(tuple, cells)), place)
        panel = Panel(self.section, self.tier, self.per, table, bare, within, trouble, odd or {})
        self.panels.append((panel, self.notes))

    def other_tier(self, tier: str) -> str:
        return f"a component of another tier than the pane it stands in: {tier}" if tier != self.tier else ""

    def page(self) -> Page:
        noted = [replace(panel, table=replace(panel.table, notes="\n".join(notes))) for panel, notes in self.panels]
        return Page(noted, list(self.strays.values()))


def markdown_page(text: str, names: Collection[str]) -> Page:
    """A Markdown page, whose headings may be called as `names`. Refuses one that ends within a row."""
    if (last := text.rstrip().rpartition("\n")[2].strip()).startswith("|") and not last.endswith("|"):
        raise Refused("the page ends within a row", value=last)
    page = _Reading(names)
    for block in _BLOCK.finditer(text):
        if block["line"] is not None:
            page.hear(block["line"])
        elif block["table"]:
            _pipe_table(page, block["table"].splitlines())
        elif block["text_rows"]:
            rows, trouble = _literal(block["text_rows"])
            page.add(_TEXT_COLUMNS, map(_text_row, rows), bare=True, trouble=trouble or page.other_tier(block["tier"]))
        else:
            # Whole groups of a component that lost its head; every layout gives this section the same columns.
            lost = "" if page.section == "Specialized models" else "rows whose columns the page has lost"
            rows, trouble = _literal(block["category_rows"])
            groups = [[block["category"], *map(_cell, row)] for row in rows]
            page.add(_SPECIALIZED_COLUMNS, groups, bare=True, trouble=trouble or lost, alone=False)
    if any(panel.bare for panel, _ in page.panels) and not re.search(r"\$[0-9]", text):
        raise Refused("numbers on a page that prints no dollars")
    return page.page()


def _pipe_table(page: _Reading, lines: Sequence[str]) -> None:
    """A pipe table's first two lines are its header."""
    is_table = len(lines) > 1 and bool(_RULE.fullmatch(lines[1]))
    page.add(
        [plain_cell(cell) for cell in split_cells(lines[0])],
        map(split_cells, lines[2:]),
        bare=False,
        trouble="" if is_table else "lines between bars that are no table",
        odd={n: "a row that is cut short" for n, line in enumerate(lines[2:], 1) if not line.rstrip().endswith("|")},
    )


def _literal(text: str) -> tuple[list[list[Any]], str]:
    """A JavaScript array of arrays, which differs from JSON by the comma after the last element; or its rows unread."""
    try:
        rows = exact_json(re.sub(r",(\s*\])", r"\1", text))
        if all(isinstance(row, list) for row in rows):
            return rows, ""
    except TROUBLE:
        pass
    return [[] for _ in range(_STRING.sub("", text).count("[") - 1)], "rows that are no array of arrays"


def _text_row(row: Sequence[Any]) -> list[str]:
    cells = [_cell(value) for value in row]
    return [*cells[:3], "-", cells[3]] if len(cells) == 4 else cells


def _cell(value: Any) -> str:
    """A property as the page draws it: its number or words, "-" where there is nothing."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "__pricingHtml" and isinstance(content, str):
            return words(soup(content))
        if kind == "__pricingTooltipHeading" and isinstance(content, dict):
            return str(content.get("label"))
    if isinstance(value, dict | list):
        return json_glimpse(value)
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


def html_page(text: str, names: Collection[str]) -> Page:
    """The components of the HTML page, each held against the table drawn from it."""
    page = _Reading(names)
    article = one(soup(text), "article")
    for node in article.descendants:
        if isinstance(node, Tag):
            if node.name == "astro-island":
                _read_island(page, node)
                page.notes += [words(each) for each in node.find_all(["p", "small", "li"])]
            elif node.name == "table" and not node.find_parent("astro-island"):
                page.stray("section", "a table outside every component", words(node), page.within)
        elif type(node) is NavigableString and node.strip() and not node.find_parent("astro-island"):
            # A sentence is several strings where it holds a link; heard whole, and as often, it says the same.
            page.hear(words(node.find_parent(_BLOCKS) or node.parent or article))
    return page.page()


def _read_island(page: _Reading, island: Tag) -> None:
    """A component with its rows; a whole pane with its tables inside is one more component around them, without."""
    header: list[str] = []
    rows: list[list[str]] = []
    odd: dict[int, str] = {}
    trouble = ""
    try:
        component = exact_json(str(island["opts"]))["name"]
        properties = _revived([0, exact_json(str(island["props"]))])
        if not (properties.get("rows") or properties.get("groups")) and not island.find("table"):
            return
        if component == "SwitcherSelector" and not island.find("table"):
            return
        if properties.get("rows") or properties.get("groups"):
            header, rows = _held(component, properties)
        trouble = _unknown(component, properties) or page.other_tier(properties.get("tier", page.tier))
        if not trouble:
            header, rows, odd = _checked(header, rows, one(island, "table"))
    except TROUBLE as error:
        trouble = f"a component that does not read: {error}"
    page.add(header, rows, bare=True, trouble=trouble, odd=odd)


def _held(component: str, properties: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The header and the rows that a component's properties hold."""
    listed = list(properties.get("rows") or [])
    for group in properties.get("groups") or []:
        listed += [[group.get("model"), *row] for row in group.get("rows") or []]
    if component == "TextTokenPricingTables":
        return list(_TEXT_COLUMNS), [_text_row(row) for row in listed]
    return [_cell(each).lower() for each in properties.get("headings") or []], [list(map(_cell, row)) for row in listed]


def _unknown(component: str, properties: Mapping[str, Any]) -> str:
    """What of a component nobody has read about: its kind, or a property that may hold an amount."""
    read = {"TextTokenPricingTables": {"tier", "rows"}}.get(component, {"headings", "rows", "groups"})
    if component not in ("TextTokenPricingTables", "GroupedPricingTable", "PricingTable"):
        return f"a component this parser does not know: {component}"
    others = {name: value for name, value in properties.items() if name not in read | _LAYOUT_PROPERTIES}
    others |= {
        name: sorted(group) for group in properties.get("groups") or [] for name in group.keys() - {"model", "rows"}
    }
    held = [name for name, value in others.items() if isinstance(value, list | dict) or re.search(r"\d", str(value))]
    return f"properties this parser does not know: {', '.join(sorted(held))}" if held else ""


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


def _checked(header: list[str], rows: list[list[str]], drawn: Tag) -> tuple[list[str], list[list[str]], dict[int, str]]:
    """The rows held against the table drawn from them; a row that is drawn otherwise is odd.

    The drawn text-token table has prices for long context that no property holds, which are added.
    """
    table = _drawn(drawn)
    if not table.cells:
        raise Refused("a component that draws no row")
    columns = list(dict.fromkeys([*header, *table.header]))
    held = [dict(zip(header, row, strict=True)) if len(row) == len(header) else None for row in rows]
    shown: dict[int, dict[str, str]] = {}
    denied: dict[str, str] = {}
    for cells in table.cells:
        row = dict(zip(table.header, cells, strict=False))
        twins = [number for number, each in enumerate(held) if each and _shows(row, each)]
        row["model"], _ = unmarked(row["model"])
        if len(cells) != len(table.header) or any(_BARE.fullmatch(cell) for cell in row.values()):
            denied[row["model"]] = "a drawn row cut short, or an amount without a currency sign"
        elif twins:
            shown[twins[0]] = row
        else:
            denied[row["model"]] = "the drawn table and its properties disagree"
    odd: dict[int, str] = {}
    for name, reason in denied.items():
        alike = [
            n for n, row in enumerate(rows) if n not in shown and row and _may_be(name, row[header.index("model")])
        ]
        if not alike:
            raise Refused(f"{reason}, about a row that no property holds", value=name)
        odd |= {n + 1: reason for n in alike}
    return columns, [_merged(columns, held[n], shown.get(n), rows[n]) for n in range(len(rows))], odd


def _merged(
    columns: Sequence[str], held: dict[str, str] | None, shown: dict[str, str] | None, cells: list[str]
) -> list[str]:
    """One row under all columns: as drawn under the drawn ones, else as held; the drawn name lacks its note."""
    if held is None:
        return cells
    row = {**shown, "model": held["model"]} if shown and shown.keys() - held.keys() else held
    return [row.get(name, "-") for name in columns]


def _drawn(table: Tag) -> Table:
    """What a component shows, two rows of header made one: ``Short context`` over ``Input``."""
    read = html_table(table)
    header, cells = read.header, read.cells
    if "" in header:
        header, cells = tuple(f"{over} {name}".strip() for over, name in zip(header, cells[0], strict=True)), cells[1:]
    header = tuple(unmarked(name)[0].lower() for name in header)
    if len(set(header)) != len(header) or "model" not in header:
        raise Refused("a drawn header that does not read", value=header)
    return replace(read, header=header, cells=cells)


def _may_be(drawn: str, held: str) -> bool:
    """Whether a drawn name is a held one, or one with something added to it."""
    return any(re.fullmatch(rf"{re.escape(name)}(?![\w.-]).*", drawn) for name in _names(held))


def _names(printed: str) -> tuple[str, str]:
    """A held name as it may be drawn: with its note, or without."""
    return printed, printed.partition(" (")[0]


def _shows(drawn: Mapping[str, str], row: Mapping[str, str]) -> bool:
    """Whether a drawn row shows in dollars what the properties hold; prices for long context aside."""
    shown = {
        name.removeprefix("short context "): cell
        for name, cell in drawn.items()
        if not name.startswith("long context ")
    }
    held = dict(row)
    if "cache writes" not in shown and held.get("cache writes") == "-":
        del held["cache writes"]
    if shown.pop("model") not in _names(held.pop("model")) or shown.keys() != held.keys():
        return False
    return all(shown[column] == cell or _is_dollars(unmarked(shown[column])[0], cell) for column, cell in held.items())


def _is_dollars(shown: str, number: str) -> bool:
    try:
        return money(shown) == (decimal(number), "usd", "")
    except ValueError:
        return False
