"""What a traffic costs a month: of models a person names, and the cheapest models that can carry it.

An amount of one's own is a workload's traffic at another size: prompts and answers as long, as large a share of the
input read from cache, the same service. For the workload's own amounts this is ``mart.monthly_costs`` to the cent.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import duckdb

from pipelines.answers.asking import Row, Unclear, model_named, one_of, row, rows, workload_named
from sources.contract import CAPABILITIES

WORKLOAD = "select * from core.workloads where workload_id = ?"

OFFERS = """
with costed as (
    select
        costs.model_id,
        models.name,
        costs.offer_id,
        offers.provider_id,
        providers.name as provider,
        offers.via,
        offers.variant,
        offers.quantization,
        offers.region,
        costs.is_confirmed,
        costs.average_input_usd,
        costs.input_usd,
        costs.cache_read_usd,
        costs.output_usd,
        cast($input * costs.average_input_usd + $output * costs.output_usd as decimal(18, 6)) as monthly_cost_usd,
        costs.last_reviewed_at,
        models.lab_id is not distinct from providers.lab_id as is_makers
    from mart.offer_costs as costs
    join core.models as models using (model_id)
    join core.offers as offers using (offer_id)
    left join core.providers as providers using (provider_id)
    where costs.workload_id = $workload and models.is_listed and list_contains($models, costs.model_id)
),

ranked as (
    select *
    from costed
    qualify
        row_number() over (
            partition by model_id, is_confirmed
            order by monthly_cost_usd, is_makers desc, via is not null, offer_id
        ) = 1
)

select
    ranked.* exclude (is_makers),
    list_sort(list_distinct(flatten(list(lines.claim_ids)))) as claim_ids
from ranked
join mart.cost_lines as lines
    on lines.offer_id = ranked.offer_id
    and lines.workload_id = $workload
group by all
order by monthly_cost_usd, ranked.model_id, is_confirmed desc
"""

GAPS = """
select kind, reason, detail, next_step, gap_id
from quality.gaps
where subject_type = 'model' and subject_id = ? and field in ('monthly_cost', 'offers', 'price/input', 'price/output')
order by field, reason, detail
"""

NO_COST = """
select uncosted.reason, uncosted.detail
from mart.monthly_costs as costs
join mart.uncosted_offers as uncosted
    on uncosted.offer_id = costs.uncosted_offer_id
    and uncosted.workload_id = costs.workload_id
where costs.model_id = ? and costs.workload_id = ?
"""

LEFT_OUT = """
select
    uncosted.offer_id,
    offers.provider_id,
    providers.name as provider,
    offers.via,
    offers.variant,
    offers.quantization,
    offers.region,
    uncosted.reason,
    uncosted.detail,
    uncosted.tier_claim_id
from mart.uncosted_offers as uncosted
join core.offers as offers using (offer_id)
left join core.providers as providers using (provider_id)
where
    uncosted.model_id = ?
    and uncosted.workload_id = ?
    and uncosted.reason = 'long_prompts_unsaid'
    and offers.is_confirmed
order by offers.input_usd_per_mtok, uncosted.offer_id
"""

FITTING = """
select model_id
from core.models
where
    is_listed
    and status is distinct from 'retired'
    and ($context is null or context_tokens >= $context)
    and ($product_type is null or product_type = $product_type)
    and ($open_weights is null or open_weights = $open_weights)
    and len($capabilities) = (
        select count(*)
        from core.capabilities
        where
            capabilities.model_id = models.model_id
            and status = 'yes'
            and list_contains($capabilities, capability)
    )
"""

SUFFIXES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000, "t": 1_000_000_000_000}
MILLION = 1_000_000


def million_tokens(words: str) -> Decimal:
    """``800M``, ``1.2B``, ``50k`` or plain tokens, in millions. `Unclear` where it is no amount of tokens."""
    found = re.fullmatch(r"(\d[\d_,]*(?:\.\d+)?)\s*([kmbt]?)", words.strip().casefold())
    try:
        amount = Decimal(re.sub("[_,]", "", found[1])) * SUFFIXES[found[2]] if found else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise Unclear(f"{words!r} is no amount of tokens; write it like 800M, 1.2B or 50k")
    return amount / MILLION


def costs(
    connection: duckdb.DuckDBPyConnection,
    models: Sequence[str],
    input_mtok: Decimal | None = None,
    output_mtok: Decimal | None = None,
    workload: str = "default",
) -> Row:
    """What each named model costs a month at its cheapest confirmed offer, and at a cheaper unconfirmed one.

    Amounts are millions of tokens, the workload's own where None. ``costs`` is in the order of the names; an ``offer``
    of None has ``gaps`` and ``no_cost`` that say why, where that can be said. ``left_out`` are confirmed offers whose
    single price is not known to hold for prompts this long. `Unclear` where a name means nothing.
    """
    asked = list(dict.fromkeys(model_named(connection, each) for each in models))
    traffic, found = _costed(connection, input_mtok, output_mtok, workload, asked)
    return {"workload": traffic, "costs": [_cost(connection, each, traffic["workload_id"], found) for each in asked]}


def cheapest(
    connection: duckdb.DuckDBPyConnection,
    input_mtok: Decimal | None = None,
    output_mtok: Decimal | None = None,
    workload: str = "default",
    *,
    context_tokens: int | None = None,
    product_type: str | None = None,
    open_weights: bool | None = None,
    capabilities: Sequence[str] = (),
    limit: int = 10,
) -> Row:
    """The models that carry a traffic for least at a confirmed offer, of those known to fit; retired ones are left out.

    A model of which a condition is not known does not fit: ``unknown`` never counts as yes. ``considered`` says how
    many fit, ``costed`` how many of them a confirmed offer carries.
    """
    wanted = sorted({one_of(each, CAPABILITIES, "capability") for each in capabilities})
    fitting = [
        each["model_id"]
        for each in _named(
            connection,
            FITTING,
            context=context_tokens,
            product_type=product_type,
            open_weights=open_weights,
            capabilities=wanted,
        )
    ]
    traffic, found = _costed(connection, input_mtok, output_mtok, workload, fitting)
    confirmed = [each for each in found if each["is_confirmed"]]
    return {
        "workload": traffic,
        "considered": len(fitting),
        "costed": len(confirmed),
        "cheapest": confirmed[:limit],
    }


def _costed(
    connection: duckdb.DuckDBPyConnection,
    input_mtok: Decimal | None,
    output_mtok: Decimal | None,
    workload: str,
    models: Sequence[str],
) -> tuple[Row, list[Row]]:
    traffic = row(connection, WORKLOAD, workload_named(connection, workload))
    assert traffic is not None
    traffic |= {
        "input_mtok": traffic["input_mtok"] if input_mtok is None else input_mtok,
        "output_mtok": traffic["output_mtok"] if output_mtok is None else output_mtok,
    }
    amounts = {"input": traffic["input_mtok"], "output": traffic["output_mtok"], "workload": traffic["workload_id"]}
    return traffic, _named(connection, OFFERS, **amounts, models=list(models))


def _cost(connection: duckdb.DuckDBPyConnection, model_id: str, workload_id: str, found: Sequence[Row]) -> Row:
    of_model = [each for each in found if each["model_id"] == model_id]
    confirmed = next((each for each in of_model if each["is_confirmed"]), None)
    unconfirmed = next((each for each in of_model if not each["is_confirmed"]), None)
    if confirmed and unconfirmed and unconfirmed["monthly_cost_usd"] >= confirmed["monthly_cost_usd"]:
        unconfirmed = None
    return {
        "model_id": model_id,
        "offer": confirmed,
        "unconfirmed_offer": unconfirmed,
        "gaps": [] if confirmed else rows(connection, GAPS, model_id),
        "no_cost": row(connection, NO_COST, model_id, workload_id),
        "left_out": rows(connection, LEFT_OUT, model_id, workload_id),
    }


def _named(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[Row]:
    found = connection.execute(query, parameters)
    columns = [each[0] for each in found.description or ()]
    return [dict(zip(columns, each, strict=True)) for each in found.fetchall()]
