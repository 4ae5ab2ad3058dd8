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
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from warehouse import database, scratch
from warehouse.evidence import months, newest
from warehouse.evidence.attempts import COLUMNS
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
        self._before: tuple[newest.Stands, Path] | None = None
        self._newest: tuple[newest.Stands, Path] | None = None

    @property
    def newest_file(self) -> Path:
        """What is kept of the newest attempts, less its rows: it is computed from the ledger, and no part of it."""
        return self.folder.with_name(f"{self.folder.name}.newest")

    @cached_property
    def _scratch(self) -> Path:
        """A folder for what is found on the way, gone with whoever asks."""
        held = ExitStack()
        folder = held.enter_context(scratch.folder("ledger"))
        weakref.finalize(self, held.close)
        return folder

    @cached_property
    def _memory(self) -> duckdb.DuckDBPyConnection:
        return newest.memory(self._scratch)

    @contextmanager
    def _connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose temporary tables end with it."""
        with self._memory.cursor() as memory:
            memory.execute("set TimeZone = 'UTC'")
            yield memory

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

    def refuse_cut_off(self, run_id: str) -> None:
        """Raise `Unusable` where the lines of a run that were once longer end within a line, or are none."""
        path = self.folder / f"{run_id}.jsonl"
        if path.exists() and not path.read_bytes().endswith(b"\n"):
            raise Unusable(
                f"{path} was cut off since the last build: put it back from a backup, or take its torn last line or the"
                " whole file out, which forgets what is gone"
            )

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection over the view ``standing``: the attempts nothing later has made moot, in the order of ``place``.

        However many there are, little of them is in memory.
        """
        file = self._standing()
        with self._connected() as memory:
            memory.execute(
                "create temp view standing as select *, file_row_number as place"
                f" from read_parquet('{str(file).replace(chr(39), chr(39) * 2)}', file_row_number = true)"
            )
            yield memory

    def standing(self, where: str = "true") -> Iterator[dict[str, Any]]:
        """The attempts nothing later has made moot for which `where` holds, in the order of `rows`."""
        with self.opened() as memory:
            yield from months.as_lines(
                memory.execute(f"select {months.AS_LINES} from standing where {where} order by place")
            )

    def known(self, addresses: Iterable[tuple[str, str]] | None = None) -> dict[tuple[str, str], Known]:
        """(source_id, url) → the newest body each of these addresses, or each of all, is known to have held."""
        asked = ""
        with self.opened() as memory:
            if addresses is not None:
                memory.execute("create temp table asked (source_id varchar, url varchar)")
                database.insert(memory, "asked", addresses)
                asked = "semi join asked using (source_id, url)"
            found = memory.execute(
                f"""
                select source_id, url, sha256, coalesce(etag, ''), coalesce(last_modified, '')
                from standing
                {asked}
                where {newest.CONFIRMED}
                qualify row_number() over (partition by source_id, url order by started_at desc, place desc) = 1
                """
            )
            return {(source_id, url): Known(*held) for source_id, url, *held in found.fetchall()}

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

    def _rows_of(self, files: Mapping[str, Path]) -> Iterator[dict[str, Any]]:
        for path, runs in groupby(files, key=files.__getitem__):
            if path.suffix == ".jsonl":
                yield from ({**_NOTHING, **row} for row in whole_lines_of(path))
            else:
                months.refuse_damaged(path)
                yield from months.rows_of(path, runs)

    def _standing(self) -> Path:
        """The file of what stands: what stood before this run where it has asked nothing, else one for this run."""
        stands = self._stands()
        if self._newest is None or self._newest[0] != stands:
            file = self._stood_before({run: each for run, each in stands.items() if run != self.run_id})
            if self.run_id in stands:
                file = self._found(file, [self.run_id], "standing")
            self._newest = stands, file
        return self._newest[1]

    def _stood_before(self, stands: newest.Stands) -> Path:
        """The file of what stood before this run: the one that is kept, brought up to date where there is news."""
        if self._before is None or self._before[0] != stands:
            file, told = newest.rows_of(self.newest_file), newest.told_of(self.newest_file)
            if not all(run in stands and _is_as_told(each, stands[run]) for run, each in told.items()):
                told = {}
            later = stands.keys() - told.keys()
            if later or not stands:
                file = self._found(file if told else None, later, "before")
            if later:
                with suppress(OSError):  # on a full disk the ledger is what the room is for
                    newest.keep(self.newest_file, file, stands)
            self._before = stands, file
        return self._before[1]

    def _found(self, before: Path | None, runs: Iterable[str], name: str) -> Path:
        """A file of what stands of what stood before and of these runs."""
        target = self._scratch / f"{name}.parquet"
        with self._connected() as memory:
            self.load(memory, "came", runs)
            newest.find(memory, before, "came", target)
        return target


def _is_as_told(told: tuple[int, int], stands: tuple[int, int]) -> bool:
    """Whether a run's lines are as they were; where they are Parquet, or were, nobody knows when they were written."""
    return told[0] == stands[0] and (told[1] == stands[1] or 0 in (told[1], stands[1]))


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
