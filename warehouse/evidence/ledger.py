"""The fetch ledger: one line per attempt, good or bad, appended and never changed.

Each run appends to a file of its own, so a run that dies leaves at most one torn last line, which reading skips.
"""

import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.home import whole_lines_of

CONFIRMING = frozenset({"ok", "unchanged", "not_modified", "packaged"})
"""Outcomes that say which body an address held at that instant."""

COLUMNS = {
    "fetch_id": "VARCHAR",
    "run_id": "VARCHAR",
    "source_id": "VARCHAR",
    "url": "VARCHAR",
    "scope": "VARCHAR",
    "attempt": "INTEGER",
    "started_at": "TIMESTAMPTZ",
    "finished_at": "TIMESTAMPTZ",
    "status": "INTEGER",
    "outcome": "VARCHAR",
    "etag": "VARCHAR",
    "last_modified": "VARCHAR",
    "content_type": "VARCHAR",
    "sha256": "VARCHAR",
    "bytes": "BIGINT",
    "checked_on": "DATE",
    "error": "VARCHAR",
    "final_url": "VARCHAR",
}
"""The ledger's columns and their DuckDB types. ``scope`` is the document a body belongs to: its own address, or the
live address that packaged data stands in for."""


@dataclass(frozen=True)
class Known:
    """What the ledger remembers of one address: the last body it held, and the validators to ask again with."""

    sha256: str
    etag: str
    last_modified: str


class Ledger:
    """A folder of JSON-lines files, one a run."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self.folder, self.run_id = folder, run_id

    def record(self, row: Mapping[str, Any]) -> None:
        """Append one attempt to the disk, whole or not at all. `row` holds `COLUMNS` (missing ones are null)."""
        unknown = set(row) - set(COLUMNS)
        if unknown:
            raise ValueError(f"the ledger has no column {sorted(unknown)}")
        line = {**{name: _plain(row.get(name)) for name in COLUMNS}, "run_id": self.run_id}
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / f"{self.run_id}.jsonl", "ab", buffering=0) as lines:
            begun, words = lines.tell(), (json.dumps(line, ensure_ascii=False) + "\n").encode()
            try:
                if lines.write(words) < len(words):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(lines.fileno())
            except OSError:
                lines.truncate(begun)  # the next attempt would grow into a torn line
                raise

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every attempt of every run, in order of run and place; torn last lines are skipped, others `Unusable`."""
        for path in self.files():
            yield from _lines_of(path)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))

    def known(self) -> dict[tuple[str, str], Known]:
        """(source_id, url) → the newest body each address is known to have held."""
        newest: dict[tuple[str, str], Known] = {}
        for row in sorted(self.rows(), key=lambda row: str(row["started_at"])):
            if row["outcome"] in CONFIRMING:
                newest[row["source_id"], row["url"]] = Known(
                    row["sha256"], row["etag"] or "", row["last_modified"] or ""
                )
        return newest


def _lines_of(path: Path) -> Iterator[dict[str, Any]]:
    return whole_lines_of(path)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


def whole_lines(files: Iterable[Path]) -> str:
    """The ledger as JSON-lines text for a bulk load, torn lines left out."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for path in files for row in _lines_of(path))
