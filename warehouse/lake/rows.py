"""How one table of an edition is laid into a lake, so that what is written is what changed.

A table whose rows say when they were last reviewed would change whole with every day. It lies in two parts: ``facts``,
its rows without those columns, each with a ``review_id``; and ``reviews``, what they say, a row for all rows that have
so far been reviewed together. Under its own name it is a view that joins them. Where rows of one review part, the fewer
get an id of their own: a row does so at most as often as its number of companions can be halved. Any other table lies
under its own name as it is.

Belongs here: the parts of a table, and what is done to them. Does not: which tables, or when (`adding`).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.hashing import row_hash
from warehouse.lake.reaching import NAME, quoted
from warehouse.schemas import all_tables
from warehouse.schemas.declare import REVIEWS

FACTS, REVIEWS_OF = "facts", "reviews"
"""The schemas of the two parts."""

REVIEW = "review_id"

MOVING = REVIEWS | {"snapshot_sha256"}
"""Columns that move with every reading and that many rows share."""

WHOLE = 0.5
"""From this share of rows that differ a table is written whole: then one file is read, and nothing is struck out."""

PARTS = 24
"""So many files of rows, and of which of them are struck out, a table may have before it is written whole."""


@dataclass(frozen=True)
class Laid:
    """One table of an edition: its Parquet, the columns there with their types, and its key where that is declared."""

    name: str
    parquet: Path
    columns: Mapping[str, str]
    key: Sequence[str]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, name: str, parquet: Path) -> "Laid":
        """As the file itself says; the edition may be older than today's declarations."""
        described = connection.execute(f"describe from {quoted(str(parquet))}").fetchall()
        columns = {column: kind for column, kind, *_ in described}
        declared = all_tables().get(name)
        key = declared.key if declared and set(declared.key) <= columns.keys() else ()
        return cls(name, parquet, columns, key)

    @property
    def moving(self) -> list[str]:
        return [each for each in self.columns if each in MOVING and each not in self.key] if self.key else []

    @property
    def own(self) -> str:
        return f"{NAME}.{self.name}"

    @property
    def part(self) -> str:
        """The name of its parts in their schemas."""
        return self.name.replace(".", "_")

    @property
    def source(self) -> str:
        return quoted(str(self.parquet))


@dataclass(frozen=True)
class Standing:
    """What the lake has, asked once an edition: DuckDB binds every view to tell of one.

    columns   table, as schema.table → column → its type and its comment
    comments  table → its comment
    """

    views: Set[str]
    columns: Mapping[str, Mapping[str, tuple[str, str | None]]]
    comments: Mapping[str, str | None]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> "Standing":
        here = f"where database_name = '{NAME}'"
        views = connection.sql(f"select schema_name || '.' || view_name from duckdb_views() {here}").fetchall()
        comments = connection.sql(f"select schema_name || '.' || table_name, comment from duckdb_tables() {here}")
        columns: dict[str, dict[str, tuple[str, str | None]]] = {}
        for table, column, *told in connection.sql(
            f"select schema_name || '.' || table_name, column_name, data_type, comment from duckdb_columns() {here}"
        ).fetchall():
            columns.setdefault(table, {})[column] = (told[0], told[1])
        return cls({view for (view,) in views}, columns, dict(comments.fetchall()))


def follow(connection: duckdb.DuckDBPyConnection, laid: Laid, lake: Standing) -> int:
    """Make the lake's table what the edition's is, in the transaction that is open; how many rows were written."""
    if laid.moving:
        return _follow_in_two(connection, laid, lake)
    _take_apart(connection, laid, lake)
    _shape(connection, laid.name, laid.columns, lake)
    _comment(connection, laid, laid.name, laid.columns, lake)
    return _write(connection, laid.own, laid.source, laid.columns, laid.key)


def forget(connection: duckdb.DuckDBPyConnection, name: str, lake: Standing) -> None:
    """Take a table out of the lake that the edition does not have; earlier snapshots keep it."""
    laid = Laid(name, Path(), {}, ())
    _take_apart(connection, laid, lake)
    connection.execute(f"drop table if exists {laid.own}")


def differs(connection: duckdb.DuckDBPyConnection, laid: Laid) -> bool:
    """Whether the lake's table and the edition's do not hold the same rows, by their number and a sum over them."""
    summed = f"select count(*), sum({_said(laid.columns)}) from "
    return connection.sql(summed + laid.own).fetchall() != connection.sql(summed + laid.source).fetchall()


def _follow_in_two(connection: duckdb.DuckDBPyConnection, laid: Laid, lake: Standing) -> int:
    facts, reviews = f"{FACTS}.{laid.part}", f"{REVIEWS_OF}.{laid.part}"
    if laid.name not in lake.views:
        connection.execute(f"drop table if exists {laid.own}")
    stays = {column: kind for column, kind in laid.columns.items() if column not in laid.moving}
    moves = {column: laid.columns[column] for column in laid.moving}
    in_two = {facts: {**stays, REVIEW: "BIGINT"}, reviews: {REVIEW: "BIGINT", **moves}}
    made = [_shape(connection, part, columns, lake) for part, columns in in_two.items()]
    if any(made) or laid.name not in lake.views:
        _see(connection, laid)
    for part, columns in in_two.items():
        _comment(connection, laid, part, columns, lake)
    written = _write(connection, f"{NAME}.{facts}", laid.source, stays, laid.key, laid.moving)
    return written + _write(connection, f"{NAME}.{reviews}", "temp.parted", {REVIEW: "BIGINT", **moves}, [REVIEW])


def _write(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    source: str,
    columns: Mapping[str, str],
    key: Sequence[str],
    moving: Sequence[str] = (),
) -> int:
    """Strike out the rows of a target that a source has not, and write those that are new or other; how many.

    moving  columns that are not the target's, which has a review in their place; `parted` then says what each review is
    """
    if not key:
        connection.execute(f"delete from {target}")
        connection.execute(f"insert into {target} ({_listed(columns)}) select {_listed(columns)} from {source}")
        return _count(connection, target)
    _meet(connection, target, source, columns, key, moving)
    total, changed, known = connection.execute(
        "select count(*), count(*) filter (is_changed), count(*) filter (is_known) from temp.met"
    ).fetchall()[0]
    gone = _count(connection, target) - known
    if not changed and not gone:
        return 0
    written = [*columns, *([REVIEW] if moving else [])]
    same, others = _same("came", "met", key), [each for each in written if each not in key]
    rows = f"select {_listed(columns, 'came.')}{f', met.{REVIEW}' if moving else ''}"
    joined = f"from {source} as came join temp.met as met on {same}"
    into = f"insert into {target} ({_listed(written)})"
    if changed + gone > WHOLE * total or _parts(connection, target) > PARTS:
        connection.execute(f"delete from {target}")
        connection.execute(f"{into} {rows} {joined} order by {_listed(key, 'came.')}")
        return int(total)
    connection.execute(f"create or replace temp table changed as {rows}, met.is_known {joined} where met.is_changed")
    if gone:
        connection.execute(
            f"create or replace temp table gone as select {_listed(key, 'stood.')} from {target} as stood"
            f" anti join temp.met as met on {_same('stood', 'met', key)}"
        )
        connection.execute(f"delete from {target} as stood using temp.gone as gone where {_same('stood', 'gone', key)}")
    if others:
        sets = ", ".join(f'"{each}" = came."{each}"' for each in others)
        connection.execute(
            f"update {target} as stood set {sets} from temp.changed as came"
            f" where came.is_known and {_same('came', 'stood', key)}"
        )
    new = f"select {_listed(written)} from temp.changed where not is_known order by {_listed(key)}"
    connection.execute(f"{into} {new}")
    return int(changed)


def _meet(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    source: str,
    columns: Mapping[str, str],
    key: Sequence[str],
    moving: Sequence[str],
) -> None:
    """``met``: a row per key of the source, whether the target has it and whether that is another row now.

    Rows meet by key and by a number over the rest: whole rows of a large table would not fit into memory.
    """
    said = _said({each: kind for each, kind in columns.items() if each not in key})
    connection.execute(f"""
        create or replace temp table met as
        select
            {_listed([*key, *moving], "came.")},
            {f"stood.{REVIEW} as before_id," if moving else ""}
            stood.said is not null as is_known,
            came.said is distinct from stood.said as is_changed
        from (select {_listed([*key, *moving])}, {said} as said from {source}) as came
        left join (select {_listed([*key, *([REVIEW] if moving else [])])}, {said} as said from {target}) as stood
            on {_same("came", "stood", key)}
    """)
    if moving:
        connection.execute(f"create or replace temp table parted as {_parted(moving)}")
        connection.execute(f"""
            create or replace temp table met as
            select
                {_listed(key, "met.")},
                parted.{REVIEW},
                met.is_known,
                met.is_changed or parted.{REVIEW} is distinct from met.before_id as is_changed
            from temp.met as met
            join temp.parted as parted on {_same("met", "parted", ["before_id", *moving])}
        """)


def _parted(moving: Sequence[str]) -> str:
    """A row per review that rows had and what is said of them now; of each the most rows keep its id."""
    named = _listed(moving)
    return f"""
        with counted as (
            select
                before_id,
                {named},
                count(*) as rows_alike
            from temp.met
            group by all
        ),

        ranked as (
            select
                *,
                before_id is not null
                and 1 = row_number() over (partition by before_id order by rows_alike desc, {named}) as keeps_id
            from counted
        )

        select
            * exclude (rows_alike, keeps_id),
            case
                when keeps_id then before_id
                else (select coalesce(max(before_id), 0) from temp.met)
                    + row_number() over (partition by keeps_id order by before_id, {named})
            end as {REVIEW}
        from ranked
    """


def _said(columns: Mapping[str, str]) -> str:
    """A number over columns of a row."""
    return row_hash({f'"{column}"': kind for column, kind in columns.items()})


def _parts(connection: duckdb.DuckDBPyConnection, target: str) -> int:
    """How many files whoever reads a table now opens."""
    _, schema, table = target.split(".")
    listed = f"select count(data_file), count(delete_file) from ducklake_list_files('{NAME}', ?, schema => ?)"
    ((files, struck),) = connection.execute(listed, [table, schema]).fetchall()
    return int(files + struck)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((rows,),) = connection.sql(f"select count(*) from {table}").fetchall()
    return int(rows)


def _shape(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], lake: Standing) -> bool:
    """Give a table these columns; whether it was made or changed. One whose columns mean another type is made anew."""
    target, there = f"{NAME}.{table}", {column: kind for column, (kind, _) in lake.columns.get(table, {}).items()}
    if there == columns:
        return False
    if not there or any(columns.get(column, kind) != kind for column, kind in there.items()):
        connection.execute(f"drop table if exists {target}")
        told = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table {target} ({told})")
        return True
    for column in [column for column in columns if column not in there]:
        connection.execute(f'alter table {target} add column "{column}" {columns[column]}')
    for column in [column for column in there if column not in columns]:
        connection.execute(f'alter table {target} drop column "{column}"')
    return True


def _see(connection: duckdb.DuckDBPyConnection, laid: Laid) -> None:
    """The view under the table's own name, its columns in the edition's order."""
    said = set(laid.moving)
    columns = ", ".join(f'{"said" if column in said else "stays"}."{column}"' for column in laid.columns)
    # without the lake's own name, which is the reader's to choose
    connection.execute(
        f"create or replace view {laid.own} as select {columns} from {FACTS}.{laid.part} as stays"
        f" join {REVIEWS_OF}.{laid.part} as said on said.{REVIEW} = stays.{REVIEW}"
    )
    if laid.name in all_tables():
        connection.execute(f"comment on view {laid.own} is {quoted(_meaning(laid.name))}")


def _comment(
    connection: duckdb.DuckDBPyConnection, laid: Laid, table: str, columns: Iterable[str], lake: Standing
) -> None:
    """What a table and its columns mean, where today's declarations say and the lake does not yet."""
    declared = all_tables().get(laid.name)
    if declared is None:
        return
    if lake.comments.get(table) != _meaning(laid.name):
        connection.execute(f"comment on table {NAME}.{table} is {quoted(_meaning(laid.name))}")
    said = lake.columns.get(table, {})
    for column in declared.columns:
        if column.name in columns and said.get(column.name, ("", None))[1] != column.meaning:
            connection.execute(f'comment on column {NAME}.{table}."{column.name}" is {quoted(column.meaning)}')


def _meaning(name: str) -> str:
    declared = all_tables()[name]
    return f"{declared.meaning} One row: {declared.grain}."


def _take_apart(connection: duckdb.DuckDBPyConnection, laid: Laid, lake: Standing) -> None:
    """Take out the two parts of a table and the view that joins them, where it lay so."""
    if laid.name in lake.views:
        connection.execute(f"drop view {laid.own}")
        for part in (FACTS, REVIEWS_OF):
            connection.execute(f"drop table if exists {NAME}.{part}.{laid.part}")


def _same(one: str, other: str, key: Sequence[str]) -> str:
    return " and ".join(f'{one}."{column}" is not distinct from {other}."{column}"' for column in key)


def _listed(columns: Iterable[str], of: str = "") -> str:
    return ", ".join(f'{of}"{column}"' for column in columns)
