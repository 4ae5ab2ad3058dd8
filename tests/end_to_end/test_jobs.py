"""What is built again from what is held: stored pages read anew, days gone by, one source with what depends on it."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.graph import by_hand
from pipelines.graph.by_hand import run_backfill
from pipelines.graph.sources import observations, snapshots
from pipelines.night.past import home_of
from sources.registry import all_sources
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import FIRST, SECOND, answers, copied, held, new
from tests.end_to_end.world_changes import DEEPSEEK
from warehouse import database
from warehouse.evidence.tables import MADE
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

KEPT = ("ledger", "snapshots", "published", "editions", "warehouse")


def kept(home: Home) -> dict[str, str]:
    """Every file that a run which publishes nothing must leave as it is."""
    found = {
        str(path.relative_to(home.root)): sha256(path.read_bytes()).hexdigest()
        for folder in KEPT
        for path in (home.root / folder).rglob("*")
        if path.is_file()
    }
    return {**found, "latest": str(home.latest.resolve())}


def same(one: Home, other: Home) -> None:
    tables = [held(each, "evidence", "core", "quality", "mart") for each in (one, other)]
    assert (new(*tables), new(*reversed(tables))) == ({}, {})


@pytest.fixture
def days(two_nights: Home, tmp_path: Path) -> Home:
    """A data folder of the test's own, in which both nights have passed."""
    return copied(two_nights, tmp_path / "home")


def test_the_file_of_a_day_is_the_file_that_night_published_and_the_newest_is_not_touched(
    world: World, one_night: Home, two_nights: Home, days: Home
) -> None:
    shutil.rmtree(days.observations)  # as after a change of every parser
    before = kept(days)
    result = run_backfill(days, FIRST.date(), SECOND.date())
    assert result.errors == []
    assert kept(days) == before
    same(home_of(days, FIRST.date()), one_night)
    same(home_of(days, SECOND.date()), two_nights)
    assert answers(home_of(days, FIRST.date()), "select as_of from quality.build") == [(FIRST,)]
    assert [line.partition(":")[0] for line in result.said] == ["2026-08-20", "2026-08-21"]
    assert sorted(path.name for path in home_of(days, FIRST.date()).root.rglob("*") if path.is_file()) == [
        "almanac.duckdb"
    ]
    assert world.mirror.asked == []


def test_a_day_nothing_was_asked_on_is_no_day(days: Home) -> None:
    before = kept(days)
    early = datetime(2026, 8, 1, tzinfo=UTC).date()
    assert run_backfill(days, early, early).errors == [
        "the ledger knows nothing from 2026-08-01 to 2026-08-01: it knows 2 days, 2026-08-20 to 2026-08-21"
    ]
    assert kept(days) == before
    assert not home_of(days, early).root.exists()


EVIDENCE = [dg.AssetKey(name.split(".")) for name in (*MADE, database.RECORD)]
"""What is made of the sources first; the rest of a run is as in every other."""


def claims(file: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Source → what it says in a file, with all its dates."""
    with database.opened(file, read_only=True) as connection:
        rows = connection.sql("select source_id, * from evidence.folded_claims").fetchall()
    return {source_id: Counter(row for row in rows if row[0] == source_id) for source_id in {row[0] for row in rows}}


def differing(before: dict[str, Counter[tuple[Any, ...]]], after: dict[str, Counter[tuple[Any, ...]]]) -> set[str]:
    return {source_id for source_id in before.keys() | after.keys() if before.get(source_id) != after.get(source_id)}


def test_stored_pages_are_read_anew_and_nobody_is_asked(world: World, days: Home) -> None:
    ledger, before = {path.name: path.read_bytes() for path in days.ledger.iterdir()}, claims(days.warehouse)
    shutil.rmtree(days.observations)
    shutil.rmtree(days.warehouse.parent)
    read = [observations(each) for each in all_sources()]
    assert by_hand._run("reparse", days, {"offline": True}, None, selection=[*read, *EVIDENCE]).errors == []
    assert differing(before, claims(days.work_file)) == set()
    assert {path.name: path.read_bytes() for path in days.ledger.iterdir()} == ledger
    assert world.mirror.asked == []


def test_one_source_is_asked_alone_and_every_other_keeps_what_it_said(world: World, days: Home) -> None:
    before = claims(days.warehouse)
    shutil.rmtree(days.observations)  # as if all their parsers had changed since: what they say must not be lost
    page = world.pages[DEEPSEEK].body.decode()
    assert "$0.0028" in page
    world.says(DEEPSEEK, page.replace("$0.0028", "$0.0027").encode())
    asked = {"as_of": (SECOND + timedelta(days=1)).isoformat(), "offline": False}
    alone = [snapshots("deepseek_pricing"), observations("deepseek_pricing"), *EVIDENCE]
    assert by_hand._run("nightly", days, asked, None, selection=alone).errors == []
    assert {each.url for each in world.mirror.asked if each.url in world.pages} == {DEEPSEEK}
    assert differing(before, claims(days.work_file)) == {"deepseek_pricing"}
