"""One megabyte of anything is read or refused in bounded work, by every reader, however nasty its shape.

The bound is 5 s on the machine the project runs on; the watchdog allows four times as much, so that a slow machine or a
busy one does not fail, while work that grows with the square of the size does.
"""

import contextlib
import re
from collections.abc import Callable

import pytest

from sources.contract import Document, Refused, Source
from sources.readers import documents, sentences, spelling, structured, values
from sources.registry import all_sources
from tests.fixture_files import fixture_documents, folder
from tests.watchdog import ends_within

SECONDS = 20
SIZE = 1_000_000


def filled(piece: str, closing: str = "") -> str:
    """A megabyte of one piece repeated, then as much of its closing."""
    return piece * (SIZE // len(piece + closing)) + closing * (SIZE // len(piece + closing))


def html_sections(text: str) -> object:
    return documents.html_sections(documents.soup(text))


HTML = {
    "tags 8,000 deep": "<b>" * 8_000 + "x" + "</b>" * 8_000,
    "words in tags 8,000 deep": "<b>x" * 8_000,
    "words in tags as deep as a megabyte": filled("<b>x"),
    "tags in a cell, 8,000 deep": f"<table><tr><td>{'<b>x' * 8_000}</table>",
    "tags as deep as a megabyte": filled("<b>", "</b>"),
    "tables never closed": filled("<table "),
    "tables opened": filled("<table>"),
    "tables in tables": filled("<table><tr><td>", "</td></tr></table>"),
    "cells": f"<table><tr>{filled('<td>1')}</table>",
    "rows": f"<table>{filled('<tr><td>$1')}</table>",
    "wide spans": f"<table>{filled('<tr><td colspan=1000 rowspan=10000>1')}</table>",
    "one cell spread wide": "<table><tr>" + '<td colspan="1000">x</td>' * 40_000 + "</tr></table>",
    "spans of no number": f"<table>{filled('<tr><td colspan=-1 rowspan=x>1')}</table>",
    "headings": filled("<h2>a</h2>"),
    "headings never closed": filled("<h1>"),
    "one word": filled("x"),
    "references": filled("&amp;"),
    "attributes": f"<p {filled('a=b ')}>",
    "comments": filled("<!--"),
    "less than": filled("<"),
    "scripts": filled("<script>"),
    "lists": filled("<ul><li>"),
}
MARKDOWN = {
    "pipes": filled("|"),
    "pipes in lines": filled("|\n"),
    "a table of pipes": filled("||||||||\n|-|-|-|-|-|-|-|-|\n"),
    "one long row": "| a |\n| --- |\n" + filled("|"),
    "one long rule": "| a |\n" + filled("-|"),
    "one long rule with a flaw": "| a |\n" + filled("-|") + "x",
    "rules of blanks": "| a |\n|" + filled(" ") + "x",
    "number signs": filled("#"),
    "number signs and blanks": "# " + filled(" #") + "x",
    "headings": filled("# a\n"),
    "deeper headings": filled("###### a\n# b\n"),
    "blanks": filled(" "),
    "empty lines": filled("\n"),
    "fences": filled("```\n"),
    "ticks": filled("`"),
    "backslashes": "|" + filled("\\|"),
    "dashes": filled("-"),
    "front matter never closed": "---\n" + filled("a: b\n"),
}
JSON = {
    "lists": filled("["),
    "lists in lists": filled("[", "]"),
    "objects": filled('{"a":'),
    "objects in objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "one number": filled("9"),
    "a number of many places": "0." + filled("9"),
    "a huge exponent": "[" + filled("1e999999,") + "1]",
    "one text": '"' + filled("x") + '"',
    "escapes": '"' + filled("\\u0041") + '"',
    "one key again and again": "{" + filled('"a":1,') + '"a":1}',
    "many keys and the last again": "{" + ",".join(f'"{number}":1' for number in range(90_000)) + ',"89999":1}',
    "empty lists": "[" + filled("[],") + "[]]",
}
YAML = {
    "lists": filled("["),
    "lists in lists": filled("[", "]"),
    "dashes": filled("- "),
    "keys": filled("a: "),
    "aliases of aliases": "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
    "merged aliases": "a0: &a0 {x: 1}\n"
    + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 24)),
    "an alias of itself": "a: &a [*a]",
    "anchors": filled("&a "),
    "tags": filled("! "),
    "one text": '"' + filled("x") + '"',
    "question marks": filled("? "),
    "many documents": filled("---\n"),
}
CSV = {
    "commas": filled(","),
    "quotes": filled('"'),
    "quotes and commas": filled('","'),
    "lines": filled("a\n"),
}
WORDS = {
    "dollars": filled("$"),
    "a dollar and digits": "$" + filled("1"),
    "a dollar and commas": "$" + filled("1,"),
    "digits": filled("1"),
    "digits and commas": filled("1,"),
    "digits and points": filled("1."),
    "digits and blanks": filled("1 "),
    "blanks": filled(" "),
    "letters": filled("a"),
    "letters and blanks": filled("a "),
    "commas": filled(","),
    "a day and more": "2026-01-01 " + filled("T"),
    "active parameters": filled("1B active parameters "),
    "is a model": "It is a " + filled("very, "),
    "billions": filled("1-billion "),
}

READERS: dict[str, tuple[dict[str, str], Callable[[str], object]]] = {
    "html_sections": (HTML, html_sections),
    "html_words": (
        {name: HTML[name] for name in ("words in tags 8,000 deep", "tables in tables", "references", "scripts")},
        lambda text: documents.words(documents.soup(text)),
    ),
    "markdown_sections": (MARKDOWN | WORDS, documents.markdown_sections),
    "split_cells": (MARKDOWN, documents.split_cells),
    "front_matter": (
        {name: f"---\n{text}\n---\n" for name, text in YAML.items()} | MARKDOWN,
        lambda text: structured.front_matter(text),
    ),
    "json": (JSON, lambda text: Document("https://example.test", text.encode()).json()),
    "money_keys": (JSON, lambda text: structured.money_keys(structured.exact_json(text))),
    "yaml": (YAML, structured.exact_yaml),
    "csv_table": (CSV, documents.csv_table),
    "prints_money": (WORDS | MARKDOWN, spelling.prints_money),
    "money": (WORDS, values.money),
    "decimal": (WORDS, values.decimal),
    "tokens": (WORDS, values.tokens),
    "parameters": (WORDS, values.parameters),
    "day": (WORDS, values.day),
    "sizes": (WORDS, lambda text: list(sentences.sizes(text))),
}
CASES = [(reader, shape) for reader, (shapes, _) in READERS.items() for shape in shapes]


@pytest.mark.parametrize(("reader", "shape"), CASES, ids=[f"{reader}: {shape}" for reader, shape in CASES])
def test_a_megabyte_of_anything_is_read_or_refused_in_bounded_work(reader: str, shape: str) -> None:
    shapes, read = READERS[reader]
    # What `Source.read` makes a refusal of.
    refusals = (ValueError, Refused, ArithmeticError, RecursionError)
    with ends_within(SECONDS, f"{reader} of {shape}"), contextlib.suppress(*refusals):
        read(shapes[shape])


NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])")
STRUCTURED = [
    source
    for source in all_sources().values()
    if source.media in ("json", "yaml", "csv") and (folder(source) / "documents.csv").exists()
]


@pytest.mark.parametrize("huge", ["1e999999999", "9" * 4_000], ids=["exponent", "digits"])
@pytest.mark.parametrize("source", STRUCTURED, ids=lambda source: source.id)
def test_a_document_of_huge_numbers_is_read_or_refused_in_bounded_work(source: Source, huge: str) -> None:
    for name, document in fixture_documents(source).items():
        huger = Document(document.url, NUMBER.sub(huge, document.text, count=50).encode())
        with ends_within(SECONDS, f"{source.id} of {name}"), contextlib.suppress(Refused):
            contents = source.read(huger)
            assert max((len(seen.text) for seen in contents.observations), default=0) < len(huger.body)
