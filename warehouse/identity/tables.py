"""Identity as a table: the spellings that claims hold go in, ``core.model_aliases`` comes out, some after others.

How a spelling is decided is `resolution`'s business.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import duckdb

from warehouse import database
from warehouse.following import digest
from warehouse.hashing import row_hash, values_of
from warehouse.home import put
from warehouse.identity.families import load_families
from warehouse.identity.resolution import POINTED, Known, Resolution, Spelling, decided, told_apart
from warehouse.schemas import table

AT_ONCE = 20_000
"""So many spellings are in memory at once."""

CLAIMS_AT_ONCE = 1_000_000
"""Of so many claims it is gathered at once what is said of names: texts put together cannot go to the disk half-way."""

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
    where not starts_with(attribute, 'lab/') and not starts_with(attribute, 'provider/') and {{0}}
    group by source_id, subject
"""

_SPELLED = ", ".join(each.name for each in fields(Spelling))

_TOOL_PRICES = ", ".join(f"'price/{meter}'" for meter in TOOL_METERS)


_DECIDED = {
    "source_id": "VARCHAR",
    "subject": "VARCHAR",
    "model_id": "VARCHAR",
    "lab_id": "VARCHAR",
    "variant": "VARCHAR",
    "rule": "VARCHAR",
    "detail": "VARCHAR",
    "candidates": "VARCHAR[]",
    "maker": "VARCHAR",
    "told_by": "VARCHAR",
    "target": "VARCHAR",
    "is_latest": "BOOLEAN",
}
"""A resolution, the maker its spelling prints, and what a name that moves points to, where a row is of that alone."""

_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in _DECIDED.items())


def load_aliases(connection: duckdb.DuckDBPyConnection, scratch: Path, at_once: int = AT_ONCE) -> None:
    """Resolve every spelling of the folded claims into ``core.model_aliases``.

    The families that the models' own names say are made with them, as ``evidence.model_families``.

    A name that moves has a row for every target it was ever said to have, each dated by the claims that said so.

    at_once   so many spellings are in memory; what is known of all others grows with makers' and sellers' names
    """
    _number_spellings(connection)
    past = _earlier_targets(connection)
    known = Known(lambda: chain.from_iterable(spellings(connection, at_once)), past=past)
    connection.execute(f"create or replace temp table decided ({_COLUMNS})")
    connection.execute(
        """
        insert into decided
        select
            source_id,
            subject,
            null as model_id,
            null as lab_id,
            '' as variant,
            'abstained' as rule,
            'a tool sold beside models, not a model' as detail,
            [] as candidates,
            '' as maker,
            '' as told_by,
            '' as target,
            true as is_latest
        from tools
        """
    )
    for is_latest, batches in ((True, spellings(connection, at_once)), (False, iter((past,)))):
        for batch in batches:
            found = ((decided(each, known), _target(each)) for each in batch)
            lines = (_line(each, maker, target, is_latest=is_latest) for (each, maker), target in found)
            _insert(connection, "decided", lines, scratch)
    _tell_apart(connection, scratch, at_once)
    database.create(connection, table("core.model_aliases"))
    connection.execute(
        """
        insert into core.model_aliases
        with decided as (
            select * from temp.decided
            anti join shared using (model_id)

            union all

            select * from apart
        )

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
        from decided
        join evidence.folded_claims as claims
            on claims.source_id = decided.source_id
            and claims.subject = decided.subject
            and (decided.target = '' or (claims.attribute = decided.told_by and claims.value = decided.target))
        where decided.is_latest or decided.rule = ?
        group by all
        order by decided.source_id, decided.subject, valid_from
        """,
        [POINTED],
    )
    for name in ("spellings", "tools", "decided", "shared", "apart"):
        connection.execute(f"drop table temp.{name}")
    load_families(connection)


def _tell_apart(connection: duckdb.DuckDBPyConnection, scratch: Path, at_once: int) -> None:
    """The models that several makers' names stand for, as the temporary table ``shared``, and what is decided of those
    names as ``apart``.
    """
    connection.execute(
        """
        create or replace temp table shared as
        select model_id, list(distinct maker) as makers
        from decided
        where model_id is not null and maker != ''
        group by model_id
        having count(distinct maker) > 1
        """
    )
    connection.execute(f"create or replace temp table apart ({_COLUMNS})")
    for first in range(0, database.rows(connection, "decided"), at_once):
        rows = connection.execute(
            f"select {', '.join(_DECIDED)}, makers from decided join shared using (model_id)"
            " where decided.rowid between ? and ?",
            [first, first + at_once - 1],
        ).fetchall()
        found = (
            (told_apart(Resolution(*(*row[:7], tuple(row[7]))), row[8], row[-1]), row[8], row[9:11], row[11])
            for row in rows
        )
        lines = (_line(each, maker, target, is_latest=is_latest) for each, maker, target, is_latest in found)
        _insert(connection, "apart", lines, scratch)


def _insert(connection: duckdb.DuckDBPyConnection, name: str, lines: Iterable[dict[str, Any]], scratch: Path) -> None:
    """Add lines to a table whose columns are those of `_DECIDED`."""
    words = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)
    if words:
        put(scratch, words.encode())
        connection.execute(
            f"insert into {name} from read_json(?, format='newline_delimited', columns={_DECIDED})", [str(scratch)]
        )
        scratch.unlink()


def said_of_names(connection: duckdb.DuckDBPyConnection) -> str:
    """Digest of all that `load_aliases` takes of the claims: most of them say a price, and nothing of a name."""
    parts = (
        *_spellings_in_parts(connection),
        f"""
        select
            source_id,
            subject,
            min(first_seen_at) as first_seen_at,
            case when bool_and(superseded_at is not null) then max(superseded_at) end as superseded_at,
            bool_and(attribute in ({_TOOL_PRICES})) as is_tool
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
    summed = (f"select count(*), sum({row_hash(values_of(connection, each))}) from ({each})" for each in parts)
    return digest(*(str(connection.sql(each).fetchone()) for each in summed))


_FOUND = attrgetter(*(each.name for each in fields(Resolution)))

_NO_TARGET = ("", "")


def _target(moving: Spelling) -> tuple[str, str]:
    """The attribute that says what a name that moves points to, and its value."""
    return ("alias_target", moving.alias_target) if moving.alias_target else ("name", moving.name)


def _number_spellings(connection: duckdb.DuckDBPyConnection) -> None:
    """Every spelling with what its source says beside it, as the temporary table ``spellings``, in their order.

    A standing claim speaks before a superseded one. Subjects that are only ever priced as a tool (web search, a
    session, an index), with no word of a model, are the temporary table ``tools``.
    """
    connection.execute(
        f"""
        create or replace temp table tools as
        select source_id, subject
        from evidence.folded_claims
        where not starts_with(attribute, 'lab/') and not starts_with(attribute, 'provider/')
        group by source_id, subject
        having bool_and(attribute in ({_TOOL_PRICES}))
        """
    )
    for number, part in enumerate(_spellings_in_parts(connection)):
        make = "insert into spelt" if number else "create or replace temp table spelt as"
        database.execute(
            connection, f"{make} select {_SPELLED} from ({part}) anti join tools using (source_id, subject)"
        )
    connection.execute(
        "create or replace temp table spellings as"
        f" select {_SPELLED}, row_number() over (order by source_id, subject) as number from spelt order by number"
    )
    connection.execute("drop table temp.spelt")


def _spellings_in_parts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The query that gives each name with what its source says beside it, in as many parts as the claims ask for."""
    parts = 1 + database.rows(connection, "evidence.folded_claims") // CLAIMS_AT_ONCE
    if parts == 1:
        return [_SPELLINGS.format("true")]
    return [_SPELLINGS.format(f"hash(source_id, subject) % {parts} = {part}") for part in range(parts)]


def spellings(connection: duckdb.DuckDBPyConnection, at_once: int) -> Iterator[list[Spelling]]:
    """The numbered spellings, so many at once."""
    for first in range(1, database.rows(connection, "spellings") + 1, at_once):
        rows = connection.execute(
            f"select {_SPELLED} from spellings where number between ? and ? order by number",
            [first, first + at_once - 1],
        ).fetchall()
        yield [Spelling(*row) for row in rows]


def _earlier_targets(connection: duckdb.DuckDBPyConnection) -> list[Spelling]:
    """Every name that was once said to point elsewhere than it does now, with each target it had."""
    rows = connection.sql(
        """
        select distinct spellings.* exclude (number), claims.attribute, claims.value
        from evidence.folded_claims as claims
        join spellings using (source_id, subject)
        where claims.attribute in ('alias_target', 'name')
            and claims.value != case claims.attribute when 'name' then spellings.name else spellings.alias_target end
        order by spellings.source_id, spellings.subject, claims.attribute, claims.value
        """
    ).fetchall()
    said = [(Spelling(*row), attribute, value) for *row, attribute, value in rows]
    earlier = [(each, replace(each, **{attribute: value})) for each, attribute, value in said]
    return [then for each, then in earlier if _target(then) != _target(each)]


def _line(each: Resolution, maker: str, target: tuple[str, str], *, is_latest: bool) -> dict[str, Any]:
    told_by, pointed_to = target if each.rule == POINTED else _NO_TARGET
    return dict(zip(_DECIDED, (*_FOUND(each), maker, told_by, pointed_to, is_latest), strict=True))
