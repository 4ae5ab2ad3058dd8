"""One attempt to fetch one address: its columns, and the outcomes that say something of a document. No reading here."""

COLUMNS = {
    "fetch_id": "VARCHAR",
    "run_id": "VARCHAR",
    "source_id": "VARCHAR",
    "url": "VARCHAR",
    "scope": "VARCHAR",
    "attempt": "INTEGER",
    "started_at": "TIMESTAMPTZ",
    "finished_at": "TIMESTAMPTZ",
    "status": "INTEGER",
    "outcome": "VARCHAR",
    "etag": "VARCHAR",
    "last_modified": "VARCHAR",
    "content_type": "VARCHAR",
    "sha256": "VARCHAR",
    "bytes": "BIGINT",
    "checked_on": "DATE",
    "error": "VARCHAR",
    "final_url": "VARCHAR",
}
"""The ledger's columns and their DuckDB types. ``scope`` is the document a body belongs to: its own address, or the
live address that packaged data stands in for."""

CONFIRMING = frozenset({"ok", "unchanged", "not_modified", "packaged"})
"""Outcomes that say which body an address held at that instant."""
