"""The newest edition's site on loopback, to look at before it is put anywhere.

Belongs here: a server for one person on this machine. Does not: publication; the folder ``site/`` is what a host gets.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files and no lists of files; what is not there is the site's own page for that."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012  (the base class has it so)
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".atom": "application/atom+xml",
        ".ics": "text/calendar",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        # Its links are relative to the first folder, so it is shown where they hold.
        body = (
            page.read_bytes()
            .replace(b"<head>", b'<head>\n<base href="/">', 1)
            .replace(b"base-uri 'none'", b"base-uri 'self'", 1)
        )
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: whoever looks at the site does not want a line for each file."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site in `folder`, bound to loopback alone; port 0 takes any that is free."""
    return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder)))


def serve(folder: Path, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` is given the address. OSError where the port cannot be had."""
    with server(folder, port) as served:
        tell(f"http://{HOST}:{served.server_port}/")
        with suppress(KeyboardInterrupt):
            served.serve_forever()
