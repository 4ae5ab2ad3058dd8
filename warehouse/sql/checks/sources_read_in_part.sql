-- checks.sources_read_in_part
-- grain: one source
select
    source_id,
    documents_missed,
    doubts,
    last_error,
    state = 'partial' as fails
from quality.sources
