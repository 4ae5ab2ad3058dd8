"""The one way a figure shows who says so: a button with the figure, and a card with the evidence. No script needed.

Belongs here: cards, and what stands in them; they are most of what a page prints, and are composed without a template.
Does not: which figures a page shows, or a word of its own about them. Everything a document says goes through `told`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from pipelines.publishing.site.escaping import told
from pipelines.publishing.site.links import reporting, web
from pipelines.wording.amounts import counted


def shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def who(source: Mapping[str, Any]) -> Markup:
    return _who(source["publisher"], source["url"], source["authority"])


@lru_cache(maxsize=1 << 12)
def _who(publisher: str, url: str | None, authority: str) -> Markup:
    address = web(url)
    name = f'<a href="{told(address)}">{told(publisher)}</a>' if address else told(publisher)
    return Markup(f"{name} ({told(authority)})")


def brief(fact: Mapping[str, Any], card: str, label: str) -> Markup:
    """A figure with few words, for pages that show many: the whole card is on the model's own page."""
    return _figure(fact, card, label, _evidence_in_short, lambda gap: f"<p>{told(gap['next_step'])}</p>")


class Cards:
    """Whole cards; they lead to where an error is reported if `address` says where."""

    def __init__(self, address: str) -> None:
        self.address = address

    def fact(self, fact: Mapping[str, Any], card: str, label: str) -> Markup:
        """A figure of a document, known or not."""
        return _figure(fact, card, label, self._evidence, self._why)

    def report(self, identifier: str | None) -> Markup:
        if not (identifier and self.address):
            return Markup()
        return Markup(f'<p><a href="{told(reporting(self.address, identifier))}">Report an error</a></p>')

    def _evidence(self, fact: Mapping[str, Any]) -> str:
        source, read, quoted, chosen = fact["source"], told(fact["reviewed_on"]), "", ""
        if fact["printed"]:
            of = f" of {told(_spaced(fact['printed_of']))}" if fact["printed_of"] else ""
            quoted = f"<p>Printed{of}: <q>{told(shortened(fact['printed'], 160))}</q></p>"
        if fact["rule"] and fact["rule"] != source["authority"]:
            chosen = f"<dt>Why this one</dt><dd>{told(_spaced(fact['rule']))}</dd>"
        return (
            f'<span class="cite">{told(source["publisher"])}, {read}</span>{quoted}'
            f"<dl><dt>Who says so</dt><dd>{who(source)}</dd><dt>Still said on</dt><dd>{read}</dd>"
            f"<dt>First read on</dt><dd>{told(fact['first_seen_on'])}</dd>{chosen}</dl>"
            f"{_disputed(fact)}{self.report(fact['claim_id'])}"
        )

    def _why(self, gap: Mapping[str, Any]) -> str:
        detail = f"<dt>In detail</dt><dd>{told(shortened(gap['detail'], 200))}</dd>" if gap["detail"] else ""
        return (
            f"<dl><dt>Why</dt><dd>{told(gap['reason_text'])}</dd>{detail}"
            f"<dt>Next step</dt><dd>{told(gap['next_step'])}</dd></dl>{self.report(gap['gap_id'])}"
        )


def _figure(
    fact: Mapping[str, Any],
    card: str,
    label: str,
    evidence: Callable[[Mapping[str, Any]], str],
    why: Callable[[Mapping[str, Any]], str],
) -> Markup:
    figure, heading, kind = told(fact["text"]), told(label), "fact"
    if fact["source"]:
        inside = evidence(fact)
    elif fact["gap"]:
        heading, kind, inside = heading + ": not known", "fact unknown", why(fact["gap"])
    elif fact["value"] is None:
        return Markup(f'<span class="unknown">{figure}</span>')
    elif fact["rule"]:
        inside = f"<p>Derived: {told(_spaced(fact['rule']))}.</p>"
    else:
        return figure
    named = told(card)
    return Markup(
        f'<button class="{kind}" popovertarget="{named}">{figure}</button>'
        f'<div class="said" popover id="{named}"><b>{heading}</b>{inside}</div>'
    )


def _evidence_in_short(fact: Mapping[str, Any]) -> str:
    source, read = fact["source"], told(fact["reviewed_on"])
    quoted = f"<p><q>{told(shortened(fact['printed'], 120))}</q></p>" if fact["printed"] else ""
    return (
        f'<span class="cite">{told(source["publisher"])}, {read}</span>{quoted}'
        f"<p>{who(source)}, still said on {read}</p>{_disputed(fact)}"
    )


def _disputed(fact: Mapping[str, Any]) -> str:
    count = fact["conflicts"]
    if not count:
        return ""
    return f'<p class="warn">{counted(count, "claim")} {"says" if count == 1 else "say"} something else.</p>'


def _spaced(name: str) -> str:
    return name.replace("_", " ")
