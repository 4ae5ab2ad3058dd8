"""What a long prompt costs is said only by who speaks of long prompts, and nobody carries what their own limits exclude."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from pipelines.answers.costs import costs
from pipelines.publishing.drop_in.tariffs import tariffs
from pipelines.publishing.site.rates import rates
from pipelines.terminal.costs import lay_out
from tests.warehouse.world import Warehouse, World, fact, night, price, priced
from warehouse.checking import promises

SHORT, LONG = "context_to=200000", "context_from=200001"
TIERED = (("1.25", "10", SHORT), ("2.5", "15", LONG))
MODELS = (
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "qwen3-coder-480b-a35b-instruct",
    "claude-sonnet-4.5",
    "claude-opus-4.5",
    "gpt-5",
    "gpt-5-mini",
    "gpt-4.1",
    "gpt-4",
    "grok-4",
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    world.curated().says(
        night(1),
        *(fact(model, "product_type", "chat") for model in MODELS),
        *(
            fact(model, "context_tokens", 1048576)
            for model in ("gemini-2.5-pro", "gemini-2.5-flash", "gpt-4.1", "grok-4")
        ),
        fact("qwen3-coder-480b-a35b-instruct", "open_weights", True),
        fact("claude-sonnet-4.5", "context_tokens", 200000),
        fact("claude-opus-4.5", "context_tokens", 200000),
        *(fact(model, "context_tokens", 400000) for model in ("gpt-5", "gpt-5-mini")),
        *(fact(model, "max_output_tokens", 128000) for model in ("gpt-5", "gpt-5-mini")),
    )
    world.seller("google", "maker").says(
        night(1),
        *(priced("gemini-2.5-pro", i, o, condition=when) for i, o, when in TIERED),
        priced("gemini-2.5-flash", "0.3", "2.5"),
    )
    world.seller("alibaba", "maker").says(
        night(1), *(priced("qwen3-coder-480b-a35b-instruct", i, o, condition=when) for i, o, when in TIERED)
    )
    world.seller("anthropic", "maker").says(night(1), priced("claude-sonnet-4.5", "3", "15"))
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-5-mini", "0.25", "2"))
    world.seller("xai", "maker").says(night(1), *(priced("grok-4", i, o, condition=when) for i, o, when in TIERED))
    world.seller("kilo", "gateway").says(
        night(1),
        priced("gemini-2.5-pro", "1.25", "10"),
        priced("gemini-2.5-flash", "0.2", "2"),
        priced("qwen3-coder-480b-a35b-instruct", "1.25", "10"),
        priced("gpt-4.1", "2", "8"),
        price("gpt-4.1", "cache_read", "0.5"),
        fact("gpt-4.1", "max_input_tokens", 131072),
        priced("gpt-5", "1.25", "10"),
    )
    world.seller("vercel", "gateway").says(
        night(1),
        priced("grok-4", "1.5", "10"),
        priced("gpt-4.1", "0.03", "1.2"),
        price("gpt-4.1", "cache_read", "0.06"),
        *(priced("claude-sonnet-4.5", i, o, condition=when) for i, o, when in TIERED),
        fact("claude-sonnet-4.5", "context_tokens", 1000000),
    )
    world.seller("deepinfra").says(night(1), priced("qwen3-coder-480b-a35b-instruct", "0.4", "1.6"))
    world.catalogue("atlas").says(
        night(1),
        fact("claude-sonnet-4.5", "context_tokens", 1000000, host="anthropic"),
        priced("claude-opus-4.5", "5", "25", host="azure"),
        fact("claude-opus-4.5", "context_tokens", 1000000, host="azure"),
        *(priced("claude-opus-4.5", i, o, host="databricks", condition=when) for i, o, when in TIERED),
        fact("claude-opus-4.5", "context_tokens", 1000000, host="databricks"),
        price("gemini-2.5-flash", "cache_read", "0.25", host="kilo"),
        priced("gpt-4.1", "0.3", "1.2", host="vercel"),
        price("gpt-4.1", "cache_read", "0.06", host="vercel"),
        fact("gpt-5", "max_input_tokens", 272000, host="openai"),
        fact("gpt-5-mini", "max_input_tokens", 100000, host="openai"),
        priced("gpt-4", "30", "60", host="azure"),
        fact("gpt-4", "max_input_tokens", 8192, host="azure"),
        priced("grok-4-0709", "1.25", "10", host="xai"),
        *(priced("grok-4", i, o, host="azure", condition=when) for i, o, when in TIERED),
    )
    with world.built() as built:
        yield built


def uncosted(warehouse: Warehouse, offer_id: str, workload: str = "long_prompts") -> tuple[str, int] | None:
    """Why an offer has no cost; None where it has one."""
    ((costed,),) = warehouse.rows(
        "select count(*) from mart.offer_costs where offer_id = ? and workload_id = ?", offer_id, workload
    )
    found = warehouse.rows(
        "select reason, limit_tokens from mart.uncosted_offers where offer_id = ? and workload_id = ?",
        offer_id,
        workload,
    )
    assert costed + len(found) == 1
    return found[0] if found else None


def test_a_price_from_who_has_no_word_on_long_prompts_ends_where_the_makers_first_step_begins(
    warehouse: Warehouse,
) -> None:
    assert uncosted(warehouse, "kilo/gemini-2.5-pro") == ("long_prompts_unsaid", 200000)
    assert uncosted(warehouse, "kilo/gemini-2.5-pro", "default") is None
    assert warehouse.row(
        "select offer_id, monthly_cost_usd, unconfirmed_offer_id from mart.monthly_costs"
        " where model_id = 'gemini-2.5-pro' and workload_id = 'long_prompts'"
    ) == ("google/gemini-2.5-pro", Decimal(600) * Decimal("2.5") + 10 * 15, None)


def test_a_single_price_stands_where_no_tariff_behind_it_has_steps(warehouse: Warehouse) -> None:
    assert uncosted(warehouse, "kilo/gemini-2.5-flash") is None


def test_a_single_price_stands_where_its_source_prints_steps_for_something_that_seller_sells(
    warehouse: Warehouse,
) -> None:
    assert uncosted(warehouse, "vercel/grok-4") is None


def test_a_host_prices_open_weights_itself_and_a_gateway_passes_a_tariff_on(warehouse: Warehouse) -> None:
    assert uncosted(warehouse, "deepinfra/qwen3-coder-480b-a35b-instruct") is None
    assert uncosted(warehouse, "kilo/qwen3-coder-480b-a35b-instruct") == ("long_prompts_unsaid", 200000)


def test_nobody_elses_single_price_of_a_snapshot_says_that_the_sellers_steps_are_not_its(warehouse: Warehouse) -> None:
    ((offer_id,),) = warehouse.rows("select offer_id from core.offers where offer_id like 'xai/grok-4:%'")
    assert uncosted(warehouse, offer_id) == ("long_prompts_unsaid", 200000)
    assert uncosted(warehouse, "azure/grok-4") is None


def test_a_catalogues_window_goes_no_further_than_the_models_but_for_a_price_beyond_it(warehouse: Warehouse) -> None:
    assert uncosted(warehouse, "anthropic/claude-sonnet-4.5") == ("context_too_short", 200000)
    assert uncosted(warehouse, "azure/claude-opus-4.5") == ("context_too_short", 200000)
    assert uncosted(warehouse, "databricks/claude-opus-4.5") is None
    assert uncosted(warehouse, "vercel/claude-sonnet-4.5") is None, "its seller states the window"


def test_a_longest_prompt_counts_where_it_is_the_sellers_word_or_what_the_window_leaves_or_all_there_is(
    warehouse: Warehouse,
) -> None:
    assert uncosted(warehouse, "kilo/gpt-4.1") == ("prompt_too_long", 131072)
    assert uncosted(warehouse, "openai/gpt-5") == ("prompt_too_long", 272000)
    assert uncosted(warehouse, "kilo/gpt-5") == ("prompt_too_long", 272000), "the maker's limit of the same window"
    assert uncosted(warehouse, "openai/gpt-5-mini") is None, "a catalogue's number that fits nothing"
    assert uncosted(warehouse, "azure/gpt-4") == ("prompt_too_long", 8192)


def test_a_limit_of_the_prompt_is_a_fact_of_the_offer(warehouse: Warehouse) -> None:
    assert warehouse.cell("select max_input_tokens from core.offers where offer_id = 'kilo/gpt-4.1'") == 131072


def test_the_macro_and_the_tables_leave_out_the_same(warehouse: Warehouse) -> None:
    assert list(promises.broken(warehouse.connection)) == []


def test_no_price_file_carries_a_single_price_past_what_it_says(warehouse: Warehouse) -> None:
    said, left_out = tariffs(warehouse.connection)
    assert left_out["kilo/gemini-2.5-pro"] == "length_unsaid"
    assert "vercel/grok-4" in {each.offer_id for each in said}


def test_why_there_is_no_cost_is_said_wherever_the_cost_would_be(warehouse: Warehouse) -> None:
    fits = "prompts have 272,000 tokens at most, not 300,000"
    found = costs(warehouse.connection, ["gpt-5", "gemini-2.5-pro"], workload="long_prompts")
    gpt, gemini = found["costs"]
    assert gpt["offer"] is None
    assert gpt["no_cost"] == {"reason": "prompt_too_long", "detail": fits}
    ((kilo,),) = ([each["offer_id"] for each in gemini["left_out"]],)
    assert kilo == "kilo/gemini-2.5-pro"
    printed = "\n".join(map(str, lay_out(found)))
    assert f"gpt-5: no confirmed offer carries it: {fits}" in printed
    assert "gemini-2.5-pro, left out: Kilo" in printed
    offered = rates(warehouse.connection)["long_prompts"]
    assert f'"gpt-5": "no confirmed offer carries it: {fits}"' in offered.replace('":"', '": "')
    assert fits in warehouse.cell(
        "select sentence from comparison_statements('gemini-2.5-pro', 'gpt-5')"
        " where rule_id = 'cost_of_one' and contains(sentence, '300K')"
    )
    assert "Google" in warehouse.cell(
        "select detail from mart.uncosted_offers where offer_id = 'kilo/gemini-2.5-pro' and workload_id = 'long_prompts'"
    )


def test_reading_from_a_cache_is_never_dearer_than_input_whoever_says_either(warehouse: Warehouse) -> None:
    held = dict(
        warehouse.rows(
            "select offer_id, usd from core.prices where meter = 'cache_read' and starts_with(offer_id, 'kilo/')"
        )
    )
    assert held == {"kilo/gpt-4.1": Decimal("0.5")}
    told = warehouse.rows(
        "select meter, usd, is_confirmed from core.prices where offer_id = 'vercel/gpt-4.1' order by meter"
    )
    assert told == [
        ("cache_read", Decimal("0.06"), True),
        ("input", Decimal("0.3"), False),
        ("output", Decimal("1.2"), True),
    ], "others repeat the price of the cache, and nobody that of input"
