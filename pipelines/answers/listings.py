"""Tables of the warehouse as they stand: gaps, sources, doubts, changes, and a person's own SQL."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import duckdb

from pipelines.answers.asking import Row, Unclear, first_line, row, rows
from warehouse import database, questions

GAPS = """
select *
from mart.open_gaps
where kind = coalesce(?, kind) and subject_id = coalesce(?, subject_id)
order by severity desc, kind, subject_id, field
limit ?
"""

GAP_KINDS = """
select
    kind,
    count(*) as gaps,
    count(distinct subject_id) as subjects,
    max(severity) as severity,
    histogram(reason) as reasons
from mart.open_gaps
group by kind
order by severity desc, gaps desc, kind
"""

PAGES = "select * from mart.pages_to_read order by cells desc, gaps desc, page limit ?"

LAPSED = "select * from mart.lapsed_acknowledgements order by state, kind, subject_id, field"

GAP_COUNT = "select count(*) as gaps from mart.open_gaps where kind = coalesce(?, kind)"

SOURCES = """
select *
from quality.sources
order by list_position(['failing', 'never', 'stale', 'partial', 'fresh'], state), source_id
"""

DOUBTS = """
select *
from quality.doubts
order by facts_held desc, source_id, scope, place, doubt_id
"""

PRICE_CHANGES = """
select *
from mart.price_changes
where changed_at >= ?
order by changed_at desc, offer_id, meter, condition, claim_id
"""

NEW_MODELS = """
select model_id, name, lab_id, product_type, first_seen_at
from core.models
where first_seen_at >= ?
order by first_seen_at desc, model_id
"""

RECORD = "select min(started_at) as begins_at from raw.fetches"

LISTED_BY_DEFAULT = 20
PAGES_SHOWN = 10
DAYS_OF_CHANGES = 7


def gaps(
    connection: duckdb.DuckDBPyConnection, kind: str | None, limit: int | None, subject_id: str | None = None
) -> list[Row]:
    """Gaps nobody has acknowledged, of a kind and a subject where given, those that touch most comparisons first."""
    return rows(connection, GAPS, kind, subject_id, limit if limit is not None else 2**62)


def gap_kinds(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """How many gaps of each kind there are, about how many subjects, and why."""
    return rows(connection, GAP_KINDS)


def gap_count(connection: duckdb.DuckDBPyConnection, kind: str | None) -> int:
    """How many gaps of a kind nobody has acknowledged, of all kinds where it is None."""
    return int(rows(connection, GAP_COUNT, kind)[0]["gaps"])


def pages_to_read(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What to source next: the pages whose reading would fill most cells of comparisons."""
    return rows(connection, PAGES, PAGES_SHOWN)


def lapsed_acknowledgements(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Acknowledged gaps that are gone or whose last day is over."""
    return rows(connection, LAPSED)


def sources(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every source, those in trouble first."""
    return rows(connection, SOURCES)


def doubts(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What of the newest documents is in doubt, that on which most facts hang first."""
    return rows(connection, DOUBTS)


def with_doubts(found: Sequence[Row], doubts: Sequence[Row]) -> list[Row]:
    """The sources, each with its parts in doubt."""
    return [
        {**each, "parts_in_doubt": [part for part in doubts if part["source_id"] == each["source_id"]]}
        for each in found
    ]


def changes(connection: duckdb.DuckDBPyConnection, since: date | None) -> Row:
    """Prices that changed and models first seen since a day (UTC), by default in the last week the file knows of."""
    begins = since or (database.as_of(connection) - timedelta(days=DAYS_OF_CHANGES)).date()
    instant = datetime(begins.year, begins.month, begins.day, tzinfo=UTC)
    record = row(connection, RECORD) or {}
    return {
        "since": begins,
        "record_begins_at": record.get("begins_at"),
        "price_changes": rows(connection, PRICE_CHANGES, instant),
        "new_models": rows(connection, NEW_MODELS, instant),
    }


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[Row]]:
    """The columns and rows of a person's own SQL. `Unclear`, with the reason or DuckDB's words, where it has none."""
    try:
        found = questions.answer(connection, query)
        columns = _distinct(found.columns)
        return columns, [dict(zip(columns, each, strict=True)) for each in found.fetchall()]
    except questions.Refused as refused:
        raise Unclear(str(refused)) from None
    except duckdb.Error as error:
        raise Unclear(first_line(error)) from error


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names, a repeated one with its place in the list behind it."""
    return [name if name not in names[:place] else f"{name}_{place + 1}" for place, name in enumerate(names)]
