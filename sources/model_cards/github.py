"""Model cards that labs keep on GitHub, beside or instead of a gated repository of weights: READMEs and MODEL_CARDs.

A page may be about several models, so each is listed with those it is clearly about, by the name of their weights or
as the page's tables print them; `card_body` reads what can only be said of each. Meta's cards have a table of sizes:
the family stands in one cell (at times only in the first of its rows), the size in another, sometimes with the exact
count behind it, ``1B (1.23B)`` or, in the same unit, ``11B (10.6)``.
A page of news (`NEWS`) dates releases: an item that begins with a day and says that named weights are out, released or
available gives each of them that day.
Deliberately out of scope: prose, other news, and pages that print no labelled fact of a model.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from sources.contract import WHOLE, Document, Doubt, LeftOut, Observation, Refused, Source, Told, Value, once
from sources.doubts import attempt, doubt
from sources.model_cards import card_body
from sources.model_cards.card_body import agreed, plain, statements
from sources.readers import documents, offers, values
from sources.readers.documents import Table

_RAW = "https://raw.githubusercontent.com/"
_META = "meta-llama/llama-models/main/models"

PAGES = {
    "allenai/OLMo-core/main/src/scripts/official/OLMo3/README.md": "allenai/OLMo-3-7B allenai/OLMo-3-32B",
    "ByteDance-Seed/seed-oss/main/README.md": "ByteDance-Seed/Seed-OSS-36B-Instruct",
    "deepseek-ai/DeepSeek-Coder-V2/main/README.md": (
        "deepseek-ai/DeepSeek-Coder-V2-Instruct deepseek-ai/DeepSeek-Coder-V2-Base"
        " deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct deepseek-ai/DeepSeek-Coder-V2-Lite-Base"
    ),
    "deepseek-ai/DeepSeek-R1/main/README.md": (
        "deepseek-ai/DeepSeek-R1 deepseek-ai/DeepSeek-R1-Zero deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B"
        " deepseek-ai/DeepSeek-R1-Distill-Qwen-7B deepseek-ai/DeepSeek-R1-Distill-Qwen-14B"
        " deepseek-ai/DeepSeek-R1-Distill-Qwen-32B deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
        " deepseek-ai/DeepSeek-R1-Distill-Llama-70B"
    ),
    "deepseek-ai/DeepSeek-V3/main/README.md": "deepseek-ai/DeepSeek-V3",
    "deepseek-ai/DeepSeek-V3.2-Exp/main/README.md": "deepseek-ai/DeepSeek-V3.2-Exp",
    "inclusionAI/Ling-V2/main/README.md": "inclusionAI/Ling-mini-2.0",
    "InternLM/InternLM/main/model_cards/internlm2.5_7b.md": "internlm/InternLM2.5-7B internlm/InternLM2.5-7B-Chat",
    f"{_META}/llama3/MODEL_CARD.md": (
        "meta-llama/Meta-Llama-3-8B meta-llama/Meta-Llama-3-8B-Instruct"
        " meta-llama/Meta-Llama-3-70B meta-llama/Meta-Llama-3-70B-Instruct"
    ),
    f"{_META}/llama3_1/MODEL_CARD.md": (
        "meta-llama/Llama-3.1-8B meta-llama/Llama-3.1-8B-Instruct meta-llama/Llama-3.1-70B"
        " meta-llama/Llama-3.1-70B-Instruct meta-llama/Llama-3.1-405B meta-llama/Llama-3.1-405B-Instruct"
    ),
    f"{_META}/llama3_2/MODEL_CARD.md": (
        "meta-llama/Llama-3.2-1B meta-llama/Llama-3.2-1B-Instruct"
        " meta-llama/Llama-3.2-3B meta-llama/Llama-3.2-3B-Instruct"
    ),
    f"{_META}/llama3_2/MODEL_CARD_VISION.md": (
        "meta-llama/Llama-3.2-11B-Vision meta-llama/Llama-3.2-11B-Vision-Instruct"
        " meta-llama/Llama-3.2-90B-Vision meta-llama/Llama-3.2-90B-Vision-Instruct"
    ),
    f"{_META}/llama4/MODEL_CARD.md": (
        "meta-llama/Llama-4-Scout meta-llama/Llama-4-Scout-17B-16E meta-llama/Llama-4-Scout-17B-16E-Instruct"
        " meta-llama/Llama-4-Maverick meta-llama/Llama-4-Maverick-17B-128E"
        " meta-llama/Llama-4-Maverick-17B-128E-Instruct"
    ),
    "MiniMax-AI/MiniMax-M2/main/README.md": "MiniMaxAI/MiniMax-M2",
    "MiniMax-AI/MiniMax-M2.5/main/README.md": "MiniMaxAI/MiniMax-M2.5",
    "MoonshotAI/Kimi-K2/main/README.md": "moonshotai/Kimi-K2-Instruct",
    "MoonshotAI/Kimi-K2.5/main/README.md": "moonshotai/Kimi-K2.5",
    "NVIDIA-NeMo/Nemotron/main/docs/nemotron/nano3/README.md": "nvidia/Nemotron-3-Nano",
    "openai/gpt-oss/main/README.md": "openai/gpt-oss-20b openai/gpt-oss-120b",
    "Tencent-Hunyuan/Hunyuan-A13B/main/README.md": "tencent/Hunyuan-A13B-Instruct",
    "XiaomiMiMo/MiMo/main/README.md": (
        "XiaomiMiMo/MiMo-7B-Base XiaomiMiMo/MiMo-7B-SFT XiaomiMiMo/MiMo-7B-RL-Zero XiaomiMiMo/MiMo-7B-RL"
    ),
    "XiaomiMiMo/MiMo-V2-Flash/main/README.md": "XiaomiMiMo/MiMo-V2-Flash XiaomiMiMo/MiMo-V2-Flash-Base",
    "zai-org/GLM-5/main/README.md": "zai-org/GLM-5 zai-org/GLM-5.1",
}
"""Page → the models it is clearly about."""

_DATED_LATER = f"{_META}/llama3_2/MODEL_CARD.md"
"""A page whose release date is that of the quantized models which joined it, a month after the others."""

NEWS = {"QwenLM/Qwen3/main/README.md": "Qwen", "QwenLM/Qwen3.5/main/README.md": "Qwen"}
"""Page of news → the owner of the weights it names."""

_ITEM = re.compile(r"[-*] (?P<day>\d{4}([-.])\d{2}\2\d{2}): (?P<words>.+)")
_IS_OUT = re.compile(r"\b(?:is|are)(?: now)? (?:released|available|out)\b|^We released? ")
_NAMED = re.compile(r"\b[A-Z][A-Za-z]*\d[\w.]*(?:-\w+)*-A?\d+(?:\.\d+)?B\b(?:-[\w.]*\w)*")
OTHER_NEWS = "news that date no release of named weights"

_SIZE = re.compile(r"(?P<size>\d+(?P<unit>[MB]))(?: \((?:(?P<exact>[\d.]+)(?P=unit)?)\))?")
_MIXTURE = re.compile(r"(?P<size>\d+B) \(Activated\) (?P<total>\d+B) \(Total\)")


def parse(document: Document) -> Iterator[Told]:
    page = document.url.removeprefix(_RAW)
    if page in NEWS:
        yield from _news(NEWS[page], document.text)
        return
    if page not in PAGES:
        raise Refused("a page without the models it is about", place="PAGES", value=document.url)
    body = _body(document)
    tables = [table.called(("Params",)) for table in body.tables]
    doubts: dict[str, Doubt] = {}
    for subject in PAGES[page].split():
        yield from card_body.left_out(subject, body)
        sized = [each for table in tables if "Params" in table.header for each in _sizes(subject, table)]
        said = [each for each in sized if isinstance(each, Observation)]
        doubts |= {each.place: each for each in sized if isinstance(each, Doubt)}
        for each in agreed([*statements(subject, body), *said]):
            if (page, each.attribute) != (_DATED_LATER, "released_on"):
                yield each
    yield from doubts.values()  # a line that no model can read is in doubt once
    yield LeftOut("", "prose and news")  # counts where no sentence of the page is read


def rows(document: Document) -> Iterator[str]:
    """The page itself, and the lines of its tables; of a page of news, its items."""
    if document.url.removeprefix(_RAW) in NEWS:
        yield from (place for place, _ in _items(document.text))
        return
    yield from WHOLE
    yield from _body(document).rows


@once
def _body(document: Document) -> card_body.Body:
    return card_body.Body(document.text)


def _items(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The items of a page of news, each placed by its day and the words it begins with."""
    items = [item for line in text.splitlines() if (item := _ITEM.fullmatch(line.strip()))]
    places = offers.told_apart(f"news of {item['day']} {plain(item['words'])[:40]!r}" for item in items)
    return zip(places, items, strict=True)


def _news(owner: str, text: str) -> Iterator[Told]:
    """The releases of a page of news. What is ``named`` is out; the version it follows only explains it."""
    for place, item in _items(text):
        yield from attempt(partial(_releases, owner, item, place), "entry", place, item[0], within=(place,))
        yield LeftOut(place, OTHER_NEWS)  # counts only where no release is read in it


def _releases(owner: str, item: re.Match[str], place: str) -> Iterator[Observation]:
    sentence = re.split(r"[.!] ", plain(item["words"]), maxsplit=1)[0]
    names = _NAMED.findall(sentence.rpartition(" named ")[2])
    if _IS_OUT.search(sentence):
        for name in names:
            yield Observation(f"{owner}/{name}", "released_on", item[0], values.day(item["day"]), place)


def _sizes(subject: str, table: Table) -> Iterator[Observation | Doubt]:
    """The facts of a table of sizes whose family and size are both in the name of this model, or whose family is it."""
    own, family, is_lost = _words(subject.rpartition("/")[2]), "", False
    places = zip(documents.line_places(table), table.cells, strict=True)
    for place, cells in places:
        first = plain(cells[0])
        if len(cells) != len(table.header) or (is_lost and not first):
            is_lost = True  # the lines below it may have its family
            yield doubt("a line that does not fit its header", "row", place, " | ".join(cells), within=(place,))
            continue
        row = dict(zip(table.header, map(plain, cells), strict=True))
        is_lost, family = False, first or family
        size = row["Params"]
        match = _SIZE.fullmatch(size) or _MIXTURE.fullmatch(size)
        of_family = _words(re.sub(r"\(.*?\)", "", family))
        if match is None:
            # A line of another family is none of this model's, whatever its size.
            if of_family & own:
                yield doubt("a size that does not read", "row", place, size, within=(place,))
        elif of_family == own or of_family | {match["size"].lower()} <= own:
            for attribute, value in _parameters(match).items():
                yield Observation(subject, attribute, f"Params | {size}", value, place)
            for column in table.header:
                if column.lower() in _COLUMNS and row[column]:
                    cell = partial(_cell, subject, column, row[column], place)
                    at = f"{place}, {column}"
                    yield from attempt(cell, "cell", at, row[column], subject=subject, within=(place,))


def _cell(subject: str, column: str, printed: str, place: str) -> Iterator[Observation]:
    attribute, read = _COLUMNS[column.lower()]
    yield Observation(subject, attribute, f"{column} | {printed}", read(printed), place)


def _parameters(match: re.Match[str]) -> dict[str, int]:
    if match.re is _MIXTURE:
        return {"parameters": values.parameters(match["total"]), "active_parameters": values.parameters(match["size"])}
    exact = f"{match['exact']}{match['unit']}" if match["exact"] else match["size"]
    return {"parameters": values.parameters(exact)}


def _modalities(printed: str) -> tuple[str, ...]:
    return values.modalities(re.split(r" and | \+ ", printed.lower().removeprefix("multilingual ")))


_COLUMNS: dict[str, tuple[str, Callable[[str], Value]]] = {
    "context length": ("context_tokens", values.tokens),
    "knowledge cutoff": ("knowledge_cutoff_on", values.day),
    "input modalities": ("input_modalities", _modalities),
    "output modalities": ("output_modalities", _modalities),
}


def _words(name: str) -> set[str]:
    return set(re.split(r"[\s_-]+", name.lower().strip()))


SOURCE = Source(
    id="github_cards",
    publisher="GitHub",
    kind="model_card",
    authority="maker",
    media="markdown",
    urls=tuple(_RAW + page for page in (*PAGES, *NEWS)),
    terms_url="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
    licence="facts of each card; the words are the repository owner's",
    rows=(1, 20),
    parse=parse,
    offers=rows,
    max_bytes=4_000_000,
    ignores={
        "prose and news": "only labelled facts are read; prices in it are the pricing page's to say",
        **card_body.IGNORES,
        "Token count, Training Data, GQA": "no field of a model",
        "the release date of Llama 3.2's card": "the quantized models', which joined the page later",
        "empty cells under a size": "may be merged with the cell above, or not said",
        OTHER_NEWS: "what changed around the weights, or a series without the names of its members",
        "READMEs of OLMo, SmolLM, Granite 4.0, Falcon-H1, Nemotron 3 Ultra": (
            "their facts stand in sentences, in pictures or under headings that join several models"
        ),
    },
)
