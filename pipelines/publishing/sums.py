"""The digests of an edition's files, ``files.sha256``, and whether what lies on the disk is still that.

Belongs here: the list, in the form ``sha256sum -c`` reads, and what is damaged. Does not: which files an edition holds,
or what is done about one that is damaged (`edition`).

``manifest.json``, which has the digest of this list, is not in it; nor is the DuckDB file. Each has its own beside it.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.publishing.making import write_file
from pipelines.publishing.tables import DATABASE, sha256_of

NAME = "files.sha256"

MANIFEST = "manifest.json"
OF_MANIFEST = f"{MANIFEST}.sha256"

APART = frozenset({MANIFEST, OF_MANIFEST, NAME})


def write(folder: Path, listed: Mapping[str, str]) -> str:
    """Write the list of an edition, file → digest; returns its own digest."""
    write_file(folder / NAME, _lines(listed))
    return digest(listed)


def digest(listed: Mapping[str, str]) -> str:
    """One digest of some files: that of their lines in the list."""
    return hashlib.sha256(_lines(listed)).hexdigest()


def manifest_of(edition: Path) -> dict[str, Any] | None:
    """The manifest of an edition; None where there is none, and where it is damaged."""
    try:
        body = (edition / MANIFEST).read_bytes()
        told = (edition / OF_MANIFEST).read_bytes() if (edition / OF_MANIFEST).exists() else of_manifest(body)
        loaded = json.loads(body)
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) and told == of_manifest(body) else None


def of_manifest(body: bytes) -> bytes:
    """What lies beside a manifest: its digest."""
    return _lines({MANIFEST: hashlib.sha256(body).hexdigest()})


def found(folder: Path) -> tuple[dict[int, str], set[str]]:
    """The digests of an edition's files by their inode, and the files that are not, byte for byte, what was published.

    A list that is lost or damaged is among them, as whatever it has no line for and whatever cannot be read.
    """
    try:
        lines = (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}, {NAME}
    listed = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    digests: dict[int, str] = {}
    whole = set()
    for name, entry in _files(folder):
        listed.setdefault(name, "")
        with suppress(OSError):
            about = entry.stat()
            if about.st_ino not in digests:
                digests[about.st_ino] = sha256_of(entry.path, about.st_size)
            if digests[about.st_ino] == listed[name]:
                whole.add(name)
    return digests, listed.keys() - whole


def is_whole(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether an edition has as many files, and as many bytes in them, as its manifest says.

    A file that is lost, or was left short by a machine without power, is told so; a byte that is another one is not.
    """
    try:
        told = [*manifest["tables"].values(), *manifest["parts"].values()]
        files, size = (sum(each.get("files", 1) for each in told), sum(each["bytes"] for each in told))
        sizes = [entry.stat().st_size for _, entry in _files(folder)]
    except (OSError, KeyError, TypeError, AttributeError):
        return False
    return (len(sizes), sum(sizes)) == (files, size)


def handed_out(folder: Path) -> Iterator[str]:
    """The files below an edition's folder that have a digest in its list.

    A name with a dot before it is for the next edition alone.
    """
    return (name for name, _ in _files(folder))


def _files(folder: Path | str, beneath: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{beneath}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, f"{name}/")
            elif not entry.name.startswith((".", DATABASE)) and name not in APART:
                yield name, entry


def _lines(listed: Mapping[str, str]) -> bytes:
    return "".join(f"{sha256}  {name}\n" for name, sha256 in listed.items()).encode()
