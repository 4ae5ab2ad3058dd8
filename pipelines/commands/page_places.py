"""Where a page of unknown shape may keep facts: the paths of a JSON document, tables, amounts in prose, front matter.

A line a place, in the page's own names, for a person who is about to write its parser. Nothing here knows what the
names mean, and nothing it prints is a fact.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sources import bodies, documents
from sources.addresses import host_of
from sources.contract import Document, Media
from sources.documents import Section

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
        documents.exact_json(document.text)
    except (bodies.WrongType, ValueError, RecursionError):
        return asked
    return "json"


def places(text: str, media: Media) -> list[str]:
    """What a page holds, a line a place. ValueError where it does not read as its media at all."""
    try:
        return list(_PLACES[media](text))
    except (RecursionError, csv.Error) as error:
        raise ValueError(str(error) or type(error).__name__) from None


def _json(text: str) -> Iterator[str]:
    return _data(documents.exact_json(text))


def _yaml(text: str) -> Iterator[str]:
    return _data(documents.exact_yaml(text))


def _html(text: str) -> Iterator[str]:
    return _page(documents.html_sections(documents.soup(text)))


def _markdown(text: str) -> Iterator[str]:
    front, rest = documents.front_matter(text)
    yield from (f"front matter {line}" for line in _data(front))
    yield from _page(documents.markdown_sections(rest))


def _csv(text: str) -> Iterator[str]:
    header, *rows = [row for row in csv.reader(io.StringIO(text)) if row] or [[]]
    for position, name in enumerate(header):
        yield _counted(f"column {name!r}", [row[position] for row in rows if len(row) > position])
    if uneven := sum(len(row) != len(header) for row in rows):
        yield f"{uneven} of {len(rows)} rows have another width than the header"


_PLACES = {"json": _json, "yaml": _yaml, "markdown": _markdown, "html": _html, "csv": _csv}


def _data(value: Any) -> Iterator[str]:
    """The leaves of a JSON value, those with numbers first."""
    leaves = [(path.removeprefix(".") or "the whole", found) for path, found in _leaves("", [value])]
    leaves.sort(key=lambda leaf: not any(map(_is_number, leaf[1])))
    return (_counted(path, found) for path, found in leaves)


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
            money = ", prints amounts" if table.prices else ""
            yield f"{table.place}: {len(table.cells)} rows of {' | '.join(table.header)}{money}"
    for section in sections:
        if documents.prints_money(section.prose):
            yield f"an amount outside tables, under {section.name!r}"


def _counted(path: str, found: list[Any]) -> str:
    numbers = sum(map(_is_number, found))
    filled = sum(each not in (None, "") for each in found)
    return f"{path}: {filled} filled of {len(found)}" + (f", {numbers} with a number" if numbers else "")


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
