"""The overview's footnotes become no part of a fact, and a model is denied an ability only where every row denies it."""

from dataclasses import replace

import pytest

from sources.contract import Document, Refused
from sources.model_cards.claude_overview import SOURCE
from tests.fixture_files import fixture_documents
from tests.sources.doubted import doubted

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
    ("printed", "changed", "reason"),
    [
        ("alias** | claude-fable-5", "alias** | claude-fable-5-01", "an id that does not spell the model's name"),
        ("64k tokens", "64k tokens on request", "a cell that does not read"),
        ("| Feb 2025 |", "| early 2025 |", "a cell that does not read"),
        ("Yes (always on)", "Beta", "neither yes nor no"),
        ("| **Max output**", "| **Fee** | $1 | $2 |\n| **Max output**", "a price in a row nobody reads"),
        ("| **Max output**", "| **Most output**", "a row that may be one we know under a new name"),
        ("| **Max output**", "| **Max output** | 1k tokens |\n| **Max output**", "a line that does not fit its header"),
        ("## Choosing a model\n", "## Choosing a model\n\nOutput costs $50.\n", "prices under a heading nobody reads"),
        ("| Claude Haiku 4.5 |", "| CLAUDE HAIKU 4.5 |", "a heading that is not written as names are"),
        ("## Choosing a model\n", "## Which model?\n", "a section every version of the page has had exactly once"),
    ],
)
def test_what_does_not_read_is_in_doubt_alone(printed: str, changed: str, reason: str) -> None:
    assert doubted("anthropic_overview", "august_2026.md", printed, changed) == {reason}


@pytest.mark.parametrize(
    "note",
    [
        "¹ Until 31 August, then 256.",
        "*1 Above 64k tokens a request costs $5.*",
        "_<sup>1 - From September 1 on; before, 64k tokens.</sup>_",
        "*1 A note of another table.*\n\n*1 Until 31 August.*",
    ],
)
@pytest.mark.parametrize("mark", ["1", "¹", "<sup>1</sup>"])
def test_a_limit_whose_note_speaks_of_a_price_or_a_day_is_in_doubt(mark: str, note: str) -> None:
    page = PAGE.replace("| 128k tokens |", f"| 128k tokens{mark} |") + f"\n{note}\n"
    read = replace(SOURCE, rows=(1, 9)).read(Document(SOURCE.urls[0], page.encode()))
    cells = [(each.subject, each.reason) for each in read.doubts if each.part == "cell"]
    assert cells == [("claude-fable-5", "a cell that does not read")]
    assert {each.attribute for each in read.observations} == said(PAGE).keys() - {"max_output_tokens"}


@pytest.mark.parametrize(
    "note",
    [
        "¹ For the synchronous interface.",
        "*1 The date through which it knows most, as Jan 2026.*",
        "*4 From July 20 on.*",
    ],
)
def test_a_note_that_alters_nothing_leaves_its_cell_readable(note: str) -> None:
    assert said(PAGE.replace("| 128k tokens |", "| 128k tokens¹ |") + f"\n{note}\n") == said(PAGE)


def test_a_table_cut_between_two_kinds_of_thinking_denies_nothing() -> None:
    row = "| **[Adaptive thinking](https://platform.claude.com/docs/en/thinking)** | Yes (always on)"
    header = "| Feature | Claude Fable 5 | Claude Haiku 4.5 |\n| --- | --- | --- |\n"
    document = fixture_documents(SOURCE)["august_2026.md"]
    cut = Document(document.url, document.text.replace(row, f"\n{header}{row}").encode())
    said_of_it = [each for each in SOURCE.observations(cut) if each.subject == "claude-fable-5"]
    assert "context_tokens" not in {each.attribute for each in said_of_it}
    assert "capability/reasoning" not in {each.attribute for each in said_of_it}


def test_a_column_whose_id_does_not_spell_its_name_is_in_doubt_whole() -> None:
    page = PAGE.replace("ID** | claude-fable-5", "ID** | claude-fable-51")
    with pytest.raises(Refused, match="does not spell"):
        SOURCE.read(Document(SOURCE.urls[0], page.encode()))
