"""What ``make`` prints while it prepares an environment: nothing of the installer's, unless that fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from warehouse.home import PROJECT

PIP = """#!/bin/sh
case "$*" in
    -c*) exit 0 ;;
    *"-e ."*) echo "ERROR: a page of reasons"; echo "and a line of errors" >&2; exit {status} ;;
    *) echo "Collecting acme"; echo "WARNING: a page of warnings" >&2 ;;
esac
"""


@pytest.fixture
def prepared(tmp_path: Path, request: pytest.FixtureRequest) -> subprocess.CompletedProcess[str]:
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PIP.format(status=request.param))
    python.chmod(0o755)
    tools = tmp_path / "tools"  # no uv among them
    tools.mkdir()
    for name in ("cat", "mktemp", "rm", "sh"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return subprocess.run(
        ["/bin/sh", str(PROJECT / "scripts" / "prepare.sh"), str(python), str(tmp_path / "venv")],
        env={**os.environ, "PATH": str(tools)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("prepared", [0], indirect=True)
def test_an_installer_that_succeeds_is_not_heard(prepared: subprocess.CompletedProcess[str]) -> None:
    assert (prepared.returncode, prepared.stderr, prepared.stdout.count("\n")) == (0, "", 1)
    assert prepared.stdout.startswith("preparing ")


@pytest.mark.parametrize("prepared", [3], indirect=True)
def test_an_installer_that_fails_is_heard_in_full(prepared: subprocess.CompletedProcess[str]) -> None:
    assert (prepared.returncode, prepared.stderr) == (3, "ERROR: a page of reasons\nand a line of errors\n")
