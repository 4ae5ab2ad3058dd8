"""What a gap says of what to do next, what an acknowledgement does to it, and how coverage is told over time."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.world import Saying, Warehouse, World, fact, night, priced, with_reference


def _acknowledged(model: str, field: str, until: date) -> dict[str, object]:
    return {
        "kind": "missing_context",
        "subject_type": "model",
        "subject_id": model,
        "fields": [field],
        "reason": "the maker does not say",
        "until_on": until,
    }


def _score(model: str, benchmark: str) -> Saying:
    return fact(model, f"benchmark/{benchmark}", Decimal(80), unit="percent")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("world")
    world = World(folder / "world")
    atlas, bazaar = world.catalogue("atlas"), world.catalogue("bazaar")
    said = [
        *(priced(model, "1", "4", host="deepinfra") for model in ("gpt-5", "o3", "deepseek-v3.1", "kimi-k2")),
        fact("deepseek-v3.1", "hugging_face_id", "deepseek-ai/DeepSeek-V3.1", host="deepinfra"),
        fact("kimi-k2", "hugging_face_id", "moonshotai/Kimi-K2-Instruct", host="deepinfra"),
        fact("o4-mini", "context_tokens", 200000, host="deepinfra"),
    ]
    atlas.says(night(1), *said, fact("gpt-5", "released_on", "2025-08-07", host="deepinfra"))
    atlas.says(night(3), *said)
    bazaar.says(night(2), fact("gpt-5", "released_on", "2025-08-07", host="novita"))
    bazaar.says(night(4), fact("o3", "released_on", "2025-04-16", host="novita"))
    world.cards("moonshotai").says(night(1), fact("kimi-k2", "architecture", "mixture of experts"))
    world.voice("aider", "community", kind="benchmark").says(
        night(1),
        _score("gpt-5", "aime-2025"),
        _score("o3", "aime-2025"),
        _score("o3", "mmlu"),
        _score("kimi-k2", "mmlu"),
    )
    world.seller("novita").says(night(1), fact("glm-4.6", "context_tokens", 131072))
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            with_reference(
                folder,
                patch,
                acknowledged_gaps=[
                    _acknowledged("gpt-5", "context_tokens", date(2026, 12, 31)),
                    _acknowledged("o3", "context_tokens", date(2026, 1, 1)),
                    _acknowledged("o4-mini", "context_tokens", date(2026, 12, 31)),
                ],
            )
            built = stack.enter_context(world.built())
        yield built


def test_a_model_misses_results_where_others_are_measured_and_it_is_not(warehouse: Warehouse) -> None:
    listed = warehouse.cell("select count(*) from core.models where is_listed")
    assert isinstance(listed, int)
    measured_elsewhere = "results on 1 benchmark, none to compare with those of 1 model measured elsewhere"
    assert warehouse.rows(
        "select subject_id, severity, detail from quality.gaps where kind = 'missing_benchmark'"
        " and subject_id in ('gpt-5', 'o3', 'kimi-k2', 'deepseek-v3.1') order by all"
    ) == [
        ("deepseek-v3.1", listed - 1, "no result we hold"),
        ("gpt-5", 1, measured_elsewhere),
        ("kimi-k2", 1, measured_elsewhere),
    ]


def page(warehouse: Warehouse, subject: str, field: str) -> object:
    return warehouse.cell("select page from quality.gaps where subject_id = ? and field = ?", subject, field)


def test_a_gap_names_the_card_nobody_has_read_else_the_makers_pages(warehouse: Warehouse) -> None:
    assert page(warehouse, "deepseek-v3.1", "context_tokens") == "https://huggingface.co/deepseek-ai/DeepSeek-V3.1"
    assert page(warehouse, "kimi-k2", "context_tokens") == "https://www.moonshot.ai"
    assert page(warehouse, "gpt-5", "parameters") == "https://openai.com"


def test_a_missing_price_names_the_sellers_page(warehouse: Warehouse) -> None:
    assert page(warehouse, "novita/glm-4.6", "price/input") == warehouse.cell(
        "select coalesce(pricing_url, homepage_url) from core.providers where provider_id = 'novita'"
    )


def test_what_does_not_apply_sends_nobody_anywhere(warehouse: Warehouse) -> None:
    assert warehouse.rows("select gap_id from quality.gaps where reason = 'not_applicable' and page is not null") == []


def test_an_acknowledged_gap_stands_in_the_table_and_leaves_the_list_until_its_last_day(warehouse: Warehouse) -> None:
    until = "select acknowledged_until from quality.gaps where subject_id = ? and field = 'context_tokens'"
    listed = "select count(*) from mart.open_gaps where subject_id = ? and field = 'context_tokens'"
    assert (warehouse.cell(until, "gpt-5"), warehouse.cell(listed, "gpt-5")) == (date(2026, 12, 31), 0)
    assert (warehouse.cell(until, "o3"), warehouse.cell(listed, "o3")) == (date(2026, 1, 1), 1)


def test_an_acknowledgement_that_is_over_or_whose_gap_is_gone_is_reported(warehouse: Warehouse) -> None:
    assert warehouse.rows("select subject_id, state from mart.lapsed_acknowledgements order by all") == [
        ("o3", "expired"),
        ("o4-mini", "vanished"),
    ]


def test_the_acknowledgements_we_ship_name_gaps_by_their_kind(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.seller("openai", "maker").says(night(1), priced("gpt-5.1-codex", "1.25", "10"))
    with world.built() as built:
        assert built.rows("select * from mart.lapsed_acknowledgements") == []


def test_pages_to_read_add_up_the_gaps_that_reading_could_close(warehouse: Warehouse) -> None:
    pages = dict(warehouse.rows("select page, gaps from mart.pages_to_read"))
    assert "https://huggingface.co/deepseek-ai/DeepSeek-V3.1" in pages
    for address, gaps in pages.items():
        assert gaps == warehouse.cell(
            """
            select count(*) from mart.open_gaps
            where page = ?
                and reason not in ('not_applicable', 'not_published', 'free', 'plan', 'dynamic', 'non_token_unit')
            """,
            address,
        )


def test_coverage_counts_the_models_a_field_is_stated_of_day_by_day(warehouse: Warehouse) -> None:
    told = "select source_id, day, models from quality.coverage where field = 'released_on' order by all"
    first, second, third, fourth = (night(number).date() for number in (1, 2, 3, 4))
    assert warehouse.rows(told) == [
        # gpt-5 is stated without a break by one source after the other; then o3 takes its place in the same number
        ("", first, 1),
        ("atlas", first, 1),
        ("atlas", third, 0),
        ("bazaar", second, 1),
    ]
    assert fourth not in {day for _, day, _ in warehouse.rows(told)}
