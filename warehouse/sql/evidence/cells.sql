-- evidence.cells
-- grain: one claim one cell of core.models or core.offers rests on
-- Chosen cells have one row. A derived cell has a row for each claim it rests on, under a rule that starts with `derived`.
with model_cells as (
    select 'core.models' as table_name, model_id as row_id, field, claim_id, rule
    from evidence.model_choices
    where field != 'status'
),

anchors as (
    -- what shows that a model is named at all, with the rule that knew the name: the first claim that says anything of it,
    -- of those that stand where one does
    select claims.model_id, claims.claim_id, aliases.rule as identity_rule
    from evidence.claims as claims
    join core.model_aliases as aliases
        on aliases.source_id = claims.source_id
        and aliases.subject = claims.subject
        and aliases.is_latest
    where claims.model_id is not null
    qualify row_number() over (
        partition by claims.model_id
        order by claims.superseded_at is not null, claims.first_seen_at, claims.claim_id, aliases.rule
    ) = 1
),

identity_cells as (
    select 'core.models', model_id, unnest(['model_id', 'lab_id', 'first_seen_at', 'is_listed']), claim_id, 'derived: identity, ' || identity_rule
    from anchors
),

named_by_slug as (
    select 'core.models', anchors.model_id, 'name', anchors.claim_id, 'derived: the slug, where no source prints a name'
    from anchors
    where anchors.model_id not in (select model_id from evidence.model_choices where field = 'name')
),

types_by_price as (
    select 'core.models', offers.model_id, 'product_type', choices.claim_id, 'derived: priced by whatever it routes to, wherever it is sold'
    from evidence.offer_choices as choices
    join core.offers as offers using (offer_id)
    where choices.field = 'price_status' and choices.value = 'dynamic'
),

license_names as (
    select 'core.models', model_id, 'license_name', claim_id, 'derived: how the licence is called, see core.licenses'
    from evidence.model_choices
    where field = 'license_id'
),

second_words as (
    -- what is derived from two claims rests on the other one too
    select
        'core.models',
        derived.model_id,
        derived.field,
        other.claim_id,
        derived.rule
    from evidence.model_choices as derived
    join evidence.model_choices as other
        on other.model_id = derived.model_id
        and other.field = case derived.field when 'active_parameters' then 'architecture' else 'parameters' end
    where derived.rule in ('derived: a dense model uses all of its parameters', 'derived: its active parameters beside all of them')
),

types_by_output as (
    select 'core.models', model_id, 'product_type', claim_id, 'derived: what it writes, where no source says what it is'
    from evidence.model_choices
    where field = 'output_modalities' and model_id not in (select model_id from evidence.model_choices where field = 'product_type')
),

types_by_name as (
    select 'core.models', model_id, 'product_type', claim_id, 'derived: its own name says so'
    from anchors
    where product_type_in_name(model_id) is not null
),

fact_summaries as (
    select 'core.models', model_id, unnest(['completeness', 'last_changed_at', 'last_reviewed_at']), claim_id, 'derived: over the chosen facts'
    from evidence.model_choices
),

summaries_of_nothing as (
    select 'core.models', anchors.model_id, unnest(['completeness', 'last_changed_at', 'last_reviewed_at']), anchors.claim_id, 'derived: the model is named and no fact of it is chosen'
    from anchors
    where anchors.model_id not in (select model_id from evidence.model_choices)
),

precisions as (
    select 'core.models', model_id, case field when 'released_on' then 'released_precision' else 'knowledge_cutoff_precision' end, claim_id, 'derived: length of the printed date'
    from evidence.model_choices
    where field in ('released_on', 'knowledge_cutoff_on')
),

statuses as (
    select 'core.models', models.model_id, 'status', coalesce(shutdown.claim_id, said.claim_id, anchors.claim_id), 'derived: shutdown day, else the word of the best source, else sold or not'
    from core.models as models
    join anchors using (model_id)
    left join evidence.model_choices as shutdown
        on shutdown.model_id = models.model_id and shutdown.field = 'shutdown_on' and models.status = 'retired'
    left join evidence.model_choices as said
        on said.model_id = models.model_id and said.field = 'status'
),

tag_facts as (
    select model_id, claim_id
    from evidence.model_choices
    where field in ('product_type', 'context_tokens', 'open_weights')
    union all
    select model_id, claim_id
    from core.capabilities
    where status = 'yes' and capability in ('vision', 'reasoning', 'function_calling', 'tool_use', 'structured_outputs')
    union all
    select model_id, claim_id
    from anchors
),

tags as (
    select 'core.models', model_id, unnest(['best_for', 'decision_fit']), claim_id, 'derived: product type, context and capabilities, see core/models.sql'
    from tag_facts
),

offer_cells as (
    select 'core.offers', offer_id, field, claim_id, rule
    from evidence.offer_choices
    where field != 'price_status'
),

offer_keys as (
    select
        'core.offers',
        offer_id,
        unnest(['offer_id', 'model_id', 'provider_id', 'via', 'variant', 'price_status', 'is_confirmed', 'first_seen_at', 'last_reviewed_at', 'region', 'quantization']),
        claim_id,
        'derived: the listing under this route'
    from evidence.offer_choices
    where field = 'route_id'
),

offer_status as (
    select 'core.offers', offer_id, 'price_status', claim_id, 'derived: what a source says of its price'
    from evidence.offer_choices
    where field = 'price_status'
),

offer_rates as (
    select 'core.offers', prices.offer_id, prices.meter || '_usd_per_mtok', prices.claim_id, 'seller, else nearest authority'
    from core.prices as prices
    where prices.is_plain
),

cells as (
    select * from model_cells
    union all select * from identity_cells
    union all select * from named_by_slug
    union all select * from types_by_price
    union all select * from license_names
    union all select * from second_words
    union all select * from types_by_output
    union all select * from types_by_name
    union all select * from fact_summaries
    union all select * from summaries_of_nothing
    union all select * from precisions
    union all select * from statuses
    union all select * from tags
    union all select * from offer_cells
    union all select * from offer_keys
    union all select * from offer_status
    union all select * from offer_rates
)

select table_name, row_id, field, claim_id, min(rule) as rule
from cells
where claim_id is not null
group by table_name, row_id, field, claim_id
