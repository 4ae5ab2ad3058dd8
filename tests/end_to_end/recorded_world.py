"""The world as it was recorded on two days in a row, replayed over a mirror. What is asserted of it is not here.

The recordings and the server that replays them lie beside the checkout and are no part of it.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.end_to_end.nights import night, passed
from tests.pipelines.editions import made_of
from warehouse.home import Home

SHARED = Path(__file__).parents[2].parent / "shared"
SERVER = SHARED / "bin" / "serve_captures.py"
INDEX = SHARED / "captures" / "index.csv"

FIRST = datetime(2026, 8, 20, 23, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)


@contextmanager
def replaying(as_of: datetime) -> Iterator[str]:
    """The address of a server replaying the world as it was on that day."""
    server = subprocess.Popen(
        [sys.executable, str(SERVER), "--port", "0", "--as-of", f"{as_of:%Y-%m-%d}"], stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.kill()


def move(mirror: str, as_of: datetime) -> None:
    """From now on the server replays the world of that day."""
    with urlopen(Request(f"{mirror}/_clock?as_of={as_of:%Y-%m-%d}", method="POST")):
        pass


@contextmanager
def both_nights(home: Home) -> Iterator[Home]:
    """The data folder after the nights of both days, with the mirror still there for a third.

    The job runs the second of them, with its checks and its whole edition; of the first there is what that goes on from
    and compares itself with.
    """
    with replaying(FIRST) as mirror, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALMANAC_MIRROR", mirror)
        patch.delenv("ALMANAC_OFFLINE", raising=False)
        with made_of("tables"):
            passed(home, FIRST)
        move(mirror, SECOND)
        assert night(home, SECOND).errors == []
        yield home
