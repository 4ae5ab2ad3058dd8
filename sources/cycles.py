"""How seldom Python looks for objects that hold one another and nothing else holds: in a night there are next to none.

It looks after every few hundred new objects, time and again at all there are. Modules alone are a million of them that
stay to the end: a third of the time they take to come was spent so. Documents and rows are trees, which counting frees.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 5_000
"""So many more objects than went are made between two looks, once modules were imported `unwatched`."""


@contextmanager
def paused() -> Iterator[None]:
    """No looking inside, or in the function it decorates; afterwards as before."""
    was_watched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_watched:
            gc.enable()


@contextmanager
def unwatched() -> Iterator[None]:
    """Import modules inside: nothing is looked for meanwhile, and what came is never looked at again."""
    try:
        with paused():
            yield
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
