-- mart.shared_results
-- grain: one benchmark that two models share, model_a_id < model_b_id
-- Both results with their settings, on the strongest basis there is. A gap and a leader only where the basis allows them:
-- never across reporters, versions or kinds of test; a leader only where higher is known to be better.
select
    paired.model_a_id,
    paired.model_b_id,
    paired.benchmark_id,
    benchmarks.name as benchmark_name,
    benchmarks.suite_id,
    benchmarks.is_index,
    paired.basis,
    paired.unit,
    benchmarks.higher_is_better,
    benchmarks.max_score,
    paired.score_a,
    paired.score_b,
    paired.gap,
    case
        when not benchmarks.higher_is_better or benchmarks.higher_is_better is null then null
        when paired.gap > 0 then paired.model_a_id
        when paired.gap < 0 then paired.model_b_id
        when paired.gap = 0 then 'equal'
    end as leader,
    a.setting as setting_a,
    a.effort as effort_a,
    a.thinking_tokens as thinking_tokens_a,
    a.note as note_a,
    a.reported_by as reported_by_a,
    a.reporter_id as reporter_id_a,
    a.reporter as reporter_a,
    a.comparability as comparability_a,
    a.source_id as source_id_a,
    a.evaluated_on as evaluated_on_a,
    a.claim_id as claim_id_a,
    b.setting as setting_b,
    b.effort as effort_b,
    b.thinking_tokens as thinking_tokens_b,
    b.note as note_b,
    b.reported_by as reported_by_b,
    b.reporter_id as reporter_id_b,
    b.reporter as reporter_b,
    b.comparability as comparability_b,
    b.source_id as source_id_b,
    b.evaluated_on as evaluated_on_b,
    b.claim_id as claim_id_b,
    least(a.last_reviewed_at, b.last_reviewed_at) as last_reviewed_at
from evidence.paired_results as paired
join core.benchmarks as benchmarks using (benchmark_id)
join core.benchmark_results as a
    on a.claim_id = paired.claim_id_a
    and a.model_id = paired.model_a_id
join core.benchmark_results as b
    on b.claim_id = paired.claim_id_b
    and b.model_id = paired.model_b_id
