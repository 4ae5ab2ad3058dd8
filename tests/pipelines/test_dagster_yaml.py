"""``dagster.yaml``: whoever starts Dagster finds the same runs, one at a time, and nothing is sent anywhere."""

import dagster as dg
import pytest
import yaml

from pipelines.graph.instance import Events, instance, prepare
from warehouse import home as homes
from warehouse.home import PROJECT, Home


def by_hand():
    """The instance ``dagster dev`` makes of the file in the working directory."""
    return dg.DagsterInstance.from_config(str(PROJECT))


@pytest.mark.parametrize("configured", [True, False], ids=["ALMANAC_HOME", "no ALMANAC_HOME"])
def test_runs_lie_in_the_data_folder(tmp_path, monkeypatch, configured):
    if configured:
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "elsewhere"))
    else:
        monkeypatch.delenv("ALMANAC_HOME", raising=False)
        monkeypatch.setattr(homes, "PROJECT", tmp_path / "checkout")
    folder = tmp_path / ("elsewhere" if configured else "checkout/data") / "dagster"
    with by_hand() as kept:
        kept.get_runs()
        assert kept.root_directory == str(folder)
    assert (folder / "history" / "runs.db").exists()


def test_the_command_line_and_the_ui_share_their_runs(tmp_path, monkeypatch):
    home = Home(tmp_path)
    with instance(home) as ours:
        run = ours.create_run_for_job(dg.GraphDefinition("graph").to_job("nightly"))
    for name, value in prepare(home).items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as theirs, by_hand() as typed:
        assert [each.run_id for each in theirs.get_runs()] == [run.run_id]
        assert [each.run_id for each in typed.get_runs()] == [run.run_id]


def test_few_files_of_events_stay_open_and_none_is_lost(tmp_path):
    home, job = Home(tmp_path), dg.GraphDefinition("graph").to_job("nightly")
    with instance(home) as kept:
        runs = [kept.create_run_for_job(job) for _ in range(2 * Events.OPEN)]
        for run in runs:
            kept.report_engine_event(f"begun {run.run_id}", run)
        assert len(kept.event_log_storage._files) == Events.OPEN
        assert messages(kept, runs) == [f"begun {run.run_id}" for run in runs]
    assert not kept.event_log_storage._files
    with instance(home) as later:
        assert messages(later, runs) == [f"begun {run.run_id}" for run in runs]
        later.event_log_storage.wipe()
        assert messages(later, runs) == []


def test_a_step_sees_what_the_steps_before_it_made_and_no_asset_is_read_twice_between_two_events(tmp_path, monkeypatch):
    read = []
    seen = Events.__mro__[1].get_asset_records

    def watched(self, asset_keys=None):
        read.extend(key.to_user_string() for key in asset_keys or ())
        return seen(self, asset_keys)

    monkeypatch.setattr(Events.__mro__[1], "get_asset_records", watched)

    @dg.asset(code_version="1")
    def first():
        return None

    def after(name, *before):
        return dg.asset(name=name, deps=list(before), code_version="1")(lambda: None)

    assets = [first, after("second", "first"), after("third", "first", "second")]
    with instance(Home(tmp_path)) as kept:
        for _ in range(2):
            read.clear()
            assert dg.materialize(assets, instance=kept).success
            assert sorted(read) == ["first", "second"]
            made = {
                name: kept.get_latest_materialization_event(dg.AssetKey(name)) for name in ("first", "second", "third")
            }
            provenance = kept.get_latest_materialization_event(dg.AssetKey("third")).asset_materialization.tags
            for name in ("first", "second"):
                assert provenance[f"dagster/input_event_pointer/{name}"] == str(
                    kept.get_asset_records([dg.AssetKey(name)])[0].asset_entry.last_materialization_storage_id
                )
                assert made[name].run_id == made["third"].run_id


def messages(kept, runs):
    return [entry.message for run in runs for entry in kept.all_logs(run.run_id)]


def test_one_run_at_a_time_and_none_for_ever(tmp_path):
    with instance(Home(tmp_path)) as kept:
        assert kept.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert kept.run_monitoring_enabled
        assert kept.run_monitoring_max_runtime_seconds > 0
        assert set(
            kept.get_tick_retention_settings(dg._core.scheduler.instigation.InstigatorType.SCHEDULE).values()
        ) == {90}


def test_nothing_is_sent_anywhere(tmp_path):
    with instance(Home(tmp_path)) as kept:
        assert kept.telemetry_enabled is False
        assert kept.nux_enabled is False


def test_the_file_says_nothing_dagster_would_not_read():
    assert set(yaml.safe_load((PROJECT / "dagster.yaml").read_text(encoding="utf-8"))) == {
        "storage",
        "local_artifact_storage",
        "compute_logs",
        "run_coordinator",
        "run_monitoring",
        "retention",
        "telemetry",
        "nux",
    }
