"""LiteLLM's price map: one JSON object from model key to prices, limits and flags, kept by the LiteLLM community.

The key is the subject as printed and ``litellm_provider`` the host. A price's unit, tier and service class are spelled
in the name of its field, which is read here as a stem of `METERS` followed by suffixes of `_SUFFIXES`.

* ``above_128k_tokens`` is billed by LiteLLM when a prompt has *more* than 128,000 tokens, and then for the whole
  request: ``context_from=128001``. ``tiered_pricing`` bands work the same way; the band from 0 is the plain price.
* A price of 0 may mean free, unknown or somebody's own hardware. It is given as printed, with no status.
* ``max_input_tokens`` is given as such and never as the context window: it often equals it, but OpenAI's 400K models
  print 272000, the window less the output.
* ``deprecation_date`` is by LiteLLM's own description the day a model becomes deprecated. Some entries print a
  shutdown there, so nothing is said about a shutdown.
* Calling functions is using tools, so ``supports_function_calling`` speaks for both capabilities.

Out of scope: which model a key is, and whether a size such as ``1024-x-1024/…`` in a key is a variant of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeAlias

from sources.contract import Document, LeftOut, Observation, Refused, Source, Told, Value, condition
from sources.readers import offers, values
from sources.readers.routers import charges_by_token, decides_per_request, is_router
from sources.readers.structured import Entry, each_entry, json_words, keyed, money_keys
from sources.readers.values import MILLION, day, decimal, modalities, without_float_noise

METERS = {
    "input_cost_per_token": ("input", "mtok"),
    "output_cost_per_token": ("output", "mtok"),
    "output_cost_per_reasoning_token": ("reasoning_output", "mtok"),
    "citation_cost_per_token": ("citation", "mtok"),
    "cache_read_input_token_cost": ("cache_read", "mtok"),
    "input_cost_per_token_cache_hit": ("cache_read", "mtok"),
    "cache_creation_input_token_cost": ("cache_write", "mtok"),
    "input_cost_per_audio_token": ("input_audio", "mtok"),
    "output_cost_per_audio_token": ("output_audio", "mtok"),
    "cache_read_input_audio_token_cost": ("cache_read_audio", "mtok"),
    "cache_read_input_token_cost_per_audio_token": ("cache_read_audio", "mtok"),
    "cache_creation_input_audio_token_cost": ("cache_write_audio", "mtok"),
    "input_cost_per_image_token": ("input_image", "mtok"),
    "output_cost_per_image_token": ("output_image", "mtok"),
    "cache_read_input_image_token_cost": ("cache_read_image", "mtok"),
    "output_cost_per_video_token": ("output_video", "mtok"),
    "input_cost_per_character": ("character", "mchar"),
    "output_cost_per_character": ("character", "mchar"),
    "input_cost_per_pixel": ("pixel", "mpixel"),
    "output_cost_per_pixel": ("pixel", "mpixel"),
    "input_cost_per_image": ("input_image", "image"),
    "output_cost_per_image": ("image", "image"),
    "input_cost_per_second": ("second", "second"),
    "output_cost_per_second": ("second", "second"),
    "input_cost_per_audio_per_second": ("input_audio", "second"),
    "input_cost_per_video_per_second": ("input_video", "second"),
    "output_cost_per_video_per_second": ("second", "second"),
    "input_cost_per_request": ("request", "request"),
    "input_cost_per_query": ("search_unit", "1k_requests"),
    "ocr_cost_per_page": ("page", "page"),
    "annotation_cost_per_page": ("page", "page"),
    "code_interpreter_cost_per_session": ("session", "session"),
}
"""Field → the meter and the unit we give it in; LiteLLM prints USD per one token, character, pixel, query …"""

SCALES = {"mtok": MILLION, "mchar": MILLION, "mpixel": MILLION, "1k_requests": Decimal(1000)}

_SUFFIXES: tuple[tuple[str, Callable[[re.Match[str]], dict[str, str]]], ...] = (
    (r"_(flex|priority|fast|ultrafast)$", lambda tier: {"service_tier": tier[1]}),
    (r"_(?:batches|batch_requests)$", lambda _: {"service_tier": "batch"}),
    (r"_above_(\d+)k_tokens$", lambda size: _tier(int(size[1]) * 1000)),
    (r"_above_1hr$", lambda _: {"cache_ttl": "1h"}),
    (r"_(\d+p)$", lambda lines: {"resolution": lines[1]}),
    (r"_above_(\d+)_and_(\d+)_pixels$", lambda size: {"size": f"above-{size[1]}x{size[2]}"}),
    (r"(?:_and)?_premium_image$", lambda _: {"quality": "premium"}),
)

NO_ENTRIES = ("sample_spec", "fallback_generalizations", "last_updated")
"""Keys that are no model's, whatever stands under them."""

COMPOUND = ("tiered_pricing", "search_context_cost_per_query")
"""Fields that hold prices of their own."""

PLANS = ("github_copilot", "chatgpt")
"""Hosts that sell seats, not tokens."""

PRODUCT_TYPES = {
    "chat": "chat",
    "responses": "chat",
    "embedding": "embedding",
    "rerank": "reranker",
    "moderation": "safety_classifier",
    "image_generation": "image",
    "image_edit": "image",
    "video_generation": "video",
    "audio_transcription": "speech",
    "audio_speech": "speech",
    "realtime": "speech",
    "ocr": "ocr",
    "search": "search",
}

FLAGS = {
    "supports_function_calling": ("function_calling", "tool_use"),
    "supports_vision": ("vision",),
    "supports_multimodal": ("multimodal",),
    "supports_reasoning": ("reasoning",),
    "supports_response_schema": ("structured_outputs",),
    "supports_code_execution": ("code_execution",),
    "supports_computer_use": ("computer_use",),
}
"""Flags that say yes or no, and of which capabilities."""

MULTIMODAL_FLAGS = ("supports_vision", "supports_image_input", "supports_audio_input", "supports_video_input")
"""Flags whose yes is a yes to multimodal, and whose no says nothing about it."""

IGNORES = {
    "sample_spec": "documentation of the fields, not a model",
    "fallback_generalizations": "rules for names, not a model",
    "last_updated": "when a copy of the file was taken",
    "ft:…": "a customer's own tune: no one else can buy it",
    "fireworks-ai-… without mode": "Fireworks' price classes by model size, not models",
    "…/container": "a code interpreter's container, not a model",
    "an entry without a fact": "a host and a mode, and no price, limit or flag that is read",
    "max_tokens": "ambiguous: the output limit, or the input limit where that one is unknown",
    "input_dbu_cost_per_token": "in Databricks units, repeated in USD beside it",
    "output_dbu_cost_per_token": "in Databricks units, repeated in USD beside it",
    "ocr_cost_per_credit": "a credit is the reseller's own unit",
    "input_cost_per_video_per_second_above_8s_interval": "priced by frame sampling, which no condition names",
    "input_cost_per_video_per_second_above_15s_interval": "priced by frame sampling, which no condition names",
    "input_cost_per_image, output_cost_per_image in a chat or realtime entry": "some are per image token",
    "tiered_pricing by max_results_range": "search engines' prices by number of results, which no condition names",
    "regional_processing_uplift_multiplier_eu": "a multiplier is not a price",
    "regional_processing_uplift_multiplier_us": "a multiplier is not a price",
    "metadata": "notes on how the prices printed beside it were worked out",
    "provider_specific_entry": "multipliers are not prices",
    "web_search_billing_unit": "says per_query where the price beside it already does",
    "supported_regions": "where some entries are served, without a price for any region",
    "supports_tool_choice": "whether a request may force a tool, not whether the model can use one",
    "other supports_… fields": "parameters of an API, not capabilities of a model",
    "other fields": "limits of files and rates, notes, endpoints: LiteLLM's own plumbing",
}


def parse(document: Document) -> Iterator[Told]:
    found = list(keyed(document.json_with_oddities()))
    yield from (LeftOut(each.place, each.key) for each in found if each.key in NO_ENTRIES)
    yield from each_entry((each for each in found if each.key not in NO_ENTRIES), _entry)


def _no_model(key: str, entry: dict[str, Any]) -> str:
    """Why an entry is none of a model, a key of `IGNORES`; "" where it is one."""
    if key.startswith("ft:"):
        return "ft:…"
    if key.endswith("/container"):
        return "…/container"
    return "fireworks-ai-… without mode" if key.startswith("fireworks-ai-") and "mode" not in entry else ""


_HOST = re.compile(r"[\w./-]+")
_ADDRESS = re.compile(r"https://\S+")

Says: TypeAlias = Callable[..., Observation]


def _entry(entry: Entry) -> Iterator[Told]:
    if why := _no_model(entry.key, entry):
        yield LeftOut(entry.place, why)
        return
    yield LeftOut(entry.place, "an entry without a fact")  # counts only where nothing of it is read
    host = entry.pop("litellm_provider")
    if not _HOST.fullmatch(host):
        raise Refused("no provider's id", place=f"{entry.place}.litellm_provider", value=host)
    cited = entry.pop("source", None)
    url = cited if isinstance(cited, str) and _ADDRESS.fullmatch(cited) else ""

    def says(
        attribute: str, value: Value, printed: Any, place: str, unit: str = "", condition: str = ""
    ) -> Observation:
        return Observation(entry.key, attribute, json_words(printed), value, place, unit, condition, host, url=url)

    routes = is_router(entry.key)
    headline = [entry[field] for field in ("input_cost_per_token", "output_cost_per_token") if field in entry]
    if host in PLANS:
        yield says("price_status", "plan", host, f"{entry.place}.litellm_provider")
    elif decides_per_request(*headline) or (routes and not charges_by_token(*headline)):
        yield says("price_status", "dynamic", headline, entry.place)
    else:
        yield from _prices(entry, says)
    if routes:
        yield says("product_type", "router", entry.key, entry.place)
    elif product_type := PRODUCT_TYPES.get(entry.get("mode", "")):
        yield says("product_type", product_type, entry["mode"], f"{entry.place}.mode")
    if field := next((field for field in MULTIMODAL_FLAGS if entry.get(field) is True), ""):
        yield says("capability/multimodal", True, True, f"{entry.place}.{field}")
    for field, attributes, read in FACTS:
        yield from entry.field(field, partial(_fact, attributes, read, says))


def _fact(
    attributes: Iterable[str], read: Callable[[Any], Value | None], says: Says, printed: Any, place: str
) -> Iterator[Observation]:
    if (value := read(printed)) is not None:
        for attribute in attributes:
            yield says(attribute, value, printed, place)


def _prices(entry: Entry, says: Says) -> Iterator[Told]:
    """Every price of an entry, each of which may be in doubt alone."""
    yield from entry.field("tiered_pricing", partial(_tiered_prices, entry, says))
    yield from entry.field("search_context_cost_per_query", partial(_search_prices, says))
    beside = frozenset(entry)
    for field in money_keys({name: each for name, each in entry.items() if name not in IGNORES}):
        yield from entry.field(field, partial(_price, entry.get("mode", ""), beside, says, field, {}))


def _tiered_prices(entry: Entry, says: Says, bands: list[dict[str, Any]], place: str) -> Iterator[Observation]:
    for number, tier in enumerate(bands):
        band = dict(tier)
        if "max_results_range" not in band:
            start = _whole(band.pop("range")[0])
            terms = _tier(start) if start else {}
            for field in money_keys({name: each for name, each in band.items() if name not in IGNORES}):
                at = f"{place}[{number}].{field}"
                yield from _price(entry.get("mode", ""), frozenset(band), says, field, terms, band[field], at)


def _search_prices(says: Says, sizes: dict[str, Any], place: str) -> Iterator[Observation]:
    for size, printed in sizes.items():
        amount = size.removeprefix("search_context_size_")
        if amount not in ("low", "medium", "high"):
            raise Refused("a search context size we do not know", place=place, value=size)
        value = without_float_noise(decimal(printed)) * SCALES["1k_requests"]
        when = condition(search_context=amount)
        yield says("price/web_search", value, printed, f"{place}.{size}", "usd/1k_requests", when)


def _price(
    mode: str, beside: frozenset[str], says: Says, field: str, terms: dict[str, str], printed: Any, place: str
) -> Iterator[Observation]:
    """One price of an entry of this mode, with the fields beside it."""
    if (reading := _reading(field)) is None:
        raise Refused("a price we do not know", place=place, value=field)
    stem, spelt = reading
    terms = terms | spelt
    meter, unit = METERS[stem]
    twin = stem.replace("output_", "input_", 1)
    shares_its_meter = stem != twin and METERS.get(twin) == (meter, unit)
    if shares_its_meter or stem == "input_cost_per_image":
        _expect_nothing_unread(beside, place)
    if unit == "image" and mode not in ("image_generation", "image_edit", "embedding"):
        return
    if stem == "input_cost_per_image" and mode == "image_generation" and "output_cost_per_image" not in beside:
        # LiteLLM bills such an entry's input price once per generated image; one per token is what it says.
        meter = "image"
    if shares_its_meter and field.replace(stem, twin) in beside:
        terms = terms | {"mode": "output"}
    if stem == "annotation_cost_per_page":
        terms = terms | {"mode": "annotations"}
    amount = without_float_noise(decimal(printed)) * SCALES.get(unit, 1)
    yield says(f"price/{meter}", amount, printed, place, f"usd/{unit}", condition(**terms))


def _expect_nothing_unread(beside: frozenset[str], place: str) -> None:
    """What some prices are for depends on which others stand beside them; one we cannot read may be one of those."""
    for field in money_keys(dict.fromkeys(beside - IGNORES.keys())):
        if not _reading(field) and field not in COMPOUND:
            raise Refused("a price whose meaning hangs on one we do not know", place=place, value=field)


@cache
def _reading(field: str) -> tuple[str, dict[str, str]] | None:
    """A field's name as a stem of `METERS` and the terms its suffixes spell; None where any part of it is unknown."""
    if field in METERS:
        return field, {}
    for pattern, meaning in _SUFFIXES:
        if (match := re.search(pattern, field)) and (rest := _reading(field[: match.start()])):
            return rest[0], rest[1] | meaning(match)
    return None


def _tier(tokens: int) -> dict[str, str]:
    return {"context_from": str(tokens + 1), "tier_scope": "whole_request"}


def _whole(number: Any) -> int:
    if isinstance(number, bool) or number != int(number):
        raise Refused("not a whole number", value=number)
    return int(number)


def _limit(number: Any) -> int | None:
    """A limit in tokens, which some entries write as text; 0 is none."""
    return (values.tokens(number) if isinstance(number, str) else _whole(number)) or None


def _flag(said: Any) -> bool:
    if not isinstance(said, bool):
        raise Refused("neither true nor false", value=said)
    return said


FACTS: tuple[tuple[str, tuple[str, ...], Callable[[Any], Value | None]], ...] = (
    ("max_input_tokens", ("max_input_tokens",), _limit),
    ("max_output_tokens", ("max_output_tokens",), _limit),
    ("deprecation_date", ("deprecated_on",), lambda printed: day(printed) if printed else None),
    ("supported_modalities", ("input_modalities",), modalities),
    ("supported_output_modalities", ("output_modalities",), modalities),
    *((field, tuple(f"capability/{each}" for each in capabilities), _flag) for field, capabilities in FLAGS.items()),
)
"""Field → the attributes it states and how it reads; a field that says nothing reads as None."""


SOURCE = Source(
    id="litellm",
    publisher="BerriAI",
    kind="catalogue",
    authority="community",
    media="json",
    urls=("https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",),
    terms_url="https://github.com/BerriAI/litellm/blob/main/LICENSE",
    licence="MIT",
    rows=(2000, 8000),
    parse=parse,
    offers=offers.keys,
    ignores=IGNORES,
)
