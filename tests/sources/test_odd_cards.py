"""Promise: one odd field, row or line of a model's card or page holds back that part, and the rest is read."""

from dataclasses import replace

import pytest

from sources import registry
from sources.contract import Document
from tests.fixture_files import fixture_documents
from tests.sources.doubted import doubted

CODER = "qwen3-coder.md"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Attribute             | Details        |", "| Specification         | Particulars    |"),
        ("30.5B total", "30,5B total"),
        ("30.5B total", "~~30.5B~~ 31.5B total"),
    ],
)
def test_a_rounded_size_does_not_stand_in_for_an_exact_one_that_does_not_read(old: str, new: str) -> None:
    source = replace(registry.source("docker_cards"), most_doubted=1.0)
    document = fixture_documents(source)[CODER]
    assert old in document.text
    after = source.read(Document(document.url, document.text.replace(old, new, 1).encode()))
    assert not [each for each in after.observations if each.attribute in ("parameters", "active_parameters")]
    assert "a size that may be printed more exactly where it does not read" in {each.reason for each in after.doubts}


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "reason"),
    [
        ("docker_cards", CODER, "| 262K tokens |", "| TBD |", "'TBD' is not a number of tokens"),
        ("docker_cards", CODER, "| **Tool calling** ", "| **Mascot** ", "a characteristic that nobody reads"),
    ],
)
def test_what_is_odd_on_a_card_is_in_doubt_alone(source_id: str, file: str, old: str, new: str, reason: str) -> None:
    assert doubted(source_id, file, old, new) == {reason}


@pytest.mark.parametrize(
    ("old", "new"), [("| Attribute ", "| **ATTRIBUTE** "), ("VRAM¹", "VRAM²"), ("Context window", "Context Window")]
)
def test_a_header_in_another_dress_is_the_same_header(old: str, new: str) -> None:
    assert doubted("docker_cards", CODER, old, new) == set()
