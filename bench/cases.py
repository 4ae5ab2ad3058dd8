"""The pairs of ways that are compared, each over the same prepared night."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from pipelines.night.night import Night, frozen
from sources.contract import Document
from warehouse import building, database, following
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home

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
            building.build(connection, replace(self.night.material, previous=previous))

    def go_on(self) -> None:
        """Everything after reading, from what was published."""
        following.begin(self.home)
        with database.opened(self.home.work_file) as connection:
            building.build(connection, self.night.material)
        following.ended(self.home)

    def change_ten_prices(self) -> None:
        """A new body of one catalogue, in which ten input prices are seven per cent higher."""
        source = self.night.sources["genai_prices"]
        (package,) = source.packaged() if source.packaged else ()
        body, changed = re.subn(
            rb'("input_mtok": )([0-9.]+)',
            lambda found: b"%s%.9g" % (found[1], float(found[2]) * 1.07),
            package.body,
            count=10,
        )
        assert changed == 10
        later = self.night.settings.clock() + timedelta(hours=1)
        told = next(row for row in self.night.ledger.rows() if row["source_id"] == source.id)
        sha256 = self.night.snapshots.keep(body)
        again = {"fetch_id": "ten-prices", "started_at": later, "finished_at": later, "sha256": sha256}
        Ledger(self.home.ledger, "ten-prices").record({**told, **again})
        self.night.read([source])

    def fold(self, previous: Path | None) -> None:
        """The evidence alone, into the work file."""
        database.begin(self.home)
        with database.opened(self.home.work_file) as connection:
            building.steps()[0].make(connection, replace(self.night.material, previous=previous))


@dataclass(frozen=True)
class Case:
    """Two ways to the same end; the ratio printed is `one` / `other`."""

    name: str
    one: str
    other: str
    ways: Callable[[Bench], Ways]


def _folding(bench: Bench) -> Ways:
    return lambda: bench.fold(bench.home.warehouse), lambda: bench.fold(None)


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


def _unchanged(bench: Bench) -> Ways:
    return bench.go_on, lambda: bench.build(None)


def _ten_prices(bench: Bench) -> Ways:
    bench.change_ten_prices()
    return bench.go_on, lambda: bench.build(None)


CASES = (
    Case("a build in which nothing changed / from nothing", "nothing changed", "from nothing", _unchanged),
    Case("folding onto the last night / folding all history", "onto the last", "all history", _folding),
    Case("a night whose documents are known / parsing them", "known", "parsed", _reading),
    Case("storing narrow pairs / storing them wide", "narrow", "wide", _pairs),
    Case("one pair from the wide view / from the narrow one", "wide", "narrow", _one_pair),
    Case("a build in which ten prices changed / from nothing", "ten prices", "from nothing", _ten_prices),
)
