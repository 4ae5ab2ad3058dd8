-- quality.sources
-- grain: one source
-- A source fails when the last refresh that asked it got nothing readable from it; a night that was offline asked nobody,
-- and what the one before heard stands. One nobody ever asked, for want of a network or a key, is as fresh as its last
-- reading. It is partial where some of its documents did not come or were refused, or parts of them are in doubt;
-- last_error says how many and why.
with last_runs as (
    select
        source_id,
        arg_max(run_id, (outcome != 'offline', started_at, run_id)) as run_id,
        coalesce(max(started_at) filter (where outcome != 'offline'), max(started_at)) as last_attempt_at
    from raw.fetches
    group by source_id
),

last_attempts as (
    select
        fetches.source_id,
        fetches.url,
        fetches.outcome,
        coalesce(
            nullif(fetches.error, ''),
            case when documents.outcome = 'refused' then documents.reason end,
            fetches.outcome
        ) as trouble,
        fetches.outcome in ('ok', 'unchanged', 'not_modified') and documents.outcome = 'read' as is_read
    from raw.fetches as fetches
    join last_runs
        on last_runs.source_id = fetches.source_id
        and last_runs.run_id = fetches.run_id
    left join raw.documents as documents
        on documents.source_id = fetches.source_id
        and documents.scope = fetches.scope
        and documents.snapshot_sha256 = fetches.sha256
    where fetches.outcome != 'packaged'
    qualify row_number() over (
        partition by fetches.source_id, fetches.url
        order by fetches.started_at desc, fetches.attempt desc, fetches.fetch_id desc
    ) = 1
),

tallies as (
    select
        source_id,
        count(*) as asked,
        count(*) filter (where outcome in ('offline', 'not_configured')) as not_tried,
        count(*) filter (where is_read) as answered,
        mode(trouble order by trouble) filter (where not is_read) as trouble
    from last_attempts
    group by source_id
),

read as (
    select source_id, max(last_kept_at) as last_ok_at
    from evidence.folds
    group by source_id
),

standing as (
    select
        source_id,
        count(distinct scope) as documents,
        count(distinct subject) as subjects,
        count(*) as claims
    from evidence.folded_claims
    where superseded_at is null
    group by source_id
),

accounts as (
    select
        documents.source_id,
        sum(documents.rows_offered) as rows_offered,
        sum(documents.rows_read) as rows_read,
        sum(documents.rows_left_out) as rows_left_out,
        sum(documents.rows_in_doubt) as rows_in_doubt
    from evidence.folds as folds
    join raw.documents as documents
        on documents.source_id = folds.source_id
        and documents.scope = folds.scope
        and documents.snapshot_sha256 = folds.last_sha256
    group by documents.source_id
),

doubts as (
    select
        source_id,
        count(*) as doubts,
        mode(reason order by reason) as reason
    from quality.doubts
    group by source_id
),

held as (
    select source_id, count(*) as facts
    from evidence.folded_claims
    where in_doubt_since_at is not null and superseded_at is null
    group by source_id
)

select
    sources.source_id,
    sources.publisher,
    sources.kind,
    sources.authority,
    sources.url,
    sources.terms_url,
    sources.licence,
    sources.review_every_days,
    read.last_ok_at,
    last_runs.last_attempt_at,
    case
        when read.last_ok_at is null then 'never'
        when tallies.asked > tallies.not_tried and tallies.answered = 0 then 'failing'
        when timezone('UTC', build.as_of) - timezone('UTC', read.last_ok_at) > to_days(sources.review_every_days + 1) then 'stale'
        when tallies.answered < tallies.asked - tallies.not_tried or doubts.doubts > 0 then 'partial'
        else 'fresh'
    end as state,
    case
        when last_runs.source_id is null then 'never asked'
        when tallies.asked = 1 and tallies.answered = 0 then tallies.trouble
        when tallies.answered < tallies.asked then
            tallies.asked - tallies.answered || ' of ' || tallies.asked || ' documents not read, most often: ' || tallies.trouble
        when doubts.doubts > 0 then counted(doubts.doubts, 'part') || ' in doubt, most often: ' || doubts.reason
    end as last_error,
    coalesce(standing.documents, 0) as documents,
    coalesce(tallies.asked - tallies.not_tried - tallies.answered, 0) as documents_missed,
    coalesce(doubts.doubts, 0) as doubts,
    coalesce(held.facts, 0) as facts_in_doubt,
    coalesce(standing.subjects, 0) as "rows",
    sources.floor || '–' || sources.ceiling as rows_expected,
    coalesce(standing.claims, 0) as claims,
    coalesce(accounts.rows_offered, 0) as rows_offered,
    coalesce(accounts.rows_read, 0) as rows_read,
    coalesce(accounts.rows_left_out, 0) as rows_left_out,
    coalesce(accounts.rows_in_doubt, 0) as rows_in_doubt,
    sources.ignored,
    sources.is_unproven
from raw.sources as sources
left join last_runs using (source_id)
left join tallies using (source_id)
left join read using (source_id)
left join standing using (source_id)
left join accounts using (source_id)
left join doubts using (source_id)
left join held using (source_id)
cross join quality.build as build
