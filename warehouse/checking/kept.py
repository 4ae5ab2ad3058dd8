"""One table a night, beside what its query says from nothing: whether a night that goes on from the last kept right.

Each night looks at another table, so that all come round within two months. Of a table that a night made as a whole the
two are the same by themselves; what Python makes has no query to run again.

Belongs here: which table, and the comparison. Does not: what is kept (`warehouse.following`, `warehouse.touching`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse import database
from warehouse.hashing import row_hash
from warehouse.schemas import Table, table

SHOWN = 20
"""Rows that differ that are told; the rest are counted."""


@dataclass(frozen=True)
class Compared:
    """How many rows a table has, how many of them are not said from nothing or missing, and the first of those."""

    name: str
    rows: int
    differing: int
    columns: Sequence[str] = ()
    examples: Sequence[tuple[Any, ...]] = ()


def tonight(connection: duckdb.DuckDBPyConnection) -> str:
    """The table whose turn it is on the day of a file."""
    stored = [name for name in database.sql_tables_in_order() if not table(name).view]
    return stored[database.as_of(connection).toordinal() % len(stored)]


def compared(connection: duckdb.DuckDBPyConnection, name: str) -> Compared:
    """A table beside its query, its dates of review among what is compared."""
    declared = table(name)
    columns = ", ".join(f'"{column.name}"' for column in declared.columns)
    connection.execute(declared.ddl().replace(f"create table {name}", "create or replace temp table from_nothing", 1))
    database.execute(
        connection, f"insert into from_nothing ({columns}) select {columns} from ({database.dated(name)}\n)"
    )
    rows, said = _sum(connection, declared, name)
    if (rows, said) == _sum(connection, declared, "from_nothing"):
        found = Compared(name, rows, 0)
    else:
        both = {"kept": name, "from nothing": "from_nothing"}
        connection.execute(
            "create or replace temp table differing as "
            + " union all ".join(
                f"(select '{side}' as \"only\", {columns} from (from {one} except all from {other}))"
                for (side, one), other in zip(both.items(), reversed(both.values()), strict=True)
            )
        )
        ((differing,),) = connection.sql("select count(*) from differing").fetchall()
        told = connection.sql(f"from differing order by all limit {SHOWN}")
        found = Compared(name, rows, differing, tuple(told.columns), told.fetchall())
        connection.execute("drop table differing")
    connection.execute("drop table from_nothing")
    return found


def _sum(connection: duckdb.DuckDBPyConnection, declared: Table, name: str) -> tuple[int, int]:
    """Rows of a table of a declaration, and a number that is the same for the same rows in any order."""
    told = row_hash({f'"{column.name}"': column.kind for column in declared.columns})
    ((rows, said),) = connection.sql(f"select count(*), sum({told}) from {name}").fetchall()
    return rows, int(said or 0)
