"""How much an edition covers, and which published ids it moved: one edition measured against the one before."""

from pathlib import Path

import duckdb

from pipelines.answers.asking import Row, rows

COVERAGE = """
select
    (select count(*) from read_parquet('{folder}/core.models.parquet') where is_listed) as models,
    (select count(*) from read_parquet('{folder}/core.offers.parquet')) as offers,
    (select count(*) from read_parquet('{folder}/core.prices.parquet')) as prices,
    (
        select count(*)
        from read_parquet('{folder}/mart.monthly_costs.parquet')
        where workload_id = 'default' and monthly_cost_usd is not null
    ) as models_with_a_cost,
    (
        select count(*)
        from read_parquet('{folder}/core.capabilities.parquet')
        where status != 'unknown'
    ) as known_capabilities,
    (select count(*) from read_parquet('{folder}/core.benchmark_results.parquet')) as benchmark_results
"""

MOVED_IDS = """
select
    news.model_id,
    news.redirects_to,
    news.reason
from read_parquet('{new}/core.model_redirects.parquet') as news
left join read_parquet('{old}/core.model_redirects.parquet') as olds
    on olds.model_id = news.model_id
left join read_parquet('{old}/core.models.parquet') as models
    on models.model_id = news.model_id
    and models.is_listed
where (olds.model_id is not null and olds.redirects_to is distinct from news.redirects_to)
    or (olds.model_id is null and models.model_id is not null)
order by news.model_id
"""


def coverage(edition: Path) -> dict[str, int]:
    """What is counted → how many of it an edition has; nothing where its tables are damaged, or of another shape."""
    found = _asked(COVERAGE, folder=edition)
    return {name: int(count) for name, count in found[0].items()} if found else {}


def moved_ids(old: Path, new: Path) -> list[Row]:
    """The ids the old edition published that lead elsewhere, or nowhere, since the new one."""
    return _asked(MOVED_IDS, old=old, new=new)


def _asked(query: str, **folders: Path) -> list[Row]:
    quoted = {name: str(folder).replace("'", "''") for name, folder in folders.items()}
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": 2}) as connection:
        try:
            return rows(connection, query.format(**quoted))
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error:
            return []
