"""Promises of the file: one SQL file a table, made in the order of need, documented inside, and replaced whole under its readers."""

import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from tests.warehouse.world import Warehouse, World, can, fact, night, priced
from warehouse import database, following, reference_tables
from warehouse.evidence import tables
from warehouse.home import Home
from warehouse.schemas import SCHEMAS, Table, all_tables, table
from warehouse.schemas.declare import REVIEWS

SQL_TABLES = [declared for declared in all_tables().values() if declared.made_by == "sql"]
SQL_FILES = sorted(database.SQL.glob("*/*.sql"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    openai = world.seller("openai", "maker")
    openai.says(
        night(1), priced("gpt-5", "1.25", "10"), fact("gpt-5", "context_tokens", 400000), can("gpt-5", "vision")
    )
    with world.built() as built:
        yield built


# --- the SQL files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_a_sql_file_has_its_name_and_its_grain_in_its_header(path: Path) -> None:
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first == f"-- {name_of(path)}"
    assert re.fullmatch(r"-- grain: \S.+", second)


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_a_sql_file_is_one_select_that_names_its_columns(path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    statements = duckdb.extract_statements(query)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    assert ";" not in re.sub(r"--[^\n]*|'[^']*'", "", query)


def test_every_table_is_made_after_the_tables_it_reads() -> None:
    order = database.sql_tables_in_order()
    assert sorted(order) == sorted(declared.name for declared in SQL_TABLES)
    place = {name: number for number, name in enumerate(order)}
    for name in order:
        for need in database.reads(name):
            assert all_tables()[need].made_by == "python" or place[need] < place[name], f"{name} reads {need}"


def test_what_a_table_reads_is_read_off_its_sql() -> None:
    assert database.reads("mart.open_gaps") == ("quality.build", "quality.gaps")
    assert database.reads("core.workloads") == ()


def test_every_table_made_by_python_has_one_loader() -> None:
    of_names = ["core.model_aliases", "core.model_redirects", "evidence.model_families"]
    made = [*tables.MADE, *reference_tables.MADE, *of_names, following.RECORD]
    assert sorted(made) == sorted(declared.name for declared in all_tables().values() if declared.made_by == "python")


def test_comments_and_words_in_quotes_are_not_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "-- see core.offers\nselect 'core.models' as a, 'it''s mart.sides' as b from core.labs -- core.prices"
    monkeypatch.setattr(database, "query", lambda _: sql)
    assert database.reads.__wrapped__("core.benchmarks") == ("core.labs",)


def test_a_circle_of_tables_is_refused_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {"core.models": ("core.offers",), "core.offers": ("core.models",)}
    monkeypatch.setattr(database, "reads", lambda name: circle.get(name, ()))
    monkeypatch.setattr(database, "dated_by", lambda name: ())
    with pytest.raises(ValueError, match=r"circle: core\.models, core\.offers$"):
        database.sql_tables_in_order.__wrapped__()


# --- the declarations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_everything_declared_has_a_meaning_that_ends_with_a_full_stop(declared: Table) -> None:
    assert declared.schema in SCHEMAS
    assert declared.meaning.endswith(".")
    assert declared.grain
    assert not declared.grain.endswith(".")
    for column in declared.columns:
        assert column.meaning.endswith((".", "…")), f"{declared.name}.{column.name}"


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_columns_are_declared_once_and_keys_are_columns_that_are_never_null(declared: Table) -> None:
    columns = {column.name: column for column in declared.columns}
    assert len(columns) == len(declared.columns)
    assert declared.key
    assert [name for name in declared.key if name not in columns or columns[name].nullable] == []


def test_an_unknown_table_is_refused_with_the_tables_there_are() -> None:
    with pytest.raises(KeyError, match=r"core\.offers"):
        table("core.offer")


# --- a built file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_a_built_table_has_the_declared_columns_types_and_comments(warehouse: Warehouse, declared: Table) -> None:
    built = warehouse.rows(
        "select column_name, data_type, comment from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
        declared.schema,
        declared.short,
    )
    wanted = [(column.name, duckdb.sqltype(column.kind), column.meaning) for column in declared.columns]
    assert [(name, duckdb.sqltype(kind), comment) for name, kind, comment in built] == wanted


@pytest.mark.parametrize("declared", SQL_TABLES, ids=lambda declared: declared.name)
def test_the_sql_gives_the_declared_columns_in_their_order(warehouse: Warehouse, declared: Table) -> None:
    columns = [
        column.name for column in declared.columns if not database.reviews(declared.name) or column.name not in REVIEWS
    ]
    assert [
        each for each in warehouse.connection.sql(database.query(declared.name)).columns if each in columns
    ] == columns
    assert sorted(warehouse.connection.sql(database.dated(declared.name)).columns) == sorted(
        each.name for each in declared.columns
    )


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_a_built_table_says_what_it_means_and_what_a_row_is(warehouse: Warehouse, declared: Table) -> None:
    catalogue = "duckdb_views()" if declared.view else "duckdb_tables()"
    name = "view_name" if declared.view else "table_name"
    comment = warehouse.cell(
        f"select comment from {catalogue} where schema_name = ? and {name} = ?", declared.schema, declared.short
    )
    assert comment == f"{declared.meaning} One row: {declared.grain}."


def test_a_file_holds_nothing_that_is_not_declared(warehouse: Warehouse) -> None:
    held = warehouse.rows(
        "select schema_name || '.' || table_name from duckdb_tables() where not temporary and not internal"
        " union all select schema_name || '.' || view_name from duckdb_views() where not temporary and not internal"
    )
    assert {name for (name,) in held} == set(all_tables())


def test_instants_are_utc_and_the_file_knows_the_newest(warehouse: Warehouse) -> None:
    assert database.as_of(warehouse.connection) == night(1)
    assert warehouse.cell("select current_setting('TimeZone')") == "UTC"


def test_a_sql_file_that_does_not_give_the_declared_columns_is_refused(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "query", lambda _: "select 'acme' as benchmark_id")
    monkeypatch.setattr(database, "create", lambda *_: None)
    with pytest.raises(duckdb.Error, match="higher_is_better"):
        database.make(warehouse.connection, "core.benchmarks")


# --- publishing ------------------------------------------------------------------------------------------------------


def write_edition(home: Home, number: int) -> None:
    """A work file with every table, empty but for one number."""
    database.begin(home)
    with database.opened(home.work_file) as connection:
        for declared in all_tables().values():
            if declared.name != database.RECORD:
                connection.execute(declared.ddl())
        connection.execute("insert into quality.build values (1, '2026-01-01', ?)", [number])


def number_in(path: Path) -> int:
    with database.opened(path, read_only=True) as connection:
        (found,) = connection.sql("select ledger_rows from quality.build").fetchall()
    assert found is not None
    return int(found[0])


def _analyst(
    path: Path,
    opened: "multiprocessing.synchronize.Event",
    go_on: "multiprocessing.synchronize.Event",
    seen: "multiprocessing.Queue[int]",
) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        opened.set()
        go_on.wait(30)
        (found,) = connection.sql("select ledger_rows from quality.build").fetchall()
        assert found is not None
        seen.put(found[0])


def test_publishing_replaces_the_file_while_a_reader_holds_the_old_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_edition(home, 1)
    database.publish(home)
    process = multiprocessing.get_context("spawn")
    opened, go_on, seen = process.Event(), process.Event(), process.Queue()
    analyst = process.Process(target=_analyst, args=(home.warehouse, opened, go_on, seen))
    analyst.start()
    assert opened.wait(30)
    write_edition(home, 2)
    database.publish(home)
    assert number_in(home.warehouse) == 2
    go_on.set()
    assert seen.get(timeout=30) == 1
    analyst.join(30)
    assert analyst.exitcode == 0


def test_publishing_leaves_no_write_ahead_log_and_no_work_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_edition(home, 1)
    database.publish(home)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [home.warehouse]


def test_what_an_interrupted_night_left_behind_is_removed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_edition(home, 1)
    database.publish(home)
    write_edition(home, 2)
    home.work_file.with_name("almanac.duckdb.wal").write_bytes(b"torn")
    write_edition(home, 3)
    assert number_in(home.warehouse) == 1
    database.publish(home)
    assert number_in(home.warehouse) == 3
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [home.warehouse]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_edition(home, 1)
    database.publish(home)
    with database.opened(home.warehouse, read_only=True) as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("drop table quality.build")


def test_reading_where_nothing_was_published_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(FileNotFoundError, match="run a refresh first"), database.opened(home.warehouse, read_only=True):
        pass
    assert list(tmp_path.iterdir()) == []


# --- memory ----------------------------------------------------------------------------------------------------------


def test_a_table_that_does_not_fit_takes_the_memory_there_is_and_leaves_the_rest_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_list = "select len(list(repeat('x', 1000) || i)) as lines from range(60000) as numbers(i)"
    monkeypatch.setattr(database, "MEMORY", "40MB")
    monkeypatch.setattr(database, "table", lambda _: SimpleNamespace(columns=[SimpleNamespace(name="lines")]))
    monkeypatch.setattr(database, "dated", lambda _: one_list)
    with database.opened(tmp_path / "any.duckdb") as connection:
        connection.execute("create table large (lines bigint)")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(f"insert into large {one_list}")
        limit = connection.sql("select current_setting('memory_limit')").fetchall()
        database.fill(connection, "large")
        assert connection.sql("from large").fetchall() == [(60000,)]
        assert connection.sql("select current_setting('memory_limit')").fetchall() == limit
    assert not (tmp_path / "any.duckdb.tmp").exists()


def test_what_a_killed_run_wrote_for_want_of_memory_goes_with_its_work_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    database.begin(home)
    beside = home.work_file.with_name(home.work_file.name + ".tmp")
    beside.mkdir()
    (beside / "duckdb_temp_storage_S64K-0.tmp").touch()
    database.discard(home)
    assert not list(home.work_file.parent.iterdir())
