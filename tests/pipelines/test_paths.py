"""What an id must be to become the name of a file of an edition: nothing is mended, and nothing leaves its folder."""

import pytest

from pipelines.publishing.paths import Misplaced, is_placeable, place, place_of_pair


@pytest.mark.parametrize("identifier", ["gpt-5.1-codex", "qwen3.5-4b", "o1", "openai.gpt-5.1", "a_b", "_x", "conch"])
def test_a_slug_is_a_files_name(identifier: str) -> None:
    assert place("models", identifier) == f"models/{identifier}"


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        ".",
        "..",
        "../up",
        "a/b",
        "a\\b",
        "a..b",
        ".hidden",
        "ends.",
        "-option",
        "Upper",
        "a b",
        "a\n",
        "a\x00",
        "\u202egpt",
        "ünï",
        "a:b",
        "con",
        "nul.json",
        "com1",
        "index",
        "a" * 181,
    ],
)
def test_anything_else_is_refused_and_not_mended(identifier: str) -> None:
    assert not is_placeable("models", identifier)
    with pytest.raises(Misplaced):
        place("models", identifier)


def test_a_pair_lies_below_its_first_id() -> None:
    assert place_of_pair("a-1", "b-2") == "compare/a-1/b-2"
    for ids in (("b-2", "a-1"), ("a-1", "a-1"), ("a-1", "../b")):
        with pytest.raises(Misplaced):
            place_of_pair(*ids)


def test_an_edition_has_no_other_folders() -> None:
    with pytest.raises(Misplaced):
        place("etc", "passwd")
