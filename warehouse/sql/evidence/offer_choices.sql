-- evidence.offer_choices
-- grain: one chosen fact of one offer
-- The seller's own word first, then the nearest authority, then whoever is not overdue (evidence.overdue).
with facts as (
    select
        offer_id,
        attribute as field,
        claim_id,
        value,
        source_id,
        is_seller,
        authority,
        precedence,
        is_overdue,
        reviewed_on
    from evidence.standing
    where
        offer_id is not null
        and condition = ''
        and attribute in ('context_tokens', 'max_input_tokens', 'max_output_tokens', 'quantization', 'region', 'price_status')

    union all

    -- any standing claim proves that the offer is listed under this route
    select
        offer_id,
        'route_id',
        claim_id,
        route_id,
        source_id,
        is_seller and not contains(route_id, ' '),
        authority,
        precedence + case when contains(route_id, ' ') then 10 else 0 end,
        is_overdue,
        reviewed_on
    from evidence.standing
    where offer_id is not null
)

select
    offer_id,
    field,
    claim_id,
    value,
    source_id,
    case when is_seller then 'seller' else authority end as rule
from facts
qualify row_number() over (
    partition by offer_id, field
    order by is_seller desc, precedence, is_overdue, coalesce(reviewed_on, 'infinity') desc, value, claim_id
) = 1
