-- checks.unresolved_names
-- grain: one spelling in use
select
    source_id,
    subject,
    rule,
    detail,
    model_id is null as fails
from core.model_aliases
where valid_to is null
