"""Docker Hub: cards of the open models that Docker packs to run on one's own machine, a page a family.

A page has a table of characteristics, said of the family, and one of packed variants, one a size and number format. A
variant is the family and the size of its tag (``gemma3:270M`` of ``ai/gemma3:270M-F16``), so that every packing of one
size is one model; a page whose tags have no size is about the family's only one. The pages are asked as Markdown, the
form in which Docker keeps them.
Deliberately out of scope: what only the packing has (memory, file size, number format, the loader's architecture, what
the format can take in), and scores, which repeat the maker's without their settings.
"""

import re
from collections.abc import Iterator

from sources import documents, offers, values
from sources.contract import Document, LeftOut, Observation, Refused, Source, Value
from sources.documents import Row
from sources.model_cards.card_body import plain

FAMILIES = (
    "deepseek-r1-distill-llama devstral-small gemma3 gemma3n gpt-oss gpt-oss-safeguard llama3.1 llama3.3"
    " ministral3 mistral phi4 qwen2.5 qwen3 qwen3-coder seed-oss smollm2 smollm3"
)
_PAGE = "https://hub.docker.com/r/ai/"
_VARIANTS = ("Model variant", "Parameters", "Quantization", "Context window", "VRAM¹", "Size")
_TAG = re.compile(r"ai/(?P<family>[\w.-]+):(?P<size>\d+(?:\.\d+)?[MB](?:-A\d+B)?)?(?:$|[\w-])")
_SIZE = re.compile(r"(?P<total>[\d.]+ ?[MB])(?:-A(?P<active>\d+B))?")
_LICENCES = {"apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "mit": "MIT"}
_YES = ("✅", "Yes")

OF_THE_PACKING = "Architecture, Languages, Input modalities, Output modalities"
NO_DAY = "a cutoff that is estimated, of no one size, or not said"
NO_TOOLS = "a tool calling that is not confirmed"
OTHER_LICENCE = "licences of several sizes, and others than Apache and MIT"
SCORES = "tables of scores and of other facts"


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    family = document.url.removeprefix(_PAGE)
    variants: set[str] = set()
    characteristics: list[Row] = []
    for table in documents.markdown_tables(document.text):
        if table.header == _VARIANTS:
            for row in table.rows():
                model = _model(row, family)
                variants.add(model)
                yield from _parameters(model, row)
        elif table.header[0] == "Attribute":
            characteristics += table.rows()
        else:
            yield from (LeftOut(place, SCORES) for place in documents.line_places(table))
    for row in characteristics:
        yield from _characteristic(row, variants)


def _model(row: Row, family: str) -> str:
    """The family and size that every tag of a line of variants spells."""
    tags = [match for tag in re.findall(r"`([^`]+)`", row["Model variant"]) if (match := _TAG.match(tag))]
    sizes = {match["size"] for match in tags if match["size"]}
    if not tags or {match["family"] for match in tags} != {family} or len(sizes) > 1:
        raise Refused("tags that are not one size of this page's family", place=row.place, value=row["Model variant"])
    return ":".join((family, *sizes))


def _parameters(model: str, row: Row) -> Iterator[Observation]:
    printed = row["Parameters"]
    if not (match := _SIZE.fullmatch(printed)):
        raise Refused("a size that does not read", place=row.place, value=printed)
    yield Observation(model, "parameters", printed, values.parameters(match["total"]), row.place)
    if match["active"]:
        yield Observation(model, "active_parameters", printed, values.parameters(match["active"]), row.place)


def _characteristic(row: Row, variants: set[str]) -> Iterator[Observation | LeftOut]:
    label, printed = (plain(cell) for cell in row.values())
    if label in OF_THE_PACKING.split(", "):
        yield LeftOut(row.place, OF_THE_PACKING)
    elif read := _read(label, printed, of_one=len(variants) == 1):
        for model in sorted(variants):
            yield Observation(model, read[0], f"{label} | {printed}", read[1], row.place)
    else:
        yield LeftOut(row.place, _UNREAD[label])


def _read(label: str, printed: str, *, of_one: bool) -> tuple[str, Value] | None:
    """A characteristic as an attribute and its reading; None where it says nothing that holds for every size."""
    if label == "Provider":
        return "lab", printed
    if label == "License":
        found = _LICENCES.get(printed.replace("‑", "-").lower()) if of_one else None
        return ("license_id", found) if found else None
    if label == "Tool calling":
        return ("capability/function_calling", True) if printed in _YES else None
    if label == "Cutoff date":
        reads = of_one and re.fullmatch(r"[A-Z][a-z]+ \d{4}|\d{4}-\d{2}-\d{2}", printed)
        return ("knowledge_cutoff_on", values.day(printed)) if reads else None
    raise Refused("a characteristic that nobody reads", place=label, value=printed)


_UNREAD = {
    "License": OTHER_LICENCE,
    "Tool calling": NO_TOOLS,
    "Cutoff date": NO_DAY,
}

SOURCE = Source(
    id="docker_cards",
    publisher="docker",
    kind="model_card",
    authority="community",
    media="markdown",
    urls=tuple(_PAGE + family for family in FAMILIES.split()),
    terms_url="https://www.docker.com/legal/docker-terms-service/",
    licence="model-cards repository: Apache-2.0; facts only",
    review_every_days=30,
    rows=(1, 20),
    parse=parse,
    offers=offers.table_lines,
    ignores={
        OF_THE_PACKING: "the loader's, which calls Mistral a llama and gives Gemma 3n no eyes; languages as prose",
        "Quantization, Context window, VRAM, Size": "of the packing; the window is rounded to thousands (131K)",
        NO_DAY: "(est), a footnote's mark, a dash, or a page of many sizes",
        NO_TOOLS: "a no is said of the packing, not of the model",
        OTHER_LICENCE: "sizes of a family differ in it (Qwen2.5 3B), and the maker's card has an identifier",
        SCORES: "repeat the maker's card without its settings, under names such as Value",
        "ai/deepseek3.2, ai/functiongemma, ai/kimi-k2": "no table of variants: nothing says which weights they are",
        "ai/magistral-small-3.2": "named after one model, with the table and links of another",
    },
)
