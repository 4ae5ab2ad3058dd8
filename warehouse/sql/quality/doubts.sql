-- quality.doubts
-- grain: one part of one document's newest reading that is in doubt
-- What our parsers could not vouch for, and what hangs on it: the facts that stood in such a part stand on with their old
-- dates. A doubt stands since the first of the readings in a row that all had it, whatever row it has moved to. A reading
-- held whole, because it suddenly said nothing of most of what stood, is one doubt about the document.
with readings as (
    select distinct
        fetches.source_id,
        fetches.scope,
        fetches.sha256,
        fetches.started_at
    from raw.fetches as fetches
    join raw.documents as documents
        on documents.source_id = fetches.source_id
        and documents.scope = fetches.scope
        and documents.snapshot_sha256 = fetches.sha256
    join evidence.folds as folds
        on folds.source_id = fetches.source_id
        and folds.scope = fetches.scope
    where
        fetches.outcome in ('ok', 'unchanged', 'not_modified', 'packaged')
        and documents.outcome = 'read'
        and fetches.started_at <= folds.last_read_at
),

newest as (
    select doubts.*, folds.last_read_at
    from raw.doubts as doubts
    join evidence.folds as folds
        on folds.source_id = doubts.source_id
        and folds.scope = doubts.scope
        and folds.last_sha256 = doubts.snapshot_sha256
),

free_of_it as (
    -- the last reading of the document that did not have the doubt
    select newest.source_id, newest.scope, newest.number, max(readings.started_at) as read_at
    from newest
    join readings
        on readings.source_id = newest.source_id
        and readings.scope = newest.scope
    left join raw.doubts as earlier
        on earlier.source_id = readings.source_id
        and earlier.scope = readings.scope
        and earlier.snapshot_sha256 = readings.sha256
        and earlier.part = newest.part
        and earlier.subject = newest.subject
        and earlier.words = newest.words
        and earlier.reason = newest.reason
    where earlier.number is null
    group by newest.source_id, newest.scope, newest.number
),

since as (
    select newest.source_id, newest.scope, newest.number, min(readings.started_at) as since_at
    from newest
    join readings
        on readings.source_id = newest.source_id
        and readings.scope = newest.scope
    left join free_of_it
        on free_of_it.source_id = newest.source_id
        and free_of_it.scope = newest.scope
        and free_of_it.number = newest.number
    where coalesce(readings.started_at > free_of_it.read_at, true)
    group by newest.source_id, newest.scope, newest.number
),

held as (
    select source_id, scope, subject, attribute, locator
    from evidence.folded_claims
    where in_doubt_since_at is not null and superseded_at is null
),

hanging as (
    select newest.source_id, newest.scope, newest.number, count(*) as facts
    from newest
    join held
        on held.source_id = newest.source_id
        and held.scope = newest.scope
    where hangs_on(held.subject, held.attribute, held.locator, newest.subject, newest.attribute, newest.within)
    group by newest.source_id, newest.scope, newest.number
),

parts as (
    select
        newest.source_id,
        newest.scope,
        newest.number,
        newest.part,
        newest.place,
        newest.words,
        newest.reason,
        newest.subject,
        newest.attribute,
        since.since_at,
        coalesce(hanging.facts, 0) as facts_held,
        newest.snapshot_sha256
    from newest
    join since
        on since.source_id = newest.source_id
        and since.scope = newest.scope
        and since.number = newest.number
    left join hanging
        on hanging.source_id = newest.source_id
        and hanging.scope = newest.scope
        and hanging.number = newest.number

    union all

    select
        folds.source_id,
        folds.scope,
        0,
        'document',
        'the whole document',
        '',
        folds.held_for,
        '',
        '',
        folds.held_since_at,
        (
            select count(*)
            from held
            where held.source_id = folds.source_id and held.scope = folds.scope
        ),
        folds.last_sha256
    from evidence.folds as folds
    where folds.held_since_at is not null
)

select
    'd' || left(md5(concat_ws(chr(31), parts.source_id, parts.scope, parts.snapshot_sha256, parts.number)), 20) as doubt_id,
    parts.source_id,
    parts.scope,
    parts.part,
    parts.place,
    parts.words,
    parts.reason,
    parts.subject,
    parts.attribute,
    parts.since_at,
    cast(greatest(utc_day(build.as_of) - utc_day(parts.since_at), 0) as integer) as days,
    parts.facts_held,
    parts.snapshot_sha256
from parts
cross join quality.build as build
