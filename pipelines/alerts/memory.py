"""What stands and what was told of it: ``alerts.json`` in the data folder.

Belongs here: remembering, so that an alert is told once when it begins and once when it is over, whichever process
comes by. Does not: what is wrong (`finding`). What could not be told is told later, as long as it is news.
"""

import fcntl
import json
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from pipelines.alerts.webhook import SECONDS, blotted
from pipelines.status.keeping import instant
from pipelines.wording.json_text import json_text
from warehouse import rules
from warehouse.home import Home, put

FILE = "alerts.json"

Kind = Literal["run_failed", "ids_moved", "coverage_dropped", "prices_jumped", "source_failing", "source_partial"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The most urgent first."""

LASTING: frozenset[Kind] = frozenset({"run_failed", "coverage_dropped", "source_failing", "source_partial"})
"""What stands until it is over; the others happen, and are told once."""


@dataclass(frozen=True)
class Alert:
    """One thing somebody should look at.

    key        which one it is: the same for as long as it stands
    what       a line for each thing there is to it
    since_at   when it began, an instant in UTC
    link       where more can be seen: an https address, or a place in the data folder
    level      of coverage: how many rows there were before, so that one can tell when they are back
    found_at, told_at, over_at   when it was first found, told, and found to be over; empty until then
    """

    kind: Kind
    key: str
    what: list[str]
    since_at: str
    next_step: str
    link: str = ""
    level: int | None = None
    found_at: str = ""
    told_at: str = ""
    over_at: str = ""


def limits() -> dict[str, float]:
    """Every threshold of alerts by its name."""
    return {each.name: float(each.value) for each in rules.declared_thresholds("alerts")}


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Nobody else tells anything meanwhile. BlockingIOError where another is at it for longer than it may take.

    Where nothing can be written, nobody can be kept out, and what went wrong is told all the same.
    """
    try:
        handle = open(home.root / "alerts.lock", "w", encoding="utf-8")  # noqa: SIM115  (closed below)
    except OSError:
        yield
        return
    with handle:
        ends = time.monotonic() + SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= ends:
                    raise
                time.sleep(0.1)
        yield


def read(home: Home) -> list[Alert]:
    """What is remembered; nothing where there is nothing that can be read."""
    try:
        loaded = json.loads((home.root / FILE).read_text(encoding="utf-8"))["alerts"]
        names = {each.name for each in fields(Alert)}
        return [Alert(**each) for each in loaded if set(each) <= names and each["kind"] in KINDS]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def write(home: Home, alerts: Iterable[Alert]) -> None:
    """Remember these, whole or not at all; the webhook's address is in none of their words."""
    text = json_text({"schema_version": "1.0.0", "alerts": [asdict(each) for each in alerts]})
    put(home.root / FILE, (blotted(text) + "\n").encode())


def still_news(remembered: Iterable[Alert], now: datetime) -> list[Alert]:
    """Without what is too old to be told, and coverage that has been less for so long that it is the new normal."""
    oldest = instant(now - timedelta(days=limits()["days_remembered"]))
    stands = LASTING - {"coverage_dropped"}
    return [
        each
        for each in remembered
        if (each.over_at >= oldest if each.over_at else each.kind in stands or each.found_at >= oldest)
    ]


def settled(
    remembered: Iterable[Alert],
    found: Iterable[Alert],
    now: datetime,
    *,
    looked_at: Collection[Kind] = (),
    not_over: Collection[str] = (),
) -> list[Alert]:
    """What is to be remembered after a night that found these.

    looked_at  the kinds the night could judge: what lasts and is not among the found any more is over
    not_over   keys of which the night cannot say that they are over
    """
    current = {each.key: each for each in found}
    kept: list[Alert] = []
    for old in remembered:
        if new := current.pop(old.key, None):
            kept.append(
                replace(new, since_at=old.since_at, level=old.level, found_at=old.found_at, told_at=old.told_at)
            )
        elif old.over_at or not _is_over(old, looked_at, not_over):
            kept.append(old)
        elif old.told_at:
            kept.append(replace(old, over_at=instant(now)))
    kept += [replace(each, found_at=instant(now)) for each in current.values()]
    return sorted(kept, key=lambda each: (KINDS.index(each.kind), each.key))


def _is_over(alert: Alert, looked_at: Collection[Kind], not_over: Collection[str]) -> bool:
    return alert.kind in LASTING and alert.kind in looked_at and alert.key not in not_over


def untold(alerts: Iterable[Alert]) -> list[Alert]:
    """What has begun, or is over, and nobody has been told."""
    return [each for each in alerts if each.over_at or not each.told_at]


def told(alerts: Iterable[Alert], now: datetime) -> list[Alert]:
    """What is to be remembered once all of these have been told: what happened once, and what is over, is done with."""
    return [
        replace(each, told_at=each.told_at or instant(now))
        for each in alerts
        if each.kind in LASTING and not each.over_at
    ]
