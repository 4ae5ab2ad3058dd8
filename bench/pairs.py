"""What all comparisons cost beside a copy of them, at more models than there are: the listed ones, cloned.

What a night makes and stores (``mart.pairs``) and what a reader of everything pays (``mart.comparisons``, a view over
it), each beside a copy of all comparisons from table to table.

The clones are alike in everything but their ids, so the sets of providers and capabilities stay those of the file; two
clones of one model share no results. Alone: ``python -m bench.pairs [--whole] [MODELS …]``; ``--whole`` times every
pair of many models too: a quarter of an hour and twelve gigabytes at 20,000.
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.home import Home
from warehouse.schemas import Table, table

SIZES = (1_500, 5_000, 20_000)
THREADS = 2
MEMORY = "3GB"
ENOUGH = 12_500_000
"""Pairs that are timed; of more, those of every so many-th model are."""
FEW = 2_000_000
"""Up to so many pairs are timed three times."""

_EVERY_PAIR = "on a.number < b.number"
_STORED = table("mart.pairs")
_ALL = table("mart.comparisons")

_CLONES = """
create temp table clones as
with copies as (
    select
        sides.model_id,
        range as copy,
        sides.model_id || case when range > 0 then printf('~%04d', range) else '' end as clone_id
    from source.mart.sides as sides
    cross join range((select cast(ceil($models / count(*)) as bigint) from source.mart.sides))
    order by copy asc nulls last, md5(sides.model_id) asc nulls last, model_id asc nulls last
    limit $models
)
select model_id, clone_id, copy, row_number() over (order by clone_id asc nulls last) as number
from copies
"""
_FILLED = {
    "mart.sides": """
        select sides.* replace (clones.clone_id as model_id, cast(clones.number as integer) as number)
        from source.mart.sides as sides
        join clones using (model_id)
        order by clones.number asc nulls last
    """,
    "evidence.paired_models": "select clone_id as model_id from clones",
    "mart.shared_sellers": "select * from source.mart.shared_sellers",
    "evidence.pair_results": """
        select found.* replace (
            least(a.clone_id, b.clone_id) as model_a_id,
            greatest(a.clone_id, b.clone_id) as model_b_id,
            case when a.clone_id < b.clone_id then found.leads_a else found.leads_b end as leads_a,
            case when a.clone_id < b.clone_id then found.leads_b else found.leads_a end as leads_b,
            found.top_benchmark_gap * case when a.clone_id < b.clone_id then 1 else -1 end as top_benchmark_gap
        )
        from source.evidence.pair_results as found
        join clones as a
            on a.model_id = found.model_a_id
        join clones as b
            on b.model_id = found.model_b_id
    """,
}


@dataclass(frozen=True)
class Cost:
    """One way to fill a table: processor seconds, and the most memory this process held."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Figures:
    """What was measured at one number of models."""

    models: int
    all_pairs: int
    pairs: int
    made: Cost
    read: Cost
    copy: Cost
    size: int
    size_of_all: int
    lookup: float

    @property
    def ratio(self) -> float:
        """What is made and stored beside a copy of everything."""
        return self.made.seconds / self.copy.seconds

    def line(self) -> str:
        timed = f"slice of {self.pairs:,} of " if self.pairs < self.all_pairs else ""
        return (
            f"{self.models:,} models, {timed}{self.all_pairs:,} pairs: {self.ratio:.2f}"
            f" (made and stored {self.made.seconds:.1f} s of processor, copy {self.copy.seconds:.1f} s,"
            f" all read into a table {self.read.seconds:.1f} s: {self.read.seconds / self.copy.seconds:.2f};"
            f" at most {max(self.made.memory, self.read.memory) / 2**20:,.0f} MB of memory;"
            f" stored {self.size / 2**20:,.0f} MB, all columns {self.size_of_all / 2**20:,.0f} MB;"
            f" one pair by ids after {self.lookup * 1000:.1f} ms)"
        )


def measure(source: Path, models: int, enough: int = ENOUGH) -> Figures:
    """Both ways over so many clones of a file's listed models, with the same settings."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database.begin(home)
        with database.opened(home.work_file) as connection:
            connection.execute(f"attach '{source}' as source (read_only)")
            connection.execute(_CLONES.replace("$models", str(models)))
            for name, query in _FILLED.items():
                database.create(connection, table(name))
                connection.execute(f"insert into {name} by name {query}")
            connection.execute("detach source")
            connection.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY}'")
            connection.execute(f"set temp_directory = '{folder}/temporary'")
            return _measured(connection, models, models * (models - 1) // 2, enough)


def _measured(connection: duckdb.DuckDBPyConnection, models: int, all_pairs: int, enough: int) -> Figures:
    query = database.query("mart.pairs")
    every = -(-all_pairs // enough)
    if every > 1:
        assert query.count(_EVERY_PAIR) == 1, "the pairs are made another way than the slice knows"
        query = query.replace(_EVERY_PAIR, f"{_EVERY_PAIR} and a.number % {every} = 0")
    runs = 3 if all_pairs <= FEW else 1

    def fill(name: str, declared: Table, rows: str = "") -> Cost:
        """The median of the runs, each into an empty table of that name: of these rows, or as a night fills it."""
        columns = ", ".join(column.name for column in declared.columns)
        insert = f"insert into {name} ({columns}) select {columns} from ({rows}\n)"
        costs = []
        for _ in range(runs):
            connection.execute(f"drop table if exists {name}")
            connection.execute(declared.ddl().replace(declared.name, name))
            connection.execute("checkpoint")
            costs.append(
                _cost(connection, lambda: connection.execute(insert) if rows else database.fill(connection, name))
            )
        return Cost(statistics.median(cost.seconds for cost in costs), max(cost.memory for cost in costs))

    made = fill("mart.pairs", _STORED, query if every > 1 else "")
    connection.execute(f"create view mart.comparisons as {database.query('mart.comparisons')}")
    read = fill("mart.everything", _ALL, "select * from mart.comparisons")
    copied = fill("mart.copied", _ALL, "select * from mart.everything")
    return Figures(
        models,
        all_pairs,
        database.rows(connection, "mart.pairs"),
        made,
        read,
        copied,
        _size(connection, "mart.pairs"),
        _size(connection, "mart.everything"),
        _lookup(connection),
    )


def _cost(connection: duckdb.DuckDBPyConnection, work: Callable[[], object]) -> Cost:
    """Of some work and of writing what it made to the file."""
    # the most that was held is counted from here on
    Path("/proc/self/clear_refs").write_text("5")
    begun = time.process_time()
    work()
    connection.execute("checkpoint")
    seconds = time.process_time() - begun
    (most,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return Cost(seconds, int(most) * 1024)


def _size(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Bytes of the blocks a table fills."""
    ((size,),) = connection.execute(
        f"""
        select count(distinct stored.block_id) * any_value(pages.block_size)
        from pragma_storage_info('{name}') as stored
        cross join pragma_database_size() as pages
        where stored.block_id >= 0
        """
    ).fetchall()
    return int(size)


def _lookup(connection: duckdb.DuckDBPyConnection) -> float:
    """Seconds somebody waits for one pair by its ids, the median of pairs from all over the table after one look."""
    pairs = connection.execute(
        """
        select model_a_id, model_b_id
        from mart.comparisons
        order by md5(model_a_id || ' ' || model_b_id) asc nulls last
        limit 20
        """
        if database.rows(connection, "mart.pairs") <= FEW
        else "select model_a_id, model_b_id from mart.comparisons using sample 20 (reservoir, 7)"
    ).fetchall()

    def asked(ids: tuple[str, str]) -> float:
        begun = time.perf_counter()
        found = connection.execute(
            "select * from mart.comparisons where model_a_id = ? and model_b_id = ?", list(ids)
        ).fetchall()
        assert len(found) == 1
        return time.perf_counter() - begun

    asked(pairs[0])
    return statistics.median(asked(ids) for ids in pairs)


def report(source: Path, sizes: Sequence[int], say: Callable[[str], object] = print, *, enough: int = ENOUGH) -> None:
    say(
        f"all pairs made and stored / a copy of all comparisons, {THREADS} threads, at most {MEMORY}, into a file, its"
        " checkpoint counted"
    )
    for models in sizes:
        say(measure(source, models, enough).line())


def main() -> None:
    source = Home.from_environment().warehouse
    if not source.exists():
        raise SystemExit(f"there is no warehouse at {source}; run a refresh first, or name its folder by ALMANAC_HOME")
    sizes = [int(each) for each in sys.argv[1:] if each.isdigit()] or SIZES
    enough = sys.maxsize if "--whole" in sys.argv[1:] else ENOUGH
    report(source, sizes, lambda words: print(words, flush=True), enough=enough)


if __name__ == "__main__":
    main()
