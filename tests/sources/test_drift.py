"""The promise of every small edit: what a page prints is read as it stands or not at all, whoever edits it and how.

``make drift`` prints how much is still read. Here, over a sample of its edits of the fixtures, nothing read is wrong.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bench.drift.__main__ import trials
from bench.drift.corpus import edits_of, fixtures
from bench.drift.readings import Key, Verdict, judged
from sources import registry
from sources.contract import Document, Observation, Refused, Source
from sources.readers import documents, offers

SHARE = float(os.environ.get("ALMANAC_DRIFT", "0.15"))
"""Of the edits of every fixture, so many are read, the same ones each time: `make drift` reads them all."""


@pytest.mark.parametrize(
    "source", [each for each in registry.all_sources().values() if fixtures(each)], ids=lambda each: each.id
)
def test_no_small_edit_changes_a_value(source: Source) -> None:
    done = list(trials(source, fixtures_only=True, share=SHARE))
    wrong = [
        f"{trial.document} {trial.edit.place}: {trial.edit.kind}: {each}"
        for trial in done
        for each in trial.verdict.changed
    ]
    assert wrong == []
    assert [trial.verdict.refused for trial in done if trial.verdict.crashed] == []


# --- the bench itself ------------------------------------------------------------------------------------------------

PAGE = Document(
    "https://acme.test/pricing",
    b"""# Pricing

## Models

| Model  | Input       | Output      |
| ------ | ----------- | ----------- |
| acme-1 | $12.50 / MTok | $25.00 / MTok |
| acme-2 | $1.25 / MTok  | $2.50 / MTok  |

## Notes

Prices are reviewed.
""",
)


def guessing(document: Document) -> Iterator[Observation]:
    """A parser that takes the last digits of a cell for its price, whatever stands beside them."""
    for table in documents.markdown_tables(document.text):
        for row in table.rows():
            model = row.pop("Model")
            for column in ("Input", "Output"):
                amount = Decimal("".join(re.findall(r"[\d.]+", row[column].split("/")[0])[-1:]) or 0)
                yield Observation(
                    model, f"price/{column.lower()}", row[column], amount, f"{row.place}, {column}", "usd/mtok"
                )


def strict(document: Document) -> Iterator[Observation]:
    """A parser that refuses the page for a single cell that does not read."""
    for table in documents.markdown_tables(document.text):
        for row in table.rows(expect=("Model", "Input", "Output")):
            for column in ("Input", "Output"):
                match = re.fullmatch(r"\$(\d+\.\d\d) / MTok", row[column])
                if not match:
                    raise Refused("a cell that does not read", place=row.place, value=row[column])
                yield Observation(
                    row["Model"],
                    f"price/{column.lower()}",
                    row[column],
                    Decimal(match[1]),
                    f"{row.place}, {column}",
                    "usd/mtok",
                )


def verdicts(parse: object) -> dict[str, Verdict]:
    source = replace(
        registry.source("zai_pricing"),
        id="acme",
        parse=parse,
        offers=offers.table_lines,
        rows=(1, 9),  # type: ignore[arg-type]
    )
    original, edits = edits_of(source, "page.md", PAGE, 0, 1)
    return {edit.kind: judged(original, edit, source, document) for edit, document in edits}


def test_a_parser_that_guesses_is_found_out() -> None:
    found = verdicts(guessing)
    for kind in (
        "a decimal comma",
        "another currency in one cell",
        "another unit in one cell",
        "a range of prices",
        "a price from",
        "an old price in words",
        "Contact us for a price",
    ):
        assert found[kind].changed, kind
    assert not found["another price"].changed
    assert not found["a new row"].changed
    assert not found["rows in another order"].changed


def test_a_parser_that_refuses_the_page_loses_what_the_edit_left_alone() -> None:
    found = verdicts(strict)
    mark = found["a raised ¹ behind a price"]
    assert (mark.refused != "", mark.prices, mark.prices_read, mark.changed) == (True, 3, 0, ())
    row = found["a row deleted"]
    assert (row.refused, row.prices, row.prices_read) == ("", 2, 2)
    added = found["a new row"]
    assert (added.refused, added.prices, added.prices_read, added.changed, added.renamed) == ("", 4, 4, (), ())


def test_what_hangs_on_an_amount_is_set_aside_and_nothing_else() -> None:
    source = replace(registry.source("zai_pricing"), parse=strict, offers=offers.table_lines, rows=(1, 9))
    _, edits = edits_of(source, "page.md", PAGE, 0, 1)
    touched = next(edit.touched for edit, _ in edits if edit.kind == "TBD for a price")
    assert len(touched) == 1
    assert next(iter(touched))._replace(subject="", attribute="") == Key("", "", "", "", "usd/mtok")


def test_two_runs_with_one_seed_make_the_same_edits() -> None:
    source = registry.source("groq_models")
    name, document = next(iter(fixtures(source).items()))
    first, second = (
        [edit for edit, _ in edits_of(replace(source, rows=(1, 40)), name, document, 7, 1)[1]] for _ in range(2)
    )
    assert first == second
    assert len({edit.kind for edit in first}) >= 25
