"""The server as a program: where it listens, what it refuses to listen on, and how it ends.

Belongs here: sockets and uvicorn. Does not: what is answered (`application`).
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from pipelines.serving.application import application
from pipelines.serving.settings import LOOPBACK, Settings, variable
from warehouse.home import Home

LOOPBACK_NAMES = frozenset({"localhost", LOOPBACK, "[::1]"})

SECONDS_TO_END = 3
"""What is under way when the server is ended may take so long to finish."""


class Unservable(Exception):
    """An address that cannot or may not be served, and why: one sentence."""


def serve(
    home: Home,
    host: str,
    port: int,
    settings: Settings,
    *,
    tell: Callable[[str], None],
    log: Callable[[str], None],
) -> None:
    """Serve until interrupted. `Unservable` where it cannot.

    tell  is given the address, once
    log   a line for every answer
    """
    with bound(host, port, settings) as listening:
        tell(_address(listening))
        with suppress(KeyboardInterrupt):
            server(home, settings, listening, log).run(sockets=[listening])


@contextmanager
def aside(home: Home, settings: Settings, log: Callable[[str], None] = lambda line: None) -> Iterator[str]:
    """Serve on any free port of loopback beside what this process does; gives the address."""
    with bound(LOOPBACK, 0, settings) as listening:
        address, running = _address(listening), server(home, settings, listening, log)
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            while not running.started and thread.is_alive():
                time.sleep(0.01)
            yield address
        finally:
            running.should_exit = True
            thread.join()


def server(home: Home, settings: Settings, listening: socket.socket, log: Callable[[str], None]) -> uvicorn.Server:
    """The program behind a socket that `bound` gave, ready to run."""
    # A token says who asks. Without one, only names that mean this machine do: others may lead here too.
    hosts = None if settings.token else LOOPBACK_NAMES | {listening.getsockname()[0]}
    return uvicorn.Server(
        uvicorn.Config(
            application(home, settings, hosts=hosts, log=log),
            # It bounds the headers of a request.
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=settings.proxies,
            limit_concurrency=settings.connections,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
    )


def bound(host: str, port: int, settings: Settings) -> socket.socket:
    """A socket on an address; port 0 takes any that is free. `Unservable` where it cannot be had, or needs a token."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise Unservable(f"{host} is no address of this machine") from None
    if not ipaddress.ip_address(address[0]).is_loopback and not settings.token:
        raise Unservable(
            f"{host} can be reached from other machines, so it needs a token: set {variable('token')},"
            " or serve on 127.0.0.1"
        )
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise Unservable(f"port {port} of {host} cannot be served: {error.strerror}") from None
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
