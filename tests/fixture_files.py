"""The written fixtures on disk: which documents each source has and what reading them must give."""

import csv
import io
from pathlib import Path

from sources.contract import Document, Observation, Source

ROOT = Path(__file__).parent / "fixtures"
COLUMNS = (
    "file",
    "subject",
    "host",
    "attribute",
    "condition",
    "value",
    "unit",
    "printed",
    "locator",
    "reviewed_on",
    "url",
)


def folder(source: Source) -> Path:
    return ROOT / source.kind / source.id


def fixture_documents(source: Source) -> dict[str, Document]:
    """File name → document, from the source's ``documents.csv``."""
    with open(folder(source) / "documents.csv", newline="", encoding="utf-8") as lines:
        return {
            row["file"]: Document(row["url"], (folder(source) / row["file"]).read_bytes())
            for row in csv.DictReader(lines)
        }


def as_row(file: str, seen: Observation) -> dict[str, str]:
    return {
        "file": file,
        "subject": seen.subject,
        "host": seen.host,
        "attribute": seen.attribute,
        "condition": seen.condition,
        "value": seen.text,
        "unit": seen.unit,
        "printed": seen.printed,
        "locator": seen.locator,
        "reviewed_on": seen.reviewed_on.isoformat() if seen.reviewed_on else "",
        "url": seen.url,
    }


def read_fixture(source: Source) -> list[dict[str, str]]:
    """What the parser gives today for every fixture document, as rows of ``expected.csv``."""
    return [
        as_row(name, seen)
        for name, document in fixture_documents(source).items()
        for seen in source.observations(document)
    ]


def expected_rows(source: Source) -> list[dict[str, str]]:
    with open(folder(source) / "expected.csv", newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def as_csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
