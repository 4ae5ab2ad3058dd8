"""What documents offer: the place of every row, listed without the parser that reads it.

A row is what a document repeats: an entry of a list, a line of a table, a card. Belongs here: the shapes many documents
share. Does not: a shape only one page has, which its module lists, nor what any row means.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sources.contract import WHOLE, Document, LeftOut
from sources.readers import documents
from sources.readers.documents import Section
from sources.readers.structured import keyed, listed


def whole(_: Document) -> Iterator[str]:
    """The one row of a document that is about one thing."""
    return iter(WHOLE)


def table_lines(document: Document) -> Iterator[str]:
    """The lines of every table of a Markdown or HTML page, header lines aside, where its `Table` says they are."""
    text = document.text
    is_html = text.lstrip("\ufeff \n\t").startswith("<")
    for table in documents.html_tables(documents.page(document)) if is_html else documents.markdown_tables(text):
        yield from documents.line_places(table)


def sections(cut: Callable[[Document], Iterable[Section]]) -> Callable[[Document], Iterator[str]]:
    """The rows of a page that `cut` takes apart at its headings, see `rows_of`."""
    return lambda document: told_apart(place for section in cut(document) for place in section.rows)


def left_out(section: Section, why: str) -> Iterator[LeftOut]:
    """Every row of a section, as left out."""
    return (LeftOut(place, why) for place in section.rows)


def entries(*path: str, key: str = "id") -> Callable[[Document], Iterator[str]]:
    """The entries of a JSON list under the keys of `path`, each at ``data[id=gpt-5.1]``."""

    def places(document: Document) -> Iterator[str]:
        node: Any = document.json_with_oddities()
        for name in path:
            node = node[name]
        return (each.place for each in listed(node, ".".join(path), key))

    return places


def keys(document: Document) -> Iterator[str]:
    """The entries of a JSON object, each at ``$['gpt-5.1']``."""
    return (each.place for each in keyed(document.json_with_oddities()))


def told_apart(places: Iterable[str]) -> Iterator[str]:
    """The same places, a repeated one numbered: ``a``, ``b``, ``a #2``."""
    seen: dict[str, int] = {}
    for place in places:
        times = seen[place] = seen.get(place, 0) + 1
        yield f"{place} #{times}" if times > 1 else place
