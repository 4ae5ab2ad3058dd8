"""One small published warehouse that everything which reads one is asked about, and templates compiled once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.site.rendering import _Templates
from tests.warehouse.world import World, can, cannot, fact, night, price, priced
from warehouse import database
from warehouse.home import Home

CODEX, SONNET, QWEN = "gpt-5.1-codex", "claude-sonnet-4.5", "qwen3.5-4b"
AIDER = {"unit": "percent", "condition": "harness=aider"}


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    """A site compiles the templates of its pages, which takes as long as making a small one; the tests make dozens."""
    compiled: dict[tuple[Any, ...], Any] = {}

    def compile_once(templates: _Templates, *template: Any, **named: Any) -> Any:
        key = *template, *named.values()
        if key not in compiled:
            compiled[key] = real(templates, *template, **named)
        return compiled[key]

    real = _Templates.compile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Templates, "compile", compile_once)
        yield


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three nights: a price cut on the second, a source that falls silent on the third."""
    world = World(tmp_path_factory.mktemp("world"))
    openai, anthropic = world.seller("openai", "maker"), world.seller("anthropic", "maker")
    cards, curated = world.cards("alibaba"), world.curated()
    catalogue, leaderboard = world.catalogue("models_dev"), world.voice("aider", "community", kind="benchmark")
    openai.says(night(1), priced(CODEX, "1.25", "12"))
    openai.says(night(2), priced(CODEX, "1.25", "10"), price(CODEX, "cache_read", "0.125"))
    anthropic.says(night(1), priced(SONNET, "3", "15"), price(SONNET, "input", "6", condition="context_from=200001"))
    cards.says(
        night(1),
        fact("Qwen/Qwen3.5-4B", "name", "Qwen3.5-4B"),
        fact("Qwen/Qwen3.5-4B", "parameters", 4_000_000_000),
        fact("Qwen/Qwen3.5-4B", "product_type", "chat"),
        fact("Qwen/Qwen3.5-4B", "architecture", "Dense Transformer with gated attention"),
        fact("Qwen/Qwen3.5-4B", "license_id", "Apache-2.0"),
        fact("Qwen/Qwen3.5-4B", "output_modalities", ("text",)),
        fact("Qwen/Qwen3.5-4B", "context_tokens", 262_144),
    )
    curated.says(
        night(1),
        fact(CODEX, "name", "GPT-5.1 Codex"),
        fact(CODEX, "product_type", "coding"),
        fact(CODEX, "released_on", date(2025, 11, 13), url="https://openai.example/codex"),
        fact(CODEX, "context_tokens", 400_000, printed="\x1b[31m400,000 [bold]tokens"),
        fact(CODEX, "open_weights", False),
        fact(CODEX, "output_modalities", ("text",)),
        fact(CODEX, "shutdown_on", date(2026, 7, 23)),
        can(CODEX, "vision", "reasoning"),
        fact(SONNET, "name", "Claude Sonnet 4.5"),
        fact(SONNET, "product_type", "reasoning"),
        fact(SONNET, "released_on", "2025-09"),
        fact(SONNET, "context_tokens", 200_000),
        fact(SONNET, "open_weights", False),
        fact(SONNET, "output_modalities", ("text",)),
        can(SONNET, "vision"),
        cannot(SONNET, "computer_use"),
    )
    catalogue.says(
        night(1),
        fact(CODEX, "context_tokens", 300_000, host="openai"),
        priced(CODEX, "1.07", "8.5", host="opencode"),
        fact(CODEX, "price_status", "plan", host="github-copilot"),
        priced(CODEX, "0", "0", host="kenari"),
        priced("qwen3.5-4b", "0.04", "0.07", host="empiriolabs"),
        fact("house-special-9000", "context_tokens", 8_192, host="kenari"),
    )
    leaderboard.says(
        night(1),
        fact(CODEX, "benchmark/aider-polyglot", Decimal("78.2"), **AIDER),
        fact(SONNET, "benchmark/aider-polyglot", Decimal("71.0"), **AIDER),
    )
    catalogue.fails(night(3))
    for voice in (openai, anthropic, cards, curated, leaderboard):
        voice.confirms(night(3))
    home = Home(world.file().parents[2])
    database.publish(home)
    return home
