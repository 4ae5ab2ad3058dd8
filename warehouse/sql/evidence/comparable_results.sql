-- evidence.comparable_results
-- grain: one model's score on one basis, under the key that another model's must have to stand beside it
--   same_setting     under the test and the way the model ran. What is not said equals what is not said only in a test of
--                    which no result says how hard its model thought
--   best_of_each     under the test: the model's best run where better is known, of equal ones one whose way is said; none
--                    where a better score is in doubt, or where nobody measured the model but with its thinking off
--   same_benchmark   under each version and part of the benchmark that anybody was measured on, the score on it, else one
--                    on nothing that is said. Of several that whose reporter and setting are known, a board's before a
--                    maker's, the best, the newest, the first by its claim
-- place orders the tests of a benchmark, the first speaks first: the newest version, a board before a maker, the newest day.
-- turn orders what is left: under one setting the one both did best in; side by side the one whose version is said.
with results as (
    select
        results.*,
        benchmarks.higher_is_better,
        way_it_ran(effort, mode, thinking_tokens, variant) as run
    from core.benchmark_results as results
    join core.benchmarks as benchmarks
        on benchmarks.benchmark_id = results.benchmark_id
        and benchmarks.unit = results.unit
),

tests as (
    select
        comparable_key,
        row_number() over (
            partition by benchmark_id
            order by version_order(dataset_version) desc, is_makers, newest_on desc, comparable_key
        ) as place
    from (
        select
            benchmark_id,
            comparable_key,
            min(dataset_version) as dataset_version,
            bool_and(reported_by = 'maker') as is_makers,
            max(coalesce(evaluated_on, date '1970-01-01')) as newest_on
        from results
        where comparability = 'comparable'
        group by benchmark_id, comparable_key
    )
),

runs as (
    select
        model_id,
        benchmark_id,
        unit,
        comparable_key,
        run,
        effort,
        comparability = 'comparable' as is_one,
        max(score) as score,
        min(claim_id) as claim_id,
        any_value(higher_is_better) as higher_is_better,
        bool_or(effort is not null) over (partition by comparable_key) as says_effort
    from results
    where comparability in ('comparable', 'several_scores')
    group by model_id, benchmark_id, unit, comparable_key, run, effort, comparability
),

best_runs as (
    select *
    from runs
    where higher_is_better
    qualify row_number() over (partition by model_id, comparable_key order by score desc, is_one, run = '', run) = 1
        and bool_or(effort is distinct from 'none') over (partition by model_id, comparable_key)
),

editions as (
    select distinct
        benchmark_id,
        unit,
        dataset_version,
        dataset
    from results
    where comparability not in ('superseded', 'several_scores')
),

shown as (
    select
        results.model_id,
        results.benchmark_id,
        results.unit,
        concat_ws('; ', results.benchmark_id, results.unit, coalesce(editions.dataset_version, '-'), coalesce(editions.dataset, '-'))
            as match_key,
        (editions.dataset_version is null)::int + (results.dataset_version is null)::int
            + (editions.dataset is null)::int + (results.dataset is null)::int as turn,
        results.score,
        results.claim_id
    from editions
    join results
        on results.benchmark_id = editions.benchmark_id
        and results.unit = editions.unit
        and coalesce(results.dataset_version = editions.dataset_version, results.dataset_version is null)
        and coalesce(results.dataset = editions.dataset, results.dataset is null)
    where results.comparability not in ('superseded', 'several_scores')
    qualify row_number() over (
        partition by results.model_id, results.benchmark_id, results.unit, editions.dataset_version, editions.dataset
        order by
            turn,
            results.comparability in ('comparable', 'alone') desc,
            results.reported_by = 'third_party' desc,
            case when results.higher_is_better then results.score end desc nulls last,
            results.evaluated_on desc nulls last,
            results.claim_id
    ) = 1
),

sides as (
    select
        runs.model_id,
        runs.benchmark_id,
        runs.unit,
        'same_setting' as basis,
        runs.comparable_key || ' | ' || runs.run as match_key,
        tests.place,
        -runs.score as turn,
        runs.score,
        runs.claim_id
    from runs
    join tests using (comparable_key)
    where runs.is_one and (runs.effort is not null or not runs.says_effort)

    union all

    select
        best_runs.model_id,
        best_runs.benchmark_id,
        best_runs.unit,
        'best_of_each',
        best_runs.comparable_key,
        tests.place,
        0,
        best_runs.score,
        best_runs.claim_id
    from best_runs
    join tests using (comparable_key)
    where best_runs.is_one

    union all

    select
        model_id,
        benchmark_id,
        unit,
        'same_benchmark',
        match_key,
        1,
        turn,
        score,
        claim_id
    from shown
),

numbered as (
    select basis, match_key, row_number() over (order by basis, match_key) as match_number
    from (select distinct basis, match_key from sides)
)

select
    sides.model_id,
    coalesce(models.is_listed, false) as is_listed,
    sides.benchmark_id,
    sides.unit,
    sides.basis,
    list_position(['same_setting', 'best_of_each', 'same_benchmark'], sides.basis) as strength,
    sides.match_key,
    numbered.match_number,
    sides.place,
    sides.turn,
    sides.score,
    sides.claim_id
from sides
join numbered
    on numbered.basis = sides.basis
    and numbered.match_key = sides.match_key
left join core.models as models
    on models.model_id = sides.model_id
