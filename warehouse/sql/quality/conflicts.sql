-- quality.conflicts
-- grain: one losing claim about one cell
-- Among gateways' hosts and communities only those that speak of the same cell count; agreement is not listed.
with model_rivals as (
    select
        'model' as subject_type,
        choices.model_id as subject_id,
        choices.field,
        choices.value as chosen_value,
        choices.claim_id as chosen_claim_id,
        choices.source_id as chosen_source_id,
        rivals.value as rival_value,
        rivals.claim_id as rival_claim_id,
        rivals.source_id as rival_source_id,
        choices.rule
    from evidence.model_choices as choices
    join evidence.standing as rivals
        on rivals.model_id = choices.model_id
        and rivals.attribute = choices.field
    where
        rivals.condition = ''
        and rivals.value != choices.value
        and choices.field not in ('name', 'family', 'status')
        and rivals.authority != 'host via gateway'
        and not (choices.field in ('released_on', 'knowledge_cutoff_on') and (starts_with(choices.value, rivals.value) or starts_with(rivals.value, choices.value)))
),

capability_rivals as (
    select
        'model' as subject_type,
        chosen.model_id as subject_id,
        'capability/' || chosen.capability as field,
        chosen.status as chosen_value,
        chosen.claim_id as chosen_claim_id,
        winners.source_id as chosen_source_id,
        case rivals.value when 'true' then 'yes' else 'no' end as rival_value,
        rivals.claim_id as rival_claim_id,
        rivals.source_id as rival_source_id,
        chosen.rule
    from core.capabilities as chosen
    join evidence.folded_claims as winners
        on winners.claim_id = chosen.claim_id
    join evidence.standing as rivals
        on rivals.model_id = chosen.model_id
        and rivals.attribute = 'capability/' || chosen.capability
    where rivals.condition = '' and rivals.value != winners.value
),

price_rivals as (
    select
        'offer' as subject_type,
        prices.offer_id as subject_id,
        prices.meter || '/' || prices.unit || case when prices.condition = '' then '' else ' [' || prices.condition || ']' end as field,
        plain_number(prices.amount) as chosen_value,
        prices.claim_id as chosen_claim_id,
        prices.source_id as chosen_source_id,
        plain_number(rivals.amount) as rival_value,
        rivals.claim_id as rival_claim_id,
        rivals.source_id as rival_source_id,
        case when prices.is_confirmed then 'confirmed' else 'nearest authority' end as rule
    from core.prices as prices
    join evidence.quotes as rivals
        on rivals.offer_id = prices.offer_id
        and rivals.meter = prices.meter
        and rivals.unit = prices.unit
        and rivals.currency = prices.currency
        and rivals.condition = prices.condition
    where rivals.amount != prices.amount
),

rivals as (
    select * from model_rivals
    union all
    select * from capability_rivals
    union all
    select * from price_rivals
)

select
    subject_type,
    subject_id,
    field,
    chosen_value,
    chosen_claim_id,
    chosen_source_id,
    rival_value,
    rival_claim_id,
    rival_source_id,
    cast(round(
        try_cast(rival_value as double) / nullif(try_cast(chosen_value as double), 0),
        6
    ) as decimal(18, 6)) as ratio,
    rule
from rivals
