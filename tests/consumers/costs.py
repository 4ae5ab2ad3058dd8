"""What workloads cost by ``mart.cost_lines``, and what they cost by other programs that read our price files.

Belongs here: one request of each workload for every offer, as those programs are asked for it, and their answers by the
month. Does not: which offers are asked about, or what must agree.
"""

import http.server
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing import drop_in
from pipelines.publishing.drop_in.tariffs import Names, tariffs
from tests.consumers.asked import asked

LINES = """
select
    offer_id,
    workload_id,
    workloads.service_tier,
    workloads.prompt_tokens,
    workloads.input_mtok,
    workloads.output_mtok,
    workloads.cached_share,
    workloads.written_share,
    sum(lines.usd) as usd
from mart.cost_lines as lines
join core.workloads as workloads using (workload_id)
group by all
having
    bool_and(lines.is_confirmed) filter (where lines.mtok > 0)
    -- of a batch nobody prices as one LiteLLM charges half, which is its own guess
    and (workloads.service_tier = 'standard' or bool_and(lines.condition like '%service_tier=batch%') filter (where lines.mtok > 0))
order by offer_id, workload_id
"""


@dataclass(frozen=True)
class Cost:
    """What a month of one workload costs at one offer, and the request it is made of a number of times."""

    offer_id: str
    workload_id: str
    service: str
    prompt_tokens: int
    cached_tokens: int
    written_tokens: int
    requests: Decimal
    output_tokens: Decimal
    usd: Decimal

    def request(self, name: str, host: str = "") -> dict[str, Any]:
        return {
            "name": name,
            "host": host,
            "service": self.service,
            "prompt_tokens": self.prompt_tokens,
            "cached_tokens": self.cached_tokens,
            "written_tokens": self.written_tokens,
            "completion_tokens": 1000,
        }

    def monthly(self, asked: Any, answered: Any) -> Decimal:
        """The month from the US dollars of one request's prompt and of its thousand tokens of answer."""
        return Decimal(str(asked)) * self.requests + Decimal(str(answered)) / 1000 * self.output_tokens


def expected(connection: duckdb.DuckDBPyConnection) -> list[Cost]:
    """What every workload costs at every offer whose prices for it are confirmed."""
    found = connection.sql(LINES).fetchall()
    return [
        Cost(
            offer_id,
            workload_id,
            service,
            prompt,
            int(prompt * cached),
            int(prompt * written),
            input_mtok * 1_000_000 / prompt,
            output_mtok * 1_000_000,
            usd,
        )
        for offer_id, workload_id, service, prompt, input_mtok, output_mtok, cached, written, usd in found
    ]


def same(cost: Cost, usd: Decimal) -> bool:
    """Equal to the cent."""
    return abs(cost.usd - usd) <= Decimal("0.01")


def litellm(folder: Path, costs: Sequence[Cost], names: dict[str, list[tuple[str, str]]]) -> list[tuple[Cost, Decimal]]:
    """Each cost with LiteLLM's, its cost map fetched from a folder as ``LITELLM_MODEL_COST_MAP_URL`` says."""
    chosen = [(cost, name) for cost in costs for name, _ in names.get(cost.offer_id, ())]
    with served(folder) as url:
        found = asked(
            "ask_litellm",
            [cost.request(name) for cost, name in chosen],
            LITELLM_MODEL_COST_MAP_URL=f"{url}/litellm/model_prices_and_context_window.json",
            MODEL_COST_MAP_MAX_SHRINK_RATIO="0",
            MODEL_COST_MAP_MIN_MODEL_COUNT="1",
        )
    assert found["source"] == "remote"
    known = [(cost, answer) for (cost, _), answer in zip(chosen, found["costs"], strict=True) if answer]
    assert all(abs(asked_for + answered - whole) < 1e-9 for _, (asked_for, answered, whole) in known)
    return [(cost, cost.monthly(*answer[:2])) for cost, answer in known]


def genai_prices(
    folder: Path, costs: Sequence[Cost], names: dict[str, list[tuple[str, str]]], as_of: datetime
) -> list[tuple[Cost, Decimal]]:
    """Each cost with genai-prices'."""
    chosen = [(cost, name, host) for cost in costs for name, host in names.get(cost.offer_id, ())]
    found = asked(
        "ask_genai_prices",
        {
            "file": str(folder / "genai-prices" / "data.json"),
            "as_of": as_of.isoformat(),
            "requests": [cost.request(name, host) for cost, name, host in chosen],
        },
    )
    return [(cost, cost.monthly(*answer[:2])) for (cost, *_), answer in zip(chosen, found, strict=True)]


def models_dev(
    folder: Path, costs: Sequence[Cost], names: dict[str, list[tuple[str, str]]]
) -> list[tuple[Cost, Decimal]]:
    """Each cost by models.dev's own rule: the last tier whose size the prompt is over, else the cost without tiers."""
    sellers = json.loads((folder / "models.dev" / "api.json").read_text(encoding="utf-8"), parse_float=Decimal)
    found = []
    for cost in costs:
        for name, host in names.get(cost.offer_id, ()):
            rates = sellers[host]["models"][name]["cost"]
            for tier in sorted(rates.get("tiers", ()), key=lambda each: each["tier"]["size"]):
                if cost.prompt_tokens > tier["tier"]["size"]:
                    rates = tier
            found.append((cost, _at_rates(cost, rates)))
    return found


def models_dev_client(
    folder: Path, costs: Sequence[Cost], names: dict[str, list[tuple[str, str]]]
) -> list[tuple[Cost, Decimal]]:
    """Each cost at the rates the package models-dev reads from our file; it knows the one tier over 200,000 tokens."""
    chosen = [(cost, name, host) for cost in costs for name, host in names.get(cost.offer_id, ())]
    question = {"file": str(folder / "models.dev" / "api.json"), "models": [[host, name] for _, name, host in chosen]}
    answers = asked("ask_models_dev", question)
    found = []
    for (cost, *_), (rates, over) in zip(chosen, answers, strict=True):
        known = over if over and cost.prompt_tokens > 200_000 else rates
        found.append(
            (cost, _at_rates(cost, {key: Decimal(str(each)) for key, each in known.items() if each is not None}))
        )
    return found


def _at_rates(cost: Cost, rates: dict[str, Any]) -> Decimal:
    """The month at models.dev's rates, US dollars per million tokens; what has none of its own is input."""
    plain = cost.prompt_tokens - cost.cached_tokens - cost.written_tokens
    prompt = plain * rates["input"] + cost.cached_tokens * rates.get("cache_read", rates["input"])
    prompt += cost.written_tokens * rates.get("cache_write", rates["input"])
    return cost.monthly(Decimal(prompt) / 1_000_000, Decimal(rates["output"]) / 1000)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def names(connection: duckdb.DuckDBPyConnection, folder: Path, tool: str) -> dict[str, list[tuple[str, str]]]:
    """Offer → the names a tool's file has for it, each with the tool's word for the seller."""
    sold, _ = tariffs(connection)
    called = Names.of(connection, drop_in.SOURCES[tool], sold)
    in_file = _in_file(folder, tool)
    found = {}
    for tariff in sold:
        ways = [(name, host) for name, host in called.called(tariff)]
        if tool != "litellm":
            ways = [(name.removeprefix(f"{host}/"), host) for name, host in ways] + [
                (tariff.route_id, tariff.provider_id)
            ]
        if held := [way for way in dict.fromkeys(ways) if (way if tool != "litellm" else way[0]) in in_file]:
            found[tariff.offer_id] = held
    return found


def _in_file(folder: Path, tool: str) -> set[Any]:
    file = next(each for each in drop_in.FILES if each.startswith(tool))
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    if tool == "litellm":
        return set(content)
    if tool == "models.dev":
        return {(model, host) for host, seller in content.items() for model in seller["models"]}
    return {
        (match["equals"], seller["id"])
        for seller in content
        for model in seller["models"]
        for match in model["match"].get("or", [model["match"]])
    }
