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
    standing.claim_id,
    standing.source_id,
    standing.publisher,
    standing.authority,
    standing.precedence,
    standing.is_seller,
    standing.copies,
    standing.offer_id,
    standing.model_id,
    standing.variant,
    coalesce(providers.kind, 'unknown') as provider_kind,
    substr(standing.attribute, 7) as meter,
    substr(standing.unit, 5) as unit,
    upper(left(standing.unit, 3)) as currency,
    cast(standing.value as decimal(24, 12)) as amount,
    with_service_tier(standing.condition, standing.service_tier) as condition,
    replaced.offer_id is not null as is_outdated,
    terms.is_in_force,
    standing.is_overdue,
    standing.reviewed_on
from evidence.standing as standing
join evidence.terms as terms
    on terms.condition = standing.condition
left join core.providers as providers
    on providers.provider_id = standing.provider_id
left join replaced
    on replaced.offer_id = standing.offer_id
    and replaced.meter = substr(standing.attribute, 7)
    and replaced.unit = substr(standing.unit, 5)
    and replaced.currency = upper(left(standing.unit, 3))
    and replaced.amount = cast(standing.value as decimal(24, 12))
    and replaced.condition = with_service_tier(standing.condition, standing.service_tier)
where starts_with(standing.attribute, 'price/') and standing.offer_id is not null
