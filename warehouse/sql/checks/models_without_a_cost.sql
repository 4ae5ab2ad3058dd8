-- checks.models_without_a_cost
-- grain: one listed model that is sold by the token
select
    models.model_id,
    models.product_type,
    costs.monthly_cost_usd is null as fails
from core.models as models
join mart.monthly_costs as costs using (model_id)
where models.is_listed
    and costs.workload_id = 'default'
    and models.product_type in ('chat', 'reasoning', 'coding')
