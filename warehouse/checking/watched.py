"""The checks a person looks at, as ``reference/checks.yaml`` names them: how many rows fail, of how many, and which.

Belongs here: reading that file, counting, and the page ``docs/checks.md`` (make checks-page). Does not: what a row
must be to fail (``sql/checks/<check>.sql``), what blocks publication (`tables`, `promises`, `contradictions`), or how a
check is shown (`pipelines.graph.checks`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb

from warehouse import database, yaml_files
from warehouse.schemas import table

CHECKS = Path(__file__).parents[1] / "reference" / "checks.yaml"

SHOWN = 20
"""Failing rows that are told; the rest are counted."""

Severity = Literal["warn", "error"]


@dataclass(frozen=True)
class Watch:
    """One check of one table.

    most     the share of its rows that may fail and is no news
    limit    the number in its query
    against  ``published`` where the file published before is attached as ``before``
    columns  whether it counts the known cells of the table's columns in both files, and has no query of its own
    """

    check: str
    of: str
    severity: Severity
    most: float
    meaning: str
    limit: float = 0.0
    against: str = ""
    columns: bool = False


@dataclass(frozen=True)
class Found:
    """What a check came to: how many of its rows fail, and the first of those. 0 of 0 where there was none to judge."""

    watch: Watch
    failing: int
    rows: int
    columns: Sequence[str] = ()
    examples: Sequence[tuple[Any, ...]] = ()

    @property
    def passed(self) -> bool:
        return self.failing <= self.watch.most * self.rows

    @property
    def share(self) -> float:
        return self.failing / self.rows if self.rows else 0.0


@cache
def read() -> Mapping[str, Any]:
    """The file as it stands."""
    loaded = yaml_files.read(CHECKS)
    assert isinstance(loaded, dict)
    return loaded


@cache
def watches() -> tuple[Watch, ...]:
    """Every check, in the order of the file; the numbers of a meaning are in its words."""
    coverage = read()["coverage"]
    return tuple(
        Watch(**{**each, "meaning": each["meaning"].format(**each)})
        for each in [
            *read()["watched"],
            *({**coverage, "of": name, "columns": True} for name in coverage["of"]),
        ]
    )


def watches_of(name: str) -> list[Watch]:
    """The checks of one table."""
    return [each for each in watches() if each.of == name]


def meaning(check: str) -> str:
    """What a check of `holding` says."""
    return next(str(each["meaning"]) for each in read()["holding"] if each["check"] == check)


def severity(check: str, state: str) -> Severity:
    """How bad it is that a source is in a state."""
    (found,) = (each["severity"] for each in read()["sources"] if (each["check"], each["state"]) == (check, state))
    return "error" if found == "error" else "warn"


def found(connection: duckdb.DuckDBPyConnection, name: str, published: Path | None) -> Iterator[Found]:
    """What every check of one table comes to. `published` is the file published before, where there is one."""
    wanted = watches_of(name)
    is_comparable = (
        published is not None and any(each.against for each in wanted) and database.attach(connection, published)
    )
    for each in wanted:
        yield _counted(connection, each) if is_comparable or not each.against else Found(each, 0, 0)


def _counted(connection: duckdb.DuckDBPyConnection, watch: Watch) -> Found:
    query = _known_cells(watch.of) if watch.columns else _query(watch.check)
    given = {"limit": watch.limit} if "$limit" in query else {}
    try:
        connection.execute(f"create or replace temp table looked_at as {query}", given)
    except (duckdb.CatalogException, duckdb.BinderException):
        # the file before has other tables or columns: what it says cannot be compared
        if watch.against:
            return Found(watch, 0, 0)
        raise
    ((failing, rows),) = connection.sql("select count(*) filter (fails), count(*) from looked_at").fetchall()
    told = connection.sql(f"select * exclude (fails) from looked_at where fails order by all limit {SHOWN}")
    result = Found(watch, failing, rows, tuple(told.columns), told.fetchall() if failing else [])
    connection.execute("drop table looked_at")
    return result


def _query(check: str) -> str:
    return (database.SQL / "checks" / f"{check}.sql").read_text(encoding="utf-8")


def _known_cells(name: str) -> str:
    """How many cells of each column are known in both files; a column that is new has lost nothing."""
    columns = [
        f'"{column.name}"' for column in table(name).columns if column.nullable or column.name in table(name).key
    ]
    counts = ", ".join(f"count({column}) as {column}" for column in columns)
    both = " union all ".join(
        f"select '{when}' as seen, column_name, known from (select {counts} from {origin})"
        f" unpivot (known for column_name in ({', '.join(columns)}))"
        for when, origin in (("before", f"before.{name}"), ("now", name))
    )
    return f"""
        select
            column_name,
            max(known) filter (seen = 'before') as known_before,
            max(known) filter (seen = 'now') as known_now,
            known_now < known_before * (1 - $limit) as fails
        from ({both})
        group by column_name
    """


def page() -> str:
    """``docs/checks.md``: every check in words."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "Made from `warehouse/reference/checks.yaml` by `make checks-page`; the Dagster UI reads the same file."
    yield "`error` is red there, `warn` amber. Only what blocks keeps an edition from being published."
    yield ""
    yield "## What must hold"
    yield ""
    yield "| check | of | severity | blocks | meaning |"
    yield "|---|---|---|---|---|"
    for each in read()["holding"]:
        blocks = "yes" if each["blocks"] else "no"
        yield f"| `{each['check']}` | {each['of']} | {each['severity']} | {blocks} | {each['meaning']} |"
    yield ""
    yield "## How one source is"
    yield ""
    yield "On the two assets of each source. They block nothing: the build goes on with what was said before."
    yield ""
    yield "| check | of | when it is | severity | meaning |"
    yield "|---|---|---|---|---|"
    for each in read()["sources"]:
        of = f"`{each['of']}/<source>`"
        yield f"| `{each['check']}` | {of} | {each['state']} | {each['severity']} | {each['meaning']} |"
    yield ""
    yield "## Rows worth a look"
    yield ""
    yield "Each says how many of its rows fail, and shows the first of them. They block nothing. Those against the file"
    yield "before compare with the warehouse that stood published when the run began; the first night has none."
    yield ""
    yield "| check | of | severity | no news up to | against | meaning |"
    yield "|---|---|---|---|---|---|"
    for each in watches():
        against = "the file before" if each.against else ""
        most = f"{each.most:.1%} of its rows" if each.most else "none"
        yield f"| `{each.check}` | `{each.of}` | {each.severity} | {most} | {against} | {each.meaning} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")
