"""What OpenAI's pricing page may not do unseen: grow a table, a component or a limit that no one has read about."""

import dataclasses
import re

import pytest

from sources.contract import Contents, Document, Observation, Refused
from sources.pricing_docs.openai import SOURCE
from tests.fixture_files import fixture_documents

NOVEMBER = "2025-11_pipe_tables.md"
MARKDOWN, PROPERTIES, ISLANDS = "2026-08_pipe_tables.md", "2026-07_properties.md", "2026-07_islands.html"


def changed(file: str, old: str = "", new: str = "", count: int = -1) -> Document:
    document = fixture_documents(SOURCE)[file]
    assert old in document.text
    return Document(document.url, document.text.replace(old, new, count).encode())


def read(file: str, old: str = "", new: str = "", count: int = -1) -> list[Observation]:
    return list(SOURCE.observations(changed(file, old, new, count)))


def contents(file: str, old: str = "", new: str = "", count: int = -1) -> Contents:
    return dataclasses.replace(SOURCE, rows=(1, 160)).read(changed(file, old, new, count))


@pytest.mark.parametrize(
    ("file", "old", "new", "part", "place", "reason"),
    [
        pytest.param(
            MARKDOWN,
            "\nCyber models\n",
            "\nRobot models\n",
            "table",
            "Robot models",
            "under a heading",
            id="a new section",
        ),
        pytest.param(
            MARKDOWN, "\nFast mode\n", "\nTurbo mode\n", "table", "Turbo mode", "under a heading", id="a new tier"
        ),
        pytest.param(
            MARKDOWN,
            "\nFast mode\n",
            "\nturbo mode\n",
            "table",
            "Specialized models / standard' #2",
            "a second table under one heading",
            id="a new tier that is no heading",
        ),
        pytest.param(
            MARKDOWN,
            "| Long context output |",
            "| Night output |",
            "table",
            "Flagship models / standard",
            "amounts nobody reads",
            id="a new column",
        ),
        pytest.param(
            MARKDOWN, "(legacy)", "(preview)", "row", "Finetuning / standard' row 3", "a model's name", id="a new note"
        ),
        pytest.param(
            MARKDOWN,
            "An estimate is in the guide.",
            "Or $0.01 an image.",
            "sentence",
            "Image generation models",
            "a price in a sentence",
            id="money outside tables",
        ),
        pytest.param(
            MARKDOWN,
            "| $15.00 | - | - | $120.00 |",
            "| €15.00 | - | - | $120.00 |",
            "cell",
            "Flagship models / standard' row 4, short context input",
            "a price in a currency",
            id="another currency in one cell",
        ),
        pytest.param(
            PROPERTIES,
            '<TextTokenPricingTables\n        client:load\n        tier="flex"',
            '<RobotTables\n        client:load\n        tier="flex"',
            "section",
            "Flagship models / flex",
            "a component or rows that stand in no table",
            id="a new component",
        ),
        pytest.param(
            PROPERTIES,
            'tier="flex"',
            'tier="batch"',
            "table",
            "/ flex",
            "another tier",
            id="a component in the wrong pane",
        ),
        pytest.param(
            PROPERTIES,
            '["gpt-5-pro", 15, null, 120]',
            '["gpt-5-pro", 15, 120]',
            "row",
            "Flagship models / standard' row 5",
            "3 cells under 5",
            id="a row of new length",
        ),
        pytest.param(
            PROPERTIES,
            "\nSpecialized models\n",
            "\nVideo generation models\n",
            "table",
            "Video generation models",
            "lost",
            id="rows that lost columns",
        ),
        pytest.param(
            ISLANDS, "[0,32]", "[0,33]", "row", "Realtime and audio", "disagree", id="properties the drawn table denies"
        ),
        pytest.param(
            ISLANDS,
            "<td>$45.00</td>",
            "<td>45.00</td>",
            "row",
            "Flagship models / standard",
            "without a currency sign",
            id="a drawn price without a sign",
        ),
        pytest.param(
            ISLANDS,
            "&quot;PricingTable&quot;",
            "&quot;RobotTable&quot;",
            "table",
            "",
            "a component this parser does not know",
            id="a new island",
        ),
        pytest.param(
            ISLANDS,
            "&quot;hiddenModels&quot;",
            "&quot;discounts&quot;",
            "table",
            "Realtime and audio",
            "properties this parser does not know",
            id="a new property",
        ),
    ],
)
def test_what_no_one_has_read_about_is_in_doubt_alone(
    file: str, old: str, new: str, part: str, place: str, reason: str
) -> None:
    seen = contents(file, old, new)
    assert any(each.part == part and place in each.place and reason in each.reason for each in seen.doubts)
    before = {(each.slot, each.text) for each in contents(file).observations}
    after = {(each.slot, each.text) for each in seen.observations}
    assert after <= before
    assert len(after) > len(before) / 2


def test_a_price_in_doubt_is_held_where_it_stood_and_the_rest_of_its_table_is_read() -> None:
    seen = contents(MARKDOWN, "| $15.00 | - | - | $120.00 |", "| Contact us | - | - | $120.00 |")
    (doubt,) = seen.doubts
    assert (doubt.part, doubt.subject) == ("cell", "gpt-5-pro")
    locators = {each.slot: each.locator for each in contents(MARKDOWN).observations}
    gone = locators.keys() - {each.slot for each in seen.observations}
    assert {slot[0] for slot in gone} == {"gpt-5-pro"}
    assert all(any(words in locators[slot] for words in doubt.within) for slot in gone)


def test_a_heading_is_known_however_it_is_spelt() -> None:
    for spelt in ("audio tokens", "Audio\u00a0tokens", "**Audio tokens**", "Audio tokens 🎧"):
        assert read(NOVEMBER, "\nAudio tokens\n", f"\n{spelt}\n") == read(NOVEMBER)


def test_a_heading_that_is_not_known_leaves_no_table_to_the_section_above() -> None:
    before = {(each.slot, each.text) for each in read(NOVEMBER)}
    for spelt in ("Audio tokens – new!", "Sound tokens"):
        assert {(each.slot, each.text) for each in read(NOVEMBER, "\nAudio tokens\n", f"\n{spelt}\n")} < before


def test_what_a_short_prompt_costs_is_not_said_where_its_long_price_is_in_doubt() -> None:
    seen = contents(ISLANDS, "<td>gpt-5.6-sol</td><td>$5.00</td>", "<td>gpt-5.6-sol NEW</td><td>$5.00</td>")
    conditions = {each.condition for each in contents(ISLANDS).observations if each.subject == "gpt-5.6-sol"}
    assert {each.condition for each in seen.observations if each.subject == "gpt-5.6-sol"} <= conditions
    assert any("whether long context is dearer" in each.reason for each in seen.doubts)


def test_places_stay_where_the_page_grows() -> None:
    longer = read(MARKDOWN, "# Pricing\n", "# Pricing\n\nread this first, it is new\n\n")
    assert [each.locator for each in longer] == [each.locator for each in read(MARKDOWN)]


def test_a_page_that_ends_within_a_row_is_refused_whole() -> None:
    document = fixture_documents(SOURCE)[MARKDOWN]
    cut = document.text[: document.text.rindex(" |")]
    with pytest.raises(Refused, match="ends within a row"):
        list(SOURCE.parse(Document(document.url, cut.encode())))


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
