"""Atom feeds of what changed: ``feeds/all.atom``, and one of every seller.

Belongs here: which changes are entries, and Atom. Does not: the changes themselves. A feed goes back over the editions
that are kept, so that a reader who comes by once a week misses nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from pipelines.answers.changes import accounts
from pipelines.publishing.making import Making, write_file
from pipelines.wording.changes import (
    cause_words,
    coming_words,
    fact_words,
    going_words,
    model_words,
    offer_words,
    price_words,
)

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 300
"""The newest entries of one feed."""

PROVIDERS = "select provider_id, name from core.providers order by provider_id"


@dataclass(frozen=True)
class Entry:
    """One change that somebody may wait for; `provider_id` is empty where it is of no one seller."""

    entry_id: str
    title: str
    updated: str
    lines: tuple[str, ...]
    page: str
    provider_id: str


def write(making: Making, folder: Path, account: Mapping[str, Any]) -> None:
    """Every feed of the edition being made, whose account of changes is given."""
    found = [entry for each in (account, *accounts(making.before)) for entry in entries(each)]
    of_provider: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        of_provider[entry.provider_id].append(entry)
    updated = account["as_of"]
    write_file(folder / "feeds" / "all.atom", feed("all", "Almanac: what changed", updated, found[:ENTRIES]))
    for provider_id, name in making.connection.execute(PROVIDERS).fetchall():
        about = of_provider[provider_id][:ENTRIES]
        title = f"Almanac: what changed at {name}"
        write_file(folder / "feeds" / file_name(provider_id), feed(provider_id, title, updated, about))


def file_name(provider_id: str) -> str:
    """A seller's feed: nothing but letters, digits and ``._~-%`` is in its name, and no two sellers share one."""
    return f"{quote(provider_id, safe='')}{'%' if provider_id == 'all' else ''}.atom"


def entries(account: Mapping[str, Any]) -> Iterator[Entry]:
    """The changes of one edition, an entry an offer whose prices changed, a model or an offer."""
    edition_id, updated = account["edition_id"], account["as_of"]

    def entry(kind: str, about: str, title: str, lines: list[str], page: str = "", provider_id: str = "") -> Entry:
        name = f"urn:almanac:{quote(edition_id)}:{kind}:{quote(about, safe='')}"
        return Entry(name, title, updated, tuple(lines), page, provider_id)

    prices: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for change in account["prices"]:
        prices[change["offer_id"]].append(change)
    for offer_id, changed in prices.items():
        lines = [f"{price_words(each)}. {cause_words(each).capitalize()}." for each in changed]
        first = changed[0]
        yield entry("prices", offer_id, f"Prices: {offer_words(first)}", lines, first["page"], first["provider_id"])
    for change in account["facts"]:
        line = f"{fact_words(change)}. {cause_words(change).capitalize()}."
        yield entry("fact", f"{change['model_id']} {change['field']}", fact_words(change), [line], change["page"])
    for name, verb, why in (("models_appeared", "New model", coming_words), ("models_gone", "Model gone", going_words)):
        for model in account[name]:
            yield entry(name, model["model_id"], f"{verb}: {model_words(model)}", [why(model).capitalize()])
    for name, verb, why in (("offers_appeared", "New offer", coming_words), ("offers_gone", "Offer gone", going_words)):
        for offer in account[name]:
            title = f"{verb}: {offer_words(offer)}"
            lines = [why(offer).capitalize()]
            yield entry(name, offer["offer_id"], title, lines, provider_id=offer["provider_id"])


def feed(name: str, title: str, updated: str, about: list[Entry]) -> bytes:
    """An Atom document; whatever a name holds is text in it."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", f"urn:almanac:feed:{quote(name, safe='')}")
    _add(root, "title", title)
    _add(root, "updated", updated)
    _add(_add(root, "author"), "name", "Almanac")
    for each in about:
        item = _add(root, "entry")
        _add(item, "id", each.entry_id)
        _add(item, "title", each.title)
        _add(item, "updated", each.updated)
        if each.page and each.page.startswith("https://"):
            _add(item, "link", href=each.page, rel="via")
        _add(item, "content", "\n".join(each.lines), type="text")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}\n".encode()


def _add(within: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(within, f"{{{ATOM}}}{tag}", attributes)
    if text:
        element.text = "".join(each if each.isprintable() or each == "\n" else " " for each in text)
    return element
