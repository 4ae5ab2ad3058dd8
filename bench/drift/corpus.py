"""The documents that are edited: every fixture, and the newest recorded bodies of every source where they are there."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from bench.drift import lines, pages, trees
from bench.drift.original import Original
from bench.drift.readings import Edit, Reading, read
from sources.contract import Document, Source
from tests import recorded
from tests.fixture_archives import packed_tar, packed_zip
from tests.fixture_files import fixture_documents, folder

Editor = Callable[[Original, int], Iterator[Edit]]

EDITORS: dict[str, Editor] = {
    "markdown": pages.edits,
    "html": pages.edits,
    "json": trees.edits,
    "yaml": trees.edits,
    "csv": lines.edits,
}
MEMBERS = {".json": "json", ".csv": "csv", ".yml": "yaml", ".yaml": "yaml"}
VERSIONS = 3
LARGE = 400_000
"""Bytes from which on one recorded body of a source is enough."""


def fixtures(source: Source) -> dict[str, Document]:
    """The written documents of a source; empty where it has none."""
    return fixture_documents(source) if (folder(source) / "documents.csv").exists() else {}


def recordings(source: Source, random: Random) -> dict[str, Document]:
    """The newest recorded bodies of a source, a few: of one address its versions, of many addresses their newest."""
    found = recorded.of_source(source)
    bodies = (
        list(next(iter(found.values())))[::-1]
        if len(found) == 1
        else [found[url][-1] for url in random.sample(sorted(found), min(VERSIONS, len(found)))]
    )
    if bodies and bodies[0].file.stat().st_size >= LARGE:
        bodies = bodies[:1]
    return {each.file.relative_to(recorded.CAPTURES).as_posix(): each.document for each in bodies[:VERSIONS]}


def edits_of(
    source: Source, name: str, document: Document, seed: int, each: int
) -> tuple[Reading, Iterator[tuple[Edit, Document]]]:
    """The reading of a document, and its edits with the documents they make. Raises `Refused` where it is not read."""
    reading = read(source, document, with_rows=True)
    random = Random(f"{seed} {source.id} {name}")  # noqa: S311  a draw that can be repeated
    media = source.media_of.get(document.url, source.media)
    return reading, _edited(source, document, reading, random, media, each)


def _edited(
    source: Source, document: Document, reading: Reading, random: Random, media: str, each: int
) -> Iterator[tuple[Edit, Document]]:
    def put(text: str) -> Document:
        return Document(document.url, text.encode())

    if media in EDITORS:
        original = Original(source, media, document.text, reading, put, random)
        for edit in EDITORS[media](original, each):
            if edit.text != original.text:
                yield edit, put(edit.text)
        return
    files = unpacked(document.body, media)
    named = sorted(file for file in files if _media_of(file))
    for file in random.sample(named, min(len(named), 12)):

        def put_inside(text: str, file: str = file) -> Document:
            return Document(document.url, packed(files | {file: text.encode()}, media))

        inside = _media_of(file)
        original = Original(source, inside, files[file].decode(), reading, put_inside, random)
        made = list(EDITORS[inside](original, each))
        if any(edit.touched for edit in made):
            for edit in made:
                yield edit, put_inside(edit.text)
            return


def _media_of(file: str) -> str:
    return next((media for ending, media in MEMBERS.items() if file.endswith(ending)), "")


def unpacked(body: bytes, media: str) -> dict[str, bytes]:
    """Path → bytes of the files of an archive."""
    if media == "zip":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        found = {member.name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()}
        return {name: content.read() for name, content in found.items() if content}


def packed(files: dict[str, bytes], media: str) -> bytes:
    """An archive of these files."""
    return packed_zip(files) if media == "zip" else packed_tar(files)
