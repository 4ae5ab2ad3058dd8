"""OpenAI's list of models in Codex: which of them its extension for editors offers.

A page of Markdown with a component a model, whose features are titles with a yes or no of their own. The component's
slug is the subject: it is the id one calls.
Deliberately out of scope: where else a model can be picked (app, web, terminal, cloud), which is no capability, and
prose, a model's description included.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told
from sources.doubts import attempt
from sources.readers.offers import told_apart
from sources.readers.spelling import called

IN_EDITORS = "Codex IDE extension"
ANSWERS = {"true": True, "false": False}

_SLUG = re.compile(r"\bslug=[\"'{]*([^\"'}\s]*)")
_ID = re.compile(r"[a-z][a-z0-9.-]+")
_END = re.compile(r"^\s*/>", re.MULTILINE)
_FEATURE = re.compile(r"\btitle:\s*[\"'](?P<title>[^\"']+)[\"'],\s*value:\s*(?P<value>[^,}]*)")


def parse(document: Document) -> Iterator[Told]:
    for place, words in _models(document):
        # What has lost its name may be any that is gone.
        within = (place if _SLUG.search(words) else "ModelDetails[",)
        yield from attempt(partial(_model, place, words), "entry", place, words, within=within)


def rows(document: Document) -> Iterator[str]:
    return (place for place, _ in _models(document))


def _models(document: Document) -> list[tuple[str, str]]:
    """Every component that is a model, at ``ModelDetails[gpt-5.5]``, from its name to where the next begins."""
    found = document.text.split("<ModelDetails")[1:]
    names = (match[1] if (match := _SLUG.search(words)) else "" for words in found)
    return list(zip(told_apart(f"ModelDetails[{name}]" for name in names), found, strict=True))


def _model(place: str, words: str) -> Iterator[Told]:
    if not (end := _END.search(words)):
        raise Refused("a component without an end")
    body = words[: end.start()]
    slugs = _SLUG.findall(body)
    if len(slugs) != 1 or not _ID.fullmatch(slugs[0]):
        raise Refused("a model without an id", value=slugs)
    (model,) = slugs
    features = [(called(each["title"], (IN_EDITORS,)), each["value"].strip()) for each in _FEATURE.finditer(body)]
    answers = [value for title, value in features if title == IN_EDITORS]
    yield from attempt(
        partial(_in_editors, model, place, answers), "cell", f"{place}.{IN_EDITORS}", answers, within=(place,)
    )


def _in_editors(model: str, place: str, answers: list[str]) -> Iterator[Observation]:
    if len(answers) != 1 or answers[0] not in ANSWERS:
        raise Refused("neither yes nor no, once", value=answers)
    printed = f"{IN_EDITORS}: {answers[0]}"
    yield Observation(model, "capability/ide_integration", printed, ANSWERS[answers[0]], f"{place}.{IN_EDITORS}")


SOURCE = Source(
    id="openai_codex_models",
    publisher="openai",
    kind="model_list",
    authority="maker",
    media="markdown",
    urls=("https://developers.openai.com/codex/models.md",),
    terms_url="https://openai.com/policies/terms-of-use/",
    licence="© OpenAI; facts only",
    review_every_days=7,
    rows=(3, 40),
    parse=parse,
    offers=rows,
    ignores={
        "Capability, Speed": "a number of pictures, of no scale",
        "other features": "where it can be picked and what it is paid with",
        "description": "prose",
        "deprecated in Codex": "a model may be gone from here and still be sold",
    },
)
