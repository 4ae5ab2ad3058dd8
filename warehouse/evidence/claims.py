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

from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

import duckdb

from warehouse.evidence.ledger import COLUMNS, CONFIRMING, Ledger, whole_lines
from warehouse.evidence.readings import OBSERVATION_COLUMNS, Readings
from warehouse.home import Unusable, put

CLAIM_KEY = ("source_id", "scope", "subject", "host", "attribute", "condition", "unit", "value")
"""What makes two sayings the same claim, within one episode."""

_CLAIM_COLUMNS = {
    "claim_id": "VARCHAR",
    **{name: kind for name, kind in OBSERVATION_COLUMNS.items() if name != "parser_version"},
    "first_seen_at": "TIMESTAMPTZ",
    "last_confirmed_at": "TIMESTAMPTZ",
    "superseded_at": "TIMESTAMPTZ",
    "in_doubt_since_at": "TIMESTAMPTZ",
}

_FOLD_COLUMNS = {
    "source_id": "VARCHAR",
    "scope": "VARCHAR",
    "parser_version": "VARCHAR",
    "readings": "BIGINT",
    "last_read_at": "TIMESTAMPTZ",
    "last_kept_at": "TIMESTAMPTZ",
    "last_sha256": "VARCHAR",
    "held_since_at": "TIMESTAMPTZ",
    "held_for": "VARCHAR",
    "history": "UBIGINT",
}

SLOT = CLAIM_KEY[:-1]
"""What a claim speaks of, whatever it says."""

FEW = 5
"""So few subjects may leave a page together without it being held whole."""

SUDDEN_DAYS = 30
"""What a page says nothing of is sudden within so many days of the last reading that counted; later it is news."""


def load_ledger(connection: duckdb.DuckDBPyConnection, ledger: Ledger, scratch: Path) -> None:
    """The whole ledger as the temporary table ``ledger`` (columns of `COLUMNS`)."""
    put(scratch, whole_lines(ledger.files()).encode())
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    connection.execute(
        "create or replace temp table ledger as"
        f" select * from read_json(?, format='newline_delimited', columns={{{columns}}})",
        [str(scratch)],
    )
    scratch.unlink()


def load_readings(connection: duckdb.DuckDBPyConnection, readings: Readings, versions: Mapping[str, str]) -> None:
    """Temporary tables ``documents`` (how each snapshot was read by today's parsers), ``doubts`` and ``confirmations``.

    A confirmation is one attempt that says which body a scope held at that instant, with how that body was read; of
    several at one instant a readable one counts before a refused one, and a fetched one before packaged data.
    """
    index = [
        reading
        for source_id, version in sorted(versions.items())
        for reading in readings.index(source_id, version).values()
    ]
    rows = [
        (
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
        )
        for reading in index
    ]
    connection.execute(
        "create or replace temp table documents (source_id varchar, scope varchar, snapshot_sha256 varchar,"
        " parser_version varchar, outcome varchar, subjects integer, observations integer, rows_offered integer,"
        " rows_read integer, rows_left_out integer, rows_in_doubt integer, left_out_for varchar, reason varchar,"
        " warnings varchar)"
    )
    if rows:
        connection.executemany(f"insert into documents values ({', '.join('?' * len(rows[0]))})", rows)
    connection.execute(
        "create or replace temp table doubts (source_id varchar, scope varchar, snapshot_sha256 varchar,"
        " number integer, part varchar, place varchar, words varchar, reason varchar, subject varchar,"
        " attribute varchar, within varchar[])"
    )
    if held_back := [
        (*reading.key[:3], number, *astuple(each)[:6], list(each.within))
        for reading in index
        for number, each in enumerate(reading.doubts, 1)
    ]:
        connection.executemany(f"insert into doubts values ({', '.join('?' * len(held_back[0]))})", held_back)
    kinds = ", ".join(f"'{outcome}'" for outcome in sorted(CONFIRMING))
    connection.execute(
        f"""
        create or replace temp table confirmations as
        select
            ledger.source_id,
            ledger.scope,
            ledger.started_at as read_at,
            ledger.sha256 as snapshot_sha256,
            ledger.checked_on,
            documents.parser_version,
            documents.outcome
        from ledger
        join documents
            on documents.source_id = ledger.source_id
            and documents.scope = ledger.scope
            and documents.snapshot_sha256 = ledger.sha256
        where ledger.outcome in ({kinds})
        qualify row_number() over (
            partition by ledger.source_id, ledger.scope, ledger.started_at
            order by documents.outcome != 'read', ledger.outcome = 'packaged', ledger.attempt desc, ledger.fetch_id desc
        ) = 1
        """
    )


def restore(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """The state the last published warehouse holds, as temporary tables ``claims`` and ``folds`` (empty without one).

    A file that is not there, does not read, or has other columns than this version writes is no state: everything is
    refolded.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in _CLAIM_COLUMNS.items())
    connection.execute(f"create or replace temp table claims ({columns})")
    columns = ", ".join(f"{name} {kind}" for name, kind in _FOLD_COLUMNS.items())
    connection.execute(f"create or replace temp table folds ({columns})")
    if previous is None or not previous.exists():
        return
    try:
        connection.execute(f"attach '{str(previous).replace(chr(39), chr(39) * 2)}' as previous (read_only)")
    except duckdb.Error:
        return
    try:
        names = ", ".join(_CLAIM_COLUMNS)
        connection.execute(f"insert into claims select {names} from previous.evidence.folded_claims")
        connection.execute(f"insert into folds select {', '.join(_FOLD_COLUMNS)} from previous.evidence.folds")
    except duckdb.Error:
        connection.execute("delete from claims")
        connection.execute("delete from folds")
    finally:
        connection.execute("detach previous")


def fold(connection: duckdb.DuckDBPyConnection, readings: Readings, most_gone: Mapping[str, float]) -> int:
    """Fold every reading not folded yet into ``claims`` and ``folds``; returns how many readings changed a document.

    `most_gone` gives each source's largest share of standing subjects that a reading may say nothing of. Works on the
    temporary tables of `restore` and `load_readings`. A scope whose past no longer matches what was folded (a parser
    changed, or an older reading turned up) is folded again from its beginning.
    """
    connection.execute(
        """
        create or replace temp table accepted as
        select
            source_id,
            scope,
            parser_version,
            read_at,
            snapshot_sha256,
            checked_on,
            row_number() over past as ordinal,
            lag(read_at) over past as previous_read_at,
            lag(snapshot_sha256) over past is distinct from snapshot_sha256
                or lag(checked_on) over past is distinct from checked_on as changed,
            bit_xor(md5_number_lower(concat_ws(' ', epoch_us(read_at), snapshot_sha256, checked_on, parser_version)))
                over past as history
        from confirmations
        where outcome = 'read'
        window past as (partition by source_id, scope order by read_at)
        """
    )
    connection.execute(
        """
        create or replace temp table broken as
        select folds.source_id, folds.scope
        from folds
        left join accepted
            on accepted.source_id = folds.source_id
            and accepted.scope = folds.scope
            and accepted.ordinal = folds.readings
            and accepted.history = folds.history
        where accepted.scope is null
        """
    )
    for table in ("claims", "folds"):
        connection.execute(
            f"delete from {table} using broken"
            f" where broken.source_id = {table}.source_id and broken.scope = {table}.scope"
        )
    connection.execute(
        """
        create or replace temp table due as
        select accepted.*, row_number() over (partition by accepted.source_id, accepted.scope order by read_at) as turn
        from accepted
        left join folds using (source_id, scope)
        where accepted.changed and accepted.ordinal > coalesce(folds.readings, 0)
        """
    )
    connection.execute("create or replace temp table limits (source_id varchar, most_gone double)")
    if most_gone:
        connection.executemany("insert into limits values (?, ?)", sorted(most_gone.items()))
    connection.execute(
        "create or replace temp table holding as"
        " select source_id, scope, last_kept_at, held_since_at, held_for from folds where held_since_at is not null"
    )
    ((changed, turns),) = connection.sql("select count(*), coalesce(max(turn), 0) from due").fetchall()
    _load_observations(connection, readings)
    for turn in range(1, turns + 1):
        _fold_one_reading_per_scope(connection, turn)
    connection.execute(
        """
        create or replace temp table folds as
        select
            source_id,
            scope,
            any_value(parser_version) as parser_version,
            count(*) as readings,
            max(read_at) as last_read_at,
            coalesce(any_value(holding.last_kept_at), max(read_at)) as last_kept_at,
            arg_max(snapshot_sha256, read_at) as last_sha256,
            any_value(holding.held_since_at) as held_since_at,
            any_value(holding.held_for) as held_for,
            arg_max(history, read_at) as history
        from accepted
        left join holding using (source_id, scope)
        group by source_id, scope
        """
    )
    connection.execute(
        "update claims set last_confirmed_at = folds.last_read_at from folds"
        " where claims.superseded_at is null and claims.in_doubt_since_at is null"
        " and folds.source_id = claims.source_id and folds.scope = claims.scope"
        " and claims.last_confirmed_at is distinct from folds.last_read_at"
    )
    return int(changed)


def _load_observations(connection: duckdb.DuckDBPyConnection, readings: Readings) -> None:
    """The observations of every due reading as the temporary table ``said``."""
    wanted: dict[tuple[str, str], set[tuple[str, str, str, str]]] = {}
    for row in connection.sql("select distinct source_id, scope, snapshot_sha256, parser_version from due").fetchall():
        wanted.setdefault((row[0], row[3]), set()).add(row)
    columns = ", ".join(f"{name} {kind}" for name, kind in OBSERVATION_COLUMNS.items())
    connection.execute(f"create or replace temp table said ({columns})")
    for (source_id, version), keys in sorted(wanted.items()):
        files = readings.parquet_files(source_id, version, keys)
        try:
            connection.execute(
                f"insert into said select {', '.join(OBSERVATION_COLUMNS)} from read_parquet(?)"
                " semi join due using (source_id, scope, snapshot_sha256, parser_version)",
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
        update claims
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
        update claims
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
        update claims
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
        "coalesce(said.reviewed_on, said.checked_on)" if name == "reviewed_on" else f"said.{name}"
        for name in OBSERVATION_COLUMNS
        if name != "parser_version"
    ]
    connection.execute(
        f"""
        insert into claims ({", ".join(_CLAIM_COLUMNS)})
        select
            'c' || left(md5(concat_ws(chr(31), {key}, epoch_us(said.read_at))), 20) as claim_id,
            {", ".join(taken)},
            said.read_at as first_seen_at,
            said.read_at as last_confirmed_at,
            null as superseded_at,
            null as in_doubt_since_at
        from now as said
        where not exists (select 1 from claims where claims.superseded_at is null and {same})
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
            from claims
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
