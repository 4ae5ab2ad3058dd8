"""The job run in process, with no network: what it leaves behind, what the UI would show of it, and how it fails."""

import fcntl
import json
import logging
import os
import shutil
import signal
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
from dagster import DagsterRunStatus
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster_graphql.cli import execute_query
from jsonschema import Draft202012Validator

from pipelines.alerts import webhook
from pipelines.definitions import defs
from pipelines.graph import alarms, automation, checks, documents, ending, history, sources
from pipelines.graph.by_hand import SILENT, run_nightly, run_reparse
from pipelines.graph.instance import instance
from pipelines.graph.resource import Refresh
from pipelines.night.night import Night, frozen
from pipelines.night.progress import Asked, Published, Stage, tell
from pipelines.status.schema import status_schema
from sources.registry import all_sources
from tests.end_to_end.nights import changed, small_sources
from tests.loopback import page, serving
from warehouse import database
from warehouse.checking.tables import Failure
from warehouse.evidence.ledger import Ledger
from warehouse.home import Home, Unusable
from warehouse.schemas import all_tables

NIGHT = datetime(2026, 8, 21, 23, tzinfo=UTC)

ONE = ["curated"]
"""The source of a run of which is asked how it begins or ends, and not what it reads."""


@pytest.fixture(scope="module", autouse=True)
def small():
    """Of the packaged catalogue there are three sellers: a thousand models would tell of a run no more than they do."""
    catalogue = all_sources()["genai_prices"]
    (whole,) = catalogue.packaged()
    few = [each for each in json.loads(whole.body) if each["id"] in ("anthropic", "deepseek", "groq")]
    assert len(few) == 3
    with small_sources():
        changed(catalogue, packaged=lambda: iter([replace(whole, body=json.dumps(few).encode())]))
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = Home(tmp_path_factory.mktemp("home"))
    left_by_a_dead_night(made).symlink_to("editions/one")
    return made


def left_by_a_dead_night(home):
    return home.root / ".latest.1"


@pytest.fixture(scope="module")
def heard():
    """What the first run has told of how far it is."""
    return []


@pytest.fixture(scope="module")
def first(home, heard):
    return run_nightly(home, as_of=NIGHT, offline=True, told=heard.append)


@pytest.fixture
def broken(monkeypatch):
    """A run that fails at its first table."""
    monkeypatch.setattr(
        checks,
        "failures",
        lambda _, declared, **__: iter([Failure(declared.name, "source_id", "the key repeats", 2, "acme")]),
    )


def events(home, run_id, kind):
    with instance(home) as kept:
        return [record.dagster_event for record in kept.all_logs(run_id, of_type=kind)]


def test_a_night_without_a_network_publishes(home, first):
    assert (first.success, first.failed_steps, first.errors) == (True, [], [])
    with database.opened(home.warehouse, read_only=True) as connection:
        assert database.rows(connection, "core.models") > 0
        assert database.as_of(connection) == NIGHT
    assert (home.latest / "manifest.json").exists()
    assert not home.work_file.exists()
    assert not left_by_a_dead_night(home).is_symlink()


def test_a_night_leaves_its_figures_beside_latest(home, first):
    told = figures(home)
    assert (told["run_id"], told["job"], told["as_of"]) == (first.run_id, "nightly", "2026-08-21T23:00:00Z")
    assert (told["outcome"], told["edition"], told["errors"]) == ("published", home.latest.resolve().name, [])
    assert list(told["stages"]) == ["fetch", "read", "follow", "fold", "tables", "checks", "publish"]
    assert 0 < sum(told["stages"].values()) < told["seconds"] + 1
    assert set(told["documents"]["outcomes"]) == {"offline"}
    assert told["documents"]["failed"] == []
    with database.opened(home.warehouse, read_only=True) as connection:
        assert told["tables"]["core.prices"] == database.rows(connection, "core.prices")
    assert told["peak_memory_bytes"] > 50_000_000


def test_the_run_is_kept_where_the_ui_lists_it(home, first):
    with instance(home) as kept:
        run = kept.get_run_by_id(first.run_id)
    assert run.status is DagsterRunStatus.SUCCESS
    assert run.job_name == "nightly"
    assert run.tags[".dagster/repository"] == "__repository__@pipelines.definitions"


def test_every_table_shows_its_rows_and_where_its_columns_come_from(home, first):
    shown = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in events(home, first.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
    }
    assert {name.replace(".", "/") for name in all_tables()} <= set(shown)
    with database.opened(home.warehouse, read_only=True) as connection:
        for name in set(all_tables()) - {database.RECORD}:  # which grows while the others are made
            assert shown[name.replace(".", "/")]["dagster/row_count"].value == database.rows(connection, name)
    lineage = shown["mart/comparisons"]["dagster/column_lineage"].value.deps_by_column
    assert dg.TableColumnDep(dg.AssetKey(["mart", "sides"]), "monthly_cost_usd") in lineage["monthly_gap_usd"]


ASSETS = """
{
  assetNodes {
    assetKey { path }
    groupName
    dependencyKeys { path }
    assetMaterializations(limit: 1) {
      metadataEntries {
        label
        ... on TableColumnLineageMetadataEntry {
          lineage { columnName columnDeps { assetKey { path } columnName } }
        }
        ... on TextMetadataEntry { text }
        ... on PathMetadataEntry { path }
        ... on IntMetadataEntry { intValue }
        ... on FloatMetadataEntry { floatValue }
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def shown(home, first):
    """What the UI asks for its pictures: asset → its node, with the metadata of its newest materialisation."""
    target = LoadableTargetOrigin(module_name="pipelines.definitions")
    with (
        warnings.catch_warnings(action="ignore", category=DeprecationWarning),  # Dagster reads what it calls deprecated
        instance(home) as kept,
        WorkspaceProcessContext(
            kept, InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(target, location_name="almanac"))
        ) as workspace,
    ):
        answer = execute_query(workspace, ASSETS)
    assert "errors" not in answer
    return {
        "/".join(node["assetKey"]["path"]): {
            **node,
            "told": {
                entry["label"]: entry for newest in node["assetMaterializations"] for entry in newest["metadataEntries"]
            },
        }
        for node in answer["data"]["assetNodes"]
    }


def test_the_lineage_opens_on_every_asset(shown):
    assert {name.replace(".", "/") for name in all_tables()} <= set(shown)
    for name, node in shown.items():
        assert {"/".join(each["path"]) for each in node["dependencyKeys"]} <= set(shown), name
        assert node["told"], name


def test_a_comparison_is_followed_to_a_field_of_every_source_in_what_the_ui_is_given(shown):
    seen, waiting = set(), [("mart/comparisons", "monthly_gap_usd")]
    for asset, column in waiting:
        lineage = shown[asset]["told"].get("dagster/column_lineage", {"lineage": []})["lineage"]
        further = [
            ("/".join(each["assetKey"]["path"]), each["columnName"])
            for one in lineage
            if one["columnName"] == column
            for each in one["columnDeps"]
        ]
        waiting += sorted(set(further) - seen)
        seen.update(further)
    assert {(f"observations/{source_id}", "value") for source_id in all_sources()} <= seen
    assert {("core/prices", "usd"), ("evidence/prices_said", "amount"), ("evidence/folded_claims", "value")} <= seen


def test_what_is_plotted_over_runs_is_a_number(shown):
    for name in all_tables():
        told = shown[name.replace(".", "/")]["told"]
        assert told["dagster/row_count"]["intValue"] >= 0
        assert told["seconds"]["floatValue"] >= 0
    edition = shown["published/edition"]["told"]
    assert all(edition[each]["intValue"] > 0 for each in ("rows", "gaps", "warehouse (bytes)", "edition (bytes)"))


def known(home: Home) -> dict[str, documents.Pages]:
    with Ledger(home.ledger, "").opened() as ledger:
        return documents.pages(ledger)


def test_a_source_shows_its_snapshot_and_where_the_page_lies(home, shown):
    held = known(home)["curated"]
    for asset in ("snapshots/curated", "observations/curated"):
        told = shown[asset]["told"]
        assert told["snapshot"]["text"].startswith(held.data_version)
        assert Path(told["stored page"]["path"]).is_file()
    assert {"parts in doubt", "rows left out", "dagster/row_count"} <= set(shown["observations/curated"]["told"])


def test_a_page_version_is_its_sha(home, first):
    held = known(home)
    versions = {
        event.asset_key.path[1]: event.step_materialization_data.materialization.tags["dagster/data_version"]
        for event in events(home, first.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
        if event.asset_key.path[0] == "snapshots"
    }
    assert set(versions) == set(all_sources())
    single = {source_id: pages for source_id, pages in held.items() if pages.held == 1}
    assert single
    for source_id, pages in single.items():
        assert versions[source_id] == pages.sha256[:12]


def test_a_source_that_did_not_answer_is_a_failed_check_and_no_failed_step(home, first):
    found = {
        event.asset_check_evaluation_data.asset_key.path[1]: event.asset_check_evaluation_data
        for event in events(home, first.run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        if event.asset_check_evaluation_data.check_name == "reads"
    }
    assert set(found) == set(all_sources())
    assert not found["anthropic_pricing"].passed
    assert "offline" in found["anthropic_pricing"].description
    assert found["curated"].passed


def test_a_night_that_changes_nothing_publishes_nothing_new_and_one_that_cannot_tidy_says_so(home, first, monkeypatch):
    def unreadable(*_):
        raise OSError("an edition cannot be read")

    monkeypatch.setattr(history, "everything_due", unreadable)
    before = home.latest.resolve()
    moments = []
    for place in ("sources.evidence_sent", "tables.evidence_sent", "tables.sent"):
        monkeypatch.setattr(f"pipelines.graph.{place}", lambda *_, place=place: moments.append(place))
    again = run_nightly(home, as_of=NIGHT, offline=True)
    # to an object store: after each round of asking, before the build, and when it is published
    assert moments == [*["sources.evidence_sent"] * len(sources.rounds()), "tables.evidence_sent", "tables.sent"]
    assert again.success
    (published,) = (
        event.step_materialization_data.materialization.metadata
        for event in events(home, again.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
        if event.asset_key == dg.AssetKey(["published", "edition"])
    )
    assert published["is new"].value is False
    assert published["removed"].value == "nothing"
    with instance(home) as kept:
        told = [entry.user_message for entry in kept.all_logs(again.run_id) if entry.level == logging.WARNING]
    assert told == ["nothing was tidied: an edition cannot be read"]
    assert home.latest.resolve() == before
    told = figures(home)
    assert (told["outcome"], told["price_changes"], told["gaps"]["opened"]) == ("unchanged", 0, {})
    assert told["edition"] == told["edition_before"] == before.name


@pytest.mark.usefixtures("broken", "first")
def test_a_broken_rule_leaves_the_last_edition_standing_and_the_terminal_alone(home, capfd):
    before, warehouse = home.latest.resolve(), home.warehouse.stat()
    result = run_nightly(home, as_of=NIGHT, offline=True, sources=ONE)
    assert not result.success
    assert result.failed_steps == ["evidence"]
    assert result.errors[0] == "raw/sources schema: raw.sources.source_id: the key repeats (2 rows, for example acme)"
    assert home.latest.resolve() == before
    assert (home.warehouse.stat().st_ino, home.warehouse.stat().st_mtime_ns) == (
        warehouse.st_ino,
        warehouse.st_mtime_ns,
    )
    assert capfd.readouterr() == ("", "")
    told = figures(home)
    assert (told["outcome"], told["errors"], told["edition"]) == ("failed", result.errors, before.name)
    assert (told["tables"], told["run_id"]) == (None, result.run_id)


def nightly():
    return defs.resolve_job_def("nightly")


def test_what_broke_a_rule_breaks_it_again_when_the_run_goes_on_from_there(first, home, tmp_path, monkeypatch):
    def broken(connection, declared, **more):
        if declared.name == "core.prices":
            return iter([Failure(declared.name, "offer_id", "the key repeats", 2, "acme")])
        return failures(connection, declared, **more)

    failures = checks.failures
    monkeypatch.setattr(checks, "failures", broken)
    own = Home(shutil.copytree(home.root, tmp_path / "own", symlinks=True))
    own.warehouse.unlink()  # so that the run makes every table
    with instance(own) as kept:

        def run(**more):
            return dg.execute_job(
                dg.reconstructable(nightly),
                kept,
                {
                    "resources": {"refresh": {"config": {"home": str(own.root), "offline": True}}},
                    "loggers": SILENT,
                },
                **more,
            )

        def goes_on(failed):
            return run(reexecution_options=dg.ReexecutionOptions.from_failure(failed.run_id, kept))

        with run() as begun, goes_on(begun) as again:
            steps = [[event.step_key for event in each.all_events if event.is_step_failure] for each in (begun, again)]
            assert steps == [["core__prices"], ["core__prices"]]
            monkeypatch.undo()
            with goes_on(again) as mended:
                assert mended.success
                assert "core__model_aliases" not in {event.step_key for event in mended.all_events}


def test_a_source_that_breaks_is_red_and_the_others_are_read(tmp_path, monkeypatch):
    def damaged(night, source, documents):
        if source.id == "curated":
            raise OSError("the disk lost a snapshot")
        return iter(())

    home = Home(tmp_path)
    monkeypatch.setattr(Night, "read_these", damaged)
    with instance(home) as kept:
        result = defs.resolve_job_def("nightly").execute_in_process(
            run_config={
                "resources": {"refresh": {"config": {"home": str(home.root), "offline": True}}},
                "loggers": SILENT,
            },
            instance=kept,
            asset_selection=[
                key(source_id) for source_id in all_sources() for key in (sources.snapshots, sources.observations)
            ],
        )
    assert result.success
    (curated,) = (
        each
        for each in result.get_asset_check_evaluations()
        if each.asset_key == sources.observations("curated") and each.check_name == "reads"
    )
    assert not curated.passed
    assert curated.severity is dg.AssetCheckSeverity.ERROR
    assert "OSError: the disk lost a snapshot" in curated.description


def figures(home):
    """What the last night left beside ``latest``, as its schema says."""
    told = json.loads((home.root / "status.json").read_text(encoding="utf-8"))
    schema = Draft202012Validator(status_schema(closed=True), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(told)] == []
    return told


def test_a_night_that_cannot_say_how_it_went_is_as_good_as_any(tmp_path, monkeypatch):
    def damaged(*_, **__):
        raise OSError("no space left on https://hooks.example/SECRET")

    def well(*_, **__):
        return {}

    said = []
    context = SimpleNamespace(
        run=SimpleNamespace(run_id="run-1", job_name="nightly"),
        instance=SimpleNamespace(all_logs=lambda *_, **__: []),
        log=SimpleNamespace(info=said.append),
    )
    for broken in ("keeping.made", "keeping.write", "tell"):
        for step in ("keeping.made", "keeping.write", "tell"):
            monkeypatch.setattr(f"pipelines.alerts.telling.{step}", damaged if step == broken else well)
        with ending.accounted(Night.begin(Home(tmp_path), offline=True), context):
            tell(Published("2026-08-21-a", is_new=False))
    assert said == [
        "nobody was told of the night: OSError",
        "how the night went could not be kept: OSError",
        "nobody was told of the night: OSError",
    ]


class TestTheSensorOfNightsThatDied:
    @pytest.fixture
    def home(self, tmp_path, monkeypatch):
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
        return Home(tmp_path)

    @pytest.fixture
    def receiver(self, monkeypatch):
        with serving({"/hook": page(b"ok", "text/plain")}) as mirror:
            monkeypatch.setenv(webhook.VARIABLE, f"{mirror.url}/hook")
            yield mirror

    def dies(self, kept, why, job="nightly"):
        run = kept.create_run_for_job(defs.resolve_job_def(job), status=DagsterRunStatus.STARTED)
        event = kept.report_run_failed(run, why)
        context = dg.build_run_status_sensor_context("a_night_died", event, kept, kept.get_run_by_id(run.run_id))
        return context.for_run_failure()

    def test_a_killed_night_leaves_its_figures_and_is_told_once(self, home, receiver):
        with instance(home) as kept:
            context = self.dies(kept, "its process died")
            alarms.death_notice(context)
            alarms.death_notice(context)
        told = figures(home)
        assert (told["outcome"], told["errors"], told["documents"]) == ("failed", ["its process died"], None)
        assert told["run_id"] == context.dagster_run.run_id
        (sent,) = receiver.asked
        assert "its process died" in json.loads(sent.body)["text"]

    @pytest.mark.parametrize(
        ("job", "why"),
        [("nightly", "another refresh is at work on the data folder; it holds its lock"), ("weekly_digest", "unsent")],
    )
    def test_what_is_no_failed_night_is_none_of_its_business(self, home, receiver, job, why):
        with instance(home) as kept:
            alarms.death_notice(self.dies(kept, why, job))
        assert receiver.asked == []
        assert not (home.root / "status.json").exists()


@contextmanager
def held_by_another(home):
    """The lock as another process holds it."""
    with open(home.lock, "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def test_two_runs_never_write_at_once(tmp_path, monkeypatch):
    home = Home(tmp_path)
    with held_by_another(home), pytest.raises(BlockingIOError):
        run_nightly(home, as_of=NIGHT, offline=True)
    assert not home.dagster.exists()
    with held_by_another(home):
        monkeypatch.setattr("pipelines.graph.by_hand.alone", lambda _: nullcontext())
        result = run_nightly(home, as_of=NIGHT, offline=True, sources=ONE)
    assert result.errors == [f"another refresh is at work on {home.root}; it holds {home.lock}"]
    assert not home.ledger.exists()


@pytest.mark.parametrize("mirror", ["mirror", "ftp://mirror", "http://mirror/here"])
def test_no_run_begins_where_the_mirror_is_no_address(tmp_path, monkeypatch, mirror):
    monkeypatch.setenv("ALMANAC_MIRROR", mirror)
    with pytest.raises(ValueError, match=r"a mirror \(ALMANAC_MIRROR\) is written"):
        run_nightly(Home(tmp_path / "home"), as_of=NIGHT)
    assert list(tmp_path.iterdir()) == []


def test_no_run_begins_where_nothing_can_be_written(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    home.ledger.mkdir(parents=True)
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != home.ledger and may(path, mode))
    with pytest.raises(Unusable, match=f"nothing can be written to {home.ledger}"):
        run_nightly(home, as_of=NIGHT, offline=True)
    assert list(home.root.iterdir()) == [home.ledger]


def test_a_scheduled_run_says_what_it_cannot_begin_with(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_MIRROR", "mirror")
    with instance(Home(tmp_path)) as kept:
        result = defs.resolve_job_def("nightly").execute_in_process(
            run_config={"resources": {"refresh": {"config": {"home": str(tmp_path)}}}, "loggers": SILENT},
            instance=kept,
            raise_on_error=False,
        )
    (reason,) = automation.reasons(result.all_events)
    assert reason.startswith("a mirror (ALMANAC_MIRROR) is written http://HOST:PORT, not 'mirror'")


def test_an_interrupted_run_is_marked_as_ended_and_lets_go(tmp_path, monkeypatch):
    home = Home(tmp_path)

    def interrupted(night, chosen):
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()

    monkeypatch.setattr(Night, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_nightly(home, as_of=NIGHT, offline=True, sources=ONE)
    with instance(home) as kept:
        (run,) = kept.get_runs()
        assert run.status is DagsterRunStatus.FAILURE
    assert figures(home)["outcome"] == "interrupted"
    with held_by_another(home):
        assert not home.warehouse.exists()


@pytest.mark.usefixtures("first")
def test_a_run_says_its_stages_in_order_and_counts_the_tables(heard):
    stages = [each for each in heard if isinstance(each, Stage)]
    assert list(dict.fromkeys(each.name for each in stages)) == [
        "fetch",
        "read",
        "follow",
        "fold",
        "tables",
        "checks",
        "publish",
    ]
    made = [(each.done, each.total) for each in stages if each.name == "tables"]
    assert made == sorted(made)
    assert made[-1] == (len(all_tables()), len(all_tables()))
    assert {each.source_id for each in heard if isinstance(each, Asked)} <= set(all_sources())


def test_an_unknown_source_is_named(tmp_path):
    with pytest.raises(ValueError, match="there is no source acme_pricing; there are aider_polyglot,"):
        run_nightly(Home(tmp_path), as_of=NIGHT, offline=True, sources=["acme_pricing"])
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_process_died_is_marked_by_the_next(tmp_path, monkeypatch):
    def not_tonight(*_, **__):
        raise ValueError("not tonight")

    home = Home(tmp_path)
    monkeypatch.setattr(Night, "begin", not_tonight)
    with instance(home) as kept:
        died = kept.create_run_for_job(defs.resolve_job_def("nightly"), status=DagsterRunStatus.STARTED)
    run_nightly(home, as_of=NIGHT, offline=True, sources=ONE)
    with instance(home) as kept:
        assert kept.get_run_by_id(died.run_id).status is DagsterRunStatus.FAILURE


def test_a_step_alone_does_not_touch_what_is_not_its_run(tmp_path):
    with instance(Home(tmp_path)) as kept:
        result = dg.materialize(
            [asset for asset in defs.assets if dg.AssetKey(["core", "benchmarks"]) in asset.keys],
            resources={"refresh": Refresh(home=str(tmp_path))},
            instance=kept,
            raise_on_error=False,
            run_config={"loggers": SILENT},
        )
    assert next(automation.reasons(result.all_events)).startswith("this run has no work file")
    assert not Home(tmp_path).work_file.exists()


def test_where_nothing_was_ever_asked_nothing_is_built(tmp_path):
    result = run_reparse(Home(tmp_path))
    assert result.errors == ["nothing has been asked yet, so there is nothing to build from"]
    assert not Home(tmp_path).latest.exists()


def test_runs_of_one_second_are_in_the_ledger_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    home, second = Home(tmp_path), datetime(2026, 8, 20, 23, tzinfo=UTC)
    for name in ("later", "earlier", "last", "later"):
        Night.begin(home, frozen(second), run_id=name).ledger.record({"source_id": name})
    ids = list(Ledger(home.ledger, "").runs())
    assert [each.rpartition("-")[2] for each in ids] == ["later", "earlier", "last"]
