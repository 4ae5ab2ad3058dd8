"""A mirror on loopback that answers as a test scripts it, faults included.

    with serving({"https://acme.example/prices": [status(503), page(b"{}")]}) as mirror:
        Settings(mirror=mirror.url, ...)

Each address has a list of answers, one a request, the last repeated. What has no answer is a 404.
"""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import TypeAlias

Answer: TypeAlias = Callable[["_Handler"], None]


@dataclass(frozen=True)
class Asked:
    """One request that reached the mirror."""

    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Mirror:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def urls(self) -> list[str]:
        """The addresses asked, in order."""
        return [each.url for each in self.asked]

    def next_answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            answers = self.answers.get(asked.url, [status(404)])
            return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def serving(answers: Mapping[str, Answer | Sequence[Answer]]) -> Iterator[Mirror]:
    """A running mirror; it is gone, and its silent answers released, when the block ends."""
    mirror = Mirror(answers={url: [each] if callable(each) else list(each) for url, each in answers.items()})
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"mirror": mirror}))
    mirror.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield mirror
    finally:
        mirror.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Whoever comes with many connections at once is not made to wait for a second try.
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    mirror: Mirror

    def handle(self) -> None:
        # Clients hang up on kept-alive connections as they please.
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        url = self.path.replace("/https/", "https://", 1)
        try:
            self.mirror.next_answer(Asked(url, dict(self.headers)))(self)
        except ConnectionError:
            self.close_connection = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.mirror.next_answer(Asked(self.path, dict(self.headers), body))(self)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was asked is in `Mirror.asked`."""

    def start(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def page(body: bytes, content_type: str = "application/json", code: int = 200, **headers: str) -> Answer:
    """A whole answer; header names with ``_`` for ``-``. A request that holds its ETag gets a 304."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: _Handler) -> None:
        if "ETag" in named and handler.headers["If-None-Match"] == named["ETag"]:
            handler.start(304, {"ETag": named["ETag"]})
            return
        kind = {"Content-Type": content_type} if content_type else {}
        handler.start(code, {"Content-Length": str(len(body))} | kind | named)
        handler.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Answer:
    return page(b"no", "text/plain", code, **headers)


def redirect(location: str, body: bytes = b"", **headers: str) -> Answer:
    return page(body, "text/html", 302, Location=location, **headers)


def gzipped(body: bytes, declared: str = "application/json") -> Answer:
    return page(gzip.compress(body), declared, Content_Encoding="gzip")


def bomb(megabytes: int, code: int = 200, **headers: str) -> Answer:
    """A few kilobytes that inflate to many megabytes of zeros."""
    whole = gzip.compress(bytes(megabytes << 20), 9)
    return page(whole, code=code, Content_Encoding="gzip", **headers)


def cut_short(body: bytes, promised: int, content_type: str = "application/json") -> Answer:
    """Says `promised` bytes, sends `body` and hangs up."""

    def answer(handler: _Handler) -> None:
        page(body, content_type, Content_Length=str(promised))(handler)
        handler.close_connection = True

    return answer


def cut_short_in_chunks(body: bytes) -> Answer:
    """One chunk of a chunked body, then no more."""

    def answer(handler: _Handler) -> None:
        handler.start(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        handler.close_connection = True

    return answer


def hang_up(handler: _Handler) -> None:
    """No answer at all."""
    handler.close_connection = True


def silence(handler: _Handler) -> None:
    """A connection that stays open and says nothing."""
    handler.mirror.closing.wait(30)
    handler.close_connection = True


def drip(head: bytes) -> Answer:
    """`head`, then a space every few milliseconds: never silent for long and never done."""

    def answer(handler: _Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(head)
        for _ in repeat(None):
            handler.wfile.write(b" ")
            if handler.mirror.closing.wait(0.02):
                return

    return answer
