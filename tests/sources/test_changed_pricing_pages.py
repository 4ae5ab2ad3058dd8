"""A maker's pricing page that says something new is doubted there by name, and the rest of it is read as before."""

import dataclasses

import pytest

from sources import registry
from sources.contract import Contents, Document, Refused
from tests.fixture_files import fixture_documents

ANTHROPIC = ("anthropic_pricing", "august_2026.md")
ESCAPED = ("anthropic_pricing", "november_2025.md")
TIERED = ("anthropic_pricing", "february_2026.md")
FLAT = ("deepseek_pricing", "flat.html")
BANDED = ("deepseek_pricing", "banded.html")

CHANGES = {
    "a new section": (
        ANTHROPIC,
        "### Worked example",
        "### Voice\n\n$3 per hour\n\n### Worked example",
        ("section", "nobody reads"),
    ),
    "a renamed section": (ANTHROPIC, "### Batch processing", "### Batch jobs", ("section", "nobody reads")),
    "a row of another width": (ANTHROPIC, "| Output Tokens |", "| Output Tokens | Audio |", ("row", "7 headers")),
    "a note with another price": (ANTHROPIC, "$3/$15", "$4/$20", ("sentence", "a note that no row prints")),
    "two prices in one sentence": (
        ANTHROPIC,
        "1,000 searches**",
        "1,000 searches**, $8 in bulk",
        ("section", "more prices"),
    ),
    "a least price of a tool": (ESCAPED, r"is **\$10 per", r"is **from \$10 per", ("section", "stand there once")),
    "a tool without a count of tokens": (ANTHROPIC, "286 tokens***406 tokens", "—", ("cell", "no number of tokens")),
    "a tool of models that are not named": (
        ESCAPED,
        "| Claude 4.x models",
        "| Claude 4 and later",
        ("row", "a model name that does not read"),
    ),
    "a generation with a model nobody can name": (
        ESCAPED,
        "| Claude Sonnet 4  ",
        "| Sonnet 4 (new)",
        ("row", "a generation of which"),
    ),
    "a tool of a model that has no row": (
        ANTHROPIC,
        "about 4,590 on Claude Sonnet 5",
        "about 4,590 on Claude Sonnet 9",
        ("sentence", "the model table does not have"),
    ),
    "a column of tokens under another name": (
        ESCAPED,
        "Input tokens per tool definition",
        "Tokens for a screen",
        ("table", "without"),
    ),
    "an annotation": (ANTHROPIC, "limited availability", "by invitation", ("row", "no known status")),
    "a tier whose scope is unsaid": (
        TIERED,
        "all tokens incur premium pricing",
        "it is dearer",
        ("row", "a context tier"),
    ),
    "a model that has no row": (TIERED, "4.6 / 4.5 |", "4.6 / 4.4 |", ("row", "the model table does not have")),
    "a new meter": (FLAT, "1M OUTPUT TOKENS", "1M REASONING TOKENS", ("row", "a row nobody reads")),
    "another unit": (FLAT, "1M OUTPUT TOKENS", "1K OUTPUT TOKENS", ("row", "a row nobody reads")),
    "a price in words": (FLAT, "<td>$0.28</td>", "<td>Contact us</td>", ("cell", "not an amount")),
    "a price in yuan": (FLAT, "<td>$0.28</td>", "<td>¥2</td>", ("cell", "in dollars")),
    "a column without a name": (FLAT, "deepseek-v4-pro", "Pro (coming soon)", ("cell", "names no model")),
    "a price in a sentence": (FLAT, "The fee is", "Top up $10. The fee is", ("sentence", "a price in a sentence")),
    "a table of something else": (
        FLAT,
        "</article>",
        "<table><tr><td>GPU</td><td>$2</td></tr></table></article>",
        ("table", "not about models"),
    ),
    "a band without hours": (BANDED, "Peak hours are", "Peak hours were", ("cell", "the page does not say")),
    "other days": (BANDED, "Monday through Friday", "on most days", ("cell", "the page does not say")),
}


def _read(page: tuple[str, str], before: str = "", after: str = "") -> Contents:
    source = registry.source(page[0])
    document = fixture_documents(source)[page[1]]
    assert before in document.text
    # A fixture is so small that one row of it may be most of the document.
    anyhow = dataclasses.replace(source, rows=(1, source.rows[1]), most_doubted=1.0)
    return anyhow.read(Document(document.url, document.text.replace(before, after).encode()))


@pytest.mark.parametrize(("page", "before", "after", "doubted"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_doubted_by_name_and_the_rest_is_read(
    page: tuple[str, str], before: str, after: str, doubted: tuple[str, str]
) -> None:
    part, reason = doubted
    changed = _read(page, before, after)
    assert any(each.part == part and reason in each.reason for each in changed.doubts)
    known = {(each.slot, each.text) for each in _read(page).observations}
    assert {(each.slot, each.text) for each in changed.observations} <= known
    assert changed.observations


def test_a_page_cut_short_is_refused_whole() -> None:
    with pytest.raises(Refused, match="not whole"):
        _read(BANDED, "Deduction Rules", "Rules")


def test_one_price_in_doubt_leaves_its_row_and_its_column_as_they_were() -> None:
    changed = _read(FLAT, "<td>$0.28</td>", "<td>Contact us</td>")
    gone = {each.slot for each in _read(FLAT).observations} - {each.slot for each in changed.observations}
    assert {slot[:3] for slot in gone} == {("deepseek-v4-flash", "", "price/output")}
    assert [each.subject for each in changed.doubts] == ["deepseek-v4-flash"]


def test_a_tick_that_is_gone_is_unknown_and_not_a_no() -> None:
    assert not [each for each in _read(FLAT, "✓").observations if each.attribute == "capability/tool_use"]


def test_the_tokens_of_a_tool_tell_who_can_use_it_and_nothing_of_anybody_else() -> None:
    """ "and earlier" names nobody, nor does a tool for the browser say a model works a screen."""
    said = {(each.subject, each.attribute.removeprefix("capability/")) for each in _read(ANTHROPIC).observations}
    able = {subject for subject, what in said if what == "computer_use"}
    assert able == {"Claude Mythos 5", "Claude Opus 5", "Claude Opus 4.8", "Claude Sonnet 5"}
    assert {subject for subject, what in said if what == "tool_use"} == {"Claude Opus 5", "Claude Opus 4"}


def test_a_generation_is_every_model_of_the_price_table_with_its_number() -> None:
    able = {each.subject for each in _read(ESCAPED).observations if each.attribute == "capability/computer_use"}
    assert able == {"Claude Sonnet 4", "Claude Sonnet 4.5", "Claude Sonnet 3.7"}


@pytest.mark.parametrize("hedge", ["from ", "starting at ", "up to ", "as low as ", "about ", "~"])
def test_an_escaped_amount_in_a_hedged_sentence_is_no_price(hedge: str) -> None:
    document = fixture_documents(registry.source("anthropic_pricing"))["november_2025.md"]
    printed = document.text.replace(r"then it is \$0.05 per hour", rf"then it is {hedge}\$0.05 per hour")
    assert printed != document.text
    source = dataclasses.replace(registry.source("anthropic_pricing"), rows=(1, 60))
    read = source.read(Document(document.url, printed.encode()))
    assert [each.part for each in read.doubts] == ["section"]
    assert not [each for each in read.observations if each.attribute == "price/code_execution"]
