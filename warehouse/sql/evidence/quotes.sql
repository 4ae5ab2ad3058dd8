-- evidence.quotes
-- grain: one standing price claim of one offer
-- A price is outdated when the seller asked it before, asks it no more, and has said since what the same thing costs now:
-- whoever still prints it lags behind.
with replaced as (
    select distinct before.offer_id, before.meter, before.unit, before.currency, before.condition, before.amount
    from evidence.prices_said as before
    join evidence.prices_said as since
        on since.offer_id = before.offer_id
        and since.meter = before.meter
        and since.unit = before.unit
        and since.currency = before.currency
        and since.is_seller
        and since.superseded_at is null
        and since.first_seen_at >= before.superseded_at
    anti join (
        select offer_id, meter, unit, currency, condition, amount
        from evidence.prices_said
        where is_seller and superseded_at is null
    ) as still
        on still.offer_id = before.offer_id
        and still.meter = before.meter
        and still.unit = before.unit
        and still.currency = before.currency
        and still.condition = before.condition
        and still.amount = before.amount
    where before.is_seller
)

select
    said.claim_id,
    said.source_id,
    said.publisher,
    standing.authority,
    standing.precedence,
    said.is_seller,
    said.copies,
    said.offer_id,
    said.model_id,
    standing.variant,
    said.provider_kind,
    said.meter,
    said.unit,
    said.currency,
    said.amount,
    said.condition,
    replaced.offer_id is not null as is_outdated,
    terms.is_in_force,
    standing.is_overdue,
    standing.reviewed_on
from evidence.prices_said as said
join evidence.standing as standing
    on standing.claim_id = said.claim_id
join evidence.terms as terms
    on terms.condition = standing.condition
left join replaced
    on replaced.offer_id = said.offer_id
    and replaced.meter = said.meter
    and replaced.unit = said.unit
    and replaced.currency = said.currency
    and replaced.amount = said.amount
    and replaced.condition = said.condition
