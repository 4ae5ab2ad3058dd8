"""Damaged versions of a good document, as the world damages them: what no parser may turn into a wrong price.

Each mutation yields (name, document, rule). The rules:
  refused        the parser must raise, or give no observation
  same_prices    any price it still gives must be one the good document gives
  no_usd         it must give no price in US dollars
  no_mtok        it must give no price per million tokens
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag

from sources.contract import Document, Media

Mutation = tuple[str, Document, str]


def mutations(document: Document, media: Media) -> Iterator[Mutation]:
    def made(name: str, text: str, rule: str) -> Mutation:
        return name, Document(document.url, text.encode()), rule

    yield made("empty", "", "refused")
    yield made("blank", " \n\n ", "refused")
    yield made(
        "challenge page", "<!doctype html><html><title>Just a moment...</title><body>Checking</body></html>", "refused"
    )
    yield made("error object", '{"error": {"code": 503, "message": "try again"}}', "refused")
    if media in ("zip", "gzip"):  # no text to rewrite: what is inside is damaged by the sources' own tests
        half = len(document.body) // 2
        yield "cut in half", Document(document.url, document.body[:half]), "refused"
        return
    text = document.text
    yield made("cut in half", text[: len(text) // 2], "same_prices")
    if media == "json":
        for key in sorted(_keys(json.loads(text))):
            renamed = _renamed(json.loads(text), key)
            yield made(f"key {key!r} renamed", json.dumps(renamed), "same_prices")
        yield made("null for every number", json.dumps(_nulled(json.loads(text))), "same_prices")
    if media in ("markdown", "html"):
        if "$" in text:
            yield made("dollars to euros", text.replace("$", "€").replace("USD", "EUR"), "no_usd")
        per_thousand = text
        for million, thousand in (
            ("1M", "1K"),
            ("MTok", "KTok"),
            ("illion", "housand"),
            ("/M", "/K"),
            ("per M ", "per K "),
        ):
            per_thousand = per_thousand.replace(million, thousand)
        if per_thousand != text:
            yield made("per thousand for per million", per_thousand, "no_mtok")
        for word in ("Input", "Output", "input", "output", "INPUT", "OUTPUT"):
            if word in text:
                yield made(f"{word!r} renamed", text.replace(word, "Zebra"), "same_prices")
    if media == "markdown" and re.search(r"^\|.*\|\s*$", text, re.MULTILINE):
        yield made("columns swapped with their headers", _swap_pipe_columns(text), "same_prices")
    if media == "html" and "<table" in text:
        yield made("columns swapped with their headers", _swap_html_columns(text), "same_prices")


def _keys(node: Any) -> set[str]:
    if isinstance(node, dict):
        return {key for key in node if key.isidentifier()} | {key for each in node.values() for key in _keys(each)}
    if isinstance(node, list):
        return {key for each in node for key in _keys(each)}
    return set()


def _renamed(node: Any, key: str) -> Any:
    if isinstance(node, dict):
        return {("zebra_" + name if name == key else name): _renamed(each, key) for name, each in node.items()}
    if isinstance(node, list):
        return [_renamed(each, key) for each in node]
    return node


def _nulled(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _nulled(each) for name, each in node.items()}
    if isinstance(node, list):
        return [_nulled(each) for each in node]
    return None if isinstance(node, (int, float)) and not isinstance(node, bool) else node


def _swap_pipe_columns(text: str) -> str:
    def swap(match: re.Match[str]) -> str:
        cells = match[0].strip().strip("|").split("|")
        if len(cells) >= 3:
            cells[1], cells[2] = cells[2], cells[1]
        return "|" + "|".join(cells) + "|"

    return re.sub(r"^\|.*\|\s*?$", swap, text, flags=re.MULTILINE)


def _swap_html_columns(text: str) -> str:
    page = BeautifulSoup(text, "lxml")
    for table in page.find_all("table"):
        if any(cell.get("colspan") or cell.get("rowspan") for cell in table.find_all(["td", "th"])):
            continue
        for line in table.find_all(["thead", "tr"]):  # some pages set their header cells straight into the head
            cells = [cell for cell in line.find_all(["td", "th"], recursive=False) if isinstance(cell, Tag)]
            if len(cells) >= 3:
                cells[1].insert_before(cells[2].extract())
    return str(page)
