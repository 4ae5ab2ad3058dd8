"""What is derived of a model from what is said of it: its kind of design, its family, how its licence is called; and
what looks like a fact of it and is none.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.world import Warehouse, World, fact, night, price, priced, with_reference
from warehouse.checking import promises
from warehouse.reference_tables import read


def _sellers(*currencies: tuple[str, str]) -> list[dict[str, object]]:
    """The directory as it ships, where these sellers, and no others, price in other currencies than the dollar."""
    plain = [{key: said for key, said in each.items() if key != "currency"} for each in read("providers")]
    told = dict(currencies)
    return [each | ({"currency": told[each["provider_id"]]} if each["provider_id"] in told else {}) for each in plain]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("world")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        with_reference(folder, patch, providers=_sellers(("scaleway", "EUR")))
        yield stack.enter_context(_world(folder / "world").built())


def _world(folder: Path) -> World:
    world = World(folder)
    world.cards("alibaba").says(
        night(1),
        fact("qwen3-14b", "architecture", "qwen3"),
        fact("qwen3-14b", "parameters", 14_800_000_000),
        fact("qwen3-30b-a3b", "architecture", "qwen3"),
        fact("qwen3-30b-a3b", "parameters", 30_500_000_000),
        fact("qwen3-32b", "architecture", "a design of its own"),
        fact("qwen3-32b", "parameters", 32_800_000_000),
        fact("qwen3-8b", "parameters", 8_200_000_000),
        fact("qwen3.5-4b", "license_id", "Apache-2.0"),
        fact("qwen3.5-9b", "license_id", "LicenseRef-never-heard-of"),
    )
    world.cards("deepseek").says(
        night(1),
        fact("deepseek-v3", "architecture", "Mixture-of-Experts (MoE)"),
        fact("deepseek-v3", "parameters", 671_000_000_000),
    )
    world.cards("moonshotai").says(
        night(1), fact("kimi-k2", "architecture", "kimi_k9"), fact("kimi-k2.5", "architecture", "llama")
    )
    world.cards("zai").says(
        night(1), fact("glm-4.5", "parameters", 355_000_000_000), fact("glm-4.5", "active_parameters", 32_000_000_000)
    )
    world.cards("mistral").says(
        night(1),
        fact("mistral-small-3.2", "parameters", 24_000_000_000),
        fact("mistral-small-3.2", "active_parameters", 24_000_000_000),
    )
    world.curated().says(
        night(1),
        fact("qwen3.5-27b", "family", "qwen3.5"),
        fact("gpt-5-mini", "family", "gpt-5", host=""),
        fact("kimi-k2", "architecture", "Mixture-of-Experts (MoE)"),
        fact("kimi-k2.5", "architecture", "Mixture-of-Experts (MoE)"),
        fact("qwen3-14b", "architecture", "a dense transformer"),
    )
    atlas = world.catalogue("atlas")
    atlas.says(
        night(1),
        fact("gpt-5-chat-latest", "context_tokens", 400_000, host="openai"),
        fact("wan2.6-t2v", "family", "o", host="alibaba"),
        fact("qwen3.5-4b", "family", "qwen", host="alibaba"),
        fact("grok-imagine-video", "family", "grok", host="xai"),
        fact("bart-large", "family", "bart", host="together"),
        fact("melody-maker", "family", "maker", host="together"),
        *priced("gpt-oss-120b", "0.15", "0.60", host="scaleway"),
        *priced("gpt-oss-120b", "0.15", "0.60", host="together"),
        fact("gpt-3.5-turbo", "benchmark/mmmu", Decimal(0), unit="percent"),
        fact("o3", "benchmark/mmmu", Decimal("82.9"), unit="percent"),
        fact("gpt-3.5-turbo", "benchmark/nobody-solves-it", Decimal(0), unit="percent"),
    )
    world.catalogue("bazaar").says(night(1), *priced("gpt-oss-120b", "0.15", "0.60", host="novita"))
    world.voice("ladder", "community", kind="benchmark").says(
        night(1),
        fact("gpt-3.5-turbo", "benchmark/arc-agi-2", Decimal(0), unit="percent"),
        fact("o3", "benchmark/arc-agi-2", Decimal("6.5"), unit="percent"),
    )
    world.gateway("vercel").says(
        night(1),
        fact("openai/gpt-5-chat", "context_tokens", 128_000, host="openai"),
        fact("azure/gpt-5-chat", "context_tokens", 128_000, host="azure"),
    )
    world.seller("scaleway").says(night(1), price("llama-3.3-70b-instruct", "input", "0.90", unit="eur/mtok"))
    world.seller("openrouter", "gateway").says(
        night(1),
        fact("stepfun/step-9", "price_status", "dynamic"),
        fact("stepfun/step-1-router", "context_tokens", 8192),
    )
    return world


def _choices(warehouse: Warehouse, model: str, field: str) -> set[tuple[str, str]]:
    return {
        (rule, attribute)
        for rule, attribute in warehouse.rows(
            "select choices.rule, claims.attribute from evidence.choices as choices"
            " join evidence.folded_claims as claims using (claim_id)"
            " where table_name = 'core.models' and row_id = ? and field = ?",
            model,
            field,
        )
    }


# --- designs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "kind", "name"),
    [
        ("deepseek-v3", "mixture_of_experts", "Mixture-of-Experts (MoE)"),
        ("glm-4.5", "mixture_of_experts", None),
        ("mistral-small-3.2", "dense", None),
        ("qwen3-14b", "dense", "qwen3"),
        ("qwen3-30b-a3b", "mixture_of_experts", "qwen3"),
        ("qwen3-32b", None, "a design of its own"),
        ("qwen3-8b", None, None),
        ("kimi-k2", "mixture_of_experts", "kimi_k9"),  # the maker's code names it, and our reference says what it is
    ],
)
def test_a_design_has_one_word_for_its_kind_and_its_own_words_beside_it(
    warehouse: Warehouse, model: str, kind: str | None, name: str | None
) -> None:
    assert warehouse.row("select architecture, architecture_name from core.models where model_id = ?", model) == (
        kind,
        name,
    )


def test_a_dense_models_active_parameters_are_its_parameters_and_no_gap(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select model_id, active_parameters from core.models"
        " where model_id in ('qwen3-14b', 'qwen3-8b', 'deepseek-v3', 'glm-4.5') order by all"
    ) == [("deepseek-v3", None), ("glm-4.5", 32_000_000_000), ("qwen3-14b", 14_800_000_000), ("qwen3-8b", None)]
    assert warehouse.rows(
        "select subject_id, reason from quality.gaps where field = 'active_parameters'"
        " and subject_id in ('qwen3-14b', 'qwen3-8b', 'deepseek-v3') order by all"
    ) == [("deepseek-v3", "not_published"), ("qwen3-8b", "not_published")]


def test_what_is_derived_of_a_design_names_every_claim_it_rests_on(warehouse: Warehouse) -> None:
    assert _choices(warehouse, "qwen3-14b", "active_parameters") == {
        ("derived: a dense model uses all of its parameters", "parameters"),
        ("derived: a dense model uses all of its parameters", "architecture"),
    }
    assert _choices(warehouse, "glm-4.5", "architecture") == {
        ("derived: its active parameters beside all of them", "active_parameters"),
        ("derived: its active parameters beside all of them", "parameters"),
    }


def test_words_that_name_no_kind_are_a_gap_that_quotes_them(warehouse: Warehouse) -> None:
    assert warehouse.row(
        "select reason, detail from quality.gaps where subject_id = 'qwen3-32b' and field = 'architecture'"
    ) == ("ambiguous", 'its design is called "a design of its own", which says no kind')


def test_words_and_a_type_of_code_dispute_only_where_they_tell_two_kinds(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select subject_id, chosen_value, rival_value from quality.conflicts where field = 'architecture_name'"
    ) == [("kimi-k2.5", "llama", "Mixture-of-Experts (MoE)")]


# --- families and licences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("qwen3.5-4b", "qwen3.5"),  # as our reference writes it of qwen3.5-27b, whatever a catalogue says
        ("wan2.6-t2v", "wan2.6"),
        ("gpt-5-chat", "gpt-5"),
        ("bart-large", "bart"),  # its name does not say, and begins with what a catalogue does
        ("melody-maker", None),
    ],
)
def test_a_family_is_what_the_models_own_name_says_before_what_a_catalogue_finds_in_it(
    warehouse: Warehouse, model: str, family: str | None
) -> None:
    assert warehouse.cell("select family from core.models where model_id = ?", model) == family


def test_a_family_by_name_leads_to_the_name_and_to_the_sibling_it_is_spelt_after(warehouse: Warehouse) -> None:
    chosen = _choices(warehouse, "qwen3.5-4b", "family")
    assert {rule for rule, _ in chosen} == {"derived: its own name, in the spelling our reference has for its siblings"}
    assert "family" in {attribute for _, attribute in chosen}


def test_a_licence_is_shown_by_its_name_beside_its_id(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select license_id, license_name from core.models where license_id is not null order by all"
    ) == [("Apache-2.0", "Apache License 2.0"), ("LicenseRef-never-heard-of", "never-heard-of")]


def test_every_licence_that_our_reference_names_has_a_name(warehouse: Warehouse) -> None:
    from sources.model_lists.curated import LICENSES

    assert set(LICENSES.values()) <= {each["license_id"] for each in read("licenses")}


# --- what looks like a fact and is none --------------------------------------------------------------------------


def test_the_window_of_an_alias_in_one_catalogue_is_one_voice_among_many(warehouse: Warehouse) -> None:
    assert warehouse.cell("select context_tokens from core.models where model_id = 'gpt-5-chat'") == 128_000


def test_a_zero_in_a_list_of_others_results_is_no_score(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select benchmark_id, score from core.benchmark_results where model_id = 'gpt-3.5-turbo' order by all"
    ) == [("arc-agi-2", Decimal(0)), ("nobody-solves-it", Decimal(0))]
    assert warehouse.rows("select subject, attribute, detail from evidence.rejects where rule = 'zero_score'") == [
        ("gpt-3.5-turbo", "benchmark/mmmu", "0, where the list gives others 82.9 and more")
    ]


def test_dollars_of_a_seller_in_euros_are_held_back_whoever_else_asks_as_many(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select subject, attribute, detail from evidence.rejects where rule = 'currency' order by all"
    ) == [
        ("scaleway/gpt-oss-120b", f"price/{meter}", "printed in USD, where the seller asks EUR")
        for meter in ("input", "output")
    ]
    assert warehouse.rows(
        "select offer_id, price_status from core.offers where model_id = 'gpt-oss-120b' order by all"
    ) == [
        ("novita/gpt-oss-120b", "priced"),
        ("scaleway/gpt-oss-120b", "unpriced"),
        ("together/gpt-oss-120b", "priced"),
    ]
    assert warehouse.rows("select amount, currency, usd from core.prices where offer_id like 'scaleway/%'") == [
        (Decimal("0.90"), "EUR", None)
    ]


def test_a_router_is_no_model_to_compare(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select model_id, product_type, is_listed from core.models where lab_id = 'stepfun' order by all"
    ) == [("step-1-router", "router", False), ("step-9", "router", False)]


def test_every_cell_leads_to_its_words(warehouse: Warehouse) -> None:
    assert list(promises.broken(warehouse.connection)) == []
