-- checks.ids_that_are_forgotten
-- grain: one id that led somewhere in the file published before
with led as (
    select model_id, name as was from before.core.models where is_listed
    union all
    select model_id, 'led to ' || coalesce(redirects_to, 'nothing') as was from before.core.model_redirects
)

select
    model_id,
    was,
    model_id not in (select model_id from core.models)
    and model_id not in (select model_id from core.model_redirects) as fails
from led
