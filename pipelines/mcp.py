"""The warehouse for agents: the answers of the command line as tools of the Model Context Protocol.

Every call opens the newest published file read-only and closes it again, so that a night may replace it at any time.
Belongs here: which tools there are, and the shape of what they give. Does not: how a question is asked (`answers`).
"""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import wraps
from importlib.metadata import version
from threading import Lock
from typing import Annotated, Any, Literal, ParamSpec, TypeAlias

import duckdb
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from pipelines.answers import bringing, facts, listings
from pipelines.answers import compare as comparing
from pipelines.answers import costs as costing
from pipelines.answers import explain as explaining
from pipelines.answers.asking import Row, Unclear, model_named, one_of, reading
from pipelines.wording.json_text import json_text
from warehouse.home import Home
from warehouse.schemas.quality import GAP_KINDS

Answer: TypeAlias = dict[str, Any]
Parameters = ParamSpec("Parameters")

INSTRUCTIONS = """\
Almanac is a nightly catalogue of language models in which every value has a witness. Ids in `claim_ids` and `claim_id`
are rows of evidence.claims: who said it, in which words, on which page, since when; `explain` prints them. A null is
unknown and has a gap with a reason: it is never zero, never "no", and never loses a comparison. Costs are US dollars a
month at the cheapest single confirmed offer; a cheaper offer that nobody confirms stands beside it. Model names may be
written in any spelling that a source prints."""

AT_MOST = 50

LOOKS_AGAIN = 60
"""Seconds before an object store is asked again for what it has published."""

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Model: TypeAlias = Annotated[str, Field(description="A model's id, name, or any spelling a source prints.")]
Tokens: TypeAlias = Annotated[
    str | None, Field(description="Tokens a month, like 800M; the workload's own if left out.")
]
Workload: TypeAlias = Annotated[str, Field(description="A row of core.workloads: default, chat, retrieval, …")]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=AT_MOST)]


def server(home: Home) -> MCPServer:
    """The tools over one data folder; nothing is opened before the first call."""
    made = MCPServer(
        "almanac",
        title="Almanac: an evidence-backed catalogue of language models",
        instructions=INSTRUCTIONS,
        version=version("almanac"),
        log_level="WARNING",
    )

    one_at_a_time = Lock()

    def tool(asked: Callable[Parameters, Row]) -> None:
        """Register a question; words that mean nothing are told to the agent in one sentence."""

        @wraps(asked)
        def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            try:
                # one at a time: a file being opened in one thread and closed in another waits for itself
                with one_at_a_time:
                    bringing.newest(home, at_most_every=LOOKS_AGAIN)
                    told: Answer = json.loads(json_text(asked(*args, **kwargs)))
            except Unclear as unclear:
                raise ToolError(str(unclear)) from None
            return told

        answer.__annotations__["return"] = Answer
        made.tool(annotations=READ_ONLY)(answer)

    def find_model(words: str, limit: Limit = 10) -> Row:
        """Find models by id, name or any printed spelling: who makes each, what it is, what it costs a month."""
        with reading(home) as connection:
            return {"models": facts.find(connection, words, limit)}

    def compare(first: Model, second: Model, workload: Workload = "default") -> Row:
        """Compare two models: the verdict, the sentences and what they rest on, facts, costs, shared results, gaps."""
        with reading(home) as connection:
            return _compared(connection, first, second, workload)

    def explain(model: Model, field: str, provider: str = "", workload: Workload = "default") -> Row:
        """Explain one cell: the value, the rule that chose it, the claim, the printed words, the page, who disagrees.

        field: a column of core.models, a capability, a meter (input, cache_read, …), monthly_cost or benchmark/ID.
        """
        with reading(home) as connection:
            return explaining.explanation(connection, model, field, provider, workload)

    def cost(
        models: Annotated[list[Model], Field(min_length=1, max_length=AT_MOST)],
        input_tokens: Tokens = None,
        output_tokens: Tokens = None,
        workload: Workload = "default",
    ) -> Row:
        """What a monthly traffic costs at each named model's cheapest confirmed offer, in US dollars."""
        with reading(home) as connection:
            return costing.costs(connection, models, _amount(input_tokens), _amount(output_tokens), workload)

    def cheapest(
        input_tokens: Tokens = None,
        output_tokens: Tokens = None,
        workload: Workload = "default",
        context_tokens: int | None = None,
        product_type: str | None = None,
        open_weights: bool | None = None,
        capabilities: list[str] | None = None,
        limit: Limit = 10,
    ) -> Row:
        """The models that carry a monthly traffic for least, of those known to meet every condition given."""
        with reading(home) as connection:
            return costing.cheapest(
                connection,
                _amount(input_tokens),
                _amount(output_tokens),
                workload,
                context_tokens=context_tokens,
                product_type=product_type,
                open_weights=open_weights,
                capabilities=capabilities or (),
                limit=limit,
            )

    def gaps(model: Model | None = None, kind: str | None = None, limit: Limit = 20) -> Row:
        """What is not known, why, and what to read next: of a model, of a kind, or what touches most comparisons."""
        with reading(home) as connection:
            chosen = one_of(kind, GAP_KINDS, "kind of gap") if kind else None
            subject = model_named(connection, model) if model else None
            found = listings.gaps(connection, chosen, None if subject else limit, subject)
            return {"gaps": found[:limit], "found": len(found) if subject else listings.gap_count(connection, chosen)}

    def changes(since: date | None = None, limit: Limit = AT_MOST) -> Row:
        """Prices that changed and models first seen since a day (UTC), by default in the last week that is known."""
        with reading(home) as connection:
            found = listings.changes(connection, since)
            counts = {f"{name}_found": len(found[name]) for name in ("price_changes", "new_models")}
            return found | counts | {name: found[name][:limit] for name in ("price_changes", "new_models")}

    for each in (find_model, compare, explain, cost, cheapest, gaps, changes):
        tool(each)
    return made


def serve(home: Home, *, port: int | None) -> None:
    """Answer until the other side hangs up: on standard input and output, or on a port of 127.0.0.1."""
    transport: Literal["stdio", "streamable-http"] = "stdio" if port is None else "streamable-http"
    made = server(home)
    if transport == "stdio":
        made.run("stdio")
    else:
        made.run("streamable-http", host="127.0.0.1", port=port or 0, stateless_http=True, json_response=True)


def _amount(words: str | None) -> Decimal | None:
    return costing.million_tokens(words) if words else None


def _compared(connection: duckdb.DuckDBPyConnection, first: str, second: str, workload: str) -> Row:
    found = comparing.comparison(connection, first, second, workload)
    a, b = found["model_a"]["model_id"], found["model_b"]["model_id"]
    return {
        "models": found["models"],
        "verdict": found["comparison"],
        "statements": found["statements"],
        "model_a": facts.facts(connection, a),
        "model_b": facts.facts(connection, b),
        "costs": costing.costs(connection, [a, b], workload=workload),
        "shared_results": found["shared_results"],
        "gaps": {each["model_id"]: each["gaps"] for each in (found["model_a"], found["model_b"])},
    }
