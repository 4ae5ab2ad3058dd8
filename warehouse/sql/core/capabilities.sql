-- core.capabilities
-- grain: one capability of one model
-- The nearest authority that says anything decides; among its voices two thirds must agree, otherwise it stays unknown.
-- A community catalogue's "no" is often a default, so "no" from there needs two voices and no "yes".
-- Where nobody says whether a model that writes text sees or is multimodal, the list of what it reads tells: a list with
-- images is a yes, and a list without is a no unless a community catalogue gave it.
with said as (
    select
        model_id,
        substr(attribute, 12) as capability,
        floor(precedence) as rank,
        min(authority) as authority,
        count(distinct publisher || '/' || coalesce(provider_id, '')) filter (where value = 'true') as ayes,
        count(distinct publisher || '/' || coalesce(provider_id, '')) filter (where value = 'false') as noes,
        arg_min(claim_id, (precedence, is_overdue, coalesce(date '9999-12-31' - reviewed_on, 0), claim_id)) filter (where value = 'true') as aye_claim_id,
        arg_min(claim_id, (precedence, is_overdue, coalesce(date '9999-12-31' - reviewed_on, 0), claim_id)) filter (where value = 'false') as no_claim_id
    from evidence.standing
    where starts_with(attribute, 'capability/') and condition = ''
    group by model_id, capability, rank
),

decided as (
    select
        *,
        case
            when ayes >= 2 * noes and ayes > 0 then 'yes'
            when rank >= 5 and noes >= 2 and ayes = 0 then 'no'
            when rank < 5 and noes >= 2 * ayes and noes > 0 then 'no'
        end as status
    from said
    qualify row_number() over (partition by model_id, capability order by rank) = 1
),

readers as (
    select
        reads.model_id,
        reads.claim_id,
        string_split(reads.value, ',') as reads,
        list_distinct(string_split(reads.value || ',' || writes.value, ',')) as reads_and_writes,
        starts_with(reads.rule, 'community') as is_hearsay
    from evidence.model_choices as reads
    join evidence.model_choices as writes
        on writes.model_id = reads.model_id
        and writes.field = 'output_modalities'
        and list_contains(string_split(writes.value, ','), 'text')
    where reads.field = 'input_modalities'
),

derived as (
    select model_id, claim_id, 'vision' as capability, list_contains(reads, 'image') as can, is_hearsay
    from readers
    union all
    select model_id, claim_id, 'multimodal', list_has_any(reads_and_writes, ['image', 'audio', 'video']), is_hearsay
    from readers
),

every_cell as (
    select distinct aliases.model_id, capability
    from core.model_aliases as aliases
    cross join (select unnest(capability_names()) as capability)
    where aliases.model_id is not null
)

select
    every_cell.model_id,
    every_cell.capability,
    case
        when decided.model_id is not null then coalesce(decided.status, 'unknown')
        when derived.can then 'yes'
        when not derived.is_hearsay then 'no'
        else 'unknown'
    end as status,
    case
        when decided.status = 'yes' then decided.aye_claim_id
        when decided.status = 'no' then decided.no_claim_id
        when decided.model_id is null and (derived.can or not derived.is_hearsay) then derived.claim_id
    end as claim_id,
    case
        when decided.model_id is null and (derived.can or not derived.is_hearsay) then 'derived: what it reads and writes'
        when decided.model_id is null then 'nobody says'
        when decided.status is null then decided.authority || ' sources disagree, or a lone no: ' || decided.ayes || ' yes, ' || decided.noes || ' no'
        else decided.authority || ', ' || decided.ayes || ' yes, ' || decided.noes || ' no'
    end as rule
from every_cell
left join decided
    on decided.model_id = every_cell.model_id
    and decided.capability = every_cell.capability
left join derived
    on derived.model_id = every_cell.model_id
    and derived.capability = every_cell.capability
