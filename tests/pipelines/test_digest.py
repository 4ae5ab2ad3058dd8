"""The weekly digest: one account over the week, in the same words in the terminal and to the webhook."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.alerts import webhook
from pipelines.alerts.slack import digest_message, escaped
from pipelines.answers.asking import Unclear
from pipelines.answers.digest import digest
from pipelines.cli import main
from pipelines.graph.digest import digest_on_monday, weekly_digest
from pipelines.wording.digest import headline, sections
from tests.loopback import Mirror, page, serving, status
from tests.pipelines.editions import made_of, published
from tests.warehouse.world import World, night, priced
from warehouse.home import Home


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Editions of the first, the sixth and the twelfth: a price that goes up and comes back, and one that stays."""
    world = World(tmp_path_factory.mktemp("world"))
    seller = world.seller("openai", "maker")
    for day, blip, stays in ((1, "1.25", "0.25"), (6, "1.50", "0.25"), (12, "1.25", "0.10")):
        seller.says(night(day), priced("gpt-5", blip, "10"), priced("gpt-5-mini", stays, "2"))
        with made_of("tables", "changes"):
            published(world, world.home)
    return world.home


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    with serving({"/hook": page(b"ok", "text/plain")}) as mirror:
        monkeypatch.setenv(webhook.VARIABLE, f"{mirror.url}/hook")
        yield mirror


def prices(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (each["offer_id"], f"{each['old_amount']:f}", f"{each['new_amount']:f}") for each in found["changes"]["prices"]
    ]


def test_the_week_is_laid_beside_its_first_day_and_not_summed_up(week: Home) -> None:
    of_all = digest(week, since=date(2026, 1, 3))
    assert [each.strip("0") for _, *amounts in prices(of_all) for each in amounts] == [".25", ".1"]
    assert f"{of_all['since']:%Y-%m-%d}" == "2026-01-01"
    assert len(digest(week, since=date(2026, 1, 7))["changes"]["prices"]) == 2


def test_by_default_it_goes_back_seven_days_from_the_newest_edition(week: Home) -> None:
    found = digest(week)
    assert (f"{found['since']:%Y-%m-%d}", f"{found['as_of']:%Y-%m-%d}") == ("2026-01-01", "2026-01-12")
    assert headline(found) == f"The catalogue from 2026-01-01 to 2026-01-12: edition {found['edition_id']}"


def test_before_anything_is_published_there_is_no_digest(tmp_path: Path) -> None:
    with pytest.raises(Unclear, match="nothing has been published yet"):
        digest(Home(tmp_path))


def test_the_terminal_and_the_webhook_say_the_same(
    week: Home, receiver: Mirror, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(week.root))
    with pytest.raises(SystemExit) as ended:
        main(["digest", "--send"])
    assert not ended.value.code
    printed, (sent,) = capsys.readouterr().out, receiver.asked
    text = json.loads(sent.body)["text"]
    said = [line for title, lines in sections(digest(week)) for line in (title, *lines)]
    assert "gpt-5-mini at OpenAI, input per million tokens: $0.25 → $0.10 (60% lower)" in "\n".join(said)
    assert [line for line in said if line not in printed] == []
    assert [line for line in said if escaped(line) not in text] == []


def test_what_nobody_takes_is_one_line_and_status_1(
    week: Home, receiver: Mirror, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(week.root))
    receiver.answers["/hook"] = [status(404)]
    with pytest.raises(SystemExit) as ended:
        main(["digest", "--send", "--json"])
    said = capsys.readouterr()
    assert (ended.value.code, json.loads(said.out)["since"]) == (1, "2026-01-01T02:00:00Z")
    assert said.err == "almanac: the webhook did not take it: it answered 404 (1 attempt)\n"
    monkeypatch.setenv("ALMANAC_OFFLINE", "1")
    with pytest.raises(SystemExit) as ended:
        main(["digest", "--send", "--json"])
    assert ended.value.code == 2
    assert len(receiver.asked) == 1


def test_the_schedule_sends_it_where_there_is_somebody_to_send_it_to(
    week: Home, receiver: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(week.root))
    monday = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 12, 7, tzinfo=UTC))
    request = digest_on_monday(monday)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "2026-01-12"
    assert weekly_digest.execute_in_process().success
    assert [json.loads(each.body) for each in receiver.asked] == [json.loads(json.dumps(digest_message(digest(week))))]
    receiver.answers["/hook"] = [status(410)]
    failed = weekly_digest.execute_in_process(raise_on_error=False)
    assert not failed.success
    monkeypatch.delenv(webhook.VARIABLE)
    assert isinstance(digest_on_monday(monday), dg.SkipReason)
