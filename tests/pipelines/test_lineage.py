"""Column lineage: from a comparison's cell back to what the pages say, through every table between."""

from itertools import pairwise

import dagster as dg
import pytest
import sqlglot
from sqlglot.errors import ParseError

from pipelines.graph import lineage
from sources.registry import all_sources
from warehouse.schemas import all_tables

CONSTANTS = {
    "core.capabilities": {"capability"},
    "core.provider_aliases": {"alias", "provider_id"},
    "core.provider_currencies": {"provider_id", "currency"},
    "core.licenses": {"license_id", "name"},
    "mart.cost_lines": {"line"},
    "core.model_redirects": {column.name for column in all_tables()["core.model_redirects"].columns},
    **{
        name: {column.name for column in all_tables()[name].columns}
        for name in ("core.thresholds", "core.rules", "core.rule_pieces", "core.advantages")
    },
    "mart.model_elements": {"set"},
    "core.workloads": {column.name for column in all_tables()["core.workloads"].columns},
}
"""Columns that come from no column: reference data and closed vocabularies."""


@pytest.mark.parametrize(
    "name", [name for name, declared in all_tables().items() if declared.schema in ("core", "mart")]
)
def test_every_column_of_core_and_mart_comes_from_somewhere(name):
    assert {column for column, found in lineage.inputs(name).items() if not found} == CONSTANTS.get(name, set())


@pytest.mark.parametrize("name", all_tables())
def test_lineage_names_columns_that_are_there(name):
    for origin, column in set().union(*lineage.inputs(name).values()):
        if not origin.startswith(("observations.", "snapshots.")):
            assert column in {each.name for each in all_tables()[origin].columns}, f"{origin}.{column}"


@pytest.mark.parametrize(
    ("table", "column", "origin", "input_column"),
    [
        ("mart.comparisons", "monthly_gap_usd", "mart.sides", "monthly_cost_usd"),
        ("mart.comparisons", "last_reviewed_at", "mart.sides", "last_reviewed_at"),
        ("mart.comparisons", "verdict_kind", "mart.pairs", "verdict_kind"),
        ("mart.pairs", "only_a_capabilities", "mart.sides", "yes_mask"),
        ("mart.comparison_sheet", "cheapest_input_usd_a", "mart.cheapest_offers", "input_usd_per_mtok"),
        ("mart.sides", "yes_mask", "core.capabilities", "status"),
        ("mart.sides", "gap_count", "quality.gaps", "subject_id"),
        ("mart.offer_costs", "monthly_cost_usd", "mart.cost_lines", "usd"),
        ("mart.cost_lines", "usd", "core.workloads", "input_mtok"),
        ("core.models", "context_tokens", "evidence.model_choices", "value"),
        ("core.prices", "usd", "evidence.quotes", "amount"),
        ("evidence.quotes", "amount", "evidence.prices_said", "amount"),
        ("evidence.prices_said", "amount", "evidence.folded_claims", "value"),
        ("quality.gaps", "field", "core.capabilities", "capability"),
    ],
)
def test_what_a_column_is_computed_from(table, column, origin, input_column):
    assert (origin, input_column) in lineage.inputs(table)[column]


def test_a_cost_leads_back_to_the_words_of_every_source():
    seen, queue = set(), [("mart.comparisons", "monthly_gap_usd")]
    while queue:
        table, column = queue.pop()
        if (table, column) not in seen:
            seen.add((table, column))
            queue += lineage.inputs(table)[column] if table in all_tables() else []
    assert {(f"observations.{source_id}", "value") for source_id in all_sources()} <= seen


@pytest.mark.parametrize("column", [column.name for column in all_tables()["mart.comparisons"].columns])
def test_every_column_of_a_comparison_is_followed_to_a_field_of_a_source(column):
    path = lineage.path_to_a_source(("mart.comparisons", column))
    assert path[-1][0].startswith("observations.")
    assert ("evidence.folded_claims", path[-2][1]) == path[-2]
    for (origin, name), before in pairwise(path):
        assert before in lineage.inputs(origin)[name]


def test_a_column_is_followed_through_its_value_and_not_through_what_tells_its_row():
    assert [f"{origin}.{name}" for origin, name in lineage.path_to_a_source(("mart.comparisons", "context_ratio"))] == [
        "mart.comparisons.context_ratio",
        "mart.sides.context_tokens",
        "core.models.context_tokens",
        "evidence.model_choices.value",
        "evidence.standing.value",
        "evidence.claims.value",
        "evidence.folded_claims.value",
        f"observations.{min(all_sources())}.value",
    ]


def test_what_comes_from_the_ledger_or_from_nothing_is_not_given_a_page():
    assert lineage.path_to_a_source(("raw.fetches", "status"))[-1] == (f"snapshots.{min(all_sources())}", "status")
    assert lineage.path_to_a_source(("core.workloads", "input_mtok")) == ()


def test_the_columns_of_a_table_lead_from_asset_to_asset():
    told = lineage.column_list("mart.comparisons")
    assert "[`mart.sides.monthly_cost_usd`](/assets/mart/sides)" in told
    assert "`observations/<source>.value`" in lineage.column_paths("mart.comparisons")


def test_dagster_gets_asset_keys():
    drawn = lineage.column_lineage("mart.comparisons").deps_by_column
    assert dg.TableColumnDep(dg.AssetKey(["mart", "sides"]), "monthly_cost_usd") in drawn["monthly_gap_usd"]


def test_a_query_it_cannot_follow_falls_back_to_names(monkeypatch):
    def unreadable(*_, **__):
        raise ParseError("a construct of tomorrow")

    monkeypatch.setattr(sqlglot, "parse_one", unreadable)
    found = lineage._computed("mart.open_gaps")
    assert found["reason"] == {("quality.gaps", "reason")}
