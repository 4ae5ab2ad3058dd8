"""Recorded nights, one after another in one data folder, and what each found: ``docs/nights.md``.

``make nights`` replays the days the recorded documents beside the checkout cover, each by a process of its own as the
schedule would start it, without the site and with few pairs, so that a night costs what reading and building cost.
``python -m bench.nights DATA_FOLDER`` keeps the folder and goes on from the day after its newest night.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.end_to_end.recorded_world import move, replaying
from warehouse.home import Home

PAGE = Path(__file__).resolve().parents[1] / "docs" / "nights.md"

FIRST, LAST = date(2026, 7, 21), date(2026, 8, 22)

SMALL = {"ALMANAC_SITE": "0", "ALMANAC_PAIRS": "60"}

WAYS = {"ok": "new", "unchanged": "the same", "not_modified": "not modified"}
"""Outcomes that are counted one by one, in the page's words; the others are addresses of which nothing is recorded."""


def nights(home: Home, first: date = FIRST, last: date = LAST) -> Iterator[Mapping[str, Any]]:
    """The figures of each night (``status.json``) as it ends. CalledProcessError where one fails."""
    newest = _newest(home)
    day = max(first, newest + timedelta(days=1)) if newest else first
    with replaying(_evening(day)) as mirror:
        while day <= last:
            move(mirror, _evening(day))
            told = {**SMALL, "ALMANAC_HOME": str(home.root), "ALMANAC_MIRROR": mirror}
            subprocess.run(  # noqa: S603  this very program
                [sys.executable, "-m", "pipelines.cli", "refresh", "--as-of", _evening(day).isoformat()],
                env={**os.environ, **told},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            figures = _figures(home)
            (home.root / "nights").mkdir(exist_ok=True)
            (home.root / "nights" / f"{day}.json").write_text(json.dumps(figures), encoding="utf-8")
            yield figures
            day += timedelta(days=1)


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, tzinfo=UTC)


def _newest(home: Home) -> date | None:
    kept = sorted((home.root / "nights").glob("*.json"))
    return date.fromisoformat(kept[-1].stem) if kept else None


def _figures(home: Home) -> dict[str, Any]:
    """What a night left: its figures, and of its edition what of the prices changed."""
    figures: dict[str, Any] = json.loads((home.root / "status.json").read_text(encoding="utf-8"))
    account: dict[str, Any] = {}
    if figures["outcome"] == "published":
        account = json.loads((home.latest / "changes.json").read_text(encoding="utf-8"))
    prices = account.get("prices", [])
    return figures | {"moved": len(prices), "models_new": len(account.get("models_appeared", []))}


def page(told: Iterable[Mapping[str, Any]]) -> str:
    """``docs/nights.md``."""
    return "\n".join(_lines(list(told)))


def _lines(told: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "# Recorded nights"
    yield ""
    yield "Made by `make nights` from recorded documents; change `bench/nights.py`, not this page. Every night goes on"
    yield "from the last one; the sources are recorded on some days and stand still on the others. Without the site and"
    yield "with 60 pairs. Prices that changed are those of the edition's `changes.json`, since the edition before; gaps"
    yield "are those that opened and closed since then. Where nothing is recorded the answer is 404, every night."
    yield "Seconds are those somebody waited; the machine did other work on many of the nights."
    yield ""
    yield f"{len(told)} nights, {sum(each['outcome'] == 'published' for each in told)} editions, none failed."
    yield ""
    ways = [f"documents {way}" for way in WAYS.values()]
    columns = ["night", *ways, "outcome", "prices changed", "models new", "gaps opened", "gaps closed", "seconds", "MB"]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for each in told:
        outcomes = each["documents"]["outcomes"]
        cells = (
            each["as_of"][:10],
            *(f"{outcomes.get(way, 0):,}" for way in WAYS),
            each["outcome"],
            f"{each['moved']:,}",
            f"{each['models_new']:,}",
            *(_counted(each["gaps"][way]) for way in ("opened", "closed")),
            f"{each['seconds']:.0f}",
            f"{each['peak_memory_bytes'] / 1e6:,.0f}",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _counted(kinds: Mapping[str, int] | None) -> str:
    """Gaps of all kinds; empty on a night with nothing before it to compare with."""
    return "" if kinds is None else f"{sum(kinds.values()):,}"


def main(asked: list[str]) -> None:
    with tempfile.TemporaryDirectory() as scratch, nullcontext(Home(Path(asked[0] if asked else scratch))) as home:
        for figures in nights(home):
            print(figures["as_of"], figures["outcome"], f"{figures['seconds']:.0f} s", flush=True)
        kept = sorted((home.root / "nights").glob("*.json"))
        PAGE.write_text(page(json.loads(each.read_text("utf-8")) for each in kept), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
