"""Damaged bytes: what a disk, a proxy or a careless hand makes of a document, drawn by Hypothesis or by a fuzzer.

A damage is a list of steps; a step is a name, two places (parts of the length, so that one step fits every document) and
a draw. Belongs here: making the damage. Does not: what a parser owes the damaged document, which the tests say.
"""

from hypothesis import strategies as st

Step = tuple[str, float, float, int]

WAYS = ("cut", "delete", "double", "splice", "noise", "words", "swap", "nest", "digit")

NASTY = (
    "$",
    "|",
    "\n| --- | --- |\n",
    "<table>",
    "</td>",
    '<td colspan="999">',
    "[",
    "{",
    '"',
    "\x00",
    "١٢",
    "１２",
    "NaN",
    "null",
    "1e999",
    "-1",
    '"\\ud800"',
    "# ",
    "---\n",
    "```",
    "\u202e",
    "\ufeff",
    "&amp;",
    "&#36;",
    "~~$9~~",
    "$1,5",
    "99999999999999999999999",
    "2026-02-30",
    "🚀",
    "\r",
    "!!python/object:os.system x",
    "*a",
    ": ",
)
NESTS = (("[", "]"), ('{"a":', "}"), ("<b>", "</b>"), ("<table><tr><td>", ""), ("> ", ""), ("- ", ""), ("~~", "~~"))
DEPTH = 200

steps = st.lists(
    st.tuples(
        st.sampled_from(WAYS),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 2**31),
    ),
    min_size=1,
    max_size=4,
)


def damaged(body: bytes, other: bytes, plan: list[Step]) -> bytes:
    """The bytes after every step; `other` is the document that a splice takes a piece of."""
    for way, one, two, draw in plan:
        body = _step(body, other, way, one, two, draw)
    return body


def _step(body: bytes, other: bytes, way: str, one: float, two: float, draw: int) -> bytes:
    start, end = sorted((int(one * len(body)), int(two * len(body))))
    end = min(end, start + 1 + draw % 2000)
    piece = body[start:end]
    if way == "cut":
        return body[:start]
    if way == "delete":
        return body[:start] + body[end:]
    if way == "double":
        return body[:end] + piece + body[end:]
    if way == "splice":
        first, last = sorted((int(one * len(other)), int(two * len(other))))
        return body[:start] + other[first:last] + body[end:]
    if way == "noise":
        return body[:start] + draw.to_bytes(4, "little") + body[end:]
    if way == "words":
        return body[:start] + NASTY[draw % len(NASTY)].encode() + body[start:]
    if way == "swap":
        middle = (start + end) // 2
        return body[:start] + body[middle:end] + body[start:middle] + body[end:]
    if way == "nest":
        opening, closing = NESTS[draw % len(NESTS)]
        return body[:start] + (opening * DEPTH + closing * DEPTH).encode() + body[start:]
    digits = [place for place, each in enumerate(body) if 48 <= each <= 57]
    if not digits:
        return body
    place = digits[draw % len(digits)]
    return body[:place] + b"%d" % (draw % 10) + body[place + 1 :]
