"""What stands after a night: which edition, what it holds, what is missing, how its sources are."""

import duckdb

from pipelines.answers.asking import Row, row, rows
from warehouse.home import Home

COUNTS = """
select
    (select count(*) from core.models) as models,
    (select count(*) from core.models where is_listed) as listed_models,
    (select count(*) from core.offers) as offers,
    (select count(*) from core.prices) as prices,
    (select count(*) from core.benchmark_results) as benchmark_results,
    (select count(*) from mart.comparisons) as comparisons,
    (select count(*) from quality.conflicts) as conflicts,
    (select count(*) from evidence.rejects) as rejects,
    (select as_of from quality.build) as as_of
"""

SOURCES = """
select source_id, state, last_ok_at, last_error
from quality.sources
order by source_id
"""

GAPS = """
select kind, count(*) as gaps
from quality.gaps
group by kind
order by gaps desc, kind
"""


def edition(home: Home) -> str:
    """The id of the newest published edition; empty where there is none."""
    return home.latest.resolve().name if home.latest.exists() else ""


def standing(connection: duckdb.DuckDBPyConnection) -> Row:
    """When it was made (`as_of`), `counts` (what → rows), `gaps` by kind, `sources` with their state and last error."""
    counts = row(connection, COUNTS)
    assert counts is not None
    return {
        "as_of": counts.pop("as_of"),
        "counts": counts,
        "gaps": rows(connection, GAPS),
        "sources": rows(connection, SOURCES),
    }
