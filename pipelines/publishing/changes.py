"""What changed since the edition before: ``CHANGES.md`` for people, ``changes.json`` for programs, feeds for who waits.

Belongs here: how the account of changes is written into an edition. Does not: what changed and why
(`answers.changes`), or the words of a change (`wording.changes`).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.answers import changes
from pipelines.publishing import feeds
from pipelines.publishing.making import Making
from pipelines.wording.changes import (
    CAUSES,
    COMINGS,
    GOINGS,
    SETTLED,
    conflict_words,
    count_words,
    fact_words,
    gap_words,
    model_words,
    offer_words,
    price_words,
)
from pipelines.wording.json_text import json_text
from warehouse.home import put

SHOWN = 50
"""Lines of one kind in CHANGES.md; changes.json holds all."""


def make(making: Making, folder: Path) -> None:
    """``CHANGES.md``, ``changes.json``, ``feeds/``. An edition with none before it to compare with tells of no change."""
    as_of = f"{making.as_of:%Y-%m-%dT%H:%M:%SZ}"
    if making.before is None:
        account = changes.nothing(making.edition_id, as_of)
    else:
        try:
            account = changes.between(making.before, folder, new_as_of=as_of, new_id=making.edition_id)
        except changes.Incomparable:
            account = changes.nothing(making.edition_id, as_of)
    text = json_text(account) + "\n"
    put(folder / "changes.json", text.encode())
    put(folder / "CHANGES.md", ("\n".join(markdown(account)) + "\n").encode())
    feeds.write(making, folder, json.loads(text, parse_float=Decimal))


def markdown(account: Mapping[str, Any]) -> Iterator[str]:
    """The account for people: the most telling first, at most `SHOWN` of a kind."""
    before = account["before"]
    yield f"# What changed in edition {account['edition_id']}"
    yield ""
    if not before:
        yield "There is no edition before it to compare with."
        return
    yield f"Since edition {before['edition_id']}: {count_words(account['counts'])}."
    for title, name, line in SECTIONS:
        found = account[name]
        if found:
            yield ""
            yield f"## {title} ({len(found):,})"
            yield ""
            yield from (f"* {line(each)}" for each in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"* … and {len(found) - SHOWN:,} more, in changes.json"


def _price(change: Mapping[str, Any]) -> str:
    return f"{_plain(price_words(change))}. {_because(CAUSES[change['cause']], change)}"


def _fact(change: Mapping[str, Any]) -> str:
    return f"{_plain(fact_words(change))}. {_because(CAUSES[change['cause']], change)}"


def _because(cause: str, change: Mapping[str, Any]) -> str:
    page = change["page"] or ""
    return cause.capitalize() + (f": <{page}>" if re.fullmatch(r"https://[^\s<>]+", page) else "")


def _plain(words: str) -> str:
    """Words of others as Markdown shows them: nothing in them marks, links or opens a tag."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>#|!~" else each for each in words)


def _with(words: Callable[[Mapping[str, Any]], str], why: Mapping[str, str], key: str) -> Callable[[Any], str]:
    return lambda change: f"{_plain(words(change))}. {why[change[key]].capitalize()}"


SECTIONS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("Prices changed", "prices", _price),
    ("Facts changed", "facts", _fact),
    ("Models that appeared", "models_appeared", _with(model_words, COMINGS, "cause")),
    ("Models that are gone", "models_gone", _with(model_words, GOINGS, "cause")),
    ("Offers that appeared", "offers_appeared", _with(offer_words, COMINGS, "cause")),
    ("Offers that are gone", "offers_gone", _with(offer_words, GOINGS, "cause")),
    ("Prices that appeared on offers that stand", "prices_appeared", _price),
    ("Prices that are gone from offers that stand", "prices_gone", _price),
    ("Gaps closed", "gaps_closed", lambda gap: _plain(gap_words(gap))),
    ("Gaps opened", "gaps_opened", lambda gap: _plain(gap_words(gap))),
    ("Conflicts settled", "conflicts_settled", _with(conflict_words, SETTLED, "how")),
    ("Conflicts that arose", "conflicts_arisen", lambda conflict: _plain(conflict_words(conflict))),
)
