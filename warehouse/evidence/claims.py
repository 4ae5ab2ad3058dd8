"""Folding readings into claims: *source S said X of subject Y, first seen K, last confirmed L*.

A claim opens when a document first says it, stays open while every later reading of that document still says it, and is
superseded by the first reading that does not. What a page says again later is a new claim. A failed or refused read is
no reading: it opens, closes and confirms nothing.

A claim that hangs on a part in doubt is *held*: neither confirmed nor closed, it stands with its old dates until a
later reading says it again, says something else in its place, or is silent without a doubt. A reading that suddenly
says nothing of most of what stood is held whole: it opens, closes and confirms nothing either. A page that was silent
for a month, and changes then, is believed again.

Folding night by night equals folding all history at once: each document (a *scope*) is folded reading by reading in the
order of time, and the state kept between nights is nothing but the claims and, per scope, the last reading folded.
Which model a subject is, and which claim wins, is decided elsewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.readings import OBSERVATION_COLUMNS, Reading, Readings
from warehouse.home import Unusable
from warehouse.schemas import table

CLAIM_KEY = ("source_id", "scope", "subject", "host", "attribute", "condition", "unit", "value")
"""What makes two sayings the same claim, within one episode."""

STATE = ("raw.runs", "raw.fetches", "raw.documents", "evidence.folded_claims", "evidence.folds")
"""The tables a night goes on from: what of the ledger was folded, and what came of it."""

COMPLETE_DAYS = 30
"""So many days back from the newest attempt, and through the day that makes, the file has every attempt."""

_ANSWER = f"""
    case when outcome in ({", ".join(f"'{each}'" for each in sorted(CONFIRMING))}) then '' else outcome end,
    case when outcome in ({", ".join(f"'{each}'" for each in sorted(CONFIRMING))}) then null else status end,
    url,
    final_url,
    sha256,
    checked_on
"""
"""What makes two attempts in a row the same answer: the same body is confirmed, or it fails in the same way."""

_SAYS_NOTHING_NEW = f"""
    select fetch_id
    from (select *, ({_ANSWER}) as answer from {{0}} where started_at < ?)
    window attempts as (partition by source_id, scope order by started_at, run_id, attempt, fetch_id)
    qualify lag(answer) over attempts = answer and lead(answer) over attempts = answer
"""
"""The attempts before an instant that stand between two of the same answer."""

SLOT = CLAIM_KEY[:-1]
"""What a claim speaks of, whatever it says."""

AT_ONCE = 20_000
"""So many readings are in memory at once."""

FEW = 5
"""So few subjects may leave a page together without it being held whole."""

SUDDEN_DAYS = 30
"""What a page says nothing of is sudden within so many days of the last reading that counted; later it is news."""


def load_ledger(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> bool:
    """Bring ``raw.fetches`` and ``raw.runs`` up to date with the ledger; whether all of it was read anew.

    Runs that the file holds are not read again, unless a run's lines are not what they were. The attempts that came are
    the temporary table ``ledger``. `Unusable` where lines the file was built from were cut off since: what they said
    would be forgotten without a word.
    """
    runs = ledger.runs()
    known = dict(connection.sql("select run_id, bytes from raw.runs").fetchall())
    for run_id, length in known.items():
        if runs.get(run_id, length) < length:
            ledger.refuse_cut_off(run_id)
    is_anew = not known or any(runs.get(run_id) != length for run_id, length in known.items())
    if is_anew:
        connection.execute("delete from raw.fetches")
        connection.execute("delete from raw.runs")
    came = [run_id for run_id in runs if is_anew or run_id not in known]
    ledger.load(connection, "ledger", came)
    _add_attempts(connection, ledger)
    connection.execute(
        """
        insert into raw.runs by name
        select came.run_id, came.bytes, coalesce(counted.attempts, 0) as attempts
        from (select unnest(?) as run_id, unnest(?) as bytes) as came
        left join (select run_id, count(*) as attempts from ledger group by run_id) as counted using (run_id)
        """,
        [came, [runs[run_id] for run_id in came]],
    )
    return is_anew


def _add_attempts(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Put the attempts that came into ``raw.fetches``, and leave out the old ones that say nothing new.

    What is left out hangs on the attempts alone and not on the night in which they came: where an old one comes late,
    between others that may have been left out, all are taken anew.
    """
    ((newest,),) = connection.sql("select max(started_at) from raw.fetches").fetchall()
    before = _complete_since(newest)
    ((oldest,),) = connection.sql("select min(started_at) from ledger").fetchall()
    origin = "ledger"
    if before is not None and oldest is not None and oldest < before:
        origin = "attempts"
        connection.execute("delete from raw.fetches")
        ledger.load(connection, origin)
    ((held, last),) = connection.sql("select count(*), max(started_at) from raw.fetches").fetchall()
    ((came,),) = connection.sql(f"select max(started_at) from {origin}").fetchall()
    since = _complete_since(max(filter(None, (last, came)), default=None))
    if held:
        connection.execute(f"insert into raw.fetches by name from {origin} order by fetch_id")
        connection.execute(
            f"delete from raw.fetches where fetch_id in ({_SAYS_NOTHING_NEW.format('raw.fetches')})", [since]
        )
    else:  # what is left out now never takes room in the file
        connection.execute(
            f"insert into raw.fetches by name from {origin}"
            f" where fetch_id not in ({_SAYS_NOTHING_NEW.format(origin)}) order by fetch_id",
            [since],
        )
    connection.execute("drop table if exists temp.attempts")


def _complete_since(newest: datetime | None) -> datetime | None:
    """Since when every attempt is in ``raw.fetches``, by the newest of them."""
    return newest and datetime.combine(newest.date(), time(), newest.tzinfo) - timedelta(days=COMPLETE_DAYS)


def load_readings(
    connection: duckdb.DuckDBPyConnection, readings: Readings, versions: Mapping[str, str], at_once: int = AT_ONCE
) -> None:
    """Temporary tables ``documents`` (how each snapshot was read by today's parsers, and which file has what it says)
    and ``doubts``. So many readings are in memory at once.
    """
    connection.execute(
        "create or replace temp table documents (number bigint, file varchar, source_id varchar, scope varchar,"
        " snapshot_sha256 varchar, parser_version varchar, outcome varchar, subjects integer, observations integer,"
        " rows_offered integer, rows_read integer, rows_left_out integer, rows_in_doubt integer,"
        " left_out_for varchar, reason varchar, warnings varchar, left_out varchar)"
    )
    connection.execute(
        "create or replace temp table doubts (document bigint, source_id varchar, scope varchar,"
        " snapshot_sha256 varchar, number integer, part varchar, place varchar, words varchar, reason varchar,"
        " subject varchar, attribute varchar, within varchar[])"
    )
    found = chain.from_iterable(readings.read(*of_source) for of_source in sorted(versions.items()))
    numbered = enumerate(found)
    while some := list(islice(numbered, at_once)):
        database.insert(connection, "documents", [_document(number, *each) for number, each in some])
        held_back = [
            (number, *reading.key[:3], place, *astuple(each)[:6], list(each.within))
            for number, (_, reading) in some
            for place, each in enumerate(reading.doubts, 1)
        ]
        database.insert(connection, "doubts", held_back)
    connection.execute(
        "create or replace temp table outdated as select number from documents qualify row_number() over"
        " (partition by source_id, scope, snapshot_sha256, parser_version order by number desc) > 1"
    )
    connection.execute("delete from doubts where document in (select number from outdated)")
    connection.execute("delete from documents where number in (select number from outdated)")


def _document(number: int, file: Path, reading: Reading) -> tuple[object, ...]:
    return (
        number,
        str(file),
        *reading.key,
        reading.outcome,
        reading.subjects,
        reading.observations,
        reading.offered,
        reading.rows_read,
        sum(reading.left_out.values()),
        reading.in_doubt,
        "; ".join(f"{why}: {count}" for why, count in sorted(reading.left_out.items())),
        reading.reason,
        "; ".join(reading.warnings),
        json.dumps(dict(reading.left_out)),
    )


def load_confirmations(
    connection: duckdb.DuckDBPyConnection, versions: Mapping[str, str], ledger: Ledger, *, is_anew: bool
) -> None:
    """Temporary tables ``renewed`` and ``confirmations``: the documents to fold from their beginning, and what is new.

    A confirmation is one attempt that says which body a scope held at that instant, with how that body was read; of
    several at one instant a readable one counts before a refused one, and a fetched one before packaged data. Of a
    document that goes on, those of the runs that came are there; of one that is renewed, all.

    A document is renewed where its past is not what was folded: its parser changed, an older reading turned up, or a
    body that could not be read then can be read now.
    """
    kinds = ", ".join(f"'{outcome}'" for outcome in sorted(CONFIRMING))
    connection.execute("create or replace temp table versions (source_id varchar, parser_version varchar)")
    if versions:
        connection.executemany("insert into versions values (?, ?)", sorted(versions.items()))
    connection.execute(
        f"""
        create or replace temp table renewed as
        select folds.source_id, folds.scope
        from evidence.folds as folds
        left join versions using (source_id)
        where ? or versions.parser_version is distinct from folds.parser_version

        union

        select ledger.source_id, ledger.scope
        from ledger
        join evidence.folds as folds using (source_id, scope)
        where ledger.outcome in ({kinds}) and ledger.started_at <= folds.last_read_at

        union

        select fetches.source_id, fetches.scope
        from raw.fetches as fetches
        join (
            select source_id, scope, snapshot_sha256 from documents
            except
            select source_id, scope, snapshot_sha256 from raw.documents
        ) as found
            on found.source_id = fetches.source_id
            and found.scope = fetches.scope
            and found.snapshot_sha256 = fetches.sha256
        join evidence.folds as folds
            on folds.source_id = fetches.source_id
            and folds.scope = fetches.scope
            and fetches.started_at <= folds.last_read_at
        where fetches.outcome in ({kinds})
        """,
        [is_anew],
    )
    past = "ledger"
    if not is_anew:
        past = "past"
        connection.execute("create or replace temp table past as from ledger limit 0")
        if connection.sql("from renewed limit 1").fetchall():
            is_renewed = "(source_id, scope) in (select (source_id, scope) from renewed)"
            ledger.load(connection, past, where=is_renewed)
    connection.execute(
        f"""
        create or replace temp table confirmations as
        with attempts as (
            select source_id, scope, started_at, sha256, checked_on, outcome, attempt, fetch_id
            from ledger
            anti join renewed using (source_id, scope)

            union all

            select source_id, scope, started_at, sha256, checked_on, outcome, attempt, fetch_id
            from {past}
            semi join renewed using (source_id, scope)
        )

        select
            attempts.source_id,
            attempts.scope,
            attempts.started_at as read_at,
            attempts.sha256 as snapshot_sha256,
            attempts.checked_on,
            documents.parser_version,
            documents.outcome
        from attempts
        join documents
            on documents.source_id = attempts.source_id
            and documents.scope = attempts.scope
            and documents.snapshot_sha256 = attempts.sha256
        where attempts.outcome in ({kinds})
        qualify row_number() over (
            partition by attempts.source_id, attempts.scope, attempts.started_at
            order by
                documents.outcome != 'read',
                attempts.outcome = 'packaged',
                attempts.attempt desc,
                attempts.fetch_id desc
        ) = 1
        """
    )


def restore(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Fill an empty file with the state the last published warehouse holds: `STATE`.

    A file that is not there, does not read, or has other columns than this version writes is no state: everything is
    refolded.
    """
    if previous is None or not previous.exists():
        return
    try:
        connection.execute(f"attach '{str(previous).replace(chr(39), chr(39) * 2)}' as previous (read_only)")
    except duckdb.Error:
        return
    connection.execute("begin")
    try:
        for name in STATE:
            columns = ", ".join(column.name for column in table(name).columns)
            connection.execute(f"insert into {name} ({columns}) select {columns} from previous.{name}")
        connection.execute("commit")
    except duckdb.Error:
        connection.execute("rollback")
    finally:
        connection.execute("detach previous")


def fold(connection: duckdb.DuckDBPyConnection, readings: Readings, most_gone: Mapping[str, float]) -> int:
    """Fold every reading not folded yet into ``claims`` and ``folds``; returns how many readings changed a document.

    `most_gone` gives each source's largest share of standing subjects that a reading may say nothing of. Works on
    ``evidence.folded_claims``, ``evidence.folds`` and the temporary tables of `load_readings` and `load_confirmations`.
    """
    for name in ("evidence.folded_claims", "evidence.folds"):
        connection.execute(
            f"delete from {name} as folded using renewed"
            " where renewed.source_id = folded.source_id and renewed.scope = folded.scope"
        )
    connection.execute(
        """
        create or replace temp table accepted as
        select
            source_id,
            scope,
            confirmations.parser_version,
            read_at,
            snapshot_sha256,
            checked_on,
            coalesce(folds.readings, 0) + row_number() over past as ordinal,
            coalesce(lag(read_at) over past, folds.last_read_at) as previous_read_at,
            coalesce(lag(snapshot_sha256) over past, folds.last_sha256) is distinct from snapshot_sha256
                or case
                    when row_number() over past = 1 then folds.last_checked_on
                    else lag(checked_on) over past
                end is distinct from checked_on as changed
        from confirmations
        left join evidence.folds as folds using (source_id, scope)
        where outcome = 'read'
        window past as (partition by source_id, scope order by read_at)
        """
    )
    connection.execute(
        """
        create or replace temp table due as
        select *, row_number() over (partition by source_id, scope order by read_at) as turn
        from accepted
        where changed
        """
    )
    connection.execute("create or replace temp table limits (source_id varchar, most_gone double)")
    if most_gone:
        connection.executemany("insert into limits values (?, ?)", sorted(most_gone.items()))
    connection.execute(
        "create or replace temp table holding as"
        " select source_id, scope, last_kept_at, held_since_at, held_for from evidence.folds"
        " where held_since_at is not null"
    )
    ((changed, turns),) = connection.sql("select count(*), coalesce(max(turn), 0) from due").fetchall()
    _load_observations(connection, readings)
    for turn in range(1, turns + 1):
        _fold_one_reading_per_scope(connection, turn)
    connection.execute(
        "delete from evidence.folds as folds using accepted"
        " where accepted.source_id = folds.source_id and accepted.scope = folds.scope"
    )
    connection.execute(
        """
        insert into evidence.folds by name
        select
            source_id,
            scope,
            any_value(parser_version) as parser_version,
            max(ordinal) as readings,
            max(read_at) as last_read_at,
            coalesce(any_value(holding.last_kept_at), max(read_at)) as last_kept_at,
            arg_max(snapshot_sha256, read_at) as last_sha256,
            max_by(checked_on, read_at) filter (where read_at = newest) as last_checked_on,
            any_value(holding.held_since_at) as held_since_at,
            any_value(holding.held_for) as held_for
        from (select *, max(read_at) over (partition by source_id, scope) as newest from accepted)
        left join holding using (source_id, scope)
        group by source_id, scope
        """
    )
    connection.execute(
        "update evidence.folded_claims as claims set last_confirmed_at = folds.last_read_at"
        " from evidence.folds as folds"
        " where claims.superseded_at is null and claims.in_doubt_since_at is null"
        " and folds.source_id = claims.source_id and folds.scope = claims.scope"
        " and claims.last_confirmed_at is distinct from folds.last_read_at"
    )
    return int(changed)


def _load_observations(connection: duckdb.DuckDBPyConnection, readings: Readings) -> None:
    """The observations of every due reading as the temporary table ``said``.

    Two workers may have read one document, and then two files have what it says: it is taken from one.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in OBSERVATION_COLUMNS.items())
    key = "source_id, scope, snapshot_sha256, parser_version"
    connection.execute(f"create or replace temp table said ({columns})")
    wanted = connection.sql(
        f"""
        select source_id, parser_version, list(distinct file order by file) as files
        from documents
        semi join due using ({key})
        group by source_id, parser_version
        order by source_id, parser_version
        """
    ).fetchall()
    for source_id, version, files in wanted:
        try:
            connection.execute(
                f"insert into said select {', '.join(OBSERVATION_COLUMNS)} from read_parquet(?, filename = 'file')"
                f" semi join (select file, {key} from documents semi join due using ({key})) using (file, {key})",
                [files],
            )
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            folder = readings.folder / source_id / version
            raise Unusable(
                f"a file of observations in {folder} is damaged; remove that folder and run the refresh again,"
                " which reads its documents anew"
            ) from error


def _fold_one_reading_per_scope(connection: duckdb.DuckDBPyConnection, turn: int) -> None:
    connection.execute("create or replace temp table turned as select * from due where turn = ?", [turn])
    connection.execute(
        "create or replace temp table now as select said.*, turned.read_at, turned.checked_on from said"
        " join turned using (source_id, scope, snapshot_sha256, parser_version)"
    )
    _judge(connection)
    _hold_whole(connection)
    connection.execute(
        """
        update evidence.folded_claims as claims
        set
            superseded_at = fates.read_at,
            last_confirmed_at = case
                when claims.in_doubt_since_at is null then fates.previous_read_at
                else claims.last_confirmed_at
            end,
            in_doubt_since_at = null
        from fates
        where fates.claim_id = claims.claim_id and fates.fate in ('replaced', 'gone')
        """
    )
    connection.execute(
        """
        update evidence.folded_claims as claims
        set
            last_confirmed_at = case
                when claims.in_doubt_since_at is null then fates.previous_read_at
                else claims.last_confirmed_at
            end,
            in_doubt_since_at = coalesce(claims.in_doubt_since_at, fates.read_at)
        from fates
        where fates.claim_id = claims.claim_id and fates.fate = 'held'
        """
    )
    same = " and ".join(f"said.{name} = claims.{name}" for name in CLAIM_KEY)
    connection.execute(
        f"""
        update evidence.folded_claims as claims
        set
            snapshot_sha256 = said.snapshot_sha256,
            printed_text = said.printed_text,
            locator = said.locator,
            cited_url = said.cited_url,
            reviewed_on = coalesce(said.reviewed_on, said.checked_on),
            in_doubt_since_at = null
        from now as said
        where claims.superseded_at is null and {same}
        """
    )
    key = ", ".join(f"said.{name}" for name in CLAIM_KEY)
    taken = [
        f"{'coalesce(said.reviewed_on, said.checked_on)' if name == 'reviewed_on' else f'said.{name}'} as {name}"
        for name in OBSERVATION_COLUMNS
        if name != "parser_version"
    ]
    connection.execute(
        f"""
        insert into evidence.folded_claims by name
        select
            'c' || left(md5(concat_ws(chr(31), {key}, epoch_us(said.read_at))), 20) as claim_id,
            {", ".join(taken)},
            said.read_at as first_seen_at,
            said.read_at as last_confirmed_at,
            null as superseded_at,
            null as in_doubt_since_at
        from now as said
        where not exists (
            select 1 from evidence.folded_claims as claims where claims.superseded_at is null and {same}
        )
        """
    )


def _judge(connection: duckdb.DuckDBPyConnection) -> None:
    """What this turn's reading makes of every claim that stood in its document, as the temporary table ``fates``.

    said: it still says so. replaced: it says something else of the same. held: it is silent, and a part in doubt may
    say it. gone: it is silent.
    """
    slot = ", ".join(SLOT)
    connection.execute(
        f"""
        create or replace temp table fates as
        with standing as (
            select claims.*, turned.read_at, turned.previous_read_at, turned.snapshot_sha256 as read_sha256
            from evidence.folded_claims as claims
            join turned using (source_id, scope)
            where claims.superseded_at is null
        ),

        held as (
            select distinct standing.claim_id
            from standing
            join doubts
                on doubts.source_id = standing.source_id
                and doubts.scope = standing.scope
                and doubts.snapshot_sha256 = standing.read_sha256
            where hangs_on(
                standing.subject, standing.attribute, standing.locator, doubts.subject, doubts.attribute, doubts.within
            )
        )

        select
            standing.claim_id,
            standing.source_id,
            standing.scope,
            standing.subject,
            standing.host,
            standing.read_at,
            standing.previous_read_at,
            case
                when said.source_id is not null then 'said'
                when spoken_of.source_id is not null then 'replaced'
                when held.claim_id is not null then 'held'
                else 'gone'
            end as fate
        from standing
        left join (select distinct {slot}, value from now) as said using ({slot}, value)
        left join (select distinct {slot} from now) as spoken_of using ({slot})
        left join held using (claim_id)
        """
    )


def _hold_whole(connection: duckdb.DuckDBPyConnection) -> None:
    """Hold the readings of this turn that say nothing of most of what stood: ``holding`` says since when, and why.

    Every claim they might have closed is held, and what they say is not taken up.
    """
    connection.execute(
        """
        create or replace temp table emptied as
        with subjects as (
            select source_id, scope, subject, host, bool_and(fate = 'gone') as is_gone
            from fates
            group by source_id, scope, subject, host
        )

        select
            source_id,
            scope,
            count(*) filter (where is_gone) as gone,
            count(*) as stood
        from subjects
        join limits using (source_id)
        join turned using (source_id, scope)
        left join holding using (source_id, scope)
        where utc_day(turned.read_at) - utc_day(coalesce(holding.last_kept_at, turned.previous_read_at)) < ?
        group by source_id, scope, most_gone
        having count(*) filter (where is_gone) > greatest(most_gone * count(*), ?)
        """,
        [SUDDEN_DAYS, FEW],
    )
    connection.execute(
        "delete from now using emptied where emptied.source_id = now.source_id and emptied.scope = now.scope"
    )
    connection.execute(
        "update fates set fate = 'held' from emptied"
        " where emptied.source_id = fates.source_id and emptied.scope = fates.scope"
    )
    connection.execute(
        """
        create or replace temp table holding as
        select
            emptied.source_id,
            emptied.scope,
            coalesce(holding.last_kept_at, turned.previous_read_at) as last_kept_at,
            coalesce(holding.held_since_at, turned.read_at) as held_since_at,
            'nothing is said any more of ' || emptied.gone || ' of ' || emptied.stood || ' subjects' as held_for
        from emptied
        join turned using (source_id, scope)
        left join holding using (source_id, scope)

        union all

        select holding.*
        from holding
        anti join turned using (source_id, scope)
        """
    )
