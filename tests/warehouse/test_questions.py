"""Which SQL of a person is answered over the published file: one query of its tables, and nothing that reaches further."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse import database, questions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "almanac.duckdb"
    with database.opened(path) as connection:
        connection.execute("create schema core")
        connection.execute("create table core.t as select 1 as a, 'x' as m")
        connection.execute("create macro core.rows_of(n) as table select * from core.t where a = n")
    return path


@pytest.fixture
def connection(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with database.locked(file) as opened:
        yield opened


@pytest.mark.parametrize(
    ("sql", "first"),
    [
        ("select a from core.t", 1),
        ("from core.t", 1),
        ("table core.t", 1),
        ("values (1)", 1),
        ("(select 1)", 1),
        ("with x as (select 1) select * from x", 1),
        ("select 1 -- ; copy (select 1) to 'x'\n", 1),
        ("select 1 /* ; */ ;", 1),
        ("; select 1", 1),
        ("describe core.t", "a"),
        ("describe select 1 as b", "b"),
        ("summarize core.t", "a"),
        ("explain select 1", "physical_plan"),
        ("explain (select 1)", "physical_plan"),
        ("explain /* why */ analyze from core.t", "analyzed_plan"),
        ("explain (analyze, format json) select 1", "analyzed_plan"),
        ("from core.rows_of(1)", 1),
        ("from range(3)", 0),
        ("select n from unnest([1, 2]) as t(n)", 1),
        ("from pragma_table_info('core.t')", 0),
        ("select schema_name from duckdb_tables()", "core"),
        ("pivot core.t on m in ('x') using count(*)", 1),
    ],
)
def test_a_query_is_answered(connection: duckdb.DuckDBPyConnection, sql: str, first: object) -> None:
    assert questions.answer(connection, sql).fetchall()[0][0] == first


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("copy (select 1) to '{file}'", "not copy"),
        ("copy (select 1) to '{file}' (use_tmp_file false)", "not copy"),
        ("copy core.t to '{beside}'", "not copy"),
        ("/* select */ copy core.t to '{beside}'", "not copy"),
        ("explain analyze copy (select 1) to '{beside}'", "not copy"),
        ("/* a */ explain -- b\n analyze copy (select 1) to '{beside}'", "not copy"),
        ("explain (analyze) copy (select 1) to '{beside}'", "not copy"),
        ("export database '{beside}'", "not export"),
        ("attach '{beside}'", "not attach"),
        ("install httpfs", "not install"),
        ("load json", "not load"),
        ("set threads = 1", "not set"),
        ("reset threads", "not reset"),
        ("pragma threads = 1", "not pragma"),
        ("pragma database_list", "not pragma"),
        ("use memory", "not use"),
        ("create temp table x (a int)", "not create"),
        ("insert into core.t values (1, 'x')", "not insert"),
        ("delete from core.t", "not delete"),
        ("call enable_logging()", "not call"),
        ("checkpoint", "not checkpoint"),
        ("begin", "not begin"),
        ("prepare p as select 1", "not prepare"),
        ("from read_text('{file}')", "read_text() is none"),
        ("from read_blob('{file}')", "read_blob() is none"),
        ("from read_csv('{file}')", "read_csv() is none"),
        ("with x as (from read_csv('{file}')) select (select count(*) from x)", "read_csv() is none"),
        ("describe select * from glob('*')", "glob() is none"),
        ("from query('from read_blob(''{file}'')')", "query() is none"),
        ("from enable_logging(storage = 'file', storage_path = '{beside}')", "enable_logging() is none"),
        ("select 1; select 2", "one query at a time"),
        ("select 1; /* select */ copy (select 1) to '{beside}'", "one query at a time"),
        ("select 1 -- one\n; --\n copy (select 1) to '{beside}'", "one query at a time"),
        ("explain select 1; copy (select 1) to '{beside}'", "one query at a time"),
        ("", "no query"),
        ("-- select 1", "no query"),
    ],
)
def test_anything_else_is_refused_in_a_sentence_and_nothing_is_written(
    connection: duckdb.DuckDBPyConnection, file: Path, sql: str, why: str
) -> None:
    before = file.read_bytes()
    with pytest.raises(questions.Refused) as refused:
        questions.answer(connection, sql.format(file=file, beside=file.with_name("beside")))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (file.read_bytes(), list(file.parent.iterdir())) == (before, [file])


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{beside}'",
        "attach '{beside}'",
        "install httpfs",
        "from read_text('/etc/hostname')",
        "from read_csv('/etc/hostname')",
        "from '/etc/hostname'",
        "from sniff_csv('/etc/hostname')",
        "from glob('/etc/*')",
        "export database '{beside}'",
        "create table core.mine (a int)",
        "set threads = 1",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "from held_by_python",
    ],
)
def test_the_locked_file_itself_keeps_sql_from_files_and_settings(
    connection: duckdb.DuckDBPyConnection, file: Path, sql: str
) -> None:
    held_by_python = connection.sql("select 1")
    with pytest.raises(duckdb.Error):
        connection.sql(sql.format(beside=file.with_name("beside"))).fetchall()
    assert list(file.parent.iterdir()) == [file]
    assert held_by_python.fetchall() == [(1,)]


def test_the_locked_file_speaks_utc_and_says_when_it_is_not_there(file: Path, tmp_path: Path) -> None:
    with database.locked(file) as connection:
        assert connection.sql("select current_setting('TimeZone')").fetchall() == [("UTC",)]
    absent = tmp_path / "absent" / "almanac.duckdb"
    with pytest.raises(FileNotFoundError, match="run a refresh first"), database.locked(absent):
        pass
    assert not absent.parent.exists()
