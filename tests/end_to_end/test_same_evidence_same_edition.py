"""The same evidence gives the same edition: asked again, asked later, or built again from nothing but the ledger."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.parts import wanted
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import FIRST, SECOND, answers, held, new, passed
from tests.end_to_end.world_changes import CHANGED
from warehouse import database
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")


def manifest(home: Home) -> dict[str, Any]:
    """The manifest of the newest edition, without the parts that compare it with the edition before, and the digest of all."""
    found: dict[str, Any] = json.loads((home.latest / "manifest.json").read_bytes())
    del found["files_sha256"]
    return {**found, "parts": {part.name: found["parts"][part.name] for part in wanted() if not part.compares}}


def files(home: Home) -> dict[str, tuple[int, str]]:
    """Every file of every edition: when it was written, and the SHA-256 of what it holds."""
    return {
        str(path.relative_to(home.editions)): (path.stat().st_mtime_ns, sha256(path.read_bytes()).hexdigest())
        for path in home.editions.rglob("*")
        if path.is_file()
    }


def ledger(home: Home) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in home.ledger.iterdir()}


def test_the_same_night_twice_publishes_nothing_new(world: World, home: Home) -> None:
    before, latest = files(home), home.latest.resolve()
    passed(home, FIRST)
    assert files(home) == before
    assert home.latest.resolve() == latest
    assert {each.headers.get("If-None-Match") is None for each in world.mirror.asked if each.url in world.pages} == {
        False
    }


def test_a_later_night_of_the_same_documents_confirms_them_and_changes_nothing_else(world: World, home: Home) -> None:
    before = held(home, "core", "quality", "mart")
    passed(home, SECOND)
    after = held(home, "core", "quality", "mart")
    assert (new(before, after), new(after, before)) == ({}, {})
    dates = answers(
        home,
        """
        select kind = 'reference', min(first_seen_at), max(first_seen_at), min(last_confirmed_at), max(last_confirmed_at)
        from evidence.claims
        join raw.sources using (source_id)
        where superseded_at is null
        group by all
        order by all
        """,
    )
    assert dates == [(False, FIRST, FIRST, SECOND, SECOND), (True, FIRST, FIRST, FIRST, FIRST)]
    assert answers(home, "select count(*) from evidence.claims where superseded_at is not null") == [(0,)]


def test_a_changed_price_is_the_only_change(one_night: Home, two_nights: Home) -> None:
    changes = "select subject, meter, old_amount, new_amount, changed_at, condition from mart.price_changes"
    assert answers(two_nights, changes) == [(*CHANGED, SECOND, "")]
    before, after = held(one_night, "core"), held(two_nights, "core")
    assert new(before, after) == {"core.offers": 1, "core.prices": 1, "core.price_history": 2}


@pytest.mark.usefixtures("world")
def test_the_ledger_and_the_snapshots_alone_give_the_same_bytes_on_two_threads_too(
    two_nights: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database._CONFIG["threads"] == "1"  # with which the two nights were made
    monkeypatch.setitem(database._CONFIG, "threads", "2")
    home = Home(tmp_path)
    for kept in ("ledger", "snapshots"):
        shutil.copytree(two_nights.root / kept, home.root / kept)
    home.warehouse.parent.mkdir()
    home.warehouse.write_bytes(two_nights.warehouse.read_bytes()[:50_000])  # what a bad disk left of it helps nobody
    passed(home, SECOND, asking=False)
    assert ledger(home) == ledger(two_nights)
    assert manifest(home) == manifest(two_nights)


@pytest.mark.usefixtures("world")
def test_no_byte_depends_on_how_many_threads_work(
    two_nights: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    for kept in ("ledger", "snapshots", "observations"):
        shutil.copytree(two_nights.root / kept, home.root / kept)
    monkeypatch.setitem(database._CONFIG, "threads", "4")
    passed(home, SECOND, asking=False)
    assert manifest(home) == manifest(two_nights)
