-- evidence.rejects
-- grain: one value refused, by one rule
-- What evidence.refusals holds back, in the words of its page.
select
    claims.claim_id,
    claims.source_id,
    claims.subject,
    claims.attribute,
    claims.condition,
    claims.printed_text,
    claims.value,
    claims.unit,
    refusals.rule,
    refusals.detail,
    claims.snapshot_sha256,
    claims.first_seen_at
from evidence.refusals as refusals
join evidence.folded_claims as claims using (claim_id)
