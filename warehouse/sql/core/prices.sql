-- core.prices
-- grain: one price component of one offer
-- The seller's own word first, then the nearest authority. Among equals one voice speaks for the whole offer, so that no
-- pair of prices is held that nobody sells: the source whose prices most others repeat, then the one reviewed last.
-- Others confirm nothing against a newer word of the seller: not what it asked before, and nothing else while its newest
-- word waits.
with accepted as (
    select *
    from evidence.quotes
    where
        provider_kind != 'plan'
        and claim_id not in (select claim_id from evidence.rejects)
),

unsettled as (
    select distinct quotes.offer_id, quotes.meter, quotes.unit, quotes.currency, quotes.condition
    from evidence.quotes as quotes
    join evidence.rejects as rejects using (claim_id)
    where quotes.is_seller and rejects.rule = 'jump'
),

agreement as (
    select
        offer_id,
        meter,
        unit,
        currency,
        condition,
        amount,
        list(distinct source_id) as source_ids,
        list_sort(list(distinct claim_id)) as confirming_claims,
        bool_or(is_seller) as seller_says
    from accepted
    group by all
),

confirmed as (
    select
        agreement.offer_id,
        agreement.meter,
        agreement.unit,
        agreement.currency,
        agreement.condition,
        agreement.amount,
        any_value(agreement.confirming_claims) as confirming_claims,
        any_value(agreement.seller_says)
            or (
                count(distinct coalesce(accepted.copies[1], accepted.publisher))
                    filter (where not list_has_any(accepted.copies, agreement.source_ids)) >= 2
                and not bool_or(accepted.is_outdated)
                and count(unsettled.offer_id) = 0
            )
            as is_confirmed
    from agreement
    join accepted
        on accepted.offer_id = agreement.offer_id
        and accepted.meter = agreement.meter
        and accepted.unit = agreement.unit
        and accepted.currency = agreement.currency
        and accepted.condition = agreement.condition
        and accepted.amount = agreement.amount
    left join unsettled
        on unsettled.offer_id = agreement.offer_id
        and unsettled.meter = agreement.meter
        and unsettled.unit = agreement.unit
        and unsettled.currency = agreement.currency
        and unsettled.condition = agreement.condition
    group by all
),

repeats as (
    select
        accepted.offer_id,
        accepted.source_id,
        bool_or(accepted.is_seller) as is_seller,
        min(accepted.precedence) as precedence,
        count(*) filter (where len(agreement.source_ids) > 1) as repeated,
        max(accepted.last_reviewed_at) as last_reviewed_at
    from accepted
    join agreement
        on agreement.offer_id = accepted.offer_id
        and agreement.meter = accepted.meter
        and agreement.unit = accepted.unit
        and agreement.currency = accepted.currency
        and agreement.condition = accepted.condition
        and agreement.amount = accepted.amount
    group by accepted.offer_id, accepted.source_id
),

voices as (
    select
        offer_id,
        source_id,
        cast(row_number() over (
            partition by offer_id
            order by is_seller desc, precedence, repeated desc, last_reviewed_at desc, source_id
        ) as integer) as voice
    from repeats
),

chosen as (
    select
        accepted.*,
        voices.voice,
        confirmed.is_confirmed,
        confirmed.confirming_claims
    from accepted
    join voices
        on voices.offer_id = accepted.offer_id
        and voices.source_id = accepted.source_id
    join confirmed
        on confirmed.offer_id = accepted.offer_id
        and confirmed.meter = accepted.meter
        and confirmed.unit = accepted.unit
        and confirmed.currency = accepted.currency
        and confirmed.condition = accepted.condition
        and confirmed.amount = accepted.amount
    qualify row_number() over (
        partition by accepted.offer_id, accepted.meter, accepted.unit, accepted.currency, accepted.condition
        order by voices.voice, accepted.precedence, accepted.claim_id
    ) = 1
),

termed as (
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
        is_confirmed,
        confirming_claims,
        claim_id,
        source_id,
        last_reviewed_at,
        voice
    from chosen
)

select
    termed.*,
    coalesce(
        unit = 'mtok'
        and currency = 'USD'
        and meter in ('input', 'output')
        and row_number() over (
            partition by offer_id, unit, currency, meter, applies_to_a_short_prompt_today(condition, build.as_of)
            order by is_confirmed desc, voice, effective_from desc nulls last, tier_to_tokens nulls last, claim_id
        ) = 1
        and applies_to_a_short_prompt_today(condition, build.as_of),
        false
    ) as is_plain
from termed
cross join quality.build as build
