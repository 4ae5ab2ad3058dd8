"""The search of the site: an index Pagefind makes of one small record a page, read by the browser from the same origin.

Belongs here: what can be found, and the index's files. Does not: how results are shown (``static/search.js``). The same
records give the same bytes.
"""

import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = "pagefind"

KEPT = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*.pagefind", "index/*", "fragment/*")
"""What searching needs; the ready-made interfaces that come with the index are left out."""


class SearchFailed(RuntimeError):
    """Pagefind made no index: its last words."""


@dataclass(frozen=True)
class Record:
    """One page that can be found. `path` is that of the page, relative to the site."""

    path: str
    title: str
    kind: str
    words: str


def write_index(records: Iterable[Record], folder: Path) -> int:
    """Write ``pagefind/`` under the site's folder; returns how many pages it knows."""
    with tempfile.TemporaryDirectory(prefix="almanac-search-") as temporary:
        pages, made = Path(temporary) / "pages", Path(temporary) / "made"
        count = 0
        for each in records:
            path = pages / each.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_page(each), encoding="utf-8")
            count += 1
        if count:
            _run(pages, made)
            for pattern in KEPT:
                for path in sorted(made.glob(pattern)):
                    target = folder / FOLDER / path.relative_to(made)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
    return count


def _page(record: Record) -> str:
    title, kind, words = (html.escape(each) for each in (record.title, record.kind, record.words))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body data-pagefind-body>'
        f'<h1 data-pagefind-meta="title">{title}</h1><p data-pagefind-meta="kind">{kind}</p><p>{words}</p></body></html>'
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
