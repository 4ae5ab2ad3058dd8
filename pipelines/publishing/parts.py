"""The parts of an edition: in which order they are made, and which code makes them.

Belongs here: the list of parts. Does not: how a part is made (a module each), or how an edition is put in place
(`edition`).
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipelines.publishing import changes, documents, drop_in, retirements, tables
from pipelines.publishing.making import Making
from pipelines.publishing.site.building import make_part as site
from pipelines.publishing.site.links import Addresses
from sources import vocabulary
from sources.meaning import meaning

PACKAGES = (
    Path(__file__).parent,
    Path(__file__).parents[1] / "wording",
    Path(__file__).parents[1] / "answers",
    Path(vocabulary.__file__),
)
"""Where the code and the templates lie that decide what parts hold."""

RENDERED_BY = ("jinja2", "markupsafe", "duckdb")
"""Packages whose next version may write a page otherwise, or hash a row to another number."""


@dataclass(frozen=True)
class Part:
    """One part: its name in the manifest, its maker, and how the manifest speaks of its files.

    is_tree   many files, of which the manifest holds one digest; else it lists every file with its own
    compares  with the edition before: the same ledger gives the same bytes only after the same edition
    version   the semantic version of its shape, where it has one of its own
    """

    name: str
    make: Callable[[Making, Path], None]
    is_tree: bool = False
    compares: bool = False
    version: str = ""


PARTS: tuple[Part, ...] = (
    Part("tables", tables.make),
    Part("documents", documents.make, is_tree=True, version=documents.SCHEMA_VERSION),
    Part("drop-in", drop_in.make),
    Part("retirements", retirements.make),
    Part("changes", changes.make, compares=True),
    Part("site", site, is_tree=True, compares=True),
)
"""In the order they are made: a later part may read the files of an earlier one."""


def wanted() -> tuple[Part, ...]:
    """The parts this installation makes: without the site where ``ALMANAC_SITE`` is 0."""
    return tuple(part for part in PARTS if part.name != "site" or os.environ.get("ALMANAC_SITE", "") != "0")


def made_how() -> str:
    """What decides beside the tables what the parts hold: the code, which parts there are, where the site is to be."""
    packages = " ".join(f"{each} {version(each)}" for each in RENDERED_BY)
    return f"{parts_version()} {packages} {' '.join(part.name for part in wanted())} {Addresses.from_environment()}"


@cache
def parts_version() -> str:
    """Twelve hex digits that change with the code and templates parts are made by, not for a comment or docstring."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in [package] if package.is_file() else sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(package.parent).as_posix().encode())
                digest.update(meaning(path.read_text("utf-8")) if path.suffix == ".py" else path.read_bytes())
    return digest.hexdigest()[:12]
