"""Runs, events and ticks on Postgres, for many machines: the class that ``deploy/dagster.yaml`` names.

Belongs here: what Dagster's own class leaves when a run is deleted, and a connection that outlives an event. Does not:
how the default keeps runs (`instance`).
"""

import re
from collections.abc import Mapping
from typing import Any

from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.utils import create_pg_engine, pg_url_from_config


class Events(PostgresEventLogStorage):
    """Dagster's event log on Postgres; what checks found goes with the run that asked them.

    A build tells of thousands of events, and Dagster connects anew for each, which has Postgres start a process. Here
    one connection stays, and is tried before it is used again: the database may have been started anew meanwhile.
    """

    def __init__(self, postgres_url: str) -> None:
        super().__init__(postgres_url)
        self._engine.dispose()
        self._engine = create_pg_engine(
            postgres_url, None, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True
        )

    def delete_events(self, run_id: str) -> None:
        """Deletes a run's events, and what its checks found."""
        super().delete_events(run_id)
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))


class Storage(DagsterPostgresStorage):
    """As Dagster's own, configured alike."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        self._event_log_storage = Events(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "Storage":
        """As the configuration says, over the driver that dagster-postgres brings; SQLAlchemy would take another."""
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", pg_url_from_config(config_value))
        return cls(url, inst_data)
