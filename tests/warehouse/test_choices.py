"""What the choices mean: who is believed, what confirms a price, and which printed numbers are no price at all."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sources.contract import Authority
from tests.warehouse.world import Saying, Voice, Warehouse, World, can, cannot, fact, night, price, priced

LADDER = ("maker", "curated", "host", "gateway", "community")
ON_EACH_RUNG = ("gpt-5", "gpt-5-mini", "gpt-5-nano", "o3", "o4-mini")
"""A model for each rung of `LADDER`: of the first every authority speaks, of the last only the community."""


ROUND_AND_EXACT = (
    ("maker", "context_tokens", 128_000, "128K tokens"),
    ("community", "context_tokens", 131_072, "131072"),
    ("maker", "max_output_tokens", 32_000, "32K tokens"),
    ("community", "max_output_tokens", 16_384, "16384"),
    ("maker", "parameters", 8_200_000_000, "8.2B"),
    ("community", "parameters", 8_190_735_360, "8190735360"),
    ("maker", "active_parameters", 8_000_000_000, "8B"),
    ("community", "active_parameters", 8_600_000_000, "8.6B"),
    ("maker", "released_on", "2025-04", "April 2025"),
    ("community", "released_on", "2025-04-28", "2025-04-28"),
)
"""What is said of one model in round figures, and exactly by somebody less near: authority, attribute, value, words."""


DATED = (
    ("community", "openai", "gpt-4o", "knowledge_cutoff_on", "2023-09"),
    ("gateway", "novita", "gpt-4o", "knowledge_cutoff_on", "2023-10-31"),
    ("another", "novita", "gpt-4o", "knowledge_cutoff_on", "2023-10"),
    ("community", "openai", "gpt-4.1", "knowledge_cutoff_on", "2024-04"),
    ("gateway", "novita", "gpt-4.1", "knowledge_cutoff_on", "2024-06-30"),
    ("community", "openrouter", "gpt-4.1", "knowledge_cutoff_on", "2024-06-30"),
    ("community", "openai", "o3-mini", "released_on", "2024-12"),
    *(
        ("community", host, "o3-mini", "released_on", "2025-01-31")
        for host in ("novita", "deepinfra", "together", "groq")
    ),
    ("community", "openai", "o1", "released_on", "2024-12-05"),
    *(("community", host, "o1", "released_on", "2024-09-12") for host in ("novita", "deepinfra", "together")),
    ("maker", "", "o1-pro", "knowledge_cutoff_on", "2023-09-30"),
    ("another", "novita", "o1-mini", "knowledge_cutoff_on", "2023-10-01"),
    ("another", "novita", "o1-preview", "knowledge_cutoff_on", "2023-10-12"),
)
"""Days of a model as a voice says them of a host's offer."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    voices = {
        "maker": world.cards("openai"),
        "curated": world.curated(),
        "host": world.seller("deepinfra"),
        "gateway": world.gateway("openrouter"),
        "community": world.catalogue("atlas"),
        "another": world.catalogue("gazette"),
    }
    sayings: dict[str, list[Saying]] = {name: [] for name in voices}
    for rung, model in enumerate(ON_EACH_RUNG):
        for name in LADDER[rung:]:
            host = "novita" if name in ("gateway", "community") else ""
            sayings[name].append(fact(model, "architecture", f"as the {name} says", host=host))
    _confirmations(world, sayings, voices)
    _no_prices(world, sayings)
    _capabilities(sayings)
    for name, attribute, value, printed in ROUND_AND_EXACT:
        host = "novita" if name == "community" else ""
        sayings[name].append(fact("qwen3-8b", attribute, value, printed=printed, host=host))
    for name, host, model, attribute, value in DATED:
        sayings[name].append(fact(model, attribute, value, host=host))
    for name, voice in voices.items():
        voice.says(night(1), *sayings[name])
    with world.built() as built:
        yield built


def _confirmations(world: World, sayings: dict[str, list[Saying]], voices: dict[str, Voice]) -> None:
    bazaar = world.catalogue("bazaar")
    copycat = world.catalogue("copycat", copies=("atlas",))
    parrot = world.catalogue("parrot", copies=("atlas",))
    bazaar_mirror = world.voice("bazaar_mirror", "community", publisher="bazaar")
    sayings["host"] += [priced("deepseek-v3.1", "0.5", "1.5")]
    sayings["community"] += [
        priced("deepseek-v3.1", "0.4", "1.5", host="deepinfra"),
        priced("glm-4.6", "0.6", "2.2", host="together"),
        priced("glm-4.6", "0.5", "2", host="novita"),
        priced("glm-4.6", "0.7", "2", host="groq"),
        priced("glm-4.6", "0.8", "2", host="cerebras"),
        priced("glm-4.6", "0.9", "2", host="azure"),
        priced("glm-4.6", "0.3", "3", host="baseten"),
    ]
    bazaar.says(
        night(1),
        priced("glm-4.6", "0.6", "2.2", host="Together AI"),
        priced("glm-4.6", "0.7", "2.5", host="groq"),
        priced("kimi-k2", "0.5", "2", host="novita"),
    )
    copycat.says(night(1), priced("glm-4.6", "0.5", "2", host="novita"), priced("glm-4.6", "0.2", "3", host="baseten"))
    parrot.says(night(1), priced("glm-4.6", "0.5", "2", host="novita"), priced("glm-4.6", "0.2", "3", host="baseten"))
    bazaar_mirror.says(night(1), priced("kimi-k2", "0.5", "2", host="novita"))
    world.gateway("vercel").says(night(1), priced("glm-4.6", "1", "2", host="groq"))


def _no_prices(world: World, sayings: dict[str, list[Saying]]) -> None:
    sayings["community"] += [
        priced("gpt-5", "1.25", "10", host="chatgpt"),
        priced("gpt-5-mini", "0", "0", host="chatgpt"),
        priced("gpt-5", "0", "0", host="together"),
        priced("gpt-5-mini", "1.25", "10", host="together"),
        fact("gpt-5-mini", "price_status", "plan", host="together"),
    ]
    sayings["gateway"] += [
        priced("gpt-5", "0", "0", host="groq"),
        priced("gpt-5-mini", "0", "0", host="groq"),
        fact("gpt-5-mini", "price_status", "free", host="groq"),
        priced("o3", "5000", "10", host="groq"),
        priced("o4-mini", "1", "10", host="groq"),
        price("o4-mini", "cache_read", "1.5", host="groq"),
    ]
    world.seller("cerebras").says(night(1), priced("gpt-oss-120b", "0", "0"))
    world.seller("sambanova").says(
        night(1),
        price("o4-mini", "second", "0.0001", unit="usd/second"),
        fact("gpt-oss-120b", "context_tokens", 131072),
    )


def _capabilities(sayings: dict[str, list[Saying]]) -> None:
    sayings["maker"] += [cannot("gpt-5", "vision"), can("gpt-5", "reasoning")]
    sayings["community"] += [
        can("gpt-5", "vision", host="novita"),
        can("gpt-5", "vision", host="together"),
        cannot("gpt-5", "computer_use", host="novita"),
        fact("kimi-k2.5", "context_tokens", 262_144),
        *modalities("qwen3-32b", ("text",), host="novita"),
        *modalities("qwen3-vl-32b-instruct", ("image", "text"), host="novita"),
    ]
    sayings["maker"] += [
        *modalities("gpt-5", ("image", "text")),
        *modalities("gpt-5-mini", ("audio", "text")),
        *modalities("gpt-image-1", ("image", "text"), ("image",)),
    ]


def modalities(model: str, reads: tuple[str, ...], writes: tuple[str, ...] = ("text",), host: str = "") -> list[Saying]:
    return [
        fact(model, "input_modalities", reads, host=host),
        fact(model, "output_modalities", writes, host=host),
    ]


# --- who is believed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "winner"), [*zip(ON_EACH_RUNG, LADDER, strict=True)])
def test_the_maker_speaks_before_the_curated_the_host_the_gateway_and_the_community(
    warehouse: Warehouse, model: str, winner: str
) -> None:
    assert (
        warehouse.cell("select architecture_name from core.models where model_id = ?", model) == f"as the {winner} says"
    )


def test_every_loser_is_a_conflict(warehouse: Warehouse) -> None:
    rivals = warehouse.rows(
        "select rival_value from quality.conflicts where subject_id = 'gpt-5' and field = 'architecture_name' and rival_source_id in"
        " ('curated', 'deepinfra_pricing', 'atlas') order by all"
    )
    assert rivals == [("as the community says",), ("as the curated says",), ("as the host says",)]


def test_what_a_catalogue_says_of_a_model_without_a_host_is_no_offer(warehouse: Warehouse) -> None:
    assert warehouse.cell("select context_tokens from core.models where model_id = 'kimi-k2.5'") == 262_144
    assert (
        warehouse.rows("select offer_id from core.offers where provider_id = 'atlas' or model_id = 'kimi-k2.5'") == []
    )


def test_round_figures_give_way_to_the_exact_one_they_stand_for_and_to_no_other(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select context_tokens, max_output_tokens, parameters, active_parameters, cast(released_on as varchar)"
        " from core.models where model_id = 'qwen3-8b'"
    ) == (131_072, 32_000, 8_190_735_360, 8_000_000_000, "2025-04-28")


@pytest.mark.parametrize(
    ("model_id", "field", "day", "precision"),
    [
        pytest.param("gpt-4o", "knowledge_cutoff", "2023-10-01", "month", id="two publishers outvote a catalogue"),
        pytest.param("gpt-4.1", "knowledge_cutoff", "2024-04-01", "month", id="a gateway and its echo are one voice"),
        pytest.param("o3-mini", "released", "2025-01-31", "day", id="four outlets outvote one"),
        pytest.param("o1", "released", "2024-12-05", "day", id="three outlets do not"),
        pytest.param("o1-pro", "knowledge_cutoff", "2023-09-30", "day", id="a maker means the day it prints"),
        pytest.param("o1-mini", "knowledge_cutoff", "2023-10-01", "month", id="a month written as its first day"),
        pytest.param("o1-preview", "knowledge_cutoff", "2023-10-12", "day", id="a day in the middle of a month"),
    ],
)
def test_days_are_those_most_publishers_name_and_no_finer_than_meant(
    warehouse: Warehouse, model_id: str, field: str, day: str, precision: str
) -> None:
    assert warehouse.rows(
        f"select {field}_on::varchar, {field}_precision from core.models where model_id = '{model_id}'"
    ) == [(day, precision)]


def test_a_chosen_cell_leads_to_its_words(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select printed_text, source_id from evidence.choices join evidence.claims using (claim_id)"
        " where table_name = 'core.models' and row_id = 'gpt-5' and field = 'architecture_name'"
    ) == ("as the maker says", "openai_cards")


def test_a_seller_is_believed_of_its_own_price(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select input_usd_per_mtok, output_usd_per_mtok from core.offers where offer_id = 'deepinfra/deepseek-v3.1'"
    ) == (Decimal("0.5"), Decimal("1.5"))
    assert warehouse.row(
        "select cast(chosen_value as decimal(9, 3)), cast(rival_value as decimal(9, 3)), ratio from quality.conflicts where subject_id = 'deepinfra/deepseek-v3.1'"
    ) == (
        Decimal("0.5"),
        Decimal("0.4"),
        Decimal("0.8"),
    )


def test_the_nearest_authority_decides_a_capability_and_a_lone_no_of_a_catalogue_stays_unknown(
    warehouse: Warehouse,
) -> None:
    told = dict(warehouse.rows("select capability, status from core.capabilities where model_id = 'gpt-5'"))
    assert len(told) == 10
    assert (told["vision"], told["reasoning"], told["computer_use"], told["tool_use"]) == (
        "no",
        "yes",
        "unknown",
        "unknown",
    )


@pytest.mark.parametrize(
    ("model", "vision", "multimodal"),
    [
        ("gpt-5", "no", "yes"),  # the maker says so, whatever it says of what is read
        ("gpt-5-mini", "no", "yes"),
        ("qwen3-vl-32b-instruct", "yes", "yes"),
        ("qwen3-32b", "unknown", "unknown"),  # a catalogue's list may be a default
        ("gpt-image-1", "unknown", "unknown"),  # it writes no text
    ],
)
def test_where_nobody_says_whether_a_model_sees_what_it_reads_tells(
    warehouse: Warehouse, model: str, vision: str, multimodal: str
) -> None:
    told = dict(warehouse.rows("select capability, status from core.capabilities where model_id = ?", model))
    assert (told["vision"], told["multimodal"]) == (vision, multimodal)


# --- what confirms a price -------------------------------------------------------------------------------------------


def is_confirmed(warehouse: Warehouse, offer_id: str) -> bool:
    return bool(warehouse.cell("select is_confirmed from core.offers where offer_id = ?", offer_id))


def test_the_sellers_own_word_confirms(warehouse: Warehouse) -> None:
    assert is_confirmed(warehouse, "deepinfra/deepseek-v3.1")


def test_a_gateway_is_the_seller_of_what_is_bought_through_it(warehouse: Warehouse) -> None:
    assert is_confirmed(warehouse, "groq@vercel/glm-4.6")


@pytest.mark.parametrize(
    ("authority", "publisher", "seller", "speaks_for_it"),
    [
        ("host", "cloudflare", "cloudflare-workers-ai", True),
        ("maker", "minimax", "minimax-cn", True),
        ("community", "somebody", "minimax-cn", False),
    ],
)
def test_a_source_speaks_for_the_seller_it_declares_under_whatever_name_it_is_published(
    tmp_path: Path, authority: Authority, publisher: str, seller: str, speaks_for_it: bool
) -> None:
    world = World(tmp_path)
    page = world.voice("page", authority, kind="pricing_doc", publisher=publisher, seller=seller)
    page.says(night(1), priced("minimax-m2", "0.3", "1.2"))
    world.catalogue("atlas").says(night(1), priced("minimax-m2", "0.4", "1.3", host=seller))
    with world.built() as built:
        offer = f"{seller}/minimax-m2"
        assert is_confirmed(built, offer) is speaks_for_it
        said = "select source_id, is_seller, is_maker from evidence.prices_said where meter = 'input' order by all"
        assert built.rows(said) == [
            ("atlas", False, False),
            ("page", speaks_for_it, speaks_for_it and authority == "maker"),
        ]


def test_two_independent_sources_that_agree_confirm_however_they_spell_the_seller(warehouse: Warehouse) -> None:
    assert is_confirmed(warehouse, "together/glm-4.6")
    claims = warehouse.cell(
        "select confirming_claims from core.prices where offer_id = 'together/glm-4.6' and meter = 'input'"
    )
    assert len(claims) == 2


def test_one_catalogue_alone_confirms_nothing(warehouse: Warehouse) -> None:
    assert not is_confirmed(warehouse, "cerebras/glm-4.6")


def test_a_copy_confirms_nothing(warehouse: Warehouse) -> None:
    assert not is_confirmed(warehouse, "novita/glm-4.6")


def test_two_copies_of_one_source_do_not_confirm_what_it_no_longer_says(warehouse: Warehouse) -> None:
    agreed = warehouse.rows("select is_confirmed from core.prices where offer_id = 'baseten/glm-4.6' and amount = 3")
    assert agreed == [(False,)]
    assert (
        warehouse.rows(
            "select 1 from core.prices where offer_id = 'baseten/glm-4.6' and meter = 'input' and amount = 0.2 and is_confirmed"
        )
        == []
    )


def test_two_sources_of_one_publisher_confirm_nothing(warehouse: Warehouse) -> None:
    assert not is_confirmed(warehouse, "novita/kimi-k2")


def test_an_offer_is_confirmed_only_where_both_its_prices_are(warehouse: Warehouse) -> None:
    assert dict(warehouse.rows("select meter, is_confirmed from core.prices where offer_id = 'groq/glm-4.6'")) == {
        "input": True,
        "output": False,
    }
    assert not is_confirmed(warehouse, "groq/glm-4.6")


# --- what is no price ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offer_id", ["chatgpt/gpt-5", "chatgpt/gpt-5-mini", "together/gpt-5-mini"])
def test_an_offer_in_a_plan_is_never_priced_whatever_is_printed(warehouse: Warehouse, offer_id: str) -> None:
    assert warehouse.cell("select price_status from core.offers where offer_id = ?", offer_id) == "plan"
    assert warehouse.rows("from mart.offer_costs where offer_id = ?", offer_id) == []
    assert {
        reason for (reason,) in warehouse.rows("select reason from quality.gaps where subject_id = ?", offer_id)
    } == {"plan"}


def test_what_is_printed_for_a_subscription_is_no_price(warehouse: Warehouse) -> None:
    for name in ("core.prices", "core.price_history"):
        assert warehouse.rows(f"from {name} where offer_id like 'chatgpt/%'") == []


@pytest.mark.parametrize("offer_id", ["groq@openrouter/gpt-5", "together/gpt-5"], ids=["gateway", "community"])
def test_a_zero_without_the_word_free_is_rejected(warehouse: Warehouse, offer_id: str) -> None:
    rejected = warehouse.rows(
        "select rule, attribute, printed_text from evidence.rejects join evidence.claims using (claim_id, attribute, printed_text)"
        " where offer_id = ? order by all",
        offer_id,
    )
    assert rejected == [("zero_unsaid", "price/input", "$0"), ("zero_unsaid", "price/output", "$0")]
    assert warehouse.row("select price_status, input_usd_per_mtok from core.offers where offer_id = ?", offer_id) == (
        "unpriced",
        None,
    )
    assert set(warehouse.rows("select reason from quality.gaps where subject_id = ?", offer_id)) == {("quarantined",)}


def test_a_zero_with_the_word_free_is_free(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select price_status, input_usd_per_mtok from core.offers where offer_id = 'groq@openrouter/gpt-5-mini'"
    ) == ("free", Decimal(0))


def test_a_zero_on_the_sellers_own_page_is_free(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select price_status, is_confirmed from core.offers where offer_id = 'cerebras/gpt-oss-120b'"
    ) == ("free", True)


def test_nothing_free_has_a_cost(warehouse: Warehouse) -> None:
    assert warehouse.rows("from mart.offer_costs where input_usd = 0 or output_usd = 0 or monthly_cost_usd = 0") == []


def test_an_absurd_price_is_held_back_with_its_rule(warehouse: Warehouse) -> None:
    rules = dict(
        warehouse.rows("select subject || ' ' || attribute, rule from evidence.rejects where rule != 'zero_unsaid'")
    )
    assert rules == {"groq/o3 price/input": "range", "groq/o4-mini price/cache_read": "cache_read_above_input"}
    held = "select meter from core.prices where offer_id = ? order by all"
    assert warehouse.rows(held, "groq@openrouter/o3") == [("output",)]
    assert warehouse.rows(held, "groq@openrouter/o4-mini") == [("input",), ("output",)]


def test_a_listing_without_a_price_is_unpriced_and_a_gap(warehouse: Warehouse) -> None:
    assert (
        warehouse.cell("select price_status from core.offers where offer_id = 'sambanova/gpt-oss-120b'") == "unpriced"
    )
    assert warehouse.rows(
        "select field, reason from quality.gaps where subject_id = 'sambanova/gpt-oss-120b' order by all"
    ) == [
        ("price/input", "not_published"),
        ("price/output", "not_published"),
    ]


def test_prices_in_other_units_only_are_no_token_price(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select price_status, input_usd_per_mtok from core.offers where offer_id = 'sambanova/o4-mini'"
    ) == ("non_token", None)
