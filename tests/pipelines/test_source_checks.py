"""How one source is seen in the UI: the colour of its checks, its last response, its lines in the log of a run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.graph import documents, shown, sources
from sources.registry import source
from warehouse.evidence.attempts import COLUMNS
from warehouse.evidence.readings import Reading, Readings
from warehouse.evidence.snapshots import Snapshots

NOW = datetime(2026, 8, 21, 23, tzinfo=UTC)
DEEPSEEK = source("deepseek_pricing")
URL = DEEPSEEK.urls[0]


def attempt(outcome: str, *, days_ago: int = 0, url: str = URL, **more: Any) -> dict[str, Any]:
    when = (NOW - timedelta(days=days_ago)).isoformat()
    return {
        "run_id": when,
        "source_id": DEEPSEEK.id,
        "scope": url,
        "url": url,
        "started_at": when,
        "status": None,
        "outcome": outcome,
        "sha256": "",
        "error": "",
        **more,
    }


def pages(*rows: dict[str, Any]) -> documents.Pages:
    """What a ledger of these rows knows of the source."""
    return told(Path("nowhere"), *rows)[0]


def told(readings: Path, *rows: dict[str, Any]) -> tuple[documents.Pages, documents.Read]:
    """What a ledger of these rows knows of the source, and how its documents were read."""
    with duckdb.connect() as memory:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        memory.execute(f"create table standing ({columns}, place integer)")
        for place, row in enumerate(rows):
            named = {**row, "place": place}
            memory.execute(
                f"insert into standing ({', '.join(named)}) values ({', '.join('?' * len(named))})",
                list(named.values()),
            )
        known = documents.pages(memory).get(DEEPSEEK.id, documents.Pages())
        return known, documents.reads(memory, Readings(readings), [(DEEPSEEK, "v")])[DEEPSEEK.id]


CAME, FAILED = attempt("ok", status=200, sha256="ab" * 32), attempt("http_error", status=404, error="answered 404")
OTHERS = [f"https://api-docs.deepseek.com/{number}" for number in range(2)]


@pytest.mark.parametrize(
    ("rows", "colour"),
    [
        ([CAME], "green"),
        ([FAILED], "red"),
        ([attempt("timeout", error="no answer")], "red"),
        ([CAME, {**FAILED, "scope": OTHERS[0]}], "amber"),
        ([CAME, *({**FAILED, "scope": each} for each in OTHERS)], "red"),
        ([attempt("ok", days_ago=2, sha256="ab"), attempt("offline")], "amber"),
        ([attempt("not_configured")], "amber"),
        ([attempt("ok", days_ago=DEEPSEEK.review_every_days, sha256="ab")], "green"),
        ([attempt("ok", days_ago=DEEPSEEK.review_every_days + 2, sha256="ab")], "amber"),
        ([], "amber"),
    ],
)
def test_a_dead_source_is_red_a_partial_one_amber(rows: list[dict[str, Any]], colour: str) -> None:
    result = sources._answers(DEEPSEEK, pages(*rows), "", NOW)
    bad = "red" if result.severity is dg.AssetCheckSeverity.ERROR else "amber"
    assert ("green" if result.passed else bad) == colour


def test_what_stops_a_source_is_red_and_said() -> None:
    result = sources._answers(DEEPSEEK, pages(attempt("offline")), "OSError: the disk is full", NOW)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "the disk is full" in str(result.description)


def test_the_last_response_is_the_host_s_own_and_an_offline_night_does_not_hide_it(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    sha256 = kept.keep(b"a page")
    held = pages({**CAME, "sha256": sha256, "run_id": "1"}, attempt("offline", error="offline: nothing was asked"))
    told = sources._last_response(held, kept)
    assert told["last response"] == "200 ok, 2026-08-21 23:00 UTC"
    assert told["snapshot"] == sha256
    assert Path(told["stored page"].path).is_file()
    told = sources._last_response(pages({**CAME, "sha256": sha256, "run_id": "1"}, FAILED), kept)
    assert told["last response"] == "404 http error, 2026-08-21 23:00 UTC (answered 404)"
    assert told["snapshot"] == sha256


def test_a_document_outside_its_envelope_is_named(tmp_path: Path) -> None:
    floor, ceiling = DEEPSEEK.rows
    read = Reading(DEEPSEEK.id, URL, "ab", "v", "read", subjects=floor)

    def envelope(reading: Reading) -> dg.AssetCheckResult:
        Readings(tmp_path).keep([(reading, [])])
        return sources._envelope(DEEPSEEK, told(tmp_path, attempt("ok", sha256="ab"))[1])

    assert envelope(read).passed
    assert envelope(replace(read, outcome="refused", subjects=0)).passed
    result = envelope(replace(read, subjects=ceiling + 1))
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert URL in str(result.metadata["documents outside"].value)


def test_the_log_names_the_source_and_its_addresses_and_counts_the_rest() -> None:
    many = [
        SimpleNamespace(outcome="http_error", status=404, url=f"{URL}/{number}", error="answered 404")
        for number in range(sources.LOGGED + 3)
    ]
    lines = list(sources._log(DEEPSEEK, many))  # type: ignore[arg-type]
    assert lines[0] == f"deepseek_pricing: http_error 404 {URL}/0 (answered 404)"
    assert len(lines) == sources.LOGGED + 1
    assert lines[-1] == "deepseek_pricing: http_error 3 more addresses"


def test_a_page_s_words_stay_words_in_a_table() -> None:
    told = shown.rows(("saw",), [("<b>`x`</b> | y\n| z",), (None,), (7,)], more=2).value
    assert told == "| saw |\n|---|\n| `<b>'x'</b> ¦ y ¦ z` |\n|  |\n| 7 |\n\nand 2 more"
