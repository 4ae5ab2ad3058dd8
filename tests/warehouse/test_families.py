"""Which family a model's own name says, and in which spelling."""

import pytest

from warehouse.identity.families import NAMED, STATED, families

ELSEWHERE = (
    ("alibaba", "qwen3.5"),
    ("alibaba", "qwen3-coder"),
    ("alibaba", "qwen3"),
    ("anthropic", "claude-sonnet"),
    ("baai", "bge"),
    ("google", "gemini"),
    ("google", "gemini-image"),
    ("inclusionai", "ring-2.6"),
    ("mistral", "mistral-small"),
    ("nvidia", "nemotron"),
    ("zai", "glm-4.5"),
)
"""What our reference states of siblings: lab, family."""


def family(model_id: str, lab_id: str | None) -> tuple[str, str] | None:
    return next((tuple(rest) for _, *rest in families([(model_id, lab_id)], ELSEWHERE)), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model_id", "lab_id", "spelling"),
    [
        ("qwen3.5-4b", "alibaba", "qwen3.5"),
        ("qwen3-coder-480b-a35b-instruct", "alibaba", "qwen3-coder"),
        ("qwen3-4b-thinking-2507", "alibaba", "qwen3"),
        ("claude-sonnet-9", "anthropic", "claude-sonnet"),
        ("bge-large-zh-v1.5", "baai", "bge"),
        ("gemini-9.5-flash", "google", "gemini"),
        ("gemini-9.5-flash-image", "google", "gemini-image"),
        ("mistral-small-2409", "mistral", "mistral-small"),
        ("llama-3.1-nemotron-70b-instruct", "nvidia", "nemotron"),
        ("glm-4.5v-flash", "zai", "glm-4.5"),
    ],
)
def test_a_family_is_spelt_as_our_reference_spells_its_siblings(model_id: str, lab_id: str, spelling: str) -> None:
    assert family(model_id, lab_id) == (spelling, STATED)


@pytest.mark.parametrize(
    ("model_id", "lab_id", "spelling"),
    [
        ("wan2.6-t2v", "alibaba", "wan2.6"),
        ("imagen-4.0-fast", "google", "imagen-4.0"),
        ("gpt-4.5-preview", "openai", "gpt-4.5"),
        ("claude-instant-1", "anthropic", "claude-instant"),
        ("ring-flash-2.0", "inclusionai", "ring-2.0"),
        ("glm-4.1v-flash", "zai", "glm-4.1"),
        ("qwq-32b", "alibaba", "qwq"),
        ("happyhorse-1.1-r2v", "alibaba", "happyhorse-1.1"),
        ("anubis-70b-v1.1", "thedrummer", "anubis"),
        ("flan-t5-large", "google", "flan-t5"),
        ("sd3.5-medium", "stability", "sd3.5"),
    ],
)
def test_else_it_is_the_words_and_the_number_its_name_begins_with(model_id: str, lab_id: str, spelling: str) -> None:
    assert family(model_id, lab_id) == (spelling, NAMED)


@pytest.mark.parametrize(
    ("model_id", "lab_id"),
    [
        ("dolphin-mixtral-8x7b", "cognitive-computations"),  # another maker's word comes first to mind
        ("snowflake-llama-3.3-70b", "snowflake"),
        ("bart-large", "meta"),  # no number tells the family from the model
        ("stability-sd3-5-large", "stability"),  # a number cut in two
        ("ai21-j2-mid-v1", "ai21"),  # the maker's name is none
        ("stability-stable-image-control-sketch", "stability"),
        ("qwen3.5-4b", None),
    ],
)
def test_a_name_that_does_not_say_has_none(model_id: str, lab_id: str | None) -> None:
    assert family(model_id, lab_id) is None


def test_two_makers_of_one_word_have_two_families() -> None:
    found = families([("nova-2-lite", "amazon"), ("nova-2-medical", "deepgram")], [("amazon", "nova-2")])
    assert [spelling for _, spelling, _ in found] == ["nova-2", "deepgram-nova-2"]


def test_a_makers_name_before_its_family_is_not_part_of_it() -> None:
    found = families([("nvidia-parakeet-tdt-0.6b-v3", "nvidia"), ("parakeet-tdt-1.1b", "nvidia")], [])
    assert {spelling for _, spelling, _ in found} == {"parakeet-tdt"}
