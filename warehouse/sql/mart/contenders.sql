-- mart.contenders
-- grain: one listed model
-- What decides which models one is worth comparing with, apart from all else that is said of it: this changes seldom.
select
    model_id,
    lab_id,
    family,
    product_type,
    released_on,
    is_leaving,
    cost,
    popularity
from mart.side_facts
