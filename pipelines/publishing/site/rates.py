"""What the calculator multiplies: average prices of input and output of each confirmed offer, by workload.

Belongs here: the one question the documents do not answer. A workload's cost is input at its average price (tiers,
cache and hours as the workload has them) plus output at its own; so it may be worked out for other volumes of the same
kind of traffic. Whether an offer carries it hangs on the length of its prompts and answers and on no volume, so why
none does is the same for every volume.
"""

from decimal import Decimal

import duckdb

from pipelines.wording.json_text import json_text
from pipelines.wording.phrases import no_cost_words

RATES = """
select
    workload_id,
    model_id,
    offer_id,
    average_input_usd,
    output_usd
from mart.offer_costs
where is_confirmed
order by
    workload_id,
    model_id,
    average_input_usd,
    output_usd,
    offer_id
"""

REASONS = """
select
    costs.workload_id,
    costs.model_id,
    uncosted.detail
from mart.monthly_costs as costs
join core.models as models using (model_id)
join mart.uncosted_offers as uncosted
    on uncosted.offer_id = costs.uncosted_offer_id
    and uncosted.workload_id = costs.workload_id
where models.is_listed
order by costs.workload_id, costs.model_id
"""


def rates(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Workload id → JSON: ``{"<model>": [["input", "output", "offer"], …]}``, offers that can be the cheapest alone.

    Amounts are text, so that a browser adds them up exactly. A model no confirmed offer of which carries the workload
    has a text in place of the list: why, where that can be said.
    """
    found: dict[str, dict[str, list[list[str]] | str]] = {}
    for workload, model, detail in connection.sql(REASONS).fetchall():
        found.setdefault(workload, {})[model] = no_cost_words(detail)
    lowest: dict[tuple[str, str], Decimal] = {}
    for workload, model, offer, average_input, output in connection.sql(RATES).fetchall():
        # In order of input price, an offer whose output is not cheaper than an earlier one's is never the cheapest.
        if output < lowest.get((workload, model), Decimal("Infinity")):
            lowest[workload, model] = output
            offers = found.setdefault(workload, {}).setdefault(model, [])
            assert isinstance(offers, list), "a model has rates or a reason"
            offers.append([_digits(average_input), _digits(output), offer])
    return {workload: json_text(models) for workload, models in found.items()}


def _digits(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
