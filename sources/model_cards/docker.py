"""Docker Hub: cards of the open models that Docker packs to run on one's own machine, a page a family.

A page has a table of characteristics, said of the family, and one of packed variants, one a size and number format. A
variant is the family and the size of its tag (``gemma3:270M`` of ``ai/gemma3:270M-F16``), so that every packing of one
size is one model; a page whose tags have no size is about the family's only one. A page without variants is about the
one repository of weights it links to, else about its family's name, and says labelled facts like any card. The pages
are asked as Markdown, the form in which Docker keeps them.
The architecture is the loader's word and the window is rounded to thousands: they are what the page says, and any
maker's word goes before them.
Deliberately out of scope: what only the packing has (memory, file size, number format), and scores, which repeat the
maker's without their settings.
"""

import re
from collections.abc import Iterator

from sources import documents, offers, values
from sources.contract import WHOLE, Document, LeftOut, Observation, Refused, Source, Value
from sources.documents import Row
from sources.model_cards import card_body
from sources.model_cards.card_body import plain

FAMILIES = (
    "deepseek-r1-distill-llama devstral-small functiongemma gemma3 gemma3n gpt-oss gpt-oss-safeguard kimi-k2 llama3.1"
    " llama3.3 ministral3 mistral phi4 qwen2.5 qwen3 qwen3-coder seed-oss smollm2 smollm3"
)
_PAGE = "https://hub.docker.com/r/ai/"
_VARIANTS = ("Model variant", "Parameters", "Quantization", "Context window", "VRAM¹", "Size")
_TAG = re.compile(r"ai/(?P<family>[\w.-]+):(?P<size>\d+(?:\.\d+)?[MB](?:-A\d+B)?)?(?:$|[\w-])")
_EXACT = re.compile(r"(?P<parameters>\d+\.\d+B) total with ~?(?P<active_parameters>\d+\.\d+B) active")
"""Counts beside the architecture, more exact than those of the variants."""
_SIZE = re.compile(r"(?P<total>[\d.]+ ?[MB])(?:-A(?P<active>\d+B))?")
_REPOSITORY = re.compile(r"https://huggingface\.co/(?!collections/|spaces/|blog/)([\w.-]+/[\w.-]+(?<!-GGUF))(?=[\s)])")
_LICENCES = {"apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "mit": "MIT"}
_YES = ("✅", "Yes")

LANGUAGES = "Languages"
NOT_OF_ALL = "modalities of a family of several sizes"
NO_DAY = "a cutoff that is estimated, of no one size, or not said"
NO_TOOLS = "a tool calling that is not confirmed"
OTHER_LICENCE = "licences of several sizes, and others than Apache and MIT"
SCORES = "tables of scores and of other facts"


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    family = document.url.removeprefix(_PAGE)
    tables = documents.markdown_tables(document.text)
    packed = [row for table in tables if table.header == _VARIANTS for row in table.rows()]
    characteristics = [row for table in tables if table.header[0] == "Attribute" for row in table.rows()]
    variants = {_model(row, family) for row in packed}
    exact = [
        match for row in characteristics if (match := _EXACT.search(row["Details" if "Details" in row else "Value"]))
    ]
    for row in packed:
        yield from _variant(_model(row, family), row, is_exact=not exact)
    for table in tables:
        if table.header != _VARIANTS and table.header[0] != "Attribute":
            yield from (LeftOut(place, SCORES) for place in documents.line_places(table))
    for row in characteristics:
        yield from _characteristic(row, variants)
    if not variants:
        yield from card_body.statements(_only_repository(document.text) or family, document.text)
        yield LeftOut("", "prose")  # counts only where no sentence of the page is read


def rows(document: Document) -> Iterator[str]:
    """The lines of its tables, and of a page without variants the page itself."""
    yield from offers.table_lines(document)
    if not any(table.header == _VARIANTS for table in documents.markdown_tables(document.text)):
        yield from WHOLE


def _only_repository(text: str) -> str:
    """The one repository of weights that a page links to, conversions aside; "" where there are none or several."""
    found = set(_REPOSITORY.findall(text))
    return found.pop() if len(found) == 1 else ""


def _model(row: Row, family: str) -> str:
    """The family and size that every tag of a line of variants spells."""
    tags = [match for tag in re.findall(r"`([^`]+)`", row["Model variant"]) if (match := _TAG.match(tag))]
    sizes = {match["size"] for match in tags if match["size"]}
    if not tags or {match["family"] for match in tags} != {family} or len(sizes) > 1:
        raise Refused("tags that are not one size of this page's family", place=row.place, value=row["Model variant"])
    return ":".join((family, *sizes))


def _variant(model: str, row: Row, *, is_exact: bool) -> Iterator[Observation]:
    window = row["Context window"]
    yield Observation(model, "context_tokens", window, values.tokens(window), row.place)
    printed = row["Parameters"]
    if not (match := _SIZE.fullmatch(printed)):
        raise Refused("a size that does not read", place=row.place, value=printed)
    if is_exact:
        yield Observation(model, "parameters", printed, values.parameters(match["total"]), row.place)
    if is_exact and match["active"]:
        yield Observation(model, "active_parameters", printed, values.parameters(match["active"]), row.place)


def _characteristic(row: Row, variants: set[str]) -> Iterator[Observation | LeftOut]:
    label, printed = (plain(cell) for cell in row.values())
    if label == "Architecture" and len(variants) == 1 and (match := _EXACT.search(printed)):
        (model,) = variants
        for attribute, count in match.groupdict().items():
            yield Observation(model, attribute, printed, values.parameters(count), row.place)
    if label == LANGUAGES:
        yield LeftOut(row.place, LANGUAGES)
    elif read := _read(label, printed, of_one=len(variants) == 1):
        for model in sorted(variants):
            yield Observation(model, read[0], f"{label} | {printed}", read[1], row.place)
    else:
        yield LeftOut(row.place, _UNREAD[label])


def _read(label: str, printed: str, *, of_one: bool) -> tuple[str, Value] | None:
    """A characteristic as an attribute and its reading; None where it says nothing that holds for every size."""
    if label in ("Provider", "Architecture"):
        return {"Provider": "lab", "Architecture": "architecture"}[label], printed
    if label in ("Input modalities", "Output modalities"):
        names = re.split(r", | and ", re.sub(r" \(.*\)", "", printed))
        return (label.lower().replace(" ", "_"), values.modalities(names)) if of_one else None
    if label == "License":
        found = _LICENCES.get(printed.replace("‑", "-").lower()) if of_one else None
        return ("license_id", found) if found else None
    if label == "Tool calling":
        return ("capability/function_calling", True) if printed in _YES else None
    if label == "Cutoff date":
        match = re.fullmatch(r"([A-Z][a-z]+ \d{4}|\d{4}-\d{2}-\d{2})(?: \(model released [^)]*\))?", printed)
        return ("knowledge_cutoff_on", values.day(match[1])) if of_one and match else None
    raise Refused("a characteristic that nobody reads", place=label, value=printed)


_UNREAD = {
    "Input modalities": NOT_OF_ALL,
    "Output modalities": NOT_OF_ALL,
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
    offers=rows,
    ignores={
        LANGUAGES: "prose, where other cards have codes",
        "prose": "only labelled facts are read",
        "Quantization, VRAM, Size": "of the packing",
        NOT_OF_ALL: "the smallest size of a family often cannot see",
        NO_DAY: "(est), a footnote's mark, a dash, or a page of many sizes",
        NO_TOOLS: "a no is said of the packing, not of the model",
        OTHER_LICENCE: "sizes of a family differ in it (Qwen2.5 3B), and the maker's card has an identifier",
        SCORES: "repeat the maker's card without its settings, under names such as Value",
        "ai/deepseek3.2": "no table of variants and no labelled fact",
        "ai/magistral-small-3.2": "named after one model, with the table and links of another",
    },
)
