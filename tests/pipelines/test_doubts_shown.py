"""Parts in doubt where people look: the list of sources, and the check of the source that a person sees in amber."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from pipelines.answers import listings
from pipelines.graph import checks, sources
from pipelines.terminal import listings as lists
from sources.registry import source
from tests.pipelines.test_source_checks import attempt, told
from tests.warehouse.world import Warehouse, World, doubted, night, priced
from warehouse.evidence.readings import Reading, Readings
from warehouse.schemas import table

PLACE = "table under 'Pricing' row 3, Input"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    world = World(tmp_path_factory.mktemp("doubts"))
    openai = world.seller("openai", "maker")
    openai.says(night(1), priced("gpt-5", "1.25", "10"), priced("o3", "2", "8"))
    openai.says(night(2), priced("o3", "2", "8"), doubted("gpt-5", place=PLACE))
    for number in range(3, 10):
        openai.confirms(night(number))
    with world.built() as built:
        yield built


def test_the_list_of_sources_shows_each_part_in_doubt(warehouse: Warehouse) -> None:
    found, doubts = listings.sources(warehouse.connection), listings.doubts(warehouse.connection)
    page = Console(file=io.StringIO(), width=300)
    page.print(*lists.lay_out_sources(found, doubts))
    assert isinstance(page.file, io.StringIO)
    (line,) = (each for each in page.file.getvalue().splitlines() if PLACE in each)
    for words in ("openai_pricing", "cell at", "Contact us", "not an amount of money", "2026-01-02", "2"):
        assert words in line
    (told,) = (each for each in listings.with_doubts(found, doubts) if each["source_id"] == "openai_pricing")
    assert [part["place"] for part in told["parts_in_doubt"]] == [PLACE]


def test_a_doubt_that_stands_for_a_week_is_an_error(warehouse: Warehouse) -> None:
    (result,) = (
        each
        for each in checks.results(warehouse.connection, table("quality.doubts"))
        if each.check_name == "doubts_that_stand"
    )
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)


def reading(**more: object) -> Reading:
    return replace(Reading("deepseek_pricing", "https://x.example", "ab", "v", "read"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "read", "passed", "severity"),
    [
        ("ok", reading(), True, dg.AssetCheckSeverity.WARN),
        ("ok", reading(doubts=(doubted(place=PLACE),)), False, dg.AssetCheckSeverity.WARN),
        ("ok", reading(outcome="refused", reason="no page"), False, dg.AssetCheckSeverity.ERROR),
    ],
)
def test_a_source_read_in_part_is_amber_and_lists_its_doubts(
    outcome: str, read: Reading, passed: bool, severity: dg.AssetCheckSeverity, tmp_path: Path
) -> None:
    Readings(tmp_path).keep([(read, [])])
    pages, found = told(tmp_path, attempt(outcome, sha256=read.snapshot_sha256, url=read.scope))
    result = sources._reads(source("deepseek_pricing"), pages, found, "")
    assert (result.passed, result.severity) == (passed, severity)
    assert (PLACE in str(result.metadata.get("in doubt", ""))) == bool(read.doubts)
