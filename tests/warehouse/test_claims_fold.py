"""Promises of the fold: since when a thing is said, until when it was confirmed, and that a night's fold forgets nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sources.contract import Doubt, Observation
from tests.warehouse.world import Voice, World, doubted, fact, night, price
from warehouse import database
from warehouse.evidence.attempts import CONFIRMING

COLUMNS = (
    "source_id",
    "scope",
    "subject",
    "host",
    "attribute",
    "condition",
    "unit",
    "value",
    "printed_text",
    "locator",
    "cited_url",
    "reviewed_on",
    "snapshot_sha256",
    "first_seen_at",
    "last_confirmed_at",
    "superseded_at",
    "in_doubt_since_at",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def openai(world: World) -> Voice:
    return world.seller("openai", "maker")


def rows(path: Path, columns: str, table: str = "evidence.folded_claims") -> list[tuple[Any, ...]]:
    with database.opened(path, read_only=True) as connection:
        return connection.sql(f"select {columns} from {table} order by all").fetchall()


def episodes(path: Path) -> list[tuple[str, datetime, datetime, datetime | None]]:
    """What was said, since when, last confirmed when, and superseded when."""
    return sorted(
        rows(path, "value, first_seen_at, last_confirmed_at, superseded_at"), key=lambda row: (row[1], row[0])
    )


def codex(input_price: str, **more: Any) -> Observation:
    return price("gpt-5.1-codex", "input", input_price, **more)


def test_a_changed_price_is_a_new_claim_and_the_old_one_was_last_confirmed_by_the_reading_before(
    world: World, openai: Voice
) -> None:
    openai.says(night(1), codex("1.25"))
    openai.confirms(night(2))
    openai.says(night(5), codex("1.5"))
    path, changed = world.fold()
    assert changed == 2
    assert episodes(path) == [("1.25", night(1), night(2), night(5)), ("1.5", night(5), night(5), None)]


def test_a_304_confirms(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.confirms(night(2))
    openai.confirms(night(3))
    assert episodes(world.fold()[0]) == [("1.25", night(1), night(3), None)]


@pytest.mark.parametrize("outcome", ["timeout", "http_error", "truncated", "empty", "offline", "robots_refused"])
def test_a_failed_fetch_confirms_nothing_and_deletes_nothing(world: World, openai: Voice, outcome: str) -> None:
    openai.says(night(1), codex("1.25"))
    openai.fails(night(2), outcome=outcome)
    assert episodes(world.fold()[0]) == [("1.25", night(1), night(1), None)]


def test_a_refused_document_neither_confirms_nor_deletes(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.babbles(night(2))
    openai.confirms(night(3))
    path, _ = world.fold()
    assert episodes(path) == [("1.25", night(1), night(1), None)]
    assert ("refused", "not the page it was") in rows(path, "outcome, reason", "raw.documents")


def test_after_a_refused_document_the_next_good_one_goes_on_where_the_last_good_one_stopped(
    world: World, openai: Voice
) -> None:
    openai.says(night(1), codex("1.25"))
    openai.babbles(night(2))
    openai.says(night(3), codex("1.25"))
    openai.babbles(night(4))
    openai.says(night(5), codex("2"))
    assert episodes(world.fold()[0]) == [("1.25", night(1), night(3), night(5)), ("2", night(5), night(5), None)]


def test_a_value_that_returns_is_a_new_claim(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(2), codex("2"))
    openai.says(night(3), codex("1.25"))
    path, _ = world.fold()
    assert episodes(path) == [
        ("1.25", night(1), night(1), night(2)),
        ("2", night(2), night(2), night(3)),
        ("1.25", night(3), night(3), None),
    ]
    assert len(set(rows(path, "claim_id"))) == 3


def test_a_page_that_only_looks_different_keeps_its_claims_and_shows_its_newest_words(
    world: World, openai: Voice
) -> None:
    openai.says(night(1), codex("1.25", printed="$1.25", locator="row 1"))
    newest = openai.says(night(2), codex("1.25", printed="$1.25 / 1M", locator="row 7"))
    path, _ = world.fold()
    assert episodes(path) == [("1.25", night(1), night(2), None)]
    assert rows(path, "printed_text, locator, snapshot_sha256") == [("$1.25 / 1M", "row 7", newest)]


def test_a_vanished_row_is_superseded_and_its_neighbours_are_not(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"), price("gpt-5", "input", "1"))
    openai.says(night(2), price("gpt-5", "input", "1"))
    assert episodes(world.fold()[0]) == [("1", night(1), night(2), None), ("1.25", night(1), night(1), night(2))]


# --- parts in doubt ---------------------------------------------------------------------------------------------------


def dates(path: Path) -> dict[str, list[datetime | None]]:
    """Subject and value → first seen, last confirmed, superseded, in doubt since."""
    columns = "subject || ' ' || value, first_seen_at, last_confirmed_at, superseded_at, in_doubt_since_at"
    return {name: list(told) for name, *told in rows(path, columns)}


def test_a_fact_of_a_cell_in_doubt_stands_with_its_old_dates_while_its_neighbours_go_on(
    world: World, openai: Voice
) -> None:
    openai.says(night(1), codex("1.25"), price("gpt-5", "input", "1"))
    openai.confirms(night(2))
    openai.says(night(3), price("gpt-5", "input", "1"), doubted("gpt-5.1-codex"))
    openai.confirms(night(4))
    assert dates(world.fold()[0]) == {
        "gpt-5.1-codex 1.25": [night(1), night(2), None, night(3)],
        "gpt-5 1": [night(1), night(4), None, None],
    }


def test_a_fact_said_again_after_a_doubt_goes_on_as_the_same_claim(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(2), fact("gpt-5", "name", "GPT-5"), doubted("gpt-5.1-codex"))
    openai.says(night(3), codex("1.25"), fact("gpt-5", "name", "GPT-5"))
    assert dates(world.fold()[0])["gpt-5.1-codex 1.25"] == [night(1), night(3), None, None]


def test_a_doubt_does_not_keep_a_price_that_another_has_replaced(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(2), codex("2"), doubted("gpt-5.1-codex"))
    assert episodes(world.fold()[0]) == [("1.25", night(1), night(1), night(2)), ("2", night(2), night(2), None)]


def test_what_was_held_closes_once_its_part_is_gone_without_a_doubt(world: World, openai: Voice) -> None:
    other = fact("gpt-5", "name", "GPT-5")
    openai.says(night(1), codex("1.25"), other)
    openai.says(night(2), other, doubted("gpt-5.1-codex"))
    openai.says(night(3), other)
    assert dates(world.fold()[0])["gpt-5.1-codex 1.25"] == [night(1), night(1), night(3), None]


def test_a_vanished_subject_is_held_only_by_a_nameless_row_of_its_own_table(world: World, openai: Voice) -> None:
    mine, other = (
        codex("1.25", locator="table A row 1, Input"),
        price("o3", "input", "2", locator="table B row 1, Input"),
    )
    stays = price("gpt-5", "input", "1")
    openai.says(night(1), mine, other, stays)
    openai.says(night(2), stays, doubted(within=("table A row ",), part="row"))
    found = dates(world.fold()[0])
    assert found["gpt-5.1-codex 1.25"][2:] == [None, night(2)]
    assert found["o3 2"][2:] == [night(2), None]


def test_a_doubt_about_something_new_holds_nothing(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"), price("gpt-5", "input", "1"))
    openai.says(night(2), price("gpt-5", "input", "1"), doubted(within=()))
    assert dates(world.fold()[0])["gpt-5.1-codex 1.25"][2] == night(2)


def test_a_reading_that_says_nothing_of_most_of_what_stood_is_held_whole(world: World, openai: Voice) -> None:
    many = [price(f"gpt-{number}", "input", "1") for number in range(10)]
    few = [price("gpt-0", "input", "3"), price("gpt-99", "input", "1")]
    openai.says(night(1), many)
    openai.says(night(2), few)
    openai.confirms(night(3))
    held, _ = world.fold()
    assert {told[1] for told in dates(held).values()} == {night(1)}
    assert len(dates(held)) == 10
    assert rows(held, "last_kept_at, held_since_at, held_for", "evidence.folds") == [
        (night(1), night(2), "nothing is said any more of 9 of 10 subjects")
    ]
    openai.says(night(4), many)
    for path in (world.fold(held)[0], world.fold()[0]):
        assert {told[1] for told in dates(path).values()} == {night(4)}
        assert rows(path, "last_kept_at, held_since_at", "evidence.folds") == [(night(4), None)]


def test_what_most_of_a_page_is_not_said_for_a_month_is_no_longer_said(world: World, openai: Voice) -> None:
    many = [price(f"gpt-{number}", "input", "1") for number in range(10)]
    openai.says(night(1), many)
    openai.says(night(2), many[0])
    openai.says(night(40), many[0], layout="another")
    path, _ = world.fold()
    assert {told[2] for told in dates(path).values()} == {None, night(40)}
    assert rows(path, "last_kept_at, held_since_at", "evidence.folds") == [(night(40), None)]


def test_a_few_subjects_may_leave_a_small_page_together(world: World, openai: Voice) -> None:
    openai.says(night(1), [price(f"gpt-{number}", "input", "1") for number in range(5)])
    openai.says(night(2), price("o3", "input", "2"))
    assert sum(told[2] == night(2) for told in dates(world.fold()[0]).values()) == 5


def test_one_page_of_a_source_says_nothing_about_another(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"), scope="https://openai.example/a")
    openai.says(night(1), codex("1.25"), scope="https://openai.example/b")
    openai.says(night(2), codex("2"), scope="https://openai.example/b")
    assert episodes(world.fold()[0]) == [
        ("1.25", night(1), night(1), night(2)),
        ("1.25", night(1), night(1), None),
        ("2", night(2), night(2), None),
    ]


def test_only_what_is_new_is_folded(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(2), codex("2"))
    path, changed = world.fold()
    assert changed == 2
    openai.confirms(night(3))
    path, changed = world.fold(path)
    assert changed == 0
    openai.says(night(4), codex("3"))
    path, changed = world.fold(path)
    assert changed == 1
    assert episodes(path)[-2:] == [("2", night(2), night(3), night(4)), ("3", night(4), night(4), None)]


def test_a_changed_parser_refolds_history(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1250"))
    openai.says(night(2), codex("1500"))
    before, _ = world.fold()
    openai.reads_anew("parser-2", lambda each: codex(each.text[:-3] + "." + each.text[-3:]))
    after, changed = world.fold(before)
    assert changed == 2
    assert episodes(after) == [("1.25", night(1), night(1), night(2)), ("1.5", night(2), night(2), None)]
    assert rows(after, "parser_version", "evidence.folds") == [("parser-2",)]


def test_an_older_reading_that_turns_up_later_refolds(world: World, openai: Voice) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(5), codex("2"))
    before, _ = world.fold()
    openai.says(night(3), codex("2"))
    after, changed = world.fold(before)
    assert changed == 2
    assert episodes(after) == [("1.25", night(1), night(1), night(3)), ("2", night(3), night(5), None)]


def test_an_older_reading_of_one_page_leaves_the_others_folded(world: World, openai: Voice) -> None:
    late, steady = "https://openai.example/late", "https://openai.example/steady"
    for number, amount in ((2, "1"), (4, "2")):
        openai.says(night(number), codex(amount), scope=late)
        openai.says(night(number), codex(amount), scope=steady)
    before, _ = world.fold()
    openai.says(night(3), codex("9"), scope=late)
    assert world.fold(before)[1] == 3


def test_a_previous_warehouse_that_is_absent_torn_or_of_another_shape_is_no_state(
    world: World, openai: Voice, tmp_path: Path
) -> None:
    openai.says(night(1), codex("1.25"))
    openai.says(night(2), codex("2"))
    whole, _ = world.fold()
    torn = tmp_path / "torn.duckdb"
    torn.write_bytes(whole.read_bytes()[:5000])
    text = tmp_path / "text.duckdb"
    text.write_bytes(b"no database at all " * 1000)
    other = tmp_path / "other.duckdb"
    with database.opened(other) as connection:
        connection.execute("create schema evidence")
        connection.execute(
            "create table evidence.folded_claims as select 'c1' as claim_id, 'openai_pricing' as source_id"
        )
    for previous in (tmp_path / "absent.duckdb", torn, text, other):
        path, changed = world.fold(previous)
        assert changed == 2, previous.name
        assert rows(path, "*") == rows(whole, "*")


def test_packaged_data_counts_from_the_day_it_was_checked_however_late_it_is_unpacked(world: World) -> None:
    packaged = world.catalogue("packaged")
    packaged.packs(night(10), date(2025, 12, 20), codex("1.25", host="openai"))
    with world.built() as warehouse:
        assert warehouse.row(
            "select first_seen_at, last_confirmed_at, last_reviewed_at from evidence.claims where source_id = 'packaged'"
        ) == (
            night(10),
            night(10),
            datetime(2025, 12, 20, tzinfo=UTC),
        )


def test_what_a_fact_says_of_its_own_review_wins_over_the_package(world: World) -> None:
    packaged = world.catalogue("packaged")
    packaged.packs(night(10), date(2025, 12, 20), codex("1.25", host="openai", reviewed_on=date(2025, 11, 3)))
    assert rows(world.fold()[0], "reviewed_on") == [(date(2025, 11, 3),)]


def test_a_package_checked_after_it_was_read_is_reviewed_no_later_than_it_was_read(world: World) -> None:
    packaged = world.catalogue("packaged")
    packaged.packs(night(1), date(2026, 3, 1), codex("1.25", host="openai"))
    with world.built() as warehouse:
        assert warehouse.cell("select last_reviewed_at from evidence.claims where source_id = 'packaged'") == night(1)


def test_the_live_page_counts_from_its_reading_even_where_it_is_the_packaged_bytes(world: World) -> None:
    catalogue = world.catalogue("catalogue")
    said = codex("1.25", host="openai")
    packed = catalogue.packs(night(10), date(2025, 12, 20), said)
    first, _ = world.fold()
    assert catalogue.says(night(11), said) == packed
    for path in (world.fold(first)[0], world.fold()[0]):
        assert rows(path, "reviewed_on, first_seen_at, last_confirmed_at") == [(None, night(10), night(11))]


def test_a_live_body_wins_over_packaged_data_of_the_same_instant(world: World) -> None:
    catalogue = world.catalogue("catalogue")
    catalogue.packs(night(1), date(2025, 12, 20), codex("1", host="openai"))
    catalogue.says(night(1), codex("2", host="openai"))
    assert episodes(world.fold()[0]) == [("2", night(1), night(1), None)]


def test_packaged_data_speaks_where_the_live_body_of_the_same_instant_is_refused(world: World) -> None:
    catalogue = world.catalogue("catalogue")
    catalogue.packs(night(1), date(2025, 12, 20), codex("1", host="openai"))
    catalogue.babbles(night(1))
    assert episodes(world.fold()[0]) == [("1", night(1), night(1), None)]


def test_a_live_body_that_turns_up_beside_folded_packaged_data_refolds(world: World) -> None:
    catalogue = world.catalogue("catalogue")
    catalogue.packs(night(1), date(2025, 12, 20), codex("1", host="openai"))
    catalogue.says(night(2), codex("3", host="openai"))
    before, _ = world.fold()
    catalogue.says(night(1), codex("2", host="openai"))
    assert rows(world.fold(before)[0], "*") == rows(world.fold()[0], "*")


# --- any history: night by night is all at once, and both are what the words of the promise say -----------------------


@dataclass(frozen=True)
class Step:
    """What one page of one source does in one night; `nights_late` dates it before its night."""

    voice: int
    scope: int
    act: str
    page: tuple[Observation, ...]
    doubts: tuple[Doubt, ...]
    nights_late: int


PAGES = st.lists(
    st.builds(
        fact,
        st.sampled_from(["gpt-5.1-codex", "gpt-5"]),
        st.sampled_from(["context_tokens", "max_output_tokens"]),
        st.integers(1, 3),
        printed=st.sampled_from(["as ever", "put another way"]),
        reviewed_on=st.sampled_from([None, None, date(2025, 6, 1)]),
    ),
    max_size=4,
    unique_by=lambda each: (each.subject, each.attribute, each.value),
).map(tuple)

DOUBTS = st.lists(
    st.builds(
        doubted,
        st.sampled_from(["", "gpt-5.1-codex", "gpt-5"]),
        attribute=st.sampled_from(["", "context_tokens"]),
        within=st.sampled_from([("",), ("'gpt-5'",), ()]),
    ),
    max_size=1,
).map(tuple)

STEPS = st.builds(
    Step,
    voice=st.integers(0, 2),
    scope=st.integers(0, 1),
    act=st.sampled_from(["say", "say", "say", "confirm", "confirm", "fail", "babble", "pack", "new parser"]),
    page=PAGES,
    doubts=DOUBTS,
    nights_late=st.sampled_from([0, 0, 0, 0, 2]),
)

HISTORIES = st.lists(st.lists(STEPS, min_size=4, max_size=12), min_size=3, max_size=4)


def live(world: World, history: list[list[Step]]) -> Iterator[None]:
    """Live through a history; yields at the end of every night."""
    voices = [world.seller("openai", "maker"), world.catalogue("community"), world.cards("openai")]
    minutes = 0
    for number, steps in enumerate(history, start=1):
        for step in steps:
            voice, scope = voices[step.voice], f"https://page-{step.scope}.example/"
            minutes += 1
            at = night(number - step.nights_late) + timedelta(minutes=minutes)
            if step.act == "say":
                voice.says(at, step.page, step.doubts, scope=scope)
            elif step.act == "pack":
                voice.packs(at, date(2025, 12, number), step.page, scope=scope)
            elif step.act == "confirm" and scope in voice.held:
                voice.confirms(at, scope=scope)
            elif step.act == "babble":
                voice.babbles(at, scope=scope, noise=str(number))
            elif step.act == "new parser":
                voice.reads_anew(f"parser-{minutes}", _reworded if number % 2 else _without_gpt_5)
            else:
                voice.fails(at, scope=scope)
        yield


def _reworded(each: Observation) -> Observation:
    return msgspec.structs.replace(each, locator=f"{each.locator}, read anew")


def _without_gpt_5(each: Observation) -> Observation | None:
    return None if each.subject == "gpt-5" else each


def told_plainly(world: World) -> list[tuple[Any, ...]]:
    """The claims as the promise words them, one reading after the other: the rows of `COLUMNS`."""
    claims: list[dict[str, Any]] = []
    for voice in world.voices.values():
        attempts = [row for row in world.ledger.rows() if row["source_id"] == voice.id and row["outcome"] in CONFIRMING]
        standing: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in sorted(attempts, key=lambda row: row["started_at"]):
            scope, sha256, at = row["scope"], row["sha256"], datetime.fromisoformat(row["started_at"])
            page = voice.pages[scope, sha256]
            if page is None:
                continue
            said = {(scope, each.subject, each.attribute, each.text): each for each in page}
            spoken_of = {key[:3] for key in said}
            for key in [key for key in standing if key[0] == scope and key not in said]:
                if key[:3] not in spoken_of and _may_stand(standing[key], voice.doubts[scope, sha256]):
                    standing[key]["in_doubt_since_at"] = standing[key]["in_doubt_since_at"] or at
                else:
                    standing.pop(key).update(superseded_at=at, in_doubt_since_at=None)
            checked_on = date.fromisoformat(row["checked_on"]) if row["checked_on"] else None
            for key, each in said.items():
                if key not in standing:
                    standing[key] = {"first_seen_at": at, "superseded_at": None}
                    claims.append(standing[key])
                standing[key]["in_doubt_since_at"] = None
                standing[key] |= {
                    "source_id": voice.id,
                    "scope": scope,
                    "subject": each.subject,
                    "host": each.host,
                    "attribute": each.attribute,
                    "condition": each.condition,
                    "unit": each.unit,
                    "value": each.text,
                    "printed_text": each.printed,
                    "locator": each.locator,
                    "cited_url": each.url,
                    "reviewed_on": each.reviewed_on or checked_on,
                    "snapshot_sha256": sha256,
                    "last_confirmed_at": at,
                }
    return sorted((tuple(claim[name] for name in COLUMNS) for claim in claims), key=repr)


def _may_stand(claim: dict[str, Any], doubts: tuple[Doubt, ...]) -> bool:
    return any(
        each.subject in ("", claim["subject"])
        and each.attribute in ("", claim["attribute"])
        and any(words in claim["locator"] for words in each.within)
        for each in doubts
    )


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(HISTORIES)
def test_folding_night_by_night_is_folding_all_history_at_once(history: list[list[Step]]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        nightly: Path | None = None
        for _ in live(world, history):
            nightly, _changed = world.fold(nightly)
        assert nightly is not None
        at_once, _changed = world.fold()
        assert rows(nightly, "*") == rows(at_once, "*")
        assert rows(nightly, "*", "evidence.folds") == rows(at_once, "*", "evidence.folds")
        assert sorted(rows(at_once, ", ".join(COLUMNS)), key=repr) == told_plainly(world)
        ids = rows(at_once, "claim_id")
        assert len(set(ids)) == len(ids)
