"""Epoch AI's benchmarking hub: one zip, one CSV a benchmark, one line a model's result.

Epoch prints shares as fractions, under a header with a percent sign too (GPT-5.2 wins 0.497 of GDPval); they are read
as percent, and a table that stops being fractions is refused. Four tables print percent or points themselves.
"Model version" is the hub's own id, ``gpt-5.5_xhigh``; how the model ran is part of that name and not said again.
Out of scope: the parts beside a headline score, standard errors, costs, and what the hub says of models.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sources.archives import zip_files
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.values import day, decimal, without_float_noise


@dataclass(frozen=True)
class Table:
    """How one CSV reads: the benchmark, its score's column, unit and range, and the columns that are its setting."""

    benchmark: str
    column: str
    unit: str = "percent"
    most: int = 1
    setting: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


def _own_run(benchmark: str) -> Table:
    return Table(benchmark, "mean_score", setting={"reported_by": "Epoch AI"}, columns={"date": "Started at"})


def _published(benchmark: str, column: str) -> Table:
    return Table(benchmark, column, columns={"shots": "Shots", "reported_by": "Source"})


TABLES = {
    "aider_polyglot_external": Table(
        "aider-polyglot",
        "Percent correct",
        most=100,
        setting={"harness": "aider"},
        columns={"mode": "Edit format", "date": "Date of evaluation"},
    ),
    "apex_agents_external": Table("apex-agents", "Pass@1 score", setting={"metric": "pass@1"}),
    "arc_agi_2_external": Table("arc-agi-2", "Score"),
    "arc_agi_external": Table("arc-agi-1", "Score"),
    "arc_ai2_external": _published("arc-challenge", "Challenge score"),
    "balrog_external": Table("balrog", "Average progress"),
    "bbh_external": _published("bbh", "Average"),
    "bool_q_external": _published("boolq", "Score"),
    "cad_eval_external": Table("cad-eval", "Overall pass (%)"),
    "chess_puzzles": _own_run("chess-puzzles"),
    "common_sense_qa_2_external": _published("commonsenseqa-2", "Score"),
    "cybench_external": Table("cybench", "Unguided % Solved", setting={"mode": "unguided"}),
    "epoch_capabilities_index": Table("epoch-capabilities-index", "ECI Score", unit="points", most=1000),
    "fictionlivebench_external": Table("fiction-livebench", "120k token score", setting={"dataset": "120k tokens"}),
    "frontiermath": _own_run("frontiermath"),
    "frontiermath_tier_4": _own_run("frontiermath-tier-4"),
    "gdpval_external": Table("gdpval", "Win Rate (%)", setting={"metric": "win rate"}),
    "geobench_external": Table(
        "geobench",
        "ACW Avg Score",
        unit="points",
        most=5000,
        setting={"dataset": "ACW"},
        columns={"tools": "Tools"},
    ),
    "gpqa_diamond": _own_run("gpqa-diamond"),
    "gsm8k_external": _published("gsm8k", "EM"),
    "gso_external": Table(
        "gso",
        "Score OPT@1",
        setting={"metric": "opt@1"},
        columns={"harness": "Scaffold", "date": "Evaluation date"},
    ),
    "hella_swag_external": _published("hellaswag", "Overall accuracy"),
    "hle_external": Table("hle", "Accuracy"),
    "lambada_external": _published("lambada", "Score"),
    "lech_mazur_writing_external": Table("lech-mazur-writing", "Mean score", unit="points", most=10),
    "live_bench_external": Table("livebench", "Global average", most=100, columns={"version": "LiveBench Version"}),
    "math_level_5": _own_run("math-lvl-5"),
    "mmlu_external": _published("mmlu", "EM"),
    "open_book_qa_external": _published("openbookqa", "Accuracy"),
    "os_world_external": Table("osworld", "Score", most=100, columns={"harness": "Agent"}),
    "otis_mock_aime_2024_2025": _own_run("otis-mock-aime-2024-2025"),
    "piqa_external": _published("piqa", "Score"),
    "posttrainbench_external": Table("posttrainbench", "Average (%)", columns={"harness": "Scaffold"}),
    "science_qa_external": _published("scienceqa", "Score"),
    "simplebench_external": Table("simplebench", "Score (AVG@5)", setting={"metric": "avg@5"}),
    "simpleqa_verified": _own_run("simpleqa-verified"),
    "superglue_external": _published("superglue", "Score"),
    "swe_bench_bash": Table(
        "swe-bench-bash", "% Resolved", columns={"version": "SWE-Agent Release Version", "date": "Date run"}
    ),
    "swe_bench_verified": _own_run("swe-bench-verified"),
    "terminalbench_external": Table(
        "terminal-bench-2", "Accuracy mean", columns={"harness": "Agent", "date": "Run date"}
    ),
    "the_agent_company_external": Table("the-agent-company", "% Score", columns={"harness": "Name", "date": "Date"}),
    "trivia_qa_external": _published("triviaqa", "EM"),
    "video_mme_external": Table("videomme", "Overall (no subtitles)", setting={"mode": "no subtitles"}),
    "vpct_external": Table("vpct", "Correct"),
    "webdev_arena_external": Table("webdev-arena", "Arena Score", unit="elo", most=4000),
    "weirdml_external": Table("weirdml", "Accuracy"),
    "wino_grande_external": _published("winogrande", "Accuracy"),
}

_NOTES_BESIDE_THE_POINT = re.compile(r"(?:no cost data|No trajectory available.*|https?://\S+|)")


_TABLES_LEFT_OUT = {
    "adversarial_nli": "a mean over three rounds that most of its rows do not print",
    "deepresearchbench": "two benchmarks share the name, and the table does not say whose scale it prints",
    "metr_time_horizons": "a length of time whose unit is not printed",
    "merged_benchmark_data": "the other tables once more, in one",
    "additional_eci_data": "how the index is fitted",
}


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    for name, text in _tables(document).items():
        if table := TABLES.get(name):
            yield from _results(name, table, text)
        else:
            known = name.removesuffix("_external")
            why = known if known in _TABLES_LEFT_OUT else "tables not named in TABLES"
            yield from (LeftOut(place, why) for place, _ in _lines(name, text))


def lines(document: Document) -> Iterator[str]:
    """Every line of every CSV in the archive."""
    return (place for name, text in _tables(document).items() for place, _ in _lines(name, text))


def _tables(document: Document) -> dict[str, str]:
    files = zip_files(document.body, r"(?:benchmark_data/)?\w+\.csv")
    return {path.rpartition("/")[2].removesuffix(".csv"): body.decode("utf-8-sig") for path, body in files.items()}


def _lines(name: str, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), strict=True), 1):
        yield f"{name}.csv row {number}", row


def _results(name: str, table: Table, text: str) -> Iterator[Observation | LeftOut]:
    """The results of one CSV; two different scores under one setting tell of a setting that is not printed."""
    found: dict[tuple[str, str], list[Observation]] = {}
    for place, row in _lines(name, text):
        if None in row or None in row.values():
            raise Refused("a row that does not fit its header", place=place, value=row)
        model, printed = row.pop("Model version"), row.pop(table.column)
        note = row.pop("Notes", row.pop("Notes (details)", "")).strip()
        if not model or not printed:
            yield LeftOut(place, "rows without a model version or a score")
            continue
        if not _NOTES_BESIDE_THE_POINT.fullmatch(note):
            yield LeftOut(place, "rows with a note")
            continue
        score = without_float_noise(decimal(printed))
        if not 0 <= score <= table.most:
            raise Refused("a score outside its range", place=f"{place}, {table.column}", value=printed)
        value = score * 100 if table.most == 1 else score
        when = _setting(table, row)
        seen = Observation(model, f"benchmark/{table.benchmark}", printed, value, place, table.unit, when)
        found.setdefault((model, when), []).append(seen)
    for results in found.values():
        if len({each.text for each in results}) == 1:
            yield from results
        else:
            yield from (LeftOut(each.locator, "two scores under one setting") for each in results)


def _setting(table: Table, row: Mapping[str, str]) -> str:
    parts: dict[str, str | None] = dict(table.setting)
    for key, column in table.columns.items():
        if words := " ".join(re.sub("[;=]", ",", row.get(column, "")).split()):
            parts[key] = words
    if "date" in parts:
        parts["date"] = str(day(str(parts["date"])))
    if "shots" in parts:
        parts["shots"] = str(parts["shots"]).removesuffix("-shot")
    if parts.get("tools") == "None":
        parts["tools"] = "no"
    return condition(**parts)


SOURCE = Source(
    id="epoch_hub",
    publisher="epoch",
    kind="benchmark",
    authority="community",
    media="zip",
    terms_url="https://epoch.ai/benchmarks",
    licence="CC-BY-4.0",
    rows=(260, 1700),
    parse=parse,
    offers=lines,
    urls=("https://epoch.ai/data/benchmark_data.zip",),
    ignores={
        **_TABLES_LEFT_OUT,
        "tables not named in TABLES": "a new benchmark; what its columns mean has to be looked up first",
        "rows without a model version or a score": "a system or a paper's model that Epoch ties to no model",
        "rows with a note": "prose that may change what was measured",
        "two scores under one setting": "they differ in something the table does not print",
        "columns beside the score": "parts of it, errors, costs, lengths and links",
        "Release date, Organization, Country, Training compute": "of the model; kept better elsewhere",
    },
)
