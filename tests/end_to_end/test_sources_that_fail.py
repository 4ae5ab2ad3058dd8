"""A source that fails, in whatever way, costs the night nothing and the source not one fact, date or price."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.graph.instance import instance
from pipelines.night.night import Night, frozen
from sources.registry import all_sources, source
from tests.end_to_end.faulted import NIGHTS, WELL, Became, asked_and_read, became, first_night
from tests.end_to_end.mirror import FAULTS, World
from tests.end_to_end.nights import (
    FIRST,
    FORKS,
    SECOND,
    answers,
    broken_rules,
    changed,
    night,
    passed,
    quick_on,
    small_sources,
    small_world,
)
from tests.end_to_end.world_changes import DEEPSEEK, OPENROUTER, edited
from tests.loopback import status
from warehouse import database
from warehouse.evidence.tables import load_evidence
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

IMPATIENT: dict[str, Any] = {"read_timeout": 0.5, "deadline": 1.5}
THIRD = SECOND + timedelta(days=1)


@dataclass(frozen=True)
class Target:
    source_id: str
    url: str


JSON, HTML = Target("openrouter_models", OPENROUTER), Target("deepseek_pricing", DEEPSEEK)

TOLD = {
    "404": ["http_error 404"],
    "429": ["http_error 429"] * 2,
    "500": ["http_error 500"] * 2,
    "503": ["http_error 503"] * 2,
    "timeout": ["timeout None"] * 2,
    "slow": ["timeout 200"],
    "reset": ["connection_error None"] * 2,
    "truncate": ["truncated 200"] * 2,
    "empty": ["empty 200"],
    "html": ["wrong_type 200"],
    "garbage": ["ok 200"],
    "gzip_bomb": ["too_large 200"],
    "redirect_loop": ["redirect_refused 302"],
    "redirect_private": ["redirect_refused 302"],
    "no_etag": ["unchanged 200"],
}
"""Fault → the outcome and status of each attempt the ledger must tell of, one line an attempt."""

STATE = """
select state, last_ok_at, last_error
from quality.sources
where source_id = ?
"""


@contextmanager
def evidence(home: Home, one: Night) -> Iterator[duckdb.DuckDBPyConnection]:
    """The evidence of a night and the state of the sources, without what is made of them."""
    database.begin(home)
    with database.opened(home.work_file) as connection:
        load_evidence(
            connection,
            ledger=one.ledger,
            readings=one.readings,
            sources=one.sources.values(),
            versions={each: one.version(each) for each in one.sources},
            previous=home.warehouse,
        )
        database.make(connection, "quality.doubts")
        database.make(connection, "quality.sources")
        yield connection


def second_night(home: Home, target: Target) -> Night:
    """One source asked and read on the second night."""
    one = Night.begin(home, frozen(SECOND), run_id="second")
    one.settings = replace(one.settings, **IMPATIENT)
    one.ask([source(target.source_id)])
    one.read([source(target.source_id)])
    return one


def told(one: Night, target: Target) -> list[str]:
    """The outcome and status of every attempt of a night at one address, in order; the rows' numbers must be too."""
    rows = [row for row in one.ledger.rows() if row["run_id"] == one.run_id and row["url"] == target.url]
    assert [row["attempt"] for row in rows] == list(range(1, len(rows) + 1))
    assert all((row["error"] == "") == (row["outcome"] in ("ok", "unchanged")) for row in rows)
    assert all((row["sha256"] is None) == (row["outcome"] not in ("ok", "unchanged")) for row in rows)
    return [f"{row['outcome']} {row['status']}" for row in rows]


def claims(home: Home, target: Target) -> list[tuple[Any, ...]]:
    return answers(home, "select * from evidence.folded_claims where source_id = ? order by claim_id", target.source_id)


def claims_in(connection: duckdb.DuckDBPyConnection, target: Target) -> list[tuple[Any, ...]]:
    query = "select * from evidence.folded_claims where source_id = ? order by claim_id"
    return connection.execute(query, [target.source_id]).fetchall()


def assert_nothing_is_lost(home: Home, one: Night, target: Target, reason: str = "") -> None:
    """Every claim of the source is as the first night left it, dates too, and the source is failing for a reason."""
    with evidence(home, one) as connection:
        assert claims_in(connection, target) == claims(home, target)
        ((state, last_ok_at, error),) = connection.execute(STATE, [target.source_id]).fetchall()
        assert (state, last_ok_at) == ("failing", FIRST)
        assert error
        assert reason in error


@dataclass(frozen=True)
class Faulted:
    """One night of a fault on every source: when, how it was told, what became of each source."""

    at: datetime
    night: Night
    sources: Mapping[str, Became]


@pytest.fixture(scope="module")
def faulted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Faulted]:
    """A night for each fault, one after the other, after one in which all was well."""
    home = Home(tmp_path_factory.mktemp("faulted"))
    instants = {fault: FIRST + timedelta(minutes=number) for number, fault in enumerate(NIGHTS, 1)}
    nights: dict[str, Night] = {}
    with small_world() as world:
        first_night(Night.begin(home, frozen(FIRST), run_id="first"))
        for fault, at in instants.items():
            for url in world.pages:
                world.fails(url, fault)
            if fault == "gzip_bomb":
                for each in all_sources().values():
                    changed(each, max_bytes=4_000_000)
            one = nights[fault] = Night.begin(home, frozen(at), run_id=fault)
            if fault in ("timeout", "slow"):
                # nobody waits for an answer behind another one
                at_once = {"hosts_in_parallel": 128, "mirror_connections": 64}
                one.settings = replace(one.settings, read_timeout=1, deadline=3, **at_once)
            asked_and_read(one)
        runs = {nights[fault].run_id: at for fault, at in instants.items()}
        found = became(one, runs, nights[WELL].run_id)
    return {fault: Faulted(at, nights[fault], found[nights[fault].run_id]) for fault, at in instants.items()}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_told_as_it_was_and_takes_nothing_from_any_source(
    faulted: Mapping[str, Faulted], fault: str
) -> None:
    one = faulted[fault]
    assert told(one.night, JSON) == TOLD[fault]
    assert told(one.night, HTML) == (["ok 200"] if fault == "html" else TOLD[fault])
    asked, usual = ([each for each, of in night.sources.items() if of.outcomes] for night in (one, faulted["404"]))
    assert len(asked) >= 50
    assert asked == usual
    well_at = one.at if fault == WELL else None
    assert {source_id: wrong for source_id, each in one.sources.items() if (wrong := [*each.wrongs(well_at)])} == {}


def test_a_page_is_not_asked_for_where_robots_txt_cannot_be_read(world: World, home: Home) -> None:
    world.answers("https://api-docs.deepseek.com/robots.txt", status(503, Retry_After="0"))
    one = second_night(home, HTML)
    assert told(one, HTML) == ["robots_refused None"]
    assert HTML.url not in world.mirror.urls
    assert_nothing_is_lost(home, one, HTML, "robots.txt")


# What comes whole and is not what it was ---------------------------------------------------------------------------


def emptied(listed: dict[str, Any]) -> None:
    listed["data"] = []


def halved(listed: dict[str, Any]) -> None:
    del listed["data"][len(listed["data"]) // 2 :]


def with_a_price_in_words(listed: dict[str, Any]) -> None:
    listed["data"][-1]["pricing"]["prompt"] = "on request"


def with_a_price_nobody_knows(listed: dict[str, Any]) -> None:
    listed["data"][0]["pricing"]["smiles"] = "0.01"


def without_its_list(listed: dict[str, Any]) -> None:
    listed["error"] = {"code": 503, "message": listed.pop("data")[0]["name"]}


DAMAGED: dict[str, tuple[Target, Callable[[bytes], bytes]]] = {
    "an empty list": (JSON, lambda body: edited(body, emptied)),
    "half a list": (JSON, lambda body: edited(body, halved)),
    "an error with status 200": (JSON, lambda body: edited(body, without_its_list)),
    "another encoding": (JSON, lambda body: body.decode().encode("utf-16")),
    "an empty page": (HTML, lambda _: b"<!doctype html><html><body></body></html>"),
    "a table without its rows": (HTML, lambda body: body[: body.index(b"<tr")] + body[body.index(b"</table>") :]),
    "prices in words": (HTML, lambda body: body.replace(b"$", b"from about ")),
    "euros for dollars": (HTML, lambda body: body.replace(b"$", "€".encode())),
    "a challenge": (HTML, lambda _: b"<html><body><h1>Just a moment...</h1></body></html>"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_document_that_is_not_what_it_was_is_refused_whole(world: World, home: Home, damage: str) -> None:
    target, harm = DAMAGED[damage]
    ((subjects,),) = answers(
        home, "select count(distinct subject) from evidence.claims where source_id = ?", target.source_id
    )
    object.__setattr__(source(target.source_id), "rows", (subjects, 10**6))
    world.says(target.url, harm(world.pages[target.url].body))
    one = second_night(home, target)
    assert told(one, target) == ["ok 200"]
    (reading,) = (
        each
        for each in one.readings.index(target.source_id, one.version(target.source_id)).values()
        if each.outcome == "refused"
    )
    assert one.snapshots.read(reading.snapshot_sha256) == world.pages[target.url].body
    assert_nothing_is_lost(home, one, target, reading.reason)


@pytest.mark.parametrize("damage", [with_a_price_in_words, with_a_price_nobody_knows], ids=lambda each: each.__name__)
def test_a_part_that_does_not_read_is_held_back_and_the_rest_is_confirmed(
    world: World, home: Home, damage: Callable[[dict[str, Any]], None]
) -> None:
    world.says(JSON.url, edited(world.pages[JSON.url].body, damage))
    one = second_night(home, JSON)
    with evidence(home, one) as connection:
        ((state, last_ok_at, error),) = connection.execute(STATE, [JSON.source_id]).fetchall()
        assert (state, last_ok_at) == ("partial", SECOND)
        assert error.startswith("1 part in doubt")
        held = connection.execute(
            "select attribute, last_confirmed_at from evidence.folded_claims"
            " where source_id = ? and in_doubt_since_at is not null",
            [JSON.source_id],
        ).fetchall()
        assert held == ([("price/input", FIRST)] if damage is with_a_price_in_words else [])
        dates = connection.execute(DATES, [JSON.source_id]).fetchall()
        assert {(superseded_at, last) for _, last, superseded_at, _ in dates} == {
            (None, SECOND),
            *((None, FIRST) for _ in held),
        }


# A whole night of it -------------------------------------------------------------------------------------------------

NIGHTMARE = {
    "aider_polyglot": "404",
    "anthropic_pricing": "429",
    "deepseek_pricing": "html",
    "genai_prices": "truncate",
    "litellm": "reset",
    "models_dev": "garbage",
    "openai_pricing": "empty",
    "openrouter_models": "redirect_private",
    "vercel_ai_gateway": "gzip_bomb",
}
"""Source → what is wrong with it on the second night. The others are well."""

FACTS = """
select * from evidence.claims where source_id = ? order by claim_id
"""
PAID = """
select * from core.price_history where source_id = ? order by claim_id
"""
PRICED = """
select offer_id, meter, unit, currency, condition from core.prices order by all
"""
STATES = """
select source_id, state, last_ok_at, last_error from quality.sources
"""
DATES = """
select first_seen_at, last_confirmed_at, superseded_at, count(*)
from evidence.folded_claims
where source_id = ?
group by all
"""


def test_a_night_in_which_most_sources_fail_is_published_and_the_next_one_heals(world: World, home: Home) -> None:
    before = {each: (answers(home, FACTS, each), answers(home, PAID, each)) for each in NIGHTMARE}
    priced = answers(home, PRICED)
    for source_id, fault in NIGHTMARE.items():
        for url in source(source_id).urls:
            world.fails(url, fault)
    result = night(home, SECOND)
    assert result.errors == []
    assert home.latest.resolve().name.startswith(f"{SECOND:%Y-%m-%d}-")
    assert {each: (answers(home, FACTS, each), answers(home, PAID, each)) for each in NIGHTMARE} == before
    assert answers(home, PRICED) == priced

    states = {
        source_id: (state, last_ok_at, bool(error)) for source_id, state, last_ok_at, error in answers(home, STATES)
    }
    assert {each: states[each] for each in NIGHTMARE} == dict.fromkeys(NIGHTMARE, ("failing", FIRST, True))
    well = [
        each
        for each, declared in all_sources().items()
        if each not in NIGHTMARE and not declared.key_variable and (declared.urls or declared.discovers)
    ]
    assert len(well) >= 4
    partial = {each for each in well if states[each][0] == "partial"}  # some of the pages they find are not there
    assert partial <= {each for each, declared in all_sources().items() if declared.discovers}
    assert {states[each][:2] for each in set(well) - partial} == {("fresh", SECOND)}
    assert {states[each][1] for each in partial} <= {SECOND}
    colours = seen_by_an_inspector(home, result.run_id)
    for source_id in NIGHTMARE:
        assert "red" in (colours[f"observations/{source_id}", "reads"], colours[f"snapshots/{source_id}", "answers"])
    for source_id in NIGHTMARE.keys() - {"deepseek_pricing", "models_dev"}:  # these two answered, with rubbish
        assert colours[f"snapshots/{source_id}", "answers"] == "red"
    for source_id in set(well) - partial:
        assert colours[f"snapshots/{source_id}", "answers"] == "green"
    for source_id in partial:
        assert colours[f"observations/{source_id}", "reads"] in ("amber", "red")
    tables = {place: colour for place, colour in colours.items() if not place[0].startswith(("snapshots/", "obs"))}
    assert ("core/prices", "schema") in tables
    assert [place for place, colour in tables.items() if colour == "red"] == []
    assert every_failure_is_in_the_log(home, result.run_id)

    gaps = answers(home, "select kind, reason, subject_id from quality.gaps")
    assert {("source", "source_failed", each) for each in NIGHTMARE} <= set(gaps)
    refused = {*source("deepseek_pricing").urls, *source("models_dev").urls}
    assert {subject for kind, _, subject in gaps if kind == "refused_document"} == refused

    world.heals()
    passed(home, THIRD)
    assert broken_rules(home) == []
    assert {(source_id, "fresh", THIRD, None) for source_id in NIGHTMARE} <= set(answers(home, STATES))
    for source_id in NIGHTMARE:
        assert answers(home, DATES, source_id) == [(FIRST, THIRD, None, len(before[source_id][0]))]
    left = answers(home, "select reason, subject_id from quality.gaps where kind in ('source', 'refused_document')")
    keyless = {("no_source", each.id) for each in all_sources().values() if each.key_variable}
    assert set(left) == keyless | {("source_failed", each) for each in partial}


def seen_by_an_inspector(home: Home, run_id: str) -> dict[tuple[str, str], str]:
    """Asset and check → the colour a person sees after a run."""
    with instance(home) as kept:
        events = kept.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    checks = [entry.get_dagster_event().asset_check_evaluation_data for entry in events]
    bad = {dg.AssetCheckSeverity.ERROR: "red", dg.AssetCheckSeverity.WARN: "amber"}
    return {
        (check.asset_key.to_user_string(), check.check_name): "green" if check.passed else bad[check.severity]
        for check in checks
    }


def every_failure_is_in_the_log(home: Home, run_id: str) -> bool:
    """Whether the log of the run names each source that failed, with the address that did."""
    with instance(home) as kept:
        lines = [entry.user_message for entry in kept.all_logs(run_id) if not entry.is_dagster_event]
    return all(
        any(line.startswith(f"{source_id}: ") and url in line for line in lines)
        for source_id in NIGHTMARE
        for url in source(source_id).urls
    )


# Memory --------------------------------------------------------------------------------------------------------------

CEILING = 200 << 20
"""Bytes a night may grow by while a gigabyte is thrown at it; a body may have 32 MB."""


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


def growth(home: Home, mirror: str, tell: Any) -> None:
    """Tells by how much the peak grows while the second night asks one source."""
    with small_sources(), quick_on(mirror):
        before = peak()
        one = second_night(home, JSON)
        tell.send((peak() - before, told(one, JSON)))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_a_gigabyte_in_a_megabyte_is_refused_in_little_memory(world: World, home: Home) -> None:
    world.fails(JSON.url, "gzip_bomb")
    hear, tell = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=growth, args=(home, world.url, tell))
    process.start()
    grown, outcomes = hear.recv()
    process.join(30)
    assert outcomes == ["too_large 200"]
    assert grown < CEILING
