"""Who does the steps of a night over workers: as the environment says, and nothing of it where nobody asks for it."""

import subprocess
import sys

import pytest

from pipelines.graph import executors
from tests.services import missing
from warehouse.home import PROJECT, Unusable


def test_without_a_word_processes_of_this_machine_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(executors.VARIABLE, raising=False)
    monkeypatch.setenv("ALMANAC_PROCESSES", "3")
    assert executors.executor().name == "multiprocess"


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_celery_does_over_the_broker_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(executors.VARIABLE, "celery")
    monkeypatch.setenv("ALMANAC_BROKER", "redis://broker:6379/0")
    assert executors.executor().name == "celery"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ALMANAC_EXECUTOR": "threads"}, "ALMANAC_EXECUTOR is processes, celery or kubernetes, not 'threads'"),
        ({"ALMANAC_EXECUTOR": "processes", "ALMANAC_PROCESSES": "0"}, "ALMANAC_PROCESSES is a whole number"),
        pytest.param(
            {"ALMANAC_EXECUTOR": "celery", "ALMANAC_BROKER": ""},
            "ALMANAC_BROKER names no broker",
            marks=pytest.mark.skipif(bool(missing()), reason=missing()),
        ),
    ],
)
def test_an_environment_that_names_no_executor_is_told_so(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Unusable, match=said):
        executors.executor()


def test_a_package_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(executors.VARIABLE, "kubernetes")
    monkeypatch.setitem(sys.modules, "dagster_k8s", None)
    with pytest.raises(
        Unusable, match=r"needs a package more \(dagster_k8s\): pip install 'almanac\[workers,kubernetes"
    ):
        executors.executor()


def test_the_default_imports_nothing_of_workers() -> None:
    asked = (
        "import sys, pipelines.definitions; "
        "print({each.partition('.')[0] for each in sys.modules} & {'celery', 'kombu', 'psycopg2', 'redis'})"
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
