-- mart.monthly_costs
-- grain: one model under one workload
with confirmed as (
    select *
    from mart.offer_costs
    where is_confirmed
    qualify row_number() over (partition by model_id, workload_id order by monthly_cost_usd, offer_id) = 1
),

unconfirmed as (
    select *
    from mart.offer_costs
    where not is_confirmed
    qualify row_number() over (partition by model_id, workload_id order by monthly_cost_usd, offer_id) = 1
)

select
    models.model_id,
    workloads.workload_id,
    confirmed.offer_id,
    confirmed.monthly_cost_usd,
    case when coalesce(unconfirmed.monthly_cost_usd < confirmed.monthly_cost_usd, true) then unconfirmed.offer_id end as unconfirmed_offer_id,
    case when coalesce(unconfirmed.monthly_cost_usd < confirmed.monthly_cost_usd, true) then unconfirmed.monthly_cost_usd end as unconfirmed_cost_usd
from core.models as models
cross join core.workloads as workloads
left join confirmed
    on confirmed.model_id = models.model_id
    and confirmed.workload_id = workloads.workload_id
left join unconfirmed
    on unconfirmed.model_id = models.model_id
    and unconfirmed.workload_id = workloads.workload_id
