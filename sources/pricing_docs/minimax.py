"""MiniMax's Chinese platform: pay-as-you-go prices in yuan, a table for every kind of thing sold.

The page is Markdown with tabs and accordions, which are headings in all but name. The column of a price says what it
is per (元/百万 tokens is yuan per million tokens); a table whose columns of prices are not known here is in doubt.
A struck-out amount is the list price that a standing discount (永久五折, half price for good) has replaced.
Out of scope: the international platform, which charges dollars, and the plans and credits, which have their own pages.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import doubt
from sources.readers import documents, offers, spelling, values
from sources.readers.documents import Row, Section, Table

TOKEN_COLUMNS = {
    "输入价格 元/百万 tokens": "input",
    "输出价格 元/百万 tokens": "output",
    "缓存读取 元/百万 tokens": "cache_read",
    "缓存写入 元/百万 tokens": "cache_write",
}
TABS = {"语言模型": None, "标准": None, "历史模型": None, "优先*": "priority"}
"""The headings of token prices, and the service tier that each one is about."""
SPEECH = {"同步语音合成 T2A": "t2a", "异步长文本语音合成 T2A Async": "t2a_async"}
VIDEO = {"文生视频": "text_to_video", "图生视频": "image_to_video"}
COUNTED = {
    "单价 元/首": ("song", "cny/song"),
    "单价 元/张": ("image", "cny/image"),
    "输入价格 元/次": ("request", "cny/request"),
}
PER_CHARACTERS, PER_VOICE, PER_VIDEO, PER_CALL = "单价 元/万字符", "单价 元/音色", "单价 元/视频", "单价 元/次"
PROSE_COLUMN = "接口说明"

IGNORES = {
    PER_VOICE: "a fee per designed or cloned voice, whatever the model",
    PROSE_COLUMN: "what an interface does and how often it may be called",
    "历史模型": "older models under a fold, without a word on whether or until when they are served",
    "struck-out amounts": "the list price before a discount that holds for good",
    "1.5 倍": "how the priority tab's prices came about; they are printed",
    "tables without a price": "what a model or an interface can do",
}
_MODEL = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*|[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Charge:
    """One price of one row: whose, for what, and under which circumstances."""

    subject: str
    meter: str
    unit: str
    column: str
    circumstances: str = ""
    times: int = 1


def parse(document: Document) -> Iterator[Told]:
    sections = _sections(document)
    gone = {name for name in TABS if name not in {section.name for section in sections}}
    for section in sections:
        if re.search(r"\d\s*元", section.prose) or spelling.prints_money(section.prose):
            yield section.doubt_of_words("a price in a sentence")
        for table in map(_plain, section.tables):
            layout = frozenset(table.header) & {*_COLUMNS} - {PROSE_COLUMN}
            if layout in LAYOUTS and (LAYOUTS[layout] is not _text or section.name in TABS):
                read = partial(_row, layout=layout, tab=section.name)
                yield from table.read(read, expect=tuple(layout | {PROSE_COLUMN} & {*table.header}))
            elif (
                any(map(spelling.holds_amount, table.header)) or re.search(r"元|价|费", table.words) or _amounts(table)
            ):
                within = (*table.within, *(needle for name in gone for needle in documents.under(name)))
                reason = "a table with columns nobody reads, or under a heading that is not known"
                yield doubt(reason, "table", table.place, table.words, within=within)
            else:
                yield from (LeftOut(place, "tables without a price") for place in documents.line_places(table))


def _plain(table: Table) -> Table:
    """The same, its columns called as this module calls them, its cells without stars of emphasis."""
    header = tuple(spelling.called(_words(name), _COLUMNS) for name in table.header)
    return replace(
        table, header=header, cells=tuple(tuple(cell.replace("**", "") for cell in row) for row in table.cells)
    )


def _amounts(table: Table) -> bool:
    return any(spelling.holds_amount(cell) for cells in table.cells for cell in cells)


def _row(row: Row, *, layout: frozenset[str], tab: str) -> Iterator[Told]:
    if PER_VOICE in row:
        yield LeftOut(row.place, PER_VOICE)
    row.pop(PROSE_COLUMN, None)
    printed = dict(row)
    for charge in list(LAYOUTS[layout](row, tab)):
        if not _MODEL.fullmatch(charge.subject):
            raise Refused("a model name that does not read", place=row.place, value=charge.subject)
        row[charge.column] = printed[charge.column]  # several models may share a cell
        yield from row.cell(charge.column, partial(_price, charge), subject=charge.subject)


@once
def _sections(document: Document) -> list[Section]:
    return documents.markdown_sections(_with_folds_as_headings(document.text), (*TABS,))


def _with_folds_as_headings(text: str) -> str:
    """Line for line the same page: a tab or an accordion opens a heading, its end returns to the one above.

    A row that is cut, which may be within an amount, gets a cell no header is for. Refuses a page that ends so.
    """
    lines, above = [], ""
    for line in text.rstrip().splitlines():
        is_cut = line.lstrip().startswith("|") and not line.rstrip().endswith("|")
        if is_cut:
            lines.append(f"{line} | | cut |")
        elif line.startswith("## "):
            above = f"## {_words(line[3:])}"
            lines.append(above)
        elif title := re.fullmatch(r'\s*<(?:Tab|Accordion) title="([^"]+)">', line):
            lines.append(f"### {title[1]}")
        elif re.fullmatch(r"\s*</(Tabs?|Accordion)>", line):
            lines.append(above)
        else:
            lines.append(line)
    if lines and is_cut:
        raise Refused("the page is cut within a row", place=above, value=line)
    return "\n".join(lines)


def _words(cell: str) -> str:
    """A cell without its markup; a line break is a blank."""
    bare = re.sub(r"<br />|</?span[^>]*>", " ", cell).replace("**", "")
    return " ".join(re.sub(r"\\([*_])", r"\1", bare).split())


def _text(row: Row, tab: str) -> Iterator[Charge]:
    """``MiniMax-M3 > 512k 输入 tokens* 永久五折``: a model, perhaps a tier of input length, perhaps a discount."""
    printed = _words(row.pop("模型"))
    match = re.fullmatch(
        r"(?P<name>\S+)(?: (?P<side>[≤>]) (?P<limit>\d+k) 输入 tokens\*?)?(?P<discount> 永久五折)?", printed
    )
    if not match or bool(match["discount"]) != any(cell.startswith("~~") for cell in row.values()):
        raise Refused("a model name that does not read", place=row.place, value=printed)
    limit = values.tokens(match["limit"]) if match["side"] else 0
    circumstances = condition(
        service_tier=TABS[tab],
        context_to=limit if match["side"] == "≤" else None,
        context_from=limit + 1 if match["side"] == ">" else None,
    )
    for column in [each for each in TOKEN_COLUMNS if each in row]:
        yield Charge(match["name"], TOKEN_COLUMNS[column], "cny/mtok", column, circumstances)


def _speech(row: Row, tab: str) -> Iterator[Charge]:
    printed = _words(row.pop("计费项"))
    if printed not in SPEECH:
        raise Refused("a kind of speech that is not known", place=row.place, value=printed)
    for model in _words(row.pop("模型")).split(" / "):
        yield Charge(model, "character", "cny/mchar", PER_CHARACTERS, condition(mode=SPEECH[printed]), times=100)


def _voice(row: Row, tab: str) -> Iterator[Charge]:
    if (printed := row.pop("模型")) != "所有模型":
        raise Refused("a fee per voice that is one model's", place=row.place, value=printed)
    yield from ()


def _video(row: Row, tab: str) -> Iterator[Charge]:
    """``文生视频，图生视频，768P 6s``: the ways of making it, then its size and length."""
    printed = row.pop("功能")
    *ways, form = printed.split("，")
    match = re.fullmatch(r"(\d+P) (\d+s)", form)
    if not match or not ways or not set(ways) <= set(VIDEO):
        raise Refused("a kind of video that is not known", place=row.place, value=printed)
    model = row.pop("模型")
    for way in ways:
        circumstances = condition(mode=VIDEO[way], resolution=match[1], duration=match[2])
        yield Charge(model, "video", "cny/video", PER_VIDEO, circumstances)


def _counted(row: Row, tab: str) -> Iterator[Charge]:
    models = re.split(r"\s*<br />\s*", row.pop("模型"))
    for column in COUNTED.keys() & row.keys():
        meter, unit = COUNTED[column]
        for model in models:
            yield Charge(model, meter, unit, column)


def _server_tool(row: Row, tab: str) -> Iterator[Charge]:
    if (tool := _words(row.pop("服务端工具"))) != "web_search":
        raise Refused("a tool whose price nobody reads", place=row.place, value=tool)
    yield Charge(tool, "web_search", "cny/1k_requests", PER_CALL, times=1000)


def _price(charge: Charge, printed: str, locator: str) -> Iterator[Observation]:
    """The amount, which is in yuan whether it says so or not, behind the struck-out one it has replaced."""
    bare = values.plain_width(re.sub(r"^~~[0-9.]+~~ ", "", printed))
    amount, currency, rest = values.money(bare if bare.startswith("¥") else f"¥{bare}")
    if currency != "cny" or rest:
        raise Refused("not an amount and nothing else", place=locator, value=printed)
    if charge.subject.endswith("-free") == bool(amount):
        raise Refused("a price of a free model, or none of another", place=locator, value=printed)
    if not amount:
        yield Observation(charge.subject, "price_status", printed, "free", locator)
    yield Observation(
        charge.subject,
        f"price/{charge.meter}",
        printed,
        amount * charge.times,
        locator,
        charge.unit,
        charge.circumstances,
    )


_TOKENS = frozenset({"模型", *TOKEN_COLUMNS})
LAYOUTS: Mapping[frozenset[str], Callable[[Row, str], Iterator[Charge]]] = {
    _TOKENS: _text,
    _TOKENS - {"缓存写入 元/百万 tokens"}: _text,
    frozenset({"计费项", "模型", PER_CHARACTERS}): _speech,
    frozenset({"计费项", "模型", PER_VOICE}): _voice,
    frozenset({"模型", "功能", PER_VIDEO}): _video,
    **{frozenset({"模型", column}): _counted for column in COUNTED},
    frozenset({"服务端工具", PER_CALL}): _server_tool,
}
"""The columns of a table, in whatever order → who reads its rows."""
_COLUMNS = (*dict.fromkeys(column for layout in LAYOUTS for column in sorted(layout)), PROSE_COLUMN)

SOURCE = Source(
    id="minimax_pricing",
    publisher="minimax",
    kind="pricing_doc",
    authority="maker",
    media="markdown",
    urls=("https://platform.minimaxi.com/docs/guides/pricing-paygo.md",),
    terms_url="https://platform.minimaxi.com/protocol/user-agreement",
    licence="© MiniMax; facts only",
    rows=(14, 84),
    seller="minimax-cn",
    parse=parse,
    offers=offers.sections(_sections),
    ignores=IGNORES,
)
