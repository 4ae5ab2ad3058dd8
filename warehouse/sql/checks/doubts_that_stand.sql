-- checks.doubts_that_stand
-- grain: one part of a page in doubt
select
    source_id,
    place,
    words,
    reason,
    days,
    facts_held,
    days >= $limit as fails
from quality.doubts
