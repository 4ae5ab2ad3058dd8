"""How an explanation is laid out for a person: a chain for every answer, then what stands beside it.

It prints the object of `explain` and asks nothing itself.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.commands.asking import Row
from pipelines.terminal import (
    cell,
    chain,
    day,
    heading,
    inert,
    listed,
    monthly,
    more,
    number,
    rate,
    seller,
    state,
    table,
    unknown,
)

SHOWN = 12
"""Rows of any one list; the rest is in the JSON."""

SHOWN_CLAIMS = 3


def lay_out(found: Row) -> Iterator[RenderableType]:
    """The chain of every answer, then the other offers, what was held back and what is missing."""
    yield Text(f"{inert(found['name'])} · {found['field']}", style="bold")
    if not found["answers"]:
        yield Text.assemble("\n", unknown())
    for answer in found["answers"][:SHOWN]:
        yield from _answer(answer)
    yield from more(len(found["answers"]) - SHOWN)
    for title, key, lay in (
        ("At other offers", "other_offers", _others),
        ("Printed somewhere and held back", "rejects", _rejects),
        ("Not known", "gaps", _gaps),
    ):
        if found[key]:
            yield heading(title)
            yield lay(found[key][:SHOWN])
            yield from more(len(found[key]) - SHOWN)


def _answer(answer: Row) -> Iterator[RenderableType]:
    yield Text(f"\n{_value(answer)}", style="bold green")
    links = [("for", inert(answer["setting"]))] if answer.get("setting") else []
    if "offer_id" in answer:
        when = f", when {answer['condition']}" if answer["condition"] else ""
        links.append(("at", f"{_seller(answer)}, id {inert(answer['route_id'])}{when}"))
    links.append(("rule", inert(answer["rule"])))
    for claim in answer["claims"][:SHOWN_CLAIMS]:
        links += _links(claim)
    if answer.get("agreeing"):
        voices = dict.fromkeys(f"{each['source_id']} (“{each['printed_text']}”)" for each in answer["agreeing"])
        links.append(("also by", listed(voices)))
    yield chain(links)
    yield from more(len(answer["claims"]) - SHOWN_CLAIMS)
    if answer["disagreements"]:
        yield heading("Who disagrees")
        yield _rivals(answer["disagreements"][:SHOWN])
        yield from more(len(answer["disagreements"]) - SHOWN)


def _links(claim: Row) -> list[tuple[str, str]]:
    """The links from a claim down to the address, and the days it was said on."""
    when = f" when {claim['condition']}" if claim["condition"] else ""
    said = f"{claim['attribute']} is {claim['value']} {claim['unit']}".rstrip() + when
    speaker = f"{claim['source_id']} ({claim['authority'] or 'no longer a source'})"
    days = [
        f"{what.replace('_', ' ')} {day(claim[what + '_at'])}"
        for what in ("first_seen", "last_confirmed", "last_reviewed")
    ]
    if claim["superseded_at"]:
        days.append(f"no longer said since {day(claim['superseded_at'])}")
    links = [
        ("claim", f"{claim['claim_id']}: {speaker} says of {claim['subject']}: {said}"),
        ("printed", f"“{claim['printed_text']}”, at {claim['locator']}"),
        ("snapshot", f"sha256 {claim['snapshot_sha256']}"),
        ("page", claim["url"] or claim["scope"]),
        ("cites", claim["cited_url"]),
        ("when", ", ".join(days)),
    ]
    return [(label, inert(words)) for label, words in links if words]


def _value(answer: Row) -> str:
    value: Any = answer["value"]
    if "currency" in answer:
        return f"{rate(value, answer['currency'])} {_per(answer['unit'])}"
    if "workload_id" in answer:
        return f"{monthly(value)} a month"
    if "setting" in answer:
        return f"{number(value)} {inert(answer['unit'])}"
    return cell(value).plain


def _per(unit: str) -> str:
    return "per million tokens" if unit == "mtok" else f"per {unit.replace('_', ' ')}"


def _seller(offer: Row) -> str:
    provider = offer["provider"] or offer["provider_id"]
    return seller(provider, offer["via"], offer["variant"], offer["quantization"], offer["region"])


def _rivals(rivals: Sequence[Row]) -> Table:
    shown = table(
        "source", "of", "says", "ratio", "printed", "reviewed", right=("ratio",), whole=("source", "reviewed")
    )
    for each in rivals:
        shown.add_row(
            each["rival_source_id"],
            inert(each["subject"]),
            inert(each["rival_value"]),
            number(each["ratio"]) if each["ratio"] is not None else "",
            inert(each["printed_text"]),
            day(each["last_reviewed_at"]),
        )
    return shown


def _others(prices: Sequence[Row]) -> Table:
    shown = table(
        "seller",
        "price",
        "per",
        "when",
        "confirmed",
        "source",
        "reviewed",
        right=("price",),
        whole=("source", "reviewed"),
    )
    for each in prices:
        shown.add_row(
            _seller(each),
            rate(each["amount"], each["currency"]),
            "million" if each["unit"] == "mtok" else each["unit"],
            each["condition"],
            state("yes" if each["is_confirmed"] else "no"),
            each["source_id"],
            day(each["last_reviewed_at"]),
        )
    return shown


def _rejects(rejects: Sequence[Row]) -> Table:
    shown = table("source", "of", "printed", "rule", "why", whole=("source", "rule"))
    for each in rejects:
        told = (inert(each[name]) for name in ("source_id", "subject", "printed_text", "rule", "detail"))
        shown.add_row(*told)
    return shown


def _gaps(gaps: Sequence[Row]) -> Table:
    shown = table("about", "why", "detail", "next step", whole=("why",))
    for each in gaps:
        why = Text(each["reason"].replace("_", " "), style="yellow")
        shown.add_row(inert(each["subject_id"]), why, inert(each["detail"]), inert(each["next_step"]))
    return shown
