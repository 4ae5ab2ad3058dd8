"""Every recorded document is read or refused, every row of it accounted for, and the published count is current."""

import csv

import pytest

from sources import registry
from sources.contract import Source
from tests import recorded

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not recorded.index(), reason="no recorded pages beside the checkout"),
]


@pytest.fixture(params=registry.all_sources().values(), ids=lambda source: source.id, scope="module")
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.param
    return found


@pytest.fixture(scope="module")
def found(source: Source) -> list[list[recorded.Outcome]]:
    """What became of each recorded body; skipped where a source has none."""
    outcomes = list(recorded.outcomes(source))
    if not outcomes:
        pytest.skip(f"no document of {source.id} is recorded")
    return outcomes


def test_every_row_of_every_recorded_document_is_accounted_for(
    source: Source, found: list[list[recorded.Outcome]]
) -> None:
    for each in (one for bodies in found for one in bodies if one.account):
        assert each.account
        assert not each.account.unexplained, each.body.file.name
        held = each.account.read + sum(each.account.left_out.values()) + each.account.in_doubt
        assert each.account.offered == held, each.body.file.name
        assert each.account.left_out.keys() <= source.ignores.keys(), each.body.file.name


def test_a_recorded_document_that_is_not_read_says_why(found: list[list[recorded.Outcome]]) -> None:
    refused = [each for bodies in found for each in bodies if each.account is None]
    assert all(each.refusal for each in refused)
    assert len(refused) < sum(map(len, found))


def test_the_published_count_of_rows_is_current(source: Source, found: list[list[recorded.Outcome]]) -> None:
    with recorded.ROWS.open(encoding="utf-8", newline="") as lines:
        published = {line["source_id"]: line for line in csv.DictReader(lines)}
    assert published.get(source.id) == recorded.row(source, found), "run: make recorded-rows sources-page"
