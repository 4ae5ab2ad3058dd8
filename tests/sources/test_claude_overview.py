"""The overview's footnotes become no part of a fact, and a model is denied an ability only where every row denies it."""

import pytest

from sources.contract import Document, Refused
from sources.model_cards.claude_overview import SOURCE

PAGE = """## Choosing a model

### Latest models comparison

| Feature | Claude Fable 5 |
| --- | --- |
| **Claude API ID** | claude-fable-5 |
| **Claude API alias** | claude-fable-5 |
| **Pricing**1 | $10 / input MTok $50 / output MTok |
| **[Extended thinking](https://example.com)** | No |
| **[Adaptive thinking](https://example.com)** | No |
| **Context window** | 1M tokens3 |
| **Max output** | 128k tokens |
| **Reliable knowledge cutoff** | Jan 20262 |
| **Training data cutoff** | Jan 2026 |
"""


def said(page: str) -> dict[str, str]:
    return {each.attribute: each.text for each in SOURCE.observations(Document(SOURCE.urls[0], page.encode()))}


def test_a_glued_footnote_is_no_digit_of_the_fact() -> None:
    assert said(PAGE) == {
        "name": "Claude Fable 5",
        "context_tokens": "1000000",
        "max_output_tokens": "128000",
        "knowledge_cutoff_on": "2026-01",
        "training_cutoff_on": "2026-01",
        "capability/reasoning": "false",
    }


def test_one_kind_of_thinking_is_enough() -> None:
    assert (
        said(
            PAGE.replace("(https://example.com)** | No |\n| **Context", "(https://example.com)** | Yes |\n| **Context")
        )["capability/reasoning"]
        == "true"
    )


@pytest.mark.parametrize(
    ("printed", "changed"),
    [
        ("ID** | claude-fable-5", "ID** | claude-fable-51"),
        ("alias** | claude-fable-5", "alias** | claude-fable-5-01"),
        ("128k tokens", "128k tokens on request"),
        ("Jan 20262", "early 2026"),
        ("** | No |\n| **Context", "** | Beta |\n| **Context"),
        ("**Max output**", "**Fee** | $1 |\n| **Max output**"),
        ("## Choosing a model\n", "## Choosing a model\n\nOutput costs $50.\n"),
    ],
)
def test_what_does_not_read_is_refused(printed: str, changed: str) -> None:
    assert printed in PAGE
    with pytest.raises(Refused):
        said(PAGE.replace(printed, changed, 1))
