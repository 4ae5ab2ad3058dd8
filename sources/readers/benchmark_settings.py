"""How a benchmark was run, out of the words printed beside a score: ``Diamond, 0-shot CoT`` → dataset, shots, label.

Belongs here: the words people use for a part of a setting, each with the one spelling it gets. Does not: which
benchmark is meant (`sources.benchmark_names`), nor what a setting is worth.
Prose is no setting. What no rule reads of it is kept beside it as ``unread``, so that nobody takes two results for
equal whose difference stands in the words nobody read.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from sources.readers.remembered import remembered

Reading = Callable[[re.Match[str]], dict[str, str]]


def _always(key: str, value: str) -> Reading:
    return lambda match: {key: value}


def _printed(key: str) -> Reading:
    """The first group that matched, in lower case and with single spaces."""
    return lambda match: {key: " ".join(next(filter(None, match.groups())).lower().split())}


def _shots(match: re.Match[str]) -> dict[str, str]:
    number = {"zero": "0", "one": "1", "five": "5"}.get(match[1], match[1])
    return {"label": "few-shot"} if number == "few" else {"shots": number}


def _thousand(match: re.Match[str]) -> dict[str, str]:
    return {"effort": "thinking", "thinking_tokens": f"{match[1]}000"}


def _window(match: re.Match[str]) -> dict[str, str]:
    return {"version": re.sub(r"[ .]", "", match[0]).replace("–", "-")}


_LEVEL = "minimal|low|medium|high|xhigh|max"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = r"\d{1,2}/\d{1,2}/\d{2,4}"

_RULES: tuple[tuple[str, Reading], ...] = (
    (r"(?:extended )?thinking(?: mode)?(?: enabled)?,? (?:with )?up to (\d+)k tokens", _thousand),
    (r"(?:no|without|non)[ -](?:extended )?(?:thinking|reasoning)(?: mode)?", _always("effort", "none")),
    (r"(?:thinking|reasoning)(?: mode)? off", _always("effort", "none")),
    (rf"({_LEVEL}) (?:reasoning )?effort|reasoning effort (?:of )?({_LEVEL})", _printed("effort")),
    (rf"(?<![\w-])o\d(?:-mini)?-({_LEVEL})(?![\w-])", _printed("effort")),
    (r"(?:with )?(?:extended )?thinking(?: mode)?(?: enabled)?(?! \w*hours)", _always("effort", "thinking")),
    (r"reasoning(?: mode)? on|(?<=, )reasoning$", _always("effort", "thinking")),
    (r"(?:no|without|w/o) (?:external )?tools?", _always("tools", "no")),
    (r"(?:with )?(python) \+ brows\w+(?: tools?)?", _always("tools", "python, browser")),
    (r"with (python)(?: tools?)?(?: only)?|^(python)$", _printed("tools")),
    (r"(?:with|w/) tools?(?: use)?", _always("tools", "yes")),
    (r"(\d+|zero|one|five|few)[- ]?shots?", _shots),
    (r"chain[- ]of[- ]thoughts?|cot", _always("label", "cot")),
    (r"(?:single|one) attempt", _always("attempts", "1")),
    (r"(?:with )?(?:multiple(?: parallel)?|parallel) attempts", _always("attempts", "several")),
    (r"(?:with )?parallel test-time compute", _always("attempts", "several")),
    (r"((?:pass|cons|maj|avg|mean)) ?@ ?(\d+)", lambda match: {"metric": f"{match[1]}@{match[2]}"}),
    (r"average(?:d)? over (\d+) (?:trials|runs)", lambda match: {"metric": f"avg@{match[1]}"}),
    (r"((?:macro|micro)_avg/\w+|acc_norm|acc_char|em_maj1@1|final_em|average/\w+|mc[12]|opt@1)", _printed("metric")),
    (r"((?:relaxed|strict|normalized|weighted|step) accuracy|prompt strict|strict prompt)", _printed("metric")),
    (r"strict[- ]match", _always("metric", "strict match")),
    (r"exact match|em", _always("metric", "em")),
    (r"(?:token )?f1(?: score)?", _always("metric", "f1")),
    (r"(anls|cider|rouge-?l|spbleu|comet22|resolved|correct)(?: score)?", _printed("metric")),
    (r"lc[- ]win ?rate", _always("metric", "lc win rate")),
    (r"win ?rates?", _always("metric", "win rate")),
    (r"success rate", _always("metric", "success rate")),
    (r"accuracy|acc\.?", _always("metric", "accuracy")),
    (r"(gpt-4-1106)", lambda match: {"label": f"judge {match[1]}"}),
    (
        r"((?:terminus|openhands|agentless|claude code|simple-evals|olmes)(?: v?\d+(?:\.\d+)*)?)"
        r"(?: framework| scaffold)?",
        _printed("harness"),
    ),
    (r"(in-?house|internal|custom) (?:agent )?(?:framework|scaffold|harness)", _printed("harness")),
    (r"(v\d+(?:\.\d+)*|20\d{6})", _printed("version")),
    (rf"\d\d\.\d\d ?- ?\d\d\.\d\d|(?:{_MONTH}) \d\d ?- ?(?:{_MONTH}) \d\d|20\d{{4}} ?- ?20\d{{4}}", _window),
    (rf"{_DAY} ?[-–] ?{_DAY}|\d{{4}} ?- ?\d{{4}}", _window),
    (r"diamond(?: subset)?", _always("dataset", "diamond")),
    (r"text(?:[- ](?:only|based))(?: questions)?(?: only)?(?: subset)?|text subset", _always("dataset", "text-only")),
    (r"(?:no|without|w/o) sub(?:title)?s?\.?", _always("dataset", "no subtitles")),
    (r"(?:with|w/|w) sub(?:title)?s?\.?", _always("dataset", "subtitles")),
    (r"test[- ]?mini|mini", _always("dataset", "testmini")),
    (r"val(?:idation)?(?: set)?", _always("dataset", "val")),
    (r"test(?: set)?", _always("dataset", "test")),
    (r"dev(?: set)?", _always("dataset", "dev")),
    (r"(diff-fenced|diff|whole)", _printed("mode")),
)
_PATTERNS = tuple((re.compile(rf"(?<![\w@/-])(?:{pattern})(?![\w@])"), reading) for pattern, reading in _RULES)

LONGEST = 600
"""Characters of a setting: three times the longest that was ever seen."""

_SAYS_NOTHING = re.compile(
    r"(?<![\w-])(?:an?|the|and|as|at|for|in|of|on|to|with|only|full set|full subset|benchmark|evaluations?|evaluated"
    r"|standard|standardized|scores?|set|results?|default|not specified|unspecified|n/a|accuracy)(?![\w-])"
)
"""Words beside a score that say nothing of how it came about. A second ``accuracy`` beside a metric is one of them."""


def setting(words: str, known: Iterable[str] = ()) -> tuple[dict[str, str], str]:
    """The typed parts that printed words say, and the words no rule reads. `known`: names said elsewhere already.

    A part that is said twice, in two ways, is read once; the second way is left among the unread words. Nothing is read
    of words longer than anybody needs for a setting.
    """
    if len(words) > LONGEST:
        return {}, words.lower()
    rest = " ".join(re.sub(r"[()\[\]]+", " , ", words.lower()).split()).replace(" ,", ",").strip(" ,.-")
    if not rest:
        return {}, ""
    for name in sorted({each for text in known for each in _names(text)}, key=len, reverse=True):
        if name in rest:  # most are not, and a pattern for each costs more than all the reading
            rest = re.sub(rf"(?<![\w.-]){re.escape(name)}(?:[ -]({_LEVEL}))?(?![\w.-]*\w)", _without_name, rest)
    parts, unread = _parts(" ".join(rest.split()).strip(" ,.-"))
    return dict(parts), unread


@remembered(4096)  # few settings are said of many scores
def _parts(words: str) -> tuple[dict[str, str], str]:
    rest, parts = words, dict[str, str]()
    for pattern, reading in _PATTERNS:
        while match := pattern.search(rest):
            read = reading(match)
            joined = _joined(parts, read)
            if joined is None:
                break
            parts = joined
            rest = f"{rest[: match.start()]} , {rest[match.end() :]}"
    plain = _SAYS_NOTHING.sub(" ", rest)
    return parts, " ".join(re.sub(r"(?<!\w)[^\w]+|[^\w]+(?!\w)", " ", plain).split())


def _without_name(match: re.Match[str]) -> str:
    """A level right behind a model's name is its effort: ``o4-mini-high``."""
    return f" {match[1]} effort " if match[1] else " "


def noted(words: str, known: Iterable[str] = ()) -> dict[str, str]:
    """`setting` as parts of a condition: prose in full as ``note`` where a part of it stays unread, as ``unread``."""
    told = " ".join(re.sub("[;=]", ",", words).split())
    parts, unread = setting(told, known)
    return parts | ({"note": told, "unread": unread} if unread else {})


def _joined(parts: dict[str, str], read: dict[str, str]) -> dict[str, str] | None:
    """Both, where they do not say one thing in two ways; versions and labels are said in several words."""
    both = dict(parts)
    for key, value in read.items():
        if key in ("version", "label") and key in both and value not in both[key].split(", "):
            both[key] = f"{both[key]}, {value}"
        elif both.setdefault(key, value) != value and key not in ("version", "label"):
            return None
    return both


@remembered(4096)
def _names(text: str) -> tuple[str, ...]:
    return tuple(_spelt(text))


def _spelt(text: str) -> Iterator[str]:
    """A name as printed, and the words of it that prose repeats: ``gpt-5-mini-2025-08-07`` → gpt-5, mini, …"""
    plain = text.lower()[:LONGEST]
    words = [word for word in re.split(r"[\s_/()-]+", plain) if word]
    for end in range(len(words), 1, -1):
        yield from (joint.join(words[:end]) for joint in "- ")
    # A number or two letters may as well be a part of the setting: 3 of "3-shot", em.
    yield from (word for word in words if len(word) > 2 and not word[0].isdigit())
