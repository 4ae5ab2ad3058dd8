-- mart.comparison_statements
-- grain: one statement about one published pair
-- Everything a comparison says, as rule, numbers and claims first and as a sentence last. What the rules are, when each
-- speaks and in which words: reference/rules.yaml. In `numbers`, _x is of the model of `side` (of A where it is `both`),
-- _y of the other one, and a name without either is of the model of `side` alone, or of both. Known against known only:
-- where a rule weighs both models, it is silent unless both sides are known.
with pairs as (
    select
        asked.model_a_id,
        asked.model_b_id,
        judged.verdict_kind,
        judged.verdict_model_id,
        judged.shared_benchmarks,
        judged.top_benchmark_id,
        judged.top_benchmark_gap
    from mart.published_pairs as asked
    join mart.comparisons as judged
        on judged.model_a_id = asked.model_a_id
        and judged.model_b_id = asked.model_b_id
),

directed as (
    -- either model once as x, the one a statement is about, beside y, the other
    select
        pairs.*,
        'a' as side,
        model_a_id as x_id,
        model_b_id as y_id
    from pairs
    union all
    select
        pairs.*,
        'b' as side,
        model_b_id as x_id,
        model_a_id as y_id
    from pairs
),

asked_models as (
    select distinct x_id as model_id
    from directed
),

-- about one model ---------------------------------------------------------------------------------------------------------

own_facts as (
    select
        x.model_id,
        unnest([
            said(
                'intro_model', '', 0,
                json_object('name', x.name, 'kind', coalesce(x.kind, 'a model'), 'lab', x.lab, 'released', x.released),
                [x.claims.name, x.claims.kind, x.claims.lab, x.claims.released]
            ),
            said('score_type', '', 0, json_object('name', x.name, 'kind', x.kind, 'unknown', case when x.kind is null then 'unknown' end), [x.claims.kind]),
            case when x.best_for != [] then said('score_best_for', '', 0, json_object('name', x.name, 'best_for', x.best_for), [x.claims.best_for]) end,
            case when x.fits != [] then said('score_fit', '', 0, json_object('name', x.name, 'fits', x.fits), [x.claims.fits]) end,
            said('score_status', '', 0, json_object('name', x.name, 'status', x.status), [x.claims.status]),
            case
                when is_askable(x.product_type, 'context_tokens')
                    then said('score_context', '', 0, json_object('name', x.name, 'context', x.context, 'unknown', case when x.context is null then 'unknown' end), [x.claims.context])
            end,
            case
                when is_askable(x.product_type, 'monthly_cost')
                    then said(
                        'score_output_price', '', 0,
                        json_object('name', x.name, 'output', as_number(x.output_usd), 'seller', x.costs[1].seller, 'unknown', case when x.output_usd is null then 'unknown' end),
                        [x.rate_claim_ids]
                    )
            end,
            case
                when is_askable(x.product_type, 'monthly_cost')
                    then said(
                        'score_cost', '', 0,
                        json_object('name', x.name, 'cost', as_number(x.cost), 'unknown', case when x.cost is null then 'unknown' end),
                        [x.costs[1].claim_ids]
                    )
            end,
            said(
                'score_providers', '', 0,
                json_object('name', x.name, 'providers', len(x.providers)),
                [list_transform(x.listings, lambda each: each.claim_id)]
            ),
            case when x.fits != [] then said('trade_fit', '', 0, json_object('name', x.name, 'fits', x.fits), [x.claims.fits]) end,
            case when x.lab is not null then said('spec_lab', '', 0, json_object('name', x.name, 'lab', x.lab), [x.claims.lab]) end,
            said('spec_family', '', 0, json_object('name', x.name, 'family', x.family, 'unknown', case when x.family is null then 'unknown' end), [x.claims.family]),
            said('spec_type', '', 0, json_object('name', x.name, 'kind', x.kind, 'unknown', case when x.kind is null then 'unknown' end), [x.claims.kind]),
            said('spec_status', '', 0, json_object('name', x.name, 'status', x.status), [x.claims.status]),
            said('spec_released', '', 0, json_object('name', x.name, 'released', x.released, 'unknown', case when x.released is null then 'unknown' end), [x.claims.released]),
            case
                when x.shutdown is not null
                    then said(
                        'spec_shutdown', '', 0,
                        json_object('name', x.name, 'past', case when x.days_left <= 0 then x.shutdown end, 'future', case when x.days_left > 0 then x.shutdown end),
                        [x.claims.shutdown]
                    )
            end,
            case
                when is_askable(x.product_type, 'knowledge_cutoff_on')
                    then said('spec_cutoff', '', 0, json_object('name', x.name, 'cutoff', x.cutoff, 'unknown', case when x.cutoff is null then 'unknown' end), [x.claims.cutoff])
            end,
            case
                when is_askable(x.product_type, 'context_tokens')
                    then said('spec_context', '', 0, json_object('name', x.name, 'context', x.context, 'unknown', case when x.context is null then 'unknown' end), [x.claims.context])
            end,
            case
                when is_askable(x.product_type, 'max_output_tokens')
                    then said(
                        'spec_longest_answer', '', 0,
                        json_object('name', x.name, 'longest_answer', x.longest_answer, 'unknown', case when x.longest_answer is null then 'unknown' end),
                        [x.claims.longest_answer]
                    )
            end,
            said(
                'spec_parameters', '', 0,
                json_object('name', x.name, 'parameters', x.parameters, 'active_parameters', x.active_parameters, 'unknown', case when x.parameters is null and x.active_parameters is null then 'unknown' end),
                [x.claims.parameters, x.claims.active_parameters]
            ),
            said('spec_architecture', '', 0, json_object('name', x.name, 'architecture', x.architecture, 'unknown', case when x.architecture is null then 'unknown' end), [x.claims.architecture]),
            said('spec_licence', '', 0, json_object('name', x.name, 'licence', x.licence, 'unknown', case when x.licence is null then 'unknown' end), [x.claims.licence]),
            said(
                'spec_weights', '', 0,
                json_object(
                    'name', x.name,
                    'weights', case when x.open_weights then 'can be downloaded' when not x.open_weights then 'cannot be downloaded' end,
                    'unknown', case when x.open_weights is null then 'unknown' end
                ),
                [x.claims.weights]
            ),
            said('spec_reads', '', 0, json_object('name', x.name, 'reads', x.reads, 'unknown', case when x.reads is null then 'unknown' end), [x.claims.reads]),
            said('spec_writes', '', 0, json_object('name', x.name, 'writes', x.writes, 'unknown', case when x.writes is null then 'unknown' end), [x.claims.writes]),
            case
                when x.routes > 0
                    then said(
                        'offers_sold', '', 0,
                        json_object('name', x.name, 'providers', len(x.providers), 'routes', x.routes, 'confirmed_routes', x.confirmed_routes),
                        [list_transform(x.listings, lambda each: each.claim_id)]
                    )
                else said('offers_none', '', 0, json_object('name', x.name), [])
            end,
            case
                when x.output_usd is not null
                    then said(
                        'offers_cheapest', '', 0,
                        json_object(
                            'name', x.name,
                            'seller', x.costs[1].seller,
                            'input', as_number(x.input_usd),
                            'output', as_number(x.output_usd),
                            'cache_read', as_number(x.cache_read_usd)
                        ),
                        [x.rate_claim_ids]
                    )
            end,
            case
                when x.tier_output_usd is not null and x.output_usd is not null
                    then said(
                        'offers_tier', '', 0,
                        json_object(
                            'name', x.name,
                            'seller', x.costs[1].seller,
                            'tier_from', x.tier_from_tokens,
                            'tier_input', as_number(x.tier_input_usd),
                            'tier_output', as_number(x.tier_output_usd)
                        ),
                        [x.tier_claim_ids]
                    )
            end,
            case
                when x.free_at != []
                    then said('offers_free', '', 0, json_object('name', x.name, 'free_at', x.free_at), [claims_of(x.listings, x.free_at)])
            end,
            case
                when x.days_left <= 0 and x.providers != []
                    then said(
                        'offers_after_end', '', 0,
                        json_object('name', x.name, 'past', x.shutdown, 'providers', len(x.providers)),
                        [x.claims.shutdown, list_transform(x.listings, lambda each: each.claim_id)]
                    )
            end,
            case
                when x.disputed_prices > 0
                    then said('offers_disputed', '', 0, json_object('name', x.name, 'disputed_prices', x.disputed_prices), [x.disputed_price_claim_ids])
            end,
            case
                when x.cost is not null
                    then said(
                        'faq_cheapest_provider', '', 0,
                        json_object('name', x.name, 'seller', x.costs[1].seller, 'input', as_number(x.input_usd), 'output', as_number(x.output_usd), 'cost', as_number(x.cost)),
                        [x.rate_claim_ids]
                    )
            end,
            case
                when x.is_leaving
                    then said(
                        'faq_retirement', '', 0,
                        json_object(
                            'name', x.name,
                            'past', case when x.days_left <= 0 then x.shutdown end,
                            'future', case when x.days_left > 0 then x.shutdown end,
                            'standing', case when x.days_left is null then x.status end
                        ),
                        [x.claims.shutdown, x.claims.status]
                    )
            end,
            case
                when x.cost is null and is_askable(x.product_type, 'monthly_cost')
                    then said('gap_cost', '', 0, json_object('name', x.name, 'why', coalesce(x.no_cost, 'no source we read states a price')), [])
            end,
            case when x.results = 0 then said('gap_results', '', 0, json_object('name', x.name), []) end,
            case when x.disputed != [] then said('gap_disputed', '', 0, json_object('name', x.name, 'disputed', x.disputed), [x.dispute_claim_ids]) end
        ]) as statement
    from asked_models
    join mart.side_facts as x
        on x.model_id = asked_models.model_id
),

own_gaps as (
    select
        model_id,
        said('gap_fields', '', nth, json_object('name', name, 'fields', unknown.fields, 'why', unknown.detail), []) as statement
    from (
        select
            x.model_id,
            x.name,
            unnest(x.unknowns) as unknown,
            unnest(range(len(x.unknowns))) as nth
        from asked_models
        join mart.side_facts as x
            on x.model_id = asked_models.model_id
    )
),

-- about both --------------------------------------------------------------------------------------------------------------

scored as (
    select
        results.model_id,
        results.benchmark_id,
        results.setting,
        results.unit,
        results.score,
        told.claim_id,
        told.reported_by,
        told.source_id,
        told.evaluated_on
    from asked_models
    join evidence.comparable_results as results
        on results.model_id = asked_models.model_id
    join core.benchmark_results as told
        on told.model_id = results.model_id
        and told.benchmark_id = results.benchmark_id
        and told.setting = results.setting
        and told.unit = results.unit
        and told.score = results.score
    qualify row_number() over (
        partition by results.model_id, results.benchmark_id, results.setting, results.unit
        order by told.evaluated_on desc nulls last, told.claim_id
    ) = 1
),

shared_results as (
    select
        directed.model_a_id,
        directed.model_b_id,
        directed.side,
        directed.top_benchmark_id,
        directed.top_benchmark_gap * case directed.side when 'a' then 1 else -1 end as top_gap,
        directed.verdict_kind,
        directed.verdict_model_id,
        directed.shared_benchmarks,
        directed.x_id,
        directed.y_id,
        mine.benchmark_id,
        mine.setting,
        mine.unit,
        mine.score as score_x,
        theirs.score as score_y,
        mine.score - theirs.score as gap,
        abs(mine.score - theirs.score) / case mine.unit
            when 'percent' then 100
            when 'elo' then 1000
            else nullif(greatest(abs(mine.score), abs(theirs.score)), 0)
        end as weight,
        coalesce(benchmarks.higher_is_better, false) as higher_is_better,
        [mine.claim_id, theirs.claim_id] as claim_ids,
        case mine.reported_by when 'maker' then 'its maker' else mine.source_id end as reported_by_x,
        case theirs.reported_by when 'maker' then 'its maker' else theirs.source_id end as reported_by_y,
        cast(mine.evaluated_on as varchar) as day_x,
        cast(theirs.evaluated_on as varchar) as day_y
    from directed
    join scored as mine
        on mine.model_id = directed.x_id
    join scored as theirs
        on theirs.model_id = directed.y_id
        and theirs.benchmark_id = mine.benchmark_id
        and theirs.setting = mine.setting
        and theirs.unit = mine.unit
    join core.benchmarks as benchmarks
        on benchmarks.benchmark_id = mine.benchmark_id
),

leads as (
    select
        model_a_id,
        model_b_id,
        side,
        cast(count(*) filter (where higher_is_better and gap > 0) as integer) as leads_x,
        cast(count(*) filter (where higher_is_better and gap < 0) as integer) as leads_y,
        cast(count(*) as integer) as shared,
        case
            when
                max(weight) filter (where higher_is_better) >= threshold('lead_share')
                and sum(sign(gap)) filter (where higher_is_better)
                * sign(arg_max(gap, (weight, benchmark_id, setting, unit)) filter (where higher_is_better)) > 0
                then sign(arg_max(gap, (weight, benchmark_id, setting, unit)) filter (where higher_is_better))
        end as lead,
        flatten(list(claim_ids)) as claim_ids
    from shared_results
    group by model_a_id, model_b_id, side
),

result_statements as (
    select
        model_a_id,
        model_b_id,
        said(
            case
                when gap = 0 then 'result_equal'
                when higher_is_better then 'result_lead'
                else 'result_beside'
            end,
            case when gap > 0 and higher_is_better then side else 'both' end,
            cast(row_number() over (partition by model_a_id, model_b_id order by abs(gap) desc, benchmark_id, setting, unit) as integer),
            json_object(
                'name_x', x.name,
                'name_y', y.name,
                'benchmark', benchmark_id,
                'setting', nullif(setting, ''),
                'unit', unit,
                'score_x', as_number(score_x),
                'score_y', as_number(score_y),
                'gap', as_number(abs(gap)),
                'reported_by_x', reported_by_x,
                'reported_by_y', reported_by_y,
                'day_x', day_x,
                'day_y', day_y
            ),
            [shared_results.claim_ids]
        ) as statement
    from shared_results
    join mart.side_facts as x
        on x.model_id = shared_results.x_id
    join mart.side_facts as y
        on y.model_id = shared_results.y_id
    where case when higher_is_better and gap != 0 then gap > 0 else side = 'a' end
),

lead_statements as (
    select
        shared_results.model_a_id,
        shared_results.model_b_id,
        said(
            'verdict_benchmark_lead', shared_results.side, 0,
            json_object(
                'name_x', x.name,
                'name_y', y.name,
                'benchmark', benchmark_id,
                'setting', nullif(setting, ''),
                'unit', unit,
                'score_x', as_number(score_x),
                'score_y', as_number(score_y),
                'shared', leads.shared,
                'leads_x', leads.leads_x
            ),
            [shared_results.claim_ids, leads.claim_ids]
        ) as statement
    from shared_results
    join leads
        on leads.model_a_id = shared_results.model_a_id
        and leads.model_b_id = shared_results.model_b_id
        and leads.side = shared_results.side
    join mart.side_facts as x
        on x.model_id = shared_results.x_id
    join mart.side_facts as y
        on y.model_id = shared_results.y_id
    where
        shared_results.verdict_kind = 'benchmark_lead'
        and shared_results.verdict_model_id = shared_results.x_id
        and shared_results.benchmark_id = shared_results.top_benchmark_id
        and shared_results.gap = shared_results.top_gap
    qualify row_number() over (partition by shared_results.model_a_id, shared_results.model_b_id order by setting, unit) = 1
),

verdict_statements as (
    select
        directed.model_a_id,
        directed.model_b_id,
        unnest([
            case
                when directed.verdict_kind = 'different_product_types' and directed.side = 'a'
                    then said(
                        'verdict_unlike', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'kind_x', x.kind, 'kind_y', y.kind),
                        [x.claims.kind, y.claims.kind]
                    )
            end,
            case
                when directed.verdict_kind = 'still_served' and directed.verdict_model_id = x.model_id
                    then said(
                        'verdict_still_served', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'past_y', case when y.days_left <= 0 then y.shutdown end,
                            'future_y', case when y.days_left > 0 then y.shutdown end,
                            'days_y', case when y.days_left > 0 then y.days_left end,
                            'standing_y', case when y.days_left is null then y.status end
                        ),
                        [y.claims.shutdown, y.claims.status, x.claims.status]
                    )
            end,
            case
                when directed.verdict_kind = 'both_leaving' and directed.side = 'a'
                    then said(
                        'verdict_both_leaving', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'past_x', case when x.days_left <= 0 then x.shutdown end,
                            'future_x', case when x.days_left > 0 then x.shutdown end,
                            'standing_x', case when x.days_left is null then x.status end,
                            'past_y', case when y.days_left <= 0 then y.shutdown end,
                            'future_y', case when y.days_left > 0 then y.shutdown end,
                            'standing_y', case when y.days_left is null then y.status end
                        ),
                        [x.claims.shutdown, x.claims.status, y.claims.shutdown, y.claims.status]
                    )
            end,
            case
                when directed.verdict_kind = 'cheaper' and directed.verdict_model_id = x.model_id
                    then said(
                        'verdict_cheaper', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'cost_y', as_number(y.cost),
                            'seller_x', x.costs[1].seller,
                            'seller_y', y.costs[1].seller,
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
            end,
            case
                when directed.verdict_kind = 'longer_context' and directed.verdict_model_id = x.model_id
                    then said(
                        'verdict_longer_context', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
            end,
            case
                when directed.verdict_kind = 'trade_off' and directed.side = 'a'
                    then said(
                        'verdict_trade_off', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'for_x', strengths(x.cost, y.cost, x.context, y.context, leads.lead = 1),
                            'for_y', strengths(y.cost, x.cost, y.context, x.context, leads.lead = -1)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids, x.claims.context, y.claims.context, leads.claim_ids]
                    )
            end,
            case
                when directed.verdict_kind = 'open_weights' and directed.verdict_model_id = x.model_id
                    then said(
                        'verdict_open_weights', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'licence_x', x.licence),
                        [x.claims.weights, y.claims.weights, x.claims.licence]
                    )
            end,
            case
                when directed.verdict_kind = 'undecided' and directed.side = 'a'
                    then said('verdict_undecided', 'both', 0, json_object('name_x', x.name, 'name_y', y.name), [])
            end,
            case
                when directed.verdict_kind not in ('still_served', 'both_leaving') and x.is_leaving
                    then said(
                        'verdict_ends', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'past_x', case when x.days_left <= 0 then x.shutdown end,
                            'future_x', case when x.days_left > 0 then x.shutdown end,
                            'standing_x', case when x.days_left is null then x.status end
                        ),
                        [x.claims.shutdown, x.claims.status]
                    )
            end,
            case
                when directed.verdict_kind != 'cheaper' and x.cost < y.cost
                    then said(
                        'verdict_price', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'cost_y', as_number(y.cost),
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
            end,
            case
                when x.cost = y.cost and directed.side = 'a'
                    then said(
                        'verdict_equal_price', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'cost_y', as_number(y.cost),
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
            end,
            case
                when directed.verdict_kind != 'longer_context' and x.context > y.context
                    then said(
                        'verdict_context', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
            end,
            case
                when directed.verdict_kind != 'open_weights' and x.open_weights and not y.open_weights
                    then said(
                        'verdict_weights', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'licence_x', x.licence),
                        [x.claims.weights, y.claims.weights, x.claims.licence]
                    )
            end,
            case
                when directed.side = 'a' and directed.verdict_kind != 'benchmark_lead' and directed.shared_benchmarks > 0
                    then said(
                        'verdict_results', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'shared', leads.shared, 'leads_x', leads.leads_x, 'leads_y', leads.leads_y),
                        [leads.claim_ids]
                    )
            end,
            case
                when directed.side = 'a' and directed.shared_benchmarks = 0
                    then said('verdict_quality_not_compared', 'both', 0, json_object('shared', 0), [])
            end,
            case
                when
                    directed.side = 'a'
                    and (x.cost is null or y.cost is null)
                    and is_askable(x.product_type, 'monthly_cost')
                    and is_askable(y.product_type, 'monthly_cost')
                    then said(
                        'verdict_price_not_compared', 'both', 0,
                        json_object('without', list_filter([case when x.cost is null then x.name end, case when y.cost is null then y.name end], lambda each: each is not null)),
                        []
                    )
            end,
            case
                when
                    directed.side = 'a'
                    and (x.context is null or y.context is null)
                    and is_askable(x.product_type, 'context_tokens')
                    and is_askable(y.product_type, 'context_tokens')
                    then said(
                        'verdict_context_not_compared', 'both', 0,
                        json_object('without', list_filter([case when x.context is null then x.name end, case when y.context is null then y.name end], lambda each: each is not null)),
                        []
                    )
            end
        ]) as statement
    from directed
    join mart.side_facts as x
        on x.model_id = directed.x_id
    join mart.side_facts as y
        on y.model_id = directed.y_id
    join core.workloads as traffic
        on traffic.workload_id = 'default'
    left join leads
        on leads.model_a_id = directed.model_a_id
        and leads.model_b_id = directed.model_b_id
        and leads.side = directed.side
),

tradeoff_statements as (
    select
        directed.model_a_id,
        directed.model_b_id,
        unnest([
            case
                when x.context is not null and y.context is not null and directed.side = 'a'
                    then said(
                        'intro_context', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
            end,
            case
                when directed.side = 'a'
                    then said('score_results', 'both', 0, json_object('shared', directed.shared_benchmarks), [leads.claim_ids])
            end,
            case
                when x.context > y.context
                    then said(
                        'trade_context', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
            end,
            case
                when x.longest_answer > y.longest_answer
                    then said(
                        'trade_longest_answer', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'longest_answer_x', x.longest_answer, 'longest_answer_y', y.longest_answer),
                        [x.claims.longest_answer, y.claims.longest_answer]
                    )
            end,
            case
                when x.cost < y.cost
                    then said(
                        'trade_cost', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'cost_x', as_number(x.cost), 'cost_y', as_number(y.cost)),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
            end,
            case
                when x.output_usd < y.output_usd
                    then said(
                        'trade_output_price', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'output_x', as_number(x.output_usd), 'output_y', as_number(y.output_usd)),
                        [x.rate_claim_ids, y.rate_claim_ids]
                    )
            end,
            case
                when len(x.providers) > len(y.providers) and len(y.providers) > 0
                    then said(
                        'trade_providers', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'providers_x', len(x.providers), 'providers_y', len(y.providers)),
                        [list_transform(x.listings, lambda each: each.claim_id), list_transform(y.listings, lambda each: each.claim_id)]
                    )
            end,
            case
                when list_has_any(x.can, y.cannot)
                    then said(
                        'trade_capabilities', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'only_x', list_sort(list_intersect(x.can, y.cannot))),
                        [claims_of(x.abilities, list_intersect(x.can, y.cannot)), claims_of(y.abilities, list_intersect(x.can, y.cannot))]
                    )
            end,
            case
                when x.open_weights and not y.open_weights
                    then said(
                        'trade_weights', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'licence_x', x.licence),
                        [x.claims.weights, y.claims.weights, x.claims.licence]
                    )
            end,
            case
                when x.cutoff > y.cutoff and not starts_with(x.cutoff, y.cutoff)
                    then said(
                        'trade_cutoff', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'cutoff_x', x.cutoff, 'cutoff_y', y.cutoff),
                        [x.claims.cutoff, y.claims.cutoff]
                    )
            end,
            case
                when leads.leads_x > leads.leads_y
                    then said(
                        'trade_results', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'leads_x', leads.leads_x, 'leads_y', leads.leads_y, 'shared', leads.shared),
                        [leads.claim_ids]
                    )
            end,
            case
                when directed.side = 'a' and list_has_any(x.can, y.can)
                    then said(
                        'capability_both', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'both', list_sort(list_intersect(x.can, y.can))),
                        [claims_of(x.abilities, list_intersect(x.can, y.can)), claims_of(y.abilities, list_intersect(x.can, y.can))]
                    )
            end,
            case
                when list_has_any(x.can, y.cannot)
                    then said(
                        'capability_only', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'only_x', list_sort(list_intersect(x.can, y.cannot))),
                        [claims_of(x.abilities, list_intersect(x.can, y.cannot)), claims_of(y.abilities, list_intersect(x.can, y.cannot))]
                    )
            end,
            case
                when directed.side = 'a' and list_has_any(x.cannot, y.cannot)
                    then said(
                        'capability_neither', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'neither', list_sort(list_intersect(x.cannot, y.cannot))),
                        [claims_of(x.abilities, list_intersect(x.cannot, y.cannot)), claims_of(y.abilities, list_intersect(x.cannot, y.cannot))]
                    )
            end,
            case
                when list_has_any(x.can, y.unsure)
                    then said(
                        'capability_known_of_one', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'yes_x', list_sort(list_intersect(x.can, y.unsure))),
                        [claims_of(x.abilities, list_intersect(x.can, y.unsure))]
                    )
            end,
            case
                when list_has_any(x.cannot, y.unsure)
                    then said(
                        'capability_lacking_in_one', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'no_x', list_sort(list_intersect(x.cannot, y.unsure))),
                        [claims_of(x.abilities, list_intersect(x.cannot, y.unsure))]
                    )
            end,
            case
                when directed.side = 'a' and list_has_any(x.unsure, y.unsure)
                    then said(
                        'capability_unknown', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'unknown', list_sort(list_intersect(x.unsure, y.unsure))),
                        []
                    )
            end,
            case
                when directed.side = 'a' and directed.shared_benchmarks = 0
                    then said(
                        'results_none', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'results_x', x.results, 'results_y', y.results),
                        []
                    )
            end,
            case
                when directed.side = 'a' and (list_has_any(x.can, y.cannot) or list_has_any(x.cannot, y.can))
                    then said(
                        'deep_capabilities', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'only_x', nullif(list_sort(list_intersect(x.can, y.cannot)), []),
                            'only_y', nullif(list_sort(list_intersect(x.cannot, y.can)), [])
                        ),
                        [
                            claims_of(x.abilities, list_concat(list_intersect(x.can, y.cannot), list_intersect(x.cannot, y.can))),
                            claims_of(y.abilities, list_concat(list_intersect(x.can, y.cannot), list_intersect(x.cannot, y.can)))
                        ]
                    )
            end,
            case
                when directed.side = 'a' and x.routes > 0 and y.routes > 0
                    then said(
                        'deep_prices', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'confirmed_routes_x', x.confirmed_routes,
                            'routes_x', x.routes,
                            'confirmed_routes_y', y.confirmed_routes,
                            'routes_y', y.routes
                        ),
                        [list_transform(x.listings, lambda each: each.claim_id), list_transform(y.listings, lambda each: each.claim_id)]
                    )
            end,
            case
                when x.is_leaving
                    then said(
                        'choose_ending', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'past_x', case when x.days_left <= 0 then x.shutdown end,
                            'future_x', case when x.days_left > 0 then x.shutdown end,
                            'standing_x', case when x.days_left is null then x.status end
                        ),
                        [x.claims.shutdown, x.claims.status]
                    )
            end,
            case
                when
                    not x.is_leaving
                    and (
                        x.cost < y.cost
                        or x.context > y.context
                        or x.longest_answer > y.longest_answer
                        or (x.open_weights and not y.open_weights)
                        or leads.leads_x > leads.leads_y
                        or (y.is_leaving and x.is_served)
                        or list_has_any(x.can, y.cannot)
                    )
                    then said(
                        'choose', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'when', advantages(
                                x.cost < y.cost,
                                x.context > y.context,
                                x.longest_answer > y.longest_answer,
                                x.open_weights and not y.open_weights,
                                leads.leads_x > leads.leads_y,
                                y.is_leaving and x.is_served,
                                list_sort(list_intersect(x.can, y.cannot))
                            )
                        ),
                        [
                            case when x.cost < y.cost then list_concat(x.costs[1].claim_ids, y.costs[1].claim_ids) end,
                            case when x.context > y.context then list_concat(x.claims.context, y.claims.context) end,
                            case when x.longest_answer > y.longest_answer then list_concat(x.claims.longest_answer, y.claims.longest_answer) end,
                            case when x.open_weights and not y.open_weights then list_concat(x.claims.weights, y.claims.weights) end,
                            case when leads.leads_x > leads.leads_y then leads.claim_ids end,
                            claims_of(x.abilities, list_intersect(x.can, y.cannot)),
                            claims_of(y.abilities, list_intersect(x.can, y.cannot)),
                            case when y.is_leaving and x.is_served then list_concat(x.claims.status, list_concat(coalesce(y.claims.shutdown, []), y.claims.status)) end
                        ]
                    )
            end,
            case
                when directed.side = 'a'
                    then said('reviewed', 'both', 0, json_object('reviewed', least(x.reviewed, y.reviewed)), [])
            end
        ]) as statement
    from directed
    join mart.side_facts as x
        on x.model_id = directed.x_id
    join mart.side_facts as y
        on y.model_id = directed.y_id
    left join leads
        on leads.model_a_id = directed.model_a_id
        and leads.model_b_id = directed.model_b_id
        and leads.side = directed.side
),

cost_statements as (
    -- one for each workload, in the order of the lists of costs
    select
        model_a_id,
        model_b_id,
        unnest([
            case
                when mine.cost < theirs.cost
                    then said(
                        'cost_lower', side, nth,
                        json_object(
                            'name_x', name_x,
                            'name_y', name_y,
                            'workload_id', mine.workload_id,
                            'workload', mine.workload,
                            'cost_x', as_number(mine.cost),
                            'cost_y', as_number(theirs.cost),
                            'seller_x', mine.seller,
                            'seller_y', theirs.seller,
                            'gap', as_number(theirs.cost - mine.cost)
                        ),
                        [mine.claim_ids, theirs.claim_ids]
                    )
            end,
            case
                when mine.cost = theirs.cost and side = 'a'
                    then said(
                        'cost_equal', 'both', nth,
                        json_object(
                            'name_x', name_x,
                            'name_y', name_y,
                            'workload_id', mine.workload_id,
                            'workload', mine.workload,
                            'cost_x', as_number(mine.cost),
                            'cost_y', as_number(theirs.cost),
                            'seller_x', mine.seller,
                            'seller_y', theirs.seller
                        ),
                        [mine.claim_ids, theirs.claim_ids]
                    )
            end,
            case
                when mine.cost is not null and theirs.cost is null
                    then said(
                        'cost_of_one', side, nth,
                        json_object(
                            'name_x', name_x,
                            'name_y', name_y,
                            'workload_id', mine.workload_id,
                            'workload', mine.workload,
                            'cost_x', as_number(mine.cost),
                            'seller_x', mine.seller
                        ),
                        [mine.claim_ids]
                    )
            end,
            case
                when mine.cost is null and theirs.cost is null and side = 'a' and nth = 0
                    then said(
                        'cost_of_neither', 'both', nth,
                        json_object('name_x', name_x, 'name_y', name_y, 'workload_id', mine.workload_id, 'workload', mine.workload),
                        []
                    )
            end,
            case
                when mine.unconfirmed_cost is not null
                    then said(
                        'cost_unconfirmed', side, nth,
                        json_object(
                            'name_x', name_x,
                            'workload_id', mine.workload_id,
                            'workload', mine.workload,
                            'unconfirmed_cost_x', as_number(mine.unconfirmed_cost),
                            'unconfirmed_seller_x', mine.unconfirmed_seller
                        ),
                        [mine.unconfirmed_claim_ids]
                    )
            end
        ]) as statement
    from (
        select
            directed.model_a_id,
            directed.model_b_id,
            directed.side,
            x.name as name_x,
            y.name as name_y,
            unnest(x.costs) as mine,
            unnest(y.costs) as theirs,
            cast(unnest(range(len(x.costs))) as integer) as nth
        from directed
        join mart.side_facts as x
            on x.model_id = directed.x_id
        join mart.side_facts as y
            on y.model_id = directed.y_id
    )
),

switch_statements as (
    -- from x to y
    select
        directed.model_a_id,
        directed.model_b_id,
        unnest([
            case
                when x.is_leaving
                    then said(
                        'switch_from_ending', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'past_x', case when x.days_left <= 0 then x.shutdown end,
                            'future_x', case when x.days_left > 0 then x.shutdown end,
                            'standing_x', case when x.days_left is null then x.status end
                        ),
                        [x.claims.shutdown, x.claims.status]
                    )
            end,
            case
                when y.is_leaving
                    then said(
                        'switch_to_ending', directed.side, 0,
                        json_object(
                            'name_y', y.name,
                            'past_y', case when y.days_left <= 0 then y.shutdown end,
                            'future_y', case when y.days_left > 0 then y.shutdown end,
                            'standing_y', case when y.days_left is null then y.status end
                        ),
                        [y.claims.shutdown, y.claims.status]
                    )
            end,
            case
                when list_has_any(x.providers, y.providers)
                    then said(
                        'switch_shared_providers', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'shared_providers', len(list_intersect(x.providers, y.providers)),
                            'shared', first_words(list_sort(list_intersect(x.providers, y.providers)), threshold('names_told'))
                        ),
                        [claims_of(x.listings, list_intersect(x.providers, y.providers)), claims_of(y.listings, list_intersect(x.providers, y.providers))]
                    )
                when x.providers != [] and y.providers != []
                    then said(
                        'switch_no_shared_provider', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'shared_providers', 0),
                        [list_transform(x.listings, lambda each: each.claim_id), list_transform(y.listings, lambda each: each.claim_id)]
                    )
            end,
            case
                when y.providers != [] and len(x.providers) > len(list_intersect(x.providers, y.providers)) and list_has_any(x.providers, y.providers)
                    then said(
                        'switch_lost_providers', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'lost_providers', len(x.providers) - len(list_intersect(x.providers, y.providers)),
                            'lost', first_words(list_sort(list_filter(x.providers, lambda each: not list_contains(y.providers, each))), threshold('names_told'))
                        ),
                        [list_transform(x.listings, lambda each: each.claim_id)]
                    )
            end,
            case
                when list_has_any(list_transform(x.outlets, lambda each: each.name), list_transform(y.outlets, lambda each: each.name))
                    then said(
                        'switch_route', directed.side, 0,
                        json_object(
                            'outlet', shared_outlet(x.outlets, y.outlets).name,
                            'route_x', shared_outlet(x.outlets, y.outlets).route_id,
                            'route_y', shared_outlet(y.outlets, x.outlets).route_id
                        ),
                        [[shared_outlet(x.outlets, y.outlets).claim_id, shared_outlet(y.outlets, x.outlets).claim_id]]
                    )
            end,
            case
                when x.cost > y.cost
                    then said(
                        'switch_cost_falls', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'cost_x', as_number(x.cost), 'cost_y', as_number(y.cost)),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
                when x.cost < y.cost
                    then said(
                        'switch_cost_rises', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'cost_x', as_number(x.cost), 'cost_y', as_number(y.cost)),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
                when x.cost = y.cost
                    then said(
                        'switch_cost_stays', directed.side, 0,
                        json_object('cost_x', as_number(x.cost), 'cost_y', as_number(y.cost)),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
            end,
            case
                when list_has_any(x.can, y.cannot)
                    then said(
                        'switch_lost_capabilities', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'only_x', list_sort(list_intersect(x.can, y.cannot))),
                        [claims_of(x.abilities, list_intersect(x.can, y.cannot)), claims_of(y.abilities, list_intersect(x.can, y.cannot))]
                    )
            end,
            case
                when list_has_any(x.cannot, y.can)
                    then said(
                        'switch_gained_capabilities', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'only_y', list_sort(list_intersect(x.cannot, y.can))),
                        [claims_of(x.abilities, list_intersect(x.cannot, y.can)), claims_of(y.abilities, list_intersect(x.cannot, y.can))]
                    )
            end,
            case
                when list_has_any(x.can, y.unsure)
                    then said(
                        'switch_unsure_capabilities', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'yes_x', list_sort(list_intersect(x.can, y.unsure))),
                        [claims_of(x.abilities, list_intersect(x.can, y.unsure))]
                    )
            end,
            case
                when x.context > y.context
                    then said(
                        'switch_context_shrinks', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
                when x.context < y.context
                    then said(
                        'switch_context_grows', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
            end,
            case
                when x.longest_answer > y.longest_answer
                    then said(
                        'switch_answer_shrinks', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'longest_answer_x', x.longest_answer, 'longest_answer_y', y.longest_answer),
                        [x.claims.longest_answer, y.claims.longest_answer]
                    )
            end,
            case
                when x.reads is not null and y.reads is not null and list_filter(x.reads, lambda each: not list_contains(y.reads, each)) != []
                    then said(
                        'switch_lost_input', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'lost_reads', list_sort(list_filter(x.reads, lambda each: not list_contains(y.reads, each)))),
                        [x.claims.reads, y.claims.reads]
                    )
            end,
            case
                when x.licence != y.licence
                    then said(
                        'switch_licence', directed.side, 0,
                        json_object('licence_x', x.licence, 'licence_y', y.licence),
                        [x.claims.licence, y.claims.licence]
                    )
            end,
            case
                when x.open_weights and not y.open_weights
                    then said(
                        'switch_weights_close', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name),
                        [x.claims.weights, y.claims.weights]
                    )
            end,
            case
                when y.regions != [] and list_filter(x.regions, lambda each: not list_contains(y.regions, each)) != []
                    then said(
                        'switch_lost_regions', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'lost_regions', list_filter(x.regions, lambda each: not list_contains(y.regions, each))),
                        []
                    )
            end
        ]) as statement
    from directed
    join mart.side_facts as x
        on x.model_id = directed.x_id
    join mart.side_facts as y
        on y.model_id = directed.y_id
),

faq_statements as (
    select
        directed.model_a_id,
        directed.model_b_id,
        unnest([
            case
                when x.context > y.context
                    then said(
                        'faq_context', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
                when x.context = y.context and directed.side = 'a'
                    then said(
                        'faq_context_equal', 'both', 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context, 'context_y', y.context),
                        [x.claims.context, y.claims.context]
                    )
                when x.context is not null and y.context is null
                    then said(
                        'faq_context_of_one', directed.side, 0,
                        json_object('name_x', x.name, 'name_y', y.name, 'context_x', x.context),
                        [x.claims.context]
                    )
            end,
            case
                when directed.side = 'a' and (x.open_weights is not null or y.open_weights is not null)
                    then said(
                        'faq_weights', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'weights_x', case when x.open_weights then 'can be downloaded' when not x.open_weights then 'cannot be downloaded' end,
                            'unknown_x', case when x.open_weights is null then 'are not known to be open or closed' end,
                            'licence_x', x.licence,
                            'weights_y', case when y.open_weights then 'can be downloaded' when not y.open_weights then 'cannot be downloaded' end,
                            'unknown_y', case when y.open_weights is null then 'are not known to be open or closed' end,
                            'licence_y', y.licence
                        ),
                        [x.claims.weights, y.claims.weights, x.claims.licence, y.claims.licence]
                    )
            end,
            case
                when x.cost < y.cost
                    then said(
                        'faq_cheaper', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'cost_y', as_number(y.cost),
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
                when x.cost = y.cost and directed.side = 'a'
                    then said(
                        'faq_same_price', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'cost_y', as_number(y.cost),
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids, y.costs[1].claim_ids]
                    )
                when x.cost is not null and y.cost is null
                    then said(
                        'faq_price_of_one', directed.side, 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'cost_x', as_number(x.cost),
                            'input_mtok', as_number(traffic.input_mtok),
                            'output_mtok', as_number(traffic.output_mtok)
                        ),
                        [x.costs[1].claim_ids]
                    )
            end,
            case
                when directed.side = 'a' and (x.providers != [] or y.providers != [])
                    then said(
                        'faq_where', 'both', 0,
                        json_object(
                            'name_x', x.name,
                            'name_y', y.name,
                            'at_x', nullif(first_words(x.providers, threshold('names_told')), []),
                            'nowhere_x', case when x.providers = [] then 'nowhere that we read' end,
                            'at_y', nullif(first_words(y.providers, threshold('names_told')), []),
                            'nowhere_y', case when y.providers = [] then 'nowhere that we read' end
                        ),
                        [list_transform(x.listings, lambda each: each.claim_id), list_transform(y.listings, lambda each: each.claim_id)]
                    )
            end
        ]) as statement
    from directed
    join mart.side_facts as x
        on x.model_id = directed.x_id
    join mart.side_facts as y
        on y.model_id = directed.y_id
    join core.workloads as traffic
        on traffic.workload_id = 'default'
),

capability_questions as (
    -- the capabilities a reader would ask for: those that tell the two apart first, then those both are known to have
    select
        model_a_id,
        model_b_id,
        said(
            case
                when list_contains(can_x, capability) and list_contains(can_y, capability) then 'faq_capability_both'
                when list_contains(cannot_x, capability) or list_contains(cannot_y, capability) then 'faq_capability_one'
                else 'faq_capability_unsure'
            end,
            case when list_contains(can_x, capability) and list_contains(can_y, capability) then 'both' when list_contains(can_x, capability) then 'a' else 'b' end,
            cast(nth as integer),
            case
                when list_contains(can_x, capability)
                    then json_object('name_x', name_x, 'name_y', name_y, 'capability', capability, 'first', name_x, 'second', name_y)
                else json_object('name_x', name_y, 'name_y', name_x, 'capability', capability, 'first', name_x, 'second', name_y)
            end,
            [claims_of(abilities_x, [capability]), claims_of(abilities_y, [capability])]
        ) as statement
    from (
        select
            asked.*,
            unnest(asked.capabilities) as capability,
            unnest(range(len(asked.capabilities))) as nth
        from (
            select
                pairs.model_a_id,
                pairs.model_b_id,
                x.name as name_x,
                y.name as name_y,
                x.can as can_x,
                y.can as can_y,
                x.cannot as cannot_x,
                y.cannot as cannot_y,
                x.abilities as abilities_x,
                y.abilities as abilities_y,
                list_concat(
                    list_concat(list_sort(list_intersect(x.can, y.cannot)), list_sort(list_intersect(x.cannot, y.can))),
                    list_concat(
                        list_sort(list_intersect(x.can, y.can)),
                        list_sort(list_concat(list_intersect(x.can, y.unsure), list_intersect(x.unsure, y.can)))
                    )
                )[1:cast(threshold('questions_told') as integer)] as capabilities
            from pairs
            join mart.side_facts as x
                on x.model_id = pairs.model_a_id
            join mart.side_facts as y
                on y.model_id = pairs.model_b_id
        ) as asked
    )
),

statements as (
    select model_a_id, model_b_id, statement from verdict_statements
    union all
    select model_a_id, model_b_id, statement from lead_statements
    union all
    select model_a_id, model_b_id, statement from tradeoff_statements
    union all
    select model_a_id, model_b_id, statement from cost_statements
    union all
    select model_a_id, model_b_id, statement from switch_statements
    union all
    select model_a_id, model_b_id, statement from result_statements
    union all
    select model_a_id, model_b_id, statement from faq_statements
    union all
    select model_a_id, model_b_id, statement from capability_questions
),

told as (
    select
        model_a_id,
        model_b_id,
        statement.rule_id,
        statement.side,
        statement.nth,
        statement.numbers,
        statement.claim_ids
    from statements
    where statement is not null
    union all
    select
        directed.model_a_id,
        directed.model_b_id,
        own.statement.rule_id,
        directed.side,
        own.statement.nth,
        own.statement.numbers,
        own.statement.claim_ids
    from directed
    join (
        select model_id, statement from own_facts
        union all
        select model_id, statement from own_gaps
    ) as own
        on own.model_id = directed.x_id
    where own.statement is not null
)

select
    told.model_a_id,
    told.model_b_id,
    case
        when rules.section != 'switch' then rules.section
        when told.side = 'a' then 'switch_a_to_b'
        else 'switch_b_to_a'
    end as section,
    cast(
        row_number() over (
            partition by told.model_a_id, told.model_b_id, rules.section, rules.section = 'switch' and told.side = 'a'
            order by rules.position, told.nth, told.side, told.numbers
        )
        as integer
    ) as position,
    told.rule_id,
    told.side,
    told.numbers,
    told.claim_ids,
    rendered(templates.question, told.numbers) as question,
    rendered(templates.sentence, told.numbers) as sentence
from told
join core.rules as rules
    on rules.rule_id = told.rule_id
join core.templates as templates
    on templates.rule_id = told.rule_id
where told.rule_id not like 'result_%' or told.nth <= threshold('results_told')
