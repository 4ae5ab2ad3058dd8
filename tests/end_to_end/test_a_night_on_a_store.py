"""The same night on a folder and on an S3: the same edition, on whichever machine."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.graph.sending import evidence_sent, sent
from tests.end_to_end.mirror import World
from tests.end_to_end.nights import SECOND, copied, passed
from tests.end_to_end.world_changes import a_price_changes
from tests.stores import BUCKET, Dying, keyed, on_machine, s3_on_loopback
from warehouse.home import Home, Unusable, alone
from warehouse.storage import copy
from warehouse.storage import latest as latests

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

ADDRESS = f"s3://{BUCKET}/catalogue"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_on_loopback() as endpoint, pytest.MonkeyPatch.context() as patch:
        keyed(patch, endpoint)
        yield endpoint


def edition(home: Home) -> dict[str, bytes]:
    """Every file of the newest edition but the DuckDB file, which is written otherwise each time."""
    return {
        path.relative_to(home.latest).as_posix(): path.read_bytes()
        for path in home.latest.rglob("*")
        if path.is_file() and not path.name.startswith("almanac.duckdb")
    }


def other_files(home: Home, than: Home) -> list[str]:
    """The names of files that are not the same in the newest editions of the two."""
    ours, theirs = edition(home), edition(than)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def test_a_night_on_an_s3_goes_on_on_another_machine_and_is_the_same_edition_as_on_a_folder(
    s3: str, world: World, one_night: Home, two_nights: Home, tmp_path: Path
) -> None:
    with on_machine(tmp_path / "one", ADDRESS) as one, alone(one):
        copied(one_night, one.root)
    a_price_changes(world)
    with on_machine(tmp_path / "two", ADDRESS) as two:
        with alone(two):
            assert not list(two.snapshots.glob("*/*"))
            passed(two, SECOND)
        assert two.latest.resolve().name == two_nights.latest.resolve().name
        assert other_files(two, two_nights) == []
        assert {each.name for each in two.ledger.iterdir()} > {each.name for each in one.ledger.iterdir()}
        told = latests.read(copy.of(two).store)
        assert told
        assert list(told.editions) == [each.latest.resolve().name for each in (one_night, two_nights)]


def test_a_store_that_goes_away_fails_the_night_in_one_sentence_and_the_next_sends_what_it_made(
    s3: str, one_night: Home, tmp_path: Path
) -> None:
    with on_machine(tmp_path / "one", "memory://away") as home, alone(home):
        store = copy.of(home).store
        copied(one_night, home.root)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(copy.of(home), "store", Dying(store, 0, False, Unusable("memory://away cannot be reached")))
            told: list[str] = []
            evidence_sent(home, told.append)
            assert told == ["evidence was not sent, and is with what is published: memory://away cannot be reached"]
            with pytest.raises(dg.Failure, match="memory://away cannot be reached") as failed:
                sent(home)
            assert failed.value.allow_retries is False
        assert store.listed("editions") == {}
        sent(home)
        assert {name.split("/")[1] for name in store.listed("editions")} == {one_night.latest.resolve().name}
