"""A made-up world: sources that never were, what each says night by night, and the warehouse that follows from it.

    world = World(tmp_path)
    openai = world.seller("openai", "maker")
    openai.says(night(1), priced("gpt-5.1-codex", "1.25", "10"))
    openai.fails(night(2))
    openai.confirms(night(3))
    with world.built() as warehouse:
        warehouse.rows("select ... from core.offers")

Only the pages are made up: attempts go through the real ledger, sayings through the real readings, and the tables are
made by the loaders and the SQL of the night. A name resolves to a model only where the real grammar knows it, and who
sells is the real directory's to say.

A built warehouse makes a table when a question first reads it; `World.file` has all of them.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
import yaml

from sources.contract import EVERYWHERE, Authority, Document, Doubt, Kind, Observation, Source, Value
from sources.model_lists import directory
from sources.readers.offers import whole
from warehouse import building, database, following, reference_tables, rules
from warehouse.building import How
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.readings import Reading, Readings
from warehouse.evidence.tables import load_evidence
from warehouse.home import Home
from warehouse.identity.redirects import load_redirects
from warehouse.identity.tables import load_aliases
from warehouse.schemas import SCHEMAS, table

Said: TypeAlias = Observation | Doubt
Saying: TypeAlias = Said | Iterable[Said]


def night(number: int, hour: int = 2) -> datetime:
    """The instant of one night's reading; night 1 is 1 January 2026, 02:00 UTC."""
    return datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=number - 1)


def fact(subject: str, attribute: str, value: Value, *, host: str = "", **more: Any) -> Observation:
    """One thing said, printed as it is read."""
    told = {"printed": str(value), "locator": f"row {subject!r}"} | more
    return Observation(
        subject=f"{host}/{subject}" if host else subject, attribute=attribute, value=value, host=host, **told
    )


def price(subject: str, meter: str, amount: str, *, unit: str = "usd/mtok", **more: Any) -> Observation:
    return fact(subject, f"price/{meter}", Decimal(amount), unit=unit, **{"printed": f"${amount}", **more})


def priced(subject: str, input_price: str, output_price: str, **more: Any) -> list[Observation]:
    """Input and output prices in US dollars per million tokens."""
    return [price(subject, "input", input_price, **more), price(subject, "output", output_price, **more)]


def can(subject: str, *capabilities: str, **more: Any) -> list[Observation]:
    return [fact(subject, f"capability/{name}", True, **more) for name in capabilities]


def cannot(subject: str, *capabilities: str, **more: Any) -> list[Observation]:
    return [fact(subject, f"capability/{name}", False, **more) for name in capabilities]


def doubted(subject: str = "", *, within: tuple[str, ...] = EVERYWHERE, **more: Any) -> Doubt:
    """A part of a page that cannot be vouched for, with all of a subject's facts that are gone; without one, any fact."""
    told = {"part": "cell", "place": "row 1", "words": "Contact us", "reason": "not an amount of money"} | more
    return Doubt(subject=subject, within=within, **told)


@dataclass
class Voice:
    """One made-up source: what it answers, when, and how today's parser reads it. `scope` is the address of one of its pages."""

    source: Source
    world: "World"
    version: str = "parser-1"
    pages: dict[tuple[str, str], list[Observation] | None] = field(default_factory=dict)
    doubts: dict[tuple[str, str], tuple[Doubt, ...]] = field(default_factory=dict)
    unread: set[tuple[str, str]] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.source.id

    @property
    def address(self) -> str:
        return self.source.urls[0]

    def says(self, at: datetime, *sayings: Saying, scope: str = "", layout: str = "", outcome: str = "ok") -> str:
        """A page that says this and nothing else; the same sayings in the same layout are the same bytes. Returns its SHA-256."""
        return self._answers(at, _flat(sayings), scope, layout, outcome)

    def babbles(self, at: datetime, *, scope: str = "", noise: str = "") -> str:
        """A page that its parser refuses."""
        return self._answers(at, None, scope, noise, "ok")

    def packs(self, at: datetime, checked_on: date | None, *sayings: Saying, scope: str = "") -> str:
        """Packaged data that stands in for the page, checked by its publisher on a day."""
        return self._answers(at, _flat(sayings), scope, "", "packaged", checked_on)

    def confirms(self, at: datetime, *, scope: str = "") -> None:
        """304: the page is as it was last time."""
        scope = scope or self.address
        self.world.record(self, at, scope, "not_modified", sha256=self.held[scope], status=304)

    def fails(self, at: datetime, *, scope: str = "", outcome: str = "timeout") -> None:
        """An attempt that brought nothing."""
        self.world.record(self, at, scope or self.address, outcome, error="no answer")

    def reads_anew(self, version: str, reading: Callable[[Observation], Observation | None]) -> None:
        """A changed parser, by which every page it ever read says what `reading` makes of it (None: nothing)."""
        self.version = version
        for key, seen in self.pages.items():
            if seen is not None:
                self.pages[key] = [each for each in map(reading, seen) if each is not None]
        self.unread = set(self.pages)

    def _answers(
        self,
        at: datetime,
        said: list[Said] | None,
        scope: str,
        layout: str,
        outcome: str,
        checked_on: date | None = None,
    ) -> str:
        scope = scope or self.address
        sha256 = hashlib.sha256(repr((said, layout)).encode()).hexdigest()
        if (scope, sha256) not in self.pages:
            seen = [each for each in said or () if isinstance(each, Observation)]
            self.pages[scope, sha256] = None if said is None else seen
            self.doubts[scope, sha256] = tuple(each for each in said or () if isinstance(each, Doubt))
            self.unread.add((scope, sha256))
        self.held[scope] = sha256
        self.world.record(
            self, at, scope, outcome, sha256=sha256, checked_on=checked_on, status=None if checked_on else 200
        )
        return sha256

    def read_new_pages(self, readings: Readings) -> None:
        batch = []
        for scope, sha256 in sorted(self.unread):
            seen = self.pages[scope, sha256]
            outcome = "refused" if seen is None else "read"
            subjects = len({each.subject for each in seen or ()})
            reading = Reading(
                self.id,
                scope,
                sha256,
                self.version,
                outcome,
                subjects,
                len(seen or ()),
                reason="not the page it was" if seen is None else "",
                doubts=self.doubts[scope, sha256],
            )
            batch.append((reading, seen or []))
        readings.keep(batch)
        self.unread.clear()


class Warehouse:
    """A file that is open: evidence, names and reference data; other tables are made when a question first reads them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, home: Home) -> None:
        self._connection, self._home = connection, home
        self._made: set[str] = set()
        self._is_whole = False

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """With every table, view and macro made."""
        if not self._is_whole:
            self._make({*database.sql_tables_in_order(), "core.model_redirects"})
            database.add_questions(self._connection)
            self._is_whole = True
        return self._connection

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The answer to a question, as plain tuples."""
        tables = set(_TABLE.findall(query))
        self._make(tables)
        try:
            asked = self._connection if tables else self.connection
            return asked.execute(query, list(parameters)).fetchall()
        except duckdb.CatalogException:  # a macro of questions, which reads what it reads
            return self.connection.execute(query, list(parameters)).fetchall()

    def row(self, query: str, *parameters: object) -> tuple[Any, ...]:
        (found,) = self.rows(query, *parameters)
        return found

    def cell(self, query: str, *parameters: object) -> Any:
        (found,) = self.row(query, *parameters)
        return found

    def _make(self, wanted: set[str]) -> None:
        """These tables, after those they are made from."""
        in_order = database.sql_tables_in_order()
        if "core.model_redirects" in wanted:
            wanted = {*wanted, "core.models"}
        for name in reversed(in_order):
            if name in wanted:
                wanted = {*wanted, *database.reads(name), *database.dated_by(name)}
        new = wanted - self._made
        for name in in_order:
            if name in new:
                (database.make if table(name).view else database.fill)(self._connection, name)
        if "core.model_redirects" in new:
            load_redirects(self._connection, self._home)
        self._made |= new


_TABLE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.[a-z_]+\b")


class World:
    """Every voice, and the folder that keeps the ledger, the readings and the files built from them."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.voices: dict[str, Voice] = {}
        self.readings = Readings(self.home.observations)
        self.builds = 0
        self.attempts = 0

    @property
    def ledger(self) -> Ledger:
        """The ledger of the run that ends with the next build."""
        return Ledger(self.home.ledger, f"run-{self.builds:04}")

    def voice(
        self, source_id: str, authority: Authority, *, kind: Kind = "catalogue", publisher: str = "", **declared: Any
    ) -> Voice:
        declaration = {"urls": (f"https://{source_id.replace('_', '-')}.example/page",), **declared}
        self.voices[source_id] = Voice(
            Source(
                id=source_id,
                publisher=publisher or source_id,
                kind=kind,
                authority=authority,
                media="json",
                terms_url=f"https://{source_id.replace('_', '-')}.example/terms",
                rows=(1, 1000),
                parse=_unparsed,
                offers=whole,
                licence="CC0-1.0",
                **declaration,
            ),
            self,
        )
        return self.voices[source_id]

    def seller(self, provider_id: str, authority: Authority = "host") -> Voice:
        """The pricing page of one provider, by its id in the reference data."""
        return self.voice(
            f"{provider_id}_pricing", authority, kind="pricing_doc", publisher=provider_id, seller=provider_id
        )

    def gateway(self, provider_id: str) -> Voice:
        """A gateway's list of its hosts' offers: every saying names its host."""
        return self.voice(f"{provider_id}_endpoints", "gateway", publisher=provider_id, gateway=provider_id)

    def catalogue(self, source_id: str, *, copies: tuple[str, ...] = ()) -> Voice:
        """A community catalogue: every saying about an offer names its host."""
        return self.voice(source_id, "community", copies=copies)

    def cards(self, lab_id: str) -> Voice:
        """A maker's model cards: facts, and nothing for sale."""
        return self.voice(f"{lab_id}_cards", "maker", kind="model_card", publisher=lab_id)

    def curated(self) -> Voice:
        return self.voice("curated", "curated", kind="reference")

    def record(self, voice: Voice, at: datetime, scope: str, outcome: str, **more: Any) -> None:
        self.attempts += 1
        self.ledger.record(
            {
                "fetch_id": f"{at:%Y%m%dT%H%M%SZ}-{self.attempts:05}",
                "source_id": voice.id,
                "url": scope,
                "scope": scope,
                "attempt": 1,
                "started_at": at,
                "finished_at": at,
                "outcome": outcome,
                "final_url": scope,
                "error": "",
                **more,
            }
        )

    def _knows_the_directory(self) -> None:
        """Our own list of labs and providers, as it ships."""
        if directory.SOURCE.id not in self.voices:
            voice = Voice(directory.SOURCE, self)
            for address, seen in _directory_pages():
                voice.packs(night(0), None, seen, scope=address)
            for path, body in _directory_readings().items():
                (self.readings.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.readings.folder / path).write_bytes(body)
            voice.unread.clear()
            self.voices[directory.SOURCE.id] = voice

    @contextmanager
    def _evidence(self, previous: Path | None, begun: bytes) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path, int]]:
        for voice in self.voices.values():
            voice.read_new_pages(self.readings)
        path = Home(self.home.root / "builds" / f"{self.builds:04}").work_file
        self.builds += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(begun)
        with database.opened(path) as connection:
            changed = load_evidence(
                connection,
                ledger=self.ledger,
                readings=self.readings,
                sources=[voice.source for voice in self.voices.values()],
                versions={voice.id: voice.version for voice in self.voices.values()},
                previous=previous,
            )
            yield connection, path, changed

    def follow(self, home: Home) -> dict[str, How]:
        """Go on in this home from what it published, publish it, and say what became of each table."""
        self._knows_the_directory()
        for voice in self.voices.values():
            voice.read_new_pages(self.readings)
        material = building.Material(
            home,
            self.ledger,
            self.readings,
            [voice.source for voice in self.voices.values()],
            {voice.id: voice.version for voice in self.voices.values()},
            home.warehouse,
        )
        following.begin(home)
        with database.opened(home.work_file) as connection:
            became: dict[str, How] = {}
            for step in building.steps():
                became |= building.follow(connection, step, material)
        database.publish(home)
        following.ended(home)
        return became

    def fold(self, previous: Path | None = None) -> tuple[Path, int]:
        """A file that holds the evidence alone, and how many readings changed a document since `previous`."""
        with self._evidence(previous, _empty()) as (_, path, changed):
            pass
        return path, changed

    @contextmanager
    def built(self, previous: Path | None = None) -> Iterator[Warehouse]:
        """The warehouse, open for questions."""
        with self._named(previous) as (warehouse, _):
            yield warehouse

    def file(self, previous: Path | None = None, *, of: str = "") -> Path:
        """The warehouse as a file, closed: with every table, view and macro, or with one table and those it is made from."""
        with self._named(previous) as (warehouse, path):
            if of:
                warehouse.rows(f"select * from {of} limit 0")
            else:
                warehouse.connection.execute("checkpoint")
        return path

    def counts_as_built(self) -> None:
        """The run in which everything was said so far has ended, as if with a build."""
        self._knows_the_directory()
        self.builds += 1

    @contextmanager
    def _named(self, previous: Path | None) -> Iterator[tuple[Warehouse, Path]]:
        self._knows_the_directory()
        with self._evidence(previous, _with_reference_tables()) as (connection, path, _):
            load_aliases(connection, path.with_name("aliases.jsonl"))
            yield Warehouse(connection, self.home), path


@cache
def _empty() -> bytes:
    """A work file as it begins."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database.begin(home)
        return home.work_file.read_bytes()


def _with_reference_tables() -> bytes:
    """A work file with the tables of reference data, and with those made by SQL, empty."""
    return _filled(reference_tables.REFERENCE, rules.RULES, *map(os.environ.get, rules.SET_BY.values()))


@cache
def _filled(*read: object) -> bytes:
    """For one folder of reference data, one file of rules and one number of pairs: what the tables are made from."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database.begin(home)
        with database.opened(home.work_file) as connection:
            reference_tables.load_reference(connection)
            for name in database.sql_tables_in_order():
                if not table(name).view:
                    database.create(connection, table(name))
        return home.work_file.read_bytes()


def with_reference(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: list[dict[str, Any]]) -> None:
    """The reference data as it ships, but for the named files, which hold these entries."""
    made = shutil.copytree(reference_tables.REFERENCE, folder / "reference")
    for name, entries in files.items():
        (made / f"{name}.yaml").write_text(yaml.safe_dump({name: entries}), encoding="utf-8")
    monkeypatch.setattr(reference_tables, "REFERENCE", made)


def _flat(sayings: Iterable[Saying]) -> list[Said]:
    return [each for saying in sayings for each in ([saying] if isinstance(saying, Observation | Doubt) else saying)]


@cache
def _directory_pages() -> list[tuple[str, list[Observation]]]:
    return [
        (each.url, list(directory.SOURCE.observations(Document(each.url, each.body)))) for each in directory.packaged()
    ]


@cache
def _directory_readings() -> dict[Path, bytes]:
    """The files that keep how our own list is read, the same in every world."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        voice = Voice(directory.SOURCE, world)
        for address, seen in _directory_pages():
            voice.packs(night(0), None, seen, scope=address)
        voice.read_new_pages(world.readings)
        kept = world.readings.folder
        return {path.relative_to(kept): path.read_bytes() for path in kept.rglob("*") if path.is_file()}


def _unparsed(document: Document) -> Iterable[Observation]:
    raise AssertionError(f"a made-up page is never parsed: {document.url}")
