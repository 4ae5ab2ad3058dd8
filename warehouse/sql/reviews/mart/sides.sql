-- mart.sides: the oldest review among the facts of the model and the prices of its default workload
select
    made.*,
    least(models.last_reviewed_at, coalesce(prices.last_reviewed_at, models.last_reviewed_at)) as last_reviewed_at
from made
join core.models as models
    on models.model_id = made.model_id
left join (
    select costs.model_id, min(costs.last_reviewed_at) as last_reviewed_at
    from mart.offer_costs as costs
    join mart.monthly_costs as chosen using (model_id, workload_id, offer_id)
    where costs.workload_id = 'default'
    group by costs.model_id
) as prices
    on prices.model_id = made.model_id
