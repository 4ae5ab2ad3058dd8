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

from sources.transport.addresses import NotAllowed, is_public, refuse_private


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

    def before(self, host: str, port: int | None) -> None:
        """Called with a name before it is connected to."""
        if self._guarded:
            refuse_private(host, port)

    def opened(self, connection: socket.socket) -> None:
        """Called with each new connection before a request goes over it."""
        self._sockets.add(connection)
        if self._late.is_set():
            raise Late
        if self._guarded:
            # The name was resolved a second time to connect, and may have been answered differently.
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

    def connect(self) -> None:
        self._line.before(self.host, self.port)
        super().connect()
        self._line.opened(self.sock)


class _Secure(HTTPSConnection):
    def __init__(self, line: Line, *args: Any, **kwargs: Any) -> None:
        self._line = line
        super().__init__(*args, **kwargs)

    def connect(self) -> None:
        self._line.before(self.host, self.port)
        super().connect()
        self._line.opened(self.sock)
