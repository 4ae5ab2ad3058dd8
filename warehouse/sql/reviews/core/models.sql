-- core.models: the oldest review among the facts chosen; of a model without one, when it was first named
select
    made.*,
    coalesce(reviews.last_reviewed_at, made.first_seen_at) as last_reviewed_at
from made
left join (
    select choices.model_id, min(claims.last_reviewed_at) as last_reviewed_at
    from evidence.model_choices as choices
    join evidence.claims as claims using (claim_id)
    where not starts_with(choices.rule, 'derived')
    group by choices.model_id
) as reviews
    on reviews.model_id = made.model_id
