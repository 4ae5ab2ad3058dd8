"""The Berkeley Function-Calling Leaderboard, version 4: one CSV over all, one for its live part.

Read: the overall accuracy, the six scores it is made of, relevance, and the parts of the live score. How a model was
asked stands behind its name, ``(FC)`` or ``(Prompt)``, and is the mode. No document prints the version: the overall
accuracy must follow from its parts by version 4's weights.
Out of scope: the parts of the other groups, what a run cost and how long it took.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from sources.contract import Document, Doubt, Observation, Refused, Source, Told, condition
from sources.doubts import Remark, attempt
from sources.readers import documents, offers, values
from sources.readers.spelling import called

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
_NAME = re.compile(rf"(?P<model>[^()]+?)(?: \((?P<asked>{'|'.join(map(re.escape, filter(None, _ASKED)))})\))?")


def parse(document: Document) -> Iterator[Told]:
    table = documents.csv_lines(document)
    columns = _OVERALL if document.url == OVERALL else _LIVE
    header = tuple(called(name, ("Model", *columns, *_IGNORES)) for name in table.header)
    if "Model" not in header or len(set(header)) != len(header):
        raise Refused("a header without the model, or with two columns alike", value=table.header)
    if missing := columns.keys() - set(header):
        gone = tuple(f", {column}" for column in missing)
        yield Doubt("cell", "header", ", ".join(missing), "columns that are gone or have another name", within=gone)
    yield from (Remark("header", name) for name in header if name not in ("Model", *columns, *_IGNORES))
    for place, cells in zip(_places(table), table.cells, strict=True):
        row = partial(_row, header, columns, cells, place)
        within = (place,) if _NAME.fullmatch(_name(header, cells)) else ("line ",)
        yield from attempt(row, "row", place, " | ".join(cells), within=within)


def _row(header: tuple[str, ...], columns: dict[str, str], cells: tuple[str, ...], place: str) -> Iterator[Told]:
    row = dict(zip(header, cells, strict=True))
    model, asked = _model(row["Model"])
    if columns is _OVERALL:
        weighed = sum(_percent(row[column]) * weight for column, weight in _WEIGHTS.items())
        if abs(weighed - _percent(row["Overall Acc"])) > Decimal("0.02"):
            raise Refused("an overall accuracy that version 4's weights do not give", value=weighed)

    def score(column: str, place: str) -> Iterator[Observation]:
        printed = row[column]
        yield Observation(model, f"benchmark/{columns[column]}", printed, _percent(printed), place, "percent", asked)

    for column in columns:
        if column in row:
            at = f"{place}, {column}"
            yield from attempt(partial(score, column, at), "cell", at, row[column], subject=model, within=(at,))


def _model(printed: str) -> tuple[str, str]:
    match = _NAME.fullmatch(printed)
    if not match:
        raise Refused("a name with a way of asking we do not know", value=printed)
    return match["model"], condition(**_ASKED[match["asked"] or ""])


def _percent(cell: str) -> Decimal:
    score = values.decimal(cell.removesuffix("%"))
    if not cell.endswith("%") or not 0 <= score <= 100:
        raise Refused("a score that is no percentage", value=cell)
    return score


def lines(document: Document) -> Iterator[str]:
    """Every line of the CSV."""
    return _places(documents.csv_lines(document))


def _places(table: documents.Table) -> Iterator[str]:
    header = table.called(("Model",)).header
    return offers.told_apart(f"line {_name(header, cells)!r}" for cells in table.cells)


def _name(header: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """What a line calls its model; "" where it is too short to say."""
    column = header.index("Model")
    return cells[column] if column < len(cells) else ""


OVERALL, LIVE = (f"https://gorilla.cs.berkeley.edu/data_{part}.csv" for part in ("overall", "live"))

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
    urls=(OVERALL, LIVE),
    ignores=_IGNORES,
)
