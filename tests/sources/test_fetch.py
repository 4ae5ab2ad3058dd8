"""Fetching keeps what came whole, calls everything else by its name, and can be led nowhere it should not go."""

import gzip
import hashlib
import re
import socket
import threading
import time
import tracemalloc
import zlib
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import urllib3

from sources.transport import bodies, robots
from sources.transport.addresses import NotAllowed, checked, is_public, on_mirror, public_addresses, redirected
from sources.transport.connections import ADDRESSES_TRIED, Late, Line
from sources.transport.fetch import (
    HOST_PATIENCE,
    NO_ADDRESS,
    OUTCOMES,
    Attempt,
    Pace,
    Request,
    Settings,
    fetch_all,
    retry_wait,
)
from tests import loopback
from tests.loopback import (
    Answer,
    bomb,
    cut_short,
    cut_short_in_chunks,
    drip,
    gzipped,
    hang_up,
    page,
    redirect,
    serving,
    silence,
    status,
)

URL = "https://acme.example/prices"
BODY = b'{"price": "1.25"}'
SHA256 = hashlib.sha256(BODY).hexdigest()
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
KEY = "sk-0123456789abcdef"


def settings(mirror: str = "", **changes: Any) -> Settings:
    quick: dict[str, Any] = {"connect_timeout": 2, "read_timeout": 2, "deadline": 20, "backoff": lambda attempt: 0.0}
    quick |= {"clock": lambda: NOON, "mirror": mirror}
    return Settings(**quick | changes)


def request(url: str = URL, **changes: Any) -> Request:
    plain: dict[str, Any] = {"source_id": "acme", "url": url, "media": "json"}
    return Request(**plain | changes)


class Night:
    """One `fetch_all` and everything it told."""

    def __init__(self, mirror: str, *requests: Request, **changes: Any) -> None:
        self.kept: list[bytes] = []
        self.recorded: list[Attempt] = []
        self.last = fetch_all(requests, settings(mirror, **changes), self.keep, self.recorded.append)

    def keep(self, body: bytes) -> str:
        self.kept.append(body)
        return hashlib.sha256(body).hexdigest()

    @property
    def outcomes(self) -> list[str]:
        return [each.outcome for each in self.recorded]


def one_night(answers: Any, *requests: Request, **changes: Any) -> tuple[Night, loopback.Mirror]:
    """A night in which `URL` answers as given (a mapping scripts several addresses)."""
    with serving(answers if isinstance(answers, dict) else {URL: answers}) as mirror:
        return Night(mirror.url, *(requests or (request(),)), **changes), mirror


# What comes whole is kept


def test_a_new_body_is_kept_and_told_in_full() -> None:
    night, mirror = one_night(page(BODY, ETag='"v1"', Last_Modified="Thu, 20 Aug 2026 00:00:00 GMT"))
    attempt = night.last[0]
    assert night.kept == [BODY]
    assert night.recorded == [attempt]
    assert (attempt.source_id, attempt.url, attempt.final_url, attempt.attempt) == ("acme", URL, URL, 1)
    assert (attempt.status, attempt.outcome, attempt.error) == (200, "ok", "")
    assert (attempt.sha256, attempt.bytes, attempt.content_type) == (SHA256, len(BODY), "application/json")
    assert (attempt.etag, attempt.last_modified) == ('"v1"', "Thu, 20 Aug 2026 00:00:00 GMT")
    assert (attempt.started_at, attempt.finished_at) == (NOON, NOON)
    assert mirror.asked[0].headers["User-Agent"].startswith("almanac/")
    assert "If-None-Match" not in mirror.asked[0].headers


def test_a_compressed_body_is_kept_inflated() -> None:
    night, _ = one_night(gzipped(BODY))
    assert (night.kept, night.last[0].bytes) == ([BODY], len(BODY))


def test_a_body_we_hold_is_confirmed_and_not_kept_again() -> None:
    night, mirror = one_night(page(BODY, ETag='"v2"'), request(known_sha256=SHA256, etag='"v1"'))
    assert (night.last[0].outcome, night.last[0].sha256, night.kept) == ("unchanged", SHA256, [])
    assert night.last[0].etag == '"v2"'
    assert mirror.asked[0].headers["If-None-Match"] == '"v1"'


def test_a_304_confirms_the_known_body() -> None:
    night, mirror = one_night(page(BODY, ETag='"v1"'), request(known_sha256=SHA256, etag='"v1"', last_modified="Thu"))
    attempt = night.last[0]
    assert (attempt.outcome, attempt.status, attempt.sha256, attempt.bytes) == ("not_modified", 304, SHA256, None)
    assert (attempt.etag, attempt.last_modified, night.kept) == ('"v1"', "Thu", [])
    assert mirror.asked[0].headers["If-Modified-Since"] == "Thu"


def test_without_a_known_body_nothing_is_conditional_and_a_304_confirms_nothing() -> None:
    night, mirror = one_night(status(304), request(etag='"v1"', last_modified="Thu"))
    assert (night.last[0].outcome, night.last[0].sha256) == ("http_error", None)
    assert not {"If-None-Match", "If-Modified-Since"} & set(mirror.asked[0].headers)


# What does not is called by its name

STACKED = "the answer is encoded as 'gzip, gzip', which was not asked for"


@pytest.mark.parametrize(
    ("answer", "outcome", "attempts", "told"),
    [
        (status(404), "http_error", 1, "acme.example answered 404"),
        (status(500), "http_error", 3, "acme.example answered 500"),
        (status(429), "http_error", 3, "acme.example answered 429"),
        (status(204), "http_error", 1, "acme.example answered 204"),
        (hang_up, "connection_error", 3, "the connection to the mirror (ALMANAC_MIRROR) failed: RemoteDisconnected"),
        (page(b""), "empty", 1, "the body is empty"),
        (page(b" \n"), "empty", 1, "the body is empty"),
        (gzipped(b""), "empty", 1, "the body is empty"),
        (page(b"", Content_Encoding="gzip"), "empty", 1, "the body is empty"),
        (page(b"<html>", "text/html"), "wrong_type", 1, "the answer is 'text/html' where json was due"),
        (page(BODY, Content_Encoding="br"), "wrong_type", 1, "the answer is encoded as 'br', which was not asked for"),
        (
            page(BODY, Content_Encoding="zstd"),
            "wrong_type",
            1,
            "the answer is encoded as 'zstd', which was not asked for",
        ),
        (page(BODY, Content_Encoding="gzip, gzip"), "wrong_type", 1, STACKED),
        (cut_short(BODY, 99), "truncated", 3, "the connection ended before the body was whole"),
        (cut_short_in_chunks(BODY), "truncated", 3, "the connection ended before the body was whole"),
        (page(gzip.compress(BODY)[:-9], Content_Encoding="gzip"), "truncated", 3, "the compressed body ends early"),
        (page(BODY, Content_Encoding="gzip"), "truncated", 3, "the compressed body is damaged"),
        (page(bytes(2000)), "too_large", 1, "the body is larger than 1000 bytes"),
        (gzipped(bytes(2000)), "too_large", 1, "the body is larger than 1000 bytes"),
        (cut_short(BODY, 10**12), "too_large", 1, "the body is larger than 1000 bytes"),
        (page(BODY, Content_Length="9" * 5000), "too_large", 1, "the body is larger than 1000 bytes"),
    ],
)
def test_every_failure_has_its_outcome_and_keeps_nothing(answer: Any, outcome: str, attempts: int, told: str) -> None:
    night, _ = one_night(answer, request(max_bytes=1000), retries=2)
    assert night.outcomes == [outcome] * attempts
    assert [each.attempt for each in night.recorded] == list(range(1, attempts + 1))
    assert night.last == night.recorded[-1:]
    assert (night.last[0].error, night.last[0].sha256, night.last[0].etag, night.kept) == (told, None, "", [])
    assert set(night.outcomes) <= set(OUTCOMES)


def test_nobody_listening_is_a_connection_error() -> None:
    with serving({}) as gone:
        pass
    night = Night(gone.url, request(), retries=0)
    assert (night.outcomes, night.last[0].status) == (["connection_error"], None)
    assert night.last[0].error == "the mirror (ALMANAC_MIRROR) does not answer: Connection refused"


def test_a_mirror_that_does_not_answer_is_left_alone_for_all_hosts() -> None:
    with serving({}) as gone:
        pass
    asked = [request(f"https://{host}.example/") for host in "abcdef"]
    night = Night(gone.url, *asked, retries=0, hosts_in_parallel=1)
    assert [each.error for each in night.last[HOST_PATIENCE:]] == [
        "not asked: the mirror (ALMANAC_MIRROR) gives no answer in this run"
    ] * 3


def test_a_run_that_is_interrupted_cuts_its_requests_and_records_nothing_of_them() -> None:
    recorded: list[Attempt] = []
    begun = time.monotonic()

    def interrupt(attempt: Attempt) -> None:
        raise KeyboardInterrupt

    slow, quick = request("https://slow.example/"), request("https://quick.example/")
    with serving({slow.url: silence, quick.url: page(BODY)}) as mirror, pytest.raises(KeyboardInterrupt):
        fetch_all(
            [slow, quick],
            settings(mirror.url, read_timeout=60, deadline=60),
            lambda body: SHA256,
            recorded.append,
            interrupt,
        )
    assert [each.url for each in recorded] == [quick.url]
    assert time.monotonic() - begun < 20


def test_silence_is_a_timeout_each_time() -> None:
    night, _ = one_night(silence, read_timeout=0.05, retries=2)
    assert night.outcomes == ["timeout"] * 3


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nServer: ", b"HTTP/1.1 200 OK\r\n\r\n[", b"HTTP/1.0 200 OK\r\n\r\n["]
)
def test_a_server_that_drips_is_cut_off_at_the_deadline(head: bytes) -> None:
    night, _ = one_night(drip(head), deadline=0.3)
    assert (night.outcomes, night.kept) == (["timeout"], [])
    assert night.last[0].error == "the answer was not whole when the time for it was up"


def test_a_server_that_drips_in_the_handshake_is_cut_off_at_the_deadline() -> None:
    def dripping(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB begins
            while True:
                connection.sendall(b"\x00")
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=dripping, args=(server,), daemon=True).start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        begun = time.monotonic()
        with closing(Line("almanac", guarded=False)) as line, pytest.raises(Late), line.until(begun + 0.3):
            line.get(url, {}, (5, 5))
    assert time.monotonic() - begun < 4


def test_a_bomb_is_refused_in_bounded_memory() -> None:
    answer = bomb(256)
    tracemalloc.start()
    try:
        night, _ = one_night(answer, request(max_bytes=1 << 20))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert night.outcomes == ["too_large"]
    assert peak < 8 << 20


def test_the_body_of_a_redirect_is_never_read() -> None:
    answer = bomb(256, code=302, Location="/https/acme.example/moved")
    tracemalloc.start()
    try:
        night, _ = one_night({URL: answer, "https://acme.example/moved": page(BODY)})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert night.outcomes == ["ok"]
    assert peak < 8 << 20


# Trying again


def test_a_passing_fault_is_retried_and_every_attempt_recorded() -> None:
    night, _ = one_night([status(503), hang_up, cut_short(b"{", 9), page(BODY)])
    assert night.outcomes == ["http_error", "connection_error", "truncated", "ok"]
    assert (night.last[0].attempt, night.kept) == (4, [BODY])


def test_retry_after_comes_before_our_own_backoff_and_has_a_ceiling() -> None:
    ours = settings(backoff=lambda attempt: attempt * 7.0, retry_after_max=60)
    dated = {"Date": "Thu, 20 Aug 2026 12:00:00 GMT", "Retry-After": "Thu, 20 Aug 2026 12:00:09 GMT"}
    assert retry_wait({}, 2, ours) == 14
    assert retry_wait({"Retry-After": "3"}, 2, ours) == 3
    assert retry_wait({"Retry-After": "86400"}, 2, ours) == 60
    assert retry_wait(dated, 2, ours) == 9
    assert retry_wait(dated | {"Date": "Thu, 20 Aug 2026 13:00:00 GMT"}, 2, ours) == 0
    assert retry_wait({"Retry-After": "soon"}, 2, ours) == 14


def test_a_wait_that_outlasts_the_deadline_is_not_waited_for() -> None:
    night, _ = one_night(status(503, Retry_After="3600"), deadline=5, retry_after_max=60)
    assert night.outcomes == ["http_error"]


def test_a_host_that_never_answers_is_left_alone_for_the_rest_of_the_run() -> None:
    pages = [request(f"https://dead.example/{number}") for number in range(6)]
    answers = {each.url: hang_up for each in pages} | {URL: page(BODY)}
    night, mirror = one_night(answers, *pages, request(), retries=0, mirror_connections=1)
    assert [each.outcome for each in night.last] == ["connection_error"] * 6 + ["ok"]
    assert len([url for url in mirror.urls if "dead" in url]) == HOST_PATIENCE
    assert night.last[5].error == "not asked: dead.example gives no answer in this run"


def slowly(answer: Answer) -> Answer:
    def answered(handler: Any) -> None:
        handler.mirror.closing.wait(0.1)
        answer(handler)

    return answered


def test_a_host_that_takes_long_over_everything_is_left_alone_when_its_time_is_up() -> None:
    pages = [request(f"https://slow.example/{number}") for number in range(20)]
    answers = {each.url: slowly(page(BODY)) for each in pages} | {URL: page(BODY)}
    night, _ = one_night(answers, *pages, request(), deadline=0.5, document_time=0.01, mirror_connections=1)
    came = [each.outcome for each in night.last].index("timeout")
    assert 2 <= came <= 7
    assert {each.outcome for each in night.last[came:-1]} == {"timeout"}
    assert night.last[-2].error == "not asked: slow.example has used up the time it has in this run"
    assert night.last[-1].outcome == "ok"


def test_a_host_that_goes_on_failing_is_asked_for_the_rest_once_each() -> None:
    pages = [request(f"https://ill.example/{number}") for number in range(6)]
    night, mirror = one_night({each.url: status(500) for each in pages}, *pages, retries=2, mirror_connections=1)
    assert night.outcomes == ["http_error"] * len(mirror.asked)
    assert [mirror.urls.count(each.url) for each in pages] == [3] * HOST_PATIENCE + [1] * 3


def test_a_host_without_an_address_is_asked_twice_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    pages = [request(f"https://nobody.example/{number}") for number in range(3)]
    recorded: list[Attempt] = []
    settings = Settings(clock=lambda: datetime.now(UTC), backoff=lambda attempt: 0.0, per_host_delay=0)
    fetch_all(pages, settings, lambda body: "", recorded.append)
    assert [(each.url[-1], each.error) for each in recorded] == [
        ("0", NO_ADDRESS),
        ("0", NO_ADDRESS),
        ("1", "not asked: nobody.example gives no answer in this run"),
        ("2", "not asked: nobody.example gives no answer in this run"),
    ]


# Redirects


def test_a_redirect_in_the_family_is_followed_on_the_mirror() -> None:
    answers = {
        URL: redirect("https://www.acme.example/v2?x=1"),
        "https://www.acme.example/v2?x=1": redirect("../last"),
        "https://www.acme.example/last": redirect("/https/docs.acme.example/done"),
        "https://docs.acme.example/done": page(BODY),
    }
    night, mirror = one_night(answers)
    assert (night.outcomes, night.last[0].url) == (["ok"], URL)
    assert night.last[0].final_url == "https://docs.acme.example/done"
    assert mirror.urls == list(answers)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "http://acme.example/prices",
        "https://evil.example/prices",
        "https://acme.example:8080/",
        "https://user@acme.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "//evil.example/",
        "/https/evil.example/",
        "file:///etc/passwd",
        "https://acme.example\\@evil.example/",
        "http://[",
        "/https/acme.example/prices",
    ],
)
def test_a_redirect_elsewhere_is_refused_and_never_asked(location: str) -> None:
    night, mirror = one_night(redirect(location))
    assert (night.outcomes, night.last[0].status, night.last[0].final_url) == (["redirect_refused"], 302, URL)
    assert mirror.urls == [URL]


def test_five_redirects_are_followed_and_no_more() -> None:
    answers = {f"https://acme.example/{step}": redirect(f"/{step + 1}") for step in range(9)}
    night, mirror = one_night(answers, request("https://acme.example/0"))
    assert (night.outcomes, len(mirror.asked)) == (["redirect_refused"], 6)
    assert night.last[0].error == "there are more than 5 redirects"


@pytest.mark.parametrize("path", ["/../../_clock", "/a/../../../_clock", "/%2e%2e/%2E%2e/_clock", "/./_clock#x"])
def test_no_address_climbs_out_of_its_place_on_the_mirror(path: str) -> None:
    assert on_mirror(checked(f"https://acme.example{path}"), "http://m") == "http://m/https/acme.example/_clock"
    assert redirected(URL, path, "http://m") == "https://acme.example/_clock"


def test_a_mirror_maps_host_path_and_query_as_they_are() -> None:
    address = "https://acme.example/api?$filter=name%20eq%20%27A%20B%27&skip=1"
    assert (
        on_mirror(checked(address), "http://m")
        == "http://m/https/acme.example/api?$filter=name%20eq%20%27A%20B%27&skip=1"
    )
    assert on_mirror(checked(address), "") == address


# Private addresses


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.1.1",
        ),
        *(
            "::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "::10.0.0.1",
            "ff0e::1",
        ),
    ],
)
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"]))


def _resolving_to(*addresses: str) -> Any:
    return lambda host, port, *args, **kwargs: [(2, 1, 6, "", (address, port or 443)) for address in addresses]


def test_a_name_with_one_private_address_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolving_to("93.184.216.34", "10.0.0.7"))
    monkeypatch.setattr(socket, "socket", _no_socket)
    night = Night("", request())
    assert night.outcomes == ["redirect_refused"]
    assert night.last[0].error == "acme.example resolves to 10.0.0.7, which is not a public address"
    with pytest.raises(NotAllowed):
        public_addresses("acme.example", 443)


def test_the_guard_judges_the_address_it_is_connected_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        Line("almanac", guarded=False).opened(connection)
        with pytest.raises(NotAllowed, match=r"led to 127\.0\.0\.1"):
            Line("almanac", guarded=True).opened(connection)


@pytest.mark.parametrize(
    "url", ["http://acme.example/", "https://127.0.0.1/", "https://acme.example:22/", "https://[", "acme"]
)
def test_an_address_that_is_not_asked_is_told_and_nothing_is_sent(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _no_socket)
    assert Night("", request(url)).outcomes == ["redirect_refused"]


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may answer with a public address first and with a private one when it is resolved again."""
    answers = iter(["93.184.216.34", "10.0.0.7", "10.0.0.7"])
    resolved, reached = [], []

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        resolved.append(host)
        return [(2, 1, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        reached.append(address)
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    assert Night("", request(), retries=0).outcomes == ["connection_error"]
    assert (resolved, reached) == (["acme.example"], [("93.184.216.34", 443)])


def test_a_name_of_several_addresses_is_tried_at_few_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = []

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        reached.append(address[0])
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", _resolving_to(*(f"93.184.216.{number}" for number in range(9))))
    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    assert Night("", request(), retries=0).outcomes == ["timeout"]
    assert reached == [f"93.184.216.{number}" for number in range(ADDRESSES_TRIED)]


# Headers

FOLDED = '"v1"\r\n X-Injected: 1'
"""A header of two lines, as HTTP once allowed."""


def test_a_tag_injects_no_header() -> None:
    night, _ = one_night(page(BODY, ETag=FOLDED))
    assert (night.outcomes, night.last[0].etag.splitlines()) == (["ok"], ['"v1" X-Injected: 1'])
    for tag in (night.last[0].etag, FOLDED):
        night, mirror = one_night(page(BODY), request(known_sha256=SHA256, etag=tag))
        assert night.outcomes == ["unchanged"]
        assert "X-Injected" not in mirror.asked[0].headers


@pytest.mark.parametrize("tag", ['"' + "x" * 5_000 + '"', '"\x00\x07"'], ids=["long", "unseen"])
def test_a_tag_that_cannot_be_sent_back_is_not_and_the_page_is_read(tag: str) -> None:
    answer = page(BODY, ETag=tag, Last_Modified=tag)
    night, _ = one_night(answer)
    assert (night.outcomes, night.last[0].etag, night.last[0].last_modified) == (["ok"], "", "")
    night, mirror = one_night(answer, request(known_sha256=SHA256, etag=tag, last_modified=tag))
    assert night.outcomes == ["unchanged"]
    assert not {"If-None-Match", "If-Modified-Since"} & set(mirror.asked[0].headers)


def test_a_redirect_injects_no_header() -> None:
    night, mirror = one_night(redirect("https://www.acme.example/new\r\n X-Injected: 1\r\n Host: inside"))
    assert len(night.recorded) == len(mirror.asked) - 1
    assert not any("X-Injected" in each.headers or each.headers["Host"] == "inside" for each in mirror.asked)
    assert not re.search(r"\s", mirror.urls[-1])


def test_what_a_host_says_at_length_is_not_recorded_at_length() -> None:
    long = "x" * 60_000
    night, _ = one_night(page(BODY, f"application/json; {long}", ETag=f'"{long}"'))
    assert night.outcomes == ["ok"]
    assert len(repr(night.recorded)) < 3_000
    night, mirror = one_night(redirect(f"https://www.acme.example/{long}"))
    assert (night.outcomes, mirror.urls) == (["redirect_refused"], [URL])
    assert len(repr(night.recorded)) < 3_000


# Robots

PAGE = "https://acme.example/docs/prices"
ROBOTS = "https://acme.example/robots.txt"


TORN = page(b"User-agent: *\nDisallow: http://[x\n", "text/plain")


def obedient(url: str = PAGE) -> Request:
    return request(url, obey_robots=True)


def test_robots_are_fetched_once_a_host_recorded_and_obeyed() -> None:
    rules = page(b"User-agent: almanac\nDisallow: /private\n", "text/plain")
    closed = "https://acme.example/private/prices"
    night, mirror = one_night({ROBOTS: rules, PAGE: page(BODY)}, obedient(), obedient(closed), obedient())
    assert [each.outcome for each in night.last] == ["ok", "robots_refused", "ok"]
    assert night.last[1].error == "robots.txt of acme.example does not let us ask this page"
    assert (mirror.urls.count(ROBOTS), mirror.urls.count(closed)) == (1, 0)
    assert [each.outcome for each in night.recorded if each.source_id == "robots"] == ["ok"]


@pytest.mark.parametrize("answer", [status(404), status(403), page(b"", "text/plain"), page(b"<html>", "text/html")])
def test_a_host_without_robots_closes_nothing(answer: Any) -> None:
    night, _ = one_night({ROBOTS: answer, PAGE: page(BODY)}, obedient())
    assert night.last[0].outcome == "ok"


@pytest.mark.parametrize(
    "answer",
    [status(500), status(429), hang_up, cut_short(b"User-agent: *", 99, "text/plain"), page(b"x", "a/b"), TORN],
)
def test_robots_that_cannot_be_read_close_the_host_for_this_run(answer: Any) -> None:
    night, mirror = one_night({ROBOTS: answer, PAGE: page(BODY)}, obedient(), retries=0)
    assert night.last[0].outcome == "robots_refused"
    assert night.last[0].error == "robots.txt of acme.example could not be read, so nothing else is asked there"
    assert PAGE not in mirror.urls


def test_robots_that_drip_are_not_told_as_a_page_that_was_late() -> None:
    drips = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    night, mirror = one_night({ROBOTS: drips, PAGE: page(BODY)}, obedient(), deadline=0.3)
    assert [(each.source_id, each.outcome) for each in night.recorded] == [
        ("robots", "timeout"),
        ("acme", "robots_refused"),
    ]
    assert PAGE not in mirror.urls


def test_robots_speak_for_the_target_of_a_redirect_too() -> None:
    answers = {
        "https://www.acme.example/robots.txt": page(b"User-agent: *\nDisallow: /new", "text/plain"),
        PAGE: redirect("https://www.acme.example/new"),
    }
    night, mirror = one_night(answers, obedient())
    assert night.last[0].outcome == "robots_refused"
    assert "https://www.acme.example/new" not in mirror.urls


def test_a_source_that_is_an_api_asks_for_no_robots() -> None:
    assert one_night(page(BODY))[1].urls == [URL]


def test_robots_longer_than_we_read_count_as_unreadable() -> None:
    night, _ = one_night({ROBOTS: page(b"#" * (robots.MAX_BYTES + 1), "text/plain")}, obedient())
    assert night.last[0].outcome == "robots_refused"


# Keys


def test_a_key_goes_to_its_own_host_and_shows_nowhere() -> None:
    keyed = request(headers={"Authorization": f"Bearer {KEY}"})
    answers = {
        URL: redirect(f"https://www.acme.example/new?token={KEY}"),
        f"https://www.acme.example/new?token={KEY}": page(BODY, ETag=f'"{KEY}"'),
    }
    night, mirror = one_night(answers, keyed)
    assert night.outcomes == ["ok"]
    assert [each.headers.get("Authorization") for each in mirror.asked] == [f"Bearer {KEY}", None]
    assert KEY not in repr(night.recorded) + repr(keyed)
    assert night.last[0].final_url == "https://www.acme.example/new?token=[key]"


def test_a_key_is_blotted_out_however_it_is_spelt() -> None:
    key = "a+key/with=signs"
    location = f"https://www.acme.example/new?token={quote(key, safe='')}"
    night, _ = one_night(redirect(location), request(headers={"X-Key": key, "X-Version": "2023-06-01"}, key=key))
    assert night.last[0].final_url == "https://www.acme.example/new?token=[key]"
    assert "with" not in repr(night.recorded)


def test_an_answer_that_repeats_the_key_is_not_kept() -> None:
    keyed = request(headers={"X-Key": KEY, "X-Version": "2023-06-01"}, key=KEY)
    night, _ = one_night(page(b'{"you sent": "%s"}' % KEY.encode()), keyed)
    assert (night.outcomes, night.kept, night.last[0].sha256) == (["wrong_type"], [], None)
    assert night.last[0].error == "the answer repeats the key it was asked with"
    assert one_night(page(b'{"created": "2023-06-01"}'), keyed)[0].outcomes == ["ok"]


@pytest.mark.parametrize("broken", [f"{KEY}\nX: y", f" {KEY}", f"{KEY}\N{EURO SIGN}"])
def test_a_key_that_cannot_be_sent_is_not_quoted(broken: str) -> None:
    night, mirror = one_night(page(BODY), request(headers={"X-Key": broken}), retries=0)
    assert (night.outcomes, mirror.asked) == (["connection_error"], [])
    assert KEY not in repr(night.recorded)


def test_a_key_nobody_configured_asks_nothing() -> None:
    night, mirror = one_night(page(BODY), request(headers={"X-Key": ""}))
    assert (night.outcomes, mirror.asked) == (["not_configured"], [])
    assert night.last[0].error == "no key is configured: the header X-Key has no value"
    named = request(headers={"X-Key": ""}, key_variable="ACME_KEY")
    assert one_night({}, named)[0].last[0].error == "no key is configured: set ACME_KEY"


@pytest.mark.parametrize(
    ("mirror", "allowed"),
    [("", True), ("https://mirror.example", True), ("http://127.0.0.1:8765", True), ("http://mirror.example", False)],
)
def test_keys_cross_no_network_in_the_clear(mirror: str, allowed: bool) -> None:
    assert settings(mirror).may_carry_keys is allowed


def test_netrc_and_proxies_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    night, mirror = one_night(page(BODY, Set_Cookie="session=1"), request(), request())
    assert night.outcomes == ["ok", "ok"]
    assert not any({"Authorization", "Cookie"} & set(each.headers) for each in mirror.asked)


# The run


def _no_socket(*args: Any, **kwargs: Any) -> Any:
    raise AssertionError("a socket was opened")


def test_offline_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _no_socket)
    monkeypatch.setattr(socket, "getaddrinfo", _no_socket)
    night = Night("http://127.0.0.1:9", request(), obedient(), offline=True)
    assert night.outcomes == ["offline", "offline"]
    assert night.last[0].status is None


def test_the_answers_come_in_the_order_of_the_requests() -> None:
    asked = [request(f"https://{host}.example/{number}") for number in range(4) for host in ("a", "b", "c")]
    night, _ = one_night({each.url: page(each.url.encode()) for each in asked}, *asked)
    assert [each.url for each in night.last] == [each.url for each in asked]
    assert sorted(night.kept) == sorted(each.url.encode() for each in asked)


def test_fetch_ids_are_unique_and_sort_in_order_under_a_frozen_clock() -> None:
    nights = [one_night(status(500), request(), request(), mirror_connections=1)[0] for _ in range(2)]
    for night in nights:
        ids = [each.fetch_id for each in night.recorded]
        assert ids == sorted(ids)
    everything = [each.fetch_id for night in nights for each in night.recorded]
    assert len(set(everything)) == len(everything) == 16
    assert all(each.startswith("20260820T120000.000000Z-") for each in everything)


def test_attempts_are_recorded_one_at_a_time() -> None:
    inside = threading.Lock()
    seen: list[tuple[str, Attempt]] = []

    def tell(who: str, attempt: Attempt) -> None:
        assert inside.acquire(blocking=False)
        time.sleep(0.001)
        seen.append((who, attempt))
        inside.release()

    asked = [request(f"https://{host}.example/") for host in "abcdef"]
    with serving({each.url: page(BODY) for each in asked}) as mirror:
        fetch_all(
            asked,
            settings(mirror.url),
            lambda body: SHA256,
            lambda attempt: tell("record", attempt),
            lambda attempt: tell("progress", attempt),
        )
    assert [who for who, _ in seen] == ["record", "progress"] * 6


def test_a_store_that_fails_stops_the_run_and_is_heard() -> None:
    asked = [request(f"https://acme.example/{number}") for number in range(50)]

    def keep(body: bytes) -> str:
        raise OSError("no space left")

    with serving({each.url: page(BODY) for each in asked}) as mirror:
        with pytest.raises(OSError, match="no space left"):
            fetch_all(asked, settings(mirror.url), keep, lambda attempt: None)
        assert len(mirror.asked) <= 8


def test_one_host_is_asked_with_pauses_and_a_mirror_without() -> None:
    pace = Pace(delay=100)
    waits = [pace.turn("a.example"), pace.turn("b.example"), pace.turn("a.example"), pace.turn("a.example")]
    assert [round(wait, -1) for wait in waits] == [0, 0, 100, 200]
    assert [Pace(delay=0).turn("a.example") for _ in range(3)] == [0, 0, 0]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_MIRROR", "http://127.0.0.1:8765/")
    monkeypatch.setenv("ALMANAC_OFFLINE", "1")
    read = Settings.from_environment(lambda: NOON)
    assert (read.mirror, read.offline, read.clock()) == ("http://127.0.0.1:8765", True, NOON)
    monkeypatch.setenv("ALMANAC_OFFLINE", "0")
    assert not Settings.from_environment(lambda: NOON).offline


@pytest.mark.parametrize(
    "words",
    [
        "mirror",
        "127.0.0.1:8765",
        "//127.0.0.1:8765",
        "ftp://127.0.0.1",
        "file:///mirror",
        "http://",
        "http://:8765",
        "http://mirror:port",
        "http://mirror:99999",
        "http://mirror/pages",
        "http://mirror//",
        "http://mirror?day=1",
        "http://mirror#top",
        "http://name@mirror",
        "http://[::1",
        "http://mir ror",
    ],
)
def test_a_mirror_is_scheme_host_and_port_alone(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_MIRROR", words)
    with pytest.raises(ValueError, match=r"^a mirror \(ALMANAC_MIRROR\) is written http://HOST:PORT, not ") as refused:
        Settings.from_environment(lambda: NOON)
    assert repr(words.removesuffix("/")) in str(refused.value)


@pytest.mark.parametrize("words", ["http://mirror", "https://mirror.example:8765/", "http://[::1]:8765", " http://m "])
def test_a_mirror_may_end_in_a_slash(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_MIRROR", words)
    assert Settings.from_environment(lambda: NOON).mirror == words.strip().removesuffix("/")


# Bodies


@pytest.mark.parametrize(
    ("media", "content_type", "host", "fits"),
    [
        ("json", "application/json; charset=utf-8", "a.example", True),
        ("json", "text/plain", "a.example", True),
        ("json", "application/vnd.acme+json", "a.example", True),
        ("json", "application/octet-stream", "raw.githubusercontent.com", True),
        ("json", "application/octet-stream", "a.example", False),
        ("json", "", "a.example", True),
        ("html", "application/xhtml+xml", "a.example", True),
        ("html", "text/plain", "a.example", False),
        ("html", "application/json", "a.example", False),
        ("markdown", "text/markdown", "a.example", True),
        ("markdown", "Text/HTML; charset=utf-8", "a.example", False),
        ("yaml", "application/x-yaml", "a.example", True),
        ("yaml", "application/octet-stream", "a.example", True),
        ("csv", "text/csv", "a.example", True),
        ("csv", "image/png", "a.example", False),
    ],
)
def test_an_answer_of_another_kind_is_refused(media: Any, content_type: str, host: str, fits: bool) -> None:
    if fits:
        bodies.refuse_type(media, content_type, host)
    else:
        with pytest.raises(bodies.WrongType):
            bodies.refuse_type(media, content_type, host)


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_a_compressed_body_reads_the_same_however_it_is_cut(size: int) -> None:
    text = bytes(range(256)) * 999
    packed = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert bodies.whole(pieces, "gzip", len(text)) == text
    with pytest.raises(bodies.TooLarge):
        bodies.whole(pieces, "GZIP", len(text) - 1)
    assert bodies.whole([zlib.compress(text)], "deflate", len(text)) == text
