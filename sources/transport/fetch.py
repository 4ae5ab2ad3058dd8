"""Fetching: many addresses, politely and within bounds, and one `Attempt` for everything that was tried.

A body is handed to `keep` only when it came whole, in the right type and under its cap; whatever else happens is an
outcome, never an exception. Belongs here: the order of things (pace, robots, attempts, retries, redirects). Does not:
addresses (`addresses`), bodies (`bodies`), sockets (`connections`), what is stored (the caller's `keep` and `record`).
"""

import email.utils
import hashlib
import itertools
import os
import re
import socket
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser
from weakref import WeakSet

import requests
import urllib3

from sources.contract import Media
from sources.transport import bodies, robots
from sources.transport.addresses import NotAllowed, checked, host_of, on_mirror, redirected
from sources.transport.connections import Late, Line

Outcome = Literal[
    "ok",
    "unchanged",
    "not_modified",
    "http_error",
    "timeout",
    "connection_error",
    "too_large",
    "wrong_type",
    "redirect_refused",
    "robots_refused",
    "truncated",
    "empty",
    "offline",
    "not_configured",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""How an attempt can end. ``redirect_refused`` is any address we do not ask, printed on a page or redirected to."""

CONFIRMING: frozenset[Outcome] = frozenset({"ok", "unchanged", "not_modified"})
"""The outcomes after which the source has been read today: the attempt names a body by its SHA-256."""

MAX_REDIRECTS = 5
HOST_PATIENCE = 3
"""Requests in a row a host may leave without any answer before the rest of its requests are not sent. Where as many
fail in another way that may pass, the rest are sent once each."""

LONGEST_WORDS = 1_000
"""Characters of a header or a sentence that the ledger takes."""

_VALIDATOR = re.compile(r"[!-~\x80-\xff][ -~\x80-\xff]{0,499}")
"""An ETag or a date that can be sent back as it came."""

NO_ADDRESS = "the connection failed: the host's name has no address"
"""A name without an address is the whole host's trouble: it is tried once more, and then none of its pages is asked."""

THE_MIRROR = "the mirror (ALMANAC_MIRROR)"
NO_MIRROR = f"{THE_MIRROR} does not answer"
"""A mirror nobody can connect to is the trouble of every host behind it, not of those that were asked first."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Request:
    """One address to ask for one source.

    known_sha256, etag, last_modified   of the newest body we hold; they make the request conditional
    headers                             API keys: sent to this host alone, never in the clear over a network, never
                                        shown. One without a value is a key nobody configured: nothing is asked then
    key                                 the key in them alone: a body that repeats it is not kept
    key_variable                        the environment variable the key is read from, for whoever is told it is missing
    """

    source_id: str
    url: str
    media: Media
    max_bytes: int = 32_000_000
    etag: str = ""
    last_modified: str = ""
    known_sha256: str = ""
    obey_robots: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: str = field(default="", repr=False)
    key_variable: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that make it conditional; none where no body is known, or nothing that can be sent back."""
        known = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified} if self.known_sha256 else {}
        return {name: value for name, value in known.items() if _VALIDATOR.fullmatch(value)}


@dataclass(frozen=True)
class Attempt:
    """One row of the fetch ledger.

    status is None where nothing answered. sha256 is the body this attempt confirms: the new one, or the known one;
    etag and last_modified belong to it and are empty without it. bytes is the length of a body that was read, inflated.
    """

    fetch_id: str
    source_id: str
    url: str
    attempt: int
    started_at: datetime
    finished_at: datetime
    status: int | None
    outcome: Outcome
    etag: str
    last_modified: str
    content_type: str
    sha256: str | None
    bytes: int | None
    error: str
    final_url: str


def _doubling(attempt: int) -> float:
    return min(2.0 ** (attempt - 1), 30.0)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run asks. Times in seconds; `clock` stamps attempts and never measures.

    deadline            for one request: all its attempts, redirects and the waits between them
    document_time       a connection has `deadline` and this much for each document of its host; then no more is sent
    backoff             the attempt that failed → the wait before the next, where the host names none
    per_host_delay      between two requests to one host; a mirror is asked without pause
    hosts_in_parallel   threads; a host has per_host_connections of them (behind a mirror, mirror_connections)
    """

    clock: Callable[[], datetime]
    mirror: str = ""
    offline: bool = False
    user_agent: str = "almanac/0.1 (+https://almanac.example/fetching)"
    connect_timeout: float = 10
    read_timeout: float = 30
    deadline: float = 120
    document_time: float = 2
    retries: int = 3
    retry_after_max: float = 60
    backoff: Callable[[int], float] = _doubling
    per_host_delay: float = 1.0
    hosts_in_parallel: int = 8
    per_host_connections: int = 1
    mirror_connections: int = 4

    def __post_init__(self) -> None:
        if self.mirror and not _is_mirror(self.mirror):
            raise ValueError(f"a mirror (ALMANAC_MIRROR) is written http://HOST:PORT, not {self.mirror!r}")

    @classmethod
    def from_environment(cls, clock: Callable[[], datetime]) -> "Settings":
        """As ``ALMANAC_MIRROR`` and ``ALMANAC_OFFLINE`` say. ValueError when the mirror is not an address."""
        return cls(
            clock=clock,
            mirror=os.environ.get("ALMANAC_MIRROR", "").strip().removesuffix("/"),
            offline=os.environ.get("ALMANAC_OFFLINE", "").lower() not in ("", "0", "false", "no"),
        )

    @property
    def may_carry_keys(self) -> bool:
        """Whether a key may go over the wire: not in the clear, except to this very machine."""
        mirror = urlsplit(self.mirror)
        return mirror.scheme != "http" or mirror.hostname in ("127.0.0.1", "::1", "localhost")


def _is_mirror(words: str) -> bool:
    """Whether this is scheme, host and port alone, as every address is put behind them."""
    try:
        parts = urlsplit(words)
        origin = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    plain = re.fullmatch(r"https?://[\w.:\[\]-]+", words, re.ASCII | re.IGNORECASE)
    return bool(origin and plain)


def fetch_all(
    requests: Iterable[Request],
    settings: Settings,
    keep: Callable[[bytes], str],
    record: Callable[[Attempt], None],
    progress: Callable[[Attempt], None] | None = None,
    done: Callable[[Attempt], None] | None = None,
) -> list[Attempt]:
    """The last attempt at each request, in the order of the requests.

    keep       stores an accepted body and returns its SHA-256 in hex; called from several threads
    record     takes every attempt as it ends, also those that are tried again and those at robots.txt
               (``source_id`` ``robots``), never two at a time; `progress` likewise, right after it
    done       takes the last attempt at each request, likewise

    Raises only what these raise, and KeyboardInterrupt: no further request is sent then, those under way are cut off,
    and nothing more is recorded.
    """
    return _Run(settings, keep, record, progress, done).fetch_all(list(requests))


@dataclass
class _Reply:
    """What is known of the answer so far; what the ledger shows of an attempt that ends midway."""

    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _Ended(Exception):
    """The end of an attempt that brought no body."""

    def __init__(self, outcome: Outcome, error: str) -> None:
        self.outcome, self.error = outcome, error


class _Run:
    def __init__(
        self,
        settings: Settings,
        keep: Callable[[bytes], str],
        record: Callable[[Attempt], None],
        progress: Callable[[Attempt], None] | None,
        done: Callable[[Attempt], None] | None,
    ) -> None:
        self.settings = settings
        self.keep, self.record, self.progress, self.done = keep, record, progress, done
        self.recording = threading.Lock()
        self.stopped = threading.Event()
        self.lines: WeakSet[Line] = WeakSet()
        self.numbers = itertools.count(1)
        # Two runs may be stamped with the same frozen instant and must not give the same ids.
        self.salt = uuid.uuid4().hex
        self.pace = Pace(0 if settings.mirror else settings.per_host_delay)
        self.unanswered: defaultdict[str, int] = defaultdict(int)
        self.troubled: defaultdict[str, int] = defaultdict(int)
        self.width = settings.mirror_connections if settings.mirror else settings.per_host_connections
        self.time_left: defaultdict[str, float] = defaultdict(lambda: settings.deadline * self.width)
        self.robots: dict[str, RobotFileParser | None] = {}
        self.robots_locks: dict[str, threading.Lock] = {}

    def fetch_all(self, asked: list[Request]) -> list[Attempt]:
        by_host: defaultdict[str, list[int]] = defaultdict(list)
        for position, request in enumerate(asked):
            by_host[host_of(request.url)].append(position)
            self.time_left[host_of(request.url)] += self.settings.document_time * self.width
        lanes = [
            lane
            for positions in by_host.values()
            for start in range(self.width)
            if (lane := positions[start :: self.width])
        ]
        last: dict[int, Attempt] = {}
        with ThreadPoolExecutor(self.settings.hosts_in_parallel, "fetch") as threads:
            try:
                # The longest lane sets the length of the night, so it starts first.
                lanes.sort(key=len, reverse=True)
                for done in as_completed([threads.submit(self.lane, asked, lane) for lane in lanes]):
                    last |= done.result()
            except BaseException:
                self.stopped.set()
                for line in list(self.lines):
                    line.cut()
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        return [last[position] for position in range(len(asked))]

    def lane(self, asked: list[Request], positions: list[int]) -> dict[int, Attempt]:
        last = {}
        with closing(self.line()) as line:
            for position in positions:
                if self.stopped.is_set():
                    break
                last[position], _ = self.fetch(asked[position], line)
                if self.done and not self.stopped.is_set():
                    with self.recording:
                        self.done(last[position])
        return last

    def line(self) -> Line:
        line = Line(self.settings.user_agent, guarded=not self.settings.mirror)
        self.lines.add(line)
        return line

    def take_turn(self, host: str) -> None:
        self.stopped.wait(self.pace.turn(host))

    def fetch(self, request: Request, line: Line) -> tuple[Attempt, bytes | None]:
        """All attempts at one request: the last of them and the body it brought."""
        host = host_of(request.url)
        if unasked := self.reason_not_to_ask(request, host):
            attempt, body, _ = self.attempt(request, 1, line, time.monotonic(), unasked)
            return attempt, body
        if request.obey_robots:
            # First, so that the time for the page is not the time for this.
            with suppress(NotAllowed):
                self.robots_of(host_of(checked(request.url)))
        self.take_turn(host)
        begun = time.monotonic()
        ends = begun + min(self.settings.deadline, max(self.time_left[host], 0))
        for number in itertools.count(1):
            attempt, body, answered = self.attempt(request, number, line, ends)
            wait = retry_wait(answered, number, self.settings)
            tries = 1 if attempt.error == NO_ADDRESS else self.settings.retries
            tries = 0 if self.troubled[host] >= HOST_PATIENCE else tries
            if not _may_pass(attempt) or number > tries or time.monotonic() + wait >= ends:
                break
            if self.stopped.wait(wait):
                break
            self.take_turn(host)
        self.time_left[host] -= time.monotonic() - begun
        self.troubled[host] = self.troubled[host] + 1 if _may_pass(attempt) else 0
        silent = attempt.outcome in ("timeout", "connection_error") or attempt.status in (429, 503)
        self.unanswered[host] = self.unanswered[host] + 1 if silent else 0
        if attempt.error == NO_ADDRESS:
            self.unanswered[host] = HOST_PATIENCE
        mute = attempt.error.startswith(NO_MIRROR)
        self.unanswered[THE_MIRROR] = self.unanswered[THE_MIRROR] + 1 if mute else 0
        return attempt, body

    def reason_not_to_ask(self, request: Request, host: str) -> _Ended | None:
        if self.settings.offline:
            return _Ended("offline", "offline: nothing was asked")
        for name, value in request.headers.items():
            if not value.strip():
                where = f"set {request.key_variable}" if request.key_variable else f"the header {name} has no value"
                return _Ended("not_configured", f"no key is configured: {where}")
        if self.unanswered[THE_MIRROR] >= HOST_PATIENCE:
            return _Ended("connection_error", f"not asked: {THE_MIRROR} gives no answer in this run")
        if self.unanswered[host] >= HOST_PATIENCE:
            return _Ended("connection_error", f"not asked: {host} gives no answer in this run")
        if self.time_left[host] <= 0:
            return _Ended("timeout", f"not asked: {host} has used up the time it has in this run")
        return None

    def attempt(
        self, request: Request, number: int, line: Line, ends: float, unasked: _Ended | None = None
    ) -> tuple[Attempt, bytes | None, Mapping[str, str]]:
        """One attempt, recorded; the body it brought, and the headers it was answered with."""
        started_at = self.settings.clock()
        fetch_id = self.fetch_id(request, number, started_at)
        reply = _Reply(request.url)
        outcome: Outcome = "ok"
        error, sha256, body = "", None, None
        try:
            if unasked:
                raise unasked
            body = self.body(request, line, reply, ends)
            if request.key and any(key.encode() in body for key in _keys(request)):
                body = None
                raise _Ended("wrong_type", "the answer repeats the key it was asked with")
        except _TROUBLE as trouble:
            end = _end(trouble, bool(self.settings.mirror))
            outcome, error = end.outcome, end.error
        if body is not None:
            sha256 = hashlib.sha256(body).hexdigest()
            if sha256 == request.known_sha256:
                outcome = "unchanged"
            else:
                sha256 = self.keep(body)
        known_etag = known_date = ""
        if outcome == "not_modified":
            sha256, known_etag, known_date = request.known_sha256, request.etag, request.last_modified
        shown = _without_keys(request)
        attempt = Attempt(
            fetch_id=fetch_id,
            source_id=request.source_id,
            url=request.url,
            attempt=number,
            started_at=started_at,
            finished_at=self.settings.clock(),
            status=reply.status,
            outcome=outcome,
            etag=shown(_validator(reply.headers.get("ETag", known_etag))) if sha256 else "",
            last_modified=shown(_validator(reply.headers.get("Last-Modified", known_date))) if sha256 else "",
            content_type=shown(reply.headers.get("Content-Type", "")),
            sha256=sha256,
            bytes=None if body is None else len(body),
            error=shown(error),
            final_url=shown(reply.url),
        )
        with self.recording:
            # What was cut off because the run ends says nothing of the host.
            if not self.stopped.is_set():
                self.record(attempt)
                if self.progress:
                    self.progress(attempt)
        return attempt, body, reply.headers

    def fetch_id(self, request: Request, number: int, started_at: datetime) -> str:
        """Unique even under a frozen clock, and in the order of the attempts."""
        words = f"{self.salt} {request.source_id} {request.url} {number}"
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        return f"{started_at:%Y%m%dT%H%M%S.%fZ}-{next(self.numbers):06d}-{digest}"

    def body(self, request: Request, line: Line, reply: _Reply, ends: float) -> bytes:
        """The accepted body of one request, redirects followed. Every other end is raised."""
        with line.until(ends), closing(self.answer(request, line, reply, ends)) as answer:
            if answer.status_code == 304 and request.conditions:
                raise _Ended("not_modified", "")
            if answer.status_code != 200:
                raise _Ended("http_error", f"{host_of(reply.url)} answered {answer.status_code}")
            bodies.refuse_type(request.media, answer.headers.get("Content-Type", ""), host_of(reply.url))
            declared = answer.headers.get("Content-Length", "")
            if declared.isdecimal() and float(declared) > request.max_bytes:
                raise bodies.TooLarge(request.max_bytes)
            try:
                chunks = answer.raw.stream(bodies.PIECE, decode_content=False)
                body = bodies.whole(chunks, answer.headers.get("Content-Encoding", ""), request.max_bytes)
            except urllib3.exceptions.ProtocolError:
                raise bodies.Broken("the connection ended before the body was whole") from None
        if not body.strip():
            raise _Ended("empty", "the body is empty")
        return body

    def answer(self, request: Request, line: Line, reply: _Reply, ends: float) -> requests.Response:
        """The head of the first answer that is no redirect."""
        url = checked(request.url)
        for _ in range(MAX_REDIRECTS + 1):
            if request.obey_robots:
                self.obey_robots(url)
            left = max(ends - time.monotonic(), 0.001)
            timeout = min(self.settings.connect_timeout, left), min(self.settings.read_timeout, left)
            answer = line.get(on_mirror(url, self.settings.mirror), self.headers(request, url), timeout)
            reply.status, reply.headers = answer.status_code, answer.headers
            location = answer.headers.get("Location")
            if answer.status_code not in _REDIRECTS or not location:
                return answer
            answer.close()
            before, url = url, redirected(url, location, self.settings.mirror)
            if url == before:
                raise NotAllowed("the redirect leads back to itself")
            reply.url = url
            self.take_turn(host_of(url))
        raise NotAllowed(f"there are more than {MAX_REDIRECTS} redirects")

    def headers(self, request: Request, url: str) -> dict[str, str]:
        headers = {"Accept": f"{bodies.ACCEPT[request.media]}, */*;q=0.1"}
        headers |= request.conditions
        if host_of(url) == host_of(request.url) and self.settings.may_carry_keys:
            headers |= request.headers
        return headers

    def robots_of(self, host: str) -> RobotFileParser | None:
        """The rules of a host, whose robots.txt is fetched once a run."""
        with self.robots_locks.setdefault(host, threading.Lock()):
            if host not in self.robots:
                request = Request("robots", f"https://{host}/robots.txt", "markdown", max_bytes=robots.MAX_BYTES)
                with closing(self.line()) as line:
                    attempt, body = self.fetch(request, line)
                self.robots[host] = robots.rules(body, attempt.outcome, attempt.status, attempt.content_type)
                # It used up the turn of the page that is asked next.
                self.take_turn(host)
            return self.robots[host]

    def obey_robots(self, url: str) -> None:
        """Ends the attempt where the host's robots.txt does not let us ask `url`."""
        host = host_of(url)
        rules = self.robots_of(host)
        if rules is None:
            raise _Ended("robots_refused", f"robots.txt of {host} could not be read, so nothing else is asked there")
        if not rules.can_fetch(self.settings.user_agent, url):
            raise _Ended("robots_refused", f"robots.txt of {host} does not let us ask this page")


class Pace:
    """Turns at a host: at least `delay` seconds apart, whoever asks."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.free_at: dict[str, float] = {}
        self.lock = threading.Lock()

    def turn(self, host: str) -> float:
        """Takes the next turn; the seconds to wait for it."""
        with self.lock:
            now = time.monotonic()
            turn = max(now, self.free_at.get(host, now))
            self.free_at[host] = turn + self.delay
            return turn - now


_TROUBLE = (
    _Ended,
    Late,
    NotAllowed,
    bodies.Broken,
    bodies.TooLarge,
    bodies.WrongType,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
    ValueError,
)


def _end(trouble: Exception, on_mirror: bool) -> _Ended:
    """Which outcome an exception stands for, and the sentence that says so."""
    match trouble:
        case _Ended():
            return trouble
        case Late():
            return _Ended("timeout", "the answer was not whole when the time for it was up")
        case requests.ConnectTimeout() if on_mirror:
            return _Ended("timeout", f"{NO_MIRROR}: no connection in time")
        case requests.Timeout() | urllib3.exceptions.TimeoutError():
            return _Ended("timeout", f"{THE_MIRROR if on_mirror else 'the host'} fell silent")
        case NotAllowed():
            return _Ended("redirect_refused", str(trouble))
        case bodies.TooLarge():
            return _Ended("too_large", str(trouble))
        case bodies.WrongType():
            return _Ended("wrong_type", str(trouble))
        case bodies.Broken():
            return _Ended("truncated", str(trouble))
    if _is_nameless(trouble):
        return _Ended("connection_error", f"{NO_MIRROR}: its name has no address" if on_mirror else NO_ADDRESS)
    # The words of what is left are never shown: some quote the headers they could not send.
    if on_mirror and any(isinstance(each, urllib3.exceptions.NewConnectionError) for each in _chain(trouble)):
        return _Ended("connection_error", f"{NO_MIRROR}: {_cause(trouble)}")
    if on_mirror:
        return _Ended("connection_error", f"the connection to {THE_MIRROR} failed: {_cause(trouble)}")
    return _Ended("connection_error", f"the connection failed: {_cause(trouble)}")


def _may_pass(attempt: Attempt) -> bool:
    """Whether the next attempt may fare better."""
    passing_status = attempt.status is not None and (attempt.status in (408, 429) or attempt.status >= 500)
    return passing_status or attempt.outcome in ("timeout", "connection_error", "truncated")


def _validator(words: str) -> str:
    return words if _VALIDATOR.fullmatch(words) else ""


def retry_wait(headers: Mapping[str, str], attempt: int, settings: Settings) -> float:
    """Seconds before the next attempt: what ``Retry-After`` asks, up to the cap, else the backoff.

    A date is read against the answer's own ``Date``: neither our clock nor a frozen one has a say in it.
    """
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return min(float(asked), settings.retry_after_max)
    try:
        until = email.utils.parsedate_to_datetime(asked) - email.utils.parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return settings.backoff(attempt)
    return min(max(until.total_seconds(), 0.0), settings.retry_after_max)


def _chain(error: BaseException) -> list[BaseException]:
    """An error and all it goes back to, outermost first."""
    chain: list[BaseException] = [error]
    for each in chain:
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        chain += [found for found in inner if isinstance(found, BaseException) and found not in chain]
    return chain


def _is_nameless(error: BaseException) -> bool:
    return any(isinstance(each, socket.gaierror) for each in _chain(error))


def _cause(error: BaseException) -> str:
    """The operating system's word for the innermost trouble, else the name of its kind."""
    chain = _chain(error)
    named = [each.strerror for each in chain if isinstance(each, OSError) and isinstance(each.strerror, str)]
    return named[-1] if named else type(chain[-1]).__name__


def _keys(request: Request) -> set[str]:
    """The key of a request, or every word its headers carry, as it is and as it stands in an address."""
    values = [request.key] if request.key else request.headers.values()
    words = {word for value in values for word in value.split() if len(word) > 7}
    return words | {quote(word, safe="") for word in words}


def _without_keys(request: Request) -> Callable[[str], str]:
    """Text as the ledger takes it: not endless, and every key blotted out, should a host have echoed one."""
    keys = _keys(request)

    def shown(text: str) -> str:
        for key in keys:
            text = text.replace(key, "[key]")
        return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}…"

    return shown
