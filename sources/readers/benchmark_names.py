"""Printed benchmark names → one id each: ``AIME24 pass@1`` is ``aime-2024`` measured as ``pass@1``.

Belongs here: the benchmarks we know, their other spellings and their unit. Does not: how the words beside a name read
(`benchmark_settings`), what a score means, or who reached it. A name we do not know gives None and its table row is
left alone, since a new spelling of an old benchmark and a row such as "hidden size" look the same.
Two names are one id only when they are one test: GPQA and GPQA Diamond, MATH and MATH-500, years of AIME stay apart.
"""

import re
from dataclasses import dataclass, field

from sources.readers.benchmark_settings import setting

_PERCENTAGES = """
mmlu mmlu-pro mmlu-redux mmlu-redux-2.0 mmmlu mmlu-prox global-mmlu global-mmlu-lite cmmlu c-eval agieval
agieval-english gaokao supergpqa gpqa gpqa-diamond gpqa-main hle bbh bbeh musr arc-challenge arc-easy arc-agi-1
arc-agi-2 hellaswag winogrande piqa siqa boolq openbookqa commonsenseqa lambada race-middle race-high drop squad quac
triviaqa natural-questions webquestions truthfulqa simpleqa simpleqa-verified chinese-simpleqa frames ruler include
polymath mgsm xcopa flores clue-wsc zebralogic livebench aime-2024 aime-2025 aime-2026 hmmt-2025 hmmt-feb-2025
hmmt-nov-2025 hmmt-feb-2026 cnmo-2024 gsm8k math math-500 math-lvl-5 cmath amc scibench omni-math imo-answerbench
beyond-aime theoremqa humaneval humaneval-plus mbpp mbpp-plus evalplus multipl-e livecodebench bigcodebench cruxeval
scicode ojbench crosscodeeval swe-bench swe-bench-verified swe-bench-lite swe-bench-multilingual swe-bench-pro
multi-swe-bench aider-polyglot terminal-bench terminal-bench-2 nl2repo codeforces-percentile ifeval ifbench multiif
multichallenge arena-hard arena-hard-v2 alpacaeval-2 wildbench bfcl-v2 bfcl-v3 bfcl-v4 tau-bench-retail
tau-bench-airline tau2-bench tau2-bench-retail tau2-bench-airline tau2-bench-telecom nexus api-bank acebench
browsecomp browsecomp-zh xbench-deepsearch gaia webwalkerqa widesearch seal-0 mcp-atlas mcpmark toolathlon osworld
osworld-verified androidworld webarena screenspot-pro finsearchcomp mmmu mmmu-pro mathvista mathvision docvqa infovqa
chartqa textvqa ai2d realworldqa mmbench mmstar videomme videommmu charxiv longbench-v2 mrcr aa-lcr infinitebench
zeroscrolls
"""

_OTHER_UNITS = {
    "codeforces": "elo",
    "mt-bench": "points",
    "creative-writing-v3": "points",
    "writingbench": "points",
    "ocrbench": "points",
    "ocrbench-v2": "points",
}

_OTHER_SPELLINGS = {
    "mmlu (pro cot)": "mmlu-pro",
    "agieval en": "agieval-english",
    "humanity's last exam": "hle",
    "big-bench hard": "bbh",
    "big-bench extra hard": "bbeh",
    "arc-c": "arc-challenge",
    "arc-e": "arc-easy",
    "social iqa": "siqa",
    "commonsense qa": "commonsenseqa",
    "c-simpleqa": "chinese-simpleqa",
    "cluewsc": "clue-wsc",
    "aime24": "aime-2024",
    "aime25": "aime-2025",
    "aime26": "aime-2026",
    "hmmt25": "hmmt-2025",
    "hmmt feb 25": "hmmt-feb-2025",
    "hmmt nov 25": "hmmt-nov-2025",
    "hmmt feb 26": "hmmt-feb-2026",
    "math level 5": "math-lvl-5",
    "human eval": "humaneval",
    "lcb": "livecodebench",
    "swe verified": "swe-bench-verified",
    "swe-multilingual": "swe-bench-multilingual",
    "aider polyglot benchmark": "aider-polyglot",
    "terminal-bench 2.0": "terminal-bench-2",
    "terminal bench 1.0": "terminal-bench",
    "codeforces rating": "codeforces",
    "codeforces (rating)": "codeforces",
    "codeforces (percentile)": "codeforces-percentile",
    "if-eval": "ifeval",
    "alpacaeval2.0": "alpacaeval-2",
    "tau1-retail": "tau-bench-retail",
    "tau1-airline": "tau-bench-airline",
    "tau2-retail": "tau2-bench-retail",
    "tau2-airline": "tau2-bench-airline",
    "tau2-telecom": "tau2-bench-telecom",
    "τ²-bench": "tau2-bench",
    "nq": "natural-questions",
    "arc-agi": "arc-agi-1",  # the name before there was a second
    "arc-agi v2": "arc-agi-2",
    "infographicsqa": "infovqa",
    "scale multichallenge": "multichallenge",  # Scale is who made it
    "swe-bench verified (agentic coding)": "swe-bench-verified",  # the row's heading in its maker's table
}

_SPELLED_WITH_A_SETTING = {
    # One word, or a heading of a table, that is a benchmark and a part of it.
    "mmmuval": ("mmmu", {"dataset": "val"}),
    "docvqatest": ("docvqa", {"dataset": "test"}),
    "infovqatest": ("infovqa", {"dataset": "test"}),
    "mmbench test": ("mmbench", {"dataset": "test"}),
    "mathvista mini": ("mathvista", {"dataset": "testmini"}),
    "multilingual mgsm (cot)": ("mgsm", {"label": "cot"}),
    "videomme w/o sub.": ("videomme", {"dataset": "no subtitles"}),
    "videomme w sub.": ("videomme", {"dataset": "subtitles"}),
}

_PARTS_WITH_AN_ID = {
    ("gpqa", "diamond"): "gpqa-diamond",
    ("gpqa", "gpqa_diamond"): "gpqa-diamond",
}
"""A benchmark and a part of it that has an id of its own: a list that says GPQA and Diamond means GPQA Diamond."""


@dataclass(frozen=True)
class Benchmark:
    """One printed name, read: the id, the unit its scores are in by nature, and the setting printed in the name."""

    id: str
    unit: str
    setting: dict[str, str] = field(default_factory=dict)


def benchmark(printed: str) -> Benchmark | None:
    """``"MMLU (5-shot, EM)"`` → mmlu, percent, shots 5, metric em; None for a name or a qualifier we do not know."""
    name = printed.strip().rstrip("*†‡ ")
    if found := _known(name):
        return found
    # The longest known beginning, as long as every word after it is a qualifier we can read.
    for end in range(len(name) - 1, 1, -1):
        if name[end] in " (" and (found := _known(name[:end])):
            parts, unread = setting(name[end:])
            return None if unread else of_setting(found, parts)
    return None


def of_setting(found: Benchmark, parts: dict[str, str]) -> Benchmark:
    """The benchmark with these parts in its setting; a part or version with an id of its own is that benchmark."""
    both = found.setting | parts
    if "version" in both and (newer := _KNOWN.get(_spelling(f"{found.id}-{both['version']}"))):
        found = Benchmark(*newer)
        both = {key: value for key, value in both.items() if key != "version"}
    if part_id := _PARTS_WITH_AN_ID.get((found.id, both.get("dataset", ""))):
        return Benchmark(part_id, found.unit, {key: value for key, value in both.items() if key != "dataset"})
    return Benchmark(found.id, found.unit, both)


def slug(printed: str) -> str:
    """A benchmark id for a name outside the list: ``"Wikitext-103"`` → ``wikitext-103``, ``"BFS <128k"`` → its own."""
    plain = printed.lower().replace("<", " under ").replace(">", " over ")
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-")


def _known(name: str) -> Benchmark | None:
    if found := _KNOWN.get(_spelling(name)):
        return Benchmark(*found)
    if alike := _KNOWN_WITH_A_SETTING.get(_spelling(name)):
        return alike
    return None


def _spelling(name: str) -> str:
    plain = name.lower().replace("²", "2").replace("τ", "tau").replace("+", "plus")
    return re.sub(r"[\s_’'-]+", "", plain)


_KNOWN = {_spelling(name): (name, "percent") for name in _PERCENTAGES.split()} | {
    _spelling(name): (name, unit) for name, unit in _OTHER_UNITS.items()
}
_KNOWN |= {_spelling(other): _KNOWN[_spelling(name)] for other, name in _OTHER_SPELLINGS.items()}
_KNOWN_WITH_A_SETTING = {
    _spelling(other): Benchmark(*_KNOWN[_spelling(name)], parts)
    for other, (name, parts) in _SPELLED_WITH_A_SETTING.items()
}
