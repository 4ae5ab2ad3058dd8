"""``freshness.json`` beside ``latest``: when everything in the newest edition was last confirmed.

An edition is made when something known changes; that a page still says so is no change, and moves every night. It is
told here, and in the warehouse file's dates of review. Not here: what is known (the editions), how a night went.
"""

import json
from datetime import UTC, datetime
from typing import Any

from warehouse import database
from warehouse.home import Home, put


def write(home: Home, edition_id: str) -> None:
    """Write the file for the published warehouse: per source its state, and per document its last reading (UTC)."""
    with database.locked(home.warehouse) as connection:
        as_of = database.as_of(connection)
        sources = connection.sql(
            "select source_id, state, last_ok_at, last_attempt_at from quality.sources order by source_id"
        ).fetchall()
        documents = connection.sql(
            "select source_id, scope, last_kept_at from evidence.folds order by source_id, scope"
        ).fetchall()
    read: dict[str, dict[str, str | None]] = {}
    for source_id, scope, last_kept_at in documents:
        read.setdefault(source_id, {})[scope] = _instant(last_kept_at)
    told: dict[str, Any] = {
        "edition_id": edition_id,
        "as_of": _instant(as_of),
        "sources": {
            source_id: {
                "state": state,
                "last_ok_at": _instant(last_ok_at),
                "last_attempt_at": _instant(last_attempt_at),
                "documents": read.get(source_id, {}),
            }
            for source_id, state, last_ok_at, last_attempt_at in sources
        },
    }
    put(home.freshness, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
