"""The one way words become HTML: nothing a source printed can act, hide or reorder, in a template or beside one.

Belongs here: escaping. Does not: an element. What is composed without a template prints every word through `told`.
"""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from pipelines.wording.phrases import inert


@lru_cache(maxsize=1 << 15)
def told(words: str) -> Markup:
    """Words as HTML; labels, days and sources come again on a thousand pages."""
    return escape(words if words.isprintable() else inert(words))


def told_each(groups: Iterable[Iterable[str]], between: str) -> list[Markup]:
    """Many words of several groups, each group as HTML with HTML `between` its words.

    One call for all: one for each of a pair's sentences costs more than they do. Words are on one line (`inert`).
    """
    lines = "\r".join(["\n".join([each if each.isprintable() else inert(each) for each in group]) for group in groups])
    return [Markup(each) for each in str(escape(lines)).replace("\n", between).split("\r")]


def printed(value: object) -> str:
    """Whatever a template prints, as HTML: nothing for None, and HTML as it is."""
    kind = type(value)
    if kind is str:
        return told(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    if value is None:
        return ""
    return str(value) if kind is int else escape(value)
