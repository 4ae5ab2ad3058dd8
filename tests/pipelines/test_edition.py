"""An edition: complete or absent, the same bytes for the same evidence, a new one only where a reader is shown something new."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publishing import edition as editions
from pipelines.publishing import parts, publish, sums, tables
from pipelines.publishing.documents import made_of
from pipelines.publishing.making import Making
from tests.consumers.asked import asked, needs_consumers
from tests.pipelines.editions import every_file, published, taken_up
from tests.warehouse.world import World, fact, night, priced
from warehouse import database
from warehouse.home import Home
from warehouse.schemas import all_tables

BESIDE = ("manifest.json", "almanac.duckdb")
"""What has a digest in a file of its own."""

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://evil.example","x")'


def small_world(folder: Path) -> World:
    made = World(folder)
    made.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    made.curated().says(
        night(1),
        fact("gpt-5", "name", FORMULA),
        fact("gpt-5-mini", "name", f"{SCRIPT}\u202egnp.exe"),
        fact("gpt-5", "input_modalities", ("image", "text")),
        fact("gpt-5", "shutdown_on", night(60).date()),
    )
    return made


@pytest.fixture
def world(tmp_path: Path) -> World:
    return small_world(tmp_path / "world")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def taken(world: World, standing: Home, tmp_path: Path) -> Home:
    """A home of the test's own in which that edition stands, with the world from which it goes on."""
    return taken_up(world, standing, tmp_path / "taken")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose one edition is looked at and left alone."""
    made = Home(tmp_path_factory.mktemp("home"))
    published(small_world(tmp_path_factory.mktemp("world")), made)
    return made


@pytest.fixture
def built_again(standing: Home, tmp_path: Path) -> Home:
    """A home of the test's own in which that edition stands, and a night of no news has made the same file again."""
    shutil.copytree(standing.root, tmp_path / "again", symlinks=True)
    made = Home(tmp_path / "again")
    made.work_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(made.warehouse, made.work_file)
    made.work_file.chmod(0o600)
    return made


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "manifest.json").read_bytes())
    return found


def rows(path: Path, name: str) -> list[dict[str, str]]:
    with open(path / "csv" / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_evidence_gives_the_same_bytes_and_the_site_is_a_part_of_them(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALMANAC_SITE")
    first, again = published(world, Home(tmp_path / "first")), published(world, Home(tmp_path / "again"))
    page = (first.path / "site" / "models" / "gpt-5-mini.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert manifest(first.path)["parts"]["site"]["files"] > 20
    assert every_file(first.path) == every_file(again.path)


def test_every_file_is_listed_with_its_digest_and_the_manifest_has_that_of_the_list(standing: Home) -> None:
    made = standing.latest.resolve()
    found, held = manifest(made), every_file(made)
    apart = ("manifest.json", "manifest.json.sha256", made_of.NAME, sums.NAME)
    lines = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in held.items() if name not in apart]
    assert sorted(held[sums.NAME].decode().splitlines(keepends=True)) == sorted(lines)
    assert found["files_sha256"] == hashlib.sha256(held[sums.NAME]).hexdigest()
    told = {entry["file"]: entry for entry in found["tables"].values()}
    for part in found["parts"].values():
        told |= part.get("each", {})
    assert {name: (len(held[name]), hashlib.sha256(held[name]).hexdigest()) for name in told} == {
        name: (entry["bytes"], entry["sha256"]) for name, entry in told.items()
    }
    trees = [part for part in found["parts"].values() if "each" not in part]
    assert len(lines) == len(told) + sum(part["files"] for part in trees)
    assert list(found["parts"]) == [part.name for part in parts.wanted()]


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum on this machine")
def test_an_edition_is_verified_by_the_tool_for_that(built_again: Home) -> None:
    def verified() -> subprocess.CompletedProcess[str]:
        words = ["sha256sum", "--check", "--strict", "--quiet", sums.NAME, *(f"{each}.sha256" for each in BESIDE)]
        return subprocess.run(words, cwd=built_again.latest, capture_output=True, text=True, check=False)

    assert (verified().returncode, verified().stdout) == (0, "")
    with open(built_again.latest / "core.prices.parquet", "ab") as file:
        file.write(b"\0")
    assert verified().stdout == "core.prices.parquet: FAILED\n"


def test_the_schema_version_is_semantic_and_its_major_is_the_tables(standing: Home) -> None:
    version = manifest(standing.latest.resolve())["schema_version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert version.split(".")[0] == str(database.SCHEMA_VERSION)


def test_reading_a_page_again_on_the_same_day_publishes_nothing(world: World, taken: Home) -> None:
    before = every_file(taken.editions)
    for voice in world.voices.values():
        if voice.held and voice.id != "directory":
            voice.confirms(night(1, hour=20))
    second = published(world, taken)
    assert (second.path, second.is_new) == (taken.latest.resolve(), False)
    assert every_file(taken.editions) == before


def test_an_offline_night_leaves_standing_what_the_last_answer_was(world: World, taken: Home) -> None:
    voice = world.voices["openai_pricing"]
    voice.fails(night(2), outcome="http_error")
    assert published(world, taken).is_new
    voice.fails(night(3), outcome="offline")
    assert not published(world, taken).is_new
    with database.opened(taken.warehouse, read_only=True) as connection:
        told = connection.sql("select state, last_attempt_at from quality.sources where source_id = 'openai_pricing'")
        assert told.fetchall() == [("failing", night(2))]


def test_two_rows_that_trade_a_value_are_something_new(standing: Home, tmp_path: Path) -> None:
    file = tmp_path / "traded.duckdb"
    shutil.copy(standing.warehouse, file)
    file.chmod(0o600)
    with database.opened(file) as connection:
        before = editions._shown(connection)
        connection.execute(
            """
            update core.models
            set parameters = case model_id when 'gpt-5' then 2 else 1 end
            where model_id in ('gpt-5', 'gpt-5-mini')
            """
        )
        one = editions._shown(connection)
        connection.execute("update core.models set parameters = 3 - parameters where parameters is not null")
        assert len({before, one, editions._shown(connection)}) == 3


def test_a_page_still_true_on_another_day_is_no_new_edition_and_told_beside_it(world: World, taken: Home) -> None:
    first = taken.latest.resolve()
    voice = world.voices["openai_pricing"]
    voice.confirms(night(2))
    second = published(world, taken)
    assert not second.is_new
    assert taken.latest.resolve() == first
    told = json.loads(taken.freshness.read_text(encoding="utf-8"))
    assert told["edition_id"] == first.name
    assert told["sources"]["openai_pricing"]["documents"] == {voice.address: "2026-01-02T02:00:00Z"}
    with database.locked(taken.warehouse) as connection:
        reviewed = connection.sql("select max(last_reviewed_at) from core.prices").fetchall()
    assert reviewed == [(night(2),)]


def test_a_change_of_the_code_that_makes_parts_publishes_anew(
    built_again: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = built_again.latest.resolve()
    monkeypatch.setattr(parts, "parts_version", lambda: "another code")
    second = publish(built_again)
    assert second.is_new
    assert second.edition_id != first.name
    assert manifest(second.path)["tables"] == manifest(first)["tables"]


def test_the_version_of_the_parts_minds_code_and_templates_and_no_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    monkeypatch.setattr(parts, "PACKAGES", (package,))

    def version(code: str, template: str) -> str:
        (package / "part.py").write_text(code, encoding="utf-8")
        (package / "page.html").write_text(template, encoding="utf-8")
        parts.parts_version.cache_clear()
        return parts.parts_version()

    try:
        first = version('"""Words."""\nshown = 1\n', "<p>")
        assert version('"""Other words."""\nshown = 1  # a reason\n', "<p>") == first
        assert version('"""Words."""\nshown = 2\n', "<p>") != first
        assert version('"""Words."""\nshown = 1\n', "<b>") != first
    finally:
        parts.parts_version.cache_clear()


def test_an_edition_whose_part_fails_is_absent_and_the_last_one_stands(
    world: World, taken: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken.latest.resolve()
    world.voices["openai_pricing"].says(night(2), priced("gpt-5", "1", "8"))

    def fails(making: Making, folder: Path) -> None:
        (folder / "half").write_text("a page", encoding="utf-8")
        raise OSError("no space left")

    monkeypatch.setattr(editions, "wanted", lambda: (*parts.wanted(), parts.Part("more", fails)))
    with pytest.raises(OSError, match="no space left"):
        published(world, taken)
    assert [path.name for path in taken.editions.iterdir()] == [first.name]
    assert taken.latest.resolve() == first


def test_an_edition_is_on_the_disk_before_it_appears(world: World, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[set[str]] = []
    monkeypatch.setattr(os, "sync", lambda: there.append({path.name for path in home.editions.glob("*/*")}))
    made = published(world, home)
    (before,) = there
    assert before == {path.name for path in made.path.iterdir()}
    assert before > {"manifest.json", sums.NAME}


def test_a_part_of_many_files_has_one_digest(world: World, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def pages(making: Making, folder: Path) -> None:
        (folder / "site").mkdir()
        for number in range(3):
            (folder / "site" / f"{number}.html").write_text(f"page {number}", encoding="utf-8")

    monkeypatch.setattr(editions, "wanted", lambda: (parts.Part("more", pages, is_tree=True),))
    told = manifest(published(world, home).path)["parts"]["more"]
    lines = "".join(f"{hashlib.sha256(f'page {each}'.encode()).hexdigest()}  site/{each}.html\n" for each in range(3))
    assert told == {"files": 3, "bytes": 18, "sha256": hashlib.sha256(lines.encode()).hexdigest()}


def test_where_no_site_is_wanted_there_is_none_and_wanting_it_is_something_new(
    built_again: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (built_again.latest / "site").exists()
    monkeypatch.delenv("ALMANAC_SITE")
    assert publish(built_again).is_new


# --- tables ----------------------------------------------------------------------------------------------------------


def test_the_duckdb_file_in_the_edition_is_the_published_one_and_costs_no_disk(standing: Home) -> None:
    made = standing.latest.resolve()
    assert os.path.samefile(made / "almanac.duckdb", standing.warehouse)
    assert standing.warehouse.stat().st_mode & 0o222 == 0
    digest, name = (made / "almanac.duckdb.sha256").read_text(encoding="utf-8").split()
    assert (digest, name) == (hashlib.sha256((made / name).read_bytes()).hexdigest(), "almanac.duckdb")
    with duckdb.connect(str(made / "almanac.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from prices_as_of('2026-01-01')").fetchone() is not None


def test_where_a_disk_cannot_link_the_duckdb_file_is_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(source: Path, target: Path) -> None:
        raise OSError("cross-device link")

    monkeypatch.setattr(tables.os, "link", refuses)
    file = home.root / "file"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"rows")
    tables._hand_over(file, home.root / "copy")
    assert (home.root / "copy").read_bytes() == b"rows"


def test_twelve_tables_are_csv_with_every_row_and_column(standing: Home) -> None:
    made = standing.latest.resolve()
    assert len(tables.OPENED_IN_A_SPREADSHEET) == 12
    with database.opened(standing.warehouse, read_only=True) as connection:
        for name in tables.OPENED_IN_A_SPREADSHEET:
            found = rows(made, name)
            assert len(found) == database.rows(connection, name)
            assert all(list(row) == [column.name for column in all_tables()[name].columns] for row in found[:1])


def test_a_spreadsheet_is_shown_utf_8_plain_numbers_and_readable_lists(standing: Home) -> None:
    made = standing.latest.resolve()
    assert (made / "csv" / "core.models.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    prices = {row["meter"]: row["usd"] for row in rows(made, "core.prices") if row["offer_id"] == "openai/gpt-5"}
    assert prices == {"input": "1.25", "output": "10"}
    (gpt,) = [row for row in rows(made, "core.models") if row["model_id"] == "gpt-5"]
    assert (gpt["input_modalities"], gpt["shutdown_on"]) == ("image; text", "2026-03-01")
    assert gpt["first_seen_at"] == "2026-01-01T02:00:00Z"


def test_what_a_page_prints_computes_nothing_and_steers_nothing_in_a_spreadsheet(standing: Home) -> None:
    names = {row["model_id"]: row["name"] for row in rows(standing.latest.resolve(), "core.models")}
    assert names["gpt-5"] == "'" + FORMULA
    assert names["gpt-5-mini"] == f"{SCRIPT} gnp.exe"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "\r\n-2"])
def test_every_beginning_of_a_formula_is_marked(words: str) -> None:
    column = next(each for each in all_tables()["core.models"].columns if each.name == "name")
    query = f"select {tables._cell(column)} from (select ? as name) as said"
    (shown,) = duckdb.execute(query, [words]).fetchone() or ("",)
    assert shown.startswith("'")


@needs_consumers
def test_the_data_package_is_valid(standing: Home) -> None:
    made = standing.latest.resolve()
    found = asked("ask_frictionless", str(made / "datapackage.json"))
    assert (found["errors"], found["valid"]) == ([], True)
    assert found["resources"] == sum(each.exported for each in all_tables().values()) + 12
