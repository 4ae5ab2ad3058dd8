"""How facts, terms of prices and scores are said."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.wording.facts import (
    condition_words,
    conflict_field_words,
    fact_words,
    gap_reason_words,
    meter_words,
    parameter_words,
    said_words,
    score_words,
    setting_words,
    unit_words,
)
from pipelines.wording.phrases import field_words, inert


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", ""),
        ("service_tier=batch", "batch service"),
        ("context_from=200001; tier_scope=whole_request", "prompts from 200,001 tokens"),
        ("context_from=200001; tier_scope=marginal", "prompts from 200,001 tokens, only the tokens beyond"),
        ("context_from=32000; context_to=128000", "prompts of 32,000–128,000 tokens"),
        ("cache_ttl=1h", "kept 1h"),
        ("utc_window=16:30-00:30", "16:30–00:30 UTC"),
        ("effective_from=2025-03-01; region=spaincentral", "from 2025-03-01, in spaincentral"),
        ("label=before the discount", "label before the discount"),
    ],
)
def test_the_terms_of_a_price_are_said_in_full(condition: str, words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (4_000_000_000, "4B"),
        (3_830_000_000, "3.83B"),
        (600_000_000, "600M"),
        (1_100_000_000_000, "1,100B"),
        (3_821_079_552, "3,821,079,552"),
        (12, "12"),
    ],
)
def test_parameters_are_never_rounded(count: int, words: str) -> None:
    assert parameter_words(count) == words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("context_tokens", 262144, "262,144"),
        ("open_weights", False, "No"),
        ("open_weights", None, "unknown"),
        ("input_modalities", ["image", "text"], "image, text"),
        ("product_type", "safety_classifier", "safety classifier"),
        ("family", "gpt_x", "gpt_x"),
    ],
)
def test_a_value_is_said_as_its_field_is_read(field: str, value: object, words: str) -> None:
    assert fact_words(field, value) == words


def test_no_more_of_a_day_is_said_than_is_printed() -> None:
    said = [fact_words("released_on", date(2025, 4, 1), precision) for precision in ("day", "month", "year", None)]
    assert said == ["2025-04-01", "2025-04", "2025", "2025-04-01"]


def test_what_a_rival_says_is_said_as_what_we_hold() -> None:
    assert said_words("context_tokens", "1000000") == "1,000,000"
    assert said_words("capability/vision", "no") == "No"
    assert said_words("input_modalities", "image,text") == "image, text"
    assert said_words("context_tokens", "many") == "many"


def test_a_contested_price_is_named_by_meter_unit_and_terms() -> None:
    assert conflict_field_words("input/mtok") == "input price, per million tokens"
    assert conflict_field_words("cache_read/mtok [service_tier=batch]") == (
        "cached input price, per million tokens (batch service)"
    )
    assert conflict_field_words("capability/tool_use") == "tool use"
    assert conflict_field_words("context_tokens") == "context tokens"


def test_what_is_missing_beside_scores_is_said_for_what_it_is() -> None:
    assert field_words("benchmark_results/setting_in_prose") == "benchmark settings"
    assert gap_reason_words("benchmark_results/setting_in_prose", "ambiguous") == (
        "its setting is told in prose that no rule reads"
    )
    assert gap_reason_words("capability/vision", "ambiguous") == "sources disagree"
    assert field_words("capability/ide_integration") == "IDE integration"


def test_units_meters_scores_and_settings_are_words() -> None:
    assert [unit_words(each) for each in ("mtok", "image", "1k_requests")] == [
        "per million tokens",
        "per image",
        "per 1,000 requests",
    ]
    assert [meter_words(each) for each in ("input", "cache_read", "cache_write", "output_audio", "web_search")] == [
        "input",
        "cached input",
        "cache write",
        "audio output",
        "web search",
    ]
    assert [score_words(Decimal(score), unit) for score, unit in (("82.10", "percent"), ("1312", "elo"))] == [
        "82.1%",
        "1,312 Elo",
    ]
    assert setting_words("served=effort:high; version=2025-12-23") == "served effort high, version 2025-12-23"


def test_a_sources_words_stay_on_one_line_and_show_nothing_unseen() -> None:
    assert inert("two\n lines") == "two lines"
    assert inert("a\u202eb\x1b[1m") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[1m"
