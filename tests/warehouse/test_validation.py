"""Promises of the checks: every broken rule is found and named with table, column, rule and one value, however big the table."""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import duckdb
import pytest

from warehouse.checking import tables as validation
from warehouse.checking.tables import Failure, column_frame, failures, frame_schema
from warehouse.schemas import Column, Table, all_tables

pytestmark = pytest.mark.filterwarnings(
    "ignore:The inplace keyword in DataFrame.drop:DeprecationWarning"
)  # pandera's own

SHELVES = Table(
    "core.shelves",
    grain="one shelf",
    meaning="Shelves of a shop.",
    key=("shelf_id", "floor_id"),
    columns=(
        Column("shelf_id", "VARCHAR", "Identifies the shelf."),
        Column("floor_id", "INTEGER", "The floor it stands on.", at_least=0),
        Column("kind", "VARCHAR", "What it is made of.", nullable=True, values=("oak", "steel")),
        Column("load_kg", "DECIMAL(24, 12)", "What it carries, in kilograms.", nullable=True, at_least=1),
        Column("holds", "VARCHAR[]", "What stands on it."),
        Column("built_on", "DATE", "The day it was built."),
        Column("seen_at", "TIMESTAMPTZ", "When it was last seen (UTC)."),
        Column("is_open", "BOOLEAN", "Whether it has no doors."),
    ),
    checks={"steel_upstairs_is_light": "kind != 'steel' or floor_id = 0 or load_kg < 100"},
)
GOOD: dict[str, Any] = {
    "shelf_id": "a",
    "floor_id": 0,
    "kind": "oak",
    "load_kg": "20.5",
    "holds": ["books"],
    "built_on": "2025-01-01",
    "seen_at": "2026-01-01 02:00:00+00",
    "is_open": True,
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database whose table has the declared columns and none of the constraints, so that every rule can be broken."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; create schema core")
        columns = ", ".join(f"{column.name} {column.kind}" for column in SHELVES.columns)
        connection.execute(f"create table core.shelves ({columns})")
        yield connection


@pytest.fixture(params=["frame", "sql", "known"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Checked as a frame, as a table too big for one, and as one that says what it said before."""
    if request.param != "frame":
        if request.param == "sql":
            monkeypatch.setattr(validation, "FRAME_LIMIT", -1)
        else:
            monkeypatch.setattr(sys.modules[__name__], "failures", partial(failures, known="true"))
        monkeypatch.setattr(validation, "frame_schema", lambda _: pytest.fail("a big table was brought into a frame"))
    return str(request.param)


def fill(connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any]) -> list[Failure]:
    for row in rows:
        values = {**GOOD, **row}
        connection.execute(f"insert into core.shelves values ({', '.join('?' * len(values))})", list(values.values()))
    return list(failures(connection, SHELVES))


def test_a_good_table_has_no_failures(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    assert (
        fill(
            connection,
            {},
            {"shelf_id": "b", "kind": None, "load_kg": None},
            {"floor_id": 1, "load_kg": "1", "kind": "steel"},
        )
        == []
    )


def test_an_empty_table_has_no_failures(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    assert fill(connection) == []


@pytest.mark.parametrize("column", [column.name for column in SHELVES.columns if not column.nullable])
def test_a_null_where_none_may_be_is_named(connection: duckdb.DuckDBPyConnection, size: str, column: str) -> None:
    (failure,) = fill(connection, {"shelf_id": "good"}, {column: None})
    assert (failure.table, failure.column, failure.rule, failure.rows) == ("core.shelves", column, "not_nullable", 1)


def test_a_word_outside_the_vocabulary_is_named(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    (failure,) = fill(connection, {}, {"shelf_id": "b", "kind": "it's jelly"}, {"shelf_id": "c", "kind": "it's jelly"})
    assert (failure.table, failure.column, failure.rows, failure.example) == ("core.shelves", "kind", 2, "it's jelly")
    assert failure.rule.startswith("isin")


@pytest.mark.parametrize(("column", "value"), [("floor_id", -1), ("load_kg", "0.999999999999")])
def test_a_number_under_its_floor_is_named(
    connection: duckdb.DuckDBPyConnection, size: str, column: str, value: Any
) -> None:
    (failure,) = fill(connection, {}, {"shelf_id": "b", column: value})
    assert (failure.table, failure.column, failure.rows) == ("core.shelves", column, 1)
    assert float(failure.example) == pytest.approx(float(value))
    assert failure.rule.startswith(("greater_than_or_equal_to", "at least"))


def test_a_key_that_repeats_is_named(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    (failure,) = fill(connection, {}, {"floor_id": 1}, {}, {"shelf_id": "b"}, {"shelf_id": "b"})
    assert failure == Failure("core.shelves", "shelf_id, floor_id", "the key repeats", 2, failure.example)
    assert failure.example in ("(a, 0)", "(b, 0)")


def test_a_row_that_breaks_a_rule_between_columns_is_named(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    heavy = {"shelf_id": "b", "floor_id": 2, "kind": "steel", "load_kg": "100"}
    assert fill(connection, {}, heavy) == [
        Failure("core.shelves", "shelf_id, floor_id", "steel_upstairs_is_light", 1, "(b, 2)")
    ]


def test_every_broken_rule_is_told_not_only_the_first(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    found = fill(
        connection, {}, {}, {"shelf_id": "b", "kind": "jelly", "floor_id": -3}, {"shelf_id": "c", "is_open": None}
    )
    assert sorted(failure.column for failure in found) == ["floor_id", "is_open", "kind", "shelf_id, floor_id"]


def test_of_some_rows_what_they_break_is_told_and_a_key_that_any_row_repeats(
    connection: duckdb.DuckDBPyConnection, size: str
) -> None:
    fill(connection, {"kind": "jelly"}, {"shelf_id": "b", "kind": "glue"}, {"shelf_id": "c"}, {"shelf_id": "c"})
    found = {(each.column, each.rows) for each in failures(connection, SHELVES, among="shelf_id = 'b'")}
    assert found == {("kind", 1), ("shelf_id, floor_id", 1)}


def test_of_what_is_known_in_part_each_broken_row_is_told_once(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_frames: list[int] = []
    frame_failures = validation._frame_failures

    def counting(connection: duckdb.DuckDBPyConnection, declared: Table, rows: str) -> Iterator[Failure]:
        in_frames.extend(connection.sql(f"select count(*) from {rows}").fetchone() or ())
        return frame_failures(connection, declared, rows)

    monkeypatch.setattr(validation, "_frame_failures", counting)
    fill(connection, {"kind": "jelly"}, {"shelf_id": "b", "floor_id": -1}, {"shelf_id": "c"})
    in_frames.clear()
    found = {(each.column, each.rows) for each in failures(connection, SHELVES, known="shelf_id != 'b'")}
    assert found == {("kind", 1), ("floor_id", 1)}
    assert in_frames == [1]


def test_a_failure_reads_as_one_line() -> None:
    assert (
        str(Failure("core.shelves", "kind", "isin", 2, "jelly"))
        == "core.shelves.kind: isin (2 rows, for example jelly)"
    )


def test_a_check_mends_nothing(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    fill(connection, {"kind": "jelly", "floor_id": -1}, {"is_open": None})
    assert connection.sql("select kind, floor_id, is_open from core.shelves order by floor_id").fetchall() == [
        ("jelly", -1, True),
        ("oak", 0, None),
    ]


def test_failures_past_the_first_piece_of_a_frame_are_found_and_counted(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "FRAME_ROWS", 2048)
    connection.execute(
        "insert into core.shelves select 's' || i, i, case when i % 3000 = 2999 then 'jelly' else 'oak' end, 2, ['x'],"
        " date '2025-01-01', timestamptz '2026-01-01 00:00:00+00', true from range(9000) as r(i)"
    )
    (failure,) = failures(connection, SHELVES)
    assert (failure.column, failure.rows, failure.example) == ("kind", 3, "jelly")


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_every_declared_table_can_be_checked_before_it_holds_anything(declared: Table) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create schema if not exists {declared.schema}")
        connection.execute(declared.ddl())
        assert list(failures(connection, declared)) == []
    assert list(frame_schema(declared).columns) == [column.name for column in declared.columns]


def test_the_declaration_as_a_frame_is_what_dictionaries_are_printed_from() -> None:
    frame = column_frame(SHELVES)
    assert list(frame.columns) == ["name", "type", "nullable", "meaning"]
    assert frame.iloc[2].tolist() == ["kind", "VARCHAR", True, "What it is made of."]
