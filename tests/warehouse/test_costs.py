"""What a cost means: which prices carry which workload, by what arithmetic, and what counts as the cheapest."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from sources.contract import Observation
from tests.warehouse.world import Warehouse, World, fact, night, price, priced
from warehouse.checking import promises

SHORT, LONG = "context_to=200000", "context_from=200001"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    world.curated().says(night(1), [fact(model, "product_type", "chat") for model in CHAT_MODELS])
    openai = world.seller("openai", "maker")
    openai.says(night(1), priced("gpt-5.1-codex", "1.5", "10"), priced("gpt-5", "9", "9"))
    host = world.seller("deepinfra")
    host.says(
        night(3),
        _tiered(),
        priced("gpt-4.1", "1", "4"),
        price("gpt-4.1", "cache_read", "0.1"),
        priced("gpt-4.1-mini", "1", "4"),
        priced("claude-opus-4.5", "5", "25"),
        priced("claude-opus-4.5", "2.5", "12.5", condition="service_tier=batch"),
        priced("claude-opus-4.5", "10", "50", condition="service_tier=priority"),
        _limited(),
        _dated(),
        _somewhere(),
        _sometimes(),
        priced("qwen3-32b", "1", "4"),
        price("qwen3-32b", "cache_read", "0.1"),
        price("qwen3-32b", "cache_write", "1.25", condition="cache_ttl=5m"),
        price("qwen3-32b", "cache_write", "2", condition="cache_ttl=1h"),
        priced("minimax-m2", "2", "8", unit="cny/mtok"),
        priced("glm-4.6", "1", "9"),
        _tied(),
    )
    world.seller("deepseek", "maker").says(night(2), _by_the_hour(), _announced())
    world.catalogue("gazette").says(
        night(2),
        priced("deepseek-v4-pro", "0.435", "0.87", host="deepseek"),
        priced("deepseek-v4-flash", "0.14", "0.28", host="deepseek"),
        price("deepseek-v4-lite", "output", "0.6", host="deepseek"),
        price("deepseek-v4-lite", "input", "0.3", host="deepseek", condition="effective_from=2026-03-01"),
    )
    world.seller("novita").says(night(2), priced("glm-4.6", "8", "2"))
    world.seller("together").says(night(2), priced("glm-4.6", "3", "3"))
    world.catalogue("atlas").says(
        night(2),
        priced("glm-4.6", "0.5", "0.5", host="groq"),
        priced("glm-4.6", "4", "4", host="cerebras"),
        priced("deepseek-v4-pro", "0.435", "0.87", host="deepseek"),
        priced("deepseek-v4-flash", "0.14", "0.28", host="deepseek"),
    )
    openai.says(night(3), priced("gpt-5.1-codex", "1.25", "10"), priced("gpt-5", "9", "9"))
    with world.built() as built:
        yield built


CHAT_MODELS = (
    "gpt-5.1-codex",
    "gpt-5",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gemini-2.5-pro",
    "claude-opus-4.5",
    "claude-haiku-4.5",
    "claude-sonnet-4.5",
    "deepseek-v3.1",
    "grok-4",
    "o3",
    "o4-mini",
    "kimi-k2",
    "minimax-m2",
    "glm-4.6",
    "command-a",
    "deepseek-v3.2",
    "deepseek-r1",
    "qwen3-32b",
    "deepseek-v4-pro",
    "deepseek-v4-flash",
    "deepseek-v4-lite",
    "llama-3.3-70b-instruct",
    "kimi-k2-thinking",
)


def _tiered() -> list[Observation]:
    """A whole-request tier, and one that charges only the tokens beyond its edge."""
    beyond = "; tier_scope=marginal"
    return [
        *priced("gemini-2.5-pro", "1.25", "10", condition=SHORT),
        *priced("gemini-2.5-pro", "2.5", "15", condition=f"{LONG}; tier_scope=whole_request"),
        *priced("grok-4", "3", "15", condition=SHORT + beyond),
        *priced("grok-4", "6", "30", condition=LONG + beyond),
        *priced("command-a", "3", "15", condition=SHORT + beyond),
        *priced("command-a", "6", "30", condition=LONG + beyond),
        *priced("command-a", "4", "20", condition=f"{SHORT}; region=eu{beyond}"),
        *priced("command-a", "8", "40", condition=f"{LONG}; region=eu{beyond}"),
    ]


def _limited() -> list[Observation]:
    return [
        *priced("claude-haiku-4.5", "1", "5"),
        fact("claude-haiku-4.5", "context_tokens", 200000),
        *priced("claude-sonnet-4.5", "3", "15"),
        fact("claude-sonnet-4.5", "max_output_tokens", 2000),
    ]


def _somewhere() -> list[Observation]:
    """A model on sale in two regions and nowhere else, and one with a plain price below that of a region."""
    return [
        *priced("kimi-k2", "0.3", "0.6", condition="region=eu"),
        *priced("kimi-k2", "0.1", "0.2", condition="region=us"),
        *priced("o4-mini", "1", "2"),
        *priced("o4-mini", "1.1", "2.2", condition="region=eu"),
    ]


def _sometimes() -> list[Observation]:
    """A model that is cheaper for eight hours a day, and one with no price outside them."""
    return [
        *priced("deepseek-v3.2", "0.6", "1.2"),
        *priced("deepseek-v3.2", "0.3", "0.6", condition="utc_window=16:30-00:30"),
        *priced("deepseek-r1", "0.3", "0.6", condition="utc_window=16:30-00:30"),
    ]


PEAK, OFF_PEAK = "utc_window=04:00-00:00", "utc_window=00:00-04:00"


def _by_the_hour() -> list[Observation]:
    """A model whose maker has replaced its flat price, which two catalogues still print, by peak and off-peak prices."""
    return [
        *priced("deepseek-v4-pro", "0.87", "2.61", condition=PEAK),
        *priced("deepseek-v4-pro", "0.435", "1.305", condition=OFF_PEAK),
    ]


def _announced() -> list[Observation]:
    """A maker that says what a model will cost and not what it costs, and one price of two."""
    return [
        *priced("deepseek-v4-flash", "0.2", "0.4", condition="effective_from=2026-02-01; effective_to=2026-03-01"),
        price("deepseek-v4-lite", "input", "0.1"),
    ]


def _tied() -> list[Observation]:
    """Equally cheap in two regions, though sums of binary fractions differ; and a batch beside prices of the hour."""
    return [
        *priced("llama-3.3-70b-instruct", "0.199", "0.264", condition="region=eu"),
        *priced("llama-3.3-70b-instruct", "0.054", "0.728", condition="region=us"),
        *priced("kimi-k2-thinking", "1", "4"),
        *priced("kimi-k2-thinking", "0.6", "2.4", condition="utc_window=16:00-24:00"),
        *priced("kimi-k2-thinking", "0.5", "2", condition="service_tier=batch"),
    ]


def _dated() -> list[Observation]:
    """Prices that have ended, hold today (3 January 2026) and are announced."""
    return [
        *priced("deepseek-v3.1", "0.1", "0.2", condition="effective_to=2026-01-02"),
        *priced("deepseek-v3.1", "0.5", "1", condition="effective_from=2026-01-03"),
        *priced("deepseek-v3.1", "0.2", "0.3", condition="effective_from=2026-02-01"),
        *priced("o3", "2", "8"),
        *priced("o3", "1", "4", condition="effective_from=2026-01-04"),
    ]


def cost(warehouse: Warehouse, model_id: str, workload_id: str = "default") -> Decimal | None:
    found = warehouse.cell(
        "select monthly_cost_usd from mart.monthly_costs where model_id = ? and workload_id = ?", model_id, workload_id
    )
    assert found is None or isinstance(found, Decimal)
    return found


def lines(warehouse: Warehouse, offer_id: str, workload_id: str = "default") -> dict[str, tuple[object, ...]]:
    found = warehouse.rows(
        "select line, meter, mtok, usd_per_mtok, condition from mart.cost_lines where offer_id = ? and workload_id = ?",
        offer_id,
        workload_id,
    )
    return {row[0]: tuple(row[1:]) for row in found}


def carried(warehouse: Warehouse, model_id: str) -> set[str]:
    return {name for (name,) in warehouse.rows("select workload_id from mart.offer_costs where model_id = ?", model_id)}


def test_1_25_and_10_cost_3500_at_800_and_250_million_tokens(warehouse: Warehouse) -> None:
    assert cost(warehouse, "gpt-5.1-codex") == Decimal(3500)
    assert warehouse.cell("select monthly_cost('gpt-5.1-codex', 800, 250)") == Decimal(3500)


def test_the_macro_takes_any_workload(warehouse: Warehouse) -> None:
    assert warehouse.cell("select monthly_cost('gpt-5.1-codex', 1, 0.5)") == Decimal("6.25")
    assert warehouse.cell("select monthly_cost('no-such-model', 1, 1)") is None


def test_the_macro_and_the_mart_say_the_same_of_every_model_and_workload(warehouse: Warehouse) -> None:
    assert [str(each) for each in promises.broken(warehouse.connection) if each.table == "mart.monthly_costs"] == []
    assert warehouse.cell("select count(*) from mart.monthly_costs where monthly_cost_usd is not null") > 50


def test_a_macro_that_puts_a_cost_otherwise_breaks_a_promise(warehouse: Warehouse) -> None:
    session = warehouse.connection.cursor()
    session.execute(
        "create temp macro monthly_cost(model, mtok_in, mtok_out, workload := 'default') as mtok_in + mtok_out"
    )
    assert any(each.table == "mart.monthly_costs" for each in promises.broken(session))


def test_the_macro_is_as_long_and_as_cached_as_the_workload_it_names(warehouse: Warehouse) -> None:
    def of(model: str, workload: str) -> Decimal:
        found = warehouse.cell(f"select monthly_cost('{model}', 100, 10, workload := '{workload}')")
        assert isinstance(found, Decimal)
        return found

    assert of("gemini-2.5-pro", "default") == 100 * Decimal("1.25") + 10 * 10
    assert of("gemini-2.5-pro", "long_prompts") == 100 * Decimal("2.5") + 10 * 15
    assert of("gpt-4.1", "coding_agent") == 10 * 1 + 90 * Decimal("0.1") + 10 * 4
    assert of("claude-opus-4.5", "batch") == 100 * Decimal("2.5") + 10 * Decimal("12.5")


def test_the_hours_of_a_seller_and_the_flat_price_of_catalogues_are_never_mixed(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select condition, meter, usd from core.prices where offer_id = 'deepseek/deepseek-v4-pro' order by all"
    ) == [
        (OFF_PEAK, "input", Decimal("0.435")),
        (OFF_PEAK, "output", Decimal("1.305")),
        (PEAK, "input", Decimal("0.87")),
        (PEAK, "output", Decimal("2.61")),
    ]
    assert warehouse.row(
        "select input_usd_per_mtok, output_usd_per_mtok, price_status, is_confirmed from core.offers where offer_id = 'deepseek/deepseek-v4-pro'"
    ) == (None, None, "priced", True)
    assert warehouse.row(
        "select input_usd_per_mtok, output_usd_per_mtok, monthly_cost_usd, unconfirmed_offer_id from mart.cheapest_offers where model_id = 'deepseek-v4-pro'"
    ) == (Decimal("0.7975"), Decimal("2.3925"), Decimal("1236.125"), None)
    assert warehouse.cell("select monthly_cost('deepseek-v4-pro', 800, 250)") == Decimal("1236.125")


def test_what_depends_on_the_hour_is_no_price_that_nobody_publishes(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select field, reason from quality.gaps where subject_id in ('deepseek/deepseek-v4-pro', 'deepseek/deepseek-v4-lite') and subject_type = 'offer' order by all"
    ) == [("price/input", "not_applicable"), ("price/output", "not_applicable"), ("price/output", "not_published")]


def test_a_flat_price_of_catalogues_that_lost_to_the_sellers_hours_is_a_conflict(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        """
        select field, chosen_value, chosen_source_id, rival_value, rival_source_id, class from quality.conflicts
        where subject_id = 'deepseek/deepseek-v4-pro' order by all
        """
    ) == [
        (f"output/mtok [{OFF_PEAK}]", "1.305", "deepseek_pricing", "0.87", rival, "other_terms")
        for rival in ("atlas", "gazette")
    ]


def test_a_price_announced_for_a_day_to_come_silences_nobody_today(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select condition, usd, is_plain from core.prices where offer_id = 'deepseek/deepseek-v4-flash' and meter = 'input' order by all"
    ) == [("", Decimal("0.14"), True), ("effective_from=2026-02-01; effective_to=2026-03-01", Decimal("0.2"), False)]
    assert cost(warehouse, "deepseek-v4-flash") == 800 * Decimal("0.14") + 250 * Decimal("0.28")


def test_a_day_to_come_is_told_by_whoever_knows_of_it(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select condition, usd, source_id from core.prices where offer_id = 'deepseek/deepseek-v4-lite' and meter = 'input' order by all"
    ) == [("", Decimal("0.1"), "deepseek_pricing"), ("effective_from=2026-03-01", Decimal("0.3"), "gazette")]


def test_input_and_output_prices_are_shown_in_one_voice(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select input_usd_per_mtok, output_usd_per_mtok from core.offers where offer_id = 'deepseek/deepseek-v4-lite'"
    ) == (Decimal("0.1"), None)
    assert cost(warehouse, "deepseek-v4-lite") is None


def test_where_a_voice_prices_by_the_hour_no_price_is_plain(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select input_usd_per_mtok, is_confirmed from core.offers where offer_id = 'deepinfra/deepseek-v3.2'"
    ) == (None, True)


def test_a_plain_price_is_the_one_the_default_workload_pays(warehouse: Warehouse) -> None:
    shown = warehouse.rows(
        """
        select offers.offer_id, input_usd_per_mtok, costs.input_usd, output_usd_per_mtok, costs.output_usd
        from core.offers as offers
        join mart.offer_costs as costs on costs.offer_id = offers.offer_id and costs.workload_id = 'default'
        where input_usd_per_mtok is not null and output_usd_per_mtok is not null
        """
    )
    assert len(shown) > 10
    assert [each for each in shown if each[1:2] + each[3:4] != each[2:3] + each[4:5]] == []


def test_a_batch_price_holds_at_every_hour(warehouse: Warehouse) -> None:
    assert cost(warehouse, "kimi-k2-thinking", "batch") == 800 * Decimal("0.5") + 250 * 2


def test_of_equally_cheap_regions_the_first_by_name_is_taken(warehouse: Warehouse) -> None:
    assert lines(warehouse, "deepinfra/llama-3.3-70b-instruct")["input"][3] == "region=eu"
    assert cost(warehouse, "llama-3.3-70b-instruct") == Decimal("225.2")


def test_the_length_of_the_prompts_decides_the_tier_of_the_whole_request(warehouse: Warehouse) -> None:
    assert cost(warehouse, "gemini-2.5-pro") == 800 * Decimal("1.25") + 250 * 10
    assert cost(warehouse, "gemini-2.5-pro", "long_prompts") == 600 * Decimal("2.5") + 10 * 15


def test_a_marginal_tier_is_averaged_over_the_prompt(warehouse: Warehouse) -> None:
    assert cost(warehouse, "grok-4") == 800 * 3 + 250 * 15
    assert cost(warehouse, "grok-4", "long_prompts") == 600 * 4 + 10 * 30


def test_only_the_tiers_that_apply_are_averaged(warehouse: Warehouse) -> None:
    assert cost(warehouse, "command-a", "long_prompts") == 600 * 4 + 10 * 30


def test_cached_tokens_cost_the_cache_price(warehouse: Warehouse) -> None:
    assert cost(warehouse, "gpt-4.1", "retrieval") == 200 * 1 + 800 * Decimal("0.1") + 50 * 4
    assert cost(warehouse, "gpt-4.1", "coding_agent") == 200 * 1 + 1800 * Decimal("0.1") + 100 * 4
    assert cost(warehouse, "gpt-4.1") == 800 * 1 + 250 * 4


def test_cached_tokens_are_charged_as_input_where_no_cache_price_is_published(warehouse: Warehouse) -> None:
    assert cost(warehouse, "gpt-4.1-mini", "retrieval") == 1000 * 1 + 50 * 4


def test_only_a_batch_workload_takes_batch_prices_and_none_takes_priority(warehouse: Warehouse) -> None:
    assert cost(warehouse, "claude-opus-4.5", "batch") == 800 * Decimal("2.5") + 250 * Decimal("12.5")
    assert cost(warehouse, "claude-opus-4.5") == 800 * 5 + 250 * 25


def test_a_batch_workload_is_carried_at_standard_prices_where_there_is_no_batch(warehouse: Warehouse) -> None:
    assert cost(warehouse, "gpt-4.1-mini", "batch") == 800 * 1 + 250 * 4


def test_an_offer_too_small_for_the_prompts_or_the_answers_does_not_carry_them(warehouse: Warehouse) -> None:
    assert carried(warehouse, "claude-haiku-4.5") == {"default", "chat", "retrieval", "coding_agent", "batch"}
    assert carried(warehouse, "claude-sonnet-4.5") == {"chat", "retrieval"}


def test_a_price_counts_from_its_first_day_to_its_last(warehouse: Warehouse) -> None:
    assert cost(warehouse, "deepseek-v3.1") == 800 * Decimal("0.5") + 250 * 1
    assert cost(warehouse, "o3") == 800 * 2 + 250 * 8
    assert warehouse.cell("select input_usd_per_mtok from core.offers where model_id = 'deepseek-v3.1'") == Decimal(
        "0.5"
    )


def test_a_model_is_bought_in_its_cheapest_region(warehouse: Warehouse) -> None:
    assert cost(warehouse, "kimi-k2") == 800 * Decimal("0.1") + 250 * Decimal("0.2")
    assert lines(warehouse, "deepinfra/kimi-k2") == {
        "input": ("input", Decimal(800), Decimal("0.1"), "region=us"),
        "output": ("output", Decimal(250), Decimal("0.2"), "region=us"),
    }
    assert cost(warehouse, "o4-mini") == 800 * 1 + 250 * 2


def test_the_price_of_one_region_is_nobodys_plain_price(warehouse: Warehouse) -> None:
    assert warehouse.cell("select input_usd_per_mtok from core.offers where model_id = 'kimi-k2'") is None


def test_prices_of_certain_hours_are_averaged_over_the_week_and_a_batch_chooses_its_hours(warehouse: Warehouse) -> None:
    assert cost(warehouse, "deepseek-v3.2") == 800 * Decimal("0.5") + 250 * 1
    assert cost(warehouse, "deepseek-v3.2", "batch") == 800 * Decimal("0.3") + 250 * Decimal("0.6")


def test_a_model_without_a_price_for_most_hours_carries_a_batch_and_nothing_else(warehouse: Warehouse) -> None:
    assert carried(warehouse, "deepseek-r1") == {"batch"}


def test_tokens_written_to_cache_cost_what_writing_costs_and_input_where_that_is_not_said(warehouse: Warehouse) -> None:
    assert lines(warehouse, "deepinfra/qwen3-32b", "coding_agent") == {
        "input": ("input", Decimal(40), Decimal(1), ""),
        "cache_read": ("cache_read", Decimal(1800), Decimal("0.1"), ""),
        "cache_write": ("cache_write", Decimal(160), Decimal("1.25"), "cache_ttl=5m"),
        "output": ("output", Decimal(100), Decimal(4), ""),
    }
    assert lines(warehouse, "deepinfra/gpt-4.1", "coding_agent")["cache_write"][:3] == ("input", 160, 1)


def test_the_price_of_the_cache_is_known_where_a_workload_reads_nothing_from_it(warehouse: Warehouse) -> None:
    assert lines(warehouse, "deepinfra/gpt-4.1") == {
        "input": ("input", Decimal(800), Decimal(1), ""),
        "cache_read": ("cache_read", Decimal(0), Decimal("0.1"), ""),
        "output": ("output", Decimal(250), Decimal(4), ""),
    }
    assert warehouse.rows(
        "select cache_read_usd, cache_write_usd from mart.offer_costs where model_id = 'gpt-4.1' and workload_id = 'default'"
    ) == [(Decimal("0.1"), None)]


def test_a_cost_is_the_sum_of_its_lines(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        """
        select offer_id, workload_id from mart.offer_costs
        join (select offer_id, workload_id, sum(mtok * usd_per_mtok) as total from mart.cost_lines group by all)
            using (offer_id, workload_id)
        where abs(total - monthly_cost_usd) > 0.00001
        """
    ) == []  # fmt: skip


def test_another_currency_is_kept_and_never_converted(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select currency, amount, usd from core.prices where offer_id = 'deepinfra/minimax-m2' and meter = 'input'"
    ) == [("CNY", Decimal(2), None)]
    assert cost(warehouse, "minimax-m2") is None


def test_a_price_in_another_currency_is_the_reason_for_the_missing_cost(warehouse: Warehouse) -> None:
    assert (
        warehouse.cell("select reason from quality.gaps where subject_id = 'minimax-m2' and field = 'monthly_cost'")
        == "other_currency"
    )


def test_a_model_costs_what_its_cheapest_single_confirmed_offer_costs(warehouse: Warehouse) -> None:
    offers = dict(
        warehouse.rows(
            "select offer_id, monthly_cost_usd from mart.offer_costs where model_id = 'glm-4.6' and workload_id = 'default'"
        )
    )
    assert offers["deepinfra/glm-4.6"] == 800 * 1 + 250 * 9
    assert offers["novita/glm-4.6"] == 800 * 8 + 250 * 2
    assert warehouse.row(
        "select offer_id, monthly_cost_usd from mart.monthly_costs where model_id = 'glm-4.6' and workload_id = 'default'"
    ) == ("deepinfra/glm-4.6", Decimal(3050))


def test_a_cheaper_unconfirmed_offer_is_shown_beside_it_never_in_its_place(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select offer_id, input_usd_per_mtok, unconfirmed_offer_id, unconfirmed_cost_usd from mart.cheapest_offers where model_id = 'glm-4.6'"
    ) == ("deepinfra/glm-4.6", Decimal(1), "groq/glm-4.6", 1050 * Decimal("0.5"))


def test_a_cost_was_reviewed_when_its_oldest_price_was(warehouse: Warehouse) -> None:
    assert dict(
        warehouse.rows(
            "select offer_id, last_reviewed_at from mart.offer_costs where workload_id = 'default' and model_id = 'glm-4.6'"
        )
    ) == {
        "deepinfra/glm-4.6": night(3),
        "novita/glm-4.6": night(2),
        "together/glm-4.6": night(2),
        "groq/glm-4.6": night(2),
        "cerebras/glm-4.6": night(2),
    }


def test_a_price_change_shows_old_and_new(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select changed_at, subject, meter, old_amount, new_amount, ratio from mart.price_changes"
    ) == [
        (night(3), "gpt-5.1-codex", "input", Decimal("1.5"), Decimal("1.25"), Decimal("0.833333")),
    ]


def test_the_history_of_a_price_is_what_was_observed_when(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select usd, observed_from, observed_to from core.price_history where offer_id = 'openai/gpt-5.1-codex' and meter = 'input' order by 2"
    ) == [(Decimal("1.5"), night(1), night(3)), (Decimal("1.25"), night(3), None)]
    for day, usd in (("2026-01-01", "1.5"), ("2026-01-02", "1.5"), ("2026-01-03", "1.25")):
        assert warehouse.rows(
            f"select usd from prices_as_of('{day}') where offer_id = 'openai/gpt-5.1-codex' and meter = 'input'"
        ) == [(Decimal(usd),)]


def test_the_prices_of_a_day_are_those_known_then_and_those_effective_then_as_known_today(warehouse: Warehouse) -> None:
    def inputs(macro: str, day: str) -> list[Decimal]:
        return [
            usd
            for (usd,) in warehouse.rows(
                f"select usd from {macro}('{day}') where offer_id = 'deepinfra/deepseek-v3.1' and meter = 'input'"
            )
        ]

    # the page that dates all three prices was read on 3 January
    assert inputs("prices_as_of", "2026-01-02") == []
    assert inputs("prices_effective_on", "2026-01-02") == [Decimal("0.1")]
    for macro in ("prices_as_of", "prices_effective_on"):
        assert inputs(macro, "2026-01-03") == [Decimal("0.5")]
        assert sorted(inputs(macro, "2026-02-01")) == [Decimal("0.2"), Decimal("0.5")]
