"""Aider's polyglot leaderboard: one YAML entry is one run of 225 exercises in six languages.

Read: the share solved within two tries, `pass_rate_2`, which is the number the leaderboard ranks by.
Out of scope: the first try alone, format adherence, error counts and timings; `total_cost` is a run's cost, no price.
"""

from collections.abc import Iterator

from sources.contract import Document, Observation, Refused, Source, Told, condition, once
from sources.readers import values
from sources.readers.structured import Entry, Found, each_entry, exact_yaml, listed

_COUNTS_OF_THE_RUN = (
    "dirname commit_hash command versions pass_rate_1 pass_num_1 percent_cases_well_formed error_outputs"
    " num_malformed_responses num_with_malformed_responses"
    " user_asks lazy_comments syntax_errors indentation_errors exhausted_context_windows"
    " prompt_tokens completion_tokens test_timeouts seconds_per_case total_cost editor_edit_format"
)


def parse(document: Document) -> Iterator[Told]:
    return each_entry(_runs(document), _run, siblings="runs[")


def _run(entry: Entry) -> Iterator[Observation]:
    model, printed, day = values.identifier(entry.pop("model")), entry.pop("pass_rate_2"), values.day(entry.pop("date"))
    rate = values.decimal(printed)
    solved, cases = values.decimal(entry.pop("pass_num_2")), {entry.pop("test_cases"), entry.pop("total_tests")}
    # A run that lost a case is counted over either number; the rate is cut or rounded to one place.
    if not any(abs(100 * solved / values.decimal(each) - rate) < values.decimal("0.1") for each in cases):
        raise Refused("a pass rate that its own counts contradict", value=f"{printed} of {solved}/{cases}")
    thinking, editor = entry.pop("thinking_tokens", None), entry.pop("editor_model", None)
    setting = condition(
        harness="aider",
        metric="pass_rate_2",
        mode=entry.pop("edit_format"),
        effort=entry.pop("reasoning_effort", None),
        thinking_tokens=thinking,
        label=f"editor {editor}" if editor else None,
        date=day,
    )
    if unread := set(entry) - set(_COUNTS_OF_THE_RUN.split()):
        raise Refused("a key that may change what the score means", value=sorted(unread))
    yield Observation(model, "benchmark/aider-polyglot", printed, rate, entry.place, "percent", setting)


def runs(document: Document) -> Iterator[str]:
    """Every run of the list."""
    return (each.place for each in _runs(document))


@once
def _runs(document: Document) -> list[Found]:
    return list(listed(exact_yaml(document.text), "runs", "dirname"))


SOURCE = Source(
    id="aider_polyglot",
    publisher="aider",
    kind="benchmark",
    authority="community",
    media="yaml",
    terms_url="https://github.com/Aider-AI/aider/blob/main/LICENSE.txt",
    licence="Apache-2.0",
    rows=(30, 220),
    parse=parse,
    offers=runs,
    urls=("https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml",),
    ignores={
        "pass_rate_1": "the first of two tries; not what the leaderboard ranks by",
        "percent_cases_well_formed": "adherence to an edit format; beside the score it could be taken for one",
        "total_cost": "what a run cost, not a price",
        "counts, timings, command, versions, commit_hash": "how the run went",
    },
)
