"""The evidence as tables of the work file: the ledger, how documents were read, and the folded claims.

Belongs here: bringing `Ledger`, `Readings` and the fold into declared tables. Does not: fetching, parsing, identity.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from sources.contract import Source
from warehouse.database import SCHEMA_VERSION, create, existing, insert
from warehouse.evidence import claims
from warehouse.evidence.ledger import Ledger
from warehouse.evidence.readings import Readings
from warehouse.schemas import table

MADE = (
    "raw.sources",
    "raw.fetches",
    "raw.runs",
    "raw.documents",
    "raw.doubts",
    "evidence.folded_claims",
    "evidence.folds",
    "quality.build",
)
"""The tables `load_evidence` makes."""


def load_evidence(
    connection: duckdb.DuckDBPyConnection,
    *,
    ledger: Ledger,
    readings: Readings,
    sources: Iterable[Source],
    versions: Mapping[str, str],
    previous: Path | None,
) -> int:
    """Make every table of `MADE`, or bring them up to date in a file that holds them already.

    Returns how many readings changed a document since. `versions` gives each source's parser version; `previous` is the
    last published warehouse, whose claims are folded on where the file has none.
    """
    is_begun = bool(existing(connection, MADE))
    for name in MADE:
        if not is_begun:
            create(connection, table(name))
    claims.load_readings(connection, readings, versions)
    if not is_begun:
        claims.restore(connection, previous)
    is_anew = claims.load_ledger(connection, ledger)
    claims.load_confirmations(connection, versions, ledger, is_anew=is_anew)
    declared = list(sources)
    changed = claims.fold(connection, readings, {source.id: source.most_gone for source in declared})
    for name in ("raw.documents", "raw.doubts", "quality.build", "raw.sources"):
        connection.execute(f"delete from {name}")
    _insert(connection, "raw.documents", "documents")
    _insert(connection, "raw.doubts", "doubts")
    connection.execute(
        "insert into quality.build"
        " select ?, coalesce(max(started_at), timestamptz '1970-01-01 00:00:00+00'),"
        " (select coalesce(sum(attempts), 0) from raw.runs) from raw.fetches",
        [SCHEMA_VERSION],
    )
    insert(connection, "raw.sources", [_declaration(source) for source in declared])
    return changed


def _insert(connection: duckdb.DuckDBPyConnection, name: str, origin: str) -> None:
    declared = table(name)
    columns = ", ".join(column.name for column in declared.columns)
    connection.execute(
        f"insert into {name} ({columns}) select {columns} from {origin} order by {', '.join(declared.key)}"
    )


def _declaration(source: Source) -> tuple[object, ...]:
    return (
        source.id,
        source.publisher,
        source.kind,
        source.authority,
        source.seller,
        source.gateway,
        list(source.copies),
        source.urls[0] if source.urls else f"almanac:{source.id}",
        source.terms_url,
        source.licence,
        source.review_every_days,
        source.rows[0],
        source.rows[1],
        "; ".join(f"{what}: {why}" for what, why in source.ignores.items()),
        source.unproven,
    )
