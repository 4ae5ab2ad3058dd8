"""τ²-bench's leaderboard: one submission.json a run, in the repository's archive.

Read: of every run the leaderboard lists, the share of tasks solved in one try, by domain. Voice runs are another
benchmark than text runs, and the first τ-bench another than τ²-bench; the user a model talks to is itself a model and
part of the setting, as are a changed prompt and the means of retrieval.
Out of scope: examples and runs the leaderboard does not list, pass^2 to pass^4, a run's cost, how a voice interrupts.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from sources.contract import EVERYWHERE, Document, Doubt, LeftOut, Observation, Refused, Source, Told, condition, once
from sources.doubts import Remark, attempt, doubt
from sources.readers import values
from sources.readers.archives import tar_files
from sources.readers.structured import Entry, Found, each_entry, inside, json_glimpse, json_words
from sources.readers.values import day, decimal, without_float_noise

DOMAINS = {"airline": "airline", "retail": "retail", "telecom": "telecom", "banking_knowledge": "banking-knowledge"}
FAMILIES = {"original": "tau-bench", "text": "tau2-bench", "voice": "tau2-bench-voice"}
SUBMISSIONS = "web/leaderboard/public/submissions/"
LISTS = ("submissions", "voice_submissions", "legacy_submissions")


def parse(document: Document) -> Iterator[Told]:
    found = dict(_submissions(document))
    if "manifest.json" not in found:
        raise Refused("an archive without the list of submissions", place=SUBMISSIONS)
    manifest = found.pop("manifest.json").json()
    for name, listed in manifest.items():
        if name in LISTS:
            for run in listed:
                yield from attempt(partial(_submission, run, found), "entry", run, run, within=(run,))
        elif isinstance(listed, list):
            for run in map(str, listed):
                found.pop(f"{run}/submission.json", None)
                yield doubt("a list of submissions of a kind we do not know", "entry", run, name, within=(run,))
        else:
            yield Remark("manifest.json", name)
    for name in LISTS:
        if name not in manifest:
            yield Doubt("section", f"manifest.json {name}", "", "a list that is gone", within=EVERYWHERE)
    for path in found:
        yield LeftOut(path.removesuffix("/submission.json"), "submissions the manifest does not list")


def runs(document: Document) -> Iterator[str]:
    """Every submission in the archive."""
    return (path.removesuffix("/submission.json") for path in _submissions(document) if path != "manifest.json")


@once
def _submissions(document: Document) -> dict[str, Document]:
    files = tar_files(document.body, rf"(?:[^/]+/)?{SUBMISSIONS}(?:manifest\.json|[^/]+/submission\.json)")
    return {path.partition(SUBMISSIONS)[2]: Document(document.url, body) for path, body in files.items()}


def _submission(run: str, found: dict[str, Document]) -> Iterator[Told]:
    submission = found.pop(f"{run}/submission.json").json_with_oddities()
    return each_entry([Found(run, run, submission)], _run)


def _run(submission: Entry) -> Iterator[Told]:
    run = submission.place
    how = inside(submission.pop("methodology"), f"{run}, methodology")
    verified = inside(how.pop("verification"), f"{run}, methodology.verification")
    kind, by = submission.pop("submission_type", "standard"), submission.pop("submitting_organization")
    its_own_system = kind == "custom" and submission["model_organization"] == by
    if verified.pop("omitted_questions"):
        yield LeftOut(run, "a run with omitted questions")
        return
    if its_own_system:
        yield LeftOut(run, "custom runs of the submitter's own")
        return
    if "pipeline" in (submission.get("voice_config") or {}):
        yield LeftOut(run, "a voice pipeline")
        return
    yield LeftOut(run, "a run without a score")  # counts only where nothing of it is read
    version, user = how.pop("tau2_bench_version", None), how.pop("user_simulator")
    family = FAMILIES["original" if version == "original tau-bench" else submission.pop("modality", "text")]
    model = values.identifier(submission["model_name"])
    setting = {
        "metric": "pass^1",
        "version": None if family == FAMILIES["original"] or not version else version.removeprefix("v"),
        "effort": submission.get("reasoning_effort"),
        "harness": kind if kind != "standard" else None,
        "label": ", ".join(_rules(user, bool(verified.get("modified_prompts")))) or None,
        "reported_by": by,
        "date": str(day(how["evaluation_date"])),
    }
    condition(**setting)
    results = inside(submission.pop("results"), f"{run}, results")
    gone = tuple(f"{run}, results.{domain}." for domain in DOMAINS if domain not in results)
    for domain in list(results):
        if domain in DOMAINS:
            benchmark = f"benchmark/{family}-{DOMAINS[domain]}"
            yield from results.field(domain, partial(_score, model, benchmark, setting))
        else:
            place = f"{run}, results.{domain}"
            yield doubt("a domain we do not know", "cell", place, json_glimpse(results[domain]), within=gone)


def _rules(user: str | None, has_modified_prompts: bool) -> Iterator[str]:
    if user:
        yield f"user {user}"
    if has_modified_prompts:
        yield "modified prompts"


def _score(model: str, benchmark: str, setting: dict[str, str | None], told: Any, place: str) -> Iterator[Observation]:
    result = inside(told, place)
    if (printed := result.pop("pass_1")) is None:
        return
    score = without_float_noise(decimal(printed))
    if not 0 <= score <= 100:
        raise Refused("a share outside 0 to 100 percent", value=score)
    when = condition(**setting, tools=result.pop("retrieval_config", None))
    if unread := [key for key in result if not re.fullmatch(r"pass_[234]|cost", key)]:
        raise Refused("a key that may change what the score means", value=unread)
    yield Observation(model, benchmark, json_words(printed), score, f"{place}.pass_1", "percent", when)


SOURCE = Source(
    id="tau2",
    publisher="sierra",
    kind="benchmark",
    authority="community",
    media="gzip",
    terms_url="https://github.com/sierra-research/tau2-bench/blob/main/LICENSE",
    licence="MIT",
    rows=(26, 160),
    parse=parse,
    offers=runs,
    urls=("https://github.com/sierra-research/tau2-bench/archive/refs/heads/main.tar.gz",),
    # The repository also holds the tasks and their data, which weigh more than the leaderboard.
    max_bytes=128_000_000,
    ignores={
        "pass_2, pass_3, pass_4": "the same run held to solving a task every time; pass_1 is what is ranked",
        "cost": "what a run cost, not a price",
        "a run with omitted questions": "a share of fewer tasks than the others'",
        "custom runs of the submitter's own": "an agent or a pair of models under a name of its own, not one model",
        "a voice pipeline": "speech to text, a model and text to speech under one name",
        "a run without a score": "sent in, and not counted",
        "submissions the manifest does not list": "examples, and runs taken off the leaderboard",
        "notes, verification.details, references, contact_info": "prose, links and people",
        "voice_config, interaction_metrics, trajectories": "how the run was made and recorded",
        "model_release": "of the model; its maker says it better",
    },
)
