"""The DuckDB file: how it is opened, how each declared table is made from its one SQL file, and how it is put in place.

Belongs here: connections, DDL, order, publication of the file. Does not: what any table means (``sql/``, ``schemas/``).
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

import duckdb

from warehouse import rules
from warehouse.home import Home
from warehouse.schemas import SCHEMAS, Table, all_tables, table
from warehouse.schemas.declare import PLACES, REVIEWS

SQL = Path(__file__).parent / "sql"

RECORD = "quality.made"
"""What was made from what, a row a table; `following` keeps it."""

SCHEMA_VERSION = 3
"""Version of the tables' shape, in ``quality.build`` and in every edition's manifest."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
}
MEMORY = "500MB"
"""What DuckDB holds before it writes to disk what it works on, or lets go of pages of the file; by itself it takes most
of what the machine has."""

PAIRS_AT_ONCE = 12_500_000
"""All pairs of so many models as there are three times over are made in one block; of more, in several."""

AT_ONCE = 20_000
"""So many rows are in memory on their way into a table."""

SPOKEN_OF_AT_ONCE = 250
"""Pairs whose statements are made at once."""

_LOCKED: dict[str, str | bool | int | float | list[str]] = {"python_enable_replacements": "false"}


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC, closed at the end whatever happens. FileNotFoundError when there is none to read."""
    if read_only and not path.exists():
        raise FileNotFoundError(f"there is no warehouse at {path}; run a refresh first")
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    with _connected(path, read_only, _CONFIG) as connection:
        connection.execute("set variable most_memory = current_setting('memory_limit')")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        yield connection


@contextmanager
def locked(path: Path, **settings: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file as every question opens it: read-only, no file or network from SQL, no setting ever changed.

    What a person may ask over it is `warehouse.questions`'s: DuckDB keeps the file itself and its own settings open.
    FileNotFoundError when there is none.

    settings  of DuckDB's beside those that lock it, as SQL writes them: ``threads="1"``
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no warehouse at {path}; run a refresh first")
    with _connected(path, True, {**_CONFIG, **_LOCKED}) as connection:
        for name, value in settings.items():
            connection.execute(f"set {name} = {value}")
        # Here, and not with the others: which folders stay open none the less can be said only before.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


@contextmanager
def _connected(
    path: Path, read_only: bool, config: dict[str, str | bool | int | float | list[str]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        with interruptible():
            connection.execute("set TimeZone = 'UTC'")
            yield connection
    finally:
        connection.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """DuckDB turns what a signal's handler raised in the middle of a query into an error like any other; not here."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__context__, BaseException) and not isinstance(error.__context__, Exception):
            raise error.__context__ from None
        raise


def begin(home: Home) -> None:
    """A new, empty work file with its schemas and macros; whatever an interrupted night left behind is removed."""
    discard(home)
    home.work_file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(home.work_file), config={**_CONFIG, "storage_compatibility_version": "v1.5.0"}).close()
    with opened(home.work_file) as connection:
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        connection.execute(rules.threshold_macro())
        connection.execute(rules.asked_pairs_macro())
        for name in ("macros", "wording"):
            connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))
        create(connection, table(RECORD))


def discard(home: Home) -> None:
    """Remove the work file, its write-ahead log and what was put beside it for want of memory, if there are any."""
    for path in (home.work_file, home.work_file.with_name(home.work_file.name + ".wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(home.work_file.with_name(home.work_file.name + ".tmp"), ignore_errors=True)


def publish(home: Home) -> None:
    """Finish the work file and put it in place."""
    finish(home)
    put_in_place(home)


def finish(home: Home) -> None:
    """The last that is written to the work file: the macros of questions; from here on its bytes stay as they are."""
    with opened(home.work_file) as connection:
        add_questions(connection)
        connection.execute("checkpoint")
    with open(home.work_file, "rb") as handle:
        os.fsync(handle.fileno())


def put_in_place(home: Home) -> None:
    """Move the finished work file over the one analysts open. A reader of the old file keeps reading the old file."""
    os.replace(home.work_file, home.warehouse)


def add_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros for analysts' first questions, over tables that are all made."""
    connection.execute((SQL / "questions.sql").read_text(encoding="utf-8"))
    for name in ("mart.comparisons", "mart.shared_results", "mart.comparison_statements"):
        macro = _ON_DEMAND[name]
        connection.execute(f"create or replace macro {macro}(one, other) as table {on_demand(name)}")


_ON_DEMAND = {
    "mart.comparisons": "comparison",
    "mart.shared_results": "comparison_results",
    "mart.comparison_statements": "comparison_statements",
}
"""What is told of pairs → the macro that tells it of any two listed models."""

_TWO = {
    "evidence.paired_models": "(select unnest([one, other]) as model_id)",
    "mart.published_pairs": (
        "(select least(one, other) as model_a_id, greatest(one, other) as model_b_id where one != other)"
    ),
}
"""What says which models and pairs there are, where there are but two models: `one` and `other`."""

_OF_PAIRS = ("evidence.paired_results", "evidence.pair_results", "mart.pairs", "mart.shared_results")


def on_demand(name: str) -> str:
    """The query of a table of pairs, of `one` and `other` alone, whether or not their pair is stored."""
    told = _TWO | {each: f"({on_demand(each)})" for each in _OF_PAIRS if each != name and each in reads(name)}
    return _REFERENCE.sub(lambda found: told.get(found[0], found[0]), _without_comments(query(name)))


def statements_of(pairs: str) -> str:
    """The query of ``mart.comparison_statements`` over other pairs: a relation of model_a_id < model_b_id."""
    return query("mart.comparison_statements").replace("mart.published_pairs", pairs)


def query(name: str) -> str:
    """The one SELECT that makes a table: ``sql/<schema>/<table>.sql``."""
    return (SQL / name.replace(".", "/")).with_suffix(".sql").read_text(encoding="utf-8")


_REFERENCE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.[a-z_]+\b")


@cache
def reads(name: str) -> tuple[str, ...]:
    """The tables a SQL table is made from, read off its SQL; what Python makes reads none here."""
    if table(name).made_by != "sql":
        return ()
    return _named_in(query(name), name)


@cache
def dated_by(name: str) -> tuple[str, ...]:
    """The tables that a SQL table's dates of review are made from."""
    return _named_in(reviews(name), name)


def _named_in(sql: str, name: str) -> tuple[str, ...]:
    found = set(_REFERENCE.findall(_code(sql)))
    return tuple(sorted(each for each in found if each in all_tables() and each != name))


def _code(sql: str) -> str:
    """SQL without its comments and the texts in it."""
    return re.sub(r"'(?:[^']|'')*'", "''", _without_comments(sql))


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def asks_when(name: str) -> bool:
    """Whether what a SQL table says hangs on when facts were last confirmed, or on the page they were read on."""
    return not reviews(name) and any(each in _code(query(name)) for each in REVIEWS | PLACES)


@cache
def sql_tables_in_order() -> tuple[str, ...]:
    """Every table made by SQL, each after the tables it reads. ValueError names a circle."""
    done: list[str] = []
    waiting = [name for name, declared in all_tables().items() if declared.made_by == "sql"]
    while waiting:
        ready = [name for name in waiting if not any(need in waiting for need in (*reads(name), *dated_by(name)))]
        if not ready:
            raise ValueError(f"these tables read each other in a circle: {', '.join(waiting)}")
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return tuple(done)


def reviews(name: str) -> str:
    """The SELECT that gives a table's rows (``made``) their dates of review; empty where it has none to give."""
    path = (SQL / "reviews" / name.replace(".", "/")).with_suffix(".sql")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def dated(name: str, made: str = "") -> str:
    """The query of a table, or another that makes rows of it, with its dates of review."""
    review, rows_made = reviews(name), made or query(name)
    return f"with made as (\n{rows_made}\n)\n\n{review}" if review and not _gives_dates(name) else rows_made


def redate(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Write the dates of review of a table that stays as it is."""
    moving = ", ".join(REVIEWS & {column.name for column in table(name).columns})
    connection.execute(
        f"update {name} set last_reviewed_at = fresh.last_reviewed_at"
        f" from (with made as (select * exclude ({moving}), rowid as place from {name})\n{reviews(name)}) as fresh"
        f" where {name}.rowid = fresh.place and {name}.last_reviewed_at is distinct from fresh.last_reviewed_at"
    )


def _gives_dates(name: str) -> bool:
    return "last_reviewed_at" in query(name)


def attach(connection: duckdb.DuckDBPyConnection, published: Path) -> bool:
    """The file published before as ``before``, read-only, for as long as the connection; False where none reads."""
    known = dict(connection.sql("select database_name, path from duckdb_databases()").fetchall())
    if "before" in known:
        if known["before"] == str(published):
            return True
        connection.execute("detach before")
    if not published.exists():
        return False
    try:
        connection.execute(f"attach '{str(published).replace(chr(39), chr(39) * 2)}' as before (read_only)")
    except duckdb.Error:
        return False
    return True


def existing(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    """Those of these stored tables that the file has."""
    found = connection.sql(
        "select schema_name || '.' || table_name from duckdb_tables() where not temporary"
    ).fetchall()
    return [name for name in names if (name,) in found]


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Remove a table or view, where it is there."""
    connection.execute(f"drop {'view' if table(name).view else 'table'} if exists {name}")


def create(connection: duckdb.DuckDBPyConnection, declared: Table) -> None:
    """An empty table as declared, with its comments."""
    _in_one_transaction(connection, declared.ddl(), *declared.comments())


def _in_one_transaction(connection: duckdb.DuckDBPyConnection, *statements: str) -> None:
    """Each on its own would be written down on its own, a thousand times a build."""
    connection.execute("begin")
    try:
        for statement in statements:
            connection.execute(statement)
    except duckdb.Error:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def make(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Make one table or view from its SQL, with comments; returns its row count (views are not counted: 0).

    Raises duckdb.Error where the SQL does not give the declared columns.
    """
    declared = table(name)
    if declared.view:
        _in_one_transaction(connection, f"create view {name} as {query(name)}", *declared.comments())
        return 0
    create(connection, declared)
    fill(connection, name)
    return rows(connection, name)


def fill(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """The rows of an empty table, from its SQL; what is made of very many pairs of models, some after others."""
    if "is_to_be_made(" in dated(name):
        numbers = connection.sql(
            "select number from mart.sides semi join evidence.paired_models using (model_id) order by number"
        ).fetchall()
        for first, last in blocks_of_pairs(len(numbers)):
            (low,), (high,) = numbers[first - 1], numbers[last - 1]
            with of_all_pairs(connection, f"number_a between {low} and {high}"):
                execute(connection, adding(name, dated(name)))
    elif name == "mart.comparison_statements":
        turns = -(-rows(connection, "mart.published_pairs") // SPOKEN_OF_AT_ONCE)
        for turn in range(turns):
            pairs = f"(select * from mart.published_pairs where rank % {turns} = {turn})"
            execute(connection, adding(name, statements_of(pairs)))
    else:
        execute(connection, adding(name, dated(name)))


def adding(name: str, made: str) -> str:
    """The statement that adds rows to a table: those a query makes."""
    columns = ", ".join(f'"{column.name}"' for column in table(name).columns)
    return f"insert into {name} ({columns}) select {columns} from ({made}\n)"


@contextmanager
def of_all_pairs(connection: duckdb.DuckDBPyConnection, condition: str) -> Iterator[None]:
    """Make but those pairs of numbers ``number_a`` and ``number_b`` that a condition holds for."""
    connection.execute(f"create or replace temp macro is_to_be_made(number_a, number_b) as {condition}")
    try:
        yield
    finally:
        connection.execute("drop macro temp.is_to_be_made")


def blocks_of_pairs(models: int, most: int = PAIRS_AT_ONCE) -> list[tuple[int, int]]:
    """The first and last number of the first models whose pairs are made at once: some `most` pairs of so many models.

    A block takes no more memory however many there are, and a pair is found without reading those of other blocks.
    """
    blocks, first, pairs = [], 1, 0
    for number in range(1, models):
        pairs += models - number
        if pairs >= most or number == models - 1:
            blocks.append((first, number))
            first, pairs = number + 1, 0
    return blocks


def execute(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """Run a large statement within the memory that is set; where it is too little, on one thread, each of which holds
    some; and where not all it works on can be written to disk half-way, with what the machine has.
    """
    with suppress(duckdb.OutOfMemoryException):
        return connection.execute(statement)
    with suppress(duckdb.OutOfMemoryException), _on_one_thread(connection):
        return connection.execute(statement)
    ((most,),) = connection.execute("select getvariable('most_memory')").fetchall()
    with holding(connection, most):
        return connection.execute(statement)


@contextmanager
def holding(connection: duckdb.DuckDBPyConnection, memory: str) -> Iterator[None]:
    """Let DuckDB hold so much for a while, not `MEMORY`: less where something beside it holds memory of its own."""
    connection.execute(f"set memory_limit = '{memory}'")
    try:
        yield
    finally:
        connection.execute(f"set memory_limit = '{MEMORY}'")


@contextmanager
def _on_one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    ((before,),) = connection.execute("select current_setting('threads')").fetchall()
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        connection.execute(f"set threads = {before}")


def insert(
    connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Sequence[object]], at_once: int = AT_ONCE
) -> None:
    """Add rows to a table, some after others, and those column by column: one by one they take very long."""
    waiting = iter(rows)
    while some := list(islice(waiting, at_once)):
        columns = [list(column) for column in zip(*some, strict=True)]
        connection.execute(f"insert into {name} select {', '.join(['unnest(?)'] * len(columns))}", columns)


def rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """How many rows a table has."""
    ((counted,),) = connection.sql(f"select count(*) from {name}").fetchall()
    return int(counted)


def as_of(connection: duckdb.DuckDBPyConnection) -> datetime:
    """The newest instant a file knows of (UTC)."""
    ((moment,),) = connection.sql("select as_of from quality.build").fetchall()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)
