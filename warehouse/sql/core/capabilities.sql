-- core.capabilities
-- grain: one capability of one model
-- The nearest authority that says anything decides; among its voices two thirds must agree, otherwise it stays unknown.
-- A community catalogue's "no" is often a default, so "no" from there needs two voices and no "yes".
with said as (
    select
        model_id,
        substr(attribute, 12) as capability,
        floor(precedence) as rank,
        any_value(authority) as authority,
        count(distinct publisher || '/' || coalesce(provider_id, '')) filter (where value = 'true') as ayes,
        count(distinct publisher || '/' || coalesce(provider_id, '')) filter (where value = 'false') as noes,
        arg_min(claim_id, (precedence, -epoch_us(last_reviewed_at), claim_id)) filter (where value = 'true') as aye_claim_id,
        arg_min(claim_id, (precedence, -epoch_us(last_reviewed_at), claim_id)) filter (where value = 'false') as no_claim_id
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

every_cell as (
    select distinct aliases.model_id, capability
    from core.model_aliases as aliases
    cross join (
        select unnest([
            'vision', 'multimodal', 'reasoning', 'function_calling', 'tool_use', 'structured_outputs', 'code_execution',
            'ide_integration', 'computer_use', 'parallel_agents'
        ]) as capability
    )
    where aliases.model_id is not null
)

select
    every_cell.model_id,
    every_cell.capability,
    coalesce(decided.status, 'unknown') as status,
    case decided.status when 'yes' then decided.aye_claim_id when 'no' then decided.no_claim_id end as claim_id,
    case
        when decided.model_id is null then 'nobody says'
        when decided.status is null then decided.authority || ' sources disagree, or a lone no: ' || decided.ayes || ' yes, ' || decided.noes || ' no'
        else decided.authority || ', ' || decided.ayes || ' yes, ' || decided.noes || ' no'
    end as rule
from every_cell
left join decided
    on decided.model_id = every_cell.model_id
    and decided.capability = every_cell.capability
