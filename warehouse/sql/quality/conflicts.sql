-- quality.conflicts
-- grain: one losing claim about one cell
-- Among gateways' hosts and communities only those that speak of the same cell count; agreement is not listed.
-- The class of a price is that of evidence.price_disputes (a zero against an amount is a disagreement; what lost with its
-- tariff, by hours and lengths its voice does not know, is of other terms). Of a fact it is the
-- first that fits of: rounding (a number within five per cent, a day within three), unit_error, stale (once said of the same
-- field), other_terms (a seller's own limit, a variant's fact), identity_doubt (a name understood by more than its
-- spelling), disagreement.
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
        and rivals.attribute = case choices.field when 'architecture_name' then 'architecture' else choices.field end
    where
        rivals.condition = ''
        and rivals.value != choices.value
        and choices.field not in ('name', 'family', 'status', 'architecture')
        and not starts_with(choices.rule, 'derived')
        and not (
            -- words and a type of code are two names of one design unless they tell two kinds
            choices.field = 'architecture_name'
            and coalesce(
                kind_told(choices.value) = kind_told(rivals.value),
                (kind_told(choices.value) is null) != (kind_told(rivals.value) is null)
            )
        )
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

sold as materialized (
    select *, bought_as(condition) as bought
    from core.prices
),

asked as materialized (
    -- prices no tariff has; two anti joins, for one with an `or` compares every row with every other
    select quotes.*, bought_as(quotes.condition) as bought
    from evidence.quotes as quotes
    anti join sold as known
        on known.offer_id = quotes.offer_id
        and known.meter = quotes.meter
        and known.unit = quotes.unit
        and known.currency = quotes.currency
        and known.condition = quotes.condition
    anti join sold as alike
        on alike.offer_id = quotes.offer_id
        and alike.meter = quotes.meter
        and alike.unit = quotes.unit
        and alike.currency = quotes.currency
        and alike.bought = bought_as(quotes.condition)
        and alike.amount = quotes.amount
    where quotes.provider_kind != 'plan'
),

tariff_rivals as (
    -- said under a condition that the one voice of a tariff does not know (core.prices)
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
        'a tariff is one voice''s' as rule
    from asked as rivals
    join sold as prices
        on prices.offer_id = rivals.offer_id
        and prices.meter = rivals.meter
        and prices.unit = rivals.unit
        and prices.currency = rivals.currency
        and prices.bought = rivals.bought
    qualify row_number() over (
        partition by rivals.claim_id
        order by prices.voice, not prices.is_in_force, prices.condition
    ) = 1
),

rivals as (
    select * from model_rivals
    union all
    select * from capability_rivals
    union all
    select * from price_rivals
    union all
    select * from tariff_rivals
),

disputes as (
    select claim_id, other_claim_id, class from evidence.price_disputes
    union all
    select other_claim_id, claim_id, class from evidence.price_disputes
),

past_facts as (
    select distinct subjects.model_id, claims.attribute as field, claims.value
    from evidence.folded_claims as claims
    join evidence.subjects as subjects
        on subjects.source_id = claims.source_id
        and subjects.subject = claims.subject
    where claims.superseded_at is not null and subjects.model_id is not null
),

measured as (
    select
        rivals.*,
        try_cast(rivals.rival_value as double) / nullif(try_cast(rivals.chosen_value as double), 0) as ratio,
        abs(date_diff('day', day_of(rivals.chosen_value), day_of(rivals.rival_value))) as days_apart,
        disputes.class as price_class,
        past_facts.model_id is not null as is_past,
        standing.authority not in ('maker', 'curated') or standing.variant != '' as is_of_a_seller,
        standing.variant != '' as is_of_a_variant,
        aliases.rule not in ('grammar', 'alias') as is_doubtful
    from rivals
    join evidence.standing as standing
        on standing.claim_id = rivals.rival_claim_id
    join core.model_aliases as aliases
        on aliases.source_id = standing.source_id
        and aliases.subject = standing.subject
        and aliases.is_latest
    left join disputes
        on disputes.claim_id = rivals.chosen_claim_id
        and disputes.other_claim_id = rivals.rival_claim_id
    left join past_facts
        on rivals.subject_type = 'model'
        and past_facts.model_id = rivals.subject_id
        and past_facts.field = rivals.field
        and past_facts.value = rivals.rival_value
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
    cast(round(ratio, 6) as decimal(18, 6)) as ratio,
    rule,
    case
        when price_class is not null then price_class
        when rule = 'a tariff is one voice''s' then 'other_terms'
        when subject_type = 'offer' then 'disagreement'
        when ratio between 0.95 and 1.05 then 'rounding'
        when is_unit_error(ratio) then 'unit_error'
        when field in ('released_on', 'knowledge_cutoff_on', 'shutdown_on') and days_apart <= 3 then 'rounding'
        when is_past then 'stale'
        when field in ('context_tokens', 'max_output_tokens') and is_of_a_seller then 'other_terms'
        when is_of_a_variant then 'other_terms'
        when is_doubtful then 'identity_doubt'
        else 'disagreement'
    end as class
from measured
