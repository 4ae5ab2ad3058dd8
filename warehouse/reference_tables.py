"""Reference data that is definition or judgement rather than fact, as tables: how sellers are spelled and in which
currency they sell, how licences are called, the workloads we cost, the rules of what comparisons say, which doubted
values a person has confirmed, and which gaps a person has acknowledged.

The data is YAML under ``reference/``, edited by people; a spelling that two providers claim is an error, not a choice.
Reference facts (models, labs, providers) are claims like any other source's: see ``sources.model_lists``.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from warehouse import rules, yaml_files
from warehouse.database import create
from warehouse.schemas import table

REFERENCE = Path(__file__).parent / "reference"

MADE = (
    "core.provider_aliases",
    "core.provider_currencies",
    "core.licenses",
    "core.workloads",
    "core.thresholds",
    "core.rules",
    "core.rule_pieces",
    "core.advantages",
    "quality.accepted_values",
    "quality.acknowledgements",
)
"""The tables `load_reference` makes."""


def load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of `MADE`. ValueError names a spelling that two providers claim."""
    for name in MADE:
        create(connection, table(name))
    aliases = sorted(spellings(read("providers")).items())
    insert(
        connection,
        "core.provider_aliases",
        [{"alias": alias, "provider_id": provider_id} for alias, provider_id in aliases],
    )
    insert(
        connection,
        "core.provider_currencies",
        [
            {"provider_id": each["provider_id"], "currency": each["currency"]}
            for each in read("providers")
            if "currency" in each
        ],
    )
    insert(connection, "core.licenses", read("licenses"))
    insert(
        connection,
        "core.workloads",
        [{"workload_id" if name == "id" else name: said for name, said in each.items()} for each in read("workloads")],
    )
    insert(connection, "core.thresholds", [asdict(each) for each in rules.thresholds()])
    told = rules.rules()
    insert(
        connection,
        "core.rules",
        [{name: said for name, said in asdict(each).items() if name != "rests_on"} for each in told],
    )
    insert(connection, "core.rule_pieces", [asdict(piece) for each in told for piece in rules.pieces(each)])
    insert(connection, "core.advantages", rules.advantages())
    insert(connection, "quality.accepted_values", read("accepted_values"))
    insert(
        connection,
        "quality.acknowledgements",
        [
            {**{name: said for name, said in each.items() if name != "fields"}, "field": field}
            for each in read("acknowledged_gaps")
            for field in each["fields"]
        ],
    )


def insert(connection: duckdb.DuckDBPyConnection, name: str, entries: list[dict[str, Any]]) -> None:
    """Every entry as a row; its keys are the table's columns.

    ValueError names an entry with other keys, duckdb.Error a value that is none of its column's type.
    """
    columns = {column.name: column.kind for column in table(name).columns}
    for each in entries:
        if each.keys() != columns.keys():
            raise ValueError(f"an entry of {name} with {sorted(each)} where {sorted(columns)} are due")
    # one statement over all of them, for binding one for each row is most of the work
    # strict, for what does not fit its column would be null otherwise
    shape = json.dumps([columns]).replace("'", "''")
    told = ", ".join(f'entry."{column}"' for column in columns)
    connection.execute(
        f"insert into {name} select {told} from (select unnest(from_json_strict(cast(? as json), '{shape}')) as entry)",
        [json.dumps(entries, default=str, ensure_ascii=False)],
    )


def spellings(providers: list[dict[str, Any]]) -> dict[str, str]:
    """Spelling in lower case → provider_id, the id and the name included. ValueError where two providers claim one."""
    owners: dict[str, str] = {}
    for each in providers:
        for spelling in {str(name).lower() for name in (each["provider_id"], *each.get("aliases", ()))}:
            if owners.setdefault(spelling, each["provider_id"]) != each["provider_id"]:
                raise ValueError(
                    f"{spelling!r} is claimed by the providers {owners[spelling]} and {each['provider_id']}"
                )
    return owners


def read(name: str) -> list[dict[str, Any]]:
    """One reference file: the list of entries under its own name."""
    entries = yaml_files.read(REFERENCE / f"{name}.yaml")[name]
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ValueError(f"reference/{name}.yaml is not a list of entries")
    return entries
