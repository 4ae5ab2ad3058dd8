-- checks.sources_that_say_less
-- grain: one source that had standing claims in the file published before
select
    source_id,
    old.claims as claims_before,
    new.claims as claims_now,
    new.claims < old.claims * (1 - $limit) as fails
from quality.sources as new
join before.quality.sources as old using (source_id)
where old.claims > 0
