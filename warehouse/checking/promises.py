"""Promises about every cell, checked over the finished tables: words behind what is said, reasons behind the rest.

Promise 4: every non-null cell of ``core`` and of the comparisons leads to printed words in a stored snapshot, in one
join.
Promise 5: every null in a comparison leads to a gap with a reason.
And one arithmetic: the macro ``monthly_cost`` says what ``mart.monthly_costs`` says, of every model and workload.
And one of benchmarks: a gap never crosses reporters, versions or tests.
Each check yields `Failure`; nothing here mends anything.
"""

from collections.abc import Iterator

import duckdb

from warehouse.checking.tables import Failure
from warehouse.schemas import all_tables
from warehouse.schemas.mart import UNNAMED

_CHOSEN = ("choice", "derived", "key")

_NULLS = (
    ("larger_context", "context_tokens"),
    ("context_ratio", "context_tokens"),
    ("monthly_cost_a_usd", "monthly_cost"),
    ("monthly_cost_b_usd", "monthly_cost"),
    ("monthly_gap_usd", "monthly_cost"),
    ("lower_cost", "monthly_cost"),
    ("top_benchmark_id", "benchmark_results"),
    ("top_benchmark_gap", "benchmark_results"),
)
"""Nullable columns of mart.comparisons and the field whose gap, on the side that is unknown, must say why."""


def broken(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    """Every cell that breaks a promise, counted per column. The macros of ``sql/questions.sql`` must be there."""
    yield from _cells_without_words(connection)
    yield from _rows_without_words(connection)
    yield from _nulls_without_reason(connection)
    yield from _costs_in_two_ways(connection)
    yield from _gaps_across_tests(connection)


def _cells_without_words(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    for declared in all_tables().values():
        if declared.schema != "core" or len(declared.key) != 1 or "claim_id" in declared.key:
            continue
        (key,) = declared.key
        chosen = [column.name for column in declared.columns if column.rests_on in _CHOSEN]
        if not chosen:
            continue
        cells = ", ".join(f"{{'field': '{name}', 'is_known': \"{name}\" is not null}}" for name in chosen)
        found = connection.sql(
            f"""
            with stated as (
                select choices.row_id, choices.field
                from evidence.choices as choices
                join evidence.folded_claims as claims using (claim_id)
                where choices.table_name = '{declared.name}'
                    and claims.printed_text is not null
                    and claims.snapshot_sha256 is not null
            ),

            cells as (
                select {key}::varchar as row_id, unnest([{cells}], recursive := true)
                from {declared.name}
            )

            select field, count(*), min(row_id)
            from cells
            anti join stated using (row_id, field)
            where is_known
            group by field
            order by field
            """
        )
        for field, rows, example in found.fetchall():
            yield Failure(declared.name, field, "a cell without words", rows, example)


def _rows_without_words(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    for name in ("core.prices", "core.price_history", "core.benchmark_results"):
        yield from _failure(
            connection,
            name,
            "claim_id",
            "a row without words",
            f"select claim_id as example from {name} anti join evidence.folded_claims using (claim_id)",
        )
    yield from _failure(
        connection,
        "mart.cost_lines",
        "claim_ids",
        "a row without words",
        """
        select offer_id || ' ' || workload_id || ' ' || line as example
        from (select *, unnest(claim_ids) as claim_id from mart.cost_lines)
        anti join evidence.folded_claims using (claim_id)
        union all
        select offer_id || ' ' || workload_id || ' ' || line from mart.cost_lines where len(claim_ids) = 0
        """,
    )
    yield from _failure(
        connection,
        "core.capabilities",
        "status",
        "a yes or no without words",
        "select model_id || ' ' || capability as example from core.capabilities where status != 'unknown'"
        " and (claim_id is null or claim_id not in (select claim_id from evidence.folded_claims))",
    )


def _nulls_without_reason(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    for column, field in _NULLS:
        yield from _failure(
            connection,
            "mart.comparisons",
            column,
            "a null without a gap",
            f"""
            with explained as (
                select subject_id as model_id
                from quality.gaps
                where subject_type = 'model' and field = '{field}'
            )
            select model_a_id || ' / ' || model_b_id as example
            from mart.comparisons
            where "{column}" is null
                and model_a_id not in (select model_id from explained)
                and model_b_id not in (select model_id from explained)
            """,
        )
    yield from _failure(
        connection,
        "mart.comparisons",
        "verdict_model_id",
        "a verdict that names nobody without saying so",
        "select model_a_id || ' / ' || model_b_id as example from mart.comparisons"
        f" where (verdict_model_id is null) != (verdict_kind in {UNNAMED})",
    )
    yield from _failure(
        connection,
        "core.capabilities",
        "status",
        "an unknown without a gap",
        """
        select model_id || ' ' || capability as example
        from core.capabilities
        anti join (
            select subject_id as model_id, replace(field, 'capability/', '') as capability
            from quality.gaps
            where kind = 'missing_capability'
        ) using (model_id, capability)
        where status = 'unknown'
        """,
    )


def _costs_in_two_ways(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    yield from _failure(
        connection,
        "mart.monthly_costs",
        "monthly_cost_usd",
        "a cost the macro puts otherwise",
        """
        with told as (
            select
                costs.model_id,
                workloads.workload_id,
                costs.monthly_cost_usd as cost,
                monthly_cost(
                    costs.model_id, workloads.input_mtok, workloads.output_mtok, workload := workloads.workload_id
                ) as of_macro
            from mart.monthly_costs as costs
            join core.workloads as workloads using (workload_id)
        )
        select model_id || ' ' || workload_id as example
        from told
        where (cost is null) != (of_macro is null) or abs(cost - of_macro) > 0.005
        """,
    )


def _gaps_across_tests(connection: duckdb.DuckDBPyConnection) -> Iterator[Failure]:
    yield from _failure(
        connection,
        "mart.shared_results",
        "gap",
        "a gap between results of two reporters, versions or tests",
        """
        select paired.model_a_id || ' / ' || paired.model_b_id || ' on ' || paired.benchmark_id as example
        from evidence.paired_results as paired
        join core.benchmark_results as a
            on a.claim_id = paired.claim_id_a
        join core.benchmark_results as b
            on b.claim_id = paired.claim_id_b
        where paired.gap is not null
            and (
                a.reporter_id is null
                or a.reporter_id is distinct from b.reporter_id
                or a.dataset_version is distinct from b.dataset_version
                or a.harness is distinct from b.harness
                or a.tools is distinct from b.tools
                or a.metric is distinct from b.metric
                or a.comparable_key is distinct from b.comparable_key
                or coalesce(a.unread, b.unread) is not null
                or paired.basis = 'same_setting' and a.setting != b.setting
            )
        """,
    )


def _failure(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, rule: str, query: str
) -> Iterator[Failure]:
    ((rows, example),) = connection.sql(f"select count(*), min(example) from ({query})").fetchall()
    if rows:
        yield Failure(table, column, rule, rows, str(example))
