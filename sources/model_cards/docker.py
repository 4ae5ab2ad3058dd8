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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from sources.contract import WHOLE, Document, Doubt, LeftOut, Observation, Refused, Source, Told, Value
from sources.doubts import TROUBLE, doubt
from sources.model_cards import card_body
from sources.model_cards.card_body import plain
from sources.readers import documents, offers, values
from sources.readers.documents import Row, Table
from sources.readers.spelling import called

FAMILIES = (
    "deepseek-r1-distill-llama devstral-small functiongemma gemma3 gemma3n gpt-oss gpt-oss-safeguard kimi-k2 llama3.1"
    " llama3.3 ministral3 mistral phi4 qwen2.5 qwen3 qwen3-coder seed-oss smollm2 smollm3"
)
_PAGE = "https://hub.docker.com/r/ai/"
_VARIANTS = ("Model variant", "Parameters", "Quantization", "Context window", "VRAM¹", "Size")
_TAG = re.compile(r"ai/(?P<family>[\w.-]+):(?P<size>\d+(?:\.\d+)?[MB](?:-A\d+B)?)?(?:$|[\w-])")
_EXACT = re.compile(r"(?P<parameters>\d+\.\d+B) total with ~?(?P<active_parameters>\d+\.\d+B) active")
"""Counts beside the architecture, more exact than those of the variants."""
_NOTE = re.compile(r"[⁰¹²³⁴-⁹*†‡§]|\[\^|\(\d{1,2}\)")
"""How a cell begins whose footnote may alter it."""
_COUNT = re.compile(r"\d+ ?[MB](?![A-Za-z])")
_SIZE = re.compile(r"(?P<total>\d+(?:\.\d+)? ?[MB])(?:-A(?P<active>\d+B))?")
_REPOSITORY = re.compile(r"https://huggingface\.co/(?!collections/|spaces/|blog/)([\w.-]+/[\w.-]+(?<!-GGUF))(?=[\s)])")
_LICENCES = {"apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "mit": "MIT"}
_YES = ("✅", "Yes")

ARCHITECTURE, LANGUAGES = "Architecture", "Languages"
NOT_OF_ALL = "modalities of a family of several sizes"
NO_DAY = "a cutoff that is estimated, of no one size, or not said"
NO_TOOLS = "a tool calling that is not confirmed"
OTHER_LICENCE = "licences of several sizes, and others than Apache and MIT"
SCORES = "tables of scores and of other facts"


def parse(document: Document) -> Iterator[Told]:
    family = document.url.removeprefix(_PAGE)
    tables = documents.markdown_tables(document.text)
    packed, described = _with(tables, "Model variant"), _with(tables, "Attribute")
    others = [table for table in tables if not _with([table], "Model variant") and not _with([table], "Attribute")]
    known = partial(_is_known, family, bool(packed))
    lost = [table for table in others if any(known(cell) for cells in table.cells for cell in cells)]
    said = Counter(plain(cells[0]) for table in described for cells in set(table.cells))
    twice = frozenset(label for label, times in said.items() if times > 1)
    page = _Page(family, frozenset(_models(packed, family)), bool(lost), _exact(described), twice)
    yield from (LeftOut(place, SCORES) for table in others for place in documents.line_places(table))
    for table in lost:
        reason = "a table of variants or characteristics under a header nobody reads"
        yield doubt(reason, "table", table.place, table.words, within=table.within)
    for table in packed:
        within = tuple(words for each in (table, *described) for words in each.within)
        for told in table.read(page.variant):
            # What is said of every size is gone with a size that has lost its name.
            yield replace(told, within=within) if isinstance(told, Doubt) and told.part == "row" else told
    for table in described:
        yield from table.read(page.characteristic)
    if not packed and not lost:
        yield from card_body.statements(_only_repository(document.text) or family, card_body.Body(document.text))
        yield LeftOut("", "prose")  # counts only where no sentence of the page is read


def rows(document: Document) -> Iterator[str]:
    """The lines of its tables, and of a page without variants the page itself."""
    yield from offers.table_lines(document)
    if not _with(documents.markdown_tables(document.text), "Model variant"):
        yield from WHOLE


def _with(tables: list[Table], column: str) -> list[Table]:
    """The tables with a column of this name, their columns called as we call them."""
    named = (table.called((*_VARIANTS, "Attribute", "Details", "Value")) for table in tables)
    return [table for table in named if column in table.header]


def _is_known(family: str, has_variants: bool, cell: str) -> bool:
    """Whether a cell is a tag of the family, or what a characteristic of one with variants is called."""
    tags = re.findall(r"`([^`]+)`", cell)
    return (has_variants and plain(cell) in LABELS) or any(
        (tag := _TAG.match(each)) and tag["family"] == family for each in tags
    )


def _models(packed: list[Table], family: str) -> Iterator[str]:
    """Every variant of the page, and "" for one whose name does not read."""
    for table in packed:
        for cells in table.cells:
            try:
                yield _model(dict(zip(table.header, cells, strict=True))["Model variant"], family)
            except TROUBLE:
                yield ""


def _exact(described: list[Table]) -> re.Match[str] | str | None:
    """The exact counts beside the architecture, the words where they do not read, None where there are none."""
    for cells in (cells for table in described for cells in table.cells):
        for words in map(plain, cells[1:]) if plain(cells[0]) == ARCHITECTURE else ():
            if counts := _COUNT.findall(words):
                return match if (match := _EXACT.search(words)) and len(counts) == len(match.groups()) else words
    return None


def _only_repository(text: str) -> str:
    """The one repository of weights that a page links to, conversions aside; "" where there are none or several."""
    found = set(_REPOSITORY.findall(text))
    return found.pop() if len(found) == 1 else ""


def _model(printed: str, family: str) -> str:
    """The family and size that every tag of a line of variants spells."""
    tags = [match for tag in re.findall(r"`([^`]+)`", printed) if (match := _TAG.match(tag))]
    sizes = {match["size"] for match in tags if match["size"]}
    if not tags or {match["family"] for match in tags} != {family} or len(sizes) > 1:
        raise Refused("tags that are not one size of this page's family", value=printed)
    return ":".join((family, *sizes))


@dataclass(frozen=True)
class _Page:
    """What the reading of one table of a page hangs on in the others.

    models    the variants, "" for one whose name does not read
    is_torn   whether a table is in doubt
    exact     the counts beside the architecture, see `_exact`
    twice     characteristics that are said in two ways
    """

    family: str
    models: frozenset[str]
    is_torn: bool
    exact: re.Match[str] | str | None
    twice: frozenset[str]

    def variant(self, row: Row) -> Iterator[Told]:
        model = _model(row["Model variant"], self.family)

        def window(printed: str, _: str) -> Iterator[Observation]:
            yield Observation(model, "context_tokens", printed, values.tokens(printed), row.place)

        def size(printed: str, _: str) -> Iterator[Observation]:
            if not (match := _SIZE.fullmatch(printed)):
                raise Refused("a size that does not read", value=printed)
            if self.is_torn or isinstance(self.exact, str) or ARCHITECTURE in self.twice:
                raise Refused("a size that may be printed more exactly where it does not read", value=printed)
            if self.exact is None:
                yield Observation(model, "parameters", printed, values.parameters(match["total"]), row.place)
            if self.exact is None and match["active"]:
                yield Observation(model, "active_parameters", printed, values.parameters(match["active"]), row.place)

        yield from row.cell("Context window", window, subject=model)
        yield from row.cell("Parameters", size, subject=model)

    def characteristic(self, row: Row) -> Iterator[Observation | LeftOut]:
        label = called(plain(row["Attribute"]), LABELS)
        printed = plain(row["Details" if "Details" in row else "Value"])
        of_one = len(self.models) == 1
        if label in self.twice or _NOTE.match(printed):
            raise Refused("a characteristic that is said in two ways, or under a note", value=printed)
        if ("" in self.models or self.is_torn) and label in _UNREAD:
            raise Refused("whether it is said of one size or of several does not read", value=printed)
        models = self.models - {""}
        if label == ARCHITECTURE and isinstance(self.exact, str):
            raise Refused("counts that do not read", value=printed)
        if label == ARCHITECTURE and of_one and isinstance(self.exact, re.Match):
            for model in models:
                for attribute, count in self.exact.groupdict().items():
                    yield Observation(model, attribute, printed, values.parameters(count), row.place)
        if label == LANGUAGES:
            yield LeftOut(row.place, LANGUAGES)
        elif read := _read(label, printed, of_one=of_one):
            for model in sorted(models):
                yield Observation(model, read[0], f"{label} | {printed}", read[1], row.place)
        else:
            yield LeftOut(row.place, _UNREAD[label])


def _read(label: str, printed: str, *, of_one: bool) -> tuple[str, Value] | None:
    """A characteristic as an attribute and its reading; None where it says nothing that holds for every size."""
    if label in ("Provider", ARCHITECTURE):
        return {"Provider": "lab", ARCHITECTURE: "architecture"}[label], printed
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
LABELS = (*_UNREAD, "Provider", ARCHITECTURE, LANGUAGES)
"""What characteristics are called."""

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
