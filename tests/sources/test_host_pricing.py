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


def _as_before(source_id: str, file: str, old: str, new: str) -> bool:
    """Whether a changed page says all that it said, and nothing is in doubt."""
    source, document, changed = _changed(source_id, file, old, new)
    any_size = replace(source, rows=(1, 10**9))
    before, after = any_size.read(document), any_size.read(changed)
    said = [(each.slot, each.text) for each in before.observations]
    return not after.doubts and [(each.slot, each.text) for each in after.observations] == said


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new"),
    [
        ("vertex_pricing", "pricing.html", "<th>Type</th>", "<th>TYPE<sup>1</sup></th>"),
        ("vertex_pricing", "pricing.html", "200K input tokens</th>", "200k Input Tokens</th>"),
        ("vertex_pricing", "pricing.html", "<td>$0.03</td></tr>", "<td>US$0.030</td></tr>"),
        ("vertex_pricing", "pricing.html", "Text output (response", "Text Output (response"),
        ("fireworks_pricing", "pricing.md", "**per 1 million tokens**", "**Per 1 million tokens**"),
        ("fireworks_pricing", "pricing.md", "## Text and vision models", "## Text & Vision Models 🚀"),
        ("groq_models", "september_2026.md", "[Deprecated Models](#deprecated-models)", "Deprecated models"),
        ("groq_models", "september_2026.md", "[Production Models](", "[Production\u00a0models]("),
        ("cohere_pricing", "standard_vault.mdx", "## Performance Tiers", "## Performance tiers {#tiers}"),
        ("cohere_pricing", "standard_vault.mdx", "rates are per instance, per", "Rates are per instance, per"),
        ("alibaba_pricing", "pricing.html", "Singapore", "SINGAPORE"),
        ("together_pricing", "july_2026.html", ">Fine-Tuning<", ">Fine-tuning (new)<"),
    ],
)
def test_columns_headings_and_scope_sentences_are_known_by_meaning(
    source_id: str, file: str, old: str, new: str
) -> None:
    assert _as_before(source_id, file, old, new)


def test_a_table_of_models_may_be_cut_in_two() -> None:
    source = registry.source("fireworks_pricing")
    text = fixture_documents(source)["pricing.md"].text
    header = text[text.index("| Model") : text.index("| [Kimi")]
    assert _as_before("fireworks_pricing", "pricing.md", "| [GLM 5]", f"\n{header}| [GLM 5]")


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "lost"),
    [
        ("fireworks_pricing", "pricing.md", r"\$1.00 / \$0.20", r"\$1,00 / \$0.20", {"price/input"}),
        ("fireworks_pricing", "pricing.md", r"\$1.00 / \$0.20", r"~~\$2.00~~ \$1.00 / \$0.20", {"price/input"}),
        (
            "fireworks_pricing",
            "pricing.md",
            r"/ \$3.20",
            r"/ \$3.20 (through 31 August)",
            {"price/input", "price/cache_read", "price/output"},
        ),
        ("groq_models", "september_2026.md", "$0.15 input", "€0.15 input", {"price/input"}),
        ("groq_models", "september_2026.md", "$0.15 input", "from $0.15 input", {"price/input", "price/output"}),
        ("cloudflare_workers_ai", "march_2025.mdx", "$0.201 per M", "$0,201 per M", {"price/output"}),
        (
            "cloudflare_workers_ai",
            "march_2025.mdx",
            "$0.027 per M",
            "now $0.027 per M",
            {"price/input", "price/output"},
        ),
    ],
)
def test_one_of_several_amounts_in_a_cell_is_in_doubt_alone_unless_words_may_be_about_all(
    source_id: str, file: str, old: str, new: str, lost: set[str]
) -> None:
    source, document, changed = _changed(source_id, file, old, new)
    any_size = replace(source, rows=(1, 10**9))
    after = any_size.read(changed)
    said = {(each.slot, each.text) for each in after.observations}
    gone = [each for each in any_size.read(document).observations if (each.slot, each.text) not in said]
    assert {each.attribute for each in gone} == lost
    assert len({each.subject for each in gone}) == len(after.doubts) == 1


@pytest.mark.parametrize(
    "new", ["**from $0.011 per 1,000 Neurons**", "**$0.011† per 1,000 Neurons**", "**€0.011 per 1,000 Neurons**", "it"]
)
def test_without_the_sentence_on_neurons_dollars_are_held_against_what_most_of_them_say(new: str) -> None:
    source, document, changed = _changed("cloudflare_workers_ai", "march_2025.mdx", "**$0.011 per 1,000 Neurons**", new)
    any_size = replace(source, rows=(1, 70))
    after = any_size.read(changed)
    assert [each.part for each in after.doubts] == ["sentence"]
    assert after.observations == [
        each for each in any_size.read(document).observations if each.attribute != "price/neuron"
    ]
    misprinted = changed.text.replace("$0.027 per M", "$0.27 per M").encode()
    slips = any_size.read(Document(document.url, misprinted)).observations
    assert {each.attribute for each in slips if "llama-3.2-1b" in each.subject} == {"price/output"}


def test_a_sentence_on_long_prompts_that_is_gone_makes_prices_by_length_doubtful_alone() -> None:
    reasons = _doubted_whole("vertex_pricing", "pricing.html", "all tokens (input and output) are", "some tokens are")
    assert reasons == {"nothing says which tokens a longer prompt reprices"}
    source, _, changed = _changed("vertex_pricing", "pricing.html", "all tokens (input and output) are", "some are")
    read = replace(source, rows=(1, 9), most_doubted=1.0).read(changed)
    assert {each.subject for each in read.observations} == {"Gemini 3.5 Flash-Lite"}


def test_a_price_whose_other_length_does_not_read_is_no_price_of_one_length() -> None:
    source, _, changed = _changed(
        "vertex_pricing", "pricing.html", "<td>$0.30</td><td>$0.30</td>", "<td>$0.30</td><td>Contact us</td>"
    )
    read = replace(source, rows=(1, 9)).read(changed)
    assert not [each for each in read.observations if each.text == "0.3"]


@pytest.mark.parametrize(
    ("source_id", "file", "name"),
    [
        ("vertex_pricing", "pricing.html", "Gemini 2.5 Pro"),
        ("cohere_pricing", "standard_vault.mdx", "Command A Reasoning"),
        ("cloudflare_workers_ai", "march_2025.mdx", "@cf/openai/whisper"),
    ],
)
@pytest.mark.parametrize("more", [" (new!)", " 🚀", " [beta]", " until 31 August"])
def test_a_name_that_says_more_than_a_name_is_no_subject(source_id: str, file: str, name: str, more: str) -> None:
    source, document, changed = _changed(source_id, file, name, name + more)
    any_size = replace(source, rows=(1, 10**9))
    before, after = any_size.read(document), any_size.read(changed)
    assert {each.subject for each in after.observations} == {each.subject for each in before.observations} - {name}


def test_a_column_of_words_is_read_past() -> None:
    source, document, changed = _changed(
        "cohere_pricing",
        "standard_vault.mdx",
        "| Model | Hourly rate |",
        "| Model | Notes | Hourly rate |",
    )
    text = changed.text.replace("| --- | --- | --- |\n| Command", "| --- | --- | --- | --- |\n| Command")
    text = text.replace("| Command A |", "| Command A | fast |").replace("Reasoning |", "Reasoning | slow |")
    text = text.replace("| Command A+ |", "| Command A+ | new |")
    read = replace(source, rows=(1, 33)).read(Document(document.url, text.encode()))
    assert not read.doubts
    assert [each.text for each in read.observations] == [
        each.text for each in replace(source, rows=(1, 33)).read(document).observations
    ]


def _doubted_whole(source_id: str, file: str, old: str, new: str) -> set[str]:
    source, _, changed = _changed(source_id, file, old, new)
    return {each.reason for each in replace(source, rows=(1, 10**9), most_doubted=1.0).read(changed).doubts}


@pytest.mark.parametrize(
    "printed", ["from $2.00 / 1M tokens", "$2.00 (was $4.00) / 1M tokens", "$2.00 New / 1M tokens"]
)
def test_a_card_that_dresses_the_amount_of_the_script_leaves_the_script_alone(printed: str) -> None:
    source, document, changed = _changed("xai_pricing", "july_2026.html", "$2.00 / 1M tokens", printed)
    any_size = replace(source, rows=(1, 10**9))
    before, after = any_size.read(document), any_size.read(changed)
    prices = [each for each in before.observations if each.is_price]
    assert [each for each in after.observations if each.is_price] == prices
    assert [each.part for each in after.doubts] == ["row"]
