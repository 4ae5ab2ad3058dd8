-- core.price_history
-- grain: one price one source said, over one interval
-- Rejected values are left out; so is whatever a catalogue prints for a subscription plan.
with said as (
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
        claims.claim_id
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    left join core.providers as providers
        on providers.provider_id = subjects.provider_id
    where
        starts_with(claims.attribute, 'price/')
        and subjects.offer_id is not null
        and coalesce(providers.kind, 'unknown') != 'plan'
        and claims.claim_id not in (select claim_id from evidence.rejects)
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
from said
