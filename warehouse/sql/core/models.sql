-- core.models
-- grain: one model
-- One chosen value per fact (evidence.model_choices); the derived columns say their rule below. Where sources say of a
-- model's kind nothing or no more than chat, its own name may say more (guard, embed, rerank, coder, ocr); else what it
-- writes decides: images, video, sound, vectors; text and calling functions is chat. An answer longer than the context
-- window is no fact and stays unknown. What is priced by whatever it routes to, wherever it is sold, is a router: it is
-- no model to compare with others, and is not listed.
with named as (
    select
        model_id,
        arg_min(lab_id, (source_id, subject, lab_id)) as lab_id,
        min(valid_from) as first_seen_at
    from core.model_aliases
    where model_id is not null
    group by model_id
),

facts as (
    pivot (select model_id, field, value from evidence.model_choices)
    on field in (
        'name', 'family', 'product_type', 'status', 'released_on', 'knowledge_cutoff_on', 'shutdown_on', 'context_tokens',
        'max_output_tokens', 'parameters', 'active_parameters', 'architecture', 'architecture_name', 'license_id',
        'open_weights', 'input_modalities', 'output_modalities'
    )
    using first(value)
    group by model_id
),

times as (
    select
        model_id,
        max(first_seen_at) as last_changed_at
    from evidence.model_choices
    where not starts_with(rule, 'derived')
    group by model_id
),

able as (
    select
        model_id,
        list_sort(list(capability) filter (where status = 'yes')) as ayes,
        list_sort(list(capability) filter (where status != 'unknown')) as known
    from core.capabilities
    group by model_id
),

sold as (
    select
        model_id,
        count(*) as offers,
        bool_and(price_status = 'dynamic') as is_router
    from core.offers
    group by model_id
),

described as (
    select distinct model_id
    from evidence.standing
    where authority in ('maker', 'curated')
),

typed as (
    select
        named.model_id,
        coalesce(plain_name(facts.name), named.model_id) as name,
        named.lab_id,
        facts.family,
        coalesce(
            case when sold.is_router then 'router' end,
            case when coalesce(facts.product_type, 'chat') = 'chat' then product_type_in_name(named.model_id) end,
            facts.product_type,
            case facts.output_modalities
                when 'text' then case when list_contains(able.ayes, 'function_calling') then 'chat' end
                when 'image' then 'image'
                when 'video' then 'video'
                when 'audio' then 'speech'
                when 'embedding' then 'embedding'
                when 'rerank' then 'reranker'
            end
        ) as product_type,
        facts.status as said_status,
        day_of(facts.released_on) as released_on,
        precision_of(facts.released_on) as released_precision,
        day_of(facts.knowledge_cutoff_on) as knowledge_cutoff_on,
        precision_of(facts.knowledge_cutoff_on) as knowledge_cutoff_precision,
        day_of(facts.shutdown_on) as shutdown_on,
        cast(facts.context_tokens as bigint) as context_tokens,
        cast(facts.max_output_tokens as bigint) as max_output_tokens,
        cast(facts.parameters as bigint) as parameters,
        cast(facts.active_parameters as bigint) as active_parameters,
        facts.architecture,
        facts.architecture_name,
        facts.license_id,
        coalesce(licenses.name, regexp_replace(facts.license_id, '^LicenseRef-', '')) as license_name,
        cast(facts.open_weights as boolean) as open_weights,
        string_split(facts.input_modalities, ',') as input_modalities,
        string_split(facts.output_modalities, ',') as output_modalities,
        coalesce(able.ayes, []) as ayes,
        coalesce(able.known, []) as known,
        coalesce(sold.offers, 0) as offers,
        described.model_id is not null as is_described,
        named.first_seen_at,
        coalesce(times.last_changed_at, named.first_seen_at) as last_changed_at
    from named
    left join facts using (model_id)
    left join times using (model_id)
    left join able using (model_id)
    left join sold using (model_id)
    left join described using (model_id)
    left join core.licenses as licenses
        on licenses.license_id = facts.license_id
)

select
    model_id,
    name,
    lab_id,
    family,
    product_type,
    case
        when shutdown_on <= utc_day(build.as_of) then 'retired'
        when said_status in ('preview', 'deprecated', 'retired', 'active') then said_status
        when offers > 0 then 'active'
        else 'unknown'
    end as status,
    released_on,
    released_precision,
    knowledge_cutoff_on,
    knowledge_cutoff_precision,
    shutdown_on,
    context_tokens,
    case when max_output_tokens > context_tokens then null else max_output_tokens end as max_output_tokens,
    parameters,
    active_parameters,
    architecture,
    architecture_name,
    license_id,
    license_name,
    open_weights,
    input_modalities,
    output_modalities,
    list_filter(
        [
            case when product_type = 'coding' then 'code generation and coding agents' end,
            case when product_type = 'reasoning' or (product_type = 'chat' and list_contains(ayes, 'reasoning')) then 'multi-step reasoning' end,
            case when list_contains(ayes, 'function_calling') and list_contains(ayes, 'tool_use') then 'tool loops' end,
            case when list_contains(ayes, 'vision') then 'multimodal apps' end,
            case when product_type = 'embedding' then 'semantic search' end,
            case when product_type = 'reranker' then 'ranking search results' end,
            case when product_type = 'safety_classifier' then 'moderation' end,
            case when open_weights then 'self-hosting' end
        ],
        lambda use: use is not null
    )[1:cast(threshold('tags_told') as integer)] as best_for,
    list_filter(
        [
            case when product_type = 'coding' then 'Coding' end,
            case when context_tokens >= threshold('rag_context_tokens') and list_contains(ayes, 'function_calling') then 'RAG' end,
            case when list_contains(ayes, 'function_calling') and list_contains(ayes, 'tool_use') then 'Agents' end,
            case when context_tokens >= threshold('long_context_tokens') then 'Long context' end,
            case when list_contains(ayes, 'vision') then 'Vision' end,
            case when product_type = 'safety_classifier' then 'Classification' end,
            case when list_contains(ayes, 'structured_outputs') then 'JSON / Tool use' end
        ],
        lambda tag: tag is not null
    )[1:cast(threshold('tags_told') as integer)] as decision_fit,
    cast((
        (lab_id is not null)::int + (family is not null)::int + (product_type is not null)::int
        + (released_on is not null)::int + (knowledge_cutoff_on is not null)::int + (context_tokens is not null)::int
        + coalesce(max_output_tokens <= context_tokens, max_output_tokens is not null)::int + (parameters is not null)::int + (architecture is not null)::int
        + (license_id is not null)::int + (open_weights is not null)::int + (input_modalities is not null)::int
        + (output_modalities is not null)::int + len(known)
    ) / 23.0 as decimal(4, 3)) as completeness,
    lab_id is not null and (offers > 0 or is_described) and product_type is distinct from 'router' as is_listed,
    first_seen_at,
    last_changed_at
from typed
cross join quality.build as build
