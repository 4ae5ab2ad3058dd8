"""Moonshot: a page a model, whose table of prices is drawn by a script and stands nowhere in the visible page.

The page carries its own source, compiled: a stream of numbered rows in script elements, one of which names the row that
holds the page's program. In it a component is given the table's columns and rows as literals, and only literals are
read. Without that one component the page is refused.
Out of scope: the prices in yuan, which stand on the Chinese platform, and the prices of tools, which have another page.
"""

import json
import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told
from sources.doubts import doubt
from sources.readers import documents, spelling, values
from sources.readers.documents import Row, Table

METERS = {
    "Input Price (Cache Hit)": "cache_read",
    "Input Price (Cache Miss)": "input",
    "Output Price": "output",
}
PLACE = "compiled source of the page, DocTable"
IGNORES = {
    "Model Description": "sentences about modes and features, worded anew on every page",
    "the program for readers without scripts": "the same page with an empty table",
}

_ROW = re.compile(rb"([0-9a-f]*):(?:T([0-9a-f]+),)?")


def parse(document: Document) -> Iterator[Told]:
    table, other_words = _table(_program(document))
    if spelling.prints_money(other_words):
        yield doubt("a price outside the table", "sentence", PLACE, spelling.around_money(other_words))
    yield from table.read(_model, expect=("Model", "Unit", *METERS, "Context Window"))


def _model(row: Row) -> Iterator[Told]:
    model = row.pop("Model")
    if (unit := row.pop("Unit")) != "1M tokens":
        raise Refused("not a price per million tokens", place=row.place, value=unit)
    for column, meter in METERS.items():
        yield from row.cell(column, partial(_price, model, meter), subject=model)
    yield from row.cell("Context Window", partial(_window, model), subject=model)


def _price(model: str, meter: str, printed: str, locator: str) -> Iterator[Observation]:
    yield Observation(model, f"price/{meter}", printed, values.dollars(printed), locator, "usd/mtok")


def _window(model: str, printed: str, locator: str) -> Iterator[Observation]:
    yield Observation(model, "context_tokens", printed, values.tokens(printed), locator)


def rows(document: Document) -> Iterator[str]:
    """The lines of the one table in the compiled source."""
    return documents.line_places(_table(_program(document))[0])


def _program(document: Document) -> str:
    """The page's compiled source: the stream's row that the page names as such."""
    pushed = [
        json.loads(match[1])
        for script in documents.soup(document.text).find_all("script")
        if (match := re.fullmatch(r'self\.__next_f\.push\(\[1,(".*")\]\)', script.get_text(), re.DOTALL))
    ]
    rows = _stream_rows("".join(pushed).encode())
    named = {name for row in rows.values() for name in re.findall(r'"mdxSource":\{"compiledSource":"\$(\w+)"', row)}
    if len(named) != 1:
        raise Refused("a page without its one compiled source", place="mdxSource", value=sorted(named))
    return rows[named.pop()]


def _stream_rows(stream: bytes) -> dict[str, str]:
    """The stream cut into its rows, by number: ``5e:T1f,`` opens a text of 0x1f bytes, any other row is one line."""
    rows, at = {}, 0
    while match := _ROW.match(stream, at):
        at = match.end() + int(match[2], 16) if match[2] else stream.index(b"\n", at) + 1
        rows[match[1].decode()] = stream[match.end() : at].decode()
    if at != len(stream):
        raise Refused("a stream that is not whole", place=f"byte {at}", value=stream[at : at + 40])
    return rows


def _table(program: str) -> tuple[Table, str]:
    """The table in the program, and the words around it."""
    before, *calls = _literals_as_json(program).split("_jsx(DocTable,")
    if len(calls) != 1:
        raise Refused("a page without its one table", place=PLACE, value=len(calls))
    told, end = json.JSONDecoder().raw_decode(calls[0])
    header = tuple(column["title"] for column in told.pop("columns"))
    cells = tuple(tuple(row) for row in told.pop("rows"))
    if told:
        raise Refused("a table of more than columns and rows", place=PLACE, value=told)
    return Table((), header, cells, PLACE), (before + calls[0][end:]).replace('","', "")


def _literals_as_json(program: str) -> str:
    """The program with keys, plain strings and fragments of plain strings in JSON's spelling, all else as it was."""
    quoted = re.sub(r"`((?:[^`\\]|\\.)*)`|(\w+):", _as_json, program, flags=re.DOTALL)
    return re.sub(
        r'_jsxs\(_Fragment,\{"children":(\[(?:"[^"\\]*",?)*\])\}\)',
        lambda match: json.dumps("".join(json.loads(match[1]))),
        quoted,
    )


def _as_json(match: re.Match[str]) -> str:
    """One key, or one string; a string that computes something or escapes a character stays as it was."""
    if match[2]:
        return f"{json.dumps(match[2])}:"
    return match[0] if "\\" in match[1] or "${" in match[1] else json.dumps(match[1])


SOURCE = Source(
    id="moonshot_pricing",
    publisher="moonshotai",
    kind="pricing_doc",
    authority="maker",
    media="html",
    urls=("https://platform.kimi.ai/docs/pricing/chat-k26", "https://platform.kimi.ai/docs/pricing/chat-k3"),
    terms_url="https://platform.kimi.ai/docs/agreement/modeluse",
    licence="© Moonshot AI; facts only",
    rows=(1, 3),
    seller="moonshotai",
    parse=parse,
    offers=rows,
    ignores=IGNORES,
)
