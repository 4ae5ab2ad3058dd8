"""Promise: where a page prints one price in two places, it is read only while both places agree."""

import dataclasses

import pytest

from sources import registry
from sources.contract import Document, Refused
from tests.fixture_files import fixture_documents


def _changed(source_id: str, *, old: str, new: str, count: int = 1) -> None:
    """Read the source's fixture with `old` replaced `count` times, whatever its number of subjects."""
    source = registry.source(source_id)
    (document,) = fixture_documents(source).values()
    assert old in document.text
    text = document.text.replace(old, new, count)
    dataclasses.replace(source, rows=(1, 1000)).read(Document(document.url, text.encode()))


@pytest.mark.parametrize(
    ("source_id", "old", "new", "count", "reason"),
    [
        ("xai_pricing", '"promptTextTokenPrice":"12500"', '"promptTextTokenPrice":"13000"', 1, "clusters that differ"),
        ("xai_pricing", "$2.00 / 1M tokens", "$3.00 / 1M tokens", 1, "does not say what the script says"),
        ("xai_pricing", ':"20000"', ':"200"', -1, "does not say what the script says"),
        ("xai_pricing", "$15.00 / 1M chars", "$15.00 / 1K chars", 1, "does not say what the script says"),
        ("xai_pricing", '"videoGenerationModels"', '"embeddingModels"', 1, "a kind of model nobody reads"),
        ("xai_pricing", '"perCharacter"', '"perWord"', 1, "a price nobody reads"),
        ("xai_pricing", '"longContextThreshold":"200000"', '"longContextThreshold":"0"', -1, "how long"),
        ("xai_pricing", "Model Aliases", "Search costs $5 a call", 1, "a price outside the cards"),
        ("mistral_pricing", "<span>$1.5</span>", "<span>$1.6</span>", 1, "not the one shown"),
        ("mistral_pricing", '"priceEur":1.25', '"priceEur":1.26', 1, "two cards that differ"),
        ("mistral_pricing", 'data-multiplier="1"', 'data-multiplier="1.75"', 1, "something added"),
        ("mistral_pricing", "Input (/M tokens)", "Input (/M characters)", -1, "a label nobody reads"),
        ("mistral_pricing", "75% above list pricing", "$9 a seat", 1, "a place nobody reads"),
    ],
)
def test_pages_that_contradict_themselves_are_refused(
    source_id: str, old: str, new: str, count: int, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        _changed(source_id, old=old, new=new, count=count)
