"""Our own reference: one YAML document a lab under ``warehouse/reference/models``, each fact with its page and its day.

Under ``facts`` stand the words a page prints, so that text and reading can be compared in a diff; this module types
them. ``at`` names the entry or section of the page. Under ``editorial`` stands what is our judgement and no page's
words (the family, the kind of product, that a model sold only through an API is proprietary, that one whose weights
can be fetched is open), with the page it rests on; the file's ``lab`` is such a judgement too. A model says each
attribute once. Prices do not belong here, nor what a model scores, nor other spellings of its name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sources.contract import CAPABILITIES, PRODUCT_TYPES, Document, Observation, Packaged, Refused, Source, Value
from sources.readers.structured import exact_yaml
from sources.readers.values import day, modalities, parameters, tokens

FOLDER = Path(__file__).resolve().parents[2] / "warehouse" / "reference" / "models"

LICENSES = {
    "apache-2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache_2_0": "Apache-2.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "gemma": "LicenseRef-gemma",
    "llama 3.1 community license": "LicenseRef-llama3.1",
    "llama 3.2 community license": "LicenseRef-llama3.2",
    "llama 4 community license agreement": "LicenseRef-llama4",
    "llama3": "LicenseRef-llama3",
    "llama3.3": "LicenseRef-llama3.3",
    "mit": "MIT",
    "mit license": "MIT",
    "modified mit license": "LicenseRef-modified-mit",
    "modified-mit": "LicenseRef-modified-mit",
    "licenseref-proprietary": "LicenseRef-proprietary",
}

YES = {"true", "yes", "supported", "configurable", "input only", "✓"}
NO = {"false", "no", "not supported"}
CAPABILITY_NAMES = {
    "toolcalls": "function_calling",
    "structured output": "structured_outputs",
    "code interpreter": "code_execution",
    "agent swarm": "parallel_agents",
    "multi-agent": "parallel_agents",
}
"""Other names under which makers list a capability; its own name, spaced, needs no entry."""


def parse(document: Document) -> Iterator[Observation]:
    page = _mapping(exact_yaml(document.text), "document")
    lab = _words(page.pop("lab", None), "lab")
    listed = page.pop("models", None)
    _nothing_left(page, "document")
    if not isinstance(listed, list):
        raise Refused("no list of models", place="models", value=listed)
    seen: set[str] = set()
    for number, entry in enumerate(listed, 1):
        model = _mapping(entry, f"model {number}")
        subject = _slug(_words(model.pop("id", None), f"model {number}"))
        if subject in seen:
            raise Refused("a model that stands here twice", place=f"model {number}", value=subject)
        seen.add(subject)
        yield from _model(subject, lab, model)


def models(document: Document) -> Iterator[str]:
    """Every model of a lab's document."""
    return (str(entry["id"]) for entry in exact_yaml(document.text)["models"])


def _model(subject: str, lab: str, model: dict[str, Any]) -> Iterator[Observation]:
    judged = _mapping(model.pop("editorial", None), f"{subject} editorial")
    groups = model.pop("facts", None)
    _nothing_left(model, subject)
    if not isinstance(groups, list) or not groups:
        raise Refused("a model without facts", place=subject, value=groups)
    judges = {"lab": lab, **_mapping(judged.pop("judges", None), f"{subject} editorial")}
    observations = list(_group(subject, judged, judges, EDITORIAL, f"{subject} editorial"))
    for number, entry in enumerate(groups, 1):
        place = f"{subject} facts {number}"
        group = _mapping(entry, place)
        place = f"{place}, there {_words(group.pop('at', None), place)}"
        says = _mapping(group.pop("says", None), place)
        observations += _group(subject, group, says, FACTS, place)
    said = [each.attribute for each in observations]
    if twice := {attribute for attribute in said if said.count(attribute) > 1}:
        raise Refused("an attribute said twice", place=subject, value=sorted(twice))
    yield from observations


def _group(
    subject: str, group: dict[str, Any], words: dict[str, Any], readings: Mapping[str, "Reading"], place: str
) -> Iterator[Observation]:
    url = _words(group.pop("url", None), place)
    reviewed_on = day(_words(group.pop("reviewed_on", None), place))
    _nothing_left(group, place)
    if not url.startswith("https://") or not isinstance(reviewed_on, date):
        raise Refused("a fact without its page and its day", place=place, value=(url, reviewed_on))
    for attribute, printed in words.items():
        if attribute not in readings:
            raise Refused("an attribute that does not belong here", place=place, value=attribute)
        try:
            value = readings[attribute](printed)
        except (ValueError, TypeError, AttributeError) as error:
            raise Refused(f"words that do not read as {attribute}", place=place, value=error) from error
        yield Observation(
            subject,
            attribute,
            ", ".join(printed) if isinstance(printed, list) else printed,
            value,
            locator=place,
            reviewed_on=reviewed_on,
            url=url,
        )


def _mapping(node: Any, place: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise Refused("no mapping where one is due", place=place, value=node)
    return node


def _nothing_left(node: dict[str, Any], place: str) -> None:
    if node:
        raise Refused("keys this document does not have", place=place, value=sorted(node))


def _words(node: Any, place: str = "") -> str:
    if not isinstance(node, str) or not node.strip():
        raise Refused("no words where some are due", place=place, value=node)
    return node


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is not a slug")
    return text


def _one_of(known: tuple[str, ...], text: str) -> str:
    if text not in known:
        raise ValueError(f"{text!r} is none of {', '.join(known)}")
    return text


def _licence(text: str) -> str:
    try:
        return LICENSES[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is no licence that we know") from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text.lower() in YES


def _has(capability: str, text: str) -> bool:
    named = text.lower()
    return CAPABILITY_NAMES.get(named, named.replace(" ", "_")) == capability or _yes_or_no(text)


Reading = Callable[[Any], Value]

EDITORIAL: Mapping[str, Reading] = {
    "lab": _slug,
    "family": _slug,
    "product_type": partial(_one_of, PRODUCT_TYPES),
    "license_id": _licence,
    "open_weights": _yes_or_no,
}

FACTS: Mapping[str, Reading] = {
    "name": _words,
    "hugging_face_id": _words,
    "architecture": _words,
    "parameters": parameters,
    "active_parameters": parameters,
    "license_id": _licence,
    "open_weights": _yes_or_no,
    "context_tokens": tokens,
    "max_output_tokens": tokens,
    "input_modalities": modalities,
    "output_modalities": modalities,
    "released_on": day,
    "knowledge_cutoff_on": day,
    "training_cutoff_on": day,
    "shutdown_on": day,
    **{f"capability/{name}": partial(_has, name) for name in CAPABILITIES},
}


def packaged() -> Iterator[Packaged]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield Packaged(f"almanac:reference/models/{path.name}", path.read_bytes(), checked_on=None)


SOURCE = Source(
    id="curated",
    publisher="almanac",
    kind="reference",
    authority="curated",
    media="yaml",
    terms_url="https://www.apache.org/licenses/LICENSE-2.0",
    licence="Apache-2.0; facts, each with the page that prints it",
    review_every_days=90,
    rows=(1, 200),
    parse=parse,
    offers=models,
    packaged=packaged,
)
