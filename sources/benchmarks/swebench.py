"""SWE-bench's leaderboards: one JSON document with a board for each set of issues, one entry for each submitted system.

Read: the share of issues resolved, for entries tagged with one model. The agent is what the entry's name says beside
the model. The tag must be able to be that model: no later snapshot than the entry, and every word of the model in the
name stands in the tag, since a tag may also give the model a named one was tuned from.
The bash-only board is the Verified set under mini-SWE-agent, and repeats those entries of the Verified board.
Out of scope: systems of several models or of none that is named, and what a run cost.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, condition
from sources.doubts import Remark, attempt, doubt
from sources.readers import offers, structured, values
from sources.readers.structured import Entry, Found, each_entry

_BOARDS = {
    "bash-only": "swe-bench-verified",
    "Verified": "swe-bench-verified",
    "Test": "swe-bench",
    "Lite": "swe-bench-lite",
    "Multimodal": "swe-bench-multimodal",
    "Multilingual": "swe-bench-multilingual",
}
_LEFT_OUT = {
    "where the entry's files and pictures are": ("logo", "site", "folder", "logs", "trajs", "trajs_docent"),
    "what a run cost, not a price": ("cost", "instance_cost", "instance_calls"),
    "about the licence, not the score": ("os_model", "os_system"),
    "whether the board's keepers ran it again": ("checked",),
    "one line an issue; the share is their sum": ("per_instance_details",),
}
_IGNORES = {key: reason for reason, keys in _LEFT_OUT.items() for key in keys}
UNKNOWN_BOARDS = "boards nobody has looked at"
_TAGS = {"Model", "System", "Org", "Model_size"}

_MODEL = re.compile(
    r"(?<![a-z])(claude|gpt|chatgpt|gemini|gemma|llama|qwen|deepseek|kimi|minimax|glm|grok|doubao|devstral|mistral"
    r"|(?:amazon )?nova|o[134](?![a-z0-9]))",
    re.IGNORECASE,
)
"""Where in an entry's name the model begins."""

_JOINT = re.compile(r"[\s+(_-]*(?:\b(?:x|anthr?opic)\b)?[\s+(_-]*$", re.IGNORECASE)
"""What joins the agent before it: `` + ``, `` (``, `` x ``, or the maker's name, which some entries misspell."""

_SIZE = re.compile(r"\d+b(?![a-z0-9])", re.IGNORECASE)
_EFFORT = re.compile(r"\b(minimal|low|medium|high|xhigh)\b(?: reasoning)?")
_TEMPERATURE = re.compile(r"\(T=([\d.]+)\)")
_SNAPSHOT = re.compile(r"(20\d{2})-?([01]\d)-?([0-3]\d)(?!\d)")


def parse(document: Document) -> Iterator[Told]:
    boards = {board["name"]: board["results"] for board in document.json_with_oddities()["leaderboards"]}
    gone = tuple(f"{name}[" for name in _BOARDS if name not in boards)
    for name, results in boards.items():
        if name in _BOARDS:
            yield from attempt(partial(_board, name, results), "section", name, name, within=(f"{name}[",))
        elif gone:
            yield doubt("a board that may be one we know under a new name", "section", name, name, within=gone)
        else:
            yield Remark("leaderboards", name)
            yield from (LeftOut(each.place, UNKNOWN_BOARDS) for each in _found(name, results))


def entries(document: Document) -> Iterator[str]:
    """Every entry of every board."""
    for board in document.json_with_oddities()["leaderboards"]:
        if isinstance(board["results"], list):
            yield from (each.place for each in _found(board["name"], board["results"]))


def _found(board: str, results: list[Any]) -> Iterator[Found]:
    """The entries of a board, by their names and folders; one without these by its number."""
    names = [
        f"{each['name']}, {each['folder']}" if isinstance(each, dict) and {"name", "folder"} <= each.keys() else ""
        for each in results
    ]
    places = offers.told_apart(f"{board}[{name or number}]" for number, name in enumerate(names))
    return (Found(*each) for each in zip(places, names, results, strict=True))


def _board(board: str, results: list[Any]) -> Iterator[Told]:
    return each_entry(_found(board, results), partial(_entry, board), siblings=f"{board}[")


def _entry(board: str, entry: Entry) -> Iterator[Observation | LeftOut]:
    name, resolved, day = entry.pop("name"), entry.pop("resolved"), date.fromisoformat(entry.pop("date"))
    version, warning = entry.pop("mini-swe-agent_version", None), entry.pop("warning")
    tags = [tag.partition(": ") for tag in entry.pop("tags")]
    if unread := entry.keys() - _IGNORES.keys() | {kind for kind, _, _ in tags} - _TAGS:
        raise Refused("a key or tag that may change what the score means", value=sorted(unread))
    score = values.decimal(resolved)
    if not 0 <= score <= 100:
        raise Refused("a score that is no percentage", value=resolved)
    models = [value for kind, _, value in tags if kind == "Model"]
    if warning or len(models) != 1:
        yield LeftOut(
            entry.place, "entries with a warning" if warning else "entries tagged with several models or none"
        )
        return
    if _is_later(models[0], day) or (agent := _agent(name, models[0])) is None:
        yield LeftOut(entry.place, "entries whose tag and name disagree")
        return
    effort, temperature = _EFFORT.search(name), _TEMPERATURE.search(name)
    setting = condition(
        harness=f"mini-SWE-agent {version}" if version else agent or name,  # without an agent, comparable with nothing
        metric="resolved",
        **_system([value for kind, _, value in tags if kind == "System"]),
        effort=effort[1] if effort else None,
        label=f"temperature {temperature[1]}" if temperature else None,
        date=day,
    )
    model = models[0].removeprefix("https://huggingface.co/")
    yield Observation(
        model, f"benchmark/{_BOARDS[board]}", structured.json_words(resolved), score, entry.place, "percent", setting
    )


def _system(tags: list[str]) -> dict[str, str]:
    """``Attempts - 2+`` → attempts 2+; another way to run is a label."""
    if not tags:
        return {}
    key, dash, value = tags[0].lower().partition(" - ")
    return {"attempts": value} if dash and key == "attempts" else {"label": tags[0].lower()}


def _is_later(tag: str, day: date) -> bool:
    """Whether a tag gives a snapshot that did not exist yet: early entries carry the tag of a later namesake."""
    snapshot = _SNAPSHOT.search(tag)
    return snapshot is not None and date(int(snapshot[1]), int(snapshot[2]), int(snapshot[3])) > day


def _agent(name: str, tag: str) -> str | None:
    """What an entry's name says beside the tagged model, ``""`` for nothing; None where it says another model.

    ``"OpenHands + CodeAct v2.1 (claude-3-5-sonnet-20241022)"`` → ``OpenHands + CodeAct v2.1``; a name without any
    model is the agent's.
    """
    if _words(name) <= _words(tag):
        return ""
    if named := _MODEL.search(name):
        printed = re.sub(r"\([^()]*\)", "", name[named.start() :])
        if not _words(_EFFORT.sub("", printed)) <= _words(tag):
            return None
        return _JOINT.sub("", name[: named.start()])
    return None if _SIZE.search(name) else name


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+", text.lower()))


SOURCE = Source(
    id="swebench",
    publisher="swe-bench",
    kind="benchmark",
    authority="community",
    media="json",
    terms_url="https://github.com/SWE-bench/swe-bench.github.io/blob/master/LICENSE",
    licence="CC-BY-NC-4.0",
    rows=(40, 330),
    parse=parse,
    offers=entries,
    urls=("https://raw.githubusercontent.com/SWE-bench/swe-bench.github.io/master/data/leaderboards.json",),
    ignores=_IGNORES
    | {
        "entries tagged with several models or none": "the score is no one model's, or nobody says whose",
        "entries whose tag and name disagree": "an older or a tuned model under another's tag",
        "entries with a warning": "the board itself doubts them",
        UNKNOWN_BOARDS: "another set of issues; what its scores mean has to be looked up first",
        "Org": "who sent the entry in",
        "Model_size": "one entry of Verified says it",
    },
)
