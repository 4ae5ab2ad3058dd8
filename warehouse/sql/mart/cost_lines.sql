-- mart.cost_lines
-- grain: one line of what one workload costs a month at one offer
-- The arithmetic, line by line: so many million tokens at such a price. An offer carries a workload when its model writes
-- text and is no embedder, classifier or the like; when nothing speaks against it (mart.uncosted_offers); and when one
-- source gives both its input and its output price for prompts of that length today. A price without tiers is taken for as
-- long a prompt as it is known for (evidence.unsaid_lengths). Free routes carry none: their quotas are not made for one.
-- Which price applies: the tier of the prompt's length (a tier that charges only the tokens beyond its edge is averaged over
-- the prompt); a batch price where the workload may use one; prices of certain hours averaged over the week, except that a
-- batch chooses the cheapest hours. An outlet that prices by region and kind of deployment is bought in its cheapest one.
-- Cached tokens are charged as input where no price for reading them is known, written ones where none for writing is.
-- A price the workload has no tokens for stands as a line of 0 tokens: it is known, and costs nothing.
with applicable as (
    select
        prices.*,
        workloads.workload_id,
        workloads.prompt_tokens,
        workloads.service_tier = 'batch' as is_batch,
        coalesce('region=' || condition_part(prices.condition, 'region') || ' ', '')
            || coalesce('mode=' || condition_part(prices.condition, 'mode') || ' ', '') as place,
        coalesce(prices.utc_window, '') || ' ' || coalesce(condition_part(prices.condition, 'utc_days'), '') as hours,
        minutes_of_week(prices.utc_window, condition_part(prices.condition, 'utc_days')) as minutes
    from core.prices as prices
    cross join core.workloads as workloads
    left join evidence.unsaid_lengths as unsaid
        on unsaid.offer_id = prices.offer_id
        and unsaid.source_id = prices.source_id
    where
        prices.usd is not null
        and coalesce(unsaid.said_to_tokens >= workloads.prompt_tokens, true)
        and prices.unit = 'mtok'
        and prices.meter in ('input', 'output', 'cache_read', 'cache_write')
        and (prices.service_tier is null or (prices.service_tier = 'batch' and workloads.service_tier = 'batch'))
        and coalesce(prices.cache_ttl = '5m', true)
        and prices.is_in_force
        and list_filter(
            string_split(prices.condition, '; '),
            lambda part: part != '' and not regexp_matches(
                part,
                '^(context_from|context_to|tier_scope|service_tier|effective_from|effective_to|utc_window|utc_days|cache_ttl|region|mode)='
            )
        ) = []
),

tiered as (
    select *
    from applicable
    where coalesce(tier_from_tokens <= prompt_tokens, true) and coalesce(tier_to_tokens >= prompt_tokens, true)
    qualify
        row_number() over (
            partition by offer_id, source_id, workload_id, meter, place, hours
            order by
                service_tier is not null desc,
                tier_from_tokens desc nulls last,
                tier_to_tokens nulls last,
                effective_from desc nulls last,
                effective_to nulls last,
                cache_ttl nulls last,
                claim_id
        ) = 1
        -- a batch price holds at all hours, whatever standard prices those hours have
        and (service_tier is not null) = bool_or(service_tier is not null) over (
            partition by offer_id, source_id, workload_id, meter, place
        )
),

marginal as (
    select
        tiered.claim_id,
        tiered.workload_id,
        cast(
            sum(
                tiers.usd * cast(
                    greatest(
                        least(coalesce(tiers.tier_to_tokens, tiered.prompt_tokens), tiered.prompt_tokens)
                        - greatest(coalesce(tiers.tier_from_tokens - 1, 0), 0),
                        0
                    )
                    as integer
                )
            ) / tiered.prompt_tokens
            as decimal(24, 12)
        ) as usd
    from tiered
    join applicable as tiers
        on tiers.offer_id = tiered.offer_id
        and tiers.source_id = tiered.source_id
        and tiers.workload_id = tiered.workload_id
        and tiers.meter = tiered.meter
        and tiers.place = tiered.place
        and tiers.hours = tiered.hours
        and tiers.service_tier is not distinct from tiered.service_tier
        and tiers.tier_scope is not distinct from 'marginal'
    where tiered.tier_scope = 'marginal' and tiered.meter != 'output'
    group by tiered.claim_id, tiered.workload_id, tiered.prompt_tokens
),

rated as (
    select
        tiered.* exclude (usd),
        coalesce(marginal.usd, tiered.usd) as rate
    from tiered
    left join marginal using (claim_id, workload_id)
),

around_the_week as (
    -- one rate a meter over all hours: those named, and for the rest the rate without hours; all hours must be covered
    select
        offer_id,
        source_id,
        workload_id,
        meter,
        place,
        '' as schedule,
        case
            when bool_and(hours = ' ') then max(rate)
            else cast(
                (
                    sum(rate * minutes) filter (where hours != ' ')
                    + coalesce(max(rate) filter (where hours = ' '), 0) * cast(10080 - sum(minutes) filter (where hours != ' ') as integer)
                ) / case when bool_or(hours = ' ') then 10080 else sum(minutes) end
                as decimal(24, 12)
            )
        end as rate,
        bool_and(is_confirmed) as is_confirmed,
        min(voice) as voice,
        list_sort(list(claim_id)) as claim_ids,
        string_agg(distinct nullif(condition, ''), ' | ' order by nullif(condition, '')) as conditions
    from rated
    group by offer_id, source_id, workload_id, meter, place
    having
        coalesce(sum(minutes) filter (where hours != ' '), 0) <= 10080
        and (bool_or(hours = ' ') or sum(minutes) filter (where hours != ' ') >= 10070)
),

in_chosen_hours as (
    select
        rated.offer_id,
        rated.source_id,
        rated.workload_id,
        rated.meter,
        rated.place,
        rated.hours as schedule,
        rated.rate,
        rated.is_confirmed,
        rated.voice,
        [rated.claim_id] as claim_ids,
        nullif(rated.condition, '') as conditions
    from rated
    where rated.is_batch and rated.hours != ' '
),

rates as (
    select * from around_the_week
    union all
    select * from in_chosen_hours
),

ways as (
    -- one way to buy: a source's words on an offer, a place and hours that give both an input and an output price
    select
        offer_id,
        source_id,
        workload_id,
        place,
        schedule,
        max(rate) filter (where meter = 'input') as input_usd,
        max(rate) filter (where meter = 'output') as output_usd,
        max(rate) filter (where meter = 'cache_read') as cache_read_usd,
        max(rate) filter (where meter = 'cache_write') as cache_write_usd,
        min(voice) as voice
    from rates
    group by offer_id, source_id, workload_id, place, schedule
    having input_usd > 0 and output_usd > 0
),

lines as (
    select
        ways.offer_id,
        ways.source_id,
        ways.workload_id,
        ways.place,
        ways.schedule,
        ways.voice,
        kinds.line,
        case
            when kinds.line = 'cache_read' and ways.cache_read_usd is null then 'input'
            when kinds.line = 'cache_write' and coalesce(ways.cache_write_usd, 0) = 0 then 'input'
            else kinds.line
        end as meter,
        cast(
            case kinds.line
                when 'input' then workloads.input_mtok * (1 - workloads.cached_share - workloads.written_share)
                when 'cache_read' then workloads.input_mtok * workloads.cached_share
                when 'cache_write' then workloads.input_mtok * workloads.written_share
                else workloads.output_mtok
            end
            as decimal(24, 12)
        ) as mtok
    from ways
    join core.workloads as workloads using (workload_id)
    cross join (values ('input'), ('cache_read'), ('cache_write'), ('output')) as kinds (line)
),

told as (
    select
        lines.*,
        rates.rate as usd_per_mtok,
        lines.mtok * rates.rate as usd,
        rates.is_confirmed,
        rates.claim_ids,
        rates.conditions
    from lines
    join rates
        on rates.offer_id = lines.offer_id
        and rates.source_id = lines.source_id
        and rates.workload_id = lines.workload_id
        and rates.place = lines.place
        and rates.schedule = lines.schedule
        and rates.meter = lines.meter
    where lines.mtok > 0 or lines.meter = lines.line
),

chosen as (
    select offer_id, source_id, workload_id, place, schedule
    from told
    group by offer_id, source_id, workload_id, place, schedule
    qualify row_number() over (
        partition by offer_id, workload_id
        order by bool_and(is_confirmed) filter (where mtok > 0) desc, min(voice), sum(usd), place, schedule, source_id
    ) = 1
)

select
    told.offer_id,
    told.workload_id,
    offers.model_id,
    told.line,
    told.meter,
    told.mtok,
    told.usd_per_mtok,
    cast(told.usd as decimal(18, 6)) as usd,
    coalesce(told.conditions, '') as condition,
    told.is_confirmed,
    told.claim_ids
from told
join chosen using (offer_id, source_id, workload_id, place, schedule)
join core.offers as offers using (offer_id)
join core.models as models
    on models.model_id = offers.model_id
anti join mart.uncosted_offers as uncosted
    on uncosted.offer_id = told.offer_id
    and uncosted.workload_id = told.workload_id
where
    offers.price_status = 'priced'
    and writes_text(models.product_type, models.output_modalities)
    and not list_contains(string_split(offers.variant, ';'), 'free')
