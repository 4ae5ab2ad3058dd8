"""Reference data as tables: labs, providers, their spellings, and the workloads costs are computed for.

The data is YAML under ``reference/``, edited by people; a spelling that two providers claim is an error, not a choice.
Facts about models are reference data too, but they are claims like any other source's (``sources.model_lists.curated``).
"""

from pathlib import Path
from typing import Any

import duckdb
import yaml

from warehouse.database import create
from warehouse.schemas import table

REFERENCE = Path(__file__).parent / "reference"

MADE = ("core.labs", "core.providers", "core.provider_aliases", "core.workloads")
"""The tables `load_reference` makes."""


def load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of `MADE`. Needs ``raw.sources`` and ``evidence.folded_claims``; ValueError names a spelling claimed twice.

    Sellers that only a source's spelling knows are listed too, as kind ``unknown``, so that every offer has its provider.
    """
    for name in MADE:
        create(connection, table(name))
    labs, providers = read("labs"), read("providers")
    connection.executemany(
        "insert into core.labs values (?, ?, 'listed', ?, ?)",
        [(each["lab_id"], each["name"], each.get("homepage_url"), each.get("pricing_url")) for each in labs],
    )
    connection.executemany(
        "insert into core.providers values (?, ?, ?, ?, ?)",
        [
            (each["provider_id"], each["name"], each["kind"], each.get("homepage_url"), each.get("pricing_url"))
            for each in providers
        ],
    )
    connection.executemany("insert into core.provider_aliases values (?, ?)", sorted(spellings(providers).items()))
    connection.execute(
        """
        insert into core.providers
        select distinct provider_slug(split_part(host, '/', 1)), any_value(split_part(host, '/', 1) order by host), 'unknown', null, null
        from evidence.folded_claims
        where host != ''
            and lower(host) not in (select alias from core.provider_aliases)
            and lower(split_part(host, '/', 1)) not in (select alias from core.provider_aliases)
            and provider_slug(split_part(host, '/', 1)) not in (select provider_id from core.providers)
        group by provider_slug(split_part(host, '/', 1))
        """
    )
    connection.execute(
        """
        insert into core.providers
        select distinct case when seller = '' then publisher else seller end, publisher, 'unknown', null, null
        from raw.sources
        where kind in ('catalogue', 'pricing_doc')
            and (seller != '' or gateway != '')
            and case when seller = '' then publisher else seller end not in (select provider_id from core.providers)
        """
    )
    connection.executemany(
        "insert into core.workloads values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each["id"],
                each["name"],
                each["input_mtok"],
                each["cached_share"],
                each["output_mtok"],
                each["prompt_tokens"],
                each["completion_tokens"],
                each["service_tier"],
            )
            for each in read("workloads")
        ],
    )


def spellings(providers: list[dict[str, Any]]) -> dict[str, str]:
    """Spelling in lower case → provider_id, the id and the name included. ValueError where two providers claim one."""
    owners: dict[str, str] = {}
    for each in providers:
        for spelling in {str(name).lower() for name in (each["provider_id"], *each.get("aliases", ()))}:
            if owners.setdefault(spelling, each["provider_id"]) != each["provider_id"]:
                raise ValueError(f"{spelling!r} is claimed by the providers {owners[spelling]} and {each['provider_id']}")
    return owners


def read(name: str) -> list[dict[str, Any]]:
    """One reference file: the list of entries under its own name."""
    entries = yaml.safe_load((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))[name]
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ValueError(f"reference/{name}.yaml is not a list of entries")
    return entries

