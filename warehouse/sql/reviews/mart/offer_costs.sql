-- mart.offer_costs: the oldest review among the prices it has tokens for
select
    made.*,
    reviews.last_reviewed_at
from made
join (
    select offer_id, workload_id, min(last_reviewed_at) filter (where mtok > 0) as last_reviewed_at
    from mart.cost_lines
    group by offer_id, workload_id
) as reviews
    on reviews.offer_id = made.offer_id
    and reviews.workload_id = made.workload_id
