"""How rows are shown beside an asset or a check: Markdown tables whose cells are inert words.

Belongs here: the writing of such a table. Does not: which rows (`checks`, `sources`, `lineage`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import dagster as dg

from pipelines.wording.amounts import moment
from pipelines.wording.phrases import inert

CELL = 160
"""So many characters of a cell are shown."""


def rows(columns: Sequence[str], found: Iterable[Sequence[object]], more: int = 0) -> dg.MarkdownMetadataValue:
    """A table of rows, and how many more there are."""
    lines = [
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(map(cell, row))} |" for row in found),
        *([f"\nand {more:,} more"] if more > 0 else []),
    ]
    return dg.MetadataValue.md("\n".join(lines))


def cell(value: object) -> str:
    """One value: a page's words stay words, on one line, whatever Markdown would make of them."""
    match value:
        case None | "":
            return ""
        case bool() | int():
            return str(value)
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return moment(value)
    words = inert(str(value))
    shown = words if len(words) <= CELL else f"{words[:CELL]}…"
    return f"`{shown.replace('`', chr(39)).replace('|', '¦')}`"
