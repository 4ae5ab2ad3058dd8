"""How an explanation is laid out for a person: a chain for every answer, then what stands beside it.

It prints the object of `explain` and asks nothing itself.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import itemgetter
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import cell, chain, heading, more, state, table, unknown
from pipelines.wording.amounts import day, monthly, number, rate
from pipelines.wording.facts import day_words
from pipelines.wording.phrases import inert, listed, seller

SHOWN = 12
"""Rows of any one list; the rest is in the JSON."""

WHOLE = ("source", "reviewed")
SHOWN_CHAINS = 4
SHOWN_CLAIMS = 3


def lay_out(found: Row) -> Iterator[RenderableType]:
    """The chain of every answer, then the other offers, what was held back and what is missing."""
    yield Text(f"{inert(found['name'])} · {found['field']}", style="bold")
    if not found["answers"]:
        yield Text.assemble("\n", unknown())
    for answer in found["answers"][:SHOWN_CHAINS]:
        yield from _answer(answer)
    rest = found["answers"][SHOWN_CHAINS:]
    priced = found["field"].startswith("price/")
    yield from _part("Other terms and routes of the same seller", rest, _prices) if priced else more(len(rest))
    yield from _part("At other offers", found["other_offers"], _prices)
    yield from _part("Printed somewhere and held back", found["rejects"], _rejects)
    yield from _part("Not known", found["gaps"], _gaps)


def _part(title: str, found: Sequence[Row], lay: Callable[[Sequence[Row]], Table]) -> Iterator[RenderableType]:
    if found:
        yield heading(title)
        yield lay(found[:SHOWN])
        yield from more(len(found) - SHOWN)


def _answer(answer: Row) -> Iterator[RenderableType]:
    yield Text(f"\n{_value(answer)}", style="bold green")
    links = [("  for", inert(answer["setting"]))] if answer.get("setting") else []
    if "offer_id" in answer:
        when = f", when {answer['condition']}" if answer["condition"] else ""
        links.append(("  at", f"{_seller(answer)}, id {inert(answer['route_id'])}{when}"))
    links.append(("← rule", inert(answer["rule"])))
    for claim in answer["claims"][:SHOWN_CLAIMS]:
        links += _links(claim)
    if answer.get("agreeing"):
        voices = dict.fromkeys(f"{each['source_id']} (“{each['printed_text']}”)" for each in answer["agreeing"])
        links.append(("  also by", listed(voices)))
    yield chain(links)
    yield from more(len(answer["claims"]) - SHOWN_CLAIMS)
    if answer["disagreements"]:
        yield heading("Who disagrees")
        yield _rivals(answer["disagreements"])


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
        ("← claim", f"{claim['claim_id']}: {speaker} says of {claim['subject']}: {said}"),
        ("← printed", f"“{claim['printed_text']}”, at {claim['locator']}"),
        ("← snapshot", f"sha256 {claim['snapshot_sha256']}"),
        ("← page", claim["url"] or claim["scope"]),
        ("← cites", claim["cited_url"]),
        ("  when", ", ".join(days)),
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
    if "precision" in answer:
        return day_words(value.isoformat(), answer["precision"])
    return cell(value == "yes" if value in ("yes", "no") else value).plain


def _per(unit: str) -> str:
    return "per million tokens" if unit == "mtok" else f"per {unit.replace('_', ' ')}"


def _seller(offer: Row) -> str:
    provider = offer["provider"] or offer["provider_id"]
    return seller(provider, offer["via"], offer["variant"], offer["quantization"], offer["region"])


def _rivals(rivals: Sequence[Row]) -> Table:
    """One line for each value a source holds against ours, however many of its names say so."""
    numbers = ("ratio", "names")
    shown = table("source", "says", *numbers, "for example", "printed", "reviewed", right=numbers, whole=WHOLE)
    for (source_id, value), group in groupby(sorted(rivals, key=_dissent), key=_dissent):
        alike = list(group)
        first = alike[0]
        shown.add_row(
            source_id,
            _reading(value),
            number(first["ratio"]) if first["ratio"] is not None else "",
            f"{len(alike):,}",
            inert(first["subject"]),
            inert(first["printed_text"]),
            day(max(each["last_reviewed_at"] for each in alike)),
        )
    return shown


def _reading(value: str) -> str:
    """A claim's value, a number among them without idle zeros."""
    try:
        return number(Decimal(value))
    except InvalidOperation:
        return inert(value)


_dissent = itemgetter("rival_source_id", "rival_value")


def _prices(prices: Sequence[Row]) -> Table:
    """A line for each price; per million tokens where it names no other unit."""
    shown = table("seller", "price", "when", "confirmed", "source", "reviewed", right=("price",), whole=WHOLE)
    for each in prices:
        per = "" if each["unit"] == "mtok" else f" {_per(each['unit'])}"
        shown.add_row(
            _seller(each),
            rate(each["amount"], each["currency"]) + per,
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
