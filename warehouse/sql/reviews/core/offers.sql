-- core.offers: the oldest review among the facts chosen and the plain prices
select
    made.*,
    least(facts.last_reviewed_at, coalesce(prices.last_reviewed_at, facts.last_reviewed_at)) as last_reviewed_at
from made
join (
    select choices.offer_id, min(claims.last_reviewed_at) as last_reviewed_at
    from evidence.offer_choices as choices
    join evidence.claims as claims using (claim_id)
    group by choices.offer_id
) as facts
    on facts.offer_id = made.offer_id
left join (
    select prices.offer_id, min(claims.last_reviewed_at) as last_reviewed_at
    from core.prices as prices
    join evidence.claims as claims using (claim_id)
    where prices.is_plain
    group by prices.offer_id
) as prices
    on prices.offer_id = made.offer_id
