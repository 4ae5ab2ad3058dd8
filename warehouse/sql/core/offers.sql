-- core.offers
-- grain: one way to buy one model
-- price_status, in order: a subscription is a plan whatever is printed for it; a token price above zero is priced;
-- free only where a source says so; dynamic; prices in other units only are non_token; otherwise unpriced.
with listed as (
    select
        standing.offer_id,
        min(standing.model_id) as model_id,
        min(standing.provider_id) as provider_id,
        min(standing.via) as via,
        min(standing.variant) as variant,
        min(standing.first_seen_at) as first_seen_at
    from evidence.standing as standing
    where standing.offer_id is not null
    group by standing.offer_id
),

said as (
    select
        offer_id,
        max(value) filter (where field = 'route_id') as route_id,
        max(value) filter (where field = 'region') as region,
        max(value) filter (where field = 'quantization') as quantization,
        max(value) filter (where field = 'context_tokens') as context_tokens,
        max(value) filter (where field = 'max_input_tokens') as max_input_tokens,
        max(value) filter (where field = 'max_output_tokens') as max_output_tokens,
        max(value) filter (where field = 'price_status') as price_status
    from evidence.offer_choices
    group by offer_id
),

named as (
    select
        subjects.offer_id,
        min(subjects.region) as region,
        min(subjects.quantization) as quantization
    from evidence.subjects as subjects
    where subjects.offer_id is not null
    group by subjects.offer_id
),

plain as (
    -- the price of a short prompt today under the standard service
    select
        prices.offer_id,
        max(prices.usd) filter (where prices.meter = 'input') as input_usd,
        max(prices.usd) filter (where prices.meter = 'output') as output_usd,
        bool_and(prices.is_confirmed) as is_confirmed
    from core.prices as prices
    where prices.is_plain
    group by prices.offer_id
),

standard as (
    -- whether a short prompt's price today is confirmed wherever the hour or the place decides which one it is
    select offer_id, bool_or(is_confirmed) as is_confirmed
    from (
        select
            prices.offer_id,
            count(distinct prices.meter) = 2 and bool_and(prices.is_confirmed) as is_confirmed
        from core.prices as prices
        where
            prices.unit = 'mtok'
            and prices.currency = 'USD'
            and prices.meter in ('input', 'output')
            and prices.is_in_force
            and is_for_a_short_prompt(prices.condition)
            and regexp_full_match(bought_as(prices.condition), '((mode|region)=[^;]*(; |$))*')
        group by prices.offer_id, prices.source_id, bought_as(prices.condition)
    )
    group by offer_id
),

priced as (
    select
        offer_id,
        bool_or(unit = 'mtok' and amount > 0) as has_token_price,
        bool_or(amount > 0) as has_amount
    from core.prices
    group by offer_id
)

select
    listed.offer_id,
    listed.model_id,
    listed.provider_id,
    listed.via,
    said.route_id,
    listed.variant,
    coalesce(said.region, named.region) as region,
    coalesce(lower(said.quantization), named.quantization) as quantization,
    cast(said.context_tokens as bigint) as context_tokens,
    cast(said.max_input_tokens as bigint) as max_input_tokens,
    cast(said.max_output_tokens as bigint) as max_output_tokens,
    case
        when providers.kind = 'plan' or said.price_status = 'plan' then 'plan'
        when priced.has_token_price then 'priced'
        when said.price_status = 'free' then 'free'
        when plain.input_usd = 0 and plain.output_usd = 0 then 'free'
        when said.price_status is not null and said.price_status not in ('priced', 'free') then said.price_status
        when priced.has_amount then 'non_token'
        else 'unpriced'
    end as price_status,
    coalesce(
        case when plain.input_usd is not null and plain.output_usd is not null then plain.is_confirmed else standard.is_confirmed end,
        false
    ) as is_confirmed,
    plain.input_usd as input_usd_per_mtok,
    plain.output_usd as output_usd_per_mtok,
    listed.first_seen_at
from listed
join said using (offer_id)
join named using (offer_id)
left join plain using (offer_id)
left join standard using (offer_id)
left join priced using (offer_id)
left join core.providers as providers
    on providers.provider_id = listed.provider_id
