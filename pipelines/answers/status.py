"""How the last night went and what stands: ``status.json`` and the alerts, as of now."""

from dataclasses import asdict
from datetime import datetime

from pipelines.alerts import memory
from pipelines.answers.asking import Row, Unclear
from pipelines.status import keeping
from warehouse.home import Home


def status(home: Home, now: datetime) -> Row:
    """The figures of the last night; how long ago it ended and the edition was last published or confirmed; the alerts.

    `is_overdue` where no night has ended for longer than it should be, `is_well` where that is not so and the last one
    has an edition. `Unclear` where no night has left figures.
    """
    found = keeping.read(home)
    if found is None:
        raise Unclear(f"no night has left its figures at {home.root / keeping.FILE} yet; run: almanac refresh")
    success = found["last_success_at"]
    seconds_ago = _since(found["ended_at"], now)
    is_overdue = seconds_ago > memory.limits()["hours_between_nights"] * 3600
    return {
        **found,
        "seconds_ago": int(seconds_ago),
        "last_success_seconds_ago": int(_since(success, now)) if success else None,
        "is_overdue": is_overdue,
        "is_well": not is_overdue and found["outcome"] in ("published", "unchanged"),
        "alerts": [asdict(each) for each in memory.read(home)],
    }


def _since(instant: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(instant)).total_seconds()
