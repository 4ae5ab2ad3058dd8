"""How a lake is reached: DuckDB's extensions, the store's keys, a catalogue to read or to write.

A catalogue that is a file is never written in place: a copy beside it takes the edition and is moved over it, so
whoever reads keeps what they opened, and a death leaves a copy that nothing leads to. Postgres keeps readers and a
writer apart by itself.

Belongs here: connections. Does not: what is written (`adding`).
"""

import fcntl
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.home import Busy, Unusable
from warehouse.lake.place import ROWS, Place
from warehouse.storage.address import endpoint, may_be_plain

NAME = "almanac"
"""What the lake is called in every connection."""

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": database.MEMORY,
    "python_enable_replacements": "false",
}


@contextmanager
def reading(place: Place, version: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake as ``almanac``, read-only; whole as of a snapshot where a version is given."""
    if place.is_file and not Path(place.catalogue).exists():
        raise Unusable(f"there is no lake at {place.catalogue}; `almanac lake add` makes it")
    options = ["read_only", *([] if version is None else [f"snapshot_version {int(version)}"])]
    with _connection(place) as connection:
        _attach(connection, place, place.catalogue, options)
        yield connection


@contextmanager
def locked(place: Place, version: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake as of a snapshot as a person's own SQL sees it: plain names, no other file or network, no setting."""
    with reading(place, version) as connection:
        connection.execute(f"use {NAME}")
        connection.execute(f"set allowed_directories = [{quoted(place.rows)}]")
        if place.is_file:
            connection.execute(f"set allowed_paths = [{quoted(place.catalogue)}]")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


@contextmanager
def writing(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake as ``almanac`` to be written; what is committed stands when the block ends.

    `Busy` where another writes the catalogue that is a file. What raises inside leaves the lake as it was.
    """
    with _connection(place) as connection:
        if not place.is_remote:
            _folder(Path(place.rows))
        if not place.is_file:
            _attach(connection, place, place.catalogue, _options(place))
            yield connection
            return
        catalogue = Path(place.catalogue)
        with _alone(catalogue):
            beside = catalogue.with_name(f".{catalogue.name}.adding")
            for leftover in (beside, beside.with_name(f"{beside.name}.wal")):
                leftover.unlink(missing_ok=True)
            try:
                if catalogue.exists():
                    shutil.copyfile(catalogue, beside)
                _attach(connection, place, str(beside), _options(place))
                yield connection
                connection.execute(f"detach {NAME}")
                _wait_for_disk(beside)
                os.replace(beside, catalogue)
            except OSError as error:
                raise Unusable(f"the lake at {catalogue} cannot be written: {error.strerror}") from None
            finally:
                connection.close()
                beside.unlink(missing_ok=True)


def words_of(error: duckdb.Error) -> str:
    """The first line of what DuckDB says."""
    return str(error).strip().splitlines()[0]


def _options(place: Place) -> list[str]:
    # rows in the catalogue itself would forbid a column called row_id, and evidence.choices has one
    return [f"data_path {quoted(place.rows)}", "data_inlining_row_limit 0"]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _connection(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, with what the lake needs loaded; nothing is ever downloaded."""
    with (
        tempfile.TemporaryDirectory(prefix="almanac-lake-") as scratch,
        closing(duckdb.connect(config={**SETTINGS, "temp_directory": scratch})) as connection,
        database.interruptible(),
    ):
        connection.execute("set TimeZone = 'UTC'")
        _load(connection, "ducklake")
        if not place.is_file:
            _load(connection, "postgres_scanner")
        if place.is_remote:
            _load(connection, "httpfs")
            _tell_keys(connection)
        # of two who write at once the second begins anew: it would add what is there by now
        connection.execute("set ducklake_max_retry_count = 0")
        yield connection


def packaged(extension: str) -> Path | None:
    """The extension's file in its package, where that is installed and is for this DuckDB."""
    package = importlib.util.find_spec(f"duckdb_extension_{extension}")
    for folder in (package.submodule_search_locations or ()) if package else ():
        file = Path(folder, "extensions", f"v{duckdb.__version__}", f"{extension}.duckdb_extension")
        if file.exists():
            return file
    return None


def _load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load an extension from its package, else one that somebody installed into DuckDB. `Unusable` without either."""
    file = packaged(extension)
    try:
        connection.execute(f"load {quoted(str(file)) if file else extension}")
    except duckdb.Error:
        raise Unusable(
            f"a lake needs DuckDB's extension {extension}, and there is none for DuckDB {duckdb.__version__} here:"
            " pip install 'almanac[lake]' (packages for DuckDB 1.5.5)"
        ) from None


def _tell_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Keys and endpoint of the environment, for this connection alone."""
    at = endpoint()
    said = {
        "key_id": os.environ.get("AWS_ACCESS_KEY_ID", ""),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "session_token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "region": os.environ.get("AWS_REGION", "") or os.environ.get("AWS_DEFAULT_REGION", ""),
        "endpoint": at.partition("://")[2] or at,
        "url_style": "path" if at else "",
    }
    told = "".join(f", {name} {quoted(value.strip())}" for name, value in said.items() if value.strip())
    plain = ", use_ssl false" if may_be_plain(at) else ""
    try:
        connection.execute(f"create temporary secret store (type s3{told}{plain})")
    except duckdb.Error:  # whose words may be those of the statement
        raise Unusable("the environment does not say how the store of the lake's rows is reached") from None


def _attach(connection: duckdb.DuckDBPyConnection, place: Place, catalogue: str, options: list[str]) -> None:
    address = quoted(f"ducklake:{'' if place.is_file else 'postgres:'}{catalogue}")
    try:
        connection.execute(f"attach {address} as {NAME} ({', '.join(options)})")
    except duckdb.Error as error:
        if "DATA_PATH" in str(error):
            raise Unusable(f"the lake at {place.catalogue} has its rows elsewhere than {ROWS} says") from None
        raise Unusable(f"the lake at {place.catalogue} cannot be opened: {words_of(error)}") from None


@contextmanager
def _alone(catalogue: Path) -> Iterator[None]:
    """Hold the lock of a catalogue that is a file. `Busy` where another does."""
    _folder(catalogue.parent)
    with open(catalogue.with_name(f".{catalogue.name}.lock"), "w", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another is adding to the lake at {catalogue}") from None
        yield


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"the folder {path} of the lake cannot be made: {error.strerror}") from None


def _wait_for_disk(path: Path) -> None:
    with open(path, "rb") as handle:
        os.fsync(handle.fileno())
