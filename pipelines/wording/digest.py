"""The weekly digest in words, the same lines for the terminal and the webhook."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.wording.alerts import trouble_words
from pipelines.wording.amounts import counted, day
from pipelines.wording.changes import KINDS, count_words
from pipelines.wording.phrases import inert

SHOWN = 5
"""Lines under one heading; the rest are counted."""


def headline(found: Mapping[str, Any]) -> str:
    """From when to when, and which edition."""
    span = f"from {day(found['since'])} to {day(found['as_of'])}" if found["since"] else f"on {day(found['as_of'])}"
    return f"The catalogue {span}: edition {found['edition_id']}"


def sections(found: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each heading with its lines, the most telling first."""
    account = found["changes"]
    if account["before"]:
        yield "What changed", [f"{count_words(account['counts']).capitalize()}."]
    else:
        yield "What changed", ["There is no edition before it to compare with."]
    for kind in KINDS:
        if (changed := account[kind.name]) and not kind.name.startswith("gaps_"):
            said = [f"{kind.words(each)}{_because(kind.why(each))}" for each in changed[:SHOWN]]
            yield f"{kind.title} ({len(changed):,})", _and_more(said, len(changed))
    if found["trouble"]:
        yield f"Sources in trouble ({len(found['trouble']):,})", _trouble(found["trouble"])
    yield f"Not known ({counted(sum(each['gaps'] for each in found['gaps']), 'gap')})", _gaps(found)
    if pages := found["pages_to_read"]:
        said = [f"{inert(each['page'])} would fill {counted(each['cells'], 'cell')}" for each in pages[:SHOWN]]
        yield "What to source next", said


def _because(why: str) -> str:
    return f" ({why[0].lower()}{why[1:]})" if why else ""


def _trouble(trouble: Sequence[Mapping[str, Any]]) -> list[str]:
    longest = sorted(trouble, key=lambda each: (each["since_at"], each["state"] == "partial", each["source_id"]))
    return _and_more(
        [f"{trouble_words(each)}, since {each['since_at'][:10]}" for each in longest[:SHOWN]], len(longest)
    )


def _gaps(found: Mapping[str, Any]) -> list[str]:
    """The commonest kinds of gaps, and how many of each opened and closed."""
    account = found["changes"]
    opened, closed = (Counter(each["kind"] for each in account[f"gaps_{how}"]) for how in ("opened", "closed"))
    commonest = sorted(found["gaps"], key=lambda each: (-each["gaps"], each["kind"]))
    said = [
        f"{each['kind'].replace('_', ' ')}: {each['gaps']:,} ({opened[each['kind']]:,} opened,"
        f" {closed[each['kind']]:,} closed)"
        for each in commonest[:SHOWN]
    ]
    return _and_more(said, len(commonest))


def _and_more(said: list[str], count: int) -> list[str]:
    return [*said, *([f"and {count - len(said):,} more"] if count > len(said) else [])]
