"""Promise: one odd field, row or line of a model's card or page holds back that part, and the rest is read."""

from dataclasses import replace

import pytest

from sources import registry
from sources.contract import Document
from tests.fixture_files import fixture_documents
from tests.sources.doubted import doubted

CODER, SOL, CODEX = "qwen3-coder.md", "gpt-5.6-sol.html", "july_2026.md"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Attribute             | Details        |", "| Specification         | Particulars    |"),
        ("30.5B total", "30,5B total"),
        ("30.5B total", "~~30.5B~~ 31.5B total"),
    ],
)
def test_a_rounded_size_does_not_stand_in_for_an_exact_one_that_does_not_read(old: str, new: str) -> None:
    source = replace(registry.source("docker_cards"), most_doubted=1.0)
    document = fixture_documents(source)[CODER]
    assert old in document.text
    after = source.read(Document(document.url, document.text.replace(old, new, 1).encode()))
    assert not [each for each in after.observations if each.attribute in ("parameters", "active_parameters")]
    assert "a size that may be printed more exactly where it does not read" in {each.reason for each in after.doubts}


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "reason"),
    [
        ("docker_cards", CODER, "| 262K tokens |", "| TBD |", "'TBD' is not a number of tokens"),
        ("docker_cards", CODER, "| **Tool calling** ", "| **Mascot** ", "a characteristic that nobody reads"),
        ("openai_model_pages", SOL, ">1,050,000<", ">up to 1M<", "a fact that does not read"),
        ("openai_model_pages", SOL, "requests to GPT-5.6 Sol", "requests to GPT-5.6", "an alias of another model"),
        ("openai_model_pages", SOL, "Input only", "Preview", "a modality that is neither supported nor not"),
        (
            "openai_model_pages",
            SOL,
            "<div>Function calling</div><div>Supported",
            "<div>Function calling</div><div>Preview",
            "neither supported nor not",
        ),
        (
            "openai_codex_models",
            CODEX,
            'extension", value: true',
            'extension", value: "soon"',
            "neither yes nor no, once",
        ),
        ("openai_codex_models", CODEX, "Codex IDE extension", "Codex for Xcode", "neither yes nor no, once"),
        ("openai_codex_models", CODEX, 'slug="gpt-5.5"', "", "a model without an id"),
        ("openai_codex_models", CODEX, "    }}\n  />", "    }}\n  >", "a component without an end"),
        ("google_cloud_gemini", "gemini-2.5-pro.md", "65,536", "many", "'many' is not a number of tokens"),
        (
            "google_cloud_gemini",
            "gemini-2.5-pro.md",
            "Input only",
            "Preview",
            "a modality that is neither supported nor not",
        ),
        ("github_cards", "llama-3.2.md", "3B (3.21B)", "3B~", "a size that does not read"),
        ("github_cards", "llama-3.2.md", "128k", "lots", "'lots' is not a number of tokens"),
    ],
)
def test_what_is_odd_on_a_card_is_in_doubt_alone(source_id: str, file: str, old: str, new: str, reason: str) -> None:
    assert doubted(source_id, file, old, new) == {reason}


@pytest.mark.parametrize(
    ("old", "new"), [("| Attribute ", "| **ATTRIBUTE** "), ("VRAM¹", "VRAM²"), ("Context window", "Context Window")]
)
def test_a_header_in_another_dress_is_the_same_header(old: str, new: str) -> None:
    assert doubted("docker_cards", CODER, old, new) == set()


@pytest.mark.parametrize(
    ("source_id", "file"), [("google_cloud_gemini", "gemini-2.5-pro.md"), ("github_cards", "qwen3.md")]
)
def test_a_page_that_grows_moves_no_place(source_id: str, file: str) -> None:
    source = registry.source(source_id)
    document = fixture_documents(source)[file]
    front, rule, body = (
        document.text.rpartition("---\n") if source_id == "google_cloud_gemini" else ("", "", document.text)
    )
    grown = Document(document.url, f"{front}{rule}\nA new sentence.\n\n{body}".encode())
    assert list(source.observations(grown)) == list(source.observations(document))


@pytest.mark.parametrize("spelt", ["Codex IDE extension", "Codex IDE Extension¹", "Codex IDE&nbsp;extension"])
def test_a_model_that_an_extension_for_editors_does_not_offer_is_said_not_to_have_it(spelt: str) -> None:
    document = fixture_documents(registry.source("openai_codex_models"))[CODEX]
    denied = document.text.replace('"Codex IDE extension", value: true', f'"{spelt}", value: false', 1)
    read = registry.source("openai_codex_models").read(Document(document.url, denied.encode()))
    assert {each.subject: each.value for each in read.observations} == {
        "gpt-5.6-sol": False,
        "gpt-5.3-codex-spark": True,
        "gpt-5.4-mini": True,
        "gpt-5.5": True,
    }
