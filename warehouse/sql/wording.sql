-- How numbers are said in a sentence: money, tokens, shares, lists. pipelines words the same for terminals and pages, and a
-- test holds the two together. Belongs here: one value to its words. Does not: which sentence is said (reference/rules.yaml).

create macro with_separators(digits) as
    -- a whole number with thousands separators; its digits come as text, however many there are
    regexp_replace(reverse(regexp_replace(reverse(digits), '(\d{3})', '\1,', 'g')), '^,|(^-),', '\1');

create macro number_words(amount) as
    -- an exact decimal with thousands separators and no idle zeros
    with_separators(split_part(plain_number(amount), '.', 1))
    || case when contains(plain_number(amount), '.') then '.' || split_part(plain_number(amount), '.', 2) else '' end;

create macro rate_words(amount) as
    -- US dollars per unit, exact: $10, $1.25, $0.075
    '$' || with_separators(split_part(plain_number(amount), '.', 1))
    || case
        when not contains(plain_number(amount), '.') then ''
        when length(split_part(plain_number(amount), '.', 2)) = 1 then '.' || split_part(plain_number(amount), '.', 2) || '0'
        else '.' || split_part(plain_number(amount), '.', 2)
    end;

create macro money_words(amount) as
    -- a sum a month: cents under $100, whole dollars from there, half up
    case
        when amount > 0 and round(cast(amount as decimal(24, 12)), 2) = 0 then 'under $0.01'
        when round(cast(amount as decimal(24, 12)), 2) < 100 then '$' || cast(cast(round(cast(amount as decimal(24, 12)), 2) as decimal(24, 2)) as varchar)
        else '$' || with_separators(cast(cast(round(cast(amount as decimal(24, 12)), 0) as decimal(24, 0)) as varchar))
    end;

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

create macro seller_words(provider, gateway, terms) as
    -- who sells, through which gateway, on which terms (variant, number format, region)
    provider
    || coalesce(' via ' || gateway, '')
    || coalesce(' (' || nullif(array_to_string(list_filter(terms, lambda term: term != ''), ', '), '') || ')', '');

create macro capability_words(capability) as
    case capability when 'ide_integration' then 'IDE integration' else replace(capability, '_', ' ') end;

create macro field_words(field) as
    regexp_replace(replace(replace(field, 'capability/', ''), '_', ' '), ' (on|id)$', '');

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
    cast(plain_number(amount) as json);

create macro first_words(words, most) as
    -- the first of a list, and how many more there are
    case when len(words) > most then list_append(words[1:most], (len(words) - most) || ' more') else words end;

create macro claims_of(chosen, names) as
    -- the claims behind those of a list that are named
    list_transform(list_filter(chosen, lambda each: list_contains(names, each.name)), lambda each: each.claim_id);

create macro rendered(pieces, numbers) as
    -- a template's pieces with their numbers; null where a number it cannot do without is missing
    case
        when
            list_filter(
                pieces,
                lambda piece: piece.form != '' and piece.need is null and json_extract_string(numbers, piece.name) is null
            ) = []
            then array_to_string(
                list_transform(
                    pieces,
                    lambda piece: case
                        when piece.need is not null and json_extract_string(numbers, piece.need) is null then ''
                        else piece.text || coalesce(
                            case piece.form
                                when '' then ''
                                when 'words' then json_extract_string(numbers, piece.name)
                                when 'number' then number_words(try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)))
                                when 'tokens' then number_words(try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)))
                                when 'money' then money_words(try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)))
                                when 'rate' then rate_words(try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)))
                                when 'counted' then counted_words(try_cast(json_extract_string(numbers, piece.name) as bigint), piece.noun)
                                when 'list' then list_words(try_cast(json_extract(numbers, piece.name) as varchar[]))
                                when 'saved'
                                    then saved_words(
                                        try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)),
                                        try_cast(json_extract_string(numbers, piece.other) as decimal(24, 12))
                                    )
                                when 'times'
                                    then times_words(
                                        try_cast(json_extract_string(numbers, piece.name) as decimal(24, 12)),
                                        try_cast(json_extract_string(numbers, piece.other) as decimal(24, 12))
                                    )
                            end,
                            ''
                        )
                    end
                ),
                ''
            )
    end;

create macro said(rule, model_side, nth, found, rests_on) as
    -- one statement before it is a sentence
    {
        'rule_id': rule,
        'side': model_side,
        'nth': nth,
        'numbers': found,
        'claim_ids': list_sort(list_distinct(flatten(list_filter(rests_on, lambda claims: claims is not null))))
    };

create macro strengths(own_cost, other_cost, own_context, other_context, has_lead) as
    -- what of the signals that decide speaks for a model
    list_filter(
        [
            case when own_cost * threshold('cheaper_ratio') <= other_cost then 'a lower price' end,
            case when own_context >= other_context * threshold('longer_context_ratio') then 'longer input' end,
            case when has_lead then 'benchmark results' end
        ],
        lambda strength: strength is not null
    );

create macro advantages(costs_less, takes_more, answers_longer, is_open, has_results, outlives, only_it_has) as
    -- when to choose a model: every way in which it is known to be ahead
    list_filter(
        [
            case when outlives then 'a model that is still served' end,
            case when costs_less then 'a lower cost of the default workload' end,
            case when takes_more then 'longer input' end,
            case when answers_longer then 'longer answers' end,
            case when has_results then 'comparable benchmark results' end,
            case when only_it_has != [] then list_words(only_it_has) end,
            case when is_open then 'weights that can be downloaded' end
        ],
        lambda advantage: advantage is not null
    );

create macro shared_outlet(mine, theirs) as
    -- the first by name of the outlets that sell both
    list_filter(mine, lambda each: list_contains(list_transform(theirs, lambda other: other.name), each.name))[1];
