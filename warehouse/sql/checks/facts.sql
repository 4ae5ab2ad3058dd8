-- checks.facts
-- grain: one row for each fact of a model that is not its cell
-- Whether every fact as statements tell it (mart.model_facts, mart.model_elements) is its cell of core or mart, with the
-- claims of that cell: one row for each that is not. What holds of the facts holds of every sentence of every pair, for a
-- sentence's numbers are its facts'.
with cells as (
    select model_id, 'name' as fact, 0 as nth, name as said, 'name' as field from core.models
    union all
    select model_id, 'family', 0, family, 'family' from core.models
    union all
    select model_id, 'released', 0, left(cast(released_on as varchar), case released_precision when 'year' then 4 when 'month' then 7 else 10 end), 'released_on' from core.models
    union all
    select model_id, 'cutoff', 0, left(cast(knowledge_cutoff_on as varchar), case knowledge_cutoff_precision when 'year' then 4 when 'month' then 7 else 10 end), 'knowledge_cutoff_on' from core.models
    where is_askable(product_type, 'knowledge_cutoff_on')
    union all
    select model_id, 'shutdown', 0, cast(shutdown_on as varchar), 'shutdown_on' from core.models
    union all
    select model_id, 'context', 0, cast(context_tokens as varchar), 'context_tokens' from core.models
    union all
    select model_id, 'longest_answer', 0, cast(max_output_tokens as varchar), 'max_output_tokens' from core.models
    where is_askable(product_type, 'max_output_tokens')
    union all
    select model_id, 'parameters', 0, cast(parameters as varchar), 'parameters' from core.models
    union all
    select model_id, 'active_parameters', 0, cast(active_parameters as varchar), 'active_parameters' from core.models
    union all
    select model_id, 'licence', 0, license_name, 'license_id' from core.models
    union all
    select model_id, 'weights', 0, cast(open_weights as varchar), 'open_weights' from core.models
    union all
    select costs.model_id, 'cost', 0, cast(costs.monthly_cost_usd as varchar), null
    from mart.monthly_costs as costs
    join core.models as models using (model_id)
    where costs.workload_id = 'default' and is_askable(models.product_type, 'monthly_cost')
    union all
    select costs.model_id, 'each_cost ' || costs.workload_id, 0, cast(costs.monthly_cost_usd as varchar), null
    from mart.monthly_costs as costs
    join core.models as models using (model_id)
    where is_askable(models.product_type, 'monthly_cost')
    union all
    select costs.model_id, 'each_unconfirmed_cost ' || costs.workload_id, 0, cast(costs.unconfirmed_cost_usd as varchar), null
    from mart.monthly_costs as costs
    join core.models as models using (model_id)
    where is_askable(models.product_type, 'monthly_cost')
    union all
    select costs.model_id, 'output', 0, cast(rates.output_usd as varchar), null
    from mart.monthly_costs as costs
    left join mart.offer_costs as rates using (offer_id, workload_id)
    where costs.workload_id = 'default'
    union all
    select models.model_id, 'sellers', 0, cast(nullif(count(distinct providers.name), 0) as varchar), null
    from core.models as models
    left join core.offers as offers using (model_id)
    left join core.providers as providers using (provider_id)
    group by models.model_id
),

facts as (
    select
        facts.model_id,
        case when facts.fact in ('each_cost', 'each_unconfirmed_cost') then facts.fact || ' ' || ids.words else facts.fact end as fact,
        json_extract_string(facts.value, '$') as said,
        facts.claim_ids
    from mart.model_facts as facts
    left join mart.model_facts as ids
        on ids.model_id = facts.model_id
        and ids.nth = facts.nth
        and ids.fact = 'each_workload_id'
    where facts.words is not null
),

claims as (
    select row_id as model_id, field, list_sort(list(claim_id)) as claim_ids
    from evidence.choices
    where table_name = 'core.models'
    group by row_id, field
),

known_facts as (
    select distinct split_part(fact, ' ', 1) as fact
    from cells
)

select 'a fact that is not its cell' as rule, sides.model_id || ' ' || cells.fact as example
from mart.sides as sides
join cells
    on cells.model_id = sides.model_id
left join facts
    on facts.model_id = cells.model_id
    and facts.fact = cells.fact
where
    case
        when try_cast(cells.said as decimal(30, 12)) is not null then try_cast(facts.said as decimal(30, 12)) is distinct from cast(cells.said as decimal(30, 12))
        else facts.said is distinct from cells.said
    end
union all
select 'a fact without a cell', facts.model_id || ' ' || facts.fact
from facts
join known_facts
    on known_facts.fact = split_part(facts.fact, ' ', 1)
anti join cells
    on cells.model_id = facts.model_id
    and cells.fact = facts.fact
union all
select 'a fact with other claims than its cell', cells.model_id || ' ' || cells.fact
from cells
join facts
    on facts.model_id = cells.model_id
    and facts.fact = cells.fact
left join claims
    on claims.model_id = cells.model_id
    and claims.field = cells.field
where cells.field is not null and facts.claim_ids is distinct from claims.claim_ids
union all
select 'a cost with other claims than its lines', facts.model_id || ' ' || facts.fact
from facts
join mart.monthly_costs as costs
    on costs.model_id = facts.model_id
    and facts.fact = 'each_cost ' || costs.workload_id
join (
    select offer_id, workload_id, list_sort(list_distinct(flatten(list(claim_ids)))) as claim_ids
    from mart.cost_lines
    where mtok > 0
    group by offer_id, workload_id
) as lines
    on lines.offer_id = costs.offer_id
    and lines.workload_id = costs.workload_id
where facts.claim_ids is distinct from lines.claim_ids
union all
select 'a capability that is not its cell', sides.model_id || ' ' || cells.capability
from mart.sides as sides
join core.capabilities as cells
    on cells.model_id = sides.model_id
left join mart.model_elements as elements
    on elements.model_id = sides.model_id
    and elements.set = 'capability'
    and elements.element = capability_words(cells.capability)
where elements.state is distinct from cells.status or elements.claim_id is distinct from cells.claim_id
union all
select 'a tag against a capability', models.model_id || ' ' || tags.tag
from core.models as models
join mart.sides as sides using (model_id)
cross join (
    values
        ('Vision', 'vision'), ('Agents', 'function_calling'), ('Agents', 'tool_use'), ('RAG', 'function_calling'),
        ('JSON / Tool use', 'structured_outputs'), ('multimodal apps', 'vision'), ('tool loops', 'tool_use'),
        ('tool loops', 'function_calling')
) as tags (tag, capability)
join core.capabilities as capabilities
    on capabilities.model_id = models.model_id
    and capabilities.capability = tags.capability
where list_contains(list_concat(models.decision_fit, models.best_for), tags.tag) and capabilities.status != 'yes'
union all
select 'a tag of a length nobody states', models.model_id || ' ' || tags.tag
from core.models as models
join mart.sides as sides using (model_id)
cross join (values ('RAG', 'rag_context_tokens'), ('Long context', 'long_context_tokens')) as tags (tag, name)
join core.thresholds as thresholds
    on thresholds.name = tags.name
where list_contains(models.decision_fit, tags.tag) and coalesce(models.context_tokens < thresholds.value, true)
