"""Promises of the ledger: it only grows, survives a torn line, and knows the newest body of every address."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.world import night
from warehouse.evidence.attempts import COLUMNS, CONFIRMING
from warehouse.evidence.claims import load_ledger
from warehouse.evidence.ledger import Known, Ledger, whole_lines
from warehouse.schemas import table


def attempt(number: int, **more: Any) -> dict[str, Any]:
    return {
        "fetch_id": f"f{number}",
        "source_id": "acme",
        "url": "https://acme.example/prices",
        "scope": "https://acme.example/prices",
        "started_at": night(number),
        "attempt": 1,
        "outcome": "ok",
        "error": "",
        "final_url": "https://acme.example/prices",
        "sha256": f"sha-{number}",
        **more,
    }


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger", "run-1")


def lines(ledger: Ledger) -> bytes:
    return (ledger.folder / f"{ledger.run_id}.jsonl").read_bytes()


def test_recording_only_appends(ledger: Ledger) -> None:
    ledger.record(attempt(1))
    before = lines(ledger)
    ledger.record(attempt(2))
    assert lines(ledger).startswith(before)
    assert [row["fetch_id"] for row in ledger.rows()] == ["f1", "f2"]


def test_every_run_has_a_file_of_its_own(ledger: Ledger) -> None:
    ledger.record(attempt(1))
    before = lines(ledger)
    Ledger(ledger.folder, "run-2").record(attempt(2))
    assert lines(ledger) == before
    assert [(row["run_id"], row["fetch_id"]) for row in ledger.rows()] == [("run-1", "f1"), ("run-2", "f2")]


def test_every_column_is_written_and_what_is_not_known_is_null(ledger: Ledger) -> None:
    ledger.record(attempt(1))
    (row,) = ledger.rows()
    assert list(row) == list(COLUMNS)
    assert (row["status"], row["etag"], row["checked_on"]) == (None, None, None)


def test_an_unknown_column_is_refused_and_nothing_is_written(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="colour"):
        ledger.record(attempt(1, colour="red"))
    assert list(ledger.rows()) == []


def test_the_run_is_the_ledgers_own_whatever_the_row_says(ledger: Ledger) -> None:
    ledger.record(attempt(1, run_id="someone else's"))
    assert [row["run_id"] for row in ledger.rows()] == ["run-1"]


def test_instants_are_kept_in_utc_to_the_microsecond(ledger: Ledger) -> None:
    ledger.record(
        attempt(1, started_at=datetime(2026, 1, 1, 3, 0, 0, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))))
    )
    (row,) = ledger.rows()
    assert datetime.fromisoformat(row["started_at"]) == datetime(2025, 12, 31, 21, 30, 0, 5, tzinfo=UTC)
    assert row["started_at"].endswith("+00:00")


@pytest.mark.parametrize("torn", ['{"fetch_id": "f2", "sour', '{"fetch_id": "f2"}', '{"error": "caf\u00e9'])
def test_a_torn_last_line_is_skipped(ledger: Ledger, torn: str) -> None:
    ledger.record(attempt(1))
    with open(ledger.folder / "run-1.jsonl", "ab") as file:
        file.write(torn.encode()[: -1 if "caf" in torn else None])
    Ledger(ledger.folder, "run-2").record(attempt(3))
    assert [row["fetch_id"] for row in ledger.rows()] == ["f1", "f3"]
    assert len(list(whole_lines(sorted(ledger.folder.glob("*.jsonl"))))) == 2


def test_an_empty_ledger_has_no_rows(ledger: Ledger) -> None:
    assert list(ledger.rows()) == []
    assert ledger.known() == {}


@contextmanager
def with_its_tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw")
        for name in ("raw.runs", "raw.fetches"):
            connection.execute(table(name).ddl())
        yield connection


def test_words_of_any_kind_come_back_from_the_bulk_load_as_they_were(ledger: Ledger, tmp_path: Path) -> None:
    words = 'said "no"\n\tthen \'; drop table ledger; -- \\ \u2028 🦙'
    ledger.record(attempt(1, error=words, checked_on=date(2025, 12, 20), status=503, bytes=2**40))
    with with_its_tables() as connection:
        load_ledger(connection, ledger)
        assert connection.sql("select error, checked_on, status, bytes, started_at, etag from ledger").fetchall() == [
            (words, date(2025, 12, 20), 503, 2**40, night(1), None)
        ]
    assert not list(tmp_path.glob(".*"))


def test_an_empty_ledger_loads_as_an_empty_table(ledger: Ledger, tmp_path: Path) -> None:
    with with_its_tables() as connection:
        load_ledger(connection, ledger)
        assert connection.sql("from ledger").columns == list(COLUMNS)
        assert connection.sql("select count(*) from ledger").fetchall() == [(0,)]


def test_runs_that_are_known_are_not_loaded_again_until_their_lines_change(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(attempt(1))
    with with_its_tables() as connection:

        def load() -> tuple[bool, int]:
            is_anew = load_ledger(connection, ledger)
            ((came,),) = connection.sql("select count(*) from ledger").fetchall()
            return is_anew, came

        assert load() == (True, 1)
        assert load() == (False, 0)
        Ledger(ledger.folder, "later").record(attempt(2))
        assert load() == (False, 1)
        ledger.record(attempt(3))
        assert load() == (True, 3)
        assert connection.sql("select count(*) from raw.fetches").fetchall() == [(3,)]


def test_known_is_the_newest_body_of_each_address_with_its_validators(ledger: Ledger) -> None:
    other = "https://acme.example/other"
    ledger.record(attempt(1, etag='"one"', last_modified="Thu, 01 Jan 2026 02:00:00 GMT"))
    ledger.record(attempt(3, sha256="newest", etag='"three"'))
    ledger.record(attempt(2))
    ledger.record(attempt(1, url=other))
    ledger.record(attempt(4, source_id="zeta"))
    assert ledger.known() == {
        ("acme", "https://acme.example/prices"): Known("newest", '"three"', ""),
        ("acme", other): Known("sha-1", "", ""),
        ("zeta", "https://acme.example/prices"): Known("sha-4", "", ""),
    }


def test_a_failed_attempt_is_not_known_of(ledger: Ledger) -> None:
    ledger.record(attempt(1))
    for number, outcome in enumerate(("timeout", "http_error", "truncated", "empty", "offline"), start=2):
        ledger.record(attempt(number, outcome=outcome, sha256=None))
    ((_, known),) = ledger.known().items()
    assert known.sha256 == "sha-1"


@pytest.mark.parametrize("outcome", sorted(CONFIRMING))
def test_every_confirming_outcome_is_known_of(ledger: Ledger, outcome: str) -> None:
    ledger.record(attempt(1))
    ledger.record(attempt(2, outcome=outcome))
    ((_, known),) = ledger.known().items()
    assert known.sha256 == "sha-2"
