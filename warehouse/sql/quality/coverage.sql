-- quality.coverage
-- grain: one field, one source or all of them together, one day on which its number of models changed
-- How many models a source says something of, at the end of the day (UTC); between two days the number stands. Prices of any
-- meter are the field price, results of any benchmark the field benchmark. Read one day's coverage off the last row before it.
with said as (
    select
        subjects.model_id,
        claims.source_id,
        case
            when starts_with(claims.attribute, 'price/') then 'price'
            when starts_with(claims.attribute, 'benchmark/') then 'benchmark'
            else claims.attribute
        end as field,
        utc_day(claims.first_seen_at) as begins_on,
        coalesce(utc_day(claims.superseded_at), date '9999-12-31') as ends_on
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    where subjects.model_id is not null
),

spans as (
    -- each once, so that the windows below have no ties
    select * from said
    union
    select model_id, '' as source_id, field, begins_on, ends_on from said
),

seams as (
    select
        *,
        coalesce(
            begins_on > max(ends_on) over (
                partition by source_id, field, model_id
                order by begins_on, ends_on
                rows between unbounded preceding and 1 preceding
            ),
            true
        ) as is_new
    from spans
),

islands as (
    select
        *,
        count(*) filter (where is_new) over (
            partition by source_id, field, model_id
            order by begins_on, ends_on
            rows between unbounded preceding and current row
        ) as island
    from seams
),

known as (
    select source_id, field, model_id, min(begins_on) as begins_on, max(ends_on) as ends_on
    from islands
    group by source_id, field, model_id, island
    having begins_on < ends_on
),

steps as (
    select source_id, field, begins_on as day, 1 as step from known
    union all
    select source_id, field, ends_on, -1 from known where ends_on < date '9999-12-31'
),

days as (
    select source_id, field, day, sum(step) as step
    from steps
    group by source_id, field, day
    having sum(step) != 0
)

select
    field,
    source_id,
    day,
    cast(sum(step) over (partition by source_id, field order by day) as bigint) as models
from days
