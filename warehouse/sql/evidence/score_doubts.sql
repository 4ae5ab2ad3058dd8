-- evidence.score_doubts
-- grain: one thing that speaks against one benchmark result
-- 0 in a list that repeats others' results is no score where the list gives other models more: nothing was measured.
with scores as (
    select
        claim_id,
        source_id,
        attribute,
        unit,
        value,
        starts_with(authority, 'community') and kind != 'benchmark' as is_repeated,
        -- a view's filter may come after its casts; whether it is 0, a double tells in a tenth of the time
        try_cast(case when starts_with(attribute, 'benchmark/') then value end as double) as score
    from evidence.standing
    where starts_with(attribute, 'benchmark/')
)

select
    zeros.claim_id,
    'zero_score' as rule,
    '0, where the list gives others ' || plain_number(min(cast(others.value as decimal(24, 12)))) || ' and more' as detail
from scores as zeros
join scores as others
    on others.source_id = zeros.source_id
    and others.attribute = zeros.attribute
    and others.unit = zeros.unit
    and others.score > 0
where zeros.is_repeated and zeros.score = 0
group by zeros.claim_id
