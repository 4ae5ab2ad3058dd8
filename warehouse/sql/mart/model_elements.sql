-- mart.model_elements
-- grain: one name in one of a listed model's lists, with what is known of it
-- Capabilities (yes, no, unknown), providers that list it, what it reads, regions its offers print, and the outlets where
-- it is called by an id.
with elements as (
    select
        model_id,
        'capability' as set,
        unnest(list_concat(
            list_transform(can, lambda each: {'element': each, 'state': 'yes'}),
            list_concat(
                list_transform(cannot, lambda each: {'element': each, 'state': 'no'}),
                list_transform(unsure, lambda each: {'element': each, 'state': 'unknown'})
            )
        )) as named,
        abilities as claims,
        null as value
    from mart.side_facts
    union all
    select
        model_id,
        'provider',
        unnest(list_transform(providers, lambda each: {'element': each, 'state': 'listed'})),
        listings,
        null
    from mart.side_facts
    union all
    select
        model_id,
        'input',
        unnest(list_transform(reads, lambda each: {'element': each, 'state': 'read'})),
        [],
        null
    from mart.side_facts
    union all
    select
        model_id,
        'region',
        unnest(list_transform(regions, lambda each: {'element': each, 'state': 'printed'})),
        [],
        null
    from mart.side_facts
    union all
    select
        model_id,
        'outlet',
        {'element': outlet.name, 'state': 'sold'},
        [{'name': outlet.name, 'claim_id': outlet.claim_id}],
        outlet.route_id
    from (select model_id, unnest(outlets) as outlet from mart.side_facts)
)

select
    model_id,
    set,
    named.element,
    named.state,
    value,
    list_filter(claims, lambda each: each.name = named.element)[1].claim_id as claim_id
from elements
order by model_id, set, named.element
