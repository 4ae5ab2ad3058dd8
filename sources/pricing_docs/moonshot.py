"""Moonshot: a page a model, whose table of prices is drawn by a script and stands nowhere in the visible page.

The page carries its own source, compiled: a stream of numbered rows in script elements, one of which names the row that
holds the page's program. In it a component is given the table's columns and rows as literals, and only literals and
elements around literals are read; a cell that computes something is in doubt. Without that one component the page is
refused.
Out of scope: the prices in yuan, which stand on the Chinese platform, and the prices of tools, which have another page.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import accumulate

from sources.contract import Document, Observation, Refused, Source, Told, once
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
_NEXT_ROW = re.compile(rb'[0-9a-f]+:(?:T[0-9a-f]+,|[A-Z]*["\[{])')
_STRING = r'"(?:[^"\\]|\\.)*"'
_ELEMENT = re.compile(
    rf'_jsxs?\((?P<what>[\w.]+|{_STRING}),\{{(?:"(?!children")\w+":{_STRING},)*'
    rf'"children":(?P<inside>{_STRING}|\[(?:{_STRING},?)*\])\}}\)'
)
"""An element around literals: a fragment, a link, bold words."""

_COMPUTED = re.compile(r"`(?:[^`\\]|\\.)*`", re.DOTALL)
_CALL = re.compile(rf'{_STRING}|(?P<call>[\w.]+\((?:{_STRING}|[^()"]|\((?:{_STRING}|[^()"])*\))*\))')


def parse(document: Document) -> Iterator[Told]:
    table, other_words = _table(_program(document))
    if spelling.prints_money(other_words):
        yield doubt("a price outside the table", "sentence", PLACE, spelling.around_money(other_words))
    yield from table.read(_model, expect=("Model", "Unit", *METERS, "Context Window"))


def _model(row: Row) -> Iterator[Told]:
    model = row.pop("Model")
    if not re.fullmatch(r"[a-z][\w.-]*", model):
        raise Refused("a model that is no id", place=row.place, value=model)
    if spelling.meaning(unit := row.pop("Unit")) != "1m tokens":
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


@once
def _program(document: Document) -> str:
    """The page's compiled source: the stream's row that the page names as such."""
    pushed = [
        json.loads(match[1])
        for script in documents.soup(document.text).find_all("script")
        if (match := re.fullmatch(r'self\.__next_f\.push\(\[1,(".*")\]\)', script.get_text(), re.DOTALL))
    ]
    rows = _stream_rows([push.encode() for push in pushed])
    named = {name for row in rows.values() for name in re.findall(r'"mdxSource":\{"compiledSource":"\$(\w+)"', row)}
    if len(named) != 1:
        raise Refused("a page without its one compiled source", place="mdxSource", value=sorted(named))
    return rows[named.pop()]


def _stream_rows(pushed: list[bytes]) -> dict[str, str]:
    """The stream cut into its rows, by number: ``5e:T1f,`` opens a text of 0x1f bytes, any other row is one line.

    A text that is not as long as it says ends where the next thing pushed begins with a row.
    """
    stream, starts = b"".join(pushed), list(accumulate(map(len, pushed)))
    rows, at = {}, 0
    while match := _ROW.match(stream, at):
        if match[2]:
            at = match.end() + int(match[2], 16)
            if at != len(stream) and not (at < len(stream) and _ROW.match(stream, at)):
                at = next((start for start in starts if start > match.end() and _NEXT_ROW.match(stream, start)), at)
        else:
            at = stream.index(b"\n", at) + 1
        rows[match[1].decode()] = stream[match.end() : at].decode(errors="replace")
    if at != len(stream):
        raise Refused("a stream that is not whole", place=f"byte {at}", value=stream[at : at + 40])
    return rows


def _table(program: str) -> tuple[Table, str]:
    """The table in the program, and the words around it."""
    before, *calls = _literals_as_json(program).split("_jsx(DocTable,")
    if len(calls) != 1:
        raise Refused("a page without its one table", place=PLACE, value=len(calls))
    call = _CALL.sub(lambda found: _source(found) if found["call"] else found[0], _COMPUTED.sub(_source, calls[0]))
    told, end = json.JSONDecoder().raw_decode(call)
    header = tuple(column["title"] for column in told.pop("columns"))
    cells = tuple(tuple(row) for row in told.pop("rows"))
    if told:
        raise Refused("a table of more than columns and rows", place=PLACE, value=told)
    return Table((), header, cells, PLACE), (before + call[end:]).replace('","', "")


def _literals_as_json(program: str) -> str:
    """The program with keys, plain strings and fragments of plain strings in JSON's spelling, all else as it was."""
    quoted = re.sub(r"`((?:[^`\\]|\\.)*)`|(\w+):", _as_json, program, flags=re.DOTALL)
    while (plainer := _ELEMENT.sub(_words, quoted)) != quoted:
        quoted = plainer
    return quoted


def _words(element: re.Match[str]) -> str:
    """An element as the words in it, in JSON's spelling; those struck out stay told apart, a raised mark too."""
    inside = "".join(json.loads(element["inside"]))
    match element["what"].strip('"').removeprefix("_components."):
        case "del" | "s":
            inside = f"~~{inside}~~"
        case "sup":
            inside = f"<sup>{inside}</sup>"
    return json.dumps(inside)


def _source(match: re.Match[str]) -> str:
    """What computes a cell, as words that no reading of a cell takes."""
    return json.dumps(f"`{match[0]}`")


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
