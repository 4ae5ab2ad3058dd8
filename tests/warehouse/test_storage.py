"""A data folder on an object store: nothing lost, nothing torn, one writer, wherever a night or the store dies."""

import json
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.stores import KEYS, Dying, Killed, keyed, on_machine, s3_on_loopback
from warehouse.evidence.snapshots import Snapshots
from warehouse.home import Busy, Home, Unusable, alone
from warehouse.storage import copy
from warehouse.storage import latest as latests
from warehouse.storage.copy import freshened
from warehouse.storage.latest import Lease, Lost
from warehouse.storage.store import Store, opened


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_on_loopback() as endpoint:
        yield endpoint


@pytest.fixture(params=["memory", "file", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of each kind, empty."""
    if request.param == "s3":
        keyed(monkeypatch, request.getfixturevalue("s3"))
        return f"s3://almanac/{tmp_path.name}"
    return f"file://{tmp_path}/store" if request.param == "file" else f"memory://{tmp_path.name}"


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return f"memory://{tmp_path}"


@pytest.fixture
def quick_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory, where there is one: hundreds of small nights wait for a disk for minutes."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every lease that is not renewed has run out."""
    monkeypatch.setattr(Store, "now", lambda _: datetime.now(UTC) + timedelta(hours=1))


# a small night: the same files in the same order as a real one --------------------------------------------------------


ROOM = ("obstore", "warehouse.storage")

IN_AN_EDITION = ("models/acme.json", "core.models.parquet", "changes.json", ".next.json", "almanac.duckdb")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def ask(home: Home, number: int) -> None:
    write(home.snapshots / "ab" / f"ab{number}.gz", f"body {number}")
    write(home.ledger / f"run-{number}.jsonl", f'{{"asked": {number}}}\n')
    write(home.observations / "acme" / "v1" / f"{number}.parquet", f"read {number}")
    write(home.observations / "acme" / "v1" / f"{number}.json", "[]")


def publish(home: Home, number: int) -> None:
    folder = home.editions / f"2026-08-{number:02}-abc"
    for name in IN_AN_EDITION:
        write(folder / name, f"{name} of {number}")
    write(folder / "manifest.json", json.dumps({"as_of": f"2026-08-{number:02}T23:00:00Z"}))
    home.warehouse.parent.mkdir(exist_ok=True)
    home.warehouse.unlink(missing_ok=True)
    os.link(folder / "almanac.duckdb", home.warehouse)
    home.published.parent.mkdir(exist_ok=True)
    with open(home.published, "a") as lines:
        lines.write(f'{{"model_id": "acme/{number}"}}\n')
    home.latest.unlink(missing_ok=True)
    home.latest.symlink_to(Path("editions") / folder.name)
    write(home.freshness, f"fresh on {number}")


def night(home: Home, number: int, held: Callable[[], Any] = lambda: None) -> None:
    with alone(home):
        ask(home, number)
        copy.of(home).send_evidence()
        held()
        publish(home, number)
        copy.of(home).send()
        write(home.root / "status.json", f"night {number}")


def of(home: Home, *kinds: str) -> dict[str, str]:
    """What a folder holds of these kinds, as text."""
    return {
        path.relative_to(home.root).as_posix(): path.read_text()
        for kind in kinds
        for path in sorted(home.root.glob(kind))
        if path.is_file()
    }


PUBLISHED = ("editions/*/**/*", "warehouse/almanac.duckdb", "published/*", "freshness.json", "status.json")


def edition(home: Home) -> int:
    """The number of the edition `latest` leads to; everything of it is as that night made it."""
    number = int(home.latest.resolve().name[8:10])
    found = of(home, "latest/**/*", "warehouse/almanac.duckdb", "freshness.json", "published/*")
    assert found == {
        **{f"latest/{each}": f"{each} of {number}" for each in IN_AN_EDITION},
        "latest/manifest.json": json.dumps({"as_of": f"2026-08-{number:02}T23:00:00Z"}),
        "warehouse/almanac.duckdb": f"almanac.duckdb of {number}",
        "freshness.json": f"fresh on {number}",
        "published/models.jsonl": "".join(f'{{"model_id": "acme/{each}"}}\n' for each in range(1, number + 1)),
    }
    return number


def read_on_a_new_machine(cache: Path, address: str) -> int:
    """The edition that somebody sees who has nothing yet; 0 where nothing is published."""
    with on_machine(cache, address) as home:
        freshened(home, lambda latest: [latest.edition])
        return edition(home) if home.latest.exists() else 0


# what a night leaves --------------------------------------------------------------------------------------------------


def test_another_machine_goes_on_from_what_a_night_sent(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as one:
        night(one, 1)
        sent = of(one, *PUBLISHED, "ledger/*", "observations/*/*/*")
    with on_machine(tmp_path / "two", address) as two:
        with alone(two):
            assert of(two, *PUBLISHED, "ledger/*", "observations/*/*/*") == sent
            assert not list(two.snapshots.glob("*/*"))
            assert "ab1" in Snapshots.of(two)
        night(two, 2)
    with on_machine(tmp_path / "one", address) as one:
        night(one, 3)
        assert edition(one) == 3
        assert len(list(one.ledger.iterdir())) == 3


def test_a_night_on_the_store_is_the_same_as_on_a_folder(address: str, tmp_path: Path) -> None:
    local = Home(tmp_path / "local")
    with alone(local):
        ask(local, 1)
        publish(local, 1)
    with on_machine(tmp_path / "one", address) as one:
        night(one, 1)
    with on_machine(tmp_path / "two", address) as two, alone(two):
        kinds = ("editions/*/**/*", "warehouse/almanac.duckdb", "published/*", "freshness.json", "ledger/*")
        assert of(two, *kinds) == of(local, *kinds)


def test_what_a_night_did_not_change_is_not_sent_again(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as home:
        night(home, 1)
        dying = copy.of(home).store = Dying(copy.of(home).store, 10**6, False)  # type: ignore[assignment]
        with alone(home):
            pass
    assert sorted(dying.calls) == [
        "get",
        *["listed"] * 4,
        *["replace"] * 2,
    ]  # the lease taken and given back, four lists


def test_a_body_is_brought_when_it_is_read_and_only_then(address: str, tmp_path: Path) -> None:
    body = b"what a page said"
    with on_machine(tmp_path / "one", address) as one, alone(one):
        sha = Snapshots.of(one).keep(body)
    with on_machine(tmp_path / "two", address) as two, alone(two):
        snapshots = Snapshots.of(two)
        assert sha in snapshots
        assert not snapshots.path(sha).exists()
        assert snapshots.read(sha) == body
        assert snapshots.path(sha).exists()
        assert sha256(b"never seen").hexdigest() not in snapshots


def test_a_body_that_is_damaged_in_the_store_is_asked_for_anew_and_takes_its_place(memory: str, tmp_path: Path) -> None:
    body = b"what a page said"
    with on_machine(tmp_path / "one", memory) as one, alone(one):
        sha = Snapshots.of(one).keep(body)
    store = opened(memory, "")
    store.put(f"snapshots/{sha[:2]}/{sha}.gz", b"damaged")
    with on_machine(tmp_path / "two", memory) as two, alone(two):
        snapshots = Snapshots.of(two)
        with pytest.raises(ValueError, match="does not hold the bytes"):
            snapshots.read(sha)
        snapshots.set_aside(sha)
        assert sha not in snapshots
        snapshots.keep(body)
    with on_machine(tmp_path / "three", memory) as three, alone(three):
        assert Snapshots.of(three).read(sha) == body


def test_what_is_removed_from_the_copy_goes_from_the_store(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as one:
        night(one, 1)
        night(one, 2)
    with on_machine(tmp_path / "two", address) as two:
        with alone(two):
            (two.ledger / "run-1.jsonl").unlink()
            for gone in (
                two.editions / "2026-08-01-abc",
                two.ledger / "run-1.jsonl",
                two.observations / "acme" / "v1",
                two.snapshots / "ab" / "ab1.gz",
            ):
                copy.of(two).removed(gone)
        left = {name for name in copy.of(two).store.listed("") if not name.startswith(("versions/", ".lock"))}
        assert left == {
            "latest.json",
            "ledger/run-2.jsonl",
            "snapshots/ab/ab2.gz",
            *(f"editions/2026-08-02-abc/{each}" for each in (*IN_AN_EDITION, "manifest.json")),
        }
    with on_machine(tmp_path / "one", address) as one, alone(one):
        assert edition(one) == 2
        assert [each.name for each in one.editions.iterdir()] == ["2026-08-02-abc"]


def test_versions_of_files_that_nobody_can_be_led_to_any_more_are_removed(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as home:
        for number in range(1, 6):
            night(home, number)
        latest = latests.read(copy.of(home).store)
        assert latest
        kept = {file.object for file in latest.files.values() if file.object.startswith("versions/")} | {
            name for name in latest.replaced if name.startswith("versions/")
        }
        assert set(copy.of(home).store.listed("versions")) == kept
        assert latest.files["warehouse/almanac.duckdb"].object == "editions/2026-08-05-abc/almanac.duckdb"


# kills ----------------------------------------------------------------------------------------------------------------


def calls_of_a_night(address: str, cache: Path) -> int:
    with on_machine(cache, address) as home:
        night(home, 1)
        counted = copy.of(home).store = Dying(copy.of(home).store, 10**6, False)  # type: ignore[assignment]
        night(home, 2)
    return len(counted.calls)


@pytest.mark.parametrize("heals_on", ["the same machine", "another machine"])
def test_a_night_killed_at_any_call_of_the_store_leaves_it_whole_and_loses_nothing(
    heals_on: str, memory: str, quick_disk: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy, "AT_ONCE", 1)
    for turn in range(1, calls_of_a_night(f"{memory}/counted", quick_disk / "counted") + 1):
        address, caches = f"{memory}/{turn}", quick_disk / str(turn)
        with on_machine(caches / "one", address) as home:
            night(home, 1)
            copy.of(home).store = Dying(copy.of(home).store, turn, False)  # type: ignore[assignment]
            with pytest.raises(Killed):
                night(home, 2)
            had_asked = (home.ledger / "run-2.jsonl").exists()
        assert read_on_a_new_machine(caches / "reader", address) in (1, 2)
        with on_machine(caches / ("one" if heals_on == "the same machine" else "two"), address) as home:
            was_sent = "ledger/run-2.jsonl" in copy.of(home).store.listed("ledger")
            with alone(home):
                if edition(home) == 1:
                    publish(home, 2)
            night(home, 3)
            runs = {path.stem for path in home.ledger.iterdir()}
            assert runs == {"run-1", "run-3"} | (
                {"run-2"} if was_sent or (had_asked and heals_on == "the same machine") else set()
            )
            assert set(copy.of(home).store.listed("ledger")) == {f"ledger/{run}.jsonl" for run in runs}
            assert len({name.split("/")[1] for name in copy.of(home).store.listed("editions")}) == 3
        assert read_on_a_new_machine(caches / "last", address) == 3


@pytest.mark.parametrize(("passes", "is_done"), [(False, False), (True, True)], ids=["for good", "for one answer"])
def test_a_store_that_dies_at_any_call_of_a_night_is_whole_and_healed_by_the_next(
    is_done: bool, passes: bool, memory: str, quick_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy, "AT_ONCE", 1)
    for turn in range(1, calls_of_a_night(f"{memory}/counted", quick_disk / "counted") + 1):
        address, caches = f"{memory}/{turn}", quick_disk / str(turn)
        with on_machine(caches / "one", address) as home:
            night(home, 1)
            real = copy.of(home).store
            copy.of(home).store = Dying(real, turn, is_done, Unusable("away"), passes)  # type: ignore[assignment]
            with suppress(Unusable):
                night(home, 2)
            copy.of(home).store = real
            assert read_on_a_new_machine(caches / "reader", address) in (1, 2)
        with on_machine(caches / "one", address) as home:
            with alone(home):
                if edition(home) == 1:
                    publish(home, 2)
            night(home, 3)
        assert read_on_a_new_machine(caches / "last", address) == 3


def publish_as_the_store_goes_away(home: Home, number: int) -> None:
    publish(home, number)
    copy.of(home).store = Dying(copy.of(home).store, 0, False, Unusable("away"))  # type: ignore[assignment]


def test_an_edition_that_could_not_be_sent_is_sent_with_the_one_made_after_it(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as home:
        night(home, 1)
        real = copy.of(home).store
        with pytest.raises(Unusable, match="away"), alone(home):
            publish_as_the_store_goes_away(home, 2)
        copy.of(home).store = real
        assert {name.split("/")[1] for name in real.listed("editions")} == {"2026-08-01-abc"}
        night(home, 3)
        assert {name.split("/")[1] for name in real.listed("editions")} == {
            f"2026-08-0{number}-abc" for number in (1, 2, 3)
        }
    with on_machine(tmp_path / "two", memory) as two, alone(two):
        assert (two.editions / "2026-08-02-abc" / "changes.json").read_text() == "changes.json of 2"
        assert edition(two) == 3


def test_a_copy_whose_mark_is_damaged_says_what_to_do(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as home:
        for damaged in (b"", b"[]", b"{}"):
            home.mark.write_bytes(damaged)
            with pytest.raises(Unusable, match="is damaged: remove"):
                copy.of(home)


# the lease ------------------------------------------------------------------------------------------------------------


def test_while_one_machine_is_at_work_another_is_refused_and_told_where(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as one, alone(one), on_machine(tmp_path / "two", address) as two:
        with pytest.raises(Busy) as refused, alone(two):
            pass
        assert str(refused.value).startswith(
            f"another refresh is at work on {address}, on {socket.gethostname()}; where"
        )


def test_the_lease_of_a_machine_that_died_is_taken_over_once_it_has_run_out_by_the_stores_clock(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_machine(tmp_path / "one", address) as one:
        lease = Lease(copy.of(one).store, "dead")
        lease.latest, _ = lease._taken()
    written = copy.of(one).store.get(latests.NAME)
    assert written
    with on_machine(tmp_path / "two", address) as two:
        runs_out = written.written_at + timedelta(seconds=latests.SECONDS + latests.COARSE)
        monkeypatch.setattr(Store, "now", lambda _: runs_out - timedelta(seconds=1))
        with pytest.raises(Busy, match="runs out in 1 seconds"), alone(two):
            pass
        monkeypatch.setattr(Store, "now", lambda _: runs_out)
        with alone(two):
            pass


def test_a_machine_whose_night_died_takes_its_own_lease_back_at_once(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as one:
        Lease(copy.of(one).store, copy.of(one)._mark()["owner"])._taken()
        night(one, 1)
    assert read_on_a_new_machine(tmp_path / "reader", address) == 1


def test_the_clock_is_the_stores(address: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", address) as one:
        store = copy.of(one).store
        assert abs(store.now() - datetime.now(UTC)) < timedelta(seconds=5)
        assert store.listed("") == {}


def test_a_night_that_lost_its_lease_publishes_nothing_and_its_evidence_is_kept(
    address: str, tmp_path: Path, later: None
) -> None:
    def overtaken(home: Home) -> None:
        with on_machine(tmp_path / "two", address) as two:
            night(two, 2)

    with on_machine(tmp_path / "one", address) as one:
        night(one, 1)
        with pytest.raises(Lost, match="this one publishes nothing"):
            night(one, 4, lambda: overtaken(one))
        assert "ledger/run-4.jsonl" in copy.of(one).store.listed("ledger")
        assert {each.split("/")[1] for each in copy.of(one).store.listed("editions")} == {
            "2026-08-01-abc",
            "2026-08-02-abc",
        }
        night(one, 3)
        assert edition(one) == 3
        assert {path.stem for path in one.ledger.iterdir()} == {"run-1", "run-2", "run-3", "run-4"}


def test_a_lease_is_renewed_while_a_night_works(memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latests, "SECONDS", 0.02)
    with on_machine(tmp_path / "one", memory) as one, alone(one):
        store = copy.of(one).store
        beats = set()
        waits = threading.Event()
        for _ in range(1000):
            latest = latests.read(store)
            assert latest
            beats.add(latest.beat)
            if len(beats) > 3:
                break
            waits.wait(0.005)
        assert len(beats) > 3


def test_many_that_begin_at_once_are_one_night(address: str, tmp_path: Path) -> None:
    store = opened(address, os.environ.get("AWS_ENDPOINT_URL", "") if address.startswith("s3") else "")
    began, held, all_began = [], [], threading.Barrier(6)

    def begin(number: int) -> None:
        all_began.wait()
        try:
            with Lease(store, f"machine {number}"):
                began.append(number)
                all_began.wait()
        except Busy:
            held.append(number)
            all_began.wait()

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(began), len(held)) == (1, 5)


class Careless(Store):
    """A store that takes conditional puts for any other."""

    def replace(self, name: str, content: bytes, version: Any) -> Any:
        self.put(name, content)
        return version


def test_a_store_that_does_not_keep_to_conditional_puts_is_refused(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        kept = copy.of(one).store
        copy.of(one).store = careless = Careless(memory, kept._objects)
        with pytest.raises(Unusable, match="does not keep to conditional puts"), alone(one):
            pass
        assert careless.listed("") == {}


# who reads ------------------------------------------------------------------------------------------------------------


def test_a_reader_gets_what_is_published_and_goes_on_with_its_copy_when_the_store_is_gone(
    address: str, tmp_path: Path
) -> None:
    with on_machine(tmp_path / "one", address) as one:
        night(one, 1)
    with on_machine(tmp_path / "reader", address) as reader:
        assert freshened(reader) == ""
        assert of(reader, "warehouse/*", "status.json") == {
            "status.json": "night 1",
            "warehouse/almanac.duckdb": "almanac.duckdb of 1",
        }
        assert not list(reader.editions.glob("*"))
        copy.of(reader).store = Dying(copy.of(reader).store, 0, False, Unusable("the store is away"))  # type: ignore[assignment]
        assert freshened(reader).startswith("the store is away; this is from the copy of 20")
    with on_machine(tmp_path / "new", address) as new:
        copy.of(new).store = Dying(copy.of(new).store, 0, False, Unusable("the store is away"))  # type: ignore[assignment]
        with pytest.raises(Unusable, match=r"^the store is away$"):
            freshened(new)


def test_a_reader_whose_file_is_replaced_meanwhile_gets_the_new_one(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        night(one, 1)
        old = latests.read(copy.of(one).store)
        for number in (2, 3, 4):
            night(one, number)
        assert old
        assert {each.object for each in old.files.values()} - set(copy.of(one).store.listed("")) != set()
    real = latests.read
    told = iter([old])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latests, "read", lambda store: next(told, None) or real(store))
        assert read_on_a_new_machine(tmp_path / "reader", memory) == 4


def test_a_reader_does_not_disturb_the_night_of_its_own_machine(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        night(one, 1)
        with alone(one):
            write(one.freshness, "half way")
            assert freshened(one) == ""
            assert one.freshness.read_text() == "half way"


# addresses and keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIDENT:s3cret@bucket/prefix",
        "s3://s3cret@bucket",
        "s3://bucket/prefix?X-Amz-Signature=s3cret",
        "s3://bucket#s3cret",
    ],
)
def test_an_address_with_a_key_in_it_is_refused_and_not_repeated(address: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="keys are told by the environment") as refused, on_machine(tmp_path, address):
        pass
    assert "s3cret" not in str(refused.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["s3://", "http://bucket.example/x", "ftp://host/x"])
def test_an_address_that_is_no_store_is_refused_in_one_sentence(address: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"^ALMANAC_HOME"), on_machine(tmp_path, address) as home, alone(home):
        pass


def test_keys_go_over_plain_http_to_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyed(monkeypatch, "http://store.example:9000")
    with (
        pytest.raises(Unusable, match="keys go over plain http to this machine only"),
        on_machine(tmp_path, "s3://b/p") as home,
        alone(home),
    ):
        pass


def test_no_key_is_in_the_copy_in_the_store_or_in_an_error(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(monkeypatch, s3)
    with on_machine(tmp_path / "one", f"s3://almanac/{tmp_path.name}") as home:
        night(home, 1)
        kept = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
        found = copy.of(home).store.get(latests.NAME)
        assert found
        for secret in (KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]):
            assert secret.encode() not in kept + found.content
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("warehouse.storage.store.RETRIES", {"max_retries": 0})
    with on_machine(tmp_path / "two", "s3://almanac/x") as home, pytest.raises(Unusable) as refused, alone(home):
        pass
    assert str(refused.value) == "s3://almanac/x cannot be reached"


def test_the_same_address_at_another_endpoint_is_another_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = set()
    for port in (9000, 9001):
        keyed(monkeypatch, f"http://127.0.0.1:{port}")
        with on_machine(tmp_path, "s3://bucket/prefix") as home:
            roots.add(home.root)
    assert len(roots) == 2
    with pytest.raises(Unusable, match="at another endpoint"):
        copy.of(
            Home(
                min(
                    roots,
                    key=lambda root: (
                        json.loads((root / "store.json").read_bytes())["place"] == copy.place("s3://bucket/prefix")
                    ),
                )
            )
        )


def test_a_copy_of_one_catalogue_is_not_mixed_with_another(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        night(one, 1)
        copy.of(one).store.remove(copy.of(one).store.listed(""))
    with on_machine(tmp_path / "two", memory) as two:
        night(two, 1)
    with (
        on_machine(tmp_path / "one", memory) as one,
        pytest.raises(Unusable, match="holds another catalogue"),
        alone(one),
    ):
        pass


def test_a_store_that_lost_everything_gets_it_back_from_the_copy(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        night(one, 1)
        copy.of(one).store.remove(copy.of(one).store.listed(""))
        with alone(one):
            pass
    assert read_on_a_new_machine(tmp_path / "reader", memory) == 1


def test_names_in_the_store_lead_nowhere_but_into_the_copy(memory: str, tmp_path: Path) -> None:
    with on_machine(tmp_path / "one", memory) as one:
        night(one, 1)
        latest = latests.read(copy.of(one).store)
        assert latest
        outside = {
            "../escaped": latest.files["freshness.json"],
            "warehouse/building/unfinished": latest.files["freshness.json"],
        }
        with Lease(copy.of(one).store, "x") as lease:
            lease.write(lambda each: latests.changed(each, version="new", files={**each.files, **outside}))
    with on_machine(tmp_path / "two", memory) as two:
        freshened(two)
        assert not (two.root.parent / "escaped").exists()
        assert not (two.root / "warehouse/building").exists()


def test_a_folder_of_its_own_needs_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(ROOM)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "home"))
    home = Home.from_environment()
    with alone(home):
        assert "ab" * 32 not in Snapshots.of(home)
    assert [name for name in sys.modules if name.startswith(ROOM)] == []
