"""Nights over the written fixtures: every source as declared, but with its fixture for its world.

Belongs here: making the declared sources content with small documents, and running one night over a mirror of them,
as the job or without it, in this process or in one that can be killed. Does not: what is asserted.
"""

import importlib
import itertools
import multiprocessing
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

# The graph is made of the sources as declared, so it is made before they shrink.
from pipelines import definitions  # noqa: F401
from pipelines.graph.by_hand import NightlyResult, run_nightly
from pipelines.graph.sources import rounds
from pipelines.night.night import Night, frozen
from pipelines.publishing import publish
from sources.contract import Document, Packaged, Source
from sources.registry import all_sources
from sources.transport import fetch
from tests.end_to_end.mirror import Page, World, mirrored
from tests.fixture_files import fixture_documents
from warehouse import building, database, following
from warehouse.checking import contradictions, promises
from warehouse.checking.tables import failures
from warehouse.hashing import row_hash
from warehouse.home import Home, alone
from warehouse.schemas import all_tables

FIRST = datetime(2026, 8, 20, 23, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)

FEW = (
    "models_dev",
    "openai_pricing",
    "openai_model_pages",
    "openrouter_models",
    "openrouter_endpoints",
    "huggingface_cards",
)
"""Sources of both rounds, a few documents of each: a world for tests of how a night is done, not of what it finds."""

QUICK: dict[str, Any] = {"retries": 1, "retry_after_max": 0.05, "backoff": lambda _: 0.0}
"""Nothing on loopback gets better by waiting."""


def pages() -> dict[str, Page]:
    """Address → the first fixture written for it, of every source that is asked over the network."""
    found: dict[str, Page] = {}
    for source in all_sources().values():
        for document in fixture_documents(source).values():
            if document.url.startswith("https://"):
                media = source.media_of.get(document.url, source.media)
                found.setdefault(document.url, Page(document.url, document.body, media))
    return found


@contextmanager
def small_sources(sources: Iterable[Source] | None = None) -> Iterator[None]:
    """These sources, or all, are content with one subject, and have no address and no packaged data but their fixtures'.

    Declarations are shared by the registry, the graph and every night, so they are changed where they are.
    """
    chosen = all_sources().values() if sources is None else sources
    declared = {source.id: (source, vars(source).copy()) for source in chosen}
    try:
        for source, _ in declared.values():
            changed(source, **_small(source))
        yield
    finally:
        for source, fields in declared.values():
            changed(source, **fields)


@contextmanager
def few_sources(ids: Iterable[str]) -> Iterator[None]:
    """These sources, content as in `small_sources`; no other has an address or packaged data."""
    chosen = [all_sources()[each] for each in ids]
    others = [source for source in all_sources().values() if source not in chosen]
    declared = [(source, vars(source).copy()) for source in others]
    try:
        for source in others:
            changed(source, urls=(), packaged=None)
        with small_sources(chosen):
            yield
    finally:
        for source, fields in declared:
            changed(source, **fields)


def _small(source: Source) -> dict[str, Any]:
    documents = list(fixture_documents(source).values())
    ours = [each for each in documents if not each.url.startswith("https://")]
    return {
        "rows": (1, 10**6),
        "urls": tuple(dict.fromkeys(each.url for each in documents if each.url in source.urls)),
        "packaged": (lambda: _packaged(ours)) if ours else None,
    }


def _packaged(documents: list[Document]) -> Iterator[Packaged]:
    for document in documents:
        yield Packaged(document.url, document.body, checked_on=None)


def changed(source: Source, **fields: Any) -> None:
    """Other fields of a declaration, which nobody else may change."""
    for name, value in fields.items():
        object.__setattr__(source, name, value)


@contextmanager
def quick_on(mirror: str) -> Iterator[None]:
    """The environment says this mirror and no key, and nobody waits long for an answer."""
    declared = fetch.Settings.from_environment
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALMANAC_MIRROR", mirror)
        for variable in ("ALMANAC_OFFLINE", *filter(None, (each.key_variable for each in all_sources().values()))):
            patch.delenv(variable, raising=False)
        patch.setattr(fetch.Settings, "from_environment", lambda clock: replace(declared(clock), **QUICK))
        yield


@contextmanager
def small_world() -> Iterator[World]:
    """A mirror of the fixtures, and sources that are content with it."""
    with small_sources(), mirrored(pages()) as world, quick_on(world.url):
        yield world


def copied(home: Home, to: Path) -> Home:
    """The same data folder elsewhere, without Dagster's memory of it."""
    for path in (home.editions, home.snapshots):
        shutil.copytree(path, to / path.relative_to(home.root), symlinks=True, copy_function=_linked)
    others = shutil.ignore_patterns("dagster", home.editions.name, home.snapshots.name)
    shutil.copytree(home.root, to, symlinks=True, ignore=others, dirs_exist_ok=True)
    return Home(to)


def _linked(file: str, to: str) -> None:
    """One more name for a file that nobody writes to again, where the disk allows it."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


def night(home: Home, as_of: datetime, **asked: Any) -> NightlyResult:
    """The nightly job, in this process."""
    return run_nightly(home, as_of=as_of, **asked)


def passed(home: Home, as_of: datetime, *, asking: bool = True) -> None:
    """A night as the job has it pass, without the job, which costs as much again and more: asked, read, built, published.

    For what a night leaves behind; how its run is kept and shown is asked of `night`. What the job's checks find is
    `broken_rules`; they are no part of this, so that the same tables are not checked again and again.
    """
    built(read(home, as_of, asking=asking))
    publish(home)


def read(home: Home, as_of: datetime, *, asking: bool = True) -> Night:
    """A night up to what is built of it: every source asked, unless nobody is, and everything new read."""
    one = Night.begin(home, frozen(as_of))
    for sources in rounds():
        one.unpack(sources)
        if asking:
            one.ask(sources)
        one.read(sources)
    return one


def built(one: Night) -> None:
    """The work file of a night that has been read; it goes on from what is published, where that may be."""
    following.begin(one.home)
    with database.opened(one.home.work_file) as connection:
        building.build(connection, one.material)
        database.add_questions(connection)


def broken_rules(home: Home) -> list[str]:
    """What the blocking checks find in the published file."""
    with database.opened(home.warehouse, read_only=True) as connection:
        tables = [each for each in all_tables().values() if not each.view]
        checks = (failures(connection, each) for each in tables)
        found = (*checks, promises.broken(connection), contradictions.broken(connection))
        return [str(each) for each in itertools.chain(*found)]


def answers(home: Home, question: str, *given: Any) -> list[tuple[Any, ...]]:
    """What the file analysts open says."""
    with database.opened(home.warehouse, read_only=True) as connection:
        return connection.execute(question, given).fetchall()


SAYS_WHEN_IT_WAS_READ = ("last_reviewed_at", "last_ok_at", "last_attempt_at")

Held = dict[str, Counter[int]]
"""Table → the hashes of its rows, each with how often it is there."""


def held(home: Home, *schemas: str) -> Held:
    """Every row of the exported tables of these schemas, without what says when it was last read."""
    found: Held = {}
    for declared in all_tables().values():
        if declared.schema in schemas and declared.exported:
            stands = "rule_id <> 'reviewed'" if declared.name == "mart.comparison_statements" else "true"
            counted = {
                f'"{each.name}"': each.kind for each in declared.columns if each.name not in SAYS_WHEN_IT_WAS_READ
            }
            told = f"select {row_hash(counted)} from {declared.name} where {stands}"
            found[declared.name] = Counter(row for (row,) in answers(home, told))
    return found


def new(before: Held, after: Held) -> dict[str, int]:
    """Table → how many rows it has that it had not: only tables with any, for a diff of all rows takes for ever."""
    return {name: count for name in after if (count := (after[name] - before[name]).total())}


# a night in a process of its own -------------------------------------------------------------------------------------

FORKS = multiprocessing.get_context("forkserver")
"""Each child begins with everything imported and no thread, and may be killed."""

FORKS.set_forkserver_preload(["tests.conftest", __name__])


def night_apart(root: Path, mirror: str, as_of: datetime) -> None:
    """A night as a child runs it: raises where it did not succeed."""
    with small_sources(), quick_on(mirror):
        assert night(Home(root), as_of).errors == []


def night_that_stops(root: Path, mirror: str, as_of: datetime, place: str, turn: int, reached: Event) -> None:
    """A night that stands still for ever where it would call `place` (``module:name``) for the nth time."""
    stop_at(place, turn, reached)
    night_apart(root, mirror, as_of)


def publication_that_stops(root: Path, place: str, turn: int, reached: Event) -> None:
    """A publication of the work file that is there, which stands still for ever like that."""
    stop_at(place, turn, reached)
    with alone(Home(root)):
        publish(Home(root))


def stop_at(place: str, turn: int, reached: Event) -> None:
    turns = itertools.count(1)

    def stop() -> None:
        if next(turns) == turn:
            reached.set()
            threading.Event().wait()

    before_each_call(place, stop)


def before_each_call(place: str, done: Callable[[], None]) -> None:
    """From now on `done` is called before `place` (``module:name``) is, in this process."""
    module_name, _, dotted = place.partition(":")
    *owners, name = dotted.split(".")
    owner: Any = importlib.import_module(module_name)
    for each in owners:
        owner = getattr(owner, each)
    real = getattr(owner, name)

    def called(*args: Any, **named: Any) -> Any:
        done()
        return real(*args, **named)

    setattr(owner, name, called)
