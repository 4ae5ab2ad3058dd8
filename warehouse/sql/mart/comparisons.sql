-- mart.comparisons
-- grain: one unordered pair of listed models, model_a_id < model_b_id
-- Known against known only: where either side is unknown the cell is null, and quality.gaps says why.
-- Set-valued columns come from small tables over pairs of what is known and of sets of providers, joined rather than computed
-- a million times.
with pairs as (
    select
        a.model_id as model_a_id,
        b.model_id as model_b_id,
        a.product_type as type_a,
        b.product_type as type_b,
        a.context_tokens as context_a,
        b.context_tokens as context_b,
        a.monthly_cost_usd as cost_a,
        b.monthly_cost_usd as cost_b,
        a.is_leaving as is_leaving_a,
        b.is_leaving as is_leaving_b,
        a.is_served as is_served_a,
        b.is_served as is_served_b,
        a.open_weights as open_weights_a,
        b.open_weights as open_weights_b,
        a.offers as offers_a,
        b.offers as offers_b,
        a.number as number_a,
        b.number as number_b,
        a.provider_set as provider_set_a,
        b.provider_set as provider_set_b,
        a.yes_mask * 1024 + a.no_mask as known_a,
        b.yes_mask * 1024 + b.no_mask as known_b,
        a.gap_count + b.gap_count as gap_count,
        least(a.last_reviewed_at, b.last_reviewed_at) as last_reviewed_at
    from mart.sides as a
    join mart.sides as b
        on a.number < b.number
),

kinds as (
    select distinct yes_mask, no_mask
    from mart.sides
),

known_pairs as (
    -- what two models known so far each have alone, and what is unknown of either
    select
        a.yes_mask * 1024 + a.no_mask as known_a,
        b.yes_mask * 1024 + b.no_mask as known_b,
        capabilities_in(a.yes_mask & b.no_mask) as only_a,
        capabilities_in(b.yes_mask & a.no_mask) as only_b,
        capabilities_in(every_capability() - ((a.yes_mask | a.no_mask) & (b.yes_mask | b.no_mask))) as unknown
    from kinds as a
    cross join kinds as b
),

provider_sets as (
    select distinct
        sides.provider_set,
        list_sort(list(distinct offers.provider_id)) as provider_ids
    from mart.sides as sides
    join core.offers as offers using (model_id)
    group by sides.provider_set, sides.model_id
),

sellers as (
    select provider_set, unnest(provider_ids) as provider_id
    from provider_sets
),

shared_sets as (
    select
        a.provider_set as provider_set_a,
        b.provider_set as provider_set_b,
        list(a.provider_id order by a.provider_id) as shared_providers
    from sellers as a
    join sellers as b
        on b.provider_id = a.provider_id
    group by a.provider_set, b.provider_set
),

results as (
    select pair_results.*, a.number as number_a, b.number as number_b
    from evidence.pair_results
    join mart.sides as a
        on a.model_id = pair_results.model_a_id
    join mart.sides as b
        on b.model_id = pair_results.model_b_id
),

signals as (
    -- what decides, and for whom: 1 for A, -1 for B, null where it decides nothing
    select
        pairs.*,
        coalesce(shared.shared_benchmarks, 0) as shared_benchmarks,
        coalesce(shared.shared_same_setting, 0) as shared_same_setting,
        coalesce(shared.shared_best_of_each, 0) as shared_best_of_each,
        coalesce(shared.shared_same_benchmark, 0) as shared_same_benchmark,
        shared.top_benchmark_id,
        shared.top_benchmark_gap,
        price_signal(cost_a, cost_b) as price,
        context_signal(context_a, context_b) as context,
        case
            when shared.is_decisive and shared.top_weight >= threshold('lead_share')
                then case when shared.top_benchmark_gap > 0 then 1 else -1 end
        end as results,
        weights_signal(open_weights_a, open_weights_b) as weights
    from pairs
    left join results as shared
        on shared.number_a = pairs.number_a
        and shared.number_b = pairs.number_b
),

judged as (
    select
        signals.*,
        verdict_of(
            type_a, type_b, is_leaving_a, is_leaving_b, is_served_a, is_served_b, price, context, results, weights
        ) as verdict_kind,
        verdict_for(is_leaving_a, is_leaving_b, price, context, results, weights) as winner
    from signals
)

select
    judged.model_a_id,
    judged.model_b_id,
    judged.verdict_kind,
    case
        when names_nobody(verdict_kind) then null
        when winner > 0 then judged.model_a_id
        else judged.model_b_id
    end as verdict_model_id,
    case
        when context_a > context_b then judged.model_a_id
        when context_a < context_b then judged.model_b_id
        when context_a = context_b then 'equal'
    end as larger_context,
    case
        when context_a is not null and context_b is not null
            then cast(greatest(context_a, context_b) / least(context_a, context_b) as decimal(12, 3))
    end as context_ratio,
    judged.cost_a as monthly_cost_a_usd,
    judged.cost_b as monthly_cost_b_usd,
    abs(judged.cost_a - judged.cost_b) as monthly_gap_usd,
    case
        when cost_a < cost_b then judged.model_a_id
        when cost_a > cost_b then judged.model_b_id
        when cost_a = cost_b then 'equal'
    end as lower_cost,
    judged.offers_a,
    judged.offers_b,
    coalesce(shared_sets.shared_providers, []) as shared_providers,
    judged.shared_benchmarks,
    judged.shared_same_setting,
    judged.shared_best_of_each,
    judged.shared_same_benchmark,
    judged.top_benchmark_id,
    judged.top_benchmark_gap,
    known_pairs.only_a as only_a_capabilities,
    known_pairs.only_b as only_b_capabilities,
    known_pairs.unknown as unknown_capabilities,
    judged.gap_count,
    judged.last_reviewed_at
from judged
join known_pairs
    on known_pairs.known_a = judged.known_a
    and known_pairs.known_b = judged.known_b
left join shared_sets
    on shared_sets.provider_set_a = judged.provider_set_a
    and shared_sets.provider_set_b = judged.provider_set_b
