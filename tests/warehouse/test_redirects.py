"""An id that was published never changes meaning: it is a model, or it leads to the one its names are now, or nowhere."""

import json
import shutil
from pathlib import Path

import pytest

from tests.warehouse.world import World, night, priced, with_reference
from warehouse.identity import redirects as published


def published_of(world: World) -> list[dict[str, object]]:
    return [json.loads(line) for line in world.home.published.read_text("utf-8").splitlines()]


def publish(world: World) -> None:
    """Build the models and put the file where the published one is."""
    world.home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(world.file(of="core.models"), world.home.warehouse)
    published.record(world.home)


def redirects(world: World) -> list[tuple[object, ...]]:
    with world.built() as built:
        return built.rows("select model_id, redirects_to, reason from core.model_redirects")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    with_reference(tmp_path, monkeypatch, redirects=[])
    return World(tmp_path / "world")


def test_what_is_published_is_on_record_once_with_its_names(world: World) -> None:
    shop = world.seller("deepinfra")
    shop.says(night(1), priced("openai/gpt-5", "1", "2"))
    publish(world)
    shop.says(night(2), priced("openai/gpt-5", "1", "2"), priced("openai/gpt-5-mini", "1", "2"))
    publish(world)
    assert [(line["model_id"], line["names"]) for line in published_of(world)] == [
        ("gpt-5", [["deepinfra_pricing", "openai/gpt-5"]]),
        ("gpt-5-mini", [["deepinfra_pricing", "openai/gpt-5-mini"]]),
    ]
    assert redirects(world) == []


def test_a_second_maker_of_a_name_leaves_a_redirect_to_the_first(world: World) -> None:
    shop = world.seller("deepinfra")
    shop.says(night(1), priced("deepgram/nova-3", "1", "2"))
    publish(world)
    shop.says(night(2), priced("deepgram/nova-3", "1", "2"), priced("amazon/nova-3", "1", "2"))
    assert redirects(world) == [("nova-3", "deepgram-nova-3", "its names are read as this model now")]


def test_an_id_whose_names_part_leads_nowhere_and_says_why(world: World) -> None:
    line = {
        "model_id": "gone",
        "published_at": "2026-01-01T00:00:00+00:00",
        "names": [["deepinfra_pricing", "openai/gpt-5"], ["deepinfra_pricing", "openai/gpt-5-mini"]],
    }
    unknown = {**line, "model_id": "unheard", "names": [["deepinfra_pricing", "openai/gpt-4"]]}
    world.home.published.parent.mkdir(parents=True)
    whole = "".join(json.dumps(each) + "\n" for each in (line, unknown))
    world.home.published.write_text(whole + '{"model_id": "torn', "utf-8")
    world.seller("deepinfra").says(night(1), priced("openai/gpt-5", "1", "2"), priced("openai/gpt-5-mini", "1", "2"))
    assert redirects(world) == [
        ("gone", None, "its names are several models now: gpt-5, gpt-5-mini"),
        ("unheard", None, "its names are read as no model now"),
    ]


def test_a_rename_a_person_wrote_down_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = {
        "model_id": "gpt-5-old",
        "redirects_to": "gpt-5",
        "renamed_on": "2026-01-02",
        "reason": "renamed",
        "url": "https://openai.example/gpt-5",
    }
    with_reference(tmp_path, monkeypatch, redirects=[written])
    world = World(tmp_path / "world")
    world.seller("deepinfra").says(night(1), priced("openai/gpt-5", "1", "2"))
    assert redirects(world) == [("gpt-5-old", "gpt-5", "renamed")]


def test_the_redirects_we_hold_lead_somewhere_and_take_no_id_away() -> None:
    entries = published.read("redirects")
    assert len({each["model_id"] for each in entries}) == len(entries)
    assert not {each["model_id"] for each in entries} & {each["redirects_to"] for each in entries}, "a chain"
    assert all(each["url"].startswith("https://") and each["reason"] for each in entries)
