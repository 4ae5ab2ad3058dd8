"""Where every document lies in an edition, and that it is written there: compact, and the same for the same file."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from pipelines.publishing.documents import lists
from pipelines.publishing.documents.benchmarks import benchmarks
from pipelines.publishing.documents.made_of import MadeOf, Standing, standing, verdict_in
from pipelines.publishing.documents.models import models
from pipelines.publishing.documents.pairs import index_row, pair_index, pairs
from pipelines.publishing.documents.providers import providers
from pipelines.publishing.documents.schema import DOCUMENTS, json_schema
from pipelines.publishing.documents.shapes import Pair, PairRow
from pipelines.publishing.documents.shelf import Shelf
from pipelines.publishing.making import Making, write_file
from pipelines.publishing.paths import is_placeable, place, place_of_pair
from pipelines.wording.json_text import compact_text, json_text
from sources import cycles

AT_ONCE = 600
"""Models whose rows are held at a time: all that is known of every one takes a gigabyte."""


@cycles.paused()  # rows and documents are trees
def make(making: Making, folder: Path) -> None:
    """The part of an edition."""
    made_of = MadeOf.of(making.connection)
    made_of.write(folder)
    before = making.before if making.alike else None
    write(making.connection, folder, standing(before, f"{making.as_of:%Y-%m-%dT%H:%M:%SZ}", made_of))


def write(connection: duckdb.DuckDBPyConnection, folder: Path, held: Standing | None = None) -> list[Path]:
    """Write every document and schema below an edition's folder; what was written, relative to it, in order."""
    written = []
    for path, text in documents(connection, held):
        write_file(folder / path, f"{text}\n".encode())
        written.append(Path(path))
    return sorted(written)


def documents(connection: duckdb.DuckDBPyConnection, held: Standing | None = None) -> Iterator[tuple[str, str]]:
    """Path and text of every document of a finished file, one after the other; what still stands is `held`."""
    shelf = Shelf(connection)
    yield from _models(shelf, held)
    yield from _placed("providers", providers(shelf))
    yield from _placed("benchmarks", benchmarks(shelf))
    index: list[PairRow] = []
    yield from _pairs(shelf, held, index)
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


def _models(shelf: Shelf, held: Standing | None) -> Iterator[tuple[str, str]]:
    wanted = []
    for each in shelf.models:
        model_id = each["model_id"]
        if is_placeable("models", model_id):
            if held and (text := held.model(model_id)):
                yield f"{place('models', model_id)}.json", text
            else:
                wanted.append(model_id)
    for start in range(0, len(wanted), AT_ONCE):
        yield from _placed("models", models(Shelf(shelf.connection, wanted[start : start + AT_ONCE])))


def _pairs(shelf: Shelf, held: Standing | None, index: list[PairRow]) -> Iterator[tuple[str, str]]:
    """Every published pair; `index` is given the line of each, in their order."""
    wanted = []
    for (a, b), published in shelf.published.items():
        if is_placeable("compare", a) and is_placeable("compare", b):
            if held and (text := held.pair(a, b, published)):
                index.append(index_row(a, b, published, verdict_in(text)))
                yield f"{place_of_pair(a, b)}.json", text
            else:
                wanted.append((a, b))
    if wanted:
        sides: dict[str, str] = {}
        narrowed = Shelf(shelf.connection, sorted({each for ids in wanted for each in ids}))
        for pair in pairs(narrowed, wanted):
            a, b = pair["a"]["id"], pair["b"]["id"]
            index.append(index_row(a, b, shelf.published[a, b], pair["verdict"]))
            yield f"{place_of_pair(a, b)}.json", _pair_text(pair, sides)
    order = {ids: place for place, ids in enumerate(shelf.published)}
    index.sort(key=lambda row: order[row["a"], row["b"]])


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
