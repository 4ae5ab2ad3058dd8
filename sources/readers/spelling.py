"""How the same words may be spelt: entities, emphasis, blanks, marks of footnotes, and names of columns and headings.

Belongs here: what makes two spellings the same words, and what a mark behind an amount stands for. Does not: where
words stand on a page (`documents`), or what they mean (`values`).
"""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape

from sources.readers.remembered import remembered

MONEY = re.compile(r"[$€£¥￥＄]\s*[0-9０-９]|\d\s*(?:USD|EUR|CNY|RMB|cents?)\b|\b[KM]Tok\b")


def prints_money(text: str) -> bool:
    """Whether an amount, or a price's unit, stands in a text."""
    return bool(MONEY.search(text))


def around_money(text: str) -> str:
    """The words around the first amount of a text, for a person to find it by."""
    found = MONEY.search(text)
    return " ".join(text[max(found.start() - 80, 0) : found.end() + 80].split()) if found else ""


ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


_MARK = r"(?:[⁰¹²³⁴-⁹]+|\\?\*{1,3}|[†‡§]+|\[(?:[0-9]{1,2}|[a-z]|\^\w{1,8})\](?!\()|[(（][0-9]{1,2}[)）])"
"""The mark of a footnote: raised digits, stars, daggers, a number or letter in brackets."""


_MARKED = re.compile(rf"(?<=[0-9])\s?(?P<inside>{_MARK}+)(?=\s|$)|\s*(?P<end>(?:{_MARK})(?:\s?{_MARK})*)$")


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


ALTERS = re.compile(
    r"[$€¥]|[0-9]\s?%|\b(?:through|until|till|starting|effective|expires?|ends?|from|promotion\w*|introductory|discount\w*"
    r"|limited|temporar\w*|excluding|exclud\w*|plus|surcharge|additional|minimum|per|only|starts?|beta|batch|free)\b"
    r"|\b20[0-9]{2}\b|免费|限时|优惠|折",
    re.IGNORECASE,
)
"""What a footnote says that may make the amount it hangs on another one: money, a share, a time, a limit."""


@remembered(4096)
def plain_cell(printed: str) -> str:
    """A cell's words without what only dresses them: entities, emphasis and links around an amount, odd white space."""
    cell = ZERO_WIDTH.sub("", unescape(printed))
    cell = re.sub(r"<sup\b[^>]*>\s*([^<]{1,6}?)\s*</sup>", lambda sup: _raised(sup[1]), cell, flags=re.IGNORECASE)
    if prints_money(cell):
        cell = re.sub(r"</?(?:b|strong|i|em|span|u|a|code|small|nobr)\b[^>]*>", "", cell, flags=re.IGNORECASE)
        cell = re.sub(r"(\*\*|__)(?=\S)([^*_]+?)(?<=\S)\1", r"\2", cell)
        cell = re.sub(r"(?<![\w*\\])\*(?=\S)([^*]+?)(?<=[^\s\\])\*(?![\w*])", r"\1", cell)
        cell = re.sub(
            r"(?<!!)\[([^\[\]]*)\]\([^()\s]*\)", lambda link: link[1] if prints_money(link[1]) else link[0], cell
        )
    return " ".join(cell.split())


def _raised(words: str) -> str:
    return words.translate(RAISED) if words.isdigit() else words if re.fullmatch(_MARK, words) else f"[{words}]"


_BOLD_END = re.compile(r"(?<!\S)(\*{1,3})(?=\S)[^*]*(?<=\S)\1$")


def unmarked(cell: str) -> tuple[str, list[str]]:
    """A cell without the marks of its footnotes, and the marks; stars that end what stars began are none."""
    if _BOLD_END.search(cell):
        return cell, []
    marks: list[str] = []

    def drop(found: re.Match[str]) -> str:
        marks.append((found["inside"] or found["end"]).replace("\\", ""))
        return ""

    bare = _MARKED.sub(drop, cell)
    return (bare, marks) if bare else (cell, [])


def footnote(mark: str, notes: str) -> str:
    """What the words around a table say behind a mark, up to the next mark or line; "" where they explain nothing."""
    found = re.search(
        rf"(?:^|[\s>])(?:\\?{re.escape(mark)}|<sup>{re.escape(mark)}</sup>)[:.)]?\s*(?P<note>\S[^\n]{{2,300}})", notes
    )
    return found["note"] if found else ""


def annotated(cell: str, notes: str) -> tuple[str, list[str]]:
    """A cell without the marks of its footnotes, and those that the words around it do not explain.

    A note that may alter an amount is put before it, where no reading of an amount takes it. ValueError where such a
    note hangs on a name, since it may alter all that is said of it.
    """
    bare, marks = unmarked(cell)
    found = {mark: footnote(mark, notes) for mark in marks}
    altering = "".join(f"{mark} {note}: " for mark, note in found.items() if ALTERS.search(note))
    if altering and not holds_amount(bare):
        raise ValueError(f"{bare!r} with a note that may alter what is said of it: {altering}")
    return altering + bare, [mark for mark, note in found.items() if not note]


_DECORATION = re.compile(r"(?:\s+(?:\{#[\w-]+\}|[#¶]|\(?new!?\)?))+$")
"""What stands behind a heading and says nothing of what is under it: an anchor, a badge."""


@remembered(1024)
def meaning(words: str) -> str:
    """What a heading or a column is called however it is spelt: case, ``&``, blanks, escapes, marks, markup, badges."""
    bare = re.sub(r"<sup\b[^>]*>[^<]*</sup>|</?[a-zA-Z][^>]*>", " ", ZERO_WIDTH.sub("", unescape(words)))
    bare = re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", bare)
    bare = re.sub(r"\\([^\w\s])", r"\1", bare).replace("**", "").replace("`", "")
    bare = "".join(" " if unicodedata.category(char) == "So" or char == "\ufe0f" else char for char in bare)
    bare, _ = unmarked(" ".join(bare.split()))
    plain = " ".join(re.sub(r"\s*&\s*", " and ", bare).casefold().split()).rstrip(" :：.")
    return _DECORATION.sub("", plain) or plain


def called(words: str, names: Iterable[str]) -> str:
    """The one of `names` that words spell in some way; the words themselves where none is."""
    wanted = meaning(words)
    return next((name for name in names if name == words), None) or next(
        (name for name in names if meaning(name) == wanted), words
    )


def holds_amount(cell: str) -> bool:
    """Whether a cell prints money, or a bare number with decimals as price tables do."""
    return prints_money(cell) or bool(re.fullmatch(r"\s*[0-9]+[.,][0-9]+\s*", cell))
