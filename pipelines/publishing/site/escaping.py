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


def told_each(words: Iterable[str], between: str) -> Markup:
    """Many words as HTML, with HTML `between` them: a call for each of a pair's sentences costs more than they do."""
    lines = "\n".join(each if each.isprintable() else inert(each) for each in words)
    return Markup(str(escape(lines)).replace("\n", between))


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
