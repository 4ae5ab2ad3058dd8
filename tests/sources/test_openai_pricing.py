"""What OpenAI's pricing page may not do unseen: grow a table, a component or a limit that no one has read about."""

import re

import pytest

from sources.contract import Document, Observation, Refused
from sources.pricing_docs.openai import SOURCE
from tests.fixture_files import fixture_documents

MARKDOWN, PROPERTIES, ISLANDS = "2026-08_pipe_tables.md", "2026-07_properties.md", "2026-07_islands.html"


def read(file: str, old: str = "", new: str = "", count: int = -1) -> list[Observation]:
    document = fixture_documents(SOURCE)[file]
    assert old in document.text
    return list(SOURCE.observations(Document(document.url, document.text.replace(old, new, count).encode())))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(MARKDOWN, "\nCyber models\n", "\nRobot models\n", id="a new section"),
        pytest.param(MARKDOWN, "\nFast mode\n", "\nTurbo mode\n", id="a new tier"),
        pytest.param(MARKDOWN, "| Long context output |", "| Night output |", id="a new column"),
        pytest.param(MARKDOWN, "(legacy)", "(preview)", id="a new note behind a name"),
        pytest.param(MARKDOWN, "An estimate is in the guide.", "Or $0.01 an image.", id="money outside tables"),
        pytest.param(PROPERTIES, "<TextTokenPricingTables", "<RobotTables", id="a new component"),
        pytest.param(PROPERTIES, 'tier="flex"', 'tier="batch"', id="a component in the wrong pane"),
        pytest.param(PROPERTIES, '["gpt-5-pro", 15, null, 120]', '["gpt-5-pro", 15, 120]', id="a row of new length"),
        pytest.param(PROPERTIES, "\nSpecialized models\n", "\nVideo generation models\n", id="rows that lost columns"),
        pytest.param(ISLANDS, "[0,32]", "[0,33]", id="properties the drawn table denies"),
        pytest.param(ISLANDS, "<td>$45.00</td>", "<td>45.00</td>", id="a drawn price without a sign"),
        pytest.param(ISLANDS, "&quot;PricingTable&quot;", "&quot;RobotTable&quot;", id="a new island"),
        pytest.param(ISLANDS, "&quot;hiddenModels&quot;", "&quot;discounts&quot;", id="a new property"),
    ],
)
def test_what_no_one_has_read_about_is_refused(file: str, old: str, new: str) -> None:
    with pytest.raises((Refused, ValueError)):
        read(file, old, new)


def test_a_page_of_empty_panes_is_refused_whole_though_it_still_prints_four_models() -> None:
    document = fixture_documents(SOURCE)["2026-02_empty_panes.md"]
    assert len({seen.subject for seen in SOURCE.observations(document)}) == 4
    with pytest.raises(Refused, match="fewer than the floor"):
        SOURCE.read(document)


def test_long_context_starts_where_the_page_says_and_nowhere_else() -> None:
    def of_sol(seen: list[Observation]) -> set[str]:
        return {each.condition for each in seen if each.subject == "gpt-5.6-sol" and "tier" not in each.condition}

    assert of_sol(read(MARKDOWN)) == {"context_from=272000", "context_to=271999"}
    unsaid = {"label=long_context", "label=short_context"}
    assert of_sol(read(MARKDOWN, " (<272K context length)", "")) == unsaid
    assert of_sol(read(MARKDOWN, "gpt-5.5 (<272K", "gpt-5.5 (<200K")) == unsaid


def test_the_fixtures_hold_one_document_of_every_layout() -> None:
    assert {re.sub(r"^[\d-]+_|\..*$", "", file) for file in fixture_documents(SOURCE)} == {
        "pipe_tables",
        "empty_panes",
        "properties",
        "islands",
    }
