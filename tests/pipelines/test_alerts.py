"""Alerts: found when they are due, told once when they begin and once when they are over, in words nobody can abuse."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from pipelines.alerts import memory, slack, telling, webhook
from pipelines.alerts.finding import found
from pipelines.alerts.memory import Alert
from pipelines.status.shapes import Status, Trouble
from pipelines.wording.alerts import NEXT_STEPS, OVER, TITLES
from tests.loopback import Mirror, page, serving, status
from warehouse.home import Home
from warehouse.schemas import table

NOW = datetime(2026, 8, 23, 4, tzinfo=UTC)
TAKEN = page(b"ok", "text/plain")
MEASURED = ("core.prices", "core.capabilities", "core.benchmark_results", "mart.monthly_costs")


def trouble(nights: int, state: str = "failing", source_id: str = "acme_pricing") -> Trouble:
    return cast(
        Trouble,
        {
            "source_id": source_id,
            "state": state,
            "since_at": "2026-08-20T23:00:00Z",
            "nights": nights,
            "last_night_on": "2026-08-22",
            "last_ok_at": None,
            "error": "acme.example answered 503",
            "url": "https://acme.example/pricing",
        },
    )


def figures(outcome: str = "unchanged", *in_trouble: Trouble, **more: Any) -> Status:
    return cast(
        Status,
        {
            "run_id": "run-1",
            "as_of": "2026-08-22T23:00:00Z",
            "began_at": "2026-08-23T03:00:00Z",
            "outcome": outcome,
            "errors": [],
            "edition": "2026-08-22-b",
            "edition_before": "2026-08-22-b",
            "trouble": list(in_trouble),
            **more,
        },
    )


class Told:
    """A data folder, a receiver, and the nights that end there."""

    def __init__(self, home: Home, mirror: Mirror) -> None:
        self.home, self.mirror = home, mirror
        self.log: list[str] = []

    def after(self, status: Status, *, may_send: bool = True) -> list[str]:
        """The headlines of what a night's end sent."""
        before = len(self.mirror.asked)
        telling.tell(self.home, status, may_send=may_send, log=self.log.append)
        return [json.loads(each.body)["text"] for each in self.mirror.asked[before:]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    with serving({"/hook": TAKEN}) as mirror:
        monkeypatch.setenv(webhook.VARIABLE, f"{mirror.url}/hook")
        yield Told(Home(tmp_path), mirror)


class TestOnce:
    def test_a_source_is_told_of_after_some_nights_once_and_once_more_when_it_is_well(self, told: Told) -> None:
        assert told.after(figures("unchanged", trouble(2))) == []
        (text,) = told.after(figures("unchanged", trouble(3)))
        assert "acme_pricing has been failing for 3 nights: acme.example answered 503" in text
        assert "since 2026-08-20 23:00 UTC, <https://acme.example/pricing|open it>" in text
        assert f"Next: {NEXT_STEPS['source_failing']}" in text
        assert told.after(figures("unchanged", trouble(4))) == []
        (text,) = told.after(figures("unchanged"))
        assert text.startswith("*Almanac: 1 over*")
        assert OVER["source_failing"] in text
        assert told.after(figures("unchanged")) == []

    def test_a_failed_night_ends_no_alert_of_a_source_and_is_told_once_until_a_night_ends_well(
        self, told: Told
    ) -> None:
        told.after(figures("unchanged", trouble(3)))
        (text,) = told.after(figures("failed", errors=["core/offers schema: the key repeats"]))
        assert "core/offers schema: the key repeats\n• Edition 2026-08-22-b stands." in text
        assert "run run-1" in text
        assert told.after(figures("failed", errors=["another reason"])) == []
        assert told.after(figures("interrupted")) == []
        (text,) = told.after(figures("unchanged", trouble(4)))
        assert text.startswith("*Almanac: 1 over*")
        assert OVER["run_failed"] in text

    def test_a_source_that_gets_worse_is_told_again_and_one_that_gets_better_is_not_well_yet(self, told: Told) -> None:
        assert len(told.after(figures("unchanged", trouble(3, "partial")))) == 1
        (text,) = told.after(figures("unchanged", trouble(4, "failing")))
        assert text.startswith("*Almanac: 1 alert*")
        (text,) = told.after(figures("unchanged", trouble(5, "partial")))
        assert text.startswith("*Almanac: 1 over*")
        assert OVER["source_failing"] in text
        (text,) = told.after(figures("unchanged"))
        assert OVER["source_partial"] in text

    def test_what_nobody_took_is_sent_by_the_next_night(self, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        told.mirror.answers["/hook"] = [status(404), TAKEN]
        told.after(figures("unchanged", trouble(3)))
        assert told.log == ["alerts wait for the next night: the webhook did not take it: it answered 404 (1 attempt)"]
        assert [bool(each.told_at) for each in memory.read(told.home)] == [False]
        (text,) = told.after(figures("unchanged", trouble(4)))
        assert "for 4 nights" in text
        assert told.after(figures("unchanged", trouble(5))) == []

    def test_what_was_over_before_anybody_heard_of_it_is_never_told(self, told: Told) -> None:
        assert told.after(figures("unchanged", trouble(3)), may_send=False) == []
        assert told.after(figures("unchanged")) == []
        assert memory.read(told.home) == []

    def test_a_night_that_opens_no_socket_sends_nothing(self, told: Told) -> None:
        told.after(figures("failed", errors=["the disk is full"]), may_send=False)
        assert told.mirror.asked == []
        assert len(told.after(figures("failed", errors=["the disk is full"]))) == 1

    def test_without_a_webhook_alerts_stand_and_nothing_is_said(
        self, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(webhook.VARIABLE)
        assert told.after(figures("failed", errors=["the disk is full"])) == []
        assert (told.log, [each.kind for each in memory.read(told.home)]) == ([], ["run_failed"])

    def test_news_that_nobody_could_be_told_is_forgotten_one_day(self) -> None:
        happened = Alert("prices_jumped", "prices_jumped/e", ["GPT-5: $1 → $9"], "2026-08-22T23:00:00Z", "look")
        (waits,) = memory.settled([], [happened], NOW)
        later = NOW + timedelta(days=memory.limits()["days_remembered"] + 1)
        fewer = replace(waits, kind="coverage_dropped", key="coverage_dropped/offers", told_at=waits.found_at)
        fails = replace(waits, kind="source_failing", key="source_failing/acme", told_at=waits.found_at)
        remembered = [waits, fewer, fails, replace(fails, over_at=waits.found_at)]
        assert memory.still_news(remembered, NOW + timedelta(days=1)) == remembered
        assert memory.still_news(remembered, later) == [fails]

    def test_a_full_disk_is_told_of_though_nothing_can_be_remembered(
        self, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(memory, "put", full)
        assert len(told.after(figures("failed", errors=["No space left on device"]))) == 1
        assert set(told.log) == {"how the night went could not be kept: OSError", "told: run_failed"}

    def test_a_memory_that_cannot_be_read_is_begun_anew(self, told: Told) -> None:
        (told.home.root / memory.FILE).write_text('{"alerts": [{"kind": "run_failed"')
        assert len(told.after(figures("failed", errors=["the disk is full"]))) == 1

    def test_the_address_of_the_webhook_is_never_written_down(self, told: Told) -> None:
        told.after(figures("failed", errors=[f"could not post to {told.mirror.url}/hook"]))
        assert f"{told.mirror.url}/hook" not in (told.home.root / memory.FILE).read_text()


Rows = dict[str, list[dict[str, Any]]]

EDITION: Rows = {
    "core.models": [{"model_id": each, "is_listed": True} for each in ("gpt-5", "gpt-5-zeta")],
    "core.offers": [{"offer_id": f"openai/{each}"} for each in ("gpt-5", "gpt-5-zeta")],
    "core.model_redirects": [],
}


class TestFound:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Home:
        return Home(tmp_path)

    def edition(self, home: Home, edition_id: str, prices: list[dict[str, Any]] | None = None, **tables: Any) -> str:
        """As much of an edition as alerts are found in; tables are as declared, and empty but for these rows."""
        folder = home.editions / edition_id
        folder.mkdir(parents=True)
        (folder / "changes.json").write_text(json.dumps({"prices": prices or []}))
        rows = {**EDITION, **{f"core.{name}": found for name, found in tables.items()}}
        with duckdb.connect() as connection:
            for schema in ("core", "mart"):
                connection.execute(f"create schema {schema}")
            for name in (*MEASURED, *EDITION):
                columns = ", ".join(f'"{each.name}" {each.kind}' for each in table(name).columns)
                connection.execute(f"create or replace table {name} ({columns})")
                for row in rows.get(name, []):
                    places = ", ".join("?" * len(row))
                    connection.execute(f"insert into {name} ({', '.join(row)}) values ({places})", [*row.values()])
                connection.execute(f"copy {name} to '{folder / name}.parquet' (format parquet)")
        return edition_id

    def alerts(self, home: Home, old: str, new: str, *remembered: Alert) -> dict[str, list[str]]:
        of_night = figures("published", edition=new, edition_before=old)
        return {each.key: each.what for each in found(home, of_night, remembered).alerts}

    def price(self, old: float, new: float, **more: Any) -> dict[str, Any]:
        return {
            "offer_id": "openai/gpt-5",
            "meter": "input",
            "unit": "mtok",
            "currency": "USD",
            "condition": "",
            "old_amount": old,
            "new_amount": new,
            "ratio": new / old if old else None,
            "is_confirmed": True,
            "model_name": "GPT-5",
            "provider_name": "OpenAI",
            "via": None,
            **more,
        }

    def test_a_confirmed_price_that_jumps_is_named_the_widest_jump_first(self, home: Home) -> None:
        old = self.edition(home, "1")
        jumps = [self.price(1.25, 3), self.price(0.25, 0.1), self.price(0, 2), self.price(3, 0)]
        more = [self.price(1, 2, offer_id=f"openai/gpt-{each}") for each in range(3)]
        quiet = [self.price(1.25, 2.4), self.price(1, 9, is_confirmed=False)]
        new = self.edition(home, "2", [*quiet, *jumps, *more])
        assert self.alerts(home, old, new) == {
            "prices_jumped/2": [
                f"GPT-5 at OpenAI, input per million tokens: {how}"
                for how in ("$0 → $2", "$3 → $0", "$0.25 → $0.10 (60% lower)", "$1.25 → $3 (2.4 times as much)")
            ]
            + ["GPT-5 at OpenAI, input per million tokens: $1 → $2 (2 times as much)", "and 2 more prices"]
        }

    def test_coverage_that_drops_stands_until_it_is_back(self, home: Home) -> None:
        whole, half = self.edition(home, "1"), self.edition(home, "2", offers=EDITION["core.offers"][:1])
        still, again = self.edition(home, "3", offers=EDITION["core.offers"][:1]), self.edition(home, "4")
        fewer = ["offers: 2 → 1 (50% fewer)"]
        assert self.alerts(home, whole, half) == {"coverage_dropped/offers": fewer}
        assert self.alerts(home, half, still) == {}
        standing = Alert("coverage_dropped", "coverage_dropped/offers", [], "", "", level=2)
        assert self.alerts(home, half, still, standing) == {"coverage_dropped/offers": fewer}
        assert self.alerts(home, still, again, standing) == {}

    def test_a_published_id_that_moves_is_told_with_where_it_leads(self, home: Home) -> None:
        def redirects(to: str | None, *, also: str = "never-published") -> list[dict[str, Any]]:
            return [
                {"model_id": "gpt-5-zeta", "redirects_to": to, "reason": "its names are read anew"},
                {"model_id": also, "redirects_to": "gpt-5", "reason": "written down by a person"},
            ]

        old, moved = self.edition(home, "1"), self.edition(home, "2", model_redirects=redirects("gpt-5"))
        still, lost = (self.edition(home, f"{n}", model_redirects=redirects(to)) for n, to in ((3, "gpt-5"), (4, None)))
        said = "gpt-5-zeta leads to {} (its names are read anew)"
        assert self.alerts(home, old, moved) == {"ids_moved/2": [said.format("gpt-5")]}
        assert self.alerts(home, moved, still) == {}
        assert self.alerts(home, still, lost) == {"ids_moved/4": [said.format("no model")]}

    def test_an_edition_of_another_shape_gives_no_alert_and_no_error(self, home: Home) -> None:
        old, new = self.edition(home, "1"), self.edition(home, "2", offers=[])
        (home.editions / old / "core.model_redirects.parquet").unlink()
        (home.editions / old / "core.offers.parquet").unlink()
        assert self.alerts(home, old, new) == {}

    @pytest.mark.parametrize(
        ("base", "link"),
        [
            ("", "run run-1"),
            ("https://almanac.example/", "https://almanac.example/runs/run-1"),
            ("nowhere", "run run-1"),
        ],
    )
    def test_a_failed_night_leads_to_its_run_where_the_ui_has_an_address(
        self, home: Home, monkeypatch: pytest.MonkeyPatch, base: str, link: str
    ) -> None:
        monkeypatch.setenv("ALMANAC_UI_URL", base)
        (alert,) = found(home, figures("failed", errors=["full"]), []).alerts
        assert alert.link == link


class TestMessage:
    def alert(self, *what: str, **more: Any) -> Alert:
        return replace(Alert("prices_jumped", "prices_jumped/e", [*what], "2026-08-22T23:00:00Z", "look & see"), **more)

    def test_a_name_marks_nothing_links_nothing_and_calls_nobody(self) -> None:
        hostile = "<!channel> & <https://evil.example|GPT-5> @here\x1b[31m\n*Almanac: all is well*"
        sent = slack.alerts_message([self.alert(hostile)])
        for text in (sent["text"], sent["blocks"][1]["text"]["text"]):
            assert "&lt;!channel&gt; &amp; &lt;https://evil.example|GPT-5&gt;" in text
            assert "@here" not in text
            assert "\x1b" not in text
            assert "\n*Almanac: all is well*" not in text
            assert "Next: look &amp; see" in text
        assert all(each["text"]["verbatim"] for each in sent["blocks"])

    @pytest.mark.parametrize("link", ["https://a.example/x y", "javascript:alert(1)", "https://a.example/<!channel>"])
    def test_what_is_no_plain_address_is_text(self, link: str) -> None:
        (_, block) = slack.alerts_message([self.alert("x", link=link)])["blocks"]
        assert "|open it>" not in block["text"]["text"]
        assert "<" not in block["text"]["text"]

    def test_a_message_is_never_larger_than_a_receiver_takes(self) -> None:
        many = [self.alert(*["<" * 900] * 9, key=str(each)) for each in range(40)]
        sent = slack.alerts_message(many)
        (_, block) = sent["blocks"]
        assert len(block["text"]["text"]) < 3_000
        assert "and 39 more: `almanac status`" in block["text"]["text"]
        assert not any(line.rstrip("…").endswith(("&", "&l", "&lt")) for line in block["text"]["text"].splitlines())

    def test_alerts_of_one_kind_are_one_part_and_what_is_over_comes_last(self) -> None:
        two = [self.alert("one", key="1"), self.alert("other", key="2")]
        over = Alert("run_failed", "run_failed", ["full"], "2026-08-21T03:00:00Z", "", over_at="2026-08-22T04:00:00Z")
        head, jumped, well = (each["text"]["text"] for each in slack.alerts_message([over, *two])["blocks"])
        assert head == "*Almanac: 2 alerts, 1 over*"
        assert jumped.count(TITLES["prices_jumped"]) == jumped.count("Next: ") == 1
        assert "• one\n" in jumped
        assert well == f"*{OVER['run_failed']}*\n• full\n    from 2026-08-21 03:00 UTC to 2026-08-22 04:00 UTC"

    def test_every_kind_has_its_words(self) -> None:
        assert set(TITLES) == set(NEXT_STEPS) == set(memory.KINDS)
        assert set(OVER) == memory.LASTING
