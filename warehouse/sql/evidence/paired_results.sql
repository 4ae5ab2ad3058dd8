-- evidence.paired_results
-- grain: one benchmark that two paired models share, model_a_id < model_b_id
-- The strongest basis there is, and under it the test that speaks first, see evidence.comparable_results.
with results as (
    select results.*
    from evidence.comparable_results as results
    semi join evidence.paired_models as paired using (model_id)
),

chosen as (
    select
        a.model_id as model_a_id,
        b.model_id as model_b_id,
        a.benchmark_id,
        a.is_listed and b.is_listed as are_listed,
        arg_min(
            struct_pack(
                unit := a.unit,
                basis := a.basis,
                claim_id_a := a.claim_id,
                claim_id_b := b.claim_id,
                score_a := a.score,
                score_b := b.score
            ),
            (a.strength, a.place, a.turn + b.turn, a.match_number)
        ) as pair
    from results as a
    join results as b
        on b.match_number = a.match_number
        and a.model_id < b.model_id
    group by a.model_id, b.model_id, a.benchmark_id, a.is_listed and b.is_listed
)

select
    model_a_id,
    model_b_id,
    benchmark_id,
    are_listed,
    pair.unit,
    pair.basis,
    pair.claim_id_a,
    pair.claim_id_b,
    pair.score_a,
    pair.score_b,
    case when pair.basis != 'same_benchmark' then pair.score_a - pair.score_b end as gap
from chosen
