-- evidence.rejects
-- grain: one value refused, by one rule
-- The sanity gate. A value here stays out of core until a second source or a person confirms it, its source mends it, or
-- our reading of it changes. A second source is one that copies neither and prices the same thing of the same model alike;
-- the seller's or maker's own word for that amount confirms it too; a person confirms it in reference/accepted_values.yaml.
--   zero_unsaid             0 from someone who neither sells it nor says it is free: it may mean unknown
--   range                   beyond any token price a seller has ever printed, by far, or below the smallest
--   unit                    a hundred, a thousand, … a million times what others say: cents, per thousand, per token
--   sibling_ratio           far above or below the median of all who price this model and meter
--   family_ratio            of a model few others price: far outside everything its family is sold at
--   cache_read_above_input  reading from cache dearer than not caching, in the words of one source
--   output_below_input      writing cheaper than reading, in the words of one source, where the seller does not say so
--   not_the_sellers         a plain price that the seller itself, who prices by region and deployment, asks nowhere
--   batch_above_standard    a batch dearer than the same requests at once, in the words of one source
--   tier_below_base         a long prompt's token cheaper than a short one's, in the words of one source
--   jump                    ten times more or less than the last value accepted in the same place, where the same source
--                           did not move the offer's other prices by less at the same moment: a lone jump, or all of
--                           them by one power of ten, is a slip; prices that move together, each its own way, are news
--   currency                US dollars from a catalogue, of a seller whose own prices are in another currency
--   zero_score              0 in a list that repeats others' results, of a benchmark on which others there score more
with other_scales as (
    -- what is no slip of digits but another scale: dollars where the seller asks euros, 0 where nothing was measured
    select
        quotes.claim_id,
        'currency' as rule,
        'printed in ' || quotes.currency || ', where the seller asks ' || sells.currency as detail
    from evidence.quotes as quotes
    join evidence.standing as standing using (claim_id)
    join core.provider_currencies as sells
        on sells.provider_id = standing.provider_id
        and sells.currency != quotes.currency
    where standing.via is null and not quotes.is_seller and starts_with(quotes.authority, 'community')

    union all

    select
        zeros.claim_id,
        'zero_score',
        '0, where the list gives others ' || plain_number(min(cast(others.value as decimal(24, 12)))) || ' and more'
    from evidence.standing as zeros
    join evidence.standing as others
        on others.source_id = zeros.source_id
        and others.attribute = zeros.attribute
        and others.unit = zeros.unit
        and try_cast(others.value as decimal(24, 12)) > 0
    where
        starts_with(zeros.attribute, 'benchmark/')
        and starts_with(zeros.authority, 'community')
        and zeros.kind != 'benchmark'
        and try_cast(zeros.value as decimal(24, 12)) = 0
    group by zeros.claim_id
),

text_quotes as (
    select
        quotes.*,
        regexp_extract(quotes.model_id, '^[a-z]+') as family
    from evidence.quotes as quotes
    where unit = 'mtok' and currency = 'USD' and provider_kind != 'plan'
),

free_offers as (
    select distinct offer_id
    from evidence.standing
    where attribute = 'price_status' and value = 'free'
),

medians as (
    select
        model_id,
        meter,
        condition,
        median(amount) as middle,
        count(distinct publisher || offer_id) as voices
    from text_quotes
    where amount > 0
    group by model_id, meter, condition
),

families as (
    select
        family,
        meter,
        publisher,
        min(amount) as least,
        max(amount) as most
    from text_quotes
    where amount > 0 and condition = ''
    group by family, meter, publisher
),

compared as (
    select
        text_quotes.*,
        medians.voices,
        medians.middle,
        text_quotes.amount / medians.middle as ratio,
        case when text_quotes.meter in ('cache_read', 'cache_write') then 100 else 25 end as bound
    from text_quotes
    join medians
        on medians.model_id = text_quotes.model_id
        and medians.meter = text_quotes.meter
        and medians.condition = text_quotes.condition
    where text_quotes.amount > 0
),

pairs as (
    select
        source_id,
        offer_id,
        condition,
        bool_or(is_seller) as is_seller,
        min(amount) filter (where meter = 'input') as input,
        min(amount) filter (where meter = 'output') as output
    from text_quotes
    where amount > 0 and meter in ('input', 'output')
    group by source_id, offer_id, condition
),

plain as (
    select source_id, offer_id, meter, min(amount) as amount
    from text_quotes
    where condition = '' and amount > 0
    group by source_id, offer_id, meter
),

placed as (
    -- between what and what the seller itself asks, over its regions and kinds of deployment
    select
        offer_id,
        meter,
        unit,
        currency,
        min(amount) as least,
        max(amount) as most
    from evidence.quotes
    where is_seller and amount > 0 and regexp_full_match(condition, '((effective_from|mode|region)=[^;]*(; |$))+')
    group by offer_id, meter, unit, currency
),

last_accepted as (
    -- what the same source said in the same place until the moment the standing claim began
    select
        standing.claim_id,
        standing.source_id,
        standing.scope,
        standing.subject,
        standing.first_seen_at,
        arg_max(cast(before.value as decimal(24, 12)), before.superseded_at) as amount
    from evidence.standing as standing
    join evidence.folded_claims as before
        on before.source_id = standing.source_id
        and before.scope = standing.scope
        and before.subject = standing.subject
        and before.attribute = standing.attribute
        and before.condition = standing.condition
        and before.unit = standing.unit
        and before.superseded_at <= standing.first_seen_at
    where starts_with(standing.attribute, 'price/')
    group by all
),

moves as (
    select
        last_accepted.*,
        quotes.amount as amount_now,
        quotes.amount > last_accepted.amount * 10 or quotes.amount * 10 < last_accepted.amount as is_jump
    from evidence.quotes as quotes
    join last_accepted using (claim_id)
    where quotes.amount > 0 and last_accepted.amount > 0
),

broken as (
    select
        claim_id,
        'zero_unsaid' as rule,
        case when is_seller then 'a listing of 0 without the word free' else 'a price of 0 that no source calls free' end as detail
    from evidence.quotes
    where is_unsaid_zero(amount, unit, authority, is_seller) and offer_id not in (select offer_id from free_offers)

    union all

    select claim_id, 'range', plain_number(amount) || ' USD per million tokens'
    from text_quotes
    where is_beyond_all_prices(meter, amount)

    union all

    select claim_id, 'unit', plain_number(amount) || ' where the median of ' || voices || ' is ' || plain_number(middle)
    from compared
    where
        voices >= 2
        and not is_seller
        and is_unit_error(ratio)

    union all

    select claim_id, 'sibling_ratio', plain_number(amount) || ' where the median of ' || voices || ' is ' || plain_number(middle)
    from compared
    where voices >= 3 and not is_seller and (ratio >= bound or ratio * bound <= 1)

    union all

    select
        compared.claim_id,
        'family_ratio',
        plain_number(compared.amount) || ' where others price ' || compared.family || ' from '
            || plain_number(min(families.least)) || ' to ' || plain_number(max(families.most))
    from compared
    join families
        on families.family = compared.family
        and families.meter = compared.meter
        and families.publisher != compared.publisher
        and families.family not in ('chat', 'text')
    where compared.voices < 3 and not compared.is_seller
    group by compared.claim_id, compared.amount, compared.family
    having
        count(*) >= 2
        and (compared.amount >= max(families.most) * 100 or compared.amount * 100 <= min(families.least))

    union all

    select reads.claim_id, 'cache_read_above_input', plain_number(reads.amount) || ' to read from cache, ' || plain_number(pairs.input) || ' for input'
    from text_quotes as reads
    join pairs
        on pairs.source_id = reads.source_id
        and pairs.offer_id = reads.offer_id
        and pairs.condition = reads.condition
    where reads.meter = 'cache_read' and reads.amount > pairs.input

    union all

    select text_quotes.claim_id, 'output_below_input', plain_number(pairs.output) || ' for output, ' || plain_number(pairs.input) || ' for input'
    from text_quotes
    join pairs
        on pairs.source_id = text_quotes.source_id
        and pairs.offer_id = text_quotes.offer_id
        and pairs.condition = text_quotes.condition
    where
        text_quotes.meter in ('input', 'output')
        and pairs.output < pairs.input
        and text_quotes.offer_id not in (select offer_id from pairs where is_seller and output < input)

    union all

    select quotes.claim_id, 'batch_above_standard', plain_number(quotes.amount) || ' in a batch, ' || plain_number(plain.amount) || ' at once'
    from text_quotes as quotes
    join plain
        on plain.source_id = quotes.source_id
        and plain.offer_id = quotes.offer_id
        and plain.meter = quotes.meter
    where quotes.condition = 'service_tier=batch' and quotes.amount > plain.amount and not quotes.is_seller

    union all

    select quotes.claim_id, 'tier_below_base', plain_number(quotes.amount) || ' for a long prompt, ' || plain_number(plain.amount) || ' for a short one'
    from text_quotes as quotes
    join plain
        on plain.source_id = quotes.source_id
        and plain.offer_id = quotes.offer_id
        and plain.meter = quotes.meter
    where
        regexp_matches(quotes.condition, '^context_from=\d+(; context_to=\d+)?(; tier_scope=\w+)?$')
        and quotes.amount > 0
        and quotes.amount < plain.amount
        and not quotes.is_seller

    union all

    select
        quotes.claim_id,
        'not_the_sellers',
        plain_number(quotes.amount) || ', where the seller asks ' || plain_number(placed.least)
            || case when placed.most > placed.least then ' to ' || plain_number(placed.most) else '' end
    from evidence.quotes as quotes
    join placed using (offer_id, meter, unit, currency)
    where
        quotes.condition = ''
        and quotes.amount > 0
        and not quotes.is_seller
        and quotes.amount not between placed.least and placed.most

    union all

    select moves.claim_id, 'jump', plain_number(moves.amount_now) || ' after ' || plain_number(moves.amount)
    from moves
    anti join moves as repriced
        on repriced.source_id = moves.source_id
        and repriced.scope = moves.scope
        and repriced.subject = moves.subject
        and repriced.first_seen_at = moves.first_seen_at
        and not repriced.is_jump
        and repriced.amount_now != repriced.amount
    where moves.is_jump

    union all

    select claim_id, rule, detail
    from other_scales
),

confirmed as (
    -- a second source that prices this model alike, or the word of whoever sells or makes it
    select broken.claim_id
    from broken
    join evidence.quotes as doubted using (claim_id)
    join evidence.quotes as others
        on others.model_id = doubted.model_id
        and others.meter = doubted.meter
        and others.unit = doubted.unit
        and others.currency = doubted.currency
        and others.condition = doubted.condition
        and others.amount = doubted.amount
        and others.publisher != doubted.publisher
        and not list_contains(others.copies, doubted.source_id)
        and not list_contains(doubted.copies, others.source_id)
    where broken.rule not in ('zero_unsaid', 'not_the_sellers', 'currency')

    union

    select quotes.claim_id
    from evidence.quotes as quotes
    join evidence.folded_claims as claims using (claim_id)
    join quality.accepted_values as accepted
        on accepted.source_id = claims.source_id
        and accepted.subject = claims.subject
        and accepted.attribute = claims.attribute
        and accepted.condition = claims.condition
        and accepted.value = claims.value
        and accepted.unit = claims.unit
)

select
    claims.claim_id,
    claims.source_id,
    claims.subject,
    claims.attribute,
    claims.condition,
    claims.printed_text,
    claims.value,
    claims.unit,
    broken.rule,
    min(broken.detail) as detail,
    claims.snapshot_sha256,
    claims.first_seen_at
from broken
join evidence.folded_claims as claims using (claim_id)
where claims.claim_id not in (select claim_id from confirmed)
group by all
