"""What is built again from what is held: stored pages read anew, days gone by, one source with what depends on it."""

import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import dagster as dg
import pytest

from pipelines.graph.by_hand import run_backfill, run_reparse
from pipelines.graph.instance import instance
from pipelines.night.past import home_of
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import FIRST, SECOND, answers, copied, held, new, night
from tests.end_to_end.world_changes import DEEPSEEK
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


def test_stored_pages_are_read_anew_and_nobody_is_asked(world: World, two_nights: Home, days: Home) -> None:
    ledger = {path.name: path.read_bytes() for path in days.ledger.iterdir()}
    shutil.rmtree(days.observations)
    shutil.rmtree(days.warehouse.parent)
    assert run_reparse(days).errors == []
    same(days, two_nights)
    assert {path.name: path.read_bytes() for path in days.ledger.iterdir()} == ledger
    assert world.mirror.asked == []


def test_one_source_is_asked_alone_and_every_other_keeps_what_it_said(world: World, days: Home) -> None:
    before = held(days, "core")
    said = answers(days, "select source_id, count(*) from evidence.folded_claims group by all order by all")
    shutil.rmtree(days.observations)  # their parsers have all changed since: what they say must not be lost
    page = world.pages[DEEPSEEK].body.decode()
    assert "$0.0028" in page
    world.says(DEEPSEEK, page.replace("$0.0028", "$0.0027").encode())
    result = night(days, SECOND, sources=["deepseek_pricing"])
    assert result.errors == []
    assert {each.url for each in world.mirror.asked if each.url in world.pages} == {DEEPSEEK}
    assert set(new(before, held(days, "core"))) >= {"core.prices"}
    now = dict(answers(days, "select source_id, count(*) from evidence.folded_claims group by all"))
    assert {source_id: now[source_id] for source_id, _ in said if source_id != "deepseek_pricing"} == {
        source_id: count for source_id, count in said if source_id != "deepseek_pricing"
    }
    assert made_of_sources(days, result.run_id) == {"snapshots/deepseek_pricing", "observations/deepseek_pricing"}


def made_of_sources(home: Home, run_id: str) -> set[str]:
    with instance(home) as runs:
        events = runs.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    keys = [key for entry in events if (key := entry.get_dagster_event().asset_key)]
    return {key.to_user_string() for key in keys if key.path[0] in ("snapshots", "observations")}
