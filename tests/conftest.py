"""What every test needs of the process it runs in, however the suite was started."""

import gc
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from warehouse import database

# A shell that starts the suite in the background has it ignore interrupts; some tests send themselves one.
signal.signal(signal.SIGINT, signal.default_int_handler)

MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes; what the tests hold at once is less than half as much."""

# What a test writes is gone when it ends: half of the time on a disk would be waiting until it is kept for good.
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# A site for every night of the suite would be most of its time; tests of the site ask for one.
os.environ["ALMANAC_SITE"] = "0"
# So would be the pages of a thousand pairs in a world of fixtures.
os.environ["ALMANAC_PAIRS"] = "60"

# The tests themselves are shared out among the processors, and rows as few as these are sooner told than shared out.
database._CONFIG["threads"] = "1"

# The width and the colours of the terminal that started the suite are none of a command in a pipe.
for variable in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
    os.environ.pop(variable, None)

SHARE = ("tests/captures", "tests/end_to_end")
"""Folders whose tests share what is costly: recorded documents once read, nights over fixtures."""

LONGEST = "tests/end_to_end/test_recorded_nights.py"
"""It has nights of its own, and begins; the nights over fixtures begin beside it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (not item.nodeid.startswith(LONGEST), not item.nodeid.startswith("tests/end_to_end/")))


def pytest_sessionstart() -> None:
    gc.disable()
    # What every other program on the machine has written is waited for as well, edition after edition.
    pytest.MonkeyPatch().setattr(os, "sync", lambda: None)


def pytest_collection_finish() -> None:
    """Thousands of tests and all they import stay until the end; nobody need look again and again whether they do."""
    gc.freeze()
    gc.enable()


class ByWorld(LoadScopeScheduling):  # type: ignore[misc]
    """Where several processes share the tests, a file goes to one of them, and so does a folder that shares a world."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.rpartition("/")[0]
        return folder if folder in SHARE and path != LONGEST else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWorld:
    return ByWorld(config, log)
