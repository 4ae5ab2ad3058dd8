-- evidence.standing
-- grain: one claim that stands today
-- The order of precedence, in one place. Smaller speaks first:
--   1  the maker's own page or card          2  our curated reference, which quotes one
--   3  the host's own page or interface      4  a gateway on what it sells itself
--   5  a community catalogue on the maker's own offer of its model
--   6  a gateway on one of its hosts         7  a community catalogue on anyone else
-- and half a step later when the name is a variant (a free route may offer less than the model can).
select
    claims.claim_id,
    claims.source_id,
    claims.scope,
    claims.subject,
    claims.host,
    claims.attribute,
    claims.condition,
    claims.value,
    claims.unit,
    claims.printed_text,
    claims.locator,
    claims.snapshot_sha256,
    claims.reviewed_on,
    claims.cited_url,
    claims.first_seen_at,
    claims.last_confirmed_at,
    claims.superseded_at,
    claims.in_doubt_since_at,
    claims.last_reviewed_at,
    sources.publisher,
    sources.kind,
    case
        when sources.authority = 'gateway' and sources.gateway != '' then 'host via gateway'
        when sources.authority = 'community' and providers.lab_id = subjects.lab_id then 'community on maker'
        else sources.authority
    end as authority,
    cast(
        case
            when sources.authority = 'maker' then 1
            when sources.authority = 'curated' then 2
            when sources.authority = 'host' then 3
            when sources.authority = 'gateway' and sources.gateway = '' then 4
            when sources.authority = 'community' and providers.lab_id = subjects.lab_id then 5
            when sources.authority = 'gateway' then 6
            else 7
        end + case when subjects.is_plain then 0.0 else 0.5 end
        as decimal(4, 1)
    ) as precedence,
    subjects.model_id,
    subjects.lab_id,
    subjects.variant,
    subjects.service_tier,
    subjects.provider_id,
    subjects.via,
    subjects.route_id,
    subjects.offer_id,
    subjects.is_seller,
    sources.copies,
    overdue.claim_id is not null as is_overdue
from evidence.claims as claims
join evidence.subjects as subjects
    on subjects.source_id = claims.source_id
    and subjects.subject = claims.subject
join raw.sources as sources
    on sources.source_id = claims.source_id
left join core.providers as providers
    on providers.provider_id = subjects.provider_id
left join evidence.overdue as overdue
    on overdue.claim_id = claims.claim_id
where claims.superseded_at is null and subjects.model_id is not null
