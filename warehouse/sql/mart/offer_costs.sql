-- mart.offer_costs
-- grain: one offer that can carry one workload
-- An offer carries a workload when its model writes text and is no embedder, classifier or the like; when its context and
-- longest answer are large enough (or not said); when it is sold for money under the plain terms (no region, hour, quota
-- or other condition); and when one source gives both its input and its output price for prompts of that length today.
-- Batch workloads may use batch prices. A tier that charges only the tokens beyond its edge is averaged over the prompt.
-- Free routes carry no workload: their quotas are not made for one.
with applicable as (
    select
        prices.*,
        workloads.workload_id,
        workloads.prompt_tokens,
        workloads.cached_share > 0 as reads_cache
    from core.prices as prices
    cross join core.workloads as workloads
    cross join quality.build as build
    where
        prices.usd is not null
        and prices.unit = 'mtok'
        and prices.meter in ('input', 'output', 'cache_read')
        and (prices.service_tier is null or (prices.service_tier = 'batch' and workloads.service_tier = 'batch'))
        and coalesce(prices.effective_from <= cast(build.as_of as date), true)
        and coalesce(prices.effective_to >= cast(build.as_of as date), true)
        and list_filter(
            string_split(prices.condition, '; '),
            lambda part: part != ''
                and not regexp_matches(part, '^(context_from|context_to|tier_scope|service_tier|effective_from|effective_to)=')
        ) = []
),

candidates as (
    select *
    from applicable
    where coalesce(tier_from_tokens <= prompt_tokens, true) and coalesce(tier_to_tokens >= prompt_tokens, true)
    qualify row_number() over (
        partition by offer_id, source_id, workload_id, meter
        order by
            service_tier is not null desc,
            tier_from_tokens desc nulls last,
            tier_to_tokens nulls last,
            effective_from desc nulls last,
            effective_to nulls last,
            claim_id
    ) = 1
),

marginal as (
    select
        candidates.offer_id,
        candidates.source_id,
        candidates.workload_id,
        candidates.meter,
        sum(
            tiers.usd * greatest(
                least(coalesce(tiers.tier_to_tokens, candidates.prompt_tokens), candidates.prompt_tokens)
                - greatest(coalesce(tiers.tier_from_tokens - 1, 0), 0),
                0
            )
        ) / any_value(candidates.prompt_tokens) as usd
    from candidates
    join applicable as tiers
        on tiers.offer_id = candidates.offer_id
        and tiers.source_id = candidates.source_id
        and tiers.workload_id = candidates.workload_id
        and tiers.meter = candidates.meter
        and tiers.service_tier is not distinct from candidates.service_tier
        and tiers.tier_scope is not distinct from 'marginal'
    where candidates.tier_scope = 'marginal' and candidates.meter != 'output'
    group by candidates.offer_id, candidates.source_id, candidates.workload_id, candidates.meter
),

told as (
    select
        candidates.offer_id,
        candidates.workload_id,
        min(candidates.voice) as voice,
        max(coalesce(marginal.usd, candidates.usd)) filter (where candidates.meter = 'input') as input_usd,
        max(coalesce(marginal.usd, candidates.usd)) filter (where candidates.meter = 'cache_read') as cache_read_usd,
        max(candidates.usd) filter (where candidates.meter = 'output') as output_usd,
        bool_and(candidates.is_confirmed) filter (where candidates.meter != 'cache_read' or candidates.reads_cache) as is_confirmed,
        min(candidates.last_reviewed_at) as last_reviewed_at
    from candidates
    left join marginal using (offer_id, source_id, workload_id, meter)
    group by candidates.offer_id, candidates.source_id, candidates.workload_id
),

applying as (
    select *
    from told
    where input_usd > 0 and output_usd > 0
    qualify row_number() over (partition by offer_id, workload_id order by is_confirmed desc, voice) = 1
)

select
    applying.offer_id,
    applying.workload_id,
    offers.model_id,
    cast(applying.input_usd as decimal(24, 12)) as input_usd,
    cast(applying.cache_read_usd as decimal(24, 12)) as cache_read_usd,
    applying.output_usd,
    cast(
        workloads.input_mtok * (1 - workloads.cached_share) * applying.input_usd
        + workloads.input_mtok * workloads.cached_share * coalesce(applying.cache_read_usd, applying.input_usd)
        + workloads.output_mtok * applying.output_usd
        as decimal(18, 6)
    ) as monthly_cost_usd,
    applying.is_confirmed,
    applying.last_reviewed_at
from applying
join core.offers as offers using (offer_id)
join core.models as models
    on models.model_id = offers.model_id
join core.workloads as workloads using (workload_id)
where
    offers.price_status = 'priced'
    and writes_text(models.product_type, models.output_modalities)
    and not list_contains(string_split(offers.variant, ';'), 'free')
    and coalesce(offers.context_tokens >= workloads.prompt_tokens + workloads.completion_tokens, true)
    and coalesce(offers.max_output_tokens >= workloads.completion_tokens, true)
