"""Where a page of unknown shape may keep facts: the paths of a JSON document, tables, amounts in prose, front matter.

A line a place, in the page's own names, for a person who is about to write its parser. Nothing here knows what the
names mean, and nothing it prints is a fact.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from pipelines.wording.amounts import counted
from sources.contract import Document, Media
from sources.readers import documents, spelling, structured
from sources.readers.documents import Section
from sources.transport import bodies
from sources.transport.addresses import host_of

MAPPING_KEYS = 8
"""An object with more entries than this, nearly all of them objects, maps names to things: its keys name no fields."""

_NUMBER = re.compile(r"[-+]?[$€£¥￥]?\s?\d[\d,_]*(\.\d+)?([eE][-+]?\d+)?\s?[%KkMB]?")
_ENDINGS: dict[str, Media] = {
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".md": "markdown",
    ".mdx": "markdown",
    ".txt": "markdown",
    ".csv": "csv",
}


def media_of_address(url: str) -> Media:
    """What an address is likely to answer, by its ending; ``html`` where it does not say."""
    path = url.partition("?")[0].lower()
    named = (media for ending, media in _ENDINGS.items() if path.endswith(ending))
    return next(named, "json" if re.search(r"/(api|v\d+)/", path) else "html")


def media_of_type(content_type: str) -> Media:
    """What a ``Content-Type`` speaks of; Markdown is plain text, and so is the rest."""
    named: tuple[Media, ...] = ("json", "html", "csv", "yaml")
    return next((media for media in named if media in content_type.partition(";")[0].lower()), "markdown")


def media_of_answer(document: Document, asked: Media, content_type: str) -> Media:
    """The media a body came as, or ``json`` where it is that and its ``Content-Type`` may carry it."""
    try:
        bodies.refuse_type("json", content_type, host_of(document.url))
        structured.exact_json(document.text)
    except (bodies.WrongType, ValueError, RecursionError):
        return asked
    return "json"


def places(text: str, media: Media) -> list[str]:
    """What a page holds, a line a place. ValueError where it does not read as its media at all."""
    try:
        return list(_PLACES[media](text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _json(text: str) -> Iterator[str]:
    return _data(structured.exact_json(text))


def _yaml(text: str) -> Iterator[str]:
    return _data(structured.exact_yaml(text))


def _html(text: str) -> Iterator[str]:
    try:
        sections = documents.html_sections(documents.soup(text))
    except ValueError as error:
        yield f"tables that do not read: {error}"
    else:
        yield from _page(sections)


def _markdown(text: str) -> Iterator[str]:
    try:
        front, text = structured.front_matter(text)
    except ValueError as error:
        yield f"front matter that does not read: {error}"
    else:
        yield from (f"front matter, {line}" for line in _data(front))
    yield from _page(documents.markdown_sections(text))


def _csv(text: str) -> Iterator[str]:
    table = documents.csv_table(text)
    for position, name in enumerate(table.header):
        yield _leaf(f"column {name!r}", [cells[position] for cells in table.cells if len(cells) > position])
    if uneven := sum(len(cells) != len(table.header) for cells in table.cells):
        yield f"{counted(uneven, 'row')} of another width than the header"


_PLACES = {"json": _json, "yaml": _yaml, "markdown": _markdown, "html": _html, "csv": _csv}


def _data(value: Any) -> Iterator[str]:
    """The leaves of a JSON value, those with numbers first."""
    leaves = [(path.removeprefix(".") or "the whole", found) for path, found in _leaves("", [value])]
    leaves.sort(key=lambda leaf: not any(map(_is_number, leaf[1])))
    return (_leaf(path, found) for path, found in leaves)


def _leaves(path: str, nodes: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Path → every scalar that stands there; ``[]`` for the items of a list, ``*`` for the entries of a mapping."""
    scalars: list[Any] = []
    items: list[Any] = []
    fields: dict[str, list[Any]] = {}
    for node in nodes:
        if isinstance(node, dict):
            for key, value in node.items():
                fields.setdefault(str(key), []).append(value)
        elif isinstance(node, list):
            items += node
        else:
            scalars.append(node)
    if scalars:
        yield path, scalars
    if items:
        yield from _leaves(f"{path}[]", items)
    objects = [value for values in fields.values() for value in values if isinstance(value, dict)]
    if len(fields) > MAPPING_KEYS and len(objects) > 0.9 * sum(map(len, fields.values())):
        yield from _leaves(f"{path}.*", objects)
        fields = {key: [each for each in values if not isinstance(each, dict)] for key, values in fields.items()}
    for key, values in fields.items():
        yield from _leaves(f"{path}.{key}", values)


def _page(sections: list[Section]) -> Iterator[str]:
    """Its tables, then the headings under which an amount of money stands in a sentence."""
    for section in sections:
        for table in section.tables:
            numbers = sum(_is_number(cell) or spelling.prints_money(cell) for row in table.cells for cell in row)
            named = " | ".join(table.header)
            yield f"{table.place}: {counted(len(table.cells), 'row')} of {named}; {counted(numbers, 'number')}"
    for section in sections:
        if spelling.prints_money(section.prose):
            yield f"an amount outside tables, under {section.name!r}"


def _leaf(path: str, found: list[Any]) -> str:
    numbers = sum(map(_is_number, found))
    filled = sum(each not in (None, "") for each in found)
    return f"{path}: {filled} filled of {len(found)}" + (f", {numbers} with a number" if numbers else "")


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
