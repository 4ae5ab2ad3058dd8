-- checks.sentences
-- grain: one row for each sentence of a published pair that does not say its facts
-- Whether every sentence of a published pair says its facts: its numbers are facts of its models, its claims are known
-- ones, nothing is cheaper by all of it. One row for each that does not.
with spread as (
    select
        statements.model_a_id,
        statements.model_b_id,
        statements.rule_id,
        statements.numbers,
        case when statements.side = 'b' then statements.model_b_id else statements.model_a_id end as x_id,
        case when statements.side = 'b' then statements.model_a_id else statements.model_b_id end as y_id,
        unnest(json_keys(statements.numbers)) as name
    from mart.comparison_statements as statements
),

placed as (
    select distinct
        spread.*,
        pieces.fact,
        case pieces.whose when 'x' then x_id when 'y' then y_id end as model_id,
        json_extract(spread.numbers, spread.name) as value
    from spread
    join core.rule_pieces as pieces
        on pieces.rule_id = spread.rule_id
        and pieces.name = spread.name
        and pieces.is_first
    where pieces.whose in ('x', 'y')
)

select 'a number that is no fact of its model' as rule, placed.rule_id || ' ' || placed.model_a_id || ' / ' || placed.model_b_id as example
from placed
left join mart.model_facts as facts
    on facts.model_id = placed.model_id
    and facts.fact = placed.fact
    and facts.value = placed.value
where
    facts.model_id is null
    -- facts of the two together are proved against mart.comparisons
    and placed.fact not in ('leads', 'strengths', 'route', 'each_score', 'each_setting', 'each_reporter', 'each_day')
union all
select 'a score that no result has', placed.rule_id || ' ' || placed.model_a_id || ' / ' || placed.model_b_id
from placed
left join core.benchmark_results as results
    on results.model_id = placed.model_id
    and results.benchmark_id = json_extract_string(placed.numbers, '$.each_benchmark')
    and results.setting = coalesce(
        json_extract_string(placed.numbers, '$.each_setting'),
        json_extract_string(placed.numbers, '$.' || replace(placed.name, 'each_score', 'each_setting')),
        ''
    )
    and results.score = cast(json_extract_string(placed.value, '$') as decimal(18, 6))
where placed.fact = 'each_score' and results.claim_id is null
union all
select 'a statement with claims that are none', statements.rule_id || ' ' || statements.model_a_id || ' / ' || statements.model_b_id
from (select rule_id, model_a_id, model_b_id, unnest(claim_ids) as claim_id from mart.comparison_statements) as statements
anti join evidence.folded_claims as claims
    on claims.claim_id = statements.claim_id
union all
select 'a saving of all there is', rule_id || ' ' || model_a_id || ' / ' || model_b_id
from mart.comparison_statements
where regexp_matches(sentence, '(^|[^0-9.])[1-9][0-9]{2,}% less')
union all
select 'a sentence with a hole', rule_id || ' ' || model_a_id || ' / ' || model_b_id
from mart.comparison_statements
where
    trim(sentence) = ''
    -- what a page calls a thing may look like a hole, and is none of ours
    or (
        regexp_matches(sentence, '[{}]|\(\)|  |: \.|None|null')
        and not regexp_matches(
            array_to_string(list_concat(json_extract_string(numbers, '$.*'), json_extract_string(numbers, '$.*[*]')), ' / '),
            '[{}]|\(\)|  |: \.|None|null'
        )
    )
union all
select 'a question without an answer', rule_id || ' ' || model_a_id || ' / ' || model_b_id
from mart.comparison_statements
where (section = 'faq') != (question is not null)
union all
select 'a pair without a verdict', model_a_id || ' / ' || model_b_id
from mart.published_pairs
anti join (
    select model_a_id, model_b_id
    from mart.comparison_statements
    where section = 'verdict' and position = 1 and contains(rule_id, 'verdict_')
) using (model_a_id, model_b_id)
union all
select 'a verdict that is not said first', statements.model_a_id || ' / ' || statements.model_b_id
from mart.comparison_statements as statements
join mart.comparisons as comparisons using (model_a_id, model_b_id)
join core.rules as rules using (rule_id)
where
    statements.section = 'verdict'
    and statements.position = 1
    and rules.signal != 'verdict ' || comparisons.verdict_kind
