"""A lake says, of every edition it has, what that edition's Parquet says; each is one snapshot, whole or absent."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.lakes import HAS_POSTGRES, PASSWORD, database, edition, postgres, unlike
from tests.stores import keyed, s3_on_loopback
from warehouse.home import Busy, Home, Unusable
from warehouse.lake import adding, reaching, rows
from warehouse.lake.place import Place

pytest.importorskip("duckdb_extension_ducklake", reason="the packages of almanac[lake] are not here")

SEEDS = range(int(os.environ.get("ALMANAC_HISTORIES", "1")))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_on_loopback() as endpoint:
        yield endpoint


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home" / "editions").mkdir(parents=True)
    return Home(tmp_path / "home")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "lake.ducklake"), f"{tmp_path}/rows/")


@pytest.fixture(params=["file", "postgres", "file and s3"])
def any_place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A lake of each kind, not made yet."""
    catalogue, below = str(tmp_path / "lake.ducklake"), f"{tmp_path}/rows/"
    if request.param == "postgres":
        if not HAS_POSTGRES:
            pytest.skip("there is no Postgres here")
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
        catalogue = database(request.getfixturevalue("server"), tmp_path.name)
    if request.param.endswith("s3"):
        keyed(monkeypatch, request.getfixturevalue("s3"))
        below = f"s3://almanac/{tmp_path.name}/"
    return Place(catalogue, below)


def added(place: Place, home: Home) -> list[adding.Snapshot]:
    return [snapshot for snapshot, _ in adding.add(place, home)]


def offers(*told: tuple[str, int, str], more: str = "") -> str:
    """A table whose rows say when they were reviewed."""
    listed = ", ".join(f"('{key}', {price}, date '{day}')" for key, price, day in told)
    return (
        f"select offer_id, price::decimal(24, 12) as price, last_reviewed_at{more}"
        f" from (values {listed}) as told (offer_id, price, last_reviewed_at) order by offer_id"
    )


def any_history(home: Home, chance: random.Random, editions: int) -> list[Path]:
    """Editions in which all that may happen to a table happens: to rows, their reviews, their columns, itself."""
    said: dict[int, tuple[object, ...]] = {}
    groups = {group: 1 for group in range(3)}
    folders = []
    columns = {"price": "decimal(24, 12)", "note": "varchar"}
    for day in range(editions):
        for key in range(40):
            if chance.random() < 0.15:
                said.pop(key, None)
            if chance.random() < 0.25:
                said[key] = (chance.choice(["null", "0", "1.000000000001", "7"]), chance.choice(["null", "''", "'it''s'"]))
        for group in groups:
            groups[group] = day + 1 if chance.random() < 0.7 else groups[group]
        if chance.random() < 0.4:
            columns = chance.choice(
                [
                    {"price": "decimal(24, 12)", "note": "varchar"},
                    {"note": "varchar", "price": "decimal(24, 12)", "is_free": "boolean"},
                    {"price": "varchar", "note": "varchar"},
                    {"price": "decimal(24, 12)"},
                ]
            )
        told = " union all ".join(
            f"select {key} as k, {price} as price, {note} as note, {groups[chance.choice((key % 3, key % 3, 0))]} as seen"
            for key, (price, note) in said.items()
        )
        told = told or "select 1 as k, null as price, null as note, 1 as seen where false"
        mine = ", ".join(f"({name if name != 'is_free' else 'price = 0'})::{kind} as {name}" for name, kind in columns.items())
        tables = {
            "core.offers": f"select 'o' || k as offer_id, {mine}, date '2026-08-01' + seen::int as last_reviewed_at"
            f" from ({told}) order by 1",
            "evidence.claims": "select 'c' || k as claim_id, price::varchar as value, sha256(seen::varchar) as"
            " snapshot_sha256, timestamptz '2026-08-01 00:00:00+00' + to_days(seen::int) as last_confirmed_at, null::date"
            f" as last_reviewed_at from ({told}) order by 1",
            "evidence.choices": "select 'core.offers' as table_name, 'o' || k as row_id, 'price' as field, 'c' || k as"
            f" claim_id from ({told}) order by all",
            "core.model_aliases": "select 's' as source_id, 'm' || k as subject, case when k % 2 = 0 then date"
            f" '2026-01-01' end as valid_from, [note, 'x'] as names, price::int as rank from ({told}) order by all",
            "mart.comparison_statements": f"select 'a' as model_a_id, 'b' as model_b_id, 's' as section, k as position,"
            f" json_object('p', price, 'n', note) as numbers from ({told}) order by all",
            "mart.unheard_of": f"select note, price from ({told}) order by all",
            "core.labs": "select 'acme' as lab_id, 'Acme' as name",
        }
        for name in list(tables):
            if name != "core.labs" and chance.random() < 0.1:
                del tables[name]
        folders.append(edition(home, day, tables))
    return folders


@pytest.mark.parametrize("seed", SEEDS)
def test_every_edition_of_any_history_is_read_row_for_row_at_its_snapshot(any_place: Place, home: Home, seed: int) -> None:
    chance = random.Random(f"history {seed}")
    folders = any_history(home, chance, 5)
    assert [each.snapshot_id for each in added(any_place, home)] == [1, 2, 3, 4, 5]
    with reaching.reading(any_place) as connection:
        told = adding.editions(connection)
        assert [each.edition_id for each in told] == [folder.name for folder in folders]
        for snapshot, folder in zip(told, folders, strict=True):
            assert unlike(connection, folder, snapshot.snapshot_id) == []
