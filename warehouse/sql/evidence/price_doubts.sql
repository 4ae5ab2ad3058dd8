-- evidence.price_doubts
-- grain: one thing that speaks against one price claim
-- What every rule of the sanity gate but `jump` finds, of the prices that stand and of those that stood before a standing
-- one in a place whose price once moved tenfold: a value refused is nothing to compare the next one with. Only what stands
-- is a voice. Whom evidence.refusals lets through after all is decided there; the thresholds are the price gate's of
-- reference/rules.yaml.
with turned as (
    select source_id, subject
    from evidence.prices_said
    where amount > 0
    group by source_id, scope, subject, meter, unit, currency, condition
    having is_jump(max(amount), min(amount))
),

judged as (
    select said.*, kin_of(said.model_id) as family
    from evidence.prices_said as said
    where superseded_at is null or (source_id, subject) in (select (source_id, subject) from turned)
),

token_prices as (
    select *
    from judged
    where unit = 'mtok' and amount > 0 and provider_kind != 'plan'
),

text_prices as (
    select *
    from token_prices
    where currency = 'USD'
),

voices as (
    select distinct
        model_id,
        family,
        meter,
        condition,
        publisher,
        offer_id,
        amount,
        is_seller,
        is_maker
    from text_prices
    where superseded_at is null and not is_beyond_all_prices(meter, amount)
),

markets as (
    -- what all ask for one model and meter on the same terms, at whatever offer
    select
        model_id,
        meter,
        condition,
        count(*) as voices,
        list_sort(list(publisher)) as publishers,
        list_sort(list(amount)) as amounts,
        min(amount) filter (where is_maker) as makers_least,
        max(amount) filter (where is_maker) as makers_most,
        bool_or(is_seller) as seller_speaks
    from voices
    group by model_id, meter, condition
),

compared as (
    -- a voice leaves one fewer others; a price of the past is none
    select
        prices.*,
        markets.* exclude (model_id, meter, condition, voices, publishers),
        markets.voices - (prices.superseded_at is null)::int as others,
        len(list_distinct(list_filter(markets.publishers, lambda each: each != prices.publisher))) as rivals,
        len(list_filter(markets.publishers, lambda each: each = prices.publisher)) > (prices.superseded_at is null)::int as speaks_elsewhere,
        amounts[(markets.voices + 1) // 2] as lower_middle,
        amounts[markets.voices // 2 + 1] as upper_middle,
        case when prices.superseded_at is null and prices.amount = amounts[1] then amounts[2] else amounts[1] end as least,
        case when prices.superseded_at is null and prices.amount = amounts[-1] then amounts[-2] else amounts[-1] end as most,
        most <= least * threshold('agreement_factor') and rivals + speaks_elsewhere::int >= 2 as others_agree,
        coalesce(not is_jump(prices.amount, makers_least) or not is_jump(prices.amount, makers_most), false) as is_as_the_maker,
        plain_number(prices.amount) || ' where ' || others || ' others ask '
            || case when least = most then '' else plain_number(least) || ' to ' end || plain_number(most) as words
    from text_prices as prices
    join markets using (model_id, meter, condition)
    where others > 0
),

families as (
    select
        family,
        meter,
        publisher,
        min(amount) as least,
        max(amount) as most
    from voices
    where condition = ''
    group by family, meter, publisher
),

kin as (
    -- what the other models of the family cost in the middle, whoever sells them
    select
        compared.claim_id,
        median(voices.amount) as middle
    from compared
    join voices
        on voices.family = compared.family
        and voices.meter = compared.meter
        and voices.condition = compared.condition
        and voices.model_id != compared.model_id
    where compared.others = 1 and is_unit_apart(compared.amount / compared.least)
    group by compared.claim_id
),

sellers_models as (
    select publisher, family, model_id, meter, condition, min(amount) as least, max(amount) as most
    from voices
    where is_seller
    group by publisher, family, model_id, meter, condition
),

siblings as (
    -- what a seller asks for its other models of the family
    select
        own.publisher,
        own.model_id,
        own.meter,
        own.condition,
        'USD' as currency,
        count(*) as models,
        min(other.least) as least,
        max(other.most) as most
    from sellers_models as own
    join sellers_models as other
        on other.publisher = own.publisher
        and other.family = own.family
        and other.meter = own.meter
        and other.condition = own.condition
        and other.model_id != own.model_id
    group by own.publisher, own.model_id, own.meter, own.condition
),

sellers_prices as (
    select
        prices.*,
        siblings.models as siblings,
        siblings.least as siblings_least,
        siblings.most as siblings_most
    from token_prices as prices
    left join siblings
        on siblings.currency = prices.currency
        and siblings.publisher = prices.publisher
        and siblings.model_id = prices.model_id
        and siblings.meter = prices.meter
        and siblings.condition = prices.condition
    where prices.is_seller
),

ties as (
    -- two prices that a seller prints for one offer at one time
    select
        one.claim_id,
        other.claim_id as other_claim_id,
        one.amount / other.amount as ratio,
        case
            when one.condition = other.condition and other.meter = 'input' and one.meter = 'output' then 'output to input'
            when one.condition = other.condition and other.meter = 'input' and one.meter = 'cache_read' then 'cache read to input'
            when one.meter = 'cache_write' and other.meter = 'input' and without_part(one.condition, 'cache_ttl') = other.condition
                then 'cache write to input'
            when one.meter = other.meter and contains(one.condition, 'service_tier=batch')
                and without_part(one.condition, 'service_tier') = other.condition
                then 'batch to standard'
            when one.meter = other.meter and other.condition = '' and one.condition != '' then 'other terms to plain'
        end as words
    from sellers_prices as one
    join sellers_prices as other
        on other.source_id = one.source_id
        and other.offer_id = one.offer_id
        and other.currency = one.currency
        and other.claim_id != one.claim_id
        and other.first_seen_at < coalesce(one.superseded_at, 'infinity')
        and one.first_seen_at < coalesce(other.superseded_at, 'infinity')
),

bounded as (
    select ties.*, not ties.ratio between bounds.least and bounds.most as is_broken
    from ties
    join page_bounds() as bounds using (words)
),

tied as (
    select claim_id, other_claim_id, ratio, words, is_broken
    from bounded
    union all
    select other_claim_id, claim_id, ratio, words, is_broken
    from bounded
),

doubted as (
    select *
    from sellers_prices
    where
        claim_id in (select claim_id from tied where is_broken)
        or (siblings >= 2 and is_far(amount, siblings_least, siblings_most))
),

echoes as (
    -- how near the nearest price is that another publisher prints for the same model and meter on the same terms
    select
        doubted.claim_id,
        min(greatest(voices.amount / doubted.amount, doubted.amount / voices.amount)) as nearest
    from doubted
    join voices
        on doubted.currency = 'USD'
        and voices.model_id = doubted.model_id
        and voices.meter = doubted.meter
        and voices.condition = doubted.condition
        and voices.publisher != doubted.publisher
    group by doubted.claim_id
),

turns as (
    -- what came after another value in its place, and far from it
    select distinct doubted.claim_id
    from doubted
    join token_prices as before
        on before.source_id = doubted.source_id
        and before.scope = doubted.scope
        and before.subject = doubted.subject
        and before.currency = doubted.currency
        and before.meter = doubted.meter
        and before.condition = doubted.condition
        and before.superseded_at = doubted.first_seen_at
    where is_jump(doubted.amount, before.amount)
),

broken_and_kept as (
    select
        claim_id,
        count(*) filter (where is_broken) - count(*) filter (where not is_broken) as ties
    from tied
    group by claim_id
),

weighed as (
    -- how much speaks against a price: the ties it breaks less those it keeps, what others ask, its siblings, its past
    select
        doubted.*,
        echoes.nearest,
        coalesce(broken_and_kept.ties, 0)
            + case when echoes.nearest <= threshold('echo_factor') then -1 when echoes.nearest > threshold('jump_factor') then 1 else 0 end
            + case
                when doubted.amount between doubted.siblings_least and doubted.siblings_most then -1
                when is_jump(doubted.amount, doubted.siblings_least) and is_jump(doubted.amount, doubted.siblings_most) then 1
                else 0
            end
            + case when turns.claim_id is null then 0 else 1 end as weight
    from doubted
    left join broken_and_kept using (claim_id)
    left join echoes using (claim_id)
    left join turns using (claim_id)
),

zeros as (
    select
        claim_id,
        'zero_unsaid' as rule,
        case when is_seller then 'a listing of 0 without the word free' else 'a price of 0 that no source calls free' end as detail
    from judged
    where
        is_unsaid_zero(amount, unit, authority, is_seller)
        and offer_id not in (
            select subjects.offer_id
            from evidence.folded_claims as claims
            join evidence.subjects as subjects
                on subjects.source_id = claims.source_id
                and subjects.subject = claims.subject
            where
                claims.attribute = 'price_status'
                and claims.value = 'free'
                and claims.superseded_at is null
                and subjects.offer_id is not null
        )
),

beyond_all_prices as (
    select claim_id, 'range', plain_number(amount) || ' USD per million tokens'
    from text_prices
    where is_beyond_all_prices(meter, amount)
),

units_of_many as (
    -- a seller yields to two publishers, a maker to two who agree
    select claim_id, 'unit', words
    from compared
    where
        others >= 2
        and not is_as_the_maker
        and is_unit_error_of(meter, amount / lower_middle)
        and is_unit_error_of(meter, amount / upper_middle)
        and (not is_seller or rivals >= 2)
        and (not is_maker or (is_unit_error_of(meter, amount / least) and is_unit_error_of(meter, amount / most)))
),

units_of_two as (
    -- of two voices that can only be one the seller's stands, else the one nearer to its family, else neither
    select compared.claim_id, 'unit', plain_number(compared.amount) || ' where the only other voice says ' || plain_number(compared.least)
    from compared
    left join kin using (claim_id)
    where
        compared.others = 1
        and compared.rivals = 1
        and not compared.is_maker
        and is_unit_apart(compared.amount / compared.least)
        and case
            when compared.is_seller then coalesce(is_farther(compared.amount, compared.least, kin.middle), false)
            when compared.seller_speaks then is_unit_error_of(compared.meter, compared.amount / compared.least)
            else not coalesce(is_farther(compared.least, compared.amount, kin.middle), false)
        end
),

ratios as (
    select claim_id, 'sibling_ratio', words
    from compared
    where
        others >= 2
        and not is_seller
        and not is_as_the_maker
        and (
            amount >= upper_middle * ratio_bound(meter, others_agree)
            or amount * ratio_bound(meter, others_agree) <= lower_middle
        )
),

family_ratios as (
    select
        prices.claim_id,
        'family_ratio',
        plain_number(prices.amount) || ' where others price ' || prices.family || ' from '
            || plain_number(min(families.least)) || ' to ' || plain_number(max(families.most))
    from text_prices as prices
    left join compared using (claim_id)
    join families
        on families.family = prices.family
        and families.meter = prices.meter
        and families.publisher != prices.publisher
        and families.family not in ('chat', 'text')
    where coalesce(compared.others, 0) < 2 and not prices.is_seller
    group by prices.claim_id, prices.amount, prices.family
    having count(*) >= 2 and is_far(prices.amount, min(families.least), max(families.most))
),

page_siblings as (
    select
        claim_id,
        'page_siblings',
        plain_number(amount) || ' where it asks ' || plain_number(siblings_least) || ' to ' || plain_number(siblings_most)
            || ' for its other ' || family || ' models'
    from weighed
    where siblings >= 2 and is_far(amount, siblings_least, siblings_most) and coalesce(nearest > threshold('echo_factor'), true)
),

page_ratios as (
    -- the one of the two with more against it, and both where nothing tells them apart
    select
        weighed.claim_id,
        'page_ratio',
        tied.words || ' is ' || plain_number(round(tied.ratio, 6)) || ' on its own page'
    from tied
    join weighed using (claim_id)
    join weighed as other
        on other.claim_id = tied.other_claim_id
    where tied.is_broken and weighed.weight >= other.weight and coalesce(weighed.nearest > threshold('echo_factor'), true)
),

makers_in_doubt as (
    select model_id, meter, condition
    from text_prices
    where
        is_maker
        and superseded_at is null
        and claim_id in (
            select claim_id from units_of_many
            union all
            select claim_id from page_siblings
            union all
            select claim_id from page_ratios
        )
),

units_of_the_maker as (
    select claim_id, 'unit_of_the_maker', plain_number(amount) || ' where its maker asks ' || plain_number(makers_least)
    from compared
    anti join makers_in_doubt using (model_id, meter, condition)
    where not is_maker and is_unit_error_of(meter, amount / makers_least) and is_unit_error_of(meter, amount / makers_most)
),

printed as (
    select *
    from text_prices
    where superseded_at is null
),

pairs as (
    select
        source_id,
        offer_id,
        condition,
        bool_or(is_seller) as is_seller,
        min(amount) filter (where meter = 'input') as input,
        min(amount) filter (where meter = 'output') as output
    from printed
    where meter in ('input', 'output')
    group by source_id, offer_id, condition
),

plain as (
    select source_id, offer_id, meter, min(amount) as amount
    from printed
    where condition = ''
    group by source_id, offer_id, meter
),

reads_above_input as (
    select
        printed.claim_id,
        'cache_read_above_input',
        plain_number(printed.amount) || ' to read from cache, ' || plain_number(pairs.input) || ' for input'
    from printed
    join pairs using (source_id, offer_id, condition)
    where printed.meter = 'cache_read' and printed.amount > pairs.input
),

outputs_below_input as (
    select
        printed.claim_id,
        'output_below_input',
        plain_number(pairs.output) || ' for output, ' || plain_number(pairs.input) || ' for input'
    from printed
    join pairs using (source_id, offer_id, condition)
    where
        printed.meter in ('input', 'output')
        and pairs.output < pairs.input
        and printed.offer_id not in (select offer_id from pairs where is_seller and output < input)
),

batches_above_standard as (
    select
        printed.claim_id,
        'batch_above_standard',
        plain_number(printed.amount) || ' in a batch, ' || plain_number(plain.amount) || ' at once'
    from printed
    join plain using (source_id, offer_id, meter)
    where printed.condition = 'service_tier=batch' and printed.amount > plain.amount and not printed.is_seller
),

tiers_below_base as (
    select
        printed.claim_id,
        'tier_below_base',
        plain_number(printed.amount) || ' for a long prompt, ' || plain_number(plain.amount) || ' for a short one'
    from printed
    join plain using (source_id, offer_id, meter)
    where
        regexp_matches(printed.condition, '^context_from=\d+(; context_to=\d+)?(; tier_scope=\w+)?$')
        and printed.amount < plain.amount
        and not printed.is_seller
),

placed as (
    -- between what and what the seller itself asks, where it prices by region or kind of deployment
    select
        offer_id,
        meter,
        unit,
        currency,
        min(amount) as least,
        max(amount) as most
    from judged
    where
        superseded_at is null
        and is_seller
        and amount > 0
        and regexp_full_match(condition, '((effective_from|mode|region)=[^;]*(; |$))*')
    group by offer_id, meter, unit, currency
    having bool_or(regexp_matches(condition, '(^|; )(mode|region)='))
),

not_the_sellers as (
    select
        judged.claim_id,
        'not_the_sellers',
        plain_number(judged.amount) || ', where the seller asks ' || plain_number(placed.least)
            || case when placed.most > placed.least then ' to ' || plain_number(placed.most) else '' end
    from judged
    join placed using (offer_id, meter, unit, currency)
    where
        judged.superseded_at is null
        and judged.condition = ''
        and judged.amount > 0
        and not judged.is_seller
        and judged.amount not between placed.least and placed.most
),

doubts as (
    select * from zeros
    union all
    select * from beyond_all_prices
    union all
    select * from units_of_many
    union all
    select * from units_of_two
    union all
    select * from ratios
    union all
    select * from family_ratios
    union all
    select * from page_siblings
    union all
    select * from page_ratios
    union all
    select * from units_of_the_maker
    union all
    select * from reads_above_input
    union all
    select * from outputs_below_input
    union all
    select * from batches_above_standard
    union all
    select * from tiers_below_base
    union all
    select * from not_the_sellers
)

select
    claim_id,
    rule,
    min(detail) as detail
from doubts
group by claim_id, rule
