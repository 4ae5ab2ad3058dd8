"""A night that goes on from the last one holds what a night that begins anew would hold, and makes no more than it must."""

import os
import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.world import Saying, Voice, World, can, cannot, doubted, fact, night, price, priced
from warehouse import building, database, following, touching
from warehouse.building import How
from warehouse.evidence import tables as evidence
from warehouse.home import Home
from warehouse.schemas import all_tables

MODELS = (
    "gpt-5",
    "gpt-5-mini",
    "gpt-4.1",
    "gpt-4o",
    "gpt-4o-mini",
    "o3",
    "o4-mini",
    "claude-sonnet-4.5",
    "claude-opus-4.1",
    "claude-3-haiku",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "deepseek-v3.1",
    "qwen3-32b",
    "mistral-large-2411",
    "grok-4",
    "glm-4.5",
    "kimi-k2",
)

MADE_EVERY_NIGHT = {*evidence.MADE, following.RECORD}

HISTORIES = int(os.environ.get("ALMANAC_HISTORIES", "1"))


def differing(one: Path, other: Path) -> dict[str, int]:
    """Table → how many rows it has in one of the files alone, dates of review among what is compared."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        for declared in all_tables().values():
            if declared.view:
                continue
            # how a file came about is its own: not what it was made from before
            columns = "table_name, content" if declared.name == following.RECORD else "*"
            sides = [f"select {columns} from {file}.{declared.name}" for file in ("one", "other")]
            ((rows,),) = connection.sql(
                f"select count(*) from ((({sides[0]}) except all ({sides[1]})) union all (({sides[1]}) except all ({sides[0]})))"
            ).fetchall()
            if rows:
                found[declared.name] = rows
    return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def market(chance: random.Random, models: tuple[str, ...]) -> list[Saying]:
    """What a catalogue says of these models, some of it another time otherwise."""
    return [
        [
            *priced(model, f"{chance.choice((1, 2, 3))}", f"{chance.choice((8, 9, 12))}"),
            price(model, "cache_read", "0.1"),
            fact(model, "context_tokens", chance.choice((128_000, 200_000, 400_000))),
            *can(model, "vision", "tool_use"),
        ]
        for model in models
    ]


def test_a_night_in_which_nothing_changed_makes_nothing_but_what_asks_for_the_day(world: World, home: Home) -> None:
    openai, router = world.seller("openai", "maker"), world.gateway("openrouter")
    said = priced("gpt-5", "1.25", "10"), can("gpt-5", "vision"), priced("gpt-4o", "2.5", "10")
    openai.says(night(1), *said)
    router.says(night(1, 3), *said)
    assert set(world.follow(home).values()) == {How.MADE}
    openai.confirms(night(2))
    router.confirms(night(2, 3))
    became = world.follow(home)
    made = {name for name, how in became.items() if how is not How.STAYS}
    asking_for_the_day = {name for name in all_tables() if "quality.build" in following.stored(database.reads(name))}
    asking_when = {name for name in database.sql_tables_in_order() if database.asks_when(name)}
    night_tables = {
        name
        for name in all_tables()
        if {"raw.fetches", "evidence.folds", "quality.sources"} & set(database.reads(name))
    }
    assert made - asking_for_the_day - asking_when - night_tables == MADE_EVERY_NIGHT - night_tables
    assert not made & {
        "core.prices",
        "core.model_aliases",
        "mart.cost_lines",
        "mart.pairs",
        "mart.comparison_statements",
    }
    assert (became["raw.fetches"], became["evidence.folded_claims"]) == (How.MADE, How.SAME)
    with database.opened(home.warehouse, read_only=True) as connection:
        reviewed = connection.sql("select min(last_reviewed_at), max(last_reviewed_at) from core.prices").fetchall()
    assert reviewed == [(night(2), night(2, 3))]


def test_a_price_that_changes_makes_its_model_again_and_leaves_the_others(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = world.seller("anthropic", "maker")
    before = {model: priced(model, "1", "8") for model in MODELS if model.startswith("claude")}
    others = world.gateway("openrouter")
    others.says(night(1), *(priced(model, "1", "8") for model in MODELS))
    voice.says(night(1), *before.values())
    world.follow(home)
    voice.says(night(2), *(before | {"claude-3-haiku": priced("claude-3-haiku", "2", "9")}).values())
    others.confirms(night(2))
    partly: dict[str, set[str]] = {}
    make_partly = touching.make_partly

    def watched(
        connection: duckdb.DuckDBPyConnection, name: str, models: frozenset[str], said: following.Content
    ) -> following.Content:
        partly[name] = set(models)
        content = make_partly(connection, name, models, said)
        touched = f"(select * from {name} where {touching.is_touched(all_tables()[name])})"
        if name == "core.prices":
            looked_at.update(connection.sql(f"select distinct split_part(offer_id, '/', 2) from {touched}").fetchall())
        return content

    looked_at: set[tuple[str]] = set()
    monkeypatch.setattr(touching, "make_partly", watched)
    became = world.follow(home)
    assert (became["core.prices"], became["core.capabilities"]) == (How.PARTLY, How.SAME)
    assert looked_at == {("claude-3-haiku",)}
    assert partly["core.prices"] == {"claude-3-haiku"}
    assert partly["mart.cost_lines"] == {"claude-3-haiku"}
    assert partly["evidence.price_doubts"] == {each for each in MODELS if each.startswith("claude")}
    assert differing(home.warehouse, anew(world, home)) == {}


def test_a_night_works_on_all_threads_but_where_little_changed(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._CONFIG, "threads", "2")
    threads: list[int] = []
    keep_record = following.keep_record

    def watched(connection: duckdb.DuckDBPyConnection, name: str, made: following.Made) -> None:
        if name == "quality.build":
            threads.extend(connection.sql("select current_setting('threads')").fetchall()[0])
        keep_record(connection, name, made)

    monkeypatch.setattr(following, "keep_record", watched)
    voice = world.seller("openai", "maker")
    voice.says(night(1), *(priced(model, "1", "8") for model in MODELS))
    world.follow(home)
    voice.confirms(night(2))
    world.follow(home)
    voice.says(night(3), *(priced(model, "1", "9") for model in MODELS))
    world.follow(home)
    assert threads == [2, 1, 2]


def anew(world: World, home: Home) -> Path:
    """The file of a home that begins with this night."""
    fresh = Home(home.root.with_name(f"anew-{len(list(home.root.parent.glob('anew-*')))}"))
    world.follow(fresh)
    return fresh.warehouse


@settings(max_examples=HISTORIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_after_any_history_every_table_is_what_a_night_that_begins_anew_makes(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("history")
    world, home = World(folder / "world"), Home(folder / "home")
    chance = random.Random(seed)
    voices = [
        world.seller("openai", "maker"),
        world.gateway("openrouter"),
        world.catalogue("litellm"),
        world.catalogue("models_dev"),
    ]
    for number in range(1, 5):
        for voice in voices:
            one_night(voice, number, chance)
        world.follow(home)
    assert differing(home.warehouse, anew(world, home)) == {}


def one_night(voice: Voice, number: int, chance: random.Random, likely: tuple[str, ...] = ()) -> None:
    """Whatever a source may do in a night; some of it likelier."""
    at = night(number * chance.choice((1, 1, 3)) if number == 4 else number, chance.randint(1, 4))
    deeds = ["says", "says", "changes", "doubts", "fails", "babbles", "confirms", *likely] if voice.held else ["says"]
    match chance.choice(deeds):
        case "says":
            voice.says(at, *market(chance, tuple(chance.sample(MODELS, chance.randint(12, len(MODELS))))))
        case "changes":
            model = chance.choice(MODELS)
            voice.says(
                at, *market(random.Random(1), MODELS), priced(f"{model}:free", "0", "0"), cannot(model, "computer_use")
            )
        case "doubts":
            voice.says(at, *market(random.Random(1), MODELS[:-2]), doubted(MODELS[-1]))
        case "fails":
            voice.fails(at)
        case "babbles":
            voice.babbles(at, noise=str(number))
        case "confirms":
            voice.confirms(at)


def test_a_night_begins_anew_after_one_that_did_not_end_and_after_other_code(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not following.begin(home)
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"))
    world.follow(home)
    assert following.begin(home)
    assert not following.begin(home)  # the one before has not ended
    following.ended(home)
    monkeypatch.setattr(following, "code", lambda: "another")
    assert not following.begin(home)


def test_a_night_begins_anew_where_the_published_file_cannot_be_read(world: World, home: Home) -> None:
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"))
    world.follow(home)
    home.warehouse.chmod(0o644)
    home.warehouse.write_bytes(b"no database")
    assert not following.begin(home)


@pytest.mark.parametrize("name", [each.name for each in all_tables().values() if each.is_local])
def test_a_local_table_says_whose_its_rows_are_and_is_made_by_a_step_of_its_own(name: str) -> None:
    assert touching.is_touched(all_tables()[name])
    assert [step.name for step in building.steps() if list(step.tables) == [name]]
    assert touching.over_touched(name) != database.query(name)


def test_a_local_table_of_some_models_after_others_is_that_of_all_at_once(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    for voice in (world.seller("openai", "maker"), world.gateway("openrouter"), world.catalogue("litellm")):
        voice.says(night(1), *market(chance, MODELS[:12]), doubted(MODELS[0]))
    world.follow(home)
    monkeypatch.setattr(touching, "AT_ONCE", 5)
    names = (
        "evidence.model_choices",
        "evidence.price_doubts",
        "evidence.prices_said",
        "core.offers",
        "quality.conflicts",
    )
    with database.opened(home.warehouse) as connection:
        assert touching._parts(connection) > 1
        for name in names:
            connection.execute(f"create temp table whole as from {name}")
            connection.execute(f"delete from {name}")
            touching._make_in_parts(connection, all_tables()[name], touching._parts(connection))
            both = f"(from whole except all from {name}) union all (from {name} except all from whole)"
            assert connection.sql(f"select count(*) from ({both})").fetchall() == [(0,)], name
            connection.execute("drop table temp.whole")


def test_what_is_set_aside_for_some_models_is_made_anew_for_others(world: World, home: Home) -> None:
    world.seller("openai", "maker").says(night(1), priced("gpt-5", "1.25", "10"), priced("gpt-4o", "2.5", "10"))
    world.follow(home)
    declared = all_tables()["evidence.model_choices"]
    with database.opened(home.warehouse, read_only=True) as connection:
        assert database.attach(connection, home.warehouse)
        for models in (["gpt-5"], ["gpt-5"], ["gpt-4o"], ["gpt-4o", "gpt-5"]):
            touching._touch(connection, models)
            touching._set_aside(connection, declared, ("", "before."))
            for each in ("touched_models", "touched_evidence_standing"):
                found = connection.sql(f"select distinct model_id from {each} order by model_id").fetchall()
                assert [model for (model,) in found] == models
        touching.forget(connection)
        assert not connection.sql("select 1 from duckdb_tables() where temporary").fetchall()
