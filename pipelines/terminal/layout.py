"""The parts of a person's terminal: tables that stay legible in a pipe, headings, cells in their colour.

Belongs here: layout. Does not: queries, what a value means, or how an amount is written (`pipelines.wording`).
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.wording.amounts import moment, number
from pipelines.wording.phrases import inert, listed

PIPE_WIDTH = 10_000
"""Columns of a pipe: as good as endless, so that one row of a table is one line."""

_STATE_STYLES = {
    "yes": "green",
    "no": "red",
    "unknown": "yellow",
    "fresh": "green",
    "partial": "yellow",
    "stale": "yellow",
    "failing": "red",
    "never": "magenta",
}


def console(*, stderr: bool = False) -> Console:
    """The console of one command: as wide as its terminal, endless in a pipe; colour only where a person looks."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and not os.environ.get("COLUMNS"):
        made.width = PIPE_WIDTH
    return made


def show(out: Console, *shown: RenderableType) -> None:
    """Print; in a pipe without the blanks that fill a table's last column."""
    if out.is_terminal:
        out.print(*shown, sep="\n")
        return
    with out.capture() as captured:
        out.print(*shown, sep="\n")
    out.file.writelines(line.rstrip() + "\n" for line in captured.get().splitlines())


def heading(words: str) -> Text:
    return Text(f"\n{inert(words)}", style="bold cyan")


def table(*columns: str, right: Sequence[str] = (), whole: Sequence[str] = ()) -> Table:
    """A table without a frame. Columns in `right` are numbers; neither they nor those in `whole` are ever broken."""
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        justify: Literal["right", "left"] = "right" if column in right else "left"
        made.add_column(column, justify=justify, no_wrap=column in (*right, *whole), overflow="fold")
    return made


def chain(links: Iterable[tuple[str, str]]) -> Table:
    """Label and words of every link, one under the other, each resting on the next."""
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for label, words in links:
        made.add_row(Text(f"  {label}", style="cyan"), words)
    return made


def more(count: int) -> Iterator[Text]:
    """What is said of the rows a list leaves out, where it leaves any out."""
    if count > 0:
        yield Text(f"and {count:,} more, see --json", style="dim")


def cell(value: object) -> Text:
    """Any value of the warehouse as a person reads it; null is unknown."""
    match value:
        case None:
            return unknown()
        case bool():
            return state("Yes" if value else "No")
        case int():
            return Text(f"{value:,}")
        case Decimal():
            return Text(number(value))
        case datetime():
            return Text(moment(value))
        case date():
            return Text(value.isoformat())
        case list() | tuple():
            return Text(listed(value))
        case _:
            return Text(inert(str(value)))


def unknown(why: str = "") -> Text:
    return Text(f"unknown ({inert(why)})" if why else "unknown", style="yellow")


def state(word: str) -> Text:
    """A word of a small vocabulary, in its colour."""
    return Text(inert(word), style=_STATE_STYLES.get(word.lower(), ""))
