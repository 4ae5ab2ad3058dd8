-- evidence.unsaid_lengths
-- grain: one source's prices of one offer that are not known to hold for long prompts
-- Silence is no statement. Where the tariff behind an offer asks another price of long prompts, a single price says
-- something of them only if its source has words for such tiers: it prints one for something the same seller sells.
-- Otherwise the price is taken for prompts up to that tariff's first step, and is unknown beyond.
-- Behind an offer stands the tariff of whoever serves it and of the gateway that resells it; and the maker's, unless a
-- host of open weights prices what it serves itself. What a maker's own page asks at its own outlet is the tariff, and no
-- silence about it. Where the seller itself prints a step for the model, nobody else's single price of a snapshot or mode
-- of it at the same outlet says that this one has none.
with steps as (
    select
        prices.offer_id,
        offers.model_id,
        offers.provider_id,
        offers.via,
        providers.lab_id is not distinct from models.lab_id and models.lab_id is not null as is_makers,
        quotes.is_seller,
        prices.tier_from_tokens,
        prices.claim_id
    from core.prices as prices
    join evidence.quotes as quotes using (claim_id)
    join core.offers as offers
        on offers.offer_id = prices.offer_id
    join core.models as models
        on models.model_id = offers.model_id
    join core.providers as providers
        on providers.provider_id = offers.provider_id
    where
        prices.unit = 'mtok'
        and prices.meter in ('input', 'output')
        and prices.tier_from_tokens > 1
        and prices.service_tier is null
        and prices.is_in_force
),

speakers as (
    -- who has words for the length of a prompt, of whose offers
    select distinct
        quotes.source_id,
        coalesce(offers.via, offers.provider_id) as seller_id
    from evidence.quotes as quotes
    join core.offers as offers using (offer_id)
    where coalesce(condition_part(quotes.condition, 'context_from'), condition_part(quotes.condition, 'context_to')) is not null
),

single as (
    -- what a source says of an offer without a word on length
    select
        prices.offer_id,
        prices.source_id,
        offers.model_id,
        offers.provider_id,
        offers.via,
        quotes.is_seller,
        speakers.source_id is not null as has_words,
        quotes.authority = 'maker' and quotes.is_seller as is_makers_word,
        models.open_weights is distinct from true
            or providers.lab_id is not distinct from models.lab_id
            or providers.kind in ('gateway', 'reseller') as is_the_makers_to_price
    from core.prices as prices
    join evidence.quotes as quotes using (claim_id)
    join core.offers as offers
        on offers.offer_id = prices.offer_id
    join core.models as models
        on models.model_id = offers.model_id
    join core.providers as providers
        on providers.provider_id = offers.provider_id
    left join speakers
        on speakers.source_id = prices.source_id
        and speakers.seller_id = coalesce(offers.via, offers.provider_id)
    where prices.unit = 'mtok' and prices.meter in ('input', 'output')
    group by all
    having count(prices.tier_from_tokens) + count(prices.tier_to_tokens) = 0
)

select
    single.offer_id,
    single.source_id,
    steps.tier_from_tokens - 1 as said_to_tokens,
    steps.offer_id as tiered_offer_id,
    steps.claim_id as tier_claim_id
from single
join steps
    on steps.model_id = single.model_id
    and steps.offer_id != single.offer_id
where
    not single.is_makers_word
    and case
        when single.has_words
            then steps.is_seller
                and not single.is_seller
                and steps.provider_id = single.provider_id
                and steps.via is not distinct from single.via
        else (steps.is_makers and single.is_the_makers_to_price)
            or (steps.via is null and (steps.provider_id = single.provider_id or steps.provider_id is not distinct from single.via))
    end
qualify row_number() over (
    partition by single.offer_id, single.source_id
    order by steps.tier_from_tokens, steps.is_makers desc, steps.is_seller desc, steps.via is not null, steps.offer_id, steps.claim_id
) = 1
