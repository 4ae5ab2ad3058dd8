"""The JSON Schema of ``status.json``; run, it prints what ``docs/status.schema.json`` holds."""

from pipelines.publishing.documents.schema import Schema, schema_of
from pipelines.status.shapes import SCHEMA_VERSION, Status
from pipelines.wording.json_text import json_text


def status_schema(*, closed: bool = False) -> Schema:
    """Open, as a later version has keys its reader does not know; `closed` refuses what is not declared."""
    return schema_of(Status, "status", SCHEMA_VERSION, closed=closed)


if __name__ == "__main__":
    print(json_text(status_schema()))
