"""A message as Slack and what speaks its language take it: ``text`` for all, ``blocks`` for those that know them.

Belongs here: escaping and shape. Names from pages are nobody's markup here: nothing in them marks, links or calls
anybody.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.alerts.memory import Alert
from pipelines.wording import digest
from pipelines.wording.alerts import OVER, TITLES
from pipelines.wording.amounts import counted
from pipelines.wording.phrases import inert

SHOWN = 15
"""Alerts in one message; the rest are counted."""

LONGEST = 2_500
"""Characters of one block: Slack takes 3,000."""


def alerts_message(alerts: Sequence[Alert]) -> dict[str, Any]:
    """One message for all that began or ended in a night, the most urgent first."""
    over = [each for each in alerts if each.over_at]
    begun = [each for each in alerts if not each.over_at]
    counts = [*([counted(len(begun), "alert")] if begun else []), *([f"{len(over)} over"] if over else [])]
    shown = [*begun, *over][:SHOWN]
    left_out = len(alerts) - len(shown)
    parts = [_over(each) if each.over_at else _begun(each) for each in shown]
    return message(
        f"Almanac: {', '.join(counts)}", [*parts, *([f"And {left_out} more: `almanac status`"] if left_out else [])]
    )


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
    whole = [f"*{escaped(headline)}*", *(_clipped(each) for each in parts)]
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


def _begun(alert: Alert) -> str:
    more = f" · {linked(alert.link, 'open it')}" if alert.link else ""
    return (
        f"*{TITLES[alert.kind]}*\n{_lines(alert)}\n"
        f"Since {_minute(alert.since_at)}{more}\nNext: {escaped(alert.next_step)}"
    )


def _over(alert: Alert) -> str:
    lasted = f"From {_minute(alert.since_at)} to {_minute(alert.over_at)}"
    return f"*{OVER[alert.kind]}*\n{_lines(alert)}\n{lasted}"


def _lines(alert: Alert) -> str:
    mark = "• " if len(alert.what) > 1 else ""
    return _clipped("\n".join(mark + escaped(each) for each in alert.what))


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _clipped(words: str) -> str:
    return words if len(words) <= LONGEST else re.sub(r"&\w{0,3}$", "", words[:LONGEST]) + "…"
