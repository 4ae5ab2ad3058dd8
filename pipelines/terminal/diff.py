"""How ``almanac diff`` looks: what changed between two editions, the most telling first."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import heading
from pipelines.wording.changes import KINDS, count_words

SHOWN = 20
"""Lines of one kind; --json gives all."""


def lay_out(account: Row) -> Iterator[RenderableType]:
    yield Text(f"From edition {account['before']['edition_id']} to {account['edition_id']}", style="bold")
    yield Text(count_words(account["counts"]).capitalize())
    for kind in KINDS:
        if found := account[kind.name]:
            yield heading(f"{kind.title} ({len(found):,})")
            for change in found[:SHOWN]:
                why = kind.why(change)
                yield Text.assemble(kind.words(change), (f"  ({why[0].lower()}{why[1:]})" if why else "", "dim"))
            if len(found) > SHOWN:
                yield Text(f"and {len(found) - SHOWN:,} more, see --json", style="dim")
