"""How ``almanac cost`` looks."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import cell, heading, table, unknown
from pipelines.wording.amounts import day, monthly, rate
from pipelines.wording.phrases import (
    UNCOSTED,
    inert,
    left_out_words,
    no_cost_words,
    reason_words,
    seller,
    workload_words,
)


def lay_out(found: Row) -> Iterator[RenderableType]:
    """One line a model in the order asked: the confirmed offer, and a cheaper unconfirmed one beside it."""
    yield heading(f"Costs for {workload_words(found['workload'])}")
    numbers = ("a month", "input", "output")
    shown = table("model", *numbers, "sold by", "read", "cheaper, unconfirmed", right=numbers, whole=("model", "read"))
    for each in found["costs"]:
        offer, unconfirmed = each["offer"], each["unconfirmed_offer"]
        beside = Text(f"{monthly(unconfirmed['monthly_cost_usd'])} at {seller_of(unconfirmed)}") if unconfirmed else ""
        if offer is None:
            shown.add_row(
                each["model_id"], unknown(_why(each, found["workload"]["workload_id"])), "", "", "", "", beside
            )
            continue
        shown.add_row(
            each["model_id"],
            Text(monthly(offer["monthly_cost_usd"]), style="bold"),
            rate(offer["average_input_usd"]),
            rate(offer["output_usd"]),
            seller_of(offer),
            cell(day(offer["last_reviewed_at"])),
            beside,
        )
    yield shown
    for each in found["costs"]:
        if each["no_cost"]:
            yield Text(f"{each['model_id']}: {no_cost_words(each['no_cost']['detail'])}")
        if each["left_out"]:
            yield Text(f"{each['model_id']}, {left_out_words(map(seller_of, each['left_out']))}")
    yield Text("Rates are per million tokens, what is read from cache averaged in.", style="dim")


def seller_of(offer: Row) -> str:
    """Who sells it, through whom, on which terms."""
    terms = (offer["variant"], offer["quantization"], offer["region"])
    return seller(inert(offer["provider"] or offer["provider_id"]), offer["via"], *terms)


def _why(cost: Row, workload_id: str) -> str:
    """The gap's reason speaks of the default workload alone; a model nobody sells has a gap of its own for all."""
    spoken = [each for each in cost["gaps"] if workload_id == "default" or each["kind"] == "missing_provider"]
    said = UNCOSTED[cost["no_cost"]["reason"]] if cost["no_cost"] else ""
    return no_cost_words(None, said or next((reason_words(each["reason"]) for each in spoken), ""))
