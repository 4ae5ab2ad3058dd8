"""A person's own SQL over the published file: one query is answered, whatever else is written is refused in a sentence.

`warehouse.database.locked` keeps SQL from other files, networks and settings. DuckDB leaves three things open even so,
which are shut here: statements that write to the file that is open, statements behind the first, and functions that
read that file raw or switch logs and profiles on. Belongs here: which SQL is answered. Does not: how rows are shown.
"""

import json
import re
from collections.abc import Iterator

import duckdb

TABLE_FUNCTIONS = frozenset(
    {
        "generate_series",
        "icu_calendar_names",
        "json_each",
        "json_tree",
        "pg_timezone_names",
        "range",
        "repeat",
        "repeat_row",
        "summary",
        "unnest",
    }
)
"""Functions a query may read from, beside table macros and DuckDB's own descriptions (`DESCRIPTIONS`)."""

DESCRIPTIONS = ("duckdb_", "pragma_")
"""How the functions are called that only describe what the file holds."""

_SPACE = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_EXPLAIN = re.compile(
    rf"{_SPACE}explain\b(?:{_SPACE}analyze\b)?(?:\s*\((?!\s*(?:select|with|from|values)\b)[^()]*\))?", re.I | re.S
)


class Refused(ValueError):
    """That SQL is not answered, and why: one sentence."""


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The rows of one query. `Refused` for anything but one; duckdb.Error where DuckDB cannot make sense of it."""
    # EXPLAIN ANALYZE runs what it explains.
    explain = _EXPLAIN.match(sql)
    written = sql[explain.end() :] if explain else sql
    query = _only(connection, written)
    # What DuckDB wrote itself (of a PRAGMA, say) is not the query that was written.
    if query.type != duckdb.StatementType.SELECT or query.query.strip() not in written:
        raise Refused(f"only a query is answered (select, with, from, describe, show, explain), not {_verb(written)}")
    ((told,),) = connection.sql("select json_serialize_sql(?)", params=[query.query]).fetchall()
    read = json.loads(told)
    if read["error"]:
        raise Refused(f"that query cannot be checked, so it is not answered: {read['error_message']}")
    named = {name for name in _table_functions(read) if not name.startswith(DESCRIPTIONS)} - TABLE_FUNCTIONS
    # DuckDB takes 20 ms to list what functions it has, and most queries name none.
    if unknown := named - _macros(connection) if named else None:
        raise Refused(f"a query reads tables, and {min(unknown)}() is none: no file, no network, no setting")
    return connection.sql(sql)


def _macros(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The table macros the file has."""
    listed = "select function_name from duckdb_functions() where function_type = 'table_macro'"
    return {name for (name,) in connection.sql(listed).fetchall()}


def _only(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    statements = connection.extract_statements(sql)
    if not statements:
        raise Refused("there is no query in that SQL")
    if any(not each.query.strip() for each in statements):
        raise Refused("a pivot names its values: pivot … on column in (…)")
    if len(statements) > 1:
        raise Refused(f"one query at a time; these are {len(statements)} statements")
    return statements[0]


def _verb(sql: str) -> str:
    """The first word of a statement, comments before it left out."""
    words = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S).split()
    return words[0].lower()[:20] if words else "that"


def _table_functions(node: object) -> Iterator[str]:
    """The functions a serialized query reads from, wherever they stand in it."""
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"]["function_name"]).lower()
        for each in node.values():
            yield from _table_functions(each)
    elif isinstance(node, list):
        for each in node:
            yield from _table_functions(each)
