"""Edits of CSV: one cell, one line, one column."""

import csv
import io
import re
from collections.abc import Iterator

from bench.drift.original import Hanging, Original, bumped
from bench.drift.readings import Edit

Rows = list[list[str]]


def edits(original: Original, each: int) -> Iterator[Edit]:
    """Every kind of edit that fits the lines, `each` times at most."""
    rows = [line for line in csv.reader(io.StringIO(original.text)) if line]
    header, body = rows[0], rows[1:]
    numbers = [
        (row, column)
        for row, line in enumerate(body)
        for column, cell in enumerate(line)
        if re.search(r"[1-9]", cell) and re.fullmatch(r"\d+(\.\d+)?%?", cell)
    ]
    found = 0
    for row, column in original.random.sample(numbers, min(len(numbers), 12 * each)):
        hanging = original.hanging(_written([header, *_with(body, row, column, bumped(body[row][column]))]))
        if hanging:
            yield from _of_cell(original, header, body, row, column, hanging)
            found += 1
            if found == each:
                break
    yield from _of_file(header, body)


def _of_cell(
    original: Original, header: list[str], body: Rows, row: int, column: int, hanging: Hanging
) -> Iterator[Edit]:
    place = f"line {row + 2}, {header[column] if column < len(header) else column}"
    cell = body[row][column]
    touched = original.row(hanging.keys) | original.about(hanging.keys)
    values = original.reading.values
    same = {key: values[key] for key in hanging.keys}
    gone = hanging.unsaid()

    for kind, said, truth in (
        ("N/A for a number", "N/A", gone),
        ("nothing for a number", "", gone),
        ("a dash for a number", "—", gone),
        ("a decimal comma", cell.replace(".", ",") if "." in cell else f"{cell},0", same),
        ("an asterisk behind a number", f"{cell}*", same),
        ("about before a number", f"~{cell}", gone),
        ("blanks around a number", f" {cell} ", same),
        ("two numbers", f"{cell} ± 1.2", same),
    ):
        yield Edit(kind, place, _written([header, *_with(body, row, column, said)]), touched, truth)

    def lines(kind: str, changed: Rows, *, aside: bool = True) -> Edit:
        return Edit(kind, place, _written([header, *changed]), touched if aside else frozenset())

    other = _with(body, row, column, bumped(cell))[row]
    yield lines("a line gone", [*body[:row], *body[row + 1 :]])
    yield lines("a line twice", [*body, body[row]])
    yield Edit(
        "a line twice, with another number",
        place,
        _written([header, *body, other]),
        touched,
        {key: values[key] | _any_number(bumped(cell)) for key in hanging.keys},
    )
    yield lines("a line one cell short", [*body[:row], body[row][:-1], *body[row + 1 :]])
    yield lines("a line one cell long", [*body[:row], [*body[row], "x"], *body[row + 1 :]])
    subjects = {key.subject for key in touched}
    for subject in subjects if len(subjects) == 1 else ():
        if subject in body[row]:
            at = body[row].index(subject)
            named = _with(body, row, at, f"{subject} zephyr 9")[row]
            yield lines("a new line", [*body, named], aside=False)
            yield lines("a name with a remark", _with(body, row, at, f"{subject} (new!) 🚀"))
            yield lines("no name", _with(body, row, at, ""))


def _any_number(number: str) -> frozenset[str]:
    plain = number.removesuffix("%")
    return frozenset({plain, plain.rstrip("0").rstrip(".") if "." in plain else plain})


def _of_file(header: list[str], body: Rows) -> Iterator[Edit]:
    yield Edit("lines in another order", "csv", _written([header, *body[::-1]]))
    yield Edit("a new column", "csv", _written([[*header, "Zebra"], *([*line, "1"] for line in body)]))
    if len(header) > 1:
        swapped = [[*line[:-2], *line[-2:][::-1]] for line in [header, *body]]
        yield Edit("columns in another order", "csv", _written(swapped))
    yield Edit("a header in other case", "csv", _written([[name.upper() for name in header], *body]))
    yield Edit("blanks around the headers", "csv", _written([[f" {name} " for name in header], *body]))
    yield Edit("a blank line", "csv", _written([header, *body]).replace("\n", "\n\n", 1))
    yield Edit("other line ends", "csv", _written([header, *body]).replace("\n", "\r\n"))
    yield Edit("quotes around every cell", "csv", _written([header, *body], csv.QUOTE_ALL))
    yield Edit("a byte-order mark", "csv", "\ufeff" + _written([header, *body]))
    yield Edit("semicolons for commas", "csv", _written([header, *body], delimiter=";"))


def _with(body: Rows, row: int, column: int, cell: str) -> Rows:
    line = [*body[row][:column], cell, *body[row][column + 1 :]]
    return [*body[:row], line, *body[row + 1 :]]


def _written(rows: Rows, quoting: int = csv.QUOTE_MINIMAL, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting, delimiter=delimiter).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()
