-- evidence.shared_cells
-- grain: one claim one cell of core rests on, where that claim may be of another model, or of none
with families as (
    -- a family by our reference rests on a claim that states it, of whichever model
    select
        'core.models',
        derived.model_id,
        'family',
        min(stated.claim_id),
        derived.rule
    from evidence.model_choices as derived
    join evidence.model_choices as stated
        on stated.field = 'family'
        and stated.value = derived.value
        and not starts_with(stated.rule, 'derived')
    where derived.field = 'family' and contains(derived.rule, 'our reference')
    group by derived.model_id, derived.rule
),

directory_cells as (
    select
        case when starts_with(attribute, 'lab/') then 'core.labs' else 'core.providers' end,
        subject,
        unnest(list_distinct([split_part(attribute, '/', 2), 'lab_id', 'provider_id', 'kind'])),
        claim_id,
        'directory'
    from evidence.folded_claims
    where superseded_at is null and (starts_with(attribute, 'lab/') or starts_with(attribute, 'provider/'))
),

named_labs as (
    select 'core.labs', aliases.lab_id, unnest(['lab_id', 'name', 'kind']), min(claims.claim_id), 'derived: identity'
    from core.model_aliases as aliases
    join evidence.folded_claims as claims
        on claims.source_id = aliases.source_id
        and claims.subject = aliases.subject
    where aliases.lab_id in (select lab_id from core.labs where kind = 'named')
    group by aliases.lab_id
),

named_providers as (
    select 'core.providers', subjects.provider_id, unnest(['provider_id', 'name', 'kind', 'lab_id']), min(claims.claim_id), 'derived: the spelling of a source'
    from evidence.subjects as subjects
    join evidence.folded_claims as claims
        on claims.source_id = subjects.source_id
        and claims.subject = subjects.subject
    where subjects.provider_id in (select provider_id from core.providers where kind = 'unknown')
    group by subjects.provider_id
),

benchmark_cells as (
    select 'core.benchmarks', benchmark_id, unnest(['benchmark_id', 'name', 'unit', 'higher_is_better', 'max_score', 'suite_id', 'is_index']), min(claim_id), 'derived: over the results held'
    from core.benchmark_results
    group by benchmark_id
),

cells (table_name, row_id, field, claim_id, rule) as (
    select * from families
    union all select * from directory_cells
    union all select * from named_labs
    union all select * from named_providers
    union all select * from benchmark_cells
)

select table_name, row_id, field, claim_id, min(rule) as rule
from cells
where claim_id is not null
group by table_name, row_id, field, claim_id
