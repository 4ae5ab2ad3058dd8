"""Which edition answers a request, and which file of it a path means.

An edition never changes once it is there, so a request that has chosen one answers from it alone, whatever a night
publishes meanwhile. Belongs here: paths. Does not: what is sent of a file (`files`).
"""

import json
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.publishing.site.building import FOLDER
from pipelines.publishing.tables import DATABASE
from warehouse.home import Home

Row: TypeAlias = dict[str, Any]

EDITION_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{10}")
NEVER_IN_A_PATH = re.compile(rb"%2f|%5c|%00|[^!-~]", re.IGNORECASE)
"""What no address of ours holds: a slash, a backslash or a NUL in disguise, and what is no plain character."""


@dataclass(frozen=True)
class File:
    """A file of an edition, and what the system says of it."""

    path: str
    about: os.stat_result


@dataclass(frozen=True)
class Edition:
    """A published edition, and its folder."""

    edition_id: str
    root: str

    @property
    def database(self) -> str:
        return f"{self.root}/{DATABASE}"

    def file(self, place: str) -> File | None:
        """The file at a path of the edition's site, else of the edition; None for anything but a file that lies in it.

        A folder is its `index.html`. Names with a dot before them are for the next edition alone.
        """
        names = (f"{place}index.html" if place.endswith("/") or not place else place).split("/")
        if not all(name and name[0] != "." and "\\" not in name and name.isprintable() for name in names):
            return None
        return _file(self.root, FOLDER, *names) or _file(self.root, *names)

    def is_folder(self, place: str) -> bool:
        """Whether a path without a slash at its end means a folder that has a page."""
        return bool(place) and self.file(f"{place}/") is not None


def newest(home: Home) -> Edition | None:
    """The edition ``latest`` leads to at this moment; None before the first."""
    try:
        return _edition(os.path.join(home.root, os.readlink(home.latest)))
    except OSError:
        return None


def named(home: Home, edition_id: str) -> Edition | None:
    """An edition by its id; None where there is none of that name."""
    return _edition(f"{home.editions}/{edition_id}") if EDITION_ID.fullmatch(edition_id) else None


def listing(home: Home) -> list[Row]:
    """Every edition there is, the newest first."""
    latest = newest(home)
    names = os.listdir(home.editions) if home.editions.is_dir() else []
    found = (named(home, name) for name in sorted(names, reverse=True))
    told = [
        {
            "edition_id": each.edition_id,
            **_dated(each.root),
            "is_latest": latest is not None and each.edition_id == latest.edition_id,
            "path": f"/editions/{each.edition_id}/",
        }
        for each in found
        if each
    ]
    return sorted(told, key=lambda each: not each["is_latest"])


def beside(home: Home, name: str) -> File | None:
    """A report beside ``latest``, by its name."""
    return _file(str(home.root), name)


def _edition(root: str) -> Edition | None:
    return Edition(os.path.basename(root), root) if os.path.isdir(root) else None


def _file(root: str, *names: str) -> File | None:
    """The file that lies so in a folder; no link is followed on the way, wherever it leads."""
    path = root
    try:
        for name in names:
            path = f"{path}/{name}"
            about = os.lstat(path)
            if stat.S_ISLNK(about.st_mode):
                return None
    except (OSError, ValueError):
        return None
    return File(path, about) if stat.S_ISREG(about.st_mode) else None


@lru_cache(maxsize=1000)
def _dated(root: str) -> Row:
    """What the manifest says of when an edition is of; it never changes, so it is read once."""
    try:
        manifest = json.loads(Path(root, "manifest.json").read_bytes())
    except (OSError, ValueError):
        return {"as_of": None, "schema_version": None}
    return {name: manifest.get(name) for name in ("as_of", "schema_version")}
