"""How ``almanac gaps``, ``sources``, ``changes`` and ``sql`` look."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from decimal import Decimal

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.answers.listings import LISTED_BY_DEFAULT
from pipelines.terminal.layout import cell, heading, state, table
from pipelines.wording.amounts import counted, day, moment, rate, size
from pipelines.wording.phrases import inert, listed

STATES = ("fresh", "partial", "stale", "failing", "never")
FIELDS_SHOWN = 4
SHOWN_MODELS = 30


def lay_out_gap_kinds(found: Sequence[Row]) -> Iterator[RenderableType]:
    shown = table(
        "kind",
        "gaps",
        "about",
        "comparisons each",
        "reasons",
        right=("gaps", "about", "comparisons each"),
        whole=("kind",),
    )
    for each in found:
        reasons = sorted(each["reasons"].items(), key=lambda item: (-item[1], item[0]))
        words = [f"{reason.replace('_', ' ')} {count:,}" for reason, count in reasons]
        shown.add_row(
            Text(each["kind"], style="yellow"),
            *(cell(each[name]) for name in ("gaps", "subjects", "severity")),
            listed(words),
        )
    yield shown
    total = counted(sum(each["gaps"] for each in found), "open gap")
    yield Text(f"\n{total}; almanac gaps --kind KIND lists those of one kind", style="dim")


def lay_out_pages_to_read(found: Sequence[Row]) -> Iterator[RenderableType]:
    """What to source next: the pages whose reading would fill most cells of comparisons."""
    if not found:
        return
    shown = table("page", "cells", "gaps", "about", "most often missing", right=("cells", "gaps", "about"))
    for each in found:
        missing = [field.replace("_", " ") for field in each["fields"][:FIELDS_SHOWN]]
        counts = (cell(each[name]) for name in ("cells", "gaps", "subjects"))
        shown.add_row(inert(each["page"]), *counts, inert(", ".join(missing)))
    yield heading("What to source next")
    yield shown


def lay_out_lapsed_acknowledgements(found: Sequence[Row]) -> Iterator[RenderableType]:
    """Acknowledged gaps that are gone or whose last day is over; nothing where all stand."""
    if not found:
        return
    shown = table("state", "gap", "about", "field", "acknowledged because", "until")
    for each in found:
        shown.add_row(
            state(each["state"]),
            each["kind"],
            *(inert(each[name]) for name in ("subject_id", "field", "reason")),
            each["until_on"].isoformat(),
        )
    yield heading("Acknowledgements that no longer hold")
    yield shown


def lay_out_gaps(kind: str | None, found: Sequence[Row], held: int) -> Iterator[RenderableType]:
    """Gaps one by one, `held` of which there are in all."""
    columns = ("about", "field", "comparisons", "why", "detail", "next step")
    shown = table(*(columns if kind else ("kind", *columns)), right=("comparisons",), whole=("kind",))
    for each in found:
        told = (
            inert(each["subject_id"]),
            inert(each["field"]),
            cell(each["severity"]),
            Text(each["reason"].replace("_", " "), style="yellow"),
            inert(each["detail"]),
            inert(f"{each['next_step']}: {each['page']}" if each["page"] else each["next_step"]),
        )
        shown.add_row(*(told if kind else (each["kind"], *told)))
    yield shown
    if held > len(found):
        yield Text(f"\n{len(found):,} of {counted(held, 'open gap')}; --limit shows more", style="dim")


def lay_out_sources(found: Sequence[Row], doubts: Sequence[Row]) -> Iterator[RenderableType]:
    numbers = ("names", "claims", "rows", "read", "left out", "in doubt")
    shown = table(
        "source",
        "kind",
        "speaks as",
        "state",
        "last read",
        *numbers,
        right=numbers,
        whole=("source", "state", "last read"),
    )
    for each in found:
        shown.add_row(
            each["source_id"],
            each["kind"].replace("_", " "),
            each["authority"],
            state(each["state"]),
            day(each["last_ok_at"]) if each["last_ok_at"] else "never",
            cell(each["rows"]),
            cell(each["claims"]),
            cell(each["rows_offered"]),
            cell(each["rows_read"]),
            cell(each["rows_left_out"]),
            cell(each["doubts"]),
        )
    yield shown
    states = Counter(each["state"] for each in found)
    told = listed(f"{states[word]} {word}" for word in STATES if word in states)
    yield Text(f"\n{counted(len(found), 'source')}: {told}", style="dim")
    if unproven := [each["source_id"] for each in found if each["is_unproven"]]:
        yield Text(f"written from documentation, no document read yet: {listed(unproven)}", style="dim")
    reasons = dict.fromkeys(each["last_error"] for each in found if each["last_error"])
    for reason in reasons:
        silent = listed(each["source_id"] for each in found if each["last_error"] == reason)
        yield Text.assemble((inert(reason), "red"), f" — {silent}")
    yield from _doubts_laid_out(doubts)


def _doubts_laid_out(doubts: Sequence[Row]) -> Iterator[RenderableType]:
    """What could not be vouched for, part by part."""
    if not doubts:
        return
    shown = table("source", "in doubt", "saw", "why", "since", "facts held", right=("facts held",), whole=("source",))
    for each in doubts[:LISTED_BY_DEFAULT]:
        shown.add_row(
            each["source_id"],
            inert(f"{each['part']} at {each['place']}"),
            inert(each["words"]),
            inert(each["reason"]),
            day(each["since_at"]),
            cell(each["facts_held"]),
        )
    yield heading("Parts in doubt")
    yield shown
    if len(doubts) > LISTED_BY_DEFAULT:
        yield Text(f"and {len(doubts) - LISTED_BY_DEFAULT} more in quality.doubts", style="dim")


def lay_out_changes(found: Row) -> Iterator[RenderableType]:
    yield heading(f"{counted(len(found['price_changes']), 'price change')} since {found['since']}")
    if found["price_changes"]:
        shown = table(
            "when",
            "offer",
            "price",
            "condition",
            "before",
            "since",
            "change",
            "source",
            right=("before", "since", "change"),
            whole=("when",),
        )
        for each in found["price_changes"]:
            shown.add_row(
                day(each["changed_at"]),
                inert(each["offer_id"]),
                f"{each['meter']}/{each['unit']}",
                inert(each["condition"]),
                rate(each["old_amount"], each["currency"]),
                rate(each["new_amount"], each["currency"]),
                _change(each["ratio"]),
                each["source_id"],
            )
        yield shown
    yield heading(f"{counted(len(found['new_models']), 'model')} first seen since {found['since']}")
    begins = found["record_begins_at"]
    if begins and begins.astimezone(UTC).date() >= found["since"]:
        yield Text(
            f"the record itself begins {moment(begins)}: what was first seen then need not be new", style="yellow"
        )
    if found["new_models"]:
        shown = table("when", "model", "name", "maker", "product type", whole=("when",))
        for each in found["new_models"][:SHOWN_MODELS]:
            shown.add_row(
                day(each["first_seen_at"]),
                *(cell(each[name]) for name in ("model_id", "name", "lab_id", "product_type")),
            )
        yield shown
    if len(found["new_models"]) > SHOWN_MODELS:
        yield Text(f"and {len(found['new_models']) - SHOWN_MODELS:,} more, see --json", style="dim")


def _change(ratio: Decimal | None) -> Text:
    if ratio is None:
        return Text("from free")
    percent = (ratio - 1) * 100
    return Text(f"{percent:+,.0f}%", style="green" if percent < 0 else "red")


def lay_out_rows(columns: Sequence[str], found: Sequence[Row]) -> Iterator[RenderableType]:
    shown = table(*columns, right=[name for name in columns if all(_is_number(each[name]) for each in found)])
    for each in found:
        shown.add_row(*(_sql_cell(value) for value in each.values()))
    yield shown
    yield Text(f"\n{counted(len(found), 'row')}", style="dim")


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def _sql_cell(value: object) -> Text:
    if value is None or isinstance(value, bool):
        return Text("null" if value is None else str(value).lower(), style="dim" if value is None else "")
    return cell(value)


def lay_out_tidied(found: Sequence[Row], *, dry_run: bool) -> Iterator[RenderableType]:
    """A row for each thing that went, or would go, and what that frees."""
    if found:
        shown = table("what", "name", "frees", right=("frees",), whole=("what",))
        for each in found:
            shown.add_row(each["kind"], inert(each["name"]), size(each["bytes"]))
        yield shown
    verb = "would be removed" if dry_run else "removed"
    freed = f", {size(sum(each['bytes'] for each in found))}" if found else ""
    yield Text(f"{len(found):,} {verb}{freed}", style="dim")
