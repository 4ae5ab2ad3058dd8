"""The data dictionary: every table and column on one page, from the declarations. ``make dictionary`` writes it."""

from collections.abc import Iterator

from warehouse.schemas import SCHEMAS, Table, all_tables

_ABOUT = {
    "raw": "What was asked of the world and what it answered.",
    "evidence": "Who said what, since when, and which words every cell of `core` rests on.",
    "core": "What we hold to be true today.",
    "quality": "What we do not know and why, who disagrees, and how the sources are.",
    "mart": "What analysts ask first and the comparison page prints.",
}


def dictionary() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield "Made from the declarations in `warehouse/schemas/` by `make dictionary`."
    yield "The same words are comments in the DuckDB file."
    yield "Instants (`_at`) are UTC, days end in `_on`, money is DECIMAL, and the unit is in the name."
    yield ""
    for schema in SCHEMAS:
        tables = [declared for declared in all_tables().values() if declared.schema == schema]
        yield f"## {schema}"
        yield ""
        yield _ABOUT[schema]
        yield ""
        for declared in tables:
            yield from _table(declared)


def _table(declared: Table) -> Iterator[str]:
    yield f"### {declared.name}"
    yield ""
    kind = "A view. " if declared.view else ""
    exported = "" if declared.exported else " Not in editions."
    key = ", ".join(f"`{name}`" for name in declared.key)
    yield f"{kind}{declared.meaning} One row: {declared.grain}. Key: {key}.{exported}"
    yield ""
    yield "| column | type | may be null | meaning |"
    yield "|---|---|---|---|"
    for column in declared.columns:
        words = column.meaning.replace("|", "\\|")
        if column.values:
            words += f" One of {', '.join(f'`{value}`' for value in column.values)}."
        yield f"| `{column.name}` | {column.kind} | {'yes' if column.nullable else ''} | {words} |"
    yield ""


if __name__ == "__main__":
    print(dictionary(), end="")
