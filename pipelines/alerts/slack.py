"""A message as Slack and what speaks its language take it: ``text`` for all, ``blocks`` for those that know them.

Belongs here: escaping and shape. Names from pages are nobody's markup here: nothing in them marks, links or calls
anybody.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.alerts.memory import KINDS, Alert
from pipelines.wording import digest
from pipelines.wording.alerts import OVER, TITLES
from pipelines.wording.amounts import counted
from pipelines.wording.phrases import inert

LONGEST = 2_500
"""Characters of what one block tells: with its title and the next step Slack takes 3,000."""


def alerts_message(alerts: Sequence[Alert]) -> dict[str, Any]:
    """One message for all that began or is over, a part for each kind, the most urgent first."""
    counts = Counter(bool(each.over_at) for each in alerts)
    told = [
        *([counted(counts[False], "alert")] if counts[False] else []),
        *([f"{counts[True]} over"] if counts[True] else []),
    ]
    alike: dict[tuple[bool, str], list[Alert]] = {}
    for each in alerts:
        alike.setdefault((bool(each.over_at), each.kind), []).append(each)
    return message(f"Almanac: {', '.join(told)}", (_part(each) for _, each in sorted(alike.items(), key=_urgency)))


def digest_message(found: Mapping[str, Any]) -> dict[str, Any]:
    """The weekly digest: every heading with its lines."""
    return message(
        digest.headline(found),
        (
            "\n".join([f"*{escaped(title)}*", *(f"• {escaped(each)}" for each in lines)])
            for title, lines in digest.sections(found)
        ),
    )


def message(headline: str, parts: Iterable[str]) -> dict[str, Any]:
    """A headline in plain words, and parts that are marked up already."""
    whole = [f"*{escaped(headline)}*", *parts]
    return {
        "text": "\n\n".join(whole),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": each, "verbatim": True}} for each in whole],
    }


def escaped(words: str) -> str:
    """Plain words as text: the three characters that are markup, and no way to call a whole channel."""
    told = inert(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return told.replace("@", "@\N{ZERO WIDTH SPACE}")


def linked(url: str, words: str) -> str:
    """The words as a link; the address itself as text where it is none that may be linked."""
    if re.fullmatch(r"https?://[^\s<>|]+", url):
        return f"<{url.replace('&', '&amp;')}|{escaped(words)}>"
    return escaped(url)


def _urgency(part: tuple[tuple[bool, str], list[Alert]]) -> tuple[bool, int]:
    (is_over, _), (first, *_) = part
    return is_over, KINDS.index(first.kind)


def _part(alerts: Sequence[Alert]) -> str:
    """All alerts of one kind: what each is, since when, where to look; what to do next once, for it is the same."""
    first = alerts[0]
    title = OVER[first.kind] if first.over_at else TITLES[first.kind]
    end = [] if first.over_at else [f"Next: {escaped(first.next_step)}"]
    lines, length = [f"*{title}*"], len("".join(end))
    for number, alert in enumerate(alerts):
        said = _said(alert)
        length += len(said)
        if number and length > LONGEST:
            lines.append(f"and {len(alerts) - number} more: `almanac status`")
            break
        lines.append(said)
    return "\n".join([*lines, *end])


def _said(alert: Alert) -> str:
    what = _clipped("\n".join(f"• {escaped(each)}" for each in alert.what))
    when = (
        f"from {_minute(alert.since_at)} to {_minute(alert.over_at)}"
        if alert.over_at
        else f"since {_minute(alert.since_at)}"
    )
    more = f", {linked(alert.link, 'open it')}" if alert.link and not alert.over_at else ""
    return f"{what}\n    {when}{more}"


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _clipped(words: str) -> str:
    return words if len(words) <= LONGEST else re.sub(r"&\w{0,3}$", "", words[:LONGEST]) + "…"
