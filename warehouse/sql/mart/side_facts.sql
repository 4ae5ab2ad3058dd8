-- mart.side_facts
-- grain: one listed model
-- What sentences say of a model, in the words and numbers they say it with, each with the claims it rests on. A fact that
-- nobody states is null here, and no sentence counts it. Lists are made of listed models alone: they are few of very many.
with chosen as (
    select
        row_id as model_id,
        field,
        list_sort(list(claim_id)) as claim_ids
    from evidence.choices
    where
        table_name = 'core.models'
        and field in (
            'name', 'lab_id', 'product_type', 'status', 'released_on', 'shutdown_on', 'knowledge_cutoff_on', 'context_tokens',
            'max_output_tokens', 'parameters', 'active_parameters', 'architecture', 'license_id', 'open_weights', 'family',
            'input_modalities', 'output_modalities', 'best_for', 'decision_fit'
        )
        and row_id in (select model_id from mart.sides)
    group by row_id, field
),

claims as (
    select
        model_id,
        {
            'name': first(claim_ids) filter (where field = 'name'),
            'lab': first(claim_ids) filter (where field = 'lab_id'),
            'family': first(claim_ids) filter (where field = 'family'),
            'kind': first(claim_ids) filter (where field = 'product_type'),
            'status': first(claim_ids) filter (where field = 'status'),
            'released': first(claim_ids) filter (where field = 'released_on'),
            'shutdown': first(claim_ids) filter (where field = 'shutdown_on'),
            'cutoff': first(claim_ids) filter (where field = 'knowledge_cutoff_on'),
            'context': first(claim_ids) filter (where field = 'context_tokens'),
            'longest_answer': first(claim_ids) filter (where field = 'max_output_tokens'),
            'parameters': first(claim_ids) filter (where field = 'parameters'),
            'active_parameters': first(claim_ids) filter (where field = 'active_parameters'),
            'architecture': first(claim_ids) filter (where field = 'architecture'),
            'licence': first(claim_ids) filter (where field = 'license_id'),
            'weights': first(claim_ids) filter (where field = 'open_weights'),
            'reads': first(claim_ids) filter (where field = 'input_modalities'),
            'writes': first(claim_ids) filter (where field = 'output_modalities'),
            'best_for': first(claim_ids) filter (where field = 'best_for'),
            'fits': first(claim_ids) filter (where field = 'decision_fit')
        } as claims
    from chosen
    group by model_id
),

able as (
    select
        model_id,
        list(capability_words(capability) order by capability) filter (where status = 'yes') as can,
        list(capability_words(capability) order by capability) filter (where status = 'no') as cannot,
        list(capability_words(capability) order by capability) filter (where status = 'unknown') as unsure,
        list({'name': capability_words(capability), 'claim_id': claim_id} order by capability) filter (where status != 'unknown') as abilities
    from core.capabilities
    where model_id in (select model_id from mart.sides)
    group by model_id
),

routes as (
    select
        offers.offer_id,
        offers.model_id,
        offers.provider_id,
        offers.via,
        offers.variant,
        offers.route_id,
        offers.region,
        offers.price_status,
        offers.is_confirmed,
        providers.name as provider,
        seller_words(
            providers.name,
            gateways.name,
            list_concat(string_split(offers.variant, ';'), [offers.quantization, offers.region])
        ) as seller,
        choices.claim_id
    from core.offers as offers
    join core.providers as providers
        on providers.provider_id = offers.provider_id
    left join core.providers as gateways
        on gateways.provider_id = offers.via
    left join evidence.choices as choices
        on choices.table_name = 'core.offers'
        and choices.row_id = offers.offer_id
        and choices.field = 'route_id'
),

outlets as (
    -- the plain way to buy the model at a provider or gateway: the id one calls there
    select
        model_id,
        coalesce(via, provider_id) as outlet_id,
        arg_min(route_id, (via is not null, offer_id)) as route_id,
        arg_min(claim_id, (via is not null, offer_id)) as claim_id
    from routes
    where variant = '' and price_status in ('priced', 'free', 'unpriced') and route_id is not null
    group by model_id, outlet_id
),

outlet_lists as (
    select
        outlets.model_id,
        list({'name': providers.name, 'route_id': outlets.route_id, 'claim_id': outlets.claim_id} order by providers.name, outlets.outlet_id) as outlets
    from outlets
    join core.providers as providers
        on providers.provider_id = outlets.outlet_id
    group by outlets.model_id
),

sold as (
    select
        model_id,
        list_sort(list(distinct provider)) as providers,
        list_sort(list(distinct region) filter (where region is not null)) as regions,
        count(distinct provider_id || coalesce('@' || via, '')) as routes,
        count(distinct provider_id || coalesce('@' || via, '')) filter (where is_confirmed and price_status = 'priced') as confirmed_routes,
        list_sort(list(distinct provider) filter (where price_status = 'free' or list_contains(string_split(variant, ';'), 'free'))) as free_at
    from routes
    group by model_id
),

sold_claims as (
    select model_id, list({'name': provider, 'claim_id': claim_id} order by provider, claim_id) as listings
    from (select model_id, provider, min(claim_id) as claim_id from routes group by model_id, provider)
    group by model_id
),

cost_claims as (
    select
        offer_id,
        workload_id,
        list_sort(list_distinct(flatten(list(claim_ids) filter (where mtok > 0)))) as claim_ids
    from mart.cost_lines
    group by offer_id, workload_id
),

costs as (
    select
        costs.model_id,
        list(
            {
                'workload_id': costs.workload_id,
                'workload': workloads.name,
                'cost': costs.monthly_cost_usd,
                'seller': confirmed.seller,
                'claim_ids': confirmed_claims.claim_ids,
                'unconfirmed_cost': costs.unconfirmed_cost_usd,
                'unconfirmed_seller': unconfirmed.seller,
                'unconfirmed_claim_ids': unconfirmed_claims.claim_ids,
                'no_cost': uncosted.detail,
                'no_cost_claim_ids': case when uncosted.tier_claim_id is not null then [uncosted.tier_claim_id] end
            }
            order by costs.workload_id != 'default', costs.workload_id
        ) as costs
    from mart.monthly_costs as costs
    join core.workloads as workloads using (workload_id)
    left join routes as confirmed
        on confirmed.offer_id = costs.offer_id
    left join cost_claims as confirmed_claims
        on confirmed_claims.offer_id = costs.offer_id
        and confirmed_claims.workload_id = costs.workload_id
    left join routes as unconfirmed
        on unconfirmed.offer_id = costs.unconfirmed_offer_id
    left join cost_claims as unconfirmed_claims
        on unconfirmed_claims.offer_id = costs.unconfirmed_offer_id
        and unconfirmed_claims.workload_id = costs.workload_id
    left join mart.uncosted_offers as uncosted
        on uncosted.offer_id = costs.uncosted_offer_id
        and uncosted.workload_id = costs.workload_id
    where costs.model_id in (select model_id from mart.sides)
    group by costs.model_id
),

rates as (
    select
        costs.model_id,
        rates.input_usd,
        rates.cache_read_usd,
        rates.output_usd,
        cost_lines.claim_ids
    from mart.monthly_costs as costs
    join mart.offer_costs as rates
        on rates.offer_id = costs.offer_id
        and rates.workload_id = costs.workload_id
    join (
        select offer_id, workload_id, list_sort(list_distinct(flatten(list(claim_ids)))) as claim_ids
        from mart.cost_lines
        group by offer_id, workload_id
    ) as cost_lines
        on cost_lines.offer_id = costs.offer_id
        and cost_lines.workload_id = costs.workload_id
    where costs.workload_id = 'default'
),

tiers as (
    -- what a longer prompt costs at the cheapest confirmed offer, where its seller charges it more
    select
        costs.model_id,
        min(prices.tier_from_tokens) as tier_from_tokens,
        arg_min(prices.usd, (prices.tier_from_tokens, prices.condition)) filter (where prices.meter = 'input') as input_usd,
        arg_min(prices.usd, (prices.tier_from_tokens, prices.condition)) filter (where prices.meter = 'output') as output_usd,
        list_sort(list(distinct prices.claim_id)) as claim_ids
    from mart.monthly_costs as costs
    join core.prices as prices
        on prices.offer_id = costs.offer_id
    where
        costs.workload_id = 'default'
        and prices.tier_from_tokens > 0
        and prices.meter in ('input', 'output')
        and prices.unit = 'mtok'
        and prices.usd is not null
        and prices.service_tier is null
        and prices.utc_window is null
        and prices.region is null
        and prices.is_in_force
    group by costs.model_id
    having count(distinct prices.tier_from_tokens) = 1 and count(*) = 2 and count(distinct prices.meter) = 2
),

unknowns as (
    select
        model_id,
        list({'fields': fields, 'detail': detail} order by fields[1], detail) as unknowns
    from (
        select
            subject_id as model_id,
            detail,
            list_sort(list(field_words(field))) as fields
        from quality.gaps
        where
            subject_type = 'model'
            and reason != 'not_applicable'
            and field not in ('benchmark_results', 'monthly_cost', 'offers')
            and subject_id in (select model_id from mart.sides)
        group by subject_id, reason, detail
    )
    group by model_id
),

reasons as (
    select
        subject_id as model_id,
        max(detail) filter (where field = 'monthly_cost') as no_cost,
        max(detail) filter (where field = 'context_tokens') as no_context
    from quality.gaps
    where
        subject_type = 'model'
        and field in ('monthly_cost', 'context_tokens')
        and subject_id in (select model_id from mart.sides)
    group by subject_id
),

disputes as (
    select
        subject_id as model_id,
        list_sort(list(distinct field_words(field))) as disputed,
        list_sort(list_distinct(flatten(list([chosen_claim_id, rival_claim_id])))) as claim_ids
    from quality.conflicts
    where subject_type = 'model'
    group by subject_id
),

price_disputes as (
    select
        offers.model_id,
        count(distinct conflicts.chosen_claim_id) as prices,
        list_sort(list(distinct conflicts.chosen_claim_id)) as claim_ids
    from quality.conflicts as conflicts
    join core.offers as offers
        on offers.offer_id = conflicts.subject_id
    where conflicts.subject_type = 'offer'
    group by offers.model_id
),

mentions as (
    select model_id, count(distinct source_id) as sources
    from core.model_aliases
    where model_id is not null and valid_to is null
    group by model_id
),

results as (
    select model_id, count(distinct (benchmark_id, setting, unit)) as results
    from core.benchmark_results
    group by model_id
)

select
    models.model_id,
    models.name,
    models.lab_id,
    labs.name as lab,
    models.family,
    models.product_type,
    kind_words(models.product_type) as kind,
    replace(models.status, '_', ' ') as status,
    sides.is_leaving,
    sides.is_served,
    cast(models.shutdown_on as varchar) as shutdown,
    sides.is_past_shutdown,
    day_words(models.released_on, models.released_precision) as released,
    day_words(models.knowledge_cutoff_on, models.knowledge_cutoff_precision) as cutoff,
    models.context_tokens as context,
    models.max_output_tokens as longest_answer,
    models.parameters,
    models.active_parameters,
    replace(models.architecture, '_', ' ') as architecture,
    models.license_name as licence,
    models.open_weights,
    models.input_modalities as reads,
    models.output_modalities as writes,
    models.best_for,
    models.decision_fit as fits,
    coalesce(able.can, []) as can,
    coalesce(able.cannot, []) as cannot,
    coalesce(able.unsure, []) as unsure,
    coalesce(able.abilities, []) as abilities,
    coalesce(sold.providers, []) as providers,
    coalesce(sold.regions, []) as regions,
    cast(coalesce(sold.routes, 0) as integer) as routes,
    cast(coalesce(sold.confirmed_routes, 0) as integer) as confirmed_routes,
    coalesce(sold.free_at, []) as free_at,
    coalesce(sold_claims.listings, []) as listings,
    coalesce(outlet_lists.outlets, []) as outlets,
    costs.costs,
    costs.costs[1].cost as cost,
    rates.input_usd,
    rates.cache_read_usd,
    rates.output_usd,
    coalesce(rates.claim_ids, []) as rate_claim_ids,
    tiers.tier_from_tokens,
    tiers.input_usd as tier_input_usd,
    tiers.output_usd as tier_output_usd,
    coalesce(tiers.claim_ids, []) as tier_claim_ids,
    cast(coalesce(results.results, 0) as integer) as results,
    coalesce(unknowns.unknowns, []) as unknowns,
    reasons.no_cost,
    reasons.no_context,
    coalesce(disputes.disputed, []) as disputed,
    coalesce(disputes.claim_ids, []) as dispute_claim_ids,
    cast(coalesce(price_disputes.prices, 0) as integer) as disputed_prices,
    coalesce(price_disputes.claim_ids, []) as disputed_price_claim_ids,
    claims.claims,
    cast(len(coalesce(sold.providers, [])) + coalesce(mentions.sources, 0) as integer) as popularity,
    models.released_on
from mart.sides as sides
join core.models as models
    on models.model_id = sides.model_id
join claims
    on claims.model_id = models.model_id
join costs
    on costs.model_id = models.model_id
left join core.labs as labs
    on labs.lab_id = models.lab_id
left join able
    on able.model_id = models.model_id
left join sold
    on sold.model_id = models.model_id
left join sold_claims
    on sold_claims.model_id = models.model_id
left join outlet_lists
    on outlet_lists.model_id = models.model_id
left join rates
    on rates.model_id = models.model_id
left join tiers
    on tiers.model_id = models.model_id
left join unknowns
    on unknowns.model_id = models.model_id
left join reasons
    on reasons.model_id = models.model_id
left join disputes
    on disputes.model_id = models.model_id
left join price_disputes
    on price_disputes.model_id = models.model_id
left join mentions
    on mentions.model_id = models.model_id
left join results
    on results.model_id = models.model_id
