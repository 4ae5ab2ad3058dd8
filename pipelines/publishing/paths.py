"""Where a document or page about a thing lies in an edition: an id is a file's name only if every system can hold it.

Belongs here: names of files. Does not: what is in them. Ids are made of what sources print and are never trusted.
"""

import re

KINDS = frozenset({"models", "providers", "benchmarks", "compare", "labs", "families", "feeds"})

_SLUG = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")
"""Lower case letters, digits and ``. _ -``; neither begins with a dot or a hyphen nor ends with a dot."""
_LONGEST = 180
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(?:\..*)?")
"""Names of devices, which Windows opens whatever their extension."""
_TAKEN = frozenset({"index"})
"""The lists that lie beside the documents."""


class Misplaced(ValueError):
    """An id that cannot be a file's name."""


def place(kind: str, identifier: str) -> str:
    """``models/gpt-5.1-codex`` for a kind of `KINDS` and an id; without an extension.

    `Misplaced` for an id that is no slug, is a device's name or one of ours, or is too long. Nothing is mended: a
    mended id would be some other thing's.
    """
    if kind not in KINDS:
        raise Misplaced(f"there is no folder {kind!r} in an edition")
    is_slug = _SLUG.fullmatch(identifier) and ".." not in identifier
    if not is_slug or _RESERVED.fullmatch(identifier) or identifier in _TAKEN:
        raise Misplaced(f"{identifier!r} cannot be the name of a file in {kind}/")
    if len(identifier) > _LONGEST:
        raise Misplaced(f"the id {identifier[:40]!r}… is too long for a file in {kind}/")
    return f"{kind}/{identifier}"


def place_of_pair(model_a_id: str, model_b_id: str) -> str:
    """``compare/a/b``, a before b; `Misplaced` where either cannot be a name or the two are not in that order."""
    if not model_a_id < model_b_id:
        raise Misplaced(f"a pair is placed in the order of its ids, not as {model_a_id!r}, {model_b_id!r}")
    return f"{place('compare', model_a_id)}/{place('compare', model_b_id).removeprefix('compare/')}"


def is_placeable(kind: str, identifier: str) -> bool:
    try:
        place(kind, identifier)
    except Misplaced:
        return False
    return True
