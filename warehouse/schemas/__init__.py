"""Every table, declared once. Belongs here: names, types, meanings, rules. Does not: how a table is computed (``sql/``)."""

from functools import cache

from warehouse.schemas import core, evidence, mart, quality, raw
from warehouse.schemas.declare import Column, Table

__all__ = ["Column", "Table", "all_tables", "table"]

SCHEMAS = ("raw", "evidence", "core", "quality", "mart")


@cache
def all_tables() -> dict[str, Table]:
    """Table name → declaration, in the order of the flow."""
    declared = [*raw.TABLES, *evidence.TABLES, *core.TABLES, *quality.TABLES, *mart.TABLES]
    return {each.name: each for each in declared}


def table(name: str) -> Table:
    """One declaration. KeyError names what there is."""
    try:
        return all_tables()[name]
    except KeyError:
        raise KeyError(f"there is no table {name!r}; there are {', '.join(all_tables())}") from None
