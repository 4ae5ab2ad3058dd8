-- core.benchmark_results
-- grain: one result of one model in one setting, as one source reports it
-- How the model ran (effort, budget, mode, variant) is its own choice; all else of the setting is the test's, and a gap
-- needs all of that to be equal and one reporter: comparable_key holds it. Both come from the printed condition and from
-- what the name itself says of the run; a snapshot's date is no setting, it says which release ran. Prose is a note.
-- A score that the gate holds back is no result. Reasons why no gap rests on a result, the first that holds:
--   superseded          the same reporter measured the model again in the same setting
--   several_scores      and gives several scores for it (two snapshots of one model): none speaks for the model
--   reporter_unknown    nobody says who measured
--   setting_in_prose    words beside the score that no rule reads may change what it means
--   version_unknown     of a benchmark whose results state a version, without one
--   alone               nobody else was measured so
with budgets as (
    select
        scores.*,
        list_concat(
            [lower(coalesce(condition_part(condition, 'effort'), ''))],
            list_transform(name_parts, lambda part: regexp_replace(part, '^effort:', ''))
        ) as efforts,
        coalesce(
            try_cast(condition_part(condition, 'thinking_tokens') as integer),
            -- 64k behind the word thinking is what it may think, not what it reads
            1000 * try_cast(list_max(list_transform(
                name_parts,
                lambda part: nullif(regexp_extract(
                    part,
                    case when list_contains(name_parts, 'thinking') then '^(?:thinking|context):(\d+)k$' else '^thinking:(\d+)k$' end,
                    1
                ), '')
            )) as integer)
        ) as thinking_tokens
    from evidence.scores as scores
),

typed as (
    select
        budgets.*,
        coalesce(
            list_filter(efforts, lambda word: word in ('minimal', 'low', 'medium', 'high', 'xhigh', 'max'))[1],
            case
                when thinking_tokens > 0 or list_has_any(efforts, ['thinking', 'reasoning', 'enabled', 'on']) then 'thinking'
                when thinking_tokens = 0 or list_has_any(efforts, ['none', 'non-thinking', 'non-reasoning', 'disabled', 'off']) then 'none'
            end,
            nullif(efforts[1], '')
        ) as effort,
        nullif(array_to_string(list_sort(list_filter(
            name_parts,
            lambda part: not regexp_matches(
                part,
                '^(|original|thinking|reasoning|non-thinking|non-reasoning|(effort|thinking|dated|version|host):.*)$'
            ) and not (starts_with(part, 'context:') and list_contains(name_parts, 'thinking'))
        )), ';'), '') as variant,
        condition_part(condition, 'mode') as mode,
        condition_part(condition, 'tools') as tools,
        condition_part(condition, 'harness') as harness,
        try_cast(condition_part(condition, 'shots') as integer) as shots,
        condition_part(condition, 'metric') as metric,
        condition_part(condition, 'attempts') as attempts,
        condition_part(condition, 'dataset') as dataset,
        condition_part(condition, 'version') as dataset_version,
        nullif(concat_ws(
            ', ',
            condition_part(condition, 'label'),
            case when try_cast(condition_part(condition, 'shots') as integer) is null then condition_part(condition, 'shots') || '-shot' end
        ), '') as protocol,
        condition_part(condition, 'note') as note,
        condition_part(condition, 'unread') as unread,
        day_of(condition_part(condition, 'date')) as evaluated_on,
        case coalesce(condition_part(condition, 'reported_by'), case when authority = 'maker' then 'maker' when kind = 'benchmark' then publisher end)
            when 'third_party' then null
            when 'maker' then lab_id
            else coalesce(condition_part(condition, 'reported_by'), publisher)
        end as reporter
    from budgets
),

keyed as (
    select
        typed.*,
        case when reporter is not null then provider_slug(reporter) end as reporter_id,
        way_it_ran(effort, mode, thinking_tokens, variant) as run,
        printed_parts([
            ['attempts', attempts],
            ['dataset', dataset],
            ['harness', harness],
            ['metric', metric],
            ['protocol', protocol],
            ['shots', cast(shots as varchar)],
            ['tools', tools],
            ['version', dataset_version]
        ]) as test,
        bool_or(dataset_version is not null) over (partition by benchmark_id) as is_versioned
    from typed
),

grouped as (
    select
        keyed.*,
        array_to_string(
            list_filter(
                [benchmark_id || ' by ' || coalesce(reporter_id, 'nobody named'), 'unit=' || unit, test],
                lambda part: part != ''
            ),
            '; '
        ) as group_key
    from keyed
),

standing_scores as (
    select
        grouped.*,
        max(coalesce(evaluated_on, date '1970-01-01')) over same_run as newest_on
    from grouped
    window same_run as (partition by model_id, group_key, run, unread)
),

counted_scores as (
    select
        standing_scores.*,
        coalesce(evaluated_on, date '1970-01-01') < newest_on as is_superseded,
        min(score) over same_day != max(score) over same_day as has_several
    from standing_scores
    window same_day as (partition by model_id, group_key, run, unread, coalesce(evaluated_on, date '1970-01-01'))
),

judged as (
    select
        counted_scores.*,
        case
            when is_superseded then 'superseded'
            when has_several then 'several_scores'
            when reporter_id is null then 'reporter_unknown'
            when unread is not null then 'setting_in_prose'
            when is_versioned and dataset_version is null then 'version_unknown'
        end as why_not
    from counted_scores
)

select
    model_id,
    benchmark_id,
    array_to_string(list_sort(list_filter(string_split(concat_ws('; ', nullif(run, ''), nullif(test, '')), '; '), lambda part: part != '')), '; ')
        as setting,
    variant,
    effort,
    thinking_tokens,
    mode,
    tools,
    harness,
    shots,
    metric,
    attempts,
    dataset,
    dataset_version,
    protocol,
    note,
    unread,
    score,
    unit,
    case
        when reporter_id = lab_id or coalesce(condition_part(condition, 'reported_by'), authority) = 'maker' then 'maker'
        else 'third_party'
    end as reported_by,
    reporter_id,
    reporter,
    evaluated_on,
    case when reporter_id is not null and unread is null and coalesce(why_not, '') != 'version_unknown' then group_key end
        as comparable_key,
    coalesce(
        why_not,
        case
            when min(model_id) filter (where why_not is null) over (partition by group_key)
                = max(model_id) filter (where why_not is null) over (partition by group_key) then 'alone'
        end,
        'comparable'
    ) as comparability,
    claim_id,
    source_id
from judged
