"""The price files in the programs they are made for: every cost to the cent as ``mart.cost_lines`` has it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing import drop_in
from pipelines.publishing.making import Making
from sources.contract import Observation
from tests.consumers import costs
from tests.consumers.asked import needs_consumers
from tests.warehouse.world import World, can, cannot, fact, night, price, priced
from warehouse import database

MODELS = {
    "gpt-5": ("openai", "1.25", "10"),
    "gpt-5-mini": ("openai", "0.25", "2"),
    "gpt-5.1": ("openai", "1.25", "10"),
    "gpt-5.1-codex": ("openai", "1.25", "10"),
    "gpt-4.1": ("openai", "2", "8"),
    "gpt-4.1-mini": ("openai", "0.4", "1.6"),
    "o3": ("openai", "2", "8"),
    "o4-mini": ("openai", "1.1", "4.4"),
    "claude-opus-4.5": ("anthropic", "5", "25"),
    "claude-sonnet-4.5": ("anthropic", "3", "15"),
    "claude-haiku-4.5": ("anthropic", "1", "5"),
    "gemini-2.5-pro": ("google", "1.25", "10"),
    "gemini-2.5-flash": ("google", "0.3", "2.5"),
    "gemini-2.5-flash-lite": ("google", "0.1", "0.4"),
    "grok-4": ("xai", "3", "15"),
    "grok-3": ("xai", "3", "15"),
    "qwen3-32b": ("deepinfra", "0.08", "0.29"),
    "glm-4.6": ("deepinfra", "0.43", "1.75"),
    "kimi-k2": ("deepinfra", "0.5", "2"),
    "deepseek-v3.1": ("deepinfra", "0.21", "0.79"),
    "minimax-m2": ("deepinfra", "0.254", "1.02"),
}
LITELLM = {
    "openai": ("openai", ""),
    "anthropic": ("anthropic", ""),
    "google": ("gemini", "gemini/"),
    "xai": ("xai", "xai/"),
    "deepinfra": ("deepinfra", "deepinfra/"),
}
MODALITIES = {"text", "audio", "image", "video", "pdf"}
OWN = {
    "models_dev": {
        seller: {
            "id": seller,
            "name": seller,
            "env": ["KEY"],
            "npm": "@ai-sdk/openai",
            "doc": "https://docs.example",
            "models": {},
        }
        for seller in LITELLM
    },
    "genai_prices": [
        {"id": seller, "name": seller, "api_pattern": f"https://api\\.{seller}\\.example", "models": []}
        for seller in ("openai", "anthropic", "google", "x-ai")
    ],
    "litellm": {"gpt-5.1-codex": {"mode": "responses", "supports_tool_choice": True, "supports_vision": False}},
}
"""What the tools' own documents say of how a seller is reached."""


def asks(model: str) -> list[Observation]:
    """A model's prices on its seller's page: some by length of the prompt, some of what is cached, some of batches."""
    seller, asked, answered = MODELS[model]
    plain = priced(model, asked, answered)
    match seller:
        case "openai":
            cached = price(model, "cache_read", f"{float(asked) / 10:.4f}")
            batch = priced(
                model, f"{float(asked) / 2:.4f}", f"{float(answered) / 2:.4f}", condition="service_tier=batch"
            )
            flex = priced(model, f"{float(asked) / 2:.4f}", f"{float(answered) / 2:.4f}", condition="service_tier=flex")
            return [*plain, cached, *batch, *flex]
        case "anthropic":
            written = price(model, "cache_write", f"{float(asked) * 1.25:.4f}", condition="cache_ttl=5m")
            longer = price(model, "cache_write", f"{float(asked) * 2:.4f}", condition="cache_ttl=1h")
            return [*plain, price(model, "cache_read", f"{float(asked) / 10:.4f}"), written, longer]
        case "google":
            short, long = "context_to=200000", "context_from=200001"
            return [
                *priced(model, asked, answered, condition=short),
                *priced(model, f"{float(asked) * 2:.4f}", f"{float(answered) * 1.5:.4f}", condition=long),
                price(model, "cache_read", f"{float(asked) / 10:.4f}", condition=short),
                price(model, "cache_read", f"{float(asked) / 5:.4f}", condition=long),
            ]
        case "xai":
            return [*plain, *priced(model, "6", "30", condition="context_from=128001; tier_scope=whole_request")]
    return plain


def called(world: World) -> None:
    """How the three tools call what is sold."""
    lists: dict[str, list[Any]] = {"litellm": [], "models_dev": [], "genai_prices": []}
    for model, (seller, *_) in MODELS.items():
        host, prefix = LITELLM[seller]
        said = fact(model, "max_output_tokens", 64000)
        lists["litellm"].append(
            Observation(f"{prefix}{model}", "max_output_tokens", "64000", 64000, said.locator, host=host)
        )
        lists["models_dev"].append(fact(model, "max_output_tokens", 64000, host=seller))
        lists["genai_prices"].append(
            fact(model, "max_output_tokens", 64000, host="x-ai" if seller == "xai" else seller)
        )
    for source_id, said in lists.items():
        world.catalogue(source_id).says(night(2), *said)


@dataclass
class Files:
    """The written price files, what costs they must give, and how each tool calls each offer."""

    folder: Path
    expected: list[costs.Cost]
    as_of: datetime
    names: dict[str, dict[str, list[tuple[str, str]]]]

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    folder = tmp_path_factory.mktemp("edition")
    world = World(tmp_path_factory.mktemp("world"))
    known = (
        ("product_type", "chat"),
        ("released_on", night(1).date()),
        ("context_tokens", 400_000),
        ("open_weights", False),
        ("input_modalities", ("text", "image")),
        ("output_modalities", ("text",)),
    )
    world.curated().says(
        night(1),
        [fact(model, attribute, value) for model in MODELS for attribute, value in known],
        [each for model in MODELS for each in (*can(model, "function_calling"), *cannot(model, "reasoning"))],
    )
    for seller in LITELLM:
        maker = "host" if seller == "deepinfra" else "maker"
        world.seller(seller, maker).says(night(2), *(asks(model) for model, (by, *_) in MODELS.items() if by == seller))
    called(world)
    with world.built() as warehouse:
        connection = warehouse.connection
        held = {
            sha256: json.dumps(OWN[source_id]).encode()
            for source_id, sha256 in warehouse.rows("select source_id, snapshot_sha256 from evidence.claims")
            if source_id in OWN
        }
        as_of = database.as_of(connection)
        drop_in.make(Making(connection, Path(), "2026-01-02-x", as_of, None, held.__getitem__), folder)
        into = folder / "drop-in"
        names = {tool: costs.names(connection, into, tool) for tool in drop_in.SOURCES}
        yield Files(into, costs.expected(connection), as_of, names)


def agree(found: list[tuple[costs.Cost, Any]]) -> None:
    """Twenty models and more; long prompts, cached ones, written ones; every cost to the cent."""
    assert len({cost.offer_id for cost, _ in found}) >= 20
    assert {"default", "chat", "retrieval", "coding_agent", "long_prompts"} <= {cost.workload_id for cost, _ in found}
    assert [(cost.offer_id, cost.workload_id, cost.usd, usd) for cost, usd in found if not costs.same(cost, usd)] == []


@needs_consumers
def test_litellm_charges_what_we_say(files: Files) -> None:
    found = costs.litellm(files.folder, files.expected, files.names["litellm"])
    agree(found)
    assert "batch" in {cost.workload_id for cost, _ in found}


@needs_consumers
def test_genai_prices_charges_what_we_say(files: Files) -> None:
    found = costs.genai_prices(files.folder, files.expected, files.names["genai-prices"], files.as_of)
    agree(found)
    assert "batch" in {cost.workload_id for cost, _ in found}


def test_models_dev_by_its_own_rule_charges_what_we_say(files: Files) -> None:
    standard = [cost for cost in files.expected if cost.service == "standard"]
    agree(costs.models_dev(files.folder, standard, files.names["models.dev"]))


@needs_consumers
def test_a_client_of_models_dev_reads_what_we_say(files: Files) -> None:
    standard = [cost for cost in files.expected if cost.service == "standard" and not cost.offer_id.startswith("xai/")]
    found = costs.models_dev_client(files.folder, standard, files.names["models.dev"])
    assert len({cost.offer_id for cost, _ in found}) >= 19
    assert [(cost.offer_id, cost.workload_id, cost.usd, usd) for cost, usd in found if not costs.same(cost, usd)] == []


def test_models_dev_s_published_rules_of_form_hold(files: Files) -> None:
    sellers = files.read("models.dev/api.json")
    for host, seller in sellers.items():
        assert seller["id"] == host
        assert min(len(seller[key]) for key in ("name", "env", "npm", "doc")) > 0
        for key, model in seller["models"].items():
            assert model["id"] == key
            assert all(
                isinstance(model[flag], bool) for flag in ("attachment", "reasoning", "tool_call", "open_weights")
            )
            assert all(re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", model[day]) for day in ("release_date", "last_updated"))
            assert {*model["modalities"]["input"], *model["modalities"]["output"]} <= MODALITIES
            assert min(model["limit"]["context"], model["limit"]["output"]) > 0
            assert model["reasoning"] or "reasoning" not in model["cost"]


def test_every_class_of_service_and_length_has_the_key_of_its_tool(files: Files) -> None:
    costs_map = files.read("litellm/model_prices_and_context_window.json")
    assert costs_map["gpt-5"]["input_cost_per_token_batches"] == 0.000000625
    assert costs_map["gpt-5"]["output_cost_per_token_flex"] == 0.000005
    assert costs_map["claude-opus-4.5"]["cache_creation_input_token_cost_above_1hr"] == 0.00001
    assert costs_map["gemini/gemini-2.5-pro"]["input_cost_per_token_above_200k_tokens"] == 0.0000025
    assert [band["range"] for band in costs_map["xai/grok-4"]["tiered_pricing"]] == [[0, 128000], [128000, 10**9]]
    tiers = files.read("models.dev/api.json")["google"]["models"]["gemini-2.5-pro"]["cost"]["tiers"]
    assert tiers == [{"input": 2.5, "output": 15, "cache_read": 0.25, "tier": {"type": "context", "size": 200000}}]


def test_how_a_model_is_called_stays_the_tools_own_word_and_what_is_known_of_it_is_ours(files: Files) -> None:
    entry = files.read("litellm/model_prices_and_context_window.json")["gpt-5.1-codex"]
    assert (entry["mode"], entry["supports_tool_choice"]) == ("responses", True)
    assert entry["supports_vision"] is True  # it reads images, whatever the old map says
    sellers = {each["id"]: each for each in files.read("genai-prices/data.json")}
    assert sellers["x-ai"]["api_pattern"] == "https://api\\.x-ai\\.example"
    assert sellers["deepinfra"]["api_pattern"] == "(?!)"


def test_what_a_tool_cannot_say_is_counted_with_its_reason(files: Files) -> None:
    account = files.read("left-out.json")["tools"]["models.dev"]
    assert account["offers"] == len(MODELS)
    by_reason = {each["reason"]: each for each in account["prices_left_out"]}
    assert by_reason["service_tier"]["count"] == len(by_reason["service_tier"]["which"]) == 8 * 4
    assert "openai/gpt-5 input (service_tier=batch)" in by_reason["service_tier"]["which"]
