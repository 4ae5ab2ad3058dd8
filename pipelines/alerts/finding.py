"""What is wrong after a night, as far as that night can judge.

Belongs here: which alerts there are. Does not: whether somebody has been told (`memory`), or the words (`wording`).
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.alerts.memory import Alert, Kind, limits
from pipelines.answers.changes import jump, widest_first
from pipelines.answers.coverage import coverage, moved_ids
from pipelines.status.shapes import Status
from pipelines.wording.alerts import (
    NEXT_STEPS,
    coverage_words,
    failure_words,
    jumped_words,
    moved_words,
    trouble_words,
)
from warehouse.home import Home

UI = "ALMANAC_UI_URL"


@dataclass(frozen=True)
class Found:
    """The alerts of one night, which kinds it could judge, and keys of which it cannot say that they are over."""

    alerts: list[Alert]
    looked_at: Collection[Kind]
    not_over: Collection[str]


def found(home: Home, status: Status, remembered: Collection[Alert]) -> Found:
    """What the figures of a night give rise to."""
    looked_at: list[Kind] = ["run_failed"]
    if status["outcome"] == "interrupted":
        return Found([], (), ())
    if status["outcome"] == "failed":
        return Found([_failure(status)], looked_at, ())
    alerts = list(_sources(status))
    looked_at += ["source_failing", "source_partial"]
    if status["outcome"] == "published" and status["edition"] and status["edition_before"]:
        old, new = (home.editions / each for each in (status["edition_before"], status["edition"]))
        alerts += [*_moved(old, new, status), *_jumped(new, status)]
        if covered := coverage(new):
            alerts += _coverage(old, covered, status, remembered)
            looked_at.append("coverage_dropped")
    in_trouble = {f"source_partial/{each['source_id']}" for each in status["trouble"]}
    return Found(alerts, looked_at, in_trouble)


def run_link(run_id: str) -> str:
    """The run in Dagster's UI, where ``ALMANAC_UI_URL`` says where that is; else its id."""
    base = os.environ.get(UI, "").strip().rstrip("/")
    return f"{base}/runs/{run_id}" if base.startswith(("https://", "http://")) else f"run {run_id}"


def _failure(status: Status) -> Alert:
    return Alert(
        kind="run_failed",
        key="run_failed",
        what=failure_words(status["errors"], status["edition"]),
        since_at=status["began_at"],
        next_step=NEXT_STEPS["run_failed"],
        link=run_link(status["run_id"]),
    )


def _sources(status: Status) -> Iterator[Alert]:
    enough = limits()["nights_in_trouble"]
    for each in status["trouble"]:
        if each["nights"] >= enough:
            kind: Kind = "source_partial" if each["state"] == "partial" else "source_failing"
            yield Alert(
                kind=kind,
                key=f"{kind}/{each['source_id']}",
                what=[trouble_words(each)],
                since_at=each["since_at"],
                next_step=NEXT_STEPS[kind],
                link=each["url"],
            )


def _coverage(old: Path, covered: Mapping[str, int], status: Status, remembered: Collection[Alert]) -> Iterator[Alert]:
    most = limits()["coverage_drop"]
    levels = coverage(old) | {
        each.key.partition("/")[2]: each.level for each in remembered if each.level is not None and not each.over_at
    }
    for what, now in covered.items():
        before = levels.get(what, 0)
        if before and now < before * (1 - most):
            yield Alert(
                kind="coverage_dropped",
                key=f"coverage_dropped/{what}",
                what=[coverage_words(what, before, now)],
                since_at=status["as_of"],
                next_step=NEXT_STEPS["coverage_dropped"],
                link=_account(status),
                level=before,
            )


def _moved(old: Path, new: Path, status: Status) -> Iterator[Alert]:
    if moved := moved_ids(old, new):
        yield _of_edition("ids_moved", moved_words(moved), status)


def _jumped(new: Path, status: Status) -> Iterator[Alert]:
    """Confirmed prices that jumped, the widest jump first."""
    most = limits()["price_jump"]
    account = json.loads((new / "changes.json").read_text(encoding="utf-8"), parse_float=Decimal)
    if jumped := [each for each in widest_first(account["prices"]) if each["is_confirmed"] and jump(each) >= most]:
        yield _of_edition("prices_jumped", jumped_words(jumped), status)


def _of_edition(kind: Kind, what: list[str], status: Status) -> Alert:
    return Alert(
        kind=kind,
        key=f"{kind}/{status['edition']}",
        what=what,
        since_at=status["as_of"],
        next_step=NEXT_STEPS[kind],
        link=_account(status),
    )


def _account(status: Status) -> str:
    """Where everything that changed is told, in the data folder."""
    return f"editions/{status['edition']}/CHANGES.md"
