"""Which models a change touches, and a table made again for those alone.

The rows that many tables hold of one model rest on nothing but rows of the same model: such a table is declared
``is_local``, and where a night's change touches few models its query runs over their rows only. What a change touches
is read off the rows themselves, this night's beside those of the published file, attached as ``before``.

Belongs here: from changed rows to models, and the query over few of them. Does not: whether a table is made again
(`following`, `building`).
"""

import re
from collections.abc import Iterable
from contextlib import nullcontext

import duckdb

from warehouse import database
from warehouse.following import Content
from warehouse.schemas import Table, all_tables, table

AT_ONCE = 100_000
"""The rows of so many models are made at once: lists put together of what is said cannot go to the disk half-way."""

MOST = 0.25
"""Where more of the models are touched, a table is made again as a whole: that is no dearer then."""

_MODEL = ("model_id",)

_PAIR = ("model_a_id", "model_b_id")

_NUMBERS = ("number_a", "number_b")

_CLAIM = ("claim_id",)

_ONE_IS_TOUCHED = "number_a in (select number from touched_numbers) or number_b in (select number from touched_numbers)"

_READ = re.compile(r"\b(from|join)(\s+)((?:raw|evidence|core|quality|mart)\.[a-z_]+)\b(\s+as\b)?")


def models_of(connection: duckdb.DuckDBPyConnection, name: str, contents: tuple[str, str]) -> frozenset[str] | None:
    """The models that the changed rows of a stored table speak of; None where its rows do not say.

    contents  what the table says before and now, as digests: many tables ask for the changes of one
    """
    if (name, *contents) not in _found:
        if len(_found) > 2 * len(all_tables()):
            _found.clear()
        _found[name, *contents] = _models_of(connection, name)
    return _found[name, *contents]


_found: dict[tuple[str, ...], frozenset[str] | None] = {}


def _models_of(connection: duckdb.DuckDBPyConnection, name: str) -> frozenset[str] | None:
    declared = table(name)
    speaks_of = _speaks_of(declared)
    if not speaks_of:
        return None
    keys = ", ".join(f'"{each}"' for each in _keys(declared))
    row = f"{keys}, {declared.row_hash()} as told"
    database.execute(
        connection,
        f"""
        create or replace temp table changed_rows as
        select {keys}
        from (
            select {row}, 1 as counted from {name}
            union all
            select {row}, -1 as counted from before.{name}
        )
        group by {keys}, told
        having sum(counted) != 0
        """,
    )
    found = connection.sql(f"select distinct model_id from ({speaks_of}) where model_id is not null").fetchall()
    return frozenset(model_id for (model_id,) in found)


def kin(connection: duckdb.DuckDBPyConnection, models: Iterable[str]) -> frozenset[str]:
    """The models whose ids begin with the same letters as those of these, before or now."""
    found = connection.execute(
        """
        select distinct model_id
        from (from evidence.subjects union all from before.evidence.subjects)
        where kin_of(model_id) in (select kin_of(unnest($models::varchar[])))
        """,
        {"models": sorted(models)},
    ).fetchall()
    return frozenset(model_id for (model_id,) in found)


def remember(name: str, contents: tuple[str, str], models: frozenset[str]) -> None:
    """What a table made again for some models speaks of where it changed: those models, at most."""
    _found[name, *contents] = models


def make_partly(connection: duckdb.DuckDBPyConnection, name: str, models: Iterable[str], before: Content) -> Content:
    """Make the rows of these models of a local table again; the others stay. Returns what it says now; `before` is what
    it said.
    """
    declared = table(name)
    _touch(connection, models)
    _set_aside(connection, declared, ("", "before."))
    went = Content.of(connection, declared, is_touched(declared))
    connection.execute(f"delete from {name} where {is_touched(declared)}")
    with database.of_all_pairs(connection, _ONE_IS_TOUCHED) if _keys(declared) == _NUMBERS else nullcontext():
        database.execute(connection, database.adding(name, database.dated(name, over_touched(name))))
    return before - went + Content.of(connection, declared, is_touched(declared))


def make(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table; a local one that memory is too small for, of some models after others.

    What does not fit is known only when it has been tried, but for a table that is declared ``is_made_in_parts``.
    """
    declared = table(name)
    if not declared.is_local or _keys(declared) in (_PAIR, _NUMBERS):
        database.make(connection, name)
        return
    database.create(connection, declared)
    if declared.is_made_in_parts and (parts := _parts(connection)) > 1:
        _make_in_parts(connection, declared, parts)
        return
    try:
        connection.execute(database.adding(name, database.dated(name)))
    except duckdb.OutOfMemoryException:
        _make_in_parts(connection, declared, _parts(connection))


def _parts(connection: duckdb.DuckDBPyConnection) -> int:
    ((models,),) = connection.sql("select count(distinct model_id) from evidence.subjects").fetchall()
    return int(-(-models // AT_ONCE))


def _make_in_parts(connection: duckdb.DuckDBPyConnection, declared: Table, parts: int) -> None:
    told_by = "kin_of(model_id)" if declared.is_of_kin else "model_id"
    statement = database.adding(declared.name, database.dated(declared.name, over_touched(declared.name)))
    for part in range(parts):
        forget(connection)
        connection.execute(
            "create temp table touched_models as select distinct model_id from evidence.subjects"
            f" where hash({told_by}) % {parts} = {part}"
        )
        _set_aside(connection, declared, ("",))
        database.execute(connection, statement)
    forget(connection)


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of what was set aside for the models of the last table made partly; each connection has its own."""
    kept = connection.sql("select table_name from duckdb_tables() where temporary and table_name like 'touched%'")
    for (name,) in kept.fetchall():
        connection.execute(f"drop table temp.{name}")


def _touch(connection: duckdb.DuckDBPyConnection, models: Iterable[str]) -> None:
    """Say which models are touched; what was set aside for others goes."""
    listed = sorted(models)
    connection.execute("create temp table if not exists touched_models (model_id varchar)")
    aside = connection.sql("select model_id from touched_models order by model_id").fetchall()
    if aside != [(each,) for each in listed]:
        forget(connection)
        connection.execute("create temp table touched_models (model_id varchar)")
        connection.execute("insert into touched_models select unnest(?)", [listed])


def _set_aside(connection: duckdb.DuckDBPyConnection, declared: Table, files: Iterable[str]) -> None:
    """What the query over the rows of the touched models reads: small tables that stay for the next one with the same
    models.

    Views among what is read are tables here: read five times in one query, they would be joined five times.

    files  of which files it counts whose a row is: this night's, and that published before
    """

    def of_all(columns: str, name: str) -> str:
        return "(" + " union ".join(f"select {columns} from {file}{name}" for file in files) + ")"

    subjects = of_all("source_id, subject, model_id, offer_id", "evidence.subjects")
    found = {
        "touched_offers": f"select distinct offer_id from {subjects} semi join touched_models using (model_id)"
        " where offer_id is not null"
    }
    if _keys(declared) == _CLAIM:
        found["touched_subjects"] = (
            f"select distinct source_id, subject from {subjects} semi join touched_models using (model_id)"
        )
        found["touched_claims"] = " union ".join(
            f"select claim_id from {file}evidence.folded_claims semi join touched_subjects using (source_id, subject)"
            for file in files
        )
    if _keys(declared) == _NUMBERS:
        sides = of_all("number, model_id", "mart.sides")
        found["touched_numbers"] = f"select number from {sides} semi join touched_models using (model_id)"
    for name, made in found.items():
        database.execute(connection, f"create temp table if not exists {name} as {made}")
    for origin in _set_aside_for(declared):
        rows = f"select * from {origin.name} where {is_touched(origin)}"
        database.execute(connection, f"create temp table if not exists {_touched_of(origin)} as {rows}")


def over_touched(name: str) -> str:
    """The query of a table over the rows of the touched models; of what has no model, over all.

    A pair of models has facts of one that is not touched beside the other's: of pairs alone only the touched are read.
    """
    is_of_pairs = _keys(table(name)) in (_PAIR, _NUMBERS)
    aside = _set_aside_for(table(name))

    def narrowed(found: re.Match[str]) -> str:
        word, space, origin, alias = found.groups(default="")
        declared = all_tables().get(origin)
        condition = is_touched(declared) if declared else ""
        if not declared or not condition or _keys(declared) == _CLAIM or is_of_pairs != (_keys(declared) == _PAIR):
            return found.group(0)
        named = alias or f" as {origin.rpartition('.')[2]}"
        if declared in aside:
            return f"{word}{space}{_touched_of(declared)}{named}"
        return f"{word}{space}(select * from {origin} where {condition}){named}"

    return _READ.sub(narrowed, database.query(name))


def _set_aside_for(declared: Table) -> list[Table]:
    """Of what a table is made from, what is made small beforehand: views over what is said of models, and the stored
    tables of pairs that a table of pairs is made from, taken for many and joined the dearest way where nobody knows how
    few they are.
    """
    read = [table(each) for each in database.reads(declared.name)]
    if _keys(declared) == _NUMBERS:
        return []
    if _keys(declared) == _PAIR:
        return [each for each in read if _keys(each) == _PAIR and not each.view]
    return [each for each in read if _keys(each) == _MODEL and each.view]


def _touched_of(declared: Table) -> str:
    return f"touched_{declared.name.replace('.', '_')}"


def _names(declared: Table) -> set[str]:
    return {column.name for column in declared.columns}


def _keys(declared: Table) -> tuple[str, ...]:
    """The columns that say which model a row speaks of."""
    for columns in (
        _MODEL,
        _PAIR,
        _NUMBERS,
        ("offer_id",),
        ("source_id", "subject"),
        ("subject_type", "subject_id"),
        ("table_name", "row_id"),
        _CLAIM,
    ):
        if set(columns) <= _names(declared):
            return columns
    return ()


_SIDES = """
    select number, model_id from mart.sides
    union
    select number, model_id from before.mart.sides
"""

_OFFERS = """
    select offer_id, model_id from evidence.subjects where offer_id is not null
    union
    select offer_id, model_id from before.evidence.subjects where offer_id is not null
"""

_SUBJECTS = """
    select source_id, subject, model_id from evidence.subjects
    union
    select source_id, subject, model_id from before.evidence.subjects
"""

_CLAIMS = """
    select claim_id, source_id, subject from evidence.folded_claims semi join changed_rows using (claim_id)
    union
    select claim_id, source_id, subject from before.evidence.folded_claims semi join changed_rows using (claim_id)
"""


def _speaks_of(declared: Table) -> str:
    """The query that gives the models of the rows in ``changed_rows``; empty where they do not say."""
    match _keys(declared):
        case ("model_id",):
            return "select model_id from changed_rows"
        case ("model_a_id", "model_b_id"):
            return "select unnest([model_a_id, model_b_id]) as model_id from changed_rows"
        case ("number_a", "number_b"):
            return f"""
                select model_id
                from (select unnest([number_a, number_b]) as number from changed_rows)
                join ({_SIDES}) using (number)
            """
        case ("offer_id",):
            return f"select model_id from changed_rows join ({_OFFERS}) using (offer_id)"
        case ("source_id", "subject"):
            return f"select model_id from changed_rows join ({_SUBJECTS}) using (source_id, subject)"
        case ("subject_type", "subject_id"):
            return f"""
                select subject_id as model_id from changed_rows where subject_type = 'model'
                union all
                select model_id from changed_rows join ({_OFFERS}) as offers on offers.offer_id = subject_id
                where subject_type = 'offer'
            """
        case ("table_name", "row_id"):
            return f"""
                select row_id as model_id from changed_rows where table_name = 'core.models'
                union all
                select model_id from changed_rows join ({_OFFERS}) as offers on offers.offer_id = row_id
                where table_name = 'core.offers'
            """
        case ("claim_id",):
            return f"""
                select model_id
                from changed_rows
                join ({_CLAIMS}) using (claim_id)
                join ({_SUBJECTS}) using (source_id, subject)
            """
    return ""


def is_touched(declared: Table) -> str:
    """The condition that a row speaks of a touched model; empty where rows do not say by themselves.

    It holds over the temporary tables of the models touched last, on the connection that made a table for them.
    """
    match _keys(declared):
        case ("model_id",):
            return "model_id in (select model_id from touched_models)"
        case ("model_a_id", "model_b_id"):
            return (
                "(model_a_id in (select model_id from touched_models)"
                " or model_b_id in (select model_id from touched_models))"
            )
        case ("number_a", "number_b"):
            return f"({_ONE_IS_TOUCHED})"
        case ("offer_id",):
            return "offer_id in (select offer_id from touched_offers)"
        case ("subject_type", "subject_id"):
            return _is_of_touched("subject_type", "subject_id", "model", "offer", or_other=not declared.is_local)
        case ("table_name", "row_id"):
            return _is_of_touched("table_name", "row_id", "core.models", "core.offers", or_other=not declared.is_local)
        case ("claim_id",) if declared.is_local:  # of others it is not worth finding
            return "claim_id in (select claim_id from touched_claims)"
    return ""


def _is_of_touched(kind: str, row_id: str, model: str, offer: str, *, or_other: bool) -> str:
    """The condition that a row is of a touched model or an offer of one, or of what is neither."""
    condition = (
        f"({kind} = '{model}' and {row_id} in (select model_id from touched_models))"
        f" or ({kind} = '{offer}' and {row_id} in (select offer_id from touched_offers))"
    )
    return f"({condition} or {kind} not in ('{model}', '{offer}'))" if or_other else f"({condition})"
