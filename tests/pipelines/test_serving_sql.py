"""SQL over HTTP: exact rows in three formats, within limits of time, memory and size, and no way out of the file."""

import asyncio
import csv
import dataclasses
import gzip
import io
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import duckdb
import pytest

from pipelines.serving import application as serving
from pipelines.serving import running
from pipelines.serving.desk import Asked
from pipelines.serving.pool import Pool
from pipelines.serving.settings import Settings
from tests.pipelines.served import Got, ask
from warehouse import database
from warehouse.home import Home

SETTINGS = Settings(
    rate=0, sql_rate=0, sql_seconds=3, sql_memory_mb=60, sql_rows=5_000, sql_answer_mb=1, sql_processes=1, sql_queue=2
)
ENDLESS = "select sum(a.range * b.range + c.range) as s from range(20000) a, range(20000) b, range(20000) c"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two editions, of which only the DuckDB file is there."""
    made = Home(tmp_path_factory.mktemp("home").resolve())
    for number, edition_id in enumerate(("2026-08-20-0123456789", "2026-08-21-0123456789")):
        with database.opened(made.editions / edition_id / "almanac.duckdb") as connection:
            connection.execute("create schema core")
            connection.execute(
                f"create table core.prices as select 'a' as offer_id, 'input' as meter, {number}.1::decimal(18, 6) as usd"
            )
    made.latest.symlink_to(made.editions / "2026-08-21-0123456789")
    (made.root / "secret.csv").write_text("nobody,may\nread,this\n")
    return made


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with running.aside(home, SETTINGS) as served:
        yield served


def query(address: str, sql: str, **headers: str) -> Got:
    return ask(address, "/sql", "POST", sql, **headers)


def first(address: str, sql: str) -> object:
    """The one value of a query, its number read as a decimal."""
    ((value,),) = (row.values() for row in json.loads(query(address, sql).body, parse_float=Decimal)["rows"])
    return value


# --- how it is asked and answered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("GET", "/sql?query=from+core.prices", None, ""),
        ("POST", "/sql", "from core.prices", ""),
        ("POST", "/sql", "from core.prices", "application/x-www-form-urlencoded"),
        ("POST", "/sql", urlencode({"query": "from core.prices"}), "application/x-www-form-urlencoded"),
        ("POST", "/sql", json.dumps({"query": "from core.prices"}), "application/json"),
    ],
)
def test_a_query_may_be_asked_in_any_of_these_ways(
    address: str, method: str, path: str, body: str | None, kind: str
) -> None:
    got = ask(address, path, method, body, **({"Content_Type": kind} if kind else {}))
    assert got.status == 200
    assert got.told["rows"] == [{"offer_id": "a", "meter": "input", "usd": 1.1}]
    assert got.told["columns"][2] == {"name": "usd", "type": "DECIMAL(18,6)"}
    assert (got.headers["almanac-edition"], got.headers["cache-control"]) == ("2026-08-21-0123456789", "no-store")


def test_an_older_edition_is_asked_under_its_own_path(address: str) -> None:
    got = ask(address, "/editions/2026-08-20-0123456789/sql?query=select+usd+from+core.prices")
    assert (got.told["rows"], got.headers["almanac-edition"]) == ([{"usd": 0.1}], "2026-08-20-0123456789")
    assert ask(address, "/editions/2026-08-19-0123456789/sql?query=select+1").status == 404


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select 0.1::decimal(38, 20) + 12345678901234567 as d", Decimal("12345678901234567.1")),
        ("select 99999999999999999999999999999999.999999::decimal(38, 6)", Decimal(f"{'9' * 32}.999999")),
        ("select 0.000000000000000001::decimal(38, 18)", Decimal("0.000000000000000001")),
        ("select 100.00::decimal(10, 2)", 100),
        ("select 9007199254740993::bigint", 9007199254740993),
        ("select 170141183460469231731687303715884105727::hugeint", 170141183460469231731687303715884105727),
        ("select [1.10::decimal(4, 2), null]", [Decimal("1.1"), None]),
        ("select {'a': {'b': 1.25::decimal(4, 2)}}", {"a": {"b": Decimal("1.25")}}),
        ("select map {1.5::decimal(2, 1): 'x'}", {"1.5": "x"}),
        ("select 'nan'::double", None),
        ("select timestamptz '2026-01-01 02:00:00+01'", "2026-01-01T01:00:00Z"),
        ("select [timestamptz '2026-01-01 02:00:00+01']", ["2026-01-01T01:00:00Z"]),
        ("select timestamp '2026-01-01 02:03:04.5'", "2026-01-01T02:03:04.500000"),
        ("select date '2026-01-01'", "2026-01-01"),
        ("select '\\xC3\\xA9\\x00'::blob", "w6kA"),
        ("select null", None),
        ("select true", True),
    ],
)
def test_json_says_every_value_exactly(address: str, sql: str, value: object) -> None:
    assert first(address, sql) == value


def test_csv_is_what_a_spreadsheet_takes_and_computes_nothing_of(address: str) -> None:
    sql = """select 0.10::decimal(38, 20) as amount, '=1+1' as formula, ['a', 'b'] as list, null as nothing,
        timestamptz '2026-01-01' as at, true as flag, -1.5::decimal(3, 1) as below, e'a\\x1bb, "c"' as text"""
    got = query(address, sql, Accept="text/csv")
    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(got.body.decode()))) == [
        ["amount", "formula", "list", "nothing", "at", "flag", "below", "text"],
        ["0.1", "'=1+1", "a; b", "", "2026-01-01T00:00:00Z", "true", "-1.5", 'a b, "c"'],
    ]


def test_parquet_keeps_the_types(address: str, tmp_path: Path) -> None:
    got = ask(address, f"/sql?format=parquet&query={quote('select usd, [1, 2] as list from core.prices')}")
    assert got.headers["content-type"] == "application/vnd.apache.parquet"
    path = tmp_path / "answer.parquet"
    path.write_bytes(got.body)
    read = duckdb.sql(f"from '{path}'")
    assert (list(map(str, read.types)), read.fetchall()) == (
        ["DECIMAL(18,6)", "INTEGER[]"],
        [(Decimal("1.100000"), [1, 2])],
    )


def test_many_rows_come_whole_and_in_their_order_in_every_format(address: str, tmp_path: Path) -> None:
    sql = "select range as n from range(5000) order by n desc"
    wanted = list(range(4999, -1, -1))
    assert [row["n"] for row in query(address, sql).told["rows"]] == wanted
    assert [int(n) for n in query(address, sql, Accept="text/csv").body.split()[1:]] == wanted
    path = tmp_path / "answer.parquet"
    path.write_bytes(query(address, sql, Accept="application/vnd.apache.parquet").body)
    assert [n for (n,) in duckdb.sql(f"from '{path}'").fetchall()] == wanted
    packed = query(address, sql, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(packed.body))["rows"]) == 5000


def test_no_rows_are_an_answer_too(address: str, tmp_path: Path) -> None:
    sql = "select 1 as n where false"
    assert query(address, sql).told == {"columns": [{"name": "n", "type": "INTEGER"}], "rows": []}
    assert query(address, sql, Accept="text/csv").body == b"n\n"


def test_what_is_off_with_a_request_is_said_in_a_sentence(address: str) -> None:
    for got, status in (
        (ask(address, "/sql"), 400),
        (ask(address, "/sql?query=+"), 400),
        (ask(address, "/sql?query=select+1&format=xlsx"), 400),
        (query(address, "select 1", Accept="image/png"), 406),
        (query(address, "select 1 as a, 2 as a"), 400),
        (query(address, "selec 1"), 400),
        (query(address, "from core.nothing"), 400),
        (ask(address, "/sql", "POST", b"\xff\xfe"), 400),
        (ask(address, "/sql", "POST", b'["select 1"]', Content_Type="application/json"), 400),
        (ask(address, "/sql", "POST", b'{"query": ["select 1"]}', Content_Type="application/json"), 400),
        (
            ask(address, "/sql", "POST", b'{"query": "select 1", "format": {"a": 1}}', Content_Type="application/json"),
            400,
        ),
        (ask(address, "/sql", "POST", "select 1 -- " + "x" * 70_000), 413),
        (ask(address, "/sql", "PUT", "select 1"), 405),
    ):
        assert got.status == status
        assert set(got.told) == {"error", "message"}
        assert "\n" not in got.told["message"]


# --- no way out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["json", "parquet"])
@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from read_blob('{home}/secret.csv')",
        "from '{home}/secret.csv'",
        "from '/etc/passwd'",
        "select * from (select * from read_csv_auto('{home}/secret.csv'))",
        "with x as (from read_text('/etc/passwd')) from x",
        "from parquet_scan('http://127.0.0.1:1/x.parquet')",
        "from 'http://127.0.0.1:1/x.parquet'",
        "from glob('/etc/*')",
        "from sniff_csv('/etc/passwd')",
        "select getenv('PATH')",
        "attach '{home}/other.duckdb'",
        "attach ':memory:' as other",
        "copy (select 1) to '{home}/copied.csv'",
        "copy core.prices from '{home}/secret.csv'",
        "export database '{home}/exported'",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '10GB'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "reset memory_limit",
        "pragma threads = 8",
        "pragma database_list",
        "call pragma_version()",
        "create table core.mine (a integer)",
        "create temp table mine (a integer)",
        "create macro m() as 1",
        "insert into core.prices values ('b', 'input', 1)",
        "update core.prices set usd = 0",
        "delete from core.prices",
        "drop table core.prices",
        "begin transaction",
        "checkpoint",
        "vacuum",
        "use core",
        "prepare p as select 1",
        "select 1; select 2",
        "select 1; copy (select 1) to '{home}/copied.csv'",
        "explain analyze copy (select 1) to '{home}/copied.csv'",
        "from query('copy (select 1) to ''{home}/copied.csv''')",
        "from query_table(['{home}/secret.csv'])",
        "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "from duckdb_secrets(), read_text('/etc/passwd')",
    ],
)
def test_no_query_leaves_the_file(home: Home, address: str, sql: str, wanted: str) -> None:
    before = sorted(path for path in home.root.rglob("*"))
    got = ask(address, f"/sql?format={wanted}", "POST", sql.replace("{home}", str(home.root)))
    assert got.status == 400
    assert got.told["error"] in ("refused", "failed")
    assert b"nobody" not in got.body
    assert b"root:" not in got.body
    assert sorted(path for path in home.root.rglob("*")) == before
    assert first(address, "select count(*) from core.prices") == 1


def test_the_process_that_answers_has_none_of_the_secrets(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_SERVE_TOKEN", "one-long-enough-token")

    async def environments() -> list[bytes]:
        pool = Pool(SETTINGS)
        await pool.ask(Asked(str(home.latest / "almanac.duckdb"), "select 1", "json"))
        try:
            return [Path(f"/proc/{each.process.pid}/environ").read_bytes() for each in pool._all]
        finally:
            await pool.close()

    if not Path("/proc/self/environ").exists():
        pytest.skip("this system does not show a process's environment")
    (found,) = asyncio.run(environments())
    assert b"PATH=" in found
    assert b"ALMANAC" not in found


def test_a_page_of_another_site_may_not_ask(address: str) -> None:
    for headers in (
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ):
        assert query(address, "select 1", **headers).told["error"] == "another_site"
    own = address.rstrip("/")
    assert query(address, "select 1", Sec_Fetch_Site="same-origin", Origin=own).status == 200


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["json", "parquet"])
@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("select range as n from range(5001)", "too_much"),
        (
            "select list_transform(range(20), lambda n: md5((t.range * 20 + n)::text)) as l from range(5000) t",
            "too_much",
        ),
        ("select range as n from range(100000000000)", "too_much"),
        ("select count(*) as n from range(9000000) a join range(9000000) b using (range)", "out_of_memory"),
        ("select list(range) as l from range(20000000)", "out_of_memory"),
        ("select length(repeat('x', 2000000000)) as n", "out_of_memory"),
    ],
)
def test_a_query_beyond_a_limit_is_one_clear_error_and_the_server_lives_on(
    address: str, sql: str, error: str, wanted: str
) -> None:
    begun = time.monotonic()
    got = ask(address, f"/sql?format={wanted}", "POST", sql)
    assert (got.status, got.told["error"]) == (422, error)
    assert "\n" not in got.told["message"]
    assert time.monotonic() - begun < 20
    assert first(address, "select 41 + 1") == 42


def test_a_query_that_takes_too_long_is_ended(address: str) -> None:
    begun = time.monotonic()
    got = query(address, ENDLESS)
    assert (got.status, got.told) == (422, {"error": "too_late", "message": "the query took longer than 3 s"})
    assert time.monotonic() - begun < 20
    assert first(address, "select 41 + 1") == 42


def test_beyond_what_may_wait_a_query_is_told_to_come_again(home: Home) -> None:
    settings = dataclasses.replace(SETTINGS, sql_queue=1, sql_seconds=1)
    with running.aside(home, settings) as address:
        got: list[Got] = []
        asking = [threading.Thread(target=lambda: got.append(query(address, ENDLESS))) for _ in range(2)]
        for each in asking:
            each.start()
            time.sleep(0.1)
        full = query(address, "select 1")
        for each in asking:
            each.join()
        assert (full.status, full.told["error"], full.headers["retry-after"]) == (503, "full", "1")
        assert [each.told["error"] for each in got] == ["too_late", "too_late"]
        assert first(address, "select 1") == 1


def test_queries_are_counted_apart_from_pages(home: Home) -> None:
    with running.aside(home, dataclasses.replace(SETTINGS, sql_rate=1, sql_burst=1)) as address:
        assert [ask(address, "/sql").status for _ in range(2)] == [400, 429]
        assert ask(address, "/editions/2026-08-20-0123456789/sql?query=select+1").status == 429
        assert ask(address, "/health").status == 200


def test_a_query_ends_when_whoever_asks_hangs_up(home: Home) -> None:
    with running.aside(home, dataclasses.replace(SETTINGS, sql_seconds=60)) as address:
        query(address, "select 1")
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port)) as leaving:
            leaving.sendall(f"GET /sql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(0.3)
        begun = time.monotonic()
        assert first(address, "select 1") == 1
        assert time.monotonic() - begun < 20


def test_an_answer_keeps_its_place_until_it_is_taken_but_not_for_ever(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dataclasses.replace(SETTINGS, sql_seconds=10, sql_memory_mb=200, sql_answer_mb=32, sql_queue=0)
    large = quote("select repeat(range::text, 1000) as words from range(1000, 5000)")
    for seconds in (60, 0.5):
        monkeypatch.setattr(serving, "SECONDS_TO_TAKE", seconds)
        with running.aside(home, settings) as address, socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
            slow.connect((urlsplit(address).hostname, urlsplit(address).port))
            slow.sendall(f"GET /sql?query={large} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert slow.recv(12) == b"HTTP/1.1 200"
            assert query(address, "select 1").status == 503
            if seconds == 60:
                slow.close()
            until = time.monotonic() + 20
            while query(address, "select 1").status != 200:
                assert time.monotonic() < until
                time.sleep(0.1)


def test_a_process_that_dies_takes_one_query_with_it_and_is_replaced(home: Home) -> None:
    async def outcomes() -> list[str]:
        pool, file = Pool(SETTINGS), str(home.latest / "almanac.duckdb")
        try:
            await pool.ask(Asked(file, "select 1", "json"))
            asking = asyncio.create_task(pool.ask(Asked(file, ENDLESS, "json")))
            while pool._idle:
                await asyncio.sleep(0.01)
            (worker,) = pool._all
            os.kill(worker.process.pid, signal.SIGKILL)
            told = [(await asking)[0].outcome, (await pool.ask(Asked(file, "select 1", "json")))[0].outcome]
            assert len(pool._all) == 1
        finally:
            await pool.close()
        assert not pool._all
        return told

    assert asyncio.run(outcomes()) == ["crashed", "answered"]


def test_an_answer_cut_off_half_way_is_never_taken_for_the_next_one(home: Home) -> None:
    async def answers() -> list[bytes]:
        pool, file = Pool(SETTINGS), str(home.latest / "almanac.duckdb")
        found = []
        try:
            for number in range(5):
                asking = asyncio.create_task(pool.ask(Asked(file, "from range(4000)", "json")))
                await asyncio.sleep(0.005 * number)
                asking.cancel()
                await asyncio.wait([asking])
                found.append((await pool.ask(Asked(file, f"select {number} as n", "csv")))[1])
        finally:
            await pool.close()
        return found

    assert asyncio.run(answers()) == [f"n\n{number}\n".encode() for number in range(5)]


def test_a_new_edition_is_asked_at_once(home: Home, tmp_path: Path) -> None:
    own = Home(tmp_path)
    own.latest.symlink_to(home.editions / "2026-08-20-0123456789")
    with running.aside(own, SETTINGS) as address:
        assert first(address, "select usd from core.prices") == Decimal("0.1")
        (own.root / "beside").symlink_to(home.editions / "2026-08-21-0123456789")
        os.replace(own.root / "beside", own.latest)
        assert first(address, "select usd from core.prices") == Decimal("1.1")
