"""What the shared SQL expressions mean, on words of their own."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from sources.contract import CAPABILITIES
from warehouse import database, rules
from warehouse.schemas.mart import UNNAMED, VERDICTS


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(rules.threshold_macro())
        connection.execute((database.SQL / "macros.sql").read_text(encoding="utf-8"))
        yield connection


@pytest.mark.parametrize(
    ("model_id", "product_type"),
    [
        ("llama-guard-4-12b", "safety_classifier"),
        ("qwen3-reranker-8b", "reranker"),
        ("text-embedding-3-small", "embedding"),
        ("mistral-ocr", "ocr"),
        ("gemini-2.5-pro-tts-preview", "speech"),
        ("qwen3-coder-next", "coding"),
        ("gpt-5.1-codex", "coding"),
        ("llama-3.1-8b-base", "base"),
        ("melotts", None),
        ("decoder-1b", None),
        ("gpt-5.1", None),
    ],
)
def test_a_name_tells_what_a_model_is_for_only_in_whole_words(
    macros: duckdb.DuckDBPyConnection, model_id: str, product_type: str | None
) -> None:
    assert macros.execute("select product_type_in_name(?)", [model_id]).fetchone() == (product_type,)


@pytest.mark.parametrize(("number", "words"), [(0, "0 settings"), (1, "1 setting"), (2, "2 settings")])
def test_a_number_is_counted_in_the_singular_when_it_is_one(
    macros: duckdb.DuckDBPyConnection, number: int, words: str
) -> None:
    assert macros.execute("select counted(?, 'setting')", [number]).fetchone() == (words,)


@pytest.mark.parametrize(
    ("one", "other", "decimals", "same"),
    [
        ("0.0125", "0.013", 3, True),
        ("0.15", "0.2", 1, False),  # a third apart is no rounding, whatever the digits
        ("1.25", "1.25", 2, True),
        ("1.25", "1.3", 2, False),
    ],
)
def test_a_rounding_keeps_within_half_a_digit_and_a_twentieth(
    macros: duckdb.DuckDBPyConnection, one: str, other: str, decimals: int, same: bool
) -> None:
    asked = "select is_rounding(cast(? as double), cast(? as double), ?)"
    assert macros.execute(asked, [one, other, decimals]).fetchone() == (same,)


@pytest.mark.parametrize(
    ("window", "days", "minutes"),
    [
        (None, None, 7 * 24 * 60),
        ("16:30-00:30", None, 7 * 8 * 60),
        ("00:00-24:00", None, 7 * 24 * 60),
        ("00:00-12:00", "sat,sun", 2 * 12 * 60),
        (None, "mon", 24 * 60),
    ],
)
def test_a_window_and_days_are_whole_minutes_of_the_week(
    macros: duckdb.DuckDBPyConnection, window: str | None, days: str | None, minutes: int
) -> None:
    assert macros.execute("select minutes_of_week(?, ?)", [window, days]).fetchone() == (minutes,)


@pytest.mark.parametrize(
    ("condition", "choice"),
    [
        ("", ""),
        ("utc_window=00:30-08:30", ""),
        ("context_from=200001; effective_from=2026-09-01; tier_scope=whole_request", ""),
        ("context_to=32000; region=us; service_tier=batch; utc_days=sat,sun", "region=us; service_tier=batch"),
        ("cache_ttl=1h", "cache_ttl=1h"),
    ],
)
def test_hour_length_and_day_are_no_choice_of_the_buyers(
    macros: duckdb.DuckDBPyConnection, condition: str, choice: str
) -> None:
    assert macros.execute("select bought_as(?)", [condition]).fetchone() == (choice,)


ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "moment",
    [
        "timestamptz '2026-08-20 00:00:00+00'",
        "timestamptz '2026-08-20 23:59:59+00'",
        "date '2026-08-20'",
        "'2026-08-20'",
    ],
)
def test_a_day_is_the_day_in_utc_wherever_it_is_asked(
    macros: duckdb.DuckDBPyConnection, zone: str, moment: str
) -> None:
    session = macros.cursor()
    session.execute(f"set TimeZone = '{zone}'")
    assert session.execute(f"select utc_day({moment}), epoch(start_of_utc_day({moment}))").fetchone() == (
        date(2026, 8, 20),
        datetime(2026, 8, 20, tzinfo=UTC).timestamp(),
    )


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("MoE", "mixture_of_experts"),
        ("Mixture-of-Experts (MoE)", "mixture_of_experts"),
        ("MoE (Mixture of Experts, 30.5B total with ~3.3B active, 128 experts, 8 active)", "mixture_of_experts"),
        ("Hybrid Mamba-Transformer with sparse MoE", "hybrid"),
        ("Mamba-2", "state_space"),
        ("attention-free Mamba", "state_space"),
        ("dense retrieval by two encoders", None),
        ("dense decoder-only transformer", "dense"),
        ("block diffusion", "diffusion"),
        ("dense, no MoE", None),
        ("hybrid reasoning", None),
        ("transformers with RoPE, SwiGLU, RMSNorm", None),
        ("moest", None),
    ],
)
def test_words_of_a_design_tell_its_kind_or_nothing(
    macros: duckdb.DuckDBPyConnection, printed: str, kind: str | None
) -> None:
    assert macros.execute("select architecture_of(?)", [printed]).fetchone() == (kind,)


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("qwen3", "dense"),
        ("Qwen3ForCausalLM", "dense"),
        ("qwen3_moe", "mixture_of_experts"),
        ("Glm4MoeForCausalLM", "mixture_of_experts"),
        ("Glm4vMoeForConditionalGeneration", "mixture_of_experts"),
        ("Gemma3ForConditionalGeneration", "dense"),
        ("Gemma 3n", None),
        ("llama", "dense"),
        ("llama4", "mixture_of_experts"),
        ("GraniteMoeHybridForCausalLM", None),
        ("mistral3", None),
        ("gemma4", None),
        ("granite", "dense"),
        ("hunyuan_v1_dense", "dense"),
        ("glm_moe_dsa", "mixture_of_experts"),
        ("glm4_moe_lite", "mixture_of_experts"),
        ("bailing_moe_v2", "mixture_of_experts"),
        ("afmoe", "mixture_of_experts"),
        ("qwen3_5", None),
        ("qwen3_5_moe", "mixture_of_experts"),
        ("nemotron_h", "hybrid"),
        ("mamba2", "state_space"),
        ("llada2_moe", "diffusion"),
        ("LLaDAMoEModel", "diffusion"),
        ("nomic_bert", None),
        ("seed_oss", "dense"),
        ("a design of its own", None),
    ],
)
def test_a_design_that_comes_in_one_kind_tells_it_by_its_name(
    macros: duckdb.DuckDBPyConnection, printed: str, kind: str | None
) -> None:
    assert macros.execute("select architecture_of_design(?)", [printed]).fetchone() == (kind,)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Qwen/Qwen3-30B-A3B", True),
        ("mixtral-8x22b-instruct", True),
        ("llama-4-maverick-17b-128e", True),
        ("phi-3.5-moe-instruct", True),
        ("mai-image-2e", False),
        ("gemma-3n-e4b-it", False),
        ("qwen3-14b", False),
    ],
)
def test_a_name_says_experts_by_their_share_or_their_number(
    macros: duckdb.DuckDBPyConnection, name: str, says: bool
) -> None:
    assert macros.execute("select says_experts(?)", [name]).fetchone() == (says,)


def test_the_bits_of_capabilities_are_the_vocabularys_own_order(macros: duckdb.DuckDBPyConnection) -> None:
    ((names, bits, every),) = macros.sql(
        "select capability_names(), [capability_bit(each) for each in capability_names()], every_capability()"
    ).fetchall()
    assert tuple(names) == CAPABILITIES
    assert bits == [2**place for place in range(len(CAPABILITIES))]
    assert every == sum(bits)


@pytest.mark.parametrize("mask", [0, 1, 512, 513, 1023])
def test_a_mask_names_its_capabilities_by_name(macros: duckdb.DuckDBPyConnection, mask: int) -> None:
    ((told,),) = macros.sql("select capabilities_in(?)", params=[mask]).fetchall()
    assert told == sorted(name for place, name in enumerate(CAPABILITIES) if mask & 2**place)


def test_a_verdict_names_nobody_where_its_declaration_says_so(macros: duckdb.DuckDBPyConnection) -> None:
    told = {each: macros.execute("select names_nobody(?)", [each]).fetchone() for each in VERDICTS}
    assert {each for each, answer in told.items() if answer == (True,)} == set(UNNAMED)


@pytest.mark.parametrize("cost", ["0", "0.000001", "0.333333", "1.999999", "3500", "123456.789012"])
def test_what_costs_the_millionth_less_than_the_threshold_says_is_not_dear(
    macros: duckdb.DuckDBPyConnection, cost: str
) -> None:
    ((dear, ratio),) = macros.execute(
        "select dear_from(cast(? as decimal(18, 6))), threshold('cheaper_ratio')", [cost]
    ).fetchall()
    least = Decimal(cost) * Decimal(str(ratio))
    assert least <= dear < least + Decimal("0.000001")


@pytest.mark.parametrize("context", [1, 3, 4097, 131072, 2_000_001])
def test_what_reads_a_token_less_than_the_threshold_says_is_not_long(
    macros: duckdb.DuckDBPyConnection, context: int
) -> None:
    ((long, ratio),) = macros.execute(
        "select long_from(cast(? as bigint)), threshold('longer_context_ratio')", [context]
    ).fetchall()
    least = context * Decimal(str(ratio))
    assert least <= long < least + 1


GATE = (
    "is_near_one_of",
    "is_unit_error_of",
    "is_jump",
    "is_beyond_company",
    "is_by_ten",
    "is_far",
    "is_farther",
    "ratio_bound",
    "page_bounds",
    "is_beyond_all_prices",
)
"""What the price gate asks of an amount or a ratio."""


@pytest.mark.parametrize("name", GATE)
def test_no_number_of_the_price_gate_is_typed_in_sql(name: str) -> None:
    text = (database.SQL / "macros.sql").read_text(encoding="utf-8")
    found = re.search(rf"create macro {name}\(.*?;\n", text, re.DOTALL)
    assert found
    body = re.sub(r"--[^\n]*|\blog10\b", "", found[0])
    assert "threshold('" in body
    assert set(re.findall(r"\b\d[\d.e-]*", body)) <= {"0", "1"}
