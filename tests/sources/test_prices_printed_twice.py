"""Promise: where a page prints one price in two places, it is read only while both places agree."""

import dataclasses

import pytest

from sources import registry
from sources.contract import Contents, Document, Refused
from tests.fixture_files import fixture_documents


def _changed(source_id: str, *, old: str = "", new: str = "", count: int = -1) -> Contents:
    """Read the source's fixture with `old` replaced `count` times, whatever its number of subjects."""
    source = registry.source(source_id)
    (document,) = fixture_documents(source).values()
    assert old in document.text
    text = document.text.replace(old, new, count)
    return dataclasses.replace(source, rows=(1, 1000)).read(Document(document.url, text.encode()))


XAI, MISTRAL = "xai_pricing", "mistral_pricing"


@pytest.mark.parametrize(
    ("source_id", "old", "new", "count", "part", "subject", "reason"),
    [
        (
            XAI,
            '"promptTextTokenPrice":"12500"',
            '"promptTextTokenPrice":"13000"',
            1,
            "entry",
            "grok-4.20-0309-non-reasoning",
            "clusters that differ",
        ),
        (XAI, "$2.00 / 1M tokens", "$3.00 / 1M tokens", 1, "cell", "grok-4.5", "not the one at card"),
        (XAI, "$2.00 / 1M tokens", "$3.00 / 1M tokens", 1, "row", "grok-4.5", "does not say what the script says"),
        (XAI, "$2.00 / 1M tokens", "€2.00 / 1M tokens", 1, "row", "grok-4.5", "does not say what the script says"),
        (XAI, ':"20000"', ':"200"', -1, "cell", "grok-4.5", "not the one at card"),
        (XAI, "$15.00 / 1M chars", "$15.00 / 1K chars", 1, "cell", "grok-tts", "not the one at card"),
        (XAI, "$15.00 / 1M chars", "$15.00 / 1K chars", 1, "row", "TTS", "does not say what the script says"),
        (XAI, '"videoGenerationModels"', '"embeddingModels"', 1, "entry", "", "a kind of model nobody reads"),
        (XAI, '"perCharacter"', '"perWord"', 1, "cell", "grok-tts", "a price nobody reads"),
        (XAI, '"rps":"37",', '"newInputPrice":"9",', -1, "cell", "grok-4.5", "a price nobody reads"),
        (XAI, '"promptTextTokenPrice":"12500"', '"promptTextTokenPrice":"12,5"', -1, "cell", "", "not a whole number"),
        (XAI, '"longContextThreshold":"200000"', '"longContextThreshold":"0"', -1, "cell", "", "how long"),
        (XAI, '"inputModalities":["TEXT"]', '"inputModalities":["SMELL"]', -1, "cell", "grok-tts", "modality"),
        (XAI, "Model Aliases", "Search costs $5 a call", 1, "sentence", "", "a price outside the cards"),
        (MISTRAL, "<span>$1.5</span>", "<span>$1.6</span>", 1, "cell", "Mistral Medium 3.5", "not the one shown"),
        (MISTRAL, '"priceEur":1.25', '"priceEur":1.26', 1, "cell", "Mistral Medium 3.5", "priced 2 times"),
        (MISTRAL, 'data-multiplier="1"', 'data-multiplier="1.75"', 1, "cell", "Mistral Medium 3.5", "something added"),
        (
            MISTRAL,
            "Input (/M tokens)",
            "Input (/M characters)",
            1,
            "cell",
            "Mistral Medium 3.5",
            "a label nobody reads",
        ),
        (MISTRAL, "75% above list pricing", "$9 a seat", 1, "sentence", "", "a place nobody reads"),
    ],
)
def test_pages_that_contradict_themselves_are_doubted_there(
    source_id: str, old: str, new: str, count: int, part: str, subject: str, reason: str
) -> None:
    changed = _changed(source_id, old=old, new=new, count=count)
    assert (part, subject) in {(each.part, each.subject) for each in changed.doubts if reason in each.reason}
    before = {(each.slot, each.text) for each in _changed(source_id).observations}
    after = {(each.slot, each.text) for each in changed.observations}
    assert after <= before
    assert len(after) > len(before) / 2


def test_a_card_that_denies_the_script_holds_every_price_of_its_model_and_no_other() -> None:
    changed = _changed(XAI, old="$2.00 / 1M tokens", new="$3.00 / 1M tokens")
    prices = {each.subject for each in changed.observations if each.is_price}
    assert "grok-4.5" not in prices
    assert {"grok-4.20-0309-non-reasoning", "grok-tts"} <= prices
    assert any(each.subject == "grok-4.5" and each.attribute == "context_tokens" for each in changed.observations)


def test_a_card_that_names_no_model_denies_no_price() -> None:
    changed = _changed(XAI, old="<span>Input</span><span>$2.00", new="<span>Input</span><span>$9.00")
    nameless = _changed(
        XAI,
        old="</main>",
        new="<div><div><h3>Grok</h3></div><div><div><span>Input</span><span>$9.00 / 1M tokens</span></div></div></div></main>",
    )
    assert {each.part for each in nameless.doubts} == {"row"}
    assert len(nameless.observations) > len(changed.observations)


def test_a_script_of_another_scale_than_every_card_is_refused_whole() -> None:
    source = registry.source(XAI)
    (document,) = fixture_documents(source).values()
    text = document.text.replace(':"20000"', ':"200"').replace(':"60000"', ':"600"')
    with pytest.raises(Refused, match="no card says what a token costs"):
        source.read(Document(document.url, text.encode()))


def test_a_card_without_a_name_holds_what_is_gone_from_the_cards() -> None:
    source = registry.source(MISTRAL)
    (document,) = fixture_documents(source).values()
    opening = document.text.index("<mistral-block-card-model")
    start = document.text.index("<p", opening)
    end = document.text.index("</p>", start)
    text = f"{document.text[:start]}<p>{document.text[end:]}"
    changed = dataclasses.replace(source, rows=(1, 1000)).read(Document(document.url, text.encode()))
    (doubt,) = changed.doubts
    assert (doubt.part, doubt.subject, doubt.reason) == ("row", "", "a card without a name")
    assert any(each.locator.startswith(doubt.within[0]) for each in source.observations(document))
