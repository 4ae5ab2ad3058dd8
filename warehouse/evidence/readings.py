"""What each document says, kept as Parquet so that an unchanged page is never parsed twice.

A reading is keyed by source, scope, snapshot and parser version, and is either *read* (its observations are rows of the
batch's Parquet file) or *refused* (nothing of it counts). A batch is one Parquet file and the index that names its
readings; the index is written last, so a batch is there whole or not at all.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import msgspec

from sources.contract import Doubt, Observation
from warehouse.home import put

OBSERVATION_COLUMNS = {
    "source_id": "VARCHAR",
    "scope": "VARCHAR",
    "snapshot_sha256": "VARCHAR",
    "parser_version": "VARCHAR",
    "subject": "VARCHAR",
    "host": "VARCHAR",
    "attribute": "VARCHAR",
    "condition": "VARCHAR",
    "value": "VARCHAR",
    "unit": "VARCHAR",
    "printed_text": "VARCHAR",
    "locator": "VARCHAR",
    "reviewed_on": "DATE",
    "cited_url": "VARCHAR",
}

Key: TypeAlias = tuple[str, str, str, str]
"""Which reading: its source, scope, snapshot and parser version."""


@dataclass(frozen=True)
class Reading:
    """How one document was read by one version of its parser: ``outcome`` is ``read`` or ``refused``.

    Of a document that was read: how many rows it offers, how many of them were read, left out for which reason, or hold
    something in doubt; and each doubt.
    """

    source_id: str
    scope: str
    snapshot_sha256: str
    parser_version: str
    outcome: str
    subjects: int = 0
    observations: int = 0
    offered: int = 0
    rows_read: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    in_doubt: int = 0
    doubts: tuple[Doubt, ...] = ()
    reason: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.source_id, self.scope, self.snapshot_sha256, self.parser_version


class Readings:
    """The folder of batches: ``<source_id>/<parser_version>/<batch>.parquet`` and ``.json``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, batch: Iterable[tuple[Reading, list[Observation]]]) -> None:
        """Store the readings of one source and parser version as one batch."""
        rows = sorted(batch, key=lambda pair: pair[0].key)
        if not rows:
            return
        first = rows[0][0]
        if len({(reading.source_id, reading.parser_version) for reading, _ in rows}) != 1:
            raise ValueError("a batch holds the readings of one source and one parser version")
        name = hashlib.sha256("\n".join("\t".join(reading.key) for reading, _ in rows).encode()).hexdigest()[:20]
        target = self.folder / first.source_id / first.parser_version / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_parquet(target, (line for reading, seen in rows for line in _lines(reading, seen)))
        put(
            target.with_suffix(".json"),
            json.dumps([asdict(reading) for reading, _ in rows], ensure_ascii=False).encode(),
        )

    def index(self, source_id: str, parser_version: str) -> dict[Key, Reading]:
        """Every reading of a source by one parser version."""
        return {reading.key: reading for _, reading in self.read(source_id, parser_version)}

    def read(self, source_id: str, parser_version: str) -> Iterator[tuple[Path, Reading]]:
        """Every reading with the Parquet file that has what it says; of one that two batches hold, the later counts.

        A batch that is damaged is none: its documents are read again.
        """
        for index in sorted((self.folder / source_id / parser_version).glob("*.json")):
            file = index.with_suffix(".parquet")
            try:
                rows = json.loads(index.read_text(encoding="utf-8"))
            except ValueError:
                continue
            if _is_parquet(file):
                yield from ((file, _reading(row)) for row in rows)


def _is_parquet(file: Path) -> bool:
    """Whether a file begins and ends as Parquet does: one that was cut off does not."""
    try:
        with open(file, "rb") as handle:
            begins = handle.read(4)
            handle.seek(-4, os.SEEK_END)
            return begins == handle.read(4) == b"PAR1"
    except OSError:
        return False


def _reading(stored: Mapping[str, Any]) -> Reading:
    doubts = tuple(_doubt(each) for each in stored["doubts"])
    return Reading(**{**stored, "warnings": tuple(stored["warnings"]), "doubts": doubts})


def _doubt(stored: Mapping[str, Any]) -> Doubt:
    return Doubt(**{**stored, "within": tuple(stored["within"]), "rows": tuple(stored["rows"])})


def _lines(reading: Reading, seen: Iterable[Observation]) -> Iterator[dict[str, Any]]:
    for each in seen:
        yield {
            "source_id": reading.source_id,
            "scope": reading.scope,
            "snapshot_sha256": reading.snapshot_sha256,
            "parser_version": reading.parser_version,
            "subject": each.subject,
            "host": each.host,
            "attribute": each.attribute,
            "condition": each.condition,
            "value": each.text,
            "unit": each.unit,
            "printed_text": each.printed,
            "locator": each.locator,
            "reviewed_on": each.reviewed_on.isoformat() if each.reviewed_on else None,
            "cited_url": each.url,
        }


def _write_parquet(target: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Rows → Parquet through a JSON-lines file, so that every type is declared and none is guessed from a sample.

    On one thread: two take half as much processor again, and no less time.
    """
    encode = msgspec.json.Encoder().encode
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in OBSERVATION_COLUMNS.items())
    try:
        with (
            tempfile.NamedTemporaryFile(suffix=".jsonl") as scratch,
            duckdb.connect(config={"threads": 1}) as memory,
        ):
            scratch.writelines(encode(line) + b"\n" for line in lines)
            scratch.flush()
            memory.execute(
                f"copy (select * from read_json(?, format='newline_delimited', columns={{{columns}}})) "
                f"to '{str(beside).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)",
                [scratch.name],
            )
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
