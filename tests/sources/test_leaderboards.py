"""What single leaderboards must not be believed about: whose score it is, which version was run, which task it is."""

import dataclasses

import pytest

from sources import registry
from sources.benchmarks import epoch, swebench
from sources.contract import Document, Refused
from sources.readers import documents
from tests.fixture_files import fixture_documents
from tests.sources.doubted import doubted, doubted_inside


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
    ("source_id", "file", "good", "bad", "reason"),
    [
        (
            "swebench",
            "leaderboards.json",
            '"name": "Lite"',
            '"name": "Zebra"',
            "a board that may be one we know under a new name",
        ),
        ("swebench", "leaderboards.json", '"resolved": 74.4', '"resolved": 744', "a score that is no percentage"),
        (
            "swebench",
            "leaderboards.json",
            '"resolved": 74.4',
            '"attempts": 5, "resolved": 74.4',
            "a key or tag that may change what the score means",
        ),
        (
            "bfcl",
            "data_overall.csv",
            "77.47%",
            "78.47%",
            "an overall accuracy that version 4's weights do not give",
        ),
        ("bfcl", "data_overall.csv", "(FC thinking)", "(Zebra)", "a name with a way of asking we do not know"),
        (
            "bfcl",
            "data_live.csv",
            "Python Simple AST",
            "Java Simple AST",
            "columns that are gone or have another name",
        ),
        ("bfcl", "data_live.csv", "93.12%,93.12%", "N/A,93.12%", "'N/A' is not a number"),
        ("livebench", "table_2026_01_08.csv", "zebra_puzzle", "zebras", "a task nobody knows"),
        (
            "metr",
            "benchmark_results.yaml",
            "estimate: 292.994594",
            "estimate: 2929.94594",
            "a horizon outside its own interval",
        ),
        (
            "metr",
            "benchmark_results.yaml",
            "- triframe_inspect/triframe_agent",
            "- metr_agents/react",
            "a result of several agents",
        ),
        (
            "metr",
            "benchmark_results.yaml",
            "p50_horizon_length",
            "p51_horizon_length",
            "a key that may change what the horizon means",
        ),
        (
            "aider_polyglot",
            "leaderboard.yml",
            "pass_rate_2: 60.4",
            "pass_rate_2: 64.0",
            "a pass rate that its own counts contradict",
        ),
        (
            "aider_polyglot",
            "leaderboard.yml",
            "pass_rate_2: 60.4",
            "attempts: 5\n  pass_rate_2: 60.4",
            "a key that may change what the score means",
        ),
    ],
)
def test_what_is_odd_on_a_leaderboard_is_in_doubt_alone(
    source_id: str, file: str, good: str, bad: str, reason: str
) -> None:
    assert doubted(source_id, file, good, bad) == {reason}


@pytest.mark.parametrize(
    ("source_id", "file", "good", "bad"),
    [
        ("bfcl", "data_live.csv", "Rank,", "Seed,"),
        ("metr", "benchmark_results.yaml", "doubling_time_in_days:", "drawn_on: today\ndoubling_time_in_days:"),
    ],
)
def test_what_changes_no_score_is_read_past_and_told(source_id: str, file: str, good: str, bad: str) -> None:
    source = dataclasses.replace(registry.source(source_id), rows=(1, 10**9))
    document = fixture_documents(source)[file]
    changed = document.text.replace(good, bad, 1)
    after = source.read(Document(document.url, changed.encode()))
    assert after.observations == source.read(document).observations
    assert not after.doubts
    assert len(after.warnings) == 1


@pytest.mark.parametrize(
    ("source_id", "file", "good", "bad"),
    [
        ("bfcl", "data_overall.csv", "Overall Acc", "Total Acc"),
        ("metr", "benchmark_results.yaml", "doubling_time_in_days:", "horizon_unit: hours\ndoubling_time_in_days:"),
    ],
)
def test_a_leaderboard_whose_every_score_may_mean_something_else_is_refused(
    source_id: str, file: str, good: str, bad: str
) -> None:
    source = dataclasses.replace(registry.source(source_id), rows=(1, 10**9))
    document = fixture_documents(source)[file]
    assert good in document.text
    with pytest.raises(Refused):
        source.read(Document(document.url, document.text.replace(good, bad, 1).encode()))


def test_a_table_of_fractions_that_turns_to_percent_is_in_doubt() -> None:
    percent = doubted_inside(
        "epoch_hub",
        "gpqa_diamond.csv",
        "0.9400252525252525,0.9400252525252525,2026-04-23,OpenAI,United States of America,,,,,,2026-04-24T13:35:12.000Z,"
        "\nclaude-opus-4-7_xhigh,0.9015151515151515",
        "94.00,0.94,2026-04-23,OpenAI,United States of America,,,,,,2026-04-24T13:35:12.000Z,"
        "\nclaude-opus-4-7_xhigh,90.15",
    )
    assert percent == {"scores outside their range, as of a table in another unit"}


@pytest.mark.parametrize(
    ("source_id", "file", "good", "bad", "reason"),
    [
        (
            "epoch_hub",
            "gpqa_diamond.csv",
            "xhigh,0.9015151515151515",
            "xhigh,90.15",
            "a score outside its range",
        ),
        (
            "epoch_hub",
            "gdpval_external.csv",
            "Win Rate (%)",
            "Loss Rate (%)",
            "a header without a column that is read, or with two alike",
        ),
        ("epoch_hub", "frontiermath.csv", "high,0.524,", "high,0.524,,", "a row that does not fit its header"),
        (
            "tau2",
            "gpt-5-2_sierra_2026-02-26/submission.json",
            '"telecom"',
            '"telehealth"',
            "a domain we do not know",
        ),
    ],
)
def test_what_is_odd_in_a_file_of_an_archive_is_in_doubt_alone(
    source_id: str, file: str, good: str, bad: str, reason: str
) -> None:
    assert doubted_inside(source_id, file, good, bad) == {reason}


@pytest.mark.parametrize("text", ["", "\n\n", 'a,b\n1,"2'])
def test_broken_csv_is_no_table(text: str) -> None:
    with pytest.raises(ValueError, match="CSV"):
        documents.csv_table(text)


@pytest.mark.parametrize(
    ("file", "model", "cells", "when"),
    [
        ("swe_bench_bash", "gpt-5-2025-08-07_medium", {"SWE-Agent Release Version": "1.7.0", "Date run": "2025-08-07"},
         "date=2025-08-07; harness=mini-SWE-agent 1.7.0; metric=resolved; reported_by=swe-bench"),
        ("swe_bench_bash", "gpt-5-2025-08-07_medium", {},
         "harness=mini-SWE-agent; metric=resolved; note=no SWE-Agent Release Version; reported_by=swe-bench;"
         " unread=SWE-Agent Release Version"),
        ("os_world_external", "o3-2025-04-16_medium", {"Agent": "o3 (100 steps)", "Source": "OS World Website"},
         "harness=no agent (100 steps); reported_by=osworld"),
        ("os_world_external", "claude-opus-4-5", {"Agent": "Agent S", "Source": "A maker's announcement"},
         "harness=Agent S; reported_by=A maker's announcement"),
        ("mmlu_external", "Llama-2-7b", {"Shots": "5-shot", "Source": "Stanford HELM"}, "reported_by=Stanford HELM; shots=5"),
        ("mmlu_external", "Llama-2-7b", {"Shots": "few", "Source": ""}, "label=few-shot; reported_by=third_party"),
        ("cybench_external", "grok-4", {"Source": "Grok 4 Model Card"}, "label=unguided; reported_by=Grok 4 Model Card"),
        ("gpqa_diamond", "grok-4", {"Started at": "2025-07-10"}, "date=2025-07-10; reported_by=Epoch AI"),
        ("arc_agi_external", "gemini-3-flash-preview", {"Name": "Gemini 3 Flash Preview (Minimal)"},
         "effort=minimal; reported_by=arc-agi-1"),
        ("arc_agi_external", "claude-opus-4-5-20251101", {"Name": "Opus 4.5 (Thinking, None)"},
         "effort=none; reported_by=arc-agi-1"),
        ("arc_agi_external", "grok-4-0709", {"Name": "Grok 4 (Thinking)"}, "effort=thinking; reported_by=arc-agi-1"),
        ("arc_agi_external", "gpt-5.2-2025-12-11_xhigh", {"Name": "GPT-5.2 (X-High)"}, "reported_by=arc-agi-1"),
        ("arc_agi_external", "gemini-3.1-pro-preview", {"Name": "Gemini 3.1 Pro (Preview)"}, "reported_by=arc-agi-1"),
        ("posttrainbench_external", "gpt-5.3-codex", {"Name": "GPT 5.3 Codex (Med)"},
         "effort=medium; reported_by=posttrainbench"),
        ("hle_external", "gemini-3.1-pro-preview", {"Name": "Gemini 3.1 Pro Preview (thinking high)"},
         "effort=high; reported_by=hle"),
    ],
)  # fmt: skip
def test_a_row_of_the_hub_says_who_measured_and_with_what(
    file: str, model: str, cells: dict[str, str], when: str
) -> None:
    assert epoch._setting(epoch.TABLES[file], model, cells) == when
