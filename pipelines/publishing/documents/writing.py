"""Where every document lies in an edition, and that it is written there: compact, and the same for the same file."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from pipelines.publishing.documents import lists
from pipelines.publishing.documents.benchmarks import benchmarks
from pipelines.publishing.documents.models import models
from pipelines.publishing.documents.pairs import index_row, pair_index, pairs
from pipelines.publishing.documents.providers import providers
from pipelines.publishing.documents.schema import DOCUMENTS, json_schema
from pipelines.publishing.documents.shapes import Pair, PairRow
from pipelines.publishing.documents.shelf import Shelf
from pipelines.publishing.making import Making, write_file
from pipelines.publishing.paths import is_placeable, place, place_of_pair
from pipelines.wording.json_text import compact_text, json_text


def make(making: Making, folder: Path) -> None:
    """The part of an edition."""
    # Rows and documents are trees, which counting frees; to look for cycles among them takes a sixth longer.
    collects = gc.isenabled()
    gc.disable()
    try:
        write(making.connection, folder)
    finally:
        if collects:
            gc.enable()


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write every document and schema below an edition's folder; what was written, relative to it, in order."""
    written = []
    for path, text in documents(connection):
        write_file(folder / path, f"{text}\n".encode())
        written.append(Path(path))
    return sorted(written)


def documents(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Path and text of every document of a finished file, one after the other."""
    shelf = Shelf(connection)
    yield from _placed("models", models(shelf))
    yield from _placed("providers", providers(shelf))
    yield from _placed("benchmarks", benchmarks(shelf))
    index: list[PairRow] = []
    sides: dict[str, str] = {}
    for pair in pairs(shelf):
        a, b = pair["a"]["id"], pair["b"]["id"]
        if is_placeable("compare", a) and is_placeable("compare", b):
            index.append(index_row(pair))
            yield f"{place_of_pair(a, b)}.json", _pair_text(pair, sides)
    yield "compare/index.json", compact_text(pair_index(shelf, index))
    whole: Mapping[str, object] = {
        "catalogue": lists.catalogue(shelf),
        "labs": lists.labs(shelf),
        "families": lists.families(shelf),
        "sources": lists.sources(shelf),
        "gaps": lists.gaps(shelf),
        "conflicts": lists.conflicts(shelf),
        "retirements": lists.retirements(shelf),
        "methodology": lists.methodology(shelf),
    }
    for name, document in whole.items():
        yield f"{name}.json", compact_text(document)
    for name in DOCUMENTS:
        yield f"schemas/{name}.schema.json", json_text(json_schema(name))


def _pair_text(pair: Pair, sides: dict[str, str]) -> str:
    """A side is most of a pair's bytes and the same in every pair: its text is made once and kept in `sides`."""
    for side in (pair["a"], pair["b"]):
        if side["id"] not in sides:
            sides[side["id"]] = compact_text(side)
    held = {letter: sides[pair[letter]["id"]] for letter in ("a", "b")}
    texts = (f'"{key}":{held.get(key) or compact_text(value)}' for key, value in pair.items())
    return f"{{{','.join(texts)}}}"


def _placed(kind: str, made: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for document in made:
        identifier = str(document["id"])
        if is_placeable(kind, identifier):
            yield f"{place(kind, identifier)}.json", compact_text(document)
