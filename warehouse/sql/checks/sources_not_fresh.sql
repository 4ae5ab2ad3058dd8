-- checks.sources_not_fresh
-- grain: one source
select
    source_id,
    state,
    last_ok_at,
    last_error,
    state not in ('fresh', 'partial') as fails
from quality.sources
