"""Promise: an odd field of a maker's list of models holds back that field, and no field becomes a wrong number."""

import pytest

from tests.sources.doubted import doubted


@pytest.mark.parametrize("limit", ['"TBD"', '"—"', "-1", "0", "true", '{"default": 1000000}', "1.5", '"1M"'])
@pytest.mark.parametrize(
    ("source_id", "key"), [("anthropic_models", "max_input_tokens"), ("google_models", "inputTokenLimit")]
)
def test_a_limit_is_a_whole_number_above_nothing_or_in_doubt(source_id: str, key: str, limit: str) -> None:
    old = {"anthropic_models": '"max_input_tokens": 1000000', "google_models": '"inputTokenLimit": 1048576'}[source_id]
    assert len(doubted(source_id, "august_2026.json", old, f'"{key}": {limit}')) == 1


def test_a_limit_written_as_text_is_the_limit() -> None:
    old = '"max_input_tokens": 1000000'
    assert doubted("anthropic_models", "august_2026.json", old, '"max_input_tokens": "1000000"') == set()


@pytest.mark.parametrize(
    ("source_id", "old", "new", "reason"),
    [
        ("anthropic_models", '"display_name": ', '"display_name": [], "shown": ', "[] is no text"),
        (
            "anthropic_models",
            '"thinking": {\n     "supported": true',
            '"thinking": {\n     "supported": "yes"',
            "'yes' is neither true nor false",
        ),
        ("anthropic_models", '"display_name"', '"input_price": 5, "display_name"', "a price we do not know"),
        ("google_models", '"thinking": true', '"thinking": "yes"', "'yes' is neither true nor false"),
        ("google_models", '"displayName"', '"input": {"price": 5}, "displayName"', "a price we do not know"),
        ("openai_models", '"created"', '"input_price": 5, "created"', "a price we do not know"),
        (
            "openai_models",
            '"object": "list"',
            '"object": "list", "has_more": true',
            "the list goes on on another page",
        ),
        (
            "xai_language_models",
            '"quality": "low"',
            '"quality": "low", "steps": 8',
            "a price under a condition nobody reads",
        ),
        ("xai_language_models", '"id"', '"price_currency": "eur", "id"', "what may say what the prices beside it are"),
    ],
)
def test_what_a_model_says_oddly_is_in_doubt_alone(source_id: str, old: str, new: str, reason: str) -> None:
    assert doubted(source_id, "august_2026.json", old, new) == {reason}


@pytest.mark.parametrize("threshold", ["-1", "0", '"none"', "null"])
def test_a_price_of_long_prompts_is_in_doubt_where_nobody_says_how_long_they_are(threshold: str) -> None:
    old, new = '"long_context_threshold": 200000', f'"long_context_threshold": {threshold}'
    reasons = doubted("xai_language_models", "august_2026.json", old, new)
    assert reasons == {"a price of long prompts that does not say how long"}
