-- quality.agreements
-- grain: two sources that price some of the same things
-- How often two sources agree, and how they differ where they do not. A price is odd where at least three sources price the
-- same thing and most of them say something else: sources that are often odd together copy one another, sources that are
-- never odd together are independent voices, however often they agree.
with cells as (
    select distinct source_id, offer_id, meter, unit, currency, condition, amount
    from evidence.quotes
    where provider_kind != 'plan' and amount > 0
),

amounts as (
    select offer_id, meter, unit, currency, condition, amount, count(*) as repeats
    from cells
    group by offer_id, meter, unit, currency, condition, amount
),

commons as (
    -- what most say, where any two say the same and there are others; of several such amounts the lowest
    select
        offer_id,
        meter,
        unit,
        currency,
        condition,
        arg_min(amount, (-repeats, amount)) as common
    from amounts
    group by offer_id, meter, unit, currency, condition
    having max(repeats) >= 2 and sum(repeats) >= 3
),

spreads as (
    select commons.*, count(distinct cells.source_id) as voices
    from commons
    join cells using (offer_id, meter, unit, currency, condition)
    group by all
),

disputes as (
    select
        offer_id,
        meter,
        unit,
        currency,
        condition,
        least(source_id, other_source_id) as source_a_id,
        greatest(source_id, other_source_id) as source_b_id,
        min(class order by class = 'disagreement', class) as class
    from evidence.price_disputes
    group by all
),

pairs as (
    select
        a.source_id as source_a_id,
        b.source_id as source_b_id,
        a.offer_id,
        a.meter,
        a.unit,
        a.currency,
        a.condition,
        bool_or(a.amount = b.amount) as is_same,
        bool_or(coalesce(spreads.voices >= 3 and a.amount != spreads.common, false)) as is_odd_a,
        bool_or(coalesce(spreads.voices >= 3 and b.amount != spreads.common, false)) as is_odd_b,
        bool_or(coalesce(spreads.voices >= 4 and a.amount != spreads.common and a.amount = b.amount, false)) as is_odd_together
    from cells as a
    join cells as b
        on b.offer_id = a.offer_id
        and b.meter = a.meter
        and b.unit = a.unit
        and b.currency = a.currency
        and b.condition = a.condition
        and b.source_id > a.source_id
    left join spreads
        on spreads.offer_id = a.offer_id
        and spreads.meter = a.meter
        and spreads.unit = a.unit
        and spreads.currency = a.currency
        and spreads.condition = a.condition
    group by all
)

select
    pairs.source_a_id,
    pairs.source_b_id,
    count(*) as shared,
    count(*) filter (where pairs.is_same) as same,
    count(*) filter (where not pairs.is_same and disputes.class = 'rounding') as rounding,
    count(*) filter (where not pairs.is_same and disputes.class = 'stale') as stale,
    count(*) filter (where not pairs.is_same and disputes.class = 'other_terms') as other_terms,
    count(*) filter (where not pairs.is_same and disputes.class = 'unit_error') as unit_error,
    count(*) filter (where not pairs.is_same and disputes.class = 'identity_doubt') as identity_doubt,
    count(*) filter (where not pairs.is_same and disputes.class = 'disagreement') as disagreement,
    count(*) filter (where pairs.is_odd_a) as odd_a,
    count(*) filter (where pairs.is_odd_b) as odd_b,
    count(*) filter (where pairs.is_odd_together) as odd_together
from pairs
left join disputes using (source_a_id, source_b_id, offer_id, meter, unit, currency, condition)
group by pairs.source_a_id, pairs.source_b_id
