"""The search of the site: an index Pagefind makes of one small record a page, read by the browser from the same origin.

Belongs here: what can be found, and the index's files. Does not: how results are shown (``static/search.js``). The same
records give the same bytes.
"""

import hashlib
import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipelines.publishing.site.writing import Folder, files, link

FOLDER = "pagefind"

KEPT = (
    "pagefind.js",
    "pagefind-worker.js",
    "pagefind-entry.json",
    "*.pf_meta",
    "wasm.*.pagefind",
    "index/*",
    "fragment/*",
)
"""What searching needs; the ready-made interfaces that come with the index are left out."""


MADE_OF = "made-of.txt"
"""Beside the index: the program's version and a digest of the records."""


class SearchFailed(RuntimeError):
    """Pagefind made no index: its last words."""


@dataclass(frozen=True)
class Record:
    """One page that can be found. `path` is that of the page, relative to the site."""

    path: str
    title: str
    kind: str
    words: str


def write_index(records: Iterable[Record], site: Folder, alike: bool = False) -> int:
    """Write ``pagefind/`` into the site's folder; returns how many pages it knows.

    alike  the previous edition's index is whole: it serves where it was made of the same records
    """
    found = list(records)
    made_of = f"{version('pagefind')} {hashlib.sha256(repr(found).encode()).hexdigest()}\n"
    if alike and site.previous and _made_of(site.previous) == made_of:
        shutil.copytree(site.previous / FOLDER, site.path / FOLDER, copy_function=link)
        return len(found)
    if found:
        with tempfile.TemporaryDirectory(prefix="almanac-search-") as temporary:
            pages = Folder(Path(temporary))
            for each in found:
                pages.put(each.path, _page(each))
            _run(pages.path, site.path / FOLDER)
        _leave(site.path / FOLDER)
        (site.path / FOLDER / MADE_OF).write_text(made_of, encoding="utf-8")
        for path in files(site.path / FOLDER):
            site.keep_unchanged(path.relative_to(site.path).as_posix())
    return len(found)


def _leave(made: Path) -> None:
    """Leave of an index what is `KEPT`."""
    kept = {path for pattern in KEPT for path in made.glob(pattern)}
    for path in files(made):
        if path not in kept:
            path.unlink()


def _made_of(site: Path) -> str | None:
    try:
        return (site / FOLDER / MADE_OF).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _page(record: Record) -> str:
    title, kind, words = (html.escape(each) for each in (record.title, record.kind, record.words))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body data-pagefind-body>'
        f'<h1 data-pagefind-meta="title">{title}</h1><p data-pagefind-meta="kind">{kind}</p><p>{words}</p>'
        "</body></html>"
    )


def _run(pages: Path, made: Path) -> None:
    command = [sys.executable, "-m", "pagefind", "--site", str(pages), "--output-path", str(made), "--quiet"]
    command += ["--force-language", "en", "--include-characters", ".-"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SearchFailed(str(error)) from None
    if done.returncode:
        raise SearchFailed((done.stderr or done.stdout).strip()[-500:])
