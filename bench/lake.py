"""What a lake costs: every edition of a data folder added to a new one, compared, and asked while another is added.

    ALMANAC_HOME=… python -m bench.lake
    ALMANAC_HOME=… ALMANAC_LAKE=postgres://… ALMANAC_LAKE_DATA=s3://… python -m bench.lake

Where ``ALMANAC_LAKE`` is not set the lake is made in a folder that goes at the end. Belongs here: the figures of
docs/lake.md. Does not: whether a lake is right in every case (`tests/warehouse/test_lake.py`).
"""

import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from warehouse.home import Home, Unusable
from warehouse.lake import adding, reaching
from warehouse.lake.place import Place

POINT = "select count(*), min(usd) from almanac.core.prices{at} where offer_id like 'openai/%'"

READERS = 3


def main() -> None:
    """Print a line per edition, then what comparing and asking took."""
    home = Home.from_environment()
    with lake(home) as place:
        folders = add_all(home, place)
        with reaching.reading(place) as connection:
            compare(connection, folders)
            ask(connection)


@contextmanager
def lake(home: Home) -> Iterator[Place]:
    """The lake of the environment, else one that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="almanac-bench-") as folder:
        yield Place.from_environment(home) or Place(f"{folder}/lake.ducklake", f"{folder}/lake.ducklake.files/")


def add_all(home: Home, place: Place) -> list[Path]:
    """Add the editions one by one, the last while others read."""
    folders = adding.lacking(home, [])
    editions_bytes = 0
    print("edition | rows | written | processor s | s | lake MB | files | editions' Parquet MB")
    for turn, folder in enumerate(folders, 1):
        is_last = turn == len(folders) > 1
        with read_meanwhile(place, is_wanted=is_last):
            before, began = time.process_time(), time.monotonic()
            ((added, _),) = adding.add(place, home, [folder])
            spent, took = time.process_time() - before, time.monotonic() - began
        tables = json.loads((folder / "manifest.json").read_bytes())["tables"].values()
        editions_bytes += sum(each["bytes"] for each in tables)
        with reaching.reading(place) as connection:
            files, size = stored(connection, place)
        print(
            f"{added.edition_id[:10]} | {added.rows:,} | {added.rows_written:,} | {spent:.1f} | {took:.1f}"
            f" | {size / 10**6:.1f} | {files} | {editions_bytes / 10**6:.1f}",
            flush=True,
        )
    return folders


def stored(connection: duckdb.DuckDBPyConnection, place: Place) -> tuple[int, int]:
    """How many files of rows a lake has, and their bytes with the catalogue's where that is a file."""
    listed = f"select count(*), coalesce(sum(size), 0) from read_blob('{place.rows}**')"
    ((files, size),) = connection.sql(listed).fetchall()
    return files, int(size) + (Path(place.catalogue).stat().st_size if place.is_file else 0)


def compare(connection: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """Every table of every edition at its snapshot beside its Parquet: rows, and two differences."""
    snapshots = {each.edition_id: each.snapshot_id for each in adding.editions(connection)}
    before, tables, unlike = time.process_time(), 0, 0
    for folder in folders:
        for name, entry in json.loads((folder / "manifest.json").read_bytes())["tables"].items():
            parquet = f"'{folder / entry['file']}'"
            there = f"almanac.{name} at (version => {snapshots[folder.name]})"
            columns = ", ".join(f'"{column}"' for column in connection.sql(f"from {parquet} limit 0").columns)
            # a digest of each row stands for it: whole rows of a million do not fit into memory
            rows = "select md5(concat_ws(chr(31), {})) as said from {}"
            texts = ", ".join(f"coalesce(cast({column} as varchar), chr(30))" for column in columns.split(", "))
            one, other = rows.format(texts, parquet), rows.format(texts, there)
            ((missing,),) = connection.sql(f"select count(*) from ({one} except all {other})").fetchall()
            ((more,),) = connection.sql(f"select count(*) from ({other} except all {one})").fetchall()
            tables, unlike = tables + 1, unlike + bool(missing or more)
    print(f"{tables} tables of {len(folders)} editions compared, {unlike} unlike, {time.process_time() - before:.0f} s")


def ask(connection: duckdb.DuckDBPyConnection) -> None:
    """A point query at the newest edition and at the first, an account of what changed between the last two."""
    told = adding.editions(connection)
    asked = {"newest": POINT.format(at=""), "first": POINT.format(at=f" at (version => {told[0].snapshot_id})")}
    if len(told) > 1:
        between = f"{told[-2].snapshot_id + 1}, {told[-1].snapshot_id}"
        asked["changes"] = f"select count(*) from ducklake_table_changes('almanac', 'facts', 'core_prices', {between})"
    for name, query in asked.items():
        times = [seconds(lambda query=query: connection.sql(query).fetchall()) for _ in range(7)]
        print(f"{name}: {statistics.median(times) * 1000:.0f} ms (first {times[0] * 1000:.0f})")


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


@contextmanager
def read_meanwhile(place: Place, *, is_wanted: bool) -> Iterator[None]:
    """Processes of their own that open the lake and ask, again and again, for as long as the block lasts."""
    if not is_wanted:
        yield
        return
    spawn = multiprocessing.get_context("spawn")
    ended, told = spawn.Event(), spawn.Queue()
    readers = [spawn.Process(target=_read, args=(place, ended, told)) for _ in range(READERS)]
    for each in readers:
        each.start()
    yield
    ended.set()
    found = [told.get() for _ in readers]
    assert all(answered for answered, _ in found), "a reader had no answer"
    for each in readers:
        each.join()
    times = [each for answered, _ in found for each in answered]
    errors = sum(failed for _, failed in found)
    print(
        f"{READERS} readers opened and asked {len(times)} times meanwhile:"
        f" median {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f}, {errors} errors"
    )


def _read(place: Place, ended: Event, told: "multiprocessing.Queue[tuple[list[float], int]]") -> None:
    times, errors = [], 0
    while not ended.is_set():
        began = time.monotonic()
        try:
            with reaching.reading(place) as connection:
                connection.sql(POINT.format(at="")).fetchall()
            times.append(time.monotonic() - began)
        except (duckdb.Error, Unusable) as error:
            errors += 1
            print(f"a reader was told: {error}")
    told.put((times, errors))


if __name__ == "__main__":
    main()
