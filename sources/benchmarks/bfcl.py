"""The Berkeley Function-Calling Leaderboard, version 4: one CSV over all, one for its live part.

Read: the overall accuracy, the six scores it is made of, relevance, and the parts of the live score. How a model was
asked stands behind its name, ``(FC)`` or ``(Prompt)``, and is the mode. No document prints the version: the overall
accuracy must follow from its parts by version 4's weights.
Out of scope: the parts of the other groups, what a run cost and how long it took.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from sources import documents, values
from sources.contract import Document, Observation, Refused, Source, condition

_OVERALL = {
    "Overall Acc": "bfcl-v4",
    "Non-Live AST Acc": "bfcl-v4-non-live",
    "Live Acc": "bfcl-v4-live",
    "Multi Turn Acc": "bfcl-v4-multi-turn",
    "Web Search Acc": "bfcl-v4-web-search",
    "Memory Acc": "bfcl-v4-memory",
    "Relevance Detection": "bfcl-v4-relevance",
    "Irrelevance Detection": "bfcl-v4-irrelevance",
}
_LIVE = {
    "Live Overall Acc": "bfcl-v4-live",
    "Python Simple AST": "bfcl-v4-live-simple",
    "Python Multiple AST": "bfcl-v4-live-multiple",
    "Python Parallel AST": "bfcl-v4-live-parallel",
    "Python Parallel Multiple AST": "bfcl-v4-live-parallel-multiple",
    "Relevance Detection": "bfcl-v4-relevance",
    "Irrelevance Detection": "bfcl-v4-live-irrelevance",
}
_LEFT_OUT = {
    "the model, not its score": ("Model Link", "Organization", "License"),
    "an order, no score": ("Rank",),
    "the live accuracy once more": ("AST Summary",),
    "a part of Non-Live, Live, Multi Turn, Web Search or Memory": (
        "Non-Live Simple AST",
        "Non-Live Multiple AST",
        "Non-Live Parallel AST",
        "Non-Live Parallel Multiple AST",
        "Live Simple AST",
        "Live Multiple AST",
        "Live Parallel AST",
        "Live Parallel Multiple AST",
        "Multi Turn Base",
        "Multi Turn Miss Func",
        "Multi Turn Miss Param",
        "Multi Turn Long Context",
        "Web Search Base",
        "Web Search No Snippet",
        "Memory KV",
        "Memory Vector",
        "Memory Recursive Summarization",
    ),
    "what a run cost, not a price": ("Total Cost ($)",),
    "how long the reporter's run took": (
        "Latency Mean (s)",
        "Latency Standard Deviation (s)",
        "Latency 95th Percentile (s)",
    ),
    "spread between prompt formats; less is better": (
        "Format Sensitivity Max Delta",
        "Format Sensitivity Standard Deviation",
    ),
}
_IGNORES = {column: reason for reason, columns in _LEFT_OUT.items() for column in columns}

_WEIGHTS = {
    "Web Search Acc": Decimal("0.2"),
    "Memory Acc": Decimal("0.2"),
    "Multi Turn Acc": Decimal("0.3"),
    "Live Acc": Decimal("0.1"),
    "Non-Live AST Acc": Decimal("0.1"),
    "Irrelevance Detection": Decimal("0.1"),
}
_ASKED = {
    "": {},
    "FC": {"mode": "fc"},
    "Prompt": {"mode": "prompt"},
    "FC thinking": {"mode": "fc", "effort": "thinking"},
    "Prompt + Thinking": {"mode": "prompt", "effort": "thinking"},
}


def parse(document: Document) -> Iterator[Observation]:
    table = documents.csv_table(document.text)
    overall = "Overall Acc" in table.header
    columns = _OVERALL if overall else _LIVE
    for row in table.rows():
        printed_name = row.pop("Model")
        place = f"{row.place}, {printed_name}"
        model, asked = _model(printed_name, place)
        printed = {column: row.pop(column) for column in columns}
        scores = {column: _percent(cell, place) for column, cell in printed.items()}
        if unread := set(row) - set(_IGNORES):
            raise Refused("columns nobody has looked at", place=place, value=sorted(unread))
        if overall:
            weighed = sum(scores[column] * weight for column, weight in _WEIGHTS.items())
            if abs(weighed - scores["Overall Acc"]) > Decimal("0.02"):
                raise Refused("an overall accuracy that version 4's weights do not give", place=place, value=weighed)
        for column, benchmark in columns.items():
            yield Observation(
                model, f"benchmark/{benchmark}", printed[column], scores[column], f"{place}, {column}", "percent", asked
            )


def _model(printed: str, place: str) -> tuple[str, str]:
    match = re.fullmatch(r"([^()]+?)(?: \(([^()]+)\))?", printed)
    if not match or (match[2] or "") not in _ASKED:
        raise Refused("a name with a way of asking we do not know", place=place, value=printed)
    return match[1], condition(**_ASKED[match[2] or ""])


def _percent(cell: str, place: str) -> Decimal:
    score = values.decimal(cell.removesuffix("%"))
    if not cell.endswith("%") or not 0 <= score <= 100:
        raise Refused("a score that is no percentage", place=place, value=cell)
    return score


def lines(document: Document) -> Iterator[str]:
    """Every line of the CSV."""
    return documents.line_places(documents.csv_table(document.text))


SOURCE = Source(
    id="bfcl",
    publisher="berkeley",
    kind="benchmark",
    authority="community",
    media="csv",
    terms_url="https://github.com/ShishirPatil/gorilla/blob/main/LICENSE",
    licence="Apache-2.0",
    rows=(40, 270),
    parse=parse,
    offers=lines,
    urls=("https://gorilla.cs.berkeley.edu/data_overall.csv", "https://gorilla.cs.berkeley.edu/data_live.csv"),
    ignores=_IGNORES,
)
