-- checks.prices_in_dispute
-- grain: one price
with rivals as (
    select
        chosen_claim_id as claim_id,
        any_value(rival_source_id order by rival_claim_id) as rival_source_id,
        any_value(rival_value order by rival_claim_id) as rival_value
    from quality.conflicts
    where subject_type = 'offer'
        and (ratio >= 2 or ratio <= 0.5)
    group by chosen_claim_id
)

select
    prices.offer_id,
    prices.meter,
    prices.amount,
    prices.source_id,
    rivals.rival_value,
    rivals.rival_source_id,
    rivals.claim_id is not null as fails
from core.prices as prices
left join rivals using (claim_id)
