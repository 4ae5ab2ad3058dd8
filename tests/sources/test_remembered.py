"""What is said of short texts is kept, and of long ones never: nothing that a host sends is held for it."""

import pytest

from sources.readers.remembered import SHORT, remembered


def test_a_short_text_is_asked_about_once_and_a_long_one_each_time() -> None:
    asked: list[str] = []

    @remembered(2)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "x" * SHORT, "x" * (SHORT + 1)
    assert [length(text) for text in (short, short, long, long)] == [SHORT, SHORT, SHORT + 1, SHORT + 1]
    assert asked == [short, long, long]
    assert [length(text) for text in ("a", "b", short)] == [1, 1, SHORT]  # two are kept, and it was the oldest
    assert asked[3:] == ["a", "b", short]


def test_what_was_refused_is_refused_again() -> None:
    @remembered(2)
    def refuses(text: str) -> int:
        raise ValueError(f"{text} is no number")

    for _ in range(2):
        with pytest.raises(ValueError, match="one is no number"):
            refuses("one")
