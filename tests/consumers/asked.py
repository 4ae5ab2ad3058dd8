"""How tests ask the programs that read an edition: each in the consumers' own environment, offline, JSON in and JSON out.

The environment is made by ``make consumers``; where it is not there, its tests are skipped and say so.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("ALMANAC_CONSUMERS", PROJECT / ".venv-consumers")) / "bin" / "python"

needs_consumers = pytest.mark.skipif(
    not PYTHON.exists(), reason="there is no environment of consumers; make consumers prepares it"
)


def asked(program: str, question: Any, **environment: str) -> Any:
    """What a program beside this file answers; it is given no network but loopback, and no variable of ours."""
    found = subprocess.run(
        [str(PYTHON), "-W", "ignore", str(Path(__file__).parent / f"{program}.py")],
        input=json.dumps(question, default=str),
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "PYTHONUTF8": "1", **environment},
    )
    assert found.returncode == 0, found.stderr[-3000:]
    return json.loads(found.stdout.splitlines()[-1])
