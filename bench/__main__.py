"""Run every benchmark over one offline night, of the catalogue that ships with the project: no network. Where documents
are recorded beside the checkout, the whole market of one day is measured too.

All comparisons at more models than there are come last, over the warehouse there is, else over that night's.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bench import growth, market, pairs, parsing, publishing, ten_years
from bench.cases import CASES, Bench
from warehouse.home import Home

RUNS = 3


def median_seconds(work: Callable[[], object]) -> float:
    """The median of `RUNS` timings, after one run that does not count."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Home(Path(folder)), datetime(2026, 11, 22, tzinfo=UTC))
        bench.prepare()
        print(f"DuckDB {duckdb.__version__}; medians of {RUNS} runs after one that does not count")
        for case in CASES:
            one, other = case.ways(bench)
            first, second = median_seconds(one), median_seconds(other)
            print(f"{case.name}: {first / second:.2f} ({case.one} {first:.2f} s, {case.other} {second:.2f} s)")
        print(f"The market of {market.DAY:%d %B %Y}, whole runs: parts of the one from its snapshots alone")
        for line in market.costs():
            print(f"  {line}")
        print("Reading documents / merely loading them, in processor seconds")
        for line in parsing.costs():
            print(f"  {line}")
        print(f"A night after so many, {ten_years.ATTEMPTS:,} attempts each: ratios (processor seconds)")
        for line in ten_years.costs(bench.home):
            print(f"  {line}")
        print(f"{growth.SIZES[0]:,} made-up cards beside the catalogue in packages, in processor seconds")
        for line in growth.costs(growth.SIZES[:1]):
            print(f"  {line}")
        print("An edition of that night, in processor seconds")
        for line in publishing.costs(bench.home):
            print(f"  {line}")
        published = Home.from_environment().warehouse
        pairs.report(published if published.exists() else bench.home.warehouse, pairs.SIZES)


if __name__ == "__main__":
    main()
