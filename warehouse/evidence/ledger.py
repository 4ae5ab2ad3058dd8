"""The fetch ledger: one row per attempt, good or bad, appended and never changed.

Each run appends lines to a file of its own, so a run that dies leaves at most one torn last line, which reading skips.
The runs of a month that is closed are put together into one Parquet file (`months`): the same rows in less room. A run
counts once, from its lines where they are there. What a night asks of all that is kept beside the folder (`newest`),
made anew where it is not of the ledger as it stands.
"""

import errno
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import duckdb

from warehouse.evidence import months, newest
from warehouse.evidence.attempts import COLUMNS, CONFIRMING
from warehouse.evidence.newest import lean
from warehouse.home import Unusable, append_lines, whole_lines_of

_STAMP = re.compile(r"(\d{4})(\d{2})\d{2}T\d{6}Z-")
"""How a run is named that a night began."""

_NOTHING = dict.fromkeys(COLUMNS)


@dataclass(frozen=True)
class Known:
    """What the ledger remembers of one address: the last body it held, and the validators to ask again with."""

    sha256: str
    etag: str
    last_modified: str


class Ledger:
    """A folder of JSON-lines files, one a run, and Parquet files, one a closed month."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self.folder, self.run_id = folder, run_id
        self._loaded = "true"
        self._runs_of: dict[Path, dict[str, int]] = {}
        self._before: tuple[newest.Stands, list[newest.Row]] = {}, []
        self._newest: tuple[newest.Stands, list[newest.Row]] = {}, []

    @property
    def newest_file(self) -> Path:
        """What is kept of the newest attempts: it is computed from the ledger, and no part of it."""
        return self.folder.with_name(f"{self.folder.name}.newest")

    def record(self, row: Mapping[str, Any]) -> None:
        """Append one attempt to the disk, whole or not at all. `row` holds `COLUMNS` (missing ones are null)."""
        unknown = set(row) - set(COLUMNS)
        if unknown:
            raise ValueError(f"the ledger has no column {sorted(unknown)}")
        line = {**{name: _plain(row.get(name)) for name in COLUMNS}, "run_id": self.run_id}
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self._lines_of_this_run, "ab", buffering=0) as lines:
            begun, words = lines.tell(), (json.dumps(line, ensure_ascii=False) + "\n").encode()
            try:
                if lines.write(words) < len(words):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(lines.fileno())
            except OSError:
                lines.truncate(begun)  # the next attempt would grow into a torn line
                raise

    def take(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Append attempts that others made for this run, or for one that ended too soon to take them; how many are new.

        One that the lines of the run have is not taken twice; where it was another run, those of no run that has lines.
        """
        made = list(rows)
        is_ours = all(row["run_id"] == self.run_id for row in made)
        own = self._lines_of_this_run
        lines = ([own] if own.exists() else []) if is_ours else self._lines()
        held = {row["fetch_id"] for path in lines for row in whole_lines_of(path)}
        new = [
            {**{name: row.get(name) for name in COLUMNS}, "run_id": self.run_id}
            for row in made
            if row["fetch_id"] not in held
        ]
        if new:
            append_lines(own, new)
        return len(new)

    def of_this_run(self) -> Iterator[dict[str, Any]]:
        """Every attempt of this run so far."""
        if self._lines_of_this_run.exists():
            yield from whole_lines_of(self._lines_of_this_run)

    @property
    def _lines_of_this_run(self) -> Path:
        return self.folder / f"{self.run_id}.jsonl"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every attempt of every run, in order of run and place; torn last lines are skipped.

        `Unusable` names any other line that is no attempt, or a Parquet file that is damaged.
        """
        return self._rows_of(self._files())

    def runs(self) -> dict[str, int]:
        """Every run in its order, with the length of its lines, by which a change is noticed."""
        return {run: length for run, (length, _) in self._stands().items()}

    def standing(self) -> list[dict[str, Any]]:
        """The attempts nothing later has made moot (`newest.of`), in the order of `rows`."""
        stands = self._stands()
        if self._newest[0] != stands:
            before = {run: each for run, each in stands.items() if run != self.run_id}
            rows = self._newest_before(before)
            if self.run_id in stands:
                rows = newest.of(_in_order(rows, self._rows_of({self.run_id: self._files()[self.run_id]})))
            self._newest = stands, rows
        return self._newest[1]

    def known(self) -> dict[tuple[str, str], Known]:
        """(source_id, url) → the newest body each address is known to have held."""
        known: dict[tuple[str, str], Known] = {}
        for row in sorted(self.standing(), key=lambda row: str(row["started_at"])):
            if row["outcome"] in CONFIRMING:
                known[row["source_id"], row["url"]] = Known(
                    row["sha256"], row["etag"] or "", row["last_modified"] or ""
                )
        return known

    def load(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        runs: Iterable[str] | None = None,
        *,
        where: str = "true",
        columns: Iterable[str] = COLUMNS,
    ) -> None:
        """The attempts of these runs, or of all, for which `where` holds, as a temporary table."""
        files = self._files()
        chosen = files if runs is None else {run: files[run] for run in sorted(runs)}
        lines = [path for path in chosen.values() if path.suffix == ".jsonl"]
        declared = ", ".join(f"{column}: '{kind}'" for column, kind in COLUMNS.items())
        listed, where = ", ".join(columns), f"({where}) and {self._loaded}"
        scratch = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.part")
        scratch.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(scratch, "w", encoding="utf-8") as words:
                words.writelines(whole_lines(lines))
            connection.execute(
                f"create or replace temp table {name} as select {listed}"
                f" from read_json(?, format='newline_delimited', columns={{{declared}}}) where {where}",
                [str(scratch)],
            )
        finally:
            scratch.unlink(missing_ok=True)
        for month in dict.fromkeys(path for path in chosen.values() if path.suffix != ".jsonl"):
            months.insert(
                connection, name, month, [run for run, path in chosen.items() if path == month], listed, where
            )

    def answers(self, query: str, columns: Iterable[str]) -> list[tuple[Any, ...]]:
        """What a query over ``attempts`` says, these columns of all of them."""
        with duckdb.connect() as memory:
            memory.execute("set TimeZone = 'UTC'")
            self.load(memory, "attempts", columns=columns)
            return memory.sql(query).fetchall()

    def months_to_close(self, kept: int) -> list[str]:
        """The months whose runs are lines, the oldest first, but for the newest and so many before it."""
        return sorted({_month(path) for path in self._lines()} - {""})[: -kept - 1]

    def lines_of(self, month: str) -> list[Path]:
        """The files of lines of a month."""
        return [path for path in self._lines() if _month(path) == month]

    def close(self, month: str) -> None:
        """Put the runs of a month into one Parquet file; their lines go once it is proven to hold every row of them.

        A run that such a file holds already is not written again: whoever was stopped here goes on. `Unusable` where a
        line would not come back from it as it is; then every line stays.
        """
        lines = self.lines_of(month)
        held = self._held()
        part = self.folder / f".{month}.{os.getpid()}.part"
        added = {path.stem: path.stat().st_size for path in lines if path.stem not in held}
        try:
            if added:
                with duckdb.connect() as memory:
                    self.load(memory, "closing", added)
                    months.write(memory, "closing", part, added)
                _prove([path for path in lines if path.stem in added], part)
                months.put_in_place(part, month)
        except duckdb.Error as error:
            raise Unusable(f"{month} of the ledger stays as lines: {str(error).splitlines()[0]}") from error
        finally:
            part.unlink(missing_ok=True)
        for file in {held[path.stem] for path in lines if path.stem in held}:
            months.refuse_damaged(file)
            _prove([path for path in lines if held.get(path.stem) == file], file)
        for path in lines:
            path.unlink()

    def _lines(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"), key=lambda path: path.stem)

    def _held(self) -> dict[str, Path]:
        """Run → the Parquet file that holds it."""
        held: dict[str, Path] = {}
        paths = sorted(self.folder.glob("*.parquet"))
        if new := [path for path in paths if path not in self._runs_of]:
            self._runs_of |= months.runs_of(new)
        for path in paths:
            held |= dict.fromkeys(self._runs_of[path].keys() - held.keys(), path)
        return held

    def _files(self) -> dict[str, Path]:
        """Run → the file it counts from, in the order of runs."""
        files = self._held() | {path.stem: path for path in self._lines()}
        return dict(sorted(files.items()))

    def _stands(self) -> newest.Stands:
        """Every run in its order, with the length of its lines and when they were written."""
        stands = {}
        for run, path in self._files().items():
            if path.suffix == ".jsonl":
                about = path.stat()
                stands[run] = about.st_size, about.st_mtime_ns
            else:
                stands[run] = self._runs_of[path][run], 0
        return stands

    def _rows_of(self, files: Mapping[str, Path], *, newest: bool = False) -> Iterator[dict[str, Any]]:
        for path, runs in groupby(files, key=files.__getitem__):
            if path.suffix == ".jsonl":
                yield from map(lean, whole_lines_of(path))
            else:
                months.refuse_damaged(path)
                yield from months.rows_of(path, runs, newest=newest)

    def _newest_before(self, stands: newest.Stands) -> list[newest.Row]:
        """What was newest before this run, from memory or the file of it, and kept there where it is news."""
        if self._before[0] == stands:
            return self._before[1]
        told, rows = newest.read(self.newest_file)
        if not all(run in stands and _is_as_told(each, stands[run]) for run, each in told.items()):
            told, rows = {}, []
        files = self._files()
        later = {run: files[run] for run in stands if run not in told}
        if later:
            came = self._rows_of(later, newest=True)
            rows = newest.of(_in_order(rows, came) if rows else came)
            with suppress(OSError):  # on a full disk the ledger is what the room is for
                newest.write(self.newest_file, stands, rows)
        self._before = stands, rows
        return rows


def _is_as_told(told: tuple[int, int], stands: tuple[int, int]) -> bool:
    """Whether a run's lines are as they were; where they are Parquet, or were, nobody knows when they were written."""
    return told[0] == stands[0] and (told[1] == stands[1] or 0 in (told[1], stands[1]))


def _in_order(rows: Iterable[dict[str, Any]], more: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attempts in the order of their runs, those of one run in theirs."""
    return sorted(chain(rows, more), key=lambda row: str(row["run_id"]))


def _prove(lines: Iterable[Path], file: Path) -> None:
    """Raise `Unusable` where a Parquet file does not give every attempt of these runs as their lines do."""
    paths = list(lines)
    there = months.rows_of(file, [path.stem for path in paths])
    for path in paths:
        for number, line in enumerate(whole_lines_of(path), 1):
            if next(there, None) != {**_NOTHING, **line}:
                raise Unusable(f"line {number} of {path} would not come back from Parquet: its month stays as lines")
    if next(there, None) is not None:
        raise Unusable(f"{file} holds more than the lines of its runs do: they stay")


def _month(path: Path) -> str:
    """The month a run began in, by the name of its file; empty where that does not tell."""
    found = _STAMP.match(path.stem)
    return f"{found[1]}-{found[2]}" if found else ""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


def whole_lines(files: Iterable[Path]) -> Iterator[str]:
    """The attempts of files of lines as JSON lines for a bulk load, torn ones left out."""
    return (json.dumps(row, ensure_ascii=False) + "\n" for path in files for row in whole_lines_of(path))


class Until(Ledger):
    """What a ledger knew at an instant: the attempts begun before it, for a bulk load.

    The length of a run is how many those are: of a run that went on after it another than in the end.
    """

    def __init__(self, ledger: Ledger, end: datetime) -> None:
        super().__init__(ledger.folder, ledger.run_id)
        self._loaded = f"started_at < timestamptz '{end.isoformat()}'"

    def runs(self) -> dict[str, int]:
        counted = "select run_id, count(*) from attempts group by run_id order by run_id"
        return dict(self.answers(counted, ["run_id"]))
