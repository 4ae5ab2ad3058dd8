"""The questions documents ask of the finished file: each over all models at once, or over those a pair is made of.

``{asked}`` stands where a query is narrowed (`Shelf.rows`), ``{most}`` for so many rows: a constant, since DuckDB hands
over the rows of a query with parameters in no order. Nothing here says what becomes of them.
"""

MODELS = """
select
    models.* exclude (first_seen_at, last_changed_at, last_reviewed_at),
    labs.name as lab_name,
    cast(utc_day(models.first_seen_at) as varchar) as first_seen_on,
    cast(utc_day(models.last_changed_at) as varchar) as last_changed_on,
    cast(utc_day(models.last_reviewed_at) as varchar) as last_reviewed_on
from core.models as models
left join core.labs as labs using (lab_id)
where {asked}
order by models.model_id
"""

CELLS = """
select
    row_id as model_id,
    field,
    claim_id,
    rule
from evidence.choices
where table_name = 'core.models'
    and field not in (
        'model_id', 'is_listed', 'completeness', 'first_seen_at', 'last_changed_at', 'last_reviewed_at', 'license_name',
        'released_precision', 'knowledge_cutoff_precision'
    )
    and {asked}
order by row_id, field, starts_with(rule, 'derived'), claim_id
"""

CAPABILITY_ROWS = """
select model_id, capability, status, claim_id, rule
from core.capabilities
where {asked}
"""

MODEL_GAPS = """
select
    * exclude (first_seen_at, acknowledged_until),
    cast(utc_day(first_seen_at) as varchar) as first_seen_on,
    cast(acknowledged_until as varchar) as acknowledged_until
from quality.gaps
where subject_type = 'model' and {asked}
order by severity desc, field, gap_id
"""

OFFER_GAPS = """
select
    gaps.* exclude (first_seen_at, acknowledged_until),
    cast(utc_day(gaps.first_seen_at) as varchar) as first_seen_on,
    cast(gaps.acknowledged_until as varchar) as acknowledged_until
from quality.gaps as gaps
join core.offers as offers
    on offers.offer_id = gaps.subject_id
where gaps.subject_type = 'offer' and {asked}
order by gaps.severity desc, gaps.field, gaps.gap_id
"""

MODEL_CONFLICTS = """
select *, subject_id as model_id
from quality.conflicts
where subject_type = 'model' and {asked}
order by subject_id, field, rival_value, rival_source_id, rival_claim_id
"""

OFFER_CONFLICTS = """
select conflicts.*, offers.model_id
from quality.conflicts as conflicts
join core.offers as offers
    on offers.offer_id = conflicts.subject_id
where conflicts.subject_type = 'offer' and {asked}
order by
    conflicts.subject_id,
    conflicts.field,
    conflicts.rival_value,
    conflicts.rival_source_id,
    conflicts.rival_claim_id
"""

CLAIMS = """
select
    claims.claim_id,
    claims.source_id,
    coalesce(sources.publisher, claims.source_id) as publisher,
    coalesce(sources.authority, 'unknown') as authority,
    claims.attribute,
    claims.subject,
    claims.printed_text,
    case when claims.cited_url != '' then claims.cited_url else claims.scope end as url,
    cast(utc_day(claims.first_seen_at) as varchar) as first_seen_on,
    cast(least(utc_day(claims.last_confirmed_at), claims.reviewed_on) as varchar) as reviewed_on
from evidence.folded_claims as claims
left join quality.sources as sources using (source_id)
where claims.claim_id in ({claim_ids})
"""

OFFERS = """
select
    offers.* exclude (first_seen_at, last_reviewed_at),
    models.name as model_name,
    totals.cache_read_usd,
    coalesce(totals.prices, 0) as prices,
    cast(utc_day(offers.first_seen_at) as varchar) as first_seen_on,
    cast(utc_day(offers.last_reviewed_at) as varchar) as reviewed_on
from core.offers as offers
join core.models as models using (model_id)
left join (
    select
        offer_id,
        count(*) as prices,
        max(usd) filter (
            where meter = 'cache_read' and unit = 'mtok' and bought_as(condition) = ''
                and holds_on(condition, (select as_of from quality.build))
                and is_for_a_short_prompt(condition) and not is_one_of_several(condition)
        ) as cache_read_usd
    from core.prices
    where offer_id in (select offer_id from core.offers as offers where {asked})
    group by offer_id
) as totals
    on totals.offer_id = offers.offer_id
where {asked}
order by offers.offer_id
"""

LISTINGS = """
select offers.offer_id, choices.claim_id
from evidence.offer_choices as choices
join core.offers as offers using (offer_id)
where choices.field = 'route_id' and {asked}
"""

PRICES = """
select
    prices.offer_id,
    prices.meter,
    prices.unit,
    prices.amount,
    prices.currency,
    prices.usd,
    prices.condition,
    prices.tier_from_tokens,
    prices.tier_to_tokens,
    prices.tier_scope,
    prices.utc_window,
    prices.service_tier,
    prices.cache_ttl,
    prices.region,
    cast(prices.effective_from as varchar) as effective_from,
    cast(prices.effective_to as varchar) as effective_to,
    prices.is_plain,
    prices.is_confirmed,
    prices.confirming_claims,
    prices.claim_id
from core.prices as prices
join core.offers as offers using (offer_id)
where {asked}
order by
    prices.offer_id,
    coalesce(list_position(['input', 'cache_read', 'cache_write', 'output'], prices.meter), 9),
    prices.meter,
    prices.unit,
    prices.condition != '',
    prices.service_tier nulls first,
    prices.tier_from_tokens nulls first,
    prices.condition,
    prices.currency
"""

OFFER_COSTS = """
select
    offer_id,
    workload_id,
    monthly_cost_usd,
    is_confirmed,
    cast(utc_day(last_reviewed_at) as varchar) as reviewed_on
from mart.offer_costs
where {asked}
"""

MONTHLY_COSTS = """
select model_id, workload_id, offer_id, unconfirmed_offer_id, uncosted_offer_id
from mart.monthly_costs
where {asked}
"""

UNCOSTED_OFFERS = """
select offer_id, workload_id, reason, detail
from mart.uncosted_offers
where {asked}
"""

COST_LINES = """
select lines.* exclude (last_reviewed_at)
from mart.cost_lines as lines
join mart.monthly_costs as costs
    on costs.model_id = lines.model_id
    and costs.workload_id = lines.workload_id
    and lines.offer_id in (costs.offer_id, costs.unconfirmed_offer_id)
where lines.mtok > 0 and {asked}
order by lines.offer_id, lines.workload_id, list_position(['input', 'cache_read', 'cache_write', 'output'], lines.line)
"""

WORKLOADS = "select * from core.workloads order by workload_id != 'default', workload_id"

SERIES = """
with said as (
    select
        history.*,
        without_part(without_part(history.condition, 'effective_from'), 'effective_to') as terms
    from core.price_history as history
    join core.offers as offers using (offer_id)
    where {asked}
)

select
    offer_id,
    meter,
    unit,
    currency,
    terms,
    source_id,
    amount,
    cast(utc_day(observed_from) as varchar) as observed_from,
    cast(utc_day(observed_to) as varchar) as observed_to,
    cast(effective_from as varchar) as effective_from,
    cast(effective_to as varchar) as effective_to,
    subject,
    claim_id
from said
qualify count(distinct amount) over (partition by offer_id, source_id, subject, meter, unit, currency, terms) > 1
order by
    offer_id,
    coalesce(list_position(['input', 'cache_read', 'cache_write', 'output'], meter), 9),
    meter,
    unit,
    currency,
    terms,
    source_id,
    subject,
    coalesce(effective_from, utc_day(observed_from)),
    utc_day(observed_from),
    claim_id
"""

CHANGES = """
select
    offers.model_id,
    cast(changes.changed_on as varchar) as changed_on,
    changes.offer_id,
    changes.meter,
    changes.unit,
    changes.condition,
    changes.currency,
    changes.old_amount,
    changes.new_amount,
    changes.ratio,
    changes.claim_id
from mart.price_changes as changes
join core.offers as offers using (offer_id)
where {asked}
order by changes.changed_on desc, changes.offer_id, changes.meter, changes.condition, changes.claim_id
"""

RESULTS = """
select
    results.* exclude (evaluated_on, last_reviewed_at),
    cast(results.evaluated_on as varchar) as evaluated_on,
    benchmarks.name as benchmark_name,
    models.name as model_name
from core.benchmark_results as results
join core.benchmarks as benchmarks using (benchmark_id)
join core.models as models using (model_id)
where {asked}
order by benchmarks.name, results.benchmark_id, results.setting, results.score desc, results.claim_id
"""

SPELLINGS = """
select
    model_id,
    subject,
    variant,
    list_sort(list(distinct source_id)) as sources
from core.model_aliases
where model_id is not null and is_latest and {asked}
group by model_id, subject, variant
order by model_id, variant != '', count(distinct source_id) desc, subject, variant
"""

REDIRECTS = """
select
    redirects_to as model_id,
    model_id as id,
    cast(renamed_on as varchar) as renamed_on,
    reason,
    url
from core.model_redirects
where redirects_to is not null and {asked}
order by model_id
"""

NEIGHBOURS = """
select neighbours.model_id, neighbours.rank, neighbours.neighbour_id, neighbours.reasons
from mart.neighbours as neighbours
where {asked}
order by neighbours.model_id, neighbours.rank
"""

NEIGHBOUR_REFS = """
select
    neighbours.model_id,
    models.model_id as neighbour_id,
    models.name,
    models.lab_id,
    models.product_type,
    models.status,
    models.is_listed,
    pairs.rank is not null as is_published
from mart.neighbours as neighbours
join core.models as models
    on models.model_id = neighbours.neighbour_id
left join mart.published_pairs as pairs
    on pairs.model_a_id = least(neighbours.model_id, neighbours.neighbour_id)
    and pairs.model_b_id = greatest(neighbours.model_id, neighbours.neighbour_id)
"""

PUBLISHED_PAIRS = """
select model_a_id, model_b_id, rank, why
from mart.published_pairs
order by rank
"""

SOURCES = "select * from quality.sources order by source_id"

REFS = """
select model_id, name, lab_id, product_type, status, is_listed
from core.models
where {of}
"""

SAID_OF_OFFERS = """
select
    offers.provider_id,
    offers.via,
    said.source_id,
    count(distinct offers.offer_id) as offers
from core.offers as offers
join (
    select offer_id, source_id from core.prices
    union
    select offer_id, source_id from evidence.offer_choices
) as said using (offer_id)
group by offers.provider_id, offers.via, said.source_id
"""

PROVIDERS = """
select
    providers.*,
    coalesce(currencies.currency, 'USD') as currency
from core.providers as providers
left join core.provider_currencies as currencies using (provider_id)
order by providers.provider_id
"""

GAPS_OF_OFFERS = """
select subject_id as offer_id, count(*) as gaps
from quality.gaps
where subject_type = 'offer'
group by subject_id
"""

CONFLICTS_OF_OFFERS = """
select subject_id as offer_id, count(distinct field) as conflicts
from quality.conflicts
where subject_type = 'offer'
group by subject_id
"""

PROVIDER_SPELLINGS = "select provider_id, alias from core.provider_aliases order by provider_id, alias"

BENCHMARKS = "select * from core.benchmarks order by benchmark_id"

COMPARISONS = """
select comparisons.* replace (utc_day(comparisons.last_reviewed_at) as last_reviewed_at)
from mart.comparisons as comparisons
join mart.published_pairs as pairs using (model_a_id, model_b_id)
where {asked}
"""

COMPARISON = "select * from mart.comparisons where model_a_id = ? and model_b_id = ?"

COMPARISON_ON_DEMAND = "select * from comparison(?, ?)"
"""Of two models whose pair is not stored."""

STATEMENTS = """
select said.*
from mart.comparison_statements as said
join mart.published_pairs as pairs using (model_a_id, model_b_id)
where {asked}
order by said.model_a_id, said.model_b_id, said.section, said.position
"""

STATEMENTS_OF = "select * from comparison_statements($a, $b) order by section, position"

SHARED_RESULTS = """
select shared.* replace (utc_day(shared.last_reviewed_at) as last_reviewed_at)
from mart.shared_results as shared
join mart.published_pairs as pairs using (model_a_id, model_b_id)
where {asked}
"""

SHARED_RESULTS_OF = "select * from mart.shared_results where model_a_id = $a and model_b_id = $b"

SHARED_RESULTS_ON_DEMAND = "select * from comparison_results($a, $b)"

FIRST_GAPS = """
select
    * exclude (first_seen_at, acknowledged_until),
    cast(utc_day(first_seen_at) as varchar) as first_seen_on,
    cast(acknowledged_until as varchar) as acknowledged_until
from quality.gaps
where subject_type = 'model' and severity > 0
order by severity desc, subject_id, field, gap_id
limit {most}
"""

FIRST_CONFLICTS = """
with cells as (
    select
        conflicts.subject_type,
        conflicts.subject_id,
        conflicts.field,
        coalesce(offers.model_id, conflicts.subject_id) as model_id,
        count(*) as claims
    from quality.conflicts as conflicts
    left join core.offers as offers
        on conflicts.subject_type = 'offer' and offers.offer_id = conflicts.subject_id
    where conflicts.subject_type = 'model' or offers.offer_id is not null
    group by all
    order by claims desc, conflicts.subject_type, conflicts.subject_id, conflicts.field
    limit {most}
)

select conflicts.*, cells.model_id
from quality.conflicts as conflicts
join cells using (subject_type, subject_id, field)
order by
    cells.claims desc,
    subject_type,
    subject_id,
    field,
    conflicts.rival_value,
    conflicts.rival_source_id,
    conflicts.rival_claim_id
"""

PAGES_TO_READ = "select page, cells, gaps, subjects, fields from mart.pages_to_read order by cells desc, page"

GAP_COUNTS = """
select
    kind,
    reason,
    count(*) as gaps,
    cast(sum(severity) as bigint) as severity
from quality.gaps
group by kind, reason
order by severity desc, gaps desc, kind, reason
"""

CONFLICT_COUNTS = """
select class, count(*) as claims
from quality.conflicts
group by class
order by claims desc, class
"""

LABS = "select * from core.labs order by lab_id"

OUTLETS = "select provider_id, name, lab_id from core.providers where lab_id is not null order by provider_id"

THRESHOLDS = "select * from core.thresholds order by name"

RULES = "select * from core.rules order by section, position"

CHEAPEST = """
select model_id, input_usd_per_mtok, output_usd_per_mtok
from mart.cheapest_offers
where offer_id is not null
"""

MONTHLY_SUMS = """
select model_id, workload_id, monthly_cost_usd
from mart.monthly_costs
where monthly_cost_usd is not null
order by workload_id != 'default', workload_id
"""

RESULT_COUNTS = "select model_id, count(*) as results from core.benchmark_results group by model_id"
