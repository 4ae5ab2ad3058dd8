"""A watchdog for what must end: it stops a test that runs on, so that a reader that hangs fails and does not wait.

It counts the seconds this process works, so that a busy machine does not bite what would have ended.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class RanOn(BaseException):
    """Work that did not end in its time. No `Exception`, so that no reader can take it for a refusal."""


@contextmanager
def ends_within(seconds: float, what: str) -> Iterator[None]:
    """Raises `RanOn` inside the block when it has not ended after so many seconds of work."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise RanOn(f"{what} has not ended after {seconds:g} s of work")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
