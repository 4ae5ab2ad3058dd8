"""The market of one recorded day from its snapshots alone, and again after nothing, ten prices or one source changed.

Each run is a process of its own over the same data folder, as ``almanac reparse`` is, with the pairs and the site that
the environment asks for; nobody is asked. Seconds are those of the processor, of every process. A run is shown as a
part of the one from nothing, and so are its parts: reading, building with its checks and Dagster's record, publishing.

``python -m bench.market``, part of ``make bench`` where documents are recorded beside the checkout
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.graph.by_hand import run_reparse
from pipelines.night.progress import Stage
from tests import recorded
from tests.end_to_end.recorded_world import replaying
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home

DAY = datetime(2026, 8, 20, 21, tzinfo=UTC)

CATALOGUE = "openrouter_models"
"""The source whose prices change, in its recorded bodies as on our orders."""

PARTS = {
    "read": "reading",
    "follow": "reading",
    "fold": "building",
    "tables": "building",
    "checks": "building",
    "publish": "publishing",
    "site": "publishing",
}
"""Stage of a night → the part of a run it is shown in; what comes before and after is starting and ending."""


def costs() -> Iterator[str]:
    """A line for each run; nothing where no documents are recorded."""
    if not recorded.index():
        yield "no documents are recorded beside this checkout"
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        _night(home)
        _forget(home)
        whole = _alone(home)
        yield _line("from nothing", whole, whole)
        yield _line("nothing changed", _alone(home), whole)
        _change_ten_prices(home, DAY + timedelta(hours=1))
        yield _line("ten prices changed", _alone(home), whole)
        _take_the_body_before(home, DAY + timedelta(hours=2))
        yield _line("one source changed", _alone(home), whole)


def run(home: Home) -> dict[str, Any]:
    """One run in this process: the seconds of its parts, by the clock too, and the most memory it held."""
    spent: dict[str, float] = defaultdict(float)
    part, since = "starting and ending", 0.0

    def told(news: object) -> None:
        nonlocal part, since
        now = _processor()
        spent[part] += now - since
        part, since = PARTS[news.name] if isinstance(news, Stage) else "starting and ending", now

    began = time.monotonic()
    result = run_reparse(home, told=told)
    assert result.success, result.errors
    told(None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"parts": dict(spent), "clock": time.monotonic() - began, "memory": memory}


def _processor() -> float:
    return sum(os.times()[:4])


def _alone(home: Home) -> dict[str, Any]:
    began = time.monotonic()
    told = subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "-m", "bench.market", "--json", str(home.root)], check=True, capture_output=True, text=True
    )
    return {**json.loads(told.stdout), "clock": time.monotonic() - began}


def _line(name: str, told: dict[str, Any], whole: dict[str, Any]) -> str:
    seconds, of = sum(told["parts"].values()), sum(whole["parts"].values())
    parts = ", ".join(
        f"{part} {spent:.1f} ({spent / whole['parts'][part]:.0%})" for part, spent in sorted(told["parts"].items())
    )
    return (
        f"{name}: {seconds / of:.0%} ({seconds:.1f} s of processor, {told['clock']:.1f} by the clock,"
        f" at most {told['memory'] / 1e9:.2f} GB; {parts})"
    )


def _night(home: Home) -> None:
    """The documents of the day, asked for as a night asks."""
    with replaying(DAY) as mirror:
        subprocess.run(  # noqa: S603  this very program
            [sys.executable, "-m", "pipelines.cli", "refresh", "--as-of", DAY.isoformat()],
            env={**os.environ, "ALMANAC_HOME": str(home.root), "ALMANAC_MIRROR": mirror, "ALMANAC_SITE": "0"},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _forget(home: Home) -> None:
    """Leave the evidence alone: what was answered, and when."""
    for each in home.root.iterdir():
        if each not in (home.ledger, home.snapshots):
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()


def _change_ten_prices(home: Home, when: datetime) -> None:
    """Ten input prices of the catalogue are seven per cent higher from now on."""
    told = _newest(home)
    body, changed = re.subn(
        rb'("prompt": ?")([0-9.]*[1-9][0-9.]*)"',
        lambda found: b'%s%.9f"' % (found[1], float(found[2]) * 1.07),
        Snapshots(home.snapshots).read(told["sha256"]),
        count=10,
    )
    assert changed == 10, f"{CATALOGUE} is written otherwise than it was"
    _answered(home, when, told, body)


def _take_the_body_before(home: Home, when: datetime) -> None:
    """The catalogue says what it said on the recorded day before."""
    told = _newest(home)
    earlier = [each for each in recorded.index()[told["url"]] if each.recorded_on < f"{DAY:%Y-%m-%d}"]
    _answered(home, when, told, earlier[-1].document.body)


def _newest(home: Home) -> dict[str, Any]:
    return [row for row in Ledger(home.ledger, "").rows() if row["source_id"] == CATALOGUE and row["sha256"]][-1]


def _answered(home: Home, when: datetime, told: dict[str, Any], body: bytes) -> None:
    again = {"fetch_id": f"bench-{when:%H}", "started_at": when, "finished_at": when}
    Ledger(home.ledger, f"bench-{when:%H}").record({**told, **again, "sha256": Snapshots(home.snapshots).keep(body)})


def main() -> int:
    """``--json FOLDER`` is one run, for the lines of the others."""
    if sys.argv[1:2] == ["--json"]:
        print(json.dumps(run(Home(Path(sys.argv[2])))))
        return 0
    for line in costs():
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
