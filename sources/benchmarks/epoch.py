"""Epoch AI's benchmarking hub: one zip, one CSV a benchmark, one line a model's result.

Epoch prints shares as fractions, under a header with a percent sign too (GPT-5.2 wins 0.497 of GDPval); they are read
as percent, and a table that stops being fractions is in doubt. Four tables print percent or points themselves.
"Model version" is the hub's own id, ``gpt-5.5_xhigh``; how the model ran is part of it, or of the name beside it where
the id says nothing (``Gemini 3 Flash (Minimal)``).
Out of scope: the parts beside a headline score, standard errors, costs, and what the hub says of models.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from sources.contract import Document, Doubt, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import TROUBLE, attempt, doubt
from sources.readers import documents, offers
from sources.readers.archives import zip_files
from sources.readers.values import day, decimal, without_float_noise


@dataclass(frozen=True)
class Table:
    """How one CSV reads: the benchmark, its score's column, unit and range, and the columns that are its setting.

    board   who measured, of a table that repeats one leaderboard; by default called as the benchmark. A row whose
            source is no board but a report (a model card, a message) was measured by that
    """

    benchmark: str
    column: str
    unit: str = "percent"
    most: int = 1
    setting: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    board: str = ""


def _own_run(benchmark: str) -> Table:
    return Table(benchmark, "mean_score", setting={"reported_by": "Epoch AI"}, columns={"date": "Started at"})


def _published(benchmark: str, column: str) -> Table:
    return Table(benchmark, column, columns={"shots": "Shots", "reported_by": "Source"})


TABLES = {
    "aider_polyglot_external": Table(
        "aider-polyglot",
        "Percent correct",
        most=100,
        setting={"harness": "aider", "metric": "pass_rate_2"},
        columns={"mode": "Edit format", "date": "Date of evaluation"},
        board="aider",
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
    "cybench_external": Table("cybench", "Unguided % Solved", setting={"label": "unguided"}),
    "epoch_capabilities_index": Table(
        "epoch-capabilities-index", "ECI Score", unit="points", most=1000, board="Epoch AI"
    ),
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
    "live_bench_external": Table(
        "livebench", "Global average", most=100, columns={"version": "LiveBench Version"}, board="livebench"
    ),
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
        "swe-bench-verified",
        "% Resolved",
        setting={"harness": "mini-SWE-agent", "metric": "resolved"},
        columns={"harness": "SWE-Agent Release Version", "date": "Date run"},
        board="swe-bench",
    ),
    "swe_bench_verified": _own_run("swe-bench-verified"),
    "terminalbench_external": Table(
        "terminal-bench-2", "Accuracy mean", columns={"harness": "Agent", "date": "Run date"}
    ),
    "the_agent_company_external": Table("the-agent-company", "% Score", columns={"harness": "Name", "date": "Date"}),
    "trivia_qa_external": _published("triviaqa", "EM"),
    "video_mme_external": Table("videomme", "Overall (no subtitles)", setting={"dataset": "no subtitles"}),
    "vpct_external": Table("vpct", "Correct"),
    "webdev_arena_external": Table("webdev-arena", "Arena Score", unit="elo", most=4000),
    "weirdml_external": Table("weirdml", "Accuracy"),
    "wino_grande_external": _published("winogrande", "Accuracy"),
}

MODEL = "Model version"

_NOTES_BESIDE_THE_POINT = re.compile(r"(?:no cost data|No trajectory available.*|https?://\S+|)")


_TABLES_LEFT_OUT = {
    "adversarial_nli": "a mean over three rounds that most of its rows do not print",
    "deepresearchbench": "two benchmarks share the name, and the table does not say whose scale it prints",
    "metr_time_horizons": "a length of time whose unit is not printed",
    "merged_benchmark_data": "the other tables once more, in one",
    "additional_eci_data": "how the index is fitted",
}


def parse(document: Document) -> Iterator[Told]:
    for name, body in _files(document).items():
        place = f"{name}.csv"
        if name in TABLES:
            yield from attempt(partial(_results, name, body), "table", place, place, within=(f"{place}[",))
        else:
            known = name.removesuffix("_external")
            why = known if known in _TABLES_LEFT_OUT else "tables not named in TABLES"
            yield from (LeftOut(line, why) for line in _places(name, body))


def lines(document: Document) -> Iterator[str]:
    """Every line of every CSV in the archive; a file that is no CSV has none."""
    return (place for name, body in _files(document).items() for place in _places(name, body))


@once
def _files(document: Document) -> dict[str, Document]:
    files = zip_files(document.body, r"(?:benchmark_data/)?\w+\.csv")
    return {path.rpartition("/")[2].removesuffix(".csv"): Document(document.url, body) for path, body in files.items()}


def _places(name: str, body: Document) -> list[str]:
    try:
        return [place for place, _ in _lines(name, documents.csv_lines(body))]
    except (Refused, ValueError):
        return []


def _lines(name: str, table: documents.Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines of a CSV, each at ``gpqa_diamond.csv[gpt-5.5_xhigh]``; one without a model by its number."""
    header = _called(table, (MODEL,)).header
    column = header.index(MODEL) if MODEL in header else len(header)
    models = (cells[column] if column < len(cells) else "" for cells in table.cells)
    named = (f"{name}.csv[{model or number}]" for number, model in enumerate(models, 1))
    return zip(offers.told_apart(named), table.cells, strict=True)


def _called(table: documents.Table, names: tuple[str, ...]) -> documents.Table:
    return table if set(names) <= set(table.header) else table.called(names)


def _results(name: str, body: Document) -> Iterator[Told]:
    """The results of one CSV; two different scores under one setting tell of a setting that is not printed."""
    table = TABLES[name]
    page = _called(documents.csv_lines(body), (MODEL, table.column, *table.columns.values()))
    if not {MODEL, table.column} <= set(page.header) or len(set(page.header)) != len(page.header):
        raise Refused("a header without a column that is read, or with two alike", value=page.header)
    noted = [column for column in page.header if re.match(r"notes?\b", column, re.IGNORECASE)]
    found: dict[tuple[str, str], list[Told]] = {}
    scores, outside = 0, 0
    for place, cells in _lines(name, page):
        if len(cells) != len(page.header):
            yield doubt("a row that does not fit its header", "row", place, " | ".join(cells), within=(f"{name}.csv[",))
            continue
        row = dict(zip(page.header, cells, strict=True))
        model, printed = row.pop(MODEL), row.pop(table.column)
        note = " ".join(row[column] for column in noted).strip()
        if not model or not printed:
            yield LeftOut(place, "rows without a model version or a score")
            continue
        if not _NOTES_BESIDE_THE_POINT.fullmatch(note):
            yield LeftOut(place, "rows with a note")
            continue
        when = ""
        try:
            when, score = _setting(table, model, row), without_float_noise(decimal(printed))
            scores += 1
            if not 0 <= score <= table.most:
                outside += 1
                raise Refused("a score outside its range", value=printed)
            value = score * 100 if table.most == 1 else score
            seen: Told = Observation(model, f"benchmark/{table.benchmark}", printed, value, place, table.unit, when)
        except TROUBLE as trouble:
            within = (f"{name}.csv[{model}]",)
            seen = doubt(trouble, "row", place, " | ".join(cells), subject=model, within=within)
        found.setdefault((model, when), []).append(seen)
    if outside > 1 and outside > scores / 2:
        raise Refused("scores outside their range, as of a table in another unit", value=f"{outside} of {scores}")
    for results in found.values():
        yield from _agreed(results)


def _agreed(results: list[Told]) -> Iterator[Told]:
    """The results of one model under one setting, where they are one; beside one in doubt nobody knows."""
    read = [each for each in results if isinstance(each, Observation)]
    yield from (each for each in results if isinstance(each, Doubt))
    if len(read) == len(results) and len({each.text for each in read}) == 1:
        yield from read
    else:
        yield from (LeftOut(each.locator, "two scores under one setting") for each in read)


def _setting(table: Table, model: str, row: Mapping[str, str]) -> str:
    parts: dict[str, str | None] = {**table.setting, **_named_effort(model, row.get("Name", ""))}
    for key, column in table.columns.items():
        if words := _words(row.get(column, "")):
            parts[key] = f"{table.setting[key]} {words}" if key in table.setting else words
        elif key in table.setting:
            parts |= {"note": f"no {column}", "unread": column}  # one release of an agent is not another
    if "date" in parts:
        parts["date"] = str(day(str(parts["date"])))
    if shots := parts.pop("shots", None):
        number = shots.removesuffix("-shot")
        parts |= {"shots": number} if number.isdigit() else {"label": f"{number}-shot"}
    if parts.get("tools") == "None":
        parts["tools"] = "no"
    # OSWorld names a model that works without an agent as its own agent, with the steps it may take.
    agent, steps, many = (parts.get("harness") or "").partition(" (")
    if agent and f"{model.partition('_')[0]}-".lower().startswith(f"{agent}-".lower()):
        parts["harness"] = f"no agent{steps}{many}"
    if "reported_by" in table.columns:
        parts.setdefault("reported_by", "third_party")
    elif "reported_by" not in parts:
        source = _words(row.get("Source", ""))
        parts["reported_by"] = source if source and not _A_BOARD.search(source) else table.board or table.benchmark
    return condition(**parts)


def _named_effort(model: str, name: str) -> dict[str, str]:
    """How hard a model thought, where only the name beside its version says so: ``Gemini 3 Flash (Minimal)``."""
    if "_" in model:
        return {}  # gpt-5.5_xhigh: the version says it
    words = {word.strip() for told in re.findall(r"\(([^()]*)\)", name.lower()) for word in told.split(",")}
    levels = {match[1].replace("-", "") for word in words if (match := _LEVEL.fullmatch(word))}
    if len(levels) == 1:
        level = levels.pop()
        return {"effort": "medium" if level == "med" else level}
    if "non-thinking" in words:
        return {"effort": "none"}
    return {"effort": "thinking"} if "thinking" in words else {}


_LEVEL = re.compile(r"(?:thinking )?(none|minimal|low|med(?:ium)?|high|x-?high|max)")

_A_BOARD = re.compile(r"leaderboard|website|dashboard|github|^https?:", re.IGNORECASE)


def _words(cell: str) -> str:
    return " ".join(re.sub("[;=]", ",", cell).split())


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
