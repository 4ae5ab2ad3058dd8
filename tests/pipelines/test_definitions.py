"""The graph Dagster sees: drawn whole in ``graph.md``, and true of every source and every table.

``python -m tests.pipelines.test_definitions`` draws it anew; the difference is for a person to read.
"""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import defs
from pipelines.graph import by_hand, sources, tables
from sources.registry import all_sources
from warehouse.home import PROJECT
from warehouse.schemas import all_tables

GOLDEN = Path(__file__).with_name("graph.md")


@cache
def graph():
    return defs.resolve_asset_graph()


def node(*key):
    return graph().get(dg.AssetKey([*key]))


def drawn():
    """The graph as Markdown; what is alike for every source is one line."""
    lines = ["# The graph", "", "| asset | stage | made from | checks (! blocks) |", "|---|---|---|---|"]
    rows = {}
    for key in graph().toposorted_asset_keys:
        asset = graph().get(key)
        made_from = ", ".join(sorted({alike(parent) for parent in asset.parent_keys}))
        checks = ", ".join(
            sorted(
                f"{check.name}{'!' if graph().get(check).blocking else ''}"
                for check in graph().get_check_keys_for_assets({key})
            )
        )
        rows[asset.group_name, alike(key), made_from, checks] = None
    lines += [f"| {name} | {group} | {made_from} | {checks} |" for group, name, made_from, checks in sorted(rows)]
    lines += ["", "| automation | when | on by default |", "|---|---|---|"]
    lines += [
        f"| {schedule.name}, of the job {schedule.job_name} | {schedule.cron_schedule} {schedule.execution_timezone} | {schedule.default_status.value} |"
        for schedule in defs.schedules
    ]
    lines += [f"| {sensor.name} | a run fails | {sensor.default_status.value} |" for sensor in defs.sensors]
    return "\n".join(lines) + "\n"


def alike(key):
    return f"{key.path[0]}/*" if is_of_a_source(key) else key.to_user_string()


def test_the_graph_is_as_drawn():
    assert drawn() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", all_sources().values(), ids=lambda source: source.id)
def test_every_source_is_fetched_then_read_then_folded(source):
    snapshots, observations = sources.snapshots(source.id), sources.observations(source.id)
    named_by = {sources.observations(each) for each in source.discovers_from} if source.discovers else set()
    assert graph().get(snapshots).parent_keys == named_by
    assert graph().get(observations).parent_keys == {snapshots}
    assert observations in node("evidence", "folded_claims").parent_keys
    assert graph().get(observations).code_version


@pytest.mark.parametrize("source", all_sources().values(), ids=lambda source: source.id)
def test_a_dead_source_blocks_nothing(source):
    snapshots, observations = sources.snapshots(source.id), sources.observations(source.id)
    checks = graph().get_check_keys_for_assets({snapshots, observations})
    assert {(check.asset_key, check.name) for check in checks} == {
        (snapshots, "answers"),
        (observations, "reads"),
        (observations, "envelope"),
    }
    assert not any(graph().get(check).blocking for check in checks)


@pytest.mark.parametrize("source", all_sources().values(), ids=lambda source: source.id)
def test_a_source_selected_with_everything_downstream_makes_every_table_and_the_edition(source):
    chosen = dg.AssetSelection.assets(sources.snapshots(source.id)).downstream().resolve(graph())
    tables_and_edition = {each for each in graph().get_all_asset_keys() if not is_of_a_source(each)}
    assert tables_and_edition <= chosen
    named = {each for each in chosen - tables_and_edition if each.path[1] != source.id}
    alone = set(by_hand._with_the_tables([source.id]))
    assert alone == chosen - named
    assert {each.path[1] for each in named} <= {
        each.id for each in all_sources().values() if each.discovers and each.discovers_from
    }


@pytest.mark.parametrize("source", all_sources().values(), ids=lambda source: source.id)
def test_runs_are_to_deal_with_a_source_within_its_cadence(source):
    for key in (sources.snapshots(source.id), sources.observations(source.id)):
        policy = graph().get(key).freshness_policy
        assert policy.warn_window.to_timedelta() == timedelta(days=source.review_every_days)
        assert policy.fail_window.to_timedelta() > policy.warn_window.to_timedelta()


def test_reading_anew_asks_nobody():
    made = defs.resolve_job_def("reparse").asset_layer.executable_asset_keys
    assert {each for each in graph().get_all_asset_keys() if each.path[0] != "snapshots"} == set(made)


@pytest.mark.parametrize("source", all_sources().values(), ids=lambda source: source.id)
def test_every_field_of_a_source_says_what_it_is(source):
    for key in (sources.snapshots(source.id), sources.observations(source.id)):
        columns = graph().get(key).metadata["dagster/column_schema"].columns
        assert columns
        assert all(each.description for each in columns)


def is_of_a_source(key):
    return key.path[0] in ("snapshots", "observations")


def test_everything_flows_one_way():
    backwards = [
        f"{parent.to_user_string()} ({graph().get(parent).group_name}) → {key.to_user_string()} ({graph().get(key).group_name})"
        for key in graph().toposorted_asset_keys
        for parent in graph().get(key).parent_keys
        if graph().get(parent).group_name > graph().get(key).group_name
    ]
    assert backwards == []


@pytest.mark.parametrize("declared", all_tables().values(), ids=lambda declared: declared.name)
def test_one_name_for_a_table_and_its_asset(declared):
    asset = node(*declared.name.split("."))
    columns = asset.metadata["dagster/column_schema"].columns
    assert [(column.name, column.type, column.description) for column in columns] == [
        (column.name, column.kind, column.meaning) for column in declared.columns
    ]
    blocking = {check.name for check in graph().get_check_keys_for_assets({asset.key}) if graph().get(check).blocking}
    assert ("schema" in blocking) != declared.view
    assert asset.metadata["dagster/table_name"] == declared.name


def test_every_asset_says_what_it_is_who_owns_it_and_how_it_is_made():
    for key in graph().toposorted_asset_keys:
        asset = graph().get(key)
        assert asset.description
        assert asset.owners
        assert asset.kinds


def test_publication_waits_for_every_table_and_every_check_that_blocks():
    before, queue = set(), [dg.AssetKey(["published", "edition"])]
    while queue:
        parents = graph().get(queue.pop()).parent_keys - before
        before |= parents
        queue += parents
    assert before == set(graph().toposorted_asset_keys) - {dg.AssetKey(["published", "edition"])}


def test_steps_run_in_one_process():
    assert defs.executor is dg.in_process_executor
    assert defs.resolve_job_def("nightly").executor_def is dg.in_process_executor


def test_the_night_begins_at_three_by_itself():
    (schedule,) = (each for each in defs.schedules if each.job_name == "nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * *", "UTC")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert {sensor.default_status for sensor in defs.sensors} == {dg.DefaultSensorStatus.RUNNING}


def test_the_root_stays_small():
    assert len((PROJECT / "pipelines" / "definitions.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_a_table_of_a_new_schema_must_be_given_a_stage():
    assert {declared.schema for declared in all_tables().values()} == set(tables.GROUPS)
    assert set(tables.EARLIER_OR_LATER) <= set(all_tables())
    assert all(
        re.fullmatch(r"\d\d_[a-z]+", group) for group in {*tables.GROUPS.values(), *tables.EARLIER_OR_LATER.values()}
    )


if __name__ == "__main__":
    GOLDEN.write_text(drawn(), encoding="utf-8")
