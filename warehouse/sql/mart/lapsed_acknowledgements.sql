-- mart.lapsed_acknowledgements
-- grain: one acknowledgement that no longer holds
select
    said.kind,
    said.subject_type,
    said.subject_id,
    said.field,
    said.reason,
    said.until_on,
    case when gaps.gap_id is null then 'vanished' else 'expired' end as state
from quality.acknowledgements as said
cross join quality.build as build
left join quality.gaps as gaps
    on gaps.kind = said.kind
    and gaps.subject_type = said.subject_type
    and gaps.subject_id = said.subject_id
    and gaps.field = said.field
where gaps.gap_id is null or said.until_on < utc_day(build.as_of)
