"""METR's time horizons: how long a task takes a person that a model finishes in one of two, or four of five, tries.

Read: both horizons, in minutes; their confidence interval is printed beside the estimate. The agent that ran the model
is the harness; estimates on the older task suite carry its name and are a benchmark of their own.
Out of scope: the average score, the release dates the trend is drawn over, and the trend.
"""

import re
from collections.abc import Iterator
from functools import partial

from sources.contract import Document, Observation, Refused, Source, Told, condition
from sources.doubts import Remark, doubt
from sources.readers import structured, values
from sources.readers.benchmark_names import slug
from sources.readers.structured import Entry, each_entry, inside, keyed

_HORIZONS = ("p50_horizon_length", "p80_horizon_length")
_IGNORES = {
    "average_score": "the share of tasks solved, weighted; the horizon is what is reported",
    "is_sota": "a rank on the day of release",
    "release_date": "the day a model is drawn at in the trend",
    "doubling_time_in_days": "about the trend, not a model",
    "long_tasks_version": "which tasks were run; the benchmark's name says its version",
    "swaa_version": "which tasks were run; the benchmark's name says its version",
    "benchmark_name": "at the top: the newest suite; every result names its own",
}
_RESTATES = re.compile(r"unit|scale|metric|minute|hour|second|percent", re.IGNORECASE)
"""In the name of a key at the top: it may say what every horizon is measured in."""

_NO_AGENT = ("null", "metr_tasks_swaa/init_solver,generate")
"""The short tasks are answered without an agent, whoever runs the long ones."""


def parse(document: Document) -> Iterator[Told]:
    page = structured.exact_yaml(document.text)
    found = keyed(page.pop("results"), "results")
    for key in page.keys() - _IGNORES.keys():
        if _RESTATES.search(key):
            raise Refused("a key that may change what the results mean", place=key, value=page[key])
        yield Remark("the top of the page", key)
    yield from each_entry(found, _result)


def _result(entry: Entry) -> Iterator[Told]:
    benchmark, metrics = slug(entry.pop("benchmark_name")), inside(entry.pop("metrics"), entry.place)
    agent = _agent(entry.pop("scaffolds"))
    if unread := (entry.keys() | metrics.keys()) - _IGNORES.keys() - set(_HORIZONS):
        raise Refused("a key that may change what the horizon means", value=sorted(unread))
    if missing := set(_HORIZONS) - metrics.keys():
        yield doubt("a result without a horizon", "cell", entry.place, sorted(missing), within=(entry.place,))
    model = entry.key.removesuffix("_inspect")  # the framework of the run, not a part of the name
    for metric in _HORIZONS:
        yield from metrics.field(metric, partial(_horizon, model, f"benchmark/{benchmark}", metric, agent))


def _horizon(
    model: str, attribute: str, metric: str, agent: str | None, horizon: dict[str, str], place: str
) -> Iterator[Observation]:
    low, estimate, high = (horizon.pop(name) for name in ("ci_low", "estimate", "ci_high"))
    minutes = values.decimal(estimate)
    if horizon or not 0 < values.decimal(low) <= minutes <= values.decimal(high):
        raise Refused("a horizon outside its own interval", value=(low, estimate, high, horizon))
    printed = f"{estimate}, ci_low {low}, ci_high {high}"
    setting = condition(metric=metric, harness=agent)
    yield Observation(model, attribute, printed, minutes, place, "minutes", setting)


def results(document: Document) -> Iterator[str]:
    """Every result of the list."""
    return (each.place for each in keyed(structured.exact_yaml(document.text)["results"], "results"))


def _agent(scaffolds: list[str]) -> str | None:
    """The one agent behind every set-up: ``mtb/start_metr_task,metr_agents/react`` ends in ``metr_agents/react``."""
    agents = {printed.rpartition(",")[2] for printed in scaffolds if printed not in _NO_AGENT}
    if len(agents) > 1:
        raise Refused("a result of several agents", value=scaffolds)
    return agents.pop() if agents else None


SOURCE = Source(
    id="metr",
    publisher="metr",
    kind="benchmark",
    authority="community",
    media="yaml",
    terms_url="https://metr.org/time-horizons/",
    licence="none stated",
    rows=(10, 70),
    parse=parse,
    offers=results,
    urls=("https://metr.org/assets/benchmark_results_1_1.yaml",),
    ignores=_IGNORES,
)
