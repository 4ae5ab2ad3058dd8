-- evidence.overdue
-- grain: one standing claim that nobody has confirmed for longer than its source is meant to go
-- Among voices of one rank those that are not overdue speak first. How long ago a claim was confirmed decides nothing else,
-- so that a choice does not turn with the order of a night's reading, nor with one night on which a host is down.
select claims.claim_id
from evidence.folded_claims as claims
join raw.sources as sources
    on sources.source_id = claims.source_id
cross join quality.build as build
where
    claims.superseded_at is null
    and utc_day(build.as_of)
        - utc_day(least(claims.last_confirmed_at, coalesce(start_of_utc_day(claims.reviewed_on), claims.last_confirmed_at)))
        > sources.review_every_days + 1
