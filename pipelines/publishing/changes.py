"""What changed since the edition before: ``CHANGES.md`` for people, ``changes.json`` for programs, feeds for who waits.

Belongs here: how the account of changes is written into an edition. Does not: what changed and why
(`answers.changes`), or the words of a change (`wording.changes`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.answers import changes
from pipelines.publishing import feeds
from pipelines.publishing.making import Making, write_file
from pipelines.wording.changes import KINDS, Kind, count_words
from pipelines.wording.json_text import json_text

SHOWN = 50
"""Lines of one kind in CHANGES.md; changes.json holds all."""


def make(making: Making, folder: Path) -> None:
    """``CHANGES.md``, ``changes.json``, ``feeds/``; an edition with none before it to compare with tells no change."""
    as_of = f"{making.as_of:%Y-%m-%dT%H:%M:%SZ}"
    if making.before is None:
        account = changes.nothing(making.edition_id, as_of)
    else:
        try:
            account = changes.between(making.before, folder, new_as_of=as_of, new_id=making.edition_id)
        except changes.Incomparable:
            account = changes.nothing(making.edition_id, as_of)
    text = json_text(account) + "\n"
    write_file(folder / "changes.json", text.encode())
    write_file(folder / "CHANGES.md", ("\n".join(markdown(account)) + "\n").encode())
    feeds.write(making, folder, json.loads(text, parse_float=Decimal))


def markdown(account: Mapping[str, Any]) -> Iterator[str]:
    """The account for people: the most telling first, at most `SHOWN` of a kind."""
    yield f"# What changed in edition {account['edition_id']}"
    yield ""
    if not account["before"]:
        yield "There is no edition before it to compare with."
        return
    yield f"Since edition {account['before']['edition_id']}: {count_words(account['counts'])}."
    for kind in KINDS:
        if found := account[kind.name]:
            yield ""
            yield f"## {kind.title} ({len(found):,})"
            yield ""
            yield from (_line(kind, change) for change in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"* … and {len(found) - SHOWN:,} more, in changes.json"


def _line(kind: Kind, change: Mapping[str, Any]) -> str:
    page = change.get("page") or ""
    why = [kind.why(change), f"<{page}>" if re.fullmatch(r"https://[^\s<>]+", page) else ""]
    return ". ".join([f"* {_plain(kind.words(change))}", ": ".join(each for each in why if each)]).removesuffix(". ")


def _plain(words: str) -> str:
    """Words of others as Markdown shows them: nothing in them marks, links or opens a tag."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>#|!~" else each for each in words)
