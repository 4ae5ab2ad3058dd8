-- evidence.model_choices
-- grain: one chosen fact of one model
-- Nearest authority first; among equals what most of them say, then what was reviewed last.
with facts as (
    select
        standing.*,
        count(distinct standing.publisher || '/' || coalesce(standing.provider_id, '')) over (
            partition by standing.model_id, standing.attribute, floor(standing.precedence), standing.value
        ) as votes,
        count(distinct standing.publisher || '/' || coalesce(standing.provider_id, '')) over (
            partition by standing.model_id, standing.attribute, floor(standing.precedence)
        ) as voices
    from evidence.standing as standing
    where
        standing.condition = ''
        and standing.attribute in (
            'name', 'family', 'product_type', 'status', 'released_on', 'knowledge_cutoff_on', 'shutdown_on',
            'context_tokens', 'max_output_tokens', 'parameters', 'active_parameters', 'architecture', 'license_id',
            'open_weights', 'input_modalities', 'output_modalities'
        )
)

select
    model_id,
    attribute as field,
    claim_id,
    value,
    source_id,
    authority || case when voices > 1 then ', said by ' || votes || ' of ' || voices else '' end as rule,
    first_seen_at,
    last_reviewed_at
from facts
qualify row_number() over (
    partition by model_id, attribute
    order by precedence, votes desc, last_reviewed_at desc, value, claim_id
) = 1
