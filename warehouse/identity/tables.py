"""Identity as a table: the spellings that claims hold go in, ``core.model_aliases`` comes out.

How a spelling is decided is `resolution`'s business.
"""

import json
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse.database import create
from warehouse.following import digest
from warehouse.home import put
from warehouse.identity.families import load_families
from warehouse.identity.resolution import POINTED, Resolution, Spelling, resolve
from warehouse.schemas import table

TOOL_METERS = (
    "code_execution",
    "data_capture",
    "file_search",
    "google_maps",
    "indexing",
    "session",
    "storage",
    "tool_call",
    "web_search",
)

_BESIDE = ("name", "canonical_slug", "hugging_face_id", "alias_target", "base_model", "lab", "product_type")

_NEWEST = "(superseded_at is null, first_seen_at, claim_id)"
"""Of what a source says of a name, what stands comes before what is past, and the later before the earlier."""


_SAID_BESIDE = ",\n".join(
    f"coalesce(arg_max(value, {_NEWEST}) filter (where attribute = '{name}'), '') as {name}" for name in _BESIDE
)

_SPELLINGS = f"""
    select
        source_id,
        subject,
        arg_max(host, {_NEWEST}) as host,
        {_SAID_BESIDE},
        arg_max(value, {_NEWEST}) filter (where attribute = 'open_weights') = 'true' as open_weights,
        cast(arg_max(value, {_NEWEST}) filter (where attribute = 'context_tokens') as bigint) as context_tokens
    from evidence.folded_claims
    where not starts_with(attribute, 'lab/') and not starts_with(attribute, 'provider/')
    group by source_id, subject
"""

_TOOL_PRICES = ", ".join(f"'price/{meter}'" for meter in TOOL_METERS)


def load_aliases(connection: duckdb.DuckDBPyConnection, scratch: Path) -> int:
    """Resolve every spelling of the folded claims into ``core.model_aliases``; returns how many were resolved.

    The families that the models' own names say are made with them, as ``evidence.model_families``.

    A name that moves has a row for every target it was ever said to have, each dated by the claims that said so.
    """
    tools = _tools(connection)
    names = [each for each in spellings(connection) if (each.source_id, each.subject) not in tools]
    past = _earlier_targets(connection, names)
    resolutions = resolve(names, past=past)
    lines = [
        _line(each, *(_target(spelling) if each.rule == POINTED else _NO_TARGET), is_latest=number < len(names))
        for number, (each, spelling) in enumerate(zip(resolutions, (*names, *past), strict=True))
        if number < len(names) or each.rule == POINTED
    ]
    lines += [_line(_a_tool(*tool), *_NO_TARGET, is_latest=True) for tool in sorted(tools)]
    put(scratch, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines).encode())
    create(connection, table("core.model_aliases"))
    connection.execute(
        """
        insert into core.model_aliases
        select
            decided.source_id,
            decided.subject,
            decided.model_id,
            decided.lab_id,
            decided.variant,
            decided.rule,
            decided.detail,
            decided.candidates,
            min(claims.first_seen_at) as valid_from,
            case when bool_and(claims.superseded_at is not null) then max(claims.superseded_at) end as valid_to,
            decided.is_latest
        from read_json(?, format='newline_delimited', columns={
            source_id: 'VARCHAR', subject: 'VARCHAR', model_id: 'VARCHAR', lab_id: 'VARCHAR', variant: 'VARCHAR',
            rule: 'VARCHAR', detail: 'VARCHAR', candidates: 'VARCHAR[]', told_by: 'VARCHAR', target: 'VARCHAR',
            is_latest: 'BOOLEAN'
        }) as decided
        join evidence.folded_claims as claims
            on claims.source_id = decided.source_id
            and claims.subject = decided.subject
            and (decided.target = '' or (claims.attribute = decided.told_by and claims.value = decided.target))
        group by all
        order by decided.source_id, decided.subject, valid_from
        """,
        [str(scratch)],
    )
    scratch.unlink()
    load_families(connection)
    return sum(each.model_id is not None for each in resolutions)


def said_of_names(connection: duckdb.DuckDBPyConnection) -> str:
    """Digest of all that `load_aliases` takes of the claims: most of them say a price, and nothing of a name."""
    parts = (
        _SPELLINGS,
        f"""
        select
            source_id,
            subject,
            min(first_seen_at),
            case when bool_and(superseded_at is not null) then max(superseded_at) end,
            bool_and(attribute in ({_TOOL_PRICES}))
        from evidence.folded_claims
        group by source_id, subject
        """,
        """
        select source_id, subject, attribute, value, first_seen_at, superseded_at
        from evidence.folded_claims
        where attribute in ('alias_target', 'name', 'family')
        """,
        "select source_id, authority from raw.sources",
    )
    return digest(
        *(str(connection.sql(f"select count(*), sum(hash(said)) from ({each}) as said").fetchone()) for each in parts)
    )


_NO_TARGET = ("", "")


def _target(moving: Spelling) -> tuple[str, str]:
    """The attribute that says what a name that moves points to, and its value."""
    return ("alias_target", moving.alias_target) if moving.alias_target else ("name", moving.name)


def _earlier_targets(connection: duckdb.DuckDBPyConnection, names: list[Spelling]) -> list[Spelling]:
    """Every name that was once said to point elsewhere than it does now, with each target it had."""
    now = {(each.source_id, each.subject): each for each in names}
    rows = connection.sql(
        """
        select distinct source_id, subject, attribute, value
        from evidence.folded_claims
        where attribute in ('alias_target', 'name')
        order by all
        """
    ).fetchall()
    said = [(now.get((source_id, subject)), attribute, value) for source_id, subject, attribute, value in rows]
    earlier = [(each, replace(each, **{attribute: value})) for each, attribute, value in said if each]
    return [then for each, then in earlier if _target(then) != _target(each)]


def spellings(connection: duckdb.DuckDBPyConnection) -> list[Spelling]:
    """Every spelling with what its source says beside it; a standing claim speaks before a superseded one."""
    rows = connection.sql(f"{_SPELLINGS} order by source_id, subject").fetchall()
    return [
        Spelling(
            row[0],
            row[1],
            row[2],
            **dict(zip(_BESIDE, row[3:-2], strict=True)),
            open_weights=row[-2],
            context_tokens=row[-1],
        )
        for row in rows
    ]


def _tools(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Subjects that are only ever priced as a tool (web search, a session, an index), with no word of a model."""
    rows = connection.sql(
        f"""
        select source_id, subject
        from evidence.folded_claims
        where not starts_with(attribute, 'lab/') and not starts_with(attribute, 'provider/')
        group by source_id, subject
        having bool_and(attribute in ({_TOOL_PRICES}))
        """
    ).fetchall()
    return {(source_id, subject) for source_id, subject in rows}


def _a_tool(source_id: str, subject: str) -> Resolution:
    return Resolution(source_id, subject, None, None, "", "abstained", "a tool sold beside models, not a model")


def _line(each: Resolution, told_by: str, target: str, *, is_latest: bool) -> dict[str, object]:
    return {
        "source_id": each.source_id,
        "subject": each.subject,
        "model_id": each.model_id,
        "lab_id": each.lab_id,
        "variant": each.variant,
        "rule": each.rule,
        "detail": each.detail,
        "candidates": list(each.candidates),
        "told_by": told_by,
        "target": target,
        "is_latest": is_latest,
    }
