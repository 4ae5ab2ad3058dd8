-- mart.uncosted_offers
-- grain: one priced offer that is not known to carry one workload
-- Why a workload costs nothing there that can be said: a prompt and its answer do not fit, or what so long a prompt costs
-- is not known. The window is the offer's own where its seller states it. A catalogue's word on it goes beyond the model's
-- window only where the offer's tariff has a price for prompts beyond that window. A longest prompt counts where the seller
-- states it, where no window is stated, or where it is what the window leaves beside the longest answer; one that is so at
-- the maker's outlet holds wherever the window is the model's. Where a tariff has a price for longer ones, none counts.
-- A limit nobody states excludes nothing.
with makers as (
    -- the longest prompt the maker's own outlet takes, where it is what the model's window leaves beside its longest answer
    select offers.model_id, min(offers.max_input_tokens) as prompt_tokens
    from core.offers as offers
    join core.models as models using (model_id)
    join core.providers as providers
        on providers.provider_id = offers.provider_id
    where
        offers.via is null
        and offers.variant = ''
        and providers.lab_id = models.lab_id
        and offers.max_input_tokens = models.context_tokens - models.max_output_tokens
    group by offers.model_id
),

limits as (
    select
        offers.offer_id,
        offers.model_id,
        offers.context_tokens as own_tokens,
        models.context_tokens as model_tokens,
        coalesce(windows.rule = 'seller', false) as is_sellers_word,
        offers.max_input_tokens as own_prompt_tokens,
        makers.prompt_tokens as makers_prompt_tokens,
        coalesce(prompts.rule = 'seller', false) as is_sellers_prompt,
        coalesce(offers.max_output_tokens, models.max_output_tokens) as answer_tokens
    from core.offers as offers
    join core.models as models using (model_id)
    left join makers using (model_id)
    left join evidence.offer_choices as windows
        on windows.offer_id = offers.offer_id
        and windows.field = 'context_tokens'
    left join evidence.offer_choices as prompts
        on prompts.offer_id = offers.offer_id
        and prompts.field = 'max_input_tokens'
    where
        offers.price_status = 'priced'
        and writes_text(models.product_type, models.output_modalities)
        and not list_contains(string_split(offers.variant, ';'), 'free')
),

steps as (
    select offer_id, max(tier_from_tokens) as last_step
    from core.prices
    where meter in ('input', 'output') and tier_from_tokens > 1 and is_in_force
    group by offer_id
),

windowed as (
    select
        limits.*,
        steps.last_step,
        case
            when limits.own_tokens > limits.model_tokens
                and not limits.is_sellers_word
                and coalesce(steps.last_step <= limits.model_tokens, true)
                then limits.model_tokens
            else coalesce(limits.own_tokens, limits.model_tokens)
        end as context_tokens
    from limits
    left join steps using (offer_id)
),

held as (
    select
        *,
        case
            when last_step > least(own_prompt_tokens, makers_prompt_tokens) then null
            when is_sellers_prompt or coalesce(context_tokens - answer_tokens = own_prompt_tokens, context_tokens is null)
                then own_prompt_tokens
            when context_tokens = model_tokens then makers_prompt_tokens
        end as prompt_tokens
    from windowed
),

voices as (
    -- an offer of which one source says what long prompts cost is carried in that source's words
    select
        prices.offer_id,
        bool_and(unsaid.source_id is not null) as is_unsaid,
        min(unsaid.said_to_tokens) as said_to_tokens,
        arg_min(unsaid.tiered_offer_id, (unsaid.said_to_tokens, unsaid.source_id)) as tiered_offer_id,
        arg_min(unsaid.tier_claim_id, (unsaid.said_to_tokens, unsaid.source_id)) as tier_claim_id
    from core.prices as prices
    left join evidence.unsaid_lengths as unsaid
        on unsaid.offer_id = prices.offer_id
        and unsaid.source_id = prices.source_id
    where prices.unit = 'mtok' and prices.meter = 'input'
    group by prices.offer_id
),

judged as (
    select
        held.*,
        workloads.workload_id,
        workloads.prompt_tokens as asked_tokens,
        workloads.completion_tokens,
        voices.said_to_tokens,
        voices.tiered_offer_id,
        voices.tier_claim_id,
        case
            when held.context_tokens < workloads.prompt_tokens + workloads.completion_tokens then 'context_too_short'
            when held.prompt_tokens < workloads.prompt_tokens then 'prompt_too_long'
            when held.answer_tokens < workloads.completion_tokens then 'answer_too_short'
            when voices.is_unsaid and voices.said_to_tokens < workloads.prompt_tokens then 'long_prompts_unsaid'
        end as reason
    from held
    cross join core.workloads as workloads
    left join voices using (offer_id)
)

select
    judged.offer_id,
    judged.workload_id,
    judged.model_id,
    judged.reason,
    case judged.reason
        when 'context_too_short' then judged.context_tokens
        when 'prompt_too_long' then judged.prompt_tokens
        when 'answer_too_short' then judged.answer_tokens
        else judged.said_to_tokens
    end as limit_tokens,
    case judged.reason
        when 'context_too_short'
            then 'a window of ' || number_words(judged.context_tokens) || ' tokens is too small for a prompt of '
                || number_words(judged.asked_tokens) || ' and its answer of ' || number_words(judged.completion_tokens)
        when 'prompt_too_long'
            then 'prompts have ' || number_words(judged.prompt_tokens) || ' tokens at most, not ' || number_words(judged.asked_tokens)
        when 'answer_too_short'
            then 'answers have ' || number_words(judged.answer_tokens) || ' tokens at most, not '
                || number_words(judged.completion_tokens)
        else 'the price is a single one without a word on long prompts, for which ' || tiered_at.name || ' asks another from '
            || number_words(judged.said_to_tokens + 1) || ' tokens on'
    end as detail,
    case judged.reason when 'long_prompts_unsaid' then judged.tiered_offer_id end as tiered_offer_id,
    case judged.reason when 'long_prompts_unsaid' then judged.tier_claim_id end as tier_claim_id
from judged
left join core.offers as tiered
    on tiered.offer_id = judged.tiered_offer_id
left join core.providers as tiered_at
    on tiered_at.provider_id = tiered.provider_id
where judged.reason is not null
