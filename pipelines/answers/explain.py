"""``almanac explain``: value ← rule ← claim ← printed words ← snapshot ← URL, and who disagrees, asked as one object.

An answer is one value with the claims it rests on; a price has one for every condition, a benchmark one for every
setting. How it looks is `explain_sheet`'s.
"""

import duckdb

from pipelines.answers.asking import Row, Unclear, model_named, one_of, row, rows, workload_named
from pipelines.wording.amounts import counted, number, rate
from sources import contract
from warehouse.schemas import table as declared

MODEL = "select * from core.models where model_id = ?"

CAPABILITY = "select status, claim_id, rule from core.capabilities where model_id = ? and capability = ?"

CHOICES = """
select choices.claim_id, choices.rule
from evidence.choices as choices
join evidence.claims as claims using (claim_id)
where choices.table_name = 'core.models' and choices.row_id = ? and choices.field = ?
order by claims.attribute, choices.claim_id
"""

CLAIMS = """
select
    claims.*,
    sources.publisher,
    sources.authority,
    (
        select arg_max(
            coalesce(fetches.final_url, fetches.url), (fetches.started_at, fetches.attempt, fetches.fetch_id)
        )
        from raw.fetches as fetches
        where fetches.source_id = claims.source_id and fetches.sha256 = claims.snapshot_sha256
    ) as url
from evidence.claims as claims
left join quality.sources as sources using (source_id)
where claims.claim_id in (select unnest(?::varchar[]))
order by claims.attribute, claims.claim_id
"""

DISAGREEMENTS = """
select
    conflicts.rival_value,
    conflicts.ratio,
    conflicts.rule,
    conflicts.rival_claim_id,
    conflicts.rival_source_id,
    claims.subject,
    claims.printed_text,
    claims.locator,
    claims.snapshot_sha256,
    claims.last_reviewed_at
from quality.conflicts as conflicts
join evidence.claims as claims
    on claims.claim_id = conflicts.rival_claim_id
where conflicts.subject_type = ? and conflicts.subject_id = ? and conflicts.chosen_claim_id = ?
order by conflicts.rival_source_id, claims.subject, conflicts.rival_claim_id
"""

REJECTS = """
select
    rejects.*,
    claims.offer_id
from evidence.rejects as rejects
join evidence.claims as claims using (claim_id)
where claims.model_id = ? and rejects.attribute = ?
order by rejects.source_id, rejects.subject, rejects.condition, rejects.claim_id
"""

GAPS = """
select kind, reason, severity, subject_id, field, detail, next_step, first_seen_at
from quality.gaps
where
    list_contains($2, field)
    and (
        (subject_type = 'model' and subject_id = $1)
        or (subject_type = 'offer' and subject_id in (select offer_id from core.offers where model_id = $1))
    )
order by subject_type, subject_id, field
"""

PRICES = """
select
    prices.* exclude (region),
    offers.provider_id,
    providers.name as provider,
    offers.via,
    offers.variant,
    offers.region,
    offers.quantization,
    offers.route_id,
    costs.monthly_cost_usd
from core.prices as prices
join core.offers as offers using (offer_id)
left join core.providers as providers using (provider_id)
left join mart.offer_costs as costs
    on costs.offer_id = prices.offer_id
    and costs.workload_id = 'default'
where offers.model_id = ? and prices.meter = ?
order by
    prices.is_confirmed desc,
    costs.monthly_cost_usd nulls last,
    prices.condition != '',
    prices.usd nulls last,
    prices.offer_id,
    prices.condition,
    prices.unit
"""

METERS = """
select distinct prices.meter
from core.prices as prices
join core.offers as offers using (offer_id)
where offers.model_id = ?
order by prices.meter
"""

SELLERS = """
select offers.provider_id, offers.provider_id as spelling from core.offers as offers where offers.model_id = ?
union
select providers.provider_id, providers.name from core.providers as providers
union
select aliases.provider_id, aliases.alias from core.provider_aliases as aliases
"""

SOLD_BY = "select distinct provider_id from core.offers where model_id = ? order by provider_id"

CHEAPEST = "select offer_id from mart.monthly_costs where model_id = ? and workload_id = 'default'"

COST = """
select
    costs.*,
    offers.provider_id,
    providers.name as provider,
    offers.via,
    offers.variant,
    offers.region,
    offers.quantization,
    offers.route_id,
    workloads.input_mtok,
    workloads.output_mtok
from mart.monthly_costs as cheapest
join mart.offer_costs as costs using (offer_id, workload_id)
join core.offers as offers using (offer_id)
join core.workloads as workloads using (workload_id)
left join core.providers as providers using (provider_id)
where cheapest.model_id = ? and cheapest.workload_id = ?
"""

LINES = """
select line, meter, mtok, usd_per_mtok, usd, condition, claim_ids
from mart.cost_lines
where offer_id = ? and workload_id = ? and mtok > 0
order by list_position(['input', 'cache_read', 'cache_write', 'output'], line)
"""

BENCHMARKS = "select benchmark_id from core.benchmarks order by benchmark_id"

RESULTS = """
select *
from core.benchmark_results
where model_id = ? and benchmark_id = ?
order by setting, source_id, claim_id
"""

MONTHLY_COST = "monthly_cost"

ATTRIBUTE = {"lab_id": "lab"}
"""Columns of ``core.models`` whose claims go by another word."""


def explanation(
    connection: duckdb.DuckDBPyConnection, words: str, field: str, provider: str, workload: str = "default"
) -> Row:
    """Everything behind one field of one model: answers with their claims and rivals, values held back, gaps.

    `workload` is the one a monthly cost is explained for. `Unclear` where the model, the field, the provider or the
    workload means nothing.
    """
    model_id = model_named(connection, words)
    model = row(connection, MODEL, model_id)
    assert model is not None
    name = _field_named(connection, model_id, field)
    kind, _, detail = name.rpartition("/")
    if provider and kind != "price":
        raise Unclear(f"--provider narrows prices, and {name} is not one")
    offers: list[Row] = []
    match kind:
        case "price":
            answers, offers = _prices(connection, model_id, detail, provider)
        case "capability":
            answers = _capability(connection, model_id, detail)
        case "benchmark":
            answers = _results(connection, model_id, detail)
        case _ if name == MONTHLY_COST:
            answers = _cost(connection, model_id, workload_named(connection, workload))
        case _:
            answers = _fact(connection, model, name)
    fields = [name, "benchmark_results"] if kind == "benchmark" else [name]
    return {
        "model_id": model_id,
        "name": model["name"],
        "field": name,
        "answers": answers,
        "other_offers": offers,
        "rejects": rows(connection, REJECTS, model_id, ATTRIBUTE.get(name, name)),
        "gaps": rows(connection, GAPS, model_id, fields),
    }


def _field_named(connection: duckdb.DuckDBPyConnection, model_id: str, words: str) -> str:
    """The field as gaps and claims spell it: a column, ``capability/…``, ``price/…`` or ``benchmark/…``."""
    head, slash, tail = words.strip().partition("/")
    meters = [each["meter"] for each in rows(connection, METERS, model_id)]
    benchmarks = [each["benchmark_id"] for each in rows(connection, BENCHMARKS)]
    columns = [column.name for column in declared("core.models").columns]
    if slash and head == "benchmark":
        return f"benchmark/{one_of(tail, benchmarks, 'benchmark')}"
    known = {
        **{each: f"benchmark/{each}" for each in benchmarks},
        **{each: f"price/{each}" for each in ("input", "output", "cache_read", *meters)},
        **{each: f"capability/{each}" for each in contract.CAPABILITIES},
        **{each: each for each in (*columns, MONTHLY_COST)},
    }
    known |= {full: full for full in known.values()}
    return known[one_of(words, list(known), "field")]


def _claims(connection: duckdb.DuckDBPyConnection, claim_ids: list[str]) -> list[Row]:
    return rows(connection, CLAIMS, claim_ids)


def _fact(connection: duckdb.DuckDBPyConnection, model: Row, field: str) -> list[Row]:
    choices = rows(connection, CHOICES, model["model_id"], field)
    if model[field] is None:
        return []
    claims = _claims(connection, [each["claim_id"] for each in choices])
    rivals = [
        rival
        for each in choices
        if not each["rule"].startswith("derived")
        for rival in rows(connection, DISAGREEMENTS, "model", model["model_id"], each["claim_id"])
    ]
    rules = list(dict.fromkeys(each["rule"] for each in choices))
    precision = model.get(f"{field.removesuffix('_on')}_precision")
    dated = {"precision": precision} if precision else {}
    return [{"value": model[field], **dated, "rule": "; ".join(rules), "claims": claims, "disagreements": rivals}]


def _capability(connection: duckdb.DuckDBPyConnection, model_id: str, capability: str) -> list[Row]:
    held = row(connection, CAPABILITY, model_id, capability)
    if held is None or held["claim_id"] is None:
        return []
    return [
        {
            "value": held["status"],
            "rule": held["rule"],
            "claims": _claims(connection, [held["claim_id"]]),
            "disagreements": rows(connection, DISAGREEMENTS, "model", model_id, held["claim_id"]),
        }
    ]


def _results(connection: duckdb.DuckDBPyConnection, model_id: str, benchmark_id: str) -> list[Row]:
    return [
        {
            "value": result["score"],
            "unit": result["unit"],
            "setting": result["setting"],
            "rule": _standing_of(result),
            "claims": _claims(connection, [result["claim_id"]]),
            "disagreements": [],
        }
        for result in rows(connection, RESULTS, model_id, benchmark_id)
    ]


def _standing_of(result: Row) -> str:
    """Who measured, and whether a gap may rest on it."""
    by = "its maker" if result["reported_by"] == "maker" else result["reporter"] or "nobody named"
    why = result["comparability"].replace("_", " ")
    return f"measured by {by}; " + (
        "compared with others of its kind" if why == "comparable" else f"not compared: {why}"
    )


def _prices(
    connection: duckdb.DuckDBPyConnection, model_id: str, meter: str, provider: str
) -> tuple[list[Row], list[Row]]:
    """The prices explained (the provider's, else those of the cheapest confirmed offer), and those of other offers."""
    prices = rows(connection, PRICES, model_id, meter)
    if provider:
        seller_id = _seller_named(connection, model_id, provider)
        chosen = {each["offer_id"] for each in prices if each["provider_id"] == seller_id}
    else:
        cheapest = row(connection, CHEAPEST, model_id) or {}
        chosen = {each["offer_id"] for each in prices if each["offer_id"] == cheapest.get("offer_id")}
        chosen = chosen or {each["offer_id"] for each in prices[:1]}
    answers = [_price(connection, each) for each in prices if each["offer_id"] in chosen]
    return answers, [each for each in prices if each["offer_id"] not in chosen]


def _price(connection: duckdb.DuckDBPyConnection, price: Row) -> Row:
    also = [each for each in price["confirming_claims"] if each != price["claim_id"]]
    standing = f"{'confirmed' if price['is_confirmed'] else 'unconfirmed'}, said by {counted(len(also) + 1, 'claim')}"
    return {
        "value": price["amount"],
        "rule": f"the seller's own word, else the nearest authority's; {standing}",
        **price,
        "claims": _claims(connection, [price["claim_id"]]),
        "agreeing": _claims(connection, also),
        "disagreements": rows(connection, DISAGREEMENTS, "offer", price["offer_id"], price["claim_id"]),
    }


def _cost(connection: duckdb.DuckDBPyConnection, model_id: str, workload_id: str) -> list[Row]:
    """The cost of one workload, line by line, resting on the claims of the prices that apply to it."""
    cost = row(connection, COST, model_id, workload_id)
    if cost is None:
        return []
    lines = rows(connection, LINES, cost["offer_id"], workload_id)
    sums = [
        f"{number(each['mtok'])}M {each['line'].replace('_', ' ')} at {rate(each['usd_per_mtok'])}"
        + ("" if each["meter"] == each["line"] else f" (as {each['meter']})")
        for each in lines
    ]
    used = dict.fromkeys(claim_id for each in lines for claim_id in each["claim_ids"])
    return [
        {
            "value": cost["monthly_cost_usd"],
            "rule": f"the cheapest single confirmed offer: {' + '.join(sums)} per million",
            **cost,
            "lines": lines,
            "condition": "; ".join(dict.fromkeys(each["condition"] for each in lines if each["condition"])),
            "claims": _claims(connection, list(used)),
            "disagreements": [],
        }
    ]


def _seller_named(connection: duckdb.DuckDBPyConnection, model_id: str, words: str) -> str:
    spellings = {each["spelling"]: each["provider_id"] for each in rows(connection, SELLERS, model_id)}
    sold_by = [each["provider_id"] for each in rows(connection, SOLD_BY, model_id)]
    found = str(spellings[one_of(words, list(spellings), "provider")])
    if found not in sold_by:
        others = f": {', '.join(sold_by[:8])}{', …' if len(sold_by) > 8 else ''}" if sold_by else ""
        raise Unclear(f"{found} is not among the {len(sold_by)} that sell {model_id}, as far as we read{others}")
    return found
