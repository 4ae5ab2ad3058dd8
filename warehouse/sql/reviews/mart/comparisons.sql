-- mart.comparisons: the older review of the two sides
select
    made.*,
    least(a.last_reviewed_at, b.last_reviewed_at) as last_reviewed_at
from made
join mart.sides as a
    on a.model_id = made.model_a_id
join mart.sides as b
    on b.model_id = made.model_b_id
