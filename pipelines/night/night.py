"""One night's work, without Dagster: ask every source, keep what they answer, read what is new.

Belongs here: the run's clock and the order of fetching and reading. Does not: the transport (`sources.transport`),
storage (`warehouse.evidence`), or how a run is shown and recorded (`pipelines.graph`, `pipelines.terminal`).
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

import msgspec

from pipelines.night.naming import Bodies, named_by
from pipelines.night.progress import Asked, Asking
from sources import registry
from sources.contract import Document, Observation, Refused, Source
from sources.transport import fetch
from warehouse import database
from warehouse.building import Material
from warehouse.evidence.ledger import Known, Ledger
from warehouse.evidence.newest import CONFIRMED
from warehouse.evidence.readings import Reading, Readings
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Home

BATCH = 200
"""Documents in one batch of readings: enough that a night writes few files, few enough that memory stays small."""


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def frozen(moment: datetime) -> Callable[[], datetime]:
    """A clock that always says one instant: how ``--as-of`` stamps a run."""
    return lambda: moment


@dataclass(frozen=True)
class New:
    """What of a source was read anew: how many documents, and the readings of those that were refused."""

    documents: int
    refused: Sequence[Reading]

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "New":
        documents, refused = 0, []
        for documents, reading in enumerate(readings, 1):  # noqa: B007  so that they are counted without being held
            if reading.outcome == "refused":
                refused.append(reading)
        return cls(documents, refused)


def _after_others(ledger: Path, second: str, name: str) -> str:
    """The id of a run. The ledger is in the order of ids, so one begun in the second of others comes after theirs."""
    others = [path.stem for path in ledger.glob(f"{second}-*.jsonl")]
    return next(
        (other for other in others if other.endswith(f"-{name}")),
        f"{second}-x{len(others):04}-{name}" if others else f"{second}-{name}",
    )


@dataclass
class Night:
    """One run: where it keeps things, what time it is, and what it may reach.

    goes_on  the ledger may hold attempts of this very run already, made by workers: what they asked is not asked again
    """

    home: Home
    settings: fetch.Settings
    run_id: str
    sources: dict[str, Source] = field(default_factory=registry.all_sources)
    goes_on: bool = False

    @classmethod
    def begin(
        cls, home: Home, clock: Callable[[], datetime] = wall_clock, *, run_id: str = "", offline: bool = False
    ) -> "Night":
        """A night under the environment's settings (``ALMANAC_MIRROR``, ``ALMANAC_OFFLINE``)."""
        settings = fetch.Settings.from_environment(clock)
        if offline:
            settings = replace(settings, offline=True)
        stamp = clock().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return cls(home, settings, _after_others(home.ledger, stamp, run_id or os.urandom(4).hex()))

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.home.ledger, self.run_id)

    @cached_property
    def snapshots(self) -> Snapshots:
        return Snapshots.of(self.home)

    @property
    def readings(self) -> Readings:
        return Readings(self.home.observations)

    def version(self, source_id: str) -> str:
        return registry.parser_version(source_id)

    @property
    def material(self) -> Material:
        """What this night's file is made from."""
        return Material(
            self.home,
            self.ledger,
            self.readings,
            tuple(self.sources.values()),
            {source_id: self.version(source_id) for source_id in self.sources},
            self.home.warehouse,
        )

    def ask(
        self, chosen: Iterable[Source], told: Callable[[Asking | Asked | fetch.Attempt], None] | None = None
    ) -> list[fetch.Attempt]:
        """Fetch every address of the chosen sources, packaged data included; one ledger row per attempt.

        told  hears of every attempt as it ends, and of every source when its last address has answered or has not

        Addresses that other sources name are found from what those sources' newest documents say, so they are asked for
        in a second round, after `read` has seen the first.
        """
        requests = self.requests(chosen)
        before = self._asked_already() if self.goes_on else {}
        made = [each for request in requests if (each := before.get((request.source_id, request.url)))]
        return self.fetched([each for each in requests if (each.source_id, each.url) not in before], told, made)

    def requests(self, chosen: Iterable[Source]) -> list[fetch.Request]:
        """Every address of the chosen sources, with what is known of the body it held."""
        snapshots = self.snapshots
        asked = [(source, url) for source in chosen for url in self._addresses(source)]
        known = self.ledger.known((source.id, url) for source, url in asked)
        # a body that is lost is asked for without a condition, so that it comes again
        held = {address: each for address, each in known.items() if each.sha256 in snapshots}
        return [self.request(source, url, held.get((source.id, url))) for source, url in asked]

    def request(self, source: Source, url: str, remembered: Known | None) -> fetch.Request:
        """How one address of a source is asked, with the key this machine has for it."""
        media = source.media_of.get(url, source.media)
        return fetch.Request(
            source_id=source.id,
            url=url,
            media=media,
            max_bytes=source.max_bytes,
            etag=remembered.etag if remembered else "",
            last_modified=remembered.last_modified if remembered else "",
            known_sha256=remembered.sha256 if remembered else "",
            obey_robots=media == "html",
            headers=_key_headers(source),
            key=_key(source),
            key_variable=source.key_variable,
        )

    def fetched(
        self,
        requests: Sequence[fetch.Request],
        told: Callable[[Asking | Asked | fetch.Attempt], None] | None = None,
        made: Sequence[fetch.Attempt] = (),
    ) -> list[fetch.Attempt]:
        """The last attempt at each request, after those that were `made` already; the ledger has a row of each."""
        ledger = self.ledger

        def record(attempt: fetch.Attempt) -> None:
            ledger.record({**_ledger_row(attempt), "scope": attempt.url})

        waiting = Counter([*(each.source_id for each in made), *(each.source_id for each in requests)])
        ended: dict[str, list[fetch.Attempt]] = {source_id: [] for source_id in waiting}

        def done(last: fetch.Attempt) -> None:
            of_source = ended[last.source_id]
            of_source.append(last)
            if told and len(of_source) == waiting[last.source_id]:
                told(Asked(last.source_id, tuple(of_source)))

        if told:
            told(Asking(waiting.total()))
        for each in made:
            done(each)
        return [*made, *fetch.fetch_all(requests, self.settings, self.snapshots.keep, record, told, done)]

    def _asked_already(self) -> dict[tuple[str, str], fetch.Attempt]:
        """(source, address) → the last attempt at it in this run."""
        names = fetch.Attempt.__dataclass_fields__
        return {
            (row["source_id"], row["url"]): msgspec.convert({name: row[name] for name in names}, fetch.Attempt)
            for row in self.ledger.of_this_run()
            if row["outcome"] != "packaged"
        }

    def unpack(self, chosen: Iterable[Source]) -> int:
        """Record the packaged data of the chosen sources, where the ledger does not hold that very data yet.

        Packaged data stands in for its source's live address until that address has once been read.
        """
        ledger = self.ledger
        held = {(row["source_id"], row["scope"], row["sha256"]) for row in ledger.standing("outcome = 'packaged'")}
        packaged = [source for source in chosen if source.packaged]
        live = ledger.known((source.id, source.urls[0]) for source in packaged if source.urls)
        recorded = 0
        for source in packaged:
            for package in source.packaged() if source.packaged else ():
                scope = source.urls[0] if source.urls else package.url
                if scope != package.url and (source.id, scope) in live:
                    continue
                sha256 = self.snapshots.keep(package.body)
                if (source.id, scope, sha256) in held:
                    continue
                now = self.settings.clock()
                digest = hashlib.sha256(f"{source.id} {scope} {sha256}".encode()).hexdigest()[:12]
                ledger.record(
                    {
                        "fetch_id": f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{digest}",
                        "source_id": source.id,
                        "url": package.url,
                        "scope": scope,
                        "attempt": 1,
                        "started_at": now,
                        "finished_at": now,
                        "outcome": "packaged",
                        "sha256": sha256,
                        "bytes": len(package.body),
                        "checked_on": package.checked_on,
                        "error": "",
                        "final_url": package.url,
                    }
                )
                recorded += 1
        return recorded

    def read(self, chosen: Iterable[Source]) -> dict[str, New]:
        """Parse the chosen sources' recorded documents that today's parsers have not read; what is new, per source."""
        return {source.id: New.of(self.read_these(source, due)) for source, due in self.due(chosen)}

    def due(self, chosen: Iterable[Source]) -> Iterator[tuple[Source, list[tuple[str, str]]]]:
        """Each of the chosen sources with its documents, scope and SHA-256, that today's parser has not read."""
        sources = {source.id: source for source in chosen}
        with self.ledger.opened() as memory:
            memory.execute("create temp table read_already (source_id varchar, scope varchar, sha256 varchar)")
            database.insert(
                memory,
                "read_already",
                (reading.key[:3] for each in sources for _, reading in self.readings.read(each, self.version(each))),
            )
            memory.execute("create temp table chosen as select unnest(?) as source_id", [list(sources)])
            found = memory.execute(
                f"""
                select distinct source_id, scope, sha256
                from standing
                semi join chosen using (source_id)
                anti join read_already using (source_id, scope, sha256)
                where {CONFIRMED}
                order by source_id, scope, sha256
                """
            )
            due: dict[str, list[tuple[str, str]]] = {source_id: [] for source_id in sources}
            for source_id, scope, sha256 in found.fetchall():
                due[source_id].append((scope, sha256))
        return ((source, due[source.id]) for source in sources.values())

    def read_these(self, source: Source, documents: Sequence[tuple[str, str]]) -> Iterator[Reading]:
        """Parse stored documents of a source, scope and SHA-256 of each, and keep what they say."""
        version = self.version(source.id)
        for start in range(0, len(documents), BATCH):
            batch = []
            for scope, sha256 in documents[start : start + BATCH]:
                try:
                    body = self._body(sha256)
                except (FileNotFoundError, ValueError) as error:
                    # The body may be put back, so this is said and not stored.
                    yield Reading(source.id, scope, sha256, version, "refused", reason=f"{source.id}: {error}")
                    continue
                batch.append(self._reading(source, version, Document(scope, body), sha256))
            self.readings.keep(batch)
            yield from (reading for reading, _ in batch)

    def _reading(
        self, source: Source, version: str, document: Document, sha256: str
    ) -> tuple[Reading, list[Observation]]:
        scope = document.url
        try:
            contents = source.read(document)
        except Refused as refusal:
            return Reading(source.id, scope, sha256, version, "refused", reason=str(refusal)), []
        seen, account = contents.observations, contents.account
        reading = Reading(
            source.id,
            scope,
            sha256,
            version,
            "read",
            subjects=len({observation.subject for observation in seen}),
            observations=len(seen),
            offered=account.offered,
            rows_read=account.read,
            left_out=dict(account.left_out),
            in_doubt=account.in_doubt,
            doubts=contents.doubts,
            warnings=contents.warnings,
        )
        return reading, seen

    def _addresses(self, source: Source) -> list[str]:
        found = dict.fromkeys(source.urls)
        if source.discovers:
            bodies = self._bodies_of(source.discovers_from)
            said = partial(self._said_by, bodies)
            found |= dict.fromkeys(named_by(source, bodies, self.version, said, self.home.addresses))
        return list(found)[: max(source.max_documents, len(source.urls))]

    def _bodies_of(self, source_ids: Iterable[str]) -> dict[tuple[str, str], list[str]]:
        """(source, address) → the bodies it is known to have held, newest first, source by source as asked."""
        owners = list(source_ids)
        with self.ledger.opened() as memory:
            found = memory.execute(
                f"""
                select source_id, url, list(sha256 order by newest desc)
                from (
                    select source_id, url, sha256, max((started_at, place)) as newest
                    from standing
                    where {CONFIRMED}
                    group by source_id, url, sha256
                )
                where source_id in (select unnest(?::varchar[]))
                group by source_id, url
                order by list_position(?, source_id), url
                """,
                [owners, owners],
            ).fetchall()
        return {(owner, url): held for owner, url, held in found}

    def _said_by(self, bodies: Bodies) -> Iterator[Observation]:
        """What the newest of each address's bodies says that can be read."""
        for (owner, url), newest_first in bodies.items():
            if not (source := self.sources.get(owner)):
                continue
            scope = source.urls[0] if source.urls and url not in source.urls and source.packaged else url
            for sha256 in newest_first:
                try:
                    said = source.read(Document(scope, self._body(sha256))).observations
                except (Refused, FileNotFoundError, ValueError):
                    continue
                yield from said
                break

    def _body(self, sha256: str) -> bytes:
        """A stored body. A file that does not hold it is put aside, so that the next night asks for it anew."""
        try:
            return self.snapshots.read(sha256)
        except ValueError:
            self.snapshots.set_aside(sha256)
            raise


def _key_headers(source: Source) -> dict[str, str]:
    """The headers that carry the key of a source that takes one, empty-valued where nobody configured it."""
    if not source.key_variable:
        return {}
    key = _key(source)
    lines = (line.partition(": ") for line in source.key_header.splitlines())
    return {name: value.format(key=key) if key else "" for name, _, value in lines}


def _key(source: Source) -> str:
    return os.environ.get(source.key_variable, "").strip() if source.key_variable else ""


def _ledger_row(attempt: fetch.Attempt) -> dict[str, object]:
    return {name: getattr(attempt, name) for name in attempt.__dataclass_fields__}
