"""Where a page lies and how another leads to it: relative inside the site, absolute only for who finds it elsewhere.

Belongs here: addresses. Does not: what is on a page. A link is made only to a page that is there; without one, the name
stands alone.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from pipelines.publishing.paths import is_placeable, place, place_of_pair
from pipelines.publishing.site.escaping import told


class Misconfigured(ValueError):
    """An address of the environment that is none: one sentence."""


@dataclass(frozen=True)
class Addresses:
    """What the environment says of addresses.

    base    where the site will stand, with a closing slash; empty where nobody says: no canonical links, no sitemap
    report  where an error is reported, with ``{id}`` for the id of the fact; empty for no such link
    """

    base: str = ""
    report: str = ""

    @classmethod
    def from_environment(cls) -> "Addresses":
        base = os.environ.get("ALMANAC_SITE_URL", "").strip()
        report = os.environ.get("ALMANAC_REPORT_URL", "").strip()
        if base and not web(base):
            raise Misconfigured(f"ALMANAC_SITE_URL is {base!r}, which is no http address")
        if report and not (web(report) or report.startswith("mailto:")):
            raise Misconfigured(f"ALMANAC_REPORT_URL is {report!r}, which is no http or mailto address")
        return cls(base if not base or base.endswith("/") else f"{base}/", report)


@dataclass(frozen=True)
class Known:
    """The pages there are: ids by kind, and published pairs."""

    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()

    def has(self, kind: str, identifier: str) -> bool:
        return identifier in self.ids.get(kind, ())


class Links:
    """Links from pages of one depth: `root` leads from there to the first page's folder."""

    def __init__(self, root: str, known: Known) -> None:
        self.root, self.known = root, known

    def link(self, kind: str, ref: Mapping[str, Any] | None) -> Markup | str:
        """The name of a thing, leading to its page where it has one."""
        if ref is None:
            return ""
        name = told(ref["name"])
        if not self.known.has(kind, ref["id"]):
            return name
        return Markup(f'<a href="{self.root}{kind}/{ref["id"]}.html">{name}</a>')  # known ids are safe for a path

    def compare_link(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> Markup | str:
        """The other's name, leading to the page of the two, or to where any two are compared."""
        pair = min(one["id"], other["id"]), max(one["id"], other["id"])
        name = told(other["name"])
        if pair in self.known.pairs:
            return Markup(f'<a href="{self.root}compare/{pair[0]}/{pair[1]}.html">{name}</a>')
        if all(self.known.has("models", each) for each in pair):
            asked = f"m={quote(one['id'])}&amp;m={quote(other['id'])}"
            return Markup(f'<a href="{self.root}compare/index.html?{asked}">{name}</a>')
        return name


def page(kind: str, identifier: str) -> str:
    return f"{place(kind, identifier)}.html"


def pair_page(a: str, b: str) -> str:
    return f"{place_of_pair(a, b)}.html"


def placeable(kind: str, ids: Iterable[str]) -> frozenset[str]:
    return frozenset(each for each in ids if is_placeable(kind, each))


def root_of(path: str) -> str:
    """``../`` once for every folder a page lies in."""
    return "../" * path.count("/")


def web(address: object) -> str:
    """An address a browser may follow: http or https with a host; empty for anything else a source may have printed."""
    if not isinstance(address, str) or not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


def reporting(address: str, identifier: str) -> str:
    """The address where an error in one fact is reported."""
    return address.replace("{id}", quote(identifier, safe=""))
