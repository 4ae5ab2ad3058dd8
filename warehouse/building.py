"""In which order the file is made: every step with the tables it makes, and what each of those is made from.

Belongs here: the order. Does not: how a table is computed (``sql/``, the loaders), who runs a step and shows it (the
Dagster graph, the benchmarks), or what is published of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TypeAlias

import duckdb

from sources.contract import Source
from warehouse import database, following, reference_tables, touching
from warehouse.evidence import tables as evidence
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.readings import Readings
from warehouse.home import Home
from warehouse.identity.redirects import load_redirects
from warehouse.identity.tables import load_aliases, said_of_names
from warehouse.schemas import table

FEW_CLAIMS = 0.005
"""Where no larger part of the claims has begun or ended, a night works on one thread: its statements are over few rows,
and those are sooner gone through than shared out."""


@dataclass(frozen=True)
class Material:
    """What a file is made from.

    versions  source id → the version of its parser, whose readings count
    previous  the last published warehouse, whose claims are folded on; None folds all history
    """

    home: Home
    ledger: Ledger
    readings: Readings
    sources: Sequence[Source]
    versions: Mapping[str, str]
    previous: Path | None


Make: TypeAlias = Callable[[duckdb.DuckDBPyConnection, Material], object]


@dataclass(frozen=True)
class Step:
    """One step: each table it makes, with the tables that one is made from.

    takes      digest of what it takes of those, for a step that takes little of them
    beside     digest of what it reads beside them
    is_always  whether it is made every night: it sees for itself what is new
    """

    name: str
    tables: Mapping[str, Sequence[str]]
    make: Make
    takes: Callable[[duckdb.DuckDBPyConnection], str] | None = None
    beside: Callable[[Material], str] = lambda _: ""
    is_always: bool = False


def steps() -> tuple[Step, ...]:
    """Every step, each after what it reads."""
    evidence_from = {
        "raw.runs": ("raw.fetches",),
        following.RECORD: ("raw.fetches",),
        "evidence.folded_claims": ("raw.fetches", "raw.documents", "raw.doubts"),
        "evidence.folds": ("raw.fetches", "raw.documents"),
        "quality.build": ("raw.fetches",),
    }
    names_from = {
        "core.model_aliases": ("evidence.folded_claims",),
        "evidence.model_families": ("evidence.folded_claims", "raw.sources"),
    }
    redirects_from = {"core.model_redirects": ("core.models", "core.model_aliases")}
    return (
        Step(
            "evidence",
            {name: evidence_from.get(name, ()) for name in (*evidence.MADE, following.RECORD)},
            _load_evidence,
            is_always=True,
        ),
        # the tables of reference data are made from no other; they wait for the file they are put into
        Step(
            "reference", dict.fromkeys(reference_tables.MADE, ("quality.build",)), _load_reference, takes=lambda _: ""
        ),
        Step("core__model_aliases", names_from, _load_aliases, takes=said_of_names),
        *(
            Step(name.replace(".", "__"), {name: database.reads(name)}, partial(_make_by_sql, name=name))
            for name in database.sql_tables_in_order()
        ),
        Step("core__model_redirects", redirects_from, _load_redirects, beside=_ids_published),
    )


class How(Enum):
    """What became of a table in a night."""

    STAYS = "it stays as it was"
    SAME = "it was made again, and says the same"
    PARTLY = "the rows of some models were made again, and say something else"
    MADE = "it was made, and says something else"


def build(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    """Make every table again that is not what it would be."""
    for step in steps():
        follow(connection, step, material)


def follow(connection: duckdb.DuckDBPyConnection, step: Step, material: Material) -> dict[str, How]:
    """Make the tables of a step where what they are made from changed; what became of each.

    Where they stay, their dates of review are brought up to date.
    """
    known = following.record(connection)
    before = {name: known.get(name, following.NEVER) for name in step.tables}
    if step.is_always:
        touching.forget(connection)
        step.make(connection, material)
        return {name: _put_down(connection, name, following.NEVER, before[name]) for name in step.tables}
    now = {
        name: following.Made(_made_from(connection, step, name, known, material), dates=_dates_of(name, known))
        for name in step.tables
    }
    # a view is its query: what it reads may say something else, it does not
    if all(before[name].made_from == now[name].made_from or (table(name).view and name in known) for name in now):
        for name in now:
            if before[name].dates != now[name].dates:
                _redate(connection, name)
                following.keep_record(connection, name, replace(before[name], dates=now[name].dates))
        return dict.fromkeys(now, How.STAYS)
    touched = _touched(connection, step, known, material)
    if touched is None:
        _make(connection, step, material)
        return {name: _put_down(connection, name, now[name], before[name]) for name in now}
    how = {}
    for name in now:
        content = touching.make_partly(connection, name, touched, following.Content.read(before[name].content))
        _redate(connection, name)
        how[name] = _keep(connection, name, now[name], before[name], content, How.PARTLY)
        touching.remember(name, (before[name].content, str(content)), touched)
    return how


def _made_from(
    connection: duckdb.DuckDBPyConnection,
    step: Step,
    name: str,
    known: Mapping[str, following.Made],
    material: Material,
) -> str:
    if step.takes:
        return following.digest(name, step.takes(connection))
    asks_when = table(name).made_by == "sql" and database.asks_when(name)
    return following.digest(
        following.made_from(name, following.contents(connection, known, tuple(step.tables[name]))),
        known[following.DATES].content if asks_when else "",
        step.beside(material),
    )


def _dates_of(name: str, known: Mapping[str, following.Made]) -> str:
    return known[following.DATES].content if database.reviews(name) else ""


def _redate(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    if database.reviews(name):
        database.redate(connection, name)


def _touched(
    connection: duckdb.DuckDBPyConnection, step: Step, known: Mapping[str, following.Made], material: Material
) -> frozenset[str] | None:
    """The models that a step's tables are made again for; None for all."""
    (name, *others) = step.tables
    if others or not table(name).is_local or name not in known or material.previous is None:
        return None
    if not database.attach(connection, material.previous):
        return None
    before = following.record(connection, "before")
    models: set[str] = set()
    for origin in following.stored(database.reads(name)):
        if origin not in before or known[origin].content == before[origin].content:
            continue
        touched = touching.models_of(connection, origin, (before[origin].content, known[origin].content))
        if touched is None:
            return None
        models |= touched
    if table(name).is_of_kin:
        models |= touching.kin(connection, models)
    ((all_models,),) = connection.sql("select count(*) from before.core.models").fetchall()
    return frozenset(models) if len(models) <= touching.MOST * all_models else None


def _make(connection: duckdb.DuckDBPyConnection, step: Step, material: Material) -> None:
    for name in step.tables:
        database.drop(connection, name)
    step.make(connection, material)


def _put_down(connection: duckdb.DuckDBPyConnection, name: str, made: following.Made, before: following.Made) -> How:
    """Write down how a table was made and what it says; whether that is what it said before."""
    if name == following.RECORD:
        return How.MADE
    if table(name).view:
        following.keep_record(connection, name, made)
        return How.MADE
    return _keep(connection, name, made, before, following.Content.of(connection, table(name)))


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    made: following.Made,
    before: following.Made,
    content: following.Content,
    how: How = How.MADE,
) -> How:
    following.keep_record(connection, name, replace(made, content=str(content), rows=content.rows))
    return How.SAME if before.content == str(content) else how


def _load_evidence(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    goes_on = bool(following.record(connection))
    before = database.as_of(connection) if goes_on else None
    evidence.load_evidence(
        connection,
        ledger=material.ledger,
        readings=material.readings,
        sources=material.sources,
        versions=material.versions,
        previous=material.previous,
    )
    if before and _part_moved(connection, before) <= FEW_CLAIMS:
        connection.execute("set threads = 1")


def _part_moved(connection: duckdb.DuckDBPyConnection, since: datetime) -> float:
    """Of all claims, the part that began or ended later than an instant."""
    ((part,),) = connection.execute(
        "select coalesce(avg((greatest(first_seen_at, superseded_at) > ?)::int), 0) from evidence.folded_claims",
        [since],
    ).fetchall()
    return float(part)


def _load_reference(connection: duckdb.DuckDBPyConnection, _: Material) -> None:
    reference_tables.load_reference(connection)


def _load_aliases(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    load_aliases(connection, material.home.work_file.with_name("aliases.jsonl"))


def _ids_published(material: Material) -> str:
    published = material.home.published
    return following.digest(published.read_text(encoding="utf-8") if published.exists() else "")


def _load_redirects(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    load_redirects(connection, material.home)


def _make_by_sql(connection: duckdb.DuckDBPyConnection, _: Material, *, name: str) -> None:
    touching.make(connection, name)
