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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sources.contract import Document, LeftOut, Listing, Observation, Refused, Source, Told, Value, condition, once
from sources.doubts import doubt
from sources.readers.archives import tar_files
from sources.readers.benchmark_names import Benchmark, benchmark, of_setting, slug
from sources.readers.benchmark_settings import noted
from sources.readers.structured import Entry, Found, each_entry, json_glimpse, json_words, listed, money_keys
from sources.readers.values import count, day, decimal, identifier, limit, without_float_noise, words, yes_or_no

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
_A_RATE = re.compile(r"cents|dollars|usd|_per_")
_SIZE_IN_A_NAME = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z])")


def parse(document: Document) -> Iterator[Told]:
    pages = _pages(document)
    scales = [page for path, page in pages.items() if re.fullmatch(_BENCHMARKS, path) and isinstance(page, dict)]
    highest = {str(page.get("benchmark_id")): page.get("max_score") for page in scales}
    for path, page in pages.items():
        if isinstance(page, Refused):
            yield doubt(page, "entry", path, within=(path,))
        elif re.fullmatch(_BENCHMARKS, path):
            yield LeftOut(path, "data/benchmarks")
        elif re.fullmatch(_RESULTS, path):
            yield from _unambiguous(each_entry(_rows(path, page), partial(_result, highest), siblings=f"{path}["))
        elif re.fullmatch(_OFFERS, path):
            yield from each_entry(_rows(path, page), _offer, siblings=f"{path}[")
        else:
            yield from each_entry(_rows(path, page), _model)


def offers(document: Document) -> Iterator[str]:
    """Every model's and every benchmark's file, every result and every offer in the files that list them."""
    return (each.place for path, page in _pages(document).items() for each in _rows(path, page))


def _rows(path: str, page: Any) -> Iterable[Found]:
    """The entries of a file that lists some, or the one that it is."""
    if not isinstance(page, list):
        return [Found(path, path, page)]
    return listed(page, path, "benchmark_id" if re.fullmatch(_RESULTS, path) else "model_id")


@once
def _pages(document: Document) -> dict[str, Any]:
    """Path → what the file holds; the refusal where it holds no JSON."""
    files = tar_files(document.body, rf"(?:[^/]+/)?(?:{_MODELS}|{_RESULTS}|{_BENCHMARKS}|{_OFFERS})")
    return {path[path.index("data/") :]: _page(Document(document.url, body)) for path, body in files.items()}


def _page(file: Document) -> Any:
    try:
        return file.json_with_oddities()
    except Refused as refusal:
        return refusal


def _model(model: Entry) -> Iterator[Told]:
    model_id = identifier(model.pop("model_id"))
    says = Listing(model_id).says
    for key, attribute, read in FACTS:
        yield from model.states(key, (attribute,), read, says)
    yield from model.states("param_count", ("parameters",), partial(_parameters, model_id), says)
    yield from model.unread_prices()


def _parameters(model_id: str, printed: Any) -> int | None:
    number = count(printed)
    sizes = [decimal(size) * 10**9 for size in _SIZE_IN_A_NAME.findall(model_id)]
    fits = not sizes or any(size / 2 < number < size * 2 for size in sizes)
    return number if number and fits else None


FACTS: tuple[tuple[str, str, Callable[[Any], Value | None]], ...] = (
    ("name", "name", words),
    ("organization_id", "lab", words),
    ("release_date", "released_on", lambda printed: day(printed) if printed else None),
    ("knowledge_cutoff", "knowledge_cutoff_on", lambda printed: day(printed) if printed else None),
    ("license_id", "license_id", LICENSES.get),
)
"""Field of a model's file → the attribute it states and how it reads."""


def _result(highest: Mapping[str, Any], result: Entry) -> Iterator[Told]:
    """A score of a benchmark whose scale is 0 to 1."""
    name = re.sub("(?i) benchmark$", "", result.pop("benchmark_name"))
    known = benchmark(name)
    if highest[result.pop("benchmark_id")] != 1 or (known and known.unit != "percent"):
        yield LeftOut(result.place, "benchmarks whose max_score is not 1")
        return
    printed, place = result.pop("score"), f"{result.place}.score"
    if not 0 <= (share := without_float_noise(decimal(printed))) <= 1:
        raise Refused("a share outside 0 to 1", place=place, value=printed)
    if share == 0:
        yield LeftOut(result.place, "a score of 0")
        return
    method, model_id = result.pop("analysis_method", None) or "", identifier(result.pop("model_id"))
    said = noted(method, (model_id, name))
    found = of_setting(known or Benchmark(slug(name), "percent"), said)
    # Whoever else measured it is not named.
    reporter = "maker" if yes_or_no(result.pop("is_self_reported")) else "third_party"
    when = condition(**found.setting, reported_by=reporter)
    yield Observation(model_id, f"benchmark/{found.id}", json_words(printed), share * 100, place, "percent", when)


def _unambiguous(told: Iterable[Told]) -> Iterator[Told]:
    """What is told, without two scores under one setting: they differ in something that is not printed."""
    found: dict[tuple[str, ...], list[Observation]] = {}
    for each in told:
        if isinstance(each, Observation):
            found.setdefault((each.attribute, each.condition), []).append(each)
        else:
            yield each
    for alike in found.values():
        if len({score.text for score in alike}) == 1:
            yield from alike
        else:
            yield from (
                LeftOut(score.locator.removesuffix(".score"), "two scores under one setting") for score in alike
            )


def _offer(offer: Entry) -> Iterator[Told]:
    host, model_id = identifier(offer.pop("provider_id")), identifier(offer.pop("model_id"))
    if offer.pop("deprecated_at"):
        yield LeftOut(offer.place, "offers with a day of deprecation")
        return
    if host == "google" != offer["organization_id"]:
        yield LeftOut(offer.place, "offers of others' models by google")
        return
    yield LeftOut(offer.place, "offers without a price or a limit")  # counts only where nothing of it is read
    says = Listing(f"{host}/{model_id}", host).says
    for key in [key for key in offer if key not in METERS and (money_keys({key: None}) or _A_RATE.search(key))]:
        place = f"{offer.place}.{key}"
        yield doubt("a price we do not know", "cell", place, json_glimpse(offer[key]), within=(offer.place,))
    cents = {key: offer.get(key) for key in METERS}
    for key, meter in METERS.items():
        yield from offer.field(key, partial(_price, says, meter, cents))
    reads = offer.get("max_input_tokens")
    for key in ("max_input_tokens", "max_output_tokens"):
        if key == "max_input_tokens" or offer.get(key) != reads:
            yield from offer.states(key, (key,), limit, says)
    yield from offer.states("quantization", ("quantization",), words, says)


def _price(
    says: Callable[..., Observation], meter: str, cents: dict[str, Any], printed: Any, place: str
) -> Iterator[Observation]:
    if (amount := decimal(printed) / 100) and not _in_two_units(*cents.values()):
        yield says(f"price/{meter}", amount, printed, place, "usd/mtok")


def _in_two_units(reads: Any, writes: Any) -> bool:
    return bool(reads and writes) and decimal(writes) > 100 * decimal(reads)


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
        "a score of 0": "stands where a benchmark was not run: GPT-3.5 Turbo, which sees nothing, on MMMU",
        "two scores under one setting": "they differ in something that is not printed",
        "normalized_score, verified_by_llmstats, verification_*": "the score again, and checks that were never made",
        "provider_model_id_used": "the model's own id again, but for one host",
        "throughput, latency": "the weather of a day",
        "description, source_*, training_tokens, fine_tuned_from_model_id, model_family_id": "prose and links",
        "announcement_date": "the release date again",
    },
)
