-- evidence.pair_results
-- grain: one pair of listed, paired models that share a benchmark, model_a_id < model_b_id
-- A suite counts once, whatever of it is shared: on the strongest basis any of it has, and led by whoever leads most of it.
-- A gap is weighed on its scale. The widest is that of a whole benchmark where one is shared: of thirty tasks one is wide by
-- chance.
with weighed as (
    select
        paired.model_a_id,
        paired.model_b_id,
        paired.benchmark_id,
        benchmarks.suite_id,
        paired.basis,
        paired.gap,
        abs(paired.gap) / scale_of(paired.unit, benchmarks.max_score, paired.score_a, paired.score_b) as weight,
        coalesce(benchmarks.higher_is_better, false) as higher_is_better,
        benchmarks.suite_id = benchmarks.benchmark_id as is_whole
    from evidence.paired_results as paired
    join core.benchmarks as benchmarks using (benchmark_id)
    where paired.are_listed
),

suites as (
    select
        model_a_id,
        model_b_id,
        suite_id,
        bool_or(basis = 'same_setting') as is_same_setting,
        bool_or(basis = 'best_of_each') as is_best_of_each,
        sign(sum(sign(gap)) filter (where higher_is_better)) as lead,
        max(struct_pack(higher_is_better, is_whole, weight, benchmark_id, gap, basis)) filter (where gap is not null) as top
    from weighed
    group by model_a_id, model_b_id, suite_id
),

pairs as (
    select
        model_a_id,
        model_b_id,
        count(*) as shared_benchmarks,
        count(*) filter (where is_same_setting) as shared_same_setting,
        count(*) filter (where is_best_of_each and not is_same_setting) as shared_best_of_each,
        count(*) filter (where not is_best_of_each and not is_same_setting) as shared_same_benchmark,
        count(*) filter (where lead > 0) as leads_a,
        count(*) filter (where lead < 0) as leads_b,
        max(top) as top
    from suites
    group by model_a_id, model_b_id
)

select
    model_a_id,
    model_b_id,
    shared_benchmarks,
    shared_same_setting,
    shared_best_of_each,
    shared_same_benchmark,
    leads_a,
    leads_b,
    top.benchmark_id as top_benchmark_id,
    top.basis as top_basis,
    top.gap as top_benchmark_gap,
    cast(top.weight as decimal(18, 6)) as top_weight,
    -- a widest gap against the run of the other results is chance, not a lead
    coalesce(top.higher_is_better and (leads_a - leads_b) * sign(top.gap) > 0, false) as is_decisive
from pairs
