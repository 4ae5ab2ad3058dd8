"""``quality``: what we do not know and why, who disagrees, and how the sources are."""

from warehouse.schemas.declare import DISPUTE_CLASSES, Column, Table
from warehouse.schemas.raw import PARTS

GAP_KINDS = (
    "missing_lab",
    "missing_product_type",
    "missing_context",
    "missing_max_output",
    "missing_release",
    "missing_cutoff",
    "missing_parameters",
    "missing_architecture",
    "missing_license",
    "missing_modalities",
    "missing_family",
    "missing_open_weights",
    "missing_capability",
    "missing_benchmark",
    "missing_setting",
    "missing_price",
    "missing_provider",
    "unconfirmed_price",
    "stale",
    "source",
    "unresolved_name",
    "refused_document",
    "part_in_doubt",
)
DOUBTED = (*PARTS, "document")

GAP_REASONS = (
    "not_published",
    "not_applicable",
    "free",
    "plan",
    "dynamic",
    "non_token_unit",
    "other_currency",
    "unconfirmed",
    "source_failed",
    "stale",
    "quarantined",
    "ambiguous",
    "no_source",
)

TABLES = (
    Table(
        "quality.build",
        grain="the one build this file is",
        meaning="Which evidence this file was built from.",
        key=("schema_version",),
        made_by="python",
        columns=(
            Column("schema_version", "INTEGER", "Version of the tables' shape."),
            Column(
                "as_of",
                "TIMESTAMPTZ",
                "The newest attempt in the ledger (UTC): the file knows nothing later.",
                stands="utc_day(as_of)",
            ),
            Column("ledger_rows", "BIGINT", "Attempts in the ledger.", at_least=0, stands="-"),
        ),
        exported=False,
    ),
    Table(
        "quality.made",
        grain="one table of this file",
        meaning="What each table was made from, so that the next night makes again only what changed.",
        key=("table_name",),
        made_by="python",
        columns=(
            Column("table_name", "VARCHAR", "Identifies the table."),
            Column("made_by", "VARCHAR", "Digest of the code that made it."),
            Column("made_from", "VARCHAR", "Digest of what it takes of the tables it is made from."),
            Column(
                "content",
                "VARCHAR",
                "How many rows it has and the sum of a number for what each says, dates of review apart; empty for a view.",
            ),
            Column("dates", "VARCHAR", "Digest of the readings its dates of review were written from."),
            Column("rows", "BIGINT", "How many rows it has; 0 for a view.", at_least=0),
        ),
        exported=False,
    ),
    Table(
        "quality.sources",
        grain="one source",
        meaning="How each source is: when it last answered, what it yielded, what it leaves out.",
        key=("source_id",),
        columns=(
            Column("source_id", "VARCHAR", "Identifies the source."),
            Column("publisher", "VARCHAR", "Who speaks."),
            Column("kind", "VARCHAR", "What kind of document it is."),
            Column("authority", "VARCHAR", "maker, curated, host, gateway or community: the order of precedence."),
            Column("url", "VARCHAR", "Its address, or the first of them."),
            Column("terms_url", "VARCHAR", "Its terms."),
            Column("licence", "VARCHAR", "Under which licence its data may be used."),
            Column("review_every_days", "INTEGER", "How often it is meant to be read; older is stale."),
            Column(
                "last_ok_at",
                "TIMESTAMPTZ",
                "The last accepted reading (UTC); null where there was none.",
                nullable=True,
            ),
            Column(
                "last_attempt_at", "TIMESTAMPTZ", "The last attempt (UTC); null where there was none.", nullable=True
            ),
            Column(
                "state",
                "VARCHAR",
                "fresh; partial (answered but for some documents or parts); stale; failing (the last refresh that asked got nothing readable); never (no accepted reading yet).",
                values=("fresh", "partial", "stale", "failing", "never"),
            ),
            Column(
                "last_error",
                "VARCHAR",
                "What the last refresh that asked could not read, and why; null when it read everything.",
                nullable=True,
            ),
            Column("documents", "INTEGER", "Documents it has standing claims from.", at_least=0),
            Column("documents_missed", "BIGINT", "Documents the last refresh that asked could not read.", at_least=0),
            Column("doubts", "BIGINT", "Parts of its newest documents that are in doubt.", at_least=0),
            Column("facts_in_doubt", "BIGINT", "Facts that hang on them and stand with their old dates.", at_least=0),
            Column("rows", "BIGINT", "Subjects it says something of today.", at_least=0),
            Column("rows_expected", "VARCHAR", "Floor and ceiling of subjects in one document."),
            Column("claims", "BIGINT", "Standing claims.", at_least=0),
            Column(
                "rows_offered", "BIGINT", "Rows its newest documents have: entries, lines of tables, cards.", at_least=0
            ),
            Column("rows_read", "BIGINT", "Rows of them that were read.", at_least=0),
            Column(
                "rows_left_out", "BIGINT", "Rows of them left out on purpose, for the reasons in ignored.", at_least=0
            ),
            Column("rows_in_doubt", "BIGINT", "Rows of them that hold something in doubt.", at_least=0),
            Column("ignored", "VARCHAR", "What the page offers and the parser leaves out, with the reason."),
            Column("is_unproven", "BOOLEAN", "Built from documentation; no recorded document has been read."),
        ),
    ),
    Table(
        "quality.doubts",
        grain="one part of one document's newest reading that is in doubt",
        meaning="What our parsers could not vouch for, and how many facts hang on it.",
        key=("doubt_id",),
        columns=(
            Column("doubt_id", "VARCHAR", "Identifies the doubt while the document stays as it is."),
            Column("source_id", "VARCHAR", "The source."),
            Column("scope", "VARCHAR", "The document's address."),
            Column("part", "VARCHAR", "What it is about, the smallest part that holds the trouble.", values=DOUBTED),
            Column("place", "VARCHAR", "Where in the document it stands."),
            Column("words", "VARCHAR", "What is printed there, at most 200 characters."),
            Column("reason", "VARCHAR", "Why it does not read."),
            Column("subject", "VARCHAR", "Whose facts hang on it; empty where the part does not tell."),
            Column("attribute", "VARCHAR", "Which of their facts; empty for all."),
            Column("since_at", "TIMESTAMPTZ", "Since which reading it is there (UTC)."),
            Column("days", "INTEGER", "For how many days.", at_least=0),
            Column("facts_held", "BIGINT", "Facts that stood there and stand on with their old dates.", at_least=0),
            Column("snapshot_sha256", "VARCHAR", "The stored document."),
        ),
    ),
    Table(
        "quality.gaps",
        grain="one thing not known",
        meaning="What we do not know, each with a reason and what to do about it.",
        key=("gap_id",),
        columns=(
            Column("gap_id", "VARCHAR", "Identifies the gap for as long as it stands."),
            Column("kind", "VARCHAR", "What is missing.", values=GAP_KINDS),
            Column("reason", "VARCHAR", "Why it is not known.", values=GAP_REASONS),
            Column("severity", "BIGINT", "How many comparison rows it touches.", at_least=0),
            Column(
                "subject_type", "VARCHAR", "What it is about.", values=("model", "offer", "source", "name", "document")
            ),
            Column("subject_id", "VARCHAR", "Which one."),
            Column("field", "VARCHAR", "The field, capability or meter that is missing."),
            Column("detail", "VARCHAR", "What is known about it, in words."),
            Column("next_step", "VARCHAR", "What to do next."),
            Column("page", "VARCHAR", "The page to look at; null where none is known.", nullable=True),
            Column("first_seen_at", "TIMESTAMPTZ", "Since when it is missing, as far as the evidence tells (UTC)."),
            Column("acknowledged_until", "DATE", "Until when it is acknowledged; null where it is not.", nullable=True),
        ),
    ),
    Table(
        "quality.accepted_values",
        grain="one doubted value a person has confirmed",
        meaning="Values that the sanity gate would hold back and that a person has read on the page named; reference data.",
        key=("source_id", "subject", "attribute", "condition", "unit"),
        made_by="python",
        columns=(
            Column("source_id", "VARCHAR", "The source that says it."),
            Column("subject", "VARCHAR", "The name as it prints it."),
            Column("attribute", "VARCHAR", "What it says."),
            Column("condition", "VARCHAR", "Under which condition; empty for the plain price."),
            Column("unit", "VARCHAR", "The unit of the value."),
            Column("value", "VARCHAR", "The value confirmed; another one is doubted anew."),
            Column("reason", "VARCHAR", "What the person saw."),
            Column("url", "VARCHAR", "The page that says so."),
            Column("reviewed_on", "DATE", "When it was read."),
        ),
    ),
    Table(
        "quality.acknowledgements",
        grain="one gap a person has acknowledged",
        meaning="Gaps that were looked into and cannot be closed for now, with the reason and a last day; reference data.",
        key=("kind", "subject_type", "subject_id", "field"),
        made_by="python",
        columns=(
            Column("kind", "VARCHAR", "The kind of gap.", values=GAP_KINDS),
            Column(
                "subject_type", "VARCHAR", "What it is about.", values=("model", "offer", "source", "name", "document")
            ),
            Column("subject_id", "VARCHAR", "Which one."),
            Column("field", "VARCHAR", "The field, capability or meter."),
            Column("reason", "VARCHAR", "What was found."),
            Column("until_on", "DATE", "The last day it stands."),
        ),
    ),
    Table(
        "quality.conflicts",
        grain="one losing claim about one cell",
        meaning="Who disagrees: one row per standing claim that says something else than the chosen one.",
        key=("subject_type", "subject_id", "field", "rival_claim_id"),
        is_local=True,
        columns=(
            Column("subject_type", "VARCHAR", "model or offer.", values=("model", "offer")),
            Column("subject_id", "VARCHAR", "Which one."),
            Column("field", "VARCHAR", "The field, or meter and unit with its condition."),
            Column("chosen_value", "VARCHAR", "What we hold."),
            Column("chosen_claim_id", "VARCHAR", "The claim that won."),
            Column("chosen_source_id", "VARCHAR", "Its source."),
            Column("rival_value", "VARCHAR", "What the rival says."),
            Column("rival_claim_id", "VARCHAR", "The rival claim."),
            Column("rival_source_id", "VARCHAR", "Its source."),
            Column(
                "ratio",
                "DECIMAL(18, 6)",
                "rival / chosen, for numbers; null otherwise or where chosen is zero.",
                nullable=True,
            ),
            Column("rule", "VARCHAR", "Why the chosen claim won."),
            Column("class", "VARCHAR", "What kind of disagreement it is, see its query.", values=DISPUTE_CLASSES),
        ),
    ),
    Table(
        "quality.coverage",
        grain="one field, one source or all of them together, one day on which its number of models changed",
        meaning="Of how many models each field is stated, by whom, over time.",
        key=("field", "source_id", "day"),
        columns=(
            Column("field", "VARCHAR", "The field or capability; ``price`` and ``benchmark`` stand for all of theirs."),
            Column("source_id", "VARCHAR", "Who states it; empty for all sources together."),
            Column("day", "DATE", "Since the end of which day (UTC)."),
            Column("models", "BIGINT", "How many models it states it of, until the next day in the table.", at_least=0),
        ),
    ),
    Table(
        "quality.agreements",
        grain="two sources that price some of the same things",
        meaning="How often two sources agree on prices, how they differ where they do not, and who may be copying whom.",
        key=("source_a_id", "source_b_id"),
        columns=(
            Column("source_a_id", "VARCHAR", "One source."),
            Column("source_b_id", "VARCHAR", "The other, later in the alphabet."),
            Column(
                "shared", "BIGINT", "Prices both print: same offer, meter, unit, currency and condition.", at_least=1
            ),
            Column("same", "BIGINT", "Of those, the amounts that are equal.", at_least=0),
            *(
                Column(name, "BIGINT", f"Of those, the amounts that differ, of class {name}.", at_least=0)
                for name in ("rounding", "stale", "other_terms", "unit_error", "identity_doubt", "disagreement")
            ),
            Column("odd_a", "BIGINT", "Prices of the first that most of three or more sources contradict.", at_least=0),
            Column("odd_b", "BIGINT", "Prices of the second that most contradict.", at_least=0),
            Column(
                "odd_together",
                "BIGINT",
                "Prices on which both say the same and most of four or more sources something else: the mark of a copy.",
                at_least=0,
            ),
        ),
    ),
)
