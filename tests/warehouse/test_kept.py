"""Every table comes round to be compared with what its query says from nothing, and a row kept wrongly is found."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.warehouse.world import World, night, priced
from warehouse import database
from warehouse.checking import kept
from warehouse.home import Home
from warehouse.schemas import table


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("kept")
    world, home = World(folder / "world"), Home(folder / "home")
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-4o", "2.5", "10"))
    world.follow(home)
    home.warehouse.chmod(0o644)
    return home


def stored() -> set[str]:
    return {name for name in database.sql_tables_in_order() if not table(name).view}


def test_each_night_looks_at_another_table_until_all_have_come_round(home: Home) -> None:
    with database.opened(home.warehouse) as connection:
        connection.execute("begin")
        looked_at = []
        for _ in stored():
            looked_at.append(kept.tonight(connection))
            connection.execute("update quality.build set as_of = as_of + ?", [timedelta(days=1)])
        connection.execute("rollback")
    assert set(looked_at) == stored()


@pytest.mark.parametrize("name", sorted(stored()))
def test_a_table_is_as_its_query_says_from_nothing(home: Home, name: str) -> None:
    with database.opened(home.warehouse) as connection:
        found = kept.compared(connection, name)
        assert (found.differing, found.rows) == (0, database.rows(connection, name))


def test_a_row_that_was_kept_wrongly_is_told_beside_the_right_one(home: Home, tmp_path: Path) -> None:
    with database.opened(home.warehouse) as connection:
        connection.execute("begin")
        connection.execute(
            "update core.prices set amount = amount * 2 where offer_id = (select min(offer_id) from core.prices) and meter = 'input'"
        )
        found = kept.compared(connection, "core.prices")
        connection.execute("rollback")
    place = found.columns.index("amount")
    amounts = {str(each[0]): each[place] for each in found.examples}
    assert found.differing == 2
    assert amounts["kept"] == 2 * amounts["from nothing"]


def test_a_row_that_is_missing_or_twice_is_found(home: Home) -> None:
    with database.opened(home.warehouse) as connection:
        for change in ("delete from core.offers where model_id = 'gpt-5'", "insert into core.offers from core.offers"):
            connection.execute("begin")
            connection.execute(change)
            assert kept.compared(connection, "core.offers").differing
            connection.execute("rollback")
