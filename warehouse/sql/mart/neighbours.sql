-- mart.neighbours
-- grain: one model and one it is worth comparing with, nearest first
-- Points for what two models have in common (reference/rules.yaml: the weights), and for how well known the other is. A
-- neighbour shares at least the family, the type or the maker's line; leaving models come last of equals.
with lines as (
    -- the maker's releases of one type, in order of their days; of one day, nobody knows the order
    select
        model_id,
        lag(model_id) over line as predecessor_id,
        lead(model_id) over line as successor_id
    from (
        select *
        from mart.contenders
        where released_on is not null and product_type is not null
        qualify count(*) over (partition by lab_id, product_type, family, released_on) = 1
    )
    window line as (partition by lab_id, product_type, family order by released_on, model_id)
),

others as (
    select contenders.*
    from mart.contenders as contenders
    semi join evidence.paired_models as paired using (model_id)
),

candidates as (
    select
        mine.model_id,
        theirs.model_id as neighbour_id,
        theirs.popularity,
        theirs.is_leaving,
        coalesce(mine.family = theirs.family and mine.lab_id = theirs.lab_id, false) as is_family,
        coalesce(mine.product_type = theirs.product_type, false) as is_type,
        are_price_rivals(mine.cost, theirs.cost) as is_price_rival,
        coalesce(lines.successor_id = theirs.model_id, false) as is_successor,
        coalesce(lines.predecessor_id = theirs.model_id, false) as is_predecessor
    from mart.contenders as mine
    join others as theirs
        on theirs.model_id != mine.model_id
        and (theirs.product_type = mine.product_type or (theirs.family = mine.family and theirs.lab_id = mine.lab_id))
    left join lines
        on lines.model_id = mine.model_id
),

scored as (
    select
        *,
        threshold('weight_family') * is_family::int
        + threshold('weight_type') * is_type::int
        + threshold('weight_price_rival') * is_price_rival::int
        + threshold('weight_successor') * (is_successor or is_predecessor)::int
        + threshold('weight_popularity') * popularity / (select max(popularity) from mart.contenders) as points
    from candidates
)

select
    model_id,
    cast(row_number() over (partition by model_id order by points desc, is_leaving, popularity desc, neighbour_id) as integer) as rank,
    neighbour_id,
    list_filter(
        [
            case when is_successor then 'successor' end,
            case when is_predecessor then 'predecessor' end,
            case when is_family then 'family' end,
            case when is_price_rival then 'price rival' end,
            case when is_type then 'type' end
        ],
        lambda reason: reason is not null
    ) as reasons
from scored
qualify rank <= threshold('neighbours_told')
