"""A night's asking and reading in pieces that any worker can do: how it is cut, how a piece is done and taken in.

Belongs here: shards. Does not: who does them and when (`pipelines.graph.spreading`), what asking and reading is
(`pipelines.night.night`), or how files change hands (`warehouse.evidence.handed`).

A host, with those its redirects may lead to, is asked by one worker alone, so that its pace, its robots.txt and the
patience with it are those of a night in one process. Behind a mirror nobody is asked too fast, and a host's addresses
may go to several.
"""

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from math import ceil
from secrets import token_hex
from typing import TypeAlias

import msgspec

from pipelines.night.night import Night, frozen, wall_clock
from pipelines.night.progress import Told
from sources.contract import Source
from sources.transport.addresses import family, host_of
from sources.transport.fetch import Attempt, Request, Settings
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.handed import Bench, Handed, attempts_of, bench
from warehouse.evidence.ledger import Known
from warehouse.home import Unusable

FEW = 20
"""Fewer documents than this are not worth a worker of their own."""

HANDED_EVERY = 20.0
"""Seconds: what a worker that dies has asked since it last handed over is asked again."""

Piece: TypeAlias = "Address | Stored"


class Address(msgspec.Struct, frozen=True):
    """An address to ask, and what is known of the body it held: empty where none is."""

    source_id: str
    url: str
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""


class Stored(msgspec.Struct, frozen=True):
    """A stored document that today's parser has not read."""

    source_id: str
    scope: str
    sha256: str


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """One worker's piece: what to ask, what to read. It names no key: each worker has those of its environment.

    name    unlike that of any other piece of this run
    run     the folder in which this run's pieces change hands
    night   how the ledger names the run
    as_of   the instant that stamps the run, where it is not the clock
    """

    name: str
    run: str
    night: str
    as_of: datetime | None
    offline: bool
    addresses: tuple[Address, ...]
    documents: tuple[Stored, ...]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a shard: the outcomes of its attempts and the documents read, by source; sources that broke it."""

    name: str
    outcomes: dict[str, dict[str, int]] = {}
    read: dict[str, int] = {}
    stopped: dict[str, str] = {}


def cut(
    night: Night, chosen: Sequence[Source], run: str, round_: int, at_most: int, as_of: datetime | None
) -> list[Shard]:
    """The shards of a round of asking: every address of the chosen sources, every stored document that is due."""
    addresses = [
        Address(each.source_id, each.url, each.known_sha256, each.etag, each.last_modified)
        for each in night.requests(chosen)
    ]
    due = [Stored(source.id, scope, sha256) for source, documents in night.due(chosen) for scope, sha256 in documents]
    total = len(addresses) + len(due)
    count = max(1, min(at_most, ceil(total / FEW)))
    largest = ceil(total / count) if total else 1
    hosts: defaultdict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        hosts[family(host_of(address.url))].append(address)
    pieces: list[Sequence[Piece]] = [*_of(due, largest)]
    for of_host in hosts.values():
        pieces += _of(of_host, largest) if night.settings.mirror else [of_host]
    return [
        Shard(
            name=f"{round_}_{number:03}",
            run=run,
            night=night.run_id,
            as_of=as_of,
            offline=night.settings.offline,
            addresses=tuple(each for each in shared if isinstance(each, Address)),
            documents=tuple(each for each in shared if isinstance(each, Stored)),
        )
        for number, shared in enumerate(_evenly(pieces, count), 1)
    ]


def _of(documents: Sequence[Piece], size: int) -> list[Sequence[Piece]]:
    return [documents[start : start + size] for start in range(0, len(documents), size)]


def _evenly(pieces: Iterable[Sequence[Piece]], count: int) -> list[list[Piece]]:
    """The largest first, each to who has least."""
    shares: list[tuple[int, int, list[Piece]]] = [(0, number, []) for number in range(count)]
    for piece in sorted(pieces, key=len, reverse=True):
        size, number, share = heapq.heappop(shares)
        heapq.heappush(shares, (size + len(piece), number, [*share, *piece]))
    return [share for _, _, share in sorted(shares, key=lambda each: each[1]) if share]


def do(shard: Shard, handed: Handed) -> Done:
    """Ask, keep, read and hand over. `Unusable` where nothing can be handed over; a source that breaks is in `stopped`.

    Whoever does a shard that another has begun does not ask again what that one handed over.
    """
    folder = _lines_of(shard.run)
    begun = [name for name in handed.names(folder) if name.startswith(f"{folder}/{shard.name}.")]
    came = {
        (row["source_id"], row["url"])
        for name in begun
        for row in attempts_of(handed.get(name))
        if row["outcome"] in CONFIRMING
    }
    with bench(handed) as at:
        night = _night(shard, at)
        lines = f"{folder}/{shard.name}.{len(begun):03}-{token_hex(4)}.jsonl"
        wanted = [each for each in shard.addresses if (each.source_id, each.url) not in came]
        attempts = night.fetched([_request(night, each) for each in wanted], _now_and_then(lambda: at.hand_over(lines)))
        at.hand_over(lines)
        due: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in shard.documents:
            due[each.source_id].append((each.scope, each.sha256))
        for address, attempt in zip(wanted, attempts, strict=True):
            if attempt.sha256 and attempt.sha256 != address.sha256:
                due[address.source_id].append((address.url, attempt.sha256))
        read, stopped = dict[str, int](), dict[str, str]()
        for source_id, documents in sorted(due.items()):
            try:
                read[source_id] = sum(1 for _ in night.read_these(night.sources[source_id], documents))
            except Exception as error:
                stopped[source_id] = f"{type(error).__name__}: {error}"
        at.hand_over(lines)
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for attempt in attempts:
        outcomes[attempt.source_id][attempt.outcome] += 1
    told = {source_id: dict(sorted(of_source.items())) for source_id, of_source in sorted(outcomes.items())}
    return Done(name=shard.name, outcomes=told, read=read, stopped=stopped)


def _night(shard: Shard, at: Bench) -> Night:
    settings = Settings.from_environment(frozen(shard.as_of) if shard.as_of else wall_clock)
    night = Night(at.home, replace(settings, offline=shard.offline or settings.offline), shard.night)
    night.snapshots = at.snapshots
    return night


def _request(night: Night, address: Address) -> Request:
    known = Known(address.sha256, address.etag, address.last_modified) if address.sha256 else None
    return night.request(night.sources[address.source_id], address.url, known)


def _now_and_then(hand_over: Callable[[], None]) -> Callable[[Told], None]:
    """Hand over as the asking goes on; where that cannot be done, it is tried again later, and at the end."""
    last = time.monotonic()

    def told(news: Told) -> None:
        nonlocal last
        if isinstance(news, Attempt) and time.monotonic() - last > HANDED_EVERY:
            last = time.monotonic()
            with suppress(Unusable):
                hand_over()

    return told


def _lines_of(run: str) -> str:
    return f"shards/{run}/lines"


def take(night: Night, handed: Handed, run: str) -> list[str]:
    """Take the attempts that were handed over into the ledger, those too of runs that ended before they did.

    What they were handed over in may be removed, once the ledger is safe.
    """
    names = [name for name in handed.names("shards") if name.endswith(".jsonl")]
    # of two attempts at one instant the ledger takes the later line for the later one
    for name in sorted(names, key=lambda each: (each.startswith(f"shards/{run}/"), each)):
        night.ledger.take(attempts_of(handed.get(name)))
    return names
