"""A clock that is, or once was, wrong: what the ledger says of it. Which instant stamps a run is `night`'s."""

import re
from datetime import UTC, datetime, timedelta

from warehouse.home import Home

DRIFT = timedelta(days=1)
"""So far ahead of this machine's clock a ledger is nobody's concern."""

_STAMP = re.compile(r"\d{8}T\d{6}Z(?=-)")
_MONTH = re.compile(r"(\d{4})-(\d{2})\.")


def later_than(home: Home, now: datetime) -> str:
    """A sentence where the ledger has a run from later than now, by the names of its files; empty where it has none."""
    stamped = [(found[0], path) for path in home.ledger.glob("*.jsonl") if (found := _STAMP.match(path.name))]
    months = [(path, found) for path in home.ledger.glob("*.parquet") if (found := _MONTH.match(path.name))]
    stamped += [(f"{month[1]}{month[2]}01T000000Z", path) for path, month in months]
    if not stamped:
        return ""
    stamp, newest = max(stamped)
    begun = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if begun <= now + DRIFT:
        return ""
    return (
        f"{newest} tells of a night of {begun:%Y-%m-%d}, and this machine's clock says {now:%Y-%m-%d}: what is read"
        " until then counts as older than what was read there; set the clock right, or, if it was wrong in that night,"
        " move that file out of the ledger"
    )
