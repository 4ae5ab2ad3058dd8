"""Where Dagster keeps its runs: in the data folder, whoever starts it.

Belongs here: the two storage classes ``dagster.yaml`` names, and the instance the command line runs under. Does not:
anything about assets. A class of our own says what YAML cannot: ``ALMANAC_HOME``, else ``data/`` in the checkout.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterEventType
from dagster._core.events import ASSET_EVENTS
from dagster._core.events.log import EventLogEntry
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.base import AssetRecord
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from warehouse.home import PROJECT, Home

BUSY_SECONDS = 60
"""How long one program waits for another that writes the same file."""

_ENDS = {DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_CANCELED}

_CONFIG = {"home": dg.Field(dg.StringSource, is_required=False)}


def _folder(config: Mapping[str, Any]) -> str:
    home = Home.named(config.get("home", ""))
    return str(home.dagster)


class Events(SqliteEventLogStorage):
    """Dagster's event log with its files kept open between two events.

    A night tells of thousands of events; Dagster opens a file, waits for the disk and closes it again for each of them.
    Here the newest few stay open, and the disk is waited for at a checkpoint: a process that is killed loses no event,
    a machine that loses power may lose the last ones.

    Every step asks when each asset it reads was last made, and reads all that was told of that. While a run works in
    this process, what was read of an asset stands until it is made again: runs wait for each other.
    """

    OPEN = 4
    """Files open at once: the index, the run that works, and runs somebody looks at."""

    def __init__(self, base_dir: str) -> None:
        self._files: OrderedDict[str, Connection] = OrderedDict()
        self._there: set[tuple[str, str]] = set()
        self._at_work: set[str] = set()
        self._read: dict[dg.AssetKey, AssetRecord] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            connection = self._file(shard)
            if shard not in self._initialized_dbs:
                self._initdb(connection.engine)
                self._initialized_dbs.add(shard)
            with nullcontext() if connection.in_transaction() else connection.begin():
                yield connection

    def _file(self, shard: str) -> Connection:
        if shard not in self._files:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", lambda opened, _: opened.execute("pragma synchronous=normal"))
            self._files[shard] = engine.connect()
            while len(self._files) > self.OPEN:
                _shut(self._files.popitem(last=False)[1])
        self._files.move_to_end(shard)
        return self._files[shard]

    def store_event(self, event: EventLogEntry) -> None:
        """Stores an event; where its asset was made, what is known of that is read anew."""
        super().store_event(event)
        told = event.dagster_event
        if told is None:
            return
        if told.asset_key and told.event_type in ASSET_EVENTS:
            self._read.pop(told.asset_key, None)
        if told.event_type == DagsterEventType.RUN_START:
            self._at_work.add(event.run_id)
        elif told.event_type in _ENDS:
            self._at_work.discard(event.run_id)
            self._read.clear()

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[AssetRecord]:
        """What is known of these assets, or of all."""
        if asset_keys is None or not self._at_work:
            return super().get_asset_records(asset_keys)
        if unread := [each for each in asset_keys if each not in self._read]:
            self._read |= {each.asset_entry.asset_key: each for each in super().get_asset_records(unread)}
        return [self._read[each] for each in asset_keys if each in self._read]

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table. Dagster asks several times an event, and what is there once stays there."""
        if ("table", table_name) not in self._there and super().has_table(table_name):
            self._there.add(("table", table_name))
        return ("table", table_name) in self._there

    def has_secondary_index(self, name: str) -> bool:
        """Whether the index was brought up to date in some respect; what was done once stays done."""
        if ("index", name) not in self._there and super().has_secondary_index(name):
            self._there.add(("index", name))
        return ("index", name) in self._there

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        if ("column", column_name) not in self._there and super()._has_asset_key_col_on_connection(conn, column_name):
            self._there.add(("column", column_name))
        return ("column", column_name) in self._there

    def _close(self) -> None:
        with self._db_lock:
            while self._files:
                _shut(self._files.popitem()[1])

    def delete_events(self, run_id: str) -> None:
        """Deletes a run's events with the file they are in, and what its checks found."""
        with self.index_connection() as connection:
            self.delete_events_for_run(connection, run_id)
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
        with self._db_lock:
            self._initialized_dbs.discard(run_id)
            if run_id in self._files:
                _shut(self._files.pop(run_id))
            for beside in ("", "-wal", "-shm"):
                Path(self.path_for_shard(run_id) + beside).unlink(missing_ok=True)

    def wipe(self) -> None:
        """Deletes every event; the files are closed before they go."""
        self._close()
        self._read.clear()
        self._there.clear()
        super().wipe()

    def dispose(self) -> None:
        """Closes the files."""
        self._close()
        super().dispose()


def _shut(connection: Connection) -> None:
    connection.close()
    connection.engine.dispose()


class Storage(DagsterSqliteStorage):
    """Runs, events and ticks as SQLite files under the data folder."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = Events(self._event_log_storage._base_dir)

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
