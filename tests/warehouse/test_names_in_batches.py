"""Names are resolved some after others: whatever is in memory at once, each means the same, and uploads ask for none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.world import Warehouse, World, fact, night, price, priced
from warehouse.identity import Spelling, resolve
from warehouse.identity.resolution import Known
from warehouse.identity.tables import load_aliases

MADE = ("core.model_aliases", "evidence.model_families")

MOVING = "~openai/gpt-latest"

UPLOADS = [
    Spelling("huggingface_cards", f"user-{number}/{name}", base_model=base)
    for number in range(50)
    for name, base in (
        ("Qwen3-8B-GGUF", "Qwen/Qwen3-8B"),
        ("Qwen3-8B", "Qwen/Qwen3-8B"),
        (f"amber-{number}", "Qwen/Qwen3-8B"),
    )
]

MAKERS = [
    Spelling("huggingface_cards", "Qwen/Qwen3-8B"),
    Spelling("huggingface_cards", "deepseek-ai/DeepSeek-R1-0528"),
    Spelling("openrouter_models", "openai/gpt-5.4", name="OpenAI: GPT-5.4"),
    Spelling("novita", "deepseek-r1-250528", host="novita"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Names that move, that two makers have, of a tool, of makers and of those who upload."""
    world = World(tmp_path_factory.mktemp("world"))
    gateway = world.voice("openrouter_models", "gateway", publisher="openrouter", seller="openrouter")
    steady = [*priced("openai/gpt-5.4", "2", "8"), *priced("openai/gpt-5.5", "3", "12")]
    tool = price("openai/search", "web_search", "10", unit="usd/request")
    for day, target in ((1, "openai/gpt-5.4"), (3, "openai/gpt-5.5")):
        moving = [fact(MOVING, "alias_target", target), *priced(MOVING, "2", "8")]
        gateway.says(night(day), *steady, tool, *moving)
    two_makers = [each for name in ("acme/lumen-3", "apex/lumen-3", "lumen-3") for each in priced(name, "1", "2")]
    world.voice("kilo", "gateway").says(night(1), *two_makers, *priced("gpt-5.4", "2", "8"))
    cards = world.voice("huggingface_cards", "maker", kind="model_card", publisher="huggingface")
    made_of = [fact(each.subject, "base_model", each.base_model) for each in UPLOADS[:9]]
    cards.says(night(1), fact("Qwen/Qwen3-8B", "license_id", "Apache-2.0"), *made_of)
    with world.built() as built:
        yield built


@pytest.mark.parametrize("at_once", [1, 7])
def test_names_resolved_some_after_others_mean_what_they_mean_at_once(
    warehouse: Warehouse, tmp_path: Path, at_once: int
) -> None:
    assert warehouse.rows("select distinct rule from core.model_aliases where rule in ('points', 'abstained')")
    assert warehouse.rows("select model_id from core.model_aliases where ends_with(model_id, '-lumen-3')")
    connection = warehouse.connection
    for name in MADE:
        connection.execute(f"create or replace temp table before_{name.partition('.')[2]} as from {name}")
        connection.execute(f"drop table {name}")
    load_aliases(connection, tmp_path / "aliases.jsonl", at_once)
    for name in MADE:
        before = f"temp.before_{name.partition('.')[2]}"
        assert warehouse.cell(f"select count(*) from {name}") == warehouse.cell(f"select count(*) from {before}") > 0
        assert warehouse.rows(f"from {name} except all from {before}") == []


def test_what_is_held_of_all_names_does_not_grow_with_what_is_uploaded() -> None:
    few, many = (Known(lambda names=names: names) for names in (MAKERS, [*MAKERS, *UPLOADS]))  # type: ignore[misc]
    assert vars(few) == vars(many)


def test_uploads_change_the_meaning_of_no_other_name() -> None:
    alone = resolve(MAKERS)
    assert [each for each in resolve([*MAKERS, *UPLOADS]) if not each.subject.startswith("user-")] == alone
