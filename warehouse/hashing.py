"""A number for a row, for where rows are compared or what many say is summed in whatever order.

Belongs here: the expression. Does not: which columns count of what a table says (`schemas`).
"""

from collections.abc import Mapping

import duckdb

_NESTED = ("STRUCT", "MAP", "UNION")


def row_hash(values: Mapping[str, str]) -> str:
    """The expression that gives a row another number where it says anything else.

    Hashed twice: `hash` of several values is linear, so two rows that trade one would hide it from a sum.

    values  expression → its DuckDB type
    """
    return f"hash(hash({', '.join(_told(*each) for each in values.items()) or 0}))"


def values_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """The columns of a query with their types, as `row_hash` takes them."""
    rows = connection.sql(query)
    names = (column.replace('"', '""') for column in rows.columns)
    return {f'"{name}"': str(kind) for name, kind in zip(names, rows.types, strict=True)}


def _told(value: str, kind: str) -> str:
    """To `hash` no list, an empty one and one of nothing are the same, and lists in a list are one."""
    inner = kind.removesuffix("[]")
    if inner.endswith("]") or inner.startswith(_NESTED):
        return f"cast({value} as varchar)"
    return value if inner == kind else f"{value}, len({value})"
