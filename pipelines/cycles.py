"""How seldom Python looks for objects that hold one another and nothing else holds: in a run there are next to none.

It looks after every few hundred new objects, time and again at all there are, and modules alone are a million of them
that stay to the end. A third of the time they take to come was spent so.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sources import collector

NEW_OBJECTS = 5_000
"""So many more objects than went are made between two looks."""


@contextmanager
def unwatched() -> Iterator[None]:
    """Import modules inside: nothing is looked for meanwhile, and what came is never looked at again."""
    try:
        with collector.paused():
            yield
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
