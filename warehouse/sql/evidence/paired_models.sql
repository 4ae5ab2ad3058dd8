-- evidence.paired_models
-- grain: one model of which every pair with another is made and stored
-- Pairs grow with the square of the models. Where there are more models than the threshold says, those of the pairs we are
-- asked to publish and the most sought are paired, listed ones before others; any other two when somebody asks (the macro
-- comparison).
with sold as (
    select model_id, count(distinct provider_id || coalesce('@' || via, '')) as outlets
    from core.offers
    group by model_id
),

named as (
    select model_id, count(distinct source_id) as sources
    from core.model_aliases
    where model_id is not null
    group by model_id
)

select models.model_id
from core.models as models
left join sold using (model_id)
left join named using (model_id)
qualify row_number() over (
    order by
        models.model_id in (select unnest([model_a_id, model_b_id]) from asked_pairs()) desc,
        models.is_listed desc,
        coalesce(sold.outlets, 0) desc,
        coalesce(named.sources, 0) desc,
        models.model_id
) <= threshold('paired_models')
