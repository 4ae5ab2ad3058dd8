"""The checks on tables: what must hold before anything is published, and what a person should look at.

Belongs here: checks as Dagster knows them. Does not: the rules themselves (`warehouse.checking`).
A blocking check that fails leaves the last edition standing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import dagster as dg
import duckdb

from pipelines.graph.resource import Refresh
from pipelines.night.progress import Stage, tell
from warehouse import database, following
from warehouse.checking import contradictions, promises
from warehouse.checking.tables import Failure, failures
from warehouse.schemas import Table, all_tables

DOUBT_DAYS = 7
"""For so long a doubt is a warning; after that nobody has looked, and it is an error."""


@dataclass(frozen=True)
class Share:
    """A share of the catalogue that is not as one would wish, and the most of it that is no news.

    query gives one row: the part, and the whole.
    """

    name: str
    meaning: str
    query: str
    most: float
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN


SHARES: Mapping[str, tuple[Share, ...]] = {
    "quality.sources": (
        Share(
            "sources_not_fresh",
            "Sources that are stale, failing or were never read.",
            "select count(*) filter (where state not in ('fresh', 'partial')), count(*) from quality.sources",
            0.1,
        ),
        Share(
            "sources_read_in_part",
            "Sources of which some documents or parts could not be read.",
            "select count(*) filter (where state = 'partial'), count(*) from quality.sources",
            0.1,
        ),
    ),
    "quality.doubts": (
        Share(
            "doubts_that_stand",
            f"Parts of pages that have been in doubt for {DOUBT_DAYS} days or longer: their parsers want mending.",
            f"select count(*) filter (where days >= {DOUBT_DAYS}), count(*) from quality.doubts",
            0.0,
            dg.AssetCheckSeverity.ERROR,
        ),
    ),
    "quality.gaps": (
        Share(
            "models_without_a_cost",
            "Listed models that no confirmed offer can carry the default workload for.",
            """
            select count(*) filter (where costs.monthly_cost_usd is null), count(*)
            from core.models as models
            join mart.monthly_costs as costs using (model_id)
            where models.is_listed
                and costs.workload_id = 'default'
                and models.product_type in ('chat', 'reasoning', 'coding')
            """,
            0.5,
        ),
        Share(
            "models_without_a_context",
            "Listed models whose context window nobody states; what draws, films or speaks has none.",
            """
            select count(*) filter (where context_tokens is null), count(*)
            from core.models
            where is_listed and coalesce(product_type not in ('image', 'video', 'speech', 'music'), true)
            """,
            0.4,
        ),
        Share(
            "unresolved_names",
            "Names in use that we abstain from resolving.",
            "select count(*) filter (where model_id is null), count(*) from core.model_aliases where valid_to is null",
            0.1,
        ),
    ),
    "core.model_redirects": (
        Share(
            "ids_that_lead_nowhere",
            "Published ids that are gone and lead to no one model.",
            """
            select count(*) filter (where redirects_to is null), (select count(*) from core.models)
            from core.model_redirects
            """,
            0.001,
        ),
    ),
    "quality.conflicts": (
        Share(
            "prices_in_dispute",
            "Prices of which another source says twice as much or half as little.",
            """
            select
                count(distinct chosen_claim_id) filter (where ratio >= 2 or ratio <= 0.5),
                (select count(*) from core.prices)
            from quality.conflicts
            where subject_type = 'offer'
            """,
            0.05,
        ),
    ),
}


def specs(declared: Table) -> list[dg.AssetCheckSpec]:
    """The checks a table carries: its schema, which blocks, and shares worth a look. A view has none of its own."""
    key = asset_key(declared.name)
    schema = dg.AssetCheckSpec(
        "schema", asset=key, blocking=True, description="Its keys, types, vocabularies and row rules hold, as declared."
    )
    shares = [
        dg.AssetCheckSpec(share.name, asset=key, description=f"{share.meaning} At most {share.most:.0%} is no news.")
        for share in SHARES.get(declared.name, ())
    ]
    return [*([] if declared.view else [schema]), *shares]


def results(
    connection: duckdb.DuckDBPyConnection, declared: Table, *, is_made: bool = True
) -> Iterator[dg.AssetCheckResult]:
    """The results of `specs` over a table just made; the schema of one that stays held when it was made."""
    if not declared.view:
        yield _verdict("schema", asset_key(declared.name), failures(connection, declared) if is_made else ())
    for share in SHARES.get(declared.name, ()):
        ((part, whole),) = connection.sql(share.query).fetchall()
        yield dg.AssetCheckResult(
            check_name=share.name,
            asset_key=asset_key(declared.name),
            passed=part <= share.most * whole,
            severity=share.severity,
            description=f"{part:,} of {whole:,}",
            metadata={"part": part, "whole": whole, "share": part / whole if whole else 0.0, "most": share.most},
        )


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
        if each not in _after("mart.comparisons") and each != "mart.comparison_statements"
    ],
    description="Every cell leads to printed words in a stored snapshot, and every null to a gap with a reason.",
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
    description="No two statements of a published pair contradict each other, and each says what its claims say.",
)
def nothing_contradicts(context: dg.AssetCheckExecutionContext, refresh: Refresh) -> dg.AssetCheckResult:
    """What is said of the published pairs; `make contradictions` proves every pair."""
    with refresh.work(context.run) as connection:
        is_new = not following.says_what_is_published(connection, refresh.night.home)
        found = contradictions.broken(connection) if is_new else ()
        return _verdict("contradictions", asset_key("mart.comparison_statements"), found)


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
