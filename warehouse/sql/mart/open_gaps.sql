-- mart.open_gaps
-- grain: one gap nobody has acknowledged
select
    gaps.gap_id,
    gaps.kind,
    gaps.reason,
    gaps.severity,
    gaps.subject_type,
    gaps.subject_id,
    gaps.field,
    gaps.detail,
    gaps.next_step,
    gaps.page,
    gaps.first_seen_at
from quality.gaps as gaps
cross join quality.build as build
where gaps.acknowledged_until is null or gaps.acknowledged_until < utc_day(build.as_of)
