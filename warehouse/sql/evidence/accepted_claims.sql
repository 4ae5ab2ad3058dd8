-- evidence.accepted_claims
-- grain: one claim that a person has read on its page and accepted
-- An acceptance repeats the claim exactly, so that it ends when the source says something else.
select claims.claim_id
from evidence.folded_claims as claims
join quality.accepted_values as accepted
    on accepted.source_id = claims.source_id
    and accepted.subject = claims.subject
    and accepted.attribute = claims.attribute
    and accepted.condition = claims.condition
    and accepted.value = claims.value
    and accepted.unit = claims.unit
