-- mart.published_pairs
-- grain: one pair whose comparison is published ready-made, the most sought first
-- Which pairs people look for nobody prints. What the evidence holds stands in for it: how many providers sell the less
-- known of the two and how many sources name it, and what the two have in common. The weights, and pairs that are asked for whatever their rank, are in reference/rules.yaml.
with nearest as (
    select distinct
        least(model_id, neighbour_id) as model_a_id,
        greatest(model_id, neighbour_id) as model_b_id,
        list_has_any(reasons, ['successor', 'predecessor']) as is_line
    from mart.neighbours
    qualify row_number() over (partition by model_a_id, model_b_id order by is_line desc) = 1
),

candidates as (
    select
        a.model_id as model_a_id,
        b.model_id as model_b_id,
        least(a.popularity, b.popularity) as popularity,
        coalesce(a.family = b.family and a.lab_id = b.lab_id, false) as is_family,
        coalesce(a.product_type = b.product_type, false) as is_type,
        are_price_rivals(a.cost, b.cost) as is_price_rival,
        nearest.model_a_id is not null as is_near,
        coalesce(nearest.is_line, false) as is_line,
        asked.model_a_id is not null as is_asked
    from mart.side_facts as a
    join mart.side_facts as b
        on a.model_id < b.model_id
    left join nearest
        on nearest.model_a_id = a.model_id
        and nearest.model_b_id = b.model_id
    left join asked_pairs() as asked
        on asked.model_a_id = a.model_id
        and asked.model_b_id = b.model_id
),

scored as (
    select
        *,
        threshold('weight_popularity') * popularity / (select max(popularity) from mart.side_facts)
        + threshold('weight_family') * is_family::int
        + threshold('weight_type') * is_type::int
        + threshold('weight_price_rival') * is_price_rival::int
        + threshold('weight_successor') * is_line::int as points
    from candidates
    where is_near or is_type or is_family or is_asked
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
