"""Routers are told from models by what lists print, and by nothing else."""

import pytest

from sources.readers.routers import charges_by_token, decides_per_request, is_router


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("openrouter/auto", "Auto Router"),
        ("openrouter/auto-beta", ""),
        ("kilo-auto/free", "Kilo"),
        ("switchpoint/router", ""),
        ("model-router", ""),
        ("azure_ai/model_router", ""),
        ("openrouter/pareto-code", "Pareto Code Router"),
        ("nanogpt/coding-router:max", ""),
    ],
)
def test_what_says_that_it_routes_is_a_router(model_id: str, name: str) -> None:
    assert is_router(model_id, name)


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("openrouter/owl-alpha", "Owl Alpha"),
        ("zai-org/autoglm-phone-9b", "AutoGLM Phone 9B"),
        ("openrouter/openai/gpt-5.1", "OpenRouter: GPT-5.1"),
        ("acme/semi-auto", "Semi Auto"),
    ],
)
def test_the_name_of_a_gateway_makes_no_router(model_id: str, name: str) -> None:
    assert not is_router(model_id, name)


def test_only_numbers_below_zero_mark_a_price_as_decided_per_request() -> None:
    assert decides_per_request("-1", "-1")
    assert decides_per_request(-1000000)
    assert not decides_per_request("-1", "0.000002")
    assert not decides_per_request("-1", None)
    assert not decides_per_request("minus one")
    assert not decides_per_request()


def test_a_zero_beside_a_fee_is_no_price_of_a_token() -> None:
    assert charges_by_token("0.00000085", "0.0000034")
    assert not charges_by_token("0.00000014", "0")
