"""A maker's pricing page that says something new is refused by name, so a new kind of price is never passed over."""

import pytest

from sources import registry
from sources.contract import Document, Refused
from tests.fixture_files import fixture_documents

ANTHROPIC = ("anthropic_pricing", "august_2026.md")
TIERED = ("anthropic_pricing", "february_2026.md")
FLAT = ("deepseek_pricing", "flat.html")
BANDED = ("deepseek_pricing", "banded.html")

CHANGES = {
    "a new section": (
        ANTHROPIC,
        "### Worked example",
        "### Voice\n\n$3 per hour\n\n### Worked example",
        "nobody reads",
    ),
    "a renamed section": (ANTHROPIC, "### Batch processing", "### Batch jobs", "nobody reads"),
    "a new column": (ANTHROPIC, "| Output Tokens |", "| Output Tokens | Audio |", "7 headers"),
    "a note with another price": (ANTHROPIC, "$3/$15", "$4/$20", "a note that no row prints"),
    "two prices in one sentence": (ANTHROPIC, "1,000 searches**", "1,000 searches**, $8 in bulk", "more prices"),
    "an annotation": (ANTHROPIC, "limited availability", "by invitation", "no known status"),
    "a tier whose scope is unsaid": (TIERED, "all tokens incur premium pricing", "it is dearer", "a context tier"),
    "a model that has no row": (TIERED, "4.6 / 4.5 |", "4.6 / 4.4 |", "the model table does not have"),
    "a new meter": (FLAT, "1M OUTPUT TOKENS", "1M REASONING TOKENS", "a row nobody reads"),
    "a price in a sentence": (FLAT, "The fee is", "Top up $10. The fee is", "a price in a sentence"),
    "a table of something else": (
        FLAT,
        "</article>",
        "<table><tr><td>GPU</td><td>$2</td></tr></table></article>",
        "not about models",
    ),
    "a band without hours": (BANDED, "Peak hours are", "Peak hours were", "the page does not say"),
    "other days": (BANDED, "Monday through Friday", "on most days", "the page does not say"),
    "a page cut short": (BANDED, "Deduction Rules", "Rules", "not whole"),
}


@pytest.mark.parametrize(("page", "before", "after", "reason"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_refused_by_name(page: tuple[str, str], before: str, after: str, reason: str) -> None:
    source = registry.source(page[0])
    document = fixture_documents(source)[page[1]]
    assert before in document.text
    with pytest.raises(Refused, match=reason):
        source.read(Document(document.url, document.text.replace(before, after).encode()))


def test_a_tick_that_is_gone_is_unknown_and_not_a_no() -> None:
    source = registry.source("deepseek_pricing")
    document = fixture_documents(source)["flat.html"]
    seen = source.read(Document(document.url, document.text.replace("✓", "").encode())).observations
    assert not [each for each in seen if each.attribute == "capability/tool_use"]
