"""What each table was made from, and what it holds: how a night makes again only what changed.

A night goes on with a copy of the published file. A step is made again where its code, what its tables are made from
or the day it asks about is not what it was; elsewhere its tables stay. What a table says is told apart from when that
was last confirmed: dates of review move every night, decide nothing, and are written alone (``sql/reviews``). A first
build is the same code with everything to make.

Belongs here: digests, and what follows from them. Does not: how a table is made (`building`, ``sql/``).
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

import sources.contract
from warehouse import database, rules
from warehouse.home import Home, put
from warehouse.schemas import Table, table

RECORD = database.RECORD

DATES = "evidence.folds"
"""The table that says when each document was last read: when its content moves, dates of review move."""

OF_THE_NIGHT = frozenset(
    {
        "raw.fetches",
        "raw.runs",
        "raw.documents",
        "evidence.folds",
        "quality.build",
        "quality.sources",
    }
)
"""Tables that say how nights went: they are another every night, and nothing known is."""

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Made:
    """One row of `RECORD`, less its name and its code.

    made_from  digest of what it takes of the tables it is made from
    content    what it says (`Content`); empty for a view
    dates      digest of the readings its dates of review were written from
    """

    made_from: str
    content: str = ""
    dates: str = ""
    rows: int = 0


NEVER = Made("")
"""Of a table that was not made yet, or is made every night."""


@cache
def code() -> str:
    """Digest of all that decides how a table is made: this package, the rules as the environment sets them, DuckDB."""
    told = hashlib.sha256(f"{duckdb.__version__} {rules.threshold_macro()}".encode())
    files = [each for each in _PACKAGE.rglob("*") if each.suffix in {".py", ".sql", ".yaml"}]
    for path in sorted([*files, *Path(sources.contract.__file__).parent.glob("*.py")]):
        told.update(path.relative_to(_PACKAGE.parent).as_posix().encode())
        told.update(path.read_bytes())
    return told.hexdigest()[:20]


def begin(home: Home) -> bool:
    """A work file to go on with; True where it is a copy of the published one, False where it is empty.

    It is empty where there is none, other code made it, or the night before did not come to its end: whatever stopped
    that one may lie in the file.
    """
    unfinished = _unfinished(home)
    with duckdb.connect() as connection:
        goes_on = (
            not unfinished.exists()
            and database.attach(connection, home.warehouse)
            and _is_of_this_code(connection, "before")
        )
    put(unfinished, b"")
    if not goes_on:
        database.begin(home)
        return False
    database.discard(home)
    shutil.copyfile(home.warehouse, home.work_file)
    return True


def ended(home: Home) -> None:
    """The night came to its end: the next may go on from what it published."""
    _unfinished(home).unlink(missing_ok=True)


def _unfinished(home: Home) -> Path:
    return home.work_file.with_name("unfinished")


def _is_of_this_code(connection: duckdb.DuckDBPyConnection, file: str) -> bool:
    try:
        found = connection.sql(f"select distinct made_by from {file}.{RECORD}").fetchall()
    except duckdb.Error:
        return False
    return found == [(code(),)]


def says_what_is_published(connection: duckdb.DuckDBPyConnection, home: Home) -> bool:
    """Whether all that is known in the work file is as published: what was proved of that holds too."""
    if not database.attach(connection, home.warehouse) or not _is_of_this_code(connection, "before"):
        return False
    before, now = record(connection, "before"), record(connection)
    return before.keys() == now.keys() and all(
        now[name].content == before[name].content for name in now.keys() - OF_THE_NIGHT
    )


def said_before(connection: duckdb.DuckDBPyConnection, declared: Table, published: Path | None) -> str:
    """The condition that a row of a table says what one of the published file says, which this code made and checked;
    ``false`` where there is no such file.
    """
    if not published or not database.attach(connection, published) or not _is_of_this_code(connection, "before"):
        return "false"
    return f"{declared.row_hash()} in (select {declared.row_hash()} from before.{declared.name})"


def record(connection: duckdb.DuckDBPyConnection, file: str = "") -> dict[str, Made]:
    """Table name → how it was made, in the work file or one that is attached to it."""
    origin = f"{file}.{RECORD}" if file else RECORD
    rows = connection.sql(f'select table_name, made_from, content, dates, "rows" from {origin}').fetchall()
    return {name: Made(*row) for name, *row in rows}


@dataclass(frozen=True)
class Content:
    """What the rows of a stored table say, in whatever order and without what moves with every reading: how many they
    are, and the sum of a number for each. Of rows that go and rows that come it follows without the others.
    """

    rows: int
    told: int

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, declared: Table, condition: str = "") -> "Content":
        """Of the rows of a table; of those alone that a condition holds for, where one is given."""
        # what is few is set aside: DuckDB would hash the lists of the rows beside it too
        aside = f"with few as materialized (select * from {declared.name} where {condition}) " if condition else ""
        ((rows, told),) = connection.sql(
            f"{aside}select count(*), sum({declared.row_hash()}) from {'few' if aside else declared.name}"
        ).fetchall()
        return cls(rows, int(told or 0))

    @classmethod
    def read(cls, text: str) -> "Content":
        rows, told = text.split()
        return cls(int(rows), int(told))

    def __str__(self) -> str:
        return f"{self.rows} {self.told}"

    def __add__(self, other: "Content") -> "Content":
        return Content(self.rows + other.rows, self.told + other.told)

    def __sub__(self, other: "Content") -> "Content":
        return Content(self.rows - other.rows, self.told - other.told)


def made_from(name: str, reads: Mapping[str, str]) -> str:
    """Digest of what a table is made from: what each table it reads says, by name."""
    return digest(name, *(f"{each} {said}" for each, said in sorted(reads.items())))


def digest(*parts: str) -> str:
    """One short text that stands for several."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def keep_record(connection: duckdb.DuckDBPyConnection, name: str, made: Made) -> None:
    """Write down how a table was made."""
    connection.execute(f"delete from {RECORD} where table_name = ?", [name])
    connection.execute(
        f"insert into {RECORD} values (?, ?, ?, ?, ?, ?)",
        [name, code(), made.made_from, made.content, made.dates, made.rows],
    )


def stored(names: Iterable[str]) -> set[str]:
    """These tables, and for each view among them what it reads in the end."""
    return {each for name in names for each in (stored(database.reads(name)) if table(name).view else {name})}


def contents(
    connection: duckdb.DuckDBPyConnection, known: Mapping[str, Made], names: tuple[str, ...]
) -> dict[str, str]:
    """Table name → digest of what it says; of a view, of what it reads."""
    return {
        name: made_from(name, contents(connection, known, database.reads(name)))
        if table(name).view
        else known[name].content
        for name in names
    }
