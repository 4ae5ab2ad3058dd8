"""What the sanity gate holds back, by which rule, and what lets a value through after all."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sources.contract import Observation
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


REGIONS = [
    price("qwen3-32b", "output", "4", condition="region=eu"),
    price("qwen3-32b", "output", "5", condition="effective_from=2026-01-01; mode=global; region=us"),
]


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        (REGIONS, ["6"]),
        # a seller with a plain price asks that too, beside what it asks in a mode or in a region
        ([*REGIONS, price("qwen3-32b", "output", "6")], []),
        # a day alone is no place: what it asks from then on says nothing of today
        ([price("qwen3-32b", "output", "9", condition="effective_from=2026-03-01")], []),
    ],
)
def test_only_a_seller_that_prices_by_place_speaks_against_a_plain_price(
    tmp_path: Path, asked: list[Observation], held: list[str]
) -> None:
    world = World(tmp_path)
    world.seller("baseten").says(night(1), asked)
    world.catalogue("atlas").says(night(1), price("qwen3-32b", "output", "6", host="baseten"))
    with world.built() as built:
        found = built.rows("select value from evidence.rejects where rule = 'not_the_sellers'")
    assert [value for (value,) in found] == held


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


def own_page(model: str, **amounts: str) -> list[Observation]:
    """A maker's row: input, output, cache_read and their batch prices, in US dollars per million tokens."""
    return [
        price(model, name.removesuffix("_batch"), amount, condition="service_tier=batch" if "batch" in name else "")
        for name, amount in amounts.items()
    ]


SLIPS = {
    "claude-opus-4.5": (
        # "$12,50" read as 1,250
        {"input": "1250", "output": "25", "cache_read": "0.5", "input_batch": "2.5", "output_batch": "12.5"},
        {"input"},
    ),
    "claude-haiku-4.5": (
        {"input": "100", "output": "5", "cache_read": "0.1", "input_batch": "0.5", "output_batch": "2.5"},
        {"input"},
    ),
    "claude-sonnet-4.5": (
        {"input": "3", "output": "15", "cache_read": "0.3", "input_batch": "1.5", "output_batch": "750"},
        {"output service_tier=batch"},
    ),
    "claude-opus-4.1": (
        {"input": "15", "output": "75", "cache_read": "150", "input_batch": "7.5", "output_batch": "37.5"},
        {"cache_read"},
    ),
    "claude-sonnet-4": ({"input": "3", "output": "15", "cache_read": "0.3"}, set()),
    "claude-opus-4": ({"input": "15", "output": "15", "cache_read": "15", "input_batch": "15"}, set()),
    "claude-haiku-3.5": ({"input": "0.8", "output": "4", "cache_read": "0.00625"}, set()),
}
"""Model → what its maker prints, and which of it is a slip of the maker's own pen."""


def test_a_sellers_own_slip_is_caught_by_its_own_page_and_its_other_prices_stay(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.seller("anthropic", "maker").says(
        night(1), *(own_page(model, **amounts) for model, (amounts, _) in SLIPS.items())
    )
    with world.built() as built:
        held: dict[str, set[str]] = {model: set() for model in SLIPS}
        for model, meter in built.rows(
            "select subject, trim(substr(attribute, 7) || ' ' || condition) from evidence.rejects"
        ):
            held[model].add(meter)
        assert held == {model: slips for model, (_, slips) in SLIPS.items()}
        assert built.cell("select count(*) from core.prices where is_confirmed") == sum(
            len(amounts) - len(slips) for amounts, slips in SLIPS.values()
        )


def test_two_prices_that_cannot_both_be_are_told_apart_by_other_voices_and_siblings_else_both_wait(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.seller("anthropic", "maker").says(
        night(1),
        *(priced(f"claude-{name}", "3", "15") for name in ("sonnet-4", "sonnet-4.5", "opus-4.5")),
        priced("claude-haiku-4.5", "100", "5"),
    )
    world.seller("mistral", "maker").says(night(1), priced("mistral-large-2411", "150", "6"))
    world.seller("groq").says(night(1), priced("kimi-k2", "100", "3"))
    world.catalogue("atlas").says(night(1), priced("kimi-k2", "0.9", "3", host="together"))
    with world.built() as built:
        held = built.rows("select subject, attribute, rule from evidence.rejects order by all")
        assert held == [
            ("claude-haiku-4.5", "price/input", "page_ratio"),
            ("kimi-k2", "price/input", "page_ratio"),
            ("mistral-large-2411", "price/input", "page_ratio"),
            ("mistral-large-2411", "price/output", "page_ratio"),
        ]


def test_a_sellers_price_far_from_all_its_siblings_waits_until_someone_else_says_the_like(tmp_path: Path) -> None:
    world = World(tmp_path)
    makers = world.seller("openai", "maker")
    makers.says(
        night(1),
        price("gpt-5", "input", "1.25"),
        price("gpt-5-mini", "input", "0.25"),
        price("gpt-5-nano", "input", "0.05"),
        price("gpt-5-pro", "input", "150"),
        price("gpt-4.1", "input", "180"),
    )
    world.catalogue("atlas").says(night(1), price("gpt-5-pro", "input", "140", host="azure"))
    with world.built() as built:
        # beside one another the two are no siblings to be measured by
        assert built.rows("select subject, rule from evidence.rejects") == []
    makers.says(
        night(2),
        price("gpt-5", "input", "1.25"),
        price("gpt-5-mini", "input", "0.25"),
        price("gpt-5-nano", "input", "0.05"),
        price("gpt-4.1", "input", "180"),
    )
    with world.built() as built:
        assert built.rows("select subject, rule from evidence.rejects") == [("gpt-4.1", "page_siblings")]


TWO_VOICES = {
    "gpt-5": ({"openai": "1.25", "atlas": "0.00125"}, {"atlas"}),
    "gpt-5-mini": ({"openai": "0.25", "groq": "250"}, {"groq"}),
    "glm-4.5": ({"atlas": "60", "bazaar": "0.6"}, {"atlas"}),
    "glm-4.6": ({"zai@elsewhere": "0.6", "atlas": "0.5", "bazaar": "0.6"}, set()),
    "glm-4.7": ({"atlas": "0.5", "bazaar": "0.4"}, set()),
    "kimi-k2": ({"atlas": "0.9", "bazaar": "90"}, {"atlas", "bazaar"}),
    "minimax-m2": ({"atlas": "0.0003", "bazaar": "0.3", "groq": "0.4"}, {"atlas"}),
    "grok-4": ({"groq": "300", "atlas": "3", "bazaar": "2.8"}, {"groq"}),
    "deepseek-v3.1": ({"groq": "30", "atlas": "0.3"}, set()),
}
"""Model → who says which input price, and whose is held back."""


@pytest.fixture(scope="module")
def few_voices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("few"))
    said: dict[str, list[Observation]] = {}
    for model, (voices, _) in TWO_VOICES.items():
        for voice, amount in voices.items():
            host = {"atlas": "together", "bazaar": "novita"}.get(voice, "")
            if "@" not in voice:
                said.setdefault(voice, []).append(price(model, "input", amount, host=host))
    for voice, sayings in said.items():
        source = (
            world.seller(voice, "maker" if voice == "openai" else "host")
            if voice in ("openai", "groq")
            else world.catalogue(voice)
        )
        source.says(night(1), sayings)
    with world.built() as built:
        yield built


@pytest.mark.parametrize("model", TWO_VOICES)
def test_few_voices_are_compared_one_by_one_and_the_makers_price_anywhere_decides(
    few_voices: Warehouse, model: str
) -> None:
    held = few_voices.rows(
        "select distinct split_part(source_id, '_', 1) from evidence.rejects where subject like '%' || ?", model
    )
    assert {voice for (voice,) in held} == TWO_VOICES[model][1]


def test_two_who_repeat_a_price_a_thousand_times_off_the_makers_confirm_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"))
    for name in ("atlas", "bazaar"):
        world.catalogue(name).says(night(1), priced("gpt-5", "0.00125", "0.01", host="groq"))
    with world.built() as built:
        assert built.rows("select distinct source_id, rule from evidence.rejects order by all") == [
            ("atlas", "unit_of_the_maker"),
            ("bazaar", "unit_of_the_maker"),
        ]
        assert built.rows("select distinct offer_id from core.prices") == [("openai/gpt-5",)]


def test_one_far_from_two_sources_that_agree_is_outvoted(tmp_path: Path) -> None:
    world = World(tmp_path)
    atlas, bazaar = world.catalogue("atlas"), world.catalogue("bazaar")
    atlas.says(
        night(1),
        priced("command-r-plus-04-2024", "0.25", "1", host="cohere"),
        priced("command-r-plus-04-2024", "3", "15", host="amazon-bedrock"),
        priced("kimi-k2", "0.25", "1", host="together"),
    )
    bazaar.says(
        night(1),
        priced("command-r-plus-04-2024", "3", "15", host="openrouter"),
        # one source that repeats itself is not two
        priced("kimi-k2", "3", "15", host="novita"),
        priced("kimi-k2", "3", "15", host="groq"),
    )
    with world.built() as built:
        assert built.rows("select subject, attribute, rule from evidence.rejects order by all") == [
            ("cohere/command-r-plus-04-2024", "price/input", "sibling_ratio"),
            ("cohere/command-r-plus-04-2024", "price/output", "sibling_ratio"),
        ]


def v32(cache_read: str) -> list[Observation]:
    return [*priced("deepseek-v3.2", "1.74", "3.48"), price("deepseek-v3.2", "cache_read", cache_read)]


def test_a_makers_own_cut_of_one_price_waits_some_nights_and_no_laggard_confirms_the_old_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    maker = world.seller("deepseek", "maker")
    laggards = [world.catalogue(name) for name in ("atlas", "bazaar")]
    for laggard in laggards:
        laggard.says(night(1), price("deepseek-v3.2", "cache_read", "0.145", host="deepseek"))
    maker.says(night(1), v32("0.145"))
    maker.says(night(2), v32("0.003625"))
    shown = "select plain_number(amount), is_confirmed from core.prices where meter = 'cache_read'"
    for number in (2, 3, 4):
        if number > 2:
            maker.confirms(night(number))
        for laggard in laggards:
            laggard.confirms(night(number))
        with world.built() as built:
            assert built.rows("select source_id, rule, detail from evidence.rejects") == [
                ("deepseek_pricing", "jump", "0.003625 after 0.145")
            ]
            assert built.row(shown) == ("0.145", False)
    maker.confirms(night(5))
    with world.built() as built:
        assert built.rows("select * from evidence.rejects") == []
        assert built.row(shown) == ("0.003625", True)


def test_a_failed_night_is_none_that_a_price_has_stood(tmp_path: Path) -> None:
    world = World(tmp_path)
    maker = world.seller("deepseek", "maker")
    maker.says(night(1), v32("0.145"))
    maker.says(night(2), v32("0.003625"))
    for number in range(3, 9):
        maker.fails(night(number))
    with world.built() as built:
        assert built.rows("select rule from evidence.rejects") == [("jump",)]


@pytest.mark.parametrize(
    ("factor", "held_at_once", "held_later"),
    [("20", set(), set()), ("10.2", {"jump"}, set()), ("200", {"jump"}, set()), ("2", set(), set())],
)
def test_a_promotion_that_ends_is_news_at_once_unless_a_decimal_point_may_have_moved(
    tmp_path: Path, factor: str, held_at_once: set[str], held_later: set[str]
) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    seller.says(night(1), priced("kimi-k2", "0.05", "0.25"), priced("glm-4.6", "0.6", "2.2"))
    seller.says(
        night(2),
        priced("kimi-k2", str(Decimal("0.05") * Decimal(factor)), str(Decimal("0.25") * Decimal(factor))),
        priced("glm-4.6", "0.6", "2.2"),
    )
    rules = "select distinct rule from evidence.rejects"
    with world.built() as built:
        assert {rule for (rule,) in built.rows(rules)} == held_at_once
    seller.confirms(night(6))
    with world.built() as built:
        assert {rule for (rule,) in built.rows(rules)} == held_later
        assert built.cell("select is_confirmed from core.offers where offer_id = 'groq/kimi-k2'")


def test_a_page_whose_prices_all_move_by_a_thousand_has_changed_its_unit_however_long_it_stands(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    seller.says(night(1), priced("kimi-k2", "0.5", "2"), priced("qwen3-32b", "0.6", "2.2"))
    seller.says(night(2), priced("kimi-k2", "0.0005", "0.002"), priced("qwen3-32b", "0.0006", "0.0022"))
    seller.confirms(night(30))
    with world.built() as built:
        assert built.rows("select rule, count(*) from evidence.rejects group by rule") == [("jump", 4)]


def test_company_excuses_no_move_beyond_a_hundred_times(tmp_path: Path) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    seller.says(night(1), priced("kimi-k2", "0.5", "2"))
    seller.says(night(2), priced("kimi-k2", "0.6", "220"))
    with world.built() as built:
        assert ("price/output", "jump") in built.rows("select attribute, rule from evidence.rejects")


@pytest.mark.parametrize("said", [["0.55", "5500", "0.55"], ["5500", "0.55"], ["0.55", "55", "0.6"], ["55", "0.58"]])
def test_what_was_refused_is_nothing_to_compare_the_mended_price_with(tmp_path: Path, said: list[str]) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    for name, amount in (("atlas", "0.5"), ("bazaar", "0.6")):
        world.catalogue(name).says(night(1), price("kimi-k2", "input", amount, host="together"))
    for number, amount in enumerate(said, start=1):
        seller.says(night(number), price("kimi-k2", "input", amount), price("kimi-k2", "output", "2"))
    with world.built() as built:
        assert built.rows("select * from evidence.rejects") == []
        current = "select plain_number(amount), is_confirmed from core.prices where offer_id = 'groq/kimi-k2' and meter = 'input'"
        assert built.row(current) == (said[-1], True)


def test_a_jump_taken_back_before_it_was_accepted_is_no_price_of_the_past(tmp_path: Path) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    for number, amount in enumerate(("0.5", "40", "0.5"), start=1):
        seller.says(night(number), price("kimi-k2", "input", amount), price("kimi-k2", "output", "60"))
    with world.built() as built:
        history = built.rows("select plain_number(amount) from core.price_history where meter = 'input' order by 1")
        assert history == [("0.5",), ("0.5",)]


def test_a_price_compared_after_an_accepted_jump_starts_from_the_jump(tmp_path: Path) -> None:
    world = World(tmp_path)
    seller = world.seller("groq")
    seller.says(night(1), priced("kimi-k2", "0.5", "1"))
    seller.says(night(2), priced("kimi-k2", "0.01", "1"))
    seller.confirms(night(5))
    seller.says(night(6), priced("kimi-k2", "0.02", "1"))
    with world.built() as built:
        assert built.rows("select * from evidence.rejects") == []


def test_a_flat_price_its_seller_replaced_by_hours_is_confirmed_by_nobody_who_still_prints_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    maker = world.seller("deepseek", "maker")
    for name in ("atlas", "bazaar"):
        world.catalogue(name).says(night(1), priced("deepseek-v3.2", "0.435", "0.87", host="deepseek"))
    maker.says(night(1), priced("deepseek-v3.2", "0.435", "0.87"))
    flat = "select distinct is_confirmed from core.prices where condition = ''"
    with world.built() as built:
        assert built.rows(flat) == [(True,)]
    maker.says(
        night(2),
        priced("deepseek-v3.2", "0.87", "1.74", condition="utc_window=00:30-16:30"),
        priced("deepseek-v3.2", "0.435", "0.87", condition="utc_window=16:30-00:30"),
    )
    with world.built() as built:
        assert (True,) not in built.rows(flat)
        assert built.cell("select bool_and(is_confirmed) from core.prices where condition != ''")


def test_what_a_seller_no_longer_prints_at_all_others_may_still_confirm(tmp_path: Path) -> None:
    world = World(tmp_path)
    maker = world.seller("deepseek", "maker")
    for name in ("atlas", "bazaar"):
        world.catalogue(name).says(night(1), priced("deepseek-v3.2", "0.435", "0.87", host="deepseek"))
    maker.says(night(1), priced("deepseek-v3.2", "0.435", "0.87"), priced("deepseek-v3.1", "1", "2"))
    maker.says(night(2), priced("deepseek-v3.1", "1", "2"))
    with world.built() as built:
        assert built.cell("select bool_and(is_confirmed) from core.prices where offer_id = 'deepseek/deepseek-v3.2'")
