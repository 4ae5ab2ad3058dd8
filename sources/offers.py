"""What documents offer: the place of every row, listed without the parser that reads it.

A row is what a document repeats: an entry of a list, a line of a table, a card. Belongs here: the shapes many documents
share. Does not: a shape only one page has, which its module lists, nor what any row means.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sources import documents
from sources.contract import Document


def table_lines(document: Document) -> Iterator[str]:
    """The lines of every table of a Markdown or HTML page, header lines aside, where its `Table` says they are."""
    text = document.text
    is_html = text.lstrip("\ufeff \n\t").startswith("<")
    for table in documents.html_tables(documents.soup(text)) if is_html else documents.markdown_tables(text):
        yield from documents.line_places(table)


def entries(*path: str, key: str = "id") -> Callable[[Document], Iterator[str]]:
    """The entries of a JSON list under the keys of `path`, each at ``data[id=gpt-5.1]``."""

    def listed(document: Document) -> Iterator[str]:
        node: Any = document.json()
        for name in path:
            node = node[name]
        return (f"{'.'.join(path)}[{key}={entry[key]}]" for entry in node)

    return listed
