-- core.labs
-- grain: one maker of models
-- Our directory first; a lab that only identity knows by the names of its models is listed under its id.
with directory as (
    select
        subject as lab_id,
        max(value) filter (where attribute = 'lab/name') as name,
        max(value) filter (where attribute = 'lab/homepage_url') as homepage_url,
        max(value) filter (where attribute = 'lab/pricing_url') as pricing_url
    from evidence.folded_claims
    where superseded_at is null and starts_with(attribute, 'lab/')
    group by subject
),

named as (
    select distinct lab_id
    from core.model_aliases
    where lab_id is not null
)

select
    coalesce(directory.lab_id, named.lab_id) as lab_id,
    coalesce(directory.name, named.lab_id) as name,
    case when directory.lab_id is null then 'named' else 'listed' end as kind,
    directory.homepage_url,
    directory.pricing_url
from directory
full join named
    on named.lab_id = directory.lab_id
