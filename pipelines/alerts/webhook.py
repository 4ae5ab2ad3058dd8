"""The webhook: one JSON message to the address in ``ALMANAC_WEBHOOK``, tried again while it may help, in bounded time.

Belongs here: the way there. Does not: what is said, or whether it was said before. The address is a secret: it is read
from the environment when it is used, is in no message, log or file, and neither are the words of errors, some of which
quote it. Redirects are not followed. A receiver inside one's own network is allowed: addresses are not judged as those
of sources are.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

VARIABLE = "ALMANAC_WEBHOOK"
SECONDS = 20.0
"""All attempts at one message and the waits between them."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unsent(Exception):
    """A message that was not taken, and why: one sentence without the address."""


def address() -> str:
    """Where messages go; empty where nobody says. `Unsent` where it is no https address, loopback apart."""
    configured = os.environ.get(VARIABLE, "").strip()
    if not configured:
        return ""
    try:
        parts = urlsplit(configured)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Unsent(f"{VARIABLE} is no address") from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        raise Unsent(f"{VARIABLE} is no https address")
    return configured


def blotted(text: str) -> str:
    """The text without the address, should something have quoted it."""
    configured = os.environ.get(VARIABLE, "").strip()
    path = configured.partition("://")[2].partition("/")[2]
    for secret in (configured, path):
        if len(secret) > 7:
            text = text.replace(secret, "[webhook]")
    return text


def send(message: Mapping[str, Any], seconds: float = SECONDS) -> None:
    """Post a message. `Unsent` where nobody took it within `seconds`, or where it will not be taken at all."""
    to = address()
    if not to:
        raise Unsent(f"{VARIABLE} is not set")
    ended: queue.Queue[str] = queue.Queue()
    # A name is looked up for as long as the system likes; who waits for that in a thread may stop waiting.
    threading.Thread(target=_delivered, args=(to, message, seconds, ended), name="webhook", daemon=True).start()
    try:
        trouble = ended.get(timeout=seconds + 1)
    except queue.Empty:
        trouble = "it could not be reached in time"
    if trouble:
        raise Unsent(f"the webhook did not take it: {trouble}")


def _delivered(to: str, message: Mapping[str, Any], seconds: float, ended: "queue.Queue[str]") -> None:
    """Tells in `ended` what was wrong, nothing where the message was taken."""
    try:
        ended.put(_trouble(to, message, seconds))
    except Exception as error:
        ended.put(type(error).__name__)


def _trouble(to: str, message: Mapping[str, Any], seconds: float) -> str:
    from pipelines.night.night import wall_clock  # the transport takes a third of a second to import
    from sources.transport.connections import Line
    from sources.transport.fetch import Settings, retry_wait

    settings = Settings(clock=wall_clock, retry_after_max=seconds)
    ends = time.monotonic() + seconds
    with closing(Line(settings.user_agent, guarded=False)) as line, _unlogged():
        number = 0
        while True:
            number += 1
            trouble, may_pass, headers = _attempt(line, to, message, ends)
            if not trouble:
                return ""
            wait = retry_wait(headers, number, settings)
            if not may_pass or time.monotonic() + wait >= ends:
                return f"{trouble} ({_attempts(number)})"
            time.sleep(wait)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Where somebody has asked for every detail in the log, the transport's would hold the address."""
    loggers = [logging.getLogger(f"urllib3.{name}") for name in ("connectionpool", "util.retry")]
    for each in loggers:
        each.addFilter(_nothing)
    try:
        yield
    finally:
        for each in loggers:
            each.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def _attempt(line: Any, to: str, message: Mapping[str, Any], ends: float) -> tuple[str, bool, Mapping[str, str]]:
    """What was wrong, empty where it was taken; whether it may pass; the headers of the answer."""
    import requests
    import urllib3

    from sources.transport.connections import Late

    left = max(ends - time.monotonic(), 0.001)
    try:
        with line.until(ends), closing(line.post(to, message, (min(5.0, left), min(10.0, left)))) as answer:
            status, headers = answer.status_code, answer.headers
    except Late:
        return "it did not answer in time", False, {}
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        return "it fell silent", True, {}
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # The words of these may quote the address.
        return f"no connection ({type(error).__name__})", True, {}
    if 200 <= status < 300:
        return "", False, headers
    return f"it answered {status}", status in (408, 429) or status >= 500, headers


def _attempts(number: int) -> str:
    return "1 attempt" if number == 1 else f"{number} attempts"
