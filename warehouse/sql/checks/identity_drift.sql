-- checks.identity_drift
-- grain: one spelling in use that meant a model in the file published before
-- What is resolved for the first time has not drifted.
select
    new.source_id,
    new.subject,
    old.model_id as model_before,
    new.model_id as model_now,
    new.rule,
    new.model_id is distinct from old.model_id as fails
from core.model_aliases as new
join before.core.model_aliases as old using (source_id, subject)
where new.is_latest
    and new.valid_to is null
    and old.is_latest
    and old.valid_to is null
    and old.model_id is not null
