"""``core``: what we hold to be true today, one chosen value per cell, each resting on a claim."""

from sources.contract import CAPABILITIES, PRICE_STATUSES, PRODUCT_TYPES
from warehouse.schemas.declare import MONEY, Column, Table

ARCHITECTURES = ("dense", "mixture_of_experts", "state_space", "hybrid", "diffusion")

STATUSES = ("active", "preview", "deprecated", "retired", "unknown")

PIECE_FORMS = ("text", "words", "counted", "saved", "times", "apart", "if", "else", "basis")
PIECE_OWNERS = ("x", "y", "pair", "signal")
"""How a piece of a template is said and where its fact is looked up, see `warehouse.rules.Piece`."""

PRICE_TERMS = (
    Column("meter", "VARCHAR", "What is charged for: input, output, cache_read, cache_write, image, request, …"),
    Column("unit", "VARCHAR", "Per how much: mtok (a million tokens), image, second, request, …"),
    Column("condition", "VARCHAR", "All conditions as canonical key=value pairs; empty for the plain price."),
    Column(
        "tier_from_tokens",
        "BIGINT",
        "Smallest prompt, in tokens, the price is for; null where it has no lower tier edge.",
        nullable=True,
        at_least=0,
    ),
    Column(
        "tier_to_tokens",
        "BIGINT",
        "Largest prompt, in tokens, the price is for; null where it has no upper tier edge.",
        nullable=True,
        at_least=0,
    ),
    Column(
        "tier_scope",
        "VARCHAR",
        "Whether the tier's price is for the whole request or only for tokens beyond the edge; null without a tier.",
        nullable=True,
        values=("whole_request", "marginal"),
    ),
    Column(
        "utc_window",
        "VARCHAR",
        "Hours of the day (UTC, HH:MM-HH:MM, may wrap midnight) the price is for; null for all day.",
        nullable=True,
    ),
    Column("service_tier", "VARCHAR", "batch, flex, priority or fast; null for the standard service.", nullable=True),
    Column("cache_ttl", "VARCHAR", "How long a cache write lasts (5m, 1h); null where not said.", nullable=True),
    Column("region", "VARCHAR", "Region the price is for; null where not said.", nullable=True),
)

COMPARABILITY = (
    "comparable",
    "alone",
    "superseded",
    "several_scores",
    "reporter_unknown",
    "setting_in_prose",
    "version_unknown",
)


def _part(name: str, meaning: str, kind: str = "VARCHAR") -> Column:
    """A part of a benchmark result that its source may leave unsaid."""
    return Column(
        name, kind, meaning if "null" in meaning.lower() else f"{meaning} Null where not said.", True, rests_on="claim"
    )


TABLES = (
    Table(
        "core.labs",
        grain="one maker of models",
        meaning="Who trains models.",
        key=("lab_id",),
        columns=(
            Column("lab_id", "VARCHAR", "Identifies the lab.", rests_on="choice"),
            Column("name", "VARCHAR", "Its name.", rests_on="choice"),
            Column(
                "kind",
                "VARCHAR",
                "`listed` in our directory, or `named` only by what sources print.",
                values=("listed", "named"),
                rests_on="derived",
            ),
            Column("homepage_url", "VARCHAR", "Its site; null where none is known.", nullable=True, rests_on="choice"),
            Column(
                "pricing_url",
                "VARCHAR",
                "Its pricing page; null where it has none or none is known.",
                nullable=True,
                rests_on="choice",
            ),
        ),
    ),
    Table(
        "core.providers",
        grain="one seller of model access",
        meaning="Who sells models: makers, hosts, clouds, gateways, resellers and subscription plans.",
        key=("provider_id",),
        columns=(
            Column("provider_id", "VARCHAR", "Identifies the provider.", rests_on="choice"),
            Column("name", "VARCHAR", "Its name.", rests_on="choice"),
            Column(
                "kind",
                "VARCHAR",
                "maker, host, cloud, gateway, reseller, plan (a subscription) or local (runs on the reader's machine); unknown where only a source's spelling is known.",
                values=("maker", "host", "cloud", "gateway", "reseller", "plan", "local", "unknown"),
                rests_on="derived",
            ),
            Column(
                "lab_id",
                "VARCHAR",
                "The lab whose own outlet it is; null for sellers of others' models.",
                nullable=True,
                rests_on="derived",
            ),
            Column("homepage_url", "VARCHAR", "Its site; null where none is known.", nullable=True, rests_on="choice"),
            Column(
                "pricing_url",
                "VARCHAR",
                "Its pricing page; null where none is known.",
                nullable=True,
                rests_on="choice",
            ),
        ),
    ),
    Table(
        "core.provider_aliases",
        grain="one spelling of a seller",
        meaning="How sources spell each provider.",
        key=("alias",),
        made_by="python",
        columns=(
            Column("alias", "VARCHAR", "The spelling, lower case."),
            Column("provider_id", "VARCHAR", "The provider meant."),
        ),
    ),
    Table(
        "core.provider_currencies",
        grain="one seller that does not price in US dollars",
        meaning="The currency of sellers whose own prices are in another than the US dollar; reference data.",
        key=("provider_id",),
        made_by="python",
        columns=(
            Column("provider_id", "VARCHAR", "The provider."),
            Column("currency", "VARCHAR", "The currency its own pages price in: EUR, CNY, …"),
        ),
    ),
    Table(
        "core.licenses",
        grain="one licence",
        meaning="How licences are called beside their SPDX ids; reference data.",
        key=("license_id",),
        made_by="python",
        columns=(
            Column("license_id", "VARCHAR", "SPDX id, or LicenseRef-… where SPDX has none."),
            Column("name", "VARCHAR", "Its name, as people read it."),
        ),
    ),
    Table(
        "core.workloads",
        grain="one monthly workload",
        meaning="The workloads costs are computed for; reference data.",
        key=("workload_id",),
        made_by="python",
        columns=(
            Column("workload_id", "VARCHAR", "Identifies the workload; `default` is that of mart.comparisons."),
            Column("name", "VARCHAR", "What it is."),
            Column("input_mtok", MONEY, "Million input tokens a month, cached ones included."),
            Column("cached_share", "DECIMAL(5, 4)", "Share of input tokens read from cache, 0 to 1."),
            Column(
                "written_share",
                "DECIMAL(5, 4)",
                "Share of input tokens written to cache, 0 to 1: at the price of writing where there is one.",
            ),
            Column("output_mtok", MONEY, "Million output tokens a month."),
            Column("prompt_tokens", "BIGINT", "Tokens of one prompt, which decides the tier.", at_least=1),
            Column("completion_tokens", "BIGINT", "Tokens of one answer.", at_least=1),
            Column(
                "service_tier",
                "VARCHAR",
                "`standard`, or `batch` where batch prices may carry it.",
                values=("standard", "batch"),
            ),
        ),
    ),
    Table(
        "core.thresholds",
        grain="one threshold",
        meaning="The numbers that decide: of verdicts, tags, neighbours and lists; reference data.",
        key=("name",),
        made_by="python",
        columns=(
            Column("name", "VARCHAR", "Identifies the threshold: threshold('name') in SQL."),
            Column("value", "DECIMAL(18, 6)", "The number."),
            Column("unit", "VARCHAR", "In what."),
            Column("meaning", "VARCHAR", "What it decides."),
        ),
    ),
    Table(
        "core.rules",
        grain="one kind of statement",
        meaning="The rules of what comparisons say: at which signal each speaks, for whom, and in which words; reference data.",
        key=("rule_id",),
        made_by="python",
        columns=(
            Column("rule_id", "VARCHAR", "Identifies the rule."),
            Column("section", "VARCHAR", "The section it is said in; `switch` is said once in each direction."),
            Column("position", "INTEGER", "Its place in the section.", at_least=1),
            Column("about", "VARCHAR", "Whether it is about one model or weighs both.", values=("one", "both")),
            Column("signal", "VARCHAR", "The signal it speaks at, see reference/rules.yaml."),
            Column("is_once", "BOOLEAN", "Whether it is told of both together rather than of each."),
            Column("unless", "VARCHAR[]", "Verdicts that say so already."),
            Column("needs", "VARCHAR", "What has to be known for it to speak, in words."),
            Column("for_whom", "VARCHAR", "Whom it concerns; null for everybody.", nullable=True),
            Column(
                "question", "VARCHAR", "The question it answers, as a template; null outside of the FAQ.", nullable=True
            ),
            Column("sentence", "VARCHAR", "What it says, as a template."),
        ),
    ),
    Table(
        "core.rule_pieces",
        grain="one piece of one rule's templates",
        meaning="The rules' templates taken apart, as mart.comparison_statements puts them together; reference data.",
        key=("rule_id", "number"),
        made_by="python",
        exported=False,
        columns=(
            Column("rule_id", "VARCHAR", "The rule."),
            Column(
                "part",
                "VARCHAR",
                "Of its sentence, of its question, or what it needs and does not print.",
                values=("sentence", "question", "basis"),
            ),
            Column("number", "INTEGER", "Its place in the rule.", at_least=0),
            Column("text", "VARCHAR", "The words before its place."),
            Column("form", "VARCHAR", "How its place is said.", values=PIECE_FORMS),
            Column("name", "VARCHAR", "Its place; null for words alone.", nullable=True),
            Column("whose", "VARCHAR", "Where the place's fact is looked up.", nullable=True, values=PIECE_OWNERS),
            Column("fact", "VARCHAR", "The name of the fact there.", nullable=True),
            Column("other_whose", "VARCHAR", "Where the fact it is weighed against is.", nullable=True),
            Column("other_fact", "VARCHAR", "The name of that fact.", nullable=True),
            Column("noun", "VARCHAR", "What is counted.", nullable=True),
            Column("is_item", "BOOLEAN", "Whether the fact is one of several, told apart by their number."),
            Column("is_optional", "BOOLEAN", "Whether the statement stands without it."),
            Column("is_first", "BOOLEAN", "Whether its place is met for the first time in the rule."),
        ),
    ),
    Table(
        "core.advantages",
        grain="one way to be ahead",
        meaning="What a model is chosen for, by the signal that says so; reference data.",
        key=("signal",),
        made_by="python",
        exported=False,
        columns=(
            Column("signal", "VARCHAR", "The signal."),
            Column("words", "VARCHAR", "What is said; empty where the names of the signal are."),
            Column("position", "INTEGER", "Its place among them.", at_least=1),
        ),
    ),
    Table(
        "core.model_redirects",
        grain="one model id that was published and has another name now",
        meaning="Where an old id leads: an id never changes meaning, and a rename leaves a redirect.",
        key=("model_id",),
        made_by="python",
        columns=(
            Column("model_id", "VARCHAR", "The id as it was published; it names nothing else again."),
            Column(
                "redirects_to",
                "VARCHAR",
                "The id the model has now; null where its names are several models now, or none.",
                nullable=True,
            ),
            Column("renamed_on", "DATE", "Since when, where a person has written the rename down.", nullable=True),
            Column("reason", "VARCHAR", "Why."),
            Column("url", "VARCHAR", "The page that shows it, where a person has named one.", nullable=True),
        ),
    ),
    Table(
        "core.model_aliases",
        grain="one spelling in one source, and one of its meanings where it moves",
        meaning="Which model every printed name means, by which rule; or that we abstain, with the candidates.",
        key=("source_id", "subject", "valid_from"),
        made_by="python",
        columns=(
            Column("source_id", "VARCHAR", "The source that prints it."),
            Column(
                "subject", "VARCHAR", "The name exactly as printed; `host/id` where one document lists several hosts."
            ),
            Column("model_id", "VARCHAR", "The model; null where we abstain.", nullable=True),
            Column("lab_id", "VARCHAR", "The model's maker; null where unknown.", nullable=True),
            Column(
                "variant",
                "VARCHAR",
                "How it is served: dated:2024-08-06, free, batch, fp8, thinking, region:eu, … joined by `;`; empty for the plain model.",
            ),
            Column("rule", "VARCHAR", "The rule that decided."),
            Column("detail", "VARCHAR", "Why, in words."),
            Column("candidates", "VARCHAR[]", "Where we abstain: the models it might be."),
            Column("valid_from", "TIMESTAMPTZ", "Since when the name is seen with this meaning (UTC)."),
            Column("valid_to", "TIMESTAMPTZ", "Until when; null while the source still prints it.", nullable=True),
            Column("is_latest", "BOOLEAN", "False for what a name that moves (`…-latest`) stood for before."),
        ),
    ),
    Table(
        "core.models",
        grain="one model",
        meaning="The models, with one chosen value per fact.",
        key=("model_id",),
        is_local=True,
        columns=(
            Column("model_id", "VARCHAR", "Slug as people write it, stable for ever.", rests_on="key"),
            Column("name", "VARCHAR", "The model's name as its best source prints it.", rests_on="choice"),
            Column("lab_id", "VARCHAR", "Its maker.", nullable=True, rests_on="choice"),
            Column(
                "family",
                "VARCHAR",
                "The line of its maker's products it belongs to: as our reference states it, else as its own name says.",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "product_type",
                "VARCHAR",
                "What kind of product it is.",
                nullable=True,
                values=PRODUCT_TYPES,
                rests_on="choice",
            ),
            Column(
                "status",
                "VARCHAR",
                "active, preview, deprecated or retired; unknown where no source says. Derived: a shutdown day that has passed is retired; else the best source's word; else active where something sells it.",
                values=STATUSES,
                rests_on="derived",
            ),
            Column(
                "released_on",
                "DATE",
                "Day of release; the first of the month or year where no more is printed (see released_precision).",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "released_precision",
                "VARCHAR",
                "day, month or year: how much of released_on is printed.",
                nullable=True,
                values=("day", "month", "year"),
                rests_on="derived",
            ),
            Column(
                "knowledge_cutoff_on",
                "DATE",
                "Knowledge cutoff; the first of the month or year where no more is printed.",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "knowledge_cutoff_precision",
                "VARCHAR",
                "day, month or year: how much of knowledge_cutoff_on is printed.",
                nullable=True,
                values=("day", "month", "year"),
                rests_on="derived",
            ),
            Column("shutdown_on", "DATE", "Day its maker's API stops serving it.", nullable=True, rests_on="choice"),
            Column(
                "context_tokens", "BIGINT", "Context window in tokens.", nullable=True, at_least=1, rests_on="choice"
            ),
            Column(
                "max_output_tokens", "BIGINT", "Longest answer in tokens.", nullable=True, at_least=1, rests_on="choice"
            ),
            Column("parameters", "BIGINT", "Parameters in all.", nullable=True, at_least=1, rests_on="choice"),
            Column(
                "active_parameters",
                "BIGINT",
                "Parameters active per token, of a mixture of experts.",
                nullable=True,
                at_least=1,
                rests_on="choice",
            ),
            Column(
                "architecture",
                "VARCHAR",
                "What kind of design it is; null where nobody says. A hybrid mixes attention with state-space or other recurrent layers, with or without experts.",
                nullable=True,
                values=ARCHITECTURES,
                rests_on="choice",
            ),
            Column(
                "architecture_name", "VARCHAR", "The design's own words, as printed.", nullable=True, rests_on="choice"
            ),
            Column(
                "license_id",
                "VARCHAR",
                "SPDX id, or LicenseRef-… where SPDX has none.",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "license_name",
                "VARCHAR",
                "How the licence is called: by core.licenses, else by its id.",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "open_weights", "BOOLEAN", "Whether the weights can be downloaded.", nullable=True, rests_on="choice"
            ),
            Column(
                "input_modalities",
                "VARCHAR[]",
                "What it reads: text, image, audio, video, file.",
                nullable=True,
                rests_on="choice",
            ),
            Column("output_modalities", "VARCHAR[]", "What it writes.", nullable=True, rests_on="choice"),
            Column(
                "best_for",
                "VARCHAR[]",
                "Short uses, derived from product type, capabilities and context (core/models.sql).",
                rests_on="derived",
            ),
            Column(
                "decision_fit",
                "VARCHAR[]",
                "At most three of Coding, RAG, Agents, Long context, Vision, Classification, JSON / Tool use, in that order; a tag rests only on known facts.",
                rests_on="derived",
            ),
            Column(
                "completeness",
                "DECIMAL(4, 3)",
                "Share of the askable facts and capabilities that are known, 0 to 1.",
                at_least=0,
                rests_on="derived",
            ),
            Column(
                "is_listed",
                "BOOLEAN",
                "Whether it takes part in comparisons: its maker is known, and it is sold or described by its maker.",
                rests_on="derived",
            ),
            Column("first_seen_at", "TIMESTAMPTZ", "The first reading that named it (UTC).", rests_on="derived"),
            Column("last_changed_at", "TIMESTAMPTZ", "When a fact shown here last changed (UTC).", rests_on="derived"),
            Column(
                "last_reviewed_at",
                "TIMESTAMPTZ",
                "The oldest review among the facts shown (UTC): each of them was still said at least then.",
                rests_on="derived",
            ),
        ),
    ),
    Table(
        "core.offers",
        grain="one way to buy one model",
        meaning="Offers: a provider, perhaps through a gateway, selling one model in one variant.",
        key=("offer_id",),
        is_local=True,
        columns=(
            Column("offer_id", "VARCHAR", "`provider[@gateway]/model[:variant]`.", rests_on="key"),
            Column("model_id", "VARCHAR", "The model sold.", rests_on="choice"),
            Column("provider_id", "VARCHAR", "Who runs it.", rests_on="choice"),
            Column(
                "via",
                "VARCHAR",
                "The gateway it is bought through; null where bought directly.",
                nullable=True,
                rests_on="choice",
            ),
            Column("route_id", "VARCHAR", "The id you call, as printed.", rests_on="choice"),
            Column(
                "variant",
                "VARCHAR",
                "How it is served: free, dated:…, thinking, …; empty for the plain model.",
                rests_on="choice",
            ),
            Column(
                "region", "VARCHAR", "Region it is served from; null where not said.", nullable=True, rests_on="choice"
            ),
            Column(
                "quantization",
                "VARCHAR",
                "Number format it is served in; null where not said.",
                nullable=True,
                rests_on="choice",
            ),
            Column(
                "context_tokens",
                "BIGINT",
                "Context window this offer gives, in tokens.",
                nullable=True,
                at_least=1,
                rests_on="choice",
            ),
            Column(
                "max_input_tokens",
                "BIGINT",
                "Longest prompt this offer takes, in tokens, where one is stated apart from the context window.",
                nullable=True,
                at_least=1,
                rests_on="choice",
            ),
            Column(
                "max_output_tokens",
                "BIGINT",
                "Longest answer this offer gives, in tokens.",
                nullable=True,
                at_least=1,
                rests_on="choice",
            ),
            Column(
                "price_status",
                "VARCHAR",
                "priced; free (a source says so); plan (in a subscription); dynamic; non_token; unpriced.",
                values=PRICE_STATUSES,
                rests_on="derived",
            ),
            Column(
                "is_confirmed",
                "BOOLEAN",
                "Whether the seller says input and output price itself, or two independent sources agree on both.",
                rests_on="derived",
            ),
            Column(
                "input_usd_per_mtok",
                MONEY,
                "Plain input price today, US dollars per million tokens; null where the hour or the region decides, see mart.offer_costs.",
                nullable=True,
                at_least=0,
                rests_on="choice",
            ),
            Column(
                "output_usd_per_mtok",
                MONEY,
                "Plain output price today, US dollars per million tokens; null where the hour or the region decides, see mart.offer_costs.",
                nullable=True,
                at_least=0,
                rests_on="choice",
            ),
            Column("first_seen_at", "TIMESTAMPTZ", "The first reading that listed it (UTC).", rests_on="derived"),
            Column(
                "last_reviewed_at", "TIMESTAMPTZ", "The oldest review among the facts shown (UTC).", rests_on="derived"
            ),
        ),
    ),
    Table(
        "core.prices",
        grain="one price component of one offer",
        meaning="Every meter and condition of every offer, one chosen value each.",
        key=("offer_id", "meter", "unit", "currency", "condition"),
        is_local=True,
        columns=(
            Column("offer_id", "VARCHAR", "The offer.", rests_on="key"),
            *PRICE_TERMS[:2],
            Column("amount", MONEY, "The price in its own currency.", at_least=0, rests_on="claim"),
            Column("currency", "VARCHAR", "Currency of amount: USD, EUR, CNY.", rests_on="claim"),
            Column(
                "usd",
                MONEY,
                "The price in US dollars: equal to amount for USD, else null (no dated rate is held).",
                nullable=True,
                at_least=0,
                rests_on="claim",
            ),
            *PRICE_TERMS[2:],
            Column(
                "effective_from",
                "DATE",
                "The day the seller says it begins; null where not said.",
                nullable=True,
                rests_on="claim",
            ),
            Column(
                "effective_to",
                "DATE",
                "The last day the seller says it holds; null where not said.",
                nullable=True,
                rests_on="claim",
            ),
            Column(
                "is_confirmed",
                "BOOLEAN",
                "Whether the seller says it itself, or two independent sources agree.",
                rests_on="derived",
            ),
            Column("confirming_claims", "VARCHAR[]", "The claims that say this same amount.", rests_on="derived"),
            Column("claim_id", "VARCHAR", "The claim it rests on.", rests_on="key"),
            Column("source_id", "VARCHAR", "The source of that claim.", rests_on="claim"),
            Column(
                "last_reviewed_at", "TIMESTAMPTZ", "When that claim was last known to be said (UTC).", rests_on="claim"
            ),
            Column(
                "voice",
                "INTEGER",
                "Rank of the source among those that price the offer; 1 speaks first.",
                at_least=1,
                rests_on="derived",
            ),
            Column(
                "is_in_force",
                "BOOLEAN",
                "Whether it holds on the day of the build (UTC), as far as its condition says.",
                rests_on="derived",
            ),
            Column(
                "is_plain",
                "BOOLEAN",
                "Whether this is the one input or output price of a short prompt today under the standard service.",
                rests_on="derived",
            ),
        ),
    ),
    Table(
        "core.price_history",
        grain="one price one source said, over one interval",
        meaning="Prices over time: effective by the provider's word, observed by ours.",
        key=("claim_id",),
        is_local=True,
        columns=(
            Column("offer_id", "VARCHAR", "The offer."),
            *PRICE_TERMS[:2],
            Column("amount", MONEY, "The price in its own currency.", at_least=0),
            Column("currency", "VARCHAR", "Currency of amount."),
            Column("usd", MONEY, "The price in US dollars; null for another currency.", nullable=True, at_least=0),
            *PRICE_TERMS[2:],
            Column("effective_from", "DATE", "The day the seller says it begins; null where not said.", nullable=True),
            Column(
                "effective_to", "DATE", "The last day the seller says it holds; null where not said.", nullable=True
            ),
            Column("observed_from", "TIMESTAMPTZ", "The first reading that said it (UTC)."),
            Column(
                "observed_to",
                "TIMESTAMPTZ",
                "The first reading that no longer said it (UTC); null while it stands.",
                nullable=True,
            ),
            Column("source_id", "VARCHAR", "The source that said it."),
            Column("subject", "VARCHAR", "The name it said it of."),
            Column("claim_id", "VARCHAR", "The claim."),
        ),
    ),
    Table(
        "core.capabilities",
        grain="one capability of one model",
        meaning="The ten capabilities of every model: yes, no, or unknown. Unknown is never no.",
        key=("model_id", "capability"),
        is_local=True,
        columns=(
            Column("model_id", "VARCHAR", "The model.", rests_on="key"),
            Column("capability", "VARCHAR", "The capability.", values=CAPABILITIES, rests_on="key"),
            Column("status", "VARCHAR", "yes, no or unknown.", values=("yes", "no", "unknown"), rests_on="claim"),
            Column("claim_id", "VARCHAR", "The claim it rests on; null for unknown.", nullable=True),
            Column("rule", "VARCHAR", "Why: the authority that decided, or why it is unknown."),
        ),
    ),
    Table(
        "core.benchmarks",
        grain="one benchmark",
        meaning="Benchmarks results are held for.",
        key=("benchmark_id",),
        columns=(
            Column("benchmark_id", "VARCHAR", "Identifies the benchmark.", rests_on="key"),
            Column("name", "VARCHAR", "Its name as most sources print it.", rests_on="choice"),
            Column("unit", "VARCHAR", "The scale of its scores.", rests_on="choice"),
            Column(
                "higher_is_better",
                "BOOLEAN",
                "Whether a higher score is better; null where we have not established it.",
                nullable=True,
                rests_on="derived",
            ),
            Column(
                "max_score",
                "DECIMAL(12, 4)",
                "The highest score there can be; null where open-ended or unknown.",
                nullable=True,
                rests_on="derived",
            ),
            Column(
                "suite_id",
                "VARCHAR",
                "The benchmark it is a part of, which counts once whatever of it is shared; itself where it is a whole.",
                rests_on="derived",
            ),
            Column(
                "is_index",
                "BOOLEAN",
                "Whether it is a number fitted over many benchmarks: of a model, not of a run of it.",
                rests_on="derived",
            ),
        ),
    ),
    Table(
        "core.benchmark_results",
        grain="one result of one model in one setting, as one source reports it",
        meaning="Benchmark scores with the setting they were reached in, and with which others a gap may be taken.",
        key=("claim_id",),
        columns=(
            Column("model_id", "VARCHAR", "The model.", rests_on="claim"),
            Column("benchmark_id", "VARCHAR", "The benchmark.", rests_on="claim"),
            Column(
                "setting",
                "VARCHAR",
                "The parts of the setting that are known, as key=value pairs; empty where none is printed.",
                rests_on="claim",
            ),
            _part("variant", "The variant of the model that ran, where its name says one: beta, turbo, …"),
            _part(
                "effort",
                "How hard it thought: none, minimal, low, medium, high, xhigh, max; thinking where no more is said.",
            ),
            _part("thinking_tokens", "How many tokens it might think; a printed 16k is 16000.", "INTEGER"),
            _part(
                "mode", "The form its answers took, which a board chooses for each model: fc, prompt, diff, whole, …"
            ),
            _part("tools", "Tools it might use: no, yes, or which."),
            _part("harness", "The agent or program that ran it, with its version, as printed."),
            _part("shots", "Worked examples it was shown.", "INTEGER"),
            _part("metric", "What the score counts: accuracy, em, f1, pass@1, resolved, …"),
            _part("attempts", "Tries that make one result, where printed: 1, 2+, several."),
            _part("dataset", "The part of the benchmark's data: val, text-only, no subtitles, …"),
            _part("dataset_version", "The version of the benchmark or the window of its questions."),
            _part(
                "protocol", "What else is fixed: cot, few-shot, the model that plays the user, the judge, temperature."
            ),
            _part("note", "Prose beside the score, as printed, where a part of it is read by no rule."),
            _part("unread", "The words of the note that no rule reads."),
            Column("score", "DECIMAL(18, 6)", "The score.", rests_on="claim"),
            Column("unit", "VARCHAR", "Its scale.", rests_on="claim"),
            Column(
                "reported_by",
                "VARCHAR",
                "Whether the model's own maker measured it or somebody else, named or not.",
                values=("maker", "third_party"),
                rests_on="claim",
            ),
            _part("reporter_id", "Who measured: a lab, a leaderboard, a report; null where nobody says."),
            _part("reporter", "The same as printed, or the lab's id."),
            Column("evaluated_on", "DATE", "The day of the run; null where not said.", nullable=True, rests_on="claim"),
            _part(
                "comparable_key",
                "Benchmark, reporter and all of the setting that is the test's: results with one key are of one test."
                " Null where it is not known which test that is.",
            ),
            Column(
                "comparability",
                "VARCHAR",
                "Whether a gap may rest on it, else the first reason why not, see its query.",
                values=COMPARABILITY,
                rests_on="claim",
            ),
            Column("claim_id", "VARCHAR", "The claim.", rests_on="key"),
            Column("source_id", "VARCHAR", "The source.", rests_on="claim"),
            Column(
                "last_reviewed_at", "TIMESTAMPTZ", "When the claim was last known to be said (UTC).", rests_on="claim"
            ),
        ),
    ),
)
