"""What a night has to know of all nights before it: attempts that nothing later has made moot, kept in a small file.

Belongs here: which attempts those are, and the file. Does not: when the file is made anew (`ledger`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from sys import intern
from typing import Any, TypeAlias

from warehouse.evidence.attempts import COLUMNS, CONFIRMING
from warehouse.home import put

Row: TypeAlias = dict[str, Any]

Stands: TypeAlias = dict[str, tuple[int, int]]
"""Run → the length of its lines, and when they were last written, in nanoseconds; 0 of one that is lines no more."""

RULE = 1
"""Which attempts are kept: another number where that is another rule."""


def of(rows: Iterable[Row]) -> list[Row]:
    """Of attempts in the order of the ledger, those from which everything a night asks of it can be told.

    They are the newest of each body of each address; the last that brought a document; the last of each outcome of each
    source; and all of each source's newest run. What is kept of what is kept and of later rows is what is kept of all.
    """
    bodies: dict[tuple[str, ...], tuple[int, Row]] = {}
    last: dict[tuple[str, ...], tuple[int, Row]] = {}
    runs: dict[str, tuple[str, list[tuple[int, Row]]]] = {}
    for placed in enumerate(rows):
        _, row = placed
        source, outcome = row["source_id"], row["outcome"]
        if source not in runs or runs[source][0] < row["run_id"]:
            runs[source] = row["run_id"], []
        runs[source][1].append(placed)
        last[source, outcome] = placed
        if outcome in CONFIRMING:
            last[source, "", row["scope"]] = placed
            body = source, row["url"], row["scope"], row["sha256"], str(outcome == "packaged")
            if body not in bodies or str(bodies[body][1]["started_at"]) <= str(row["started_at"]):
                bodies[body] = placed
    kept = dict(bodies.values()) | dict(last.values())
    for _, of_run in runs.values():
        kept |= dict(of_run)
    return [kept[place] for place in sorted(kept)]


def lean(row: Row) -> Row:
    """An attempt in little room, for all of them are in memory: what many have alike is there once."""
    told = {**_NOTHING, **row}
    for name in _ALIKE:
        if isinstance(told[name], str):
            told[name] = intern(told[name])
    for name in ("scope", "final_url"):
        if told[name] == told["url"]:
            told[name] = told["url"]
    return told


_NOTHING: Row = dict.fromkeys(COLUMNS)

_ALIKE = ("run_id", "source_id", "started_at", "finished_at", "outcome", "content_type")


def write(path: Path, stands: Stands, rows: Iterable[Row]) -> None:
    """Keep them in a file that says of which runs they are told."""
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    header = {"rule": RULE, "sha256": hashlib.sha256(lines).hexdigest(), "runs": stands}
    put(path, json.dumps(header).encode() + b"\n" + lines)


def read(path: Path) -> tuple[Stands, list[Row]]:
    """What such a file says, and of which runs; nothing where there is none, or it is not as it was written."""
    try:
        first, _, lines = path.read_bytes().partition(b"\n")
        header: Mapping[str, Any] = json.loads(first)
        if header["rule"] != RULE or header["sha256"] != hashlib.sha256(lines).hexdigest():
            return {}, []
        return {run: (length, at) for run, (length, at) in header["runs"].items()}, [
            lean(json.loads(line)) for line in lines.split(b"\n")[:-1]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return {}, []
