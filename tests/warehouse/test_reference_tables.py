"""Promises of the reference data: one owner for every spelling, and tables that hold what the files say."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from tests.warehouse.world import Warehouse, World, fact, night, priced
from warehouse import reference_tables
from warehouse.database import create
from warehouse.reference_tables import insert, read, spellings
from warehouse.schemas import table


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    catalogue = world.catalogue("catalogue")
    catalogue.says(
        night(1),
        priced("gpt-5", "1", "2", host="Brand New Cloud/eu"),
        priced("gpt-5", "1", "2", host="DeepInfra"),
        fact("gpt-5", "context_tokens", 400000, host="brand-new-cloud"),
    )
    world.seller("a-shop-of-its-own").says(night(1), priced("gpt-5", "1", "2"))
    with world.built() as built:
        yield built


def test_a_spelling_claimed_twice_is_an_error_that_names_both() -> None:
    rivals = [
        {"provider_id": "acme", "aliases": ["ACME Cloud"]},
        {"provider_id": "apex", "aliases": ["acme cloud"]},
    ]
    with pytest.raises(ValueError, match=r"'acme cloud'.* acme and apex"):
        spellings(rivals)


def test_a_spelling_that_is_another_providers_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="apex"):
        spellings([{"provider_id": "acme", "aliases": ["apex"]}, {"provider_id": "apex"}])


def test_a_provider_may_repeat_its_own_spelling_in_another_case() -> None:
    assert spellings([{"provider_id": "acme", "aliases": ["Acme", "ACME", "acme"]}]) == {"acme": "acme"}


def test_the_spellings_we_hold_have_one_owner_each() -> None:
    owners = spellings(read("providers"))
    assert owners["openai"] == "openai"
    assert set(owners.values()) == {each["provider_id"] for each in read("providers")}


@pytest.mark.parametrize(("name", "key"), [("labs", "lab_id"), ("providers", "provider_id"), ("workloads", "id")])
def test_ids_of_reference_data_are_unique_slugs(name: str, key: str) -> None:
    ids = [each[key] for each in read(name)]
    assert len(set(ids)) == len(ids)
    assert all(slug == slug.lower() and " " not in slug for slug in ids)


def test_a_file_that_is_no_list_of_entries_is_an_error(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("reference")
    (folder / "workloads.yaml").write_text("workloads: {default: 800}\n")
    monkeypatch.setattr(reference_tables, "REFERENCE", folder)
    with pytest.raises(ValueError, match=r"workloads\.yaml"):
        read("workloads")


@pytest.mark.parametrize("share", ["most of it", "1 %", ["0.5"], "20000"])
def test_a_value_that_is_none_of_its_columns_type_is_an_error_and_no_unknown(share: object) -> None:
    entry = {column.name: "1" for column in table("core.workloads").columns} | {"cached_share": share}
    with duckdb.connect() as connection:
        connection.execute("create schema core")
        create(connection, table("core.workloads"))
        with pytest.raises(duckdb.Error):
            insert(connection, "core.workloads", [entry])


def test_the_default_workload_is_800_million_in_and_250_million_out(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select input_mtok, output_mtok, cached_share, service_tier from core.workloads where workload_id = 'default'"
    ) == (
        Decimal(800),
        Decimal(250),
        Decimal(0),
        "standard",
    )


def test_a_seller_that_only_a_source_knows_is_listed_as_unknown(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select provider_id, kind from core.providers where provider_id like '%brand%' or provider_id like 'a-shop%' order by all"
    ) == [
        ("a-shop-of-its-own", "unknown"),
        ("brand-new-cloud", "unknown"),
    ]


def test_a_spelling_of_a_known_seller_is_that_seller(warehouse: Warehouse) -> None:
    assert warehouse.rows("select provider_id from evidence.subjects where host = 'DeepInfra'") == [("deepinfra",)]


def test_every_offer_has_its_provider_and_its_model(warehouse: Warehouse) -> None:
    assert warehouse.rows("from core.offers anti join core.providers using (provider_id)") == []
    assert warehouse.rows("from core.offers anti join core.models using (model_id)") == []
