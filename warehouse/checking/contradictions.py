"""Proof that no two statements contradict each other and that each says what its claims say.

Over published pairs in every night; over every pair by ``python -m warehouse.checking.contradictions FILE`` (make
contradictions). Belongs here: what must never be said together, checked. Does not: what is said
(``sql/mart/comparison_statements.sql``), or which rules exclude each other (``reference/rules.yaml``).

The facts are proved against their cells and claims once for each model (``sql/checks/facts.sql``): a statement's
numbers are its facts', whatever the pair. What is said together is proved for each pair over rule, side and item,
without the sentences (``sql/checks/contradictions.sql``), and against ``mart.comparisons``, which computes the same in
another way.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse import database, rules
from warehouse.checking.tables import Failure
from warehouse.home import Home

PUBLISHED = "mart.published_pairs"
CHUNK = 20_000
"""Pairs proved at a time, so that memory stays bounded."""

_NAME = "mart.comparison_statements"


def broken(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    """Every contradiction among the published pairs, counted by its rule."""
    yield from _counted(connection, "mart.model_facts", _check("facts"))
    yield from _counted(connection, _NAME, _check("sentences"))
    tell(connection, PUBLISHED)
    yield from _counted(connection, _NAME, _contradictions())


def tell(connection: duckdb.DuckDBPyConnection, pairs: str) -> int:
    """The temporary relation ``told`` of what is said of the pairs, and what excludes what beside it. Its rows."""
    head, found, _ = database.statements_of(pairs).partition("\n-- places ---")
    assert found
    connection.execute(
        f"""
        create or replace temp table told as
        {head.rstrip().rstrip(",")}
        select
            directed.model_a_id,
            directed.model_b_id,
            directed.side,
            told.rule_id,
            told.nth
        from told
        join directed
            on directed.way = told.way
        """
    )
    told = rules.read()["contradictions"]
    connection.execute("create or replace temp table exclusive (number integer, per varchar, rule_id varchar)")
    connection.executemany(
        "insert into exclusive values (?, ?, ?)",
        [
            (number, group["per"], rule_id)
            for number, group in enumerate(told["at_most_one"], start=1)
            for rule_id in group["rules"]
        ],
    )
    connection.execute("create or replace temp table same_model (number integer, rule_id varchar)")
    connection.executemany(
        "insert into same_model values (?, ?)",
        [(number, rule_id) for number, group in enumerate(told["same_model"], start=1) for rule_id in group],
    )
    connection.execute("create or replace temp table praises (rule_id varchar)")
    connection.executemany("insert into praises values (?)", [(rule_id,) for rule_id in told["praises"]])
    return database.rows(connection, "told")


def over_every_pair(
    connection: duckdb.DuckDBPyConnection, chunk: int = CHUNK
) -> Iterator[tuple[int, int, list[Failure]]]:
    """Pairs, statements and contradictions of one piece after the other, until every pair has been proved."""
    connection.execute(
        """
        create or replace temp table every_pair as
        select model_a_id, model_b_id, row_number() over (order by model_a_id, model_b_id) as number
        from mart.comparisons
        """
    )
    pairs = database.rows(connection, "every_pair")
    for start in range(0, pairs, chunk):
        piece = f"(select model_a_id, model_b_id from every_pair where number > {start} and number <= {start + chunk})"
        statements = tell(connection, piece)
        yield min(chunk, pairs - start), statements, list(_counted(connection, _NAME, _contradictions()))


def _check(name: str) -> str:
    return (database.SQL / "checks" / f"{name}.sql").read_text(encoding="utf-8")


def _contradictions() -> str:
    return f"select rule, model_a_id || ' / ' || model_b_id as example from ({_check('contradictions')}\n)"


def _counted(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> Iterator[Failure]:
    for rule, rows, example in connection.sql(
        f"select rule, count(*), min(example) from ({query}\n) group by rule order by rule"
    ).fetchall():
        yield Failure(table, "rule_id", rule, rows, str(example))


def main(path: Path) -> int:
    """Prove every pair of one file, and print how many statements and contradictions there are."""
    started = time.monotonic()
    with database.opened(path, read_only=True) as connection:
        connection.execute("set memory_limit = '3GB'")
        found = list(broken(connection))
        pairs = statements = 0
        for some, told, failures in over_every_pair(connection):
            pairs, statements = pairs + some, statements + told
            found += failures
            print(f"{pairs:,} pairs, {statements:,} statements, {len(found)} contradictions", file=sys.stderr)
    for failure in found:
        print(failure)
    print(
        f"{pairs:,} pairs, {statements:,} statements, {sum(each.rows for each in found):,} contradictions,"
        f" {time.monotonic() - started:.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Home.from_environment().warehouse))
