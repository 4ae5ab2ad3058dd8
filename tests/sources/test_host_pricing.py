"""Pages of hosts that print more than one thing in a cell, or one thing in two: what cannot be told apart is in doubt."""

from dataclasses import replace

import pytest

from sources import registry
from sources.contract import Document, Observation, Refused, Source
from tests.fixture_files import fixture_documents


def _changed(source_id: str, file: str, old: str, new: str) -> tuple[Source, Document, Document]:
    source = registry.source(source_id)
    document = fixture_documents(source)[file]
    assert old in document.text
    return source, document, Document(document.url, document.text.replace(old, new).encode())


def _read(source_id: str, file: str, old: str, new: str) -> list[Observation]:
    source, _, changed = _changed(source_id, file, old, new)
    return list(source.observations(changed))


def _doubted(source_id: str, file: str, old: str, new: str) -> set[str]:
    """The reasons of what is in doubt after a change; all but that must be read as before."""
    source, document, changed = _changed(source_id, file, old, new)
    any_size = replace(source, rows=(1, 10**9))
    before, after = any_size.read(document), any_size.read(changed)
    lost = [each for each in before.observations if each not in after.observations]
    assert [each for each in after.observations if each not in before.observations] == []
    assert len(lost) < len(before.observations) / 2
    return {each.reason for each in after.doubts}


def test_dollars_that_the_neurons_contradict_are_no_price() -> None:
    seen = _read("cloudflare_workers_ai", "march_2025.mdx", "$0.027 per M", "$0.27 per M")
    prices = {each.attribute for each in seen if each.subject == "@cf/meta/llama-3.2-1b-instruct"}
    assert prices == {"price/output"}


def test_a_unit_that_the_neurons_do_not_share_is_in_doubt() -> None:
    reasons = _doubted("cloudflare_workers_ai", "march_2025.mdx", "$0.020 per M input", "$0.020 per K input")
    assert reasons == {"a unit that is not known, or not the neurons'"}


def test_a_badge_that_nobody_knows_is_no_part_of_an_id() -> None:
    reasons = _doubted("groq_models", "september_2026.md", ")Enterprisellama", ")Freellama")
    assert reasons == {"a name and an id that do not read"}


def test_a_page_that_ends_among_its_prices_is_refused() -> None:
    for source_id, file, last in (
        ("together_pricing", "july_2026.html", "Fine-Tuning"),
        ("together_models", "july_2026.html", "Moderation models"),
        ("groq_models", "september_2026.md", "Deprecated Models"),
    ):
        with pytest.raises(Refused, match="not whole"):
            _read(source_id, file, last, "")


def test_a_speech_model_filed_under_a_price_of_characters_has_none() -> None:
    seen = _read("together_pricing", "july_2026.html", 'fs-filter-value="Audio"', 'fs-filter-value="Transcribe"')
    assert not [each for each in seen if each.unit == "usd/mchar"]


def test_a_new_kind_of_model_is_in_doubt_until_somebody_looks() -> None:
    reasons = _doubted("together_pricing", "july_2026.html", "<div>Rerank</div>", "<div>Realtime</div>")
    assert reasons == {"a kind of model nobody reads"}
