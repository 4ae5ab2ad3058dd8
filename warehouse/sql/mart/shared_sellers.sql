-- mart.shared_sellers
-- grain: two sets of providers that have some in common, lower_set <= higher_set
with sellers as (
    select provider_set, unnest(provider_ids) as provider_id
    from mart.seller_sets
)

select
    one.provider_set as lower_set,
    other.provider_set as higher_set,
    list(one.provider_id order by one.provider_id asc nulls last) as shared_providers
from sellers as one
join sellers as other
    on other.provider_id = one.provider_id
    and other.provider_set >= one.provider_set
group by one.provider_set, other.provider_set
