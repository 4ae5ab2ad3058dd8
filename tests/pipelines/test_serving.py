"""The edition over HTTP: whole files, parts and what is unchanged; a new edition at once; nothing outside it; who may ask."""

import base64
import dataclasses
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from pipelines import cli
from pipelines.publishing.site.building import known_of
from pipelines.publishing.site.links import Addresses
from pipelines.publishing.site.pages import Pages
from pipelines.publishing.site.reading import Documents
from pipelines.publishing.site.rendering import Rendering
from pipelines.serving import guarding, running
from pipelines.serving.guarding import Bucket
from pipelines.serving.settings import Settings, variable
from tests.pipelines.editions import published
from tests.pipelines.served import Got, ask
from tests.warehouse.world import World, fact, night, priced
from warehouse.home import PROJECT, Home

SECRET = b"nobody may read this"
TOKEN = "one-long-enough-token"
FREE = Settings(rate=0, sql_processes=0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An edition with its site, one before it that says something else, and around them what is not to be read."""
    world, made = World(tmp_path_factory.mktemp("world")), Home(tmp_path_factory.mktemp("home"))
    world.seller("openai", "maker").says(night(2), priced("gpt-5", "1.5", "10"))
    world.curated().says(night(2), fact("gpt-5", "name", "GPT-5"), fact("gpt-5", "product_type", "chat"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALMANAC_SITE", "1")
        newest = published(world, made).path
    before = made.editions / "2026-08-01-0123456789"
    shutil.copytree(newest, before)
    for path in ("models/gpt-5.json", "site/models/gpt-5.json", "site/index.html", "site/almanac.duckdb"):
        (before / path).chmod(0o644)
        (before / path).write_bytes((newest / path).read_bytes()[::-1])
    (made.editions / ".building").mkdir()
    (made.root / "secret").write_bytes(SECRET)
    (made.root / "status.json").write_text('{"outcome": "published"}')
    (newest / "outward").symlink_to(made.root)
    (newest / "secret.json").symlink_to(made.root / "secret")
    (newest / "beyond.json").symlink_to(before / "manifest.json")
    pages = Pages(Rendering(Addresses("", ""), known_of(Documents(newest))), Documents(newest))
    old = {"id": "gpt-five", "renamed_on": None, "reason": "its maker calls it so"}
    for path, html in pages.moved(old, {"id": "gpt-5", "name": "GPT-5"}):
        (newest / "site" / path).write_text(html, encoding="utf-8")
    return made


def older(home: Home) -> Path:
    return home.editions / "2026-08-01-0123456789"


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with running.aside(home, FREE) as served:
        yield served


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "file", "kind"),
    [
        ("/", "site/index.html", "text/html; charset=utf-8"),
        ("/compare/", "site/compare/index.html", "text/html; charset=utf-8"),
        ("/models/gpt-5.html?sort=price", "site/models/gpt-5.html", "text/html; charset=utf-8"),
        ("/models/gpt-5.json", "models/gpt-5.json", "application/json"),
        ("/static/site.css", "site/static/site.css", "text/css; charset=utf-8"),
        ("/manifest.json", "manifest.json", "application/json"),
        ("/csv/core.prices.csv", "csv/core.prices.csv", "text/csv; charset=utf-8"),
        ("/core.prices.parquet", "core.prices.parquet", "application/vnd.apache.parquet"),
        ("/almanac.duckdb", "almanac.duckdb", "application/octet-stream"),
        ("/retirements.ics", "retirements.ics", "text/calendar; charset=utf-8"),
        ("/feeds/all.atom", "feeds/all.atom", "application/atom+xml"),
        ("/drop-in/left-out.json", "drop-in/left-out.json", "application/json"),
    ],
)
def test_every_part_of_the_newest_edition_is_served_as_what_it_is(
    home: Home, address: str, path: str, file: str, kind: str
) -> None:
    got, edition = ask(address, path), home.latest.resolve()
    assert (got.status, got.headers["content-type"]) == (200, kind)
    assert got.body == (edition / file).read_bytes()
    assert got.headers["almanac-edition"] == edition.name
    looked = ask(address, path, "HEAD")
    assert (looked.status, looked.body) == (200, b"")
    assert {**looked.headers, "date": ""} == {**got.headers, "date": ""}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-3", 0, 3), ("bytes=4-", 4, None), ("bytes=-8", -8, None), ("bytes=10-99999999", 10, None)],
)
def test_a_part_of_a_file_is_that_part(home: Home, address: str, asked: str, first: int, last: int | None) -> None:
    whole = (home.latest / "core.prices.parquet").read_bytes()
    got = ask(address, "/core.prices.parquet", Range=asked)
    wanted = whole[first : None if last is None else last + 1]
    begins = first % len(whole)
    assert (got.status, got.body) == (206, wanted)
    assert got.headers["content-range"] == f"bytes {begins}-{begins + len(wanted) - 1}/{len(whole)}"


def test_a_part_is_never_of_a_compressed_file_and_never_of_another_one(home: Home, address: str) -> None:
    path, whole = "/models/gpt-5.json", (home.latest / "models" / "gpt-5.json").read_bytes()
    got = ask(address, path, Range="bytes=0-9", Accept_Encoding="gzip")
    assert (got.status, got.body, got.headers.get("content-encoding")) == (206, whole[:10], None)
    same, other = (ask(address, path, Range="bytes=0-9", If_Range=tag) for tag in (got.headers["etag"], '"other"'))
    assert (same.status, other.status, other.body) == (206, 200, whole)


def test_a_range_that_cannot_be_is_told_and_one_that_does_not_read_is_none(home: Home, address: str) -> None:
    whole = (home.latest / "core.prices.parquet").read_bytes()
    beyond = ask(address, "/core.prices.parquet", Range="bytes=99999999-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    for words in ("rows=0-3", "bytes=x", "bytes=3", "bytes=-", f"bytes=0-{'9' * 5000}"):
        assert ask(address, "/core.prices.parquet", Range=words).body == whole
    several = ask(address, "/core.prices.parquet", Range="bytes=0-3, 8-11")
    assert (several.status, several.body.count(b"Content-Range")) == (206, 2)


@pytest.mark.parametrize("path", ["/models/gpt-5.json", "/core.prices.parquet", "/almanac.duckdb"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_is_held_already_is_not_sent_again(address: str, path: str, encoding: str) -> None:
    first = ask(address, path, Accept_Encoding=encoding)
    for held in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = ask(address, path, Accept_Encoding=encoding, If_None_Match=held)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert ask(address, path, If_Modified_Since=first.headers["last-modified"]).status == 304
    assert ask(address, path, If_Modified_Since=formatdate(0, usegmt=True)).status == 200
    assert ask(address, path, If_None_Match='"other"', If_Modified_Since=first.headers["last-modified"]).status == 200


@pytest.mark.parametrize(
    ("accepted", "compresses"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("identity", False), ("gzip;q=0", False), ("xgzip", False)],
)
def test_text_is_compressed_for_whoever_takes_it(home: Home, address: str, accepted: str, compresses: bool) -> None:
    got, plain = (ask(address, "/models/gpt-5.json", Accept_Encoding=each) for each in (accepted, "identity"))
    assert (got.headers.get("content-encoding") == "gzip") == compresses
    assert (gzip.decompress(got.body) if compresses else got.body) == plain.body
    assert (got.headers["etag"] != plain.headers["etag"]) == compresses
    assert {got.headers["vary"], plain.headers["vary"]} == {"Accept-Encoding"}
    assert "content-encoding" not in ask(address, "/core.prices.parquet", Accept_Encoding=accepted).headers


def test_an_old_edition_is_kept_for_ever_and_the_newest_is_asked_after(home: Home, address: str) -> None:
    old = older(home)
    got = ask(address, f"/editions/{old.name}/models/gpt-5.json")
    assert got.body == (old / "models" / "gpt-5.json").read_bytes()
    assert got.headers["almanac-edition"] == old.name
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ask(address, "/models/gpt-5.json").headers["cache-control"] == "no-cache"
    assert ask(address, f"/editions/{old.name}/").body == (old / "site" / "index.html").read_bytes()


def test_the_editions_are_listed_the_newest_first(home: Home, address: str) -> None:
    newest, old = home.latest.resolve(), older(home)
    told = ask(address, "/editions").told["editions"]
    assert [(each["edition_id"], each["is_latest"]) for each in told] == [(newest.name, True), (old.name, False)]
    assert told[1]["path"] == f"/editions/{old.name}/"
    assert told[1]["as_of"] == json.loads((old / "manifest.json").read_bytes())["as_of"]


def test_a_folder_and_a_model_that_moved_lead_on(home: Home, address: str) -> None:
    old = older(home).name
    for path, status, leads in (
        ("/compare?m=gpt-5", 308, "/compare/?m=gpt-5"),
        (f"/editions/{old}", 308, f"/editions/{old}/"),
        (f"/editions/{old}/compare", 308, f"/editions/{old}/compare/"),
        ("/models/gpt-five.html", 307, "/models/gpt-5.html"),
        ("/models/gpt-five.json", 307, "/models/gpt-5.json"),
    ):
        got = ask(address, path)
        assert (got.status, got.headers["location"]) == (status, leads)
    assert ask(address, "/models").status == 404


def test_a_pair_without_a_page_of_its_own_leads_to_where_any_two_are_compared(home: Home, address: str) -> None:
    site = older(home) / "site"
    made = [site / each for each in ("compare/alpha/gpt-5.html", "compare/alpha/gpt-5.json", "models/o3.html")]
    for each in made:
        each.parent.mkdir(exist_ok=True)
        each.write_text("some page", encoding="utf-8")
    above = f"/editions/{site.parent.name}"
    try:
        for path, leads in (
            ("/compare/gpt-5/alpha.html", "/compare/alpha/gpt-5.html"),
            ("/compare/gpt-5/alpha.json", "/compare/alpha/gpt-5.json"),
            ("/compare/gpt-5/o3.html", "/compare/?m=gpt-5&m=o3"),
        ):
            got = ask(address, above + path)
            assert (got.status, got.headers["location"]) == (307, above + leads)
        for path in ("/compare/gpt-5/gpt-5.html", "/compare/gpt-5/no-model.html", "/compare/gpt-5/o3.json"):
            assert ask(address, above + path).status == 404
    finally:
        for each in made:
            each.unlink()
        made[0].parent.rmdir()


def test_what_is_not_there_is_the_sites_own_page_for_people_and_a_sentence_for_programs(
    home: Home, address: str
) -> None:
    for page in (ask(address, "/models/none.html"), ask(address, "/none/x.json", Accept="text/html,*/*")):
        assert (page.status, b'<base href="/">' in page.body) == (404, True)
    old = older(home).name
    assert f'<base href="/editions/{old}/">'.encode() in ask(address, f"/editions/{old}/x", Accept="text/html").body
    program = ask(address, "/models/none.json")
    assert (program.status, program.told["error"]) == (404, "not_found")


OUTSIDE = [
    "/../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/%2e%2e%2f%2e%2e%2fsecret",
    "/models/../../../secret",
    "/models/..%5c..%5csecret",
    "/..\\secret",
    "/%252e%252e/secret",
    "//secret",
    "/{root}/secret",
    "/%2f{root}/secret",
    "/manifest.json%00.html",
    "/models%2fgpt-5.json",
    "/./manifest.json",
    "/.made-of.json",
    "/secret.json",
    "/beyond.json",
    "/outward/secret",
    "/outward/status.json",
    "/editions/../secret",
    "/editions/.building/",
    "/editions/..%2f..%2fsecret/",
    "/editions/{older}/../../secret",
    "/editions/{older}/%2e%2e/{older}/manifest.json",
    "/editions/{older}%00/manifest.json",
    "/site/../../../secret",
    "/manifest.json/",
    "/\xff\xfe",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_an_edition_is_read(home: Home, address: str, path: str) -> None:
    written = path.replace("{root}", str(home.root)[1:]).replace("{older}", older(home).name)
    got = raw(address, written)
    assert got.status in (400, 404) if "\xff" in path else got.status == 404
    assert SECRET not in got.body
    assert b"content_sha256" not in got.body


def raw(address: str, path: str) -> Got:
    """What is answered to a path that no client would send."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection._validate_path = lambda path: None  # type: ignore[attr-defined]
    connection._encode_request = lambda request: request.encode("latin-1")  # type: ignore[attr-defined]
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return Got(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def test_headers_without_end_are_not_kept(address: str) -> None:
    with suppress(ConnectionError):  # whoever still sends is cut off
        assert ask(address, "/health", X="x" * 200_000).status == 400
    assert ask(address, "/health", X="x" * 1_000).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written(address: str, method: str) -> None:
    for path in ("/models/gpt-5.json", "/editions", "/health", "/"):
        got = ask(address, path, method, b"x")
        assert (got.status, "GET" in got.headers["allow"]) == (405, True)


def test_a_new_edition_is_served_at_once_and_a_request_under_way_stays_with_its_own(home: Home, tmp_path: Path) -> None:
    own = Home(tmp_path / "home")
    own.root.mkdir()
    own.editions.symlink_to(home.editions)
    first, second = older(home), home.latest.resolve()
    own.latest.symlink_to(first)
    with running.aside(own, FREE) as address:
        assert ask(address, "/models/gpt-5.json").body == (first / "models" / "gpt-5.json").read_bytes()
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        connection.request("GET", "/almanac.duckdb")
        under_way = connection.getresponse()
        begun = under_way.read(10)
        beside = own.root / "beside"
        beside.symlink_to(second)
        os.replace(beside, own.latest)
        got = ask(address, "/models/gpt-5.json")
        assert got.body == (second / "models" / "gpt-5.json").read_bytes()
        assert got.headers["almanac-edition"] == second.name
        whole = (first / "site" / "almanac.duckdb").read_bytes()
        assert (begun + under_way.read() == whole) is True
        connection.close()


def test_health_says_whether_there_is_an_edition(address: str, tmp_path: Path) -> None:
    assert ask(address, "/health").told == {"is_ready": True}
    assert ask(address, "/status.json").told == {"outcome": "published"}
    with running.aside(Home(tmp_path), FREE) as empty:
        assert ask(empty, "/health").status == 503
        assert ask(empty, "/").status == 404
        assert ask(empty, "/status.json").status == 404
        assert ask(empty, "/editions").told == {"editions": []}


# --- who may ask -----------------------------------------------------------------------------------------------------


def test_on_loopback_only_its_own_names_are_answered(address: str) -> None:
    for name in ("localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST"):
        assert ask(address, "/health", Host=name).status == 200
    for name in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", ""):
        assert ask(address, "/health", Host=name).status == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_any_other_address_needs_a_token(host: str) -> None:
    with pytest.raises(running.Unservable, match="ALMANAC_SERVE_TOKEN"):
        running.bound(host, 0, Settings())
    running.bound(host, 0, Settings(token=TOKEN)).close()


def test_only_whoever_shows_the_token_is_answered_and_it_is_told_to_nobody(home: Home) -> None:
    lines: list[str] = []
    with running.aside(home, dataclasses.replace(FREE, token=TOKEN), lines.append) as address:
        for shown in (f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Basic {coded(f'me:{TOKEN}')}"):
            assert ask(address, "/manifest.json", Authorization=shown, Host="almanac.example").status == 200
        refused = [ask(address, "/manifest.json"), ask(address, f"/manifest.json?token={TOKEN}")]
        for shown in ("Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, f"Basic {coded(TOKEN)}", "Basic %"):
            refused.append(ask(address, "/manifest.json", Authorization=shown))
        for got in refused:
            assert (got.status, got.told["error"]) == (401, "no_token")
            assert got.headers["www-authenticate"].startswith("Bearer")
            assert TOKEN.encode() not in got.body
        assert ask(address, "/health").told == {"is_ready": True}
        old = ask(address, f"/editions/{older(home).name}/manifest.json", Authorization=f"Bearer {TOKEN}")
        assert old.headers["cache-control"].startswith("private")
    assert len(lines) > len(refused)
    assert not any(TOKEN in line for line in lines)
    assert TOKEN not in repr(Settings(token=TOKEN))


def coded(words: str) -> str:
    return base64.b64encode(words.encode()).decode()


def test_a_line_is_logged_for_each_answer_and_says_nothing_of_the_query(home: Home) -> None:
    lines: list[str] = []
    with running.aside(home, FREE, lines.append) as address:
        ask(address, "/manifest.json?token=hidden")
        ask(address, "/manifest.json", "HEAD")
        raw(address, "/a%0ab\x85")
    assert re.fullmatch(r"\S+Z 127\.0\.0\.1 GET /manifest\.json 200 [1-9]\d* B \d+ ms", lines[0])
    assert " HEAD /manifest.json 200 0 B " in lines[1]
    assert all(line.isprintable() for line in lines)


def test_whoever_asks_too_often_is_told_to_wait(home: Home) -> None:
    with running.aside(home, dataclasses.replace(FREE, rate=1, burst=2)) as address:
        got = [ask(address, "/health") for _ in range(3)]
    assert [each.status for each in got] == [200, 200, 429]
    assert got[2].headers["retry-after"] == "1"


def test_a_bucket_fills_again_and_each_client_has_its_own() -> None:
    now = [0.0]
    bucket = Bucket(2, 3, lambda: now[0])
    assert [bucket.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.wait("b") == 0
    now[0] = 0.5
    assert [bucket.wait("a"), bucket.wait("a")] == [0, 0.5]
    now[0] = 100
    assert [bucket.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_counting_clients_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "CLIENTS", 10)
    bucket = Bucket(1, 1, lambda: 0.0)
    for number in range(100):
        bucket.wait(str(number))
    assert len(bucket._left) == 10


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_host_with_a_network_of_addresses_is_one_client(address: str, client: str) -> None:
    assert guarding._client({"client": (address, 1)}) == client


def test_behind_a_known_proxy_the_one_who_asks_is_counted_and_nobody_else_may_say_who_asks(home: Home) -> None:
    few = dataclasses.replace(FREE, rate=1, burst=1)
    with running.aside(home, dataclasses.replace(few, proxies="127.0.0.1")) as address:
        got = [ask(address, "/health", X_Forwarded_For=f"192.0.2.{number}").status for number in range(3)]
        assert got == [200, 200, 200]
    with running.aside(home, few) as address:
        assert [ask(address, "/health", X_Forwarded_For=f"192.0.2.{n}").status for n in range(2)] == [200, 429]


def test_a_browser_is_told_to_keep_others_out(address: str) -> None:
    for path in ("/", "/models/none.html", "/editions", "/core.prices.parquet"):
        headers = ask(address, path, Origin="https://evil.example").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert not any(name.startswith("access-control") for name in headers)
        assert "server" not in headers


def test_the_policy_allows_every_page_what_it_asks_for(home: Home) -> None:
    allowed = directives(guarding.POLICY)
    for page in (home.latest / "site").rglob("*.html"):
        asked = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page.read_text("utf-8"))
        assert asked
        for name, sources in directives(asked[1].replace("&#39;", "'")).items():
            assert sources - {"'none'"} <= allowed.get(name, set()), f"{page.name}: {name}"


def directives(policy: str) -> dict[str, set[str]]:
    return {
        name: set(sources.split()) for name, _, sources in (each.strip().partition(" ") for each in policy.split(";"))
    }


# --- settings and the command ----------------------------------------------------------------------------------------


def test_the_environment_says_each_limit_and_what_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_SERVE_SQL_ROWS", "7")
    monkeypatch.setenv("ALMANAC_SERVE_RATE", "0")
    assert Settings.from_environment() == Settings(sql_rows=7, rate=0)
    for name, words in (("SQL_SECONDS", "0"), ("SQL_SECONDS", "1.5"), ("RATE", "-1"), ("CONNECTIONS", "many")):
        with monkeypatch.context() as patch:
            patch.setenv(f"ALMANAC_SERVE_{name}", words)
            with pytest.raises(ValueError, match=f"ALMANAC_SERVE_{name} is '{words}'"):
                Settings.from_environment()


@pytest.mark.parametrize("token", ["short", "with a blank in it, long", "höchst-geheim-und-lang"])
def test_a_token_that_is_none_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("ALMANAC_SERVE_TOKEN", token)
    with pytest.raises(ValueError, match="ALMANAC_SERVE_TOKEN is at least") as refused:
        Settings.from_environment()
    assert token not in str(refused.value)


def test_every_setting_is_in_the_documentation_with_its_default() -> None:
    page = (PROJECT / "docs" / "serving.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(ALMANAC_SERVE_\w+)` \| ([^|]+) \|", page, re.MULTILINE))
    expected = {
        variable(each.name): f"{each.default:,}" if isinstance(each.default, int) else "none"
        for each in dataclasses.fields(Settings)
    }
    assert told == expected


@pytest.mark.parametrize("words", [("serve", "--host", "0.0.0.0"), ("serve", "--host", "no.such.host.invalid")])
def test_serve_says_in_one_line_where_it_does_not_listen(
    home: Home, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(home.root))
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 2
    assert re.fullmatch(r"almanac: .+\n", capsys.readouterr().err)


def test_the_command_serves_until_it_is_interrupted(home: Home) -> None:
    with running.bound("127.0.0.1", 0, Settings()) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(port)],
        env={**os.environ, "ALMANAC_HOME": str(home.root), "ALMANAC_SERVE_SQL_SECONDS": "30"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == f"http://127.0.0.1:{port}/  (Ctrl-C ends it)\n"
    address = f"http://127.0.0.1:{port}/"
    assert ask(address, "/health").told == {"is_ready": True}
    assert ask(address, "/sql?query=select+1+as+n").told["rows"] == [{"n": 1}]
    told: list[Got] = []
    endless = quote("select sum(a.range * b.range) from range(200000) a, range(20000000) b where a.range != b.range")
    asking = threading.Thread(target=lambda: told.append(ask(address, f"/sql?query={endless}")))
    asking.start()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    asking.join()
    assert (process.returncode, out) == (0, "")
    assert (told[0].status, told[0].told["error"]) == (503, "ending")
    assert "Traceback" not in err
    assert len(re.findall(r" GET /\S+ \d+ \d+ B \d+ ms$", err, re.MULTILINE)) == 3
