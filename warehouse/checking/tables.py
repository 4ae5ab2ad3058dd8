"""The checks a table must pass before it is published: pandera for what a frame can hold, SQL for keys and big tables.

A check never mends a row. Money never leaves the database: frames are read-only projections for checking.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pandas as pd
import pandera.pandas as pa

from warehouse.schemas.declare import Column, Table

FRAME_ROWS = 50_000
"""A frame is checked in pieces of this many rows, so that memory stays bounded; wholly so up to `FRAME_LIMIT`."""

FRAME_LIMIT = 250_000
"""Tables above this are checked in SQL alone: a frame of millions of pairs would take longer than building them."""


@dataclass(frozen=True)
class Failure:
    """One broken rule: the table, the column (or the key), the rule, how many rows, and one value."""

    table: str
    column: str
    rule: str
    rows: int
    example: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.rule} ({self.rows} rows, for example {self.example})"


def frame_schema(declared: Table) -> pa.DataFrameSchema:
    """The pandera model of a table, derived from its declaration."""
    return pa.DataFrameSchema(
        {column.name: _frame_column(column) for column in declared.columns},
        strict=True,
        ordered=True,
        name=declared.name,
        description=declared.meaning,
    )


def _frame_column(column: Column) -> pa.Column:
    checks = []
    if column.values:
        checks.append(pa.Check.isin(column.values))
    if column.at_least is not None:
        checks.append(pa.Check.ge(column.at_least))
    return pa.Column(_frame_type(column.kind), checks=checks, nullable=column.nullable, description=column.meaning)


def _frame_type(kind: str) -> str | None:
    if kind == "VARCHAR":
        return "str"
    if kind in ("INTEGER", "BIGINT") or kind.startswith("DECIMAL"):
        return "float64"
    return None


def _projection(column: Column) -> str:
    name = f'"{column.name}"'
    return f"{name}::double as {name}" if _frame_type(column.kind) == "float64" else name


def failures(
    connection: duckdb.DuckDBPyConnection, declared: Table, *, known: str = "false", among: str = "true"
) -> Iterator[Failure]:
    """Every broken rule of one table; nothing when it may be published.

    known  the condition of rows that were checked when first said, their dates of review aside: SQL alone looks at them
    among  the condition of the rows to look at, where the others have been looked at; a key is one of all rows
    """
    yield from _key_failures(connection, declared)
    rows = f"(select * from {declared.name} where {among})"
    yield from _row_failures(connection, declared, rows)
    if _count(connection, rows) > FRAME_LIMIT:
        yield from _sql_column_failures(connection, declared, rows)
        return
    new, others = (f"(select * from {rows} where {condition})" for condition in (f"not ({known})", known))
    if _count(connection, new):
        yield from _frame_failures(connection, declared, new)
    if known != "false":
        yield from _sql_column_failures(connection, declared, others)


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    ((counted,),) = connection.sql(f"select count(*) from {rows}").fetchall()
    return int(counted)


def _key_failures(connection: duckdb.DuckDBPyConnection, declared: Table) -> Iterator[Failure]:
    key = ", ".join(declared.key)
    repeated = f"select ({key})::varchar as example from {declared.name} group by {key} having count(*) > 1"
    yield from _counted(connection, declared, key, "the key repeats", repeated)


def _row_failures(connection: duckdb.DuckDBPyConnection, declared: Table, rows: str) -> Iterator[Failure]:
    key = ", ".join(declared.key)
    for rule, expression in declared.checks.items():
        broken = f"select ({key})::varchar as example from {rows} where not ({expression})"
        yield from _counted(connection, declared, key, rule, broken)


def _frame_failures(connection: duckdb.DuckDBPyConnection, declared: Table, rows: str) -> Iterator[Failure]:
    schema = frame_schema(declared)
    result = connection.execute(f"select {', '.join(_projection(column) for column in declared.columns)} from {rows}")
    found: dict[tuple[str, str], tuple[int, str]] = {}
    while True:
        frame = result.fetch_df_chunk(FRAME_ROWS // 2048 or 1)
        if frame.empty:
            break
        for column in declared.columns:
            if _frame_type(column.kind) == "str":
                frame[column.name] = frame[column.name].astype("str").where(frame[column.name].notna(), None)
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            for (name, check), group in cases.groupby(["column", "check"], dropna=False):
                before, example = found.get((str(name), str(check)), (0, str(group["failure_case"].iloc[0])))
                found[str(name), str(check)] = (before + len(group), example)
    for (name, check), (broken, example) in sorted(found.items()):
        yield Failure(declared.name, name, check, broken, example)


def _sql_column_failures(connection: duckdb.DuckDBPyConnection, declared: Table, rows: str) -> Iterator[Failure]:
    rules = [(column, *rule) for column in declared.columns for rule in _sql_rules(column)]
    told = (
        f'count(*) filter (where {broken}), min("{column.name}"::varchar) filter (where {broken})'
        for column, _, broken in rules
    )
    if rules:
        (found,) = connection.sql(f"select {', '.join(told)} from {rows}").fetchall()
        for (column, rule, _), broken, example in zip(rules, found[::2], found[1::2], strict=True):
            if broken:
                yield Failure(declared.name, column.name, rule, broken, str(example))


def _sql_rules(column: Column) -> Iterator[tuple[str, str]]:
    """Each rule of a column with the condition under which it is broken."""
    if not column.nullable:
        yield "not_nullable", f'"{column.name}" is null'
    if column.values:
        yield "isin", f'"{column.name}" not in ({", ".join(repr(value) for value in column.values)})'
    if column.at_least is not None:
        yield f"at least {column.at_least}", f'"{column.name}" < {column.at_least}'


def _counted(
    connection: duckdb.DuckDBPyConnection, declared: Table, column: str, rule: str, broken: str
) -> Iterator[Failure]:
    ((rows, example),) = connection.sql(f"select count(*), min(example) from ({broken})").fetchall()
    if rows:
        yield Failure(declared.name, column, rule, rows, str(example))


def column_frame(declared: Table) -> pd.DataFrame:
    """The declaration as a frame (name, type, nullable, meaning): what dictionaries are printed from."""
    return pd.DataFrame(
        [(column.name, column.kind, column.nullable, column.meaning) for column in declared.columns],
        columns=["name", "type", "nullable", "meaning"],
    )
