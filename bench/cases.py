"""The pairs of ways that are compared, each over the same prepared night."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import duckdb

from pipelines.night import Night, frozen
from sources.contract import Document
from warehouse import database
from warehouse.evidence.tables import load_evidence
from warehouse.home import Home
from warehouse.identity.tables import load_aliases
from warehouse.reference_tables import load_reference

Ways: TypeAlias = tuple[Callable[[], object], Callable[[], object]]


class Bench:
    """One offline night, fetched, read and built, that the cases work on."""

    def __init__(self, home: Home, moment: datetime) -> None:
        self.home = home
        self.night = Night.begin(home, frozen(moment), offline=True)

    def prepare(self) -> None:
        self.night.unpack(self.night.sources.values())
        self.night.read(self.night.sources.values())
        self.build(None)
        database.publish(self.home)

    def build(self, previous: Path | None) -> None:
        """Everything after reading, into the work file."""
        database.begin(self.home)
        with database.opened(self.home.work_file) as connection:
            self.fold(connection, previous)
            load_reference(connection)
            load_aliases(connection, self.home.work_file.parent / "spellings.jsonl")
            for name in database.sql_tables_in_order():
                database.make(connection, name)

    def fold(self, connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
        load_evidence(
            connection,
            ledger=self.night.ledger,
            readings=self.night.readings,
            sources=self.night.sources.values(),
            versions={source_id: self.night.version(source_id) for source_id in self.night.sources},
            previous=previous,
        )


@dataclass(frozen=True)
class Case:
    """Two ways to the same end; the ratio printed is `one` / `other`."""

    name: str
    one: str
    other: str
    ways: Callable[[Bench], Ways]


def _folding(bench: Bench) -> Ways:
    def fold(previous: Path | None) -> None:
        database.begin(bench.home)
        with database.opened(bench.home.work_file) as connection:
            bench.fold(connection, previous)

    return lambda: fold(bench.home.warehouse), lambda: fold(None)


def _reading(bench: Bench) -> Ways:
    documents = [
        (source, Document(package.url, package.body))
        for source in bench.night.sources.values()
        if source.packaged
        for package in source.packaged()
    ]
    return (
        lambda: bench.night.read(bench.night.sources.values()),
        lambda: [source.read(document) for source, document in documents],
    )


def _pairs(bench: Bench) -> Ways:
    def make(query: str) -> None:
        with database.opened(bench.home.work_file) as connection:
            connection.execute(f"create or replace temp table pairs as {query}")

    bench.build(bench.home.warehouse)
    return (
        lambda: make("select * from mart.comparisons"),
        lambda: make("select * from mart.comparison_sheet"),
    )


def _one_pair(bench: Bench) -> Ways:
    bench.build(bench.home.warehouse)

    def ask(query: str) -> None:
        with database.opened(bench.home.work_file) as connection:
            for _ in range(20):
                connection.sql(query).fetchall()

    pair = "model_a_id = 'gpt-4o' and model_b_id = 'gpt-5'"
    return (
        lambda: ask(f"select * from mart.comparison_sheet where {pair}"),
        lambda: ask(f"select * from mart.comparisons where {pair}"),
    )


CASES = (
    Case("folding onto the last night / folding all history", "onto the last", "all history", _folding),
    Case("a night whose documents are known / parsing them", "known", "parsed", _reading),
    Case("storing narrow pairs / storing them wide", "narrow", "wide", _pairs),
    Case("one pair from the wide view / from the narrow table", "view", "table", _one_pair),
)
