"""A temporary folder goes with who works in it, and one that was left a day later."""

import os
import tempfile
from pathlib import Path

import pytest

from warehouse import scratch


def test_what_a_killed_process_left_goes_a_day_later_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, of_today, of_another_kind = (
        tmp_path / f"{scratch.PREFIX}{name}" for name in ("shard-left", "shard-of-today", "ledger-left")
    )
    for each in (left, of_today, of_another_kind):
        (each / "snapshots").mkdir(parents=True)
    with scratch.folder("shard") as at_work:
        for each in (left, of_another_kind, at_work):
            os.utime(each, (0, 0))
        with scratch.folder("shard") as second:
            assert set(tmp_path.iterdir()) == {of_today, of_another_kind, at_work, second}
    assert set(tmp_path.iterdir()) == {of_today, of_another_kind}
