"""How ``almanac status`` looks: the last night at a glance, the sources in trouble, the alerts that stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import chain, heading, state, table
from pipelines.wording.alerts import TITLES
from pipelines.wording.amounts import counted, lasting
from pipelines.wording.phrases import inert

OUTCOMES = {
    "published": "published edition {edition}",
    "unchanged": "nothing changed, edition {edition} stands",
    "failed": "failed, edition {edition} stands",
    "interrupted": "was interrupted, edition {edition} stands",
}


def lay_out(found: Row) -> Iterator[RenderableType]:
    style = "bold green" if found["is_well"] else "bold red"
    outcome = OUTCOMES[found["outcome"]].format(edition=found["edition"] or "none")
    yield Text(f"The night of {found['as_of'][:10]}: {outcome}, {lasting(found['seconds_ago'])} ago", style=style)
    if found["is_overdue"]:
        yield Text("No night has ended since, though one should have", style="red")
    for error in found["errors"]:
        yield Text(inert(error), style="red")
    yield chain(_figures(found))
    if found["trouble"]:
        yield heading(f"Sources in trouble: {len(found['trouble']):,}")
        yield _trouble(found)
    if found["alerts"]:
        yield heading(f"Alerts: {len(found['alerts']):,}")
        yield _alerts(found)


def _figures(found: Row) -> Iterator[tuple[str, str]]:
    yield "last edition", _last_edition(found)
    yield "run", f"{found['run_id']} of the job {found['job']}"
    took = f", took {lasting(found['seconds'])}" if found["seconds"] is not None else ""
    yield "began", f"{_minute(found['began_at'])}{took}"
    if found["stages"]:
        yield "seconds", ", ".join(f"{name} {seconds:,}" for name, seconds in found["stages"].items())
    if (documents := found["documents"]) is not None:
        yield "documents", f"{documents['asked']:,} asked: {_counts(documents['outcomes'])}"
    if found["sources"] is not None:
        yield "sources", _counts(found["sources"])
    if found["tables"] is not None:
        yield "rows", f"{sum(found['tables'].values()):,} in {counted(len(found['tables']), 'table')}"
    if found["price_changes"] is not None:
        yield "prices", f"{found['price_changes']:,} changed"
    gaps = found["gaps"]
    if gaps["standing"] is not None:
        moved = (
            f", {sum(gaps['opened'].values()):,} opened and {sum(gaps['closed'].values()):,} closed"
            if gaps["opened"] is not None
            else ""
        )
        yield "gaps", f"{gaps['standing']:,} stand{moved}"
    if found["peak_memory_bytes"] is not None:
        yield "memory", f"{found['peak_memory_bytes'] / 1e9:.2f} GB at most"


def _last_edition(found: Row) -> str:
    if not found["edition"]:
        return "none yet"
    ago = found["last_success_seconds_ago"]
    return f"{found['edition']}, " + (f"right {lasting(ago)} ago" if ago is not None else "by an earlier night")


def _trouble(found: Row) -> RenderableType:
    whole = ("source", "state", "since", "last read")
    shown = table("source", "state", "since", "nights", "last read", "why", right=("nights",), whole=whole)
    for each in found["trouble"]:
        shown.add_row(
            each["source_id"],
            state(each["state"]),
            each["since_at"][:10],
            f"{each['nights']:,}",
            each["last_ok_at"][:10] if each["last_ok_at"] else "never",
            inert(each["error"]),
        )
    return shown


def _alerts(found: Row) -> RenderableType:
    shown = table("alert", "since", "told", "what", "next step", whole=("alert", "since", "told"))
    for each in found["alerts"]:
        shown.add_row(
            "over" if each["over_at"] else TITLES[each["kind"]].lower(),
            each["since_at"][:10],
            "yes" if each["told_at"] and not each["over_at"] else "not yet",
            Text("\n".join(map(inert, each["what"]))),
            inert(each["next_step"]),
        )
    return shown


def _counts(counted_by: Mapping[str, Any]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counted_by.items()) or "none"


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"
