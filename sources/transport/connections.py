"""One thread's keep-alive connections: they reach public addresses only, and are cut off when their time is up.

Belongs here: what `requests` and `urllib3` do on their own and must not. Environment proxies and ``.netrc`` are not
read (no guard sees through a proxy; a network without a way out has the mirror), cookies are not kept, redirects
are not followed. Does not belong here: what an answer means.
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from sources.transport.addresses import NotAllowed, is_public, public_addresses

ADDRESSES_TRIED = 4
"""Addresses of one name that are connected to, one after the other."""


class Late(Exception):
    """The time for a request was up before its answer was whole."""


class Line:
    """Connections of one thread. `guarded` refuses hosts on addresses that are not public; a mirror is not guarded."""

    def __init__(self, user_agent: str, *, guarded: bool) -> None:
        self._guarded = guarded
        self._late = threading.Event()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers["User-Agent"] = user_agent
        self._session.headers["Accept-Encoding"] = "gzip"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Adapter(self))

    def get(self, url: str, headers: Mapping[str, str], timeout: tuple[float, float]) -> requests.Response:
        """The head of an answer, its body unread. Raises `NotAllowed` for an address that is not public."""
        return self._session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)

    def post(self, url: str, message: Mapping[str, Any], timeout: tuple[float, float]) -> requests.Response:
        """The head of the answer to a JSON message, its body unread."""
        return self._session.post(url, json=message, timeout=timeout, stream=True, allow_redirects=False)

    @contextmanager
    def until(self, ends: float) -> Iterator[None]:
        """Cut whatever is open when `time.monotonic()` reaches `ends`, and raise `Late`.

        A read timeout starts anew with every byte, so a server that drips could hold a thread all night.
        """
        self._late = late = threading.Event()
        timer = threading.Timer(max(ends - time.monotonic(), 0), self._cut, (late,))
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if late.is_set():
                raise Late from None
            raise
        finally:
            timer.cancel()
        if late.is_set():
            raise Late

    def close(self) -> None:
        self._session.close()

    def cut(self) -> None:
        """Cut whatever is open, now; called from another thread."""
        self._cut(self._late)

    def _cut(self, late: threading.Event) -> None:
        late.set()
        for each in list(self._sockets):
            # The plain shutdown: that of a TLS socket would drop its keys under the reader's feet.
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def addresses(self, host: str, port: int | None) -> list[str]:
        """What to connect to for a name: of a host that is guarded the addresses that were judged, and no name."""
        return public_addresses(host, port)[:ADDRESSES_TRIED] if self._guarded else [host]

    def refuse_late(self) -> None:
        """Raise `Late` where the time is up."""
        if self._late.is_set():
            raise Late

    def opened(self, connection: socket.socket) -> None:
        """Called with each new connection before anything goes over it, and with what becomes of it under TLS."""
        self._sockets.add(connection)
        self.refuse_late()
        if self._guarded:
            address = connection.getpeername()[0]
            if not is_public(address):
                raise NotAllowed(f"the connection led to {address}, which is not a public address")


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: given a target, `requests` reads a redirect's whole body, inflated and uncapped, followed or not."""


class _Adapter(HTTPAdapter):
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        pool.ConnectionCls = partial(_Secure if pool.scheme == "https" else _Plain, self._line)
        return pool


class _Plain(HTTPConnection):
    def __init__(self, line: Line, *args: Any, **kwargs: Any) -> None:
        self._line = line
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        """To an address that was judged: a name that is resolved once more may be answered differently."""
        name, troubles = self._dns_host, []
        for address in self._line.addresses(name, self.port):
            self._line.refuse_late()
            self._dns_host = address
            try:
                connection = super()._new_conn()
            except (ConnectTimeoutError, NewConnectionError) as trouble:
                troubles.append(trouble)
                continue
            finally:
                self._dns_host = name
            try:
                self._line.opened(connection)
            except Exception:
                connection.close()
                raise
            return connection
        raise troubles[0]


class _Secure(_Plain, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        # A handshake hides its socket from everybody until it is done; it can be cut by this one, which is the same.
        self._twin = connection.dup()
        self._line.opened(self._twin)
        return connection

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            if twin := getattr(self, "_twin", None):
                twin.close()
        self._line.opened(self.sock)
