"""What readers of an edition may rely on: its tables with their columns, and its other files. ``contract.json`` holds it.

``python -m tests.contract`` writes it anew, or says which part of the version must rise first.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pipelines.answers.changes import PARTS as CHANGES
from pipelines.publishing.drop_in import FILES
from pipelines.publishing.edition import SCHEMA_VERSION
from pipelines.publishing.tables import DATABASE, OPENED_IN_A_SPREADSHEET
from warehouse.schemas import all_tables

PROMISED = Path(__file__).with_suffix(".json")


def current() -> dict[str, Any]:
    """What an edition made today holds."""
    exported = [declared for declared in all_tables().values() if declared.exported]
    return {
        "schema_version": SCHEMA_VERSION,
        "tables": {each.name: {column.name: column.kind for column in each.columns} for each in exported},
        "csv": {
            name: [column.name for column in all_tables()[name].columns] for name in sorted(OPENED_IN_A_SPREADSHEET)
        },
        "files": sorted(
            [
                "CHANGES.md",
                "changes.json",
                "datapackage.json",
                DATABASE,
                "drop-in/left-out.json",
                "feeds/all.atom",
                "files.sha256",
                "manifest.json",
                "manifest.json.sha256",
                "retirements.ics",
                *(f"drop-in/{name}" for name in FILES),
            ]
        ),
        "changes": sorted(CHANGES),
    }


def promised() -> dict[str, Any]:
    """What the last version written down holds."""
    loaded: dict[str, Any] = json.loads(PROMISED.read_text(encoding="utf-8"))
    return loaded


def broken(before: Any, now: Any, place: str = "") -> list[str]:
    """What was promised and is gone or is something else."""
    match before, now:
        case dict(), dict():
            return [
                each
                for key in before
                if key != "schema_version"
                for each in (broken(before[key], now[key], f"{place}/{key}") if key in now else [f"{place}/{key}"])
            ]
        case list(), list():
            return [f"{place}: {each}" for each in before if each not in now]
        case _:
            return [] if before == now else [f"{place}: {before} is now {now}"]


def risen(before: str, now: str, part: int) -> bool:
    """Whether a version has risen in its major (0) or minor (1) part, or in one before it."""
    old, new = ([int(each) for each in version.split(".")] for version in (before, now))
    return new[: part + 1] > old[: part + 1]


def owed(before: dict[str, Any], now: dict[str, Any]) -> str:
    """What must be done before this may be published: words, or "" where the version says what has changed."""
    versions = before["schema_version"], now["schema_version"]
    if gone := broken(before, now):
        return "" if risen(*versions, 0) else f"the major of the version must rise: {'; '.join(gone)}"
    new = broken(now, before)
    return f"the minor of the version must rise: {'; '.join(new)}" if new and not risen(*versions, 1) else ""


if __name__ == "__main__":
    if PROMISED.exists() and (why := owed(promised(), current())):
        sys.exit(why)
    PROMISED.write_text(json.dumps(current(), indent=1) + "\n", encoding="utf-8")
