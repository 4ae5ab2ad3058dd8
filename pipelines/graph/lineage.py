"""Which columns every column is computed from, read off the one SQL file of its table.

Belongs here: following a column through the query that makes it. Does not: running the query, or drawing the picture.
Only what a value is computed from counts; a column that merely joins or filters is left out.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from heapq import heappop, heappush
from pathlib import Path

import dagster as dg
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from sources.registry import all_sources
from warehouse import database
from warehouse.evidence.readings import OBSERVATION_COLUMNS
from warehouse.following import code
from warehouse.home import put
from warehouse.schemas import all_tables, table

Inputs = frozenset[tuple[str, str]]
"""Columns as (table, column)."""

_CLAIMS = "evidence.folded_claims"

ENDS = frozenset({"subject", "value"})
"""The fields of an observation that say something; the others say where and how."""

RENAMED = 3
"""So many steps that keep their name are as likely the way a value took as one that does not."""

LEDGER = "raw.fetches"
"""Its columns are those of every source's snapshots: what is kept of an attempt."""

LOADED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "evidence.folds": {
        "source_id": ("raw.fetches.source_id",),
        "scope": ("raw.fetches.scope",),
        "parser_version": ("raw.documents.parser_version",),
        "readings": ("raw.fetches.fetch_id", "raw.documents.outcome"),
        "last_read_at": ("raw.fetches.started_at",),
        "last_kept_at": ("raw.fetches.started_at", "raw.documents.subjects"),
        "last_sha256": ("raw.fetches.sha256",),
        "held_since_at": ("raw.fetches.started_at", "raw.documents.subjects"),
        "held_for": ("raw.documents.subjects",),
    },
    "quality.build": {
        "as_of": ("raw.fetches.started_at",),
        "ledger_rows": ("raw.fetches.fetch_id",),
    },
    _CLAIMS: {
        "claim_id": ("raw.fetches.started_at",),
        "first_seen_at": ("raw.fetches.started_at",),
        "last_confirmed_at": ("raw.fetches.started_at",),
        "superseded_at": ("raw.fetches.started_at",),
        "in_doubt_since_at": ("raw.fetches.started_at", "raw.doubts.within"),
    },
    "core.model_aliases": {
        "source_id": (f"{_CLAIMS}.source_id",),
        "subject": (f"{_CLAIMS}.subject",),
        **dict.fromkeys(
            ("model_id", "lab_id", "variant", "rule", "detail", "candidates", "is_latest"),
            (f"{_CLAIMS}.subject", f"{_CLAIMS}.attribute", f"{_CLAIMS}.value"),
        ),
        "valid_from": (f"{_CLAIMS}.first_seen_at",),
        "valid_to": (f"{_CLAIMS}.superseded_at",),
    },
    "evidence.model_families": dict.fromkeys(
        ("model_id", "family", "rule"),
        (f"{_CLAIMS}.subject", f"{_CLAIMS}.attribute", f"{_CLAIMS}.value", "raw.sources.publisher"),
    ),
}
"""What the loaders compute their columns from; reference data comes from no column."""

SAID: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "raw.documents": {
        **{name: (name,) for name in ("scope", "snapshot_sha256", "parser_version")},
        "subjects": ("subject",),
    },
    _CLAIMS: {
        **{name: (name,) for name in OBSERVATION_COLUMNS if name != "parser_version"},
        "claim_id": ("subject", "attribute", "value"),
    },
}
"""What they take from the observations of every source."""


def column_lineage(name: str) -> dg.TableColumnLineage:
    """The inputs of every column of one table, as Dagster draws them; columns from no column are left out.

    So is what the ledger keeps of every source's attempts, each column under its own name: a thousand edges a night
    that say nothing else.
    """
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(dg.AssetKey(origin.split(".")), each) for origin, each in sorted(found)]
            for column, found in inputs(name).items()
            if found and name != LEDGER
        }
    )


def column_list(name: str) -> str:
    """The same in words, as a Markdown table that leads from asset to asset: the open-source UI draws no columns."""
    lines = [
        f"| `{column}` | {', '.join(dict.fromkeys(_linked(*each) for each in sorted(found)))} |"
        for column, found in inputs(name).items()
        if found
    ]
    return "\n".join(["| column | computed from |", "|---|---|", *lines])


def column_paths(name: str) -> str:
    """Each column followed back to a field of the sources, one way of several, as a Markdown table."""
    lines = [
        f"| `{column}` | {' ← '.join(dict.fromkeys(_linked(*each) for each in path[1:]))} |"
        for column in inputs(name)
        if len(path := path_to_a_source((name, column))) > 1
    ]
    return "\n".join(["| column | ← … ← the field of a source |", "|---|---|", *lines])


@cache
def path_to_a_source(column: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """A column, what it is computed from, and so on to a field of a source; empty where it comes from none.

    Of several ways the one that ends in a value or a name rather than elsewhere, then the one that keeps its name: a
    context window is followed through the values chosen for it, not through what a family is told by.
    """
    waiting: list[tuple[int, tuple[tuple[str, str], ...]]] = [(0, (column,))]
    seen: set[tuple[str, str]] = set()
    otherwise: tuple[tuple[str, str], ...] = ()
    while waiting:
        cost, path = heappop(waiting)
        origin, name = path[-1]
        if (origin, name) in seen:
            continue
        seen.add((origin, name))
        if origin.startswith("observations.") and name in ENDS:
            return path
        if _is_of_a_source(origin):
            otherwise = otherwise or path
            continue
        for further in inputs(origin)[name]:
            heappush(waiting, (cost + (1 if further[1] == name else RENAMED), (*path, further)))
    return otherwise


def _is_of_a_source(origin: str) -> bool:
    return origin.startswith(("observations.", "snapshots."))


def _linked(origin: str, column: str) -> str:
    """A column and the asset it is of; what every source has stands for all of them."""
    if _is_of_a_source(origin):
        return f"`{origin.partition('.')[0]}/<source>.{column}`"
    return f"[`{origin}.{column}`](/assets/{origin.replace('.', '/')})"


def remember(folder: Path) -> None:
    """Follow every column once for this code, and keep what was found in a folder: it takes seconds a night."""
    kept = folder / "lineage.json"
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        found = {}
    if found.get("code") != code():
        tables = {name: {each: sorted(read) for each, read in inputs(name).items()} for name in all_tables()}
        put(kept, json.dumps({"code": code(), "tables": tables}).encode())
        return
    for name, columns in found["tables"].items():
        _remembered[name] = {
            each: frozenset((origin, column) for origin, column in read) for each, read in columns.items()
        }


_remembered: dict[str, Mapping[str, Inputs]] = {}


def inputs(name: str) -> Mapping[str, Inputs]:
    """Column → the columns of other tables it is computed from, for one table of the warehouse."""
    return _remembered[name] if name in _remembered else _inputs(name)


@cache
def _inputs(name: str) -> Mapping[str, Inputs]:
    if table(name).made_by == "sql":
        return _computed(name)
    loaded = {column: frozenset(_split(each) for each in origins) for column, origins in LOADED.get(name, {}).items()}
    said = {column: [("observations", each) for each in told] for column, told in SAID.get(name, {}).items()}
    if name == LEDGER:
        said = {column.name: [("snapshots", column.name)] for column in table(name).columns}
    for column, told in said.items():
        loaded[column] = loaded.get(column, frozenset()).union(
            (f"{asset}.{source_id}", each) for source_id in all_sources() for asset, each in told
        )
    return {column.name: loaded.get(column.name, frozenset()) for column in table(name).columns}


def _computed(name: str) -> Mapping[str, Inputs]:
    try:
        found = _followed(name)
    except SqlglotError:
        # the picture must not stop a night: what it cannot follow it takes from the tables read, by name
        found = {
            column.name: frozenset({(origin, column.name)})
            for origin in database.reads(name)
            for column in table(origin).columns
        }
    return {column.name: found.get(column.name, frozenset()) for column in table(name).columns}


def _followed(name: str) -> dict[str, Inputs]:
    query = sqlglot.parse_one(database.dated(name), dialect="duckdb")
    for pivot in list(query.find_all(exp.Pivot)):
        if isinstance(pivot.this, exp.Subquery):
            pivot.replace(_unpivoted(pivot))
    scope = build_scope(qualify(query, schema=_declared(), dialect="duckdb", validate_qualify_columns=False))
    return dict(_outputs(scope)) if scope else {}


@cache
def _declared() -> dict[str, object]:
    declared: dict[str, dict[str, dict[str, str]]] = {}
    for each in all_tables().values():
        declared.setdefault(each.schema, {})[each.short] = {column.name: column.kind for column in each.columns}
    return dict(declared)


def _unpivoted(pivot: exp.Pivot) -> exp.Select:
    """``pivot (…) on field in ('a', …) using first(value) group by key`` as the SELECT it stands for."""
    on, using, group = pivot.expressions[0], pivot.args["using"][0], pivot.args["group"].expressions
    spread = [
        exp.alias_(exp.Case().when(exp.EQ(this=on.this.copy(), expression=each.copy()), using.this.copy()), each.name)
        for each in on.expressions
    ]
    return exp.select(*(key.copy() for key in group), *spread).from_(pivot.this.copy().as_("spread"))


@cache
def _outputs(scope: Scope) -> list[tuple[str, Inputs]]:
    """Name and inputs of every column a query gives, in order; the branches of a union are laid over each other."""
    if scope.set_operation_scopes:
        first, *others = [_outputs(branch) for branch in scope.set_operation_scopes]
        return [
            (column, found.union(*(other[place][1] for other in others if place < len(other))))
            for place, (column, found) in enumerate(first)
        ]
    return [(each.alias_or_name, _inputs_of(each, scope)) for each in _selects(scope)]


def _inputs_of(expression: exp.Expr, scope: Scope) -> Inputs:
    found = frozenset(one for column in _columns_in(expression) for one in _origin(column, scope))
    for inner in scope.subquery_scopes:
        if any(inner.expression is each for each in expression.walk()):
            found = found.union(*(inputs_ for _, inputs_ in _outputs(inner)))
    if found or not expression.find(exp.AggFunc):
        return found
    # a count of rows rests on what tells the rows apart
    group = scope.expression.args.get("group")
    keys = group.expressions if group else [each for each in _selects(scope) if not each.find(exp.AggFunc)]
    return frozenset(one for key in keys for column in _columns_in(key) for one in _origin(column, scope))


def _selects(scope: Scope) -> list[exp.Expr]:
    return scope.expression.selects if isinstance(scope.expression, exp.Query) else []


def _columns_in(expression: exp.Expr) -> Iterator[exp.Column]:
    for node in expression.walk(prune=lambda each: isinstance(each, exp.Query) and each is not expression):
        if isinstance(node, exp.Column):
            yield node


def _origin(column: exp.Column, scope: Scope) -> Inputs:
    source = scope.sources.get(column.table)
    if source is None:
        # a field of a struct: the struct's own name stands where a table's would
        structs = (exp.column(column.table, inner) for inner in scope.selected_sources)
        return frozenset(one for struct in structs for one in _origin(struct, scope))
    if isinstance(source, Scope):
        return dict(_outputs(source)).get(column.name) or _looked_up(column, scope)
    origin = f"{source.db}.{source.name}"
    known = origin in all_tables() and column.name in {each.name for each in table(origin).columns}
    return frozenset({(origin, column.name)}) if known else frozenset()


def _looked_up(column: exp.Column, scope: Scope) -> Inputs:
    """What a value from a table of constants rests on: the columns it is looked up by."""
    return frozenset(
        one
        for join in scope.expression.args.get("joins") or ()
        if join.alias_or_name == column.table and join.args.get("on")
        for key in join.args["on"].find_all(exp.Column)
        if key.table != column.table
        for one in _origin(key, scope)
    )


def _split(column: str) -> tuple[str, str]:
    origin, _, name = column.rpartition(".")
    return origin, name
