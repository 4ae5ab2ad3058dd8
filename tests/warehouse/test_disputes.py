"""What kind of disagreement two prices are in, and what the sum of them says of two sources."""

from collections.abc import Iterator

import pytest

from tests.warehouse.world import Warehouse, World, fact, night, price, priced

CLASSES = {
    "gpt-5": "unit_error",
    "gpt-5-mini": "rounding",
    "o3": "stale",
    "grok-4": "stale",
    "o4-mini": "other_terms",
    "gemini-2.5-pro": "other_terms",
    "glm-4.6": "disagreement",
}
"""Model → the class of what two catalogues say of its input price at one host."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("world"))
    atlas, bazaar, copycat = (world.catalogue(name) for name in ("atlas", "bazaar", "copycat"))
    batch, dear = {"condition": "service_tier=batch"}, {"condition": "service_tier=priority"}
    same = [priced("kimi-k2", "0.6", "2.5", host="together"), priced("command-a", "1", "3", host="together")]
    rest = [
        priced("gpt-5", "1.25", "10", host="together"),
        priced("gpt-5-mini", "0.267", "2", host="together"),
        priced("grok-4", "5", "15", host="together", condition="effective_to=2025-12-31"),
        price("o4-mini", "input", "0.55", host="together", **batch),
        price("gemini-2.5-pro", "input", "0.6", host="together", **batch),
        price("gemini-2.5-pro", "input", "1.25", host="together", **dear),
        *same,
    ]
    atlas.says(night(1), *rest, priced("o3", "10", "40", host="together"))
    atlas.says(
        night(2),
        *rest,
        priced("o3", "2", "8", host="together"),
        priced("grok-4", "3", "15", host="together"),
        priced("o4-mini", "1.1", "4.4", host="together"),
        priced("gemini-2.5-pro", "1.2", "10", host="together"),
        priced("glm-4.6", "0.6", "2", host="together"),
    )
    bazaar.says(
        night(2),
        priced("gpt-5", "0.00125", "10", host="together"),
        priced("gpt-5-mini", "0.27", "2", host="together"),
        priced("o3", "10", "8", host="together"),
        priced("grok-4", "5", "15", host="together"),
        priced("o4-mini", "0.55", "4.4", host="together"),
        priced("gemini-2.5-pro", "0.6", "10", host="together"),
        priced("glm-4.6", "0.5", "2", host="together"),
        *same,
    )
    odd = priced("glm-4.5", "9", "9", host="together")
    atlas_and_copycat = priced("glm-4.5", "0.7", "2.2", host="together")
    for name in ("one", "two", "three"):
        world.catalogue(name).says(night(2), odd)
    copycat.says(night(2), atlas_and_copycat)
    world.catalogue("original").says(night(2), atlas_and_copycat)
    cards = world.cards("openai")
    cards.says(night(1), fact("gpt-5", "context_tokens", 400000), fact("gpt-5-mini", "released_on", "2025-08-07"))
    world.seller("deepinfra").says(night(1), fact("gpt-5", "context_tokens", 131072))
    world.catalogue("late").says(night(1), fact("gpt-5-mini", "released_on", "2025-08-09", host="together"))
    world.catalogue("wrong").says(night(1), fact("gpt-5-mini", "released_on", "2024-01-01", host="together"))
    with world.built() as built:
        yield built


@pytest.mark.parametrize("model", CLASSES)
def test_every_dispute_over_a_price_is_of_the_first_class_that_fits(warehouse: Warehouse, model: str) -> None:
    assert warehouse.rows(
        "select class from evidence.price_disputes where offer_id = ? and meter = 'input' and condition = ''",
        f"together/{model}",
    ) == [(CLASSES[model],)]


def test_a_conflict_says_which_kind_of_disagreement_it_is(warehouse: Warehouse) -> None:
    classes = "select rival_source_id, class from quality.conflicts where subject_id = ? and field = ? order by all"
    assert [found for _, found in warehouse.rows(classes, "together/glm-4.6", "input/mtok")] == ["disagreement"]
    assert warehouse.rows(classes, "gpt-5", "context_tokens") == [("deepinfra_pricing", "other_terms")]
    assert warehouse.rows(classes, "gpt-5-mini", "released_on") == [("late", "rounding"), ("wrong", "disagreement")]


def test_two_sources_are_compared_price_by_price(warehouse: Warehouse) -> None:
    told = warehouse.connection.execute(
        "select * from quality.agreements where source_a_id = 'atlas' and source_b_id = 'bazaar'"
    ).fetchdf()
    (row,) = told.to_dict("records")
    assert row["shared"] == 18
    assert row["same"] == 11
    found = {name: row[name] for name in ("unit_error", "rounding", "stale", "other_terms", "disagreement")}
    assert found == {"unit_error": 1, "rounding": 1, "stale": 2, "other_terms": 2, "disagreement": 1}


def test_sources_that_are_odd_together_may_be_copies(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select source_a_id, source_b_id, odd_together from quality.agreements where odd_together > 0"
    ) == [("copycat", "original", 2)]
