-- mart.pairs
-- grain: one unordered pair of listed, paired models, number_a < number_b
-- There are a million pairs of some thousand models, so what hangs on one model is worked out once a model, lists are made
-- once for each set of capabilities and each two sets of providers, and a pair finds them by small whole numbers.
with sides as not materialized (
    -- read where it is joined, the range of its numbers is known, and a side is found by its place
    select
        *,
        case
            when product_type is not null
                then dense_rank() over (order by type_to_compare(product_type) asc nulls last)
        end as kind,
        dear_from(monthly_cost_usd) as dear_from_usd,
        long_from(context_tokens) as long_from_tokens,
        yes_mask | no_mask as known_mask
    from mart.sides
),

numbers as (
    -- The second factor is one row, and DuckDB, which guesses what a filter leaves, takes it for hundreds. Without it the
    -- pairs are taken for fewer than what they are joined with, and it is they that are held in memory.
    select sides.number
    from mart.sides as sides
    semi join evidence.paired_models as paired using (model_id)
    cross join range(1000) as guessed
    where guessed.range = 0
),

pairs as materialized (
    select a.number as number_a, b.number as number_b
    from numbers as a
    join numbers as b
        on a.number < b.number
    where is_to_be_made(a.number, b.number)
),

capability_sets as (
    select cast(range as integer) as mask, capabilities_in(cast(range as integer)) as capabilities
    from range(every_capability() + 1)
),

results as (
    select
        a.number as number_a,
        b.number as number_b,
        found.shared_benchmarks,
        found.shared_same_setting,
        found.shared_best_of_each,
        found.shared_same_benchmark,
        found.top_benchmark_id,
        found.top_benchmark_gap,
        case
            when found.is_decisive and found.top_weight >= threshold('lead_share')
                then case when found.top_benchmark_gap > 0 then 1 else -1 end
        end as results
    from evidence.pair_results as found
    join mart.sides as a
        on a.model_id = found.model_a_id
    join mart.sides as b
        on b.model_id = found.model_b_id
),

measured as (
    -- before anything else of a pair: those with results and those without go on apart
    select pairs.*, results.* exclude (number_a, number_b)
    from pairs
    left join results
        on results.number_a = pairs.number_a
        and results.number_b = pairs.number_b
),

signals as (
    -- what decides, and for whom: 1 for A, -1 for B, null where it decides nothing
    select
        a.kind as kind_a,
        b.kind as kind_b,
        a.is_leaving as is_leaving_a,
        b.is_leaving as is_leaving_b,
        a.is_served as is_served_a,
        b.is_served as is_served_b,
        least(a.provider_set, b.provider_set) as lower_set,
        greatest(a.provider_set, b.provider_set) as higher_set,
        a.yes_mask & b.no_mask as only_a,
        b.yes_mask & a.no_mask as only_b,
        every_capability() - (a.known_mask & b.known_mask) as unknown,
        price_signal(a.monthly_cost_usd, b.monthly_cost_usd, a.dear_from_usd, b.dear_from_usd) as price,
        context_signal(a.context_tokens, b.context_tokens, a.long_from_tokens, b.long_from_tokens) as context,
        weights_signal(a.open_weights, b.open_weights) as weights,
        measured.*
    from measured
    join sides as a
        on a.number = measured.number_a
    join sides as b
        on b.number = measured.number_b
),

judged as (
    select
        *,
        verdict_of(
            kind_a, kind_b, is_leaving_a, is_leaving_b, is_served_a, is_served_b, price, context, results, weights
        ) as verdict_kind,
        verdict_for(is_leaving_a, is_leaving_b, price, context, results, weights) as winner
    from signals
)

select
    judged.number_a,
    judged.number_b,
    judged.verdict_kind,
    case when not names_nobody(judged.verdict_kind) then judged.winner > 0 end as is_verdict_a,
    coalesce(shared.shared_providers, []) as shared_providers,
    coalesce(judged.shared_benchmarks, 0) as shared_benchmarks,
    coalesce(judged.shared_same_setting, 0) as shared_same_setting,
    coalesce(judged.shared_best_of_each, 0) as shared_best_of_each,
    coalesce(judged.shared_same_benchmark, 0) as shared_same_benchmark,
    judged.top_benchmark_id,
    judged.top_benchmark_gap,
    only_a.capabilities as only_a_capabilities,
    only_b.capabilities as only_b_capabilities,
    unknown.capabilities as unknown_capabilities
from judged
left join mart.shared_sellers as shared
    on shared.lower_set = judged.lower_set
    and shared.higher_set = judged.higher_set
left join capability_sets as only_a
    on only_a.mask = judged.only_a
left join capability_sets as only_b
    on only_b.mask = judged.only_b
-- the longest list last: every join after it would copy it
left join capability_sets as unknown
    on unknown.mask = judged.unknown
