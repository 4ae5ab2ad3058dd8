-- Macros every table's SQL shares: the readers of conditions, days and spellings. They live in the file, for analysts too.

create macro condition_part(conditions, part) as
    nullif(regexp_extract(conditions, '(?:^|; )' || part || '=([^;]+)', 1), '');

create macro day_of(printed) as
    try_cast(case length(printed) when 4 then printed || '-01-01' when 7 then printed || '-01' else printed end as date);

create macro precision_of(printed) as
    case length(printed) when 4 then 'year' when 7 then 'month' when 10 then 'day' end;

create macro provider_slug(printed) as
    coalesce(nullif(trim(regexp_replace(lower(printed), '[^a-z0-9.]+', '-', 'g'), '-.'), ''), 'unnamed');

create macro applies_to_a_short_prompt_today(conditions, moment) as
    coalesce(day_of(condition_part(conditions, 'effective_from')) <= cast(moment as date), true)
    and coalesce(day_of(condition_part(conditions, 'effective_to')) >= cast(moment as date), true)
    and list_filter(
        string_split(conditions, '; '),
        lambda part: part != '' and not regexp_matches(part, '^(context_to|tier_scope|effective_from|effective_to)=')
    ) = [];

create macro writes_text(product_type, output_modalities) as
    coalesce(product_type in ('chat', 'reasoning', 'coding', 'agent', 'search', 'base', 'router', 'translation'), true)
    and coalesce(output_modalities = ['text'], product_type is not null);

create macro product_type_in_name(slug) as
    case
        when regexp_matches(slug, '(^|[-.])(llama-?guard|guard|guardian|safeguard|shieldgemma|moderation|content-safety)') then 'safety_classifier'
        when regexp_matches(slug, '(^|[-.])rerank') then 'reranker'
        when regexp_matches(slug, '(^|[-.])embed') then 'embedding'
        when regexp_matches(slug, '(^|[-.])ocr') then 'ocr'
        when regexp_matches(slug, '(^|[-.])tts([-.]|$)') then 'speech'
        when regexp_matches(slug, '(^|[-.0-9])(coder|codex|codestral|devstral|starcoder)([-.0-9]|$)') then 'coding'
        when regexp_matches(slug, '(^|[-.])router([-.]|$)') then 'router'
        when regexp_matches(slug, '-base$') then 'base'
    end;

create macro architecture_of(printed) as
    -- what words say of a design, in the one vocabulary; null where they name no kind, or two that exclude each other
    case
        when regexp_matches(lower(printed), 'mamba|\bssm\b|state[- ]space')
            then case
                when regexp_matches(replace(lower(printed), 'attention-free', ''), 'transformer|attention|hybrid') then 'hybrid'
                else 'state_space'
            end
        when regexp_matches(lower(printed), '\bmoe\b|mixture[- ]of[- ]experts')
            then case when not regexp_matches(lower(printed), '\bdense\b') then 'mixture_of_experts' end
        when regexp_matches(lower(printed), 'diffusion|flow[- ]matching|rectified flow') then 'diffusion'
        when regexp_matches(lower(printed), '\bdense\b')
            and not regexp_matches(lower(printed), '\bdense (retriev|passage|vector|embedding)')
            then 'dense'
    end;

create macro design_name(printed) as
    -- a design's own name as its makers' code spells it: Qwen3MoeForCausalLM, qwen3_moe and "Qwen 3 MoE" are qwen3moe
    regexp_replace(
        regexp_replace(lower(printed), '[^a-z0-9]', '', 'g'),
        '(for(causallm|conditionalgeneration|sequenceclassification)|lmheadmodel|model|text)$',
        ''
    );

create macro architecture_of_design(printed) as
    -- designs of which every release that bears the name is of one kind; a design that comes in two kinds is in no line
    case
        when regexp_matches(
            design_name(printed),
            '^(jamba|zamba2?|bamba|nemotronh|falconh1|granite(moe)?hybrid|lfm2|recurrentgemma)$'
        ) then 'hybrid'
        when regexp_matches(design_name(printed), '^(falcon)?mamba2?$') then 'state_space'
        when regexp_matches(
            design_name(printed),
            '^(mixtral|dbrx|gptoss|llama4|deepseekv(2|3|32|4)|kimik2|[a-z]+[0-9]*(vl?|v[0-9])?moe)$'
        ) then 'mixture_of_experts'
        when regexp_matches(
            design_name(printed),
            '^(llama[123]?|mistral3?|ministral3?|gemma[123]?|qwen(2|25|3)?(vl)?|phi[23]?|smollm[123]?|seedoss|olmo[23]?|gpt2|gptj|gptneox|opt|bloom|mpt|starcoder2?|stablelm|cohere2?|granite|internlm[23]?|baichuan2?)$'
        ) then 'dense'
        when regexp_matches(design_name(printed), '^(stablediffusion(xl|3)?|sdxl|sd3|flux[12]?|llada(moe)?)$') then 'diffusion'
    end;

create macro says_experts(printed) as
    -- whether a name tells the active share or the number of experts: 30B-A3B, 8x7B, 17B-128E, MoE
    regexp_matches(lower(printed), '(^|[-_ /.:])(\d+x\d+(\.\d+)?b|a\d+(\.\d+)?b|\d+b-\d+e|moe)([-_ /.:]|$)');

create macro plain_name(printed) as
    trim(regexp_replace(regexp_replace(printed, '^[A-Z][^:]{1,30}: ', ''), ' \((free|latest|batch|beta)\)$', ''));

create macro is_askable(product_type, field) as
    -- whether a reader could ask for a field of this kind of product: nobody asks for an image model's tool use
    case
        when product_type in ('image', 'video', 'speech', 'music')
            then field not in ('context_tokens', 'max_output_tokens', 'knowledge_cutoff_on', 'monthly_cost')
                and field not in (
                    'capability/reasoning', 'capability/function_calling', 'capability/tool_use', 'capability/structured_outputs',
                    'capability/code_execution', 'capability/ide_integration', 'capability/computer_use', 'capability/parallel_agents'
                )
        when product_type in ('embedding', 'reranker', 'safety_classifier', 'reward', 'ocr')
            then field not in ('max_output_tokens', 'knowledge_cutoff_on', 'monthly_cost')
                and field not in (
                    'capability/reasoning', 'capability/function_calling', 'capability/tool_use', 'capability/structured_outputs',
                    'capability/code_execution', 'capability/ide_integration', 'capability/computer_use', 'capability/parallel_agents'
                )
        else true
    end;

create macro plain_number(amount) as
    rtrim(rtrim(cast(cast(amount as decimal(24, 12)) as varchar), '0'), '.');

create macro counted(number, word) as
    number || ' ' || word || case when number = 1 then '' else 's' end;

create macro decimals(number) as
    case when contains(number, '.') then cast(length(split_part(number, '.', 2)) as integer) else 0 end;

create macro is_rounding(one, other, shared_decimals) as
    one = other or (abs(one / other - 1) <= 0.05 and abs(one - other) <= 0.50001 * pow(10, -shared_decimals));

create macro is_unit_error(ratio) as
    list_filter([1e2, 1e3, 1e5, 1e6, 1e-3, 1e-5, 1e-6], lambda factor: ratio between factor * 0.7 and factor * 1.4) != [];

create macro hour_of(clock) as
    cast(split_part(clock, ':', 1) as double) + cast(split_part(clock, ':', 2) as double) / 60;

create macro is_unsaid_zero(amount, unit, authority, is_seller) as
    -- 0 where it may mean unknown: from a catalogue, or in a gateway's list; a maker or a host prints it as a price
    amount = 0 and case when is_seller then authority in ('gateway', 'host via gateway') and unit = 'mtok' else authority != 'host' end;

create macro is_beyond_all_prices(meter, amount) as
    -- US dollars per million tokens: above or below whatever a seller has ever printed, by far
    (regexp_matches(meter, '^(input|cache_read|cache_write)') and amount > 200)
    or (regexp_matches(meter, '^(output|reasoning_output)') and amount > 1000)
    or (amount > 0 and amount < 0.0005);

create macro share_of_week(utc_window, utc_days) as
    -- the share of all hours that a window (it may wrap midnight) on certain days covers; 1 without either
    coalesce(
        case
            when hour_of(split_part(utc_window, '-', 2)) > hour_of(split_part(utc_window, '-', 1))
                then hour_of(split_part(utc_window, '-', 2)) - hour_of(split_part(utc_window, '-', 1))
            else 24 + hour_of(split_part(utc_window, '-', 2)) - hour_of(split_part(utc_window, '-', 1))
        end / 24,
        1
    ) * coalesce(len(string_split(utc_days, ',')) / 7, 1);
