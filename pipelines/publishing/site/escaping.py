"""The one way words become HTML: nothing a source printed can act, hide or reorder, in a template or beside one.

Belongs here: escaping. Does not: an element. What is composed without a template prints every word through `told`.
"""

from functools import lru_cache

from markupsafe import Markup, escape

from pipelines.wording.phrases import inert


@lru_cache(maxsize=1 << 15)
def told(words: str) -> Markup:
    """Words as HTML; labels, days and sources come again on a thousand pages."""
    return escape(words if words.isprintable() else inert(words))


def printed(value: object) -> str:
    """Whatever a template prints, as HTML: nothing for None, and HTML as it is."""
    kind = type(value)
    if kind is str:
        return told(value)  # type: ignore[arg-type]
    if kind is Markup:
        return value  # type: ignore[return-value]
    return "" if value is None else escape(value)
