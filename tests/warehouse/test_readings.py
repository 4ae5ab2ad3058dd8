"""Promises of the readings: a batch is there whole or not at all, keyed by who read what, and no text is bent on the way."""

import json
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.contract import Doubt, Observation
from tests.warehouse.world import fact, price
from warehouse.evidence import claims
from warehouse.evidence import readings as module
from warehouse.evidence.readings import OBSERVATION_COLUMNS, Reading, Readings

ODD_TEXTS = {
    "quotes": "it's \"so\" `called` ''",
    "newlines": "one\ntwo\r\nthree\rfour\u2028five\u0085six",
    "emoji": "🦙 👩🏽‍🔬 ﷽ e\u0301",
    "sql": "'); drop table claims; --",
    "json": '{"price": [1, null], "\\u0041": "\\\\"}',
    "formula": '=HYPERLINK("http://evil.example")',
    "spaces": "  leading, trailing\t",
    "null word": "NULL",
    "number word": "1e400",
    "date word": "2026-01-01",
    "control": "\x01\x1b[31m\x7f",
    "long": "0123456789abcdef" * 6400,
}


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    return Readings(tmp_path / "observations")


def read(
    sha256: str, *, source_id: str = "acme", version: str = "v1", scope: str = "https://acme.example/", **more: Any
) -> Reading:
    return Reading(source_id, scope, sha256, version, "read", **more)


def stored(
    readings: Readings, columns: str = "*", source_id: str = "acme", version: str = "v1"
) -> list[tuple[Any, ...]]:
    files = sorted({str(file) for file, _ in readings.read(source_id, version)})
    with duckdb.connect() as connection:
        return (
            connection.execute(f"select {columns} from read_parquet(?) order by all", [files]).fetchall()
            if files
            else []
        )


def test_a_reading_comes_back_as_it_was_kept(readings: Readings) -> None:
    kept = [
        read("a" * 64, subjects=1, observations=1, warnings=("more subjects than ever", "ü")),
        Reading("acme", "https://acme.example/", "b" * 64, "v1", "refused", reason="floor: saw '0'"),
    ]
    readings.keep([(kept[0], [fact("gpt-5", "context_tokens", 400000)]), (kept[1], [])])
    assert readings.index("acme", "v1") == {each.key: each for each in kept}


def test_an_observation_is_stored_with_words_and_reading_side_by_side(readings: Readings) -> None:
    said = Observation(
        subject="fast/gpt-5",
        attribute="price/input",
        printed="$1.250",
        value=Decimal("1.250"),
        locator="row 3",
        unit="usd/mtok",
        condition="service_tier=batch",
        host="fast",
        reviewed_on=date(2025, 12, 20),
        url="https://fast.example/pricing",
    )
    readings.keep([(read("a" * 64), [said])])
    (row,) = stored(readings)
    assert dict(zip(OBSERVATION_COLUMNS, row, strict=True)) == {
        "source_id": "acme",
        "scope": "https://acme.example/",
        "snapshot_sha256": "a" * 64,
        "parser_version": "v1",
        "subject": "fast/gpt-5",
        "host": "fast",
        "attribute": "price/input",
        "condition": "service_tier=batch",
        "value": "1.25",
        "unit": "usd/mtok",
        "printed_text": "$1.250",
        "locator": "row 3",
        "reviewed_on": date(2025, 12, 20),
        "cited_url": "https://fast.example/pricing",
    }


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_comes_back_as_it_was_printed(readings: Readings, text: str) -> None:
    readings.keep([(read("a" * 64), [fact(f"x{text}x", "name", text, locator=text)])])
    assert stored(readings, "subject, value, printed_text, locator") == [(f"x{text}x", text, text, text)]


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
        min_size=1,
        max_size=20,
    )
)
def test_any_text_comes_back_as_it_was_printed(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    readings = Readings(tmp_path_factory.mktemp("any"))
    readings.keep([(read("a" * 64), [fact(f"{place}", "name", text, locator="") for place, text in enumerate(texts)])])
    assert sorted(stored(readings, "subject, printed_text")) == sorted(
        (f"{place}", text) for place, text in enumerate(texts)
    )


def test_every_column_has_its_declared_type_even_where_all_are_empty(readings: Readings) -> None:
    readings.keep([(read("a" * 64), [fact("1", "name", "2")])])
    ((file, _),) = readings.read("acme", "v1")
    with duckdb.connect() as connection:
        relation = connection.sql(f"from read_parquet('{file}')")
        assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == OBSERVATION_COLUMNS


def test_prices_keep_every_digit(readings: Readings) -> None:
    amounts = ["0.000000000001", "123456789012.123456789", "0", "10"]
    readings.keep([(read("a" * 64), [price(f"m{place}", "input", amount) for place, amount in enumerate(amounts)])])
    assert stored(readings, "value") == sorted((amount,) for amount in amounts)


def test_readings_of_other_parsers_and_sources_are_kept_apart(readings: Readings) -> None:
    for source_id, version in (("acme", "v1"), ("acme", "v2"), ("zeta", "v1")):
        readings.keep(
            [(read("a" * 64, source_id=source_id, version=version), [fact("m", "name", f"{source_id} {version}")])]
        )
    assert stored(readings, "value") == [("acme v1",)]
    assert stored(readings, "value", "acme", "v2") == [("acme v2",)]
    assert stored(readings, "value", "zeta", "v1") == [("zeta v1",)]
    assert readings.index("zeta", "v2") == {}


def test_every_reading_is_told_with_the_file_that_has_what_it_says(readings: Readings) -> None:
    for sha in "abc":
        readings.keep([(read(sha * 64), [fact("m", "name", sha)])])
    with duckdb.connect() as connection:
        for file, reading in readings.read("acme", "v1"):
            said = connection.sql(f"select snapshot_sha256, value from read_parquet('{file}')").fetchall()
            assert said == [(reading.snapshot_sha256, reading.snapshot_sha256[0])]


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_documents_are_loaded_some_after_others_each_as_it_was_read_last(readings: Readings, at_once: int) -> None:
    doubt = Doubt("row", "row 2", "?", "not a price")
    for sha, version in (("a", "v1"), ("b", "v1"), ("a", "v2")):
        readings.keep([(read(sha * 64, version=version, doubts=(doubt,), subjects=len(sha)), [])])
    readings.keep([(read("b" * 64, subjects=7), []), (read("c" * 64, subjects=8, doubts=(doubt, doubt)), [])])
    last = {(each.snapshot_sha256, each.subjects, len(each.doubts)) for each in readings.index("acme", "v1").values()}
    with duckdb.connect() as connection:
        claims.load_readings(connection, readings, {"acme": "v1"}, at_once)
        loaded = connection.sql(
            """
            select snapshot_sha256, subjects, (select count(*) from doubts where document = documents.number)
            from documents
            """
        ).fetchall()
        assert len(loaded) == 3
        assert set(loaded) == last


def test_keeping_a_batch_again_changes_nothing(readings: Readings) -> None:
    batch = [(read("b" * 64), [fact("m", "name", "b")]), (read("a" * 64), [fact("m", "name", "a")])]
    readings.keep(batch)
    first = {path: path.read_bytes() for path in readings.folder.rglob("*.*")}
    readings.keep(reversed(batch))
    assert {path: path.read_bytes() for path in readings.folder.rglob("*.*")} == first


def test_a_batch_of_refusals_only_is_remembered(readings: Readings) -> None:
    refused = Reading("acme", "https://acme.example/", "a" * 64, "v1", "refused", reason="no table")
    readings.keep([(refused, [])])
    assert readings.index("acme", "v1") == {refused.key: refused}
    assert stored(readings) == []


def test_an_empty_batch_leaves_nothing(readings: Readings) -> None:
    readings.keep([])
    assert not readings.folder.exists()


@pytest.mark.parametrize(
    "stranger", [read("b" * 64, source_id="zeta"), read("b" * 64, version="v2")], ids=["source", "parser"]
)
def test_a_batch_of_two_sources_or_parsers_is_refused_whole(readings: Readings, stranger: Reading) -> None:
    with pytest.raises(ValueError, match="one source and one parser version"):
        readings.keep([(read("a" * 64), []), (stranger, [])])
    assert not readings.folder.exists()


def test_a_batch_without_its_index_is_not_there(readings: Readings, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "put", crash)
        with pytest.raises(KeyboardInterrupt):
            readings.keep([(read("a" * 64), [fact("m", "name", "a")])])
    assert readings.index("acme", "v1") == {}
    assert list(readings.read("acme", "v1")) == []
    readings.keep([(read("a" * 64), [fact("m", "name", "a")])])
    assert stored(readings, "value") == [("a",)]


def test_a_batch_that_cannot_be_written_leaves_no_trace(
    readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    full = Mock(encode=Mock(side_effect=OSError("no space left")))
    monkeypatch.setattr(msgspec.json, "Encoder", lambda: full)
    with pytest.raises(OSError, match="no space"):
        readings.keep([(read("a" * 64), [fact("m", "name", "a")])])
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert readings.index("acme", "v1") == {}


def test_the_index_is_plain_json(readings: Readings) -> None:
    readings.keep([(read("a" * 64, warnings=("wärmer",)), [])])
    (index,) = readings.folder.rglob("*.json")
    assert json.loads(index.read_text(encoding="utf-8"))[0]["warnings"] == ["wärmer"]
