"""What one spelling says of a model, and how we write the model's id.

Belongs here: the parts of a name and the one order in which they are written. Not here: how a spelling is read
(`names`), or what single makers mean by their words (`conventions`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final


@dataclass(frozen=True)
class Parse:
    """What one spelling says.

    lab          lab_id of the maker, "" when no word names one
    organisation what is printed before the slash when it is no known seller: a maker's or an uploader's name
    uploader     that organisation where it is not the maker of the family: a third party's own upload
    family       the words the maker begins the name with: ``gpt``, ``mistral-small``
    version      ``4.1``, ``v3.2``, ``k2.5``, ``4o``; a trailing ``.0`` is not part of it
    words        what tells siblings apart and is none of the other parts: ``flash``, ``lite``, ``coder``
    size, active, experts   ``30b``, ``a3b``, ``128e``
    roles        how it was trained or released: ``instruct``, ``base``, ``thinking``, ``preview``
    revision     a version printed after the size: ``v0.2``
    release      a date that tells one set of weights from another: ``2507``, ``0528``
    date         a date that only dates a snapshot: ``2024-08-06`` where the print is unmistakable, else as printed
    variant      how the same weights are sold or set: ``batch``, ``thinking``, ``fp8``, ``region:eu``
    prefix       what stood before the name
    refusal      why the spelling alone names no model; "" when it does
    """

    lab: str = ""
    organisation: str = ""
    uploader: str = ""
    family: str = ""
    version: str = ""
    words: tuple[str, ...] = ()
    size: str = ""
    active: str = ""
    experts: str = ""
    roles: tuple[str, ...] = ()
    revision: str = ""
    release: str = ""
    date: str = ""
    variant: tuple[str, ...] = ()
    prefix: str = ""
    refusal: str = ""

    @cached_property
    def slug(self) -> str:
        """The model's id as people write it, from the parse alone; "" when there is nothing to write."""
        return "-".join(filter(None, (self.uploader, *_written(self))))

    @property
    def parts(self) -> frozenset[str]:
        """Everything that tells this model from another, in no order."""
        tail = (self.size, self.active, self.experts, *self.roles, self.revision, self.release)
        return frozenset(filter(None, (self.family, self.version, *self.words, *tail)))


def number(version: str) -> float:
    """The version as a number to compare with: 3.1 of ``v3.1``, 0 of none."""
    match = re.search(r"\d+(?:\.\d+)?", version)
    return float(match[0]) if match else 0.0


_GLUED: Final = frozenset({"qwen", "hy", "lfm", "molmo", "smollm", "wan"})
"""Families written in one word with their number: qwen3.5."""

_ZERO_KEPT: Final = {
    "aion": {"1", "2", "3"},
    "embed": {"v2", "v3", "v4"},
    "exaone": {"4"},
    "gemini": {"1", "2"},
    "granite": {"4"},
    "hunyuan": {"2"},
    "imagen": {"3", "4"},
    "ling": {"2"},
    "longcat": {"2"},
    "rerank": {"v2", "v3"},
    "ring": {"2"},
    "seed": {"1", "2"},
    "stable-diffusion-xl": {"1"},
}
"""Families whose maker prints the ``.0`` of a whole number, with the numbers it does so for."""

_ALWAYS: Final = (0.0, float("inf"))

_BEFORE_NUMBER: Final = (
    ("claude", "instant", _ALWAYS),
    ("claude", "opus sonnet haiku fable mythos", (4.0, float("inf"))),
    ("cosmos", "predict reason transfer", _ALWAYS),
    ("embed", "english multilingual light image", _ALWAYS),
    ("gemini", "live", (2.5, 2.6)),
    ("gemini", "robotics er", _ALWAYS),
    ("granite-embedding", "reranker english multilingual", _ALWAYS),
    ("jamba", "large mini", (1.6, float("inf"))),
    ("ling", "mini flash", (2.0, 2.1)),
    ("nemotron", "cascade", _ALWAYS),
    ("paddleocr", "vl", _ALWAYS),
    ("rerank", "english multilingual", _ALWAYS),
    ("ring", "mini flash", (2.0, 2.1)),
    ("step", "tts", _ALWAYS),
    ("titan", "embed g1 text", _ALWAYS),
    ("titan-text", "express lite premier", _ALWAYS),
    ("virtuoso", "large medium small", _ALWAYS),
    ("whisper", "tiny small medium large", _ALWAYS),
)
"""Words that a family's maker prints before its number (claude-sonnet-4.5), from which version on and below which."""


def _is_before_number(name: Parse, word: str) -> bool:
    return any(
        name.family == family and word in words.split() and since <= number(name.version) < below
        for family, words, (since, below) in _BEFORE_NUMBER
    )


def _written(name: Parse) -> Iterable[str]:
    version = name.version + (".0" if name.version in _ZERO_KEPT.get(name.family, ()) else "")
    first = [word for word in name.words if version and _is_before_number(name, word)]
    words = [word for word in name.words if word not in first]
    head = [name.family, *first, version]
    if name.family in _GLUED:
        head = [name.family + version]
    elif name.family == "flux" and version.isdigit():
        head = [f"flux.{version}"]
    tail = [*name.roles, name.revision, name.release]
    if name.family == "gpt":
        tail = [name.release, *name.roles, name.revision]
    return (*head, *words, name.size, name.active, name.experts, *tail)
