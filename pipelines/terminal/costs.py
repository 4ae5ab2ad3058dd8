"""How ``almanac cost`` looks."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from pipelines.answers.asking import Row
from pipelines.terminal.layout import cell, heading, table, unknown
from pipelines.wording.amounts import day, monthly, rate
from pipelines.wording.phrases import inert, reason_words, seller, workload_words


def lay_out(found: Row) -> Iterator[RenderableType]:
    """One line a model in the order asked: the confirmed offer, and a cheaper unconfirmed one beside it."""
    yield heading(f"Costs for {workload_words(found['workload'])}")
    numbers = ("a month", "input", "output")
    shown = table("model", *numbers, "sold by", "read", "cheaper, unconfirmed", right=numbers, whole=("model", "read"))
    for each in found["costs"]:
        offer, unconfirmed = each["offer"], each["unconfirmed_offer"]
        beside = Text(f"{monthly(unconfirmed['monthly_cost_usd'])} at {seller_of(unconfirmed)}") if unconfirmed else ""
        if offer is None:
            shown.add_row(each["model_id"], unknown(_why(each)), "", "", "", "", beside)
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
    yield Text("Rates are per million tokens, what is read from cache averaged in.", style="dim")


def seller_of(offer: Row) -> str:
    """Who sells it, through whom, on which terms."""
    terms = (offer["variant"], offer["quantization"], offer["region"])
    return seller(inert(offer["provider"] or offer["provider_id"]), offer["via"], *terms)


def _why(cost: Row) -> str:
    return next((reason_words(gap["reason"]) for gap in cost["gaps"]), "no confirmed offer carries it")
