"""What the sanity gate holds back, by which rule, and what lets a value through after all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.warehouse.world import Warehouse, World, night, price, priced, with_reference

ATLAS = {
    "gpt-5": (priced("gpt-5", "1.25", "1000", host="together"), {"output": "sibling_ratio unit"}),
    "gpt-5-mini": (priced("gpt-5-mini", "8", "40", host="together"), {"input": "sibling_ratio"}),
    "o3": (priced("o3", "2", "1500", host="together"), {"output": "range"}),
    "o4-mini": (priced("o4-mini", "0.0004", "4", host="together"), {"input": "range"}),
    "glm-4.6": (
        [*priced("glm-4.6", "0.6", "2", host="together"), price("glm-4.6", "cache_read", "0.7", host="together")],
        {"cache_read": "cache_read_above_input"},
    ),
    "kimi-k2": (
        priced("kimi-k2", "2", "0.5", host="together"),
        {"input": "output_below_input", "output": "output_below_input"},
    ),
    "grok-4": (
        [
            *priced("grok-4", "3", "15", host="together"),
            *priced("grok-4", "3.5", "7", host="together", condition="service_tier=batch"),
        ],
        {"input service_tier=batch": "batch_above_standard"},
    ),
    "gemini-2.5-pro": (
        [
            *priced("gemini-2.5-pro", "1.25", "10", host="together"),
            *priced("gemini-2.5-pro", "0.5", "15", host="together", condition="context_from=200001"),
        ],
        {"input context_from=200001": "tier_below_base"},
    ),
    "claude-opus-4.5": (priced("claude-opus-4.5", "5", "25", host="together"), {}),
}
"""Model → what a catalogue prints for it at one host, and the meters it is held back on, by which rule."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    atlas, bazaar = world.catalogue("atlas"), world.catalogue("bazaar")
    cheap = [priced("gpt-5-mini", "0.25", "2", host=host) for host in ("groq", "novita", "baseten")]
    bazaar.says(
        night(1),
        *(priced("gpt-5", "1.25", "10", host=host) for host in ("groq", "novita")),
        *cheap,
        # a second source that says the same confirms the strangest price
        priced("deepseek-v3.1", "2", "0.5", host="cerebras"),
        priced("glm-4.7", "1.1", "9", host="baseten"),
        priced("qwen3-8b", "0.05", "0.2", host="cerebras"),
    )
    world.seller("baseten").says(
        night(1),
        priced("glm-4.7", "1", "4", condition="region=eu"),
        priced("glm-4.7", "1.2", "5", condition="region=us"),
    )
    world.catalogue("mirror", copies=("atlas",)).says(night(1), priced("o3", "2", "1500", host="azure"))
    world.seller("cerebras").says(night(1), priced("command-a", "4", "1"))
    atlas.says(
        night(1),
        *(said for said, _ in ATLAS.values()),
        priced("deepseek-v3.1", "2", "0.5", host="together"),
        priced("command-a", "4", "1", host="cerebras"),
        priced("minimax-m2", "0.3", "1.2", host="together"),
        priced("minimax-m1", "0.3", "1.2", host="together"),
        priced("glm-4.5", "0.4", "1.2", host="together"),
        priced("glm-4.5-air", "2", "6", host="together"),
        priced("glm-4.7", "1.1", "9", host="baseten"),
        priced("qwen3-14b", "0", "0", host="together"),
        priced("qwen3-8b", "50", "200", host="together"),
        priced("qwen3-32b", "0.2", "250000", host="together"),
    )
    atlas.says(
        night(2),
        *(said for said, _ in ATLAS.values()),
        priced("deepseek-v3.1", "2", "0.5", host="together"),
        priced("command-a", "4", "1", host="cerebras"),
        priced("minimax-m2", "3.1", "12.1", host="together"),
        priced("minimax-m1", "0.6", "2.4", host="together"),
        priced("glm-4.5", "0.4", "13", host="together"),
        priced("glm-4.5-air", "0.3", "0.5", host="together"),
        priced("glm-4.7", "1.1", "9", host="baseten"),
        priced("qwen3-14b", "0.1", "0.2", host="together"),
        priced("qwen3-8b", "0.05", "0.2", host="together"),
        priced("qwen3-32b", "0.3", "0.9", host="together"),
    )
    with world.built() as built:
        yield built


def held_back(warehouse: Warehouse, subject: str) -> dict[str, str]:
    """Meter and condition → the rules that hold it back."""
    return dict(
        warehouse.rows(
            """
            select
                trim(substr(attribute, 7) || ' ' || condition),
                string_agg(rule, ' ' order by rule)
            from evidence.rejects
            where source_id = 'atlas' and subject = ?
            group by attribute, condition
            """,
            subject,
        )
    )


@pytest.mark.parametrize("model", ATLAS)
def test_a_value_that_cannot_be_is_held_back_by_its_rule_and_no_other_value_with_it(
    warehouse: Warehouse, model: str
) -> None:
    said, rules = ATLAS[model]
    assert held_back(warehouse, f"together/{model}") == rules
    kept = warehouse.rows("select meter, condition from core.prices where offer_id = ?", f"together/{model}")
    assert len(kept) == len(list(said)) - len(rules)
    assert not {f"{meter} {condition}".strip() for meter, condition in kept} & rules.keys()


def test_a_second_source_confirms_the_strangest_price_and_a_copy_does_not(warehouse: Warehouse) -> None:
    assert held_back(warehouse, "together/deepseek-v3.1") == {}
    assert held_back(warehouse, "together/o3") == {"output": "range"}
    assert warehouse.rows("select rule from evidence.rejects where source_id = 'mirror'") == [("range",)]


def test_a_plain_price_waits_where_its_seller_asks_it_in_no_region_whoever_else_says_so(warehouse: Warehouse) -> None:
    held = (
        "select source_id, attribute, rule, detail from evidence.rejects where subject = 'baseten/glm-4.7' order by all"
    )
    said = ("price/output", "not_the_sellers", "9, where the seller asks 4 to 5")
    assert warehouse.rows(held) == [("atlas", *said), ("bazaar", *said)]


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        ("qwen3-14b", ["input 0.1", "output 0.2"]),  # its 0 may have meant unknown
        ("qwen3-8b", ["input 0.05", "output 0.2"]),  # it was a thousand times too much
        ("qwen3-32b", ["input 0.2", "input 0.3", "output 0.9"]),  # nobody sells at that
    ],
)
def test_a_value_that_was_held_back_is_no_price_of_the_past_either(
    warehouse: Warehouse, model: str, kept: list[str]
) -> None:
    held = warehouse.rows(
        "select meter || ' ' || plain_number(amount) from core.price_history where subject = ? order by all",
        f"together/{model}",
    )
    assert [words for (words,) in held] == kept


def test_where_the_seller_itself_charges_less_for_output_others_may_say_so(warehouse: Warehouse) -> None:
    assert held_back(warehouse, "cerebras/command-a") == {}


def test_a_price_ten_times_the_last_one_accepted_waits_and_a_doubled_one_does_not(warehouse: Warehouse) -> None:
    assert held_back(warehouse, "together/minimax-m2") == {"input": "jump", "output": "jump"}
    assert held_back(warehouse, "together/minimax-m1") == {}


def test_a_price_that_jumps_alone_waits_and_prices_that_move_together_are_news(warehouse: Warehouse) -> None:
    assert held_back(warehouse, "together/glm-4.5") == {"output": "jump"}
    assert held_back(warehouse, "together/glm-4.5-air") == {}


def test_a_value_a_person_has_read_is_let_through_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_reference(
        tmp_path,
        monkeypatch,
        accepted_values=[
            {
                "source_id": "atlas",
                "subject": f"together/{model}",
                "attribute": "price/output",
                "condition": "",
                "unit": "usd/mtok",
                "value": "1500",
                "reason": "the page says so, and so does its invoice",
                "url": "https://together.example/pricing",
                "reviewed_on": date(2026, 1, 1),
            }
            for model in ("o3", "o4-mini")
        ],
    )
    world = World(tmp_path / "world")
    world.catalogue("atlas").says(
        night(1), priced("o3", "2", "1500", host="together"), priced("o4-mini", "2", "1600", host="together")
    )
    with world.built() as built:
        assert built.rows("select subject, value from evidence.rejects") == [("together/o4-mini", "1600")]
