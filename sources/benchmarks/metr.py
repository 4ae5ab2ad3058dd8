"""METR's time horizons: how long a task takes a person that a model finishes in one of two, or four of five, tries.

Read: both horizons, in minutes; their confidence interval is printed beside the estimate. The agent that ran the model
is the harness; estimates on the older task suite carry its name and are a benchmark of their own.
Out of scope: the average score, the release dates the trend is drawn over, and the trend.
"""

from collections.abc import Iterator

from sources import structured, values
from sources.benchmark_names import slug
from sources.contract import Document, Observation, Refused, Source, condition

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
_NO_AGENT = ("null", "metr_tasks_swaa/init_solver,generate")
"""The short tasks are answered without an agent, whoever runs the long ones."""


def parse(document: Document) -> Iterator[Observation]:
    page = structured.exact_yaml(document.text)
    listed = page.pop("results")
    if unread := set(page) - set(_IGNORES):
        raise Refused("a key that may change what the results mean", value=sorted(unread))
    for key, result in listed.items():
        place = f"results, {key}"
        benchmark, metrics = slug(result.pop("benchmark_name")), result.pop("metrics")
        agent = _agent(result.pop("scaffolds"), place)
        horizons = {metric: metrics.pop(metric) for metric in _HORIZONS}
        if unread := (set(result) | set(metrics)) - set(_IGNORES):
            raise Refused("a key that may change what the horizon means", place=place, value=sorted(unread))
        for metric, horizon in horizons.items():
            low, estimate, high = (horizon.pop(name) for name in ("ci_low", "estimate", "ci_high"))
            minutes = values.decimal(estimate)
            if horizon or not 0 < values.decimal(low) <= minutes <= values.decimal(high):
                raise Refused("a horizon outside its own interval", place=place, value=(low, estimate, high, horizon))
            yield Observation(
                key.removesuffix("_inspect"),  # the framework of the run, not a part of the name
                f"benchmark/{benchmark}",
                f"{estimate}, ci_low {low}, ci_high {high}",
                minutes,
                f"{place}, {metric}",
                "minutes",
                condition(metric=metric, harness=agent),
            )


def results(document: Document) -> Iterator[str]:
    """Every result of the list."""
    return (f"results, {key}" for key in structured.exact_yaml(document.text)["results"])


def _agent(scaffolds: list[str], place: str) -> str | None:
    """The one agent behind every set-up: ``mtb/start_metr_task,metr_agents/react`` ends in ``metr_agents/react``."""
    agents = {printed.rpartition(",")[2] for printed in scaffolds if printed not in _NO_AGENT}
    if len(agents) > 1:
        raise Refused("a result of several agents", place=place, value=scaffolds)
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
