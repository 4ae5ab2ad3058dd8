-- quality.sources
-- grain: one source
-- A source nobody asked because the night was offline is not failing: it is as fresh as its last reading.
with attempts as (
    select
        source_id,
        max(started_at) as last_attempt_at,
        arg_max(outcome, (started_at, fetch_id)) as last_outcome,
        arg_max(error, (started_at, fetch_id)) as last_error
    from raw.fetches
    group by source_id
),

read as (
    select
        source_id,
        max(last_read_at) as last_ok_at
    from evidence.folds
    group by source_id
),

refusals as (
    select
        fetches.source_id,
        arg_max(documents.outcome, (fetches.started_at, fetches.fetch_id)) as last_reading,
        arg_max(documents.reason, (fetches.started_at, fetches.fetch_id)) as last_reason
    from raw.fetches as fetches
    join raw.documents as documents
        on documents.source_id = fetches.source_id
        and documents.scope = fetches.scope
        and documents.snapshot_sha256 = fetches.sha256
    group by fetches.source_id
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
    attempts.last_attempt_at,
    case
        when read.last_ok_at is null then 'never'
        when attempts.last_attempt_at > read.last_ok_at and attempts.last_outcome != 'offline' then 'failing'
        when build.as_of - read.last_ok_at > to_days(sources.review_every_days + 1) then 'stale'
        else 'fresh'
    end as state,
    case
        when read.last_ok_at is null or attempts.last_attempt_at > read.last_ok_at then
            coalesce(
                nullif(attempts.last_error, ''),
                case when refusals.last_reading = 'refused' then refusals.last_reason end,
                attempts.last_outcome,
                'never asked'
            )
    end as last_error,
    coalesce(standing.documents, 0) as documents,
    coalesce(standing.subjects, 0) as "rows",
    sources.floor || '–' || sources.ceiling as rows_expected,
    coalesce(standing.claims, 0) as claims,
    sources.ignored,
    sources.is_unproven
from raw.sources as sources
left join attempts using (source_id)
left join read using (source_id)
left join refusals using (source_id)
left join standing using (source_id)
cross join quality.build as build
