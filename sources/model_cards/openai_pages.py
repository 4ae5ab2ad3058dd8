"""OpenAI's page of each model: limits, knowledge cutoff, modalities, abilities, and the alias that routes to it.

A drawn page with neither tables nor headings: every fact is a line, or a line and the line under it, below the name of
its section. A page is about the model its address ends with, which its snapshots must name. The models are those that
the pricing page lists.
Deliberately out of scope: prices (the pricing page prints them with their tiers), endpoints (told apart by colour
alone), rate limits, the prose of the guides, and the list of models in Codex, a source of its own.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise

from bs4 import Comment, NavigableString, Tag

from sources.contract import Document, Doubt, LeftOut, Observation, Refused, Source, Told, Value, once
from sources.doubts import attempt, doubt
from sources.readers import documents, values

_ROOT = "https://developers.openai.com/api/docs/models/"
_ID = re.compile(r"[a-z][a-z0-9.-]+")

HEADER = "Models"
SECTIONS: tuple[str, ...] = ("Pricing", "Modalities", "Endpoints", "Features", "Tools", "Snapshots", "Rate limits")
ABILITIES = {
    "Function calling": ("function_calling", "tool_use"),
    "Structured outputs": ("structured_outputs",),
    "Code interpreter": ("code_execution",),
    "Computer use": ("computer_use",),
}
ANSWERS = {"Supported": True, "Not supported": False}
WAYS = {
    "Input and output": ("input_modalities", "output_modalities"),
    "Input only": ("input_modalities",),
    "Output only": ("output_modalities",),
    "Not supported": (),
}
NEEDED = ("Modalities", "Snapshots")
UNREAD_SECTIONS = ("Pricing", "Endpoints", "Snapshots", "Rate limits")
OTHER_ABILITIES = "other features and tools"

_ALIAS = re.compile(r"The (?P<alias>[a-z0-9.-]+) alias routes requests to (?P<name>[\w. -]+)\.")
_FACTS = (
    ("context window", re.compile(r"(?P<words>[\d,]+) context window"), "context_tokens", values.tokens),
    ("max output tokens", re.compile(r"(?P<words>[\d,]+) max output tokens"), "max_output_tokens", values.tokens),
    (
        "knowledge cutoff",
        re.compile(r"(?P<words>[A-Z][a-z]{2} \d{1,2}, \d{4}) knowledge cutoff"),
        "knowledge_cutoff_on",
        values.day,
    ),
    ("token support", re.compile(r"(?P<words>Reasoning token support)"), "capability/reasoning", lambda _: True),
)


def parse(document: Document) -> Iterator[Told]:
    model, sections = document.url.removeprefix(_ROOT), _sections(document)
    name, *header = sections[HEADER]
    if model not in sections["Snapshots"]:
        raise Refused("a page that does not name the model of its address", place="Snapshots", value=model)
    yield Observation(model, "name", name, name, HEADER)
    for line in header:
        yield from attempt(partial(_header, model, name, line), "cell", HEADER, line, within=(HEADER,))
    lines = sections["Modalities"]
    modalities = partial(_modalities, model, lines)
    yield from attempt(modalities, "table", "Modalities", " | ".join(lines), within=("Modalities > ",))
    for section in ("Features", "Tools"):
        yield from _abilities(model, section, sections.get(section, []))
    yield from (LeftOut(section, section) for section in UNREAD_SECTIONS if section in sections)


def _header(model: str, name: str, line: str) -> Iterator[Observation]:
    if match := _ALIAS.search(line):
        if match["name"] != name:
            raise Refused("an alias of another model", value=match[0])
        yield Observation(match["alias"], "alias_target", match[0], model, HEADER)
    for label, pattern, attribute, read in _FACTS:
        if fact := pattern.fullmatch(line):
            value: Value = read(fact["words"])
            yield Observation(model, attribute, line, value, HEADER)
        elif line.endswith(label):
            raise Refused("a fact that does not read", value=line)


def _abilities(model: str, section: str, lines: list[str]) -> Iterator[Observation | LeftOut | Doubt]:
    answered = dict(_pairs(lines, ANSWERS))
    for ability, answer in answered.items():
        place = f"{section} > {ability}"
        for capability in ABILITIES.get(ability, ()):
            yield Observation(model, f"capability/{capability}", f"{ability}: {answer}", ANSWERS[answer], place)
        yield LeftOut(place, OTHER_ABILITIES)  # counts only where it is not read
    for ability in ABILITIES:
        if ability in lines and ability not in answered:
            place = f"{section} > {ability}"
            yield doubt("neither supported nor not", "cell", place, ability, subject=model, within=(place,))


def rows(document: Document) -> Iterator[str]:
    """The header and every section, each modality, feature and tool apart."""
    sections = _sections(document)
    yield from (HEADER, *(section for section in UNREAD_SECTIONS if section in sections))
    for section, words in (("Modalities", WAYS), ("Features", ANSWERS), ("Tools", ANSWERS)):
        yield from (f"{section} > {name}" for name, _ in _pairs(sections.get(section, []), words))


def page_urls(priced: Iterable[Observation]) -> list[str]:
    """The page of every model that the pricing page names by its id."""
    return [_ROOT + name for name in sorted({each.subject for each in priced if _ID.fullmatch(each.subject)})]


def _modalities(model: str, lines: list[str]) -> Iterator[Observation]:
    """What a model takes and gives, the whole list of it; a kind whose way does not read spoils the list."""
    ways = dict(_pairs(lines, WAYS))
    if unread := [line for line in lines if line.lower() in values.MODALITIES and line not in ways]:
        raise Refused("a modality that is neither supported nor not", value=unread)
    for attribute in ("input_modalities", "output_modalities"):
        names = [name for name, way in ways.items() if attribute in WAYS[way]]
        for name, way in ways.items():
            yield Observation(model, attribute, f"{name}: {way}", values.modalities(names), f"Modalities > {name}")
    sees = "input_modalities" in WAYS[ways["Image"]]
    yield Observation(model, "capability/vision", f"Image: {ways['Image']}", sees, "Modalities > Image")


def _pairs(lines: list[str], seconds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every line whose next is one of `seconds`, with it."""
    known = set(seconds)
    return ((first, second) for first, second in pairwise(lines) if second in known)


@once
def _sections(document: Document) -> dict[str, list[str]]:
    """Section → its lines, in the order of `SECTIONS`. Refused where one that every page has is missing."""
    root = documents.soup(document.text)
    start = documents.one(root, 'main a[href="/api/docs/models"]')
    assert start.parent
    assert start.parent.parent
    lines = list(_lines(start.parent.parent))
    found: dict[str, list[str]] = {}
    section, coming = HEADER, SECTIONS
    for line in lines:
        if line in coming:
            section, coming = line, coming[coming.index(line) + 1 :]
        elif line != section:
            found.setdefault(section, []).append(line)
    if missing := [name for name in (HEADER, *NEEDED) if name not in found]:
        raise Refused("a page without a section it should have", place=section, value=missing[0])
    return found


def _lines(root: Tag) -> Iterator[str]:
    """The visible lines: a paragraph whole, else the words an element has of its own."""
    pending = [] if root.find_parent(_WHOLE) or root.name in _WHOLE else _inside(root)
    while pending:
        tag = pending.pop()
        if tag.name in _UNSEEN:
            continue
        own = [each for each in tag.children if isinstance(each, NavigableString) and not isinstance(each, Comment)]
        if line := documents.words(tag) if tag.name == "p" else " ".join("".join(own).split()):
            yield line
        if tag.name != "p":
            pending += _inside(tag)


def _inside(tag: Tag) -> list[Tag]:
    """The elements right inside another, the last first."""
    return [each for each in tag.contents if isinstance(each, Tag)][::-1]


_UNSEEN = ("script", "style", "svg")
_WHOLE = ("p", *_UNSEEN)
"""Elements inside which no line begins."""


SOURCE = Source(
    id="openai_model_pages",
    publisher="openai",
    kind="model_card",
    authority="maker",
    media="html",
    terms_url="https://openai.com/policies/terms-of-use/",
    licence="© OpenAI; facts only",
    review_every_days=7,
    rows=(1, 3),
    discovers_from=("openai_pricing",),
    discovers=page_urls,
    max_documents=150,
    parse=parse,
    offers=rows,
    ignores={
        "Pricing": "the pricing page prints the same with its tiers",
        "Endpoints": "told apart by colour alone",
        "Snapshots": "names of one model with a day; identity reads them wherever they are sold",
        "Rate limits": "terms of an account, not a property of the model",
        OTHER_ABILITIES: "names outside the vocabulary",
        "guides/latest-model": "advice in prose, no labelled fact",
        "codex/pricing.md": "credits of a plan; no price of a token",
    },
)
