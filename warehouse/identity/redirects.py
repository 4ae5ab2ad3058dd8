"""Which model ids have been published, and names each stood for: a line an id, appended at publication, never changed.

An id never changes meaning. Where what its names mean is read otherwise since (more is known of them, or a rule has
changed), the id is gone from ``core.models`` and ``core.model_redirects`` leads to the model they are now.
Deciding what a name means is `warehouse.identity`'s business.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from warehouse import database
from warehouse.database import create, locked
from warehouse.home import Home, append_lines, whole_lines_of
from warehouse.reference_tables import insert, read
from warehouse.schemas import table

NAMES = 5
"""How many of an id's names are kept: plain ones first, so that what they mean now says what the id means now."""


def record(home: Home) -> int:
    """Append the listed ids of the published warehouse that were never published before; returns how many."""
    known = [line["model_id"] for line in _lines(home)]
    with locked(home.warehouse) as connection:
        rows = connection.execute(
            f"""
            select
                models.model_id,
                build.as_of,
                to_json(list(
                    [aliases.source_id, aliases.subject]
                    order by aliases.variant != '', aliases.source_id, aliases.subject
                )[:{NAMES}])
            from core.models as models
            join core.model_aliases as aliases
                on aliases.model_id = models.model_id
                and aliases.is_latest
            cross join quality.build as build
            where models.is_listed and models.model_id not in (select unnest($known::varchar[]))
            group by models.model_id, build.as_of
            order by models.model_id
            """,
            {"known": known},
        ).fetchall()
    new = [
        {"model_id": model_id, "published_at": as_of.isoformat(), "names": json.loads(names)}
        for model_id, as_of, names in rows
    ]
    if new:
        append_lines(home.published, new)
    return len(new)


def load_redirects(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make ``core.model_redirects``."""
    create(connection, table("core.model_redirects"))
    insert(connection, "core.model_redirects", _redirects(connection, home))


def _redirects(connection: duckdb.DuckDBPyConnection, home: Home) -> list[dict[str, Any]]:
    """A row for each published id that is no model now, and for each rename that a person has written down.

    `redirects_to` is None where the id's names are read as several models now, or as none.
    """
    written_down = {each["model_id"]: each for each in read("redirects")}
    connection.execute("create or replace temp table published (model_id varchar)")
    database.insert(connection, "published", ((line["model_id"],) for line in _lines(home)))
    gone = _column(connection, "select model_id from published anti join core.models using (model_id)")
    connection.execute("drop table temp.published")
    named = list(written_down.keys() | {each["redirects_to"] for each in written_down.values()})
    models = _column(connection, "select model_id from core.models where model_id in (select unnest($1))", named)
    found = {
        model_id: each
        for model_id, each in written_down.items()
        if model_id not in models and each["redirects_to"] in models
    }
    lines = [line for line in _lines(home) if line["model_id"] in gone - found.keys()]
    meanings = _meanings(connection, {(source_id, subject) for line in lines for source_id, subject in line["names"]})
    for line in lines:
        now = set().union(*(meanings[source_id, subject] for source_id, subject in line["names"]))
        told = {
            "redirects_to": min(now) if len(now) == 1 else None,
            "renamed_on": None,
            "reason": _reason(now),
            "url": None,
        }
        found.setdefault(line["model_id"], {"model_id": line["model_id"], **told})
    return [found[model_id] for model_id in sorted(found)]


def _meanings(
    connection: duckdb.DuckDBPyConnection, names: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], set[str]]:
    """(source_id, subject) → the models these names are read as now."""
    connection.execute("create or replace temp table asked (source_id varchar, subject varchar)")
    database.insert(connection, "asked", names)
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source_id, subject, model_id in connection.sql(
        "select source_id, subject, model_id from core.model_aliases semi join asked using (source_id, subject)"
        " where is_latest and model_id is not null"
    ).fetchall():
        meanings[source_id, subject].add(model_id)
    connection.execute("drop table temp.asked")
    return meanings


def _column(connection: duckdb.DuckDBPyConnection, query: str, *given: object) -> set[str]:
    return {value for (value,) in connection.execute(query, given).fetchall()}


def _reason(now: set[str]) -> str:
    if len(now) > 1:
        return f"its names are several models now: {', '.join(sorted(now))}"
    return "its names are read as no model now" if not now else "its names are read as this model now"


def _lines(home: Home) -> Iterator[dict[str, Any]]:
    """Every line that was written whole. `Unusable` names a damaged one: an id that was published is never lost."""
    if home.published.exists():
        yield from whole_lines_of(home.published)
