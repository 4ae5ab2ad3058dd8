-- core.prices: when the claim it rests on was last said
select
    made.*,
    claims.last_reviewed_at
from made
join evidence.claims as claims
    on claims.claim_id = made.claim_id
