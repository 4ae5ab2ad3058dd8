"""Every fault on every source: one good night, then for each fault a night in which every address has it.

``make faults`` writes what became of each source to ``docs/faults.md``. Everything is on loopback: the world is the
documents recorded beside the checkout, and without them nothing is measured. The nights follow each other in one data
folder, go as far as reading, and are judged together by the claims and states at their end. Belongs here: that world,
the measures, the page. Does not: the faults (`tests.end_to_end.mirror`), nights and judgement
(`tests.end_to_end.faulted`), which the suite shares.
"""

import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.graph.sources import rounds
from pipelines.night.night import Night, frozen
from sources.contract import Media, Source
from sources.registry import all_sources
from sources.transport import fetch
from sources.transport.addresses import host_of
from tests import recorded
from tests.end_to_end import faulted
from tests.end_to_end.faulted import NIGHTS, WELL, Became, asked_and_read, became
from tests.end_to_end.mirror import Page, World, mirrored
from tests.end_to_end.nights import changed, pages, small_sources
from warehouse.home import Home

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
FIRST = datetime(2026, 8, 20, 23, tzinfo=UTC)
TENTH = 10
DOCUMENTS = 12
"""Of sources of more documents as many are asked for: a host that fails fails for all of them."""

LIMITS = fetch.Settings(clock=frozen(FIRST))
INSTANTS = {fault: FIRST + timedelta(minutes=number) for number, fault in enumerate(NIGHTS, 1)}

ANSWERED: Mapping[str, str] = {
    "404": "status 404",
    "429": "status 429, to be asked again at once",
    "500": "status 500",
    "503": "status 503, to be asked again at once",
    "timeout": "nothing, the connection stays open",
    "slow": "a byte now and then, without end",
    "reset": "the connection is closed",
    "truncate": "half of the body, then the connection is closed",
    "empty": "status 200, no body",
    "html": "status 200, a page that asks to wait",
    "garbage": "status 200, bytes that are no text",
    "gzip_bomb": "a megabyte that inflates to a gigabyte",
    "redirect_loop": "a redirect to the same address",
    "redirect_private": "a redirect to 169.254.169.254",
    "no_etag": "the document without an ETag, as on the night before",
}
MEDIA: Mapping[str, Media] = {
    ".json": "json",
    ".html": "html",
    ".md": "markdown",
    ".mdx": "markdown",
    ".txt": "markdown",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".csv": "csv",
    ".gz": "gzip",
    ".zip": "zip",
}


@dataclass(frozen=True)
class Measured:
    """One night of a fault: how long it asked and read, how its peak of memory grew meanwhile, what became of each."""

    seconds: float
    grown: int
    sources: Mapping[str, Became]


@cache
def recorded_pages() -> dict[str, Page]:
    """The newest recorded body of every address, as of the first night."""
    newest = {
        url: [each for each in bodies if each.recorded_on <= f"{FIRST:%Y-%m-%d}"][-1:]
        for url, bodies in recorded.index().items()
    }
    return {
        url: Page(url, body.file.read_bytes(), MEDIA[body.file.suffix])
        for url, bodies in newest.items()
        for body in bodies
    }


@cache
def unrecorded() -> tuple[Source, ...]:
    """The sources of which nothing was recorded by then: their written fixtures stand in."""
    there = recorded_pages().keys()
    return tuple(each for each in all_sources().values() if not each.discovers and not there & set(each.urls))


@contextmanager
def every_source_answers() -> Iterator[World]:
    """A mirror on which every source has its documents."""
    written = {url: page for url, page in pages().items() if any(url in each.urls for each in unrecorded())}
    with mirrored(recorded_pages() | written) as world:
        yield world


@contextmanager
def begun(mirror: str, home: Home, run_id: str, as_of: datetime, *, tenth: bool) -> Iterator[Night]:
    """A night in that world, for a process of its own: with keys, few documents of a source, one connection a host."""
    small = unrecorded()
    settings = replace(LIMITS, clock=frozen(as_of), mirror=mirror, mirror_connections=LIMITS.per_host_connections)
    if tenth:
        timed = ("connect_timeout", "read_timeout", "deadline", "document_time", "retry_after_max")
        short = {name: getattr(LIMITS, name) / TENTH for name in timed}
        settings = replace(settings, backoff=lambda attempt: LIMITS.backoff(attempt) / TENTH, **short)
    sources = all_sources().values()
    os.environ.update({each.key_variable: "a-key-of-loopback" for each in sources if each.key_variable})
    for each in all_declared().values():
        changed(all_sources()[each.id], urls=each.urls[:DOCUMENTS], max_documents=DOCUMENTS)
    with small_sources(small):
        yield Night(home, settings, run_id)


@cache
def all_declared() -> Mapping[str, Source]:
    """The sources as declared, whatever a night makes of them."""
    return {each.id: copy(each) for each in all_sources().values()}


def longest(night: Night) -> float:
    """Minutes after which a night with the real limits has asked for everything, whatever the hosts do.

    A host has its time and its turns, and a thread without a host takes the next: a round lasts no longer than its
    longest host after all others, shared among the threads. Documents that others name are as many as may be asked for.
    """
    named = {row["source_id"]: host_of(row["url"]) for row in night.ledger.rows()}
    seconds = 0.0
    for sources in rounds():
        documents: Counter[str] = Counter()
        for source in sources:
            declared = all_declared()[source.id]
            documents.update(host_of(url) for url in declared.urls)
            if declared.discovers and source.id in named:
                documents[named[source.id]] += declared.max_documents - len(declared.urls)
        times = [LIMITS.deadline + (LIMITS.document_time + LIMITS.per_host_delay) * each for each in documents.values()]
        most = max(times, default=0)
        seconds += most + (sum(times) - most) / LIMITS.hosts_in_parallel
    return seconds / 60


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


def first_night(home: Home, mirror: str, tell: Any) -> None:
    """Everything asked and read, and what it says put where the next night looks for it. Tells how long one may ask."""
    with begun(mirror, home, "first", FIRST, tenth=False) as night:
        faulted.first_night(night)
        tell.send(longest(night))


def fault_night(home: Home, mirror: str, fault: str, tell: Any) -> None:
    """Tells how many seconds the night of a fault asked and read, and by how many bytes its peak of memory grew."""
    with begun(mirror, home, fault, INSTANTS[fault], tenth=fault != WELL) as night:
        before, start = peak(), time.monotonic()
        asked_and_read(night)
        tell.send((time.monotonic() - start, peak() - before))


def end(home: Home, mirror: str, faults: Sequence[str], tell: Any) -> None:
    """Tells what became of every source in every night."""
    with begun(mirror, home, faults[-1], INSTANTS[faults[-1]], tenth=False) as night:
        tell.send(became(night, {fault: INSTANTS[fault] for fault in faults}, WELL))


def measured(home: Home, faults: Sequence[str]) -> tuple[float, dict[str, Measured]]:
    """How many minutes a night may last, and fault → its night, each in a process of its own."""
    costs = {}
    with every_source_answers() as world:
        minutes: float = _apart(first_night, home, world.url)
        for fault in faults:
            for url in world.pages:
                world.fails(url, fault)
            costs[fault] = seconds, grown = _apart(fault_night, home, world.url, fault)
            print(f"{fault}: {seconds:.0f} s, {grown >> 20} MB")
        sources = _apart(end, home, world.url, faults)
    return minutes, {fault: Measured(*costs[fault], sources[fault]) for fault in faults}


def well_at(fault: str) -> datetime | None:
    """The instant at which the sources said again what they had said, of a fault that keeps them from nothing."""
    return INSTANTS[fault] if fault == WELL else None


def _apart(work: Callable[..., None], *given: Any) -> Any:
    """What `work` tells from a process of its own; EOFError where it ended without."""
    hear, tell = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(*given, tell))
    process.start()
    tell.close()
    told = hear.recv()
    process.join()
    return told


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.end_to_end.faulted", "tests.end_to_end.nights"])


def page(minutes: float, found: Mapping[str, Measured]) -> str:
    """The whole of ``docs/faults.md``."""
    return "\n".join(_lines(minutes, found)) + "\n"


def _lines(minutes: float, found: Mapping[str, Measured]) -> Iterator[str]:
    yield WORDS.format(minutes=minutes, sources=len(all_sources()), documents=DOCUMENTS, well=WELL)
    yield "| fault | what every address answers | sources asked | claims changed | sources wrong | seconds | MB |"
    yield "|---|---|---|---|---|---|---|"
    for fault in ANSWERED:
        night = found[fault]
        told = night.sources.values()
        asked = sum(1 for each in told if each.outcomes)
        moved = sum(each.changed for each in told)
        wrong = sum(1 for each in told if [*each.wrongs(well_at(fault))])
        yield (
            f"| {fault} | {ANSWERED[fault]} | {asked} | {moved} | {wrong} | {night.seconds:.0f} | {night.grown >> 20} |"
        )
    yield BY_SOURCE
    yield f"| source | claims | {' | '.join(ANSWERED)} |"
    yield f"|---|---|{'---|' * len(ANSWERED)}"
    for source_id in all_sources():
        became_of = {fault: found[fault].sources[source_id] for fault in ANSWERED}
        claims = became_of[WELL].facts
        yield f"| {source_id} | {claims:,} | {' | '.join(_cell(each, fault) for fault, each in became_of.items())} |"


def _cell(source: Became, fault: str) -> str:
    """How its documents ended, the most frequent outcome first; what is not as it has to be, if anything."""
    if not source.outcomes:
        return "not asked"
    (outcome, _), *others = source.outcomes.most_common()
    more = f" +{len(others)}" if others else ""
    refused = ", refused" if source.came and source.after.state == "failing" else ""
    wrong = "; ".join(source.wrongs(well_at(fault)))
    return f"{outcome}{refused}{more}" + (f" **{wrong}**" if wrong else "")


WORDS = """\
# Faults

Made by `make faults` over recorded documents; change `bench/faults.py`, not this page. One good night of all {sources}
sources, then for each fault a night in which every address of every source has it. Sources of which nothing is recorded
are asked for their fixtures; those that take a key have one.

No fault may take a fact away, make a date fresher, or leave a source without a true state and a reason. Claims are
compared whole, dates included, with those before; prices, models and whatever else is published are made from them.
`{well}` is no fault of the document: there the dates must move, and nothing else. Of a source of more documents the
first {documents} are asked for.

With the real limits no night asks for longer than {minutes:.0f} minutes, whatever its hosts do: each has two minutes,
and two seconds more for each of its documents. Three requests in a row without an answer are enough.

## What each fault cost

`sources wrong` counts those whose claims, dates or state are not as they have to be. Seconds and megabytes are those of
asking and reading, with limits of time a tenth of the real ones: how long it took, and by how much the most memory held
grew.
"""
BY_SOURCE = """
## What the ledger says

The last attempts at the documents of a source, by their most frequent outcome. `refused` is a body that came and that
the parser did not take; `+1` says that there was another outcome too. Where no words in bold follow, every claim of the
source stands as it was, with its old dates, and its state is true: `failing`, and why, or `never` read before.
"""


def main() -> None:
    if not recorded.index():
        print(f"skipped: there are no recorded documents at {recorded.CAPTURES}")
        return
    with tempfile.TemporaryDirectory() as folder:
        minutes, found = measured(Home(Path(folder)), NIGHTS)
        PAGE.write_text(page(minutes, found), encoding="utf-8")


if __name__ == "__main__":
    main()
