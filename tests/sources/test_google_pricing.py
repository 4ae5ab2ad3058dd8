"""Google's pricing page where it is easily misread: amounts without a unit, rows over several ids, prices nobody reads."""

import re

import pytest

from sources import registry
from sources.contract import Document, Observation, Refused
from tests.fixture_files import fixture_documents

GOOGLE = registry.source("google_pricing")


def page(printed: str = "", changed: str = "") -> Document:
    """The fixture, with the one place where `printed` stands changed."""
    (document,) = fixture_documents(GOOGLE).values()
    assert not printed or document.text.count(printed) == 1
    return Document(document.url, document.text.replace(printed, changed).encode() if printed else document.body)


def prices(document: Document, subject: str, attribute: str) -> list[Observation]:
    seen = GOOGLE.read(document).observations
    return [each for each in seen if each.subject == subject and each.attribute == f"price/{attribute}"]


def left(printed: str, changed: str) -> tuple[set[tuple[str, str]], set[str]]:
    """Of the fixture with one place changed: the subjects and reasons of its doubts, and the prices that are gone.

    No other price may appear.
    """
    before, after = (
        {f"{each.subject} {each.attribute} [{each.condition}] {each.text} {each.unit}": each for each in seen}
        for seen in (GOOGLE.read(page()).observations, GOOGLE.read(page(printed, changed)).observations)
    )
    assert after.keys() <= before.keys()
    return (
        {(each.subject, each.reason) for each in GOOGLE.read(page(printed, changed)).doubts},
        {name for name in before.keys() - after.keys() if before[name].is_price},
    )


@pytest.mark.parametrize(
    ("printed", "changed", "subject", "reason", "gone"),
    [
        pytest.param(
            "Gemini 2.5: $35 /",
            "Gemini 2.5: $40 /",
            "",
            "a price that no model's table prints",
            0,
            id="a tool at a price that no model's table prints",
        ),
        pytest.param(
            "<p>Open model</p>",
            "<p>From August $2 per 1M tokens</p>",
            "",
            "a price in a sentence",
            0,
            id="a price in a sentence",
        ),
        pytest.param(
            "$0.70 (audio)",
            "$0.70 (smell)",
            "gemini-2.0-flash",
            "a price of something that is not known",
            2,
            id="an unknown modality",
        ),
        pytest.param(
            "$17.50 (video)",
            "$17.50/min",
            "gemini-omni-flash-preview",
            "a price of something that is not known",
            2,
            id="output by the minute, of no said kind",
        ),
        pytest.param(
            "Veo 3.1 Lite video",
            "Veo 3.1 Ultra video",
            "",
            "a row that does not name one of the ids",
            2,
            id="a row that names none of the ids",
        ),
        pytest.param(
            "Veo 3.1 Lite video with audio",
            "Veo 3.1 Lite video",
            "",
            "a price in a row nobody reads",
            2,
            id="video without audio",
        ),
    ],
)
def test_what_does_not_read_is_in_doubt_alone(printed: str, changed: str, subject: str, reason: str, gone: int) -> None:
    doubts, missing = left(printed, changed)
    assert doubts == {(subject, reason)}
    assert len(missing) == gone


@pytest.mark.parametrize(
    ("printed", "changed", "reason"),
    [
        pytest.param("$0.70 (audio)", "$0.70", "one thing priced 2 times", id="one thing at two prices"),
        pytest.param("then $14 / 1,000 search", "then $14–$20 / 1,000 search", "does not read", id="a range"),
        pytest.param(
            "$1.00 / 1,000,000 tokens per hour</td>", "$1.00</td>", "not known", id="storage without its hours"
        ),
    ],
)
def test_an_amount_that_may_be_another_is_not_read(printed: str, changed: str, reason: str) -> None:
    count = page().text.count(printed)
    assert count
    document = Document(page().url, page().text.replace(printed, changed, 1).encode())
    contents = GOOGLE.read(document)
    assert any(reason in each.reason for each in contents.doubts)
    expected = {(each.slot, each.text) for each in GOOGLE.read(page()).observations}
    assert {(each.slot, each.text) for each in contents.observations} < expected


def test_a_row_without_a_price_may_be_called_anything() -> None:
    doubts, missing = left("<td>Image generation pricing</td>", "<td>Fine-tuning price</td>")
    assert (doubts, missing) == (set(), set())


def test_a_model_whose_heading_is_lost_lends_its_prices_to_no_other() -> None:
    text = page().text
    heading = re.search(r"<h2[^>]*>Gemini 3.5 Live Translate.*?</h2>", text, re.DOTALL)
    assert heading
    seen = GOOGLE.read(Document(page().url, text.replace(heading[0], "").encode())).observations
    assert {(each.slot, each.text) for each in seen} <= {
        (each.slot, each.text) for each in GOOGLE.read(page()).observations
    }


def test_ids_that_do_not_read_leave_a_table_nameless() -> None:
    doubts, missing = left("gemini-2.5-flash-lite</code>", "gemini-2.5-flash-lite¹</code>")
    assert doubts == {("", "ids that do not read")}
    assert missing


def test_a_model_whose_paid_price_is_in_doubt_is_not_free() -> None:
    before, heading, after = page().text.partition('id="gemma-4"')
    text = before + heading + after.replace("<td>Not available</td>", "<td>Ask us</td>", 1)
    seen = GOOGLE.read(Document(page().url, text.encode())).observations
    assert not [each for each in seen if each.subject == "Gemma 4" and each.attribute == "price_status"]


def test_a_page_that_ends_before_its_notes_is_refused_whole() -> None:
    with pytest.raises(Refused, match="not whole"):
        GOOGLE.read(page('tabindex="-1">Notes</h2>', 'tabindex="-1">Rest</h2>'))


def test_an_image_priced_under_a_header_that_says_tokens_is_left_out() -> None:
    assert {each.condition for each in prices(page(), "gemini-3-pro-image", "input_image")} == {""}


def test_a_footnote_prices_images_only_of_the_table_that_prints_its_equivalent() -> None:
    rates = [each for each in prices(page(), "gemini-2.5-flash-image", "output_image") if each.unit == "usd/mtok"]
    assert [(each.condition, each.text) for each in rates] == [("", "30")]
    assert prices(page(), "gemini-2.0-flash", "output_image") == []


def test_an_allowance_before_a_price_is_not_the_price() -> None:
    assert {each.text for each in prices(page(), "gemini-2.5-flash-lite", "web_search")} == {"35"}


def test_what_is_free_of_charge_costs_nothing_within_its_quota_only() -> None:
    free = [each for each in GOOGLE.read(page()).observations if each.is_price and not each.value]
    assert free
    assert {"quota=free" in each.condition for each in free} == {True}
    assert {each.condition for each in prices(page(), "Gemma 4", "input")} == {"quota=free"}
