"""Where a lake lies, as the environment says: its catalogue (``ALMANAC_LAKE``) and its rows (``ALMANAC_LAKE_DATA``).

Belongs here: reading and refusing the words. Does not: reaching what they name (`reaching`).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.home import Home, Unusable

CATALOGUE, ROWS, KEEP = "ALMANAC_LAKE", "ALMANAC_LAKE_DATA", "ALMANAC_KEEP_LAKE"

POSTGRES = ("postgres://", "postgresql://")


@dataclass(frozen=True)
class Place:
    """One lake.

    catalogue  the path of a DuckDB file, or an address of Postgres without its password
    rows       the folder or the s3:// address below which its Parquet lies
    keep       so many editions beside the newest; None for all
    """

    catalogue: str
    rows: str
    keep: int | None = None

    @classmethod
    def from_environment(cls, home: Home) -> "Place | None":
        """The lake of a data folder; None where none is configured. `Unusable` where the words name none."""
        catalogue = os.environ.get(CATALOGUE, "").strip()
        if not catalogue:
            return None
        _refuse_secrets(CATALOGUE, catalogue, "the password of Postgres is told by PGPASSWORD or a file of passwords")
        rows = os.environ.get(ROWS, "").strip()
        _refuse_secrets(ROWS, rows, "keys are told by the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)")
        if catalogue.startswith(POSTGRES):
            if not rows and home.is_copy:
                raise Unusable(
                    f"{ROWS} says where the rows of the lake lie: a folder, or an address s3://bucket/prefix"
                )
            rows = rows or str(home.root / "lake")
        elif "://" in catalogue:
            raise Unusable(f"{CATALOGUE} is the path of a file, or an address that begins with postgres://")
        else:
            catalogue = str(Path(catalogue).expanduser().resolve())
            rows = rows or f"{catalogue}.files"
        if "://" not in rows:
            rows = str(Path(rows).expanduser().resolve())
        elif not rows.startswith("s3://"):
            raise Unusable(f"{ROWS} is a folder, or an address that begins with s3://")
        return cls(catalogue, rows.rstrip("/") + "/", _kept())

    @property
    def is_file(self) -> bool:
        """Whether the catalogue is a file, which one process writes while nobody has it open."""
        return not self.catalogue.startswith(POSTGRES)

    @property
    def is_remote(self) -> bool:
        """Whether the rows lie on an object store."""
        return self.rows.startswith("s3://")


def _kept() -> int | None:
    words = os.environ.get(KEEP, "").strip()
    if words not in ("", "all") and not re.fullmatch("[1-9][0-9]{0,5}", words):
        raise Unusable(f"{KEEP} is {words!r}; it is a whole number from 1 up, or all")
    return None if words in ("", "all") else int(words)


def _refuse_secrets(name: str, words: str, instead: str) -> None:
    """Raise `Unusable`, which does not repeat it, where an address holds what may be a secret."""
    if "://" not in words:
        return
    try:
        parts = urlsplit(words)
        is_told = parts.password is not None or "password" in parts.query or bool(parts.fragment)
        is_told = is_told or (parts.scheme == "s3" and ("@" in parts.netloc or bool(parts.query)))
    except ValueError:
        raise Unusable(f"{name} is no address") from None
    if is_told:
        raise Unusable(f"{name} is an address without secrets: {instead}")
