"""Nothing in the file depends on the session that reads it: its time zone, its threads, its idea of order.

The file of two nights is opened as an analyst opens it, with DuckDB's own defaults and no word of ours.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.nights import FIRST, SECOND
from warehouse import database
from warehouse.hashing import row_hash, values_of
from warehouse.home import Home
from warehouse.schemas import Table, all_tables

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

Rows = Counter[tuple[int]]

UTC = {"TimeZone": "UTC"}
ZONES = {zone: {"TimeZone": zone} for zone in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati")}
THREADS = {f"{count} threads": {**UTC, "threads": str(count), "preserve_insertion_order": "false"} for count in (1, 4)}
ORDER = {"another order": {**UTC, "default_order": "desc", "default_null_order": "nulls_first"}}

DAYS = [f"{kind} '{day:%Y-%m-%d}'" for day in (FIRST, SECOND) for kind in ("date", "")]
INSTANTS = [f"timestamptz '{moment.isoformat()}'" for moment in (FIRST, SECOND)]
QUESTIONS = {
    "monthly_cost": [
        "select model_id, monthly_cost(model_id, 800, 250), monthly_cost(model_id, 3, 1, 'chat') from core.models"
    ],
    "prices_as_of": [f"select * from prices_as_of({day})" for day in (*DAYS, *INSTANTS)],
    "prices_effective_on": [f"select * from prices_effective_on({day})" for day in (*DAYS, *INSTANTS)],
    "utc_day": [f"select utc_day({moment})" for moment in (*DAYS, *INSTANTS)],
    "start_of_utc_day": [f"select start_of_utc_day({moment})" for moment in (*DAYS, *INSTANTS)],
    "page_bounds": ["select * from page_bounds()"],
    "asked_pairs": ["select * from asked_pairs()"],
    **{
        macro: [
            f"select * from {macro}('{one}', '{other}')"
            for one, other in (("gpt-5", "gpt-4o"), ("claude-sonnet-4.5", "gpt-5"))
        ]
        for macro in ("comparison", "comparison_results", "comparison_statements")
    },
    "is_leaving": [
        f"select model_id, is_leaving(status, shutdown_on, {moment}) from core.models" for moment in (*DAYS, *INSTANTS)
    ],
    "day_words": ["select model_id, day_words(released_on, released_precision) from core.models"],
    "holds_on": [f"select holds_on(condition, {moment}) from core.price_history" for moment in INSTANTS],
}
"""A macro that takes a day or an instant, or gives rows → how it is asked."""

VIEWS = [each for each in all_tables().values() if each.view]
MADE = [each for name in database.sql_tables_in_order() if not (each := all_tables()[name]).view]


@pytest.fixture(scope="module")
def file(two_nights: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(two_nights.warehouse, tmp_path_factory.mktemp("analyst")))


@contextmanager
def session(file: Path, settings: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, value in settings.items():
            connection.execute(f"set {name} = '{value}'")
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, question: str) -> Rows:
    """How often each row is answered, by its hash; an instant's is the same in every zone."""
    told = row_hash(values_of(connection, question))
    return Counter(connection.execute(f"select {told} from ({question}\n)").fetchall())


def remade(declared: Table) -> str:
    """What its SQL gives now, as it was stored."""
    columns = ", ".join(f'cast("{column.name}" as {column.kind})' for column in declared.columns)
    return f"select {columns} from ({database.dated(declared.name)}\n)"


@pytest.fixture(scope="module")
def expected(file: Path) -> dict[str, Rows]:
    """Every view and question as a session in UTC is answered, and every table as it is stored."""
    asked = [question for questions in QUESTIONS.values() for question in questions]
    with session(file, UTC) as connection:
        return {each.name: rows(connection, f"select * from {each.name}") for each in (*VIEWS, *MADE)} | {
            question: rows(connection, question) for question in asked
        }


@pytest.mark.parametrize(
    "settings", [*ZONES.values(), *THREADS.values(), *ORDER.values()], ids=[*ZONES, *THREADS, *ORDER]
)
def test_views_and_macros_answer_every_session_alike(
    file: Path, expected: dict[str, Rows], settings: dict[str, str]
) -> None:
    with session(file, settings) as connection:
        for view in VIEWS:
            assert rows(connection, f"select * from {view.name}") == expected[view.name], view.name
        for question in (question for questions in QUESTIONS.values() for question in questions):
            assert rows(connection, question) == expected[question], question


@pytest.mark.parametrize("settings", [*ZONES.values(), *THREADS.values()], ids=[*ZONES, *THREADS])
def test_a_table_made_in_another_session_is_the_same_table(
    file: Path, expected: dict[str, Rows], settings: dict[str, str]
) -> None:
    with session(file, settings) as connection:
        different = [each.name for each in MADE if rows(connection, remade(each)) != expected[each.name]]
    assert different == []


def test_the_days_around_a_night_have_prices_to_compare(expected: dict[str, Rows]) -> None:
    for name in ("prices_as_of", "prices_effective_on"):
        assert all(expected[question] for question in QUESTIONS[name])
    assert expected["mart.price_changes"]


def test_every_macro_that_takes_a_day_or_gives_rows_is_asked(file: Path) -> None:
    with session(file, UTC) as connection:
        found = connection.execute(
            """
            select function_name from duckdb_functions()
            where not internal and (function_type = 'table_macro' or list_has_any(parameters, ['day', 'moment', 'instant']))
            """
        ).fetchall()
    assert {name for (name,) in found} | {"monthly_cost"} == QUESTIONS.keys()


@pytest.mark.parametrize("path", sorted(database.SQL.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_day_is_taken_from_an_instant_by_the_macro_alone(path: Path) -> None:
    code = re.sub(r"--[^\n]*", "", path.read_text("utf-8"))
    assert re.findall(r"cast\([\w.]*(?:_at|as_of|observed_\w+) as (?:date|timestamp)\)", code) == []
    assert re.findall(r"\b(?:current_date|current_timestamp|today\(\)|now\(\)|timestamptz '[^'+]*')", code) == []


def test_a_question_means_the_same_whatever_a_query_calls_its_tables(file: Path) -> None:
    with session(file, UTC) as connection:
        plain = rows(connection, "select model_id, monthly_cost(model_id, 800, 250) from core.models")
        for alias in ("models", "costs", "offers", "offer_costs"):
            asked = f"select {alias}.model_id, monthly_cost({alias}.model_id, 800, 250) from core.models as {alias}"
            assert rows(connection, asked) == plain, alias
