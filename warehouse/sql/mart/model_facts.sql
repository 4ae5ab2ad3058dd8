-- mart.model_facts
-- grain: one fact of one listed model; those of which there are several (a workload, a group of gaps) by their number
-- A fact as statements tell it: as a number to compare, a value of JSON, and words. A fact that could be asked of such a
-- model and is not known has a row without a value; what nobody would ask of it has none.
with facts as (
    select
        model_id,
        unnest([
            told_words('name', x.name, x.claims.name),
            told_words('kind', x.kind, x.claims.kind),
            told_words('lab', x.lab, x.claims.lab),
            told_words('family', x.family, x.claims.family),
            told_words('status', nullif(x.status, 'unknown'), x.claims.status),
            told_words('leaving', case when x.is_leaving then leaving_words(x.is_past_shutdown, x.shutdown, x.status) end, list_concat(x.claims.shutdown, x.claims.status)),
            case when x.is_served then told_words('served', x.status, x.claims.status) end,
            case when x.shutdown is not null then told_words('shutdown', x.shutdown, x.claims.shutdown) end,
            told_words('released', x.released, x.claims.released),
            case
                when is_askable(x.product_type, 'knowledge_cutoff_on')
                    then told(
                        'cutoff', 0,
                        datediff('day', date '1970-01-01', day_of(x.cutoff)),
                        datediff('day', date '1970-01-01', last_day_of(x.cutoff)),
                        to_json(x.cutoff), x.cutoff, x.claims.cutoff
                    )
            end,
            case when is_askable(x.product_type, 'context_tokens') or x.context is not null then told_count('context', x.context, x.claims.context) end,
            case when is_askable(x.product_type, 'max_output_tokens') then told_count('longest_answer', x.longest_answer, x.claims.longest_answer) end,
            told_count('parameters', x.parameters, x.claims.parameters),
            told_count('active_parameters', x.active_parameters, x.claims.active_parameters),
            told_words('architecture', x.architecture, x.claims.architecture),
            told_words('licence', x.licence, x.claims.licence),
            told(
                'weights', 0, x.open_weights::int, x.open_weights::int, to_json(x.open_weights),
                case when x.open_weights then 'can be downloaded' when not x.open_weights then 'cannot be downloaded' end,
                x.claims.weights
            ),
            told_list('reads', x.reads, x.claims.reads),
            told_list('writes', x.writes, x.claims.writes),
            told_list('best_for', x.best_for, x.claims.best_for),
            told_list('fits', x.fits, x.claims.fits),
            told_count('providers', len(x.providers), list_transform(x.listings, lambda each: each.claim_id)),
            told_count('sellers', nullif(len(x.providers), 0), list_transform(x.listings, lambda each: each.claim_id)),
            told_list('at', first_words(x.providers, threshold('names_told')), list_transform(x.listings, lambda each: each.claim_id)),
            told_list('regions', x.regions, []),
            told_list('free_at', x.free_at, list_transform(list_filter(x.listings, lambda each: list_contains(x.free_at, each.name)), lambda each: each.claim_id)),
            case
                when x.is_past_shutdown and x.providers != []
                    then told_count('sold_after', len(x.providers), list_transform(x.listings, lambda each: each.claim_id))
            end,
            told_count('routes', x.routes, list_transform(x.listings, lambda each: each.claim_id)),
            told_count('confirmed_routes', x.confirmed_routes, list_transform(x.listings, lambda each: each.claim_id)),
            case when is_askable(x.product_type, 'monthly_cost') then told_money('cost', 0, x.cost, x.costs[1].claim_ids) end,
            told_words('traffic', number_words(traffic.input_mtok) || 'M input and ' || number_words(traffic.output_mtok) || 'M output tokens', []),
            told_words('seller', x.costs[1].seller, x.costs[1].claim_ids),
            told_rate('input', x.input_usd, x.rate_claim_ids),
            told_rate('output', x.output_usd, x.rate_claim_ids),
            told_rate('cache_read', x.cache_read_usd, x.rate_claim_ids),
            told_count('tier_from', case when x.output_usd is not null then x.tier_from_tokens end, x.tier_claim_ids),
            told_rate('tier_input', x.tier_input_usd, x.tier_claim_ids),
            told_rate('tier_output', x.tier_output_usd, x.tier_claim_ids),
            told_count('disputed_prices', nullif(x.disputed_prices, 0), x.disputed_price_claim_ids),
            told_count('results', nullif(x.results, 0), []),
            told_count('results_held', x.results, []),
            case
                when x.cost is null and is_askable(x.product_type, 'monthly_cost')
                    then told_words('no_cost', coalesce(x.no_cost, 'no source we read states a price'), [])
            end,
            told_list('disputed', x.disputed, x.dispute_claim_ids)
        ]) as fact
    from mart.side_facts as x
    join core.workloads as traffic
        on traffic.workload_id = 'default'
),

each_cost as (
    select
        model_id,
        unnest([
            told('each_workload_id', nth, null, null, to_json(cost.workload_id), cost.workload_id, []),
            told('each_workload', nth, null, null, to_json(cost.workload), cost.workload, []),
            told_money('each_cost', nth, cost.cost, cost.claim_ids),
            told('each_seller', nth, null, null, to_json(cost.seller), cost.seller, cost.claim_ids),
            case when cost.unconfirmed_cost is not null then told_money('each_unconfirmed_cost', nth, cost.unconfirmed_cost, cost.unconfirmed_claim_ids) end,
            case
                when cost.unconfirmed_cost is not null
                    then told('each_unconfirmed_seller', nth, null, null, to_json(cost.unconfirmed_seller), cost.unconfirmed_seller, cost.unconfirmed_claim_ids)
            end,
            case when cost.no_cost is not null then told('each_no_cost', nth, null, null, to_json(cost.no_cost), cost.no_cost, cost.no_cost_claim_ids) end
        ]) as fact
    from (
        select
            model_id,
            unnest(costs) as cost,
            cast(unnest(range(1, len(costs) + 1)) as integer) as nth
        from mart.side_facts
        where is_askable(product_type, 'monthly_cost')
    )
),

each_gap as (
    select
        model_id,
        unnest([
            told('each_fields', nth, null, null, to_json(unknown.fields), list_words(unknown.fields), []),
            told('each_why', nth, null, null, to_json(unknown.detail), unknown.detail, [])
        ]) as fact
    from (
        select
            model_id,
            unnest(unknowns) as unknown,
            cast(unnest(range(1, len(unknowns) + 1)) as integer) as nth
        from mart.side_facts
    )
)

select
    model_id,
    fact.fact,
    fact.nth,
    fact.low,
    fact.high,
    fact.value,
    fact.words,
    case when fact.words is null then [] else fact.claim_ids end as claim_ids
from (
    select model_id, fact from facts
    union all
    select model_id, fact from each_cost
    union all
    select model_id, fact from each_gap
)
where fact is not null
order by model_id, fact.fact, fact.nth
