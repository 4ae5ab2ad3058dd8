"""``raw``: what was asked of the world and what it answered."""

from warehouse.schemas.declare import Column, Table

OUTCOMES = (
    "ok",
    "unchanged",
    "not_modified",
    "packaged",
    "http_error",
    "timeout",
    "connection_error",
    "too_large",
    "wrong_type",
    "redirect_refused",
    "robots_refused",
    "truncated",
    "empty",
    "offline",
    "not_configured",
)

PARTS = ("cell", "sentence", "row", "entry", "table", "section")

TABLES = (
    Table(
        "raw.sources",
        grain="one source as declared in its module",
        meaning="What every source declares about itself.",
        key=("source_id",),
        made_by="python",
        exported=False,
        columns=(
            Column("source_id", "VARCHAR", "Identifies the source."),
            Column("publisher", "VARCHAR", "Who speaks."),
            Column(
                "kind",
                "VARCHAR",
                "What kind of document it is.",
                values=("catalogue", "pricing_doc", "model_card", "model_list", "benchmark", "reference"),
            ),
            Column(
                "authority",
                "VARCHAR",
                "How near to the fact it stands.",
                values=("maker", "host", "gateway", "community", "curated"),
            ),
            Column("seller", "VARCHAR", "The one provider whose offers it lists; empty where each row names its own."),
            Column("gateway", "VARCHAR", "The gateway its hosts are bought through; empty where bought directly."),
            Column("copies", "VARCHAR[]", "Sources whose words it repeats, and so cannot confirm."),
            Column("url", "VARCHAR", "Its address, or the first of them."),
            Column("terms_url", "VARCHAR", "Its terms."),
            Column("licence", "VARCHAR", "Under which licence its data may be used."),
            Column("review_every_days", "INTEGER", "How often it is meant to be read.", at_least=1),
            Column(
                "floor",
                "BIGINT",
                "Fewest subjects in one document; below it the document is refused whole.",
                at_least=1,
            ),
            Column(
                "ceiling",
                "BIGINT",
                "Most subjects in one document; above it the reading carries a warning.",
                at_least=1,
            ),
            Column("ignored", "VARCHAR", "What the page offers and the parser leaves out, with the reason."),
            Column("is_unproven", "BOOLEAN", "Built from documentation; no recorded document has been read."),
        ),
    ),
    Table(
        "raw.runs",
        grain="one run of the ledger",
        meaning="The refreshes that made attempts, all of the ledger's.",
        key=("run_id",),
        made_by="python",
        exported=False,
        columns=(
            Column("run_id", "VARCHAR", "The refresh; the name of its file of lines."),
            Column(
                "bytes", "BIGINT", "Length of its lines when they were read, by which a change is noticed.", at_least=0
            ),
            Column("attempts", "BIGINT", "How many attempts it made.", at_least=0),
        ),
    ),
    Table(
        "raw.fetches",
        grain="one attempt to fetch one address",
        meaning=(
            "The fetch ledger: every attempt of the last 30 days, good or bad; of those before, the first and the last of "
            "each stretch in which a document's address answered alike. The others are in the ledger's files alone."
        ),
        key=("fetch_id",),
        made_by="python",
        exported=False,
        columns=(
            Column("fetch_id", "VARCHAR", "Identifies the attempt; sorts by time."),
            Column("run_id", "VARCHAR", "The refresh that made it."),
            Column("source_id", "VARCHAR", "The source it was made for; `robots` for a robots.txt."),
            Column("url", "VARCHAR", "The address asked for, as on the public web, also when a mirror answered."),
            Column(
                "scope",
                "VARCHAR",
                "The document a body belongs to: its address, or the live address packaged data stands in for.",
            ),
            Column("attempt", "INTEGER", "1 for the first try, 2 for the first retry.", at_least=1),
            Column("started_at", "TIMESTAMPTZ", "When it began, by the run's clock (UTC)."),
            Column("finished_at", "TIMESTAMPTZ", "When it ended, by the run's clock (UTC).", nullable=True),
            Column("status", "INTEGER", "HTTP status; null where no answer came.", nullable=True, at_least=100),
            Column("outcome", "VARCHAR", "What came of it.", values=OUTCOMES),
            Column("etag", "VARCHAR", "Validator of the answer, for the next conditional request.", nullable=True),
            Column(
                "last_modified", "VARCHAR", "Validator of the answer, for the next conditional request.", nullable=True
            ),
            Column("content_type", "VARCHAR", "Media type of the answer.", nullable=True),
            Column(
                "sha256",
                "VARCHAR",
                "The body's name among the snapshots: new, or for a 304 the one confirmed.",
                nullable=True,
            ),
            Column("bytes", "BIGINT", "Length of the decoded body in bytes.", nullable=True, at_least=0),
            Column(
                "checked_on",
                "DATE",
                "Of packaged data: the day its publisher says it was checked or released.",
                nullable=True,
            ),
            Column("error", "VARCHAR", "One sentence on what went wrong; empty when nothing did.", nullable=True),
            Column("final_url", "VARCHAR", "The address that answered, after redirects.", nullable=True),
        ),
    ),
    Table(
        "raw.documents",
        grain="one snapshot as today's parser of its source reads it",
        meaning="How every stored document was read: read, or refused whole with the reason.",
        key=("source_id", "scope", "snapshot_sha256"),
        made_by="python",
        exported=False,
        columns=(
            Column("source_id", "VARCHAR", "The source whose parser read it."),
            Column("scope", "VARCHAR", "The document's address."),
            Column("snapshot_sha256", "VARCHAR", "The body's name among the snapshots."),
            Column("parser_version", "VARCHAR", "Digest of the code that read it."),
            Column("outcome", "VARCHAR", "Whether it counts.", values=("read", "refused")),
            Column("subjects", "INTEGER", "Distinct subjects read.", at_least=0),
            Column("observations", "INTEGER", "Observations read.", at_least=0),
            Column("rows_offered", "INTEGER", "Rows the document has: entries, lines of tables, cards.", at_least=0),
            Column("rows_read", "INTEGER", "Rows that gave an observation.", at_least=0),
            Column("rows_left_out", "INTEGER", "Rows left out on purpose.", at_least=0),
            Column(
                "rows_in_doubt", "INTEGER", "Rows that hold something in doubt, whatever else was read.", at_least=0
            ),
            Column(
                "left_out_for", "VARCHAR", "For which reasons (see raw.sources.ignored), and how many rows for each."
            ),
            Column("reason", "VARCHAR", "Why it was refused: source, place and value; empty when read."),
            Column("warnings", "VARCHAR", "What looked odd without being wrong; empty when nothing did."),
        ),
    ),
    Table(
        "raw.doubts",
        grain="one part of one snapshot that today's parser of its source cannot vouch for",
        meaning="What was held back of documents that were read but for a part.",
        key=("source_id", "scope", "snapshot_sha256", "number"),
        made_by="python",
        exported=False,
        columns=(
            Column("source_id", "VARCHAR", "The source whose parser read it."),
            Column("scope", "VARCHAR", "The document's address."),
            Column("snapshot_sha256", "VARCHAR", "The body's name among the snapshots."),
            Column("number", "INTEGER", "Counts the doubts of one document.", at_least=1),
            Column("part", "VARCHAR", "What it is about.", values=PARTS),
            Column("place", "VARCHAR", "Where in the document it stands."),
            Column("words", "VARCHAR", "What is printed there, at most 200 characters."),
            Column("reason", "VARCHAR", "Why it does not read."),
            Column("subject", "VARCHAR", "Whose facts hang on it; empty where the part does not tell."),
            Column("attribute", "VARCHAR", "Which of their facts; empty for all."),
            Column(
                "within",
                "VARCHAR[]",
                "Facts hang on it whose locator contains one of these words; none where the part is new to the page.",
            ),
        ),
    ),
)
