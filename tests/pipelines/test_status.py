"""``status.json`` and ``almanac status``: what a night says of itself, and what it does not know."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipelines.alerts import memory, webhook
from pipelines.alerts.memory import Alert
from pipelines.answers.status import status as answered
from pipelines.cli import main
from pipelines.night.progress import Asked, Asking, Published, Stage, also_told, tell
from pipelines.status import hearing, keeping
from pipelines.status.hearing import Heard
from pipelines.status.schema import status_schema
from tests.pipelines.editions import made_of, published
from tests.warehouse.world import World, night, priced
from warehouse.home import Home

BEGAN = datetime(2026, 8, 23, 3, tzinfo=UTC)
ACME = "https://acme.example/pricing"


def run(day: int, **more: Any) -> keeping.Run:
    return keeping.Run("run-1", "nightly", datetime(2026, 1, day, 23, tzinfo=UTC), BEGAN, **more)


def attempt(outcome: str, error: str = "", url: str = ACME) -> Any:
    return SimpleNamespace(outcome=outcome, error=error, url=url)


def valid(status: keeping.Status) -> keeping.Status:
    """The figures, as they are written and as their schema says."""
    schema = Draft202012Validator(status_schema(closed=True), format_checker=Draft202012Validator.FORMAT_CHECKER)
    written = json.loads(keeping.json_text(status))
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(written)] == []
    return status


class TestHeard:
    def test_a_stage_takes_what_passes_until_the_next_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter([100.0, 100.5, 102.5, 103.5, 107.5])
        monkeypatch.setattr(hearing, "time", SimpleNamespace(monotonic=lambda: next(clock)))
        heard = Heard(None)
        with also_told(heard.hear):
            for stage in ("fetch", "tables", "checks", "tables"):
                tell(Stage(stage))  # type: ignore[arg-type]
        assert heard.stages() == {"fetch": Decimal("0.5"), "tables": Decimal(6), "checks": Decimal(1)}

    def test_the_pages_of_the_site_are_part_of_publication(self) -> None:
        heard = Heard(None)
        for stage in ("publish", "site"):
            heard.hear(Stage(stage))  # type: ignore[arg-type]
        assert set(heard.stages()) == {"publish"}

    def test_who_listened_before_still_hears_and_hears_alone_afterwards(self) -> None:
        first, second = [], []  # type: ignore[var-annotated]
        with also_told(first.append):
            with also_told(second.append):
                tell(Asking(3))
            tell(Asking(4))
        assert (first, second) == ([Asking(3), Asking(4)], [Asking(3)])

    def test_documents_are_counted_by_outcome_and_named_by_the_source_that_failed(self) -> None:
        heard = Heard(None)
        heard.hear(Asked("acme_pricing", (attempt("ok"), attempt("http_error", "acme.example answered 503"))))
        heard.hear(Asked("keyless", (attempt("not_configured", "no key"),)))
        heard.hear(Asked("well", (attempt("not_modified"),)))
        told = heard.documents()
        assert (told["asked"], told["outcomes"]) == (
            4,
            {"http_error": 1, "not_configured": 1, "not_modified": 1, "ok": 1},
        )
        (failed,) = told["failed"]
        assert (failed["source_id"], failed["asked"], failed["error"], failed["url"]) == (
            "acme_pricing",
            2,
            "acme.example answered 503",
            ACME,
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def nights(world: World) -> list[keeping.Status]:
    """The first night, one in which a price moves and a seller fails, one that fails, one with nothing new."""
    home, told = world.home, []  # type: ignore[var-annotated]
    openai, rival = world.seller("openai", "maker"), world.seller("anthropic", "maker")

    @made_of("tables", "changes")
    def ends(day: int, outcome: str, *, builds: bool = True) -> None:
        before = told[-1]["edition"] if told else None
        heard = Heard(before)
        heard.hear(Asked(rival.id, (attempt(outcome, "" if outcome == "ok" else "it answered 503"),)))
        edition = published(world, home) if builds else None
        heard.hear(Published(edition.edition_id if edition else before or "", bool(edition)))
        told.append(valid(keeping.made(home, run(day), heard, told[-1] if told else None)))

    openai.says(night(1), priced("gpt-5", "1.25", "10"))
    rival.says(night(1), priced("claude-opus-4.5", "5", "25"))
    ends(1, "ok")
    openai.says(night(2), priced("gpt-5", "1.10", "10"), priced("gpt-5-mini", "0.25", "2"))
    rival.fails(night(2))
    ends(2, "http_error")
    failed = run(3, errors=["core/offers schema: the key repeats"])
    told.append(valid(keeping.made(home, failed, Heard(told[-1]["edition"]), told[-1])))
    ends(4, "http_error", builds=False)
    return told


class TestFigures:
    def test_a_first_night_has_rows_and_nothing_to_compare_with(self, nights: list[keeping.Status]) -> None:
        first = nights[0]
        assert (first["outcome"], first["edition_before"], first["trouble"]) == ("published", None, [])
        assert first["tables"] is not None
        assert first["tables"]["core.offers"] == 2
        assert first["gaps"]["standing"] == first["tables"]["quality.gaps"]
        assert (first["gaps"]["opened"], first["gaps"]["closed"], first["price_changes"]) == (None, None, None)

    def test_a_night_counts_what_moved_since_the_edition_before(self, nights: list[keeping.Status]) -> None:
        second = nights[1]
        assert second["edition"] != second["edition_before"] == nights[0]["edition"]
        assert second["price_changes"] == 1
        assert second["gaps"]["opened"]
        assert second["gaps"]["opened"]["missing_context"] == 1
        assert second["gaps"]["closed"] == {}

    def test_a_night_that_failed_says_why_and_of_the_rest_that_it_is_not_known(
        self, nights: list[keeping.Status]
    ) -> None:
        third = nights[2]
        assert (third["outcome"], third["errors"]) == ("failed", ["core/offers schema: the key repeats"])
        assert third["edition"] == nights[1]["edition"]
        assert (third["tables"], third["sources"], third["price_changes"]) == (None, None, None)
        assert third["last_success_at"] == nights[1]["last_success_at"]
        assert third["trouble"] == nights[1]["trouble"]

    def test_a_source_is_in_trouble_since_its_first_night_of_it(self, nights: list[keeping.Status]) -> None:
        ((first,), (last,)) = nights[1]["trouble"], nights[3]["trouble"]
        assert (first["since_at"], first["nights"], first["state"]) == ("2026-01-02T23:00:00Z", 1, "failing")
        assert (last["since_at"], last["nights"], last["state"]) == ("2026-01-02T23:00:00Z", 2, "failing")

    def test_two_nights_of_one_day_and_a_night_that_does_not_ask_are_no_more_nights_of_trouble(
        self, world: World, nights: list[keeping.Status]
    ) -> None:
        for day, outcome in ((4, "http_error"), (5, "offline")):
            heard = Heard(nights[3]["edition"])
            heard.hear(Asked("anthropic_pricing", (attempt(outcome),)))
            heard.hear(Published(nights[3]["edition"] or "", is_new=False))
            again = valid(keeping.made(world.home, run(day), heard, nights[3]))
            assert [each["nights"] for each in again["trouble"]] == [2]
            assert (again["outcome"], again["gaps"]["opened"], again["price_changes"]) == ("unchanged", {}, 0)

    def test_where_the_figures_before_are_lost_the_ledger_tells_since_when(
        self, world: World, nights: list[keeping.Status]
    ) -> None:
        for outcome in ("offline", "http_error"):
            heard = Heard(nights[3]["edition"])
            heard.hear(Asked("anthropic_pricing", (attempt(outcome),)))
            heard.hear(Published(nights[3]["edition"] or "", is_new=False))
            (told,) = valid(keeping.made(world.home, run(5), heard, None))["trouble"]
            assert told["since_at"] == "2026-01-02T02:00:00Z"
            asked = outcome != "offline"
            assert (told["nights"], told["last_night_on"]) == (1 + asked, "2026-01-05" if asked else "2026-01-02")

    def test_of_a_night_that_died_only_that_is_known(self, world: World, nights: list[keeping.Status]) -> None:
        died = valid(keeping.made(world.home, run(5, errors=["killed"]), None, nights[3]))
        assert (died["seconds"], died["documents"], died["stages"], died["peak_memory_bytes"]) == (None, None, {}, None)


class TestKept:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Home:
        return Home(tmp_path)

    def kept(self, home: Home, **more: Any) -> None:
        keeping.write(home, keeping.made(home, run(2, **more), Heard(None), None))

    @pytest.mark.parametrize("torn", ["", "{", "[]", '{"run_id": "x"}'])
    def test_what_cannot_be_read_is_no_night(self, home: Home, torn: str) -> None:
        (home.root / keeping.FILE).write_text(torn)
        assert keeping.read(home) is None

    def test_the_address_of_the_webhook_is_never_written_down(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(webhook.VARIABLE, "https://hooks.example/services/SECRET")
        self.kept(home, errors=["https://hooks.example/services/SECRET fell silent"])
        assert "SECRET" not in (home.root / keeping.FILE).read_text()

    def test_the_command_prints_it_and_its_status_says_whether_all_is_well(
        self, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("ALMANAC_HOME", str(home.root))

        def said(*words: str) -> tuple[Any, str, str]:
            with pytest.raises(SystemExit) as ended:
                main(words)
            return ended.value.code, *capsys.readouterr()

        status, out, err = said("status")
        assert (status, out) == (2, "")
        assert err.startswith("almanac: no night has left its figures at ")
        self.kept(home, errors=["core/offers schema: the key \x1b[31mrepeats"])
        waits = Alert("run_failed", "run_failed", ["the key repeats"], "2026-01-02T23:00:00Z", "run it again")
        memory.write(home, [waits])
        status, out, err = said("status")
        assert (status, err) == (1, "")
        assert out.startswith("The night of 2026-01-02: failed, edition none stands, 0 seconds ago\n")
        assert "core/offers schema: the key \N{REPLACEMENT CHARACTER}[31mrepeats" in out
        assert "The night failed" in out or "the night failed" in out
        assert "run it again" in out
        status, out, _ = said("status", "--json")
        told = json.loads(out)
        assert (status, told["outcome"], told["is_well"], told["alerts"][0]["key"]) == (
            1,
            "failed",
            False,
            "run_failed",
        )

    def test_a_good_night_is_told_with_its_figures_and_the_sources_that_are_failing_since(
        self,
        home: Home,
        nights: list[keeping.Status],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("ALMANAC_HOME", str(home.root))
        keeping.write(home, nights[1])
        with pytest.raises(SystemExit) as ended:
            main(["status"])
        out = capsys.readouterr().out
        assert not ended.value.code
        assert out.startswith(f"The night of 2026-01-02: published edition {nights[1]['edition']}, ")
        assert "1 asked: 1 http error" in out
        assert "1 changed" in out
        assert "Sources in trouble: 1" in out
        assert re.search(r"anthropic_pricing +failing +2026-01-02 +1 +2026-01-01 +no answer", out)

    def test_a_night_that_is_missing_is_not_well(self, home: Home) -> None:
        heard = Heard("2026-01-02-a")
        heard.hear(Published("2026-01-02-a", is_new=False))
        kept = {**keeping.made(home, run(2), Heard(None), None), "outcome": "unchanged"}
        keeping.write(home, kept)  # type: ignore[arg-type]
        ended = datetime.fromisoformat(kept["ended_at"])  # type: ignore[arg-type]
        assert answered(home, ended + timedelta(hours=25))["is_well"]
        late = answered(home, ended + timedelta(hours=27))
        assert (late["is_overdue"], late["is_well"]) == (True, False)
