"""The checks on tables: what must hold before anything is published, and what a person should look at.

Belongs here: checks as Dagster knows them. Does not: the rules themselves (`warehouse.checking`), or how bad each is
(``reference/checks.yaml``). A blocking check that fails leaves the last edition standing.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import dagster as dg
import duckdb

from pipelines.graph import shown
from pipelines.graph.resource import Refresh
from pipelines.night.progress import Stage, tell
from warehouse import database, following, touching
from warehouse.building import How
from warehouse.checking import contradictions, kept, promises, watched
from warehouse.checking.tables import Failure, failures
from warehouse.schemas import Table, all_tables

NOTHING_BEFORE = "no file published before to compare with"

SEVERITIES: Mapping[watched.Severity, dg.AssetCheckSeverity] = {
    "warn": dg.AssetCheckSeverity.WARN,
    "error": dg.AssetCheckSeverity.ERROR,
}


def specs(declared: Table) -> list[dg.AssetCheckSpec]:
    """The checks a table carries: its schema, which blocks, and rows worth a look. A view has no schema of its own."""
    key = asset_key(declared.name)
    schema = dg.AssetCheckSpec("schema", asset=key, blocking=True, description=watched.meaning("schema"))
    looked_at = [
        dg.AssetCheckSpec(each.check, asset=key, description=_at_most(each))
        for each in watched.watches_of(declared.name)
    ]
    return [*([] if declared.view else [schema]), *looked_at]


def results(
    connection: duckdb.DuckDBPyConnection, declared: Table, published: Path | None = None, *, how: How = How.MADE
) -> Iterator[dg.AssetCheckResult]:
    """The results of `specs` over a table just made, or one that stays and whose schema held when it was made.

    published  the file published before
    """
    if not declared.view:
        found: Iterable[Failure] = ()
        if how is How.PARTLY:
            found = failures(connection, declared, among=touching.is_touched(declared))
        elif how is How.SAME:
            found = failures(connection, declared, known="true")
        elif how is How.MADE:
            found = failures(connection, declared, known=following.said_before(connection, declared, published))
        yield _verdict("schema", asset_key(declared.name), found)
    for each in watched.found(connection, declared.name, published):
        yield dg.AssetCheckResult(
            check_name=each.watch.check,
            asset_key=asset_key(declared.name),
            passed=each.passed,
            severity=SEVERITIES[each.watch.severity],
            description=f"{each.failing:,} of {each.rows:,}" if each.rows or not each.watch.against else NOTHING_BEFORE,
            metadata={
                "part": each.failing,
                "whole": each.rows,
                "share": each.share,
                "most": each.watch.most,
                **(
                    {"failing rows": shown.rows(each.columns, each.examples, each.failing - len(each.examples))}
                    if each.examples
                    else {}
                ),
            },
        )


def _at_most(watch: watched.Watch) -> str:
    return f"{watch.meaning} " + (f"At most {watch.most:.1%} is no news." if watch.most else "A single one is news.")


def asset_key(name: str) -> dg.AssetKey:
    """One name, five places: the table ``core.offers`` is the asset ``core/offers``."""
    return dg.AssetKey(name.split("."))


def _after(name: str) -> set[str]:
    """A table and everything made from it."""
    found = {name}
    for each in database.sql_tables_in_order():
        if found & set(database.reads(each)):
            found.add(each)
    return found


@dg.asset_check(
    name="promises",
    asset=asset_key("mart.comparisons"),
    blocking=True,
    # the promises speak of every table; what is made from the comparisons, or proved against them, waits for them
    additional_deps=[
        asset_key(each)
        for each in all_tables()
        if each not in {*_after("mart.comparisons"), "mart.comparison_statements", following.RECORD}
    ],
    description=watched.meaning("promises"),
)
def promises_kept(context: dg.AssetCheckExecutionContext, refresh: Refresh) -> dg.AssetCheckResult:
    """Promises 4 and 5, over every table."""
    tell(Stage("checks"))
    with refresh.work(context.run) as connection:
        database.add_questions(connection)
        is_new = not following.says_what_is_published(connection, refresh.night.home)
        return _verdict("promises", asset_key("mart.comparisons"), promises.broken(connection) if is_new else ())


@dg.asset_check(
    name="contradictions",
    asset=asset_key("mart.comparison_statements"),
    blocking=True,
    additional_deps=[asset_key("mart.comparisons")],
    description=watched.meaning("contradictions"),
)
def nothing_contradicts(context: dg.AssetCheckExecutionContext, refresh: Refresh) -> dg.AssetCheckResult:
    """What is said of the published pairs; `make contradictions` proves every pair."""
    with refresh.work(context.run) as connection:
        is_new = not following.says_what_is_published(connection, refresh.night.home)
        found = contradictions.broken(connection) if is_new else ()
        return _verdict("contradictions", asset_key("mart.comparison_statements"), found)


@dg.asset_check(
    name="kept",
    asset=asset_key(following.RECORD),
    blocking=True,
    additional_deps=[asset_key(each) for each in all_tables() if each != following.RECORD],
    description=watched.meaning("kept"),
)
def kept_as_from_nothing(context: dg.AssetCheckExecutionContext, refresh: Refresh) -> dg.AssetCheckResult:
    """One table a night; after a night that this stops the next begins from nothing."""
    if not refresh.goes_on:
        return dg.AssetCheckResult(passed=True, description="everything is made from nothing")
    with refresh.work(context.run) as connection:
        found = kept.compared(connection, kept.tonight(connection))
    return dg.AssetCheckResult(
        passed=not found.differing,
        description=f"{found.name}: {found.differing:,} of {found.rows:,} rows are not as from nothing",
        metadata={
            "table": found.name,
            "rows": found.rows,
            "rows that differ": found.differing,
            **(
                {"failing rows": shown.rows(found.columns, found.examples, found.differing - len(found.examples))}
                if found.examples
                else {}
            ),
        },
    )


def _verdict(name: str, key: dg.AssetKey, found: Iterable[Failure]) -> dg.AssetCheckResult:
    broken = list(found)
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=not broken,
        description="; ".join(str(failure) for failure in broken[:3]) or "holds",
        metadata={
            "broken rules": len(broken),
            **({"broken": dg.MetadataValue.md("\n".join(f"* {failure}" for failure in broken))} if broken else {}),
        },
    )
