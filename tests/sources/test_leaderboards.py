"""What single leaderboards must not be believed about: whose score it is, which version was run, which task it is."""

import dataclasses

import pytest

from sources import documents, registry
from sources.benchmarks import swebench
from sources.contract import Document, Refused
from tests.fixture_files import fixture_documents


@pytest.mark.parametrize(
    ("name", "tag", "agent"),
    [
        (
            "OpenHands + CodeAct v2.1 (claude-3-5-sonnet-20241022)",
            "claude-3-5-sonnet-20241022",
            "OpenHands + CodeAct v2.1",
        ),
        (
            "OrcaLoca + Agentless-1.5 + Claude-3.5 Sonnet (20241022)",
            "claude-3-5-sonnet-20241022",
            "OrcaLoca + Agentless-1.5",
        ),
        ("EPAM AI/Run Developer Agent + GPT4o", "gpt-4o-2024-08-06", "EPAM AI/Run Developer Agent"),
        ("Lingxi v1.5 x Kimi K2", "kimi-k2-0905-preview", "Lingxi v1.5"),
        ("Harness AI", "claude-sonnet-4-20250514", "Harness AI"),
        ("FrogBoss-32B-2510", "FrogBoss-32B-2510", ""),
        ("Tools + Claude 3.5 Haiku", "claude-3-haiku-20240307", None),
        ("Skywork-SWE-32B", "Qwen2.5-Coder-32B-Instruct", None),
        ("RAG + SWE-Llama 7B", "SWE-Llama", None),
    ],
)
def test_a_score_is_the_tagged_models_only_where_the_name_agrees(name: str, tag: str, agent: str | None) -> None:
    assert swebench._agent(name, tag) == agent


def test_no_entry_is_read_for_a_snapshot_made_after_it() -> None:
    source = registry.source("swebench")
    (document,) = fixture_documents(source).values()
    assert "SWE-agent + Claude 3.5 Sonnet" in document.text
    assert not [each for each in source.observations(document) if "SWE-agent + Claude 3.5 Sonnet" in each.locator]


@pytest.mark.parametrize(
    ("source_id", "file", "good", "bad"),
    [
        ("swebench", "leaderboards.json", '"name": "Lite"', '"name": "Zebra"'),
        ("swebench", "leaderboards.json", '"resolved": 74.4', '"resolved": 744'),
        ("bfcl", "data_overall.csv", "77.47%", "78.47%"),
        ("bfcl", "data_overall.csv", "(FC thinking)", "(Zebra)"),
        ("bfcl", "data_overall.csv", "Overall Acc", "Total Acc"),
        ("bfcl", "data_live.csv", "Python Simple AST", "Java Simple AST"),
        ("livebench", "table_2026_01_08.csv", "zebra_puzzle", "cost"),
        ("metr", "benchmark_results.yaml", "estimate: 292.994594", "estimate: 2929.94594"),
        ("metr", "benchmark_results.yaml", "- triframe_inspect/triframe_agent", "- metr_agents/react"),
    ],
)
def test_a_leaderboard_that_is_not_what_it_was_is_refused(source_id: str, file: str, good: str, bad: str) -> None:
    source = dataclasses.replace(registry.source(source_id), rows=(1, 10**9))
    document = fixture_documents(source)[file]
    assert good in document.text
    with pytest.raises(Refused):
        source.read(Document(document.url, document.text.replace(good, bad, 1).encode()))


@pytest.mark.parametrize("text", ["", "\n\n", 'a,b\n1,"2'])
def test_broken_csv_is_no_table(text: str) -> None:
    with pytest.raises(ValueError, match="CSV"):
        documents.csv_table(text)
