"""A lake says, of every edition it has, what that edition's Parquet says; each is one snapshot, whole or absent."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.lakes import HAS_LAKE, HAS_POSTGRES, PASSWORD, database, edition, postgres, unlike
from tests.stores import keyed, s3_on_loopback
from warehouse.home import Busy, Home, Unusable
from warehouse.lake import adding, reaching, rows
from warehouse.lake.place import Place
from warehouse.schemas import table

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
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HAS_LAKE:
        pytest.skip("the packages of almanac[lake] are not here, or not for this DuckDB")
    # whose signatures take a quarter of a second each time: tests/pipelines/test_on_a_lake.py has them checked
    monkeypatch.setitem(reaching.SETTINGS, "allow_unsigned_extensions", "true")


@pytest.fixture
def place(tmp_path: Path, extensions: None) -> Place:
    return Place(str(tmp_path / "lake.ducklake"), f"{tmp_path}/rows/")


@pytest.fixture(params=["file", "postgres", "file and s3"])
def any_place(
    request: pytest.FixtureRequest, tmp_path: Path, extensions: None, monkeypatch: pytest.MonkeyPatch
) -> Place:
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
    groups = dict.fromkeys(range(3), 1)
    folders = []
    columns = {"price": "decimal(24, 12)", "note": "varchar"}
    for day in range(editions):
        for key in range(40):
            if chance.random() < 0.15:
                said.pop(key, None)
            if chance.random() < 0.25:
                said[key] = (
                    chance.choice(["null", "0", "1.000000000001", "7"]),
                    chance.choice(["null", "''", "'it''s'"]),
                )
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
        mine = ", ".join(
            f"({name if name != 'is_free' else 'price = 0'})::{kind} as {name}" for name, kind in columns.items()
        )
        tables = {
            "core.offers": f"select 'o' || k as offer_id, {mine}, date '2026-08-01' + seen::int as last_reviewed_at"
            f" from ({told}) order by 1",
            "evidence.claims": "select 'c' || k as claim_id, price::varchar as value, sha256(seen::varchar) as"
            " snapshot_sha256, timestamptz '2026-08-01 00:00:00+00' + to_days(seen::int) as last_confirmed_at, null::date"
            f" as last_reviewed_at from ({told}) order by 1",
            "evidence.choices": "select 'core.offers' as table_name, 'o' || k as row_id, 'price' as field, 'c' || k as"
            f" claim_id from ({told}) order by all",
            "core.model_aliases": "select 's' as source_id, 'm' || k as subject, case when k % 2 = 0 then date"
            f" '2026-01-01' end as valid_from, case when k % 3 = 0 then [note, 'x'] when price is not null then [] end as names, price::int as rank from ({told}) order by all",
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
def test_every_edition_of_any_history_is_read_row_for_row_at_its_snapshot(
    any_place: Place, home: Home, seed: int
) -> None:
    chance = random.Random(f"history {seed}")
    folders = any_history(home, chance, 3)
    assert [each.snapshot_id for each in added(any_place, home)] == [1, 2, 3]
    with reaching.reading(any_place) as connection:
        told = adding.editions(connection)
        assert [each.edition_id for each in told] == [folder.name for folder in folders]
        for snapshot, folder in zip(told, folders, strict=True):
            assert unlike(connection, folder, snapshot.snapshot_id) == []


def written(place: Place, home: Home) -> list[int]:
    return [each.rows_written for each in added(place, home)]


def test_what_is_written_is_what_changed(place: Place, home: Home) -> None:
    of_one_day = [(f"o{number:03}", 1, "2026-08-01") for number in range(100)]
    edition(home, 0, {"core.offers": offers(*of_one_day)})
    assert written(place, home) == [100 + 1]  # all of them were reviewed together
    dearer = [(key, 2 if key < "o010" else price, day) for key, price, day in of_one_day]
    edition(home, 0, {"core.offers": offers(*dearer)}, mark="1")
    assert written(place, home) == [10]
    edition(home, 1, {"core.offers": offers(*((key, price, "2026-08-02") for key, price, _ in dearer))})
    assert written(place, home) == [1]  # a day of review moves a hundred rows, and is one
    parting = [(key, price, "2026-08-03" if key > "o004" else "2026-08-02") for key, price, _ in dearer]
    edition(home, 2, {"core.offers": offers(*parting)})
    assert written(place, home) == [5 + 2]  # the fewer part from those they were reviewed with
    edition(home, 3, {"core.offers": offers(*parting[1:])})
    assert written(place, home) == [0]
    with reaching.reading(place) as connection:
        told = "select change_type, count(*) from ducklake_table_changes('almanac', 'facts', 'core_offers', {}) group by all"
        assert sorted(connection.sql(told.format("2, 3")).fetchall()) == [
            ("update_postimage", 10),
            ("update_preimage", 10),
        ]
        assert connection.sql(told.format("5, 5")).fetchall() == [("delete", 1)]


def test_no_list_an_empty_one_and_one_of_nothing_are_told_apart(place: Place, home: Home) -> None:
    told = ["null", "[]", "[null]", "['']", "['a', 'b']", "null"]
    for day, said in enumerate(told):
        edition(home, day, {"core.offers": f"select 'o' as offer_id, {said}::varchar[] as regions"})
    assert written(place, home) == [1] * len(told)


def test_an_edition_is_one_snapshot_that_says_its_name(place: Place, home: Home) -> None:
    folders = [edition(home, day, {"core.offers": offers(("a", day, "2026-08-01"))}) for day in range(3)]
    added(place, home)
    with reaching.reading(place) as connection:
        told = connection.sql("select snapshot_id, commit_message from almanac.snapshots() order by all").fetchall()
    assert told == [(0, None), *enumerate((folder.name for folder in folders), 1)]
    assert added(place, home) == []


def test_a_lake_has_plain_names_under_any_name_it_is_given(place: Place, home: Home) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-01"))})
    added(place, home)
    with reaching._connection(place) as connection:
        connection.execute(f"attach 'ducklake:{place.catalogue}' as prices (read_only)")
        (newest,) = connection.sql("select price from prices.core.offers").fetchall()
        (first,) = connection.sql("select price from prices.core.offers at (version => 1)").fetchall()
    assert (newest, first) == ((2,), (1,))


def test_the_comments_of_tables_and_columns_are_in_the_lake(place: Place, home: Home) -> None:
    labs = "select 'acme' as lab_id, 'Acme' as name"
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01")), "core.labs": labs})
    added(place, home)
    with reaching.reading(place) as connection:
        told = dict(
            connection.sql(
                "select table_name || '.' || column_name, comment from duckdb_columns() where comment is not null"
            ).fetchall()
        )
        of_view = connection.sql("select comment from duckdb_views() where view_name = 'offers'").fetchall()
    declared = {f"labs.{each.name}": each.meaning for each in table("core.labs").columns}
    assert told["labs.lab_id"] == declared["labs.lab_id"]
    assert "core_offers.offer_id" in told
    assert "One row:" in of_view[0][0]


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("any_place", ["file", "postgres"], indirect=True)
def test_an_add_that_dies_leaves_the_edition_absent_and_the_next_makes_it(
    any_place: Place, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    added(any_place, home)
    folder = edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-02")), "core.labs": "select 'x' as lab_id"})
    real, calls = rows.follow, []

    def dying(*asked: object) -> int:
        calls.append(asked)
        if len(calls) == 2:
            raise Died
        return real(*asked)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(rows, "follow", dying)
        with pytest.raises(Died):
            added(any_place, home)
    assert [each.snapshot_id for each in adding.standing(any_place)] == [1]
    assert [each.edition_id for each in added(any_place, home)] == [folder.name]
    with reaching.reading(any_place) as connection:
        assert unlike(connection, folder, 2) == []


def test_of_two_adds_at_once_to_a_file_the_second_hears_of_the_first(place: Place, home: Home) -> None:
    edition(home, 0, {"core.labs": "select 'x' as lab_id"})
    with reaching.writing(place), pytest.raises(Busy, match="another is adding"):
        added(place, home)


@pytest.mark.parametrize("any_place", ["postgres"], indirect=True)
def test_of_two_adds_at_once_to_postgres_the_second_adds_nothing_twice(
    any_place: Place, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    added(any_place, home)
    edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-02"))})
    real, others = rows.differs, []

    def while_another_adds(*asked: object) -> bool:
        if not others:
            others.append(True)
            others.extend(added(any_place, home))
        return real(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "differs", while_another_adds)
    assert added(any_place, home) == []
    assert len(others) == 2
    assert [each.snapshot_id for each in adding.standing(any_place)] == [1, 2]


def test_whoever_has_a_lake_open_keeps_what_they_opened(place: Place, home: Home) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    added(place, home)
    with reaching.reading(place) as before:
        edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-01"))})
        added(place, home)
        assert before.sql("select price from almanac.core.offers").fetchall() == [(1,)]
    with reaching.reading(place) as after:
        assert after.sql("select price from almanac.core.offers").fetchall() == [(2,)]


def test_an_edition_that_is_damaged_is_not_added(place: Place, home: Home) -> None:
    folder = edition(home, 0, {"core.labs": "select 'x' as lab_id"})
    parquet = folder / "core.labs.parquet"
    parquet.write_bytes(parquet.read_bytes() + b" ")
    with pytest.raises(Unusable, match=r"core\.labs\.parquet is damaged"):
        added(place, home)
    assert not Path(place.catalogue).exists()


def test_nothing_is_added_where_a_row_would_not_be_the_editions(
    place: Place, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    added(place, home)
    edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-01"))})
    monkeypatch.setattr(rows, "_write", lambda *_: 0)
    with pytest.raises(Unusable, match=r"core\.offers of .* would not be in the lake what it is in the edition"):
        added(place, home)
    assert len(adding.standing(place)) == 1


def test_a_lake_catches_up_in_order_and_ends_with_what_latest_leads_to(place: Place, home: Home) -> None:
    folders = [edition(home, day, {"core.labs": f"select '{day}' as lab_id"}) for day in (1, 2, 3)]
    assert [each.edition_id for each in added(place, home)] == [folder.name for folder in folders]
    late = edition(home, 0, {"core.labs": "select 'old' as lab_id"})
    home.latest.unlink()
    home.latest.symlink_to(folders[2])
    assert added(place, home) == []
    with pytest.raises(Unusable, match="comes too late"):
        list(adding.add(place, home, [late]))
    home.latest.unlink()
    home.latest.symlink_to(folders[1])
    (again,) = added(place, home)
    assert [each.edition_id for each in adding.standing(place)] == [folders[0].name, folders[2].name, folders[1].name]
    with reaching.reading(place) as connection:
        assert unlike(connection, folders[1], again.snapshot_id) == []


def test_old_snapshots_go_where_a_number_is_kept_and_no_others(
    place: Place, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Place(place.catalogue, place.rows, keep=1)
    folders = [
        edition(
            home, day, {"core.offers": offers(*((f"o{number}", number * day, "2026-08-01") for number in range(99)))}
        )
        for day in range(4)
    ]
    assert len(added(place, home)) == 4
    files = len(list(Path(place.rows).rglob("*.parquet")))
    folders.append(edition(home, 4, {"core.offers": offers(("o1", 1, "2026-08-01"))}))
    added(kept, home)
    assert [each.edition_id for each in adding.standing(place)] == [folder.name for folder in folders[-2:]]
    with reaching.reading(place) as connection:
        assert connection.sql("select snapshot_id from almanac.snapshots() order by all").fetchall() == [(4,), (5,)]
        assert unlike(connection, folders[3], 4) == unlike(connection, folders[4], 5) == []
    assert len(list(Path(place.rows).rglob("*.parquet"))) > files  # whoever opened the lake before still reads them
    monkeypatch.setattr(adding, "GRACE", "0 seconds")
    edition(home, 5, {"core.offers": offers(("o1", 2, "2026-08-01"))})
    added(kept, home)
    assert len(list(Path(place.rows).rglob("*.parquet"))) < files


def test_a_table_of_many_files_is_written_whole(place: Place, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PARTS", 3)
    folders = [
        edition(
            home, day, {"core.offers": offers(*((f"o{each}", int(each < day), "2026-08-01") for each in range(30)))}
        )
        for day in range(5)
    ]
    assert 30 in written(place, home)[1:]
    with reaching.reading(place) as connection:
        for version, folder in enumerate(folders, 1):
            assert unlike(connection, folder, version) == []


def test_without_the_extension_one_sentence_says_what_to_install(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(f"{home.root}/lake.ducklake", f"{home.root}/rows/")
    edition(home, 0, {"core.labs": "select 'x' as lab_id"})
    monkeypatch.setattr(reaching, "SETTINGS", {**reaching.SETTINGS, "extension_directory": str(home.root)})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Unusable) as told:
        added(place, home)
    assert str(told.value) == (
        f"a lake needs DuckDB's extension ducklake, and there is none for DuckDB {duckdb.__version__} here:"
        " pip install 'almanac[lake]' (packages for DuckDB 1.5.5)"
    )


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("ALMANAC_LAKE", "postgres://almanac:hush@db/lake", "ALMANAC_LAKE is an address without secrets"),
        ("ALMANAC_LAKE", "postgres://db/lake?password=hush", "ALMANAC_LAKE is an address without secrets"),
        (
            "ALMANAC_LAKE",
            "mysql://db/hush",
            "ALMANAC_LAKE is the path of a file, or an address that begins with postgres",
        ),
        ("ALMANAC_LAKE_DATA", "s3://id:hush@bucket/lake", "ALMANAC_LAKE_DATA is an address without secrets"),
        ("ALMANAC_LAKE_DATA", "gs://hush/lake", "ALMANAC_LAKE_DATA is a folder, or an address that begins with s3://"),
        ("ALMANAC_KEEP_LAKE", "some", "ALMANAC_KEEP_LAKE is 'some'; it is a whole number from 1 up, or all"),
    ],
)
def test_words_that_name_no_lake_are_refused_and_secrets_not_repeated(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, words: str, told: str
) -> None:
    monkeypatch.setenv("ALMANAC_LAKE", "lake.ducklake")
    monkeypatch.setenv(name, words)
    with pytest.raises(Unusable) as refused:
        Place.from_environment(home)
    assert str(refused.value).startswith(told)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("any_place", ["postgres"], indirect=True)
def test_a_postgres_that_does_not_answer_is_told_without_its_password(any_place: Place, home: Home) -> None:
    edition(home, 0, {"core.labs": "select 'x' as lab_id"})
    away = Place("postgres://almanac@127.0.0.1:1/lake", any_place.rows)
    with pytest.raises(Unusable, match="cannot be opened") as told:
        added(away, home)
    assert PASSWORD not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("any_place", ["file", "postgres", "file and s3"], indirect=True)
def test_a_persons_sql_reads_one_edition_and_nothing_else(any_place: Place, home: Home, tmp_path: Path) -> None:
    edition(home, 0, {"core.offers": offers(("a", 1, "2026-08-01"))})
    edition(home, 1, {"core.offers": offers(("a", 2, "2026-08-01"))})
    added(any_place, home)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for version, price in ((1, 1), (2, 2)):
        with reaching.locked(any_place, version) as connection:
            assert connection.sql("select price from core.offers").fetchall() == [(price,)]
            with pytest.raises(duckdb.PermissionException):
                connection.sql(f"from '{tmp_path}/secret.csv'").fetchall()
            with pytest.raises(duckdb.Error):
                connection.execute("delete from core.offers")
