-- mart.monthly_costs
-- grain: one model under one workload
-- Of equal costs the maker's own outlet comes first, then one bought directly.
-- Where no confirmed offer carries the workload, the nearest to it of those with a reason is named: a confirmed one first,
-- one that lacks only the price of long prompts, the largest limit. Where an unconfirmed one carries it, no other
-- unconfirmed one is.
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
),

nearest as (
    select
        uncosted.model_id,
        uncosted.workload_id,
        uncosted.offer_id
    from mart.uncosted_offers as uncosted
    join core.offers as offers using (offer_id)
    anti join confirmed
        on confirmed.model_id = uncosted.model_id
        and confirmed.workload_id = uncosted.workload_id
    left join unconfirmed
        on unconfirmed.model_id = uncosted.model_id
        and unconfirmed.workload_id = uncosted.workload_id
    where offers.is_confirmed or unconfirmed.offer_id is null
    qualify row_number() over (
        partition by uncosted.model_id, uncosted.workload_id
        order by
            offers.is_confirmed desc,
            uncosted.reason = 'long_prompts_unsaid' desc,
            uncosted.limit_tokens desc,
            offers.via is not null,
            uncosted.offer_id
    ) = 1
)

select
    models.model_id,
    workloads.workload_id,
    confirmed.offer_id,
    confirmed.monthly_cost_usd,
    case when coalesce(unconfirmed.monthly_cost_usd < confirmed.monthly_cost_usd, true) then unconfirmed.offer_id end as unconfirmed_offer_id,
    case when coalesce(unconfirmed.monthly_cost_usd < confirmed.monthly_cost_usd, true) then unconfirmed.monthly_cost_usd end as unconfirmed_cost_usd,
    nearest.offer_id as uncosted_offer_id
from core.models as models
cross join core.workloads as workloads
left join confirmed
    on confirmed.model_id = models.model_id
    and confirmed.workload_id = workloads.workload_id
left join unconfirmed
    on unconfirmed.model_id = models.model_id
    and unconfirmed.workload_id = workloads.workload_id
left join nearest
    on nearest.model_id = models.model_id
    and nearest.workload_id = workloads.workload_id
