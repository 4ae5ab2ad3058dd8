"""What the price files of other tools leave out: a price is taken as it stands, or left out whole with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.drop_in import genai_prices, litellm, models_dev
from pipelines.publishing.drop_in.tariffs import (
    LEFT_OUT,
    STANDARD,
    Names,
    OwnDocument,
    Tariff,
    Unsaid,
    Written,
    tariffs,
    unambiguous,
)
from tests.warehouse.world import World, fact, night, price, priced

LONG = "context_from=200001; tier_scope=whole_request"


@dataclass
class Sold:
    """What an outlet's page became: the tariffs that can be said, and why the others cannot."""

    tariffs: dict[str, Tariff]
    reasons: dict[str, str]


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sold]:
    world = World(tmp_path_factory.mktemp("world"))
    chat = ("gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4.1-mini", "o3", "o4-mini", "gpt-4o", "gpt-4o-mini", "gpt-5-nano")
    world.curated().says(
        night(1),
        *(fact(model, "product_type", "chat") for model in (*chat, "qwen3-32b", "glm-4.6")),
        fact("gpt-4o", "context_tokens", 128_000),
    )
    world.seller("openai", "maker").says(
        night(1),
        priced("gpt-5", "1.25", "10"),
        priced("gpt-5", "0.5", "4", condition="service_tier=batch"),
        priced("gpt-5", "2", "20", condition="label=before the discount"),
        price("gpt-5", "web_search", "10", unit="usd/1k_requests"),
        priced("gpt-5-mini", "1", "8", condition="region=us"),
        priced("gpt-5-mini", "2", "9", condition="region=eu"),
        priced("gpt-5-nano", "1", "8", condition="region=us"),
        priced("gpt-5-nano", "1", "8", condition="region=eu"),
        priced("gpt-4.1", "2", "8"),
        priced("gpt-4.1", "1", "4", condition="utc_days=sat,sun"),
        priced("gpt-4.1-mini", "1", "8", condition="context_to=200000"),
        priced("o3", "2", "8"),
        price("o3", "input", "4", condition="context_from=200001; tier_scope=marginal"),
        price("o4-mini", "input", "1"),
        priced("gpt-4o", "2", "8", condition="context_to=128000"),
        priced("gpt-4o-mini", "0.5", "2"),
        priced("gpt-4o-mini", "9", "9", condition="effective_from=2027-01-01"),
    )
    world.catalogue("atlas").says(
        night(1), priced("qwen3-32b", "1", "4", host="groq"), priced("gpt-5", "1.1", "9", host="azure")
    )
    world.gateway("openrouter").says(night(1), priced("glm-4.6", "1", "4", host="novita"))
    with world.built() as warehouse:
        found, reasons = tariffs(warehouse.connection)
        yield Sold({each.offer_id: each for each in found}, reasons)


def test_a_tariff_holds_every_class_of_service_at_its_own_price(sold: Sold) -> None:
    gpt = sold.tariffs["openai/gpt-5"]
    assert gpt.steps("input") == ((0, Decimal("1.25")),)
    assert gpt.steps("output", "batch") == ((0, Decimal(4)),)
    assert gpt.steps("input", "priority") == ()


def test_a_price_that_no_tool_can_say_is_noted_and_the_rest_stands(sold: Sold) -> None:
    unsaid = sold.tariffs["openai/gpt-5"].unsaid
    assert Unsaid("web_search", "", "meter") in unsaid
    assert Unsaid("input", "label=before the discount", "condition") in unsaid
    assert {each.reason for each in unsaid} <= LEFT_OUT.keys()


@pytest.mark.parametrize(
    ("offer_id", "reason"),
    [
        ("openai/gpt-5-mini", "by_place"),
        ("openai/gpt-4.1", "by_hour"),
        ("openai/gpt-4.1-mini", "tier_unconfirmed"),
        ("openai/o3", "marginal"),
        ("openai/o4-mini", "no_output_price"),
        ("groq/qwen3-32b", "unconfirmed"),
        ("azure/gpt-5", "unconfirmed"),
        ("novita@openrouter/glm-4.6", "through_gateway"),
    ],
)
def test_an_offer_of_which_a_part_would_be_charged_for_the_whole_is_left_out(
    sold: Sold, offer_id: str, reason: str
) -> None:
    assert offer_id not in sold.tariffs
    assert sold.reasons[offer_id] == reason


def test_places_that_ask_the_same_are_one_price(sold: Sold) -> None:
    assert sold.tariffs["openai/gpt-5-nano"].steps("input") == ((0, Decimal(1)),)


def test_a_price_that_ends_where_the_context_does_is_whole(sold: Sold) -> None:
    assert sold.tariffs["openai/gpt-4o"].steps("output") == ((0, Decimal(8)),)


def test_a_price_of_another_day_is_not_todays(sold: Sold) -> None:
    assert sold.tariffs["openai/gpt-4o-mini"].steps("input") == ((0, Decimal("0.5")),)
    assert Unsaid("input", "effective_from=2027-01-01", "not_todays") in sold.tariffs["openai/gpt-4o-mini"].unsaid


def test_every_offer_is_either_said_or_has_a_reason(sold: Sold) -> None:
    assert not sold.tariffs.keys() & sold.reasons.keys()
    assert set(sold.reasons.values()) <= LEFT_OUT.keys()


# --- names -----------------------------------------------------------------------------------------------------------


def tariff(offer_id: str, amount: str = "1", **more: Any) -> Tariff:
    provider, _, route = offer_id.partition("/")
    return Tariff(offer_id, provider, route, {(STANDARD, "input", ""): ((0, Decimal(amount)),)}, {}, {}, **more)


def test_a_name_that_stands_for_two_prices_stands_for_neither() -> None:
    one, other, third = tariff("a/x"), tariff("a/y", "2"), tariff("a/z")
    written = Written()
    clear = unambiguous([("n", one), ("n", other), ("m", one), ("same", one), ("same", third)], written)
    assert {name: each.offer_id for name, each in clear.items()} == {"m": "a/x", "same": "a/x"}
    assert written.offers == {"a/y": "two_prices"}


def test_an_offer_a_tool_does_not_list_is_called_as_it_calls_the_sellers_others() -> None:
    listed, unlisted, stranger = tariff("deepinfra/old/model"), tariff("deepinfra/new/model"), tariff("nobody/x")
    names = Names({"deepinfra/old/model": [("di/old/model", "di")]}, {"deepinfra": ("di/", "di")})
    assert names.called(listed) == [("di/old/model", "di")]
    assert names.called(unlisted) == [("di/new/model", "di")]
    assert names.called(stranger) == []


def test_where_a_tools_own_document_is_gone_prices_stand_and_what_only_it_knows_does_not() -> None:
    facts = dict.fromkeys(("context_tokens", "max_output_tokens", "product_type", "name"), None)
    facts["provider_name"] = "Deep Infra"
    one = Tariff(
        "deepinfra/m", "deepinfra", "m", tariff("a/m").rates | {(STANDARD, "output", ""): ((0, Decimal(2)),)}, facts, {}
    )
    names = Names({}, {"deepinfra": ("deepinfra/", "deepinfra")})
    assert litellm.written([one], names, OwnDocument(None)).content["deepinfra/m"]["input_cost_per_token"] == Decimal(
        "0.000001"
    )
    assert models_dev.written([one], names, OwnDocument(None)).offers == {"deepinfra/m": "unknown_seller"}
    (seller,) = genai_prices.written([one], names, OwnDocument(None)).content
    assert (seller["id"], seller["models"][0]["prices"]) == ("deepinfra", {"input_mtok": 1, "output_mtok": 2})
