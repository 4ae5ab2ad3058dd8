"""Where Dagster keeps its runs: in the data folder, whoever starts it.

Belongs here: the two storage classes ``dagster.yaml`` names, and the instance the command line runs under. Does not:
anything about assets. A class of our own says what YAML cannot: ``ALMANAC_HOME``, else ``data/`` in the checkout.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from warehouse.home import PROJECT, Home

_CONFIG = {"home": dg.Field(dg.StringSource, is_required=False)}


def _folder(config: Mapping[str, Any]) -> str:
    home = Home(Path(config["home"])) if config.get("home") else Home.from_environment()
    return str(home.dagster)


class Storage(DagsterSqliteStorage):
    """Runs, events and ticks as SQLite files under the data folder."""

    @classmethod
    def config_type(cls) -> dict[str, dg.Field]:
        """An optional ``home``; without it the environment says which."""
        return _CONFIG

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> "Storage":
        """As the configuration says."""
        return cls.from_local(_folder(config_value), inst_data)


class Artifacts(LocalArtifactStorage):
    """The folder Dagster may write other things to."""

    @classmethod
    def config_type(cls) -> dict[str, dg.Field]:
        """An optional ``home``; without it the environment says which."""
        return _CONFIG

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "Artifacts":
        """As the configuration says."""
        return cls(_folder(config_value), inst_data)


def instance(home: Home) -> dg.DagsterInstance:
    """The instance that keeps its runs in `home`: what ``dagster dev`` shows, set up by the same ``dagster.yaml``."""
    chosen = {"home": str(home.root)}
    return dg.DagsterInstance.from_ref(
        InstanceRef.from_dir(
            str(PROJECT),
            overrides={
                "storage": {"custom": {"module": __name__, "class": "Storage", "config": chosen}},
                "local_artifact_storage": {"module": __name__, "class": "Artifacts", "config": chosen},
            },
        )
    )


def prepare(home: Home) -> dict[str, str]:
    """The environment in which any Dagster program, started anywhere, finds this project's setup and `home`'s runs."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    return {"ALMANAC_HOME": str(home.root), "DAGSTER_HOME": str(PROJECT)}
