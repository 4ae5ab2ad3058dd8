"""Lakes for tests: small editions with random histories, a Postgres on loopback, and what a lake says at a version.

Belongs here: what the tests of lakes share. Does not: what is asserted.
"""

import hashlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.home import Home
from warehouse.lake.reaching import packaged

PASSWORD = "a-password-of-tests"

BEGIN = datetime(2026, 8, 1, 23, tzinfo=UTC)


def edition(home: Home, day: int, tables: Mapping[str, str], *, mark: str = "0") -> Path:
    """An edition's folder with its Parquet and its manifest: table → the query of its rows; ``latest`` leads to it."""
    as_of = BEGIN + timedelta(days=day)
    folder = home.editions / f"{as_of:%Y-%m-%d}-{day:08x}{mark:>02}"
    folder.mkdir(parents=True)
    told: dict[str, Any] = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, query in tables.items():
            path = folder / f"{name}.parquet"
            connection.execute(f"copy ({query}) to '{path}' (format parquet, compression zstd)")
            (rows,) = connection.sql(f"select count(*) from '{path}'").fetchall()[0]
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            told[name] = {"file": path.name, "rows": rows, "bytes": path.stat().st_size, "sha256": digest}
    manifest = {
        "edition_id": folder.name,
        "schema_version": "3.2.0",
        "as_of": f"{as_of:%Y-%m-%dT%H:%M:%SZ}",
        "content_sha256": "",
        "tables": told,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    link = home.root / ".latest.new"
    link.symlink_to(Path("editions") / folder.name)
    os.replace(link, home.latest)
    return folder


def unlike(connection: duckdb.DuckDBPyConnection, folder: Path, version: int) -> list[str]:
    """The tables of an edition that a lake, as of a snapshot, does not hold row for row and type for type."""
    found = []
    for name, entry in json.loads((folder / "manifest.json").read_bytes())["tables"].items():
        file, there = f"'{folder / entry['file']}'", f"almanac.{name} at (version => {version})"
        one, other = (
            dict(zip(told.columns, map(str, told.types), strict=True))
            for told in (connection.sql(f"from {each} limit 0") for each in (file, there))
        )
        columns = ", ".join(f'"{column}"' for column in one)
        both = [f"select {columns} from {each}" for each in (file, there)]
        differences = " union all ".join(f"(select 1 from ({a} except all {b}))" for a, b in (both, both[::-1]))
        if one != other or connection.sql(differences).fetchall():
            found.append(name)
    return found


HAS_LAKE = packaged("ducklake") is not None
"""Whether the packages of almanac[lake] are here, and for this version of DuckDB."""

HAS_POSTGRES = all(map(shutil.which, ("initdb", "postgres", "psql")))


@contextmanager
def postgres() -> Iterator[str]:
    """A Postgres of its own on loopback that asks for a password (`PASSWORD`); the address of its databases."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    is_root = os.geteuid() == 0
    user: dict[str, Any] = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid} if is_root else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, secret = folder / "data", folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if is_root:  # which Postgres does not run as
            for path in (folder, secret):
                shutil.chown(path, "postgres")
        subprocess.run(
            [
                "initdb",
                "-D",
                data,
                "-U",
                "almanac",
                "--pwfile",
                secret,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **user,
        )
        settings = ["fsync=off", "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}"]
        told = [word for each in settings for word in ("-c", each)]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(["postgres", "-D", data, *told], stdout=log, stderr=log, cwd=folder, **user)
        try:
            _wait_for(port, server)
            yield f"postgres://almanac@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # it closes connections and ends
            server.wait(timeout=30)


def database(address: str, name: str) -> str:
    """A new, empty database of a Postgres; its address."""
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    made = ["psql", "-qc", f'create database "{name}"', f"{address}/postgres"]
    subprocess.run(made, check=True, capture_output=True, env=environment)
    return f"{address}/{name}"


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "Postgres ended by itself"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("Postgres does not answer")
