"""Templates and what they may call: how a page's words become HTML, with everything a source printed inert.

Belongs here: the environment of Jinja, its filters, the policy every page carries. Does not: what is on a page
(`pages`) or where it lies (`links`, `writing`).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from pipelines.publishing.site.escaping import printed
from pipelines.publishing.site.evidence import Cards, shortened, who
from pipelines.publishing.site.links import Addresses, Known, Links, host, reporting, root_of, web
from pipelines.wording.amounts import counted, monthly, number, rate
from pipelines.wording.phrases import field_words

HERE = Path(__file__).resolve().parent

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
SEARCHING = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'")
"""Where the search runs: its index is read by WebAssembly, in a worker."""

COMPONENTS_SHOWN = 6
"""So many components of one offer's price are shown on its card; the document has them all."""

MENU = {
    "a-z/index.html": "Models",
    "compare/index.html": "Compare",
    "costs/index.html": "Costs",
    "benchmarks/index.html": "Benchmarks",
    "providers/index.html": "Sellers",
    "changes.html": "Changes",
    "search.html": "Search",
    "retiring.html": "Retiring soon",
    "unknown.html": "What we do not know",
    "conflicts.html": "Where sources disagree",
    "labs/index.html": "Labs",
    "families/index.html": "Families",
    "sources.html": "Sources",
    "methodology.html": "How it is made",
    "downloads.html": "Downloads",
}
"""Pages every page leads to: the first seven from its top, the others from its foot."""

LABELS = {
    "name": "Name",
    "lab": "Maker",
    "family": "Family",
    "product_type": "Product type",
    "status": "Status",
    "released_on": "Released",
    "knowledge_cutoff_on": "Knowledge cutoff",
    "shutdown_on": "Shut down",
    "context_tokens": "Context window",
    "max_output_tokens": "Longest answer",
    "parameters": "Parameters",
    "active_parameters": "Active parameters",
    "architecture": "Architecture",
    "architecture_name": "Architecture, in its words",
    "license": "Licence",
    "open_weights": "Open weights",
    "input_modalities": "Reads",
    "output_modalities": "Writes",
}
"""How a fact is called on a page, in the order in which facts are read."""


class _Escaping(CodeGenerator):
    """Every output is escaped by the one call to `printed`, where Jinja's own code makes three for each."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(finalize.src)

    def _output_child_post(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(")")


class _Templates(Environment):
    code_generator_class = _Escaping

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``m.name`` of a document is its key; asking a dict for an attribute first fails a thousand times a page."""
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)


_EDGE = "\0"
"""Stands around the name of an open place; nothing that is printed holds one (`escaping`)."""


def opening(name: str) -> Markup:
    """What a template is given for a place of a form that each page fills."""
    return Markup(f"{_EDGE}{name}{_EDGE}")


class Form:
    """HTML with open places. A page joined from it costs a tenth of one rendered."""

    def __init__(self, html: str) -> None:
        pieces = html.split(_EDGE)
        self.opens_with, self.rest = pieces[0], list(zip(pieces[1::2], pieces[2::2], strict=True))

    def filled(self, places: Mapping[str, str]) -> str:
        """The page; what fills a place is HTML already."""
        parts = [self.opens_with]
        for name, following in self.rest:
            parts += (places[name], following)
        return "".join(parts)


class Rendering:
    """Renders templates for one edition: what all pages share is made once."""

    def __init__(self, addresses: Addresses, known: Known) -> None:
        self.addresses = addresses
        self.by_depth = [Links("../" * depth, known) for depth in range(3)]
        self._chromes: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        self.environment = _Templates(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=printed,
            auto_reload=False,
        )
        self.cards = Cards(addresses.report)
        self.environment.filters.update(
            by_source=by_source,
            capitalised=capitalised,
            counted=counted,
            fact=self.cards.fact,
            field_words=field_words,
            host=host,
            monthly=lambda amount: "" if amount is None else monthly(Decimal(str(amount))),
            plain=plain_price,
            plain_number=lambda amount: number(Decimal(str(amount))),
            rate=lambda amount: "" if amount is None else rate(Decimal(str(amount))),
            report=self.cards.report,
            reporting=reporting,
            shortened=shortened,
            untold=lambda words: words.partition(" (")[0],
            web=web,
            who=who,
            whole=lambda count: "" if count is None else f"{int(count):,}",
            words=lambda words: words.replace("_", " ").replace("license", "licence"),
        )
        self.environment.globals.update(
            LABELS=LABELS,
            SHOWN=COMPONENTS_SHOWN,
            base_url=addresses.base,
            report_url=addresses.report,
            version=self.version,
        )

    @cached_property
    def version(self) -> str:
        """Changes whenever a static file does, so that a browser's cache keeps no old one beside a new page."""
        digest = hashlib.sha256()
        for path in sorted((HERE / "static").iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:8]

    def links(self, path: str) -> Links:
        return self.by_depth[path.count("/")]

    def page(self, template: str, path: str, **context: Any) -> str:
        """The HTML of the page at `path`."""
        links = self.links(path)
        base = self.addresses.base
        room = context.get("room", "")
        filled: dict[str, Any] = {
            "crumbs": (),
            "scripts": (),
            "linked_data": (),
            "document": None,
            "noindex": False,
            "csp": POLICY,
            "room": "",
            "here": path,
            "chrome": self._chrome(links.root, room, path if path in MENU else ""),
            "canonical": f"{base}{'' if path == 'index.html' else path}" if base else "",
            "root": root_of(path),
            "link": links.link,
            "compare_link": links.compare_link,
            **context,
        }
        return self.environment.get_template(template).render(filled)

    def form(self, template: str, path: str, **context: Any) -> "Form":
        """A page with places left open, rendered once for every page that differs in them alone."""
        return Form(self.page(template, path, **context))

    def _chrome(self, root: str, room: str, here: str) -> Mapping[str, Any]:
        held = self._chromes.get((root, room, here))
        if held is None:
            macros = self.environment.get_template("_chrome.html").make_module(
                {"root": root, "room": room, "here": here, "menu": MENU}
            )
            held = self._chromes[root, room, here] = {"nav": macros.nav(), "foot": macros.foot()}  # type: ignore[attr-defined]
        return held

    def macros(self, template: str, path: str, **context: Any) -> Any:
        """The macros of a template, bound to this context."""
        links = self.links(path)
        shared = {"root": links.root, "link": links.link, "compare_link": links.compare_link}
        return self.environment.get_template(template).make_module({**shared, **context})


def by_source(prices: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Components of a price by who says them, when, and whether it is confirmed, so that each is told once."""
    found: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for each in prices:
        told = each["source"]["id"], each["source"]["url"], each["reviewed_on"], each["is_confirmed"]
        found.setdefault(told, []).append(each)
    return [(each[0]["source"], each) for each in found.values()]


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


_SHORT_PROMPT = re.compile(r"context_to=\d+(; tier_scope=\w+)?")


def plain_price(offer: Mapping[str, Any], meter: str) -> str:
    """The printed amount of an offer's price of a short prompt on a meter; empty where it has none."""
    for price in offer["prices"]:
        is_short = price["is_plain"] or (meter == "cache_read" and _SHORT_PROMPT.fullmatch(price["condition"]))
        if price["meter"] == meter and price["unit"] == "mtok" and (is_short or not price["condition"]):
            return str(price["text"])
    return ""
