-- core.benchmarks
-- grain: one benchmark
-- No source we read gives a benchmark one name, so it is made of its id. Higher is better, and 100 the most, on every percentage we hold. Of other scales we know these: ratings and indexes grow
-- without end, METR's horizons are the longer the better, and three lists print the most there can be.
with units as (
    select
        benchmark_id,
        mode(unit order by unit) as unit
    from core.benchmark_results
    group by benchmark_id
),

scales as (
    select *
    from (
        values
            ('geobench', 'points', 5000),
            ('lech-mazur-writing', 'points', 10),
            ('mt-bench', 'points', 10)
    ) as printed (benchmark_id, unit, max_score)
)

select
    units.benchmark_id,
    benchmark_title(units.benchmark_id) as name,
    units.unit,
    case
        when units.unit in ('percent', 'elo') or is_index(units.benchmark_id) or scales.benchmark_id is not null then true
        when units.unit = 'minutes' and starts_with(units.benchmark_id, 'metr-horizon') then true
    end as higher_is_better,
    cast(case when units.unit = 'percent' then 100 else scales.max_score end as decimal(12, 4)) as max_score,
    suite_of(units.benchmark_id) as suite_id,
    is_index(units.benchmark_id) as is_index
from units
left join scales
    on scales.benchmark_id = units.benchmark_id
    and scales.unit = units.unit
