"""``deploy/``: the files parse, name what there is, and run what is tested; nothing secret is in any of them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services import DEPLOY, command, compose
from warehouse.home import PROJECT

OURS = ("code", "webserver", "daemon", "ask", "build")


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def pinned(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.M))


def test_every_process_of_ours_is_the_same_image_without_root_and_without_a_writable_file() -> None:
    services = compose()["services"]
    for name in OURS:
        assert services[name]["image"] == "almanac"
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
    docker = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last_stage = docker[max(number for number, line in enumerate(docker) if line.startswith("FROM")) :]
    assert "USER almanac" in last_stage
    assert not any(line.startswith("RUN") for line in last_stage[last_stage.index("USER almanac") :])


def test_the_image_holds_what_the_lock_pins_and_what_the_project_is_made_of() -> None:
    docker = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", docker, re.M):
        for source in copied.split():
            assert (PROJECT / source).exists()
            assert f"!{source}" in allowed
    assert "--require-hashes" in docker
    ours, all_of_it = pinned(DEPLOY / "requirements.lock"), pinned(PROJECT / "requirements.lock")
    assert {name: ours[name] for name in ours.keys() & all_of_it.keys()} == {
        name: all_of_it[name] for name in ours.keys() & all_of_it.keys()
    }
    assert {"celery", "dagster-celery", "dagster-k8s", "dagster-postgres", "obstore", "redis"} <= ours.keys()
    assert ours.keys().isdisjoint({"pytest", "mypy", "moto", "playwright"})
    assert "://" not in (DEPLOY / "requirements.lock").read_text(encoding="utf-8")


def test_no_file_holds_a_password() -> None:
    for name, value in compose()["x-almanac"]["environment"].items():
        if re.search(r"KEY|BROKER|POSTGRES", name):
            assert "${" in value
    assert read("dagster.yaml")["storage"]["custom"]["config"] == {"postgres_url": {"env": "ALMANAC_POSTGRES"}}


def test_every_variable_of_the_compose_file_is_on_the_pages_that_explain_it() -> None:
    pages = "".join((PROJECT / "docs" / name).read_text(encoding="utf-8") for name in ("workers.md", "storage.md"))
    assert [name for name in compose()["x-almanac"]["environment"] if name not in pages] == []


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_the_compose_file_is_on_the_page_and_names_modules_there_are(name: str) -> None:
    words = command(name)
    page = (PROJECT / "docs" / "workers.md").read_text(encoding="utf-8")
    modules = [word for word in words if word.startswith("pipelines.")]
    assert all((PROJECT / f"{module.replace('.', '/')}.py").exists() and module in page for module in modules)
    assert all(Path(word).exists() for word in words if word.startswith("/"))


def test_the_chart_runs_what_the_compose_file_runs_one_night_at_a_time_for_as_long() -> None:
    values, instance = read("helm-values.yaml"), read("dagster.yaml")
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert deployment["dagsterApiGrpcArgs"] == command("code")[5:7]
    assert deployment["name"] == read("workspace.yaml")["load_from"][0]["grpc_server"]["location_name"]
    queue = values["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert queue["maxConcurrentRuns"] == instance["run_coordinator"]["config"]["max_concurrent_runs"] == 1
    monitoring = values["dagsterDaemon"]["runMonitoring"]
    assert monitoring["maxRuntimeSeconds"] == instance["run_monitoring"]["max_runtime_seconds"]
    assert values["telemetry"] == instance["telemetry"] == {"enabled": False}


def test_what_the_deployment_says_of_runs_is_what_the_default_says() -> None:
    default = yaml.safe_load((PROJECT / "dagster.yaml").read_text(encoding="utf-8"))
    ours = read("dagster.yaml")
    for section in ("local_artifact_storage", "compute_logs", "run_coordinator", "run_monitoring", "retention", "nux"):
        assert ours[section] == default[section]
