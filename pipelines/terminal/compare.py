"""How a comparison is laid out for a person: verdict, facts side by side, offers, gaps, and how far to trust it.

It prints the object of `compare` and asks nothing itself, so that what a terminal shows and the JSON cannot disagree.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import cell, heading, more, state, table, unknown
from pipelines.wording.amounts import counted, day, monthly, rate
from pipelines.wording.facts import score_words
from pipelines.wording.phrases import (
    UNCOSTED,
    capability_words,
    field_words,
    inert,
    left_out_words,
    listed,
    no_cost_words,
    reason_of,
    seller,
    workload_words,
)
from sources import contract

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
NAMES = {"architecture": "architecture_name", "license_id": "license_name"}
"""Fields that hold a word of a vocabulary or an id → where the name it goes by stands."""

RATES = (
    ("Seller", "provider"),
    ("Input, per million", "input"),
    ("Cached input, per million", "cache_read"),
    ("Output, per million", "output"),
)
OTHER_OFFERS = {
    "plan": "In a subscription",
    "free": "Free",
    "dynamic": "Priced by what it is routed to",
    "non_token": "Priced by other units than tokens",
    "unpriced": "Listed without a price",
}

BASES = {
    "same_setting": "Results in one setting, by one reporter",
    "best_of_each": "Results by one reporter, each model at the best setting measured",
    "same_benchmark": "Results on one benchmark, not compared",
}

SHOWN_OFFERS = 8
SHOWN_RESULTS = 12


def lay_out(found: Row) -> Iterator[RenderableType]:
    """The comparison in sections, columns in the order asked for."""
    letters = {found[f"model_{letter}"]["model_id"]: letter for letter in "ab"}
    order = [letters[model_id] for model_id in found["models"]]
    sides = [found[f"model_{letter}"] for letter in order]
    yield Text(" and ".join(inert(side["name"]) for side in sides), style="bold")
    yield from _verdict(found)
    yield heading(f"Side by side, costs for {workload_words(found['workload'])}")
    yield _sheet(found, sides, order)
    for side in sides:
        yield heading(f"Offers of {side['name']}")
        yield from _offers(side)
    for side in sides:
        yield heading(f"What is not known of {side['name']}")
        yield _gaps(side["gaps"])
    yield heading("How far to trust this")
    yield from _trust(found, sides)


def _verdict(found: Row) -> Iterator[Text]:
    models = {found[side]["model_id"]: found[side] for side in ("model_a", "model_b")}
    pair: Row | None = found["comparison"]
    if pair is None:
        for side in models.values():
            if not side["is_listed"]:
                why = "is neither sold nor described, as far as we read" if side["lab_id"] else "has no known maker"
                yield Text(f"No verdict: {inert(side['name'])} {why}, so it takes part in no comparison.", "yellow")
        return
    told = [each["sentence"] for each in found["statements"] if each["section"] == "verdict"]
    style = "green" if pair["verdict_model_id"] else "yellow"
    yield Text(f"Verdict: {inert(told[0])}", style)
    for sentence in told[1:]:
        yield Text(inert(sentence))


def _sheet(found: Row, sides: Sequence[Row], order: Sequence[str]) -> Table:
    sheet = table("", *(inert(side["model_id"]) for side in sides))

    def part(title: str) -> None:
        sheet.add_section()
        sheet.add_row(Text(title, style="bold"))

    for label, field in SPECS:
        if field != "shutdown_on" or any(side[field] for side in sides):
            sheet.add_row(label, *(_with_name(side, field) for side in sides))
    part("Cheapest confirmed offer")
    sheet.add_row("Cost a month", *(_cost(side, found["workload"]["workload_id"]) for side in sides))
    for label, field in RATES:
        sheet.add_row(label, *(_cheapest(side, field) for side in sides))
    if any(side["unconfirmed_offer"] for side in sides):
        sheet.add_row("Cheaper, unconfirmed", *(_unconfirmed(side) for side in sides))
    part("Capabilities")
    for capability in contract.CAPABILITIES:
        sheet.add_row(capability_words(capability), *(_capability(side, capability) for side in sides))
    for basis, results in groupby(found["shared_results"][:SHOWN_RESULTS], key=itemgetter("basis")):
        part(BASES[basis])
        for result in results:
            sheet.add_row(_result_label(result), *(_score(result, letter) for letter in order))
    for rest in more(len(found["shared_results"]) - SHOWN_RESULTS):
        sheet.add_row(rest)
    if not found["shared_results"]:
        part("Results")
        sheet.add_row("None is shared", *(unknown(_results_held(side)) for side in sides))
    return sheet


def _with_name(side: Row, field: str) -> Text:
    """A field, and behind an id the name it goes by, where that says more."""
    name = side[NAMES[field]] if field in NAMES else None
    shown = _spec(side, field)
    return shown.append(f", {inert(name)}") if name and _says_more(name, side[field] or "") else shown


def _says_more(name: str, known: str) -> bool:
    said, told = (re.findall(r"[^\W_]+", words.lower()) for words in (name, known))
    return not {*said} <= {*told, "".join(word[0] for word in told), "license"}


def _spec(side: Row, field: str) -> Text:
    value = side[field]
    if field == "shutdown_on" and value is None:
        return Text("no day announced that we know of")
    if value is None:
        return unknown(reason_of(side["gaps"], field))
    if field in ("released_on", "knowledge_cutoff_on"):
        printed = {"year": 4, "month": 7}.get(side[field.removesuffix("_on") + "_precision"], 10)
        return Text(value.isoformat()[:printed])
    if field == "completeness":
        return Text(f"{value * 100:.0f}% of what could be asked")
    return unknown() if value == "unknown" else cell(value)


def _cheapest(side: Row, field: str) -> Text:
    offer = side["cheapest_offer"]
    if offer is None:
        return unknown(reason_of(side["gaps"], "monthly_cost") or no_cost_words(None))
    if field == "provider":
        return Text(_seller(offer))
    price = offer[f"workload_{field}_usd_per_mtok"]
    return Text(rate(price)) if price is not None else unknown("no source")


def _cost(side: Row, workload_id: str) -> Text:
    if side["monthly_cost_usd"] is None:
        why = reason_of(side["gaps"], "monthly_cost") if workload_id == "default" else ""
        return unknown(no_cost_words(side["no_cost"], why))
    return Text(monthly(side["monthly_cost_usd"]), style="bold")


def _unconfirmed(side: Row) -> Text:
    offer = side["unconfirmed_offer"]
    if offer is None:
        return Text("none cheaper")
    return Text(f"{monthly(offer['monthly_cost_usd'])} at {_seller(offer)}", style="yellow")


def _capability(side: Row, capability: str) -> Text:
    status = side["capabilities"][capability]
    if status == "unknown":
        return Text(f"Unknown ({reason_of(side['gaps'], f'capability/{capability}') or 'nobody says'})", style="yellow")
    return state(status.capitalize())


def _result_label(result: Row) -> str:
    """The benchmark, with the setting where it is one for both."""
    is_one = result["basis"] == "same_setting" and result["setting_a"]
    return inert(f"{result['benchmark_name']}, {result['setting_a']}" if is_one else result["benchmark_name"])


def _score(result: Row, letter: str) -> Text:
    """The score, who measured it, and the setting where each side has its own."""
    by = result[f"reporter_{letter}"] or f"nobody named, in {result[f'source_id_{letter}']}"
    if result[f"reported_by_{letter}"] == "maker":
        by = "its maker"
    setting = "" if result["basis"] == "same_setting" else f", {result[f'setting_{letter}'] or 'no setting said'}"
    return Text(f"{score_words(result[f'score_{letter}'], result['unit'])}, by {inert(by)}{inert(setting)}")


def _results_held(side: Row) -> str:
    return next((gap["detail"] for gap in side["gaps"] if gap["field"] == "benchmark_results"), "")


def _seller(offer: Row) -> str:
    provider = offer["provider"] or offer["provider_id"]
    return seller(provider, offer["via"], offer["variant"], offer["quantization"], offer["region"])


def _offers(side: Row) -> Iterator[RenderableType]:
    priced = [each for each in side["offers"] if each["price_status"] == "priced"]
    confirmed = [each for each in priced if _is_confirmed(each)]
    shown = confirmed[:SHOWN_OFFERS] + [each for each in (side["unconfirmed_offer"],) if each]
    if shown:
        yield _offer_table(shown)
    unshown = [each for each in priced if each not in shown]
    if unshown:
        dearer = sum(_is_confirmed(each) for each in unshown)
        counts = [(dearer, "more confirmed offer"), (len(unshown) - dearer, "unconfirmed offer")]
        yield Text(f"and {' and '.join(counted(*each) for each in counts if each[0])}, see --json", style="dim")
    unsaid = [each for each in confirmed if each["no_cost_reason"] == "long_prompts_unsaid"]
    if unsaid:
        yield Text("L" + left_out_words(map(_seller, unsaid))[1:])
    every = [*side["offers"], *side["plan_offers"]]
    for status, words in OTHER_OFFERS.items():
        if sellers := dict.fromkeys(_seller(each) for each in every if each["price_status"] == status):
            yield Text(f"{words}: {listed(sellers)}")
    if not every:
        yield unknown(reason_of(side["gaps"], "offers") or "nobody we read sells it")


def _is_confirmed(offer: Row) -> bool:
    of_workload = offer["cost_is_confirmed"]
    return bool(offer["is_confirmed"] if of_workload is None else of_workload)


def _offer_table(offers: Sequence[Row]) -> Table:
    numbers = ("input", "output", "a month")
    shown = table(
        "seller", "id to call", *numbers, "confirmed", "reviewed", right=numbers, whole=(*numbers, "reviewed")
    )
    for offer in offers:
        cost: Decimal | None = offer["monthly_cost_usd"]
        of = "" if cost is None else "workload_"
        shown.add_row(
            _seller(offer),
            inert(offer["route_id"]),
            *(_rate(offer[f"{of}{meter}_usd_per_mtok"]) for meter in ("input", "output")),
            Text(monthly(cost)) if cost is not None else Text(_no_cost(offer), style="dim"),
            state("yes" if _is_confirmed(offer) else "no"),
            day(offer["last_reviewed_at"]),
        )
    return shown


def _no_cost(offer: Row) -> str:
    return UNCOSTED.get(offer["no_cost_reason"], "does not carry it")


def _rate(price: Decimal | None) -> Text:
    return unknown() if price is None else Text(rate(price))


def _gaps(gaps: Sequence[Row]) -> RenderableType:
    if not gaps:
        return Text("nothing we track", style="green")
    shown = table("why", "what", "detail", whole=("why",))
    for (reason, detail), group in groupby(gaps, key=itemgetter("reason", "detail")):
        shown.add_row(
            Text(reason.replace("_", " "), style="yellow"),
            listed(field_words(gap["field"]) for gap in group),
            inert(detail),
        )
    return shown


def _trust(found: Row, sides: Sequence[Row]) -> Iterator[RenderableType]:
    for side in sides:
        fields = [each["field"] for each in side["conflicts"] if each["subject_type"] == "model"]
        prices = sum(each["subject_type"] == "offer" for each in side["conflicts"])
        about = [f"on {listed(field_words(field) for field in fields)}"] if fields else []
        about += [f"on {counted(prices, 'price')} of its offers"] if prices else []
        words = f"sources disagree {' and '.join(about)}" if about else "no source disagrees"
        yield Text(f"{inert(side['name'])}: {words}.")
    pair = found["comparison"]
    reviewed = pair["last_reviewed_at"] if pair else min(side["last_reviewed_at"] for side in sides)
    yield Text(f"Last reviewed {day(reviewed)}: every fact compared was still said on that day or later.")
