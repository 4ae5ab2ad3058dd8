-- mart.published_pairs
-- grain: one pair whose comparison is published ready-made, the most sought first
-- Which pairs people look for nobody prints. What the evidence holds stands in for it: how many providers sell the less
-- known of the two and how many sources name it, and what the two have in common. The weights, and pairs that are asked for whatever their rank, are in reference/rules.yaml.
with sought as (
    select contenders.*
    from mart.contenders as contenders
    semi join evidence.paired_models as paired using (model_id)
),

nearest as (
    select distinct
        least(model_id, neighbour_id) as model_a_id,
        greatest(model_id, neighbour_id) as model_b_id,
        list_has_any(reasons, ['successor', 'predecessor']) as is_line
    from mart.neighbours
    qualify row_number() over (partition by model_a_id, model_b_id order by is_line desc) = 1
),

alike as (
    -- every reason in a join of its own: one join for any of them looks at each model beside each other one
    select a.model_id as model_a_id, b.model_id as model_b_id
    from sought as a
    join sought as b
        on b.product_type = a.product_type
        and a.model_id < b.model_id

    union

    select a.model_id, b.model_id
    from sought as a
    join sought as b
        on b.family = a.family
        and b.lab_id = a.lab_id
        and a.model_id < b.model_id

    union

    select model_a_id, model_b_id
    from nearest

    union

    select model_a_id, model_b_id
    from asked_pairs()
),

candidates as (
    select
        alike.model_a_id,
        alike.model_b_id,
        least(a.popularity, b.popularity) as popularity,
        coalesce(a.family = b.family and a.lab_id = b.lab_id, false) as is_family,
        coalesce(a.product_type = b.product_type, false) as is_type,
        are_price_rivals(a.cost, b.cost) as is_price_rival,
        coalesce(nearest.is_line, false) as is_line,
        asked.model_a_id is not null as is_asked
    from alike
    join sought as a
        on a.model_id = alike.model_a_id
    join sought as b
        on b.model_id = alike.model_b_id
    left join nearest using (model_a_id, model_b_id)
    left join asked_pairs() as asked using (model_a_id, model_b_id)
),

scored as (
    select
        *,
        threshold('weight_popularity') * popularity / (select max(popularity) from mart.contenders)
        + threshold('weight_family') * is_family::int
        + threshold('weight_type') * is_type::int
        + threshold('weight_price_rival') * is_price_rival::int
        + threshold('weight_successor') * is_line::int as points
    from candidates
)

select
    model_a_id,
    model_b_id,
    cast(row_number() over (order by is_asked desc, points desc, popularity desc, model_a_id, model_b_id) as integer) as rank,
    array_to_string(
        list_filter(
            [
                case when is_asked then 'asked for' end,
                case when is_line then 'successor' end,
                case when is_family then 'family' end,
                case when is_price_rival then 'price rival' end,
                case when is_type then 'type' end,
                'popularity'
            ],
            lambda reason: reason is not null
        ),
        ', '
    ) as why
from scored
qualify rank <= threshold('published_pairs')
