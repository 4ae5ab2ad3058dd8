"""LiveBench: one CSV a release, one line a model, one column a task; each cell the task's score in percent.

Read: every task as a benchmark of its own (``livebench-zebra-puzzle``), under the release whose questions were asked.
Out of scope: category and global averages, which the site computes in the browser and no document prints. Effort and
thinking stand inside the names and stay there.
"""

import re
from collections.abc import Iterator
from datetime import date

from sources import documents, values
from sources.benchmark_names import slug
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition

_TASKS = """
AMPS_Hard code_completion code_generation connections consecutive_events integrals_with_game javascript
logic_with_navigation math_comp olympiad paraphrase plot_unscrambling python simplify spatial story_generation
summarize tablejoin tablereformat theory_of_mind typescript typos zebra_puzzle
"""


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    table = documents.csv_table(document.text)
    first, *tasks = table.header
    if first != "model" or len(set(tasks)) != len(tasks) or not set(tasks) <= set(_TASKS.split()):
        raise Refused("a header that is not one model and its known tasks", value=table.header)
    setting = condition(version=_release(document.url))
    for number, (model, *scores) in enumerate(table.cells, 1):
        if len(scores) != len(tasks):  # lines with missing cells are published; which task lost its score is unknown
            yield LeftOut(f"row {number}", "lines with fewer scores than tasks")
            continue
        for task, printed in zip(tasks, scores, strict=True):
            place = f"row {number}, {model}, {task}"
            score = values.decimal(printed)
            if not 0 <= score <= 100:
                raise Refused("a score that is no percentage", place=place, value=printed)
            yield Observation(model, f"benchmark/livebench-{slug(task)}", printed, score, place, "percent", setting)


def lines(document: Document) -> Iterator[str]:
    """Every line of the CSV."""
    return (f"row {number}" for number in range(1, len(documents.csv_table(document.text).cells) + 1))


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
