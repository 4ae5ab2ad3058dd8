-- evidence.scores
-- grain: one standing benchmark score that is not refused
select
    standing.claim_id,
    standing.source_id,
    standing.model_id,
    models.lab_id,
    standing.authority,
    standing.kind,
    standing.publisher,
    standing.condition,
    standing.unit,
    substr(standing.attribute, 11) as benchmark_id,
    -- a view's filter may come after its casts
    cast(case when starts_with(standing.attribute, 'benchmark/') then standing.value end as decimal(18, 6)) as score,
    -- an index is of a model, however its runs are spelled
    case when is_index(substr(standing.attribute, 11)) then [] else string_split(standing.variant, ';') end as name_parts
from evidence.standing as standing
left join core.models as models
    on models.model_id = standing.model_id
where
    starts_with(standing.attribute, 'benchmark/')
    and standing.claim_id not in (select claim_id from evidence.refusals)
