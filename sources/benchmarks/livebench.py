"""LiveBench: one CSV a release, one line a model, one column a task; each cell the task's score in percent.

Read: every task as a benchmark of its own (``livebench-zebra-puzzle``), under the release whose questions were asked.
Out of scope: category and global averages, which the site computes in the browser and no document prints. Effort and
thinking stand inside the names and stay there.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import Remark, attempt, doubt
from sources.readers import documents, offers, values
from sources.readers.benchmark_names import slug
from sources.readers.spelling import called, holds_amount

_TASKS = """
AMPS_Hard code_completion code_generation connections consecutive_events integrals_with_game javascript
logic_with_navigation math_comp olympiad paraphrase plot_unscrambling python simplify spatial story_generation
summarize tablejoin tablereformat theory_of_mind typescript typos zebra_puzzle
"""


def parse(document: Document) -> Iterator[Told]:
    table = documents.csv_lines(document)
    known = ("model", *_TASKS.split())
    header = tuple(called(name, known) for name in table.header)
    if header[0] != "model" or len(set(header)) != len(header):
        raise Refused("a header that is not one model and its tasks", value=table.header)
    # A task nobody knows may be one of those under a new name.
    gone = tuple(f", {task}" for task in known[1:] if task not in header)
    for number, task in enumerate(header):
        if task in known:
            continue
        if any(holds_amount(cells[number]) for cells in table.cells if number < len(cells)):
            yield doubt("a task nobody knows", "cell", f"column {task}", task, within=gone)
        else:
            yield Remark("header", task)
    setting = condition(version=_release(document.url))
    for place, (model, *scores) in zip(_places(table), table.cells, strict=True):
        if len(scores) != len(header) - 1:  # published so; which task lost its score is unknown
            yield LeftOut(place, "lines with fewer scores than tasks")
        elif not model.strip():
            yield doubt("a line without a model", "row", place, " | ".join(scores), within=("line ",))
        else:
            for task, printed in zip(header[1:], scores, strict=True):
                if task in known:
                    at = f"{place}, {task}"
                    score = partial(_score, model, f"benchmark/livebench-{slug(task)}", printed, at, setting)
                    yield from attempt(score, "cell", at, printed, subject=model, within=(at,))


def _score(model: str, attribute: str, printed: str, place: str, setting: str) -> Iterator[Observation]:
    score = values.decimal(printed)
    if not 0 <= score <= 100:
        raise Refused("a score that is no percentage", value=printed)
    yield Observation(model, attribute, printed, score, place, "percent", setting)


def lines(document: Document) -> Iterator[str]:
    """Every line of the CSV."""
    return _places(documents.csv_lines(document))


def _places(table: documents.Table) -> Iterator[str]:
    return offers.told_apart(f"line {cells[0]!r}" for cells in table.cells)


def _release(url: str) -> date:
    match = re.search(r"/table_(\d{4})_(\d{2})_(\d{2})\.csv$", url)
    if not match:
        raise Refused("an address that does not say its release", value=url)
    return date(int(match[1]), int(match[2]), int(match[3]))


SOURCE = Source(
    id="livebench",
    publisher="livebench",
    kind="benchmark",
    authority="community",
    media="csv",
    terms_url="https://github.com/LiveBench/LiveBench/blob/main/LICENSE",
    licence="none stated for the tables; code Apache-2.0",
    rows=(30, 380),
    parse=parse,
    offers=lines,
    urls=("https://livebench.ai/table_2026_01_08.csv", "https://livebench.ai/table_2025_12_23.csv"),
    ignores={
        "lines with fewer scores than tasks": "which task lost its score cannot be told",
        "categories, averages": "computed from this table in the browser; no document prints them",
    },
)
