-- mart.comparison_statements
-- grain: one statement about one published pair
-- Everything a comparison says, as rule, numbers and claims first and as a sentence last. Either model is once x, the one a
-- statement is about or speaks for, beside y, the other. What is known of the two gives signals ("less cost", "capability
-- yes no", "verdict cheaper"); a rule of reference/rules.yaml speaks at its signal, where every place of its template that
-- is not in brackets is known. So its numbers are the facts' own, and its claims theirs.
with directed as materialized (
    select
        *,
        case side when 'a' then model_a_id else model_b_id end as x_id,
        case side when 'a' then model_b_id else model_a_id end as y_id,
        row_number() over (order by model_a_id asc, model_b_id asc, side asc) as way
    from mart.published_pairs
    cross join (values ('a'), ('b')) as sides (side)
),

facts as materialized (
    select *
    from mart.model_facts
    where model_id in (select x_id from directed)
),

elements as materialized (
    select *
    from mart.model_elements
    where model_id in (select x_id from directed)
),

-- comparable results ------------------------------------------------------------------------------------------------------

shared_results as (
    -- the widest gap that can be told first; what only stands side by side last
    select
        directed.way,
        results.benchmark_id,
        results.basis,
        results.unit,
        coalesce(results.higher_is_better, false) as higher_is_better,
        case side when 'a' then gap else -gap end as gap,
        case side when 'a' then score_a else score_b end as score_x,
        case side when 'a' then score_b else score_a end as score_y,
        case side when 'a' then setting_a else setting_b end as setting_x,
        case side when 'a' then setting_b else setting_a end as setting_y,
        case side when 'a' then reporter_a else reporter_b end as reporter_x,
        case side when 'a' then reporter_b else reporter_a end as reporter_y,
        cast(case side when 'a' then evaluated_on_a else evaluated_on_b end as varchar) as day_x,
        cast(case side when 'a' then evaluated_on_b else evaluated_on_a end as varchar) as day_y,
        [case side when 'a' then claim_id_a else claim_id_b end] as claim_ids_x,
        [case side when 'a' then claim_id_b else claim_id_a end] as claim_ids_y,
        cast(
            row_number() over (
                partition by directed.way
                order by
                    gap is not null desc,
                    results.benchmark_id = pairs.top_benchmark_id desc,
                    results.higher_is_better desc nulls last,
                    abs(gap) / scale_of(results.unit, results.max_score, score_a, score_b) desc nulls last,
                    results.benchmark_id asc
            )
            as integer
        ) as nth
    from directed
    join mart.shared_results as results
        on results.model_a_id = directed.model_a_id
        and results.model_b_id = directed.model_b_id
    left join evidence.pair_results as pairs
        on pairs.model_a_id = directed.model_a_id
        and pairs.model_b_id = directed.model_b_id
),

leads as (
    -- a suite of tests counts once, see evidence.pair_results; what stands side by side counts nothing
    select
        directed.way,
        any_value(directed.x_id) as x_id,
        any_value(directed.y_id) as y_id,
        coalesce(any_value(pairs.shared_same_setting + pairs.shared_best_of_each), 0) as shared,
        coalesce(any_value(pairs.shared_same_benchmark), 0) as beside,
        coalesce(any_value(case side when 'a' then leads_a else leads_b end), 0) as leads_x,
        coalesce(any_value(case side when 'a' then leads_b else leads_a end), 0) as leads_y,
        any_value(
            case
                when pairs.is_decisive and pairs.top_weight >= threshold('lead_share')
                    then sign(top_benchmark_gap) * case side when 'a' then 1 else -1 end
            end
        ) as lead,
        flatten(list(list_concat(claim_ids_x, claim_ids_y)) filter (where gap is not null)) as claim_ids
    from directed
    left join evidence.pair_results as pairs
        on pairs.model_a_id = directed.model_a_id
        and pairs.model_b_id = directed.model_b_id
    left join shared_results as results
        on results.way = directed.way
    group by directed.way
),

-- the verdict -------------------------------------------------------------------------------------------------------------

decisive as (
    select
        leads.way,
        type_to_compare(x.product_type) as type_x,
        type_to_compare(y.product_type) as type_y,
        x.is_leaving as is_leaving_x,
        y.is_leaving as is_leaving_y,
        x.is_served as is_served_x,
        y.is_served as is_served_y,
        price_signal(x.monthly_cost_usd, y.monthly_cost_usd, dear_from(x.monthly_cost_usd), dear_from(y.monthly_cost_usd)) as price,
        context_signal(x.context_tokens, y.context_tokens, long_from(x.context_tokens), long_from(y.context_tokens)) as context,
        cast(leads.lead as integer) as results,
        weights_signal(x.open_weights, y.open_weights) as weights
    from leads
    join mart.sides as x
        on x.model_id = leads.x_id
    join mart.sides as y
        on y.model_id = leads.y_id
),

judged as (
    select
        *,
        verdict_of(type_x, type_y, is_leaving_x, is_leaving_y, is_served_x, is_served_y, price, context, results, weights) as verdict_kind,
        verdict_for(is_leaving_x, is_leaving_y, price, context, results, weights) as verdict_for
    from decisive
),

-- names of lists ----------------------------------------------------------------------------------------------------------

met as (
    -- each name of a list of x, and what is known of y by it
    select
        directed.way,
        x.set,
        x.element,
        x.state as state_x,
        coalesce(y.state, 'absent') as state_y,
        x.value as value_x,
        y.value as value_y,
        x.claim_id as claim_id_x,
        y.claim_id as claim_id_y
    from directed
    join elements as x
        on x.model_id = directed.x_id
    left join elements as y
        on y.model_id = directed.y_id
        and y.set = x.set
        and y.element = x.element
),

outlets as (
    select way, element as outlet, value_x as route_x, value_y as route_y, [claim_id_x, claim_id_y] as claim_ids
    from met
    where set = 'outlet' and state_y = 'sold'
    qualify row_number() over (partition by way order by element asc nulls last) = 1
),

questions as (
    -- the capabilities a reader would ask for: those that tell the two apart first, then those both have
    select
        way,
        element,
        'asked ' || state_x || ' ' || state_y as signal,
        [claim_id_x, claim_id_y] as claim_ids,
        cast(
            row_number() over (
                partition by (way + 1) // 2
                order by case state_y when 'no' then 1 when 'yes' then 2 else 3 end asc, element asc nulls last, way asc
            )
            as integer
        ) as nth
    from met
    where set = 'capability' and state_x = 'yes' and (state_y != 'yes' or way % 2 = 1)
    qualify nth <= threshold('questions_told')
),

-- signals -----------------------------------------------------------------------------------------------------------------

heeded as (
    -- the signals that facts give and somebody heeds
    select distinct
        signal,
        split_part(signal, ' ', 1) as relation,
        split_part(signal, ' ', 2) as fact
    from (
        select signal from core.rules
        union all
        select signal from core.advantages
    )
),

fact_signals as (
    select
        directed.way,
        x.nth,
        heeded.signal
    from directed
    join facts as x
        on x.model_id = directed.x_id
    join heeded
        on heeded.fact = x.fact
    left join facts as y
        on y.model_id = directed.y_id
        and y.fact = x.fact
        and y.nth = x.nth
    where
        case heeded.relation
            when 'asked' then true
            when 'has' then x.words is not null
            when 'lacks' then x.words is null
            when 'other' then y.words is not null
            when 'both' then x.words is not null and y.words is not null
            when 'only' then x.words is not null and y.nth is not null and y.words is null
            when 'neither' then x.words is null and y.nth is not null and y.words is null
            when 'more' then x.low > y.high
            when 'less' then x.high < y.low
            when 'equal' then x.low = y.low and x.high = y.high
            when 'differ' then x.low is null and y.low is null and x.words != y.words
        end
),

signals as (
    select way, nth, signal
    from fact_signals
    union all
    select distinct way, 0, set || ' ' || state_x || ' ' || state_y
    from met
    where set != 'outlet'
    union all
    select way, nth, signal
    from questions
    union all
    select
        way,
        0,
        unnest([
            'shared counted',
            case when shared > 0 then 'shared some' else 'shared none' end,
            case when leads_x > leads_y then 'shared led' end,
            case when beside > 0 then 'shared beside' end
        ])
    from leads
    union all
    select
        way,
        nth,
        case
            when gap is null then 'result beside'
            when gap = 0 then 'result equal'
            when not higher_is_better then 'result apart'
            else 'result ahead'
        end
    from shared_results
    where nth <= threshold('results_told') and (gap is null or gap >= 0 or not higher_is_better)
    union all
    -- of a lead, the widest gap is the first result
    select way, case verdict_kind when 'benchmark_lead' then 1 else 0 end, 'verdict ' || verdict_kind
    from judged
    where coalesce(verdict_for > 0, true) or names_nobody(verdict_kind)
    union all
    select way, 0, 'outlet shared'
    from outlets
    union all
    select way, 0, 'providers apart'
    from met
    where set = 'provider'
    group by way
    having not bool_or(state_y = 'listed')
),

ahead as (
    -- every way in which x is known to be ahead, unless it is leaving
    select
        signals.way,
        signals.signal,
        advantages.words,
        advantages.position
    from signals
    join core.advantages as advantages
        on advantages.signal = signals.signal
    join judged
        on judged.way = signals.way
        and not judged.is_leaving_x
        and (advantages.signal != 'other leaving' or judged.is_served_x)
),

told as (
    select
        signals.way,
        signals.nth,
        signals.signal,
        rules.rule_id
    from (
        select way, nth, signal
        from signals
        union all
        select distinct way, 0, 'advantages'
        from ahead
    ) as signals
    join core.rules as rules
        on rules.signal = signals.signal
        and (signals.way % 2 = 1 or not rules.is_once)
    join judged
        on judged.way = signals.way
        and not list_contains(rules.unless, judged.verdict_kind)
),

-- places ------------------------------------------------------------------------------------------------------------------

named as (
    select
        way,
        set || ' ' || state_x || ' ' || state_y as signal,
        0 as nth,
        list(element order by element asc nulls last) as names,
        list_concat(list(claim_id_x), list(claim_id_y)) as claim_ids
    from met
    where set != 'outlet'
    group by way, set, state_x, state_y
    union all
    select way, signal, nth, [element], claim_ids
    from questions
),

praised as (
    select
        ahead.way,
        list(coalesce(nullif(ahead.words, ''), list_words(named.names)) order by ahead.position asc) as names,
        flatten(list(list_concat(
            case when ahead.signal = 'shared led' then leads.claim_ids else named.claim_ids end,
            list_concat(x.claim_ids, y.claim_ids)
        ))) as claim_ids
    from ahead
    join directed
        on directed.way = ahead.way
    join leads
        on leads.way = ahead.way
    left join named
        on named.way = ahead.way
        and named.signal = ahead.signal
    left join facts as x
        on x.model_id = directed.x_id
        and x.fact = split_part(ahead.signal, ' ', 2)
        and x.nth = 0
    left join facts as y
        on y.model_id = directed.y_id
        and y.fact = split_part(ahead.signal, ' ', 2)
        and y.nth = 0
    group by ahead.way
),

of_both as (
    -- what is known of the two together: a number, or words
    select
        leads.way,
        named.whose,
        named.fact,
        0 as nth,
        cast(case named.place when 1 then shared when 2 then leads_x when 3 then leads_y when 5 then beside else 0 end as decimal(18, 6)) as low,
        null as words,
        case when named.place < 4 then claim_ids end as claim_ids
    from leads
    cross join (values (1, 'pair', 'shared'), (2, 'x', 'leads'), (3, 'y', 'leads'), (4, 'pair', 'shared_providers'), (5, 'pair', 'beside')) as named (place, whose, fact)
    union all
    select
        judged.way,
        named.whose,
        'strengths',
        0,
        null,
        list_words(strengths(price, context, results, named.sign)),
        null
    from judged
    cross join (values (1, 'x'), (-1, 'y')) as named (sign, whose)
    where verdict_kind = 'trade_off'
    union all
    select
        outlets.way,
        named.whose,
        named.fact,
        0,
        null,
        case named.whose when 'pair' then outlet when 'x' then route_x else route_y end,
        claim_ids
    from outlets
    cross join (values ('pair', 'outlet'), ('x', 'route'), ('y', 'route')) as named (whose, fact)
    union all
    select
        results.way,
        named.whose,
        named.fact,
        results.nth,
        case named.place when 4 then abs(gap) when 5 then score_x when 6 then score_y end,
        case named.place
            when 1 then benchmark_id
            when 2 then basis
            when 3 then unit
            when 7 then reporter_x
            when 8 then reporter_y
            when 9 then day_x
            when 10 then day_y
            when 11 then case when setting_x != setting_y then nullif(setting_x, '') end
            when 12 then case when setting_x != setting_y then nullif(setting_y, '') end
            when 13 then case when setting_x = setting_y then nullif(setting_x, '') end
        end,
        case named.place when 5 then claim_ids_x when 6 then claim_ids_y end
    from shared_results as results
    cross join (
        values
            (1, 'pair', 'each_benchmark'),
            (2, 'pair', 'each_basis'),
            (3, 'pair', 'each_unit'),
            (4, 'pair', 'each_gap'),
            (5, 'x', 'each_score'),
            (6, 'y', 'each_score'),
            (7, 'x', 'each_reporter'),
            (8, 'y', 'each_reporter'),
            (9, 'x', 'each_day'),
            (10, 'y', 'each_day'),
            (11, 'x', 'each_setting'),
            (12, 'y', 'each_setting'),
            (13, 'pair', 'each_setting')
    ) as named (place, whose, fact)
    where results.nth <= threshold('results_told')
),

listed as (
    -- the names of a signal, all of them, the first of them, and how many they are
    select
        names.way,
        named.fact,
        names.nth,
        names.signal,
        case named.fact when 'count' then to_json(len(names)) else to_json(names) end as value,
        case named.fact
            when 'count' then cast(len(names) as varchar)
            when 'names' then list_words(names)
            else list_words(first_words(names, threshold('names_told')))
        end as words,
        names.claim_ids
    from (
        select way, signal, nth, names, claim_ids
        from named
        union all
        select way, 'advantages', 0, names, claim_ids
        from praised
    ) as names
    cross join (values ('names'), ('first_names'), ('count')) as named (fact)
),

places as (
    -- what stands in a place beside the facts of one model
    select
        way,
        whose,
        fact,
        nth,
        '' as signal,
        low,
        case when words is null then as_number(low) else to_json(words) end as value,
        case
            when fact = 'each_benchmark' then benchmark_title(words)
            when fact in ('each_score', 'each_gap') then score_words(low)
            else coalesce(words, number_words(low))
        end as words,
        claim_ids
    from of_both
    where words is not null or low is not null
    union all
    select way, 'signal', fact, nth, signal, null, value, words, claim_ids
    from listed
),

-- statements --------------------------------------------------------------------------------------------------------------

filled as (
    -- each piece of a rule with what stands in its place
    select
        told.way,
        told.rule_id,
        told.nth,
        pieces.part,
        pieces.number,
        pieces.text,
        pieces.form,
        pieces.name,
        pieces.noun,
        pieces.is_optional,
        pieces.is_first,
        coalesce(facts.value, places.value) as value,
        coalesce(facts.words, places.words) as words,
        coalesce(facts.low, places.low) as low,
        others.low as other_low,
        case when pieces.is_first then coalesce(facts.claim_ids, places.claim_ids) end as claim_ids
    from told
    join directed
        on directed.way = told.way
    join core.rule_pieces as pieces
        on pieces.rule_id = told.rule_id
    left join facts
        on facts.model_id = case pieces.whose when 'x' then directed.x_id when 'y' then directed.y_id end
        and facts.fact = pieces.fact
        and facts.nth = case when pieces.is_item then told.nth else 0 end
    left join places
        on places.way = told.way
        and places.whose = pieces.whose
        and places.fact = pieces.fact
        and places.nth = case when pieces.is_item or pieces.whose = 'signal' then told.nth else 0 end
        and places.signal = case pieces.whose when 'signal' then told.signal else '' end
    left join facts as others
        on others.model_id = case pieces.other_whose when 'x' then directed.x_id when 'y' then directed.y_id end
        and others.fact = pieces.other_fact
        and others.nth = case when pieces.is_item then told.nth else 0 end
),

gathered as (
    -- in one list, sorted once: three aggregates that each sort their own cost thrice as much
    select
        way,
        rule_id,
        nth,
        list_sort(list({
            'number': number,
            'part': part,
            'said': case
                when part = 'question' and form != 'text' then text || words
                when form = 'text' then text
                when form in ('if', 'else') then case when (words is not null) = (form = 'if') then text else '' end
                when words is null or form = 'basis' then ''
                when form = 'words' then text || words
                when form = 'counted' then text || words || ' ' || noun || case when words = '1' then '' else 's' end
                when form = 'saved' then text || saved_words(low, other_low)
                when form = 'times' then text || times_words(low, other_low)
                when form = 'apart' then text || money_words(other_low - low)
            end,
            'name': case when is_first and value is not null then name end,
            'value': value
        }), 'asc', 'nulls last') as pieces,
        list_sort(list_distinct(flatten(list(claim_ids) filter (where claim_ids is not null))), 'asc', 'nulls last') as claim_ids
    from filled
    group by way, rule_id, nth
    having bool_and(words is not null or is_optional or name is null)
),

worded as (
    select
        way,
        rule_id,
        nth,
        claim_ids,
        to_json(map_from_entries(
            [{'k': piece.name, 'v': piece.value} for piece in pieces if piece.name is not null]
        )) as numbers,
        array_to_string([piece.said for piece in pieces if piece.part = 'sentence'], '') as sentence,
        nullif(array_to_string([piece.said for piece in pieces if piece.part = 'question'], ''), '') as question
    from gathered
)

select
    directed.model_a_id,
    directed.model_b_id,
    case when rules.section != 'switch' then rules.section when directed.side = 'a' then 'switch_a_to_b' else 'switch_b_to_a' end as section,
    cast(
        row_number() over (
            partition by directed.model_a_id, directed.model_b_id, rules.section, rules.section = 'switch' and directed.side = 'a'
            order by rules.position asc, worded.nth asc nulls last, directed.side asc
        )
        as integer
    ) as position,
    worded.rule_id,
    case when rules.is_once then 'both' else directed.side end as side,
    worded.numbers,
    coalesce(worded.claim_ids, []) as claim_ids,
    worded.question,
    worded.sentence
from worded
join directed
    on directed.way = worded.way
join core.rules as rules
    on rules.rule_id = worded.rule_id
