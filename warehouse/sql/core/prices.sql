-- core.prices
-- grain: one price component of one offer
-- The seller's own word first, then the nearest authority. Among equals one voice speaks for the whole offer, so that no
-- pair of prices is held that nobody sells: the source whose prices most others repeat, then one that is not overdue.
-- Others confirm nothing against a newer word of the seller: not what it asked before, and nothing else while its newest
-- word waits.
-- Prices of one meter that differ by the hour, the length of the prompt or the day alone are one tariff, and a tariff is one
-- voice's: the first that says what a short prompt costs today. Where a seller has replaced its flat price by peak and
-- off-peak prices, the flat price a catalogue still prints is no part of it.
-- Reading from a cache is never dearer than not: a price of it above the input price on the same terms is no part of the
-- tariff, whoever says either. Where one voice says both, and others repeat the price of the cache alone, the input price
-- is the slip.
-- Plain are the prices of a short prompt today under the standard service, input and output in one voice; where that voice
-- prices by the hour, or by the length of the answer, no price is plain.
with unrefused as (
    select
        *,
        count(distinct publisher) over (partition by offer_id, meter, unit, currency, condition, amount) as publishers
    from evidence.quotes
    where
        provider_kind != 'plan'
        and claim_id not in (select claim_id from evidence.refusals)
),

slips as (
    select distinct inputs.claim_id
    from unrefused as inputs
    join unrefused as reads
        on reads.offer_id = inputs.offer_id
        and reads.source_id = inputs.source_id
        and reads.unit = inputs.unit
        and reads.currency = inputs.currency
        and reads.condition = inputs.condition
    where
        inputs.meter = 'input'
        and reads.meter = 'cache_read'
        and reads.amount > inputs.amount
        and reads.publishers > inputs.publishers
),

accepted as (
    select unrefused.* exclude (publishers)
    from unrefused
    anti join slips using (claim_id)
),

unsettled as (
    select distinct quotes.offer_id, quotes.meter, quotes.unit, quotes.currency, quotes.condition
    from evidence.quotes as quotes
    join evidence.refusals as refusals using (claim_id)
    where quotes.is_seller and refusals.rule = 'jump'
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
        bool_and(accepted.is_overdue) as is_overdue,
        max(coalesce(accepted.reviewed_on, 'infinity')) as reviewed_on
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
            order by is_seller desc, precedence, repeated desc, is_overdue, reviewed_on desc, source_id
        ) as integer) as voice
    from repeats
),

tariffs as (
    select
        accepted.offer_id,
        accepted.meter,
        accepted.unit,
        accepted.currency,
        bought_as(accepted.condition) as bought_as,
        coalesce(
            min(voices.voice) filter (
                where accepted.is_in_force and is_for_a_short_prompt(accepted.condition)
            ),
            max(voices.voice)
        ) as last_voice
    from accepted
    join voices
        on voices.offer_id = accepted.offer_id
        and voices.source_id = accepted.source_id
    group by all
),

chosen as (
    -- whoever comes before the voice that speaks of today says nothing against it, nor does a price of another day
    select
        accepted.*,
        voices.voice,
        confirmed.is_confirmed,
        confirmed.confirming_claims
    from accepted
    join voices
        on voices.offer_id = accepted.offer_id
        and voices.source_id = accepted.source_id
    join tariffs
        on tariffs.offer_id = accepted.offer_id
        and tariffs.meter = accepted.meter
        and tariffs.unit = accepted.unit
        and tariffs.currency = accepted.currency
        and tariffs.bought_as = bought_as(accepted.condition)
    join confirmed
        on confirmed.offer_id = accepted.offer_id
        and confirmed.meter = accepted.meter
        and confirmed.unit = accepted.unit
        and confirmed.currency = accepted.currency
        and confirmed.condition = accepted.condition
        and confirmed.amount = accepted.amount
    where voices.voice <= tariffs.last_voice or not accepted.is_in_force
    qualify row_number() over (
        partition by accepted.offer_id, accepted.meter, accepted.unit, accepted.currency, accepted.condition
        order by voices.voice, accepted.precedence, accepted.claim_id
    ) = 1
),

dear_reads as (
    select distinct reads.claim_id
    from chosen as reads
    join chosen as inputs
        on inputs.offer_id = reads.offer_id
        and inputs.unit = reads.unit
        and inputs.currency = reads.currency
        and inputs.condition = without_part(reads.condition, 'cache_ttl')
    where inputs.meter = 'input' and reads.meter = 'cache_read' and inputs.amount < reads.amount
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
        voice,
        is_in_force
    from chosen
    anti join dear_reads using (claim_id)
),

judged as (
    select
        termed.*,
        coalesce(
            termed.unit = 'mtok'
            and termed.currency = 'USD'
            and termed.meter in ('input', 'output')
            and bought_as(termed.condition) = ''
            and termed.is_in_force
            and is_for_a_short_prompt(termed.condition),
            false
        ) as is_standard
    from termed
)

select
    judged.* exclude (is_standard),
    judged.is_standard
        and judged.voice = min(judged.voice) filter (where judged.is_standard) over (partition by judged.offer_id)
        and not bool_or(judged.is_standard and is_one_of_several(judged.condition)) over (
            partition by judged.offer_id, judged.meter
        )
        and row_number() over (
            partition by judged.offer_id, judged.meter, judged.is_standard
            order by
                judged.tier_to_tokens nulls last,
                judged.effective_from desc nulls last,
                judged.effective_to nulls last,
                judged.voice,
                judged.claim_id
        ) = 1 as is_plain
from judged
