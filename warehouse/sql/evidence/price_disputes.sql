-- evidence.price_disputes
-- grain: two standing claims that price one thing differently
-- One thing is one meter in one unit and currency, of one offer under one condition. The class says what kind of dispute it
-- is, the first that fits:
--   unit_error      the amounts differ by a hundred, a thousand … a million times: cents, per thousand, per token
--   rounding        the same amount, printed less exactly
--   stale           one of them was once said of the same thing, or held until a day that is over
--   other_terms     one of them is what the same outlet charges under another condition, in another region or variant
--   identity_doubt  one name was understood by more than its spelling, so it may speak of another model
--   disagreement    none of these: they contradict each other
with voices as (
    select
        quotes.*,
        split_part(quotes.offer_id, '/', 1) as outlet,
        cast(quotes.amount as double) as number,
        decimals(plain_number(quotes.amount)) as decimals,
        aliases.rule not in ('grammar', 'alias') as is_doubtful
    from evidence.quotes as quotes
    join evidence.folded_claims as claims using (claim_id)
    join core.model_aliases as aliases
        on aliases.source_id = claims.source_id
        and aliases.subject = claims.subject
        and aliases.is_latest
    where quotes.provider_kind != 'plan' and quotes.amount > 0
),

past as (
    select distinct
        subjects.offer_id,
        substr(claims.attribute, 7) as meter,
        substr(claims.unit, 5) as unit,
        cast(claims.value as double) as number
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    cross join quality.build as build
    where
        starts_with(claims.attribute, 'price/')
        and subjects.offer_id is not null
        and (
            claims.superseded_at is not null
            or day_of(condition_part(claims.condition, 'effective_to')) < utc_day(build.as_of)
        )
),

terms as (
    select distinct model_id, outlet, meter, unit, number, offer_id, condition
    from voices
),

pairs as (
    select
        one.offer_id,
        one.model_id,
        one.outlet,
        one.meter,
        one.unit,
        one.currency,
        one.condition,
        one.claim_id,
        one.source_id,
        one.amount,
        one.number,
        other.claim_id as other_claim_id,
        other.source_id as other_source_id,
        other.amount as other_amount,
        other.number as other_number,
        other.number / one.number as ratio,
        least(one.decimals, other.decimals) as shared_decimals,
        one.is_doubtful or other.is_doubtful as is_doubtful
    from voices as one
    join voices as other
        on other.offer_id = one.offer_id
        and other.meter = one.meter
        and other.unit = one.unit
        and other.currency = one.currency
        and other.condition = one.condition
        and other.claim_id > one.claim_id
        and other.amount != one.amount
),

stale as (
    select distinct pairs.claim_id, pairs.other_claim_id
    from pairs
    join past
        on past.offer_id = pairs.offer_id
        and past.meter = pairs.meter
        and past.unit = pairs.unit
        and past.number in (pairs.number, pairs.other_number)
),

otherwise as (
    select distinct pairs.claim_id, pairs.other_claim_id
    from pairs
    join terms
        on terms.model_id = pairs.model_id
        and terms.outlet = pairs.outlet
        and terms.meter = pairs.meter
        and terms.unit = pairs.unit
        and terms.number in (pairs.number, pairs.other_number)
        and (terms.offer_id != pairs.offer_id or terms.condition != pairs.condition)
    -- both amounts under the same other terms say nothing
    group by pairs.claim_id, pairs.other_claim_id, terms.offer_id, terms.condition
    having count(distinct terms.number) = 1
)

select
    pairs.offer_id,
    pairs.meter,
    pairs.unit,
    pairs.currency,
    pairs.condition,
    pairs.claim_id,
    pairs.source_id,
    pairs.amount,
    pairs.other_claim_id,
    pairs.other_source_id,
    pairs.other_amount,
    case
        when is_unit_error(pairs.ratio) then 'unit_error'
        when is_rounding(pairs.number, pairs.other_number, pairs.shared_decimals) then 'rounding'
        when stale.claim_id is not null then 'stale'
        when otherwise.claim_id is not null then 'other_terms'
        when pairs.is_doubtful then 'identity_doubt'
        else 'disagreement'
    end as class
from pairs
left join stale
    on stale.claim_id = pairs.claim_id
    and stale.other_claim_id = pairs.other_claim_id
left join otherwise
    on otherwise.claim_id = pairs.claim_id
    and otherwise.other_claim_id = pairs.other_claim_id
