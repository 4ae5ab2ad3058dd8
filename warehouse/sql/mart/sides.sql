-- mart.sides
-- grain: one listed model
with providers as (
    select
        model_id,
        list_sort(list(distinct provider_id)) as provider_ids,
        count(distinct provider_id || coalesce('@' || via, '')) as routes
    from core.offers
    group by model_id
),

masks as (
    select
        model_id,
        cast(coalesce(sum(capability_bit(capability)) filter (where status = 'yes'), 0) as integer) as yes_mask,
        cast(coalesce(sum(capability_bit(capability)) filter (where status = 'no'), 0) as integer) as no_mask
    from core.capabilities
    group by model_id
),

gap_counts as (
    select subject_id as model_id, count(*) as gaps
    from quality.gaps
    where subject_type = 'model'
    group by subject_id
)

select
    models.model_id,
    cast(row_number() over (order by models.model_id) as integer) as number,
    models.product_type,
    models.context_tokens,
    costs.monthly_cost_usd,
    cast(coalesce(providers.routes, 0) as integer) as offers,
    coalesce(seller_sets.provider_set, 0) as provider_set,
    masks.yes_mask,
    masks.no_mask,
    is_leaving(models.status, models.shutdown_on, build.as_of) as is_leaving,
    coalesce(models.shutdown_on <= utc_day(build.as_of), false) as is_past_shutdown,
    models.status in ('active', 'preview') and not is_leaving(models.status, models.shutdown_on, build.as_of) as is_served,
    models.open_weights,
    cast(coalesce(gap_counts.gaps, 0) as integer) as gap_count
from core.models as models
join masks using (model_id)
cross join quality.build as build
left join mart.monthly_costs as costs
    on costs.model_id = models.model_id
    and costs.workload_id = 'default'
left join providers
    on providers.model_id = models.model_id
left join mart.seller_sets as seller_sets using (provider_ids)
left join gap_counts
    on gap_counts.model_id = models.model_id
where models.is_listed
