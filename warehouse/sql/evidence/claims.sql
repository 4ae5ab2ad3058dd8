-- evidence.claims
-- grain: one thing one source says of one subject, over one stretch of time
select
    folded.claim_id,
    folded.source_id,
    folded.scope,
    folded.subject,
    folded.host,
    folded.attribute,
    folded.condition,
    folded.value,
    folded.unit,
    folded.printed_text,
    folded.locator,
    folded.snapshot_sha256,
    folded.reviewed_on,
    folded.cited_url,
    folded.first_seen_at,
    folded.last_confirmed_at,
    folded.superseded_at,
    folded.in_doubt_since_at,
    least(
        folded.last_confirmed_at,
        coalesce(start_of_utc_day(folded.reviewed_on), folded.last_confirmed_at)
    ) as last_reviewed_at,
    subjects.model_id,
    subjects.offer_id
from evidence.folded_claims as folded
left join evidence.subjects as subjects
    on subjects.source_id = folded.source_id
    and subjects.subject = folded.subject
