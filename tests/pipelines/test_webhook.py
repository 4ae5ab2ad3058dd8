"""The way to the webhook: tried again while it may help, never for long, and its address is nobody's to read."""

import json
import logging
import threading
import time
from collections.abc import Callable

import pytest

from pipelines.alerts import webhook
from tests.loopback import Answer, Mirror, drip, hang_up, page, redirect, serving, silence, status

SECRET = "/services/T0SECRET/B1SECRET"
TAKEN = page(b"ok", "text/plain")
MESSAGE = {"text": "one & two"}

Receiver = Callable[..., Mirror]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """A receiver at the webhook's address that answers like this, one answer an attempt."""
    opened = []

    def begin(*answers: Answer) -> Mirror:
        context = serving({SECRET: answers})
        opened.append(context)
        mirror = context.__enter__()
        monkeypatch.setenv(webhook.VARIABLE, mirror.url + SECRET)
        return mirror

    yield begin  # type: ignore[misc]
    for context in opened:
        context.__exit__(None, None, None)


def test_what_passes_is_tried_again_and_the_message_is_the_same(receiver: Receiver) -> None:
    mirror = receiver(hang_up, status(500, Retry_After="0"), status(429, Retry_After="0"), TAKEN)
    webhook.send(MESSAGE)
    assert [json.loads(each.body) for each in mirror.asked] == [MESSAGE] * 4
    assert mirror.asked[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("answer", [status(404), status(400), redirect("/elsewhere")], ids=["404", "400", "redirect"])
def test_what_does_not_pass_is_asked_once_and_no_redirect_is_followed(receiver: Receiver, answer: Answer) -> None:
    mirror = receiver(answer, TAKEN)
    with pytest.raises(webhook.Unsent, match=r"did not take it: it answered [34]0\d \(1 attempt\)"):
        webhook.send(MESSAGE)
    assert mirror.urls == [SECRET]


@pytest.mark.parametrize(
    "answer", [status(503), silence, hang_up, drip(b"HTTP/1.1 2")], ids=["503", "mute", "hangs up", "drips"]
)
def test_a_dead_receiver_costs_no_more_than_the_time_it_is_given(receiver: Receiver, answer: Answer) -> None:
    receiver(answer)
    begins = time.monotonic()
    with pytest.raises(webhook.Unsent):
        webhook.send(MESSAGE, seconds=0.6)
    assert time.monotonic() - begins < 3


def test_nobody_there_costs_no_more_either(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({}) as gone:
        url = gone.url
    monkeypatch.setenv(webhook.VARIABLE, url + SECRET)
    with pytest.raises(webhook.Unsent, match="no connection") as unsent:
        webhook.send(MESSAGE, seconds=0.6)
    assert "SECRET" not in str(unsent.value)


def test_a_name_that_is_looked_up_for_ever_costs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: released.wait(30) and [])
    monkeypatch.setenv(webhook.VARIABLE, "https://hooks.example" + SECRET)
    begins = time.monotonic()
    with pytest.raises(webhook.Unsent, match="could not be reached in time"):
        webhook.send(MESSAGE, seconds=0.1)
    assert time.monotonic() - begins < 10
    released.set()


@pytest.mark.parametrize(
    "configured",
    [
        "http://hooks.example/services/x",
        "ftp://127.0.0.1/x",
        "hooks.example",
        "https://",
        "https://[::1/x",
        "http://10.0.0.1/x",
    ],
)
def test_only_https_is_an_address_but_for_this_very_machine(monkeypatch: pytest.MonkeyPatch, configured: str) -> None:
    monkeypatch.setenv(webhook.VARIABLE, configured)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a socket was opened"))
    with pytest.raises(webhook.Unsent, match=r"^ALMANAC_WEBHOOK is no (https )?address$"):
        webhook.send(MESSAGE)


def test_the_address_is_in_no_log_however_much_is_logged(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    receiver(status(500, Retry_After="0"), TAKEN)
    with caplog.at_level(logging.DEBUG):
        webhook.send(MESSAGE)
    assert "SECRET" not in caplog.text


def test_what_quotes_the_address_is_blotted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(webhook.VARIABLE, "https://hooks.example" + SECRET)
    quoted = f"POST {SECRET} to https://hooks.example{SECRET} failed"
    assert webhook.blotted(quoted) == "POST /[webhook] to [webhook] failed"
