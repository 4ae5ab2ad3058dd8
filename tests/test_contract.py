"""The consumer's contract: what an edition holds goes or changes only with the version that says so."""

import copy

import pytest

from tests import contract


def test_an_edition_holds_what_its_version_promises() -> None:
    assert contract.owed(contract.promised(), contract.current()) == ""


def test_what_is_new_is_written_down() -> None:
    assert contract.promised() == contract.current(), "run python -m tests.contract"


@pytest.mark.parametrize(
    ("version", "change", "words"),
    [
        ("3.0.1", "gone", "major"),
        ("3.1.0", "gone", "major"),
        ("4.0.0", "gone", ""),
        ("3.0.1", "another kind", "major"),
        ("3.0.1", "new", "minor"),
        ("3.1.0", "new", ""),
        ("4.0.0", "new", ""),
        ("3.0.1", "none", ""),
    ],
)
def test_a_version_rises_with_what_changed(version: str, change: str, words: str) -> None:
    before = {"schema_version": "3.0.0", "tables": {"core.models": {"name": "VARCHAR", "parameters": "BIGINT"}}}
    now = copy.deepcopy(before) | {"schema_version": version}
    columns = now["tables"]["core.models"]  # type: ignore[index]
    match change:
        case "gone":
            del columns["name"]
        case "another kind":
            columns["parameters"] = "VARCHAR"
        case "new":
            columns["family"] = "VARCHAR"
    assert words in contract.owed(before, now)
    assert bool(words) == bool(contract.owed(before, now))
