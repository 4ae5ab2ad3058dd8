"""Every model card against facts that people read from recorded cards: none may disagree, few may be missing.

The recorded cards and the readings lie beside the checkout and are no part of it; where they are absent nothing runs.
A reading that its reader doubted is not judged, nor one of a document that is no source's address. What a parser does
not read is printed (run with ``-s``).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from sources import registry
from sources.contract import Observation
from sources.readers import values
from tests import recorded

READINGS = recorded.SHARED / "truth" / "model_facts_dev.csv"
FIELDS = {
    "name": "name",
    "context_tokens": "context_tokens",
    "max_output_tokens": "max_output_tokens",
    "parameters_total": "parameters",
    "parameters_active": "active_parameters",
    "knowledge_cutoff": "knowledge_cutoff_on",
    "training_data_cutoff": "training_cutoff_on",
    "released_on": "released_on",
    "license": "license_id",
    "input_modalities": "input_modalities",
    "base_model": "base_model",
    "architecture": "architecture",
}
"""The readers' word for a field → ours; their scores are judged by the benchmark's name in the printed words."""

IN_WORDS = frozenset({"architecture", "base_model"})
"""Fields whose readings are shortened words, so that only being there is judged."""

FOUND_AT_LEAST = 0.85

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not (READINGS.exists() and recorded.index()), reason="no recorded cards beside the checkout"),
]


@dataclass(frozen=True)
class Reading:
    file: str
    subject: str
    field: str
    value: str


def readings() -> Iterator[Reading]:
    with READINGS.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if not line["doubt"] and line["field"] in FIELDS:
                yield Reading(line["file"], line["model_id_printed"], FIELDS[line["field"]], line["value"])


@cache
def observations(file: str) -> tuple[Observation, ...] | None:
    """What the source of a recorded file reads in it; None where it is no source's."""
    bodies = {
        each.file.relative_to(recorded.CAPTURES).as_posix(): each
        for found in recorded.index().values()
        for each in found
    }
    body = bodies.get(file)
    for source in registry.all_sources().values():
        if body and body.url in recorded.of_source(source):
            return tuple(source.read(body.document).observations)
    return None


def said(reading: Reading, seen: tuple[Observation, ...]) -> set[str]:
    """What is read of the reading's model under its field; where a page is about one model, whatever its name."""
    found = [each for each in seen if each.attribute == reading.field]
    own = [each for each in found if _name(each.subject) == _name(reading.subject)]
    if not own and len({each.subject for each in seen}) == 1:
        own = found
    return {each.text for each in own}


def _name(subject: str) -> str:
    return re.sub(r"[\s_]+", "-", subject.rpartition("/")[2].lower())


def spelt(field: str, printed: str) -> str:
    """A reading in the one stored spelling."""
    if field in ("context_tokens", "max_output_tokens"):
        return str(values.tokens(printed))
    if field in ("parameters", "active_parameters"):
        return str(values.parameters(printed))
    if field == "license_id":
        return re.sub(r"[\s_]+", "-", printed.lower())
    if field == "input_modalities":
        return ",".join(values.modalities(printed.split(";")))
    return printed


def judged() -> Iterator[tuple[Reading, set[str], bool]]:
    """Every reading with what is read for it, and whether they agree."""
    for reading in readings():
        seen = observations(reading.file)
        if seen is None:
            continue
        found = said(reading, seen)
        if reading.field == "license_id":
            found = {each.lower().removeprefix("licenseref-") for each in found}
        agrees = spelt(reading.field, reading.value) in found or (reading.field in IN_WORDS and bool(found))
        yield reading, found, agrees


def test_no_fact_is_read_that_people_read_otherwise() -> None:
    wrong = [(reading, found) for reading, found, agrees in judged() if found and not agrees]
    assert not wrong


def test_few_facts_that_people_read_are_missing() -> None:
    results = list(judged())
    missing = Counter((reading.field, reading.file) for reading, found, _ in results if not found)
    for (field, file), count in sorted(missing.items()):
        print(f"not read: {count:3} {field:22} {file}")
    share = sum(agrees for *_, agrees in results) / len(results)
    print(f"{len(results)} readings, {share:.1%} read")
    assert share >= FOUND_AT_LEAST
