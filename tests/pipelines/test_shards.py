"""A night in shards: every address in one of them, a host at one worker, and nothing lost or doubled by one that dies."""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import msgspec
import pytest

from pipelines.graph import spreading
from pipelines.graph.sources import rounds
from pipelines.night import shards
from pipelines.night.night import Night, frozen
from pipelines.night.shards import Done, Shard
from sources.contract import Source
from sources.transport.addresses import family, host_of
from tests.end_to_end.mirror import World, mirrored
from tests.end_to_end.nights import FEW, FIRST, few_sources, pages, quick_on
from tests.stores import Killed
from warehouse import building, database, following
from warehouse.evidence.attempts import CONFIRMING
from warehouse.evidence.handed import Bench, Handed, attempts_of
from warehouse.home import Home

RUN = "a-run"


@pytest.fixture(scope="module")
def few() -> Iterator[World]:
    with few_sources(FEW), mirrored(pages()) as world, quick_on(world.url):
        yield world


@pytest.fixture
def night(few: World, tmp_path: Path) -> Night:
    few.heals()
    few.mirror.asked.clear()
    return begun(Home(tmp_path / "home"))


def begun(home: Home, run_id: str = "one") -> Night:
    return replace(Night.begin(home, frozen(FIRST), run_id=run_id), goes_on=True)


def first_round() -> tuple[Source, ...]:
    return rounds()[0]


def cut(night: Night, at_most: int = 4) -> list[Shard]:
    night.unpack(first_round())
    return shards.cut(night, first_round(), RUN, 1, at_most, FIRST)


def addresses(found: list[Shard]) -> list[tuple[str, str]]:
    return [(each.source_id, each.url) for shard in found for each in shard.addresses]


def asked(night: Night) -> Counter[tuple[str, str]]:
    rows = night.ledger.of_this_run()
    return Counter((row["source_id"], row["url"]) for row in rows if row["source_id"] in FEW)


def handed_over(handed: Handed) -> list[Mapping[str, Any]]:
    names = [each for each in handed.names("shards") if each.endswith(".jsonl")]
    return [row for name in names for row in attempts_of(handed.get(name))]


def test_every_address_is_in_one_shard_and_a_host_with_its_family_in_one_alone(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "FEW", 1)
    wanted = sorted((each.source_id, each.url) for each in night.requests(first_round()))
    behind_a_mirror = cut(night)
    assert sorted(addresses(behind_a_mirror)) == wanted
    night.settings = replace(night.settings, mirror="")
    found = cut(night)
    assert sorted(addresses(found)) == wanted
    assert len(found) > 1
    families = [{family(host_of(url)) for _, url in addresses([each])} for each in found]
    assert sum(map(len, families)) == len(set().union(*families))
    assert family("platform.openai.com") == family("developers.openai.com") != family("openai.com")
    assert family("docs.anthropic.com") == family("platform.claude.com")


def test_a_shard_names_no_key(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = f"sk-{secrets.token_hex(8)}"
    for source in night.sources.values():
        if source.key_variable:
            monkeypatch.setenv(source.key_variable, secret)
    assert secret.encode() not in msgspec.json.encode(cut(night))


def test_the_work_of_all_shards_is_the_work_of_one_process(night: Night, tmp_path: Path) -> None:
    alone = begun(Home(tmp_path / "alone"))
    for sources in rounds():
        alone.unpack(sources)
        alone.ask(sources)
        alone.read(sources)
    handed = Handed(night.home)
    for number, sources in enumerate(rounds(), 1):
        night.unpack(sources)
        for shard in shards.cut(night, sources, RUN, number, 3, FIRST):
            shards.do(shard, handed)
        handed.remove(shards.take(night, handed, RUN))
    assert asked(night) == asked(alone)
    assert not night.home.shards.exists()
    assert [documents for _, documents in night.due(night.sources.values()) if documents] == []
    for source_id in FEW:
        version = night.version(source_id)
        assert night.readings.index(source_id, version) == alone.readings.index(source_id, version)
    bodies = {path.name for path in alone.home.snapshots.rglob("*.gz")}
    assert {path.name for path in night.home.snapshots.rglob("*.gz")} == bodies


def test_what_a_worker_handed_over_before_it_died_is_not_asked_again_and_nothing_is_doubled(
    few: World, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shard,), handed, turns = cut(night, at_most=1), Handed(night.home), count(1)
    real = Bench.hand_over

    def dies(self: Bench, lines: str) -> None:
        if next(turns) == 3:
            raise Killed
        real(self, lines)

    monkeypatch.setattr(shards, "HANDED_EVERY", 0.0)
    with monkeypatch.context() as dying:
        dying.setattr(Bench, "hand_over", dies)
        with pytest.raises(Killed):
            shards.do(shard, handed)
    came = {row["url"] for row in handed_over(handed) if row["outcome"] in CONFIRMING}
    assert came
    few.mirror.asked.clear()
    shards.do(shard, handed)
    assert came.isdisjoint(few.mirror.urls)
    taken = shards.take(night, handed, RUN)
    first = asked(night)
    assert set(first) == set(addresses([shard]))
    shards.take(night, handed, RUN)  # whoever took it died before it was removed
    assert asked(night) == first
    another = begun(night.home, "two")  # and so did the run
    shards.take(another, handed, "another-run")
    assert asked(another) == Counter()
    assert len(taken) == 2


def test_what_a_run_that_ended_too_soon_had_asked_is_in_the_next_ones_ledger(night: Night) -> None:
    handed = Handed(night.home)
    for shard in cut(night):
        shards.do(shard, handed)
    later = begun(night.home, "two")
    shards.take(later, handed, "another-run")
    assert set(asked(later)) >= set(addresses(cut(night)))
    assert {row["run_id"] for row in later.ledger.of_this_run()} == {later.run_id}


def test_the_build_asks_and_reads_what_no_worker_has(few: World, night: Night) -> None:
    handed, found = Handed(night.home), cut(night)
    for shard in found[1:]:
        shards.do(shard, handed)
    shards.take(night, handed, RUN)
    few.mirror.asked.clear()
    last = night.ask(first_round())
    assert sorted((each.source_id, each.url) for each in last) == sorted(addresses(found))
    assert {url for url in few.mirror.urls if not url.endswith("/robots.txt")} <= {
        url for _, url in addresses(found[:1])
    }
    night.read(first_round())
    assert [documents for _, documents in night.due(first_round()) if documents] == []


def test_a_document_that_two_workers_read_counts_once(night: Night) -> None:
    (shard,), handed = cut(night, at_most=1), Handed(night.home)
    shards.do(shard, handed)
    for name in handed.names("shards"):
        handed.remove([name])
    ((source_id, _),) = Counter(each.source_id for each in shard.addresses).most_common(1)
    last = [each for each in shard.addresses if each.source_id == source_id][-1]
    others = tuple(each for each in shard.addresses if each != last)
    shards.do(msgspec.structs.replace(shard, addresses=others), handed)
    shards.take(night, handed, RUN)
    batches = {file for file, _ in night.readings.read(source_id, night.version(source_id))}
    assert len(batches) == 2
    following.begin(night.home)
    with database.opened(night.home.work_file) as connection:
        building.follow(connection, building.steps()[0], night.material)
        ((said,),) = connection.sql("select count(*) from said").fetchall()
        ((observations,),) = connection.sql(
            "select sum(observations) from documents semi join due using (source_id, scope, snapshot_sha256, parser_version)"
        ).fetchall()
    assert said == observations > 0


def test_a_source_that_breaks_a_worker_is_told_and_left_to_the_build(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shard,) = cut(night, at_most=1)
    real = Night.read_these

    def breaks(self: Night, source: Source, documents: list[tuple[str, str]]) -> object:
        if source.id == "models_dev":
            raise OSError("no room")
        return real(self, source, documents)

    monkeypatch.setattr(Night, "read_these", breaks)
    done = shards.do(shard, Handed(night.home))
    assert done.stopped == {"models_dev": "OSError: no room"}
    assert set(done.read) >= {"openai_pricing", "openrouter_models"}


def test_a_shard_that_fails_every_time_fails_no_run(
    few: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few.heals()
    home, turns = Home(tmp_path), Counter[str]()

    def fails(shard: Shard, _: Handed) -> Done:
        turns[shard.name] += 1
        raise OSError("the disk of this worker is full")

    monkeypatch.setattr(shards, "do", fails)
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)
    steps = [f"{step}_{number}" for number in range(1, len(rounds()) + 1) for step in ("plan_round", "ask_and_read")]
    chosen = {"home": str(home.root)}
    done = spreading.job(dg.in_process_executor).execute_in_process(
        run_config={
            "resources": {
                "spread": {"config": {**chosen, "as_of": FIRST.isoformat()}},
                "shelf": {"config": chosen},
            },
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        op_selection=steps,
    )
    assert done.success
    assert set(turns.values()) == {spreading.TRIES}
