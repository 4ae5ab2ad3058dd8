"""τ²-bench's leaderboard: one submission.json a run, in the repository's archive.

Read: of every run the leaderboard lists, the share of tasks solved in one try, by domain. Voice runs are another
benchmark than text runs, and the first τ-bench another than τ²-bench; the user a model talks to is itself a model and
part of the setting, as are a changed prompt and the means of retrieval.
Out of scope: examples and runs the leaderboard does not list, pass^2 to pass^4, a run's cost, how a voice interrupts.
"""

import re
from collections.abc import Iterator
from typing import Any

from sources.archives import tar_files
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.structured import json_words
from sources.values import day, decimal, without_float_noise

DOMAINS = {"airline": "airline", "retail": "retail", "telecom": "telecom", "banking_knowledge": "banking-knowledge"}
FAMILIES = {"original": "tau-bench", "text": "tau2-bench", "voice": "tau2-bench-voice"}
SUBMISSIONS = "web/leaderboard/public/submissions/"
LISTS = ("submissions", "voice_submissions", "legacy_submissions")


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    found = _submissions(document)
    if "manifest.json" not in found:
        raise Refused("an archive without the list of submissions", place=SUBMISSIONS)
    manifest = found.pop("manifest.json").json()
    listed = [run for name in LISTS for run in manifest.pop(name)]
    if manifest:
        raise Refused("a list of submissions of a kind we do not know", place="manifest.json", value=list(manifest))
    for run in listed:
        yield from _run(run, found.pop(f"{run}/submission.json").json())
    for path in found:
        yield LeftOut(path.removesuffix("/submission.json"), "submissions the manifest does not list")


def runs(document: Document) -> Iterator[str]:
    """Every submission in the archive."""
    return (path.removesuffix("/submission.json") for path in _submissions(document) if path != "manifest.json")


def _submissions(document: Document) -> dict[str, Document]:
    files = tar_files(document.body, rf"(?:[^/]+/)?{SUBMISSIONS}(?:manifest\.json|[^/]+/submission\.json)")
    return {path.partition(SUBMISSIONS)[2]: Document(document.url, body) for path, body in files.items()}


def _run(run: str, submission: dict[str, Any]) -> Iterator[Observation | LeftOut]:
    how, kind = submission.pop("methodology"), submission.pop("submission_type", "standard")
    verified, by = how.pop("verification"), submission.pop("submitting_organization")
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
    version, user = how.pop("tau2_bench_version", None), how.pop("user_simulator")
    family = "original" if version == "original tau-bench" else submission.pop("modality", "text")
    for domain, results in submission.pop("results").items():
        if results is None or results["pass_1"] is None:
            continue
        printed, place = results.pop("pass_1"), f"{run}, results.{domain}.pass_1"
        score = without_float_noise(decimal(printed))
        if not 0 <= score <= 100:
            raise Refused("a share outside 0 to 100 percent", place=place, value=score)
        setting = condition(
            metric="pass^1",
            version=None if family == "original" or not version else version.removeprefix("v"),
            effort=submission.get("reasoning_effort"),
            harness=kind if kind != "standard" else None,
            mode="modified prompts" if verified.get("modified_prompts") else None,
            tools=results.pop("retrieval_config", None),
            label=f"user {user}" if user else None,
            reported_by=by,
            date=day(how["evaluation_date"]),
        )
        benchmark = f"benchmark/{FAMILIES[family]}-{DOMAINS[domain]}"
        model = submission["model_name"]
        yield Observation(model, benchmark, json_words(printed), score, place, "percent", setting)
        if unread := [key for key in results if not re.fullmatch(r"pass_[234]|cost", key)]:
            raise Refused("a key that may change what the score means", place=place, value=unread)


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
        "submissions the manifest does not list": "examples, and runs taken off the leaderboard",
        "notes, verification.details, references, contact_info": "prose, links and people",
        "voice_config, interaction_metrics, trajectories": "how the run was made and recorded",
        "model_release": "of the model; its maker says it better",
    },
)
