-- mart.monthly_costs
-- grain: one model under one workload
-- Of equal costs the maker's own outlet comes first, then one bought directly.
with ranked as (
    select
        costs.*,
        row_number() over (
            partition by costs.model_id, costs.workload_id, costs.is_confirmed
            order by
                costs.monthly_cost_usd,
                providers.lab_id is not distinct from models.lab_id desc,
                providers.kind = 'maker' desc,
                offers.via is not null,
                costs.offer_id
        ) as place
    from mart.offer_costs as costs
    join core.offers as offers using (offer_id)
    join core.providers as providers
        on providers.provider_id = offers.provider_id
    join core.models as models
        on models.model_id = costs.model_id
),

confirmed as (
    select *
    from ranked
    where is_confirmed and place = 1
),

unconfirmed as (
    select *
    from ranked
    where not is_confirmed and place = 1
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
