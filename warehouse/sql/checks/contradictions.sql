-- checks.contradictions
-- grain: one row for each group of statements that breaks a rule of the check
-- What two statements of a pair must not say together (reference/rules.yaml: contradictions), over the relation `told` of
-- rule, side and item: one row for each group that is broken, with the rule of the check and the pair.
with grouped as (
    select
        groups.number,
        groups.per,
        told.model_a_id,
        told.model_b_id,
        case when groups.per = 'pair' then '' when groups.per = 'direction' then told.side else cast(told.nth as varchar) end as part,
        count(*) as statements
    from told
    join exclusive as groups
        on groups.rule_id = told.rule_id
    group by groups.number, groups.per, told.model_a_id, told.model_b_id, part
),

spoken_for as (
    select
        groups.number,
        told.model_a_id,
        told.model_b_id,
        count(distinct told.side) as sides
    from told
    join same_model as groups
        on groups.rule_id = told.rule_id
    group by groups.number, told.model_a_id, told.model_b_id
),

praised as (
    select
        told.model_a_id,
        told.model_b_id,
        told.rule_id,
        case told.side when 'a' then told.model_a_id else told.model_b_id end as model_id
    from told
    join praises using (rule_id)
),

asserted as (
    -- the same said by mart.comparisons, which computes it another way
    select
        told.model_a_id,
        told.model_b_id,
        max(case told.side when 'a' then told.model_a_id else told.model_b_id end) filter (where rule_id = 'trade_cost') as lower_cost,
        bool_or(rule_id = 'verdict_equal_price') as is_equal_cost,
        max(case told.side when 'a' then told.model_a_id else told.model_b_id end) filter (where rule_id = 'trade_context') as larger_context,
        bool_or(rule_id = 'faq_context_equal') as is_equal_context,
        bool_or(rule_id = 'results_none') as has_no_results,
        bool_or(rule_id = 'switch_shared_providers') as has_shared_providers,
        bool_or(rule_id = 'capability_only' and side = 'a') as has_only_a,
        bool_or(rule_id = 'capability_only' and side = 'b') as has_only_b,
        max(case when side = 'a' then told.model_a_id else told.model_b_id end) filter (
            where rule_id in ('verdict_still_served', 'verdict_cheaper', 'verdict_longer_context', 'verdict_benchmark_lead', 'verdict_open_weights')
        ) as verdict_model_id,
        max(case rule_id when 'verdict_unlike' then 'verdict_different_product_types' else rule_id end) filter (
            where rule_id in (
                'verdict_unlike', 'verdict_still_served', 'verdict_both_leaving', 'verdict_cheaper', 'verdict_longer_context',
                'verdict_benchmark_lead', 'verdict_trade_off', 'verdict_open_weights', 'verdict_undecided'
            )
        ) as verdict
    from told
    group by told.model_a_id, told.model_b_id
)

select 'more than one of group ' || number || ' a ' || per as rule, model_a_id, model_b_id
from grouped
where statements > 1
union all
select 'group ' || number || ' speaks for both models', model_a_id, model_b_id
from spoken_for
where sides > 1
union all
select praised.rule_id || ' of a model that is leaving', praised.model_a_id, praised.model_b_id
from praised
join core.models as models
    on models.model_id = praised.model_id
cross join quality.build as build
where is_leaving(models.status, models.shutdown_on, build.as_of)
union all
select 'another verdict than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where
    asserted.verdict is distinct from 'verdict_' || comparisons.verdict_kind
    or asserted.verdict_model_id is distinct from comparisons.verdict_model_id
union all
select 'another lower cost than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where
    -- a cost nobody would ask of such a product is held and not told
    (asserted.lower_cost is not null or asserted.is_equal_cost)
    and coalesce(asserted.lower_cost, 'equal') is distinct from comparisons.lower_cost
union all
select 'another larger context than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where coalesce(asserted.larger_context, case when asserted.is_equal_context then 'equal' end) is distinct from comparisons.larger_context
union all
select 'other shared results than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where asserted.has_no_results != (comparisons.shared_same_setting + comparisons.shared_best_of_each = 0)
union all
select 'other providers than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where asserted.has_shared_providers != (comparisons.shared_providers != [])
union all
select 'other capabilities than mart.comparisons', asserted.model_a_id, asserted.model_b_id
from asserted
join mart.comparisons as comparisons using (model_a_id, model_b_id)
where
    asserted.has_only_a != (comparisons.only_a_capabilities != [])
    or asserted.has_only_b != (comparisons.only_b_capabilities != [])
