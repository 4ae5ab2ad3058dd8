"""Real nights: documents recorded on two days in a row, replayed over a mirror; the job as it ships runs the second.

That one is built once more from nothing on another number of threads. A third, of the same documents, goes on from it
without the job. All of them have as many pairs as are published.

The recordings and the server that replays them lie beside the checkout and are no part of it; where they are absent
nothing runs. What must come out is computed here from the recorded documents themselves.
"""

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pipelines.publishing import tables
from tests.end_to_end.nights import Held, answers, built, held, new, read
from tests.end_to_end.recorded_world import FIRST, INDEX, SECOND, SERVER, both_nights
from tests.pipelines.test_questions import QUESTIONS
from tests.readme_samples import README, printed, rewritten
from warehouse import database, questions
from warehouse.checking import contradictions, promises
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not (SERVER.exists() and INDEX.exists()), reason="no recorded documents beside the checkout"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]

THIRD = SECOND + timedelta(hours=1)

CATALOGUE = "openrouter_models"
METERS = {"prompt": "input", "completion": "output", "input_cache_read": "cache_read"}
PLAIN = "condition in ('', 'service_tier=batch')"


def exported(home: Home) -> dict[str, str]:
    """Table → SHA-256 of its Parquet file in an edition of the work file."""
    with TemporaryDirectory() as folder, database.opened(home.work_file, read_only=True) as connection:
        return {name: entry["sha256"] for name, entry in tables.export(connection, Path(folder)).items()}


@dataclass(frozen=True)
class Replayed:
    """One data folder after the nights of both days and a third of no news, and what it held before that.

    after_both  has what stood between the second night and the third: the file analysts opened, and what it is made from
    exported    the tables of the second night's edition, as `exported` tells them
    """

    home: Home
    before_third: Held
    after_both: Home
    exported: dict[str, str]

    def document(self, source_id: str, read_at: datetime) -> Any:
        """The JSON document a source answered on that night, as recorded."""
        (sha256,) = {
            row["sha256"]
            for row in Ledger(self.home.ledger, "").rows()
            if row["source_id"] == source_id and row["started_at"] == read_at.isoformat(timespec="microseconds")
        }
        with open(INDEX, newline="", encoding="utf-8") as lines:
            assert sha256 in {row["sha256"] for row in csv.DictReader(lines)}
        return json.loads(Snapshots(self.home.snapshots).read(sha256))

    def changed_sources(self) -> set[str]:
        """Sources that answered something new on the second night."""
        return {
            row["source_id"]
            for row in Ledger(self.home.ledger, "").rows()
            if row["started_at"] == SECOND.isoformat(timespec="microseconds") and row["outcome"] == "ok"
        }


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    with as_published(threads="2"), both_nights(Home(tmp_path_factory.mktemp("recorded"))) as home:
        after_both = Home(tmp_path_factory.mktemp("after_both"))
        after_both.warehouse.parent.mkdir()
        shutil.copy(home.warehouse, after_both.warehouse)
        for kept in ("ledger", "observations"):
            shutil.copytree(home.root / kept, after_both.root / kept)
        told = json.loads((home.latest / "manifest.json").read_bytes())["tables"]
        before = held(home, "core")
        built(read(home, THIRD))
        database.publish(home)
        yield Replayed(home, before, after_both, {name: entry["sha256"] for name, entry in told.items()})


@contextmanager
def as_published(threads: str) -> Iterator[None]:
    """With as many pairs as are published unless someone says otherwise, and so many threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ALMANAC_PAIRS", raising=False)
        patch.setitem(database._CONFIG, "threads", threads)
        yield


# What changed between the days -----------------------------------------------------------------------------------------


Prices = dict[tuple[str, str], Decimal]


def listed_prices(document: Any) -> Prices:
    """(id, meter) → USD per million tokens, of everything in a catalogue's document that is sold by the token."""
    return {
        (model["id"], meter): Decimal(model["pricing"][key]) * 1_000_000
        for model in document["data"]
        if {"text", "embeddings"} & set(model["architecture"]["output_modalities"])
        for key, meter in METERS.items()
        if Decimal(model["pricing"].get(key, "0")) > 0
    }


def told(replayed: Replayed, days: tuple[Prices, Prices]) -> tuple[Prices, Prices]:
    """Of what was listed, what names a model we know, for good, at a price that nothing speaks against."""
    resolved = {
        subject
        for (subject,) in answers(
            replayed.home,
            "select subject from core.model_aliases where source_id = ? and model_id is not null and rule != 'points'",
            CATALOGUE,
        )
    }
    held_back = {
        (subject, attribute.removeprefix("price/"))
        for subject, attribute in answers(
            replayed.home, "select subject, attribute from evidence.rejects where source_id = ?", CATALOGUE
        )
    }

    def kept(prices: Prices) -> Prices:
        return {key: amount for key, amount in prices.items() if key[0] in resolved and key not in held_back}

    return kept(days[0]), kept(days[1])


@pytest.fixture(scope="module")
def days(replayed: Replayed) -> tuple[Prices, Prices]:
    listed = (
        listed_prices(replayed.document(CATALOGUE, FIRST)),
        listed_prices(replayed.document(CATALOGUE, SECOND)),
    )
    both = told(replayed, listed)
    assert len(both[0]) > 0.9 * len(listed[0])
    return both


def test_the_price_changes_are_those_between_the_recorded_documents(
    replayed: Replayed, days: tuple[Prices, Prices]
) -> None:
    before, after = days
    expected = {(*key, before[key], after[key]) for key in before.keys() & after.keys() if before[key] != after[key]}
    assert len(expected) >= 10
    changes = answers(
        replayed.home,
        f"select subject, meter, old_amount, new_amount from mart.price_changes where source_id = ? and {PLAIN}"
        " and meter in ('input', 'output', 'cache_read') and old_amount > 0 and new_amount > 0",
        CATALOGUE,
    )
    assert sorted(changes) == sorted(expected)
    assert {at for (at,) in answers(replayed.home, "select distinct changed_at from mart.price_changes")} == {SECOND}


def test_the_history_opens_and_closes_what_the_documents_did(replayed: Replayed, days: tuple[Prices, Prices]) -> None:
    before, after = days
    of_both_days = f"where source_id = ? and {PLAIN} and meter in ('input', 'output', 'cache_read') and amount > 0"
    opened = answers(
        replayed.home,
        f"select subject, meter, amount from core.price_history {of_both_days} and observed_from = ?",
        CATALOGUE,
        SECOND,
    )
    closed = answers(
        replayed.home,
        f"select subject, meter, amount from core.price_history {of_both_days} and observed_to = ?",
        CATALOGUE,
        SECOND,
    )
    first = {(*key, amount) for key, amount in before.items()}
    second = {(*key, amount) for key, amount in after.items()}
    assert sorted(opened) == sorted(second - first)
    assert sorted(closed) == sorted(first - second)


def test_only_sources_whose_documents_changed_say_anything_new(replayed: Replayed) -> None:
    changed = replayed.changed_sources()
    assert CATALOGUE in changed
    moved = answers(
        replayed.home,
        "select distinct source_id from evidence.claims where first_seen_at > ? or superseded_at is not null",
        FIRST,
    )
    assert {source_id for (source_id,) in moved} <= changed


def test_a_night_of_no_news_changes_nothing_but_the_days_it_was_read(replayed: Replayed) -> None:
    after = held(replayed.home, "core")
    assert (new(replayed.before_third, after), new(after, replayed.before_third)) == ({}, {})
    assert answers(
        replayed.home, "select count(*) from evidence.claims where first_seen_at = ? or superseded_at = ?", THIRD, THIRD
    ) == [(0,)]


def test_no_byte_of_a_real_night_depends_on_how_many_threads_work(replayed: Replayed, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for kept in ("ledger", "observations"):
        shutil.copytree(replayed.after_both.root / kept, home.root / kept)
    home.snapshots.symlink_to(replayed.home.snapshots)
    with as_published(threads="1"):
        built(read(home, SECOND, asking=False))
        assert exported(home) == replayed.exported


# The seed pair ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(replayed: Replayed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(replayed.home, "compare", "gpt-5.1-codex", "qwen3.5-4b", "--json"))
    return found


def test_the_seed_pair_is_told_as_its_makers_and_sellers_tell_it(pair: dict[str, Any]) -> None:
    codex, qwen = pair["model_a"], pair["model_b"]
    assert (codex["model_id"], codex["context_tokens"]) == ("gpt-5.1-codex", 400_000)
    assert (qwen["model_id"], qwen["context_tokens"]) == ("qwen3.5-4b", 262_144)
    assert qwen["license_id"] == "Apache-2.0"
    offer, unconfirmed = codex["cheapest_offer"], codex["unconfirmed_offer"]
    assert (offer["input_usd_per_mtok"], offer["output_usd_per_mtok"], offer["is_confirmed"]) == (1.25, 10, True)
    assert codex["monthly_cost_usd"] == offer["monthly_cost_usd"] == 3500
    assert unconfirmed["is_confirmed"] is False
    assert unconfirmed["monthly_cost_usd"] < 3500
    assert pair["comparison"]["monthly_cost_a_usd"] == 3500


def test_what_nobody_says_of_the_seed_pair_is_unknown_and_has_a_reason(pair: dict[str, Any]) -> None:
    row = pair["comparison"]
    unknown = {
        capability
        for side in ("model_a", "model_b")
        for capability, status in pair[side]["capabilities"].items()
        if status == "unknown"
    }
    assert unknown
    assert sorted(unknown) == sorted(row["unknown_capabilities"])
    for side in ("model_a", "model_b"):
        explained = {gap["field"]: gap["reason"] for gap in pair[side]["gaps"]}
        assert all(explained.values())
        silent = {field for field, value in pair[side].items() if value is None and field in ASKED}
        silent |= {f"capability/{name}" for name, status in pair[side]["capabilities"].items() if status == "unknown"}
        assert silent <= explained.keys()
    if row["monthly_gap_usd"] is None:
        assert "monthly_cost" in {gap["field"] for side in ("model_a", "model_b") for gap in pair[side]["gaps"]}


ASKED = frozenset(
    {
        "lab_id",
        "family",
        "product_type",
        "released_on",
        "knowledge_cutoff_on",
        "context_tokens",
        "max_output_tokens",
        "parameters",
        "active_parameters",
        "architecture",
        "license_id",
        "open_weights",
    }
)
"""Fields a reader of a comparison asks for."""


def test_no_fact_of_the_seed_pair_is_younger_than_the_night(pair: dict[str, Any]) -> None:
    for shown in (pair["model_a"], pair["model_b"], pair["comparison"], pair["model_a"]["cheapest_offer"]):
        assert datetime.fromisoformat(shown["last_reviewed_at"]) <= THIRD


# The whole ---------------------------------------------------------------------------------------------------------------


def test_a_real_night_keeps_its_promises_and_holds_a_real_catalogue(replayed: Replayed) -> None:
    with database.opened(replayed.home.warehouse, read_only=True) as connection:
        assert list(promises.broken(connection)) == []
        assert list(contradictions.broken(connection)) == []
        for name, least in (("core.models", 1_000), ("core.offers", 5_000), ("core.prices", 15_000)):
            assert database.rows(connection, name) >= least


def test_every_question_of_the_docs_has_an_answer(replayed: Replayed) -> None:
    with database.locked(replayed.after_both.warehouse) as connection:
        unanswered = [title for title, query in QUESTIONS.items() if not questions.answer(connection, query).fetchall()]
    assert unanswered == []


def test_the_samples_of_the_readme_are_what_the_recorded_nights_print(replayed: Replayed) -> None:
    page = README.read_text("utf-8")
    assert rewritten(page, replayed.after_both) == page, "run: make readme-samples"
