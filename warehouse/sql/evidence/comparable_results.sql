-- evidence.comparable_results
-- grain: one model's score in one setting that may stand beside another model's
-- The newest result; where several scores are equally new (two snapshots of one model), none speaks for the model.
with dated as (
    select
        results.*,
        max(coalesce(evaluated_on, date '1970-01-01')) over (partition by model_id, benchmark_id, setting, unit) as newest
    from core.benchmark_results as results
)

select model_id, benchmark_id, setting, unit, min(score) as score
from dated
where coalesce(evaluated_on, date '1970-01-01') = newest
group by model_id, benchmark_id, setting, unit
having count(distinct score) = 1
