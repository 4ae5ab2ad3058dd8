"""Google Cloud's page of each model: Gemini by its maker, and the models of others that Google hosts.

The page is asked as Markdown. A label stands on a line of its own and what belongs to it follows: pairs of lines under
``Modalities`` and ``Token limits``, a list under ``Capabilities``, ``Tools`` and ``Versions``; partners' pages have
``Supported`` and ``Not supported`` lists and print their limits in a list. One page is about one model, by its id.
Of a model that Google only hosts a no is the host's, not the model's, so that only what is there is read.
Deliberately out of scope: days and stages of an endpoint (a host's launch is no release, and the Gemini API keeps its
own shutdown days), regions, quotas of requests, security controls, prices (a page of their own), the page of links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told
from sources.doubts import attempt
from sources.readers import offers, structured, values

_ROOT = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/"
GEMINI = (
    "gemini/2-5-flash gemini/2-5-flash-lite gemini/2-5-pro gemini/3-1-flash-lite gemini/3-5-flash gemini/3-5-flash-lite"
    " gemini/3-6-flash gemini/3-7-flash gemini/3-flash"
)
HOSTED = "maas/google/gemma-4-26b-a4b-it maas/zaiorg/glm-5 partner-models/claude/opus-5"

MODALITIES, IN_AND_OUT = "Modalities", "Supported inputs & outputs"
LABELS = (
    "Model ID",
    "Launch stage",
    MODALITIES,
    IN_AND_OUT,
    "Token limits",
    "Capabilities",
    "Tools",
    "Consumption options",
    "Usage types",
    "Input size limit",
    "Technical specifications",
    "Supported regions",
    "Versions",
    "Security controls",
    "Quotas",
    "Quota limits",
    "Pricing",
)
ABILITIES = {
    "Thinking": ("reasoning",),
    "Function calling": ("function_calling", "tool_use"),
    "Structured output": ("structured_outputs",),
    "Code execution": ("code_execution",),
    "Computer use": ("computer_use",),
}
LIMITS = {
    "Context window": "context_tokens",
    "Context length": "context_tokens",
    "context length": "context_tokens",
    "Maximum output tokens": "max_output_tokens",
    "maximum output": "max_output_tokens",
}
STAGES = {"GA": "active", "Public preview": "preview", "Experimental": "preview"}

TITLE = "front matter title"
OTHER_LISTS = "lists under other labels"
OTHER_ABILITIES = "other abilities and tools"
A_HOSTS_NO = "what a host does not support"
OF_AN_ENDPOINT = "days and stages of an endpoint"

_QUOTA = re.compile(r"\*\*`[\w-]+`\*\* : (?P<output>[\d,]+) maximum output, (?P<context>[\d,]+) context length")


@dataclass(frozen=True)
class _Item:
    """A paragraph or an item of a list: its words, the label it stands under, and its place."""

    label: str
    words: str
    place: str
    is_listed: bool


def parse_gemini(document: Document) -> Iterator[Told]:
    return _page(document, is_hosted=False)


def parse_hosted(document: Document) -> Iterator[Told]:
    return _page(document, is_hosted=True)


def rows(document: Document) -> Iterator[str]:
    """The title, every item of every list, and the pairs under the labels that have no list."""
    yield TITLE
    yield from (item.place for item in _items(document) if item.is_listed or item.label in (MODALITIES, "Token limits"))


def _page(document: Document, *, is_hosted: bool) -> Iterator[Told]:
    items = list(_items(document))
    (model,) = {
        match[1] for each in items if each.label == "Model ID" and (match := re.fullmatch("`(.+)`", each.words))
    }
    yield from attempt(partial(_title, model, document), "cell", TITLE, within=(TITLE,))
    told_of = [item for item in items if item.label in (MODALITIES, IN_AND_OUT)]
    modalities = partial(_modalities, model, told_of, is_hosted=is_hosted)
    places = [item.place for item in told_of]
    within = (f"{MODALITIES} > ", f"{IN_AND_OUT} > ")
    yield from attempt(modalities, "table", MODALITIES, [each.words for each in told_of], within=within, rows=places)
    is_supported = True
    for item in items:
        if item.label in ("Capabilities", "Usage types") and item.words in ("Supported", "Not supported"):
            is_supported = item.words == "Supported"
        if item not in told_of:
            read = partial(_item, model, item, is_supported=is_supported, is_hosted=is_hosted)
            yield from attempt(read, "cell", item.place, item.words, subject=model, within=(item.place,))


def _title(model: str, document: Document) -> Iterator[Observation]:
    title = values.identifier(structured.front_matter(document.text)[0]["title"])
    yield Observation(model, "name", title, title.removesuffix(" on Google Cloud"), TITLE)


def _item(model: str, item: _Item, *, is_supported: bool, is_hosted: bool) -> Iterator[Observation | LeftOut]:
    if item.label in ("Capabilities", "Tools") and item.is_listed:
        yield from _ability(model, item, is_supported=is_supported, is_hosted=is_hosted)
    elif item.label in ("Token limits", "Quotas", "Quota limits"):
        yield from _limit(model, item)
    elif item.label == "Versions" and item.is_listed:
        yield from _version(model, item, is_hosted=is_hosted)
    elif item.is_listed:
        yield LeftOut(item.place, OTHER_LISTS)


def _ability(model: str, item: _Item, *, is_supported: bool, is_hosted: bool) -> Iterator[Observation | LeftOut]:
    name = re.sub(r"[\[\]]", "", item.words.partition("](")[0])
    if name not in ABILITIES:
        yield LeftOut(item.place, OTHER_ABILITIES)
        return
    does = is_supported and not item.words.endswith("Not supported")
    if is_hosted and not does:
        yield LeftOut(item.place, A_HOSTS_NO)
        return
    for capability in ABILITIES[name]:
        printed = f"{name}: {'Supported' if does else 'Not supported'}"
        yield Observation(model, f"capability/{capability}", printed, does, item.place)


def _limit(model: str, item: _Item) -> Iterator[Observation | LeftOut]:
    if match := _QUOTA.fullmatch(item.words):
        pairs = {"context length": match["context"], "maximum output": match["output"]}
    else:
        name, _, amount = item.words.partition(": ")
        pairs = {name: amount}
    for name, amount in pairs.items():
        if name in LIMITS:
            yield Observation(model, LIMITS[name], f"{name}: {amount}", values.tokens(amount), item.place)
        elif item.is_listed or item.label == "Token limits":
            yield LeftOut(item.place, OTHER_LISTS)


def _version(model: str, item: _Item, *, is_hosted: bool) -> Iterator[Observation | LeftOut]:
    name, _, words = item.words.replace("**", "").partition(": ")
    if not is_hosted and name == "Launch stage":
        yield Observation(model, "status", item.words, STAGES[words], item.place)
    elif not is_hosted and name == "Release date":
        yield Observation(model, "released_on", item.words, values.day(words), item.place)
    else:
        yield LeftOut(item.place, OF_AN_ENDPOINT)


_WAYS = {
    "Input and output": ("input_modalities", "output_modalities"),
    "Input only": ("input_modalities",),
    "Output only": ("output_modalities",),
    "Not supported": (),
}


def _modalities(model: str, items: list[_Item], *, is_hosted: bool) -> Iterator[Observation]:
    """What a model takes and gives, the whole list of it, so that what is not listed is a no."""
    printed: dict[str, list[str]] = {"input_modalities": [], "output_modalities": []}
    places = []
    for item in items:
        name, _, how = item.words.partition(": ")
        if item.label == MODALITIES:
            if how not in _WAYS:
                raise Refused("a modality that is neither supported nor not", place=item.place, value=item.words)
            for attribute in _WAYS[how]:
                printed[attribute].append(name)
            places.append((item.place, item.words))
        elif item.label == IN_AND_OUT and item.is_listed:
            printed[{"Inputs": "input_modalities", "Outputs": "output_modalities"}[name]] += how.split(" , ")
            places.append((item.place, item.words))
    if not all(printed.values()):
        raise Refused("a model that takes or gives nothing", place="Modalities", value=printed)
    for attribute, names in printed.items():
        yield from (
            Observation(model, attribute, ", ".join(names), values.modalities(names), place) for place, _ in places
        )
    sees, seen = "Image" in printed["input_modalities"], ", ".join(printed["input_modalities"])
    if sees or not is_hosted:
        yield Observation(model, "capability/vision", seen, sees, places[0][0])


def _items(document: Document) -> Iterator[_Item]:
    """The page's paragraphs and list items in order, each placed by its label and the words it begins with."""
    found = list(_unplaced(document))
    places = offers.told_apart(f"{label} > {_beginning(words)!r}" for label, words, _ in found)
    return (_Item(label, words, place, listed) for (label, words, listed), place in zip(found, places, strict=True))


def _beginning(words: str) -> str:
    """What an item says something of: the words before a colon, a link's, without marks."""
    return re.sub(r"[\[\]*`]", "", re.split(r": |\]\(| \(", words, maxsplit=1)[0]).strip()[:60]


def _unplaced(document: Document) -> Iterator[tuple[str, str, bool]]:
    """The label, the words and whether it is listed, of every item; a pair of paragraphs is one.

    ``Context window`` and ``1,048,576`` below it are ``Context window: 1,048,576``.
    """
    label, pair = "", ""
    block: list[str] = []
    lines = document.text.splitlines()
    for line in [*lines[lines.index("---", 1) + 1 :], ""]:
        if line.strip() and not line.startswith("  - "):
            block.append(line)
            continue
        if block:
            words, is_listed = " ".join(" ".join(block).removeprefix("  - ").split()), block[0].startswith("  - ")
            if words in LABELS:
                label, pair = words, ""
            elif label == MODALITIES:
                if len(block) == 2:
                    yield label, f"{block[0].strip()}: {block[1].strip()}", is_listed
            elif label == "Token limits" and not is_listed and not pair:
                pair = words
            else:
                yield label, f"{pair}: {words}" if pair else words, is_listed
                pair = ""
        block = [line] if line.startswith("  - ") else []


def _source(source_id: str, pages: str, *, is_hosted: bool) -> Source:
    return Source(
        id=source_id,
        publisher="google",
        kind="model_card",
        authority="host" if is_hosted else "maker",
        media="markdown",
        urls=tuple(_ROOT + page for page in pages.split()),
        terms_url="https://cloud.google.com/terms",
        licence="CC-BY-4.0",
        review_every_days=7,
        rows=(1, 1),
        parse=parse_hosted if is_hosted else parse_gemini,
        offers=rows,
        ignores={
            OTHER_LISTS: "regions, quotas, file types, ways to pay, security: none a field of a model",
            OTHER_ABILITIES: "names outside the vocabulary",
            A_HOSTS_NO: "Google's endpoint of GLM-5 does not think; the model does",
            OF_AN_ENDPOINT: "a host's launch is no release, and the Gemini API keeps shutdown days of its own",
            "models/google-models": "a list of links to these pages, with a sentence each",
        },
    )


SOURCES = (
    _source("google_cloud_gemini", GEMINI, is_hosted=False),
    _source("google_cloud_hosted", HOSTED, is_hosted=True),
)
