"""Commands whose data folder is an object store: what they bring, what they say, and what tidying removes there."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines import retention
from pipelines.answers import bringing, changes
from pipelines.answers.asking import Unclear
from pipelines.cli import main
from pipelines.retention import Keep
from pipelines.serving.keeping_up import keep_up
from tests.stores import Dying, on_machine
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home, Unusable, alone
from warehouse.storage import copy

EDITIONS = [f"2026-08-{day:02}-abc" for day in (1, 5, 9, 10)]


@pytest.fixture
def address(tmp_path: Path, published: Home) -> str:
    """A store to which one machine has sent a published warehouse, and editions of some days."""
    address = f"memory://{tmp_path.name}"
    with on_machine(tmp_path / "one", address) as home, alone(home):
        home.warehouse.parent.mkdir()
        shutil.copyfile(published.warehouse, home.warehouse)
        for name in EDITIONS:
            (home.editions / name).mkdir(parents=True)
            as_of = f"{name[:10]}T23:00:00Z"
            (home.editions / name / "manifest.json").write_text(json.dumps({"as_of": as_of, "edition_id": name}))
            (home.editions / name / "changes.json").write_text("{}")
        home.latest.symlink_to(Path("editions") / EDITIONS[-1])
    return address


@pytest.fixture
def reader(address: str, tmp_path: Path) -> Iterator[Home]:
    with on_machine(tmp_path / "reader", address) as home:
        yield home


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code or 0, *capsys.readouterr()


def away(home: Home) -> None:
    copy.of(home).store = Dying(copy.of(home).store, 0, False, Unusable("the store cannot be reached"))  # type: ignore[assignment]


def test_a_question_is_answered_from_the_store_and_without_it_from_the_copy_which_is_said_in_one_line(
    reader: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    query = ("sql", "select count(*) as models from core.models")
    status, answer, complaint = said(capsys, *query)
    assert (status, complaint) == (0, "")
    away(reader)
    status, again, complaint = said(capsys, *query)
    assert (status, again) == (0, answer)
    assert complaint.startswith("almanac: the store cannot be reached; this is from the copy of 20")
    assert complaint.count("\n") == 1


def test_without_a_copy_and_without_the_store_there_is_no_answer(
    reader: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    away(reader)
    assert said(capsys, "sources") == (2, "", "almanac: the store cannot be reached\n")


def test_a_refresh_that_cannot_reach_the_store_asks_nobody(reader: Home, capsys: pytest.CaptureFixture[str]) -> None:
    away(reader)
    assert said(capsys, "refresh") == (1, "", "almanac: the store cannot be reached; nothing has been published yet\n")


def test_a_key_in_the_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", "s3://AKIDENT:s3cret@bucket/prefix")
    status, out, complaint = said(capsys, "sources")
    assert (status, out, complaint.count("\n")) == (2, "", 1)
    assert "s3cret" not in complaint


def test_without_the_library_one_line_says_what_to_install(
    reader: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith(("warehouse.storage.", "obstore"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "obstore", None)
    needed = "almanac: an object store as ALMANAC_HOME needs a package more: pip install 'almanac[store]'"
    assert said(capsys, "sources") == (2, "", f"{needed}\n")
    assert said(capsys, "refresh") == (1, "", f"{needed}; nothing has been published yet\n")


def test_an_edition_is_brought_when_somebody_names_it(reader: Home) -> None:
    bringing.newest(reader)
    assert not list(reader.editions.glob("*"))
    assert changes.edition_named(reader, "2026-08-05").name == EDITIONS[1]
    assert changes.edition_named(reader, "latest").name == EDITIONS[3]
    assert sorted(each.name for each in reader.editions.iterdir()) == [EDITIONS[1], EDITIONS[3]]
    with pytest.raises(Unclear, match="there is no one edition '2025'"):
        changes.edition_named(reader, "2025")


def test_a_digest_brings_the_newest_edition_and_that_of_a_week_before(reader: Home) -> None:
    bringing.of_a_week(reader, None)
    assert sorted(each.name for each in reader.editions.iterdir()) == [EDITIONS[0], EDITIONS[3]]


def test_a_reader_that_stays_looks_again_after_a_while_only(reader: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = copy.of(reader).store = Dying(copy.of(reader).store, 10**6, False)  # type: ignore[assignment]
    for seconds in (60, 60, 0):
        bringing.newest(reader, at_most_every=seconds)
    assert counted.calls == ["get", "bring", "get"]


def test_tidying_removes_old_editions_of_the_store_that_this_machine_never_had(reader: Home) -> None:
    with alone(reader):
        assert [each.name for each in retention.due(reader, Keep(editions=1)) if each.kind == "edition"] == EDITIONS[:2]
        retention.remove(retention.due(reader, Keep(editions=1)))
    left = {name.split("/")[1] for name in copy.of(reader).store.listed("editions")}
    assert left == set(EDITIONS[2:])


def test_a_month_that_is_closed_goes_from_the_store_as_lines_and_comes_as_parquet(reader: Home) -> None:
    with alone(reader):
        for month in ("05", "06", "07", "08"):
            Ledger(reader.ledger, f"2026{month}03T230000Z-{month}").record({"source_id": "acme", "outcome": "ok"})
        copy.of(reader).send_evidence()
        assert len(copy.of(reader).store.listed("ledger")) == 4
        retention.remove(each for each in retention.due(reader, Keep()) if each.kind == "ledger month")
    found = sorted(name.split("/")[1][:10] for name in copy.of(reader).store.listed("ledger"))
    assert [each[:7] for each in found] == ["2026-05", "2026-06", "2026070", "2026080"]


def test_a_server_takes_up_what_another_machine_publishes_and_says_once_that_the_store_is_away(
    reader: Home, address: str, tmp_path: Path
) -> None:
    bringing.named(reader, "latest")
    told: list[str] = []
    end = keep_up(reader, told.append, every=0.01)
    try:
        with on_machine(tmp_path / "one", address) as home, alone(home):
            newer = home.editions / "2026-08-11-abc"
            shutil.copytree(home.latest, newer)
            (newer / "manifest.json").write_text(
                json.dumps({"as_of": "2026-08-11T23:00:00Z", "edition_id": newer.name})
            )
            home.latest.unlink()
            home.latest.symlink_to(Path("editions") / newer.name)
        patiently(lambda: reader.latest.resolve().name == newer.name)
        assert not told
        away(reader)
        patiently(lambda: bool(told))
        time.sleep(0.1)
        assert len(told) == 1
        assert told[0].startswith("the store cannot be reached")
    finally:
        end()


def patiently(came: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not came():
        assert time.monotonic() < until
        time.sleep(0.01)
