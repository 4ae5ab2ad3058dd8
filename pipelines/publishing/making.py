"""What every part of an edition is made from.

A part is a module with ``make(making, folder)``. It writes files below the edition's folder, reads nothing but what it
is given and what earlier parts wrote, asks no clock, and writes the same bytes for the same tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Making:
    """What every part is made from.

    connection   the finished file, read-only, in UTC
    file         that file on disk, which nobody writes any more
    edition_id   the id the edition will have
    as_of        the newest attempt the file knows of: the only "now" there is
    before       the newest edition published before this one, or before one that is damaged; None where there is none
    alike        that edition is whole, and of the same code and addresses: what is made from the same is the same, and
                 its files may serve again
    snapshot     the stored bytes of a document by its SHA-256; FileNotFoundError where they are gone
    """

    connection: duckdb.DuckDBPyConnection
    file: Path
    edition_id: str
    as_of: datetime
    before: Path | None
    snapshot: Callable[[str], bytes]
    alike: bool = False


def write_file(path: Path, content: bytes) -> None:
    """Write a file of the edition being made. It need not outlive a crash: its folder is no edition yet."""
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
