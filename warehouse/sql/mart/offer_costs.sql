-- mart.offer_costs
-- grain: one offer that can carry one workload
-- The sum of its lines (mart.cost_lines). Prices it has no tokens for are shown, and decide nothing.
-- Input on average: a million input tokens of the workload, those read from cache and written to it at their prices.
with lines as (
    select
        lines.*,
        case lines.line
            when 'input' then 1 - workloads.cached_share - workloads.written_share
            when 'cache_read' then workloads.cached_share
            when 'cache_write' then workloads.written_share
        end as share
    from mart.cost_lines as lines
    join core.workloads as workloads using (workload_id)
)

select
    offer_id,
    workload_id,
    model_id,
    max(usd_per_mtok) filter (where line = 'input') as input_usd,
    max(usd_per_mtok) filter (where line = 'cache_read' and meter = 'cache_read') as cache_read_usd,
    max(usd_per_mtok) filter (where line = 'cache_write' and meter = 'cache_write') as cache_write_usd,
    max(usd_per_mtok) filter (where line = 'output') as output_usd,
    cast(sum(usd_per_mtok * share) as decimal(24, 12)) as average_input_usd,
    cast(sum(usd) as decimal(18, 6)) as monthly_cost_usd,
    bool_and(is_confirmed) filter (where mtok > 0) as is_confirmed
from lines
group by offer_id, workload_id, model_id
