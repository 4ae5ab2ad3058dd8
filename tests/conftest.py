"""What every test needs of the process it runs in, however the suite was started."""

import os
import signal

import pytest

# A shell that starts the suite in the background has it ignore interrupts; some tests send themselves one.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A site for every night of the suite would be most of its time; tests of the site ask for one.
os.environ["ALMANAC_SITE"] = "0"
# So would be the pages of a thousand pairs in a world of fixtures.
os.environ["ALMANAC_PAIRS"] = "60"


SHARE = ("tests/captures", "tests/end_to_end")
"""Folders whose tests share what is costly: recorded documents once read, nights over fixtures."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, those that share a world go to one of them; the longest begin."""
    items.sort(key=lambda item: "test_recorded_nights" not in item.nodeid)
    for item in items:
        path = item.nodeid.partition("::")[0]
        folder, _, name = path.rpartition("/")
        alone = folder not in SHARE or name == "test_recorded_nights.py"  # which has nights of its own
        item.add_marker(pytest.mark.xdist_group(path if alone else folder))
