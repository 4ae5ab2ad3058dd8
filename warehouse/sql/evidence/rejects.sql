-- evidence.rejects
-- grain: one value refused, by one rule
-- The sanity gate. A value here stays out of core until its source or our reading of it changes.
--   zero_unsaid            0 from someone who neither sells it nor says it is free: it may mean unknown
--   range                  above any token price ever published, by an order of magnitude
--   cache_read_above_input reading from cache dearer than not caching, in the words of one source
--   sibling_ratio          twenty times above or below the median of all who price this model and meter
with text_quotes as (
    select * from evidence.quotes where unit = 'mtok' and currency = 'USD' and provider_kind != 'plan'
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

broken as (
    select claim_id, 'zero_unsaid' as rule, 'a price of 0 that no source calls free' as detail
    from evidence.quotes
    where amount = 0 and not is_seller and authority != 'host' and offer_id not in (select offer_id from free_offers)
    union all
    select claim_id, 'zero_unsaid', 'a listing of 0 without the word free'
    from evidence.quotes
    where
        amount = 0
        and is_seller
        and authority in ('gateway', 'host via gateway')
        and unit = 'mtok'
        and offer_id not in (select offer_id from free_offers)
    union all
    select claim_id, 'range', plain_number(amount) || ' USD per million tokens'
    from text_quotes
    where
        (meter in ('input', 'cache_read', 'cache_write') and amount > 1000)
        or (meter = 'output' and amount > 3000)
    union all
    select reads.claim_id, 'cache_read_above_input', plain_number(reads.amount) || ' to read from cache, ' || plain_number(inputs.amount) || ' for input'
    from text_quotes as reads
    join text_quotes as inputs
        on inputs.source_id = reads.source_id
        and inputs.offer_id = reads.offer_id
        and inputs.condition = reads.condition
        and inputs.meter = 'input'
    where reads.meter = 'cache_read' and inputs.amount > 0 and reads.amount > inputs.amount
    group by all
    union all
    select text_quotes.claim_id, 'sibling_ratio', plain_number(text_quotes.amount) || ' where the median of ' || medians.voices || ' is ' || round(medians.middle, 6)
    from text_quotes
    join medians using (model_id, meter, condition)
    where
        medians.voices >= 3
        and text_quotes.amount > 0
        and not text_quotes.is_seller
        and (text_quotes.amount > medians.middle * 20 or text_quotes.amount * 20 < medians.middle)
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
group by all
