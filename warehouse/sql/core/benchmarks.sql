-- core.benchmarks
-- grain: one benchmark
-- Higher is better, and 100 the most, on every percentage we hold; other scales stay unknown until reference data says.
select
    results.benchmark_id,
    results.benchmark_id as name,
    mode(results.unit order by results.unit) as unit,
    case when mode(results.unit order by results.unit) in ('percent', 'elo') then true end as higher_is_better,
    cast(case when mode(results.unit order by results.unit) = 'percent' then 100 end as decimal(12, 4)) as max_score
from core.benchmark_results as results
group by results.benchmark_id
