"""A row's number is another one where the row says anything else, also summed with others."""

from collections.abc import Iterator
from itertools import combinations

import duckdb
import pytest

from warehouse.hashing import row_hash, values_of


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("integer", ["null", "0", "1", "-1"]),
        ("boolean", ["null", "false", "true"]),
        ("decimal(24, 12)", ["null", "0", "0.000000000001", "1"]),
        ("varchar", ["null", "''", "' '", "'0'", "'null'"]),
        ("timestamptz", ["null", "'1970-01-01 00:00:00+00'", "'1970-01-01 00:00:00.000001+00'"]),
        (
            "varchar[]",
            ["null", "[]", "[null]", "['']", "[null, null]", "['a', 'b']", "['b', 'a']", "['ab']", "['a', null]"],
        ),
        ("varchar[2]", ["null", "['a', 'b']", "['b', 'a']", "['a', null]", "[null, null]"]),
        ("struct(name varchar)", ["null", "{'name': null}", "{'name': 'NULL'}", "{'name': ''}"]),
        ("varchar[][]", ["null", "[]", "[[]]", "[['a'], ['b']]", "[['a', 'b']]", "[['a', 'b'], []]"]),
        (
            "struct(name varchar, claim_ids varchar[])[]",
            [
                "null",
                "[]",
                "[{'name': 'a', 'claim_ids': ['b', 'c']}]",
                "[{'name': 'a', 'claim_ids': ['b']}, {'name': 'c', 'claim_ids': []}]",
                "[{'name': 'a', 'claim_ids': null}]",
            ],
        ),
    ],
)
def test_what_is_unlike_has_another_number(connection: duckdb.DuckDBPyConnection, kind: str, values: list[str]) -> None:
    told = " union all ".join(f"select {value}::{kind} as said, 'x' as beside" for value in values)
    numbers = connection.sql(f"select {row_hash(values_of(connection, told))} from ({told})").fetchall()
    assert len(set(numbers)) == len(values)


def test_two_rows_that_trade_a_value_are_seen_in_a_sum(connection: duckdb.DuckDBPyConnection) -> None:
    values = ["null", "0", "1", "2", "7", "-1"]

    def summed(*rows: tuple[str, str]) -> object:
        listed = ", ".join(f"({one}::integer, {other}::integer)" for one, other in rows)
        told = f"select one, other from (values {listed}) as told (one, other)"
        return connection.sql(f"select sum({row_hash(values_of(connection, told))}) from ({told})").fetchall()

    for one, other in combinations(values, 2):
        for beside, beside_other in combinations(values, 2):
            assert summed((one, beside), (other, beside_other)) != summed((one, beside_other), (other, beside))


def test_a_column_may_have_any_name(connection: duckdb.DuckDBPyConnection) -> None:
    told = """select 1 as "a \"\" b", 'x' as "select", cast('2026-08-20' as "date")"""
    assert connection.sql(f"select {row_hash(values_of(connection, told))} from ({told})").fetchone()


def test_a_row_without_values_has_a_number(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.sql(f"select {row_hash({})}").fetchone()
