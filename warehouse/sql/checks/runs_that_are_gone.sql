-- checks.runs_that_are_gone
-- grain: one run the file published before was built from
-- A run that went on after it has more attempts than then, and none is gone.
select
    run_id,
    old.attempts as attempts_before,
    coalesce(new.attempts, 0) as attempts_now,
    coalesce(new.attempts, 0) < old.attempts as fails
from before.raw.runs as old
left join raw.runs as new using (run_id)
