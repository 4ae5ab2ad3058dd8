"""A night from the page to the receiver: what went wrong is told once, and nothing the receiver does costs the night."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pipelines.alerts import memory, webhook
from pipelines.definitions import defs
from pipelines.graph import by_hand, checks
from pipelines.graph.by_hand import SILENT
from pipelines.graph.instance import instance
from pipelines.status import keeping
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import SECOND, night
from tests.end_to_end.world_changes import OPENROUTER, edited
from tests.loopback import Mirror, page, serving, silence, status
from warehouse.checking.tables import Failure
from warehouse.home import Home

HOOK = "/services/T0SECRET/B1SECRET"
THIRD = SECOND + timedelta(days=1)

JUMPING = "openrouter_models"
"""The source whose price jumps; the other ones are not asked, and say what they said."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    with serving({HOOK: silence}) as mirror:
        monkeypatch.setenv(webhook.VARIABLE, mirror.url + HOOK)
        monkeypatch.setattr(webhook.send, "__defaults__", (2.0,))
        yield mirror


def a_price_jumps(world: World) -> None:
    def edit(listed: dict[str, Any]) -> None:
        (model,) = (each for each in listed["data"] if each["id"] == "openai/gpt-5.5")
        model["pricing"]["completion"] = "0.000075"

    world.says(OPENROUTER, edited(world.pages[OPENROUTER].body, edit))


def logged(home: Home, run_id: str) -> str:
    with instance(home) as kept:
        return "\n".join(each.message for each in kept.all_logs(run_id))


def test_a_receiver_that_says_nothing_costs_its_time_alone_and_hears_of_both_nights_later(
    world: World, home: Home, receiver: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_price_jumps(world)
    sending: list[float] = []
    real = webhook.send

    def timed(message: Any) -> None:
        begins = time.monotonic()
        try:
            real(message)
        finally:
            sending.append(time.monotonic() - begins)

    monkeypatch.setattr(webhook, "send", timed)
    result = night(home, SECOND, sources=[JUMPING])
    assert result.errors == []
    assert len(sending) == 1
    assert sending[0] < 10
    assert "alerts wait for the next night: the webhook did not take it" in logged(home, result.run_id)
    told = keeping.read(home)
    assert told
    assert (told["outcome"], told["price_changes"], told["run_id"]) == ("published", 1, result.run_id)
    assert [(each.kind, each.told_at) for each in memory.read(home)] == [("prices_jumped", "")]

    # The next night is started as the schedule starts it, and fails at its first table.
    receiver.answers[HOOK] = [status(500, Retry_After="0"), page(b"ok", "text/plain")]
    broken = Failure("raw.sources", "source_id", "the key <repeats>", 2, "acme")
    monkeypatch.setattr(checks, "failures", lambda *_, **__: iter([broken]))
    asked = {"home": str(home.root), "as_of": THIRD.isoformat()}
    before = len(receiver.asked)
    with instance(home) as kept:
        failed = defs.resolve_job_def("nightly").execute_in_process(
            run_config={"resources": {"refresh": {"config": asked}}, "loggers": SILENT},
            instance=kept,
            raise_on_error=False,
            asset_selection=by_hand._with_the_tables([JUMPING]),
        )
    assert not failed.success
    first, again = (json.loads(each.body) for each in receiver.asked[before:])
    assert first == again
    assert first["text"].startswith("*Almanac: 2 alerts*")
    assert "output per million tokens: $30 → $75 (2.5 times as much)" in first["text"]
    assert "the key &lt;repeats&gt;" in first["text"]
    assert f"• Edition {told['edition']} stands." in first["text"]
    assert "told: run_failed, prices_jumped/" in logged(home, failed.run_id)
    assert [(each.kind, bool(each.told_at)) for each in memory.read(home)] == [("run_failed", True)]

    holding = [path for path in home.root.rglob("*") if path.is_file() and b"T0SECRET" in path.read_bytes()]
    assert holding == []
