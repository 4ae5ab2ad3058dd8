"""A ledger says the same whichever way it lies on disk: as lines, as Parquet months, as both, after any interruption."""

import itertools
import json
import os
import random
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.graph import documents
from tests.warehouse.test_following import MODELS, market, one_night
from tests.warehouse.test_ledger import attempt, with_its_tables
from tests.warehouse.world import World, doubted, night
from warehouse.evidence import claims, ledger, months, newest
from warehouse.evidence.attempts import COLUMNS, CONFIRMING
from warehouse.evidence.claims import load_ledger
from warehouse.evidence.ledger import Ledger, Until
from warehouse.home import Unusable
from warehouse.schemas.raw import OUTCOMES

SEEDS = range(int(os.environ.get("ALMANAC_HISTORIES", "2")))

BEGAN = datetime(2026, 1, 3, 2, tzinfo=UTC)


def stamped(at: datetime, name: str) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-{name}"


def any_history(folder: Path, chance: random.Random, *, runs: int = 20) -> None:
    """Runs over some months, with all that a ledger may hold: retries, ties, late readings, torn and empty files."""
    addresses = [f"https://s{number % 2}.example/{number}" for number in range(4)]
    said = {url: any_answer(url, chance) for url in addresses}
    numbered, at = itertools.count(), BEGAN
    for number in range(runs):
        run = Ledger(folder, stamped(at, f"{number:02}"))
        for url in chance.sample(addresses, chance.randint(1, len(addresses))):
            if chance.random() < 0.3:
                said[url] = any_answer(url, chance)
            late = timedelta(days=chance.choice((*[0] * 12, 45)))
            more = {"started_at": at - late, "finished_at": chance.choice((at, None)), "attempt": chance.randint(1, 2)}
            run.record(attempt(next(numbered), source_id=url[8:10], url=url, **said[url], **more))
        if chance.random() < 0.2:
            with open(folder / f"{run.run_id}.jsonl", "a", encoding="utf-8") as lines:
                lines.write('{"fetch_id": "to')
        at += timedelta(days=chance.choice((0, 1, 9, 9)), hours=chance.choice((0, 1)))
    (folder / f"{stamped(at, 'empty')}.jsonl").touch()


def any_answer(url: str, chance: random.Random) -> dict[str, Any]:
    outcome = chance.choice([*OUTCOMES, *sorted(CONFIRMING) * 4])
    return {
        "outcome": outcome,
        "scope": chance.choice((url, url, url, f"{url}/live")),
        "sha256": f"sha-{chance.randint(1, 3)}" if outcome in CONFIRMING else None,
        "status": chance.choice((200, 304, 404, None)),
        "etag": chance.choice((None, "", '"é\u2028"')),
        "bytes": chance.choice((None, 0, 2**40)),
        "checked_on": chance.choice((None, None, BEGAN.date())),
        "error": chance.choice(("", 'said "no"\n\tthen \\ 🦙')),
    }


def tables(of: Ledger) -> dict[str, list[Any]]:
    """What a file made from nothing knows of a ledger."""
    with with_its_tables() as connection:
        load_ledger(connection, of)
        return {name: connection.sql(f"from {name} order by all").fetchall() for name in ("raw.fetches", "raw.runs")}


def told(folder: Path) -> dict[str, Any]:
    """Everything that is asked of a ledger."""
    one, end = Ledger(folder, ""), BEGAN + timedelta(days=40)
    return {
        "rows": list(one.rows()),
        "runs": list(one.runs().items()),
        "known": one.known(),
        "standing": list(one.standing()),
        "pages": pages(one),
        "until": tables(Until(one, end)),
        **tables(one),
    }


def pages(of: Ledger) -> dict[str, documents.Pages]:
    with of.opened() as connection:
        return documents.pages(connection)


def newest_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of attempts in the order of the ledger, those that stand, told plainly."""
    bodies: dict[tuple[str, ...], tuple[int, dict[str, Any]]] = {}
    last: dict[tuple[str, ...], tuple[int, dict[str, Any]]] = {}
    runs: dict[str, tuple[str, list[tuple[int, dict[str, Any]]]]] = {}
    for placed in enumerate(rows):
        _, row = placed
        source, outcome = row["source_id"], row["outcome"]
        if source not in runs or runs[source][0] < row["run_id"]:
            runs[source] = row["run_id"], []
        runs[source][1].append(placed)
        last[source, outcome] = placed
        if outcome in CONFIRMING:
            last[source, "", row["scope"]] = placed
            body = source, row["url"], row["scope"], row["sha256"], str(outcome == "packaged")
            if body not in bodies or bodies[body][1]["started_at"] <= row["started_at"]:
                bodies[body] = placed
    kept = dict(bodies.values()) | dict(last.values())
    for _, of_run in runs.values():
        kept |= dict(of_run)
    return [kept[place] for place in sorted(kept)]


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two ledgers say the same; names what they do not agree on."""
    differing = [name for name in one if one[name] != other[name]]
    assert differing == []
    return True


def rows_and_runs(folder: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    return list(Ledger(folder, "").rows()), Ledger(folder, "").runs()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def long(folder: Path) -> Path:
    """A ledger of some months, as lines."""
    any_history(folder, random.Random(7))
    return folder


def close_all(folder: Path, kept: int = 1) -> list[str]:
    of = Ledger(folder, "")
    due = of.months_to_close(kept)
    for month in due:
        of.close(month)
    return due


@pytest.mark.parametrize("seed", SEEDS)
def test_any_ledger_says_the_same_as_lines_as_parquet_and_as_both(seed: int, folder: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    any_history(folder, chance)
    lines = shutil.copytree(folder, tmp_path / "lines" / "ledger")
    before = told(lines)
    assert before["standing"] == newest_of(before["rows"])
    assert list(Ledger(folder, "").standing()) == before["standing"]  # so that what is kept is older than the months
    assert close_all(folder)
    assert list(folder.glob("*.parquet"))
    assert same(before, told(folder))
    for path in chance.sample(sorted(lines.glob("*.jsonl")), 5):
        shutil.copyfile(path, folder / path.name)  # put back from a backup
    assert same(before, told(folder))
    close_all(folder, 0)
    assert same(before, told(folder))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_of_the_newest_and_of_what_came_since_is_what_is_kept_of_all(seed: int, folder: Path) -> None:
    any_history(folder, random.Random(seed))
    paths = sorted(folder.glob("*.jsonl"))
    random.Random(seed).shuffle(paths)
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.mkdir()
    for path in paths:  # an older run may turn up later
        shutil.copyfile(aside / path.name, folder / path.name)
        assert list(Ledger(folder, "").standing()) == newest_of(Ledger(folder, "").rows())


def test_a_night_reads_no_run_before_the_last_one_again(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_all(long)
    list(Ledger(long, "").standing())
    Ledger(long, stamped(BEGAN + timedelta(days=400), "last")).record(attempt(900))
    read: list[str] = []
    load = Ledger.load

    def listening(self: Ledger, connection: Any, name: str, runs: Iterable[str], **more: Any) -> None:
        read.extend(runs)
        load(self, connection, name, runs, **more)

    monkeypatch.setattr(Ledger, "load", listening)
    now = Ledger(long, stamped(BEGAN + timedelta(days=401), "now"))
    now.known()
    assert [run[-4:] for run in read] == ["last"]
    read.clear()
    now.record(attempt(901))
    for _ in range(2):
        now.known()
        pages(now)
    assert read == [now.run_id]


def test_what_a_night_records_is_known_to_it_at_once(long: Path) -> None:
    now = Ledger(long, stamped(BEGAN + timedelta(days=401), "now"))
    now.known()
    now.record(attempt(900, started_at=BEGAN + timedelta(days=401), sha256="new"))
    assert now.known()["acme", "https://acme.example/prices"].sha256 == "new"
    assert list(now.standing()) == newest_of(now.rows())


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[30] ^= 1
    path.write_bytes(content)


def _of_another_rule(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "rule": 0}), "utf-8")


@pytest.mark.parametrize("damage", [Path.unlink, _torn, _flipped, lambda path: path.write_bytes(b"\xff\0")])
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("is_closed", [False, True])
def test_what_is_kept_of_the_newest_is_made_anew_where_it_is_not_as_it_was_written(
    damage: Callable[[Path], None], which: int, is_closed: bool, long: Path
) -> None:
    if is_closed:
        close_all(long)
    header = Ledger(long, "").newest_file
    before = list(Ledger(long, "").standing())
    for change in (damage, *([_of_another_rule] if which == 0 else [])):
        kept = (header, newest.rows_of(header))
        written = [each.read_bytes() for each in kept]
        change(kept[which])
        assert list(Ledger(long, "").standing()) == before
        assert [each.read_bytes() for each in kept] == written


def test_what_is_kept_of_the_newest_is_made_anew_where_the_ledger_is_another(long: Path) -> None:
    def gone() -> None:
        (long / f"{run}.jsonl").unlink()

    def longer() -> None:
        Ledger(long, run).record(attempt(900))

    def rewritten() -> None:  # of the same length
        path = long / f"{run}.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"sha-1"', b'"sha-9"').replace(b'"sha-2"', b'"sha-9"'))

    for change in (longer, rewritten, gone):
        run = list(Ledger(long, "").runs())[5]
        list(Ledger(long, "").standing())
        change()
        assert list(Ledger(long, "").standing()) == newest_of(Ledger(long, "").rows())


def test_a_disk_with_no_room_for_what_is_kept_of_the_newest_stops_no_night(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(newest, "put", full)
    assert list(Ledger(long, "").standing()) == newest_of(Ledger(long, "").rows())
    assert not Ledger(long, "").newest_file.exists()


# --- interruptions ---------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


STEPS: dict[str, tuple[object, str]] = {
    "before Parquet is written": (months, "write"),
    "before its bytes are on the disk": (os, "fsync"),
    "before it is proven": (ledger, "_prove"),
    "before it has its name": (os, "replace"),
    "before lines go": (Path, "unlink"),
}


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("step", STEPS)
def test_a_death_between_the_steps_loses_and_doubles_nothing(
    step: str, nth: int, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_and_runs(long)
    owner, name = STEPS[step]
    goes_on, reached = getattr(owner, name), itertools.count(1)

    def deadly(*given: Any, **more: Any) -> Any:
        if next(reached) == nth:
            monkeypatch.undo()
            raise Killed
        return goes_on(*given, **more)

    monkeypatch.setattr(owner, name, deadly)
    with suppress(Killed):  # a step that is not reached so often kills nobody
        close_all(long)
    monkeypatch.undo()
    assert rows_and_runs(long) == before
    (long / ".2026-01.1.part").write_bytes(b"PAR1 half")  # what a process leaves that ends without a word
    close_all(long)
    assert rows_and_runs(long) == before
    assert Ledger(long, "").months_to_close(1) == []


def test_lines_that_would_not_come_back_as_they_are_stay(long: Path) -> None:
    path = sorted(long.glob("*.jsonl"))[0]
    path.write_bytes(path.read_bytes().replace(b"+00:00", b"+02:00", 1))
    before, files = rows_and_runs(long), sorted(long.iterdir())
    with pytest.raises(Unusable, match=f"line 1 of {path} would not come back from Parquet"):
        Ledger(long, "").close("2026-01")
    assert sorted(long.iterdir()) == files
    assert rows_and_runs(long) == before


def test_lines_put_back_that_are_others_are_not_removed(long: Path) -> None:
    first = sorted(long.glob("*.jsonl"))[0]
    close_all(long)
    Ledger(long, first.stem).record(attempt(900))
    with pytest.raises(Unusable, match=f"line 1 of {first} would not come back from Parquet"):
        Ledger(long, "").close("2026-01")
    assert first.exists()
    assert next(Ledger(long, "").rows())["fetch_id"] == "f900"


def test_the_newest_months_stay_lines_and_so_do_runs_without_a_day(long: Path) -> None:
    Ledger(long, "by-hand").record(attempt(900))
    due = Ledger(long, "").months_to_close(0)
    newest_month = max(path.name[:6] for path in long.glob("2*.jsonl"))
    assert due[0] == "2026-01"
    assert f"{newest_month[:4]}-{newest_month[4:]}" not in due
    assert Ledger(long, "").months_to_close(1) == due[:-1]
    close_all(long, 0)
    assert {path.name[:6] for path in long.glob("*.jsonl")} == {newest_month, "by-han"}
    assert Ledger(long, "").months_to_close(0) == []


# --- damage ----------------------------------------------------------------------------------------------------------


def parquet_file(folder: Path) -> Path:
    close_all(folder)
    return sorted(folder.glob("*.parquet"))[0]


def everything_that_reads(folder: Path) -> list[Callable[[], object]]:
    return [
        lambda: list(Ledger(folder, "").rows()),
        lambda: list(Ledger(folder, "").standing()),
        lambda: tables(Ledger(folder, "")),
        lambda: Until(Ledger(folder, ""), BEGAN).runs(),
    ]


@pytest.mark.parametrize("damage", [_torn, _flipped, lambda path: path.write_bytes(b"")])
def test_a_damaged_month_is_named_with_what_to_do_by_whatever_reads_it(
    damage: Callable[[Path], None], long: Path
) -> None:
    file = parquet_file(long)
    whole = file.read_bytes()
    damage(file)
    for read in everything_that_reads(long):
        with pytest.raises(
            Unusable, match=f"{file} is damaged; put it back from a backup, or move it out of the ledger"
        ):
            read()
    file.write_bytes(whole)
    for read in everything_that_reads(long):
        read()


def test_a_damaged_month_keeps_the_lines_that_were_put_back(long: Path, tmp_path: Path) -> None:
    lines = shutil.copytree(long, tmp_path / "lines")
    before = rows_and_runs(lines)
    file = parquet_file(long)
    for path in lines.glob("202601*.jsonl"):
        shutil.copyfile(path, long / path.name)
    _flipped(file)
    assert rows_and_runs(long) == before
    with pytest.raises(Unusable, match=f"{file} is damaged"):
        Ledger(long, "").close("2026-01")
    assert rows_and_runs(long) == before
    file.unlink()
    Ledger(long, "").close("2026-01")
    assert rows_and_runs(long) == before


def test_a_month_is_plain_parquet_with_typed_columns(long: Path) -> None:
    file = parquet_file(long)
    with duckdb.connect() as connection:
        found = connection.execute("describe from read_parquet(?)", [str(file)]).fetchall()
    types = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
    assert [(name, kind) for name, kind, *_ in found] == [
        (name, types.get(kind, kind)) for name, kind in COLUMNS.items()
    ]


# --- what the file keeps of it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_file_keeps_the_same_attempts_however_the_nights_came(
    seed: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "COMPLETE_DAYS", 20)
    any_history(tmp_path / "all", random.Random(seed), runs=30)
    folder.mkdir()
    with with_its_tables() as connection:
        for path in sorted((tmp_path / "all").glob("*.jsonl")):
            shutil.copyfile(path, folder / path.name)
            load_ledger(connection, Ledger(folder, ""))
            if path.stem[-1] in "05y":
                kept = connection.sql("from raw.fetches order by all").fetchall()
                assert kept == tables(Ledger(folder, ""))["raw.fetches"]
        ((attempts, runs),) = connection.sql("select sum(attempts), count(*) from raw.runs").fetchall()
    rows = list(Ledger(folder, "").rows())
    assert (attempts, runs) == (len(rows), 31)
    assert len(kept) < len(rows)


def test_of_old_attempts_the_file_keeps_where_an_answer_begins_and_ends(folder: Path) -> None:
    answers = ["ok", "same", "same", "same", "failed", "failed", "failed", "failed", "same", "same", "same"]
    told_by = {
        "ok": {"status": 200},
        "same": {"outcome": "not_modified", "status": 304},
        "failed": {"outcome": "http_error", "status": 404, "sha256": None},
    }
    for number, answer in enumerate(answers, 1):
        at = BEGAN + timedelta(days=number)
        Ledger(folder, stamped(at, "x")).record(attempt(number, started_at=at, **{"sha256": "one", **told_by[answer]}))
    last = BEGAN + timedelta(days=200)
    Ledger(folder, stamped(last, "x")).record(attempt(100, started_at=last, sha256="one"))
    Ledger(folder, stamped(last, "y")).record(attempt(101, started_at=last, sha256="one"))
    with with_its_tables() as connection:
        load_ledger(connection, Ledger(folder, ""))
        kept = connection.sql("select fetch_id from raw.fetches order by started_at, fetch_id").fetchall()
    assert [name for (name,) in kept] == ["f1", "f4", "f5", "f8", "f9", "f11", "f100", "f101"]


READING_ATTEMPTS = (
    "raw.fetches",
    "raw.runs",
    "evidence.folded_claims",
    "evidence.folds",
    "quality.build",
    "quality.doubts",
    "quality.sources",
    "quality.gaps",
)


def test_every_table_says_what_it_would_if_the_file_kept_every_attempt_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = night(1)
    monkeypatch.setattr(
        World,
        "ledger",
        property(lambda self: Ledger(self.home.ledger, stamped(began + timedelta(days=12 * self.builds), "x"))),
    )
    world, previous = World(tmp_path / "world"), None
    chance = random.Random(5)
    voices = [world.seller("openai", "maker"), world.gateway("openrouter"), world.catalogue("litellm")]

    def known(complete_days: int, previous: Path | None) -> dict[str, list[Any]]:
        monkeypatch.setattr(claims, "COMPLETE_DAYS", complete_days)
        with world.built(previous) as warehouse:
            return {name: warehouse.rows(f"select * from {name} order by all") for name in READING_ATTEMPTS}

    for part in range(5):
        for number in range(part * 12 + 1, part * 12 + 13):
            for voice in voices[part == 4 :]:
                one_night(voice, number, chance, likely=("confirms",) * 12)
            if number == 49:
                voices[0].says(night(number), *market(chance, MODELS[:-2]), doubted(MODELS[-1]))
            elif number > 49:
                voices[0].confirms(night(number))
        monkeypatch.setattr(claims, "COMPLETE_DAYS", 3)
        previous, _ = world.fold(previous)
        close_all(world.home.ledger, 0)
        voices[part % 3].version = f"parser-{part}"  # so that its history is read again, from what is Parquet now
    kept, whole = known(3, previous), known(10_000, None)
    assert len(kept.pop("raw.fetches")) < len(whole.pop("raw.fetches")) - 20
    assert [name for name in kept if kept[name] != whole[name]] == []
    assert all(kept.values())
