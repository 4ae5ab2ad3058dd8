"""LLM Stats: models, their benchmark results and hosts' prices, one JSON file each, in the repository's archive.

The repository's schemas say what a field means: prices are cents per million tokens (US ones: Claude Sonnet 4's $3 is
300), scores run from 0 to the benchmark's own `max_score`, which is 1 where they are shares.
The facts this module rests on:

* Fields that a person had to fill in are filled in alike for every offer: each calls functions, each batches, most
  write as many tokens as they read. A yes that everyone has is no evidence, and a limit equal to the other is a copy.
* A parameter count ten times off stands beside a model named after its true one (Nemotron Nano 9B: 88.9 billion).
* ``google`` is AI Studio and Vertex at once; only Google's own models are sold alike at both.

Out of scope: descriptions, links, speed.
"""

import re
from collections.abc import Iterator
from typing import Any

from sources.archives import tar_files
from sources.benchmark_names import benchmark, slug
from sources.contract import Document, LeftOut, Observation, Refused, Source, condition
from sources.structured import json_words, money_keys
from sources.values import day, decimal, without_float_noise

LICENSES = {
    "apache_2_0": "Apache-2.0",
    "mit": "MIT",
    "mit_license": "MIT",
    "creative_commons_attribution_4_0_license": "CC-BY-4.0",
}
METERS = {"input_cents_per_million_tokens": "input", "output_cents_per_million_tokens": "output"}

_MODELS = r"data/organizations/[^/]+/models/[^/]+/model\.json"
_RESULTS = r"data/organizations/[^/]+/models/[^/]+/benchmarks\.json"
_BENCHMARKS = r"data/benchmarks/[^/]+\.json"
_OFFERS = r"data/providers/[^/]+/models\.json"
_SIZE_IN_A_NAME = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z])")


def parse(document: Document) -> Iterator[Observation | LeftOut]:
    pages = _pages(document)
    highest = {
        page["benchmark_id"]: page["max_score"] for path, page in pages.items() if re.fullmatch(_BENCHMARKS, path)
    }
    for path, page in pages.items():
        if re.fullmatch(_BENCHMARKS, path):
            yield LeftOut(path, "data/benchmarks")
        elif re.fullmatch(_MODELS, path):
            yield from _model(path, page)
        elif re.fullmatch(_RESULTS, path):
            yield from _results(path, page, highest)
        elif re.fullmatch(_OFFERS, path):
            yield from _offers(path, page)


def offers(document: Document) -> Iterator[str]:
    """Every model's and every benchmark's file, every result and every offer in the files that list them."""
    for path, page in _pages(document).items():
        yield from (f"{path} [{number}]" for number in range(len(page))) if isinstance(page, list) else [path]


def _pages(document: Document) -> dict[str, Any]:
    files = tar_files(document.body, rf"(?:[^/]+/)?(?:{_MODELS}|{_RESULTS}|{_BENCHMARKS}|{_OFFERS})")
    return {path[path.index("data/") :]: Document(document.url, body).json() for path, body in files.items()}


def _model(path: str, model: dict[str, Any]) -> Iterator[Observation]:
    model_id = model.pop("model_id")
    if money := money_keys(model):
        raise Refused("something like a price where none was known", place=path, value=money)
    yield Observation(model_id, "name", name := model.pop("name"), name, f"{path} name")
    yield Observation(model_id, "lab", lab := model.pop("organization_id"), lab, f"{path} organization_id")
    for key, attribute in (("release_date", "released_on"), ("knowledge_cutoff", "knowledge_cutoff_on")):
        if printed := model.pop(key):
            yield Observation(model_id, attribute, printed, day(printed), f"{path} {key}")
    if (license_id := LICENSES.get(printed := model.pop("license_id"))) is not None:
        yield Observation(model_id, "license_id", printed, license_id, f"{path} license_id")
    if (count := model.pop("param_count")) and _fits_its_name(int(count), model_id):
        yield Observation(model_id, "parameters", json_words(count), int(count), f"{path} param_count")


def _fits_its_name(count: int, model_id: str) -> bool:
    sizes = [decimal(size) * 10**9 for size in _SIZE_IN_A_NAME.findall(model_id)]
    return not sizes or any(size / 2 < count < size * 2 for size in sizes)


def _results(path: str, results: list[dict[str, Any]], highest: dict[str, Any]) -> Iterator[Observation | LeftOut]:
    """Scores of benchmarks whose scale is 0 to 1; two of them under one setting differ in something not printed."""
    found: dict[tuple[str, str], list[Observation]] = {}
    for number, result in enumerate(results):
        name = re.sub("(?i) benchmark$", "", result.pop("benchmark_name"))
        known = benchmark(name)
        if highest[result.pop("benchmark_id")] != 1 or (known and known.unit != "percent"):
            yield LeftOut(f"{path} [{number}]", "benchmarks whose max_score is not 1")
            continue
        printed, place = result.pop("score"), f"{path} [{number}].score"
        if not 0 <= (share := without_float_noise(decimal(printed))) <= 1:
            raise Refused("a share outside 0 to 1", place=place, value=printed)
        method = " ".join(re.sub("[;=]", ",", result.pop("analysis_method") or "").split())
        setting = (known.setting if known else {}) | ({"mode": method} if method.strip("- ") else {})
        reporter = {"reported_by": "maker"} if result.pop("is_self_reported") else {}
        seen = Observation(
            result.pop("model_id"),
            f"benchmark/{known.id if known else slug(name)}",
            json_words(printed),
            share * 100,
            place,
            "percent",
            condition(**setting, **reporter),
        )
        found.setdefault((seen.attribute, seen.condition), []).append(seen)
    for alike in found.values():
        if len({each.text for each in alike}) == 1:
            yield from alike
        else:
            yield from (LeftOut(each.locator.removesuffix(".score"), "two scores under one setting") for each in alike)


def _offers(path: str, listed: list[dict[str, Any]]) -> Iterator[Observation | LeftOut]:
    for number, offer in enumerate(listed):
        host, model_id, place = offer.pop("provider_id"), offer.pop("model_id"), f"{path} [{number}]"
        prices = {meter: offer.pop(key) for key, meter in METERS.items()}
        if money := money_keys(offer) or [key for key in offer if "cents" in key]:
            raise Refused("something like a price where none was known", place=place, value=money)
        if offer.pop("deprecated_at"):
            yield LeftOut(place, "offers with a day of deprecation")
            continue
        if host == "google" != offer["organization_id"]:
            yield LeftOut(place, "offers of others' models by google")
            continue
        yield LeftOut(place, "offers without a price or a limit")  # counts only where nothing of it is read
        subject = f"{host}/{model_id}"
        for (key, meter), cents in zip(METERS.items(), prices.values(), strict=True):
            if cents and not _in_two_units(prices):
                amount, at = decimal(cents) / 100, f"{place}.{key}"
                yield Observation(subject, f"price/{meter}", json_words(cents), amount, at, "usd/mtok", host=host)
        reads, writes = offer.pop("max_input_tokens"), offer.pop("max_output_tokens")
        if reads:
            at = f"{place}.max_input_tokens"
            yield Observation(subject, "max_input_tokens", str(reads), reads, at, host=host)
        if writes and writes != reads:
            at = f"{place}.max_output_tokens"
            yield Observation(subject, "max_output_tokens", str(writes), writes, at, host=host)
        if quantization := offer.pop("quantization"):
            at = f"{place}.quantization"
            yield Observation(subject, "quantization", quantization, quantization, at, host=host)


def _in_two_units(prices: dict[str, Any]) -> bool:
    return bool(prices["input"] and prices["output"]) and decimal(prices["output"]) > 100 * decimal(prices["input"])


SOURCE = Source(
    id="llm_stats",
    publisher="llm_stats",
    kind="catalogue",
    authority="community",
    media="gzip",
    terms_url="https://github.com/JonathanChavezTamales/llm-leaderboard/blob/main/LICENSE.md",
    licence="CC-BY-4.0",
    rows=(200, 1200),
    parse=parse,
    offers=offers,
    urls=("https://github.com/JonathanChavezTamales/llm-leaderboard/archive/refs/heads/main.tar.gz",),
    ignores={
        "feature_*, input_modality_*, output_modality_*, multimodal": "filled in alike for everyone, false by default",
        "max_output_tokens equal to max_input_tokens": "a copy, not a limit",
        "param_count against the size in the model's id": "one of the two is wrong",
        "licences other than Apache, MIT and CC-BY": "ids of its own that do not say which version of a licence",
        "data/benchmarks": "the scales of scores, by which the results are read",
        "offers with a day of deprecation": "no longer sold",
        "offers without a price or a limit": "0, or nothing",
        "offers of others' models by google": "one id for AI Studio and Vertex",
        "prices whose output is over 100 times the input": "DeepSeek-VL2 for $9.50 and $4,800: in two units, or wrong",
        "benchmarks whose max_score is not 1": "11 of 342; the scores under them are printed on several scales",
        "two scores under one setting": "they differ in something that is not printed",
        "normalized_score, verified_by_llmstats, verification_*": "the score again, and checks that were never made",
        "provider_model_id_used": "the model's own id again, but for one host",
        "throughput, latency": "the weather of a day",
        "description, source_*, training_tokens, fine_tuned_from_model_id, model_family_id": "prose and links",
        "announcement_date": "the release date again",
    },
)
