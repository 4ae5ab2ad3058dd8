-- core.price_history
-- grain: one price one source said, over one interval
-- Rejected values are left out; so is whatever a catalogue prints for a subscription plan. What no longer stands is judged
-- by the same rules as far as they need no other voices of its day: a 0 that nobody called free, a price beyond all
-- prices, one that its source replaced by a hundredth, a thousandth, … or so many times of it, which mends a slip, and a
-- jump that was taken back before it was accepted.
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
        said.*,
        said.offer_id in (select offer_id from free_offers) as is_free,
        lead(said.amount) over (
            partition by said.source_id, said.scope, said.subject, said.meter, said.condition, said.unit, said.currency
            order by said.first_seen_at, said.claim_id
        ) as next_amount
    from evidence.prices_said as said
    where
        said.provider_kind != 'plan'
        and said.claim_id not in (select claim_id from evidence.refusals)
        and said.claim_id not in (select claim_id from evidence.price_moves where verdict = 'held')
),

kept as (
    select *
    from said
    where
        superseded_at is null
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
    first_seen_at as observed_from,
    superseded_at as observed_to,
    source_id,
    subject,
    claim_id
from kept
