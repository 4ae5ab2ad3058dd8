"""In which order the file is made: every step with the tables it makes, and what each of those is made from.

Belongs here: the order. Does not: how a table is computed (``sql/``, the loaders), who runs a step and shows it (the
Dagster graph, the benchmarks), or what is published of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import duckdb

from sources.contract import Source
from warehouse import database, reference_tables
from warehouse.evidence import tables as evidence
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.readings import Readings
from warehouse.home import Home
from warehouse.identity.redirects import load_redirects
from warehouse.identity.tables import load_aliases


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
    """One step: each table it makes, with the tables that one is made from."""

    name: str
    tables: Mapping[str, Sequence[str]]
    make: Make


def steps() -> tuple[Step, ...]:
    """Every step, each after what it reads; the first needs an empty file."""
    evidence_from = {
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
        Step("evidence", {name: evidence_from.get(name, ()) for name in evidence.MADE}, _load_evidence),
        # the tables of reference data are made from no other; they wait for the file they are put into
        Step("reference", dict.fromkeys(reference_tables.MADE, ("quality.build",)), _load_reference),
        Step("core__model_aliases", names_from, _load_aliases),
        *(
            Step(name.replace(".", "__"), {name: database.reads(name)}, partial(_make_by_sql, name=name))
            for name in database.sql_tables_in_order()
        ),
        Step(
            "core__model_redirects",
            redirects_from,
            _load_redirects,
        ),
    )


def build(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    """Make every table, into an empty work file."""
    for step in steps():
        step.make(connection, material)


def _load_evidence(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    evidence.load_evidence(
        connection,
        ledger=material.ledger,
        readings=material.readings,
        sources=material.sources,
        versions=material.versions,
        previous=material.previous,
    )


def _load_reference(connection: duckdb.DuckDBPyConnection, _: Material) -> None:
    reference_tables.load_reference(connection)


def _load_aliases(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    load_aliases(connection, material.home.work_file.with_name("aliases.jsonl"))


def _load_redirects(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    load_redirects(connection, material.home)


def _make_by_sql(connection: duckdb.DuckDBPyConnection, _: Material, *, name: str) -> None:
    database.make(connection, name)
