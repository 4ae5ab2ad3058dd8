"""Folding readings into claims: *source S said X of subject Y, first seen K, last confirmed L*.

A claim opens when a document first says it, stays open while every later reading of that document still says it, and is
superseded by the first reading that does not. What a page says again later is a new claim. A failed or refused read is
no reading: it opens, closes and confirms nothing.

Folding night by night equals folding all history at once: each document (a *scope*) is folded reading by reading in the
order of time, and the state kept between nights is nothing but the claims and, per scope, the last reading folded.
Which model a subject is, and which claim wins, is decided elsewhere.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.evidence.ledger import COLUMNS, CONFIRMING, Ledger, whole_lines
from warehouse.evidence.readings import OBSERVATION_COLUMNS, Readings
from warehouse.home import put

CLAIM_KEY = ("source_id", "scope", "subject", "host", "attribute", "condition", "unit", "value")
"""What makes two sayings the same claim, within one episode."""

_CLAIM_COLUMNS = {
    "claim_id": "VARCHAR",
    **{name: kind for name, kind in OBSERVATION_COLUMNS.items() if name != "parser_version"},
    "first_seen_at": "TIMESTAMPTZ",
    "last_confirmed_at": "TIMESTAMPTZ",
    "superseded_at": "TIMESTAMPTZ",
}


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
    """Temporary tables ``documents`` (how each snapshot was read by today's parsers) and ``confirmations``.

    A confirmation is one attempt that says which body a scope held at that instant, with how that body was read; of
    several at one instant a readable one counts before a refused one, and a fetched one before packaged data.
    """
    rows = [
        (
            *reading.key,
            reading.outcome,
            reading.subjects,
            reading.observations,
            reading.offered,
            reading.rows_read,
            sum(reading.left_out.values()),
            "; ".join(f"{why}: {count}" for why, count in sorted(reading.left_out.items())),
            reading.reason,
            "; ".join(reading.warnings),
        )
        for source_id, version in sorted(versions.items())
        for reading in readings.index(source_id, version).values()
    ]
    connection.execute(
        "create or replace temp table documents (source_id varchar, scope varchar, snapshot_sha256 varchar,"
        " parser_version varchar, outcome varchar, subjects integer, observations integer, rows_offered integer,"
        " rows_read integer, rows_left_out integer, left_out_for varchar, reason varchar, warnings varchar)"
    )
    if rows:
        connection.executemany(f"insert into documents values ({', '.join('?' * len(rows[0]))})", rows)
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
    connection.execute(
        "create or replace temp table folds (source_id varchar, scope varchar, parser_version varchar, readings bigint,"
        " last_read_at timestamptz, last_sha256 varchar, history ubigint)"
    )
    if previous is None or not previous.exists():
        return
    try:
        connection.execute(f"attach '{str(previous).replace(chr(39), chr(39) * 2)}' as previous (read_only)")
    except (duckdb.IOException, duckdb.SerializationException):
        return
    try:
        names = ", ".join(_CLAIM_COLUMNS)
        connection.execute(f"insert into claims select {names} from previous.evidence.folded_claims")
        connection.execute(
            "insert into folds select source_id, scope, parser_version, readings, last_read_at, last_sha256, history"
            " from previous.evidence.folds"
        )
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException, duckdb.IOException):
        connection.execute("delete from claims")
        connection.execute("delete from folds")
    finally:
        connection.execute("detach previous")


def fold(connection: duckdb.DuckDBPyConnection, readings: Readings) -> int:
    """Fold every reading not folded yet into ``claims`` and ``folds``; returns how many readings changed a document.

    Works on the temporary tables of `restore` and `load_readings`. A scope whose past no longer matches what was folded
    (a parser changed, or an older reading turned up) is folded again from its beginning.
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
            arg_max(snapshot_sha256, read_at) as last_sha256,
            arg_max(history, read_at) as history
        from accepted
        group by source_id, scope
        """
    )
    connection.execute(
        "update claims set last_confirmed_at = folds.last_read_at from folds where claims.superseded_at is null"
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
        connection.execute(
            f"insert into said select {', '.join(OBSERVATION_COLUMNS)} from read_parquet(?)"
            " semi join due using (source_id, scope, snapshot_sha256, parser_version)",
            [files],
        )


def _fold_one_reading_per_scope(connection: duckdb.DuckDBPyConnection, turn: int) -> None:
    same = " and ".join(f"said.{name} = claims.{name}" for name in CLAIM_KEY)
    connection.execute(
        "create or replace temp table now as select said.*, due.read_at, due.checked_on from said"
        " join due using (source_id, scope, snapshot_sha256, parser_version) where due.turn = ?",
        [turn],
    )
    connection.execute(
        f"""
        update claims
        set superseded_at = due.read_at, last_confirmed_at = due.previous_read_at
        from due
        where due.turn = ?
            and claims.superseded_at is null
            and due.source_id = claims.source_id
            and due.scope = claims.scope
            and not exists (select 1 from now as said where {same})
        """,
        [turn],
    )
    connection.execute(
        f"""
        update claims
        set
            snapshot_sha256 = said.snapshot_sha256,
            printed_text = said.printed_text,
            locator = said.locator,
            cited_url = said.cited_url,
            reviewed_on = coalesce(said.reviewed_on, said.checked_on)
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
            null as superseded_at
        from now as said
        where not exists (select 1 from claims where claims.superseded_at is null and {same})
        """
    )
