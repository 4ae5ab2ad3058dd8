"""How ``almanac digest`` looks: headings and lines, as the webhook is sent them."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import heading
from pipelines.wording.digest import headline, sections


def lay_out(found: Row) -> Iterator[RenderableType]:
    yield Text(headline(found), style="bold")
    for title, lines in sections(found):
        yield heading(title)
        yield from map(Text, lines)
