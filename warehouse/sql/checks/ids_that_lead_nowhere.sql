-- checks.ids_that_lead_nowhere
-- grain: one id, published once or a model now
select
    model_id,
    redirects_to is null as fails
from core.model_redirects

union all

select
    model_id,
    false as fails
from core.models
