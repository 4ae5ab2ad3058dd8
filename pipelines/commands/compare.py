"""``almanac compare``: everything we hold of two models side by side, as one object that is printed or given as JSON.

`comparison` asks, `lay_out` prints what it was given: the terminal and the JSON cannot disagree. Nothing is judged here;
the verdict is that of ``mart.comparisons``, which speaks of the default workload whatever workload is shown.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.commands.asking import Row, Unclear, model_named, one_of, row, rows
from pipelines.terminal import cell, counted, day, heading, inert, listed, monthly, number, rate, state, table, unknown
from warehouse.schemas import core

MODEL = "select * from core.models where model_id = ?"

CAPABILITIES = "select capability, status from core.capabilities where model_id = ?"

COSTS = """
select offer_id, monthly_cost_usd, unconfirmed_offer_id, unconfirmed_cost_usd
from mart.monthly_costs
where model_id = ? and workload_id = ?
"""

OFFERS = """
select
    offers.*,
    providers.name as provider,
    costs.input_usd as workload_input_usd_per_mtok,
    costs.cache_read_usd as workload_cache_read_usd_per_mtok,
    costs.output_usd as workload_output_usd_per_mtok,
    costs.monthly_cost_usd,
    costs.is_confirmed as cost_is_confirmed
from core.offers as offers
left join core.providers as providers using (provider_id)
left join mart.offer_costs as costs
    on costs.offer_id = offers.offer_id
    and costs.workload_id = ?
where offers.model_id = ?
order by
    coalesce(costs.is_confirmed, offers.is_confirmed) desc,
    costs.monthly_cost_usd nulls last,
    offers.input_usd_per_mtok nulls last,
    offers.offer_id
"""

GAPS = """
select kind, reason, severity, field, detail, next_step, first_seen_at
from quality.gaps
where subject_type = 'model' and subject_id = ?
order by reason, detail, field
"""

CONFLICTS = """
select conflicts.subject_type, conflicts.subject_id, conflicts.field, count(*) as rivals
from quality.conflicts as conflicts
left join core.offers as offers
    on offers.offer_id = conflicts.subject_id
    and conflicts.subject_type = 'offer'
where coalesce(offers.model_id, conflicts.subject_id) = ?
group by all
order by all
"""

SHARED_RESULTS = """
with newest as (
    select *
    from core.benchmark_results
    where model_id in (?, ?)
    qualify row_number() over (
        partition by model_id, benchmark_id, setting, unit
        order by coalesce(evaluated_on, date '1970-01-01') desc, claim_id desc
    ) = 1
)

select
    a.benchmark_id,
    benchmarks.name,
    a.setting,
    a.unit,
    benchmarks.higher_is_better,
    a.score as score_a,
    b.score as score_b,
    a.reported_by as reported_by_a,
    b.reported_by as reported_by_b,
    a.source_id as source_id_a,
    b.source_id as source_id_b,
    a.evaluated_on as evaluated_on_a,
    b.evaluated_on as evaluated_on_b
from newest as a
join newest as b
    on b.benchmark_id = a.benchmark_id
    and b.setting = a.setting
    and b.unit = a.unit
    and b.model_id = ?
join core.benchmarks as benchmarks
    on benchmarks.benchmark_id = a.benchmark_id
where a.model_id = ?
order by abs(a.score - b.score) desc, a.benchmark_id, a.setting
"""

PAIR = "select * from mart.comparisons where model_a_id = ? and model_b_id = ?"

WORKLOAD = "select * from core.workloads where workload_id = ?"
WORKLOADS = "select workload_id from core.workloads order by workload_id"

SPECS = (
    ("Maker", "lab_id"),
    ("Family", "family"),
    ("Product type", "product_type"),
    ("Status", "status"),
    ("Released", "released_on"),
    ("Shut down", "shutdown_on"),
    ("Knowledge cutoff", "knowledge_cutoff_on"),
    ("Context, tokens", "context_tokens"),
    ("Longest answer, tokens", "max_output_tokens"),
    ("Parameters", "parameters"),
    ("Active parameters", "active_parameters"),
    ("Architecture", "architecture"),
    ("Licence", "license_id"),
    ("Open weights", "open_weights"),
    ("Reads", "input_modalities"),
    ("Writes", "output_modalities"),
    ("Best for", "best_for"),
    ("Decision fit", "decision_fit"),
    ("Completeness", "completeness"),
)
SHOWN_OFFERS = 8
SHOWN_RESULTS = 12


def comparison(connection: duckdb.DuckDBPyConnection, first: str, second: str, workload: str) -> Row:
    """Both models with all that is held of them, and their row of ``mart.comparisons``.

    ``model_a`` and ``model_b`` are in the order of that row, so that every ``_a`` in the object means one model; ``models``
    keeps the order asked for. Costs are those of the workload. `Unclear` where a word means nothing.
    """
    asked = [model_named(connection, each) for each in (first, second)]
    if asked[0] == asked[1]:
        raise Unclear(f"{first!r} and {second!r} are both {asked[0]}; a comparison needs two models")
    known = [each["workload_id"] for each in rows(connection, WORKLOADS)]
    chosen = row(connection, WORKLOAD, one_of(workload, known, "workload"))
    assert chosen is not None
    a, b = sorted(asked)
    return {
        "models": asked,
        "model_a": _side(connection, a, chosen["workload_id"]),
        "model_b": _side(connection, b, chosen["workload_id"]),
        "comparison": row(connection, PAIR, a, b),
        "shared_results": rows(connection, SHARED_RESULTS, a, b, b, a),
        "workload": chosen,
    }


def _side(connection: duckdb.DuckDBPyConnection, model_id: str, workload_id: str) -> Row:
    model = row(connection, MODEL, model_id)
    costs = row(connection, COSTS, model_id, workload_id) or {}
    assert model is not None
    held = {each["capability"]: each["status"] for each in rows(connection, CAPABILITIES, model_id)}
    offers = rows(connection, OFFERS, workload_id, model_id)
    by_id = {each["offer_id"]: each for each in offers}
    return {
        **model,
        "capabilities": {capability: held.get(capability, "unknown") for capability in core.CAPABILITIES},
        "monthly_cost_usd": costs.get("monthly_cost_usd"),
        "cheapest_offer": by_id.get(costs.get("offer_id")),
        "unconfirmed_offer": by_id.get(costs.get("unconfirmed_offer_id")),
        "offers": [each for each in offers if each["price_status"] != "plan"],
        "plan_offers": [each for each in offers if each["price_status"] == "plan"],
        "gaps": rows(connection, GAPS, model_id),
        "conflicts": rows(connection, CONFLICTS, model_id),
    }


def workload_words(workload: Row) -> str:
    """``800M input + 250M output tokens a month``, with what is cached and which prices may be used."""
    words = f"{number(workload['input_mtok'])}M input + {number(workload['output_mtok'])}M output tokens a month"
    if workload["cached_share"]:
        words += f", {number(workload['cached_share'] * 100)}% of the input from cache"
    return words + (", batch prices allowed" if workload["service_tier"] == "batch" else "")


def lay_out(found: Row) -> Iterator[RenderableType]:
    """The comparison in sections, columns in the order asked for."""
    letters = {found[f"model_{letter}"]["model_id"]: letter for letter in "ab"}
    order = [letters[model_id] for model_id in found["models"]]
    sides = [found[f"model_{letter}"] for letter in order]
    yield Text(" and ".join(inert(side["name"]) for side in sides), style="bold")
    yield from _verdict(found)
    yield heading("Side by side")
    yield _sheet(found, sides, order)
    for side in sides:
        yield heading(f"Offers of {side['name']}")
        yield from _offers(side)
    for side in sides:
        yield heading(f"What is not known of {side['name']}")
        yield _gaps(side["gaps"])
    yield heading("How far to trust this")
    yield from _trust(found, sides)


def _verdict(found: Row) -> Iterator[RenderableType]:
    pair: Row | None = found["comparison"]
    if pair is None:
        unlisted = [found[side] for side in ("model_a", "model_b") if not found[side]["is_listed"]]
        for side in unlisted:
            known = "is neither sold nor described by its maker, as far as we read" if side["lab_id"] else "has no known maker"
            yield Text(f"No verdict: {inert(side['name'])} {known}, so it takes part in no comparison.", style="yellow")
        return
    names = {found[side]["model_id"]: inert(found[side]["name"]) for side in ("model_a", "model_b")}
    winner = pair["verdict_model_id"]
    loser = next((each for each in names if each != winner), "")
    letter, other = ("a", "b") if winner == pair["model_a_id"] else ("b", "a")
    match pair["verdict_kind"]:
        case "cheaper":
            low, high = pair[f"monthly_cost_{letter}_usd"], pair[f"monthly_cost_{other}_usd"]
            default = "" if found["workload"]["workload_id"] == "default" else " for the default workload"
            saved = (1 - low / high) * 100
            words = f"{names[winner]} costs {monthly(low)} a month{default}, {names[loser]} {monthly(high)}: {saved:.0f}% less"
        case "longer_context":
            longer, shorter = found[f"model_{letter}"]["context_tokens"], found[f"model_{other}"]["context_tokens"]
            words = f"{names[winner]} takes {longer:,} tokens of context, {names[loser]} {shorter:,}: {pair['context_ratio']:.1f} times as much"
        case "benchmark_lead":
            gap = number(abs(pair["top_benchmark_gap"]))
            words = f"{names[winner]} is {gap} ahead on {inert(pair['top_benchmark_id'])}, in the same setting as {names[loser]}"
        case "different_product_types":
            kinds = [f"{names[found[side]['model_id']]} is {found[side]['product_type']}" for side in ("model_a", "model_b")]
            words = f"these are different kinds of product: {', '.join(kinds)}"
        case _:
            words = f"undecided: {_undecided(pair)}"
    yield Text(f"Verdict: {words}.", style="green" if winner else "yellow")


def _undecided(pair: Row) -> str:
    known = []
    if pair["monthly_gap_usd"] is not None:
        known.append(f"costs {monthly(pair['monthly_gap_usd'])} a month apart")
    if pair["context_ratio"] is not None:
        known.append("equal context" if pair["larger_context"] == "equal" else f"context {pair['context_ratio']:.2f} to 1")
    if pair["shared_benchmarks"]:
        known.append(f"at most {number(abs(pair['top_benchmark_gap']))} apart on {counted(pair['shared_benchmarks'], 'shared result')}")
    return f"nothing known of both is decisive ({'; '.join(known)})" if known else "nothing decisive is known of both"


def _sheet(found: Row, sides: Sequence[Row], order: Sequence[str]) -> Table:
    sheet = table("", *(inert(side["model_id"]) for side in sides))
    for label, field in SPECS:
        if field != "shutdown_on" or any(side[field] for side in sides):
            sheet.add_row(label, *(_spec(side, field) for side in sides))
    sheet.add_section()
    sheet.add_row(Text("Price at the cheapest confirmed offer", style="bold"))
    for label, field in (("Seller", "provider"), ("Input, per million", "input"), ("Output, per million", "output"), ("Cached input, per million", "cache_read")):
        sheet.add_row(label, *(_cheapest(side, field) for side in sides))
    sheet.add_section()
    sheet.add_row(Text(workload_words(found["workload"]), style="bold"))
    sheet.add_row("Cost a month", *(_cost(side, found["workload"]["workload_id"]) for side in sides))
    if any(side["unconfirmed_offer"] for side in sides):
        sheet.add_row("Unconfirmed offer", *(_unconfirmed(side) for side in sides))
    sheet.add_section()
    sheet.add_row(Text("Capabilities", style="bold"))
    for capability in core.CAPABILITIES:
        sheet.add_row(capability.replace("_", " ").capitalize(), *(_capability(side, capability) for side in sides))
    sheet.add_section()
    sheet.add_row(Text("Benchmarks both have a result of, in the same setting", style="bold"))
    for result in found["shared_results"][:SHOWN_RESULTS]:
        label = f"{result['name']}, {result['setting']}" if result["setting"] else result["name"]
        sheet.add_row(inert(label), *(_score(result, letter) for letter in order))
    if len(found["shared_results"]) > SHOWN_RESULTS:
        sheet.add_row(Text(f"and {len(found['shared_results']) - SHOWN_RESULTS} more, see --json", style="dim"))
    if not found["shared_results"]:
        sheet.add_row("", unknown("no shared result"), unknown("no shared result"))
    return sheet


def _spec(side: Row, field: str) -> Text:
    value = side[field]
    if field == "shutdown_on" and value is None:
        return Text("no day announced that we know of")
    if value is None:
        return unknown(reason_of(side["gaps"], field))
    if field in ("released_on", "knowledge_cutoff_on"):
        return Text(value.isoformat()[: {"year": 4, "month": 7}.get(side[field.removesuffix("_on") + "_precision"], 10)])
    if field == "completeness":
        return Text(f"{value * 100:.0f}% of what could be asked")
    return unknown() if value == "unknown" else cell(value)


def reason_of(gaps: Sequence[Row], *fields: str) -> str:
    """Why a field is not known, in words; empty where no gap says."""
    return next((str(gap["reason"]).replace("_", " ") for gap in gaps if gap["field"] in fields), "")


def _cheapest(side: Row, field: str) -> Text:
    offer = side["cheapest_offer"]
    if offer is None:
        return unknown(reason_of(side["gaps"], "monthly_cost") or "no confirmed offer carries it")
    if field == "provider":
        return Text(seller(offer))
    price = offer[f"workload_{field}_usd_per_mtok"]
    return Text(rate(price)) if price is not None else unknown("not published")


def _cost(side: Row, workload_id: str) -> Text:
    if side["monthly_cost_usd"] is None:
        why = reason_of(side["gaps"], "monthly_cost") if workload_id == "default" else ""
        return unknown(why or "no confirmed offer carries it")
    return Text(monthly(side["monthly_cost_usd"]), style="bold")


def _unconfirmed(side: Row) -> Text:
    offer = side["unconfirmed_offer"]
    if offer is None:
        return Text("none cheaper")
    return Text(f"{monthly(offer['monthly_cost_usd'])} at {seller(offer)}, which nobody confirms", style="yellow")


def _capability(side: Row, capability: str) -> Text:
    status = side["capabilities"][capability]
    if status == "unknown":
        return unknown(reason_of(side["gaps"], f"capability/{capability}"))
    return Text(status.capitalize(), style="green" if status == "yes" else "red")


def _score(result: Row, letter: str) -> Text:
    unit = {"percent": "%"}.get(result["unit"], f" {result['unit']}" if result["unit"] else "")
    by = "its maker" if result[f"reported_by_{letter}"] == "maker" else result[f"source_id_{letter}"]
    return Text(f"{number(result[f'score_{letter}'])}{inert(unit)} by {inert(by)}" if unit != "%" else f"{number(result[f'score_{letter}'])}% by {inert(by)}")


def seller(offer: Row) -> str:
    """Who sells an offer, through which gateway, in which variant."""
    via = f" via {offer['via']}" if offer["via"] else ""
    terms = [offer["variant"].replace(";", ", "), offer["quantization"] or "", offer["region"] or ""]
    told = ", ".join(each for each in terms if each)
    return inert(f"{offer['provider'] or offer['provider_id']}{via}{f' ({told})' if told else ''}")


def _offers(side: Row) -> Iterator[RenderableType]:
    priced = [each for each in side["offers"] if each["price_status"] == "priced"]
    confirmed = [each for each in priced if _is_confirmed(each)]
    shown = confirmed[:SHOWN_OFFERS] + [each for each in (side["unconfirmed_offer"],) if each]
    if shown:
        yield _offer_table(shown)
    rest = [
        f"{counted(len(confirmed) - SHOWN_OFFERS, 'more confirmed offer')}" if len(confirmed) > SHOWN_OFFERS else "",
        f"{counted(count, 'other unconfirmed offer')}" if (count := sum(each not in shown for each in priced if not _is_confirmed(each))) else "",
    ]
    if any(rest):
        yield Text(f"and {' and '.join(filter(None, rest))}, see --json", style="dim")
    others = sorted((each for each in (*side["offers"], *side["plan_offers"]) if each["price_status"] != "priced"), key=_status)
    for status, group in groupby(others, key=_status):
        yield Text(f"{OTHER_OFFERS[status]}: {listed(dict.fromkeys(seller(each) for each in group))}")
    if not side["offers"] and not side["plan_offers"]:
        yield unknown(reason_of(side["gaps"], "offers") or "nobody we read sells it")


OTHER_OFFERS = {
    "plan": "In a subscription",
    "free": "Free",
    "dynamic": "Priced by what it is routed to",
    "non_token": "Priced by other units than tokens",
    "unpriced": "Listed without a price",
}


def _status(offer: Row) -> str:
    return str(offer["price_status"])


def _is_confirmed(offer: Row) -> bool:
    of_workload = offer["cost_is_confirmed"]
    return bool(offer["is_confirmed"] if of_workload is None else of_workload)


def _offer_table(offers: Sequence[Row]) -> Table:
    shown = table("seller", "id to call", "input", "output", "a month", "confirmed", "reviewed", right=("input", "output", "a month"), whole=("reviewed",))
    for offer in offers:
        cost: Decimal | None = offer["monthly_cost_usd"]
        shown.add_row(
            seller(offer),
            inert(offer["route_id"]),
            *(_rate(offer[f"{meter}_usd_per_mtok"]) for meter in ("input", "output")),
            Text(monthly(cost)) if cost is not None else Text("does not carry it", style="dim"),
            Text("yes", style="green") if _is_confirmed(offer) else Text("no", style="yellow"),
            day(offer["last_reviewed_at"]),
        )
    return shown


def _rate(price: Any) -> Text:
    return unknown() if price is None else Text(rate(price))


def _gaps(gaps: Sequence[Row]) -> RenderableType:
    if not gaps:
        return Text("nothing we track", style="green")
    shown = table("why", "what", "detail", whole=("why",))
    for (reason, detail), group in groupby(gaps, key=lambda gap: (gap["reason"], gap["detail"])):
        fields = listed(gap["field"].removeprefix("capability/").replace("_", " ") for gap in group)
        shown.add_row(Text(reason.replace("_", " "), style="yellow"), fields, inert(detail))
    return shown


def _trust(found: Row, sides: Sequence[Row]) -> Iterator[RenderableType]:
    for side in sides:
        fields = [each["field"] for each in side["conflicts"] if each["subject_type"] == "model"]
        prices = sum(each["subject_type"] == "offer" for each in side["conflicts"])
        about = [f"on {listed(field.removeprefix('capability/') for field in fields)}"] if fields else []
        about += [f"on {counted(prices, 'price')} of its offers"] if prices else []
        words = f"sources disagree {' and '.join(about)}" if about else "no source disagrees"
        yield Text(f"{inert(side['name'])}: {words}.")
    pair = found["comparison"]
    reviewed = pair["last_reviewed_at"] if pair else min(side["last_reviewed_at"] for side in sides)
    yield Text(f"Last reviewed {day(reviewed)}: every fact compared was still said on that day or later.")


__all__ = ["comparison", "lay_out", "seller", "state", "workload_words"]
