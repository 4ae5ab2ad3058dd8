"""What a night costs with 10, 365 and 3,650 nights behind it: made-up ledgers over one offline night, no network."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from pipelines import retention
from pipelines.graph.documents import pages
from pipelines.night.night import Night, frozen
from warehouse import building, database, following
from warehouse.evidence import months
from warehouse.evidence.attempts import COLUMNS
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home

NIGHTS = (10, 365, 3_650)

ATTEMPTS = 1_200
"""So many addresses are asked in a night: those of the catalogue, confirmed again, and pages of a source that was."""

TIMES = 2
"""A night is timed so often, one after the other, and the least counts: what else runs on the machine only adds."""

LINES_FOR = 2
"""So many of the newest months are lines, as a tidied ledger has them."""


def costs(home: Home, nights: tuple[int, ...] = NIGHTS) -> Iterator[str]:
    """One line a part of a night, over the published night of a home."""
    found = {}
    for number in nights:
        with tempfile.TemporaryDirectory() as folder:
            found[number] = _timed(_with_nights(home, Home(Path(folder)), number))
    sizes = " / ".join(f"{number:,}" for number in nights)
    first = found[nights[0]]
    for part in first:
        taken = [found[number][part] for number in nights]
        ratios = " / ".join(f"{each / max(first[part], 0.01):.2f}" for each in taken)
        yield f"{part}, {sizes} nights: {ratios} ({' / '.join(f'{each:.2f}' for each in taken)})"


def _with_nights(home: Home, longer: Home, nights: int) -> Home:
    """A home that holds what this one holds, and a ledger of so many nights before that one night."""
    for kept in ("snapshots", "observations", "published"):
        if (home.root / kept).exists():
            os.symlink(home.root / kept, longer.root / kept)
    shutil.copytree(home.ledger, longer.ledger)
    rows = list(Ledger(home.ledger, "").rows())
    newest = datetime.fromisoformat(max(row["started_at"] for row in rows))
    asked = list(_asked(rows))
    runs = [newest - timedelta(days=nights - number) for number in range(nights)]
    by_month = [list(of_month) for _, of_month in groupby(runs, key=lambda at: (at.year, at.month))]
    with duckdb.connect() as memory:
        memory.execute("set TimeZone = 'UTC'")
        listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        memory.execute(f"create table asked ({listed})")
        memory.executemany(
            f"insert into asked values ({', '.join('?' * len(COLUMNS))})", [list(row.values()) for row in asked]
        )
        for of_month in by_month[:-LINES_FOR]:
            _close(memory, longer.ledger, of_month)
    for at in (each for of_month in by_month[-LINES_FOR:] for each in of_month):
        lines = "".join(json.dumps(_at(row, at)) + "\n" for row in asked)
        (longer.ledger / f"{_run(at)}.jsonl").write_text(lines, encoding="utf-8")
    return longer


def _asked(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The attempts of one night: every packaged document confirmed, the rest not modified."""
    known = [row for row in rows if row["outcome"] == "packaged"]
    for number in range(ATTEMPTS):
        row = known[number % len(known)]
        if number < len(known):
            yield {**row, "fetch_id": f"{number:06}", "outcome": "unchanged", "status": 200}
        else:
            url = f"https://pages.example/{number}"
            told = {"source_id": "pages_of_old", "url": url, "scope": url, "final_url": url}
            yield {**row, **told, "fetch_id": f"{number:06}", "outcome": "not_modified", "status": 304}


def _at(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    instant = at.isoformat(timespec="microseconds")
    told = {"fetch_id": f"{_run(at)}-{row['fetch_id']}", "run_id": _run(at)}
    return {**row, **told, "started_at": instant, "finished_at": instant}


def _run(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-past"


def _close(memory: duckdb.DuckDBPyConnection, ledger: Path, nights: list[datetime]) -> None:
    memory.execute(
        "create or replace temp table closing as"
        " select * exclude (run, began) replace ("
        "run || '-' || fetch_id as fetch_id, run as run_id, began as started_at, began as finished_at)"
        " from (select unnest(?) as run, unnest(?::timestamptz[]) as began) cross join asked order by began",
        [list(map(_run, nights)), nights],
    )
    part = ledger / ".month.part"
    months.write(memory, "closing", part, dict.fromkeys(map(_run, nights), 1))
    months.put_in_place(part, f"{nights[0]:%Y-%m}")


def _timed(home: Home) -> dict[str, float]:
    """Part of a night → processor seconds."""
    least: dict[str, float] = {}
    at = datetime.fromisoformat(max(row["started_at"] for row in Ledger(home.ledger, "").standing()))
    for number in range(TIMES + 1):
        night = Night.begin(home, frozen(at + timedelta(days=number + 1)), offline=True)
        parts = _parts(night)
        for name, work in parts.items():
            began = _processor_seconds()
            work()
            taken = _processor_seconds() - began
            if number:  # the first makes the file from nothing, and what is kept of the newest
                least[name] = min(taken, least.get(name, taken))
    whole = {"a whole night": sum(least.values()), **least}
    return {**whole, "the file, in MB": home.warehouse.stat().st_size / 10**6}


def _parts(night: Night) -> dict[str, Callable[[], object]]:
    chosen = night.sources.values()

    def ask() -> None:
        night.unpack(chosen)
        night.ask(chosen)
        with night.ledger.opened() as ledger:
            pages(ledger)
        night.read(chosen)
        with night.ledger.opened() as ledger:
            pages(ledger)

    def build() -> None:
        following.begin(night.home)
        with database.opened(night.home.work_file) as connection:
            building.build(connection, night.material)
        database.publish(night.home)
        following.ended(night.home)

    def tidy() -> None:
        retention.remove(retention.due(night.home, retention.Keep(snapshots=1_000_000)))

    return {"ask nobody and read": ask, "build": build, "tidy": tidy}


def _processor_seconds() -> float:
    taken = os.times()
    return taken.user + taken.system
