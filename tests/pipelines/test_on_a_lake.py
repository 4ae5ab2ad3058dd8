"""``almanac lake`` and the end of a night: what is said of a lake, and that no trouble with one is a night's."""

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.graph.lake import added_to_lake
from tests.lakes import HAS_LAKE, edition
from warehouse.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with editions of two days, and a lake configured beside it."""
    if not HAS_LAKE:
        pytest.skip("the packages of almanac[lake] are not here, or not for this DuckDB")
    home = Home(tmp_path / "home")
    for day, price in enumerate(("1.25", "2")):
        offers = f"select 'a' as offer_id, {price}::decimal(24, 12) as price, date '2026-08-01' as last_reviewed_at"
        edition(home, day, {"core.offers": offers})
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))
    monkeypatch.setenv("ALMANAC_LAKE", str(tmp_path / "lake.ducklake"))
    return home


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr()
    return ended.value.code or 0, told.out, told.err


def test_editions_are_added_listed_and_asked(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = sorted(folder.name for folder in home.editions.iterdir())
    status, out, _ = said(capsys, "lake", "add", first)
    assert (status, out.split(",")[0]) == (0, f"{first} is snapshot 1: 2 rows written")
    status, out, _ = said(capsys, "lake", "add")
    assert out.startswith(f"{second} is snapshot 2: 1 row written")
    assert said(capsys, "lake", "add") == (0, "the lake lacks no edition\n", "")
    _, out, _ = said(capsys, "lake", "editions", "--json")
    assert [(each["edition_id"], each["snapshot_id"]) for each in json.loads(out)] == [(second, 2), (first, 1)]
    for words, price in (((), 2), (("--edition", first[:10]), 1.25)):
        _, out, _ = said(capsys, "lake", "sql", "select price from core.offers", "--json", *words)
        assert [float(each["price"]) for each in json.loads(out)] == [price]
    status, _, err = said(capsys, "lake", "sql", "from core.offers", "--edition", "2026-08-0")
    assert (status, err) == (2, f"almanac: the lake has no one edition '2026-08-0'; there are {first}, {second}\n")
    status, _, err = said(capsys, "lake", "sql", "delete from core.offers")
    assert status == 2
    assert "only a query is answered" in err


def test_where_no_lake_is_configured_the_command_says_how(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALMANAC_LAKE")
    told = "almanac: ALMANAC_LAKE says where the lake is: the path of a file, or postgres://…; docs/lake.md\n"
    assert said(capsys, "lake", "add") == (2, "", told)
    warned: list[str] = []
    assert added_to_lake(home, warned.append) == {}
    assert warned == []


def test_a_night_adds_what_the_lake_lacks_and_its_troubles_are_warnings(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = sorted(folder.name for folder in home.editions.iterdir())
    warned: list[str] = []
    (tmp_path / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("ALMANAC_LAKE", str(tmp_path / "file" / "lake.ducklake"))
        assert added_to_lake(home, warned.append) == {"added to the lake": "nothing"}
    (told,) = warned
    assert told.startswith("the lake has not every edition; the next night adds what it lacks: the folder ")
    assert added_to_lake(home, warned.append) == {"added to the lake": f"{first}, {second}"}
    assert added_to_lake(home, warned.append) == {"added to the lake": "nothing"}
    assert len(warned) == 1
