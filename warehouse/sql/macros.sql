-- Macros every table's SQL shares: the readers of conditions, days and spellings. They live in the file, for analysts too.

create macro utc_day(moment) as
    -- the day in UTC, whatever the session's time zone: a bare cast of an instant gives the day of whoever asks
    case
        when typeof(moment) = 'TIMESTAMP WITH TIME ZONE' then cast(timezone('UTC', cast(moment as timestamptz)) as date)
        else cast(moment as date)
    end;

create macro start_of_utc_day(day) as
    -- the instant at which a day begins in UTC
    timezone('UTC', cast(utc_day(day) as timestamp));

create macro kin_of(model_id) as
    -- the letters an id begins with: what a maker calls its models, whatever else it says of each
    regexp_extract(model_id, '^[a-z]+');

create macro condition_part(conditions, part) as
    nullif(regexp_extract(conditions, '(?:^|; )' || part || '=([^;]+)', 1), '');

create macro hangs_on(claimed_subject, claimed_attribute, claimed_locator, doubted_subject, doubted_attribute, doubted_within) as
    -- whether a fact that a page said before, and now says no more, may stand in a part of it that is in doubt
    (doubted_subject = '' or doubted_subject = claimed_subject)
    and (doubted_attribute = '' or doubted_attribute = claimed_attribute)
    and list_filter(doubted_within, lambda words: contains(claimed_locator, words)) != [];

create macro day_of(printed) as
    try_cast(case length(printed) when 4 then printed || '-01-01' when 7 then printed || '-01' else printed end as date);

create macro precision_of(printed) as
    case length(printed) when 4 then 'year' when 7 then 'month' when 10 then 'day' end;

create macro month_where_filled(printed) as
    -- a month, where its first or last day is printed: most often for want of a day
    case when try_cast(printed as date) in (date_trunc('month', try_cast(printed as date)), last_day(try_cast(printed as date)))
        then left(printed, 7) else printed end;

create macro provider_slug(printed) as
    coalesce(nullif(trim(regexp_replace(lower(printed), '[^a-z0-9.]+', '-', 'g'), '-.'), ''), 'unnamed');

create macro bought_as(conditions) as
    -- what of a condition is the buyer's choice: all but the hour, the length and the day, which make up one tariff
    array_to_string(
        list_filter(
            string_split(conditions, '; '),
            lambda part: part != '' and not regexp_matches(
                part, '^(utc_window|utc_days|context_from|context_to|output_from|output_to|tier_scope|effective_from|effective_to)='
            )
        ),
        '; '
    );

create macro holds_on(conditions, moment) as
    -- whether a price is in force on the day (UTC) of an instant, as far as its condition says
    coalesce(day_of(condition_part(conditions, 'effective_from')) <= utc_day(moment), true)
    and coalesce(day_of(condition_part(conditions, 'effective_to')) >= utc_day(moment), true);

create macro is_for_a_short_prompt(conditions) as
    not regexp_matches(conditions, '(^|; )context_from=');

create macro is_one_of_several(conditions) as
    -- the price of certain hours or of answers of a certain length: what a short prompt costs is no single price then
    regexp_matches(conditions, '(^|; )(utc_window|utc_days|output_from|output_to)=');

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
    -- designs of which every release that bears the name is of one kind; a design that comes in two kinds is in no line:
    -- mistral3 wraps dense models and one of experts, granitemoehybrid also holds plain ones, gemma4 is either, and
    -- qwen3_5 is called dense for its want of experts and hybrid for its linear attention
    case
        when regexp_matches(design_name(printed), '^(stablediffusion(xl|3)?|sdxl|sd3|flux[12]?|llada2?(moe)?|dream)$')
            then 'diffusion'
        when regexp_matches(
            design_name(printed),
            '^(jamba|zamba2?|bamba|nemotronh|falconh1|lfm2(vl)?|recurrentgemma|plamo2)$'
        ) then 'hybrid'
        when regexp_matches(design_name(printed), '^(falcon)?mamba2?$') then 'state_space'
        when regexp_matches(
            design_name(printed),
            '^(mixtral|dbrx|gptoss|llama4|deepseekv(2|3|32|4)|kimik(2|25)|minimaxm2|longcatflash|dots1|[a-z0-9]+moe(lite|dsa|v[0-9]+)*)$'
        ) then 'mixture_of_experts'
        when regexp_matches(
            design_name(printed),
            '^(llama[123]?|mllama|mistral|ministral3?|gemma[123]?|qwen(2|25|3)?(vl)?|phi[23]?|smollm[123]?|seedoss|olmo[23]?|gpt2'
            || '|gptj|gptneox?|gptbigcode|opt|bloom|mpt|falcon|starcoder2?|stablelm|cohere2?|granite|internlm[23]?'
            || '|baichuan2?|exaone(4|45)?|glm4v?|apertus|arcee|bitnet|m?t5|(xlm)?roberta|bert|[a-z0-9]+dense)$'
        ) then 'dense'
    end;

create macro kind_told(printed) as
    -- what words or a name tell of a design's kind
    coalesce(architecture_of(printed), architecture_of_design(printed));

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

create macro is_to_be_made(number_a, number_b) as
    -- of two sides by their numbers, whether their pair is: all are, but in a night that touches few (`touching`)
    true;

create macro is_leaving(status, shutdown_on, moment) as
    -- whether its maker has retired or deprecated a model, or serves it for no longer than it takes to move away
    coalesce(status in ('retired', 'deprecated'), false)
    or coalesce(shutdown_on <= utc_day(moment) + cast(threshold('leaving_days') as integer), false);

create macro last_day_of(printed) as
    -- the last day that a printed day, month or year may stand for
    case length(printed)
        when 4 then try_cast(printed || '-12-31' as date)
        when 7 then last_day(try_cast(printed || '-01' as date))
        else try_cast(printed as date)
    end;

create macro dear_from(cost) as
    -- what costs as much or more is dearer by enough to decide: rounded up to the millionth, the last place a cost has
    cast(cost * cast(threshold('cheaper_ratio') as decimal(6, 2)) + 0.00000049 as decimal(18, 6));

create macro price_signal(cost, other_cost, dear_from_cost, dear_from_other) as
    -- for whom price decides: 1 for the first, -1 for the other, null where it decides nothing
    case
        when dear_from_cost <= other_cost then 1
        when dear_from_other <= cost then -1
    end;

create macro long_from(context) as
    -- what reads as many tokens or more reads longer by enough to decide
    cast(ceil(context * cast(threshold('longer_context_ratio') as decimal(6, 2))) as bigint);

create macro context_signal(context, other_context, long_from_context, long_from_other) as
    case
        when context >= long_from_other then 1
        when other_context >= long_from_context then -1
    end;

create macro weights_signal(is_open, is_other_open) as
    case
        when is_open and not is_other_open then 1
        when is_other_open and not is_open then -1
    end;

create macro type_to_compare(product_type) as
    -- chat, reasoning and coding are one kind of product where two are compared: null stays unknown
    case when product_type in ('chat', 'reasoning', 'coding') then 'chat' else product_type end;

create macro verdict_of(type, other_type, leaves, other_leaves, served, other_served, price, context, results, weights) as
    -- a model that is leaving wins nothing; where what decides points to it, nothing is decided
    case
        when type != other_type then 'different_product_types'
        when leaves and other_leaves then 'both_leaving'
        when (leaves and other_served) or (other_leaves and served) then 'still_served'
        when least(price, context, results) < 0 and greatest(price, context, results) > 0 then 'trade_off'
        when case when coalesce(price, context, results, weights) > 0 then leaves else other_leaves end then 'undecided'
        when price is not null then 'cheaper'
        when context is not null then 'longer_context'
        when results is not null then 'benchmark_lead'
        when weights is not null then 'open_weights'
        else 'undecided'
    end;

create macro verdict_for(leaves, other_leaves, price, context, results, weights) as
    -- for whom, where a verdict names a model: 1 for the first, -1 for the other
    case
        when leaves then -1
        when other_leaves then 1
        else coalesce(price, context, results, weights)
    end;

create macro strengths(price, context, results, whose) as
    -- what of the signals that decide speaks for a model (1 the first, -1 the other)
    list_filter(
        [
            case when price = whose then 'a lower price' end,
            case when context = whose then 'longer input' end,
            case when results = whose then 'benchmark results' end
        ],
        lambda strength: strength is not null
    );

create macro are_price_rivals(one, other) as
    one is not null and other is not null and greatest(one, other) <= least(one, other) * threshold('price_rival_ratio');

create macro plain_number(amount) as
    rtrim(rtrim(cast(cast(amount as decimal(24, 12)) as varchar), '0'), '.');

create macro counted(number, word) as
    number || ' ' || word || case when number = 1 then '' else 's' end;

create macro decimals(number) as
    case when contains(number, '.') then cast(length(split_part(number, '.', 2)) as integer) else 0 end;

create macro is_rounding(one, other, shared_decimals) as
    one = other or (abs(one / other - 1) <= threshold('rounding_share') and abs(one - other) <= 0.50001 * pow(10, -shared_decimals));

create macro is_near_one_of(ratio, factors) as
    list_filter(factors, lambda factor: ratio between factor * threshold('slip_least') and factor * threshold('slip_most')) != [];

create macro is_unit_error(ratio) as
    -- of one price to another that is right: in cents, per thousand, per token. A hundredth is left out: such offers are made
    is_near_one_of(ratio, [1e2, 1e3, 1e5, 1e6, 1e-3, 1e-5, 1e-6]);

create macro is_unit_error_of(meter, ratio) as
    -- tokens read from a cache cost a hundred times more at one seller than at another without any slip
    is_unit_error(ratio) and not (meter in ('cache_read', 'cache_write') and ratio between threshold('cache_slip_least') and threshold('cache_slip_most'));

create macro is_unit_apart(ratio) as
    -- of one price to another, either of which may be wrong
    is_near_one_of(ratio, [1e2, 1e3, 1e5, 1e6, 1e-2, 1e-3, 1e-5, 1e-6]);

create macro is_jump(one, other) as
    one > other * threshold('jump_factor') or one * threshold('jump_factor') < other;

create macro is_beyond_company(one, other) as
    one > other * threshold('excused_factor') or one * threshold('excused_factor') < other;

create macro is_by_ten(ratio) as
    -- a power of ten, as far as rounding lets one see: a decimal point that moved
    round(log10(ratio)) != 0 and abs(log10(ratio) - round(log10(ratio))) < threshold('by_ten_tolerance');

create macro is_far(amount, least, most) as
    -- from everything its kind is sold at
    amount >= most * threshold('far_factor') or amount * threshold('far_factor') <= least;

create macro is_farther(one, other, middle) as
    -- from the middle, and by enough to tell them apart
    greatest(one / middle, middle / one) > threshold('farther_factor') * greatest(other / middle, middle / other);

create macro ratio_bound(meter, are_alike) as
    -- how far from what all others ask is too far: farther for cached tokens, nearer where the others ask the same
    case when meter in ('cache_read', 'cache_write') then threshold('cache_spread_factor') else threshold('spread_factor') end
    * case when are_alike then threshold('alike_share') else 1 end;

create macro page_bounds() as table (
    -- between what two prices of one offer lie on every page a seller ever printed, with room to both sides
    select *
    from (
        values
            ('output to input', threshold('output_to_input_least'), threshold('output_to_input_most')),
            ('cache read to input', threshold('cache_read_to_input_least'), threshold('cache_read_to_input_most')),
            ('cache write to input', threshold('cache_write_to_input_least'), threshold('cache_write_to_input_most')),
            ('batch to standard', threshold('batch_to_standard_least'), threshold('batch_to_standard_most')),
            ('other terms to plain', threshold('other_terms_to_plain_least'), threshold('other_terms_to_plain_most'))
    ) as bounds (words, least, most)
);

create macro without_part(conditions, part) as
    array_to_string(list_filter(string_split(conditions, '; '), lambda each: not starts_with(each, part || '=')), '; ');

create macro with_service_tier(conditions, service_tier) as
    -- the conditions a page prints and the service that the name itself says
    case
        when service_tier is null or contains(conditions, 'service_tier=') then conditions
        else array_to_string(
            list_sort(list_filter(
                list_append(string_split(conditions, '; '), 'service_tier=' || service_tier),
                lambda part: part != ''
            ), 'asc', 'nulls last'),
            '; '
        )
    end;

create macro minute_of(clock) as
    cast(split_part(clock, ':', 1) as integer) * 60 + cast(split_part(clock, ':', 2) as integer);

create macro is_unsaid_zero(amount, unit, authority, is_seller) as
    -- 0 where it may mean unknown: from a catalogue, or in a gateway's list; a maker or a host prints it as a price
    amount = 0 and case when is_seller then authority in ('gateway', 'host via gateway') and unit = 'mtok' else authority != 'host' end;

create macro is_beyond_all_prices(meter, amount) as
    -- US dollars per million tokens: above or below whatever a seller has ever printed, by far
    (regexp_matches(meter, '^(input|cache_read|cache_write)') and amount > threshold('input_ceiling_usd'))
    or (regexp_matches(meter, '^(output|reasoning_output)') and amount > threshold('output_ceiling_usd'))
    or (amount > 0 and amount < threshold('floor_usd'));

create macro minutes_of_week(utc_window, utc_days) as
    -- how many of the week's 10,080 minutes a window (it may wrap midnight) on certain days covers; all without either
    cast(
        coalesce(
            minute_of(split_part(utc_window, '-', 2)) - minute_of(split_part(utc_window, '-', 1))
            + case when minute_of(split_part(utc_window, '-', 2)) > minute_of(split_part(utc_window, '-', 1)) then 0 else 1440 end,
            1440
        ) * coalesce(len(string_split(utc_days, ',')), 7)
        as integer
    );


create macro printed_parts(parts) as
    -- the parts of a setting that are known, as `key=value` in the order given
    array_to_string(
        list_transform(list_filter(parts, lambda part: part[2] is not null), lambda part: part[1] || '=' || part[2]),
        '; '
    );

create macro way_it_ran(effort, mode, thinking_tokens, variant) as
    -- what of a setting is the model's own: all else is the test's
    printed_parts([
        ['effort', effort],
        ['mode', mode],
        ['thinking_tokens', cast(thinking_tokens as varchar)],
        ['variant', variant]
    ]);

create macro is_index(benchmark_id) as
    -- a number fitted over many benchmarks: it is of a model, whichever of its runs went into it
    benchmark_id in ('epoch-capabilities-index', 'aa-index');

create macro suite_of(benchmark_id) as
    -- whose part a benchmark is: the tasks of LiveBench, the scores BFCL is made of, the domains of τ-bench count as one
    coalesce(
        nullif(regexp_extract(benchmark_id, '^(livebench|bfcl-v4|tau-bench|tau2-bench-voice|tau2-bench)(-.*)?$', 1), ''),
        benchmark_id
    );

create macro version_order(version) as
    -- versions by their numbers, not by their letters: v10 comes after v9
    list_transform(regexp_extract_all(coalesce(version, ''), '\d+'), lambda number: cast(number as bigint));

-- What a gap of two scores is weighed on: the most there can be, a thousand rating points, else the larger score.
create macro scale_of(unit, max_score, one, other) as
    coalesce(max_score, case unit when 'elo' then 1000 end, nullif(greatest(abs(one), abs(other)), 0));

-- Whether a verdict names no model (warehouse.schemas.mart.UNNAMED; a test holds the two together).
create macro names_nobody(verdict) as verdict in ('different_product_types', 'both_leaving', 'trade_off', 'undecided');

-- The ten capabilities in the order of their bits in a mask (sources.vocabulary.CAPABILITIES; a test holds the two together).
create macro capability_names() as [
    'vision', 'multimodal', 'reasoning', 'function_calling', 'tool_use', 'structured_outputs', 'code_execution', 'ide_integration',
    'computer_use', 'parallel_agents'
];

create macro capability_bit(capability) as cast(1 << (list_position(capability_names(), capability) - 1) as integer);

create macro every_capability() as cast((1 << len(capability_names())) - 1 as integer);

-- The capabilities of a mask, in the order of their names.
create macro capabilities_in(mask) as
    list_sort(
        list_filter(capability_names(), lambda capability: mask & capability_bit(capability) != 0), 'asc', 'nulls last'
    );
