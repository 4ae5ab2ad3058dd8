"""Edits of Markdown and HTML pages: cells, rows, columns, headings, sections and sentences."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from bench.drift.original import Hanging, Original, bumped, significant
from bench.drift.readings import Edit, Key, among

Span = tuple[int, int]

_AMOUNT = re.compile(r"(?P<sign>US\\?\$|\\?\$|€|¥|￥)?\s?(?P<number>\d[\d,]*(?:\.\d+)?)")
_UNIT = re.compile(r"\d\s*[KMB%xX]\b|\d\s?(?:min|hour|image|second|token)")


@dataclass(frozen=True)
class Line:
    """One line of a table: its own span and the spans of its cells' contents; HTML cells with the tag around them."""

    span: Span
    cells: tuple[Span, ...]
    outer: tuple[Span, ...]


@dataclass(frozen=True)
class Grid:
    """One table of a page: the header, its lines, and whether every line has as many cells with none merged."""

    markup: str
    span: Span
    header: Line
    lines: tuple[Line, ...]
    plain: bool


@dataclass(frozen=True)
class Site:
    """One amount in a page on which prices hang.

    number, sign  where the digits stand, and the sign before them (``""`` where there is none)
    node          the words around it that are replaced together: a Markdown cell, an HTML text node
    grid, line, column  of the table it stands in
    """

    number: Span
    sign: str
    node: Span
    hanging: Hanging
    markup: str
    grid: Grid | None = None
    line: int = -1
    column: int = -1


def edits(original: Original, each: int) -> Iterator[Edit]:
    """Every kind of edit that fits the page, `each` times at most."""
    page = _Page(original, each)
    for site in page.sites:
        yield from page.of_amount(site)
        if site.grid:
            yield from page.of_row(site)
            yield from page.of_table(site)
    yield from page.of_page(each)


class _Page:
    def __init__(self, original: Original, each: int) -> None:
        self.original = original
        self.text = original.text
        self.each = each
        self.random = original.random

    # --- where things stand -------------------------------------------------------------------------------------------

    @cached_property
    def grids(self) -> list[Grid]:
        return [*_pipe_grids(self.text), *_html_grids(self.text)]

    @cached_property
    def sites(self) -> list[Site]:
        """Amounts that prices hang on: in tables, in sentences and in data inside the page, `each` of every sort."""
        signed, data = self._outside()
        tables = self._found(self._cells(signed=True)) or self._found(self._cells(signed=False), guess=False)
        return [*tables, *self._found(signed), *self._found(data, guess=False)]

    def _found(self, candidates: list[Site], *, guess: bool = True) -> list[Site]:
        """Some of the candidates: those that are proved, or else those that a digit speaks for."""
        found: list[Site] = []
        drawn = self.random.sample(candidates, min(len(candidates), 12 * self.each))
        for way in (self._hanging, self._guess) if guess else (self._hanging,):
            for site in drawn:
                if len(found) < self.each and (hanging := way(site)):
                    found.append(replace(site, hanging=hanging))
            if found:
                break
        return found

    def _guess(self, site: Site) -> Hanging | None:
        return self.original.guessed(self.words(site.number))

    def _hanging(self, site: Site) -> Hanging | None:
        hanging = self.original.hanging(_put(self.text, (site.number, bumped(self.words(site.number)))))
        if hanging and self.original.reading.prices and not any(key.is_price for key in hanging.keys):
            return None
        return hanging

    def _cells(self, *, signed: bool) -> list[Site]:
        return [
            site
            for grid in self.grids
            for row, line in enumerate(grid.lines)
            for column, cell in enumerate(line.cells)
            for site in self._amounts(cell, grid, row, column)
            if (site.sign if signed else not site.sign and column and not _UNIT.match(self.text, site.number[1] - 1))
        ]

    def _amounts(self, cell: Span, grid: Grid, row: int, column: int) -> Iterator[Site]:
        for match in _AMOUNT.finditer(self.text, *cell):
            if set(match["number"]) <= set("0.,"):
                continue
            node = _trimmed(self.text, cell)
            if grid.markup == "html":
                start = self.text.rfind(">", cell[0] - 1, match.start()) + 1
                end = self.text.find("<", match.end(), cell[1])
                node = (max(start, cell[0]), cell[1] if end < 0 else end)
            if re.search(r"[\w/-]$", self.text[max(node[0], match.start() - 1) : match.start()]) and not match["sign"]:
                continue  # the digits of a name
            yield Site(
                match.span("number"), match["sign"] or "", node, Hanging(frozenset()), grid.markup, grid, row, column
            )

    def _outside(self) -> tuple[list[Site], list[Site]]:
        """Amounts outside tables: those with a sign, and those in data whose digits are a price's."""
        covered = [grid.span for grid in self.grids]
        prices = {
            significant(value) for key in self.original.reading.prices for value in self.original.reading.values[key]
        }
        found = [
            Site(
                match.span("number"),
                match["sign"] or "",
                match.span(),
                Hanging(frozenset()),
                self._markup(match.start("number")),
            )
            for match in _AMOUNT.finditer(self.text)
            if significant(match["number"])
            and (match["sign"] or significant(match["number"]) in prices)
            and not any(start <= match.start() < end for start, end in covered)
        ]
        data = [site for site in found if site.markup == "data"]
        # Prices stand together and have a point: only the numbers that look most like them are tried.
        starts = [site.number[0] for site in data]
        near = {start: bisect(starts, start + 400) - bisect(starts, start - 400) for start in starts}
        data.sort(key=lambda site: (self._is_price(site) and "." in self.words(site.number), near[site.number[0]]))
        return [site for site in found if site.markup != "data" and site.sign], data[-max(12, len(data) // 8) :]

    def _is_price(self, site: Site) -> bool:
        values = (value for key in self.original.reading.prices for value in self.original.reading.values[key])
        return among(self.words(site.number).replace(",", ""), values)

    def _markup(self, position: int) -> str:
        """``data`` inside scripts, attributes and lists of values; else the markup of the page."""
        if self._in_script(position):
            return "data"
        if self.original.media == "html" and self.text.rfind("<", 0, position) > self.text.rfind(">", 0, position):
            return "data"
        before, after = self.text[max(0, position - 40) : position], self.text[position : position + 40]
        if re.search(r"[\[,:\"'`(]\s*$", before) and re.match(r"[\d.,]+\s*[\],:}\"'`)\\]", after):
            return "data"
        return self.original.media

    def _in_script(self, position: int) -> bool:
        return self.text.rfind("<script", 0, position) > self.text.rfind("</script", 0, position)

    def words(self, span: Span) -> str:
        return self.text[span[0] : span[1]]

    def place(self, position: int) -> str:
        return f"L{self.text.count(chr(10), 0, position) + 1}"

    # --- one amount ---------------------------------------------------------------------------------------------------

    def of_amount(self, site: Site) -> Iterator[Edit]:
        number, node = self.words(site.number), self.words(site.node)
        signed = (site.number[0] - len(site.sign), site.number[1])
        if self.words(signed) != site.sign + number:  # a blank between them
            signed = (site.node[0] + node.index(site.sign), site.number[1]) if site.sign else site.number
        amount, words = _decimal(number), self.words(signed)
        same, gone = site.hanging.scaled(amount, amount), site.hanging.unsaid()
        beside = self._beside(site)

        def edit(kind: str, span: Span, written: str, truth: dict[Key, frozenset[str]], **more: Any) -> Edit:
            touched = site.hanging.keys | (beside if span == site.node else frozenset())
            return Edit(kind, self.place(span[0]), _put(self.text, (span, written)), touched, truth, **more)

        def other(kind: str, written: str, printed: str) -> Edit:
            return edit(kind, site.number, written, site.hanging.scaled(amount, _decimal(printed)))

        if not site.hanging.guessed:
            yield other("another price", bumped(number), bumped(number))
        if site.markup == "data":
            yield from self._of_data(site, edit, same, gone)
            return
        html = site.markup == "html"
        double = f"{amount * 2:f}"
        sign = site.sign
        marks = {
            "a raised ¹ behind a price": "¹",
            "an asterisk behind a price": "*" if html else "\\*",
            "<sup>1</sup> behind a price": "<sup>1</sup>",
            "(1) behind a price": " (1)",
            "a badge behind a price": ' <span class="badge">New</span>',
            "a dagger behind a price": "†",
        }
        for kind, mark in marks.items():
            yield edit(kind, signed, words + mark, same)
        if site.sign and site.grid:
            for kind, said in {
                "Contact us for a price": "Contact us",
                "TBD for a price": "TBD",
                "a dash for a price": "—",
                "N/A for a price": "N/A",
                "nothing for a price": "",
                "Coming soon for a price": "Coming soon",
            }.items():
                yield edit(kind, site.node, said, gone)
            free = {key: values | {"0"} for key, values in gone.items()}
            yield edit("Free for a price", site.node, "Free", free, restated=frozenset({"0"}))
        comma = number.replace(",", "").replace(".", ",") if "." in number else f"{number.replace(',', '')},00"
        yield edit("a decimal comma", site.number, comma, same)
        thousand = f"{1 + amount % 9:.0f},250.00"
        if not site.hanging.guessed:
            yield other("thousands with a comma", thousand, thousand)
        wide = number.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
        yield edit("full-width digits", site.number, wide, same)
        space = "&nbsp;" if html else "\u00a0"
        if " " in node.strip() and "<" not in node:
            yield edit("a no-break space in a price", site.node, node.strip().replace(" ", space), same)
        else:
            yield edit("a no-break space in a price", signed, f"{sign}{space}{number}", same)
        struck = f"<del>{sign}{double}</del> {words}" if html else f"~~{sign}{double}~~ {words}"
        yield edit("an old price struck out", signed, struck, same)
        yield edit("an old price in words", signed, f"{words} (was {sign}{double})", same)
        yield edit("a range of prices", signed, f"{words}–{sign}{double}", gone)
        yield edit("a price from", signed, f"from {words}", gone)
        until = same | {key: frozenset[str]() for key in same if "effective_to" not in key.condition}
        held = frozenset(value for values in same.values() for value in values)
        yield edit("a price through a day", signed, f"{words} (through 31 August)", until | gone, restated=held)
        yield edit("a bold price", signed, f"<b>{words}</b>" if html else f"**{words}**", same)
        link = f'<a href="/pricing#note">{words}</a>' if html else f"[{words}](/pricing#note)"
        yield edit("a link around a price", signed, link, same)
        yield edit("blanks around a price", site.node, f"\n   {node}  \n" if html else f"  {node}   ", same)
        if html:
            yield edit("a comment before a price", signed, f"<!-- -->{words}", same)
        if sign.endswith("$"):
            yield edit("another currency in one cell", signed, f"€{number}", gone, restated=held)
            yield edit("dollars in letters", signed, f"{number} USD", same)
            thousandth = site.hanging.scaled(amount, amount * 1000)
            tokens = all("tok" in key.unit for key in site.hanging.keys)
            if tokens and (
                unit := re.compile(r"(?:/|per) ?(?:1?M\w*|1 million)(?: tokens)?").search(
                    node, signed[1] - site.node[0]
                )
            ):
                per = (site.node[0] + unit.start(), site.node[0] + unit.end())
                yield edit("another unit in one cell", per, "/ 1K tokens", thousandth)
            elif tokens:
                yield edit("another unit in one cell", signed, f"{words} / 1K tokens", thousandth)
        note = "<p>¹ Taxes come on top.</p>" if html else "\n¹ Taxes come on top.\n"
        if site.grid:
            text = _put(self.text, (signed, f"{words}¹"), ((site.grid.span[1],) * 2, note))
            yield Edit("a footnote that explains", self.place(signed[0]), text, site.hanging.keys, same)
            note = note.replace("Taxes come on top", f"Until 31 August, then {sign}{double}")
            text = _put(self.text, (signed, f"{words}¹"), ((site.grid.span[1],) * 2, note))
            yield Edit(
                "a footnote with another price",
                self.place(signed[0]),
                text,
                site.hanging.keys,
                gone,
                held | {value for values in site.hanging.scaled(amount, amount * 2).values() for value in values},
            )

    def _beside(self, site: Site) -> frozenset[Key]:
        """What hangs on the other amounts of the same words."""
        spans = [match.span("number") for match in _AMOUNT.finditer(self.text, *site.node)][:4]
        found = [
            self.original.hanging(_put(self.text, (span, bumped(self.words(span)))))
            for span in spans
            if span != site.number
        ]
        return frozenset(key for each in found if each for key in each.keys)

    def _of_data(
        self,
        site: Site,
        edit: Callable[..., Edit],
        same: dict[Key, frozenset[str]],
        gone: dict[Key, frozenset[str]],
    ) -> Iterator[Edit]:
        number = self.words(site.number)
        before = self.text[site.number[0] - 1]
        if before in "\"'`" and self.text[site.number[1]] in "\\\"'`":
            for kind, said in {
                "TBD for a price": "TBD",
                "nothing for a price": "",
                "a dash for a price": "—",
            }.items():
                yield edit(kind, site.number, said, gone)
            yield edit(
                "a decimal comma", site.number, number.replace(".", ",") if "." in number else f"{number},00", same
            )
            yield edit("a price from", site.number, f"from {number}", gone)
            yield edit("an asterisk behind a price", site.number, f"{number}*", same)
        elif not site.sign and before in ":,[ ":
            yield edit("null for a price", site.number, "null", gone)
            yield edit("a negative price", site.number, "-1000000", gone)

    # --- one row ------------------------------------------------------------------------------------------------------

    def of_row(self, site: Site) -> Iterator[Edit]:
        grid = site.grid
        assert grid
        line = grid.lines[site.line]
        words = self.words(line.span)
        touched = self.original.row(site.hanging.keys)
        subjects = {key.subject for key in touched}
        place = self.place(line.span[0])
        alone = grid.plain
        end = (line.span[1],) * 2
        if len(subjects) == 1 and (subject := next(iter(subjects))) in words:
            about = self.original.about(touched) | touched
            if alone and (new := _next_name(subject, self.text)):
                renewed = words.replace(subject, new)
                names = {new: subject}
                yield Edit("a new row", place, _put(self.text, (end, renewed)), names=names)
                last = grid.lines[-1].span
                yield Edit("a new last row", place, _put(self.text, ((last[1],) * 2, renewed)), names=names)
            for kind, name in {
                "a remark behind a name": f"{subject} (new!)",
                "square brackets behind a name": f"{subject} [new!]",
                "an emoji behind a name": f"{subject} 🚀",
                "a mark behind a name": f"{subject}¹",
                "a bold name": f"<b>{subject}</b>" if site.markup == "html" else f"**{subject}**",
                "a link around a name": f'<a href="/m">{subject}</a>' if site.markup == "html" else f"[{subject}](/m)",
                "a dated badge behind a name": f"{subject} Preview until 31 August",
            }.items():
                position = words.index(subject)
                renamed = words[:position] + name + words[position + len(subject) :]
                yield Edit(kind, place, _put(self.text, (line.span, renamed)), about)
            if alone:
                yield Edit("a row deleted", place, _put(self.text, (line.span, "")), about)
        elif alone and line.cells:
            label = _put(words, (_within(line.cells[0], line.span), _label(self.words(line.cells[0]))))
            yield Edit("a row of something new", place, _put(self.text, (end, label)))
        if alone:
            number = self.words(site.number)
            twice = _put(words, (_within(site.number, line.span), bumped(number)))
            both = site.hanging.scaled(_decimal(number), _decimal(bumped(number)))
            both = {key: values | self.original.reading.values[key] for key, values in both.items()}
            yield Edit("a row twice, with another price", place, _put(self.text, (end, twice)), touched, both)
            yield Edit("a row twice", place, _put(self.text, (end, words)))
            blank = _blanked(words, line, grid.markup)
            yield Edit("a line between the rows", place, _put(self.text, (end, blank)))
            if len(line.outer) > 2:
                short = _put(self.text, (line.outer[-1], ""))
                yield Edit("a row one cell short", place, short, touched)
            if site.line + 1 < len(grid.lines) and all(self.words(each.cells[0]).strip() for each in grid.lines):
                following = grid.lines[site.line + 1]
                swapped = _put(self.text, (line.span, self.words(following.span)), (following.span, words))
                yield Edit("rows in another order", place, swapped)

    # --- one table ----------------------------------------------------------------------------------------------------

    def of_table(self, site: Site) -> Iterator[Edit]:
        grid = site.grid
        assert grid
        place = self.place(grid.span[0])
        html = grid.markup == "html"
        for kind, change in _HEADERS.items():
            for cell in self.random.sample(grid.header.cells, len(grid.header.cells)):
                if (changed := change(self.words(cell), html)) is not None and changed != self.words(cell):
                    yield Edit(kind, place, _put(self.text, (cell, changed)))
                    break
        if grid.plain:
            column = site.column
            amount = _decimal(self.words(site.number))
            known = site.hanging.scaled(amount, Decimal("9.87"))
            restated = frozenset(value for values in known.values() for value in values)
            priced = self._with_column(
                grid, column, lambda words: f"Audio {words}", lambda words: _AMOUNT.sub(_priced, words, count=1)
            )
            yield Edit("a new price column", place, priced, restated=restated)
            told = self._with_column(grid, column, lambda _: "Notes", lambda _: "See the docs")
            yield Edit("a new column of words", place, told)
            empty = self._with_column(grid, column, lambda _: "", lambda _: "")
            yield Edit("a new empty column", place, empty)
            if column > 1:
                lines = (grid.header, *grid.lines, *((_rule_line(self.text, grid),) if not html else ()))
                swaps = [
                    part
                    for line in lines
                    for part in (
                        (line.outer[column], self.words(line.outer[column - 1])),
                        (line.outer[column - 1], self.words(line.outer[column])),
                    )
                ]
                yield Edit("columns in another order", place, _put(self.text, *swaps))
            if len(grid.lines) > 1:
                middle = grid.lines[len(grid.lines) // 2].span[0]
                yield Edit("a table in two", place, self._split(grid, middle))
            if html:
                yield from self._merged(grid, place)
        if html:
            attributes = re.sub(r"<(td|th|tr)\b", r'<\1 class="x9" data-v="1"', self.words(grid.span))
            yield Edit("other attributes on every cell", place, _put(self.text, (grid.span, attributes)))
        else:
            loose = re.sub(r" *\| *", "  |  ", self.words(grid.span))
            if "`" not in loose and "\\|" not in loose:
                yield Edit("other blanks in every cell", place, _put(self.text, (grid.span, loose)))

    def _with_column(self, grid: Grid, column: int, name: Callable[[str], str], cell: Callable[[str], str]) -> str:
        """The text with a column more, behind one whose cells it is made of."""
        parts = []
        for line in (grid.header, *grid.lines):
            make = name if line is grid.header else cell
            outer = line.outer[column]
            inner = _within(line.cells[column], outer)
            old = self.words(outer)
            node = _node(old, inner) if grid.markup == "html" else inner
            words = old[node[0] : node[1]]
            parts.append(((outer[1],) * 2, old[: node[0]] + make(words.strip()) + old[node[1] :]))
        if grid.markup == "markdown":
            rule = _rule_line(self.text, grid)
            parts.append(((rule.outer[column][1],) * 2, self.words(rule.outer[column])))
        return _put(self.text, *parts)

    def _split(self, grid: Grid, middle: int) -> str:
        head = self.text[grid.span[0] : grid.lines[0].span[0]]
        if grid.markup == "markdown":
            return _put(self.text, ((middle, middle), f"\n{head.lstrip(chr(10))}"))
        tail = "</table>"
        body = "</tbody>" if "<tbody" in head else ""
        return _put(self.text, ((middle, middle), f"{body}{tail}\n{head}"))

    def _merged(self, grid: Grid, place: str) -> Iterator[Edit]:
        """Two equal cells, one above the other, as one."""
        for above, below in zip(grid.lines, grid.lines[1:], strict=False):
            for one, other in zip(above.outer, below.outer, strict=True):
                words = self.words(one)
                if words == self.words(other) and len(words) > 12:
                    merged = words.replace(words[:3], f'{words[:3]} rowspan="2"', 1)
                    yield Edit("two cells merged", place, _put(self.text, (one, merged), (other, "")))
                    return

    # --- the whole page -----------------------------------------------------------------------------------------------

    def of_page(self, times: int) -> Iterator[Edit]:
        heads = _headings(self.text, self.original.media)
        first = min((grid.span[0] for grid in self.grids), default=0)
        behind = [head for head in heads if head[0] > first and head[2] > 1] or heads[1:]
        for head in self.random.sample(behind, min(times, len(behind))):
            yield from self._sections(head)
        for head in self.random.sample(heads, min(times, len(heads))):
            start, end = head[1]
            name = self.text[start:end]
            place = self.place(start)
            for kind, written in {
                "a heading in other case": name.title() if name != name.title() else name.upper(),
                "a heading with a no-break space": name.replace(
                    " ", "&nbsp;" if self.original.media == "html" else "\u00a0"
                ),
            }.items():
                if written != name:
                    yield Edit(kind, place, _put(self.text, (head[1], written)))
        if "\n" in self.text and "\r" not in self.text:
            yield Edit("other line ends", "L1", self.text.replace("\n", "\r\n"))
        if self.original.media == "html" and "<body" in self.text:
            banner = re.sub(r"(<body\b[^>]*>)", r"\1<div role='banner'>Meet our new models</div>", self.text, count=1)
            yield Edit("a banner without money", "L1", banner)

    def _sections(self, head: tuple[int, Span, int]) -> Iterator[Edit]:
        position, _, level = head
        place = self.place(position)
        before = (position, position)
        html = self.original.media == "html"

        def edit(kind: str, *blocks: str) -> Edit:
            # Where headings are models, an unknown heading is a new one.
            return Edit(kind, place, _put(self.text, (before, "".join(blocks))), added=frozenset({"3.21", "77.7"}))

        def heading(words: str) -> str:
            return f"<h{level}>{words}</h{level}>\n" if html else f"{'#' * level} {words}\n\n"

        def said(words: str) -> str:
            return f"<p>{words}</p>\n" if html else f"{words}\n\n"

        table = (
            "<table><tr><th>Item</th><th>Rate</th></tr><tr><td>Voice agent</td><td>$3.21 / hour</td></tr></table>\n"
            if html
            else "| Item | Rate |\n| --- | --- |\n| Voice agent | $3.21 / hour |\n\n"
        )
        yield edit("a sentence with free credits", said("New accounts get $5 in free credits."))
        yield edit("a sentence without money", said("Prices are reviewed from time to time."))
        yield edit("an unknown section with a price", heading("Voice agents"), said("A call costs $3.21 per hour."))
        yield edit("an unknown section with a table", heading("Voice agents"), table)
        yield edit("an unknown section without money", heading("Changes"), said("Nothing changed this month."))
        grids = [grid for grid in self.grids if grid.plain and grid.markup == self.original.media]
        if grids:
            grid = self.random.choice(grids)
            copied = self.words((grid.span[0], grid.lines[0].span[1]))
            copied += "" if not html else "</table>"
            dearer = _AMOUNT.sub(lambda each: each[0] if not each["sign"] else f"{each['sign']}77.7", copied)
            if dearer != copied:
                yield edit("an unknown section with a known table", heading("Turbo mode"), dearer + "\n\n")


# --- reading the shape of a page --------------------------------------------------------------------------------------

_RULE = re.compile(r"^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")


def _pipe_grids(text: str) -> list[Grid]:
    grids: list[Grid] = []
    lines: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        lines.append((start, start + len(line)))
        start += len(line)
    index, fenced = 0, False
    while index + 1 < len(lines):
        words = text[slice(*lines[index])]
        if re.match(r"^\s*(```|~~~)", words):
            fenced = not fenced
        rule = text[slice(*lines[index + 1])].strip()
        if fenced or "|" not in words or "-" not in rule or "|" not in rule or not _RULE.match(rule):
            index += 1
            continue
        header = _pipe_line(text, lines[index])
        body = []
        first = index
        index += 2
        while index < len(lines) and "|" in text[slice(*lines[index])]:
            body.append(_pipe_line(text, lines[index]))
            index += 1
        if body:
            plain = all(len(line.cells) == len(header.cells) for line in body) and text[body[-1].span[1] - 1] == "\n"
            grids.append(Grid("markdown", (lines[first][0], body[-1].span[1]), header, tuple(body), plain))
    return grids


def _pipe_line(text: str, span: Span) -> Line:
    start, end = span
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    if text[start : start + 1] == "|":
        start += 1
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    cells, code, opened = [], False, start
    for position in range(start, end):
        if text[position] == "`":
            code = not code
        if text[position] == "|" and not code and text[position - 1] != "\\":
            cells.append((opened, position))
            opened = position + 1
    cells.append((opened, end))
    outer = tuple((first - 1, last) if text[first - 1 : first] == "|" else (first, last) for first, last in cells)
    return Line(span, tuple(cells), outer)


def _rule_line(text: str, grid: Grid) -> Line:
    start = grid.header.span[1]
    return _pipe_line(text, (start, text.index("\n", start) + 1))


_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TR = re.compile(r"<(?:tr|thead)\b[^>]*>(?P<cells>.*?)(?P<end></tr>|</thead>|(?=<tr\b|</tbody>|</table>))", re.DOTALL)
_CELL = re.compile(r"<(?P<tag>t[dh])\b(?P<attributes>[^>]*)>(?P<inner>.*?)</(?P=tag)>", re.DOTALL)


def _html_grids(text: str) -> list[Grid]:
    grids = []
    for table in _TABLE.finditer(text):
        lines, merged = [], False
        for row in _TR.finditer(text, *table.span()):
            cells = list(_CELL.finditer(text, *row.span("cells")))
            if cells:
                merged = merged or any(re.search(r"(?:row|col)span", cell["attributes"]) for cell in cells)
                lines.append(
                    Line(row.span(), tuple(cell.span("inner") for cell in cells), tuple(cell.span() for cell in cells))
                )
        if len(lines) > 1:
            plain = not merged and len({len(line.cells) for line in lines}) == 1
            grids.append(Grid("html", table.span(), lines[0], tuple(lines[1:]), plain))
    return grids


def _headings(text: str, media: str) -> list[tuple[int, Span, int]]:
    """Where each heading starts, the span of its words, and its level."""
    if media == "html":
        return [
            (match.start(), match.span("words"), int(match["level"]))
            for match in re.finditer(r"<h(?P<level>[1-6])\b[^>]*>(?:<[^>]*>)*(?P<words>[^<]+)", text)
        ]
    found, fenced, start = [], False, 0
    for line in text.splitlines(keepends=True):
        if re.match(r"^\s*(```|~~~)", line):
            fenced = not fenced
        if not fenced and (match := re.match(r"^(#{1,6})\s+(?P<words>.*\S)", line)):
            span = (start + match.start("words"), start + match.end("words"))
            found.append((start, span, len(match[1])))
        start += len(line)
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


def _put(text: str, *parts: tuple[Span, str]) -> str:
    """A text with spans replaced, all of them places in the text as it was."""
    for (start, end), words in sorted(parts, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _within(span: Span, outer: Span) -> Span:
    return span[0] - outer[0], span[1] - outer[0]


def _trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    return span[0] + len(words) - len(words.lstrip()), span[1] - len(words) + len(words.rstrip())


def _node(text: str, inner: Span) -> Span:
    """The first words of an HTML cell, without the tags around them."""
    match = re.compile(r"(?:\s*<[^>]*>)*\s*(?P<words>[^<]*)").match(text, *inner)
    return match.span("words") if match else inner


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _priced(match: re.Match[str]) -> str:
    return f"{match['sign'] or ''}9.87"


def _next_name(subject: str, text: str) -> str | None:
    """A name like this one that the page does not have: the first number in it grown."""
    for number in range(7, 99):
        name = re.sub(r"\d+", str(number), subject, count=1)
        name = name if name != subject else f"{subject}-{number}"
        if name not in text:
            return name
    return None


def _label(words: str) -> str:
    return re.sub(r"(^|>)\s*[^<>\s|][^<>|]*", r"\1 Thermal surcharge ", words, count=1)


def _blanked(words: str, line: Line, markup: str) -> str:
    """A line that only says what the lines under it are."""
    if markup == "html":
        tag = "td"
        return f'<tr><{tag} colspan="{len(line.cells)}">Legacy models</{tag}></tr>'
    parts = [(_within(cell, line.span), " ") for cell in line.cells[1:]]
    return _put(words, (_within(line.cells[0], line.span), " **Legacy models** "), *parts)


def _other_case(words: str, html: bool) -> str | None:
    if "<" in words or not re.search(r"[a-z]", words):
        return None
    return words.upper() if words != words.upper() and "&" not in words else None


def _no_break(words: str, html: bool) -> str | None:
    inner = words.strip()
    if "<" in inner or " " not in inner:
        return None
    return words.replace(inner, inner.replace(" ", "&nbsp;" if html else "\u00a0", 1))


def _two_blanks(words: str, html: bool) -> str | None:
    inner = words.strip()
    return words.replace(inner, inner.replace(" ", "  ", 1)) if " " in inner and "<" not in inner else None


def _anded(words: str, html: bool) -> str | None:
    return re.sub(r" &(?:amp;)? ", " and ", words) if re.search(r" &(?:amp;)? ", words) else None


def _marked(words: str, html: bool) -> str | None:
    inner = words.strip()
    return words.replace(inner, inner + ("<sup>1</sup>" if html else "¹")) if inner and "<" not in inner else None


def _bold(words: str, html: bool) -> str | None:
    inner = words.strip()
    if not inner or "<" in inner or "*" in inner:
        return None
    return words.replace(inner, f"<b>{inner}</b>" if html else f"**{inner}**")


_HEADERS: dict[str, Callable[[str, bool], str | None]] = {
    "a header in other case": _other_case,
    "a header with a no-break space": _no_break,
    "a header with two blanks": _two_blanks,
    "a header with and for &": _anded,
    "a header with a footnote mark": _marked,
    "a bold header": _bold,
}
