-- evidence.prices_said
-- grain: one price claim of one offer, standing or past
-- A maker's word is a seller's word on its own model at its own outlet.
select
    claims.claim_id,
    claims.source_id,
    claims.scope,
    claims.subject,
    sources.publisher,
    sources.authority,
    subjects.is_seller,
    sources.authority = 'maker' and subjects.is_seller as is_maker,
    sources.copies,
    subjects.offer_id,
    subjects.model_id,
    coalesce(providers.kind, 'unknown') as provider_kind,
    substr(claims.attribute, 7) as meter,
    substr(claims.unit, 5) as unit,
    upper(left(claims.unit, 3)) as currency,
    -- a view's filter may come after its casts
    cast(case when starts_with(claims.attribute, 'price/') then claims.value end as decimal(24, 12)) as amount,
    with_service_tier(claims.condition, subjects.service_tier) as condition,
    claims.first_seen_at,
    claims.superseded_at
from evidence.folded_claims as claims
join evidence.subjects as subjects
    on subjects.source_id = claims.source_id
    and subjects.subject = claims.subject
join raw.sources as sources
    on sources.source_id = claims.source_id
left join core.providers as providers
    on providers.provider_id = subjects.provider_id
where starts_with(claims.attribute, 'price/') and subjects.offer_id is not null
