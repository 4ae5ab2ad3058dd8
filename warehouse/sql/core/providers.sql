-- core.providers
-- grain: one seller of model access
-- Our directory first; a seller that only a source's spelling knows is listed under that spelling, kind unknown, so that
-- every offer has its provider. A provider whose id is a lab's is that lab's own outlet.
with directory as (
    select
        subject as provider_id,
        max(value) filter (where attribute = 'provider/name') as name,
        max(value) filter (where attribute = 'provider/kind') as kind,
        max(value) filter (where attribute = 'provider/lab_id') as lab_id,
        max(value) filter (where attribute = 'provider/homepage_url') as homepage_url,
        max(value) filter (where attribute = 'provider/pricing_url') as pricing_url
    from evidence.folded_claims
    where superseded_at is null and starts_with(attribute, 'provider/')
    group by subject
),

named as (
    select
        provider_id,
        min(coalesce(nullif(split_part(host, '/', 1), ''), provider_id)) as name
    from evidence.subjects
    where provider_id is not null
    group by provider_id
)

select
    coalesce(directory.provider_id, named.provider_id) as provider_id,
    coalesce(directory.name, named.name) as name,
    coalesce(directory.kind, 'unknown') as kind,
    coalesce(directory.lab_id, labs.lab_id) as lab_id,
    directory.homepage_url,
    directory.pricing_url
from directory
full join named
    on named.provider_id = directory.provider_id
left join core.labs as labs
    on labs.lab_id = directory.provider_id
