"""Nights of a small world killed with ``kill -9`` at random points, by time and by what they are about to do.

Unattended: it makes data folders of its own in the temporary folder, kills nights in them, looks at everything readers
may open after each kill, and lets every few kills be followed by a night that lives: what that publishes must be, byte
for byte, what an undisturbed data folder publishes. Some data folders begin empty, the others with one night published.

Exit status: 0 nothing was ever torn and every data folder healed; 1 otherwise, with what and where.
"""

import argparse
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

# As in the tests: a site and a thousand pairs would be most of a small night.
os.environ |= {"ALMANAC_SITE": "0", "ALMANAC_PAIRS": "60"}

from pipelines.night.progress import Stage
from tests.end_to_end.kills import PLACES, torn, unlike
from tests.end_to_end.nights import (
    FIRST,
    FORKS,
    SECOND,
    before_each_call,
    night,
    night_apart,
    quick_on,
    small_sources,
    small_world,
)
from tests.end_to_end.world_changes import a_price_changes
from warehouse import database
from warehouse.home import Home

PATIENCE = 900
"""Seconds a night may take on a machine that does other work too."""

STAGES = ("begin", "fetch", "read", "follow", "fold", "tables", "checks", "publish")
SOON = 0.03
"""About so many seconds after it has begun a thing is half done."""


@dataclass(frozen=True)
class Undisturbed:
    """A night that nobody killed: what it began with (None: nothing), where it is, how long it took, what it called."""

    begun_with: Home | None
    home: Home
    seconds: float
    calls: dict[str, int]


@dataclass
class Told:
    """What came of it; `torn` and `sick` have a line for each thing that is wrong."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    lived: int = 0
    healed: int = 0
    torn: list[str] = field(default_factory=list)
    sick: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """Where a night is killed: before its nth call of a place, so long after, or so long after its beginning."""

    place: str = ""
    turn: int = 1
    seconds: float | None = 0.0

    def __str__(self) -> str:
        if not self.place:
            return f"{self.seconds:.2f} s after it began"
        return f"{self.place} {self.turn}" + ("" if self.seconds is None else f", {self.seconds * 1000:.0f} ms later")


def points(chance: random.Random, of: Undisturbed) -> Iterator[Point]:
    """Half of them any moment of the night; the others a place, just before it or in the middle of it."""
    while True:
        yield Point(seconds=chance.uniform(0, of.seconds))
        place = chance.choice(sorted(of.calls))
        yield Point(place, chance.randint(1, of.calls[place]), chance.choice((None, chance.expovariate(1 / SOON))))


def to_be_killed(root: Path, mirror: str, point: Point, reached: Event, stage: Any) -> None:
    """A night as a child runs it until it is killed; it says when it has come to its point, and in which stage."""

    def heard(news: object) -> None:
        if isinstance(news, Stage) and news.name in STAGES:
            stage.value = STAGES.index(news.name)

    turns = itertools.count(1)

    def come() -> None:
        if next(turns) == point.turn:
            reached.set()
            if point.seconds is None:
                threading.Event().wait()

    if point.place:
        before_each_call(PLACES[point.place], come)
    else:
        reached.set()
    with small_sources(), quick_on(mirror):
        assert night(Home(root), SECOND, told=heard).errors == []


def counted(root: Path, mirror: str, as_of: datetime, to: Path) -> None:
    """A night nobody kills; how long it took and how often it called each place is in the file `to`."""
    calls: Counter[str] = Counter()
    for name, place in PLACES.items():
        before_each_call(place, lambda name=name: calls.update([name]))
    began = time.monotonic()
    night_apart(root, mirror, as_of)
    to.write_text(json.dumps({"seconds": time.monotonic() - began, "calls": calls}), encoding="utf-8")


def undisturbed(folder: Path, mirror: str, begun_with: Home | None) -> Undisturbed:
    folder.mkdir()
    home, to = data_folder(folder / "home", begun_with), folder / "calls.json"
    run(counted, home.root, mirror, SECOND, to)
    found = json.loads(to.read_text(encoding="utf-8"))
    return Undisturbed(begun_with, home, found["seconds"], found["calls"])


def data_folder(root: Path, begun_with: Home | None) -> Home:
    if begun_with:
        copytree(begun_with.root, root, symlinks=True)
    return Home(root)


def run(work: Any, *given: Any) -> int | None:
    process = FORKS.Process(target=work, args=given)
    process.start()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode


def killed(home: Home, mirror: str, point: Point) -> tuple[str | None, list[str]]:
    """Kill one night there, an analyst reading: the stage it died in (None: it lived), and what is torn then."""
    reached, stage = FORKS.Event(), FORKS.Value("i", 0)
    process = FORKS.Process(target=to_be_killed, args=(home.root, mirror, point, reached, stage))
    process.start()
    reads = database.opened(home.warehouse, read_only=True) if home.warehouse.exists() else nullcontext()
    with reads as reader:
        while not reached.wait(0.05) and process.is_alive():
            pass
        process.join(point.seconds or 0)
        process.kill()
        process.join()
        if reader:
            reader.sql("select sum(hash(prices)) from core.prices as prices").fetchall()
    was_killed = process.exitcode == -signal.SIGKILL
    found = torn(home)
    if not was_killed and process.exitcode:
        found.append(f"the night itself failed with {process.exitcode}")
    return STAGES[stage.value] if was_killed else None, found


def a_round(number: int, kills: int, folder: Path, mirror: str, of: Undisturbed, seed: int, told: Told) -> None:
    """So many kills in one data folder, then a night that lives, whose edition is the undisturbed one's."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 (no secret hangs on where a night dies)
    home, done = data_folder(folder / f"{number}", of.begun_with), 0
    for point in points(chance, of):
        stage, wrong = killed(home, mirror, point)
        told.torn += [f"round {number}, {point}, {stage or 'it lived'}: {each}" for each in wrong]
        if stage:
            told.kills[stage, "by place" if point.place else "by time"] += 1
            done += 1
        else:
            told.lived += 1
        if done == kills:
            break
    status = run(night_apart, home.root, mirror, SECOND)
    wrong = [f"status {status}"] if status else [*torn(home), *unlike(home, of.home)]
    told.sick += [f"round {number}: {each}" for each in wrong]
    told.healed += not wrong
    print(f"round {number}: {kills} kills, {'healed' if not wrong else '; '.join(wrong)}", flush=True)
    if not wrong:
        rmtree(home.root)


def table(told: Told) -> Iterator[str]:
    yield f"{'stage':<10}{'by time':>9}{'by place':>10}"
    for stage in STAGES:
        yield f"{stage:<10}{told.kills[stage, 'by time']:>9}{told.kills[stage, 'by place']:>10}"
    yield f"kills {told.kills.total()}, nights that ended before they were killed {told.lived}"
    rounds = told.healed + len({each.partition(":")[0] for each in told.sick})
    yield f"torn {len(told.torn)}, healed {told.healed} of {rounds}"
    yield from (*told.torn, *told.sick)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--round", type=int, default=10, help="kills before a night that lives")
    options.add_argument("--lanes", type=int, default=2, help="data folders at work at once")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311
    asked = options.parse_args()
    folder, told = Path(tempfile.mkdtemp(prefix="kills")), Told()
    print(f"seed {asked.seed}, data folders in {folder}", flush=True)
    first = Home(folder / "first")
    with small_world() as world:
        run(night_apart, first.root, world.url, FIRST)
        a_price_changes(world)
        begun = [undisturbed(folder / name, world.url, home) for name, home in (("one", first), ("none", None))]
        rounds = [min(asked.round, asked.kills - done) for done in range(0, asked.kills, asked.round)]
        with ThreadPoolExecutor(asked.lanes) as lanes:
            waited = [
                lanes.submit(a_round, number, kills, folder, world.url, begun[number % 4 == 3], asked.seed, told)
                for number, kills in enumerate(rounds)
            ]
        for each in waited:
            each.result()
    print("\n".join(table(told)), flush=True)
    if told.torn or told.sick:
        return 1
    rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
