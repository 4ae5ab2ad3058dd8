"""Sizes in a seller's sentences: read where they are said of the model itself, left alone everywhere else."""

import pytest

from sources.readers import sentences


@pytest.mark.parametrize(
    ("text", "total", "active"),
    [
        ("X is a mixture-of-experts model from Y, with 13B active parameters out of 284B total.", 284_000, 13_000),
        ("It has 94 billion active parameters (398 billion total), and speaks nine languages.", 398_000, 94_000),
        ("X has 1.6T total parameters and 49B activated parameters.", 1_600_000, 49_000),
        ("It has 456 billion parameters, with 45.9 billion parameters activated per token.", 456_000, 45_900),
        ("X uses a sparse design with 80B total parameters and only 3B activated per token.", 80_000, 3_000),
        ("X 2.1 is a 118B total parameter model with 8B active parameters.", 118_000, 8_000),
        ("Built on a sparse architecture, it activates only 11B of its 196B parameters.", 196_000, 11_000),
        ("X Mini is a 26B-parameter (3B active) sparse model.", 26_000, 3_000),
        ("X is a 12-billion-parameter open model.", 12_000, None),
        ("The sixth of its kind. X is an open-weight 111B parameter model.", 111_000, None),
        ("X is a large language model with 21 billion parameters.", 21_000, None),
    ],
)
def test_a_size_said_of_the_model_is_read(text: str, total: int, active: int | None) -> None:
    said = {attribute: number for attribute, _, number in sentences.sizes(text)}
    assert said.pop("parameters") == total * 1_000_000
    assert said == ({"active_parameters": active * 1_000_000} if active else {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X 480B A35B is good at code.",
        "X Plus is the paid version of Y, which is a 480B parameter model.",
        "Distilled from Y with 671B total parameters and 37B active, X runs anywhere.",
        "X is better than a model with 70B parameters.",
        "X is a 1T-parameter-scale model.",
        "X has a 1M-token window and 64 experts.",
        "Trained on 15T tokens, X is a model of few parameters.",
    ],
)
def test_a_number_that_is_not_the_models_size_is_left_alone(text: str) -> None:
    assert list(sentences.sizes(text)) == []


def test_the_printed_words_hold_both_numbers_and_the_first_sentence_that_says_them_wins() -> None:
    text = "X is fast. It uses 39B active parameters out of 141B. X is a 7B parameter model."
    assert list(sentences.sizes(text)) == [
        ("active_parameters", "39B active parameters out of 141B", 39_000_000_000),
        ("parameters", "39B active parameters out of 141B", 141_000_000_000),
    ]
