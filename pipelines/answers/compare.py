"""``almanac compare``: everything we hold of two models, asked as one object; how it looks is `compare_sheet`'s.

Nothing is judged here: the verdict is that of ``mart.comparisons``, which speaks of the default workload whatever
workload the costs beside it are for.
"""

import json

import duckdb

from pipelines.answers.asking import Row, Unclear, model_named, row, rows, workload_named
from sources import contract

MODEL = "select * from core.models where model_id = ?"

CAPABILITIES = "select capability, status from core.capabilities where model_id = ?"

COSTS = """
select
    costs.offer_id,
    costs.monthly_cost_usd,
    costs.unconfirmed_offer_id,
    costs.unconfirmed_cost_usd,
    uncosted.detail as no_cost
from mart.monthly_costs as costs
left join mart.uncosted_offers as uncosted
    on uncosted.offer_id = costs.uncosted_offer_id
    and uncosted.workload_id = costs.workload_id
where costs.model_id = ? and costs.workload_id = ?
"""

OFFERS = """
select
    offers.*,
    providers.name as provider,
    costs.input_usd as workload_input_usd_per_mtok,
    costs.cache_read_usd as workload_cache_read_usd_per_mtok,
    costs.output_usd as workload_output_usd_per_mtok,
    costs.monthly_cost_usd,
    costs.is_confirmed as cost_is_confirmed,
    uncosted.reason as no_cost_reason,
    uncosted.detail as no_cost
from core.offers as offers
left join core.providers as providers using (provider_id)
left join mart.offer_costs as costs
    on costs.offer_id = offers.offer_id
    and costs.workload_id = $workload
left join mart.uncosted_offers as uncosted
    on uncosted.offer_id = offers.offer_id
    and uncosted.workload_id = $workload
where offers.model_id = $model
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
select subject_type, subject_id, field, count(*) as rivals
from quality.conflicts
where
    (subject_type = 'model' and subject_id = $1)
    or (subject_type = 'offer' and subject_id in (select offer_id from core.offers where model_id = $1))
group by all
order by all
"""

SHARED_RESULTS = """
select *
from {results}
order by
    list_position(['same_setting', 'best_of_each', 'same_benchmark'], basis),
    abs(gap) desc nulls last,
    benchmark_id
"""

RESULTS = "(select * from mart.shared_results where model_a_id = ? and model_b_id = ?)"

RESULTS_ON_DEMAND = "comparison_results(?, ?)"

PAIR = "select * from mart.comparisons where model_a_id = ? and model_b_id = ?"

PAIR_ON_DEMAND = "select * from comparison(?, ?)"
"""Of two models whose pair is not stored (``evidence.paired_models``)."""

STATEMENTS = """
select section, position, rule_id, side, numbers, claim_ids, question, sentence
from comparison_statements(?, ?)
order by section, position
"""

WORKLOAD = "select * from core.workloads where workload_id = ?"


def comparison(connection: duckdb.DuckDBPyConnection, first: str, second: str, workload: str) -> Row:
    """Both models with all that is held of them, and their row of ``mart.comparisons``, stored or made now.

    ``model_a`` and ``model_b`` are in the order of that row, so that every ``_a`` in the object means one model;
    ``models`` keeps the order asked for. Costs are those of the workload. `Unclear` where a word means nothing.
    """
    asked = [model_named(connection, each) for each in (first, second)]
    if asked[0] == asked[1]:
        raise Unclear(f"{first!r} and {second!r} are both {asked[0]}; a comparison needs two models")
    chosen = row(connection, WORKLOAD, workload_named(connection, workload))
    assert chosen is not None
    a, b = sorted(asked)
    stored = row(connection, PAIR, a, b)
    results = SHARED_RESULTS.format(results=RESULTS if stored else RESULTS_ON_DEMAND)
    return {
        "models": asked,
        "model_a": _side(connection, a, chosen["workload_id"]),
        "model_b": _side(connection, b, chosen["workload_id"]),
        "comparison": stored or row(connection, PAIR_ON_DEMAND, a, b),
        "statements": [{**each, "numbers": json.loads(each["numbers"])} for each in rows(connection, STATEMENTS, a, b)],
        "shared_results": rows(connection, results, a, b),
        "workload": chosen,
    }


def _side(connection: duckdb.DuckDBPyConnection, model_id: str, workload_id: str) -> Row:
    model = row(connection, MODEL, model_id)
    costs = row(connection, COSTS, model_id, workload_id) or {}
    assert model is not None
    held = {each["capability"]: each["status"] for each in rows(connection, CAPABILITIES, model_id)}
    offers = rows(connection, OFFERS, workload=workload_id, model=model_id)
    by_id = {each["offer_id"]: each for each in offers}
    return {
        **model,
        "capabilities": {capability: held.get(capability, "unknown") for capability in contract.CAPABILITIES},
        "monthly_cost_usd": costs.get("monthly_cost_usd"),
        "no_cost": costs.get("no_cost"),
        "cheapest_offer": by_id.get(costs.get("offer_id")),
        "unconfirmed_offer": by_id.get(costs.get("unconfirmed_offer_id")),
        "offers": [each for each in offers if each["price_status"] != "plan"],
        "plan_offers": [each for each in offers if each["price_status"] == "plan"],
        "gaps": rows(connection, GAPS, model_id),
        "conflicts": rows(connection, CONFLICTS, model_id),
    }
