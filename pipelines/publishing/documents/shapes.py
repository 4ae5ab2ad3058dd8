"""The shape of every JSON document of an edition, declared once: what a page, an agent or a script may rely on.

Belongs here: types, and nothing that runs. The builders beside this file fill them, ``schema.py`` turns them into JSON
Schema, ``tests/pipelines/documents/field_paths.txt`` holds every path and kind of them: a path that goes or changes its
kind needs a higher major version, a new one a higher minor version (`SCHEMA_VERSION`).

Conventions
* Every key is always there; what is not known is null and has a gap. The only maps with keys of their own are declared
  as ``dict`` (workload id → cost). `Terms` alone leaves out what a price does not say, because most say nothing.
* ``text`` is what a page prints, in the same words as the terminal, plain text and inert: never HTML.
* Amounts are exact decimals (JSON numbers of exactly that value), tokens are integers, days are ``YYYY-MM-DD`` in UTC,
  instants end in Z. Shares are 0 to 1.
* ``reviewed_on`` is the day the source was last known to say so, ``first_seen_on`` the day it was first read. Neither
  is ever the day of the run.
* ``schema_version`` is that of all shapes together, ``as_of`` the newest instant the evidence knows of.
* A url is http(s) or null. An id in a path is safe for a path, see ``pipelines/publishing/paths.py``.
* Lists are in the order in which they are to be read.
"""

from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeAlias, TypedDict, TypeVar

SCHEMA_VERSION = "1.2.0"
"""Semantic version of all shapes together; also in the edition's manifest."""

Day: TypeAlias = Annotated[str, "date"]
"""``YYYY-MM-DD``."""

Instant: TypeAlias = Annotated[str, "date-time"]
"""``YYYY-MM-DDTHH:MM:SSZ``."""

Value = TypeVar("Value")

CapabilityStatus = Literal["yes", "no", "unknown"]
Basis = Literal["same_setting", "best_of_each", "same_benchmark"]
Side = Literal["a", "b", "both"]


# ---------------------------------------------------------------- evidence


class Source(TypedDict):
    """Who says something, and the page where a person can read it."""

    id: str
    """Id of ``quality.sources`` and of sources.json."""
    publisher: str
    authority: str
    """maker, curated, host, gateway or community: the order of precedence; unknown of a source no longer read."""
    url: str | None
    """The page it cites for the fact, else the document that was read."""


class Gap(TypedDict):
    """One thing not known, why, and what would mend it."""

    gap_id: str
    kind: str
    reason: str
    reason_text: str
    field: str
    field_text: str
    detail: str
    next_step: str
    page: str | None
    severity: int
    """How many comparison rows it touches."""
    first_seen_on: Day
    acknowledged_until: Day | None


class Why(TypedDict):
    """Why a cell is not known; its `Gap` is among the document's gaps."""

    gap_id: str
    kind: str
    reason: str
    reason_text: str
    detail: str
    next_step: str


class Fact(TypedDict, Generic[Value]):
    """One cell with its evidence: either ``value`` and ``source``, or nulls and (where one could ask) a ``gap``."""

    value: Value | None
    text: str
    """As a page prints it; ``unknown`` with the reason in brackets where it is not known."""
    precision: Literal["day", "month", "year"] | None
    """Of days: how much of it is printed."""
    rule: str | None
    """Why this claim won."""
    source: Source | None
    printed: str | None
    """The words on the page, verbatim, on one line."""
    printed_of: str | None
    """What those words are about, where it is not the field itself: what the cell is derived from, or ``name``."""
    reviewed_on: Day | None
    first_seen_on: Day | None
    claim_id: str | None
    conflicts: int
    """How many standing claims say something else, see ``conflicts`` of the document."""
    gap: Why | None


class Derived(TypedDict):
    """Words that a rule makes of other facts."""

    values: list[str]
    text: str
    rule: str
    claim_ids: list[str]


class Rival(TypedDict):
    """One value that lost, and everybody who says it."""

    value: str
    text: str
    ratio: Decimal | None
    """rival / chosen, of numbers."""
    kind: str
    """unit_error, rounding, stale, other_terms, identity_doubt or disagreement."""
    kind_text: str
    sources: list[Source]
    claim_ids: list[str]
    printed: str
    """By the first of the claims."""
    reviewed_on: Day
    """The newest review among the claims."""


class Conflict(TypedDict):
    """One cell sources disagree about: the chosen value against its rivals."""

    subject_type: Literal["model", "offer"]
    subject_id: str
    model_id: str
    field: str
    field_text: str
    value: str
    text: str
    rule: str
    source: Source
    claim_id: str
    printed: str
    reviewed_on: Day
    rivals: list[Rival]


# ---------------------------------------------------------------- names


class Ref(TypedDict):
    """A thing that has a page of its own."""

    id: str
    name: str


class ModelRef(TypedDict):
    id: str
    name: str
    lab: Ref | None
    product_type: str | None
    status: str
    is_listed: bool
    """Whether it takes part in comparisons."""


class Workload(TypedDict):
    """Traffic a month that costs are computed for."""

    id: str
    name: str
    text: str
    """``800M input + 250M output tokens a month``."""
    input_mtok: Decimal
    cached_share: Decimal
    written_share: Decimal
    output_mtok: Decimal
    prompt_tokens: int
    completion_tokens: int
    service_tier: str


class CapabilityName(TypedDict):
    """One of the ten; ``bit`` is its place in ``yes_mask`` and ``no_mask``."""

    id: str
    name: str
    bit: int


# ---------------------------------------------------------------- prices


class Terms(TypedDict, total=False):
    """When a price holds; a key that is not there is not said."""

    tier_from_tokens: int
    tier_to_tokens: int
    tier_scope: str
    utc_window: str
    service_tier: str
    cache_ttl: str
    region: str
    effective_from: Day
    effective_to: Day


class Price(TypedDict):
    """One component of an offer's price."""

    meter: str
    meter_text: str
    unit: str
    unit_text: str
    """``per million tokens``."""
    amount: Decimal
    currency: str
    usd: Decimal | None
    """Null for another currency: no dated rate is held."""
    text: str
    """``$1.25``."""
    condition: str
    """All terms as canonical key=value pairs; empty for the plain price."""
    condition_text: str
    terms: Terms
    is_plain: bool
    """Whether it is the one input or output price of a short prompt today under the standard service."""
    is_confirmed: bool
    confirmed_by: list[str]
    """Ids of the sources that say this same amount, the chosen one first."""
    source: Source
    printed: str
    reviewed_on: Day
    first_seen_on: Day
    claim_id: str
    conflicts: int


class Cost(TypedDict):
    """What one workload costs a month."""

    usd: Decimal
    text: str
    is_confirmed: bool


class Uncosted(TypedDict):
    """Why a workload has no cost at an offer."""

    reason: Literal["context_too_short", "prompt_too_long", "answer_too_short", "long_prompts_unsaid"]
    reason_text: str
    """Inside a cell: ``does not fit``, ``not said``."""
    text: str
    """``a window of 200,000 tokens is too small for a prompt of 300,000 and its answer of 4,000``."""


class Offer(TypedDict):
    """One way to buy one model, with every component of its price."""

    offer_id: str
    provider: Ref
    provider_kind: str
    via: Ref | None
    seller_text: str
    """``Azure via OpenRouter (eu, fp8)``."""
    route_id: str
    """The id you call."""
    variant: str
    region: str | None
    quantization: str | None
    context_tokens: int | None
    max_output_tokens: int | None
    price_status: str
    price_status_text: str
    is_confirmed: bool
    prices: list[Price]
    costs: dict[str, Cost]
    """Workload id → cost, for every workload the offer can carry whole."""
    uncosted: dict[str, Uncosted]
    """Workload id → why it has none, where that can be said."""
    gaps: list[Gap]
    source: Source | None
    """Who lists it, where nobody prices it."""
    first_seen_on: Day
    reviewed_on: Day


class OfferRow(TypedDict):
    """One offer on one line of a table; its `Offer` is in the model's document."""

    offer_id: str
    model: Ref
    provider: Ref
    via: Ref | None
    seller_text: str
    route_id: str
    variant: str
    region: str | None
    quantization: str | None
    context_tokens: int | None
    max_output_tokens: int | None
    price_status: str
    price_status_text: str
    is_confirmed: bool
    input_usd: Decimal | None
    """Plain prices of a short prompt today, US dollars per million tokens."""
    input_text: str
    cache_read_usd: Decimal | None
    cache_read_text: str
    output_usd: Decimal | None
    output_text: str
    prices: int
    """How many components its price has in all."""
    costs: dict[str, Cost]
    uncosted: dict[str, Uncosted]
    reviewed_on: Day


class CostLine(TypedDict):
    """One line of the arithmetic behind a cost."""

    line: str
    """input, cache_read, cache_write or output."""
    meter: str
    """At which of the offer's prices."""
    mtok: Decimal
    usd_per_mtok: Decimal
    usd: Decimal
    text: str
    """``800M input at $1.25 per million``."""
    condition: str
    is_confirmed: bool
    claim_ids: list[str]


class CostAt(TypedDict):
    """The cost of one workload at one offer."""

    offer_id: str
    seller_text: str
    usd: Decimal
    text: str
    reviewed_on: Day


class CostMade(TypedDict):
    """The same with its arithmetic."""

    offer_id: str
    seller_text: str
    usd: Decimal
    text: str
    reviewed_on: Day
    lines: list[CostLine]


class ModelCost(TypedDict):
    """One workload of one model: its cheapest confirmed offer that carries it whole, and a cheaper unconfirmed one."""

    workload_id: str
    workload_text: str
    confirmed: CostMade | None
    unconfirmed: CostMade | None
    text: str
    """Of the confirmed one; ``unknown`` with the reason where there is none."""


class Point(TypedDict):
    """One stretch of time in which a price was said."""

    amount: Decimal
    text: str
    observed_from: Day
    observed_to: Day | None
    """Null while it stands."""
    effective_from: Day | None
    effective_to: Day | None
    claim_id: str


class Series(TypedDict):
    """A price over time, as one source said it. A price that has never moved has no series: its `Price` says all."""

    offer_id: str
    seller_text: str
    meter: str
    meter_text: str
    unit: str
    unit_text: str
    currency: str
    condition: str
    condition_text: str
    source: Source
    points: list[Point]


class PriceChange(TypedDict):
    """One change of one price in one source."""

    changed_on: Day
    model: Ref
    offer_id: str
    seller_text: str
    meter: str
    meter_text: str
    unit_text: str
    condition: str
    condition_text: str
    currency: str
    old_amount: Decimal
    old_text: str
    new_amount: Decimal
    new_text: str
    ratio: Decimal | None
    text: str
    """``output, per million tokens: $1.50 → $1.10``."""
    source: Source
    printed: str
    claim_id: str


# ---------------------------------------------------------------- abilities and results


class Capability(TypedDict):
    id: str
    name: str
    status: CapabilityStatus
    fact: Fact[bool]
    """``text`` is Yes, No or Unknown."""


class Setting(TypedDict):
    """One known part of the setting a result was reached in."""

    name: str
    value: str


class Result(TypedDict):
    """One score of one model on one benchmark in one setting, as one source reports it."""

    model: Ref
    benchmark: Ref
    score: Decimal
    text: str
    """With its scale: ``82.1 %``, ``1,312 Elo``."""
    unit: str
    setting: list[Setting]
    setting_text: str
    note: str | None
    """Prose beside the score, as printed: a note, not a setting."""
    reported_by: Literal["maker", "third_party"]
    reporter: str | None
    """Who measured, where somebody says."""
    reporter_text: str
    evaluated_on: Day | None
    comparability: str | None
    """Whether a gap may rest on it, else the first reason why not; null where it is not weighed."""
    comparability_text: str
    comparable_key: str | None
    """A gap may rest on two comparable results with the same key: one reporter, version, harness and metric."""
    source: Source
    printed: str
    reviewed_on: Day
    claim_id: str


class SharedSide(TypedDict):
    """One side's result on a shared benchmark."""

    score: Decimal
    text: str
    setting_text: str
    note: str | None
    reporter_text: str
    evaluated_on: Day | None
    source: Source
    printed: str
    claim_id: str


class SharedResult(TypedDict):
    """One benchmark two models share, on the strongest basis there is."""

    benchmark: Ref
    basis: Basis
    basis_text: str
    unit: str
    higher_is_better: bool | None
    a: SharedSide
    b: SharedSide
    gap: Decimal | None
    """A's score minus B's; null unless the basis allows one."""
    gap_text: str
    leader: str | None
    """``a``, ``b`` or ``equal``; null without a gap or where better is not established."""
    reviewed_on: Day


# ---------------------------------------------------------------- model


class Facts(TypedDict):
    """What kind of thing a model is, one cell each, in the order in which they are to be read."""

    name: Fact[str]
    lab: Fact[str]
    """The value is the lab's id, the text its name."""
    family: Fact[str]
    product_type: Fact[str]
    status: Fact[str]
    released_on: Fact[str]
    knowledge_cutoff_on: Fact[str]
    shutdown_on: Fact[str]
    context_tokens: Fact[int]
    max_output_tokens: Fact[int]
    parameters: Fact[int]
    active_parameters: Fact[int]
    architecture: Fact[str]
    architecture_name: Fact[str]
    license: Fact[str]
    """The value is the SPDX id, the text the licence's name."""
    open_weights: Fact[bool]
    input_modalities: Fact[list[str]]
    output_modalities: Fact[list[str]]


class Dates(TypedDict):
    first_seen_on: Day
    last_changed_on: Day
    last_reviewed_on: Day
    """The oldest review among the facts shown: each of them was still said at least then."""


class Neighbour(TypedDict):
    """A model worth comparing with, and why."""

    model: ModelRef
    rank: int
    reasons: list[str]
    """successor, predecessor, family, price rival, type, or shared benchmarks."""
    is_published: bool
    """Whether the edition holds this pair ready-made."""


class Spelling(TypedDict):
    """A name sources print for the model, and how it is served under that name."""

    printed: str
    variant: str
    sources: list[str]


class Redirect(TypedDict):
    """An id that was published and leads here now."""

    id: str
    renamed_on: Day | None
    reason: str
    url: str | None


class Model(TypedDict):
    """``models/<id>.json``."""

    schema_version: str
    as_of: Instant
    id: str
    name: str
    lab: Ref | None
    family: Ref | None
    is_listed: bool
    completeness: Decimal
    """Share of the askable facts and capabilities that are known."""
    completeness_text: str
    best_for: Derived
    decision_fit: Derived
    facts: Facts
    capabilities: list[Capability]
    offers: list[Offer]
    """Confirmed and cheapest for the default workload first; subscription plans last."""
    costs: list[ModelCost]
    """Every workload, the default one first."""
    history: list[Series]
    changes: list[PriceChange]
    results: list[Result]
    alternatives: list[Neighbour]
    gaps: list[Gap]
    conflicts: list[Conflict]
    spellings: list[Spelling]
    redirects: list[Redirect]
    dates: Dates


# ---------------------------------------------------------------- provider, lab, family, benchmark


class SourceState(TypedDict):
    """How one source is."""

    id: str
    publisher: str
    kind: str
    authority: str
    url: str | None
    terms_url: str | None
    licence: str
    state: Literal["fresh", "partial", "stale", "failing", "never"]
    state_text: str
    review_every_days: int
    last_ok_at: Instant | None
    last_attempt_at: Instant | None
    last_error: str | None
    documents: int
    documents_missed: int
    subjects: int
    claims: int
    rows_offered: int
    rows_read: int
    rows_left_out: int
    rows_in_doubt: int
    ignored: str
    is_unproven: bool


class Provider(TypedDict):
    """``providers/<id>.json``."""

    schema_version: str
    as_of: Instant
    id: str
    name: str
    kind: str
    kind_text: str
    lab: Ref | None
    """The lab whose own outlet it is."""
    homepage_url: str | None
    pricing_url: str | None
    currency: str
    models: int
    offers: list[OfferRow]
    """Of models by id; what it sells itself before what is bought through it."""
    changes: list[PriceChange]
    spellings: list[str]
    sources: list[SourceState]
    """Everybody who prices or lists something of it, the most telling first."""
    gaps: int
    conflicts: int
    reviewed_on: Day | None
    """The oldest review among its offers."""


class Lab(TypedDict):
    id: str
    name: str
    kind: str
    homepage_url: str | None
    pricing_url: str | None
    providers: list[Ref]
    """Its own outlets."""
    families: list[Ref]
    models: list[str]
    """Ids of catalogue.json, newest release first."""


class Labs(TypedDict):
    """``labs.json``."""

    schema_version: str
    as_of: Instant
    labs: list[Lab]


class Family(TypedDict):
    id: str
    """``<lab>.<family>`` as a safe id."""
    name: str
    lab: Ref | None
    models: list[str]
    """Ids of catalogue.json, newest release first."""


class Families(TypedDict):
    """``families.json``."""

    schema_version: str
    as_of: Instant
    families: list[Family]


class Sources(TypedDict):
    """``sources.json``."""

    schema_version: str
    as_of: Instant
    sources: list[SourceState]


class Benchmark(TypedDict):
    """``benchmarks/<id>.json``."""

    schema_version: str
    as_of: Instant
    id: str
    name: str
    unit: str
    unit_text: str
    higher_is_better: bool | None
    max_score: Decimal | None
    models: int
    results: list[Result]
    """Best first where better is established, else by model."""
    settings: list[str]
    reporters: list[str]
    sources: list[SourceState]
    reviewed_on: Day | None
    """The oldest review among its results."""


# ---------------------------------------------------------------- pair


class Statement(TypedDict):
    """One thing a comparison says: a row before it is a sentence. Its section and place are where it stands."""

    rule_id: str
    side: Side | None
    """The model it is about or speaks for."""
    sentence: str
    question: str | None
    """Of the FAQ alone."""
    numbers: dict[str, object]
    claim_ids: list[str]


class Verdict(TypedDict):
    kind: str
    model_id: str | None
    """Null where it names none."""
    statements: list[Statement]


class CapabilityPair(TypedDict):
    id: str
    name: str
    a: CapabilityStatus
    b: CapabilityStatus


class SideCost(TypedDict):
    """What one workload costs one side; its arithmetic is in the model's document."""

    confirmed: CostAt | None
    unconfirmed: CostAt | None
    text: str


class Contested(TypedDict):
    """One cell of a side that sources disagree about; its rivals are in the model's document."""

    field: str
    field_text: str
    text: str
    """What we hold."""
    rival_texts: list[str]
    claims: int
    """How many claims say something else."""


class CostPair(TypedDict):
    """One workload of both sides."""

    workload_id: str
    workload_text: str
    a: SideCost
    b: SideCost
    gap_usd: Decimal | None
    """Difference of the confirmed costs, from unrounded totals; null where either is unknown."""
    gap_text: str
    lower: Literal["a", "b", "equal"] | None


class PairSide(TypedDict):
    """All a comparison shows of one model; the rest is in its own document."""

    id: str
    name: str
    lab: Ref | None
    family: Ref | None
    is_listed: bool
    completeness: Decimal
    best_for: Derived
    decision_fit: Derived
    facts: Facts
    capabilities: list[Capability]
    offers: list[OfferRow]
    """The first of its offers, those a cost rests on among them."""
    offers_total: int
    providers_total: int
    gaps: list[Gap]
    conflicts: list[Contested]
    """Of facts and capabilities; those of single offers are in the model's document."""
    dates: Dates


class Pair(TypedDict):
    """``compare/<a>/<b>.json``, a < b by id."""

    schema_version: str
    as_of: Instant
    a: PairSide
    b: PairSide
    verdict: Verdict
    statements: dict[str, list[Statement]]
    """Section → what is said there, in order: intro, scorecard, tradeoffs, cost, switch_a_to_b, switch_b_to_a, specs,
    offers, capabilities, benchmarks, deep_dive, gaps. Verdict and FAQ are apart."""
    faq: list[Statement]
    costs: list[CostPair]
    capabilities: list[CapabilityPair]
    only_a: list[str]
    """Capabilities A is known to have and B is known to lack."""
    only_b: list[str]
    unknown_capabilities: list[str]
    shared_providers: list[Ref]
    shared_results: list[SharedResult]
    continue_comparing: list[Neighbour]
    """Models worth comparing with one of the two."""
    continue_from: list[str]
    """For each of them, whose neighbour it is: a model id."""
    gap_count: int
    is_published: bool
    rank: int | None
    why: str | None
    last_reviewed_on: Day
    """The oldest review among all facts shown."""


class PairRow(TypedDict):
    """A pair the edition holds ready-made."""

    a: str
    b: str
    rank: int
    why: str
    verdict_kind: str
    verdict_model_id: str | None
    sentence: str | None
    """The first sentence of the verdict."""


class Pairs(TypedDict):
    """``compare/index.json``."""

    schema_version: str
    as_of: Instant
    pairs: list[PairRow]


# ---------------------------------------------------------------- the whole


class CatalogueRow(TypedDict):
    """One model on one line: what search, the calculator and "compare any two" need before they read its document."""

    id: str
    name: str
    lab_id: str | None
    family: str | None
    product_type: str | None
    status: str
    is_listed: bool
    released_on: Day | None
    shutdown_on: Day | None
    context_tokens: int | None
    max_output_tokens: int | None
    parameters: int | None
    license_id: str | None
    open_weights: bool | None
    input_usd: Decimal | None
    """Of the cheapest confirmed offer for the default workload, US dollars per million tokens."""
    output_usd: Decimal | None
    costs: dict[str, Decimal]
    """Workload id → the cheapest confirmed cost a month in US dollars; a workload that is not there is not known."""
    yes_mask: int
    no_mask: int
    offers: int
    results: int
    completeness: Decimal
    last_reviewed_on: Day


class Catalogue(TypedDict):
    """``catalogue.json``."""

    schema_version: str
    as_of: Instant
    workloads: list[Workload]
    capabilities: list[CapabilityName]
    labs: list[Ref]
    models: list[CatalogueRow]
    providers: list[Ref]
    benchmarks: list[Ref]
    left_out: list[str]
    """``models/<id>`` and the like: ids that cannot be a file's name and have no document of their own."""


class SubjectGap(TypedDict):
    """A gap with the name of what it is about."""

    model: Ref | None
    gap: Gap


class PageToRead(TypedDict):
    """A page that open gaps point to."""

    page: str
    cells: int
    gaps: int
    subjects: int
    fields: list[str]


class GapCount(TypedDict):
    kind: str
    reason: str
    reason_text: str
    gaps: int
    severity: int


class Gaps(TypedDict):
    """``gaps.json``: what we do not know, by what it would mend."""

    schema_version: str
    as_of: Instant
    counts: list[GapCount]
    gaps: list[SubjectGap]
    """The first of them by severity; every gap of a model is in its document, and all are in quality.gaps."""
    pages: list[PageToRead]


class Conflicts(TypedDict):
    """``conflicts.json``: cells sources disagree about, those of what comparisons show first."""

    schema_version: str
    as_of: Instant
    counts: dict[str, int]
    """Kind of disagreement → losing claims."""
    conflicts: list[Conflict]


class Retirement(TypedDict):
    model: ModelRef
    shutdown_on: Fact[str]
    days_left: int
    """From the night of the file; 0 or less where the day has passed."""
    offers: int
    """How many offers still list it."""
    alternatives: list[Neighbour]


class Retirements(TypedDict):
    """``retirements.json``: every announced shutdown day, the next one first, past ones after those to come."""

    schema_version: str
    as_of: Instant
    retirements: list[Retirement]


class Rule(TypedDict):
    """One kind of statement."""

    id: str
    section: str
    position: int
    about: str
    needs: str
    for_whom: str | None
    question: str | None
    sentence: str


class Threshold(TypedDict):
    name: str
    value: Decimal
    unit: str
    meaning: str


class Methodology(TypedDict):
    """``methodology.json``: the rules and thresholds comparisons are made by."""

    schema_version: str
    as_of: Instant
    workloads: list[Workload]
    capabilities: list[CapabilityName]
    thresholds: list[Threshold]
    rules: list[Rule]
