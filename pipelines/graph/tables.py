"""The table assets: one per table of the warehouse, under the table's own name, and the edition made of them all.

Belongs here: what is made after what, and how it is shown. Does not: how a table is computed (``warehouse/sql``, the
loaders of ``warehouse``), how it is judged (`checks`), or what publication means (`publishing`).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import dagster as dg
import duckdb

from pipelines.graph import checks, lineage, sources
from pipelines.graph.checks import asset_key
from pipelines.graph.history import tidied
from pipelines.graph.lake import added_to_lake
from pipelines.graph.lineage import column_lineage, column_list, column_paths
from pipelines.graph.resource import Refresh
from pipelines.graph.sending import evidence_sent, sent
from pipelines.night.progress import Published, Stage, tell
from pipelines.publishing import publish
from sources.registry import all_sources
from warehouse import building, database, following
from warehouse.building import How
from warehouse.evidence import tables as evidence
from warehouse.home import bytes_below
from warehouse.schemas import Table, all_tables, table

NOTHING: Mapping[str, Sequence[dg.AssetKey]] = {}

GROUPS = {"raw": "04_evidence", "evidence": "06_choice", "core": "07_core", "quality": "08_quality", "mart": "09_mart"}
"""Schema → the stage of the flow its tables belong to."""

EARLIER_OR_LATER = {
    **dict.fromkeys(evidence.MADE, "04_evidence"),
    **dict.fromkeys(("core.model_aliases", "core.provider_aliases", "core.labs", "core.providers"), "05_identity"),
    "core.provider_currencies": "05_identity",
    "evidence.model_families": "05_identity",
    "evidence.subjects": "05_identity",
    "quality.accepted_values": "05_identity",
    "evidence.comparable_results": "07_core",
    "evidence.paired_models": "07_core",
    "evidence.paired_results": "07_core",
    "evidence.pair_results": "07_core",
    "evidence.scores": "07_core",
    **dict.fromkeys(("evidence.cells", "evidence.shared_cells", "evidence.choices"), "08_quality"),
    "evidence.unsaid_lengths": "07_core",
    "mart.uncosted_offers": "07_core",
    "mart.cost_lines": "07_core",
    "mart.offer_costs": "07_core",
    "mart.monthly_costs": "07_core",
}
"""Tables that belong to another stage than most of their schema, so that everything flows one way."""

PUBLISH = "10_publish"

FOLLOWED = ("core.", "mart.comparisons")
"""Tables that people ask about, whose columns are followed all the way to a source; the others lead there by links."""


def assets() -> list[dg.AssetsDefinition]:
    """Every step after reading, in the order of the flow."""
    asked = [sources.snapshots(each) for each in all_sources()]
    said = [sources.observations(each) for each in all_sources()]
    outside = {
        # made of declarations alone, and yet after them: whatever source is selected, every table is downstream of it
        "raw.sources": said,
        "raw.fetches": asked,
        "raw.documents": said,
        "raw.doubts": said,
        "evidence.folded_claims": said,
    }
    first, *others = building.steps()
    return [_step(first, outside, begins=True), *(_step(each) for each in others), edition]


def _step(
    made: building.Step, outside: Mapping[str, Sequence[dg.AssetKey]] = NOTHING, *, begins: bool = False
) -> dg.AssetsDefinition:
    """One step that makes tables, each with what it is made from; the first of a run begins the work file."""

    @dg.multi_asset(
        name=made.name,
        specs=[
            _spec(table(each), [*outside.get(each, ()), *map(asset_key, sorted({*read, *database.dated_by(each)}))])
            for each, read in made.tables.items()
        ],
        check_specs=[spec for each in made.tables for spec in checks.specs(table(each))],
    )
    def step(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult[Any]]:
        if begins:
            sources.read_the_rest(context, refresh)
            evidence_sent(refresh.night.home, context.log.warning)
            tell(Stage("fold"))
            lineage.remember(refresh.night.home.dagster)
            refresh.begin(context.run)
        else:
            tell(Stage("tables", refresh.made(), len(all_tables())))
        with refresh.work(context.run) as connection:
            began = time.monotonic()
            how = building.follow(connection, made, refresh.night.material)
            seconds = time.monotonic() - began
            # what a run made that failed, or was killed, may never have been checked
            to_check = dict.fromkeys(how, How.MADE) if context.run.parent_run_id else how
            known = following.record(connection)
            for each in made.tables:
                yield dg.MaterializeResult(
                    asset_key=asset_key(each),
                    metadata={
                        "dagster/row_count": _rows(connection, known, each),
                        "made again": how[each] is not How.STAYS,
                        "seconds": round(seconds, 3),
                        "dagster/column_lineage": column_lineage(each),
                        "columns computed from": dg.MetadataValue.md(column_list(each)),
                        **(
                            {"columns followed to a source": dg.MetadataValue.md(column_paths(each))}
                            if each.startswith(FOLLOWED)
                            else {}
                        ),
                    },
                    check_results=list(
                        checks.results(connection, table(each), refresh.night.home.warehouse, how=to_check[each])
                    ),
                )
        tell(Stage("tables", refresh.made(len(made.tables)), len(all_tables())))

    return step


def _rows(connection: duckdb.DuckDBPyConnection, known: Mapping[str, following.Made], name: str) -> int:
    is_counted = name in known and not table(name).view
    return known[name].rows if is_counted else database.rows(connection, name)


def _spec(declared: Table, deps: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    query = database.query(declared.name) if declared.made_by == "sql" else ""
    return dg.AssetSpec(
        asset_key(declared.name),
        deps=deps,
        description=f"{declared.meaning} One row: {declared.grain}.",
        group_name=EARLIER_OR_LATER.get(declared.name, GROUPS[declared.schema]),
        kinds={"duckdb", "sql" if query else "python", *(["view"] if declared.view else [])},
        owners=sources.OWNERS,
        code_version=sha256((query + declared.ddl()).encode()).hexdigest()[:12],
        metadata={
            "dagster/column_schema": _column_schema(declared),
            "dagster/table_name": declared.name,
            **({"query": dg.MetadataValue.md(f"```sql\n{query}\n```")} if query else {}),
        },
    )


def _column_schema(declared: Table) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.kind,
                column.meaning,
                dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=declared.key == (column.name,),
                    other=[
                        *([f"one of {', '.join(column.values)}"] if column.values else []),
                        *([f"at least {column.at_least:g}"] if column.at_least is not None else []),
                    ],
                ),
            )
            for column in declared.columns
        ],
        dg.TableConstraints([f"unique: {', '.join(declared.key)}", *declared.checks.values()]),
    )


def _last() -> list[str]:
    """The tables nothing else is made from: after them, everything has been made and checked."""
    read = {each for name in database.sql_tables_in_order() for each in database.reads(name)}
    return [name for name in all_tables() if name not in read]


@dg.asset(
    key=["published", "edition"],
    deps=[asset_key(name) for name in _last()],
    description="Everything handed out, in a folder of its own; the file analysts open. `latest` moves last.",
    group_name=PUBLISH,
    kinds={"duckdb", "parquet"},
    owners=sources.OWNERS,
)
def edition(context: dg.AssetExecutionContext, refresh: Refresh) -> dg.MaterializeResult[Any]:
    """Publish what every step before has made and checked; nothing new where nothing has changed."""
    tell(Stage("publish"))
    began = time.monotonic()
    with refresh.work(context.run) as connection:
        gaps, conflicts = (database.rows(connection, name) for name in ("quality.gaps", "quality.conflicts"))
    refresh.let_go()
    published = publish(refresh.night.home)
    sent(refresh.night.home)
    tell(Published(published.edition_id, published.is_new))
    return dg.MaterializeResult(
        data_version=dg.DataVersion(published.edition_id),
        metadata={
            "edition": published.edition_id,
            "is new": published.is_new,
            "folder": dg.MetadataValue.path(str(published.path)),
            "warehouse": dg.MetadataValue.path(str(refresh.night.home.warehouse)),
            # before old editions go
            **added_to_lake(refresh.night.home, context.log.warning),
            "removed": tidied(refresh.night.home, context.instance, context.log.warning),
            "rows": sum(published.tables.values()),
            "gaps": gaps,
            "conflicts": conflicts,
            "seconds": round(time.monotonic() - began, 3),
            "warehouse (bytes)": refresh.night.home.warehouse.stat().st_size,
            "edition (bytes)": bytes_below(published.path),
            "rows per table": dg.MetadataValue.json(published.tables),
        },
    )
