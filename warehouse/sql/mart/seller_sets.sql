-- mart.seller_sets
-- grain: one set of providers that together sell some model
select
    cast(row_number() over (order by provider_ids) as integer) as provider_set,
    provider_ids
from (
    select distinct list_sort(list(distinct provider_id)) as provider_ids
    from core.offers
    group by model_id
)
