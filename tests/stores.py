"""Object stores for tests: a real S3 on loopback, two machines over one store, and a store that dies at its nth call.

Belongs here: what the tests of the storage room and of nights on a store share. Does not: what is asserted.
"""

import logging
import os
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from warehouse.home import Home
from warehouse.storage import copy

KEYS = {"AWS_ACCESS_KEY_ID": "an-id-of-tests", "AWS_SECRET_ACCESS_KEY": "a-secret-of-tests", "AWS_REGION": "us-east-1"}

BUCKET = "almanac"


@contextmanager
def s3_on_loopback() -> Iterator[str]:
    """A server that speaks S3, with one empty bucket; its endpoint."""
    from moto.server import ThreadedMotoServer  # takes two seconds to import

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each of thousands of requests
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        made = urllib.request.Request(f"http://{host}:{port}/{BUCKET}", method="PUT")
        with urllib.request.urlopen(made, timeout=10):
            pass
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def on_machine(cache: Path, address: str) -> Iterator[Home]:
    """The environment of a machine whose ``ALMANAC_HOME`` is that store, as a process begins there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALMANAC_HOME", address)
        patch.setenv("ALMANAC_CACHE", str(cache))
        home = Home.from_environment()
        copy._copies.pop(home, None)
        yield home


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Dying:
    """A store whose nth call does not come back, done or not done, and no call after it."""

    real: Any
    turn: int
    is_done: bool
    error: BaseException = field(default_factory=Killed)
    passes: bool = False
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.real, name)
        return self._counted(name, real) if callable(real) else real

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self.calls.append(name)
            turn = len(self.calls)
            if turn > self.turn and not self.passes:
                raise self.error
            if turn == self.turn:
                if self.is_done:
                    real(*args, **named)
                raise self.error
            return real(*args, **named)

        return call


def keyed(patch: pytest.MonkeyPatch, endpoint: str) -> None:
    """The environment says how the S3 on loopback is reached."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        patch.setenv(name, value)
