"""Nights of a small world killed with ``kill -9`` at random points, by time and by what they are about to do.

Unattended: it makes data folders of its own in the temporary folder, kills nights in them, looks at everything readers
may open after each kill, and lets every few kills be followed by a night that lives: what that publishes must be, byte
for byte, what an undisturbed data folder publishes. Some data folders begin empty, the others with one night published.
A third of the kills hit a publication alone, over a work file that is ready: most of what can tear is written there.

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
from shutil import copyfile, copytree, rmtree
from typing import Any

# As in the tests: a site and a thousand pairs would be most of a small night.
os.environ |= {"ALMANAC_SITE": "0", "ALMANAC_PAIRS": "60"}

from pipelines.graph import tables
from pipelines.graph.instance import instance
from pipelines.night.progress import Stage
from tests.end_to_end.kills import PLACES, torn, unlike
from tests.end_to_end.mirror import mirrored
from tests.end_to_end.nights import (
    FIRST,
    FORKS,
    SECOND,
    before_each_call,
    night,
    night_apart,
    pages,
    quick_on,
    small_sources,
)
from tests.end_to_end.world_changes import a_price_changes
from warehouse import database
from warehouse.home import Home, alone

PATIENCE = 1800
"""Seconds a night may take on a machine that does other work too."""

STAGES = ("begin", "fetch", "read", "follow", "fold", "tables", "checks", "publish")

SHARES = {"begin": 4, "fetch": 4, "read": 4, "follow": 3, "fold": 3, "tables": 4, "checks": 1, "publish": 1}
"""How often a stage is chosen to die in, against the others: more often where a night is soon there."""

SOON = 0.03
"""About so many seconds after it has begun a thing is half done."""

PUBLISH = "pipelines.graph.tables:publish"


@dataclass(frozen=True)
class Undisturbed:
    """A night that nobody killed: of which world and when, what it began with (None: nothing), and how it went.

    ready    its work file just before it was published
    seconds  stage → how long it took
    calls    place → how often it was called; `late` of them within the publication, but for Dagster's
    """

    mirror: str
    as_of: datetime
    begun_with: Home | None
    home: Home
    ready: Path
    seconds: dict[str, float]
    calls: dict[str, int]
    late: dict[str, int]


@dataclass
class Told:
    """What came of it; `torn` and `sick` have a line for each thing that is wrong."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    publications: int = 0
    lived: int = 0
    healed: int = 0
    torn: list[str] = field(default_factory=list)
    sick: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """Where a night is killed: so long after a stage began, or after the nth call of a place (None: just before it).

    publishes  the night is a publication alone
    """

    stage: str = ""
    place: str = ""
    turn: int = 1
    seconds: float | None = 0.0
    publishes: bool = False

    def __str__(self) -> str:
        after = "" if self.seconds is None else f", {self.seconds * 1000:.0f} ms later"
        return f"{self.stage or f'{self.place} {self.turn}'}{after}"


def points(chance: random.Random, of: Undisturbed) -> Iterator[Point]:
    """A third each: any moment of a stage, a place of a night before it publishes, a publication alone."""
    early = {place: calls for place, count in of.calls.items() if (calls := count - of.late.get(place, 0)) > 0}
    while True:
        (stage,) = chance.choices([*SHARES], [*SHARES.values()])
        yield Point(stage=stage, seconds=chance.uniform(0, of.seconds[stage]))
        yield _at_a_place(chance, early, publishes=False)
        if chance.random() < 0.3:
            yield Point(stage="publish", seconds=chance.uniform(0, of.seconds["publish"]), publishes=True)
        else:
            yield _at_a_place(chance, of.late, publishes=True)


def _at_a_place(chance: random.Random, calls: dict[str, int], *, publishes: bool) -> Point:
    place = chance.choice(sorted(calls))
    seconds = chance.choice((None, chance.expovariate(1 / SOON)))
    return Point(place=place, turn=chance.randint(1, calls[place]), seconds=seconds, publishes=publishes)


def to_be_killed(root: Path, mirror: str, as_of: datetime, point: Point, reached: Event, stage: Any) -> None:
    """A night as a child runs it until it is killed; it says when it has come to its point, and in which stage."""
    turns = itertools.count(1)

    def come() -> None:
        if next(turns) == point.turn:
            reached.set()
            if point.seconds is None:
                threading.Event().wait()

    def begins(name: str) -> None:
        stage.value = STAGES.index(name)
        if name == point.stage:
            reached.set()

    if point.place:
        before_each_call(PLACES[point.place], come)
    if point.publishes:
        begins("publish")
        with alone(Home(root)), instance(Home(root)) as kept:
            tables.publish(Home(root))
            tables.tidied(Home(root), kept, print)
        return
    begins("begin")
    with small_sources(), quick_on(mirror):
        result = night(Home(root), as_of, told=lambda news: begins(news.name) if isinstance(news, Stage) else None)
    assert result.errors == []


def counted(root: Path, mirror: str, as_of: datetime, folder: Path) -> None:
    """A night nobody kills; how it went, and its work file just before it is published, are in `folder`."""
    calls: Counter[str] = Counter()
    early: Counter[str] = Counter()
    began: dict[str, float] = {"begin": time.monotonic()}
    for name, place in PLACES.items():
        before_each_call(place, lambda name=name: calls.update([name]))

    def keep_the_work_file() -> None:
        early.update(calls)
        copyfile(Home(root).work_file, folder / "ready.duckdb")

    before_each_call(PUBLISH, keep_the_work_file)
    with small_sources(), quick_on(mirror):
        hear = lambda news: began.setdefault(news.name, time.monotonic()) if isinstance(news, Stage) else None  # noqa: E731
        assert night(Home(root), as_of, told=hear).errors == []
    ends = [*list(began.values())[1:], time.monotonic()]
    seconds = {stage: end - begin for (stage, begin), end in zip(began.items(), ends, strict=True)}
    late = {name: count for name, count in (calls - early).items() if "Dagster" not in name}
    told = {"seconds": seconds, "calls": calls, "late": late}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def undisturbed(folder: Path, mirror: str, as_of: datetime, begun_with: Home | None) -> Undisturbed:
    folder.mkdir()
    home = data_folder(folder / "home", begun_with)
    status = run(counted, home.root, mirror, as_of, folder)
    assert status == 0, f"a night nobody kills ended with {status}"
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return Undisturbed(mirror, as_of, begun_with, home, folder / "ready.duckdb", **told)


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


def killed(home: Home, of: Undisturbed, point: Point) -> tuple[str | None, list[str]]:
    """Kill one night there, an analyst reading: the stage it died in (None: it lived), and what is torn then."""
    if point.publishes:
        database.discard(home)
        home.work_file.parent.mkdir(parents=True, exist_ok=True)
        copyfile(of.ready, home.work_file)
    reached, stage = FORKS.Event(), FORKS.Value("i", 0)
    process = FORKS.Process(target=to_be_killed, args=(home.root, of.mirror, of.as_of, point, reached, stage))
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


def a_round(number: int, kills: int, folder: Path, of: Undisturbed, seed: int, told: Told) -> None:
    """So many kills in one data folder, then a night that lives, whose edition is the undisturbed one's."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 (no secret hangs on where a night dies)
    home, done = data_folder(folder / f"{number}", of.begun_with), 0
    for point in points(chance, of):
        stage, wrong = killed(home, of, point)
        came = f"round {number}, {point}, {f'died in {stage}' if stage else 'lived'}"
        print(f"{came}: {'; '.join(wrong) or 'whole'}", flush=True)
        told.torn += [f"{came}: {each}" for each in wrong]
        if stage:
            told.kills[stage, "by place" if point.place else "by time"] += 1
            told.publications += point.publishes
            done += 1
        else:
            told.lived += 1
        if done == kills:
            break
    status = run(night_apart, home.root, of.mirror, of.as_of)
    wrong = [f"status {status}"] if status else [*torn(home), *unlike(home, of.home)]
    told.sick += [f"round {number}: {each}" for each in wrong]
    told.healed += not wrong
    print(f"round {number}: {kills} kills, {'; '.join(wrong) or 'healed'}; {told.kills.total()} in all", flush=True)
    if not wrong:
        rmtree(home.root)


def table(told: Told) -> Iterator[str]:
    yield f"{'stage':<10}{'by time':>9}{'by place':>10}"
    for stage in STAGES:
        yield f"{stage:<10}{told.kills[stage, 'by time']:>9}{told.kills[stage, 'by place']:>10}"
    yield f"kills {told.kills.total()}, {told.publications} of them of a publication alone"
    yield f"nights that ended before they were killed {told.lived}"
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
    with small_sources(), mirrored(pages()) as before, mirrored(pages()) as after:
        a_price_changes(after)
        first = undisturbed(folder / "first", before.url, FIRST, None)
        begun = first, undisturbed(folder / "second", after.url, SECOND, first.home)
        rounds = [min(asked.round, asked.kills - done) for done in range(0, asked.kills, asked.round)]
        with ThreadPoolExecutor(asked.lanes) as lanes:
            waited = [
                lanes.submit(a_round, number, kills, folder, begun[number % 4 != 3], asked.seed, told)
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
