"""When a run on a copy of an object store sends what it has; where the data folder is its own, nothing happens here.

Belongs here: the moments. Does not: what is sent and how (`warehouse.storage`). The lease comes with the lock.
"""

from collections.abc import Callable

import dagster as dg

from warehouse.home import Home, Unusable


def evidence_sent(home: Home, warn: Callable[[str], object]) -> None:
    """Send what was asked and read, so that a machine lost from here on loses none of it. Trouble is a warning."""
    if not home.is_copy:
        return
    from warehouse.storage import copy  # only for who has a store

    try:
        copy.of(home).send_evidence()
    except Unusable as unusable:
        warn(f"evidence was not sent, and is with what is published: {unusable}")


def sent(home: Home) -> None:
    """Send what was published. dg.Failure where it cannot be, or another took the lease: then nothing is published."""
    if not home.is_copy:
        return
    from warehouse.storage import copy  # only for who has a store

    try:
        copy.of(home).send()
    except Unusable as unusable:
        raise dg.Failure(str(unusable), allow_retries=False) from None
