-- How numbers are said in a sentence: money, tokens, shares, lists. pipelines words the same for terminals and pages, and a
-- test holds the two together. Belongs here: one value to its words. Does not: which sentence is said (reference/rules.yaml).

create macro with_separators(digits) as
    -- a whole number with thousands separators; its digits come as text, however many there are
    regexp_replace(reverse(regexp_replace(reverse(digits), '(\d{3})', '\1,', 'g')), '^,|(^-),', '\1');

create macro plain_digits(amount) as
    -- an exact decimal without idle zeros
    regexp_replace(cast(cast(amount as decimal(30, 12)) as varchar), '\.?0+$', '');

create macro number_words(amount) as
    -- an exact decimal with thousands separators and no idle zeros
    case when amount < 0 then '-' else '' end
    || format('{:,}', cast(trunc(abs(cast(amount as decimal(30, 12)))) as bigint))
    || regexp_extract(cast(cast(amount as decimal(30, 12)) as varchar), '\.[0-9]*[1-9]');

create macro rate_words(amount) as
    -- US dollars per unit, exact: $10, $1.25, $0.075
    '$' || regexp_replace(number_words(amount), '(\.[0-9])$', '\1' || '0');

create macro money_words(amount) as
    -- a sum a month: cents under $100, whole dollars from there, half up
    case
        when amount > 0 and round(cast(amount as decimal(24, 12)), 2) = 0 then 'under $0.01'
        when round(cast(amount as decimal(24, 12)), 2) < 100 then '$' || cast(cast(round(cast(amount as decimal(24, 12)), 2) as decimal(24, 2)) as varchar)
        else '$' || with_separators(cast(cast(round(cast(amount as decimal(24, 12)), 0) as decimal(24, 0)) as varchar))
    end;

create macro score_words(score) as
    -- a score or a gap as far as it says anything: two decimals, four below one, half up, and exactly where that would be 0
    number_words(
        coalesce(
            nullif(
                case
                    when abs(score) < 1 then round(cast(score as decimal(24, 12)), 4)
                    else cast(round(cast(score as decimal(24, 12)), 2) as decimal(24, 4))
                end,
                0
            ),
            score
        )
    );

create macro spelled_benchmark_word(word) as
    -- a word of a benchmark's id as its makers write it, else by its shape: no vowel makes initials, QA and Bench end names
    case
        when word in (
            'aa', 'agi', 'ai2d', 'aime', 'amc', 'anli', 'api', 'arc', 'bbeh', 'cmmlu', 'cnmo', 'drop', 'erqa', 'gaia', 'gpqa', 'gso',
            'hle', 'if', 'lsat', 'metr', 'mlqa', 'mlvu', 'mmau', 'mme', 'mmlu', 'mmmlu', 'mmmu', 'ocr', 'otis', 'piqa', 'qa', 'race',
            'ruler', 'sat', 'siqa', 'swe', 'usamo', 'vqa', 'xcopa', 'xnli', 'zh'
        )
            then upper(word)
        else coalesce(
            map {
                'agieval': 'AGIEval',
                'boolq': 'BoolQ',
                'browsecomp': 'BrowseComp',
                'cruxeval': 'CRUXEval',
                'evalplus': 'EvalPlus',
                'frontiermath': 'FrontierMath',
                'hellaswag': 'HellaSwag',
                'humaneval': 'HumanEval',
                'ifeval': 'IFEval',
                'livecodebench': 'LiveCodeBench',
                'lvl': 'Level',
                'mathvista': 'MathVista',
                'musr': 'MuSR',
                'openbookqa': 'OpenBookQA',
                'osworld': 'OSWorld',
                'scicode': 'SciCode',
                'screenspot': 'ScreenSpot',
                'supergpqa': 'SuperGPQA',
                'tau': 'τ',
                'tau2': 'τ²',
                'videomme': 'VideoMME',
                'weirdml': 'WeirdML',
                'winogrande': 'WinoGrande'
            }[word],
            case
                when regexp_full_match(word, '[^a-z]*|v[0-9.]+') then word
                when not regexp_matches(word, '[aeiou]') then upper(word)
                when regexp_full_match(word, '.{2,}[^v](qa)') then upper(word[1]) || substr(word[:-3], 2) || 'QA'
                when regexp_full_match(word, '.{2,}vqa') then upper(word[1]) || substr(word[:-4], 2) || 'VQA'
                when regexp_full_match(word, '(..|[^aeiou]+)bench') then upper(word[:-6]) || 'Bench'
                when regexp_full_match(word, '.{2,}bench') then upper(word[1]) || substr(word[:-6], 2) || 'Bench'
                when regexp_full_match(word, '.{2,}eval') then upper(word[1]) || substr(word[:-5], 2) || 'Eval'
                else upper(word[1]) || substr(word, 2)
            end
        )
    end;

create macro benchmark_title(benchmark_id) as
    -- a benchmark by a name made of its id: SWE-bench Verified, MMLU-Pro, ARC-AGI-1, BFCL v4 Multi Turn
    regexp_replace(
        regexp_replace(
            regexp_replace(
                array_to_string(list_transform(string_split(benchmark_id, '-'), lambda word: spelled_benchmark_word(word)), ' '),
                '(\S) (Bench|Eval|Pro|AGI|LCR)\b',
                '\1-\2',
                'g'
            ),
            '\b(AGI) (\d)',
            '\1-\2'
        ),
        '^(Math|Multi SWE-Bench|SWE-Bench)\b',
        case when starts_with(benchmark_id, 'math') then 'MATH' when starts_with(benchmark_id, 'multi') then 'Multi-SWE-bench' else 'SWE-bench' end
    );

create macro counted_words(number, noun) as
    -- 1 model, 2,013 models; nouns whose plural is an s
    with_separators(cast(number as varchar)) || ' ' || noun || case when cast(number as varchar) = '1' then '' else 's' end;

create macro saved_words(low, high) as
    -- by how much the lower is less than the higher, rounded down so that it never says more than is so
    case
        when low * 100 > high * 99 then 'under 1%'
        when low * 100 < high then 'over 99%'
        else cast(cast(floor(100 - 100 * cast(low as double) / cast(high as double) + 1e-9) as integer) as varchar) || '%'
    end;

create macro times_words(high, low) as
    -- how many times the lower the higher is: a decimal under ten, whole from there, half up
    case
        when round(cast(high as double) / cast(low as double), 1) < 10
            then regexp_replace(cast(cast(round(cast(high as double) / cast(low as double), 1) as decimal(24, 1)) as varchar), '\.0$', '')
        else with_separators(cast(cast(round(cast(high as double) / cast(low as double), 0) as decimal(24, 0)) as varchar))
    end || '×';

create macro list_words(words) as
    -- a, b and c
    case
        when len(words) <= 1 then words[1]
        else array_to_string(words[1:-2], ', ') || ' and ' || words[-1]
    end;

create macro month_words(month) as
    ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'][cast(month as integer)];

create macro term_words(term) as
    -- one term of an offer; a date that does not say which of its numbers is what stays as its seller writes it
    case
        when regexp_full_match(term, 'dated:\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])')
            then 'model of ' || cast(substr(term, 15, 2) as integer) || ' ' || month_words(substr(term, 12, 2)) || ' ' || substr(term, 7, 4)
        when regexp_full_match(term, 'dated:(0[1-9]|1[0-2])-20\d\d') then 'model of ' || month_words(substr(term, 7, 2)) || ' ' || substr(term, 10, 4)
        when regexp_full_match(term, 'dated:.+') then 'model dated ' || substr(term, 7)
        when regexp_full_match(term, '[^:]*:.+') then regexp_replace(term, ':', ' ')
        else term
    end;

create macro seller_words(provider, gateway, terms) as
    -- who sells, through which gateway, on which terms (the parts of its variant, number format, region)
    provider
    || coalesce(' via ' || gateway, '')
    || coalesce(
        ' (' || nullif(array_to_string(list_transform(list_filter(terms, lambda term: term != ''), lambda term: term_words(term)), ', '), '') || ')',
        ''
    );

create macro capability_words(capability) as
    case capability when 'ide_integration' then 'IDE integration' when 'multimodal' then 'multimodality' else replace(capability, '_', ' ') end;

create macro field_words(field) as
    case
        when starts_with(field, 'capability/') then capability_words(substr(field, 12))
        when starts_with(field, 'benchmark_results/') then 'benchmark settings'
        else replace(regexp_replace(replace(field, '_', ' '), ' (on|id)$', ''), 'license', 'licence')
    end;

create macro kind_words(product_type) as
    case
        when product_type in ('chat', 'reasoning', 'coding', 'search', 'speech', 'video', 'translation', 'music', 'base', 'reward')
            then 'a ' || product_type || ' model'
        when product_type in ('embedding', 'image') then 'an ' || product_type || ' model'
        when product_type = 'ocr' then 'a model that reads documents'
        when product_type = 'agent' then 'an agent product'
        when product_type = 'safety_classifier' then 'a safety classifier'
        else 'a ' || replace(product_type, '_', ' ')
    end;

create macro day_words(day, day_precision) as
    -- as much of a day as is printed
    left(cast(day as varchar), case day_precision when 'year' then 4 when 'month' then 7 else 10 end);

create macro as_number(amount) as
    -- an exact decimal as a number of a JSON object
    cast(plain_digits(amount) as json);

create macro first_words(words, most) as
    -- the first of a list, and how many more there are
    case when len(words) > most then list_append(words[1:cast(most as integer)], (len(words) - cast(most as integer)) || ' more') else words end;

create macro leaving_words(is_past, shutdown_day, status) as
    -- how a model leaves, as what follows its name
    case
        when is_past then 'is past its maker''s shutdown day, ' || shutdown_day
        when shutdown_day is not null then 'is to be shut down by its maker on ' || shutdown_day
        else 'is ' || status || ' by its maker'
    end;

create macro told(fact_name, item, amount, amount_to, as_json, in_words, rests_on) as
    -- one fact of a model as statements tell it
    {
        'fact': fact_name,
        'nth': item,
        'low': cast(amount as decimal(30, 12)),
        'high': cast(amount_to as decimal(30, 12)),
        'value': cast(as_json as json),
        'words': in_words,
        'claim_ids': coalesce(rests_on, [])
    };

create macro told_words(fact_name, in_words, rests_on) as
    told(fact_name, 0, null, null, to_json(in_words), in_words, rests_on);

create macro told_list(fact_name, names, rests_on) as
    told(fact_name, 0, null, null, to_json(nullif(names, [])), list_words(nullif(names, [])), rests_on);

create macro told_count(fact_name, number, rests_on) as
    told(fact_name, 0, number, number, to_json(cast(number as bigint)), format('{:,}', cast(number as bigint)), rests_on);

create macro told_money(fact_name, item, amount, rests_on) as
    told(fact_name, item, amount, amount, as_number(amount), money_words(amount), rests_on);

create macro told_rate(fact_name, amount, rests_on) as
    told(fact_name, 0, amount, amount, as_number(amount), rate_words(amount), rests_on);
