"""The questions of the docs are answered as they stand, and the notebook runs from its first cell to its last."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import database, questions
from warehouse.home import Home

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "questions.md").read_text("utf-8")
QUESTIONS = dict(re.findall(r"^## (.+?)\n.*?```sql\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))


def test_there_are_twenty_and_each_has_its_query() -> None:
    assert len(QUESTIONS) == len(re.findall(r"^## ", PAGE, re.MULTILINE)) == 20
    assert [int(title.partition(".")[0]) for title in QUESTIONS] == list(range(1, 21))


@pytest.fixture(scope="module")
def file(published: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse as an analyst takes it home."""
    return Path(shutil.copy(published.warehouse, tmp_path_factory.mktemp("analyst")))


@pytest.mark.parametrize("title", QUESTIONS)
def test_every_question_is_answered_as_it_stands(title: str, file: Path) -> None:
    with database.locked(file) as connection:
        found = questions.answer(connection, QUESTIONS[title])
        assert found.columns
        found.fetchall()


def test_the_notebook_runs_from_its_first_cell_to_its_last(published: Home) -> None:
    notebook = json.loads((DOCS / "notebook.ipynb").read_text("utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 4
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(cells)],
        env={**os.environ, "ALMANAC_HOME": str(published.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_no_output_is_kept_in_the_notebook() -> None:
    notebook = json.loads((DOCS / "notebook.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
