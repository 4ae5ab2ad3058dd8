-- mart.comparisons
-- grain: one unordered pair of listed, paired models, model_a_id < model_b_id
-- Known against known only: where either side is unknown the cell is null, and quality.gaps says why.
-- What hangs on the two together is stored (mart.pairs); what is put together from one side and the other, their dates
-- above all, is read from the sides.
select
    a.model_id as model_a_id,
    b.model_id as model_b_id,
    pairs.verdict_kind,
    case
        when pairs.is_verdict_a then a.model_id
        when not pairs.is_verdict_a then b.model_id
    end as verdict_model_id,
    case
        when a.context_tokens > b.context_tokens then a.model_id
        when a.context_tokens < b.context_tokens then b.model_id
        when a.context_tokens = b.context_tokens then 'equal'
    end as larger_context,
    case
        when a.context_tokens is not null and b.context_tokens is not null
            then cast(
                greatest(a.context_tokens, b.context_tokens) / least(a.context_tokens, b.context_tokens) as decimal(12, 3)
            )
    end as context_ratio,
    a.monthly_cost_usd as monthly_cost_a_usd,
    b.monthly_cost_usd as monthly_cost_b_usd,
    abs(a.monthly_cost_usd - b.monthly_cost_usd) as monthly_gap_usd,
    case
        when a.monthly_cost_usd < b.monthly_cost_usd then a.model_id
        when a.monthly_cost_usd > b.monthly_cost_usd then b.model_id
        when a.monthly_cost_usd = b.monthly_cost_usd then 'equal'
    end as lower_cost,
    a.offers as offers_a,
    b.offers as offers_b,
    pairs.shared_providers,
    pairs.shared_benchmarks,
    pairs.shared_same_setting,
    pairs.shared_best_of_each,
    pairs.shared_same_benchmark,
    pairs.top_benchmark_id,
    pairs.top_benchmark_gap,
    pairs.only_a_capabilities,
    pairs.only_b_capabilities,
    pairs.unknown_capabilities,
    a.gap_count + b.gap_count as gap_count,
    least(a.last_reviewed_at, b.last_reviewed_at) as last_reviewed_at
from mart.pairs as pairs
join mart.sides as a
    on a.number = pairs.number_a
join mart.sides as b
    on b.number = pairs.number_b
