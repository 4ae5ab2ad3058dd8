"""Every fault on every source: one good night, then for each fault a night in which every address has it.

``make faults`` writes what became of each source to ``docs/faults.md``. Everything is on loopback: the world is the
documents recorded beside the checkout, and without them nothing is measured. A night goes as far as it can be told from
tables whether a fact, a price or a date moved. Belongs here: that world, the measures, the page. Does not: the faults
(`tests.end_to_end.mirror`) and the night (`tests.end_to_end.faulted`), which the suite shares.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from tests.end_to_end.faulted import Became, asked_and_read, became, beside, tables
from tests.end_to_end.mirror import FAULTS, Page, World, mirrored
from tests.end_to_end.nights import pages, small_sources
from warehouse import database
from warehouse.home import Home

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
FIRST = datetime(2026, 8, 20, 23, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
TENTH = 10
CLAIMS, PRICES = "evidence.folded_claims", "core.prices"
LIMITS = fetch.Settings(clock=frozen(FIRST))
BODIES_COME = ("garbage", "no_etag")
"""Faults with which bodies come whole. In these nights prices are made again too; where no claim moved, and no document
came, what prices are made from is what it was."""

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
def keys() -> Iterator[None]:
    """Every source that takes a key has one."""
    variables = [each.key_variable for each in all_sources().values() if each.key_variable]
    os.environ.update(dict.fromkeys(variables, "a-key-of-loopback"))
    yield
    for each in variables:
        del os.environ[each]


def night_of(home: Home, mirror: str, as_of: datetime, run_id: str) -> Night:
    """A night whose limits of time are a tenth, and that asks a host by one connection as if there were no mirror."""
    timed = ("connect_timeout", "read_timeout", "deadline", "document_time", "retry_after_max")
    settings = replace(
        LIMITS,
        clock=frozen(as_of),
        mirror=mirror,
        mirror_connections=LIMITS.per_host_connections,
        backoff=lambda attempt: LIMITS.backoff(attempt) / TENTH,
        **{name: getattr(LIMITS, name) / TENTH for name in timed},
    )
    return Night(home, settings, run_id)


def longest(night: Night) -> float:
    """Minutes after which a night with the real limits has asked for everything, whatever the hosts do.

    A host has its time and its turns; a thread without a host takes the next, so a round lasts no longer than its
    longest host after all others have been shared among the threads.
    """
    hosts = Counter((row["source_id"], host_of(row["url"])) for row in night.ledger.rows() if row["attempt"] == 1)
    seconds = 0.0
    for sources in rounds():
        documents: Counter[str] = Counter()
        for (source_id, host), count in hosts.items():
            if any(each.id == source_id for each in sources):
                documents[host] += count
        each_host = [
            LIMITS.deadline + (LIMITS.document_time + LIMITS.per_host_delay) * count for count in documents.values()
        ]
        most = max(each_host, default=0)
        seconds += most + (sum(each_host) - most) / LIMITS.hosts_in_parallel
    return seconds / 60


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


def first_night(home: Home, mirror: str, tell: Any) -> None:
    """Everything asked and read, and the tables put where the next night looks for them. Tells how long one may ask."""
    with small_sources(unrecorded()), keys():
        night = night_of(home, mirror, FIRST, "first")
        asked_and_read(night)
        with tables(night, "quality.sources", CLAIMS, PRICES):
            pass
        database.put_in_place(home)
        tell.send(longest(night))


def fault_night(home: Home, mirror: str, fault: str, tell: Any) -> None:
    """Tells how the night of a fault went."""
    with small_sources(unrecorded()), keys():
        night = night_of(home, mirror, SECOND, fault)
        before, begun = peak(), time.monotonic()
        asked_and_read(night)
        seconds, grown = time.monotonic() - begun, peak() - before
        facts = (CLAIMS, PRICES) if fault in BODIES_COME else (CLAIMS,)
        tell.send(Measured(seconds, grown, became(night, *facts, well_at=well_at(fault))))


def well_at(fault: str) -> datetime | None:
    """The instant at which the sources said again what they had said, of a fault that keeps them from nothing."""
    return SECOND if fault == "no_etag" else None


def measured(folder: Path, faults: Sequence[str]) -> tuple[float, dict[str, Measured]]:
    """How many minutes a night may last, and fault → its night, each in a process of its own."""
    found: dict[str, Measured] = {}
    with every_source_answers() as world:
        home = Home(folder / "first")
        minutes: float = _apart(first_night, home, world.url)
        for fault in faults:
            for url in world.pages:
                world.fails(url, fault)
            night = found[fault] = _apart(fault_night, beside(home, folder / fault), world.url, fault)
            wrong = sum(1 for each in night.sources.values() if [*each.wrongs(well_at(fault))])
            print(f"{fault}: {night.seconds:.0f} s, {night.grown >> 20} MB, {wrong} sources not as they have to be")
    return minutes, found


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
PROCESSES.set_forkserver_preload([__name__ if __name__ != "__main__" else "bench.faults"])


def page(minutes: float, found: Mapping[str, Measured]) -> str:
    """The whole of ``docs/faults.md``."""
    return "\n".join(_lines(minutes, found)) + "\n"


def _lines(minutes: float, found: Mapping[str, Measured]) -> Iterator[str]:
    yield WORDS.format(minutes=minutes, sources=len(all_sources()))
    yield "| fault | what every address answers | sources asked | claims changed | prices changed | not true | s | MB |"
    yield "|---|---|---|---|---|---|---|---|"
    for fault, night in found.items():
        told = night.sources.values()
        changed = [sum(each.changed.get(name, 0) for each in told) for name in (CLAIMS, PRICES)]
        untrue = sum(1 for each in told if [*each.wrongs(well_at(fault))])
        counts = (
            sum(1 for each in told if each.outcomes),
            changed[0],
            changed[1] if fault in BODIES_COME else "–",
            untrue,
        )
        cells = (fault, ANSWERED[fault], *counts, f"{night.seconds:.0f}", night.grown >> 20)
        yield f"| {' | '.join(map(str, cells))} |"
    yield BY_SOURCE
    yield f"| source | claims | {' | '.join(found)} |"
    yield f"|---|---|{'---|' * len(found)}"
    for source_id in all_sources():
        nights = {fault: night.sources[source_id] for fault, night in found.items()}
        claims = next(iter(nights.values())).facts
        yield f"| {source_id} | {claims:,} | {' | '.join(_cell(each, fault) for fault, each in nights.items())} |"


def _cell(source: Became, fault: str) -> str:
    """How its documents ended, the most frequent outcome first named; what is not as it has to be, if anything."""
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
compared whole, dates included, with those of the night before; so are prices in the nights in which bodies come.
`no_etag` is no fault of the document: there the dates must move, and nothing else.

With the real limits no night asks for longer than {minutes:.0f} minutes, whatever its hosts do: each has two minutes,
and two seconds more for each of its documents. Three requests in a row without an answer are enough.

## What each fault cost

`not true` counts the sources whose claims, prices, dates or state are not as they have to be. Seconds and megabytes are
those of asking and reading, with limits of time a tenth of the real ones: how long it took, and by how much the most
memory held grew.
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
    asked = sys.argv[1:] or list(FAULTS)
    with tempfile.TemporaryDirectory() as folder:
        minutes, found = measured(Path(folder), asked)
    if asked == list(FAULTS):
        PAGE.write_text(page(minutes, found), encoding="utf-8")


if __name__ == "__main__":
    main()
