-- mart.cost_lines: the oldest review among the prices used
select
    made.*,
    reviews.last_reviewed_at
from made
join (
    select uses.offer_id, uses.workload_id, uses.line, min(claims.last_reviewed_at) as last_reviewed_at
    from (select offer_id, workload_id, line, unnest(claim_ids) as claim_id from made) as uses
    join evidence.claims as claims using (claim_id)
    group by uses.offer_id, uses.workload_id, uses.line
) as reviews
    on reviews.offer_id = made.offer_id
    and reviews.workload_id = made.workload_id
    and reviews.line = made.line
