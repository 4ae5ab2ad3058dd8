"""What a cell of a CSV may hold, so that a spreadsheet shows it and computes nothing. Not here: which rows."""

import re

BETWEEN_ENTRIES = "; "
"""Joins the entries of a list in one cell."""

UNSEEN = r"[\x{0}-\x{1f}\x{7f}-\x{9f}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]"
"""Characters that steer what shows a cell instead of being shown, as DuckDB writes them."""

FORMULA = r"^\s*[=+\-@＝＋－＠]"
"""How a cell begins that a spreadsheet computes."""

_UNSEEN = re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: rf"\u{int(found[1], 16):04x}", UNSEEN))
_FORMULA = re.compile(FORMULA)


def shown(text: str) -> str:
    """A text as a cell: an apostrophe before what would be a formula, blanks for what would not be seen."""
    seen = _UNSEEN.sub(" ", text)
    return f"'{seen}" if _FORMULA.match(text) else seen
