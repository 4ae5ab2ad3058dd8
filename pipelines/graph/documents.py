"""What the ledger and the readings say of each source's documents: counted, and the first few.

A source may have a million documents: they are counted by SQL, and little of them is in memory.

Belongs here: those figures. Does not: how they are shown, or what is red (`sources`).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import duckdb

from pipelines.night.progress import NOBODY_ASKED
from sources.contract import Source
from warehouse import database
from warehouse.evidence import claims
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.newest import CONFIRMED
from warehouse.evidence.readings import Reading, Readings

SHOWN = 20
"""Documents listed in a check that has something to say; the rest are counted."""

AT_ONCE = 10_000
"""So many documents are in memory at once."""

_NOBODY_ASKED = f"outcome in {tuple(sorted(NOBODY_ASKED))}"


@dataclass(frozen=True)
class Response:
    """What one document's address last answered."""

    scope: str
    status: int | None
    outcome: str
    sha256: str
    error: str

    @property
    def missed(self) -> str:
        """Why no document came; empty where one did."""
        return "" if self.outcome in CONFIRMING else self.error or self.outcome


@dataclass(frozen=True)
class Pages:
    """The documents of one source, as the ledger tells.

    asked         how many the newest run asked for that asked the source, and how many of them did not come
    responses     the first of them, those that did not come before the others
    nobody_asked  whether no host was asked for any of them
    held          how many there is a body of; of the first its address and SHA-256
    data_version  the page's own SHA-256, shortened; of several pages the digest of theirs; ``none`` before the first
    answered      the last attempt that asked its host, whatever came of it
    came_at       when a document last came from its host, as the ledger writes it
    """

    asked: int = 0
    missed: int = 0
    responses: Sequence[Response] = ()
    nobody_asked: bool = True
    held: int = 0
    scope: str = ""
    sha256: str = ""
    data_version: str = "none"
    answered: Mapping[str, Any] = field(default_factory=dict)
    came_at: str = ""


@dataclass(frozen=True)
class Read:
    """How the bodies that are held of one source were read by today's parser.

    subjects      all of them, and the fewest and the most that one document names that was read
    outside       how many documents name fewer or more than the source declares; the first of them, address and number
    missed        how many of the documents asked for brought nothing that was read; the first of them, address and why
    doubts        how many parts are in doubt; the first of them: part, place, reason, words, address
    """

    read: int = 0
    refused: int = 0
    subjects: int = 0
    observations: int = 0
    offered: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    fewest: int = 0
    most: int = 0
    outside: int = 0
    first_outside: Sequence[tuple[str, int]] = ()
    missed: int = 0
    first_missed: Sequence[tuple[str, str]] = ()
    doubts: int = 0
    first_doubts: Sequence[tuple[str, ...]] = ()


def pages(connection: duckdb.DuckDBPyConnection) -> dict[str, Pages]:
    """Source id → its documents, from the ``standing`` attempts; sources that were never asked are absent.

    Leaves the temporary tables ``asked`` and ``held``, by document.
    """
    connection.execute(
        """
        create or replace temp table asked as
        select source_id, scope, first, status, outcome, coalesce(sha256, '') as sha256, coalesce(error, '') as error
        from (
            select source_id, scope, min(place) as first, max(place) as place
            from standing
            semi join (select source_id, max(run_id) as run_id from standing group by source_id)
                using (source_id, run_id)
            group by source_id, scope
        )
        join (select place, status, outcome, sha256, error from standing) using (place)
        """
    )
    connection.execute(
        f"""
        create or replace temp table held as
        select source_id, scope, first, sha256
        from (
            select source_id, scope, min(place) as first, max(place) as place
            from standing
            where {CONFIRMED}
            group by source_id, scope
        )
        join (select place, sha256 from standing) using (place)
        """
    )
    asked = _by_source(
        connection,
        f"""
        select
            source_id,
            count(*) as asked,
            count(*) filter (not {CONFIRMED}) as missed,
            bool_and({_NOBODY_ASKED}) as nobody_asked
        from asked
        """,
    )
    responses = _listed(connection, "select source_id, scope, status, outcome, sha256, error from asked", CONFIRMED)
    held = _by_source(
        connection,
        """
        select source_id, count(*) as held, min_by(scope, first) as scope, min_by(sha256, first) as sha256
        from held
        """,
    )
    versions = _data_versions(connection)
    answered = _by_source(
        connection,
        f"""
        select
            source_id,
            max_by(
                {{
                    'status': status,
                    'outcome': outcome,
                    'started_at': strftime(started_at, '%Y-%m-%dT%H:%M:%S.%f+00:00'),
                    'error': error
                }},
                place
            ) as answered,
            coalesce(strftime(max(started_at) filter ({CONFIRMED}), '%Y-%m-%dT%H:%M:%S.%f+00:00'), '') as came_at
        from standing
        where not {_NOBODY_ASKED} and outcome != 'packaged'
        """,
    )
    return {
        source_id: Pages(
            **told,
            **held.get(source_id, {}),
            **answered.get(source_id, {}),
            responses=[Response(*each) for each in responses.get(source_id, ())],
            data_version=versions.get(source_id, "none"),
        )
        for source_id, told in asked.items()
    }


def reads(
    connection: duckdb.DuckDBPyConnection,
    readings: Readings,
    sources: Sequence[tuple[Source, str]],
    refused: Iterable[Reading] = (),
) -> dict[str, Read]:
    """Source id → how its documents were read; over what `pages` leaves.

    sources  each with the version of its parser
    refused  readings of this night of which nothing is stored
    """
    claims.load_readings(connection, readings, {source.id: version for source, version in sources})
    connection.execute(
        "create or replace temp table refused (source_id varchar, scope varchar, sha256 varchar, reason varchar)"
    )
    database.insert(connection, "refused", ((*each.key[:3], each.reason) for each in refused))
    connection.execute("create or replace temp table limits (source_id varchar, floor integer, ceiling integer)")
    database.insert(connection, "limits", ((source.id, *source.rows) for source, _ in sources))
    connection.execute(
        """
        create or replace temp table newest as
        select source_id, scope, sha256, first, outcome, reason, subjects, observations, rows_offered, left_out
        from held
        join (select * rename (snapshot_sha256 as sha256) from documents) using (source_id, scope, sha256)

        union all by name

        select source_id, scope, sha256, first, 'refused' as outcome, reason, 0 as subjects, '{}' as left_out
        from refused
        anti join (select * rename (snapshot_sha256 as sha256) from documents) using (source_id, scope, sha256)
        join held using (source_id, scope, sha256)
        """
    )
    connection.execute(
        f"""
        create or replace temp table missed as
        select
            asked.source_id,
            asked.scope,
            asked.first,
            case
                when not asked.{CONFIRMED} then coalesce(nullif(asked.error, ''), asked.outcome)
                when found.outcome is null then 'not read'
                when found.outcome = 'refused' then found.reason
            end as why
        from asked
        left join (
            select source_id, scope, snapshot_sha256 as sha256, outcome, reason from documents
            union
            select source_id, scope, sha256, 'refused' as outcome, reason from refused
        ) as found
            on found.source_id = asked.source_id and found.scope = asked.scope and found.sha256 = asked.sha256
        """
    )
    counted = _by_source(
        connection,
        """
        select
            source_id,
            count(*) filter (outcome = 'read') as read,
            count(*) filter (outcome = 'refused') as refused,
            sum(subjects)::bigint as subjects,
            coalesce(sum(observations), 0)::bigint as observations,
            coalesce(sum(rows_offered), 0)::bigint as offered,
            coalesce(min(subjects) filter (outcome = 'read'), 0) as fewest,
            coalesce(max(subjects) filter (outcome = 'read'), 0) as most,
            count(*) filter (outcome = 'read' and subjects not between floor and ceiling) as outside
        from newest
        join limits using (source_id)
        """,
    )
    outside = _listed(
        connection,
        """
        select source_id, scope, subjects
        from newest
        join limits using (source_id)
        where outcome = 'read' and subjects not between floor and ceiling
        """,
    )
    missed = _by_source(connection, "select source_id, count(*) as missed from missed where why != ''")
    first_missed = _listed(connection, "select source_id, scope, why from missed where why != ''")
    in_doubt = "from doubts join (select * rename (sha256 as snapshot_sha256) from held)"
    in_doubt += " using (source_id, scope, snapshot_sha256)"
    doubts = _by_source(connection, f"select source_id, count(*) as doubts {in_doubt}")
    first_doubts = _listed(
        connection, f"select source_id, part, place, reason, words, scope {in_doubt}", "scope, number"
    )
    left_out = _left_out(connection)
    return {
        source.id: Read(
            **counted.get(source.id, {}),
            **missed.get(source.id, {}),
            **doubts.get(source.id, {}),
            left_out=left_out.get(source.id, Counter()),
            first_outside=outside.get(source.id, ()),
            first_missed=first_missed.get(source.id, ()),
            first_doubts=first_doubts.get(source.id, ()),
        )
        for source, _ in sources
    }


def _by_source(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, dict[str, Any]]:
    """Source id → the other columns of a query that is grouped by it, by their names."""
    rows = connection.sql(f"{query} group by source_id")
    return {source_id: dict(zip(rows.columns[1:], told, strict=True)) for source_id, *told in rows.fetchall()}


def _listed(
    connection: duckdb.DuckDBPyConnection, query: str, order: str = "first"
) -> dict[str, list[tuple[Any, ...]]]:
    """Source id → the first `SHOWN` rows of a query, less the source."""
    first = f"{query} qualify row_number() over (partition by source_id order by {order}) <= {SHOWN}"
    rows = connection.sql(f"{first} order by source_id, {order}").fetchall()
    return {source_id: [row[1:] for row in of] for source_id, of in groupby(rows, itemgetter(0))}


def _data_versions(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = connection.execute("select source_id, scope, sha256 from held order by source_id, scope")
    rows = chain.from_iterable(iter(lambda: found.fetchmany(AT_ONCE), []))
    return {source_id: _data_version(of) for source_id, of in groupby(rows, itemgetter(0))}


def _data_version(documents: Iterable[tuple[str, str, str]]) -> str:
    waiting = iter(documents)
    _, scope, body = next(waiting)
    together, is_one = sha256(f"{scope} {body}".encode()), True
    for _, scope, each in waiting:
        together.update(f"\n{scope} {each}".encode())
        is_one = False
    return body[:12] if is_one else together.hexdigest()[:12]


def _left_out(connection: duckdb.DuckDBPyConnection) -> dict[str, Counter[str]]:
    """Source id → why rows are left out, and how many."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    counted = "select source_id, left_out, count(*) from newest where left_out != '{}' group by all"
    for source_id, left_out, documents in connection.sql(f"{counted} order by all").fetchall():
        for why, rows in json.loads(left_out).items():
            found[source_id][why] += rows * documents
    return found
