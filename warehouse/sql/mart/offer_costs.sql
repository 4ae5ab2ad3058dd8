-- mart.offer_costs
-- grain: one offer that can carry one workload
-- An offer carries a workload when its context and longest answer are large enough (or not said), it is sold for money
-- under the plain terms (no region, hour, quota or other condition), and its input and output prices apply today to
-- prompts of that length. Batch workloads may use batch prices. A tier that charges only the tokens beyond its edge is
-- averaged over the prompt. Free routes carry no workload: their quotas are not made for one.
with candidates as (
    select
        prices.offer_id,
        workloads.workload_id,
        prices.meter,
        prices.usd,
        prices.is_confirmed,
        prices.last_reviewed_at,
        prices.tier_scope,
        coalesce(prices.tier_from_tokens, 0) as tier_from,
        workloads.prompt_tokens,
        row_number() over (
            partition by prices.offer_id, workloads.workload_id, prices.meter
            order by
                prices.service_tier is not distinct from 'batch' desc,
                coalesce(prices.tier_from_tokens, 0) desc,
                coalesce(prices.tier_to_tokens, 9223372036854775807),
                prices.is_confirmed desc,
                prices.effective_from desc nulls last,
                prices.claim_id
        ) as place
    from core.prices as prices
    cross join core.workloads as workloads
    cross join quality.build as build
    where
        prices.usd is not null
        and prices.unit = 'mtok'
        and prices.meter in ('input', 'output', 'cache_read')
        and (prices.service_tier is null or (prices.service_tier = 'batch' and workloads.service_tier = 'batch'))
        and coalesce(prices.tier_from_tokens, 0) <= workloads.prompt_tokens
        and coalesce(prices.tier_to_tokens, 9223372036854775807) >= workloads.prompt_tokens
        and coalesce(prices.effective_from <= cast(build.as_of as date), true)
        and coalesce(prices.effective_to >= cast(build.as_of as date), true)
        and list_filter(
            string_split(prices.condition, '; '),
            lambda part: part != ''
                and not regexp_matches(part, '^(context_from|context_to|tier_scope|service_tier|effective_from|effective_to)=')
        ) = []
),

marginal as (
    select
        prices.offer_id,
        candidates.workload_id,
        prices.meter,
        sum(
            prices.usd * greatest(
                least(coalesce(prices.tier_to_tokens, candidates.prompt_tokens), candidates.prompt_tokens)
                - greatest(coalesce(prices.tier_from_tokens - 1, 0), 0),
                0
            )
        ) / any_value(candidates.prompt_tokens) as usd
    from candidates
    join core.prices as prices
        on prices.offer_id = candidates.offer_id
        and prices.meter = candidates.meter
        and prices.unit = 'mtok'
        and prices.service_tier is null
        and prices.tier_scope is not distinct from 'marginal'
    where candidates.place = 1 and candidates.tier_scope = 'marginal' and candidates.meter != 'output'
    group by prices.offer_id, candidates.workload_id, prices.meter
),

applying as (
    select
        candidates.offer_id,
        candidates.workload_id,
        max(coalesce(marginal.usd, candidates.usd)) filter (where candidates.meter = 'input') as input_usd,
        max(coalesce(marginal.usd, candidates.usd)) filter (where candidates.meter = 'cache_read') as cache_read_usd,
        max(candidates.usd) filter (where candidates.meter = 'output') as output_usd,
        bool_and(candidates.is_confirmed) filter (where candidates.meter != 'cache_read') as is_confirmed,
        min(candidates.last_reviewed_at) as last_reviewed_at
    from candidates
    left join marginal using (offer_id, workload_id, meter)
    where candidates.place = 1
    group by candidates.offer_id, candidates.workload_id
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
join core.workloads as workloads using (workload_id)
where
    offers.price_status = 'priced'
    and applying.input_usd > 0
    and applying.output_usd > 0
    and not list_contains(string_split(offers.variant, ';'), 'free')
    and coalesce(offers.context_tokens >= workloads.prompt_tokens + workloads.completion_tokens, true)
    and coalesce(offers.max_output_tokens >= workloads.completion_tokens, true)
