"""Words beside a score say how it came about: what a rule reads is a part of the setting, the rest is told as unread."""

import pytest

from sources.readers.benchmark_names import Benchmark, benchmark, of_setting, slug
from sources.readers.benchmark_settings import noted, setting


@pytest.mark.parametrize(
    ("words", "known", "parts"),
    [
        ("Score", (), {}),
        ("standard evaluation", (), {}),
        ("GPQA benchmark evaluation", ("gpqa",), {}),
        ("Accuracy. 0-shot.", (), {"metric": "accuracy", "shots": "0"}),
        ("zero-shot chain-of-thought", (), {"shots": "0", "label": "cot"}),
        ("3-shot CoT", ("llama-3.1-8b", "gsm8k"), {"shots": "3", "label": "cot"}),
        ("few-shot", (), {"label": "few-shot"}),
        ("pass @1", (), {"metric": "pass@1"}),
        ("Cons@64", (), {"metric": "cons@64"}),
        (
            "No extended thinking. Terminus 1 averaged over 5 trials.",
            (),
            {"effort": "none", "harness": "terminus 1", "metric": "avg@5"},
        ),
        ("Extended thinking (up to 64K tokens)", (), {"effort": "thinking", "thinking_tokens": "64000"}),
        (
            "GPT-5 mini - Diamond thinking no tools",
            ("gpt-5-mini-2025-08-07",),
            {"effort": "thinking", "tools": "no", "dataset": "diamond"},
        ),
        ("accuracy (o4-mini-high)", ("o4-mini",), {"effort": "high", "metric": "accuracy"}),
        ("Score, Reasoning Off", (), {"effort": "none"}),
        ("with python", (), {"tools": "python"}),
        ("Parallel test-time compute", (), {"attempts": "several"}),
        ("Agentic Coding - Single Attempt", ("SWE-bench Verified (Agentic Coding)",), {"attempts": "1"}),
        ("v6 (Aug 24-May 25) Pass@1", (), {"version": "v6, aug24-may25", "metric": "pass@1"}),
        ("OpenHands v0.34.0", (), {"harness": "openhands v0.34.0"}),
        ("text-only subset", (), {"dataset": "text-only"}),
    ],
)
def test_words_a_rule_reads_are_parts_of_the_setting(words: str, known: tuple[str, ...], parts: dict[str, str]) -> None:
    assert setting(words, known) == (parts, "")


@pytest.mark.parametrize(
    ("words", "known", "unread"),
    [
        ("High school math competition", ("aime-2025",), "high school math competition"),
        ("Standard benchmark (o3-mini grader, see footnote [3])", (), "o3-mini grader see footnote 3"),
        ("optimized user simulator", (), "optimized user simulator"),
        ("Search agent with pre-defined workflow", (), "search agent pre-defined workflow"),
        ("Measured hallucination rate", (), "measured hallucination rate"),
        ("0-shot, 5-shot", (), "5-shot"),
    ],
)
def test_words_no_rule_reads_are_said_to_be_unread(words: str, known: tuple[str, ...], unread: str) -> None:
    assert setting(words, known)[1] == unread
    told = noted(words, known)
    assert (told["note"], told["unread"]) == (words, unread)


def test_words_that_are_all_read_leave_no_note() -> None:
    assert noted("5-shot accuracy") == {"shots": "5", "metric": "accuracy"}


def test_words_too_long_for_a_setting_are_left_unread_at_once() -> None:
    parts, unread = setting("cot, 5-shot " * 50_000, ("a-" * 50_000,))
    assert parts == {}
    assert unread.startswith("cot, 5-shot")


def test_prose_can_never_break_the_spelling_of_a_condition() -> None:
    assert noted("temperature = 0.6; top-p")["note"] == "temperature , 0.6, top-p"


def test_a_list_that_says_gpqa_and_diamond_means_gpqa_diamond() -> None:
    gpqa = benchmark("GPQA")
    assert gpqa is not None
    assert of_setting(gpqa, {"dataset": "diamond", "tools": "no"}) == Benchmark(
        "gpqa-diamond", "percent", {"tools": "no"}
    )
    assert of_setting(gpqa, {"tools": "no"}).id == "gpqa"
    assert of_setting(Benchmark("bfcl", "percent"), {"version": "v3"}) == Benchmark("bfcl-v3", "percent")


@pytest.mark.parametrize(
    ("printed", "one"),
    [
        ("ARC-AGI v2", Benchmark("arc-agi-2", "percent")),
        ("SWE-bench Verified (Agentic Coding)", Benchmark("swe-bench-verified", "percent")),
        ("SWE-bench Verified (Multiple Attempts)", Benchmark("swe-bench-verified", "percent", {"attempts": "several"})),
        ("SWE-bench Verified (Agentless)", Benchmark("swe-bench-verified", "percent", {"harness": "agentless"})),
        ("MMMU (validation)", Benchmark("mmmu", "percent", {"dataset": "val"})),
        ("MMMUval", Benchmark("mmmu", "percent", {"dataset": "val"})),
        ("LiveCodeBench v6 (25.02-25.05)", Benchmark("livecodebench", "percent", {"version": "v6, 2502-2505"})),
        ("MathVista-Mini", Benchmark("mathvista", "percent", {"dataset": "testmini"})),
        ("MMLU French", None),
    ],
)
def test_one_benchmark_has_one_id_however_a_list_heads_it(printed: str, one: Benchmark | None) -> None:
    assert benchmark(printed) == one


def test_two_tests_that_differ_in_a_sign_are_two_benchmarks() -> None:
    assert slug("Graphwalks BFS <128k") != slug("Graphwalks BFS >128k")
