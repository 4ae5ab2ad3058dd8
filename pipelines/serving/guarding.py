"""Who may ask, and how often; what every answer says to a browser; a line in the log for each.

Around the whole application, so that nothing is answered past it. Belongs here: everything that is decided without
knowing what a path means. Does not: the answers.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.publishing.site.rendering import SEARCHING
from pipelines.serving.settings import Settings
from pipelines.wording.phrases import inert

SQL = "/sql"
"""How the path of a query ends."""

HEALTH = "/health"
"""Answered without a token, since it says nothing of what is held."""

POLICY = SEARCHING.replace("base-uri 'none'", "base-uri 'self'") + "; frame-ancestors 'none'"
"""What the site's pages ask for at most; each asks for less itself."""

SAID_TO_BROWSERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
"""No header lets a page of another origin read an answer."""

CLIENTS = 10_000
"""So many clients' requests are counted; of more, those that asked longest ago begin anew."""

LONGEST_LOGGED = 200


def refusal(status: int, error: str, message: str, **headers: str) -> Response:
    """An error as every part of the server says it: a word for programs and a sentence for people."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": error, "message": message}, status, {"Cache-Control": "no-store"} | named)


class Bucket:
    """So many requests a second of each client, and a burst after a pause; a rate of 0 is no limit."""

    def __init__(self, rate: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take one; seconds until there is one where there is none."""
        if not self.rate:
            return 0
        now = self.clock()
        left, at = self._left.pop(client, (float(self.burst), now))
        left = min(float(self.burst), left + (now - at) * self.rate)
        taken = left >= 1
        self._left[client] = (left - taken, now)
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return 0 if taken else (1 - left) / self.rate


class Guard:
    """The application behind its checks.

    hosts  names under which it may be asked, where a token does not tell who asks: a page of another name that leads to
           this address is no page of ours. None asks for no name
    log    is given a line for each answer; without queries, which may hold anything, and without what was refused
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, hosts: frozenset[str] | None, log: Callable[[str], None]
    ) -> None:
        self.app, self.hosts, self.log = app, hosts, log
        self._token = _digest(settings.token.encode()) if settings.token else b""
        self._requests = Bucket(settings.rate, settings.burst)
        self._queries = Bucket(settings.sql_rate, settings.sql_burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, size = time.monotonic(), 0, 0

        async def sent(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *SAID_TO_BROWSERS]
            elif scope["method"] != "HEAD":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await (self._refused(scope) or self.app)(scope, receive, sent)
        finally:
            self.log(_line(scope, status, size, time.monotonic() - begun))

    def _refused(self, scope: Scope) -> Response | None:
        """Why a request is not answered; None where it is."""
        headers, path = Headers(scope=scope), scope["path"]
        if self.hosts is not None and _host(headers.get("host", "")) not in self.hosts:
            return refusal(421, "unknown_host", "this server goes by another name")
        client = _client(scope)
        wait = self._requests.wait(client) or (path.endswith(SQL) and self._queries.wait(client)) or 0
        if wait:
            return refusal(429, "too_often", "too many requests; wait a little", Retry_After=str(math.ceil(wait)))
        if self._token and path != HEALTH and not self._is_known(headers.get("authorization", "")):
            asked_for = 'Bearer realm="almanac", Basic realm="almanac", charset="UTF-8"'
            return refusal(401, "no_token", "this server asks for a token", WWW_Authenticate=asked_for)
        return None

    def _is_known(self, authorization: str) -> bool:
        """Whether the header shows the token; of a name and a password, as a browser asks for, the password counts."""
        scheme, _, shown = authorization.partition(" ")
        given = shown.strip().encode("latin-1", "replace")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).partition(b":")[2]
            except binascii.Error:
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(_digest(given), self._token)


def _digest(words: bytes) -> bytes:
    """Of one length whatever is digested, so that comparing takes the same time whatever is shown."""
    return hashlib.sha256(words).digest()


def _host(named: str) -> str:
    """A Host header without its port."""
    return named.lower().rpartition(":")[0] if named.rpartition(":")[2].isdigit() else named.lower()


def _client(scope: Scope) -> str:
    """Who asks: an address, of IPv6 the network a host is given."""
    name: str = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.IPv6Address(name)
    except ValueError:
        return name
    return str(address.ipv4_mapped or ipaddress.IPv6Network((int(address), 64), strict=False))


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    client = scope["client"][0] if scope.get("client") else "-"
    path = scope.get("raw_path", b"").decode("latin-1")
    shown = path if len(path) <= LONGEST_LOGGED else f"{path[:LONGEST_LOGGED]}…"
    return inert(f"{at} {client} {scope['method']} {shown} {status} {size} B {seconds * 1000:.0f} ms")
