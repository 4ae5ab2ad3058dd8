-- core.price_history
-- grain: one price one source said, over one interval
-- Rejected values are left out; so is whatever a catalogue prints for a subscription plan. What no longer stands is judged
-- by the same rules as far as they need no other voices of its day: a 0 that nobody called free, a price beyond all
-- prices, and one that its source replaced by a hundredth, a thousandth, … or so many times of it, which mends a slip.
with free_offers as (
    select distinct subjects.offer_id
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    where claims.attribute = 'price_status' and claims.value = 'free' and subjects.offer_id is not null
),

said as (
    select
        subjects.offer_id,
        substr(claims.attribute, 7) as meter,
        substr(claims.unit, 5) as unit,
        cast(claims.value as decimal(24, 12)) as amount,
        upper(left(claims.unit, 3)) as currency,
        claims.condition,
        claims.first_seen_at as observed_from,
        claims.superseded_at as observed_to,
        claims.source_id,
        claims.subject,
        claims.claim_id,
        sources.authority,
        coalesce(sources.publisher in (subjects.provider_id, subjects.via), false) as is_seller,
        subjects.offer_id in (select offer_id from free_offers) as is_free,
        lead(cast(claims.value as decimal(24, 12))) over (
            partition by claims.source_id, claims.scope, claims.subject, claims.attribute, claims.condition, claims.unit
            order by claims.first_seen_at, claims.claim_id
        ) as next_amount
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    join raw.sources as sources
        on sources.source_id = claims.source_id
    left join core.providers as providers
        on providers.provider_id = subjects.provider_id
    where
        starts_with(claims.attribute, 'price/')
        and subjects.offer_id is not null
        and coalesce(providers.kind, 'unknown') != 'plan'
        and claims.claim_id not in (select claim_id from evidence.rejects)
),

kept as (
    select *
    from said
    where
        observed_to is null
        or not (
            (not is_free and is_unsaid_zero(amount, unit, authority, is_seller))
            or (unit = 'mtok' and currency = 'USD' and is_beyond_all_prices(meter, amount))
            or (not is_seller and amount > 0 and next_amount > 0 and is_unit_error(cast(amount / next_amount as double)))
        )
)

select
    offer_id,
    meter,
    unit,
    amount,
    currency,
    case when currency = 'USD' then amount end as usd,
    condition,
    cast(condition_part(condition, 'context_from') as bigint) as tier_from_tokens,
    cast(condition_part(condition, 'context_to') as bigint) as tier_to_tokens,
    condition_part(condition, 'tier_scope') as tier_scope,
    condition_part(condition, 'utc_window') as utc_window,
    condition_part(condition, 'service_tier') as service_tier,
    condition_part(condition, 'cache_ttl') as cache_ttl,
    condition_part(condition, 'region') as region,
    day_of(condition_part(condition, 'effective_from')) as effective_from,
    day_of(condition_part(condition, 'effective_to')) as effective_to,
    observed_from,
    observed_to,
    source_id,
    subject,
    claim_id
from kept
